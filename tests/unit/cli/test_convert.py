"""`vcardsvc convert`, and `check` over files and directories: what HTTP gives, for many files."""

import json
import os
import re
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from tests.support.conversion_samples import CONVERSIONS, FOLDER, VCARD, Conversion
from vcardsvc.cli.program import app
from vcardsvc.vcard import PROFILES

ADA: Final = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Nowak;Ada;;;\r\nFN:Ada Nowak\r\nEND:VCARD\r\n"
BEN: Final = ADA.replace(b"Ada", b"Ben")
BROKEN: Final = ADA.replace(b"FN:", b"a line without a colon\r\nFN:")

CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")
"""What moves the cursor of a terminal, or turns its text around."""


def run(*arguments: str | Path, stdin: bytes = b"", columns: str = "200") -> Result:
    """`vcardsvc` with these arguments."""
    environ = {"COLUMNS": columns, "NO_COLOR": "1"}
    result = CliRunner().invoke(app, [*map(str, arguments)], input=stdin, env=environ)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def _words(one: Conversion) -> list[str]:
    """The options of a sample's query as words."""
    query = one.target.partition("?")[2]
    pairs = (option.split("=") for option in query.split("&") if option)
    return [
        word
        for name, value in pairs
        for word in (f"--{name}".replace("photo", "photo-rule"), value)
    ]


@pytest.mark.parametrize(
    "sample",
    [
        one
        for one in CONVERSIONS
        if one.target.startswith("/convert") and ".failure." not in one.result
    ],
    ids=lambda one: one.result,
)
def test_a_file_becomes_what_it_becomes_over_http(sample: Conversion) -> None:
    """The media type follows from the file's name, the options are those of the query."""
    file = FOLDER / sample.source
    by_stdin = sample.media_type == VCARD
    result = run("convert", "-" if by_stdin else file, *_words(sample), stdin=file.read_bytes())

    assert (result.exit_code, result.stdout_bytes) == (0, (FOLDER / sample.result).read_bytes())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of cards at two depths, and a file of something else."""
    inside = tmp_path / "in" / "deep"
    inside.mkdir(parents=True)
    (tmp_path / "in" / "ada.vcf").write_bytes(ADA)
    (inside / "ben.VCF").write_bytes(BEN)
    (inside / "notes.txt").write_bytes(b"no card")
    return tmp_path / "in"


def test_all_cards_go_into_one_file(folder: Path, tmp_path: Path) -> None:
    """Files and directories in their order, those of a directory by name; nothing on stdout."""
    out = tmp_path / "all.vcf"
    result = run("convert", "-", folder, folder / "ada.vcf", "-o", out, stdin=BEN)

    assert (result.exit_code, result.output) == (0, "")
    assert out.read_bytes() == run("convert", "-", stdin=BEN + ADA + BEN + ADA).stdout_bytes
    assert [one.name for one in tmp_path.iterdir() if one != folder] == ["all.vcf"]


def test_each_file_becomes_one_of_its_own_in_a_directory(folder: Path, tmp_path: Path) -> None:
    """The ending is that of the form; a name that two files have is counted on."""
    (folder / "deep" / "ada.vcard").write_bytes(BEN)
    out = tmp_path / "out"
    out.mkdir()
    result = run("convert", folder, "-", "--as", "jcard", "-o", out, stdin=ADA)

    assert (result.exit_code, result.output) == (0, "")
    names = {path.name: json.loads(path.read_bytes())[1][2][3] for path in out.iterdir()}
    assert names == {
        "ada.json": "Ada Nowak",
        "ada-2.json": "Ben Nowak",
        "ben.json": "Ben Nowak",
        "stdin.json": "Ada Nowak",
    }


def test_what_is_lost_is_said_of_each_file(tmp_path: Path) -> None:
    """A note stands on stderr with its file and the card's place in there, and is no failure."""
    for name in ("a.vcf", "b.vcf"):
        text = ADA + BEN.replace(b"FN:", b"NICKNAME:Benny\r\nFN:")
        (tmp_path / name).write_bytes(text)
    result = run("convert", tmp_path, "--target", "telegram")

    assert result.exit_code == 0
    reason = "card/1/NICKNAME/0 dropped: "
    found = [line.partition(reason)[0] for line in result.stderr.splitlines()]
    assert found == [f"{tmp_path / 'a.vcf'}: ", f"{tmp_path / 'b.vcf'}: "]


def test_what_cannot_be_read_is_said_and_the_rest_is_converted(tmp_path: Path) -> None:
    """A file that is missing, empty, no card or broken in part gives a line and exit code 1; JSON
    of something else in a directory a line alone."""
    for name, octets in (("a", b""), ("b", b"hello"), ("c", BROKEN), ("d", ADA)):
        (tmp_path / f"{name}.vcf").write_bytes(octets)
    (tmp_path / "e.json").write_bytes(b"{}")
    result = run("convert", tmp_path / "away.vcf", tmp_path)

    assert result.exit_code == 1
    assert result.stdout_bytes == run("convert", "-", stdin=ADA + ADA).stdout_bytes
    lines = [line.replace(f"{tmp_path}/", "") for line in result.stderr.splitlines()]
    assert lines[:3] == [
        "Cannot read away.vcf: No such file or directory.",
        "Cannot use a.vcf: it is empty.",
        "b.vcf: The file holds no BEGIN:VCARD.",
    ]
    assert lines[3].startswith("c.vcf: card/0/line/4 unreadable: ")
    assert lines[4:] == ["e.json: no card is in it; it is passed over."]
    named = run("convert", tmp_path / "e.json")
    assert named.exit_code == 1
    assert re.match(".*e.json: E1527: A query option has a value", named.stderr)


def test_a_refused_file_leaves_the_others_alone(folder: Path, tmp_path: Path) -> None:
    """A card without a number is no contact of Telegram: the file is named, the next one made."""
    (folder / "zoe.vcf").write_bytes(ADA.replace(b"FN:", b"TEL:+48225550123\r\nFN:"))
    out = tmp_path / "out"
    out.mkdir()
    result = run("convert", folder, "--as", "telegram", "-o", out)

    assert result.exit_code == 1
    assert [path.name for path in out.iterdir()] == ["zoe.json"]
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == ["E406 /card/0"] * 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--as", "link"], "A link needs an address to begin with: set VCARDSVC_PUBLIC_URL."),
        (["-o", "cards.json"], "A vCard is written to a file that ends in .vcf, not .json"),
    ],
)
def test_what_cannot_be_made_is_refused(words: list[str], sentence: str) -> None:
    result = run("convert", "-", *words, stdin=ADA)

    assert (result.exit_code, result.stdout_bytes) == (1, b"")
    assert re.match(sentence, result.stderr)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--from", "fax"], "--from: from is one of: createcontact, whatsapp"),
        (["--target", "nobody"], f"--target: target is one of: {', '.join(PROFILES)}"),
        (["--version", "5.0"], "--version: version is one of: 2.1, "),
        (["--photo-rule", "maybe"], "--photo-rule: photo is one of: require, "),
    ],
)
@pytest.mark.parametrize("command", ["convert", "check", "check --fix"])
def test_an_unknown_value_of_an_option_is_a_usage_error(
    command: str, words: list[str], sentence: str
) -> None:
    """As typer's own are: exit code 2."""
    result = run(*command.split(), "-", *words, stdin=ADA)

    assert (result.exit_code, result.stdout_bytes) == (2, b"")
    assert f"Invalid value for {sentence}" in result.stderr


def test_a_directory_is_made_where_it_ends_in_a_slash(folder: Path, tmp_path: Path) -> None:
    """Without the slash the name is that of a file."""
    result = run("convert", folder, "-o", f"{tmp_path}/new/out/")

    assert (result.exit_code, result.output) == (0, "")
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == [
        "ada.vcf",
        "ben.vcf",
    ]
    result = run("convert", folder, "-o", f"{folder / 'ada.vcf'}/")
    assert (result.exit_code, result.stderr) == (
        1,
        f"Cannot make {folder / 'ada.vcf'}: File exists.\n",
    )


@pytest.mark.parametrize("command", ["convert", "check --fix"])
def test_a_photo_that_is_away_is_no_reason_to_refuse(tmp_path: Path, command: str) -> None:
    """It is left out and noted; where it is required, the refusal names its file."""
    photo = b"PHOTO;VALUE=uri:http://127.0.0.1/a.jpg\r\nFN:"
    (tmp_path / "a.vcf").write_bytes(ADA)
    (tmp_path / "b.vcf").write_bytes(ADA + BEN.replace(b"FN:", photo))
    noted = run(*command.split(), tmp_path)
    assert (noted.exit_code, noted.stdout_bytes.count(b"PHOTO")) == (0, 0)
    assert noted.stderr.startswith(f"{tmp_path / 'b.vcf'}: card/1/PHOTO/0 E1520: ")
    refused = run(*command.split(), tmp_path, "--photo-rule", "require")
    assert (refused.exit_code, refused.stdout_bytes) == (1, b"")
    assert refused.stderr.startswith(f"{tmp_path / 'b.vcf'}: E1520 /card/1/PHOTO/0: ")
    kept = run(*command.split(), tmp_path, "--photo-rule", "none")
    assert b"PHOTO;VALUE=uri:http://127.0.0.1/a.jpg" in kept.stdout_bytes


def test_a_directory_without_cards_is_said(tmp_path: Path) -> None:
    result = run("convert", tmp_path)

    assert result.exit_code == 1
    assert result.stderr == "There is no file of cards in these directories.\n"


def test_an_unwritten_file_stays_as_it_was(tmp_path: Path) -> None:
    """Nothing is written where nothing can be read, or where the folder is away."""
    out = tmp_path / "out.vcf"
    out.write_bytes(b"before")

    assert run("convert", "-", "-o", out, stdin=b"hello").exit_code == 1
    assert out.read_bytes() == b"before"
    away = tmp_path / "no" / "out.vcf"
    result = run("convert", "-", "-o", away, stdin=ADA)
    assert (result.exit_code, result.stderr) == (
        1,
        f"Cannot write {away}: No such file or directory.\n",
    )


HOSTILE: Final = "\x1b[2J\x9b1m\u202e"
MEMBER: Final = json.dumps({"name": {"formatted_name": "A"}, f"x{HOSTILE}": 1}).encode()


@pytest.mark.parametrize("command", ["convert", "check"])
def test_nothing_of_a_card_or_a_name_commands_the_terminal(command: str, tmp_path: Path) -> None:
    """Names of members, properties and files are written out on stderr and stdout."""
    shared, card = tmp_path / f"a{HOSTILE}.json", tmp_path / f"b{HOSTILE}.vcf"
    shared.write_bytes(MEMBER)
    card.write_bytes(ADA.replace(b"FN:", f"X-{HOSTILE}:1\r\nNOTE:{HOSTILE}\r\nFN:".encode()))
    away = tmp_path / f"c{HOSTILE}.vcf"
    out: list[str | Path] = ["-o", tmp_path / "o.vcf"] if command == "convert" else []
    for files in ([shared, card], [away], [tmp_path / f"d{HOSTILE}"]):
        result = run(command, *files, "--from", "whatsapp", *out)
        assert result.exit_code == 1
        assert CONTROLS.findall(result.output) == []
        assert "u001b[2J" in result.output


def test_a_check_as_json_is_one_object_a_file(folder: Path) -> None:
    """The objects of POST /check, each with its file; only controls that JSON escapes are there."""
    (folder / "ada.vcf").write_bytes(ADA.replace(b"FN:", f"NOTE:{HOSTILE}é\r\nFN:".encode()))
    result = run("check", "--json", folder)
    values = [json.loads(line) for line in result.stdout.splitlines()]

    assert [value["file"] for value in values] == [
        str(folder / "ada.vcf"),
        str(folder / "deep" / "ben.VCF"),
    ]
    assert [list(value) for value in values] == [["file", "cards", "notes"]] * 2
    assert values[1]["cards"] == [
        {"version": "3.0", "says": [{"name": "Name", "text": "Ben Nowak"}], "findings": []}
    ]
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", result.stdout) == []


def test_the_json_of_a_check_goes_into_a_file(folder: Path, tmp_path: Path) -> None:
    """What would go to stdout; -o alone has nothing to write."""
    out = tmp_path / "check.json"
    result = run("check", "--json", folder, "-o", out)

    assert (result.exit_code, result.output) == (0, "")
    assert out.read_bytes() == run("check", "--json", folder).stdout_bytes
    alone = run("check", folder, "-o", out)
    assert alone.exit_code == 2
    assert "It needs --fix or --json." in alone.stderr


def test_the_name_of_a_file_may_be_any_octets(tmp_path: Path) -> None:
    """A name that is no UTF-8 is written out in JSON."""
    file = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.vcf")
    Path(file).write_bytes(ADA)
    result = run("check", "--json", file)

    assert result.exit_code == 0
    assert json.loads(result.stdout)["file"].endswith("/\\udcff.vcf")


def test_a_check_of_a_target_has_what_matters_there() -> None:
    """With --target only what its reader gets wrong counts, for the exit code too."""
    card = ADA.replace(b"FN:Ada Nowak\r\n", b"EMAIL;TYPE=INTERNET:a@b.example\r\n")

    everywhere = run("check", "-", "--json", stdin=card)
    assert everywhere.exit_code == 1
    codes = [one["code"] for one in json.loads(everywhere.stdout)["cards"][0]["findings"]]
    assert codes == ["fn-missing", "internet-alone"]
    android = run("check", "-", "--target", "android", stdin=card)
    assert (android.exit_code, android.stdout.count("warning line")) == (0, 1)
    refused = run("check", "-", "--target", "nobody", stdin=card)
    assert (refused.exit_code, refused.stdout) == (2, "")


def test_a_check_of_several_files_names_each(folder: Path) -> None:
    """One file with a fault is enough for exit code 1; the others are shown all the same."""
    (folder / "broken.vcf").write_bytes(BROKEN)
    result = run("check", folder, folder / "away.vcf")

    assert result.exit_code == 1
    assert result.stderr == f"Cannot read {folder / 'away.vcf'}: No such file or directory.\n"
    shown = [line for line in result.stdout.splitlines() if line.startswith(str(folder))]
    assert shown == [str(folder / one) for one in ("ada.vcf", "broken.vcf", "deep/ben.VCF")]


def test_a_check_of_another_format_shows_what_it_says() -> None:
    """JSON needs --from; what stands for nothing is named, what cannot be read fails too."""
    assert run("check", "-", stdin=MEMBER).exit_code == 1
    result = run("check", "-", "--from", "whatsapp", stdin=MEMBER)
    assert result.exit_code == 0
    assert "  Name: A\n" in result.stdout
    assert "No property of a card stands for this member." in result.stdout
    wrong = b'{"name": {"formatted_name": "A"}, "phones": 5}'
    assert run("check", "-", "--from", "whatsapp", stdin=wrong).exit_code == 1
    mild = run("check", FOLDER / "createcontact.json", "--from", "createcontact")
    assert mild.exit_code == 0


def test_a_check_mends(tmp_path: Path) -> None:
    """--fix writes the cards as `convert` does, to stdout or a file."""
    out = tmp_path / "mended.vcf"
    mended = (FOLDER / "nokia.mended.vcf").read_bytes()

    assert run("check", "--fix", FOLDER / "nokia.vcf").stdout_bytes == mended
    assert run("check", "--fix", FOLDER / "nokia.vcf", "-o", out).output == ""
    assert out.read_bytes() == mended
    apple = run("check", "--fix", FOLDER / "nokia.vcf", "--target", "apple").stdout_bytes
    assert apple == (FOLDER / "nokia.apple.vcf").read_bytes()


@pytest.mark.parametrize("command", ["convert", "check"])
@pytest.mark.parametrize(
    ("terminal", "files", "shown"), [(True, 2, True), (True, 1, False), (False, 2, False)]
)
def test_many_files_have_a_bar_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    command: str,
    *,
    terminal: bool,
    files: int,
    shown: bool,
) -> None:
    """Two or more, and only where stderr is a terminal."""
    monkeypatch.setattr("vcardsvc.cli.card_files.is_terminal", lambda: terminal)
    names = [folder / "ada.vcf", folder / "deep" / "ben.VCF"][:files]
    result = run(command, *names)

    assert result.exit_code == 0
    assert ("100%" in result.stderr) is shown
    assert "100%" not in result.stdout
