"""The vendors' own client libraries, as child processes that are pointed at the service.

Each is a small program beside this file: it is started with the folder of npm's packages, the
vendor's base URL and a key, reads one JSON line and writes one:

    {"call": NAME, "given": [...]}  ->  {"value": what the library gave} or {"error": what it threw}

The libraries are stock, in the versions that `.ci/run` installs; only the base URL and the
credentials are ours. No package registry has a client for Domain Chief.
"""

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

import pytest

from tests.support.service import Served

Name = Literal["autodns", "superoffice", "sfmc", "fuel"]

HERE: Final = Path(__file__).parent

PROGRAMS: Final[dict[Name, tuple[str, str, str]]] = {
    "autodns": ("autodns.cjs", "js-domainrobot-sdk", "autodns"),
    "superoffice": ("superoffice.cjs", "@superoffice/webapi", "superoffice"),
    "sfmc": ("sfmc.cjs", "sfmc-sdk", "marketingcloud"),
    "fuel": ("fuel.cjs", "fuel-rest", "marketingcloud"),
}
"""Each client: its program, its package, where its vendor is mounted."""

QUICKLY: Final = 60.0
"""Seconds for npm to say where its packages are."""

USER: Final = "customer"
"""A user's name, where a library asks for one; the service does not mind which."""


class Client:
    """A running client library. Use it under `with pointed(name, served)`."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def call(self, name: str, *given: Any) -> Any:
        """What the library gives. Raises AssertionError when it throws, or has ended."""
        answer = self._answer(name, *given)
        assert "value" in answer, answer
        return answer["value"]

    def fails(self, name: str, *given: Any) -> Any:
        """What the library throws. Raises AssertionError when it does not."""
        answer = self._answer(name, *given)
        assert "error" in answer, answer
        return answer["error"]

    def _answer(self, name: str, *given: Any) -> dict[str, Any]:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"call": name, "given": given}) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, f"the client has ended, with {process.wait()}"
        answered: dict[str, Any] = json.loads(answer)
        return answered


@contextmanager
def pointed(name: Name, served: Served, key: str = "") -> Iterator[Client]:
    """A client of that name with this key, the service's own unless given; ended afterwards. The
    test is skipped where the library is not installed."""
    program, package, mount = PROGRAMS[name]
    maybe_node = shutil.which("node")
    folder = modules()
    if maybe_node is None or not (folder / package / "package.json").exists():
        pytest.skip(f"no {package} in {folder}, or no node on PATH")
    process = subprocess.Popen(
        [maybe_node, str(HERE / program), str(folder), served.url + mount, key or served.key],
        # An environment of its own: a proxy of the machine's would stand between.
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    with process:
        try:
            yield Client(process)
        finally:
            # Closing its input is the end of its work; a library at fault is not waited for.
            process.kill()


@functools.cache
def modules() -> Path:
    """Where npm's packages are: beside the readers of cards, else npm's global folder."""
    maybe_given = os.environ.get("READERS_NODE_MODULES")
    if maybe_given:
        return Path(maybe_given)
    npm = shutil.which("npm")
    if npm is None:
        return Path("node_modules")
    done = subprocess.run(
        [npm, "root", "--global"], capture_output=True, text=True, timeout=QUICKLY, check=False
    )
    return Path(done.stdout.strip())
