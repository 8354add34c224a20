"""The files of samples/deploy, as tests read them."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.support.samples import SAMPLES
from vcardsvc.settings import PREFIX

FOLDER: Final = SAMPLES / "deploy"
FILES: Final = tuple(sorted(path for path in FOLDER.rglob("*") if path.is_file()))

DOCUMENTS: Final = FOLDER / "kubernetes"

_SETTING: Final = re.compile(rf"\b{PREFIX}[A-Z_]+\b")


def settings_named(text: str) -> set[str]:
    """The variables of the service that a text names."""
    return set(_SETTING.findall(text))


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip where one of these programs is missing."""
    missing = [one for one in programs if tool(one) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def tool(name: str) -> str | None:
    """The path of a program, which may stand beside this Python."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


def run(*arguments: str | Path, seconds: float = 60, **options: Any) -> str:
    """What a program prints, stderr behind stdout. Raises AssertionError when it fails."""
    program = tool(str(arguments[0]))
    assert program, arguments[0]
    ran: subprocess.CompletedProcess[str] = subprocess.run(
        [program, *arguments[1:]],
        capture_output=True, text=True, check=False, timeout=seconds, **options,
    )  # fmt: skip
    assert ran.returncode == 0, f"{arguments}\n{ran.stdout[-4000:]}\n{ran.stderr[-4000:]}"
    return ran.stdout + ran.stderr


def documents(name: str) -> list[Any]:
    """The YAML documents of a file."""
    return list(yaml.safe_load_all((FOLDER / name).read_text()))


@cache
def resources() -> dict[tuple[str, str], Any]:
    """The resources of Kubernetes by kind and name."""
    found = [
        one
        for path in sorted(DOCUMENTS.glob("*.yaml"))
        for one in yaml.safe_load_all(path.read_text())
    ]
    return {(one["kind"], one["metadata"]["name"]): one for one in found}


def compose() -> Any:
    """The compose file, with its anchors put in."""
    (document,) = documents("compose.yaml")
    return document


def filled(environment: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """The environment of a compose file with the variables of the shell put in."""
    replace: Callable[[re.Match[str]], str] = lambda found: values[found[1]]  # noqa: E731
    return {
        name: re.sub(r"\$\{(\w+)(?::\?[^}]*)?\}", replace, str(value))
        for name, value in environment.items()
    }


def options_of(arguments: Sequence[str]) -> dict[str, str]:
    """The options of a command line of the program, by name."""
    found = dict(zip(arguments, [*arguments[1:], ""], strict=True))
    return {name: value for name, value in found.items() if name.startswith("--")}
