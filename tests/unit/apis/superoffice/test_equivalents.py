"""SuperOffice: equivalent members: the forms of an address and the dictionaries; PHP's empty
dictionary."""

import json
from typing import Any, Final

import pytest

from tests.support.superoffice import cards, entity, stored_fields
from vcardsvc.apis.superoffice.equivalents import reconciled


def _fields(*rows: list[tuple[str, str, str]]) -> list[list[dict[str, str]]]:
    """Return localized rows of (name, value, type)."""
    return [
        [{"Name": name, "Value": value, "AddressType": kind} for name, value, kind in row]
        for row in rows
    ]


STREET, POSTAL = "ContactStreetAddress", "ContactPostalAddress"
OSLO: Final = {"Address1": "S 1", "Zipcode": "0150", "City": "Oslo"}
LOCALIZED: Final = _fields(
    [("StreetAddress1", "S 1", STREET)],
    [("StreetZipcode", "0150", STREET), ("StreetCity", "Oslo", STREET)],
)
BOX: Final = {"Address1": "PB 7", "City": "Bergen"}
BOX_LOCALIZED: Final = _fields(
    [("PostalAddress1", "PB 7", POSTAL)], [("PostalCity", "Bergen", POSTAL)]
)
SHORT: Final = _fields([("Address1", "S 1", "Street"), ("city", "Oslo", "Street")])
TEXT: Final = "S 1\n0150 Oslo"

FORMS: Final[dict[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "in parts": (
        {"Street": OSLO},
        {"Street": {**OSLO, "Formatted": TEXT}, "LocalizedAddress": LOCALIZED, "Formatted": TEXT},
    ),
    "in fields": (
        {"LocalizedAddress": LOCALIZED},
        {"Street": {**OSLO, "Formatted": TEXT}, "LocalizedAddress": LOCALIZED, "Formatted": TEXT},
    ),
    "in fields that name the part alone": (
        {"LocalizedAddress": SHORT},
        {
            "Street": {"Address1": "S 1", "City": "Oslo", "Formatted": "S 1\nOslo"},
            "LocalizedAddress": SHORT,
            "Formatted": "S 1 Oslo",
        },
    ),
    "in fields of no type": (
        {"LocalizedAddress": _fields([("City", "Oslo", "")])},
        {
            "Street": {"City": "Oslo", "Formatted": "Oslo"},
            "LocalizedAddress": _fields([("City", "Oslo", "")]),
            "Formatted": "Oslo",
        },
    ),
    "a postal one": (
        {"Postal": BOX},
        {
            "Postal": {**BOX, "Formatted": "PB 7\nBergen"},
            "LocalizedAddress": BOX_LOCALIZED,
            "Formatted": "PB 7\nBergen",
        },
    ),
    "one of each, in different forms": (
        {"Postal": BOX, "LocalizedAddress": LOCALIZED},
        {
            "Street": {**OSLO, "Formatted": TEXT},
            "Postal": {**BOX, "Formatted": "PB 7\nBergen"},
            "LocalizedAddress": LOCALIZED + BOX_LOCALIZED,
            "Formatted": f"{TEXT}\nPB 7\nBergen",
        },
    ),
    "as a text": (
        {"Formatted": "Fake Address\n0150 Oslo"},
        {
            "Street": {
                "Address1": "Fake Address",
                "Address2": "0150 Oslo",
                "Formatted": "Fake Address\n0150 Oslo",
            },
            "LocalizedAddress": _fields(
                [("StreetAddress1", "Fake Address", STREET)],
                [("StreetAddress2", "0150 Oslo", STREET)],
            ),
            "Formatted": "Fake Address\n0150 Oslo",
        },
    ),
    "as a long text": (
        {"Formatted": "a\nb\nc\nd\n\ne"},
        {
            "Street": {
                "Address1": "a", "Address2": "b", "Address3": "c, d, e",
                "Formatted": "a\nb\nc, d, e",
            },
            "LocalizedAddress": _fields(
                *([(f"StreetAddress{n}", value, STREET)] for n, value in ((1, "a"), (2, "b"))),
                [("StreetAddress3", "c, d, e", STREET)],
            ),
            "Formatted": "a\nb\nc\nd\n\ne",
        },
    ),
    "in both forms": (
        {"Street": OSLO, "LocalizedAddress": _fields([("StreetCity", "Bergen", STREET)])},
        {
            "Street": {**OSLO, "Formatted": TEXT},
            "LocalizedAddress": _fields([("StreetCity", "Bergen", STREET)]),
            "Formatted": "Bergen",
        },
    ),
    "in the vendor's blank layout and parts": (
        {"Street": OSLO, "LocalizedAddress": _fields([("StreetCity", "", STREET)])},
        {"Street": {**OSLO, "Formatted": TEXT}, "LocalizedAddress": LOCALIZED, "Formatted": TEXT},
    ),
    "of every part": (
        {"Street": {name: name for name in ("Address1", "Address2", "Address3", "City", "County",
                                            "State", "Zipcode")}},
        {
            "Street": {
                **{name: name for name in ("Address1", "Address2", "Address3", "City", "County",
                                           "State", "Zipcode")},
                "Formatted": "Address1\nAddress2\nAddress3\nZipcode City\nCounty\nState",
            },
            "LocalizedAddress": _fields(
                [("StreetAddress1", "Address1", STREET)],
                [("StreetAddress2", "Address2", STREET)],
                [("StreetAddress3", "Address3", STREET)],
                [("StreetZipcode", "Zipcode", STREET), ("StreetCity", "City", STREET)],
                [("StreetCounty", "County", STREET)],
                [("StreetState", "State", STREET)],
            ),
            "Formatted": "Address1\nAddress2\nAddress3\nZipcode City\nCounty\nState",
        },
    ),
    "empty": ({}, {}),
}  # fmt: skip


def _without_empty(value: Any) -> Any:
    """Return a value of a response without rights and empty members."""
    rights = ("TableRight", "FieldProperties")
    if isinstance(value, dict):
        found = {name: _without_empty(one) for name, one in value.items() if name not in rights}
        return {name: one for name, one in found.items() if one or name in ("Value", "AddressType")}
    return [_without_empty(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("case", FORMS)
def test_a_response_has_all_forms_of_an_address(case: str) -> None:
    """An address in one form comes back in parts, in fields and as a text, and stays the same when
    it is sent again."""
    sent, expected = FORMS[case]
    shown = entity({"Name": "A", "Address": sent})["Address"]
    assert _without_empty(shown) == expected
    assert entity({"Name": "A", "Address": shown})["Address"] == shown


@pytest.mark.parametrize("case", [case for case in FORMS if case not in ("in both forms", "empty")])
def test_an_address_in_all_forms_is_on_the_card_once(case: str) -> None:
    """A response that is sent again has the card of the first request; only a free text of many
    lines has the rest of them on the third."""
    sent, _ = FORMS[case]
    shown = entity({"Name": "A", "Address": sent})["Address"]
    (first,), (second,) = (cards(Name="A", Address=one) for one in (sent, shown))
    assert len(second.addresses) == len(first.addresses)
    if case != "as a long text":
        assert second == first


def test_the_vendors_own_names_of_fields_are_read() -> None:
    """StreetZipcode of a ContactStreetAddress is the postal code of the street's address."""
    (card,) = cards(Name="A", Address={"LocalizedAddress": LOCALIZED + BOX_LOCALIZED})
    assert [(at.text, at.code, at.locality) for at in card.addresses] == [
        ("S 1", "0150", "Oslo"),
        ("PB 7", "", "Bergen"),
    ]


def test_custom_fields_combine_all_dictionaries() -> None:
    """CustomFields has the keys of the two older dictionaries and its own, which are preferred."""
    sent = {
        "UserDefinedFields": {"SuperOffice:1": "a", "x": "u"},
        "ExtraFields": {"b": "c"},
        "CustomFields": {"d": "e", "x": "own"},
    }
    shown = entity({"Name": "A", **sent})
    assert shown["CustomFields"] == {"SuperOffice:1": "a", "x": "own", "b": "c", "d": "e"}
    assert shown["UserDefinedFields"] == sent["UserDefinedFields"]
    assert shown["ExtraFields"] == sent["ExtraFields"]


@pytest.mark.parametrize("content_type", ["application/json", "application/merge-patch+json"])
def test_an_empty_array_is_an_empty_dictionary(content_type: str) -> None:
    """PHP's [] is an empty object or dictionary."""
    names = (
        "UserDefinedFields", "ExtraFields", "CustomFields", "Category", "Country", "Address",
        "Associate", "SupportPerson",
    )  # fmt: skip
    body = {"Name": "A", **{name: [] for name in names}, "Persons": [[]], "Emails": [[]]}
    empty: dict[str, Any] = {**{name: {} for name in names}, "Persons": [{}], "Emails": [{}]}
    assert stored_fields(body, content_type) == stored_fields({"Name": "A", **empty}, content_type)
    street = stored_fields(
        {"Name": "A", "Address": {"Street": [], "LocalizedAddress": []}}, content_type
    )
    assert street == stored_fields({"Name": "A", "Address": {"Street": {}}}, content_type)


def test_an_empty_array_is_an_empty_dictionary_in_a_patch() -> None:
    """A JSON Patch can have [] for an empty dictionary too."""
    patch: list[Any] = [
        {"op": "replace", "path": "/Name", "value": "A"},
        {"op": "replace", "path": "/CustomFields", "value": []},
        {"op": "add", "path": "/CustomFields/a", "value": "b"},
        {"op": "replace", "path": "/Category/Id", "value": 2},
    ]
    stored = stored_fields(json.dumps(patch).encode(), "application/json-patch+json")
    assert stored == {"Name": "A", "CustomFields": {"a": "b"}, "Category": {"Id": 2}}


def _reread(stored: dict[str, Any]) -> dict[str, Any]:
    """Return the stored fields after the response was sent as a request."""
    return dict(stored_fields(json.dumps(entity({"Name": "A", **stored})).encode()))


MOVED: Final = {**OSLO, "City": "Bergen"}
MOVED_LOCALIZED: Final = [*LOCALIZED[:1], _fields(
    [("StreetZipcode", "0150", STREET), ("StreetCity", "Bergen", STREET)]
)[0]]  # fmt: skip

CHANGES: Final[dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]] = {
    "nothing": ({"Street": OSLO}, {}, {"Street": OSLO}),
    "nothing of fields": (
        {"LocalizedAddress": LOCALIZED}, {}, {"LocalizedAddress": LOCALIZED},
    ),
    "a part": ({"Street": OSLO}, {"Street": MOVED}, {"Street": MOVED}),
    "a part of what was in fields": (
        {"LocalizedAddress": LOCALIZED}, {"Street": MOVED}, {"Street": MOVED},
    ),
    "a field": (
        {"Street": OSLO}, {"LocalizedAddress": MOVED_LOCALIZED},
        {"LocalizedAddress": MOVED_LOCALIZED},
    ),
    "the text": ({"Street": OSLO}, {"Formatted": "Elsewhere"}, {"Formatted": "Elsewhere"}),
    "the text of a text": (
        {"Formatted": "a\nb"}, {"Formatted": "Elsewhere"}, {"Formatted": "Elsewhere"},
    ),
    "a part of a text": ({"Formatted": "a"}, {"Street": MOVED}, {"Street": MOVED}),
    "all parts away": ({"Street": OSLO}, {"Street": {}}, {"Street": {}}),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_the_changed_form_of_an_address_counts(what: str) -> None:
    """In a response that is sent back with one form changed, the other forms change too."""
    stored, change, expected = CHANGES[what]
    before = stored_fields({"Name": "A", "Address": stored})
    sent = _reread({"Address": stored})
    after = reconciled({**sent, "Address": {**sent["Address"], **change}}, before)
    shown, expected = (
        entity({"Name": "A", "Address": one})["Address"] for one in (after["Address"], expected)
    )
    assert shown == expected


DICTIONARIES: Final[dict[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "nothing": ({}, {"u": "1", "e": "2", "c": "3"}),
    "an older dictionary": ({"UserDefinedFields": {"u": "x"}}, {"u": "x", "e": "2", "c": "3"}),
    "what combines them": (
        {"CustomFields": {"u": "x", "e": "2", "c": "3"}}, {"u": "x", "e": "2", "c": "3"},
    ),
    "its own": ({"CustomFields": {"u": "1", "e": "2", "c": "x"}}, {"u": "1", "e": "2", "c": "x"}),
    "one more": (
        {"CustomFields": {"u": "1", "e": "2", "c": "3", "n": "4"}},
        {"u": "1", "e": "2", "c": "3", "n": "4"},
    ),
    "one away": ({"CustomFields": {"e": "2", "c": "3"}}, {"e": "2", "c": "3"}),
    "one away of an older one": (
        {"UserDefinedFields": {"v": "9"}}, {"v": "9", "e": "2", "c": "3"},
    ),
    "the older ones are not sent": (
        {"UserDefinedFields": {}, "ExtraFields": {}}, {"u": "1", "e": "2", "c": "3"},
    ),
    "what combines them is not sent": ({"CustomFields": {}}, {"u": "1", "e": "2"}),
}  # fmt: skip


@pytest.mark.parametrize("what", DICTIONARIES)
def test_the_changed_dictionary_counts(what: str) -> None:
    """In a response that is sent back with a key changed in one dictionary, the other dictionary
    changes too."""
    change, expected = DICTIONARIES[what]
    before = {"Name": "A", "UserDefinedFields": {"u": "1"}, "ExtraFields": {"e": "2"},
              "CustomFields": {"c": "3"}}  # fmt: skip
    after = reconciled({**_reread(before), **change}, before)
    shown = entity(after)
    assert shown["CustomFields"] == expected
    assert shown["UserDefinedFields"].items() <= expected.items()
