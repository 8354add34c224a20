"""What the store's tests share: its URL, made-up digests, a process beside it."""

import subprocess
import sys
from pathlib import Path

from vcardsvc.store import Store


def url(path: Path) -> str:
    """The URL of the SQLite file at `path`."""
    return f"sqlite:///{path}"


def digest(number: int) -> bytes:
    """A digest that no key has."""
    return number.to_bytes(32, "big")


def run(code: str, *arguments: str) -> "subprocess.Popen[str]":
    """Python running `code` in a process of its own, its output in one pipe."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def names(store: Store) -> list[str]:
    """The names of all keys, in their order."""
    rows = store.keys()
    return [row.name for row in rows]
