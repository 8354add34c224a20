"""One order on its way: what each form takes, from the request to finished octets.

What must never enter here: a vendor's words, anything of HTTP, or a resource of its own: those are
the service's.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from vcardsvc import vcard as card
from vcardsvc.errors import DROPPED, E406, Problem, Refused
from vcardsvc.model.contact import Contact, Photo
from vcardsvc.model.request import (
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
from vcardsvc.validation.countries import address_country
from vcardsvc.vcard import LOST_BY_WHATSAPP, PHOTO_QR, PHOTO_SMALLER, CannotRender, Profile, loss
from vcardsvc.vcard.document import document as card_document

if TYPE_CHECKING:
    from vcardsvc.services import Service

PHOTO_URL: Final = "/photo-url"
PHOTO: Final = "/photo"

ALONE: Final = Note(field="contacts", code=DROPPED)
"""What is said where the others of an entry have no place."""

LONG: Final = 20_000
"""Characters of a contact that is cut to a ceiling in a thread: 256 KiB take up to a second."""

FIELDS: Final[dict[Part, str]] = {"phones": "/phone"}
"""The members of a request that a form cannot do without."""

Losses = tuple[Loss, ...]


class Work:
    """One order on its way: the photo is fetched once, whatever is made of it."""

    def __init__(self, service: "Service", order: CardRequest, owner: str, base_url: str) -> None:
        self.service = service
        self.order = order
        self.contact = replace(order.contact, photo=None) if order.contact.photo else order.contact
        self.owner = owner
        self.base_url = base_url
        self.notes = dict.fromkeys(order.notes)
        self._maybe_kept = order.contact.photo
        self._maybe_data = self._maybe_kept.jpeg if self._maybe_kept else None
        self._dropped = False
        self._photos: dict[Budget, Photo] = {}

    async def run(self) -> CardResult:
        """What the order came to; the photo is fetched only when all else is right."""
        wanted = self.order.options
        if wanted.links:
            self.service.links.require()
        if self.order.others and not _holds_several(wanted):
            self.notes[ALONE] = None
        return await _FORMS[wanted.form](self)

    async def card(self) -> CardResult:
        """The target's card."""
        document, losses = await self._file(self._profile("universal"))
        return self._outcome(document, losses)

    async def jcard(self) -> CardResult:
        """RFC 7095."""
        from vcardsvc.vcard.jcard import jcard

        return self._outcome(jcard(await self._whole()))

    async def xcard(self) -> CardResult:
        """RFC 6351."""
        from vcardsvc.vcard.xcard import xcard

        return self._outcome(xcard(await self._whole()))

    async def jscontact(self) -> CardResult:
        """RFC 9553, or RFC 9982."""
        from vcardsvc.vcard.jscontact import jscontact

        return self._outcome(jscontact(await self._whole(), self.order.options.jscontact))

    async def report(self) -> CardResult:
        """What the target's card would be, or every target's."""
        wanted = self.order.options
        targets = (wanted.target,) if wanted.target else tuple(card.PROFILES)
        reports = tuple([await self._report(self._profile(target)) for target in targets])
        return CardResult(reports=reports, notes=tuple(self.notes))

    async def link(self) -> CardResult:
        """The target's card, kept under a link."""
        document, losses = await self._file(self._profile("universal"))
        return self._outcome(None, losses, await self._kept(document))

    async def qr(self) -> CardResult:
        """The QR code of a short card, or of a link to a whole one."""
        from vcardsvc.vcard.qr import TooLong, qr

        wanted = self.order.options
        maybe_link = None
        if wanted.content == "link":
            document, losses = await self._file(self._profile("universal"))
            maybe_link = await self._kept(document)
            octets = maybe_link.url.encode()
        else:
            profile = replace(self._profile("qr"), photo=False, photo_lost=PHOTO_QR)
            document, losses = await self._card(profile)
            octets = document.octets
        try:
            code = await self.service.apart(partial(qr, octets, wanted.image))
        except TooLong as fault:
            detail = f"{fault} Ask with content=link."
            raise Refused(Problem(code=E406, cause="qr-ceiling", detail=detail)) from None
        return self._outcome(code, losses, maybe_link)

    async def whatsapp(self) -> CardResult:
        """The Cloud API's message."""
        from vcardsvc.messengers.whatsapp import whatsapp, whatsapp_invited

        losses = [loss(row, part) for part, row in LOST_BY_WHATSAPP if self._said(part)]
        losses += whatsapp_invited(self.contact)
        return self._outcome(whatsapp(self.contact), tuple(losses))

    async def telegram(self) -> CardResult:
        """The Bot API's sendContact."""
        from vcardsvc.messengers.telegram import telegram

        document, losses = await self._card(card.profile("telegram"))
        try:
            payload, more = telegram(self.contact, document.octets.decode())
        except CannotRender as fault:
            raise _unfit(fault) from None
        return self._outcome(payload, (*losses, *more))

    async def twilio(self) -> CardResult:
        """A message of Twilio's, whose media is a link to the card."""
        from vcardsvc.messengers.twilio import twilio

        document, losses = await self._card(self._profile("mms"))
        link = await self._kept(document)
        return self._outcome(twilio(self.contact, link.url), losses, link)

    def _outcome(
        self, maybe_document: Document | None, losses: Losses = (), maybe_link: Link | None = None
    ) -> CardResult:
        return CardResult(
            maybe_document=maybe_document,
            maybe_link=maybe_link,
            notes=tuple(self.notes),
            losses=losses,
        )

    def _profile(self, usual: Target) -> Profile:
        wanted = self.order.options
        profile = card.profile(wanted.target or usual, wanted.version)
        if profile.name == "mms":
            return replace(profile, ceiling=self.service.mms_limit)
        return profile

    def _said(self, part: Part) -> bool:
        """Whether the order says anything of this part of a contact."""
        if part == "photo":
            return bool(self.order.photo_url or self.order.photo_bytes or self._maybe_kept)
        return bool(getattr(self.contact, part))

    async def _card(self, profile: Profile) -> tuple[Document, Losses]:
        """The card of this profile with its photo, and what is lost."""
        contact, losses = await self._filled(profile)
        return card.write(contact, profile), losses

    async def _file(self, profile: Profile) -> tuple[Document, Losses]:
        """The card, and behind it those of the others; under a ceiling the card alone."""
        document, losses = await self._card(profile)
        if not self.order.others:
            return document, losses
        if profile.ceiling:  # which counts for the file
            self.notes[ALONE] = None
            return document, losses
        octets, lost_in_all = [*document.chunks], dict.fromkeys(losses)
        for other in self.order.others:
            work = Work(
                self.service, CardRequest(contact=other, options=self.order.options), "", ""
            )
            behind, more = await work._card(profile)
            octets += behind.chunks
            lost_in_all |= dict.fromkeys(more)
            self.notes |= work.notes
            await asyncio.sleep(0)  # hundreds of cards come to some tenths of a second
        whole = card_document(octets, document.content_type, document.filename)
        return whole, tuple(lost_in_all)

    async def _report(self, profile: Profile) -> Report:
        contact, losses = await self._filled(profile)
        size = card.write(contact, profile).size
        return Report(
            target=profile.name,
            version=profile.version,
            size=size,
            fits=not profile.ceiling or size <= profile.ceiling,
            ceiling=profile.ceiling or None,
            photo=contact.photo,
            losses=losses,
        )

    async def _filled(self, profile: Profile) -> tuple[Contact, Losses]:
        """The contact as this profile carries it, its photo within the profile's budget."""
        photo = self._said("photo") and profile.photo and not self._dropped
        contact, losses = await self._carried(profile, photo=photo)
        if self._said("photo") and not profile.photo and profile.photo_lost:
            losses = (*losses, loss(profile.photo_lost, "photo"))
        if not photo:
            return contact, losses
        usual = self.service.usual
        side, octets = card.photo_budget(contact, profile, usual.side, usual.bytes)
        budget = Budget(side=side, bytes=octets)
        maybe_photo = await self.photo(budget)
        if maybe_photo is None:  # then nothing had to make room for it
            return await self._carried(profile, photo=False)
        if maybe_photo.squeezed and budget != usual:
            losses = (*losses, loss(PHOTO_SMALLER, "photo"))
        maybe_row = profile.unread_kind if "photo" in profile.unread else profile.photo_unread
        if maybe_row:
            losses = (*losses, loss(maybe_row, "photo"))
        return replace(contact, photo=maybe_photo), losses

    async def _carried(self, profile: Profile, *, photo: bool) -> tuple[Contact, Losses]:
        """The contact as this profile carries it, with or without room for a photo."""
        contact = self.contact
        if profile.address_country:
            contact = _with_countries(contact)
        carried = partial(card.adapted, contact, profile, photo=photo)
        try:
            if profile.ceiling and profile.cut and len(repr(contact)) > LONG:
                return await self.service.apart(carried)
            return carried()
        except CannotRender as fault:
            raise _unfit(fault) from None

    async def _whole(self) -> Contact:
        """The contact with all that a form without a target holds."""
        if not self._said("photo"):
            return self.contact
        return replace(self.contact, photo=await self.photo(self.service.usual))

    async def photo(self, budget: Budget) -> Photo | None:
        """The photo within this budget; None when there is none and the caller goes without: what
        failed once is not tried again for the next target. A photo from the book goes as it is
        wherever it fits."""
        kept = self._maybe_kept
        if kept and max(kept.width, kept.height) <= budget.side and len(kept.jpeg) <= budget.bytes:
            return kept
        if self._dropped:
            return None
        field = PHOTO_URL if self.order.photo_url else PHOTO
        try:
            if budget not in self._photos:
                self._photos[budget] = await self._prepared(field, budget)
        except Refused as refused:
            if self.order.options.photo != "drop":
                raise
            self.notes[Note(field=field[1:], code=refused.problems[0].code.name)] = None
            self._dropped = True
            return None
        return self._photos[budget]

    async def _prepared(self, field: str, budget: Budget) -> Photo:
        if self._maybe_data is None:
            self._maybe_data = self.order.photo_bytes or await self._fetched()
        started = time.perf_counter()
        photo = await self.service.decoder.prepare(self._maybe_data, field, budget)
        self.service.telemetry.photo("decode", time.perf_counter() - started)
        self.notes |= dict.fromkeys(Note(field=field[1:], code=code) for code in photo.notes)
        return photo

    async def _fetched(self) -> bytes:
        started = time.perf_counter()
        data = await self.service.fetcher.fetch(self.order.photo_url)
        self.service.telemetry.photo("fetch", time.perf_counter() - started)
        return data

    async def _kept(self, document: Document) -> Link:
        """The document under a link of its own. Raises Refused when there can be none."""
        wanted = self.order.options
        if self.order.filename and wanted.form != "qr":  # which names the image
            document = replace(document, filename=self.order.filename)
        id, expires_at = await self.service.links.create(
            document, owner=self.owner, ttl=wanted.ttl, once=wanted.once
        )
        return Link(
            id=id,
            url=f"{self.base_url}/c/{id}.vcf",
            expires_at=expires_at,
            size=document.size,
            content_type=document.content_type,
        )


_FORMS: Final[dict[Form, Callable[[Work], Awaitable[CardResult]]]] = {
    "card": Work.card,
    "jcard": Work.jcard,
    "xcard": Work.xcard,
    "jscontact": Work.jscontact,
    "report": Work.report,
    "link": Work.link,
    "qr": Work.qr,
    "whatsapp": Work.whatsapp,
    "telegram": Work.telegram,
    "twilio": Work.twilio,
}


def _holds_several(wanted: RenderOptions) -> bool:
    """Whether what is wanted is a file of cards, or a link to one."""
    return wanted.form in ("card", "link") or (wanted.form == "qr" and wanted.content == "link")


def _unfit(fault: CannotRender) -> Refused:
    field = FIELDS.get(fault.part)
    return Refused(Problem(code=E406, field=field, cause="unfit", detail=fault.reason))


def _with_countries(contact: Contact) -> Contact:
    """The contact with the countries that its addresses end with, where none is known."""
    known = tuple(
        one if one.country else replace(one, country=address_country(one.text))
        for one in contact.addresses
    )
    return contact if known == contact.addresses else replace(contact, addresses=known)
