"""The command line of the MCP Inspector judges the tools, over stdio and over HTTP."""

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.agents import ADA
from tests.support.service import KEY, LONGEST, Served, command, environ, serving
from vcardsvc.agents.schemas import CHECK, CONVERT, CREATE, TARGETS

PACKAGE: Final = "@modelcontextprotocol/inspector"
PROGRAM: Final = "clients/launcher/build/index.js"
LEAST: Final = (22, 19)
"""The version of node that it needs."""

WAIT: Final = ("--connect-timeout", str(int(1000 * LONGEST)))


@functools.cache
def inspector() -> list[str]:
    """The command; the test is skipped where the inspector, or a node that is new enough, is
    missing. npm's package `node` is taken before the system's."""
    folder = Path(os.environ.get("READERS_NODE_MODULES", "node_modules"))
    program = folder / PACKAGE / PROGRAM
    if not program.exists():
        pytest.skip(f"no {PACKAGE} in {folder}")
    own = folder / "node" / "bin" / "node"
    maybe_node = str(own) if own.exists() else shutil.which("node")
    if maybe_node is None:
        pytest.skip("no node on PATH")
    printed = subprocess.run(
        [maybe_node, "--version"], capture_output=True, text=True, timeout=LONGEST, check=True
    ).stdout
    version = tuple(int(part) for part in printed.strip("v\n").split(".")[:2])
    if version < LEAST:
        pytest.skip(f"{PACKAGE} needs node {'.'.join(map(str, LEAST))}, this is {printed}")
    return [maybe_node, str(program), "--cli"]


def inspect(folder: Path, *arguments: str, code: int = 0) -> Any:
    """What the inspector printed, as JSON; it ended with this code."""
    ran = subprocess.run(
        [*inspector(), *arguments],
        env=environ(folder, {}),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=3 * LONGEST,
        check=False,
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    return json.loads(ran.stdout or "null")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service."""
    inspector()
    with serving(tmp_path_factory.mktemp("inspector")) as started:
        yield started


def over_http(served: Served) -> list[str]:
    """The options of a client of a service."""
    return [f"{served.url}mcp", "--transport", "http", "--header", f"Authorization: Bearer {KEY}"]


def test_the_schemas_are_portable(tmp_path: Path, served: Served) -> None:
    """The list of tools has nothing that some client or model cannot read."""
    listed = inspect(tmp_path, *over_http(served), *WAIT, "--method", "tools/list", "--strict")
    assert [one["name"] for one in listed["tools"]] == [CREATE, CONVERT, CHECK, TARGETS]


def test_it_makes_a_card_over_http(tmp_path: Path, served: Served) -> None:
    """The file is in the result."""
    arguments = json.dumps({"contact": ADA})
    called = ("--method", "tools/call", "--tool-name", CREATE, "--tool-args-json", arguments)
    result = inspect(tmp_path, *over_http(served), *WAIT, *called)
    assert result["content"][0]["resource"]["text"].startswith("BEGIN:VCARD\r\n")


def test_it_makes_a_card_over_stdio(tmp_path: Path) -> None:
    """It starts the program, and a failure is a failure to it."""
    arguments = json.dumps({"contact": ADA})
    called = ("--method", "tools/call", "--tool-name", CREATE, "--tool-args-json", arguments)
    result = inspect(tmp_path, *WAIT, *called, "--", *command("mcp"))
    assert result["content"][0]["resource"]["text"].startswith("BEGIN:VCARD\r\n")
