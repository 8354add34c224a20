"""Optional members of createcontact through every target, version and form, and back."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.contact_requests import card_request
from tests.support.drawn_contacts import PRINTABLE, many_contacts
from vcardsvc.errors import Refused
from vcardsvc.model.card import Property
from vcardsvc.model.request import Target, Version
from vcardsvc.validation.fields import Policy
from vcardsvc.vcard import PROFILES, adapted, profile, write
from vcardsvc.vcard.contact_card import card_of
from vcardsvc.vcard.jcard import jcard
from vcardsvc.vcard.parser.reader import read_cards

TEXT = st.text(PRINTABLE, max_size=60) | st.text(alphabet='\\;,:"^n ab=é李😀', max_size=40)
SERVICE = st.sampled_from(["Twitter", "Jabber", "X", "Discord", "My net", "AIM"])
LABEL = st.sampled_from(["work", "Home", "", "Büro; Süd"]) | TEXT
USER = st.text(alphabet="ab.é_-@李 ", max_size=20)
DATE = st.dates().map(str) | st.sampled_from(["--02-29", "1990", "--12-01"])
DEGREES = st.floats(-90, 90, allow_nan=False)


def entries(**members: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Lists of objects with these members."""
    return st.lists(st.fixed_dictionaries(members), max_size=4)


MEMBERS = st.fixed_dictionaries(
    {
        "action": st.just("createcontact"),
        "name": st.fixed_dictionaries(
            {"first-name": st.just("Ann")},
            optional={
                "nickname": TEXT,
                "phonetic-first-name": TEXT,
                "phonetic-last-name": TEXT,
                "prefix": TEXT,
                "middle-name": TEXT,
            },
        ),
    },
    optional={
        "role": TEXT,
        "pronouns": TEXT,
        "department": TEXT,
        "organization": TEXT,
        "birthday": DATE,
        "anniversary": DATE,
        "language": st.sampled_from(["de", "pt-BR"]),
        "categories": st.lists(TEXT, max_size=4),
        "social-profile": entries(service=SERVICE, user=USER, label=LABEL),
        "im": entries(service=SERVICE, address=TEXT, label=LABEL),
        "related": entries(name=TEXT, relation=st.sampled_from(["Spouse", "mother"]) | LABEL),
        "time-zone": st.sampled_from(["Europe/Berlin", "-03:30", "UTC"]),
        "geo": st.fixed_dictionaries({"latitude": DEGREES, "longitude": DEGREES}),
        "phone": entries(number=TEXT, label=LABEL),
        "email": entries(id=TEXT, label=LABEL),
        "physical-address": entries(street=TEXT, city=TEXT, label=LABEL),
    },
)


def meaning(prop: Property) -> tuple[object, ...]:
    """What a property says, without what a version may say otherwise, and with usual blanks."""
    return prop.name, prop.value, " ".join(prop.label.split()), dict(prop.params), set(prop.types)


@many_contacts
@given(
    members=MEMBERS,
    target=st.sampled_from(list(PROFILES)),
    version=st.sampled_from(["2.1", "3.0", "4.0"]),
)
def test_optional_members_reach_every_card(
    members: dict[str, Any], target: Target, version: Version
) -> None:
    """Every card is one card again, with one name; universal cards in 3.0 and 4.0, and jCard, hold
    all further properties as they were."""
    try:
        contact = card_request(members, Policy(labels="free")).contact
    except Refused:
        return
    own = profile(target, version)
    octets = write(adapted(contact, own)[0], own).octets
    (read,) = read_cards(octets).cards
    assert [prop.name for prop in read.properties].count("FN") == 1
    if target == "universal" and version != "2.1":
        names = {prop.name for prop in contact.extra}
        back = [meaning(prop) for prop in read.properties if prop.name in names]
        assert back == [meaning(prop) for prop in contact.extra]
    document, losses = jcard(card_of(contact))
    assert document.size
    assert losses == ()
