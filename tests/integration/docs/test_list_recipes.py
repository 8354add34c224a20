"""The recipes of the page "A whole list", run as they stand; the outputs are the samples."""

import importlib.util
import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.batch_samples import FOLDER
from tests.support.documentation import block, blocks, text
from tests.support.samples import SAMPLES
from tests.support.service import LONGEST, Served, environ, serving

PAGE: Final = "lists"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service."""
    with serving(tmp_path_factory.mktemp("lists")) as started:
        yield started


def run(
    name: str, folder: Path, program: tuple[str, ...], status: int = 0, **variables: str
) -> bytes:
    """What a recipe printed in a folder that has the samples and the program; it ended with this
    status."""
    (folder / "samples").symlink_to(SAMPLES)
    (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
    ran = subprocess.run(
        [*program, block(PAGE, f"recipe: {name}")],
        env={**environ(folder, {}), "LC_ALL": "C.UTF-8", **variables},
        cwd=folder,
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )
    assert ran.returncode == status, ran.stderr.decode()
    return ran.stdout


SHELL: Final = ("sh", "-eu", "-c")
PYTHON: Final = (sys.executable, "-c")

CURL: Final = pytest.mark.skipif(not shutil.which("curl"), reason="the recipe needs curl")


@CURL
def test_curl_makes_the_cards_of_two_exports(tmp_path: Path, served: Served) -> None:
    """The files are the samples."""
    run("curl", tmp_path, SHELL, VCARDSVC=served.url.rstrip("/"), KEY=served.key)

    assert (tmp_path / "google.vcf").read_bytes() == (FOLDER / "google.vcf").read_bytes()
    assert (tmp_path / "outlook.vcf").read_bytes() == (FOLDER / "outlook.apple.vcf").read_bytes()


@CURL
def test_a_map_names_a_column(tmp_path: Path, served: Served) -> None:
    """Its JSON gets through a URL; the command line makes the same cards of it."""
    by_curl, by_command = tmp_path / "curl", tmp_path / "command"
    for folder in (by_curl, by_command):
        folder.mkdir()
    run("map", by_curl, SHELL, VCARDSVC=served.url.rstrip("/"), KEY=served.key)
    run("command-line-map", by_command, SHELL, status=1)  # a row of this list fails

    cards = (by_curl / "customers.vcf").read_text()
    assert cards == (by_command / "customers.vcf").read_text()
    assert ("X-ABLabel:Customer" in cards, "0042" in cards) == (True, True)


@CURL
def test_the_report_is_the_sample_and_has_the_counts_of_the_page(
    tmp_path: Path, served: Served
) -> None:
    """The report is the recorded one; the header on the page has its counts."""
    printed = run("report", tmp_path, SHELL, VCARDSVC=served.url.rstrip("/"), KEY=served.key)

    assert printed == (FOLDER / "sheet-semicolon.report.json").read_bytes()
    report = json.loads(printed)
    counts = ", ".join(f"{name}={report[name]}" for name in ("cards", "errors", "skipped"))
    assert f"Vcard-Rows: {counts}\n" in blocks(text(PAGE))


def test_the_command_line_gives_the_same(tmp_path: Path) -> None:
    """The files are those that the service gives; --explain shows columns and cards."""
    printed = run("command-line", tmp_path, SHELL).decode()

    assert (tmp_path / "google.vcf").read_bytes() == (FOLDER / "google.vcf").read_bytes()
    assert (tmp_path / "outlook.vcf").read_bytes() == (FOLDER / "outlook.apple.vcf").read_bytes()
    with zipfile.ZipFile(io.BytesIO((tmp_path / "cards.zip").read_bytes())) as archive:
        cards = [archive.read(name) for name in archive.namelist() if name != "report.json"]
    assert b"".join(cards) == (FOLDER / "sheet.vcf").read_bytes()
    assert json.loads((tmp_path / "report.json").read_text())["cards"] == 3
    assert not (tmp_path / "failed.csv").exists()
    assert ("Kundennummer -> not known" in printed, "FN:Jörg Müller" in printed) == (True, True)


def test_python_reads_the_rows(tmp_path: Path) -> None:
    """Each row of the export has its result."""
    printed = run("python", tmp_path, PYTHON).decode().splitlines()

    assert [line.split(" card ")[0] for line in printed] == ["1", "2", "3"]
    assert "Dr. Ada Thornbury" in printed[0]


@pytest.mark.skipif(not importlib.util.find_spec("dask"), reason="the recipe needs Dask")
def test_dask_reads_parts_of_a_list(tmp_path: Path) -> None:
    """Its processes make every card."""
    script = tmp_path / "recipe.py"
    script.write_text(block(PAGE, "recipe: dask"))

    assert run("dask", tmp_path, (sys.executable, str(script))) == b"3\n"


@pytest.mark.skipif(not shutil.which("parallel"), reason="the recipe needs GNU parallel")
def test_gnu_parallel_reads_pieces_of_a_list(tmp_path: Path) -> None:
    """The cards are those of the whole list."""
    run("parallel", tmp_path, SHELL)

    assert (tmp_path / "all.vcf").read_bytes() == (FOLDER / "names.vcf").read_bytes()


@pytest.mark.skipif(not shutil.which("split"), reason="the recipe needs split")
def test_pieces_of_a_list_become_one_file(tmp_path: Path) -> None:
    """Every line has its card."""
    run("split", tmp_path, SHELL)

    assert (tmp_path / "all.vcf").read_text().count("\nFN:") == 2
