"""Foreign readers of cards, as child processes.

Each is a small program beside this file that reads one JSON line and writes one:

    {"format": "vcard" | "jcard" | "xcard", "text": ...}  ->  what it found, or {"error": ...}

What they find is one shape for all readers and all versions, so that tests compare it whole:

    version, kind, prodid, uid, fn, title, note    a text, or None
    n                                              5 components, or []
    org                                            components, or None
    tels, emails     [{"types": upper case and sorted, "pref": text or None, "value"}]
    adrs             [{"types", "pref", "country": the CC parameter or None, "parts": 7}]
    urls             [{"value", "label": the X-ABLabel of its group or None}]
    photo            SHA-256 of its bytes in hexadecimal digits, or None

They repair nothing. Where a reader is at fault, the test says so.
"""

import functools
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import pytest

Format = Literal["vcard", "jcard", "xcard"]
Name = Literal["ical", "ez", "sabre", "eds"]

HERE: Final = Path(__file__).parent

JARS: Final = (
    "ez-vcard.jar",
    "vinnie.jar",  # the text parser of ez-vcard; its Debian package does not ask for it
    "jackson-core.jar",
    "jackson-databind.jar",
    "jackson-annotations.jar",
)
"""What ez-vcard needs, from Debian's folder or READERS_JARS (files, parted by colons)."""

DEBIAN_JARS: Final = Path("/usr/share/java")
SABRE: Final = Path("/usr/share/php/Sabre/VObject/autoload.php")
SYSTEM_PYTHON: Final = Path("/usr/bin/python3")
"""Debian's own: its introspection of Evolution's library is in no venv."""

EVOLUTION: Final = 'import gi; gi.require_version("EBookContacts", "1.2"); import gi.repository'
QUICKLY: Final = 60.0
"""Seconds for a program that only says where something is."""


class Missing(Exception):
    """A reader is not installed; the argument says what is missing."""


class Reader:
    """A running reader. Use it under `with opened(name)` or `with reading(name)`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, format: Format, text: str) -> dict[str, Any]:
        """What the reader finds in one card; {"error": ...} when it finds none.

        Raises AssertionError when the reader has ended.
        """
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"format": format, "text": text}) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, f"the reader has ended, with {process.wait()}"
        found: dict[str, Any] = json.loads(answer)
        return found

    def card(self, octets: bytes) -> dict[str, Any]:
        """What the reader finds in a vCard of any version, as text in UTF-8."""
        return self.ask("vcard", octets.decode())

    def jcard(self, octets: bytes) -> dict[str, Any]:
        """What the reader finds in a jCard (RFC 7095)."""
        return self.ask("jcard", octets.decode())

    def xcard(self, octets: bytes) -> dict[str, Any]:
        """What the reader finds in an xCard (RFC 6351)."""
        return self.ask("xcard", octets.decode())


@contextmanager
def opened(name: Name) -> Iterator[Reader]:
    """A reader of that name, ended afterwards. Raises Missing when it is not installed."""
    process = subprocess.Popen(
        _COMMANDS[name](),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        errors="surrogatepass",
    )
    with process:
        try:
            yield Reader(process)
        finally:
            # Closing its input is the end of its work; a reader at fault is not waited for.
            process.kill()


@contextmanager
def validator(name: Name) -> Iterator[Reader]:
    """The same for tests, which are skipped when a reader is not installed."""
    try:
        with opened(name) as reader:
            yield reader
    except Missing as missing:
        pytest.skip(str(missing))


def _program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise Missing(f"no {name} on PATH")
    return found


@functools.cache
def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=QUICKLY, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def _ical() -> list[str]:
    node = _program("node")
    folder = os.environ.get("READERS_NODE_MODULES") or _output(_program("npm"), "root", "--global")
    if not (Path(folder) / "ical.js" / "package.json").exists():
        raise Missing(f"no ical.js in {folder}")
    return [node, str(HERE / "ical.mjs"), folder]


def _ez() -> list[str]:
    java = _program("java")
    _program("javac")  # without a compiler, java starts no source file
    given = [Path(one) for one in os.environ.get("READERS_JARS", "").split(":") if one]
    jars = [*given, *(DEBIAN_JARS / name for name in JARS)]
    found = {jar.name: str(jar) for jar in reversed(jars) if jar.exists()}
    if missing := [name for name in JARS if name not in found]:
        raise Missing(f"no {', '.join(missing)} in {DEBIAN_JARS} or READERS_JARS")
    return [java, "-cp", ":".join(found.values()), str(HERE / "Ez.java")]


def _sabre() -> list[str]:
    php = _program("php")
    if not SABRE.exists():
        raise Missing(f"no {SABRE}")
    # Its release in Debian is older than PHP 8: what that deprecates is no part of an answer.
    return [php, "-d", "error_reporting=0", str(HERE / "sabre.php"), str(SABRE)]


def _eds() -> list[str]:
    if (
        not SYSTEM_PYTHON.exists()
        or _output(str(SYSTEM_PYTHON), "-c", f"{EVOLUTION}; print(1)") != "1"
    ):
        raise Missing(f"no EBookContacts for {SYSTEM_PYTHON}")
    return [str(SYSTEM_PYTHON), str(HERE / "eds.py")]


_COMMANDS: Final[Mapping[Name, Callable[[], list[str]]]] = MappingProxyType(
    {"ical": _ical, "ez": _ez, "sabre": _sabre, "eds": _eds}
)
