"""SuperOffice: the seven content types of a body, and both kinds of patch."""

import json
import weakref
from typing import Any

import pytest

from tests.support.superoffice import invalid, stored_fields
from tests.support.superoffice_bodies import FIELDS, OPERATIONS, XML
from vcardsvc.apis.superoffice.dates import KEEP_OFFSETS, format_date, parse_clock, parse_date
from vcardsvc.apis.superoffice.request import MEDIA_TYPES
from vcardsvc.apis.superoffice.schema import ENTITY, member

PATCH = "application/json-patch+json"
MERGE = "application/merge-patch+json"
FORM = "application/x-www-form-urlencoded"

STORED: dict[str, Any] = {
    "Name": "Dare & Group",
    "Emails": [{"Value": "a@example.com"}, {"Value": "b@example.com", "Description": "x"}],
    "Country": {"CountryId": 578, "TwoLetterISOCountry": "NO"},
    "Persons": [{"Firstname": "Kari", "UsePersonAddress": True}],
    "NoMailing": True,
    "DbiLastModified": "2026-01-15T12:00:00.0000000+00:00",
    "Address": {
        "Wgs84Latitude": 59.91,
        "LocalizedAddress": [[{"Name": "City", "Value": "Oslo"}]],
        "Street": {"City": "Oslo"},
    },
    "Source": -4,
    "Domains": ["a.example", "b.example"],
    "CustomFields": {"SuperOffice:1": "blue"},
}

BODIES: dict[str, Any] = {
    "application/json; charset=utf-8": json.dumps(STORED).encode(),
    "text/json": json.dumps(STORED).encode("utf-8-sig"),
    "application/xml": XML,
    "text/xml": XML,
    FORM: FIELDS,
    PATCH: json.dumps(OPERATIONS).encode(),
    MERGE: json.dumps({**STORED, "OrgNr": None, "Business": None}).encode(),
}


@pytest.mark.parametrize("content_type", list(BODIES))
def test_every_content_type_stores_the_same(content_type: str) -> None:
    """One entity in each of the reference's content types is stored with the same fields."""
    assert stored_fields(BODIES[content_type], content_type) == STORED
    assert {one.partition(";")[0] for one in BODIES} == set(MEDIA_TYPES)


def test_a_dictionary_in_xml_can_have_plain_names() -> None:
    """The key of an element without a Key is its own name."""
    body = b"<ContactEntity><Name>A</Name><ExtraFields><a>b</a></ExtraFields></ContactEntity>"
    assert stored_fields(body, "text/xml") == {"Name": "A", "ExtraFields": {"a": "b"}}


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        ("application/json", b"", "The request body is missing or is not an entity."
                                  " The body is empty."),
        ("text/json", b"3", "The request body is missing or is not an entity."
                             " It must be an object."),
        ("application/json", b'{"Name":', "The request body could not be parsed."
                                          " Line 1, column 9: the body ends too early."),
        ("application/xml", b"<a/>", "The root element must be ContactEntity."),
        ("text/xml", b"<ContactEntity>",
         "The request body could not be parsed. "
         "It must be plain XML in UTF-8 (line 1, column 16: no element found)."),
        ("text/xml", b'<!DOCTYPE a [<!ENTITY b "c">]><ContactEntity/>',
         "The request body could not be parsed. It must be plain XML in UTF-8."),
        ("application/xml", b" ", "The request body is missing or is not an entity."),
        (FORM, b"", "The request body is missing or is not an entity."),
        (FORM, b"Name=%ff", "The request body could not be parsed. It must be a form in UTF-8."),
        (FORM, b"a[0]" + b"[0]" * 16 + b"=x",
         "The request body could not be parsed. A name may have 16 steps at most."),
        (FORM, b"&".join([b"a=b"] * 20_001),
         "The request body could not be parsed. It may have 20000 fields at most."),
        (FORM, b"Name=A&Emails=x", "Emails[0]: It must be an object."),
        (FORM, b"Name=A&Emails[x]=y", "Emails: It must be an array."),
        (FORM, b"Name=A&Source=many", "Source: It must be an Integer of 32 bits."),
        (FORM, b"Name[x]=A", "Name: It must be a String."),
        ("text/xml", b"<ContactEntity><Name>A</Name><Xstop>no</Xstop></ContactEntity>",
         "Xstop: It must be a Boolean."),
        (MERGE, b'{"Name":"A","Country":[1]}', "Country: It must be an object."),
        (MERGE, b"3", "The request body is missing or is not an entity. It must be an object."),
        (PATCH, b"{}", "A JSON Patch is an array of operations."),
    ],
)  # fmt: skip
def test_an_invalid_body_is_refused(content_type: str, body: bytes, message: str) -> None:
    """A body that does not parse, or whose members have a wrong type, is an invalid argument."""
    assert invalid(body, content_type) == message


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (3, "[0]: An operation is an object."),
        ({"op": "mend", "path": "/Name"},
         "[0].op: The operations are: add, remove, replace, move, copy, test."),
        ({"op": "add", "value": 1}, "[0].path: It must be a JSON pointer."),
        ({"op": "add", "path": "Name", "value": 1}, "[0].path: It must be a JSON pointer."),
        ({"op": "add", "path": "/" * 17, "value": 1}, "[0].path: It may have 16 steps at most."),
        ({"op": "add", "path": "/Name"}, "[0].value: It is missing."),
        ({"op": "add", "path": "/Nam", "value": 1}, "[0].path: There is no such property."),
        ({"op": "add", "path": "/Name/x", "value": 1}, "[0].path: There is no such property."),
        ({"op": "add", "path": "/Emails/1", "value": {}}, "[0]: There is nothing at this path."),
        ({"op": "add", "path": "/Emails/01", "value": {}}, "[0]: There is nothing at this path."),
        ({"op": "add", "path": "/Interests/0/ChildItems/0", "value": {}},
         "[0]: There is nothing at this path."),
        ({"op": "remove", "path": "/Emails/-"}, "[0]: There is nothing at this path."),
        ({"op": "remove", "path": "/CustomFields/a~1b"}, "[0]: There is nothing at this path."),
        ({"op": "replace", "path": "/CustomFields/a", "value": "b"},
         "[0]: There is nothing at this path."),
        ({"op": "test", "path": "/Xstop", "value": 0}, "[0]: The test failed."),
        ({"op": "test", "path": "", "value": {"Name": ""}}, "[0]: The test failed."),
        ({"op": "move", "from": "/Persons", "path": "/Persons/0"},
         "[0].path: Nothing can be moved into itself."),
        ({"op": "copy", "path": "/Name"}, "[0].from: It must be a JSON pointer."),
    ],
)  # fmt: skip
def test_an_invalid_operation_is_refused(operation: Any, message: str) -> None:
    """The first operation that cannot be applied refuses the patch, and the message names it."""
    assert invalid([operation], PATCH) == message


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([{"op": "replace", "path": "", "value": {"name": "A"}}], {"Name": "A"}),
        ([{"op": "remove", "path": ""}, {"op": "add", "path": "/Name", "value": "A"}],
         {"Name": "A"}),
        ([{"op": "add", "path": "/name", "value": "A"},
          {"op": "add", "path": "/CustomFields/a~1b~01", "value": "c"},
          {"op": "test", "path": "/CustomFields", "value": {"a/b~1": "c"}},
          {"op": "test", "path": "/Deleted", "value": 0},
          {"op": "add", "path": "/Domains", "value": ["x"]},
          {"op": "test", "path": "/Domains", "value": ["x"]},
          {"op": "remove", "path": "/Domains"},
          {"op": "move", "from": "/Name", "path": "/Name"}],
         {"Name": "A", "CustomFields": {"a/b~1": "c"}}),
    ],
)  # fmt: skip
def test_a_patch_can_replace_the_whole_entity(operations: Any, expected: Any) -> None:
    """A path can be that of the whole document, and names can be escaped as in RFC 6901."""
    assert stored_fields(operations, PATCH) == expected


def test_a_callers_name_is_not_cached() -> None:
    """The name of a member in a request is not kept after it: a cache of such names would grow
    without limit."""

    class Name(str):
        """A text whose deletion can be observed."""

    name = Name("unknown")
    seen = weakref.ref(name)
    assert member(ENTITY, name) == ""
    del name
    assert seen() is None


def test_the_values_that_a_patch_copies_are_limited() -> None:
    """Copies of copies end at a number of values, long before they fill the memory."""
    message = "A patch may copy 20000 values, 16 levels deep."
    start = {"op": "replace", "path": "/Emails", "value": [{"Value": "x"}] * 300}
    copy = {"op": "copy", "from": "/Emails", "path": "/Phones"}
    assert invalid([start, *[copy] * 100], PATCH) == f"[34]: {message}"


def test_the_characters_that_a_patch_copies_are_limited() -> None:
    """A patch copies no more characters than a body may have bytes."""
    start = {"op": "add", "path": "/Name", "value": "n" * 100_000}
    copies = [{"op": "copy", "from": "/Name", "path": f"/CustomFields/{at}"} for at in range(3)]
    assert invalid([start, *copies], PATCH) == "[3]: A patch may copy 262144 characters."


def test_the_depth_of_a_patched_tree_is_limited() -> None:
    """Copied and moved values make no tree deeper than the limit."""
    message = "A patch may copy 20000 values, 16 levels deep."
    first = {"op": "add", "path": "/Interests/-", "value": {"ChildItems": []}}
    inside = {"op": "copy", "from": "/Interests/0", "path": "/Interests/0/ChildItems/-"}
    assert invalid([first, *[inside] * 40], PATCH).endswith(message)


def test_a_copy_loses_members_that_are_unknown_there() -> None:
    """Members that are unknown in the object that they were copied to are dropped."""
    operations = [
        {"op": "add", "path": "/Name", "value": "A"},
        {"op": "add", "path": "/Emails/-", "value": {"Value": "x", "Description": "y"}},
        {"op": "copy", "from": "/Emails", "path": "/Persons"},
        {"op": "copy", "from": "/Emails", "path": "/Domains"},
        {"op": "remove", "path": "/Domains/0"},
    ]
    stored = stored_fields(operations, PATCH)
    assert stored["Persons"] == [{"Description": "y"}]


@pytest.mark.parametrize(
    ("sent", "header", "stored"),
    [
        ("2005-06-02T12:15:26.5856407+02:00", "", "2005-06-02T12:15:26.5856407+02:00"),
        ("2005-06-02T12:15:26Z", "NO", "2005-06-02T12:15:26.0000000+00:00"),
        ("2005-06-02t12:15:26.123456789-0330", "", "2005-06-02T12:15:26.1234567-03:30"),
        ("2018-12-24T12:34:45", "US-NY", "2018-12-24T12:34:45.0000000-05:00"),
        ("2018-07-24T12:34", "US-NY", "2018-07-24T12:34:00.0000000-04:00"),
        ("2018-12-24", "", "2018-12-24T00:00:00.0000000+00:00"),
        ("0001-01-01T00:00:00", "", "0001-01-01T00:00:00.0000000+00:00"),
        ("0001-01-01T00:00:00", "NO", "0001-01-01T00:00:00.0000000+00:43"),
        ("1800-01-01T00:00:00", "NO", "1800-01-01T00:00:00.0000000+00:43"),
        ("2018-02-29", "", None),
        ("2018-12-24T24:00:00Z", "", "2018-12-25T00:00:00.0000000+00:00"),
        ("2018-12-31T24:00", "NO", "2019-01-01T00:00:00.0000000+01:00"),
        ("2018-12-24T24:00:00.000", "", "2018-12-25T00:00:00.0000000+00:00"),
        ("2018-12-24T24:00:00.0000001", "", None),
        ("2018-12-24T24:00:01", "", None),
        ("2018-12-24T25:00", "", None),
        ("9999-12-31T24:00:00", "", None),
        ("2018-12-24T12:34:45+05", "", "2018-12-24T12:34:45.0000000+05:00"),
        ("2018-12-24T12:34:45-0330", "", "2018-12-24T12:34:45.0000000-03:30"),
        ("2018-12-24T12:34:45+5", "", None),
        ("2018-12-24T12:34:45+15", "", None),
        ("2018-12-24T12:34:45+15:00", "", None),
        ("2018-12-24T12:34:45+01:60", "", None),
        ("24.12.2018", "", None),
        ("\u0662018-12-24", "", None),
    ],
)
def test_a_date_is_stored_with_seven_fraction_digits(
    sent: str, header: str, stored: str | None
) -> None:
    """A date is stored with seven fraction digits and its offset; without an offset it belongs to
    the caller's zone, or to UTC."""
    assert parse_date(sent, parse_clock(header) or KEEP_OFFSETS) == stored


@pytest.mark.parametrize("stored", ["0001-01-01T00:00:00.0000000+14:00",
                                  "9999-12-31T23:59:59.9999999-14:00"])  # fmt: skip
@pytest.mark.parametrize("zone", ["NO", "US-HI", "NZ", "UTC"])
def test_the_first_and_the_last_date_can_be_formatted(stored: str, zone: str) -> None:
    """A date that no zone can have is written as it is stored."""
    assert format_date(stored, parse_clock(f"{zone}, includeTZOffset") or KEEP_OFFSETS) == stored
