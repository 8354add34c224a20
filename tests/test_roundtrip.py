"""Any accepted contact, drawn from all of Unicode, comes back from readers that are not ours."""

from typing import Any

import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.asking import order
from tests.card import strict
from vcardsvc.card import UNIVERSAL, write
from vcardsvc.card.properties import full_name, uid
from vcardsvc.contact import Contact
from vcardsvc.errors import Refused
from vcardsvc.rules import PHONE_LABELS, PLACE_LABELS, Policy

RELAXED = Policy(names="relaxed")

PRINTABLE = st.characters(exclude_categories=("Cs", "Cc"))
TEXT = st.text(PRINTABLE, max_size=120) | st.text(
    alphabet='\\;,:"\n\t ^%<>=aé李😀\u200d\u0301', max_size=200
)
NAME = st.text(alphabet="abcXYZ 09.éßŁ李नेहा\u200d\u0301", max_size=40)
NUMBER = st.sampled_from(["+16502530000", "+44 20 7946 0958 x7", "0171 555", "٠١٢"]) | TEXT
URL = st.builds(str.__add__, st.sampled_from(["", "http://", "HTTPS://e.example/"]), TEXT)


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
            return order(asked, RELAXED).contact
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


def said(contact: Contact) -> dict[str, Any]:
    """What a reader shall find, as `strict.parse` names it."""
    types = UNIVERSAL.phone_types, UNIVERSAL.email_types, UNIVERSAL.address_types
    phones, emails, addresses = types
    return {
        "n": (contact.last, contact.first, "", "", contact.suffix),
        "fn": full_name(contact),
        "uid": uid(contact),
        "org": contact.organization or None,
        "title": contact.title or None,
        "note": contact.note or None,
        "phones": tuple(
            (",".join(phones[one.label]), one.e164 or one.number) for one in contact.phones
        ),
        "emails": tuple((",".join(emails[one.label]), one.address) for one in contact.emails),
        "addresses": tuple(
            (",".join(addresses[one.label]), ("", "", one.text, "", "", "", ""))
            for one in contact.addresses
        ),
        "websites": tuple(
            (one.url, None if one.label.lower() in ("", "homepage") else one.label)
            for one in contact.websites
        ),
    }


@settings(max_examples=300, deadline=None)
@given(REQUESTS)
def test_any_accepted_contact_survives_the_strict_reader(asked: dict[str, Any]) -> None:
    """Every line of any card keeps RFC 2426, and reading it gives the contact."""
    contact = accepted(asked)
    if contact is None:
        return
    card = strict.parse(write(contact).octets)
    assert {name: getattr(card, name) for name in said(contact)} == said(contact)


@settings(max_examples=300, deadline=None)
@given(REQUESTS)
def test_any_accepted_contact_survives_vobject(asked: dict[str, Any]) -> None:
    """vobject, a reader of other hands, finds the contact in any card."""
    contact = accepted(asked)
    if contact is None:
        return
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
    assert [one.value.street for one in found.contents.get("adr", [])] == [
        parts[2] for _, parts in expected["addresses"]
    ]
    assert [one.value for one in found.contents.get("note", [])] == (
        [expected["note"]] if expected["note"] else []
    )
    assert [one.value for one in found.contents.get("url", [])] == [
        url for url, _ in expected["websites"]
    ]


def test_the_strategy_draws_contacts_worth_reading() -> None:
    """The properties above are not passed by refusing everything."""
    kept = []

    @settings(max_examples=100, database=None, derandomize=True)
    @given(REQUESTS)
    def draw(asked: dict[str, Any]) -> None:
        contact = accepted(asked)
        kept.append(contact is not None and bool(contact.phones or contact.websites))

    draw()
    assert sum(kept) > 20
