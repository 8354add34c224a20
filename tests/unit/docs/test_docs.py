"""The documentation says what the program says; its commands run and its links lead somewhere."""

import json
import re
import shlex
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support.contact_requests import lines
from tests.support.documentation import FILES, FOLDER, TOP, between, blocks, links, text
from tests.support.samples import SAMPLES
from vcardsvc.batch.columns import DIALECTS, LEAST_OUTLOOK, NAMES
from vcardsvc.batch.fields import ENTRIES, TEXTS, parse_field
from vcardsvc.batch.media_types import ENDINGS
from vcardsvc.batch.process import MEMORY
from vcardsvc.batch.request import CHOICES, KNOWN
from vcardsvc.cli.program import app
from vcardsvc.docs import INDEX, PAGES
from vcardsvc.docs.markdown import rendered
from vcardsvc.errors import NOTES
from vcardsvc.settings import MIB, Settings

PAGE_NAMES = [page.name for page in PAGES]

PROGRAM = ".venv/bin/vcardsvc "

PRINTED = [
    ("failures", "errors"),
    ("targets", "targets"),
    ("bots", "messengers"),
    ("settings", "settings"),
    *(
        (f"vendors/{vendor}", f"errors --vendor {vendor}")
        for vendor in ("autodns", "domainchief", "superoffice", "marketingcloud")
    ),
]
"""The pages with a table that the program prints, and the command for it."""


def test_every_file_is_a_page() -> None:
    """The table of contents has every file of the folder, and no other."""
    assert {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FILES} == set(
        PAGE_NAMES
    )


@pytest.mark.parametrize(("name", "command"), PRINTED)
def test_a_table_is_the_programs_own(name: str, command: str) -> None:
    """The tables of codes, targets and settings are printed by the program."""
    printed = CliRunner().invoke(app, [*command.split(), "--markdown"]).stdout.strip()
    assert between(name, f"vcardsvc {command} --markdown") == printed


def test_the_table_of_notes_is_the_catalogue() -> None:
    """Every code of a note stands with its meaning, in the order of the catalogue."""
    rows = [f"| `{code}` | {meaning} |" for code, meaning in NOTES]
    assert between("failures", "notes").split("\n")[2:] == rows


def _cells(name: str, comment: str, *columns: int) -> list[tuple[str, ...]]:
    """The cells in these columns of the table that stands there, row by row."""
    rows = [line.strip("|").split(" | ") for line in between(name, comment).split("\n")[2:]]
    return [tuple(row[at].strip() for at in columns) for row in rows]


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(f"`{one}`" for one in texts)


def _known_by(name: str) -> str:
    """What the table of dialects says of how one is known."""
    same = [one for one in DIALECTS if one.name == name]
    languages = ", ".join(one.language for one in same)
    if not same:
        return "any other table with a name of a column that people use"
    if len(same) == 1:
        return f"one of {_listed(sorted(same[0].signature))}"
    if same[0].signature:
        return f"{same[0].least} columns that Outlook has not, in {languages}"
    return f"{LEAST_OUTLOOK} columns, in {languages}"


def test_the_table_of_dialects_is_the_programs_own() -> None:
    """Every dialect of a list stands with the columns that it is known by, and its languages."""
    assert _cells("lists", "dialects", 0, 2) == [(f"`{one}`", _known_by(one)) for one in NAMES]


def test_the_fields_of_columns_are_those_that_map_takes() -> None:
    """Every field that a contact has once, and every kind of entry with its parts, in their order;
    the fields of the examples are some."""
    assert between("lists", "texts").replace("\n", " ") == _listed(TEXTS)
    assert _cells("lists", "fields", 0, 1) == [
        (f"`{kind}`", _listed(sorted(parts))) for kind, parts in ENTRIES.items()
    ]
    named = re.findall(r"`([a-z]+(?:-\d)?\.[^`]+)`", between("lists", "fields"))
    assert len(named) > len(ENTRIES)
    assert [one for one in named if parse_field(one) is None] == []


def test_the_options_of_lists_are_those_that_are_read() -> None:
    """Every option stands once, with its values in their order."""
    rows = {cells[0]: cells[1] for cells in _cells("lists", "options", 0, 1)}
    assert set(rows) == {f"`{name}`" for name in KNOWN}
    assert {name: rows[f"`{name}`"] for name in CHOICES} == {
        name: _listed(values) for name, (_, values) in CHOICES.items()
    }


def test_every_ending_and_media_type_of_a_list_is_named() -> None:
    """The table of formats has every ending, and the page the limits that it speaks of."""
    page = text("lists")
    assert [ending for ending in ENDINGS if f"`{ending}`" not in page] == []
    assert f"{Settings().batch_judged:,} rows (`VCARDSVC_BATCH_JUDGED`)" in page
    assert f"{Settings().batch_limit // MIB} MiB (`VCARDSVC_BATCH_LIMIT`)" in page
    assert f"{MEMORY // MIB} MiB, whatever the length" in page


def test_the_first_card_is_true() -> None:
    """The request of the quickstart makes the card below it."""
    request, card = blocks(between("quickstart", "first card"))
    body = re.search(r"-d '(.*?)'\n", request, re.S)
    assert body
    assert lines(json.loads(body[1])) == card.strip().split("\n")


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_the_files_it_names_are_there(name: str) -> None:
    """Every sample and every file of the package that a page names exists."""
    folders = r"(?<![/\w-])(?:samples|vcardsvc|tests|benchmarks|\.ci)/\w[\w./-]*"
    named = re.findall(folders, text(name))
    missing = [one for one in named if "NAME" not in one and not (TOP / one).exists()]
    assert [one for one in missing if one != "vcardsvc/VERSION"] == []


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_a_link_leads_to_a_page_and_its_heading(name: str) -> None:
    """Links are to pages of this folder, and to headings that are there."""
    for target in links(text(name)):
        file, _, anchor = target.partition("#")
        path = ((FOLDER / f"{name}.md").parent / file).resolve()
        assert path in FILES, target
        page = path.relative_to(FOLDER).with_suffix("").as_posix()
        anchors = {section.anchor for section in rendered(page).sections}
        assert not anchor or anchor in anchors, target


@pytest.mark.parametrize("name", [name for name in PAGE_NAMES if name != INDEX])
def test_a_page_is_reached_from_the_overview(name: str) -> None:
    """The overview, or a page that it links, leads to every page."""
    linked = {target.partition("#")[0] for target in links(text(INDEX))}
    linked |= {target.partition("#")[0] for target in links(text("contact-book"))}
    assert f"{name}.md" in linked


def _commands() -> list[str]:
    """Every line of the documentation that starts the program, but those that serve."""
    found = [
        line.partition(PROGRAM)[2].partition(" #")[0].strip()
        for path in FILES
        for code in blocks(path.read_text(), "sh")
        for line in code.splitlines()
        if PROGRAM in line
    ]
    return [one for one in found if not one.startswith("serve")]


@pytest.mark.parametrize("command", _commands())
def test_a_command_is_one_of_the_program(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command of the documentation has names and options that the program knows."""
    monkeypatch.chdir(tmp_path)
    for name in ("samples", "FILE"):
        (tmp_path / name).symlink_to(
            SAMPLES if name == "samples" else SAMPLES / "requests" / "john-appleseed.json"
        )
    monkeypatch.setenv("VCARDSVC_DATABASE_URL", f"sqlite:///{tmp_path}/cards.db")
    ran = CliRunner().invoke(app, shlex.split(command), input="y\n")
    assert ran.exit_code != 2, ran.output


def test_the_sample_on_the_command_line_makes_a_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands without a server make a card with a photo that has no fault."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "samples").symlink_to(SAMPLES)
    code = next(one for one in blocks(text("quickstart"), "sh") if f"{PROGRAM}card" in one)
    commands = [line.removeprefix(PROGRAM) for line in code.splitlines()]
    assert [one.split()[0] for one in commands] == ["card", "check"]
    for command in commands:
        ran = CliRunner().invoke(app, shlex.split(command))
        assert ran.exit_code == 0, ran.output
    assert b"PHOTO;ENCODING=b;TYPE=JPEG:" in (tmp_path / "john.vcf").read_bytes()


def test_the_keys_of_the_documentation_are_created_and_revoked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The three commands about keys run one after the other."""
    monkeypatch.setenv("VCARDSVC_DATABASE_URL", f"sqlite:///{tmp_path}/keys.db")
    (code,) = blocks(text("keys-and-limits"), "sh")
    for line in code.splitlines():
        ran = CliRunner().invoke(app, shlex.split(line.partition("#")[0].removeprefix(PROGRAM)))
        assert ran.exit_code == 0, ran.output


@pytest.mark.parametrize("name", PAGE_NAMES)
def test_a_title_is_a_heading(name: str) -> None:
    """A page begins with one heading of the first level, and has no other."""
    levels = [section.level for section in rendered(name).sections]
    assert (levels[0], levels.count(1)) == (1, 1)
