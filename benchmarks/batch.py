"""Measure lists of contacts: rows a second, memory, the first card, and plain requests meanwhile.

The list is a Google CSV of made-up people, the result one file of cards. The peer is what people
write themselves: csv.DictReader and vobject, with the same properties.

  --rows N     rows of the list whose memory and speed are measured (default 200,000)
"""

import csv
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import uvloop
import vobject

from benchmarks import bodies, common
from benchmarks.load import Response, for_seconds, percentile, send_all
from vcardsvc.batch.run import open_file, run_batch
from vcardsvc.model.batch import BatchOptions

ROWS: Final = 200_000
ROUNDS: Final = 3
SAMPLE: Final = 2_000
"""Rows of one round of the comparison, in which both read and write the same list."""

PLAIN_AT_ONCE: Final = 4
PAUSE: Final = 0.01
"""Seconds between a response and the client's next plain request."""

SECONDS: Final = 8.0
"""Seconds of one phase of plain requests."""

HEADER: Final = (
    "First Name", "Middle Name", "Last Name", "Phonetic First Name", "Phonetic Middle Name",
    "Phonetic Last Name", "Name Prefix", "Name Suffix", "Nickname", "File As",
    "Organization Name", "Organization Title", "Organization Department", "Birthday", "Notes",
    "Photo", "Labels", "E-mail 1 - Label", "E-mail 1 - Value", "E-mail 2 - Label",
    "E-mail 2 - Value", "Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Label",
    "Phone 2 - Value", "Address 1 - Label", "Address 1 - Formatted", "Address 1 - Street",
    "Address 1 - City", "Address 1 - PO Box", "Address 1 - Region", "Address 1 - Postal Code",
    "Address 1 - Country", "Address 1 - Extended Address", "Website 1 - Label",
    "Website 1 - Value",
)  # fmt: skip
"""The columns of Google's export."""

FIRST: Final = ("Ada", "Jörg", "Siobhán", "Kim", "Luis", "Zoë", "Pat", "Quinn", "Robin", "Grace")
LAST: Final = ("Thornbury", "Müller", "O'Brien", "Lee", "García", "Ångström", "Plain", "Baker")


def people(count: int) -> Iterator[dict[str, str]]:
    """Yield rows of different people: each has a company, an e-mail and a mobile number, every
    second one a number at work, every third one an address, every fifth one a note."""
    for index in range(count):
        row = {
            "First Name": FIRST[index % len(FIRST)],
            "Last Name": LAST[index // len(FIRST) % len(LAST)],
            "Organization Name": f"Example {index % 997} Ltd.",
            "Organization Title": "Engineer",
            "Labels": "* myContacts",
            "E-mail 1 - Label": "* Work",
            "E-mail 1 - Value": f"p{index}@example.com",
            "Phone 1 - Label": "Mobile",
            "Phone 1 - Value": f"+1 202 555 01{index % 100:02}",
        }
        if index % 2:
            number = f"+44 20 7946 0{index % 1000:03}"
            row |= {"Phone 2 - Label": "Work", "Phone 2 - Value": number}
        if not index % 3:
            row |= {
                "Address 1 - Label": "Home",
                "Address 1 - Street": f"{index} Sample Street",
                "Address 1 - City": "London",
                "Address 1 - Postal Code": "SW1A 0XX",
                "Address 1 - Country": "United Kingdom",
            }
        if not index % 5:
            row["Notes"] = "Met at the fair.\nLikes tea."
        yield row


def write_list(path: Path, count: int) -> None:
    """Write the list."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(people(count))


def by_us(path: Path) -> int:
    """Convert the list; return the octets of the cards."""
    with path.open("rb") as file:
        options = BatchOptions()
        source = open_file(file, "text/csv", "", options)
        return sum(map(len, run_batch(source, options).pieces))


def by_vobject(path: Path) -> int:
    """Convert the list as people do it themselves; return the characters of the cards."""
    size = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            card = vobject.vCard()
            first, last = row["First Name"], row["Last Name"]
            card.add("n").value = vobject.vcard.Name(family=last, given=first)
            card.add("fn").value = f"{first} {last}"
            card.add("org").value = [row["Organization Name"]]
            card.add("title").value = row["Organization Title"]
            for name, kind in (("E-mail 1", "email"), ("Phone 1", "tel"), ("Phone 2", "tel")):
                if row[f"{name} - Value"]:
                    entry = card.add(kind)
                    entry.value = row[f"{name} - Value"]
                    entry.type_param = row[f"{name} - Label"].removeprefix("* ").upper()
            if row["Address 1 - Street"]:
                address = card.add("adr")
                address.type_param = row["Address 1 - Label"].upper()
                address.value = vobject.vcard.Address(
                    street=row["Address 1 - Street"],
                    city=row["Address 1 - City"],
                    code=row["Address 1 - Postal Code"],
                    country=row["Address 1 - Country"],
                )
            if row["Notes"]:
                card.add("note").value = row["Notes"]
            size += len(card.serialize())
    return size


def _seconds(convert: "object", path: Path) -> float:
    assert callable(convert)
    started = time.perf_counter()
    convert(path)
    return time.perf_counter() - started


def first_card(path: Path) -> float:
    """Return the seconds from opening the list to its first card."""
    started = time.perf_counter()
    with path.open("rb") as file:
        options = BatchOptions()
        next(run_batch(open_file(file, "text/csv", "", options), options).pieces)
    return time.perf_counter() - started


def growth(path: Path) -> tuple[float, float]:
    """Return the megabytes that a process of its own grows by while it converts the list, and its
    rows a second."""
    program = (
        "import gc, resource, sys, time; from pathlib import Path; from benchmarks import batch;"
        "from vcardsvc.batch.process import GARBAGE; gc.set_threshold(*GARBAGE);"
        "used = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024;"
        "path = Path(sys.argv[1]); small = path.with_suffix('.small');"
        "batch.write_list(small, 10); batch.by_us(small); before = used();"
        "started = time.perf_counter(); batch.by_us(path);"
        "print(used() - before, time.perf_counter() - started)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        cwd=common.ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    megabytes, seconds = map(float, ran.stdout.split())
    return megabytes, seconds


def meanwhile(folder: Path, path: Path, rounds: int, seconds: float) -> list[common.Row]:
    """Return the rows for plain requests while lists run, against alone."""
    alone: list[list[Response]] = []
    beside: list[list[Response]] = []
    plain = bodies.posts(0)
    with common.server(folder, *common.OURS, settings=common.STATELESS) as ours:
        time.sleep(common.SETTLE)

        def phase() -> list[Response]:
            requests = for_seconds(plain, seconds)
            return uvloop.run(send_all(ours.port, requests, connections=PLAIN_AT_ONCE, pause=PAUSE))

        for _ in range(rounds):
            alone.append(phase())
            with _uploading(ours.port, path):
                beside.append(phase())
    return [
        common.compared(
            f"plain requests while a list runs : alone, {name}",
            [percentile(one, share) for one in beside],
            [percentile(one, share) for one in alone],
            "ms",
            digits=2,
        )
        for name, share in (("p50", 0.5), ("p99", 0.99))
    ]


class _uploading:  # it is used as a statement
    """Sends a list with curl again and again while the block runs."""

    def __init__(self, port: int, path: Path) -> None:
        url = f"http://{common.HOST}:{port}/batch"
        self._command = [
            "curl", "-sS", "-o", "/dev/null", "-H", f"x-api-key: {common.KEY}",
            "-H", "content-type: text/csv", "--data-binary", f"@{path}", url,
        ]  # fmt: skip

    def __enter__(self) -> None:
        self._process = subprocess.Popen(self._command)
        time.sleep(1)

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


def main(given: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = common.arguments(__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    options = parser.parse_args(given)
    rounds, rows = (1, 1_000) if options.quick else (ROUNDS, options.rows)
    sample = 50 if options.quick else SAMPLE
    with common.deadline(600), common.scratch() as folder:
        small, large = folder / "small.csv", folder / "large.csv"
        write_list(small, sample)
        write_list(large, rows)
        by_us(small)
        times = [(_seconds(by_us, small), _seconds(by_vobject, small)) for _ in range(rounds)]
        table = [
            common.compared(
                f"rows of a list : csv.DictReader and vobject {vobject.VERSION}",
                [sample / ours for ours, _ in times],
                [sample / theirs for _, theirs in times],
                "a second",
            )
        ]
        megabytes, seconds = growth(large)
        table += [
            _alone(f"{rows:,} rows, one process", f"{rows / seconds:,.0f} a second"),
            _alone("memory that they take beside ten rows", f"{megabytes:.0f} MB"),
            _alone("first card", f"{1000 * statistics.median(_firsts(large, rounds)):.0f} ms"),
        ]
        if not options.quick:
            table += meanwhile(folder, large, ROUNDS, SECONDS)
    common.show("A list of contacts (Google CSV)", table)


def _firsts(path: Path, rounds: int) -> list[float]:
    return [first_card(path) for _ in range(rounds)]


def _alone(what: str, ours: str) -> common.Row:
    return common.Row(what=what, ours=ours, theirs="", ratio="")


if __name__ == "__main__":
    main()
