"""Creates cards: prepares the photo, adapts the contact, writes the form, stores a link.

A request without a photo for the usual target takes one step. Every other request becomes a
`_Rendering`, which fetches the photo once, however many targets it is written for. A photo is
fetched only when everything else is right.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from msgspec import structs

from vcardsvc import vcard
from vcardsvc.errors import DROPPED, E406, Problem, Refused
from vcardsvc.model.contact import Contact, Photo
from vcardsvc.model.request import (
    DEFAULT_OPTIONS,
    CardRequest,
    CardResult,
    Document,
    Form,
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
from vcardsvc.validation.countries import address_country
from vcardsvc.vcard import (
    LOST_BY_WHATSAPP,
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

OTHERS_OMITTED: Final = Note(field="contacts", code=DROPPED)
"""The note when a form has no place for the other contacts of an entry."""

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
        from vcardsvc.vcard.jcard import jcard

        return self._result(jcard(await self._whole()))

    async def xcard(self) -> CardResult:
        """Return the contact as RFC 6351."""
        from vcardsvc.vcard.xcard import xcard

        return self._result(xcard(await self._whole()))

    async def jscontact(self) -> CardResult:
        """Return the contact as RFC 9553 or RFC 9982."""
        from vcardsvc.vcard.jscontact import jscontact

        return self._result(jscontact(await self._whole(), self.options.jscontact))

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
        from vcardsvc.vcard.qr import TooLong, qr

        maybe_link = None
        if self.options.content == "link":
            document, losses = await self._file(self._profile("universal"))
            maybe_link = await self._stored(document)
            octets = maybe_link.url.encode()
        else:
            profile = replace(self._profile("qr"), photo=False, photo_lost=PHOTO_QR)
            document, losses = await self._card(profile)
            octets = document.octets
        try:
            code = await self.cards.calculations.run(qr, octets, self.options.image)
        except TooLong as fault:
            detail = f"{fault} Ask with content=link."
            raise Refused(Problem(code=E406, cause="qr-ceiling", detail=detail)) from None
        return self._result(code, losses, maybe_link)

    async def whatsapp(self) -> CardResult:
        """Return a message of the WhatsApp Cloud API."""
        from vcardsvc.messengers.whatsapp import whatsapp, whatsapp_invited

        losses = [loss(kind, part) for part, kind in LOST_BY_WHATSAPP if self._has(part)]
        losses += whatsapp_invited(self.contact)
        return self._result(whatsapp(self.contact), tuple(losses))

    async def telegram(self) -> CardResult:
        """Return the parameters of sendContact of Telegram's Bot API."""
        from vcardsvc.messengers.telegram import telegram

        document, losses = await self._card(vcard.profile("telegram"))
        try:
            payload, more = telegram(self.contact, document.octets.decode())
        except CannotRender as fault:
            raise _unfit(fault) from None
        return self._result(payload, (*losses, *more))

    async def twilio(self) -> CardResult:
        """Return a message for Twilio whose media is a link to the card."""
        from vcardsvc.messengers.twilio import twilio

        document, losses = await self._card(self._profile("mms"))
        link = await self._stored(document)
        return self._result(twilio(self.contact, link.url), losses, link)

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
        profile = vcard.profile(self.options.target or default, self.options.version)
        if profile.name == "mms":
            return replace(profile, ceiling=self.cards.mms_limit)
        return profile

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
            request = CardRequest(contact=other, options=self.options)
            rendering = _Rendering(self.cards, request, "", "")
            more, more_losses = await rendering._card(profile)
            octets += more.chunks
            all_losses |= dict.fromkeys(more_losses)
            self.notes |= rendering.notes
            await asyncio.sleep(0)  # hundreds of cards take some tenths of a second
        return card_document(octets, document.content_type, document.filename), tuple(all_losses)

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
        """Store the document under a new link. Raises Refused when there can be none."""
        options = self.options
        if self.request.filename and options.form != "qr":  # there it is the image's name
            document = structs.replace(document, filename=self.request.filename)
        id, expires_at = await self.cards.links.create(
            document, owner=self.owner, ttl=options.ttl, once=options.once
        )
        return Link(
            id=id,
            url=f"{self.base_url}/c/{id}.vcf",
            expires_at=expires_at,
            size=document.size,
            content_type=document.content_type,
        )


_FORMS: Final[dict[Form, Callable[[_Rendering], Awaitable[CardResult]]]] = {
    "card": _Rendering.card,
    "jcard": _Rendering.jcard,
    "xcard": _Rendering.xcard,
    "jscontact": _Rendering.jscontact,
    "report": _Rendering.report,
    "link": _Rendering.link,
    "qr": _Rendering.qr,
    "whatsapp": _Rendering.whatsapp,
    "telegram": _Rendering.telegram,
    "twilio": _Rendering.twilio,
}


def _holds_several(options: RenderOptions) -> bool:
    """Return whether the result is a file of cards, or a link to one."""
    return options.form in ("card", "link") or (options.form == "qr" and options.content == "link")


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
