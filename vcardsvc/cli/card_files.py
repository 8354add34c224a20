"""Finds the files of cards that a command names, reads them, and writes what it makes of them."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from vcardsvc.cli.common import policy_of, read_file, say, stop
from vcardsvc.settings import Settings

if TYPE_CHECKING:
    from vcardsvc.apis.convert.files import CardFile, Reading
    from vcardsvc.errors import Problem

T = TypeVar("T")

STDIN: Final = "-"

MANY: Final = 2
"""The files from which on a terminal shows a bar of the progress."""


_PASSED: Final = "no card is in it; it is passed over."


class CardPath(NamedTuple):
    """Names a file; `is_found`: in a directory that was named, so it may hold something else."""

    name: str
    is_found: bool = False


def card_files(names: Sequence[str]) -> list[CardPath]:
    """Return the files of these names, those of a directory in the order of their names, at any
    depth; of a directory only those whose ending is one of cards."""
    from vcardsvc.apis.convert.files import ENDINGS

    files = []
    for name in names:
        path = Path(name)
        if name == STDIN or not path.is_dir():
            files.append(CardPath(name))
            continue
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in ENDINGS)
        files += [CardPath(str(one), is_found=True) for one in inside if one.is_file()]
    return files or stop("There is no file of cards in these directories.")


def out_path(text: str) -> Path | None:
    """Return the path behind -o, None without it and for -, which is stdout; a directory is made
    where it ends in a slash."""
    path = Path(text)
    if text == STDIN:
        return None
    if text.endswith(("/", os.sep)):
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            stop(f"Cannot make {path}: {fault.strerror}.")
    return path if text else None


def media_type_of(file: str, source: str) -> bytes:
    """Return the media type of a file by its ending; stdin and other endings are vCards, or JSON
    with a source."""
    from vcardsvc.apis.convert.files import ENDINGS, JSON

    suffix = "" if file == STDIN else Path(file).suffix.lower()
    return ENDINGS.get(suffix, JSON if source else b"text/vcard")


def is_terminal() -> bool:
    """Return whether people see stderr."""
    return sys.stderr.isatty()


def with_progress(files: Iterable[T], count: int, doing: str) -> Iterator[T]:
    """Yield the files, with a bar on stderr if there are many and it is a terminal."""
    if count < MANY or not is_terminal():
        yield from files
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(files, description=doing, total=count, console=Console(stderr=True))


def octets_of(file: str) -> bytes:
    """Return the octets of a file, or exit when it cannot be read or is empty."""
    return read_file(file) or stop(f"Cannot use {file}: it is empty.")


def tell(*lines: str) -> None:
    """Print lines on stderr that hold texts of cards or names of files, without controls."""
    from vcardsvc.vcard.parser.show import shown

    say(*map(shown, lines))


def tell_problem(problem: "Problem", file: str) -> None:
    """Print why the cards of a file are refused."""
    code = f"{problem.code.name} {problem.field}" if problem.field else problem.code.name
    tell(f"{file}: {code}: {problem.info}")


def read_card_files(
    files: Sequence[CardPath], reading: "Reading", settings: Settings, doing: str
) -> "Iterator[tuple[str, CardFile | None]]":
    """Yield each file with its cards; with None where it holds none or cannot be read, which is
    said on stderr. JSON of something else in a directory is passed over, which is said too."""
    from vcardsvc.apis.convert.files import NO_SOURCE
    from vcardsvc.errors import Refused
    from vcardsvc.vcard.parser.read_file import NotACard

    for file, is_found in with_progress(files, len(files), doing):
        may_pass = is_found and file.lower().endswith(".json")
        maybe_cards = None
        try:
            maybe_cards = _cards_of(file, reading, settings)
        except OSError as fault:
            tell(f"Cannot read {file}: {fault.strerror}.")
        except NotACard as fault:
            if may_pass:
                tell(f"{file}: {_PASSED}")
                continue
            tell(f"{file}: {fault}")
        except Refused as refused:
            if may_pass and refused.problems[0].cause == NO_SOURCE:
                tell(f"{file}: {_PASSED}")
                continue
            for problem in refused.problems:
                tell_problem(problem, file)
        yield file, maybe_cards


def _cards_of(file: str, reading: "Reading", settings: Settings) -> "CardFile | None":
    """Return the cards of a file; None for one of no octets. Raises OSError, NotACard, Refused."""
    from vcardsvc.apis.convert.files import read_octets

    octets = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    if not octets:
        tell(f"Cannot use {file}: it is empty.")
        return None
    media_type = media_type_of(file, reading.maybe_source or "")
    return read_octets(octets, media_type, reading, policy_of(settings))


def is_whole(cards: "CardFile") -> bool:
    """Return whether all of a file could be read."""
    from vcardsvc.errors import UNREADABLE

    return all(note.code != UNREADABLE for note in cards.notes)


def write_file(maybe_out: Path | None, octets: bytes) -> None:
    """Write a whole file or nothing, or stdout without one: an existing file stays unchanged on a
    failure."""
    try:
        if maybe_out is None:
            sys.stdout.buffer.write(octets)
            sys.stdout.buffer.flush()
            return
        part = maybe_out.with_name(f"{maybe_out.name}.part")
        try:
            part.write_bytes(octets)
            part.replace(maybe_out)
        finally:
            part.unlink(missing_ok=True)
    except OSError as fault:
        stop(f"Cannot write {maybe_out or 'to stdout'}: {fault.strerror}.")
