"""What is lost on the way to each reader: every row of the table, and nothing in silence."""

import asyncio
from typing import Final

import pytest
from msgspec import structs

from tests.support.images import noise, saved
from tests.support.target_cards import FULL
from vcardsvc.errors import NOTES
from vcardsvc.messengers import losses as message_losses
from vcardsvc.model.card import Property
from vcardsvc.model.contact import Address, Contact, Email, Phone, PhoneLabel, Website
from vcardsvc.model.request import CardRequest, Loss, Part, RenderOptions, Target, Version
from vcardsvc.services.cards import Cards
from vcardsvc.services.photos import Photos, budget_of, photo_resources
from vcardsvc.settings import Settings
from vcardsvc.telemetry import Telemetry
from vcardsvc.vcard import adapted, card_losses, losses, profile
from vcardsvc.vcard.losses import LOSSES, LossKind, loss
from vcardsvc.vcard.targets import QR_CEILING


def calls(*numbers: str, label: PhoneLabel = "work") -> tuple[Phone, ...]:
    """These numbers, all under one label."""
    return tuple(Phone(number=number, label=label) for number in numbers)


def sites(*labels: str) -> tuple[Website, ...]:
    """A website under each of these labels."""
    return tuple(Website(url="https://e.example", label=label) for label in labels)


MAILS: Final = tuple(Email(address=f"{at}@e.example", label="home") for at in range(5))
WORK, HOME = Address(text="Work"), Address(text="Home", label="home")
STREETS: Final = (Address(text="One line"), Address(text="Two\nlines"))
NICK: Final = Property(name="NICKNAME", value=("Jay; the",))
ROLE: Final = Property(name="ROLE", value="Käufer")
LABEL: Final = "label"
NUMBER: Final = "number"

At = tuple[LossKind, Part, int | None, str]

CASES: Final[list[tuple[Target, Contact, list[At]]]] = [
    (
        "outlook",
        Contact(phones=calls("1", "2", "3", "4", "5", "6")),
        [
            (losses.PHONE_LABEL_OUTLOOK, "phones", 2, LABEL),
            (losses.PHONE_LABEL_OUTLOOK, "phones", 3, LABEL),
            (losses.PHONES_OUTLOOK, "phones", 4, ""),
            (losses.PHONES_OUTLOOK, "phones", 5, ""),
        ],
    ),
    # a number that has its own place keeps it, wherever it stands
    (
        "outlook",
        Contact(phones=(*calls("1", "2", "3", label="mobile"), *calls("4", label="other"))),
        [
            (losses.PHONE_LABEL_OUTLOOK, "phones", 1, LABEL),
            (losses.PHONES_OUTLOOK, "phones", 2, ""),
        ],
    ),
    (
        "outlook",
        Contact(phones=(*calls("1", "2", label="fax"), *calls("3", label="main"))),
        [
            (losses.PHONE_LABEL_OUTLOOK, "phones", 1, LABEL),
            (losses.MAIN_OUTLOOK, "phones", 2, LABEL),
        ],
    ),
    (
        "outlook",
        Contact(emails=MAILS),
        [(losses.EMAILS_OUTLOOK, "emails", 3, ""), (losses.EMAILS_OUTLOOK, "emails", 4, "")],
    ),
    (
        "outlook",
        Contact(addresses=(WORK, HOME, WORK, HOME)),
        [
            (losses.ADDRESSES_OUTLOOK, "addresses", 2, ""),
            (losses.ADDRESSES_OUTLOOK, "addresses", 3, ""),
        ],
    ),
    (
        "outlook",
        Contact(websites=sites("", "Shop", "Work")),
        [(losses.WEBSITES_OUTLOOK, "websites", 1, "")],
    ),
    (
        "outlook",
        Contact(websites=sites("Shop", "Home")),
        [(losses.WEBSITE_LABEL_OUTLOOK, "websites", 0, LABEL)],
    ),
    (
        "whatsapp",
        Contact(websites=sites("", "blog", "Shop")),
        [(losses.WEBSITE_LABEL_WHATSAPP, "websites", 2, LABEL)],
    ),
    (
        "telegram",
        Contact(websites=sites("", "Shop")),
        [(losses.WEBSITE_LABEL_TELEGRAM, "websites", 1, LABEL)],
    ),
    ("qr", Contact(websites=sites("", "Shop")), [(losses.WEBSITE_LABEL_QR, "websites", 1, LABEL)]),
    (
        "telegram",
        Contact(organization="a\nb", title="c\nd", note="e\nf", addresses=STREETS),
        [
            (losses.LINES_TELEGRAM, "organization", None, ""),
            (losses.LINES_TELEGRAM, "title", None, ""),
            (losses.LINES_TELEGRAM, "note", None, ""),
            (losses.LINES_TELEGRAM, "addresses", 1, "text"),
        ],
    ),
    (
        "signal",
        Contact(title="a", note="b", websites=sites("", "x"), organization="c"),
        [
            (losses.UNREAD_SIGNAL, "title", None, ""),
            (losses.UNREAD_SIGNAL, "note", None, ""),
            (losses.UNREAD_SIGNAL, "websites", 0, ""),
            (losses.UNREAD_SIGNAL, "websites", 1, ""),
        ],
    ),
    (
        "signal",
        Contact(prefix="a", middle="b", unit="c"),
        [(losses.UNREAD_SIGNAL, "unit", None, "")],
    ),
    (
        "telegram",
        Contact(unit="x" * 2100, prefix="y" * 2100, middle="z" * 2100),
        [
            (losses.CUT_TO_FIT, "unit", None, ""),
            (losses.CUT_TO_FIT, "prefix", None, ""),
            (losses.CUT_TO_FIT, "middle", None, ""),
        ],
    ),
    (
        "android",
        Contact(phones=calls("212-555-0100", "212-555-0100 x7", "212-555-0100;7")),
        [
            (losses.EXTENSION_ANDROID, "phones", 1, NUMBER),
            (losses.EXTENSION_ANDROID, "phones", 2, NUMBER),
        ],
    ),
    (
        "android",
        Contact(phones=calls("1-800-FLOWERS", "Tel. 020 7946 0958")),
        [
            (losses.LETTERS_ANDROID, "phones", 0, NUMBER),
            (losses.LETTERS_ANDROID, "phones", 1, NUMBER),
        ],
    ),
    (
        "android",
        Contact(phones=(*calls("call me"), *calls("ask me", label="pager"))),
        [(losses.WORDS_ANDROID, "phones", 0, "")],
    ),
    (
        "android",
        Contact(phones=calls("+44 (0)20 7946 0958", "020 7946 0958 / 020 7946 0959")),
        [(losses.TRUNK_ANDROID, "phones", 0, NUMBER), (losses.SECOND_ANDROID, "phones", 1, NUMBER)],
    ),
    (
        "android",
        Contact(phones=calls("212-555-0100 212-555-0101", "020 7946 0958 / 9", "#31#+49 30 9018")),
        [
            (losses.GLUED_ANDROID, "phones", 0, NUMBER),
            (losses.GLUED_ANDROID, "phones", 1, NUMBER),
            (losses.DIGITS_ANDROID, "phones", 2, NUMBER),
        ],
    ),
    (
        "universal",
        Contact(phones=calls("1-800-FLOWERS", "212-555-0100 x7", "212-555-0100", "call me")),
        [
            (losses.DIGITS_ANDROID, "phones", 0, NUMBER),
            (losses.GLUED_ANDROID, "phones", 1, NUMBER),
            (losses.UNDIALLED_ANDROID, "phones", 3, NUMBER),
        ],
    ),
    (
        "whatsapp",
        Contact(
            phones=(
                Phone(number="+16502530000", e164="+16502530000"),
                Phone(number="555-0100"),
                Phone(number="+16502530000x12", e164="+16502530000p12"),
                Phone(number="+16502530001", label="fax", e164="+16502530001"),
            )
        ),
        [(losses.NO_WAID, "phones", at, NUMBER) for at in (1, 2, 3)],
    ),
    (
        "outlook",
        Contact(
            phones=(Phone(number="1", label="other", own_label="Desk", preferred=True),),
            emails=(Email(address="a@e.example", own_label="Desk", preferred=True),),
            addresses=(Address(text="x", own_label="Desk"),),
        ),
        [
            (losses.OWN_LABEL_LOST, "phones", 0, "own_label"),
            (losses.PREFERRED_LOST, "phones", 0, "preferred"),
            (losses.OWN_LABEL_LOST, "emails", 0, "own_label"),
            (losses.OWN_LABEL_LOST, "addresses", 0, "own_label"),
        ],
    ),
    (
        "whatsapp",
        Contact(organization="ACME", company=True),
        [(losses.COMPANY_UNREAD, "company", None, "")],
    ),
    ("qr", Contact(uid="crm-1"), [(losses.UID_LOST, "uid", None, "")]),
    ("telegram", Contact(note="x" * 2100), [(losses.CUT_TO_FIT, "note", None, "")]),
    (
        "telegram",
        Contact(emails=(MAILS[0], Email(address="x" * 2100), MAILS[1])),
        [(losses.LEFT_OUT_TO_FIT, "emails", 1, "")],
    ),
]
"""The target, what its reader takes of the contact (John's, with these parts), what is lost."""


@pytest.mark.parametrize(("target", "contact", "expected"), CASES)
def test_each_way_to_lose_something(target: Target, contact: Contact, expected: list[At]) -> None:
    """Every loss names its place in the contact as it came, its code and its reason."""
    john = structs.replace(contact, first="John")
    assert adapted(john, profile(target))[1] == tuple(loss(*one) for one in expected)
    taken, losses_found = adapted(john, profile("universal"))
    assert taken == john
    assert {(one.code, one.reason) for one in losses_found} <= MISDIALLED


MISDIALLED: Final = {
    (row.code, row.reason)
    for row in (losses.GLUED_ANDROID, losses.DIGITS_ANDROID, losses.UNDIALLED_ANDROID)
}
"""All that a universal card may tell of: what Android makes of its numbers."""

MISREAD_BY_APPLE: Final = {
    (row.code, row.reason)
    for row in (
        losses.ACCENTS_APPLE,
        losses.LABEL_APPLE,
        losses.SEMICOLON_APPLE,
        losses.BACKSLASH_APPLE,
        losses.TEL_URI_APPLE,
    )
}
"""What Apple's reader does not show of a card in 2.1 or 4.0."""

NOISE: Final = saved(noise((720, 720)), "PNG")

UID: Final[At] = (losses.UID_LOST, "uid", None, "")
NICKNAME: Final[At] = (card_losses.TELEGRAM_SHOWS_NOT, "extra", 0, "")
FOUR: Final[At] = (losses.CARD_V40_ANDROID, "card", None, "")


def photo(row: LossKind) -> At:
    """This row, of a photo."""
    return (row, "photo", None, "")


SERVED: Final[list[tuple[RenderOptions, list[At]]]] = [
    (RenderOptions(target="telegram"), [UID, NICKNAME, photo(losses.PHOTO_TELEGRAM)]),
    (
        RenderOptions(form="telegram"),
        [
            UID,
            NICKNAME,
            photo(losses.PHOTO_TELEGRAM),
            (message_losses.NAME_TELEGRAM, "last", None, ""),
            (message_losses.EXTENSION_LOST, "phones", 0, NUMBER),
        ],
    ),
    (RenderOptions(target="qr"), [UID, photo(losses.PHOTO_QR)]),
    (RenderOptions(form="qr"), [UID, photo(losses.PHOTO_QR)]),
    (RenderOptions(target="outlook"), [photo(losses.PHOTO_SMALLER)]),
    (
        RenderOptions(target="signal"),
        [
            (losses.UNREAD_SIGNAL, "note", None, ""),
            photo(losses.UNREAD_SIGNAL),
        ],
    ),
    (
        RenderOptions(target="android", version="4.0"),
        [
            FOUR,
            (losses.GLUED_ANDROID, "phones", 0, NUMBER),
            photo(losses.PHOTO_V40_ANDROID),
        ],
    ),
    (
        RenderOptions(form="whatsapp"),
        [
            (losses.NO_WAID, "phones", 0, NUMBER),
            (message_losses.NO_PLACE, "note", None, ""),
            (message_losses.NO_PLACE, "uid", None, ""),
            photo(message_losses.NO_PLACE),
            (message_losses.NO_PLACE, "extra", 0, ""),
        ],
    ),
    (RenderOptions(target="universal"), []),
    (
        RenderOptions(target="apple", version="4.0"),
        [
            (losses.UID_APPLE, "uid", None, ""),
            (losses.LABEL_APPLE, "phones", 0, LABEL),
            photo(losses.PHOTO_V40_APPLE),
        ],
    ),
    (RenderOptions(target="apple"), [(losses.UID_APPLE, "uid", None, "")]),
    (RenderOptions(target="universal", version="2.1"), []),
    (RenderOptions(target="android"), []),
]
"""What the service loses of a contact with a long name, an extension, a note, an identity, a
nickname and a photo that compresses badly."""


async def lost_by_service(expected: RenderOptions) -> tuple[Loss, ...]:
    """What the service says it lost; the photo is decoded for real."""
    phone = Phone(number="+16502530000x12", e164="+16502530000p12")
    contact = Contact(
        first="John", last="x" * 65, note="n", phones=(phone,), uid="crm-1", extra=(NICK,)
    )
    chosen = Settings(log_requests=False)
    async with photo_resources(chosen) as (fetcher, decoder):
        await decoder.start()
        photos = Photos(
            fetcher=fetcher,
            decoder=decoder,
            telemetry=Telemetry(log_requests=False),
            budget=budget_of(chosen),
        )
        order = CardRequest(contact=contact, options=expected, photo_bytes=NOISE)
        return (await Cards(photos=photos).create(order)).losses


@pytest.mark.parametrize(("options", "expected"), SERVED)
def test_what_the_service_loses(options: RenderOptions, expected: list[At]) -> None:
    """A photo that has no place, is squeezed or not shown is reported, and so are fields that a
    vendor's message has no member for."""
    assert asyncio.run(lost_by_service(options)) == tuple(loss(*one) for one in expected)


VERSIONED: Final[list[tuple[Target, Version, list[At]]]] = [
    ("whatsapp", "2.1", [(losses.WAID_VERSION, "phones", 2, NUMBER)]),
    ("whatsapp", "4.0", [(losses.WAID_VERSION, "phones", 2, NUMBER)]),
    ("apple", "2.1", []),
    ("android", "4.0", [FOUR, (losses.GLUED_ANDROID, "phones", 0, NUMBER)]),
    ("outlook", "2.1", []),
]


@pytest.mark.parametrize(("target", "version", "more"), VERSIONED)
def test_a_version_loses_what_the_target_loses(
    target: Target, version: Version, more: list[At]
) -> None:
    """What a reader does not take it does not take in another version either; in one that cannot
    name accounts, WhatsApp's are lost, once for each."""
    losses_found, own = (adapted(FULL, profile(target, one))[1] for one in (version, "3.0"))
    assert set(losses_found) - set(own) == {loss(*one) for one in more}
    assert set(own) <= set(losses_found)
    assert len(losses_found) == len(own) + len(more)


def test_every_row_is_in_these_tables() -> None:
    """There is no way to lose something that no test takes, and each has a code that is known."""
    tables = (
        [one[-1] for one in CASES]
        + [one[-1] for one in VERSIONED]
        + [one[1] for one in SERVED]
        + [one[-1] for one in APPLE]
    )
    taken = {at[0] for expected in tables for at in expected}
    assert taken - {NICKNAME[0]} - set(message_losses.LOSSES) == set(LOSSES)
    assert {row.code for row in LOSSES} <= {code for code, _ in NOTES}
    declared = {value for value in vars(losses).values() if isinstance(value, LossKind)}
    assert declared == set(LOSSES)


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_the_universal_card_loses_nothing(version: Version) -> None:
    """The card that loses least everywhere carries all, in every version; what Android dials
    otherwise is reported, and in 2.1 and 4.0 what Apple's reader does not show."""
    taken, losses_found = adapted(FULL, profile("universal", version))
    assert taken == FULL
    known = MISDIALLED if version == "3.0" else MISDIALLED | MISREAD_BY_APPLE
    assert {(one.code, one.reason) for one in losses_found} <= known
    assert adapted(structs.replace(FULL, phones=FULL.phones[2:4]), profile("universal"))[1] == ()


APPLE: Final[list[tuple[Target, Version, Contact, list[At]]]] = [
    ("universal", "3.0", Contact(first="Zoë", title="a;b\\c", uid="crm-1"), []),
    ("apple", "3.0", Contact(first="Zoë", title="a;b\\c"), []),
    ("apple", "3.0", Contact(uid="crm-1"), [(losses.UID_APPLE, "uid", None, "")]),
    # 4.0 is taken for Mac Roman: what is not ASCII is shown as other characters.
    (
        "universal",
        "4.0",
        Contact(
            first="Zoë",
            note="é",
            addresses=(Address(text="Weg", locality="Köln"),),
            websites=(Website(url="https://e.example", label="Büro"),),
        ),
        [
            (losses.ACCENTS_APPLE, "first", None, ""),
            (losses.ACCENTS_APPLE, "note", None, ""),
            (losses.ACCENTS_APPLE, "addresses", 0, "locality"),
            (losses.ACCENTS_APPLE, "websites", 0, "label"),
            (losses.LABEL_APPLE, "addresses", 0, LABEL),
        ],
    ),
    ("apple", "4.0", Contact(first="Zoë", note="é"), []),  # CHARSET=UTF-8 on the line
    (
        "universal",
        "4.0",
        Contact(emails=(Email(address="a@e.example", own_label="x"),), extra=(ROLE, NICK)),
        [
            (losses.ACCENTS_APPLE, "extra", 0, ""),
            (losses.SEMICOLON_APPLE, "extra", 1, ""),
        ],
    ),
    # TYPE= is read in 3.0 alone.
    (
        "universal",
        "4.0",
        Contact(phones=calls("1"), emails=MAILS[:1], addresses=(WORK,)),
        [
            (losses.LABEL_APPLE, "phones", 0, LABEL),
            (losses.LABEL_APPLE, "emails", 0, LABEL),
            (losses.LABEL_APPLE, "addresses", 0, LABEL),
        ],
    ),
    (
        "universal",
        "4.0",
        Contact(phones=(Phone(number="+16502530000", e164="+16502530000"),)),
        [
            (losses.LABEL_APPLE, "phones", 0, LABEL),
            (losses.TEL_URI_APPLE, "phones", 0, NUMBER),
        ],
    ),
    # A bare semicolon ends a title and a label of a website; a note is whole.
    (
        "universal",
        "4.0",
        Contact(title="a;b", note="a;b", websites=(Website(url="https://e.example", label="a;b"),)),
        [
            (losses.SEMICOLON_APPLE, "title", None, ""),
            (losses.SEMICOLON_APPLE, "websites", 0, LABEL),
        ],
    ),
    ("apple", "4.0", Contact(title="a;b", suffix="a;b"), []),  # escaped
    ("mms", "4.0", Contact(title="a;b"), [(losses.SEMICOLON_APPLE, "title", None, "")]),
    ("qr", "4.0", Contact(title="é"), [(losses.ACCENTS_APPLE, "title", None, "")]),
    # 2.1: a semicolon is =3B, what is not ASCII has a CHARSET; a backslash is eaten.
    ("universal", "2.1", Contact(first="Zoë", title="a;b", phones=calls("1")), []),
    (
        "universal",
        "2.1",
        Contact(title="a\\b", note="c:\\new", organization="d\\e"),
        [
            (losses.BACKSLASH_APPLE, "title", None, ""),
            (losses.BACKSLASH_APPLE, "note", None, ""),
        ],
    ),
    ("apple", "2.1", Contact(title="a\\b", note="c:\\new"), []),  # doubled
    ("android", "2.1", Contact(title="a\\b"), []),  # no card of Apple's
]
"""The target, its version, the contact (John's, with these parts), what Apple's reader loses."""


@pytest.mark.parametrize(("target", "version", "contact", "expected"), APPLE)
def test_what_an_apple_reader_loses(
    target: Target, version: Version, contact: Contact, expected: list[At]
) -> None:
    """What Apple's reader does not show of a card that may land there is reported, and nothing that
    the spelling cures."""
    john = structs.replace(contact, last="John")
    assert adapted(john, profile(target, version))[1] == tuple(loss(*one) for one in expected)


def test_a_qr_code_is_not_cut() -> None:
    """A card that is too long for a code is reported by the writer of the code; the contact stays
    whole."""
    contact = Contact(first="John", note="x" * 5_000, uid="1")
    taken, losses_found = adapted(contact, profile("qr"))
    assert taken == contact
    assert {one.part for one in losses_found} == {"uid"}
    assert profile("qr").ceiling == QR_CEILING == 858
