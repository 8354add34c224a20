"""Runs commands of the contact book, fetches their photos first, and writes entries as cards.

Each entry has one or more cards: its own and those of the people of a company. Their UIDs stay the
same for as long as the entry exists.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID, uuid5

from msgspec import structs

from vcardsvc import vcard
from vcardsvc.errors import E406, Problem, Refused
from vcardsvc.messengers.platforms import KINDS, PLATFORMS
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
from vcardsvc.model.contact import Contact, Photo
from vcardsvc.model.request import DEFAULT_OPTIONS, CardRequest, CardResult, Document, RenderOptions
from vcardsvc.services.cards import Cards
from vcardsvc.services.contacts import ContactBook
from vcardsvc.vcard.document import document
from vcardsvc.vcard.jpeg import jpeg_sides

OWN_STATUSES: Final = (400, 403, 404, 422)
"""Statuses of problems of a command itself, not of the form that its result is written in."""

SAMPLE_UID: Final = "urn:uuid:00000000-0000-4000-8000-000000000000"
"""A UID as long as that of a new entry."""

NAMESPACE: Final = UUID("5b0f5f0e-6c57-4a0b-9d0e-0a6f1c2b7d43")
"""The UUID namespace of an entry's cards behind the first (RFC 9562 section 5.5). A change of it
changes the UID of all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactCards:
    """The contact book of one worker together with the cards of its entries."""

    cards: Cards
    book: ContactBook

    async def check(
        self,
        address_book: AddressBook,
        command: Create | Upsert | Update | Bulk,
        options: RenderOptions,
    ) -> None:
        """Check that what the command leaves can be written with these options, before anything is
        stored: a caller who is refused would try again and store it twice.

        Raises Refused: E406 when it cannot or no links are stored, and as `ContactBook.run` does.
        """
        self.book.require()
        if options.links:
            self.cards.links.require()
        if options is DEFAULT_OPTIONS:
            return
        if isinstance(command, Bulk):
            _require_cards(options)
            for each in command.commands:
                if isinstance(each, Create | Update):
                    await self._check_one_of_bulk(address_book, each, options)
            return
        if isinstance(command, Create) and len(command.drafts) > 1:
            _require_cards(options)
        for draft in await self._drafts_after(address_book, command):
            own, *others = (structs.replace(contact, uid=SAMPLE_UID) for contact in draft.contacts)
            trial = structs.replace(options, **_without_link(options))
            await self.cards.create(CardRequest(contact=own, others=tuple(others), options=trial))

    async def _check_one_of_bulk(
        self, address_book: AddressBook, command: Create | Update, options: RenderOptions
    ) -> None:
        """Check one of several commands; problems of its own are reported when it runs."""
        try:
            await self.check(address_book, command, options)
        except Refused as refused:
            if refused.problems[0].http_status not in OWN_STATUSES:
                raise

    async def _drafts_after(
        self, address_book: AddressBook, command: Create | Upsert | Update
    ) -> tuple[Draft, ...]:
        """Return what the command would store."""
        if isinstance(command, Create):
            return command.drafts
        if isinstance(command, Upsert):
            maybe_existing = await self.book.existing(address_book, command.named)
            return (await asyncio.to_thread(command.make, maybe_existing),)
        result = await self.book.run(address_book, Get(ref=command.ref))
        return (await asyncio.to_thread(command.edit, result.entries[0]),)

    async def run(self, address_book: AddressBook, command: Command) -> CommandResult:
        """Return the result of the command; photos of new entries are fetched before it runs.

        Raises Refused as `ContactBook.run` does, and for a required photo that is not available.
        """
        self.book.require()
        if isinstance(command, Upsert) and command.named.photo_url:
            named, maybe_problem = await self._fetched(command.named, command)
            result = await self.book.run(address_book, replace(command, named=named))
            return replace(result, photo_problems=(maybe_problem,))
        if not isinstance(command, Create) or not any(one.photo_url for one in command.drafts):
            return await self.book.run(address_book, command)
        pairs = [await self._with_photo(address_book, draft, command) for draft in command.drafts]
        drafts = tuple(draft for draft, _ in pairs)
        result = await self.book.run(address_book, replace(command, drafts=drafts))
        return replace(result, photo_problems=tuple(problem for _, problem in pairs))

    async def _with_photo(
        self, address_book: AddressBook, draft: Draft, command: Create
    ) -> tuple[Draft, Problem | None]:
        """Return the draft with its photo, or why it has none. An existing entry with a photo stays
        as it is, so nothing is fetched for it."""
        if not draft.photo_url:
            return draft, None
        maybe_existing = await self.book.existing(address_book, draft)
        if maybe_existing and maybe_existing.photo:
            return draft, None
        return await self._fetched(draft, command)

    async def _fetched(
        self, draft: Draft, command: Create | Upsert
    ) -> tuple[Draft, Problem | None]:
        """Return the draft with the photo at its URL, or why it has none. Raises Refused where the
        photo is required."""
        try:
            photo = await self.cards.photos.at_url(draft.photo_url)
        except Refused as refused:
            if command.photo_required:
                raise
            return draft, refused.problems[0]
        return replace(draft, photo=photo.jpeg), None

    async def card(
        self, entry: Entry, options: RenderOptions, owner: str, base_url: str
    ) -> tuple[CardRequest, CardResult]:
        """Render one entry: all of its contacts in a file of cards, its own in any other form.

        Raises Refused as `Cards.create` does.
        """
        own, *others = _contacts(entry, options)
        card_request = CardRequest(contact=own, others=tuple(others), options=options)
        return card_request, await self.cards.create(card_request, owner, base_url)

    async def file(self, entries: tuple[Entry, ...], options: RenderOptions) -> Document:
        """Return the cards of these entries in one file. Raises Refused (E406) for other forms."""
        _require_cards(options)
        octets = [one for entry in entries for one in await self._octets(entry, options)]
        return document(octets, *_file_kind(options))

    async def stream(
        self, address_book: AddressBook, listing: Listing, options: RenderOptions
    ) -> tuple[str, AsyncGenerator[bytes, None]]:
        """Return the content type and the cards of every entry of a listing, of which a few are in
        memory at once.

        Raises Refused: E406 for other forms, and what the first card raises. The stream raises what
        the others do, for example E503.
        """
        self.book.require()
        _require_cards(options)
        cards = self._stream(self.book.export(address_book, listing), options)
        first = await anext(cards, b"")  # while an unavailable store can still be reported
        return _file_kind(options)[0], _chained(first, cards)

    async def _stream(
        self, entries: AsyncIterable[Entry], options: RenderOptions
    ) -> AsyncGenerator[bytes, None]:
        async for entry in entries:
            yield b"".join(await self._octets(entry, options))

    async def _octets(self, entry: Entry, options: RenderOptions) -> list[bytes]:
        """Return the octets of each card of an entry."""
        cards = []
        for contact in _contacts(entry, options):
            result = await self.cards.create(CardRequest(contact=contact, options=options))
            assert result.maybe_document is not None  # noqa: S101  # a card is a document
            cards.append(result.maybe_document.octets)
            await asyncio.sleep(0)  # hundreds of cards take some tenths of a second
        return cards


def card_contacts(entry: Entry) -> tuple[Contact, ...]:
    """Return the contacts of an entry, the entry's own first, each with the UID of its card.

    The first has the entry's `uid` and photo; every other one has the UUID (version 5) of that uid
    and its index.
    """
    return tuple(
        structs.replace(
            contact,
            uid=f"urn:uuid:{uuid5(NAMESPACE, f'{entry.uid} {index}')}" if index else entry.uid,
            photo=None if index else stored_photo(entry.photo),
        )
        for index, contact in enumerate(entry.contacts)
    )


def stored_photo(jpeg: bytes) -> Photo | None:
    """Return the photo in a JPEG of the contact book; None when it is empty or damaged."""
    width, height = jpeg_sides(jpeg)
    return Photo(jpeg=jpeg, width=width, height=height) if width and height else None


def _contacts(entry: Entry, options: RenderOptions) -> tuple[Contact, ...]:
    """Return the contacts of an entry, without the photo where the options omit it."""
    contacts = card_contacts(entry)
    if options.photo != "none" or contacts[0].photo is None:
        return contacts
    return (structs.replace(contacts[0], photo=None), *contacts[1:])


def _without_link(options: RenderOptions) -> dict[str, Any]:
    """Return the changes to the options that write the same card without storing a link."""
    if options.form in KINDS["link"]:
        return {"form": "card", "target": options.target or PLATFORMS[options.form].target}
    return {"form": "card", "content": "card"} if options.links else {}


def _require_cards(options: RenderOptions) -> None:
    if options.form != "card":
        detail = "Several contacts are written as cards (text/vcard) alone."
        raise Refused(Problem(code=E406, field="/as", cause="several", detail=detail))


def _file_kind(options: RenderOptions) -> tuple[str, str]:
    """Return the content type and the file name of cards."""
    profile = vcard.profile(options.target or "universal", options.version)
    return profile.content_type, profile.filename


async def _chained(
    first: bytes, others: AsyncGenerator[bytes, None]
) -> AsyncGenerator[bytes, None]:
    async with aclosing(others):
        yield first
        async for each in others:
            yield each
