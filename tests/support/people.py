"""Contacts that say what createcontact has no members for: a doctor, a company, a registrant.

None is a real person, and no number or address is in use.
"""

from typing import Final

from vcardsvc.model.contact import Address, Contact, Email, Phone

DOCTOR: Final = Contact(
    prefix="Dr.",
    first="Ann",
    middle="Quinn",
    last="Lee",
    suffix="M.D.",
    organization="St. Sample; Hospital",
    unit="Cardiology, 2",
    addresses=(
        Address(
            text="1 Hospital Way\nEntrance B",
            locality="Mountain View",
            region="CA",
            code="94043",
            nation="United States",
            country="us",
        ),
    ),
    uid="urn:uuid:00000000-0000-5000-8000-000000000001",
)
"""A name and an organization in all their parts."""

COMPANY: Final = Contact(
    organization="Brandt, Sons",
    unit="Sales",
    addresses=(Address(text="", locality="Köln", code="50667", nation="Germany"),),
    uid="urn:uuid:00000000-0000-5000-8000-000000000002",
)
"""A department of a company without a person, and an address without a street."""

REGISTRANT: Final = Contact(
    first="Jan",
    last="Jansen",
    unit="Domains",
    phones=(Phone(number="+1 650 253 0000", e164="+16502530000"),),
    emails=(Email(address="jan@example.com"),),
    addresses=(
        Address(
            text="Voorbeeldstraat 1; b",
            label="home",
            locality="Amsterdam, Noord",
            region="NH",
            code="1012 AB",
            nation="Netherlands",
        ),
        Address(text="Elsewhere 2"),
    ),
    uid="urn:uuid:00000000-0000-5000-8000-000000000003",
)
"""A unit of no company; an address as registrars ask for it, and one of free text."""

PEOPLE: Final = (DOCTOR, COMPANY, REGISTRANT)
