"""Write entries of the contact book as cards, for `export` and `show`."""

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from vcardsvc.cli.common import stop
from vcardsvc.cli.resources import photos_and_links
from vcardsvc.model.request import CardRequest, Document, RenderOptions, Target, Version
from vcardsvc.settings import Settings

if TYPE_CHECKING:
    from vcardsvc.model.address_book import Entry
    from vcardsvc.services.cards import Cards

TargetOption = Annotated[
    str, typer.Option("--target", help=f"The reader of the cards: {', '.join(get_args(Target))}.")
]
VersionOption = Annotated[str, typer.Option("--version", help="2.1, 3.0 or 4.0.")]


def render_options(target: str, version: str) -> RenderOptions:
    """Return the options of the cards, or exit when a value is unknown."""
    for option, value, known in (
        ("target", target, get_args(Target)),
        ("version", version, get_args(Version)),
    ):
        if value and value not in known:
            stop(f"--{option} is one of: {', '.join(known)}.")
    # A stored photo that cannot be decoded any more must not cost the card.
    return RenderOptions(
        target=cast("Target", target), version=cast("Version", version), photo="drop"
    )


@contextlib.asynccontextmanager
async def card_service(settings: Settings) -> "AsyncIterator[Cards]":
    """Run the service that creates cards."""
    from vcardsvc.services.cards import Cards

    async with photos_and_links(settings) as (photos, _):
        yield Cards(photos=photos, mms_limit=settings.mms_limit)


async def write_cards(service: "Cards", entry: "Entry", options: RenderOptions) -> list[Document]:
    """Return the cards of an entry, without those that cannot be written."""
    from vcardsvc.errors import Refused
    from vcardsvc.services.contact_cards import card_contacts

    cards = []
    for contact in card_contacts(entry):
        # ValueError: a control character, which only another program can have stored.
        with contextlib.suppress(Refused, ValueError):
            result = await service.create(CardRequest(contact=contact, options=options))
            cards += [result.maybe_document] if result.maybe_document else []
    return cards


async def cards_of(settings: Settings, entry: "Entry", options: RenderOptions) -> list[Document]:
    """Return the cards of one entry, without those that cannot be written."""
    async with card_service(settings) as service:
        return await write_cards(service, entry, options)
