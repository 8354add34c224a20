"""Measure the cards written per second: ours against vobject, and optionally against others.

All write the same contacts with four of everything, the same UID and PRODID; the cards are read and
compared before they are timed. A second row has a photo of 100 kB.

  --node-modules DIR   the npm folder of vcards-js and vcard-creator
  --ez-vcard JARS      a class path: ez-vcard's jar and its vinnie jar, separated by a colon
"""

import contextlib
import json
import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import vobject
from msgspec import structs
from vobject import vcard

from benchmarks import bodies, common
from vcardsvc.model.contact import Contact, Photo
from vcardsvc.vcard import UNIVERSAL, write
from vcardsvc.vcard.properties import PRODID, full_name, uid

HERE: Final = Path(__file__).parent
VOBJECT: Final = f"vobject {version('vobject')}"
CONTACTS: Final = 100
PHOTO: Final = 100_000
"""Bytes of the photo, which are random, as JPEG is for a writer."""

ROUNDS: Final = 7
SECONDS: Final = 0.4
"""Seconds of one round of one writer."""

WARM: Final = 3.0
"""Seconds of warm-up for programs that compile while they run."""

Seconds = Callable[[int, bool], float]
"""Returns the seconds for a number of cards, with or without a photo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Holds a writer of cards: its name, one card for comparison, the time for many.

    `less` names what it cannot write.
    """

    name: str
    card: Callable[[bool], str]
    seconds: Seconds
    less: str = ""


def contacts(photo: bool) -> list[Contact]:
    """Return different contacts with four of everything and a UID each."""
    full = [bodies.full(index) for index in range(CONTACTS)]
    full = [structs.replace(one, uid=uid(one)) for one in full]
    if not photo:
        return full
    jpeg = random.Random(1).randbytes(PHOTO)
    return [structs.replace(one, photo=Photo(jpeg=jpeg, width=720, height=720)) for one in full]


def _add(card: Any, name: str, value: Any, types: Sequence[str] = (), group: str = "") -> None:
    line = card.add(name)
    line.value = value
    if types:
        line.type_param = list(types)
    if group:
        line.group = group


def by_vobject(contact: Contact) -> str:
    """Return the card of `contact` as vobject builds and serializes it."""
    card = vobject.vCard()
    _add(card, "n", vcard.Name(family=contact.last, given=contact.first, suffix=contact.suffix))
    _add(card, "fn", full_name(contact))
    _add(card, "org", [contact.organization])
    _add(card, "title", contact.title)
    _add(card, "note", contact.note)
    _add(card, "uid", contact.uid)
    _add(card, "prodid", PRODID)
    for phone in contact.phones:
        _add(card, "tel", phone.e164 or phone.number, UNIVERSAL.phone_types[phone.label])
    for email in contact.emails:
        _add(card, "email", email.address, UNIVERSAL.email_types[email.label])
    for database in contact.addresses:
        address = vcard.Address(street=database.text)
        _add(card, "adr", address, UNIVERSAL.address_types[database.label])
    for index, website in enumerate(contact.websites):
        _add(card, "url", website.url, (), f"item{index}" if website.label else "")
        if website.label:
            _add(card, "x-ablabel", website.label, (), f"item{index}")
    if contact.photo is not None:
        _add(card, "photo", contact.photo.jpeg, ("JPEG",))
        card.photo.encoding_param = "b"
    text: str = card.serialize()
    return text


def by_us(contact: Contact) -> bytes:
    """Return the card of `contact` as the service writes it."""
    return write(contact).octets


def _timed(
    work: Callable[[Contact], object], plain: list[Contact], photos: list[Contact]
) -> Seconds:
    def seconds(count: int, photo: bool) -> float:
        given = photos if photo else plain
        started = time.perf_counter()
        for index in range(count):
            work(given[index % CONTACTS])
        return time.perf_counter() - started

    return seconds


@contextlib.contextmanager
def _folding() -> Iterator[None]:
    """Let vobject fold photos, which it does not by default."""
    vcard.wacky_apple_photo_serialize = False
    try:
        yield
    finally:
        vcard.wacky_apple_photo_serialize = True


def _folded(contact: Contact) -> str:
    with _folding():
        return by_vobject(contact)


def within() -> list[Writer]:
    """Return the writers in this process: ours, vobject, vobject with folded photos."""
    sets = (contacts(False), contacts(True))

    def writer(name: str, work: Callable[[Contact], str | bytes]) -> Writer:
        def card(photo: bool) -> str:
            written = work(sets[photo][0])
            return written.decode() if isinstance(written, bytes) else written

        return Writer(name=name, card=card, seconds=_timed(work, *sets))

    return [writer("ours", by_us), writer(VOBJECT, by_vobject),
            writer(f"{VOBJECT}, photo folded at 75 octets", _folded)]  # fmt: skip


def as_lines(given: Sequence[Contact]) -> str:
    """Return one contact a line, 39 columns with tabs between, for programs in other languages."""
    lines = []
    for one in given:
        columns = [one.first, one.last, one.suffix, one.organization, one.title, one.note, one.uid]
        for phone in one.phones:
            columns += [",".join(UNIVERSAL.phone_types[phone.label]), phone.e164 or phone.number]
        for email in one.emails:
            columns += [",".join(UNIVERSAL.email_types[email.label]), email.address]
        for database in one.addresses:
            columns += [",".join(UNIVERSAL.address_types[database.label]), database.text]
        for website in one.websites:
            columns += [website.label, website.url]
        lines.append("\t".join(columns))
    return "\n".join(lines) + "\n"


@contextlib.contextmanager
def program(command: list[str]) -> Iterator[Callable[[str], str]]:
    """Run another program that answers each line with a line; yield the function that sends one."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )

    def send(line: str) -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        response = process.stdout.readline()
        if not response:
            raise RuntimeError(f"{command[0]} ended")
        return response.rstrip("\n")

    try:
        yield send
    finally:
        process.kill()
        process.communicate()


def _foreign(name: str, library: str, send: Callable[[str], str], less: str = "") -> Writer:
    def card(photo: bool) -> str:
        text: str = json.loads(f'"{send(f"{library} card {int(photo)}")}"')
        return text

    def seconds(count: int, photo: bool) -> float:
        return float(send(f"{library} {count} {int(photo)}"))

    return Writer(name=name, card=card, seconds=seconds, less=less)


@contextlib.contextmanager
def others(folder: Path, node_modules: Path | None, ez_vcard: str) -> Iterator[list[Writer]]:
    """Yield the installed writers in other languages; print which are missing."""
    lines, photo = folder / "contacts.tsv", folder / "photo.jpeg"
    lines.write_text(as_lines(contacts(False)), encoding="utf-8")
    photo.write_bytes(random.Random(1).randbytes(PHOTO))
    found: list[Writer] = []
    with contextlib.ExitStack() as stack:
        if node_modules and shutil.which("node"):
            script = str(HERE / "cards.mjs")
            command = ["node", script, str(node_modules), str(lines), str(photo)]
            send = stack.enter_context(program(command))
            less = "two addresses, no PRODID, no website labels"
            found.append(_foreign("npm vcards-js", "vcards-js", send, less))
            found.append(_foreign("npm vcard-creator", "vcard-creator", send))
        else:
            print("vcards-js, vcard-creator: skipped (node and --node-modules DIR are needed)")
        if ez_vcard and shutil.which("java"):
            source = str(HERE / "EzVcardCards.java")
            command = ["java", "-cp", ez_vcard, source, str(lines), str(photo)]
            send = stack.enter_context(program(command))
            found.append(_foreign("ez-vcard", "ez-vcard", send))
        else:
            print("ez-vcard: skipped (java, javac and --ez-vcard JARS are needed)")
        yield found


COMPARED: Final = ("fn", "n", "org", "title", "note", "uid", "tel", "email", "adr", "url", "photo")


def values(card: str) -> dict[str, list[str]]:
    """Return the values that vobject reads from a card, by property."""
    read = vobject.readOne(card)
    return {
        name: sorted(repr(line.value) if name == "photo" else str(line.value) for line in lines)
        for name, lines in read.contents.items()
        if name in COMPARED
    }


def check(ours: Writer, other: Writer, photo: bool) -> None:
    """Raise RuntimeError when two writers write different values."""
    expected, actual = values(ours.card(photo)), values(other.card(photo))
    if other.less:
        expected.pop("adr")
        actual.pop("adr")
    if expected != actual:
        differing = [name for name in COMPARED if expected.get(name) != actual.get(name)]
        raise RuntimeError(f"{other.name} writes another {', '.join(differing)}")


def count_of(writer: Writer, *, photo: bool, seconds: float) -> int:
    """Return how many cards take about so many seconds."""
    count = 4
    while (took := writer.seconds(count, photo)) < seconds / 8:
        count *= 2
    return max(1, round(count * seconds / took))


def rates(
    ours: Writer, other: Writer, *, photo: bool = False, rounds: int, seconds: float
) -> tuple[list[float], list[float]]:
    """Return the cards a second of both, measured in alternating rounds."""
    counts = [count_of(one, photo=photo, seconds=seconds) for one in (ours, other)]
    first, second = [], []
    for _ in range(rounds):
        first.append(counts[0] / ours.seconds(counts[0], photo))
        second.append(counts[1] / other.seconds(counts[1], photo))
    return first, second


def row(ours: Writer, other: Writer, photo: bool, rounds: int, seconds: float) -> common.Row:
    """Return the row of two writers, measured in alternating rounds."""
    what = f"card {'with a 100 kB photo' if photo else 'with four of everything'} : {other.name}"
    if other.less:
        what += f" ({other.less})"
    both = rates(ours, other, photo=photo, rounds=rounds, seconds=seconds)
    return common.compared(what, *both, "a second")


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = common.arguments(__doc__)
    parser.add_argument("--node-modules", type=lambda text: Path(text).resolve())
    parser.add_argument("--ez-vcard", default="", help=f"jars, separated by {os.pathsep}")
    options = parser.parse_args(given)
    rounds, seconds, warm = (2, 0.02, 0.02) if options.quick else (ROUNDS, SECONDS, WARM)
    ours, plain, folded = within()
    rows = []
    with (
        common.deadline(300),
        common.scratch() as folder,
        others(folder, options.node_modules, options.ez_vcard) as foreign,
    ):
        for photo, rivals in ((False, [plain, *foreign]), (True, [plain, folded, *foreign])):
            for rival in rivals:
                check(ours, rival, photo)
                if rival in foreign:
                    rival.seconds(count_of(rival, photo=photo, seconds=warm), photo)
                rows.append(row(ours, rival, photo, rounds, seconds))
    common.show("Cards, one thread", rows)


if __name__ == "__main__":
    main()
