"""Tasks over the contact book: their photos fetched first, their entries written as cards.

What must never enter here: a vendor's words, SQL, or anything of HTTP.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING

from vcardsvc.card.document import document
from vcardsvc.contact import Contact, Document, Order, Outcome, Wanted
from vcardsvc.entry import AddressBook, Draft, Entry, Found, Keep, Listing, Task
from vcardsvc.errors import E406, Problem, Refused
from vcardsvc.service.cards import card_contacts
from vcardsvc.service.work import Work

if TYPE_CHECKING:
    from vcardsvc.service import Service


async def done(service: "Service", book: AddressBook, task: Task) -> Found:
    """What the task came to; the photos of what is to be kept are fetched before anything is.

    Raises Refused as `Book.done` does, and for a photo that was required and cannot be had.
    """
    service.book.require()
    if not isinstance(task, Keep) or not any(draft.photo_url for draft in task.drafts):
        return await service.book.done(book, task)
    pairs = [await _with_photo(service, draft, task) for draft in task.drafts]
    drafts = tuple(draft for draft, _ in pairs)
    found = await service.book.done(book, replace(task, drafts=drafts))
    return replace(found, photo_problems=tuple(problem for _, problem in pairs))


async def _with_photo(service: "Service", draft: Draft, task: Keep) -> tuple[Draft, Problem | None]:
    """The draft with its photo, or why it has none."""
    if not draft.photo_url:
        return draft, None
    work = Work(service, Order(contact=draft.contacts[0], photo_url=draft.photo_url), "", "")
    try:
        maybe_photo = await work.photo(service.usual)
    except Refused as refused:
        if task.photo_required:
            raise
        return draft, refused.problems[0]
    return replace(draft, photo=maybe_photo.jpeg if maybe_photo else b""), None


async def outcome(
    service: "Service", entry: Entry, wanted: Wanted, owner: str, base_url: str
) -> tuple[Order, Outcome]:
    """One entry as `wanted`: as a card all of its contacts, in any other form its own.

    Raises Refused as `Service.create` does.
    """
    contacts = card_contacts(entry)
    order = Order(contact=contacts[0], wanted=wanted)
    if wanted.form != "card" or len(contacts) == 1:
        return order, await service.create(order, owner, base_url)
    whole = document(await _cards(service, contacts, wanted), *_kind(service, wanted))
    return order, Outcome(maybe_document=whole)


async def several(service: "Service", entries: tuple[Entry, ...], wanted: Wanted) -> Document:
    """The cards of these entries in one file. Raises Refused (E406) for any other form."""
    _only_cards(wanted)
    contacts = tuple(contact for entry in entries for contact in card_contacts(entry))
    return document(await _cards(service, contacts, wanted), *_kind(service, wanted))


async def whole_list(
    service: "Service", book: AddressBook, listing: Listing, wanted: Wanted
) -> tuple[str, AsyncIterator[bytes]]:
    """The content type and the cards of all that a listing lets through, one after another, a few
    in memory at once. Raises Refused: E406 for any other form, and what the first card raises; the
    stream raises what the others do, E503 as the book does among it."""
    service.book.require()
    _only_cards(wanted)
    cards = _streamed(service, service.book.walk(book, listing), wanted)
    # While a store that is away can still be told of.
    first = await anext(cards, b"")
    return _kind(service, wanted)[0], _behind(first, cards)


async def _behind(first: bytes, others: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for one in others:
        yield one


async def _streamed(
    service: "Service", entries: AsyncIterable[Entry], wanted: Wanted
) -> AsyncIterator[bytes]:
    async for entry in entries:
        yield b"".join(await _cards(service, card_contacts(entry), wanted))


async def _cards(service: "Service", contacts: tuple[Contact, ...], wanted: Wanted) -> list[bytes]:
    cards = []
    for contact in contacts:
        made = await service.create(Order(contact=contact, wanted=wanted))
        assert made.maybe_document is not None  # noqa: S101  # a card is a document
        cards.append(made.maybe_document.octets)
        await asyncio.sleep(0)  # hundreds of cards come to some tenths of a second
    return cards


def _kind(service: "Service", wanted: Wanted) -> tuple[str, str]:
    """The content type and the file name of cards."""
    from vcardsvc import card

    profile = card.profile(wanted.target or "universal", wanted.version)
    return profile.content_type, profile.filename


def _only_cards(wanted: Wanted) -> None:
    if wanted.form != "card":
        detail = "Several contacts are written as cards (text/vcard) alone."
        raise Refused(Problem(code=E406, field="/as", cause="several", detail=detail))
