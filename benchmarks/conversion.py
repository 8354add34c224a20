"""Measure cards that are read, and cards that are read and written, against other libraries.

All read the same cards of about 1 kB with four of everything, in one thread; each reads as many
numbers, addresses and names of them as the others before it is timed.

  --ez-vcard JARS      a class path: ez-vcard's jar and its vinnie jar, separated by a colon
"""

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import vobject

from benchmarks import cards, common
from vcardsvc.vcard import write
from vcardsvc.vcard.card_text import card_text
from vcardsvc.vcard.parser.reader import read_cards

HERE: Final = Path(__file__).parent
LISTS: Final = ("TEL", "EMAIL", "ADR", "URL")


def texts() -> list[bytes]:
    """Return different cards in 3.0."""
    return [write(contact).octets for contact in cards.contacts(photo=False)]


def read_by_us(octets: bytes) -> object:
    """Read a card as the service does."""
    return read_cards(octets)


def read_by_vobject(octets: bytes) -> object:
    """Read a card as vobject does."""
    return vobject.readOne(octets.decode())


def converted_by_us(octets: bytes) -> object:
    """Read a card and write it, as the service does."""
    return [card_text(card) for card in read_cards(octets).cards]


def check(octets: bytes) -> None:
    """Raise RuntimeError when the readers read another number of entries."""
    card, other = read_cards(octets).cards[0], vobject.readOne(octets.decode())
    for name in LISTS:
        ours = sum(one.name == name for one in card.properties)
        if ours != len(other.contents[name.lower()]):
            raise RuntimeError(f"vobject reads another number of {name}")


def _timed(work: Callable[[bytes], object], given: Sequence[bytes]) -> cards.Seconds:
    def seconds(count: int, photo: bool) -> float:
        started = time.perf_counter()
        for index in range(count):
            work(given[index % len(given)])
        return time.perf_counter() - started

    return seconds


def _writer(name: str, seconds: cards.Seconds) -> cards.Writer:
    return cards.Writer(name=name, card=lambda photo: "", seconds=seconds)


@contextlib.contextmanager
def others(folder: Path, ez_vcard: str, given: Sequence[bytes]) -> Iterator[list[cards.Writer]]:
    """Yield ez-vcard if it is there; else print that it is missing."""
    if not (ez_vcard and shutil.which("java")):
        print("ez-vcard: skipped (java, javac and --ez-vcard JARS are needed)")
        yield []
        return
    files = []
    for index, octets in enumerate(given):
        files.append(folder / f"{index}.vcf")
        files[-1].write_bytes(octets)
    command = ["java", "-cp", ez_vcard, str(HERE / "EzVcardConversion.java"), *map(str, files)]
    with cards.program(command) as send:
        yield [_writer("ez-vcard", lambda count, photo: float(send(str(count))))]


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = common.arguments(__doc__)
    parser.add_argument("--ez-vcard", default="", help=f"jars, separated by {os.pathsep}")
    options = parser.parse_args(given)
    rounds, seconds, warm = (2, 0.02, 0.02) if options.quick else (cards.ROUNDS, cards.SECONDS, 3.0)
    octets = texts()
    check(octets[0])
    rows = []
    with (
        common.deadline(200),
        common.scratch() as folder,
        others(folder, options.ez_vcard, octets) as foreign,
    ):
        pairs = [
            ("card read", read_by_us, _writer(cards.VOBJECT, _timed(read_by_vobject, octets))),
            *[("card read and written", converted_by_us, one) for one in foreign],
        ]
        for what, work, rival in pairs:
            if rival in foreign:
                rival.seconds(cards.count_of(rival, photo=False, seconds=warm), False)
            ours = _writer("ours", _timed(work, octets))
            rates = cards.rates(ours, rival, rounds=rounds, seconds=seconds)
            rows.append(common.compared(f"{what} : {rival.name}", *rates, "a second"))
    size = len(octets[0])
    common.show(f"Cards of {size} bytes, one thread", rows)


if __name__ == "__main__":
    main()
