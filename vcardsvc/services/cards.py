"""Creates cards: prepares the photo, adapts the contact, writes the form, stores a link.

A request without a photo for the usual target takes one step. Every other request becomes a
`_Rendering`, which fetches the photo once, however many targets it is written for. A photo is
fetched only when everything else is right.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from msgspec import structs

from vcardsvc import vcard
from vcardsvc.errors import DROPPED, E406, Problem, Refused
from vcardsvc.messengers.losses import BEHIND_LINK
from vcardsvc.messengers.message import WrittenMessage
from vcardsvc.messengers.platforms import (
    KINDS,
    PLATFORMS,
    card_writer,
    link_writer,
    member_writer,
)
from vcardsvc.model.contact import Contact, Photo
from vcardsvc.model.request import (
    DEFAULT_OPTIONS,
    CardRequest,
    CardResult,
    Document,
    Link,
    Loss,
    Note,
    Part,
    RenderOptions,
    Report,
    Target,
)
from vcardsvc.photo.decoder import Budget
from vcardsvc.services.executor import Executor
from vcardsvc.services.links import Links
from vcardsvc.services.photos import PHOTO, PHOTO_URL, Photos
from vcardsvc.services.rendering import chosen_profile, link_losses, qr_code, stored_link
from vcardsvc.validation.countries import address_country
from vcardsvc.vcard import (
    MMS_CEILING,
    PHOTO_QR,
    PHOTO_SMALLER,
    CannotRender,
    Profile,
    loss,
)
from vcardsvc.vcard.document import document as card_document

CALCULATION_SECONDS: Final = 2
"""Seconds that a long calculation waits for its thread, as photos for a slot; also the Retry-After
of its refusal."""

LONG: Final = 20_000
"""Characters of a contact that is cut to a ceiling in a thread: 256 KiB take up to a second."""

OTHERS: Final = "contacts"
"""The field of a note on the other contacts of an entry."""

OTHERS_OMITTED: Final = Note(field=OTHERS, code=DROPPED)
"""The note when a form has no place for the other contacts of an entry."""

_PHOTO: Final = Photo(jpeg=b"", width=0, height=0)
"""Stands for a photo that is not fetched, since a message has no place for it."""

FIELDS: Final[dict[Part, str]] = {"phones": "/phone"}
"""The members of a request without which a form cannot be written."""

Losses = tuple[Loss, ...]


def calculations(seconds: int = CALCULATION_SECONDS) -> Executor:
    """Return the executor of long calculations: one at a time, since several threads that calculate
    would delay every request."""
    return Executor(
        1, "calculation", slots_cause="calculation", slot_seconds=seconds, retry_after=seconds
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Creates the cards of one worker."""

    photos: Photos
    links: Links = field(default_factory=Links)
    mms_limit: int = MMS_CEILING
    calculations: Executor = field(default_factory=calculations)

    async def create(
        self, card_request: CardRequest, owner: str = "", base_url: str = ""
    ) -> CardResult:
        """Return what the request asks for, with its notes and losses.

        A link belongs to `owner`, the name of a key, and begins with `base_url`. Only links are
        stored. Raises Refused when the photo cannot be fetched or used, when the form cannot hold
        the contact, and when no link can be stored.
        """
        plain = card_request.options is DEFAULT_OPTIONS and not card_request.others
        if plain and not card_request.photo_url and not card_request.photo_bytes:
            contact, losses = vcard.adapted(card_request.contact, vcard.UNIVERSAL)
            document = vcard.write(contact)
            return CardResult(maybe_document=document, notes=card_request.notes, losses=losses)
        return await _Rendering(self, card_request, owner, base_url).run()


class _Rendering:
    """Renders one card request."""

    def __init__(self, cards: Cards, card_request: CardRequest, owner: str, base_url: str) -> None:
        contact = card_request.contact
        self.cards = cards
        self.request = card_request
        self.options = card_request.options
        self.contact = structs.replace(contact, photo=None) if contact.photo else contact
        self.owner = owner
        self.base_url = base_url
        self.notes = dict.fromkeys(card_request.notes)
        self._maybe_stored = contact.photo
        self._maybe_data = contact.photo.jpeg if contact.photo else None
        self._photo_dropped = False
        self._photos: dict[Budget, Photo] = {}

    async def run(self) -> CardResult:
        """Return the result in the requested form."""
        if self.options.links:
            self.cards.links.require()
        if self.request.others and not _holds_several(self.options):
            self.notes[OTHERS_OMITTED] = None
        return await _FORMS[self.options.form](self)

    async def card(self) -> CardResult:
        """Return the target's card."""
        document, losses = await self._file(self._profile("universal"))
        return self._result(document, losses)

    async def jcard(self) -> CardResult:
        """Return the contact as RFC 7095."""
        from vcardsvc.vcard.contact_card import card_of
        from vcardsvc.vcard.jcard import jcard

        document, _ = jcard(card_of(await self._whole()))
        return self._result(document)

    async def xcard(self) -> CardResult:
        """Return the contact as RFC 6351."""
        from vcardsvc.vcard.contact_card import card_of
        from vcardsvc.vcard.xcard import xcard

        document, _ = xcard(card_of(await self._whole()))
        return self._result(document)

    async def jscontact(self) -> CardResult:
        """Return the contact as RFC 9553 or RFC 9982."""
        from vcardsvc.vcard.contact_card import card_of
        from vcardsvc.vcard.jscontact import jscontact

        document, _ = jscontact(card_of(await self._whole()), self.options.jscontact)
        return self._result(document)

    async def report(self) -> CardResult:
        """Return what the target's card would be, or every target's."""
        target = self.options.target
        targets = (target,) if target else tuple(vcard.PROFILES)
        reports = tuple([await self._report(self._profile(each)) for each in targets])
        return CardResult(reports=reports, notes=tuple(self.notes))

    async def link(self) -> CardResult:
        """Store the target's card under a link."""
        document, losses = await self._file(self._profile("universal"))
        return self._result(None, losses, await self._stored(document))

    async def qr(self) -> CardResult:
        """Return the QR code of a short card, or of a link to a whole one."""
        maybe_link = None
        if self.options.content == "link":
            document, losses = await self._file(self._profile("universal"))
            maybe_link = await self._stored(document)
            octets = maybe_link.url.encode()
        else:
            profile = replace(self._profile("qr"), photo=False, photo_lost=PHOTO_QR)
            document, losses = await self._card(profile)
            octets = document.octets
        code = await qr_code(self.cards.calculations, octets, self.options.image)
        return self._result(code, losses, maybe_link)

    async def linked(self) -> CardResult:
        """Return the message of a platform with a link to the card."""
        platform = PLATFORMS[self.options.form]
        document, losses = await self._card(self._profile(platform.target or "universal"))
        link = await self._stored(document)
        written = link_writer(platform.name)(self._marked(), link.url)
        insecure = link_losses(platform, link)
        shown = _without_dropped(written.losses[0], losses)
        return self._result(written.document, (*losses, *insecure, *shown), link)

    async def members(self) -> CardResult:
        """Return the message of a platform with the contact in members of its own."""
        contacts = [self._marked(), *self.request.others][: self._most()]
        try:
            written = member_writer(self.options.form)(*contacts)
        except CannotRender as fault:
            raise _unfit(fault) from None
        return self._message(written)

    async def attached(self) -> CardResult:
        """Return the message of a platform with the card inside."""
        platform = PLATFORMS[self.options.form]
        profile = vcard.profile(platform.target or "universal")
        document, losses = await self._card(profile)
        cards = [(self.contact, self._named(document))]
        for index, other in enumerate(self.request.others[: self._most() - 1]):
            more, more_losses = await self._other(other, profile)
            self._note_other(index, more_losses)
            cards.append((other, self._named(more)))
        try:
            written = card_writer(platform.name)(*cards)
        except CannotRender as fault:
            raise _unfit(fault) from None
        return self._message(written, losses)

    def _message(self, written: WrittenMessage, losses: Losses = ()) -> CardResult:
        """Return a message; `losses` are those of the first contact's card in it."""
        own, *others = written.losses
        for index, each in enumerate(others):
            self._note_other(index, each)
        return self._result(written.document, (*losses, *own))

    def _note_other(self, index: int, losses: Iterable[Loss]) -> None:
        """Note what is lost of another contact: no field of the request is its own."""
        other = self.request.others[index]
        for one in losses:
            part = other.extra[one.index or 0].name if one.part == "extra" else one.part
            place = "" if one.part == "extra" or one.index is None else str(one.index)
            field = "/".join(filter(None, (OTHERS, str(index + 1), part, place, one.member)))
            self.notes[Note(field=field, code=one.code)] = None

    def _most(self) -> int:
        """Return the most contacts of the message; that others are left out is noted."""
        most = PLATFORMS[self.options.form].most
        if len(self.request.others) >= most:
            self.notes[OTHERS_OMITTED] = None
        return most

    def _marked(self) -> Contact:
        """Return the contact; if it has a photo, with one that holds nothing and is not fetched. A
        photo that was dropped, which is noted, is none."""
        marked = self._has("photo") and not self._photo_dropped
        return structs.replace(self.contact, photo=_PHOTO) if marked else self.contact

    def _named(self, document: Document) -> Document:
        """Return a card inside a message, called as the request says where that names the card."""
        names = PLATFORMS[self.options.form].names_card and self.request.filename
        return structs.replace(document, filename=names) if names else document

    def _result(
        self, maybe_document: Document | None, losses: Losses = (), maybe_link: Link | None = None
    ) -> CardResult:
        return CardResult(
            maybe_document=maybe_document,
            maybe_link=maybe_link,
            notes=tuple(self.notes),
            losses=losses,
        )

    def _profile(self, default: Target) -> Profile:
        return chosen_profile(self.options, default, self.cards.mms_limit)

    def _has(self, part: Part) -> bool:
        """Return whether the request has this part of a contact."""
        if part == "photo":
            request = self.request
            return bool(request.photo_url or request.photo_bytes or self._maybe_stored)
        return bool(getattr(self.contact, part))

    async def _card(self, profile: Profile) -> tuple[Document, Losses]:
        """Return the card of this profile with its photo, and the losses."""
        contact, losses = await self._adapted_with_photo(profile)
        return vcard.write(contact, profile), losses

    async def _file(self, profile: Profile) -> tuple[Document, Losses]:
        """Return the card followed by those of the other contacts; with a ceiling, which applies to
        the whole file, the card alone."""
        document, losses = await self._card(profile)
        if not self.request.others:
            return document, losses
        if profile.ceiling:
            self.notes[OTHERS_OMITTED] = None
            return document, losses
        octets, all_losses = [*document.chunks], dict.fromkeys(losses)
        for other in self.request.others:
            more, more_losses = await self._other(other, profile)
            octets += more.chunks
            all_losses |= dict.fromkeys(more_losses)
        return card_document(octets, document.content_type, document.filename), tuple(all_losses)

    async def _other(self, other: Contact, profile: Profile) -> tuple[Document, Losses]:
        """Return the card of another contact, and its losses; its notes become the request's."""
        request = CardRequest(contact=other, options=self.options)
        rendering = _Rendering(self.cards, request, "", "")
        document, losses = await rendering._card(profile)
        self.notes |= rendering.notes
        await asyncio.sleep(0)  # hundreds of cards take some tenths of a second
        return document, losses

    async def _report(self, profile: Profile) -> Report:
        contact, losses = await self._adapted_with_photo(profile)
        size = vcard.write(contact, profile).size
        return Report(
            target=profile.name,
            version=profile.version,
            size=size,
            fits=not profile.ceiling or size <= profile.ceiling,
            ceiling=profile.ceiling or None,
            photo=contact.photo,
            losses=losses,
        )

    async def _adapted_with_photo(self, profile: Profile) -> tuple[Contact, Losses]:
        """Return the contact that this profile's card holds, its photo within the profile's
        budget."""
        with_photo = self._has("photo") and profile.photo and not self._photo_dropped
        contact, losses = await self._adapted(profile, photo=with_photo)
        if self._has("photo") and not profile.photo and profile.photo_lost:
            losses = (*losses, loss(profile.photo_lost, "photo"))
        if not with_photo:
            return contact, losses
        usual = self.cards.photos.budget
        side, octets = vcard.photo_budget(contact, profile, usual.side, usual.bytes)
        budget = Budget(side=side, bytes=octets)
        maybe_photo = await self._photo(budget)
        if maybe_photo is None:  # then nothing had to make room for it
            return await self._adapted(profile, photo=False)
        if maybe_photo.squeezed and budget != usual:
            losses = (*losses, loss(PHOTO_SMALLER, "photo"))
        maybe_kind = profile.unread_kind if "photo" in profile.unread else profile.photo_unread
        if maybe_kind:
            losses = (*losses, loss(maybe_kind, "photo"))
        return structs.replace(contact, photo=maybe_photo), losses

    async def _adapted(self, profile: Profile, *, photo: bool) -> tuple[Contact, Losses]:
        """Return the contact that this profile's card holds, with or without room for a photo."""
        contact = _with_countries(self.contact) if profile.address_country else self.contact
        try:
            if profile.ceiling and profile.cut and len(repr(contact)) > LONG:
                adapt = partial(vcard.adapted, contact, profile, photo=photo)
                return await self.cards.calculations.run(adapt)
            return vcard.adapted(contact, profile, photo=photo)
        except CannotRender as fault:
            raise _unfit(fault) from None

    async def _whole(self) -> Contact:
        """Return the contact with everything that a form without a target holds."""
        if not self._has("photo"):
            return self.contact
        return structs.replace(self.contact, photo=await self._photo(self.cards.photos.budget))

    async def _photo(self, budget: Budget) -> Photo | None:
        """Return the photo within this budget; None when the request goes without it.

        A photo of the contact book is used as it is if it fits. One that failed is not tried again
        for the next target.
        """
        stored = self._maybe_stored
        if (
            stored
            and max(stored.width, stored.height) <= budget.side
            and len(stored.jpeg) <= budget.bytes
        ):
            return stored
        if self._photo_dropped:
            return None
        field = PHOTO_URL if self.request.photo_url else PHOTO
        try:
            if budget not in self._photos:
                self._photos[budget] = await self._decoded(field, budget)
        except Refused as refused:
            if self.options.photo != "drop":
                raise
            self.notes[Note(field=field[1:], code=refused.problems[0].code.name)] = None
            self._photo_dropped = True
            return None
        return self._photos[budget]

    async def _decoded(self, field: str, budget: Budget) -> Photo:
        photos, request = self.cards.photos, self.request
        if self._maybe_data is None:
            self._maybe_data = request.photo_bytes or await photos.fetch(request.photo_url)
        photo = await photos.decode(self._maybe_data, field, budget)
        self.notes |= dict.fromkeys(Note(field=field[1:], code=code) for code in photo.notes)
        return photo

    async def _stored(self, document: Document) -> Link:
        links = self.cards.links
        return await stored_link(links, document, self.request, self.owner, self.base_url)


_FORMS: Final[dict[str, Callable[[_Rendering], Awaitable[CardResult]]]] = {
    "card": _Rendering.card,
    "jcard": _Rendering.jcard,
    "xcard": _Rendering.xcard,
    "jscontact": _Rendering.jscontact,
    "report": _Rendering.report,
    "link": _Rendering.link,
    "qr": _Rendering.qr,
    **dict.fromkeys(KINDS["link"], _Rendering.linked),
    **dict.fromkeys(KINDS["members"], _Rendering.members),
    **dict.fromkeys(KINDS["card"], _Rendering.attached),
}


def _holds_several(options: RenderOptions) -> bool:
    """Return whether the result is a file of cards, a link to one, or a message of several."""
    if options.form in PLATFORMS:
        return PLATFORMS[options.form].most > 1
    return options.form in ("card", "link") or (options.form == "qr" and options.content == "link")


def _without_dropped(shown: Losses, card: Losses) -> Losses:
    """Return the losses of the text beside a link without those that say that the card has it, of
    what the card has not."""
    dropped = {(one.part, one.index) for one in card if one.code == DROPPED and not one.member}
    return tuple(
        one
        for one in shown
        if one.reason != BEHIND_LINK.reason or (one.part, one.index) not in dropped
    )


def _unfit(fault: CannotRender) -> Refused:
    field = FIELDS.get(fault.part)
    return Refused(Problem(code=E406, field=field, cause="unfit", detail=fault.reason))


def _with_countries(contact: Contact) -> Contact:
    """Return the contact with the countries that its addresses end with, where none is known."""
    known = tuple(
        address
        if address.country
        else structs.replace(address, country=address_country(address.text))
        for address in contact.addresses
    )
    return contact if known == contact.addresses else structs.replace(contact, addresses=known)
