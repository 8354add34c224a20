"""The README says what the program says, and its first card is the one that comes back."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.asking import lines
from tests.samples import CARDS, PHOTOS, SAMPLES
from vcardsvc.cli import app

README = (Path(__file__).parent.parent / "README.md").read_text()


@pytest.mark.parametrize("command", ["errors", "targets", "settings"])
def test_a_table_is_the_programs_own(command: str) -> None:
    """The tables of codes and settings are printed by the program, not written by hand."""
    printed = CliRunner().invoke(app, [command, "--markdown"]).stdout.strip()
    found = re.search(rf"<!-- vcardsvc {command} --markdown -->\n(.*?)\n<!-- end -->", README, re.S)
    assert found
    assert found[1].strip() == printed


def test_the_first_screen_is_true() -> None:
    """The request that opens the README makes the card that stands below it."""
    request, card = re.findall(r"```(?:sh)?\n(.*?)```", README, re.S)[:2]
    body = re.search(r"-d '(.*?)'\n", request, re.S)
    assert body
    assert lines(json.loads(body[1])) == card.strip().split("\n")
    recorded = (CARDS / "john-appleseed.vcf").read_bytes().decode()
    assert card.strip().split("\n") == recorded.split("\r\n")[:-1]


def test_the_files_it_names_are_there() -> None:
    """Every sample and photo in a command of the README exists."""
    for name in re.findall(r"samples/[\w./-]+\.\w+", README):
        assert (SAMPLES.parent / name).exists(), name
    assert PHOTOS.is_dir()


def test_the_sample_on_the_command_line_makes_a_card(tmp_path: Path) -> None:
    """The README's command without a server makes a card with a photo that has no fault."""
    commands = re.findall(r"^\.venv/bin/vcardsvc (card|check) (.*)$", README, re.M)
    assert [name for name, _ in commands] == ["card", "check"]
    out = tmp_path / "john.vcf"
    for name, arguments in commands:
        given = (
            arguments.replace("john.vcf", str(out)).replace("samples/", f"{SAMPLES}/", 2).split()
        )
        ran = CliRunner().invoke(app, [name, *given])
        assert ran.exit_code == 0, ran.output
    assert b"PHOTO;ENCODING=b;TYPE=JPEG:" in out.read_bytes()
