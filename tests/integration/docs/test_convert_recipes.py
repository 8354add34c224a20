"""The recipes of the page "Convert and check", run as they stand; the outputs are the samples."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import zxingcpp
from PIL import Image

from tests.support.conversion_samples import FOLDER
from tests.support.documentation import block, blocks, text
from tests.support.samples import SAMPLES
from tests.support.service import LONGEST, Served, environ, serving

PAGE: Final = "convert-and-check"

SCALE: Final = 4
"""Pixels of a module's side, as many as a reader of codes needs."""

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="the recipes need curl")


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service."""
    with serving(tmp_path_factory.mktemp("convert")) as started:
        yield started


def run(name: str, folder: Path, **variables: str) -> bytes:
    """What a recipe printed in a folder that has the samples; it went well."""
    (folder / "samples").symlink_to(SAMPLES)
    ran = subprocess.run(
        ["sh", "-eu", "-c", block(PAGE, f"recipe: {name}")],
        env={**environ(folder, {}), "LC_ALL": "C.UTF-8", **variables},
        cwd=folder,
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("nokia", "nokia.apple.vcf"),
        ("whatsapp", "whatsapp-webhook.vcf"),
        ("jcard", "jcard.svg"),
        ("check", "nokia.check.json"),
    ],
)
def test_a_recipe_gives_the_sample(tmp_path: Path, cards: Served, name: str, result: str) -> None:
    """The octets are those of the file that the page names."""
    printed = run(name, tmp_path, VCARDSVC=cards.url.rstrip("/"), KEY=cards.key)

    assert printed == (FOLDER / result).read_bytes()


def test_the_code_of_the_jcard_holds_the_card() -> None:
    """A reader of QR codes finds the card for QR codes in the picture."""
    (found,) = zxingcpp.read_barcodes(_drawn((FOLDER / "jcard.svg").read_text()))

    assert found.text.splitlines() == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:Nowak;Ada;;;",
        "FN:Ada Nowak",
        "ORG:Example Mills",
        "TEL;TYPE=WORK:+48225550123",
        "EMAIL;TYPE=WORK:ada.nowak@example.com",
        "URL:https://mills.example.com",
        "END:VCARD",
    ]


def _drawn(svg: str) -> Image.Image:
    """The modules of a code: strokes of one row each, `M4 4h7` and moves by `m`."""
    found = re.search(r'd="M0 0h(\d+)v.*? stroke="#000" d="([^"]+)"', svg)
    assert found
    side = int(found[1])
    image = Image.new("L", (side, side), 255)
    x = y = 0.0
    for letter, numbers in re.findall(r"([Mmh])([-\d. ]+)", found[2]):
        if letter == "h":
            length = int(numbers)
            image.paste(0, (int(x), int(y), int(x) + length, int(y) + 1))
            x += length
        else:
            across, down = map(float, numbers.split())
            x, y = (across, down) if letter == "M" else (x + across, y + down)
    return image.resize((side * SCALE, side * SCALE), Image.Resampling.NEAREST)


def test_the_command_line_gives_the_same(tmp_path: Path, cards: Served) -> None:
    """The files are those that the service gives."""
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    printed = run("command-line", tmp_path)

    assert (tmp_path / "aino.vcf").read_bytes() == (FOLDER / "nokia.apple.vcf").read_bytes()
    assert (tmp_path / "mended.vcf").read_bytes() == (FOLDER / "nokia.mended.vcf").read_bytes()
    kind, properties = json.loads((tmp_path / "barbara.json").read_bytes())
    assert kind == "vcard"
    assert ["fn", {}, "text", "Dr. Barbara J. Nowak"] in properties
    assert [one["findings"] for one in json.loads(printed)["cards"]] == [[]]


def test_the_finding_that_the_page_shows_is_one_of_the_check() -> None:
    """The example is in the response to the recipe."""
    (shown,) = blocks(text(PAGE), "json")
    checked = json.loads((FOLDER / "nokia.check.json").read_bytes())

    assert json.loads(shown) in checked["cards"][0]["findings"]
