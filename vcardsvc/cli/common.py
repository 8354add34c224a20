"""What every command shares: the application itself, how it speaks, and what it starts from.

What must never enter here: a command.
"""

import contextlib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from vcardsvc import __version__
from vcardsvc.settings import PREFIX, BadSettings, Settings

if TYPE_CHECKING:
    from vcardsvc.store import Store, StoreAway
    from vcardsvc.validation.fields import Policy

app = typer.Typer(
    name="vcardsvc",
    help="POST a contact as JSON, get a vCard every phone reads right.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vcardsvc {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it and stop.")
    ] = False,
) -> None:
    """POST a contact as JSON, get a vCard every phone reads right."""


def say(*lines: str) -> None:
    for line in lines:
        typer.echo(line, err=True)


def stop(*lines: str) -> NoReturn:
    say(*lines)
    raise typer.Exit(1)


def settings_of(*, take: bool = False) -> Settings:
    """The settings in force; `take` removes the secrets, which photo decoders must not inherit."""
    read = Settings.take_environ if take else Settings.from_environ
    try:
        return read(os.environ)
    except BadSettings as bad:
        stop("vcardsvc cannot start with these settings:", *(f"  {f}" for f in bad.faults))


def policy_of(settings: Settings) -> "Policy":
    from vcardsvc.validation.fields import Policy

    try:
        return Policy(names=settings.name_rule, region=settings.default_region)
    except ValueError as fault:
        stop(f"{PREFIX}DEFAULT_REGION: {fault}.")


def store_url_of(settings: Settings) -> str:
    """Where the store is; says why and exits when there is none."""
    url = settings.store_url()
    if not url:
        stop(
            f"The keys are those of {PREFIX}API_KEYS; there is no store beside them.",
            f"Set {PREFIX}DATABASE_URL to keep keys in one, or take {PREFIX}API_KEYS away.",
        )
    return url


def away(fault: "StoreAway", settings: Settings) -> NoReturn:
    """Say why the store cannot be used, where it is and what to do, and exit."""

    from vcardsvc.store.remedies import location, remedy

    url = settings.store_url()
    where = location(url) or "what is named there"
    named = f" ({PREFIX}DATABASE_URL)" if settings.database_url else ""
    stop(f"The store cannot be used: {fault}", f"It is {where}{named}.", remedy(fault.cause, url))


NO_STORE_YET: Final = (
    "There is no store yet: vcardsvc serve makes it, and vcardsvc keys add NAME does too."
)


@contextlib.contextmanager
def store_of(settings: Settings) -> "Iterator[Store]":
    """The store, migrated, and made where it is not there yet; says why and exits when there can be
    none."""
    with _opened(settings) as store:
        store.migrate()
        yield store


@contextlib.contextmanager
def kept_store_of(settings: Settings) -> "Iterator[Store | None]":
    """The store for a command that only reads or deletes: one that is not there yet is not made,
    but said to be missing, and None is given."""
    with _opened(settings) as store:
        if store.exists:
            store.migrate()
            yield store
        else:
            say(NO_STORE_YET)
            yield None


@contextlib.contextmanager
def _opened(settings: Settings) -> "Iterator[Store]":
    from vcardsvc.store import Store, StoreAway

    try:
        with contextlib.closing(Store(store_url_of(settings))) as store:
            yield store
    except StoreAway as fault:
        away(fault, settings)
