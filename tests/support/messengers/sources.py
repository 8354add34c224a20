"""What messages are made of in tests: the samples, and contacts that try the platforms' limits."""

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from msgspec import structs

from tests.support import conversion_samples, samples
from tests.support.people import COMPANY, DOCTOR, REGISTRANT
from tests.support.sample_contacts import FULL, ODD, SMALL
from vcardsvc.model.contact import Contact, Phone
from vcardsvc.vcard import write

JSON: Final = "application/json"
VCARD: Final = "text/vcard"


class Source(NamedTuple):
    """A body with one contact or several, and how it is posted."""

    name: str
    target: str
    media_type: str
    body: bytes

    @property
    def numbered(self) -> bool:
        """Whether each of its contacts has a number that every platform takes."""
        return self.name in NUMBERED or (self.name not in CONTACTS and b"+1650" in self.body)


LONG: Final = "A long text of plain words. " * 150
WIDE: Final = "大😀" * 900
PHONE: Final = "+16502530000"
MAIN: Final = Phone(number=PHONE, label="main", e164=PHONE)


def contact(**members: Any) -> dict[str, Any]:
    """Return a createcontact request; `_` stands for a hyphen, `first`, `last` for the name."""
    name = {f"{part}-name": members.pop(part) for part in ("first", "last") if part in members}
    more = {part: members.pop(part) for part in ("prefix", "suffix") if part in members}
    plain = {name.replace("_", "-"): value for name, value in members.items()}
    return {"action": "createcontact", "name": {**name, **more}, **plain}


def words(text: str) -> str:
    """Return a text with what a name may hold."""
    return "".join([one for one in text if one.isalnum() or one in " ."])


def filled(text: str, path: str) -> dict[str, Any]:
    """Return a contact that says as much as it can, in these words."""
    return contact(
        first="Ann",
        last=words(text),
        suffix=text,
        organization=text,
        title=text,
        note=text,
        phone=[{"number": f"+1650253000{last}", "label": "Mobile"} for last in range(4)],
        email=[{"id": f"{'a' * 60}{at}@e.example", "label": "Home"} for at in range(4)],
        physical_address=[{"address": text, "label": "Work"}] * 4,
        website=[{"url": f"https://e.example/{path}{at}", "label": text[:100]} for at in range(4)],
    )


CONTACTS: Final[dict[str, dict[str, Any]]] = {
    "long-texts": filled(LONG, "a" * 1900),
    "wide-texts": filled(WIDE, "%F0%9F%98%80" * 150),
    "odd-texts": filled(ODD.replace("\u2029", ""), "?a=1&b=<2>"),
    "markup": filled('<b>&amp;</b> *bold* _it_ `code` [a](b) <!channel> "' + "&<>" * 60, "a&b"),
    "arabic": contact(first="محمد", last="الأمين", phone=[{"number": "+96512345678"}]),
    "devanagari": contact(first="नेहा", last="शर्मा", note="प्रबंधक\nदिल्ली", phone=[{"number": PHONE}]),
    "family": contact(first="Ann", note="👩‍👩‍👧‍👦" * 400, phone=[{"number": PHONE}]),
    "no-number": contact(first="Ann", email=[{"id": "ann@example.com"}]),
    "no-more-than-a-name": contact(first="Ann"),
    "typed-number": contact(first="Ann", phone=[{"number": "0171 555"}]),
    "extension": contact(first="Ann", phone=[{"number": "+1 650 253 0000 x12"}]),
    "fax-alone": contact(first="Ann", phone=[{"number": PHONE, "label": "Fax"}]),
    "long-first-name": contact(
        first=words(LONG),
        phone=[{"number": PHONE}],
        website=[{"url": "https://e.example", "label": "A label of some length " * 4}],
    ),
    "website-alone": contact(first="Ann", website=[{"url": "example.com"}]),
}
"""Contacts of createcontact by what is odd about them."""

NUMBERED: Final = frozenset(
    name for name, one in CONTACTS.items() if '"+' in json.dumps(one.get("phone", ""))
)
"""Those with an international number."""


PEOPLE: Final[dict[str, Contact]] = {
    "doctor": DOCTOR,
    "registrant": REGISTRANT,
    "company": COMPANY,
    "company-with-number": Contact(organization="Brandt & <Co>", phones=(MAIN,)),
    "company-with-long-name": Contact(organization=LONG, unit=LONG, phones=(MAIN,)),
    "full": structs.replace(FULL, photo=None),
    "small": SMALL,
    "last-name-alone": Contact(last="Suharto", phones=(MAIN,)),
}
"""Contacts that createcontact has no members for, as cards."""


def of_contact(name: str, one: Contact) -> Source:
    """Return the card of a contact as a body of /convert."""
    return Source(name, "/convert?photo=none", VCARD, write(one).octets)


def sources() -> Iterator[Source]:
    """Yield every sample that becomes cards, and every contact of CONTACTS and PEOPLE."""
    for name, members in CONTACTS.items():
        yield Source(name, "/?photo=none", JSON, json.dumps(members).encode())
    yield from (of_contact(name, one) for name, one in PEOPLE.items())
    for name in samples.cards():
        message = samples.parse((samples.REQUESTS / f"{name}.http").read_bytes())
        yield Source(
            f"requests/{name}",
            "/?photo=none",
            dict(message.headers).get("content-type", ""),
            message.body,
        )
    for one in conversion_samples.CONVERSIONS:
        if one.target.startswith("/convert?from="):
            body = (conversion_samples.FOLDER / one.source).read_bytes()
            yield Source(f"convert/{one.source}", f"{one.target}&photo=none", one.media_type, body)
    seen = set()
    for folder in ("cards", "convert", "batch"):
        for path in sorted((samples.SAMPLES / folder).rglob("*.vcf")):
            # The same contact for another reader says the same.
            body = path.read_bytes()
            if path.parent.name not in samples.KINDS and body not in seen:
                seen.add(body)
                name = str(path.relative_to(samples.SAMPLES))
                yield Source(name, "/convert?photo=none", VCARD, body)
