"""Any accepted contact, drawn from all of Unicode, comes back from readers that are not ours."""

import dataclasses
from typing import Any

import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import strict_vcard as strict
from tests.support.contact_requests import card_request
from tests.support.readers import expected as shown
from vcardsvc.errors import Refused
from vcardsvc.model.contact import Address, Contact
from vcardsvc.validation.fields import PHONE_LABELS, PLACE_LABELS, Policy, Validator
from vcardsvc.vcard import UNIVERSAL, write
from vcardsvc.vcard.properties import full_name, in_parts, is_company, uid

RELAXED = Policy(names="relaxed")

PRINTABLE = st.characters(exclude_categories=("Cs", "Cc"))
TEXT = st.text(PRINTABLE, max_size=120) | st.text(
    alphabet='\\;,:"\n\t ^%<>=aé李😀\u200d\u0301', max_size=200
)
NAME = st.text(alphabet="abcXYZ 09.éßŁ李नेहा\u200d\u0301", max_size=40)
NUMBER = st.sampled_from(["+16502530000", "+44 20 7946 0958 x7", "0171 555", "٠١٢"]) | TEXT
URL = st.builds(str.__add__, st.sampled_from(["", "http://", "HTTPS://e.example/"]), TEXT)


ADDRESS = ("box", "extended", "street", "city", "region", "code", "country")
"""vobject's names for the components of ADR."""


def entries(key: str, value: st.SearchStrategy[str], label: st.SearchStrategy[str]) -> Any:
    """Lists of up to six entries, labelled or not."""
    entry = st.fixed_dictionaries({key: value}, optional={"label": label})
    return st.lists(entry, max_size=6)


REQUESTS = st.fixed_dictionaries(
    {
        "action": st.just("createcontact"),
        "name": st.fixed_dictionaries(
            {"first-name": NAME}, optional={"last-name": NAME | TEXT, "suffix": TEXT}
        ),
    },
    optional={
        "organization": TEXT,
        "title": TEXT,
        "note": TEXT,
        "uid": TEXT,
        "phone": entries("number", NUMBER, st.sampled_from(list(PHONE_LABELS))),
        "email": entries("id", TEXT, st.sampled_from(list(PLACE_LABELS))),
        "physical-address": entries("address", TEXT, st.sampled_from(list(PLACE_LABELS))),
        "website": entries("url", URL, TEXT),
    },
)


def accepted(asked: dict[str, Any]) -> Contact | None:
    """The contact, with whatever was refused left out; None without a name."""
    while True:
        try:
            return card_request(asked, RELAXED).contact
        except Refused as refused:
            field = refused.problems[0].field
            assert field is not None
            _, member, *rest = field.split("/")
            if member == "name" and (not rest or rest[0] == "first-name"):
                return None
            if member == "name":
                asked["name"].pop(rest[0])
            elif rest:
                asked[member].pop(int(rest[0]))
            else:
                asked.pop(member)


def kept(text: str) -> str:
    """A text of one line as `rules` leaves it; "" for one that they refuse."""
    return Validator(RELAXED).line(text, ("text",))


LINE = st.just("") | TEXT.map(kept)


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    """Any contact without a photo: what createcontact accepts, and what it has no members for.

    Some are companies; some addresses are in parts, with or without a street, some have a country.
    """
    contact = accepted(draw(REQUESTS)) or Contact(first="John")
    more: dict[str, Any] = {part: draw(LINE) for part in ("prefix", "middle", "unit")}
    if contact.organization and draw(st.integers(0, 3)) == 0:
        more |= {"first": "", "last": ""}
    addresses = [draw(parted(address)) for address in contact.addresses]
    return dataclasses.replace(contact, addresses=tuple(addresses), **more)


@st.composite
def parted(draw: st.DrawFn, address: Address) -> Address:
    """This address as it is, or as a street beside other parts."""
    country = draw(st.sampled_from(["", "us", "de"]))
    if draw(st.booleans()):
        return dataclasses.replace(address, country=country)
    parts = {part: draw(LINE) for part in ("locality", "region", "code", "nation")}
    text = address.text if draw(st.booleans()) or not any(parts.values()) else ""
    return Address(text=text, label=address.label, country=country, **parts)


def said(contact: Contact) -> dict[str, Any]:
    """What a reader shall find, as `strict.parse` names it."""
    types = UNIVERSAL.phone_types, UNIVERSAL.email_types, UNIVERSAL.address_types
    phones, emails, addresses = types
    return {
        "n": (contact.last, contact.first, contact.middle, contact.prefix, contact.suffix),
        "fn": full_name(contact),
        "uid": uid(contact),
        "org": tuple(shown.org(contact) or ()) or None,
        "title": contact.title or None,
        "note": contact.note or None,
        "phones": tuple(
            (",".join(phones[one.label]), one.e164 or one.number) for one in contact.phones
        ),
        "emails": tuple((",".join(emails[one.label]), one.address) for one in contact.emails),
        "addresses": tuple(
            (",".join(addresses[one.label]), tuple(shown.parts(one))) for one in contact.addresses
        ),
        "websites": tuple(
            (one.url, None if one.label.lower() in ("", "homepage") else one.label)
            for one in contact.websites
        ),
    }


@settings(max_examples=300, deadline=None)
@given(contacts())
def test_any_contact_survives_the_strict_reader(contact: Contact) -> None:
    """Every line of any card keeps RFC 2426, and reading it gives the contact."""
    card = strict.parse(write(contact).octets)
    assert {name: getattr(card, name) for name in said(contact)} == said(contact)


@settings(max_examples=300, deadline=None)
@given(contacts())
def test_any_contact_survives_vobject(contact: Contact) -> None:
    """vobject, a reader of other hands, finds the contact in any card."""
    found = vobject.readOne(write(contact).octets.decode())
    expected = said(contact)
    name = found.n.value
    assert (name.family, name.given, name.additional, name.prefix, name.suffix) == expected["n"]
    assert found.fn.value == expected["fn"]
    assert [one.value for one in found.contents.get("tel", [])] == [
        number for _, number in expected["phones"]
    ]
    assert [one.value for one in found.contents.get("email", [])] == [
        address for _, address in expected["emails"]
    ]
    assert [
        tuple(getattr(one.value, name) for name in ADDRESS) for one in found.contents.get("adr", [])
    ] == [components for _, components in expected["addresses"]]
    assert [tuple(one.value) for one in found.contents.get("org", [])] == (
        [expected["org"]] if expected["org"] else []
    )
    assert [one.value for one in found.contents.get("note", [])] == (
        [expected["note"]] if expected["note"] else []
    )
    assert [one.value for one in found.contents.get("url", [])] == [
        url for url, _ in expected["websites"]
    ]


def test_the_strategy_draws_contacts_worth_reading() -> None:
    """The properties above are not passed by refusing everything."""
    found = []

    @settings(max_examples=100, database=None, derandomize=True)
    @given(contacts())
    def draw(contact: Contact) -> None:
        found.append(contact)

    draw()
    assert sum(bool(one.phones or one.websites) for one in found) > 20
    assert sum(bool(one.prefix or one.middle) for one in found) > 20
    assert sum(bool(one.unit) for one in found) > 10
    assert sum(is_company(one) for one in found) > 3
    assert sum(any(map(in_parts, one.addresses)) for one in found) > 10
