"""SuperOffice: its calls, what is kept of a company, and what it is told."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import pytest

from tests.dialects.office import (
    BASE,
    LINKS,
    OFFICE,
    ROUTES,
    SAMPLE,
    STAMP,
    ask,
    draft,
    entity,
    entry,
    shown,
    text,
    words,
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
def test_the_key_is_the_callers_secret(authorization: bytes, key: bytes | None) -> None:
    """The key is Basic's password whoever the user is, a ticket or a token, and nothing else."""
    headers = {b"authorization": authorization, b"x-xsrf-token": b"no", b"so-apptoken": b"no"}
    assert OFFICE.credential(ROUTES["create"], ask(headers=headers)) == key


def test_a_session_token_alone_is_no_key() -> None:
    """X-XSRF-TOKEN without Authorization presents nothing."""
    assert OFFICE.credential(ROUTES["create"], ask(headers={b"x-xsrf-token": b"abc"})) is None


def test_the_calls_are_the_vendors() -> None:
    """Each call has the vendor's method and path, in any case."""
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
    assert all(route.any_case for route in OFFICE.routes)
    assert [(one.name, one.method, one.path, one.cards) for one in OFFICE.routes] == calls


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
def test_a_slash_behind_a_path_changes_nothing(method: str, path: str, name: str | None) -> None:
    """A call is found with a slash behind its path as well."""
    match = VendorRouter([("/superoffice", lambda: OFFICE)]).match(method, f"/superoffice{path}")
    assert match is not None
    assert (match.maybe_route and match.maybe_route.name) == name


def _carrier(shape: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return {**said, "TableRight": None, "FieldProperties": field_properties(shape)}


def test_the_sample_of_the_reference_is_told_again_whole() -> None:
    """The reference's own request is answered with all it said, in its order, with the id, times
    and links of the service and the rights of each carrier. (The reference's printed answer is of
    another contact, drawn at random.)"""
    reply = shown(words(SAMPLE), "create", headers={b"accept-language": b"fr,de,ru,zh"})
    lists = {
        name: [_carrier(shape, one) for one in SAMPLE[name]]
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
    wanted = {**_carrier(ENTITY, entity), "_Links": LINKS}
    body = json.loads(text(reply))
    assert reply.status == 200
    assert body == wanted
    assert list(body) == [*SHAPES[ENTITY], "TableRight", "FieldProperties", "_Links"]
    assert dict(reply.headers)[b"content-type"] == b"application/json; charset=utf-8"
    assert b"content-language" not in dict(reply.headers)


def test_the_sample_of_the_reference_becomes_two_cards() -> None:
    """The company has a card, and so has its person, retired or not, who names the company."""
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


SHAPE_WORDS: dict[str, tuple[Any, Any]] = {
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


def _full(word: str) -> Any:
    if word.endswith("[]") and word not in SHAPE_WORDS:
        return [] if word == "ChildItem[]" else [_full(word[:-2])]
    if word in SHAPES:
        return {name: _full(inner) for name, inner in SHAPES[word].items()}
    return SHAPE_WORDS[word][0]


@pytest.mark.parametrize("name", list(SHAPES[ENTITY]))
@pytest.mark.parametrize("spell", [str, str.lower, str.upper])
def test_every_property_is_told_again(name: str, spell: Any) -> None:
    """Every property of the reference's tables, with all that can be in it, is told again with its
    type, however the case of its name; the service's own three are not the caller's."""
    sent = _full(SHAPES[ENTITY][name])
    told = entity({**({} if name == "Name" else {"Name": "A"}), spell(name): sent})[name]
    own = {"ContactId": 221, "UpdatedDate": STAMP, "CreatedDate": STAMP}
    assert _bare(told) == own.get(name, sent)


def _bare(said: Any) -> Any:
    if isinstance(said, dict):
        rights = ("TableRight", "FieldProperties")
        return {name: _bare(one) for name, one in said.items() if name not in rights}
    return [_bare(one) for one in said] if isinstance(said, list) else said


def test_a_default_entity_has_every_property_empty() -> None:
    """GET default tells every property with its empty value, those that are objects with all of
    their members, and no links."""
    reply = OFFICE.read(ROUTES["default"], ask())
    assert isinstance(reply, Response)
    body = json.loads(text(reply))
    assert body == _empty(ENTITY)
    assert body["Category"]["Id"] == 0
    assert body["Address"]["Street"]["City"] == ""


def _empty(word: str) -> Any:
    """The empty value of a type, an object with its rights."""
    empty = {"int32": 0, "double": 0, "bool": False, "map": {}, "date-time": None}
    if word.endswith("[]"):
        return []
    if word not in SHAPES:
        return empty.get(word, "")
    made = {name: _empty(inner) for name, inner in SHAPES[word].items()}
    return made if word == "StructuredAddress" else _carrier(word, made)


def test_a_default_entity_comes_back_as_a_new_contact() -> None:
    """What default told, a name and a category's number set in it, is accepted, and comes back:
    rights that are sent are not the caller's to give. It has the card of its name alone."""
    reply = OFFICE.read(ROUTES["default"], ask())
    assert isinstance(reply, Response)
    body = {**json.loads(text(reply)), "Name": "A"}
    body["Category"]["Id"] = 2
    made = draft(body)
    assert made.contacts == (Contact(organization="A"),)
    told = json.loads(text(shown(made.vendor_fields)))
    own = {"ContactId": 221, "UpdatedDate": STAMP, "CreatedDate": STAMP, "_Links": LINKS}
    assert told == {**body, **own}


def test_a_field_says_its_type_and_length() -> None:
    """FieldProperties has each scalar property, its .NET type and its length in bytes."""
    fields = entity({"Name": "A", "Phones": [{"Value": "1"}]})["Phones"][0]["FieldProperties"]
    one = {"FieldRight": None, "FieldType": "System.String", "FieldLength": 0}
    assert fields == {"Value": one, "StrippedValue": one, "Description": one}


def test_a_field_with_a_longest_text_says_so() -> None:
    """What stands on every person's card is told with the vendor's own length, and so may be."""
    said = entity({"Name": "A" * 219, "Department": "D" * 219})
    fields = said["FieldProperties"]
    assert (len(said["Name"]), len(said["Department"])) == (219, 219)
    assert [fields[name]["FieldLength"] for name in ("Name", "Department", "Description")] == [
        219,
        219,
        0,
    ]


def test_a_person_is_placed_in_its_company() -> None:
    """A person's company, its name and the full name are filled in where nobody sent them."""
    person = entity({"Name": "A", "Persons": [{"Firstname": "Kari", "Lastname": "Li"}]})["Persons"]
    assert {name: person[0][name] for name in ("ContactId", "ContactName", "FullName")} == {
        "ContactId": 221,
        "ContactName": "A",
        "FullName": "Kari Li",
    }


def test_an_id_in_the_body_is_ignored() -> None:
    """The number of a new contact is the book's, and unknown members are not kept."""
    kept = words({"ContactId": 568, "Name": "A", "Unknown": {"x": 1}, "UtmParameters": None})
    assert kept == {"Name": "A"}


def test_a_null_is_the_empty_value() -> None:
    """Null stands for a property's empty value, and for nothing in a list."""
    said = entity({"Name": "A", "OrgNr": None, "Emails": [None], "Deleted": None, "Country": None})
    assert [said[name] for name in ("OrgNr", "Emails", "Deleted", "Country")] == ["", [], 0, None]


def test_a_task_is_what_the_call_says() -> None:
    """Create keeps one draft that is like no other; show asks for a number."""
    kept = OFFICE.read(ROUTES["create"], ask({"Name": "A"}))
    found = OFFICE.read(ROUTES["show"], ask(params={"id": "00221"}))
    assert isinstance(kept, Create)
    assert (kept.drafts[0].dedupe_key, kept.drafts[0].handle) == (b"", "")
    assert isinstance(found, Get)
    assert found.ref == 221
    assert OFFICE.path_of(entry({})) == "/api/v1/Contact/221"
    assert BASE.endswith("/superoffice")
