"""Any contact on any platform: within the limits, and nothing left out without a note."""

import json
from collections.abc import Iterator
from html import unescape
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from msgspec import structs

from tests.support.drawn_cards import cards
from tests.support.drawn_contacts import TEXT, contacts, kept
from tests.support.hypothesis_profiles import examples
from tests.support.messengers import card_document
from tests.support.messengers.limits import broken
from vcardsvc.messengers.message import WrittenMessage
from vcardsvc.messengers.platforms import (
    KINDS,
    PLATFORMS,
    card_writer,
    link_writer,
    member_writer,
)
from vcardsvc.messengers.slack import WORD_JOINER
from vcardsvc.model.card import Card, Property
from vcardsvc.model.contact import Address, Contact, Email, Phone, Photo, Website
from vcardsvc.model.request import Loss
from vcardsvc.vcard.contact_view import text_of, whole_view
from vcardsvc.vcard.losses import CannotRender

LINK = "https://cards.example/c/aVwuNsYZ.vcf"
CARD = card_document("BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n")
EXTRA = (
    Property(name="BDAY", value="19900514", kind="date-and-or-time"),
    Property(name="BDAY", value="--0514", kind="date-and-or-time"),
    Property(name="BDAY", value="19901345", kind="date-and-or-time"),
    Property(name="ROLE", value="Buyer"),
    Property(name="FN", value="Zoë, the Great"),
    Property(name="FN", value="Zoë " * 60),
    Property(name="NICKNAME", value=("Zo",)),
)
LABEL = st.just("") | TEXT.map(kept)
LONG = st.sampled_from(["x" * 3_000, "👩🏽\u200d🚀" * 900, "<&>" * 400, "🇩🇪" * 20_000])


@st.composite
def full_contacts(draw: st.DrawFn) -> Contact:
    """Any contact: with labels of its own, marks, further properties, a photo; some with hundreds
    of entries or texts of thousands of characters."""
    contact = draw(contacts())
    many = draw(st.sampled_from([1, 1, 1, 60]))
    phones = tuple(
        structs.replace(one, own_label=draw(LABEL), preferred=draw(st.booleans()))
        for one in contact.phones
    )
    emails = tuple(structs.replace(one, own_label=draw(LABEL)) for one in contact.emails)
    addresses = tuple(structs.replace(one, own_label=draw(LABEL)) for one in contact.addresses)
    long = draw(st.sampled_from(["", "", "note", "organization", "last", "title", "websites"]))
    if long == "websites":
        long_url = Website(url=f"example.com/{'x' * draw(st.sampled_from([1_988, 2_990, 3_000]))}")
        no_host = Website(url="https://")
        contact = structs.replace(contact, websites=(no_host, *contact.websites, long_url))
    elif long:
        contact = structs.replace(contact, **{long: draw(LONG)})
    return structs.replace(
        contact,
        phones=phones * many,
        emails=emails * many,
        addresses=addresses * many,
        company=bool(contact.organization) and draw(st.booleans()),
        extra=tuple(draw(st.lists(st.sampled_from(EXTRA), max_size=3))),
        photo=Photo(jpeg=b"x", width=1, height=1) if draw(st.booleans()) else None,
    )


def message_of(platform: str, contact: Contact) -> WrittenMessage | None:
    """The message of a contact; None where the platform refuses it for want of a number."""
    kind = PLATFORMS[platform].kind
    try:
        if kind == "link":
            return link_writer(platform)(contact, LINK)
        if kind == "members":
            return member_writer(platform)(contact)
        return card_writer(platform)((contact, CARD))
    except CannotRender as refused:
        if refused.part != "phones" or any(phone.e164 for phone in contact.phones):
            raise
        return None


def texts_of(value: Any) -> Iterator[str]:
    """Every text of a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_of(one)


def plain(text: str) -> str:
    """A text in one line, without the invisible character behind what Slack takes for markup."""
    return " ".join(text.replace(WORD_JOINER, "").split())


Fact = tuple[str, int | None, str, tuple[str, ...]]
"""A part of a contact, the index of an entry, a member of it, and its texts: one is enough."""


TEXTS = (
    "prefix", "first", "middle", "last", "suffix", "organization", "unit", "title", "note", "uid",
)  # fmt: skip
ADDRESS = ("text", "locality", "region", "code", "nation", "extended", "box")
NAMES = ("prefix", "first", "middle", "last", "suffix", "organization")
DISTINCT = 6
"""The characters of a text that stands in a message by no accident: `https` does."""

NO_TEXT = ("\x00",)
"""What no message holds: a photo and a mark are named."""


def facts(contact: Contact) -> Iterator[Fact]:
    """Everything that a contact says, apart from the code under test."""
    yield from ((part, None, "", (text,)) for part in TEXTS if (text := getattr(contact, part)))
    if contact.photo:
        yield "photo", None, "", NO_TEXT
    for index, phone in enumerate(contact.phones):
        yield "phones", index, "number", (phone.number, phone.e164 or phone.number)
    for index, email in enumerate(contact.emails):
        yield "emails", index, "address", (email.address,)
    for index, address in enumerate(contact.addresses):
        texts = [text for part in ADDRESS if (text := getattr(address, part))]
        yield from (("addresses", index, "text", (text,)) for text in texts)
    for index, website in enumerate(contact.websites):
        yield "websites", index, "url", (website.url.strip(":/"),)
    for index, prop in enumerate(contact.extra):
        text = text_of(prop)
        yield "extra", index, "", (text, f"{text[:4]}-{text[4:6]}-{text[6:]}")
    yield from marks(contact)


def marks(contact: Contact) -> Iterator[Fact]:
    """The labels and marks of entries."""
    for index, site in enumerate(contact.websites):
        yield from [("websites", index, "label", (site.label,))] if site.label else []
    for part in ("phones", "emails", "addresses"):
        for index, entry in enumerate(getattr(contact, part)):
            yield part, index, "label", labels(entry)
            if getattr(entry, "preferred", False):
                yield part, index, "preferred", NO_TEXT


def labels(entry: Phone | Email | Address) -> tuple[str, ...]:
    """The label of an entry as people or WhatsApp have it."""
    if entry.own_label:
        return (entry.own_label,)
    return (entry.label, entry.label.upper(), {"mobile": "CELL"}.get(entry.label, entry.label))


def shown_by(message: Any) -> str:
    """Every text of a message as people see it."""
    texts = [plain(text) for text in texts_of(message)]
    return "\n".join([*texts, *(plain(unescape(text)) for text in texts)])


def falsely_dropped(contact: Contact, message: Any, losses: tuple[Loss, ...]) -> list[Fact]:
    """What is named as dropped and stands in the message nevertheless.

    A text that is part of another one, or short, may stand there for the other; one of a contact
    without a name stands there for the name.
    """
    is_named = any(getattr(contact, part) for part in NAMES)
    if not is_named and not any(text_of(one) for one in contact.extra if one.name == "FN"):
        return []
    whole, known = shown_by(message), [*facts(contact)]
    dropped = {(one.part, one.index) for one in losses if one.code == "dropped" and not one.member}
    others = "\n".join(
        plain(text) for part, index, _, texts in known if (part, index) not in dropped
        for text in texts
    )  # fmt: skip
    return [
        (part, index, member, texts)
        for part, index, member, texts in known
        if (part, index) in dropped
        and member not in ("label", "preferred")
        and any(len(plain(text)) >= DISTINCT and plain(text) in whole for text in texts)
        and not any(plain(text) in others for text in texts)
    ]


def unnamed(contact: Contact, message: Any, losses: tuple[Loss, ...]) -> list[Fact]:
    """What a contact says that neither stands in the message nor is named by a loss."""
    whole = shown_by(message)
    named = {(one.part, one.index, one.member) for one in losses}
    parts = {(one.part, one.index) for one in losses if not one.member}
    return [
        (part, index, member, texts)
        for part, index, member, texts in facts(contact)
        if (part, index) not in parts
        and (part, index, member) not in named
        and not any(plain(text) in whole for text in texts)
    ]


def judge(platform: str, contact: Contact) -> None:
    """Hold the message of a contact to what its platform documents, and to naming what it has not.

    Of a message with a link or a card, the card has the rest.
    """
    written = message_of(platform, contact)
    if written is None:
        return
    octets = written.document.octets
    message = json.loads(octets)
    assert broken(platform, message) == [], platform
    (losses,) = written.losses
    if platform in (*KINDS["members"], "rcs"):
        assert unnamed(contact, message, losses) == [], platform
        assert falsely_dropped(contact, message, losses) == [], platform
    elif any(text.endswith("…") for text in texts_of(message)) and "…" not in repr(contact):
        assert {one.code for one in losses} - {"doubtful"} == {"cut"}, platform


@examples(100, HealthCheck.large_base_example, HealthCheck.data_too_large)
@given(full_contacts())
def test_any_contact_is_within_the_limits_and_nothing_is_lost_unsaid(contact: Contact) -> None:
    """A message is JSON within what its platform documents; of a contact in members of a message,
    each part stands there or is named. A line beside a card that is cut is named."""
    for platform in PLATFORMS:
        judge(platform, contact)


@examples(200, HealthCheck.large_base_example)
@given(cards())
def test_any_card_is_within_the_limits_and_nothing_is_lost_unsaid(card: Card) -> None:
    """The same of a card that was read, in whatever terms it is, and without a name."""
    view = whole_view(card)
    for platform in PLATFORMS:
        judge(platform, view.contact)
