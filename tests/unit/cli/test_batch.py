"""`vcardsvc batch`: what POST /batch gives, for files and folders."""

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.support.batches import table, written
from vcardsvc.cli.program import app

HEADER = "First Name,Last Name,Phone"
GOOD = table(HEADER, "Ada,Nowak,1", "Ben,Nowak,2")
MIXED = table(HEADER, "Ada,Nowak,1", "", ",,3", "Cy,Nowak,n/a")


def run(*arguments: str | Path, stdin: bytes = b"") -> Result:
    """`vcardsvc batch` with these arguments."""
    environ = {"COLUMNS": "200", "NO_COLOR": "1"}
    result = CliRunner().invoke(app, ["batch", *map(str, arguments)], input=stdin, env=environ)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A list of two contacts."""
    path = tmp_path / "good.csv"
    path.write_bytes(GOOD)
    return path


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A list with a row without a name."""
    path = tmp_path / "mixed.csv"
    path.write_bytes(MIXED)
    return path


def test_a_list_becomes_cards_on_stdout(good: Path) -> None:
    """The cards are those of the service; the counts stand on stderr."""
    result = run(good)
    assert (result.exit_code, result.stdout_bytes) == (0, written(GOOD))
    assert result.stderr == f"{good}: 2 cards, 0 errors, 0 skipped\n"
    assert run("-", stdin=GOOD).stdout_bytes == written(GOOD)


def test_a_row_without_a_card_is_told_and_a_failure(mixed: Path) -> None:
    """Its row, line, code and reason stand on stderr, and the exit code is 1."""
    result = run(mixed)
    assert (result.exit_code, result.stdout_bytes) == (1, written(MIXED))
    assert result.stderr == (
        f"{mixed}: 2 cards (1 with notes: see --report FILE), 1 error, 1 skipped\n"
        "  row 3, line 4: E1515 The first or last name for the vCard is required.\n"
    )


def test_a_row_of_a_company_alone_says_how_it_becomes_a_card(tmp_path: Path) -> None:
    """The option stands behind the reason; notes are in the report that was asked for."""
    file, report = tmp_path / "list.csv", tmp_path / "report.json"
    file.write_bytes(table("First Name,Company,Phone", ",Acme,1", "Ada,,n/a"))
    assert run(file, "--report", report).stderr == (
        f"{file}: 1 card (1 with notes: see {report}), 1 error, 0 skipped\n"
        "  row 1, line 2: E1515 The first or last name for the vCard is required. "
        "It names a company: company=card makes its card.\n"
    )


def test_the_name_of_the_output_says_its_form(mixed: Path, tmp_path: Path) -> None:
    """An archive and NDJSON are known by their ends."""
    archive, lines = tmp_path / "cards.zip", tmp_path / "rows.ndjson"
    run(mixed, "-o", archive)
    run(mixed, "-o", lines)
    with zipfile.ZipFile(archive) as opened:
        assert opened.namelist() == ["Ada Nowak.vcf", "Cy Nowak.vcf", "report.json", "failed.csv"]
    assert lines.read_bytes() == written(MIXED, form="ndjson")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "cards.zip", "mixed.csv", "rows.ndjson"
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["jcard", "xcard", "jscontact", "zip", "ndjson", "report"])
def test_the_form_is_an_option(form: Any, good: Path) -> None:
    """Each form is that of the service."""
    assert run(good, "--as", form).stdout_bytes == written(GOOD, form=form)


def test_a_folder_has_a_file_for_each_card(good: Path, mixed: Path, tmp_path: Path) -> None:
    """A name that two contacts have is counted on."""
    out = tmp_path / "out"
    assert run(good, mixed, "-o", f"{out}/").exit_code == 1
    assert sorted(path.name for path in out.iterdir()) == [
        "Ada Nowak (2).vcf", "Ada Nowak.vcf", "Ben Nowak.vcf", "Cy Nowak.vcf"
    ]  # fmt: skip
    octets = (out / "Ada Nowak.vcf").read_bytes() + (out / "Ben Nowak.vcf").read_bytes()
    assert octets == written(GOOD)


@pytest.mark.parametrize(("form", "ending"), [("jcard", "json"), ("xcard", "xml")])
def test_a_folder_has_whole_documents(form: str, ending: str, good: Path, tmp_path: Path) -> None:
    """Each file is a document of its form, under its end."""
    out = tmp_path / "out"
    run(good, "--as", form, "-o", f"{out}/")
    assert sorted(path.name for path in out.iterdir()) == [
        f"Ada Nowak.{ending}", f"Ben Nowak.{ending}"
    ]  # fmt: skip
    octets = (out / f"Ada Nowak.{ending}").read_bytes()
    assert octets.startswith(b'[["vcard"' if form == "jcard" else b"<?xml")
    assert octets.endswith(b"]\n" if form == "jcard" else b"</vcards>\n")


def test_several_lists_become_one_file(good: Path, mixed: Path, tmp_path: Path) -> None:
    """Their cards stand one behind the other."""
    out = tmp_path / "all.vcf"
    assert run(good, mixed, "-o", out).exit_code == 1
    assert out.read_bytes() == written(GOOD) + written(MIXED)
    refused = run(good, mixed, "--as", "jcard")
    assert (refused.exit_code, refused.stdout_bytes) == (1, b"")


def test_a_list_that_cannot_be_read_costs_no_other(good: Path, tmp_path: Path) -> None:
    """It is named on stderr, and the exit code is 1."""
    other = tmp_path / "page.csv"
    other.write_bytes(b"<html>")
    result = run(tmp_path / "none.csv", other, tmp_path, good)
    assert (result.exit_code, result.stdout_bytes) == (1, written(GOOD))
    assert result.stderr.splitlines()[:3] == [
        f"Cannot use {tmp_path / 'none.csv'}: No such file or directory.",
        f"{other}: It is a web page. Save the sheet as .xlsx or CSV.",
        f"Cannot use {tmp_path}: Is a directory.",
    ]


def test_the_report_is_a_file(mixed: Path, good: Path, tmp_path: Path) -> None:
    """One list has a report, several have a list of them."""
    path = tmp_path / "report.json"
    run(mixed, "--report", path)
    found = json.loads(path.read_text("utf-8"))
    assert (found["file"], found["cards"], found["errors"]) == (str(mixed), 2, 1)
    run(mixed, good, "--report", path)
    assert [one["file"] for one in json.loads(path.read_text("utf-8"))["lists"]] == [
        str(mixed), str(good)
    ]  # fmt: skip


def _failed(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[4:] for row in csv.reader(file)]


@pytest.mark.parametrize("form", ["card", "zip", "ndjson", "report"])
def test_failed_rows_are_a_file(form: str, mixed: Path, tmp_path: Path) -> None:
    """They can be mended and sent again, whatever the form of the result is."""
    path = tmp_path / "failed.csv"
    run(mixed, "--as", form, "--failed", path)
    assert _failed(path) == [HEADER.split(","), ["", "", "3"]]


def test_failed_rows_of_several_lists_are_several_files(mixed: Path, tmp_path: Path) -> None:
    """Lists have columns of their own, so a further file has a number."""
    other = tmp_path / "other.csv"
    other.write_bytes(table("Name,Company", ",Acme"))
    run(mixed, other, "--failed", tmp_path / "failed.csv")
    assert _failed(tmp_path / "failed.csv") == [HEADER.split(","), ["", "", "3"]]
    assert _failed(tmp_path / "failed-2.csv") == [["Name", "Company"], ["", "Acme"]]


def test_rows_of_an_earlier_run_do_not_stay(good: Path, mixed: Path, tmp_path: Path) -> None:
    """The file of failed rows goes when none failed, and so do those of further lists; it stays
    where a list could not be read."""
    failed, further = tmp_path / "failed.csv", tmp_path / "failed-2.csv"
    run(mixed, mixed, "--failed", failed)
    assert further.exists()
    run(mixed, good, "--failed", failed)
    assert (failed.exists(), further.exists()) == (True, False)
    run(good, tmp_path / "none.csv", "--failed", failed)
    assert failed.exists()
    run(good, "--failed", failed)
    assert not failed.exists()


def test_a_link_is_not_removed(good: Path, tmp_path: Path) -> None:
    """/dev/stdout is one."""
    link = tmp_path / "link"
    link.symlink_to(good)
    run(good, "--failed", link)
    assert (link.is_symlink(), good.read_bytes()) == (True, GOOD)


def test_failed_rows_do_not_replace_their_list(mixed: Path) -> None:
    """A list that is read is no file for its failed rows."""
    result = run(mixed, "--failed", mixed)
    assert (result.exit_code, mixed.read_bytes()) == (1, MIXED)
    assert result.stderr == f"--failed {mixed} is a list that is read: name another file.\n"


@pytest.mark.parametrize(
    ("name", "form", "text"),
    [
        ("x.csv", "", "A vCard is written to a file that ends in .vcf, not .csv."),
        ("x.json", "", "A vCard is written to a file that ends in .vcf, not .json, or say --as "
         "jcard."),
        ("x.xlsx", "", "A vCard is written to a file that ends in .vcf, not .xlsx."),
        ("x.vcf", "zip", "What --as zip makes is written to a file that ends in .zip, not .vcf, "
         "or say --as card."),
        ("x.json", "ndjson", "What --as ndjson makes is written to a file that ends in .ndjson or "
         ".jsonl, not .json, or say --as jcard."),
        ("x.zip", "card", "A vCard is written to a file that ends in .vcf, not .zip, or say --as "
         "zip."),
    ],
)  # fmt: skip
def test_the_ending_of_the_output_fits_its_form(
    name: str, form: str, text: str, good: Path, tmp_path: Path
) -> None:
    """Another one is refused, and nothing is written."""
    result = run(good, "-o", tmp_path / name, *(["--as", form] if form else []))
    assert (result.exit_code, result.stderr) == (1, f"{text}\n")
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["cards.vcf", "cards.VCF", "cards.vcard", "cards"])
def test_other_endings_of_the_output_are_the_callers(name: str, good: Path, tmp_path: Path) -> None:
    """An ending that names no other type is taken."""
    assert run(good, "-o", tmp_path / name).exit_code == 0
    assert (tmp_path / name).read_bytes() == written(GOOD)


def test_an_output_that_cannot_be_written_does_not_look_whole(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves no file under the name of the result."""
    opened = Path.open

    def full(path: Path, *arguments: Any, **options: Any) -> Any:
        file = opened(path, *arguments, **options)
        if path.name.endswith(".part"):

            def write(_: bytes) -> int:
                raise OSError(28, "No space left on device")

            monkeypatch.setattr(file, "write", write, raising=False)
        return file

    out = tmp_path / "all.vcf"
    out.write_bytes(b"before")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        result = run(good, "-o", out)
    assert (result.exit_code, out.read_bytes()) == (1, b"before")
    assert result.stderr == f"Cannot write {out}: No space left on device.\n"
    assert not out.with_name("all.vcf.part").exists()


@pytest.mark.parametrize("option", ["--report", "--failed", "-o"])
def test_a_file_that_cannot_be_written_is_named(option: str, mixed: Path, tmp_path: Path) -> None:
    """A folder that is not there is told, and no list is blamed for it."""
    path = tmp_path / "none" / "file"
    result = run(mixed, option, path)
    assert result.exit_code == 1
    assert result.stderr.endswith(f"Cannot write {path}: No such file or directory.\n")


def test_a_card_that_cannot_be_written_is_named(good: Path, tmp_path: Path) -> None:
    """A folder that has another folder under the name of a card."""
    path = tmp_path / "out" / "Ada Nowak.vcf"
    path.mkdir(parents=True)
    result = run(good, "-o", path.parent)
    assert (result.exit_code, result.stderr) == (1, f"Cannot write {path}: Is a directory.\n")


def test_columns_may_be_mapped(tmp_path: Path) -> None:
    """The map is JSON, or a file of it."""
    path, file = tmp_path / "map.json", tmp_path / "list.csv"
    path.write_text('{"Wer": "name"}', "utf-8")
    file.write_bytes(table("Wer,Was", "Ada Nowak,x"))
    assert b"FN:Ada Nowak" in run(file, "--map", '{"Wer": "name"}').stdout_bytes
    assert b"FN:Ada Nowak" in run(file, "--map", f"@{path}").stdout_bytes
    assert run(file, "--map", "@none.json").exit_code == 1


def test_a_map_of_columns_that_are_not_there_is_told(tmp_path: Path) -> None:
    """The list's columns are named; a map of which none is there is refused."""
    file = tmp_path / "list.csv"
    file.write_bytes(table("Name,Nr", "Ada Nowak,7"))
    some = run(file, "--map", '{"Nr": "custom.No", "Nummer": "custom.Number"}')
    assert (some.exit_code, b"FN:Ada Nowak" in some.stdout_bytes) == (0, True)
    told = (
        f'{file}: The map names "Nummer", which the list does not have; '
        'its columns are: "Name", "Nr"'
    )
    assert some.stderr.splitlines()[0] == f"{told}."
    explained = run(file, "--map", '{"Nr": "custom.No", "Nummer": "custom.Number"}', "--explain")
    assert explained.stderr == f"{told}.\n"
    none = run(file, "--map", '{"Nummer": "custom.Number"}')
    assert (none.exit_code, none.stdout_bytes) == (1, b"")
    assert none.stderr == (
        f'{file}: The map names "Nummer", and the list has no such column. '
        'Read with commas, its columns are: "Name", "Nr".\n'
    )


@pytest.mark.parametrize(
    ("option", "value"),
    [("--as", "pdf"), ("--map", "x"), ("--split", "0"), ("--delimiter", "x"),
     ("--encoding", "klingon"), ("--dialect", "lotus"), ("--target", "nokia")],
)  # fmt: skip
def test_a_wrong_option_is_named(option: str, value: str, good: Path) -> None:
    """The exit code is 2."""
    result = run(good, option, value)
    assert (result.exit_code, result.stdout_bytes) == (2, b"")
    assert option in result.stderr


def test_what_was_found_out_is_explained(mixed: Path) -> None:
    """The dialect, the encoding, each column with its field, and the first cards."""
    result = run(mixed, "--explain")
    assert result.exit_code == 0
    assert [line.strip() for line in result.stdout.splitlines()][:13] == [
        str(mixed),
        "format: 'text/csv'",
        "dialect: 'generic'",
        "encoding: 'utf-8'",
        "delimiter: ','",
        "header-line: 1",
        "date-order: 'not shown'",
        "duplicate-columns: []",
        "columns:",
        "First Name -> first",
        "Last Name -> last",
        "Phone -> phone",
        "",
    ]
    assert result.stdout.count("BEGIN:VCARD") == 2


@pytest.mark.parametrize("option", ["-o", "--report", "--failed"])
def test_what_is_explained_is_not_written(option: str, good: Path, tmp_path: Path) -> None:
    """--explain beside a file is refused, and the file is not there."""
    result = run(good, "--explain", option, tmp_path / "all.vcf")
    assert (result.exit_code, result.stdout_bytes) == (1, b"")
    assert result.stderr.startswith("--explain shows a list and writes no file")
    assert not (tmp_path / "all.vcf").exists()


def test_controls_of_a_list_do_not_reach_the_terminal(tmp_path: Path) -> None:
    """What moves a cursor is shown as its number."""
    file = tmp_path / "list.csv"
    file.write_bytes(table("First Name,\x1b[31mX", "Ada,\x1b[31m"))
    result = run(file, "--explain")
    assert "\x1b" not in result.stdout + result.stderr
