"""Reads contacts of Microsoft Graph."""

from typing import Any

import pytest

from vcardsvc.imports.graph import read_graph
from vcardsvc.imports.json_object import MAX_CONTACTS
from vcardsvc.model.card import Property
from vcardsvc.vcard.parser.read_file import NotACard

CONTACT: dict[str, Any] = {
    "@odata.etag": 'W/"1"',
    "id": "AAMkAD1",
    "createdDateTime": "2026-01-01T10:00:00Z",
    "lastModifiedDateTime": "2026-11-02T10:22:00Z",
    "changeKey": "EQAA",
    "categories": ["Friends", "Chess"],
    "parentFolderId": "AAMk",
    "birthday": "1974-07-22T11:59:00Z",
    "fileAs": "Haas, Grit",
    "displayName": "Grit Haas",
    "givenName": "Grit",
    "initials": "G.H.",
    "middleName": "M.",
    "nickName": "Gri",
    "surname": "Haas",
    "title": "Dr.",
    "generation": "II",
    "yomiGivenName": "guritto",
    "yomiSurname": "hāsu",
    "yomiCompanyName": None,
    "imAddresses": ["sip:grit@example.com", "grit-im"],
    "jobTitle": "Lead",
    "companyName": "Example AG",
    "department": "Research",
    "officeLocation": "B 2.14",
    "profession": "Chemist",
    "businessHomePage": "https://example.com",
    "assistantName": "Uli Ort",
    "manager": "Kim Lund",
    "homePhones": [],
    "mobilePhone": "+49 151 5550100",
    "businessPhones": ["+49 30 5550101", "+49 30 5550102"],
    "spouseName": "Jo Haas",
    "personalNotes": "Line 1\nLine 2",
    "children": ["Mia"],
    "emailAddresses": [{"name": "Grit Haas", "address": "grit@example.com"}],
    "homeAddress": {},
    "businessAddress": {
        "street": "Weg 1",
        "city": "Berlin",
        "state": "BE",
        "countryOrRegion": "Germany",
        "postalCode": "10115",
    },
    "otherAddress": {},
}


def test_every_member_becomes_a_property() -> None:
    file = read_graph(CONTACT)

    assert [(one.place, one.code) for one in file.problems] == [("/initials", "ignored")]
    assert file.cards[0].properties == (
        Property(name="N", value=(("Haas",), ("Grit",), ("M.",), ("Dr.",), ("II",))),
        Property(name="FN", value="Grit Haas"),
        Property(name="NICKNAME", value=("Gri",)),
        Property(name="ORG", value=(("Example AG",), ("Research",))),
        Property(name="TITLE", value="Lead"),
        Property(name="ROLE", value="Chemist"),
        Property(name="NOTE", value="Line 1\nLine 2"),
        Property(name="X-PHONETIC-FIRST-NAME", value="guritto"),
        Property(name="X-PHONETIC-LAST-NAME", value="hāsu"),
        Property(name="X-FILE-AS", value="Haas, Grit"),
        Property(name="UID", value="AAMkAD1"),
        Property(name="TEL", value="+49 30 5550101", types=("work",)),
        Property(name="TEL", value="+49 30 5550102", types=("work",)),
        Property(name="TEL", value="+49 151 5550100", types=("cell",)),
        Property(name="EMAIL", value="grit@example.com"),
        Property(name="IMPP", value="sip:grit@example.com", kind="uri"),
        Property(name="IMPP", value="grit-im"),
        Property(
            name="ADR",
            value=((), ("B 2.14",), ("Weg 1",), ("Berlin",), ("BE",), ("10115",), ("Germany",)),
            types=("work",),
        ),
        Property(name="URL", value="https://example.com", kind="uri", types=("work",)),
        Property(name="BDAY", value="19740722", kind="date-and-or-time"),
        Property(name="CATEGORIES", value=("Friends", "Chess")),
        Property(name="RELATED", value="Jo Haas", types=("spouse",)),
        Property(name="RELATED", value="Kim Lund", label="Manager"),
        Property(name="RELATED", value="Uli Ort", types=("agent",), label="Assistant"),
        Property(name="RELATED", value="Mia", types=("child",)),
        Property(name="CREATED", value="20260101T100000Z", kind="timestamp"),
        Property(name="REV", value="20261102T102200Z", kind="timestamp"),
    )


def test_a_list_has_a_card_for_each_contact() -> None:
    listed = {
        "@odata.nextLink": "https://graph.example.com/2",
        "value": [CONTACT, {"surname": "A"}],
    }

    file = read_graph(listed)

    assert len(file.cards) == 2
    more = [(one.card, one.place, one.code) for one in file.problems if one.card < 0]
    assert more == [(-1, "/@odata.nextLink", "over-limit")]


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("Grit Haas", ()),
        ("grit@example.com", ()),
        ("Dr. Haas, office", (("X-DISPLAY-NAME", ("Dr. Haas, office",)),)),
    ],
)
def test_the_name_of_an_address_is_kept_where_it_is_another_one(name: str, params: Any) -> None:
    email = {"name": name, "address": "grit@example.com"}
    card = read_graph({"displayName": "Grit Haas", "emailAddresses": [email]}).cards[0]

    assert card.properties[-1] == Property(name="EMAIL", value="grit@example.com", params=params)


def test_a_birthday_in_the_year_of_none_has_no_year() -> None:
    card = read_graph({"surname": "A", "birthday": "1604-02-29T11:59:00Z"}).cards[0]

    assert card.properties[-1].value == "--0229"


@pytest.mark.parametrize("text", ["1990-13-45", "1990-13-45T00:00:00Z"])
def test_a_birthday_that_no_calendar_has_is_a_text(text: str) -> None:
    last = read_graph({"surname": "A", "birthday": text}).cards[0].properties[-1]

    assert (last.value, last.kind) == (text, "text")


def test_an_unknown_member_is_named() -> None:
    file = read_graph({"value": [{"surname": "A", "gender": "f"}]})

    assert [(one.card, one.place) for one in file.problems] == [(0, "/value/0/gender")]


@pytest.mark.parametrize("body", [None, 3, [], {}, {"value": []}, {"value": [{}]}, {"error": {}}])
def test_json_without_a_contact_is_refused(body: Any) -> None:
    with pytest.raises(NotACard, match="Graph"):
        read_graph(body)


def test_a_list_without_end_is_refused_before_it_is_read() -> None:
    """It holds more contacts than are read in a moment."""
    with pytest.raises(NotACard, match=f"over {MAX_CONTACTS} contacts"):
        read_graph({"value": [{"surname": "A"}] * (MAX_CONTACTS + 1)})
