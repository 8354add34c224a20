"""Cards with a ceiling: nothing passes it, and what is left is whole, readable and the needed."""

import random
import re
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
import regex
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.card import strict
from tests.clocks import costing
from vcardsvc.model.contact import (
    Address,
    Contact,
    Email,
    Phone,
    PhoneLabel,
    Photo,
    PlaceLabel,
    Website,
)
from vcardsvc.model.request import Version
from vcardsvc.vcard import MMS_CEILING, CannotRender, adapted, photo_budget, profile, write
from vcardsvc.vcard.shrink import shrink
from vcardsvc.vcard.targets import TELEGRAM

CEILING: Final = 2_048
"""Bytes of `vcard` in sendContact (Telegram's Bot API)."""

LEAST_PHOTO: Final = 2_000
"""Bytes of JPEG that an operator may leave to a photo (the setting `photo_budget`)."""

LEAST_MMS: Final = 20_000
"""Bytes of the smallest limit that an operator may set for MMS."""

SCRIPTS: Final = (
    "abc defg ",
    "äöüß éà,",
    "Ω λόγος ",
    "имя рек;",
    "שלום ",
    "محمد ",
    "नमस्ते क्षि ",
    "ไทยน้ำ ",
    "한국어각",
    "李小龙東京",
    "\\;,\n",
    "e\u0301\u0323o\u0308",
)
EMOJI: Final = ("😀", "👩\u200d👩\u200d👧\u200d👦", "🇩🇪", "👍🏽", "❤\ufe0f")
PHONE_LABELS: Final[tuple[PhoneLabel, ...]] = (
    "work", "home", "mobile", "fax", "pager", "main", "other",
)  # fmt: skip
PLACE_LABELS: Final[tuple[PlaceLabel, ...]] = ("work", "home")
TELEGRAM_WORDS: Final[dict[PhoneLabel, str]] = dict(
    zip(PHONE_LABELS, ("WORK", "HOME", "CELL", "FAX", "PAGER", "MAIN", "OTHER"), strict=True)
)


class Anybody:
    """Contacts by chance, the same for the same seed: texts of every script and length."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self, most: int, *, lines: bool = True) -> str:
        """A text of up to about `most` code points, as `rules` leaves one."""
        if self.random.random() < 0.4:
            return ""
        wanted = int(most ** self.random.random())
        parts = [*self.random.sample(SCRIPTS, 2), *self.random.sample(EMOJI, 2)]
        found = "".join(self.random.choices(parts, k=wanted // 4 + 1))[:wanted].strip()
        found = found if regex.match(r"\P{GCB=Extend}", found) else ""
        return found if lines else " ".join(re.sub(r"[\n;,\\]", " ", found).split())

    def number(self) -> Phone:
        """A number of any label, long ones among them."""
        digits = "".join(self.random.choices("0123456789", k=self.random.choice((7, 11, 40, 900))))
        label = self.random.choice(PHONE_LABELS)
        known = f"+{digits}" if len(digits) == 11 and self.random.random() < 0.5 else None
        return Phone(number=digits, label=label, e164=known)

    def one(self) -> Contact:
        """The next contact, which has a name."""
        count = [self.random.randrange(5) for _ in range(4)]
        places = [self.random.choice(PLACE_LABELS) for _ in range(8)]
        return Contact(
            first=self.text(3_000, lines=False) or "Ann",
            last=self.text(3_000, lines=False),
            suffix=self.text(300, lines=False),
            prefix=self.text(300, lines=False),
            middle=self.text(300, lines=False),
            unit=self.text(2_000, lines=False),
            organization=self.text(5_000),
            title=self.text(5_000),
            note=self.text(5_000),
            phones=tuple(self.number() for _ in range(count[0])),
            emails=tuple(
                Email(address=self.text(900, lines=False) or "a@e.example", label=places[at])
                for at in range(count[1])
            ),
            addresses=tuple(
                Address(
                    text=self.text(3_000) or "1 Way",
                    label=places[-at],
                    locality=self.text(900, lines=False),
                    nation=self.text(90, lines=False),
                )
                for at in range(count[2])
            ),
            websites=tuple(
                Website(
                    url=f"https://e.example/{'a' * self.random.choice((1, 9, 2_000))}",
                    label=self.text(100, lines=False),
                )
                for _ in range(count[3])
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What Telegram's app on Android makes of a card: a name, and numbers under a word."""

    name: str
    phones: tuple[tuple[str, str], ...]


def telegram_android(octets: bytes) -> Shown:
    """The card as that app reads it: line by line, without unfolding, groups or escapes; the name
    is what the last line that starts with N or FN holds, a label the last parameter that is bare.
    """
    name, phones = "", []
    for line in octets.decode().split("\r\n"):
        head, colon, value = line.partition(":")
        if not colon:
            continue
        bare = [one for one in head.split(";")[1:] if "=" not in one]
        if head.startswith(("FN", "N")):
            name = value
        elif head.startswith("TEL"):
            phones.append((value, bare[-1] if bare else "Tel"))
    return Shown(name=name, phones=tuple(phones))


def clusters(text: str) -> list[str]:
    """The characters that people see."""
    return [found[0] for found in regex.finditer(r"\X", text)]


def whole(left: str, text: str) -> bool:
    """Whether `left` is `text`, or some of its first characters as people see them."""
    found = clusters(text)
    kept = len(clusters(left))
    return left in ("".join(found[:kept]), "".join(found[:kept]).rstrip())


def one_line(text: str) -> str:
    """A text as Telegram has it: commas for breaks."""
    said = [line.strip().rstrip(",") for line in text.split("\n")]
    return ", ".join(line for line in said if line) if "\n" in text else text


def judged(contact: Contact) -> bool:
    """Assert all that a Telegram card promises; returns whether anything was cut or left out."""
    taken, told = adapted(contact, TELEGRAM)
    card = write(taken, TELEGRAM)
    assert card.size == len(card.octets) <= CEILING
    shown = telegram_android(card.octets)
    names = (taken.prefix, taken.first, taken.middle, taken.last, taken.suffix)
    assert shown.name == " ".join(filter(None, names))
    assert shown.phones == tuple(
        (phone.e164 or phone.number, TELEGRAM_WORDS[phone.label]) for phone in taken.phones
    )
    assert set(taken.phones) <= set(contact.phones)
    assert taken.first
    asked = (contact.prefix, contact.first, contact.middle, contact.last, contact.suffix)
    assert all(map(whole, (*names, taken.unit), (*asked, contact.unit)))
    for part in ("organization", "title", "note"):
        text = one_line(getattr(contact, part)) or getattr(contact, part).replace("\n", " ")
        assert whole(getattr(taken, part), text), part
    read = vobject.readOne(card.octets.decode())
    found = read.n.value
    assert (found.prefix, found.given, found.additional, found.family, found.suffix) == names
    assert len(read.contents.get("tel", ())) == len(taken.phones)
    return any(one.code in ("cut", "dropped") for one in told)


@pytest.mark.no_cover
@pytest.mark.timeout(300)
def test_ten_thousand_contacts_fit_telegram() -> None:
    """No card has over 2,048 bytes; the app finds name, numbers and labels in each; nothing is cut
    inside a character, and vobject reads it."""
    anybody = Anybody(20_480)
    smaller = sum(judged(anybody.one()) for _ in range(10_000))
    assert 5_000 < smaller < 10_000


def test_a_whole_card_is_shown_as_it_is() -> None:
    """What fits is neither cut nor left out, and is what Telegram's app shows."""
    contact = Contact(
        first="Zoë",
        last="O;Neill",
        note="Never the name",
        phones=(
            Phone(number="+16502530000", label="mobile", e164="+16502530000"),
            Phone(number="020 7946 0958 x7", label="main"),
        ),
    )
    taken, told = adapted(contact, TELEGRAM)
    assert (replace(taken, uid=""), told) == (contact, ())
    assert telegram_android(write(contact, TELEGRAM).octets) == Shown(
        name="Zoë O;Neill",
        phones=(("+16502530000", "CELL"), ("020 7946 0958 x7", "MAIN")),
    )


MMS_VERSIONS: Final[tuple[Version, ...]] = ("2.1", "3.0", "4.0")


@pytest.mark.parametrize("version", MMS_VERSIONS)
@pytest.mark.parametrize("ceiling", [LEAST_MMS, MMS_CEILING])
def test_any_contact_fits_its_message(version: Version, ceiling: int) -> None:
    """With a photo of all the bytes that are left for it, and without, a card keeps its ceiling;
    the photo always has room for something to be seen."""
    chosen = replace(profile("mms", version), ceiling=ceiling)
    anybody = Anybody(ceiling)
    for times in (1, 8, 60) * 5:
        drawn = anybody.one()
        contact = replace(drawn, note=drawn.note * times, title=drawn.title * times)
        plain, _ = adapted(contact, chosen)
        assert write(plain, chosen).size <= ceiling
        taken, _ = adapted(contact, chosen, photo=True)
        side, octets = photo_budget(taken, chosen, 720, 10_000_000)
        assert side == 720
        assert LEAST_PHOTO <= octets < ceiling
        photo = Photo(jpeg=anybody.random.randbytes(octets), width=1, height=1)
        size = write(replace(taken, photo=photo), chosen).size
        assert ceiling - 200 < size <= ceiling


@pytest.mark.parametrize("photo", [False, True])
def test_a_card_for_mms_is_one_that_strict_readers_take(photo: bool) -> None:
    """Cut or not, every card keeps RFC 2426 and says what the contact said, as far as it goes."""
    chosen = replace(profile("mms"), ceiling=LEAST_MMS)
    anybody = Anybody(7)
    for _ in range(40):
        drawn = anybody.one()
        contact = replace(drawn, note=drawn.note * 9, organization=drawn.organization * 9)
        taken, _ = adapted(contact, chosen, photo=photo)
        read = strict.parse(write(taken, chosen).octets)
        assert (read.n[:3], read.note or "") == (
            (taken.last, taken.first, taken.middle),
            taken.note,
        )
        assert whole(taken.note, contact.note)
        assert [number for _, number in read.phones] == [
            one.e164 or one.number for one in taken.phones
        ]


def test_a_card_without_a_ceiling_has_the_operators_photo() -> None:
    """A card without a ceiling has the photo that the operator allows, Outlook's at most 36 kB."""
    contact = Contact(first="John", note="x" * 250_000)
    assert photo_budget(contact, profile("universal"), 720, 100_000) == (720, 100_000)
    assert photo_budget(contact, profile("outlook"), 720, 100_000) == (720, 36_000)
    assert photo_budget(contact, profile("outlook"), 320, 9_000) == (320, 9_000)


LARGE: Final = Contact(
    first="First" * 50,
    last="Last" * 50,
    suffix="Suffix" * 50,
    prefix="Prefix" * 50,
    middle="Middle" * 50,
    unit="Unit" * 50,
    organization="Organization" * 50,
    title="Title" * 50,
    note="Note" * 50,
    phones=(Phone(number="1" * 20), Phone(number="2" * 20)),
    emails=(Email(address="e" * 20),),
    addresses=(Address(text="a" * 20),),
    websites=(Website(url="w" * 20),),
)


GONE: Final = ("note", "websites", "title", "addresses", "emails", "unit", "organization")
NAMES: Final = ("suffix", "prefix", "middle", "last")
STEPS: Final[list[tuple[int, dict[str, str]]]] = [
    (4_205, {}),
    (4_150, {"organization": "cut"}),
    (3_000, dict.fromkeys(("note", "organization", *NAMES, "first"), "cut")),
    (
        500,
        dict.fromkeys(GONE[:5], "dropped")
        | dict.fromkeys(("unit", "organization", *NAMES, "first"), "cut"),
    ),
    (56, dict.fromkeys((*GONE, "phones", *NAMES), "dropped") | {"first": "cut"}),
]
"""The ceiling, and the code of each part of LARGE that loses something: what is over an eighth of
it is cut first, the note goes first, the name last."""


def sized(contact: Contact) -> int:
    """The bytes of its card in 3.0, unfolded and without a UID."""
    return write(contact, profile("qr")).size


@pytest.mark.parametrize(("ceiling", "expected"), STEPS)
def test_the_least_needed_goes_first(ceiling: int, expected: dict[str, str]) -> None:
    """What is longer than its share is cut; then parts go, in their order."""
    left, told = shrink(LARGE, sized, ceiling)
    assert ceiling - 24 <= sized(left) <= ceiling
    assert {one.part: one.code for one in told} == expected


@settings(max_examples=100, deadline=None)
@given(st.integers(60, 4_300))
def test_the_name_stays_to_the_end(ceiling: int) -> None:
    """Under any ceiling there is a name, and while anything else of a card can go, more of it than
    its share, or all."""
    left, _ = shrink(LARGE, sized, ceiling)
    assert sized(left) <= ceiling
    assert left.first
    assert LARGE.first.startswith(left.first)
    others = (left.note, left.title, left.unit, left.organization, left.phones)
    if any((*others, left.suffix, left.prefix, left.middle)) and left.first != LARGE.first:
        assert len(left.first) >= ceiling // 8 // 2 - 12  # it stands in N and in FN


ONE_NAME: Final = [
    (Contact(last="Ólafsdóttir"), "last"),
    (Contact(organization="Brandt and Sons"), "organization"),
    (Contact(first="a" + "\u0301" * 90, last="b"), "first"),
]


@pytest.mark.parametrize(("contact", "part"), ONE_NAME)
@pytest.mark.parametrize("ceiling", [60, 66, 80])
def test_no_card_is_left_without_a_name(contact: Contact, part: str, ceiling: int) -> None:
    """A family name alone, a company, and a first name that is one endless character stay."""
    left, _ = shrink(contact, sized, ceiling)
    assert getattr(left, part)
    assert sized(left) <= ceiling


def test_a_card_without_any_room_is_refused() -> None:
    """Not even a name fits 50 bytes."""
    with pytest.raises(CannotRender, match="50 bytes") as caught:
        shrink(LARGE, sized, 50)
    assert caught.value.part == "first"


NOTES: Final = [
    "é " * 62_500,
    "a;" * 125_000,
    "😀" * 62_000,
    "🇩🇪" * 31_000,
    "a" + "\u0301" * 125_000,
    "x" * 130_000 + "😀" * 30_000,
    "😀" * 30_000 + "x" * 130_000,
    "\\" * 250_000,
]


@pytest.mark.parametrize("note", NOTES, ids=[ascii(note[:2]) for note in NOTES])
@pytest.mark.parametrize(("target", "version"), [("telegram", ""), ("mms", ""), ("mms", "2.1")])
def test_the_largest_note_costs_little(note: str, target: Any, version: Any) -> None:
    """A note of 250 kB is cut in a moment, to nearly all that fits."""
    chosen = profile(target, version)
    contact = Contact(first="John", note=note, uid="1")
    with costing(1.0):
        taken, _ = adapted(contact, chosen, photo=True)
    size = write(taken, chosen).size
    assert size <= chosen.ceiling
    if taken.note and taken.note != note:
        room = chosen.ceiling - (30_000 if chosen.photo else 0)
        assert room - 200 < size <= room
