"""Contacts for the contact book, every one different: as Domain Chief's calls have them, as drafts.

The same number gives the same contact. What must never enter here: a person who lives.
"""

import random
from dataclasses import replace
from functools import cache
from hashlib import sha256
from typing import Any, Final

from msgspec import structs

from benchmarks.bodies import SYLLABLES
from vcardsvc.apis.domainchief.mapping import read_draft
from vcardsvc.model.address_book import AddressBook, Draft
from vcardsvc.model.contact import Email, Phone
from vcardsvc.validation.fields import Policy, Validator

POLICY: Final = Policy(names="relaxed")
"""The names that vendors' callers may have (`app.mounts_of`)."""

ACCOUNT: Final = "benchmark"
BOOK: Final = AddressBook(account=ACCOUNT, vendor="domainchief")
BARE: Final = AddressBook(account="bare", vendor="domainchief")
"""What bare inserts write to: as many rows in the same tables, and a counter of its own."""

CONTACTS: Final = "/domainchief/api/v1/contacts"

EVERYONES: Final = "parkway"
"""A word that every contact has; `SOMES` has one in ten, `rare` hardly a second one."""

SOMES: Final = "harbour"
TENTH: Final = 10
NUMBERED: Final = "customer_id"
"""The metadata whose value is the contact's number."""

MANY: Final = ("source", "crm")
"""The metadata of every second contact."""


def _name(source: random.Random) -> str:
    return "".join(source.choices(SYLLABLES, k=3)).capitalize()


def _ascii(name: str) -> str:
    return name.lower().replace("zé", "ze").replace("łu", "lu")


def request(number: int) -> dict[str, Any]:
    """What a client of Domain Chief sends to create the contact of this number."""
    source = random.Random(number)
    first, last, city = _name(source), _name(source), _name(source)
    company = f"{_name(source)} {'Harbour' if number % TENTH == 0 else 'Trading'}"
    return {
        "first_name": first,
        "last_name": last,
        "company_name": company if number % 2 == 0 else None,
        "address_street": "Amphitheatre Parkway",
        "address_house_number": str(1 + number % 9000),
        "address_postal_code": f"{number % 100_000:05d}",
        "address_city": city,
        "address_state": "CA",
        "address_country_code": "US",
        "email": f"{rare(number)}@example.com",
        "phone": f"+1 650 253 {number % 10_000:04d}",
        "metadata": {
            NUMBERED: str(number),
            MANY[0]: MANY[1] if number % 2 == 0 else "import",
            "campaign": str(number % 1000),
        },
    }


def rare(number: int) -> str:
    """A word that the contact of this number has, and hardly another one."""
    source = random.Random(number)
    _, last = _name(source), _name(source)
    return f"{_ascii(last)}{number}"


def handle(number: int) -> str:
    """The handle of the contact of this number, as long and as opaque as the vendor's."""
    return sha256(b"%d" % number).hexdigest()[:16]


@cache
def _first() -> Draft:
    return read_draft(Validator(POLICY), request(0))


def draft(number: int) -> Draft:
    """The contact of this number as the vendor's dialect reads it, in a tenth of its time: the
    dialect parses each phone twice. Handle and identity are of our own making (a test compares).
    """
    sent = request(number)
    first = _first()
    metadata = sent.pop("metadata")
    [contact] = first.contacts
    [address] = contact.addresses
    place = structs.replace(
        address,
        text=f"{sent['address_house_number']} {sent['address_street']}",
        locality=sent["address_city"],
        code=sent["address_postal_code"],
    )
    phone = sent["phone"]
    own = structs.replace(
        contact,
        first=sent["first_name"],
        last=sent["last_name"],
        organization=sent["company_name"] or "",
        phones=(Phone(number=phone, e164=phone.replace(" ", "")),),
        emails=(Email(address=sent["email"]),),
        addresses=(place,),
    )
    return replace(
        first,
        contacts=(own,),
        vendor_fields={**first.vendor_fields, **sent},
        handle=handle(number),
        dedupe_key=sha256(b"identity %d" % number).digest(),
        metadata=metadata,
    )
