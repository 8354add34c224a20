"""SuperOffice: the statements of its reference, row by row, each with a test."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.support.superoffice import (
    API,
    BASE,
    ROUTES,
    cards,
    draft,
    entity,
    refusal,
    request_of,
    respond,
    stored_fields,
    text,
)
from vcardsvc.apis.superoffice.negotiation import OFFERED
from vcardsvc.apis.superoffice.request import MEDIA_TYPES
from vcardsvc.apis.superoffice.schema import ENTITY, SHAPES
from vcardsvc.model.contact import Address

REQUEST_TYPES: Final = (
    "application/json", "text/json", "application/xml", "text/xml",
    "application/x-www-form-urlencoded", "application/json-patch+json",
    "application/merge-patch+json",
)  # fmt: skip
FORM: Final = REQUEST_TYPES[4]


def test_auth() -> None:
    """Authorization is Basic, SoTicket or Bearer; X-XSRF-TOKEN alone is no key."""
    basic = b"Basic " + b64encode(b"user:key")
    for authorization in (basic, b"SoTicket key", b"Bearer key"):
        headers = {b"authorization": authorization, b"x-xsrf-token": b"token"}
        assert API.credential(ROUTES["create"], request_of(headers=headers)) == b"key"
    assert API.credential(ROUTES["create"], request_of(headers={b"x-xsrf-token": b"token"})) is None


def test_request_types() -> None:
    """A body can have seven content types, and means the same in each."""
    sent = {
        **dict.fromkeys(("application/json", "text/json"), b'{"Name":"A","Domains":["b"]}'),
        **dict.fromkeys(
            ("application/xml", "text/xml"),
            b"<ContactEntity><Name>A</Name><Domains><string>b</string></Domains></ContactEntity>",
        ),
        FORM: b"Name=A&Domains=b",
        "application/json-patch+json": b'[{"op":"replace","path":"/name","value":"A"},'
        b'{"op":"add","path":"/domains/-","value":"b"}]',
        "application/merge-patch+json": b'{"Name":"A","Domains":["b"],"OrgNr":null}',
    }
    assert MEDIA_TYPES == REQUEST_TYPES
    assert ROUTES["create"].content_types == {one.encode() for one in sent}
    for content_type, body in sent.items():
        assert stored_fields(body, content_type) == {"Name": "A", "Domains": ["b"]}


def test_response_types() -> None:
    """A response has any of these types but the form's, as Accept prefers."""
    assert tuple(one for one in REQUEST_TYPES if one != FORM) == OFFERED
    for media_type in OFFERED:
        response = respond({"Name": "A"}, accept=media_type.encode())
        assert dict(response.headers)[b"content-type"] == f"{media_type}; charset=utf-8".encode()
        assert (b"<Name>A</Name>" if "xml" in media_type else b'"Name":"A"') in text(response)
    assert refusal("create", request_of({"Name": "A"}, accept=FORM.encode())).status == 406


TEXTS: Final = 'NO:"Leverandør";US:"Supplier";FR:"Fournisseur"'
SENT: Final = {"Name": TEXTS, "DbiLastModified": "2018-12-24T12:00:00Z"}


@pytest.mark.parametrize(
    ("headers", "name", "date"),
    [
        ({}, TEXTS, "2018-12-24T12:00:00.0000000+00:00"),
        ({b"accept-language": b"fr,de"}, "Fournisseur", "2018-12-24T12:00:00.0000000+00:00"),
        ({b"accept-language": b"fr", b"so-language": b"no"}, "Leverandør",
         "2018-12-24T12:00:00.0000000+00:00"),
        ({b"so-culture": b"no"}, TEXTS, "2018-12-24T12:00:00.0000000+00:00"),
        ({b"so-timezone": b"NO"}, TEXTS, "2018-12-24T13:00:00.0000000"),
        ({b"so-apptoken": b"token"}, TEXTS, "2018-12-24T12:00:00.0000000+00:00"),
    ],
)  # fmt: skip
def test_locale_headers(headers: Any, name: str, date: str) -> None:
    """SO-Language is preferred to Accept-Language, SO-Culture alone changes nothing, SO-TimeZone
    converts dates, and SO-AppToken is allowed."""
    shown = json.loads(text(respond(stored_fields(SENT), headers=headers)))
    assert (shown["Name"], shown["DbiLastModified"]) == (name, date)


def test_required_fields() -> None:
    """No field is required but one name."""
    assert stored_fields({"Name": "A"}) == {"Name": "A"}
    assert stored_fields({"Persons": [{"Firstname": "B"}]}) == {"Persons": [{"Firstname": "B"}]}


def test_an_id_in_a_body() -> None:
    """ContactId can be sent, and the response has another."""
    assert entity({"ContactId": 568, "Name": "A"})["ContactId"] == 221


def test_success_status() -> None:
    """The response to a create call has status 200."""
    assert respond(draft({"Name": "A"}).vendor_fields, "create").status == 200


SELECTED: Final = {
    "Name": "A",
    "Department": "B",
    "OrgNr": "1",
    "Category": {"Id": 2, "Value": "c"},
}


def _selected(query: bytes) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(
        text(respond(stored_fields(SELECTED), "create", query=query))
    )
    return {name: value for name, value in shown.items() if value is not None}


def test_selected_names() -> None:
    """Names separated by commas are selected, others are null; without a name all are selected."""
    assert list(_selected(b"")) == [name for name, value in entity(SELECTED).items()
                                    if value is not None]  # fmt: skip
    some = _selected(b"$select=name,department")
    assert some.keys() == {"ContactId", "Name", "Department", "_Links"}
    assert (some["Name"], some["Department"]) == ("A", "B")


def test_nested_with_a_slash() -> None:
    """A slash selects a member of a member, whose other members are null."""
    some = _selected(b"$select=name,department,category/id")
    assert some.keys() == {"ContactId", "Name", "Department", "Category", "_Links"}
    assert {name: value for name, value in some["Category"].items() if value is not None} == {
        "Id": 2
    }
    assert some["Category"].keys() == {"Id", "Value", "Tooltip", "TableRight", "FieldProperties"}


ELEMENT: Final = "Value StrippedValue Description"
INTEREST: Final = (
    "Id Name ToolTip Deleted Rank Type ColorBlock IconHint Selected LastChanged ChildItems "
    "ExtraInfo StyleHint Hidden FullName"
)
PERSON: Final = (
    "Position PersonId Mrmrs Firstname Lastname MiddleName Title Description Email FullName "
    "DirectPhone FormalName CountryId ContactId ContactName Retired Rank ActiveInterests "
    "ContactDepartment ContactCountryId ContactOrgNr FaxPhone MobilePhone ContactPhone "
    "AssociateName AssociateId UsePersonAddress ContactFax Kanafname Kanalname Post1 Post2 Post3 "
    "EmailName ContactFullName ActiveErpLinks TicketPriorityId SupportLanguageId "
    "SupportAssociateId CategoryName"
)
RIGHTS: Final = ["TableRight", "FieldProperties"]


def _members(name: str) -> list[str]:
    """Return the members of an object that was sent without any."""
    (one,) = entity({"Name": "A", name: [{}]})[name]
    return list(one)


def test_elements() -> None:
    """E-mails, URLs, phones and faxes have the reference's members in its order, and rights."""
    for name in ("Emails", "Urls", "Phones", "Faxes"):
        assert _members(name) == [*ELEMENT.split(), *RIGHTS]


def test_interests() -> None:
    """An interest has the reference's members in its order, and rights; its ChildItems have the
    members."""
    assert _members("Interests") == [*INTEREST.split(), *RIGHTS]
    assert list(SHAPES["ChildItem"]) == INTEREST.split()


def test_persons() -> None:
    """A person has the reference's members in its order, and rights."""
    assert _members("Persons") == [*PERSON.split(), *RIGHTS]
    assert list(SHAPES["Person"]) == PERSON.split()


def test_either_form_of_an_address() -> None:
    """The structured or the localized form of an address is enough."""
    fields = [{"Name": "City", "Value": "Oslo", "AddressType": "Street"}]
    for address in ({"Street": {"City": "Oslo"}}, {"LocalizedAddress": [fields]}):
        (company,) = cards(Name="A", Address=address)
        assert company.addresses == (Address(text="", locality="Oslo"),)


def test_lists_of_strings() -> None:
    """BounceEmails and Domains are strings."""
    sent = {"BounceEmails": ["a@example.com"], "Domains": ["id", "nulla"]}
    assert stored_fields({"Name": "A", **sent}) == {"Name": "A", **sent}


def test_string_maps() -> None:
    """The three dictionaries map strings to strings; the third has all keys of the others too."""
    fields = ("UserDefinedFields", "ExtraFields", "CustomFields")
    sent = {name: {"SuperOffice:1": "x", name: "y"} for name in fields}
    shown = entity({"Name": "A", **sent})
    both = {**sent["UserDefinedFields"], **sent["ExtraFields"], **sent["CustomFields"]}
    assert {name: shown[name] for name in fields} == {**sent, "CustomFields": both}


def test_members_that_responses_add() -> None:
    """A response adds rights, and the links of the contact in lower case."""
    shown = entity({"Name": "A"})
    assert list(shown) == [*SHAPES[ENTITY], *RIGHTS, "_Links"]
    assert shown["TableRight"] is None
    assert shown["FieldProperties"]["Source"] == {
        "FieldRight": None,
        "FieldType": "System.Int32",
        "FieldLength": 4,
    }
    assert shown["_Links"] == {
        "Self": f"{BASE}/api/v1/contact/221",
        "Archive": f"{BASE}/api/v1/contact",
    }


def test_dates_of_responses() -> None:
    """Dates have seven fraction digits and an offset."""
    sent = "2011-07-19T12:15:26.5946407+02:00"
    shown = entity({"Name": "A", "DbiLastModified": sent})
    assert shown["DbiLastModified"] == sent
    assert shown["UpdatedDate"] == shown["CreatedDate"] == "2026-01-02T03:04:05.6789010+00:00"


ROWS: Final[dict[str, Callable[..., None]]] = {
    "Auth": test_auth,
    "Request types": test_request_types,
    "Response types": test_response_types,
    "Locale headers": test_locale_headers,
    "Required fields": test_required_fields,
    "ContactId in a POST body": test_an_id_in_a_body,
    "Success status": test_success_status,
    "Comma-separated property names": test_selected_names,
    "Nested with a slash": test_nested_with_a_slash,
    "Emails[], Urls[], Phones[], Faxes[]": test_elements,
    "Interests[]": test_interests,
    "Persons[]": test_persons,
    "Address: either form is enough": test_either_form_of_an_address,
    "BounceEmails[], Domains[]": test_lists_of_strings,
    "UserDefinedFields, ExtraFields, CustomFields": test_string_maps,
    "TableRight, FieldProperties, _Links": test_members_that_responses_add,
    "Dates in responses": test_dates_of_responses,
}

STATED: Final = (
    "Auth", "Request types", "Response types", "Locale headers", "Required fields",
    "ContactId in a POST body", "Success status", "Comma-separated property names",
    "Nested with a slash", "Emails[], Urls[], Phones[], Faxes[]", "Interests[]", "Persons[]",
    "Address: either form is enough", "BounceEmails[], Domains[]",
    "UserDefinedFields, ExtraFields, CustomFields", "TableRight, FieldProperties, _Links",
    "Dates in responses",
)  # fmt: skip
"""Every row that the vendor's own page of this call states."""


def test_every_row_has_its_test() -> None:
    """Each row of the reference has a test of its own in this file, which is run with it."""
    assert tuple(ROWS) == STATED
    assert len(set(ROWS.values())) == len(STATED)
    for one in ROWS.values():
        assert (one.__module__, one.__name__[:5]) == (__name__, "test_")
        assert globals()[one.__name__] is one
