"""Generate request bodies, every one different: a repeated body hides the cost of its values.

The persons are invented; the same index gives the same body.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.common import HOST, KEY
from vcardsvc.apis.base import Request
from vcardsvc.apis.createcontact import JsonApi
from vcardsvc.model.contact import Contact
from vcardsvc.settings import Settings
from vcardsvc.validation.fields import Policy

SYLLABLES: Final = ("an", "bel", "cor", "da", "el", "fi", "gor", "ha", "il", "jo", "ka", "lem",
                    "mi", "nor", "o", "pe", "ra", "sol", "ti", "ul", "va", "wen", "xi",
                    "yor")  # fmt: skip
ACCENTED: Final = ("zé", "łu", "mö", "ñor", "çe", "šti")

WORDS: Final = ("account", "after", "annual", "before", "call", "campaign", "east", "former",
                "invoice", "manages", "march", "meeting", "north", "office", "orders", "prefers",
                "quarter", "region", "sales", "south", "team", "the", "trade", "west")  # fmt: skip
PHONE_LABELS: Final = ("Work", "Home", "Mobile", "Fax", "Pager", "Main", "Other")
PLACE_LABELS: Final = ("Work", "Home")

INTERNATIONAL: Final = (
    "+1 650-253-####", "+44 7400 ######", "+49 1512 #######", "+33 6 12 ## ## ##",
    "+39 312 #######", "+34 612 ######", "+31 6 1234 ####", "+48 512 ### ###",
    "+41 78 123 ####", "+46 70 123 ####", "+32 470 ######", "+81 90 1234 ####",
    "+91 81234 #####", "+61 412 ### ###", "+55 11 96123-####", "+86 131 2345 ####",
)  # fmt: skip
"""Assigned ranges, so that every number is valid; # is any digit."""

TYPED: Final = ("(030) 555-####", "0171 555 ## ##", "555-####", "01 55 55 ## ##")
"""Numbers without a country, which stay as typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Holds what a body is made of: the syllables of its names, the number of words of its note,
    the patterns of its numbers."""

    syllables: tuple[str, ...] = SYLLABLES
    words: int = 5
    numbers: tuple[str, ...] = TYPED


PLAIN: Final = Shape()
"""ASCII, and no line of the card is folded."""

TWO_NUMBERS: Final = Shape(numbers=INTERNATIONAL)
FOLDED: Final = Shape(words=20)
NON_ASCII: Final = Shape(syllables=ACCENTED)
"""Every name and host has letters beyond ASCII."""

MIXED: Final = Shape(syllables=(*SYLLABLES, *ACCENTED[:2]), words=15)
"""About every fifth name has a letter beyond ASCII; nearly every note is folded."""

MIXED_NUMBERS: Final = Shape(syllables=MIXED.syllables, words=15, numbers=INTERNATIONAL)


def _name(source: random.Random, syllables: tuple[str, ...]) -> str:
    return "".join(source.choices(syllables, k=3)).capitalize()


def _text(source: random.Random, words: int) -> str:
    return " ".join(source.choices(WORDS, k=words)).capitalize() + "."


def _number(source: random.Random, patterns: tuple[str, ...]) -> str:
    pattern = source.choice(patterns)
    return "".join([source.choice("0123456789") if c == "#" else c for c in pattern])


def request(
    index: int, shape: Shape = MIXED, *, phones: int = 2, others: int = 1
) -> dict[str, Any]:
    """Return the createcontact request of this index and shape, with lists of these lengths.

    By default it is like the example of the action's description, with a second number.
    """
    source = random.Random(index)

    def name() -> str:
        return _name(source, shape.syllables)

    first, last = name(), name()
    host = f"{name().lower()}{index}.example"
    return {
        "action": "createcontact",
        "name": {"first-name": first, "last-name": last, "suffix": source.choice(("", "Jr."))},
        "organization": f"{name()} & {name()}, {_text(source, 2)}",
        "title": _text(source, 2),
        "note": _text(source, shape.words),
        "phone": [
            {"number": _number(source, shape.numbers), "label": source.choice(PHONE_LABELS)}
            for _ in range(phones)
        ],
        "email": [
            {"id": f"{name()}.{number}@{host}", "label": source.choice(PLACE_LABELS)}
            for number in range(others)
        ],
        "physical-address": [
            {
                "address": f"{source.randrange(1, 999)} {name()} Street, {name()}",
                "label": source.choice(PLACE_LABELS),
            }
            for _ in range(others)
        ],
        "website": [
            {"url": f"https://{host}/{number}", "label": "" if number % 2 else name()}
            for number in range(others)
        ],
    }


def body(index: int, shape: Shape = MIXED, *, photo_url: str = "") -> bytes:
    """Return the request of this index and shape as JSON."""
    members = request(index, shape)
    if photo_url:
        members["photo-url"] = photo_url
    return json.dumps(members, ensure_ascii=False).encode()


def contact(body: bytes) -> Contact:
    """Return the contact that the service reads from this body."""
    api = JsonApi(policy=Policy(), max_ttl=Settings().link_max_ttl)
    return api.read(Request(body=body)).contact


def full(index: int) -> Contact:
    """Return a contact with four of everything."""
    members = request(index, MIXED_NUMBERS, phones=4, others=4)
    return contact(json.dumps(members).encode())


def post(body: bytes, key: str = KEY) -> bytes:
    """Return the HTTP request with this body."""
    head = (
        f"POST / HTTP/1.1\r\nhost: {HOST}\r\nx-api-key: {key}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def posts(first: int, key: str = KEY) -> Iterator[bytes]:
    """Yield endless, different HTTP requests; numbers of every second one stay as typed."""
    index = first
    while True:
        yield post(body(index, MIXED_NUMBERS if index % 2 else MIXED), key)
        index += 1
