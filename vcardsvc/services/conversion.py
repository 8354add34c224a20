"""Converts cards of any format into the form and for the target that a request names.

Strategy: every card goes to the writer as it was read; what a version, a form or a reader cannot
hold is adapted there or named. A photo inside a card stays as it is where the target takes it, else
it is drawn anew under the photo guard. A photo at a URL follows the request's rule for photos.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, TypeVar

from msgspec import structs

from vcardsvc import vcard
from vcardsvc.errors import (
    DROPPED,
    E100,
    E406,
    E503,
    E1527,
    OVER_LIMIT,
    REASONS,
    SMALLER,
    Problem,
    Refused,
)
from vcardsvc.messengers.details import details_lost
from vcardsvc.messengers.losses import BEHIND_LINK
from vcardsvc.messengers.message import WrittenMessage
from vcardsvc.messengers.payload import several
from vcardsvc.messengers.platforms import (
    KINDS,
    PLATFORMS,
    Platform,
    card_writer,
    link_writer,
    member_writer,
)
from vcardsvc.model.card import Binary, Card, CardLoss, Property
from vcardsvc.model.contact import Photo
from vcardsvc.model.conversion import (
    CardNote,
    ConversionReport,
    ConversionRequest,
    ConversionResult,
)
from vcardsvc.model.request import Document, Link, Loss, Target
from vcardsvc.photo.decoder import Budget
from vcardsvc.services.executor import Executor
from vcardsvc.services.links import Links
from vcardsvc.services.photos import Photos
from vcardsvc.services.rendering import (
    chosen_profile,
    file_ceiling,
    link_losses,
    qr_code,
    stored_link,
)
from vcardsvc.validation.fields import Policy
from vcardsvc.validation.urls import is_web
from vcardsvc.vcard import MMS_CEILING, PHOTO_QR, CannotRender, Profile
from vcardsvc.vcard.adapt_card import photo_fits
from vcardsvc.vcard.card_text import card_text, with_full_name
from vcardsvc.vcard.contact_view import ContactView, whole_view
from vcardsvc.vcard.document import document as file_document
from vcardsvc.vcard.losses import LEFT_OUT_TO_FIT
from vcardsvc.vcard.parser.read_file import texts_of

PHOTO: Final = "PHOTO"

T = TypeVar("T")

WrittenCard = tuple[tuple[bytes, ...], tuple[CardLoss, ...]]
"""The octets of a card, and its losses."""

_OMITTED: Final = CardLoss(
    name="", index=0, code=LEFT_OUT_TO_FIT.code, reason=LEFT_OUT_TO_FIT.reason
)
"""The loss of a card for which a file has no room."""

_OVER_REPORT: Final = "These are too many properties for a report on every target: name a target."

PHOTO_URLS: Final = 50
"""The most photos that one request may have fetched; a file of contacts may name a thousand."""

DRAWN: Final = 100
"""The most photos inside cards that one request may have drawn anew, at some 10 ms each."""

_OVER_FETCHED: Final = f"{PHOTO_URLS} photos are fetched at most; this one is left out."
_OVER_DRAWN: Final = f"{DRAWN} photos of a request are drawn anew at most; this one is left out."

LONG: Final = 500
"""Properties, and texts of their values, that are written in a thread: writing them takes some
milliseconds."""

LARGE: Final = 16 * 1024
"""Octets of the values of cards that are written in a thread."""

REPORTED: Final = 20_000
"""The most properties that a report has written, those of all targets together: some 1,000 cards
for one target."""

WAIT: Final = 5
"""Seconds that a large body waits for the thread, and the Retry-After of its refusal: the largest
take about as long to read."""


def conversion_executor() -> Executor:
    """Return the executor of conversions: one at a time, since several threads that calculate would
    delay every request."""
    return Executor(1, "conversion", slots_cause="conversion", slot_seconds=WAIT, retry_after=WAIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversions:
    """Converts the cards of one worker. `policy` is that of createcontact, `executor` runs what
    takes long: reading large bodies, QR codes."""

    photos: Photos
    links: Links
    policy: Policy = field(default_factory=Policy)
    mms_limit: int = MMS_CEILING
    executor: Executor = field(default_factory=conversion_executor)

    async def convert(
        self, request: ConversionRequest, owner: str = "", base_url: str = ""
    ) -> ConversionResult:
        """Return what the request asks for, and the notes.

        A link belongs to `owner`, the name of a key, and begins with `base_url`. Raises Refused
        when a photo at a URL cannot be fetched or used, when the form cannot hold the cards, and
        when no link can be stored.
        """
        return await _Conversion(self, request, owner, base_url).run()

    async def run(self, large: bool, work: Callable[..., T], *args: Any) -> T:
        """Return `work(*args)`, done in the thread if the input is large. Raises what it raises,
        and Refused (E503) where the thread stays busy."""
        return await self.executor.run(work, *args) if large else work(*args)


class _Conversion:
    """Runs one conversion."""

    def __init__(
        self, conversions: Conversions, request: ConversionRequest, owner: str, base_url: str
    ) -> None:
        self._conversions = conversions
        self._options = request.options
        self._request = request
        self._cards = request.cards
        self._owner = owner
        self._base_url = base_url
        self._notes = dict.fromkeys(request.notes)
        self._properties = sum(len(card.properties) for card in request.cards)
        self._large = request.size > LARGE or self._properties + _texts(request.cards) > LONG
        self._fetched: dict[str, bytes | None] = {}
        self._drawn = set[str]()

    async def run(self) -> ConversionResult:
        """Return the result in the requested form."""
        if self._options.links:
            self._conversions.links.require()
        return await _FORMS[self._options.form](self)

    async def card(self) -> ConversionResult:
        """Return the target's cards in one file."""
        document, _ = await self._file(self._profile("universal"))
        return self._result(document)

    async def jcard(self) -> ConversionResult:
        """Return the cards as RFC 7095, several as an array."""
        from vcardsvc.vcard.jcard import jcards

        return self._named(await self._run(jcards, await self._whole()))

    async def xcard(self) -> ConversionResult:
        """Return the cards as RFC 6351."""
        from vcardsvc.vcard.xcard import xcards

        return self._named(await self._run(xcards, await self._whole()))

    async def jscontact(self) -> ConversionResult:
        """Return the cards as RFC 9553 or RFC 9982, several as an array."""
        from vcardsvc.vcard.jscontact import jscontacts

        version = self._options.jscontact
        return self._named(await self._run(jscontacts, await self._whole(), version))

    async def report(self) -> ConversionResult:
        """Return what the target's cards would be, or every target's."""
        target = self._options.target
        targets = (target,) if target else tuple(vcard.PROFILES)
        if len(targets) > 1 and self._properties * len(targets) > REPORTED:
            raise Refused(Problem(code=E100, cause="report-limit", status=413, detail=_OVER_REPORT))
        self._large = self._large or self._properties * len(targets) > LONG
        reports = [await self._report(self._profile(each)) for each in targets]
        return ConversionResult(reports=tuple(reports), notes=tuple(self._notes))

    async def link(self) -> ConversionResult:
        """Store the target's cards under a link."""
        document, _ = await self._file(self._profile("universal"))
        return self._result(None, await self._stored(document))

    async def qr(self) -> ConversionResult:
        """Return the QR code of one short card, or of a link to the whole cards."""
        maybe_link = None
        if self._options.content == "link":
            document, _ = await self._file(self._profile("universal"))
            maybe_link = await self._stored(document)
            octets = maybe_link.url.encode()
        else:
            if len(self._cards) > 1:
                detail = "A QR code holds one card. Ask with content=link."
                raise Refused(Problem(code=E406, cause="several", detail=detail))
            profile = replace(self._profile("qr"), photo=False, photo_lost=PHOTO_QR)
            document, _ = await self._file(profile)
            octets = document.octets
        code = await qr_code(self._conversions.executor, octets, self._options.image)
        return self._result(code, maybe_link)

    async def linked(self) -> ConversionResult:
        """Return the message of a platform with a link to the cards, which names the first."""
        platform = PLATFORMS[self._options.form]
        document, held = await self._file(self._profile(platform.target or "universal"))
        link = await self._stored(document)
        view = whole_view(self._cards[held[0]], self._conversions.policy.region)
        written = link_writer(platform.name)(view.contact, link.url, len(held) - 1)
        self._lose(held[0], view.losses_of(link_losses(platform, link)))
        absent = {note.field for note in self._notes if _is_absent(note.code)}
        for index, losses in zip(held, written.losses, strict=True):
            notes = [_note(index, one) for one in view.losses_of(losses)]
            self._notes |= dict.fromkeys(
                one for one in notes if one.reason != BEHIND_LINK.reason or one.field not in absent
            )
        return self._result(written.document, link)

    async def members(self) -> ConversionResult:
        """Return the message of a platform with the contacts in members of its own."""
        write = member_writer(self._options.form)
        views = await self._run(self._views)
        return await self._messages(views, [view.contact for view in views], write, details_lost)

    async def attached(self) -> ConversionResult:
        """Return the message of a platform with the cards inside."""
        platform = PLATFORMS[self._options.form]
        profile = vcard.profile(platform.target or "universal")
        views = await self._run(self._views)
        filename = (platform.names_card and self._request.filename) or profile.filename
        cards = []
        for index, (chunks, losses) in enumerate(await self._written(profile)):
            self._lose(index, losses)
            cards.append(file_document(chunks, profile.content_type, filename))
        contacts = [view.contact for view in views]
        write = card_writer(platform.name)
        return await self._messages(views, [*zip(contacts, cards, strict=True)], write)

    async def _messages(
        self,
        views: Sequence[ContactView],
        contacts: Sequence[Any],
        write: Callable[..., WrittenMessage],
        details: Callable[[ContactView, Sequence[Loss]], Iterable[Loss]] = lambda *_: (),
    ) -> ConversionResult:
        """Return one message of all contacts, or where a platform takes one each an array of them.

        `details` returns what is lost of a card beside what is lost of its contact. Raises Refused
        (E406) for more contacts than a message holds, and for one that the platform refuses.
        """
        platform = PLATFORMS[self._options.form]
        most = platform.most if platform.most > 1 else len(contacts)
        if len(contacts) > most:
            raise _over(platform, len(contacts))
        each = 1 if platform.most == 1 else len(contacts)
        documents = []
        for start in range(0, len(contacts), each):
            try:
                written = await self._run(write, *contacts[start : start + each])
            except CannotRender as fault:
                raise _unfit(start, fault) from None
            documents.append(written.document)
            for index, losses in enumerate(written.losses, start):
                view = views[index]
                self._lose(index, view.losses_of((*losses, *details(view, losses))))
        return self._result(several(documents))

    def _result(
        self, maybe_document: Document | None, maybe_link: Link | None = None
    ) -> ConversionResult:
        return ConversionResult(
            maybe_document=maybe_document, maybe_link=maybe_link, notes=tuple(self._notes)
        )

    def _named(self, written: tuple[Document, Sequence[Iterable[CardLoss]]]) -> ConversionResult:
        """Return the document of a form without a target, with what it does not hold named."""
        document, losses = written
        for index, each in enumerate(losses):
            self._lose(index, each)
        return self._result(document)

    def _lose(self, index: int, losses: Iterable[CardLoss]) -> None:
        self._notes |= dict.fromkeys(_note(index, loss) for loss in losses)

    def _profile(self, default: Target) -> Profile:
        return chosen_profile(self._options, default, self._conversions.mms_limit)

    def _views(self) -> list[ContactView]:
        return [whole_view(card, self._conversions.policy.region) for card in self._cards]

    async def _file(self, profile: Profile) -> tuple[Document, list[int]]:
        """Return the cards of this profile one after the other, and their indices.

        The file has the first card, and the others that fit beside it where the target has a most
        of bytes for a file; the rest are noted.
        """
        ceiling, size = file_ceiling(profile), 0
        octets: list[bytes] = []
        held: list[int] = []
        for index, (chunks, losses) in enumerate(await self._written(profile)):
            card_size = sum(map(len, chunks))
            if ceiling and held and size + card_size > ceiling:
                self._lose(index, (_OMITTED,))
                continue
            size += card_size
            octets += chunks
            held.append(index)
            self._lose(index, losses)
        return file_document(octets, profile.content_type, profile.filename), held

    async def _written(self, profile: Profile) -> list[WrittenCard]:
        """Return each card of this profile."""
        cards = [await self._with_photos(at, card, profile) for at, card in enumerate(self._cards)]
        return await self._run(_written, cards, profile)

    async def _run(self, work: Callable[..., T], *args: Any) -> T:
        """Return `work(*args)`, done in the thread if there are many properties."""
        return await self._conversions.run(self._large, work, *args)

    async def _report(self, profile: Profile) -> ConversionReport:
        sizes, notes = [], dict[CardNote, None]()
        for index, (chunks, losses) in enumerate(await self._written(profile)):
            sizes.append(sum(map(len, chunks)))
            notes |= dict.fromkeys(_note(index, loss) for loss in losses)
        most = sum(sizes) if file_ceiling(profile) else max(sizes)
        return ConversionReport(
            target=profile.name,
            version=profile.version,
            size=sum(sizes),
            fits=not profile.ceiling or most <= profile.ceiling,
            ceiling=profile.ceiling or None,
            losses=tuple(notes),
        )

    async def _whole(self) -> list[Card]:
        """Return the cards as a form without a target holds them: in terms of 4.0, with their
        photos."""
        return [
            with_full_name(await self._with_photos(at, card, None))
            for at, card in enumerate(self._cards)
        ]

    async def _with_photos(self, index: int, card: Card, maybe_profile: Profile | None) -> Card:
        """Return the card with the photos that a profile's card holds."""
        if maybe_profile and not maybe_profile.photo:
            return card
        if all(one.name != PHOTO for one in card.properties):
            return card
        budget = await self._run(self._budget, card, maybe_profile) if maybe_profile else None
        properties, count = [], 0
        for one in card.properties:
            maybe_one: Property | None = one
            if one.name == PHOTO:
                maybe_one = await self._photo(f"card/{index}/PHOTO/{count}", one, budget)
                count += 1
            if maybe_one is not None:
                properties.append(maybe_one)
        return structs.replace(card, properties=tuple(properties))

    def _budget(self, card: Card, profile: Profile) -> Budget:
        """Return the most pixels and bytes of a photo of this profile's card."""
        usual = self._conversions.photos.budget
        side, octets = vcard.photo_limits(
            partial(_text_size, card, profile), profile, usual.side, usual.bytes
        )
        return Budget(side=side, bytes=octets)

    async def _photo(
        self, field: str, one: Property, maybe_budget: Budget | None
    ) -> Property | None:
        """Return a photo as it is written; None for one that is dropped, which is noted."""
        budget = maybe_budget or self._conversions.photos.budget
        if isinstance(one.value, Binary):
            if maybe_budget is None or photo_fits(one.value, budget.bytes):
                return one
            maybe_photo = await self._redrawn(field, one.value.data, budget)
        elif self._options.photo == "none" or not is_web(one.value):
            return one
        else:
            maybe_photo = await self._at_url(field, str(one.value), budget)
        if maybe_photo is None:
            return None
        jpeg = Binary(data=maybe_photo.jpeg, media_type="image/jpeg")
        return structs.replace(one, value=jpeg, kind="binary")

    async def _redrawn(self, field: str, data: bytes, budget: Budget) -> Photo | None:
        """Return a photo of the card, drawn within the budget; None where it is no usable image, or
        one behind the first DRAWN."""
        if field not in self._drawn and len(self._drawn) >= DRAWN:
            self._notes[CardNote(field=field, code=OVER_LIMIT, reason=_OVER_DRAWN)] = None
            return None
        self._drawn.add(field)
        try:
            photo = await self._conversions.photos.decode(data, f"/{field}", budget)
        except Refused as refused:
            if refused.problems[0].code is E503:
                raise
            self._drop(field, refused)
            return None
        self._note(field, SMALLER)
        for code in photo.notes:
            self._note(field, code)
        return photo

    async def _at_url(self, field: str, url: str, budget: Budget) -> Photo | None:
        """Return the photo at a URL. Raises Refused where it cannot be used, unless the request
        drops such photos."""
        photos = self._conversions.photos
        try:
            if field not in self._fetched:
                if len(self._fetched) >= PHOTO_URLS:
                    self._over_fetched(field)
                    return None
                self._fetched[field] = None
                self._fetched[field] = await photos.fetch(url)
            data = self._fetched[field]
            return await photos.decode(data, f"/{field}", budget) if data else None
        except Refused as refused:
            if self._options.photo != "drop":
                problems = [replace(one, field=f"/{field}") for one in refused.problems]
                raise Refused(*problems) from None
            self._drop(field, refused)
            return None

    def _over_fetched(self, field: str) -> None:
        """Note a photo after the first PHOTO_URLS. Raises Refused where photos are required."""
        if self._options.photo == "require":
            detail = f"{PHOTO_URLS} photos are fetched at most. Ask with photo=none or photo=drop."
            raise Refused(Problem(code=E1527, field=f"/{field}", cause="photos", detail=detail))
        self._notes[CardNote(field=field, code=OVER_LIMIT, reason=_OVER_FETCHED)] = None

    def _drop(self, field: str, refused: Refused) -> None:
        code = refused.problems[0].code
        self._notes[CardNote(field=field, code=code.name, reason=code.info)] = None

    def _note(self, field: str, code: str) -> None:
        self._notes[CardNote(field=field, code=code, reason=REASONS[code])] = None

    async def _stored(self, document: Document) -> Link:
        links = self._conversions.links
        return await stored_link(links, document, self._request, self._owner, self._base_url)


_FORMS: Final[dict[str, Callable[[_Conversion], Awaitable[ConversionResult]]]] = {
    "card": _Conversion.card,
    "jcard": _Conversion.jcard,
    "xcard": _Conversion.xcard,
    "jscontact": _Conversion.jscontact,
    "report": _Conversion.report,
    "link": _Conversion.link,
    "qr": _Conversion.qr,
    **dict.fromkeys(KINDS["link"], _Conversion.linked),
    **dict.fromkeys(KINDS["members"], _Conversion.members),
    **dict.fromkeys(KINDS["card"], _Conversion.attached),
}


def _texts(cards: Iterable[Card]) -> int:
    return sum(texts_of(one) for card in cards for one in card.properties)


def _written(cards: Sequence[Card], profile: Profile) -> list[WrittenCard]:
    return [card_text(card, profile) for card in cards]


def _text_size(card: Card, profile: Profile) -> int:
    """Return the bytes of the card of this profile without its photos."""
    text = [one for one in card.properties if one.name != PHOTO]
    chunks, _ = card_text(Card(properties=tuple(text)), profile)
    return sum(map(len, chunks))


def _note(index: int, loss: CardLoss) -> CardNote:
    field = f"card/{index}/{loss.name}/{loss.index}" if loss.name else f"card/{index}"
    return CardNote(field=field, code=loss.code, reason=loss.reason)


def _is_absent(code: str) -> bool:
    """Return whether a note of this code says that a card has not what its field names: it is
    dropped, or a photo of it cannot be used."""
    return code in (DROPPED, OVER_LIMIT) or code.startswith("E")


def _unfit(index: int, fault: CannotRender) -> Refused:
    field = f"/card/{index}"
    return Refused(Problem(code=E406, field=field, cause="unfit", detail=fault.reason))


def _over(platform: Platform, count: int) -> Refused:
    detail = f"A message of {platform.title} holds {platform.most} contacts; these are {count}."
    return Refused(Problem(code=E406, cause="several", detail=detail))
