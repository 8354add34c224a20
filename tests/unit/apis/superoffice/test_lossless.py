"""SuperOffice: every member of a body is stored, or refused with its place."""

import json
from typing import Any

import pytest

from tests.support.superoffice import (
    API,
    ROUTES,
    SAMPLE,
    invalid,
    refusal,
    request_of,
    respond,
    stored_fields,
    text,
)
from vcardsvc.apis.base import Response

FORM = "application/x-www-form-urlencoded"
PATCH = "application/json-patch+json"
MERGE = "application/merge-patch+json"
XML = "application/xml"

ARRAY = "It must be an array."
OBJECT = "It must be an object."
STRING = "It must be a String."
NUMBER = "It must be an Integer of 32 bits."


def _entity(inside: str) -> bytes:
    return f"<ContactEntity>{inside}</ContactEntity>".encode()


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<Country>Norway</Country>", f"Country: {OBJECT}"),
        ("<Country>Norway<CountryId>1</CountryId></Country>", f"Country: {OBJECT}"),
        ("<Emails>a@x</Emails>", f"Emails: {ARRAY}"),
        ("<Emails>a<EntityElement/></Emails>", f"Emails: {ARRAY}"),
        ("<Emails><Value>a@x</Value></Emails>", f"Emails[0]: {OBJECT}"),
        ("<Domains><string><b>a</b></string></Domains>", f"Domains[0]: {STRING}"),
        ("<Address><LocalizedAddress><LocalizedField><Name>City</Name></LocalizedField>"
         "</LocalizedAddress></Address>", f"Address.LocalizedAddress[0][0]: {OBJECT}"),
        ("<Name><b>A</b></Name>", f"Name: {STRING}"),
        ("<Source><b>1</b></Source>", f"Source: {NUMBER}"),
        ("<Xstop><b/></Xstop>", "Xstop: It must be a Boolean."),
        ("<DbiLastModified><b/></DbiLastModified>",
         "DbiLastModified: It must be a date-time (ISO 8601)."),
        ("<CustomFields>x</CustomFields>", f"CustomFields: {OBJECT}"),
        ("<CustomFields><a><b>c</b></a></CustomFields>", f"CustomFields: {STRING}"),
        ("<CustomFields><K><Value>c</Value></K></CustomFields>", f"CustomFields: {STRING}"),
        ("<CustomFields><K><Key>a</Key><Value><b/></Value></K></CustomFields>",
         f"CustomFields: {STRING}"),
        ("<CustomFields><K><Key>a</Key><Value>b</Value><Value>c</Value></K></CustomFields>",
         f"CustomFields: {STRING}"),
        ("<CustomFields><K>x<Key>a</Key></K></CustomFields>", f"CustomFields: {STRING}"),
        ("<CustomFields><K><Key><b/></Key></K></CustomFields>", f"CustomFields: {STRING}"),
        ("<CustomFields><K><Key>a</Key><Other>b</Other></K></CustomFields>",
         f"CustomFields: {STRING}"),
    ],
)  # fmt: skip
def test_xml_of_the_wrong_type_is_refused_with_its_place(inside: str, message: str) -> None:
    """An element whose content is not of the member's type is an invalid argument, as in JSON."""
    assert invalid(_entity(f"<OrgNr>1</OrgNr>{inside}"), XML).startswith(message)


def test_a_text_in_the_root_is_no_entity() -> None:
    """A document with a text in its root is no entity."""
    message = "The request body is missing or is not an entity. It must be an object."
    assert invalid(_entity("A"), XML) == message


@pytest.mark.parametrize(
    ("inside", "stored"),
    [
        ("<Emails><EntityElement/><EntityElement> </EntityElement></Emails>", {"Emails": [{}, {}]}),
        ('<Emails><EntityElement i:nil="true"/><EntityElement i:nil="1"/></Emails>', {}),
        ('<Emails><EntityElement i:nil="false"/></Emails>', {"Emails": [{}]}),
        ("<Interests><I><ChildItems><C/><C/></ChildItems></I></Interests>",
         {"Interests": [{"ChildItems": [{}, {}]}]}),
        ("<Address><LocalizedAddress><L/></LocalizedAddress></Address>",
         {"Address": {"LocalizedAddress": [[]]}}),
        ("<Domains><string/></Domains>", {"Domains": [""]}),
        ('<Country/><Category i:nil="1"/>', {}),
        ('<Country i:nil="true"><CountryId>7</CountryId></Country>', {"Country": {"CountryId": 7}}),
        ("<CustomFields><K><Key>a</Key></K><b/></CustomFields>",
         {"CustomFields": {"a": "", "b": ""}}),
    ],
)  # fmt: skip
def test_an_empty_element_is_null_or_an_empty_object(inside: str, stored: Any) -> None:
    """An empty element is an empty object in a list and null elsewhere; an empty element with nil
    is null everywhere."""
    body = f'<ContactEntity xmlns:i="urn:xsi"><Name>A</Name>{inside}</ContactEntity>'
    assert stored_fields(body.encode(), XML) == {"Name": "A", **stored}


TWICE: list[tuple[str, bytes, str]] = [
    ("application/json", b'{"Name":"A","name":"B"}', "Name"),
    ("text/json", b'{"Name":"A","NAME":null}', "Name"),
    ("application/json", b'{"Emails":[{"Value":"a"}],"emails":[]}', "Emails"),
    ("application/json", b'{"Name":"A","Emails":[{},{"Value":"a","value":"b"}]}',
     "Emails[1].Value"),
    ("application/json", b'{"Address":{"LocalizedAddress":[[{"Name":"a","name":"a"}]]}}',
     "Address.LocalizedAddress[0][0].Name"),
    (MERGE, b'{"Name":"A","Country":{"Name":"a","NAME":"b"}}', "Country.Name"),
    (PATCH, b'[{"op":"add","path":"/Country","value":{"Name":"a","name":"b"}}]',
     "[0].value.Name"),
    (PATCH, b'[{"op":"add","path":"/Name","value":"A"},'
            b'{"op":"add","path":"/Emails/-","Value":{},"value":{}}]', "[1].value"),
    (PATCH, b'[{"op":"add","path":"/CustomFields","value":{"Name":"a","name":"b"}},'
            b'{"op":"copy","from":"/CustomFields","path":"/Country"}]', "Country.Name"),
    (XML, _entity("<Name>A</Name><name>B</name>"), "Name"),
    (XML, _entity("<Name>A</Name><Emails/><Emails><E><Value>a</Value></E></Emails>"), "Emails"),
    (XML, _entity("<Country/><Country/>"), "Country"),
    (XML, _entity("<Emails><E/><E><Value>a</Value><Value>b</Value></E></Emails>"),
     "Emails[1].Value"),
    (XML, _entity("<ExtraFields><a>b</a><K><Key>a</Key></K></ExtraFields>"), "ExtraFields"),
    (FORM, b"Name=A&Name=B", "Name"),
    (FORM, b"Name=A&name=A", "Name"),
    (FORM, b"Emails[0].Value=a&Emails[00][value]=b", "Emails[0].Value"),
    (FORM, b"Domains[0]=a&Domains[0]=b", "Domains[0]"),
    (FORM, b"CustomFields[a]=b&CustomFields[a]=c", "CustomFields"),
    (FORM, b"Country=Norway&Country.Name=Norge", "Country.Name"),
    (FORM, b"Country.Name=Norge&Country=Norway", "Country"),
    (FORM, b"Emails[]=a&Emails[][Value][x]=b", "Emails[0].Value"),
    (FORM, b"NoMailing=false&NoMailing=true", "NoMailing"),
    (FORM, b"NoMailing=true&NoMailing=true", "NoMailing"),
    (FORM, b"NoMailing=true&NoMailing=false&NoMailing=false", "NoMailing"),
    (FORM, b"Deleted=1&Deleted=0", "Deleted"),
]  # fmt: skip


@pytest.mark.parametrize(("content_type", "body", "place"), TWICE)
def test_a_member_that_is_given_twice_is_refused(
    content_type: str, body: bytes, place: str
) -> None:
    """A member that is there twice, in any spelling, is an invalid argument, and the message names
    it."""
    assert invalid(body, content_type) == f"{place}: It is given twice."


def test_validate_refuses_a_member_that_is_given_twice() -> None:
    """A body with a member twice is no entity, which is an error and no message of Validate."""
    assert refusal("validate", request_of(b'{"Name":"A","name":"B"}')).status == 400


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ("Emails[].Value=a&Emails[].Value=b", {"Emails": [{"Value": "a"}, {"Value": "b"}]}),
        ("Emails[].Value=a&Emails[].Description=x&Emails[].Value=b&Emails[].Description=y",
         {"Emails": [{"Value": "a", "Description": "x"}, {"Value": "b", "Description": "y"}]}),
        ("Emails[].Value=b&Emails[3].Value=a", {"Emails": [{"Value": "a"}, {"Value": "b"}]}),
        ("Domains[0]=a&Domains=b&Domains[]=c&Domains[7]=d", {"Domains": ["a", "d", "b", "c"]}),
        ("Domains[]=z&Domains[0]=a", {"Domains": ["a", "z"]}),
        ("Domains=a&Domains=a&Domains=", {"Domains": ["a", "a"]}),
        ("Address.LocalizedAddress[][].Value=a&Address.LocalizedAddress[][].Value=b",
         {"Address": {"LocalizedAddress": [[{"Value": "a"}, {"Value": "b"}]]}}),
        ("Address.LocalizedAddress[1][].Value=b&Address.LocalizedAddress[0][].Value=a",
         {"Address": {"LocalizedAddress": [[{"Value": "a"}], [{"Value": "b"}]]}}),
        ("NoMailing=true&NoMailing=false", {"NoMailing": True}),
        ("Persons[0].UsePersonAddress=True&Persons[0].UsePersonAddress=False",
         {"Persons": [{"UsePersonAddress": True}]}),
        ("Country=&Country.Name=Norge&Emails=", {"Country": {"Name": "Norge"}}),
        ("CustomFields[a]=b&CustomFields.A=c", {"CustomFields": {"a": "b", "A": "c"}}),
    ],
)  # fmt: skip
def test_no_field_of_a_form_replaces_another(fields: str, stored: Any) -> None:
    """Items without an index follow those with one, a repeated member starts the next item, and
    ASP.NET's checkbox is its first value."""
    assert stored_fields(f"Name=A&{fields}".encode(), FORM) == {"Name": "A", **stored}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (b"Name[]=A", f"Name: {STRING}"),
        (b"Emails[]=x", f"Emails[0]: {OBJECT}"),
        (b"CustomFields=x", f"CustomFields: {OBJECT}"),
        (b"CustomFields[a][b]=x", f"CustomFields: {STRING}"),
        (b"Domains[a]=x", f"Domains: {ARRAY}"),
        (b"Domains[a]=x&Domains[a]=y&Domains[0]=z", f"Domains: {ARRAY}"),
    ],
)
def test_a_form_of_the_wrong_type_is_refused(fields: bytes, message: str) -> None:
    """A form whose field names do not fit the member's type is an invalid argument."""
    assert invalid(b"OrgNr=1&" + fields, FORM).startswith(message)


def test_a_form_can_have_thousands_of_items_without_an_index() -> None:
    """Thousands of items without an index are read in time."""
    body = b"&".join([b"Domains[]=a"] * 10_000 + [b"Emails[].Value=b"] * 900)
    stored = stored_fields(b"Name=A&" + body, FORM)
    assert (len(stored["Domains"]), stored["Emails"]) == (10_000, [{"Value": "b"}] * 900)


def test_keys_that_differ_in_blanks_are_different() -> None:
    """The keys of a dictionary are stored as sent, and XML keeps them."""
    stored = {"Name": "A", "CustomFields": {"a": "1", " a ": "2", "A": "3", "": "4", " ": "5"}}
    assert stored_fields(stored) == stored
    assert stored_fields(text(respond(stored, accept=b"text/xml")), XML) == stored


LONGEST_ANSWER = 8_000
"""Bytes of a response to a body of a hundred faults or more."""

FAULTY: list[bytes] = [
    json.dumps({"Name": "A", "Domains": [1] * 130_000}, separators=(",", ":")).encode(),
    json.dumps({"Domains": [1] * 130_000, "Name": "A"}, separators=(",", ":")).encode(),
    json.dumps({"Name": "A", "CustomFields": {f"{n}": 1 for n in range(20_000)}}).encode(),
    json.dumps({"Name": "A", "Persons": [{"Retired": "x"}] * 900}).encode(),
]


@pytest.mark.parametrize("body", FAULTY)
def test_the_number_of_faults_is_limited(body: bytes) -> None:
    """Of an entity with very many faults a hundred are collected: Validate's response is short and
    has no wrong message; a create call has twenty."""
    response = API.read(ROUTES["validate"], request_of(body))
    assert isinstance(response, Response)
    messages = json.loads(text(response))
    assert len(text(response)) <= LONGEST_ANSWER
    assert len(messages) in (1, 100)
    assert "Name" not in messages
    assert len(invalid(body)) < LONGEST_ANSWER


def test_the_references_sample_is_the_same_in_xml() -> None:
    """The XML response to the reference's request, sent as a request, has the same response, empty
    ChildItems included."""
    stored = stored_fields({**SAMPLE, "Persons": []})
    assert stored["Interests"][0]["ChildItems"] == [{}, {}]
    parsed = stored_fields(text(respond(stored, accept=b"text/xml")), XML)
    assert text(respond(parsed)) == text(respond(stored))
