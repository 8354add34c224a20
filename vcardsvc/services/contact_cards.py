"""Tasks over the contact book: their photos fetched first, their entries written as cards.

What must never enter here: a vendor's words, SQL, or anything of HTTP.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from vcardsvc.errors import E406, Problem, Refused
from vcardsvc.model.address_book import (
    AddressBook,
    Bulk,
    Command,
    CommandResult,
    Create,
    Draft,
    Entry,
    Get,
    Listing,
    Update,
    Upsert,
)
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import DEFAULT_OPTIONS, CardRequest, CardResult, Document, RenderOptions
from vcardsvc.services.card_contacts import card_contacts
from vcardsvc.services.work import Work
from vcardsvc.vcard.document import document

if TYPE_CHECKING:
    from vcardsvc.services import Service

OWN: Final = (400, 403, 404, 422)
"""Statuses of what is wrong with a task by itself, and not with how it is to be written."""

SOME_UID: Final = "urn:uuid:00000000-0000-4000-8000-000000000000"
"""As long as the identity that an entry is given when it is kept."""


async def fit(
    service: "Service",
    book: AddressBook,
    task: Create | Upsert | Update | Bulk,
    wanted: RenderOptions,
) -> None:
    """Whether what the task leaves can be written as `wanted`, before anything is kept or changed:
    whoever is refused would ask again, and make another one.

    Raises Refused: E406 when it cannot, or no links are kept, and as `ContactBook.run` does.
    """
    service.book.require()
    if wanted.links:
        service.links.require()
    if wanted is DEFAULT_OPTIONS:
        return
    if isinstance(task, Bulk):
        _only_cards(wanted)
        for one in task.commands:
            await _fit_in(service, book, one, wanted)
        return
    if isinstance(task, Create):
        if len(task.drafts) > 1:
            _only_cards(wanted)
        drafts = task.drafts
    elif isinstance(task, Upsert):
        maybe_existing = await service.book.existing(book, task.named)
        drafts = (await asyncio.to_thread(task.make, maybe_existing),)
    else:
        found = await service.book.run(book, Get(ref=task.ref))
        drafts = (await asyncio.to_thread(task.edit, found.entries[0]),)
    for draft in drafts:
        own, *others = (replace(contact, uid=SOME_UID) for contact in draft.contacts)
        order = CardRequest(
            contact=own, others=tuple(others), options=replace(wanted, **_trial(wanted))
        )
        await service.create(order)


async def _fit_in(
    service: "Service", book: AddressBook, task: Command, wanted: RenderOptions
) -> None:
    """`fit` for one of several tasks; what else is wrong with it is its own, and told in time."""
    if isinstance(task, Create | Update):
        try:
            await fit(service, book, task, wanted)
        except Refused as refused:
            if refused.problems[0].http_status not in OWN:
                raise


def _trial(wanted: RenderOptions) -> dict[str, Any]:
    """What is written instead, to see whether it can be: no link is made for it."""
    if wanted.form == "twilio":
        return {"form": "card", "target": wanted.target or "mms"}
    return {"form": "card", "content": "card"} if wanted.links else {}


async def run(service: "Service", book: AddressBook, task: Command) -> CommandResult:
    """What the task came to; the photos of what is to be kept are fetched before anything is.

    Raises Refused as `ContactBook.run` does, and for a photo that was required and cannot be had.
    """
    service.book.require()
    if isinstance(task, Upsert) and task.named.photo_url:
        named, maybe_problem = await _fetched(service, task.named, task)
        found = await service.book.run(book, replace(task, named=named))
        return replace(found, photo_problems=(maybe_problem,))
    if not isinstance(task, Create) or not any(draft.photo_url for draft in task.drafts):
        return await service.book.run(book, task)
    pairs = [await _with_photo(service, book, draft, task) for draft in task.drafts]
    drafts = tuple(draft for draft, _ in pairs)
    found = await service.book.run(book, replace(task, drafts=drafts))
    return replace(found, photo_problems=tuple(problem for _, problem in pairs))


async def _with_photo(
    service: "Service", book: AddressBook, draft: Draft, task: Create
) -> tuple[Draft, Problem | None]:
    """The draft with its photo, or why it has none. One that is there already, with its photo, is
    met and not changed: nothing is fetched for it."""
    maybe_existing = await service.book.existing(book, draft) if draft.photo_url else None
    if not draft.photo_url or (maybe_existing and maybe_existing.photo):
        return draft, None
    return await _fetched(service, draft, task)


async def _fetched(
    service: "Service", draft: Draft, task: Create | Upsert
) -> tuple[Draft, Problem | None]:
    """The draft with the photo of its address, or why it has none. Raises Refused where it is
    required."""
    work = Work(service, CardRequest(contact=draft.contacts[0], photo_url=draft.photo_url), "", "")
    try:
        maybe_photo = await work.photo(service.usual)
    except Refused as refused:
        if task.photo_required:
            raise
        return draft, refused.problems[0]
    return replace(draft, photo=maybe_photo.jpeg if maybe_photo else b""), None


async def outcome(
    service: "Service", entry: Entry, wanted: RenderOptions, owner: str, base_url: str
) -> tuple[CardRequest, CardResult]:
    """One entry as `wanted`: in a file of cards all of its contacts, in any other form its own.

    Raises Refused as `Service.create` does.
    """
    own, *others = _contacts(entry, wanted)
    order = CardRequest(contact=own, others=tuple(others), options=wanted)
    return order, await service.create(order, owner, base_url)


def _contacts(entry: Entry, wanted: RenderOptions) -> tuple[Contact, ...]:
    """The contacts of an entry, without the photo where none is wanted."""
    contacts = card_contacts(entry)
    if wanted.photo != "none" or contacts[0].photo is None:
        return contacts
    return (replace(contacts[0], photo=None), *contacts[1:])


async def several(
    service: "Service", entries: tuple[Entry, ...], wanted: RenderOptions
) -> Document:
    """The cards of these entries in one file. Raises Refused (E406) for any other form."""
    _only_cards(wanted)
    contacts = tuple(contact for entry in entries for contact in _contacts(entry, wanted))
    return document(await _cards(service, contacts, wanted), *_kind(wanted))


async def whole_list(
    service: "Service", book: AddressBook, listing: Listing, wanted: RenderOptions
) -> tuple[str, AsyncGenerator[bytes, None]]:
    """The content type and the cards of all that a listing lets through, one after another, a few
    in memory at once. Raises Refused: E406 for any other form, and what the first card raises; the
    stream raises what the others do, E503 as the book does among it."""
    service.book.require()
    _only_cards(wanted)
    cards = _streamed(service, service.book.walk(book, listing), wanted)
    # While a store that is away can still be told of.
    first = await anext(cards, b"")
    return _kind(wanted)[0], _behind(first, cards)


async def _behind(first: bytes, others: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(others):
        yield first
        async for one in others:
            yield one


async def _streamed(
    service: "Service", entries: AsyncIterable[Entry], wanted: RenderOptions
) -> AsyncGenerator[bytes, None]:
    async for entry in entries:
        yield b"".join(await _cards(service, _contacts(entry, wanted), wanted))


async def _cards(
    service: "Service", contacts: tuple[Contact, ...], wanted: RenderOptions
) -> list[bytes]:
    cards = []
    for contact in contacts:
        made = await service.create(CardRequest(contact=contact, options=wanted))
        assert made.maybe_document is not None  # noqa: S101  # a card is a document
        cards.append(made.maybe_document.octets)
        await asyncio.sleep(0)  # hundreds of cards come to some tenths of a second
    return cards


def _kind(wanted: RenderOptions) -> tuple[str, str]:
    """The content type and the file name of cards."""
    from vcardsvc import vcard as card

    profile = card.profile(wanted.target or "universal", wanted.version)
    return profile.content_type, profile.filename


def _only_cards(wanted: RenderOptions) -> None:
    if wanted.form != "card":
        detail = "Several contacts are written as cards (text/vcard) alone."
        raise Refused(Problem(code=E406, field="/as", cause="several", detail=detail))
