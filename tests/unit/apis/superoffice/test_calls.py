"""SuperOffice: its routes, the fields that are stored of a company, and its responses."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.superoffice import (
    API,
    BASE,
    LINKS,
    ROUTES,
    SAMPLE,
    STAMP,
    draft,
    entity,
    entry,
    request_of,
    respond,
    stored_fields,
    text,
)
from vcardsvc.apis.base import Response
from vcardsvc.apis.superoffice.schema import ENTITY, SHAPES, field_properties
from vcardsvc.http.routing import VendorRouter
from vcardsvc.model.address_book import Create, Get
from vcardsvc.model.contact import Contact, Email, Phone, Website

KEY = b"vk_a.secret:with=signs"


@pytest.mark.parametrize(
    ("authorization", "key"),
    [
        (b"Basic " + b64encode(b"tje0:" + KEY), KEY),
        (b"basic  " + b64encode(b":" + KEY), KEY),
        (b"SoTicket " + KEY, KEY),
        (b"SOTICKET " + KEY, KEY),
        (b"Bearer " + KEY, KEY),
        (b"Basic " + b64encode(KEY.replace(b":", b"")), None),
        (b"Basic " + b64encode(b"tje0:"), None),
        (b"Basic not base64", None),
        (b"Basic \xff", None),
        (b"Bearer ", None),
        (b"Digest abc", None),
        (b"", None),
    ],
)
def test_the_key_is_a_password_a_ticket_or_a_token(authorization: bytes, key: bytes | None) -> None:
    """The key is Basic's password for any user, a ticket or a token; other headers are no key."""
    headers = {b"authorization": authorization, b"x-xsrf-token": b"no", b"so-apptoken": b"no"}
    assert API.credential(ROUTES["create"], request_of(headers=headers)) == key


def test_a_session_token_alone_is_no_key() -> None:
    """X-XSRF-TOKEN without Authorization is no key."""
    assert API.credential(ROUTES["create"], request_of(headers={b"x-xsrf-token": b"abc"})) is None


def test_routes_are_the_vendors() -> None:
    """Each route has the vendor's method and path, in any case."""
    calls = [
        ("list", "GET", "/api/v1/Contact", True),
        ("create", "POST", "/api/v1/Contact", True),
        ("default", "GET", "/api/v1/Contact/default", False),
        ("validate", "POST", "/api/v1/Contact/Validate", False),
        ("show", "GET", "/api/v1/Contact/{id}", True),
        ("replace", "PUT", "/api/v1/Contact/{id}", True),
        ("update", "PATCH", "/api/v1/Contact/{id}", True),
        ("delete", "DELETE", "/api/v1/Contact/{id}", False),
    ]
    assert all(route.any_case for route in API.routes)
    assert [(one.name, one.method, one.path, one.cards) for one in API.routes] == calls


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/api/v1/contact/", "create"),
        ("POST", "/api/v1/Contact/validate/", "validate"),
        ("GET", "/api/v1/Contact/default/", "default"),
        ("GET", "/api/v1/Contact/5/", "show"),
        ("GET", "/api/v1/Contact/5//", None),
    ],
)
def test_a_slash_after_a_path_changes_nothing(method: str, path: str, name: str | None) -> None:
    """A path matches its route with a slash at its end too."""
    match = VendorRouter([("/superoffice", lambda: API)]).match(method, f"/superoffice{path}")
    assert match is not None
    assert (match.maybe_route and match.maybe_route.name) == name


def _with_rights(shape: str, members: Mapping[str, Any]) -> dict[str, Any]:
    return {**members, "TableRight": None, "FieldProperties": field_properties(shape)}


def test_the_response_to_the_references_sample_is_complete() -> None:
    """The response to the reference's request has all of its members in their order, the id, times
    and links of the service, and the rights of each object. (The response in the reference is of
    another contact, drawn at random.)"""
    response = respond(
        stored_fields(SAMPLE), "create", headers={b"accept-language": b"fr,de,ru,zh"}
    )
    lists = {
        name: [_with_rights(shape, one) for one in SAMPLE[name]]
        for name, shape in (
            ("Emails", "EntityElement"),
            ("Interests", "SelectableMDOListItem"),
            ("Urls", "EntityElement"),
            ("Phones", "EntityElement"),
            ("Faxes", "EntityElement"),
            ("Persons", "Person"),
        )
    }
    own = {"ContactId": 221, "UpdatedDate": STAMP, "CreatedDate": STAMP}
    dictionaries = ("UserDefinedFields", "ExtraFields", "CustomFields")
    combined = {key: value for name in dictionaries for key, value in SAMPLE[name].items()}
    entity = {**SAMPLE, **lists, **own, "CustomFields": combined}
    expected = {**_with_rights(ENTITY, entity), "_Links": LINKS}
    body = json.loads(text(response))
    assert response.status == 200
    assert body == expected
    assert list(body) == [*SHAPES[ENTITY], "TableRight", "FieldProperties", "_Links"]
    assert dict(response.headers)[b"content-type"] == b"application/json; charset=utf-8"
    assert b"content-language" not in dict(response.headers)


def test_the_references_sample_has_two_cards() -> None:
    """The company has a card, and so has its person, who is retired and names the company."""
    company, person = draft(SAMPLE).contacts
    assert company == Contact(
        organization="Dare Group",
        note="Visionary modular access",
        phones=(
            *(Phone(number="itaque"),) * 2,
            *(Phone(number="aut", label="fax"),) * 2,
        ),
        emails=(Email(address="unde"),) * 2,
        websites=(Website(url="a"),) * 2,
    )
    assert person == Contact(
        first="Terrence",
        last="Balistreri",
        middle="Borer, Swaniawski and Mann",
        prefix="autem",
        organization="Dare Group",
        title="tempore, in",
        note="Focused uniform parallelism",
        phones=(
            Phone(number="000.982.5697 x572"),
            Phone(number="1-290-336-6147", label="mobile"),
            Phone(number="(020)881-7088 x79143", label="fax"),
            Phone(number="161.243.3655"),
        ),
        emails=(Email(address=SAMPLE["Persons"][0]["Email"]),),
    )


SHAPE_VALUES: dict[str, tuple[Any, Any]] = {
    "int32": (7, 7),
    "string": ("a b", "a b"),
    "text": ("a\nb", "a\nb"),
    "bool": (True, True),
    "enum": ("Unknown", "Unknown"),
    "double": (59.91, 59.91),
    "date-time": ("2005-06-02T12:15:26.5856407+02:00", "2005-06-02T12:15:26.5856407+02:00"),
    "map": ({"SuperOffice:1": "x"}, {"SuperOffice:1": "x"}),
    "string[]": (["x", "y"], ["x", "y"]),
}


def _full(kind: str) -> Any:
    if kind.endswith("[]") and kind not in SHAPE_VALUES:
        return [] if kind == "ChildItem[]" else [_full(kind[:-2])]
    if kind in SHAPES:
        return {name: _full(inner) for name, inner in SHAPES[kind].items()}
    return SHAPE_VALUES[kind][0]


@pytest.mark.parametrize("name", list(SHAPES[ENTITY]))
@pytest.mark.parametrize("spell", [str, str.lower, str.upper])
def test_every_property_is_in_the_response(name: str, spell: Any) -> None:
    """Every property of the reference's tables with all its members comes back with its type, in
    any case of its name; the service sets three of them itself."""
    sent = _full(SHAPES[ENTITY][name])
    shown = entity({**({} if name == "Name" else {"Name": "A"}), spell(name): sent})[name]
    own = {"ContactId": 221, "UpdatedDate": STAMP, "CreatedDate": STAMP}
    assert _bare(shown) == own.get(name, sent)


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        rights = ("TableRight", "FieldProperties")
        return {name: _bare(one) for name, one in value.items() if name not in rights}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def test_a_default_entity_has_every_property_empty() -> None:
    """GET default returns every property with its empty value, objects with all their members, and
    no links."""
    response = API.read(ROUTES["default"], request_of())
    assert isinstance(response, Response)
    body = json.loads(text(response))
    assert body == _empty(ENTITY)
    assert body["Category"]["Id"] == 0
    assert body["Address"]["Street"]["City"] == ""


def _empty(kind: str) -> Any:
    """Return the empty value of a type, an object with its rights."""
    empty = {"int32": 0, "double": 0, "bool": False, "map": {}, "date-time": None}
    if kind.endswith("[]"):
        return []
    if kind not in SHAPES:
        return empty.get(kind, "")
    members = {name: _empty(inner) for name, inner in SHAPES[kind].items()}
    return members if kind == "StructuredAddress" else _with_rights(kind, members)


def test_a_default_entity_can_be_sent_as_a_new_contact() -> None:
    """A default entity with a name and a category's number is accepted and comes back; the rights
    in it are ignored, and its card has only the name."""
    response = API.read(ROUTES["default"], request_of())
    assert isinstance(response, Response)
    body = {**json.loads(text(response)), "Name": "A"}
    body["Category"]["Id"] = 2
    created = draft(body)
    assert created.contacts == (Contact(organization="A"),)
    shown = json.loads(text(respond(created.vendor_fields)))
    own = {"ContactId": 221, "UpdatedDate": STAMP, "CreatedDate": STAMP, "_Links": LINKS}
    assert shown == {**body, **own}


def test_field_properties_have_type_and_length() -> None:
    """FieldProperties has each scalar property, its .NET type and its length in bytes."""
    fields = entity({"Name": "A", "Phones": [{"Value": "1"}]})["Phones"][0]["FieldProperties"]
    one = {"FieldRight": None, "FieldType": "System.String", "FieldLength": 0}
    assert fields == {"Value": one, "StrippedValue": one, "Description": one}


def test_a_limited_text_has_its_limit_as_length() -> None:
    """A text that every person's card has can be as long as the vendor's column, which is its
    FieldLength."""
    shown = entity({"Name": "A" * 219, "Department": "D" * 219})
    fields = shown["FieldProperties"]
    assert (len(shown["Name"]), len(shown["Department"])) == (219, 219)
    assert [fields[name]["FieldLength"] for name in ("Name", "Department", "Description")] == [
        219,
        219,
        0,
    ]


def test_a_persons_company_is_filled_in() -> None:
    """A person's company, its name and the full name are filled in if they were not sent."""
    person = entity({"Name": "A", "Persons": [{"Firstname": "Kari", "Lastname": "Li"}]})["Persons"]
    assert {name: person[0][name] for name in ("ContactId", "ContactName", "FullName")} == {
        "ContactId": 221,
        "ContactName": "A",
        "FullName": "Kari Li",
    }


def test_an_id_in_the_body_is_ignored() -> None:
    """The service gives a new contact its number, and unknown members are not stored."""
    stored = stored_fields(
        {"ContactId": 568, "Name": "A", "Unknown": {"x": 1}, "UtmParameters": None}
    )
    assert stored == {"Name": "A"}


def test_a_null_is_the_empty_value() -> None:
    """Null is a property's empty value, and is dropped from a list."""
    shown = entity({"Name": "A", "OrgNr": None, "Emails": [None], "Deleted": None, "Country": None})
    assert [shown[name] for name in ("OrgNr", "Emails", "Deleted", "Country")] == ["", [], 0, None]


def test_commands_of_create_and_show() -> None:
    """Create has one draft without a dedupe key; show has the number of the path."""
    create = API.read(ROUTES["create"], request_of({"Name": "A"}))
    show = API.read(ROUTES["show"], request_of(params={"id": "00221"}))
    assert isinstance(create, Create)
    assert (create.drafts[0].dedupe_key, create.drafts[0].handle) == (b"", "")
    assert isinstance(show, Get)
    assert show.ref == 221
    assert API.path_of(entry({})) == "/api/v1/Contact/221"
    assert BASE.endswith("/superoffice")
