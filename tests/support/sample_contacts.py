"""Contacts that say everything, the least, and odd texts."""

from typing import Final

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

LABELS: Final[tuple[PhoneLabel, ...]] = (
    "work", "home", "mobile", "fax", "pager", "main", "other",
)  # fmt: skip
PLACES: Final[tuple[PlaceLabel, ...]] = ("work", "home")

FULL: Final = Contact(
    first="John",
    last="Appleseed",
    suffix="Jr.",
    organization="Dunder Mifflin",
    title="Account Manager",
    note="Line one,\nline \\two;",
    phones=(
        *(Phone(number=f"555 {place}", label=label) for place, label in enumerate(LABELS)),
        Phone(number="+1 650 253 0000 x12", label="main", e164="+16502530000p12"),
        Phone(number="030 123456", label="work", e164="+4930123456"),
    ),
    emails=tuple(Email(address=f"{label}@example.com", label=label) for label in PLACES),
    addresses=(
        Address(text="1 Main St;\nScranton, PA", country="us"),
        Address(text="Fake Address", label="home"),
    ),
    websites=(
        Website(url="https://example.com"),
        Website(url="https://example.com/a%2Cb", label='Shop & "Café"'),
        Website(url="http://blog.example", label="Blog"),
    ),
    uid="crm 4711",
    photo=Photo(jpeg=b"\xff\xd8photo", width=1, height=1),
)
"""Everything a contact can say."""

SMALL: Final = Contact(last="Suharto")
"""The least a contact can say."""

ODD: Final = "\\ \\n \\; ; , : \" ' < > & ]]> \u00e9 李 😀 \u200d\u0301 \u2029 {} %41"
"""What one format or another has a use for."""
