"""Contacts that Hypothesis draws."""

from typing import Any

from hypothesis import HealthCheck
from hypothesis import strategies as st
from msgspec import structs

from tests.support.contact_requests import card_request
from tests.support.hypothesis_profiles import examples
from vcardsvc.errors import Refused
from vcardsvc.model.contact import Address, Contact, Photo
from vcardsvc.validation.fields import PHONE_LABELS, PLACE_LABELS, Policy, Validator

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


def accepted(request: dict[str, Any]) -> Contact | None:
    """The contact, with whatever was refused left out; None without a name."""
    while True:
        try:
            return card_request(request, RELAXED).contact
        except Refused as refused:
            field = refused.problems[0].field
            assert field is not None
            _, member, *rest = field.split("/")
            if member == "name" and (not rest or rest[0] == "first-name"):
                return None
            if member == "name":
                request["name"].pop(rest[0])
            elif rest:
                request[member].pop(int(rest[0]))
            else:
                request.pop(member)


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
    return structs.replace(contact, addresses=tuple(addresses), **more)


@st.composite
def parted(draw: st.DrawFn, address: Address) -> Address:
    """This address as it is, or as a street beside other parts."""
    country = draw(st.sampled_from(["", "us", "de"]))
    if draw(st.booleans()):
        return structs.replace(address, country=country)
    parts = {part: draw(LINE) for part in ("locality", "region", "code", "nation")}
    text = address.text if draw(st.booleans()) or not any(parts.values()) else ""
    return Address(text=text, label=address.label, country=country, **parts)


@st.composite
def pictured(draw: st.DrawFn) -> Contact:
    """Any contact; some have a photo."""
    jpeg = draw(st.binary(max_size=200))
    photo = Photo(jpeg=jpeg, width=1, height=1) if jpeg else None
    return structs.replace(draw(contacts()), photo=photo)


many_contacts = examples(1000, HealthCheck.large_base_example)


def replaced(json_value: Any, table: dict[int, str]) -> Any:
    """The same with characters replaced in every text."""
    if isinstance(json_value, str):
        return json_value.translate(table)
    if isinstance(json_value, dict):
        return {name: replaced(one, table) for name, one in json_value.items()}
    if isinstance(json_value, list | tuple):
        return type(json_value)(replaced(one, table) for one in json_value)
    return json_value
