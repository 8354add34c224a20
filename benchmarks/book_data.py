"""Generate contacts for the contact book: requests of Domain Chief's API, and drafts.

Every contact is different and invented; the same number gives the same contact.
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
"""The policy of the vendors' calls (`app.mounts_of`)."""

ACCOUNT: Final = "benchmark"
BOOK: Final = AddressBook(account=ACCOUNT, vendor="domainchief")
BARE: Final = AddressBook(account="bare", vendor="domainchief")
"""The address book of the bare inserts."""

CONTACTS: Final = "/domainchief/api/v1/contacts"

COMMON_WORD: Final = "parkway"
"""A word that every contact has; `TENTH_WORD` has one in ten, `rare` hardly a second one."""

TENTH_WORD: Final = "harbour"
TENTH: Final = 10
NUMBERED: Final = "customer_id"
"""The metadata whose value is the contact's number."""

MANY: Final = ("source", "crm")
"""A key and value of every second contact's metadata."""


def _name(source: random.Random) -> str:
    return "".join(source.choices(SYLLABLES, k=3)).capitalize()


def _ascii(name: str) -> str:
    return name.lower().replace("zé", "ze").replace("łu", "lu")


def request(number: int) -> dict[str, Any]:
    """Return the request of a Domain Chief client that creates the contact of this number."""
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
        "email": f"{rare_word(number)}@example.com",
        "phone": f"+1 650 253 {number % 10_000:04d}",
        "metadata": {
            NUMBERED: str(number),
            MANY[0]: MANY[1] if number % 2 == 0 else "import",
            "campaign": str(number % 1000),
        },
    }


def rare_word(number: int) -> str:
    """Return a word of this contact that hardly another one has."""
    source = random.Random(number)
    _, last = _name(source), _name(source)
    return f"{_ascii(last)}{number}"


def handle(number: int) -> str:
    """Return the handle of this contact, as long and as random as the vendor's."""
    return sha256(b"%d" % number).hexdigest()[:16]


@cache
def _first() -> Draft:
    return read_draft(Validator(POLICY), request(0))


def draft(number: int) -> Draft:
    """Return this contact as the vendor's API parses it, in a tenth of the time: the API parses
    each phone twice. The handle and the dedupe key are our own (a test compares the rest).
    """
    fields = request(number)
    first = _first()
    metadata = fields.pop("metadata")
    [contact] = first.contacts
    [address] = contact.addresses
    street_address = structs.replace(
        address,
        text=f"{fields['address_house_number']} {fields['address_street']}",
        locality=fields["address_city"],
        code=fields["address_postal_code"],
    )
    phone = fields["phone"]
    own = structs.replace(
        contact,
        first=fields["first_name"],
        last=fields["last_name"],
        organization=fields["company_name"] or "",
        phones=(Phone(number=phone, e164=phone.replace(" ", "")),),
        emails=(Email(address=fields["email"]),),
        addresses=(street_address,),
    )
    return replace(
        first,
        contacts=(own,),
        vendor_fields={**first.vendor_fields, **fields},
        handle=handle(number),
        dedupe_key=sha256(b"identity %d" % number).digest(),
        metadata=metadata,
    )
