"""Give every command its input and output, the settings and the store.

Without typer, which takes 60 ms of the way to the first card.
"""

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from vcardsvc.settings import PREFIX, BadSettings, Settings, drop_traces_secrets

if TYPE_CHECKING:
    from vcardsvc.store import Store, StoreAway
    from vcardsvc.validation.fields import Policy

CONTROLS: Final = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029)}
"""Control characters that JSON allows unescaped and a terminal obeys."""

ANSWER_BYTES: Final = 1000
"""Bytes of an answer that are read."""

YES: Final = ("y", "yes")


def say(*lines: str) -> None:
    """Print lines on stderr."""
    for line in lines:
        print(line, file=sys.stderr, flush=True)


def stop(*lines: str) -> NoReturn:
    """Print lines on stderr and exit with 1."""
    say(*lines)
    raise SystemExit(1)


def answer_to(question: str) -> str:
    """Print a question and return the line typed in response, "" at the end of stdin."""
    # Not typer's own prompt: it writes a part of the question to stdout.
    print(f"{question}: ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.buffer.readline(ANSWER_BYTES).decode(errors="replace")
    if not line.endswith("\n"):
        say("")
    return line.strip()


def read_file(file: str) -> bytes:
    """Return the octets of a file, or of stdin for "-", or exit when it cannot be read."""
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as fault:
        stop(f"Cannot read {file}: {fault.strerror}.")


def print_json(text: str) -> None:
    """Print JSON on stdout, in UTF-8 whatever the terminal's encoding, and without controls."""
    sys.stdout.flush()
    sys.stdout.buffer.write(json_line(text))
    sys.stdout.buffer.flush()


def json_line(text: str) -> bytes:
    """Return JSON as a line in UTF-8, without controls."""
    return text.translate(CONTROLS).encode() + b"\n"


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, markdown: bool) -> None:
    """Print a table on stdout, for a terminal or as Markdown."""
    if markdown:
        for row in (head, ("---",) * len(head), *rows):
            print(f"| {' | '.join(row)} |")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*head)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def settings_of(*, take: bool = False) -> Settings:
    """Return the settings in force, or exit with their faults.

    `take` removes the secrets from the environment, which photo decoders must not inherit.
    """
    read = Settings.take_environ if take else Settings.from_environ
    if take:
        drop_traces_secrets(os.environ)
    try:
        return read(os.environ)
    except BadSettings as bad:
        stop("vcardsvc cannot start with these settings:", *(f"  {f}" for f in bad.faults))


def policy_of(settings: Settings) -> "Policy":
    """Return the policy of these settings, or exit when its region is unknown."""
    from vcardsvc.validation.fields import Policy

    try:
        return Policy(
            names=settings.name_rule, region=settings.default_region, labels=settings.labels
        )
    except ValueError as fault:
        stop(f"{PREFIX}DEFAULT_REGION: {fault}.")


def store_url_of(settings: Settings) -> str:
    """Return the URL of the store, or exit when the settings have none."""
    url = settings.store_url()
    if not url:
        stop(
            f"The keys are those of {PREFIX}API_KEYS; there is no store beside them.",
            f"Set {PREFIX}DATABASE_URL to keep keys in one, or take {PREFIX}API_KEYS away.",
        )
    return url


def exit_store_away(fault: "StoreAway", settings: Settings) -> NoReturn:
    """Print why the store cannot be used, where it is and how to repair it, and exit."""
    from vcardsvc.store.remedies import location, remedy

    url = settings.store_url()
    place = location(url)
    variable = f" ({PREFIX}DATABASE_URL)" if settings.database_url else ""
    where = f"It is {place}{variable}." if place else f"Its URL is that of {PREFIX}DATABASE_URL."
    stop(f"The store cannot be used: {fault}", where, remedy(fault.cause, url))


NO_STORE_YET: Final = (
    "There is no store yet: vcardsvc serve makes it, and vcardsvc keys add NAME does too."
)


@contextlib.contextmanager
def store_of(settings: Settings) -> "Iterator[Store]":
    """Open the store, created if need be and migrated, or exit when it cannot be used."""
    with _open(settings) as store:
        store.migrate()
        yield store


@contextlib.contextmanager
def existing_store_of(settings: Settings) -> "Iterator[Store | None]":
    """Open the store for a command that only reads or deletes, migrated.

    Without a store it prints so and yields None; it creates none.
    """
    with _open(settings) as store:
        if store.exists:
            store.migrate()
            yield store
        else:
            say(NO_STORE_YET)
            yield None


@contextlib.contextmanager
def _open(settings: Settings) -> "Iterator[Store]":
    from vcardsvc.store import Store, StoreAway

    try:
        with contextlib.closing(Store(store_url_of(settings))) as store:
            yield store
    except StoreAway as fault:
        exit_store_away(fault, settings)
