"""The command line as a program."""

import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from tests.support.service import LONGEST, command, environ
from vcardsvc.cli.program import app


def _program(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        arguments,
        env=environ(folder, {}),
        cwd=folder,
        capture_output=True,
        timeout=LONGEST,
        text=True,
        check=False,
    )


def test_the_module_is_the_program(tmp_path: Path) -> None:
    """`python -m vcardsvc` is the same command line."""
    done = _program(*command("errors", "--markdown"), folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == CliRunner().invoke(app, ["errors", "--markdown"]).stdout
    assert _program(*command(), folder=tmp_path).returncode == 2


def test_the_main_module_is_light(tmp_path: Path) -> None:
    """A photo decoder runs the main module again, so it brings nothing else with it."""
    code = (
        "import sys; before = set(sys.modules); import vcardsvc.__main__; "
        "print(*sorted(set(sys.modules) - before))"
    )
    done = _program(sys.executable, "-c", code, folder=tmp_path)
    assert done.stdout.split() == ["vcardsvc", "vcardsvc.__main__"]
