"""Contacts of any size by chance, and readers of what is left of them."""

import random
import re
from dataclasses import dataclass
from typing import Final

import regex

from vcardsvc.model.contact import (
    Address,
    Contact,
    Email,
    Phone,
    PhoneLabel,
    PlaceLabel,
    Website,
)
from vcardsvc.vcard import profile, write

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


class Anybody:
    """Contacts by chance, the same for the same seed: texts of every script and length."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self, most: int, *, lines: bool = True) -> str:
        """A text of up to about `most` code points, as `rules` leaves one."""
        if self.random.random() < 0.4:
            return ""
        length = int(most ** self.random.random())
        parts = [*self.random.sample(SCRIPTS, 2), *self.random.sample(EMOJI, 2)]
        found = "".join(self.random.choices(parts, k=length // 4 + 1))[:length].strip()
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


def sized(contact: Contact) -> int:
    """The bytes of its card in 3.0, unfolded and without a UID."""
    return write(contact, profile("qr")).size
