"""SuperOffice: every refusal in the vendor's error object, and what an entity may not be."""

import json
from typing import Any

import pytest

from tests.dialects.office import OFFICE, ROUTES, ask, error, invalid, refused, text, words
from vcardsvc.apis.base import Route
from vcardsvc.apis.superoffice import CODES
from vcardsvc.apis.superoffice.entity import OBJECTS
from vcardsvc.errors import (
    E100,
    E104,
    E108,
    E113,
    E403,
    E404,
    E406,
    E503,
    E1522,
    E1525,
    E1527,
    Problem,
)

SHOW = ROUTES["show"]
CREATE = ROUTES["create"]
ILLEGAL = "SoIllegalOperationException"
INVALID = "SoInvalidArgumentException"
KEYLESS = "The credentials are missing or not valid."
FAULT = "The service could not answer this request."


@pytest.mark.parametrize(
    ("route", "problem", "status", "kind", "said"),
    [
        (CREATE, Problem(code=E104), 401, "SoSessionException", KEYLESS),
        (None, Problem(code=E104), 401, "SoSessionException", KEYLESS),
        (CREATE, Problem(code=E403), 403, ILLEGAL, "This may not be done."),
        (SHOW, Problem(code=E404), 404, "SoNotFoundException", "Contact id 99999 not found"),
        (None, Problem(code=E404), 404, "SoNotFoundException", "There is nothing at this path."),
        (SHOW, Problem(code=E404, status=410), 404, "SoNotFoundException",
         "Contact id 99999 not found"),
        (None, Problem(code=E100, status=405, detail="The methods here are: GET."), 405, ILLEGAL,
         "The method is not supported here. The methods here are: GET."),
        (SHOW, Problem(code=E406), 406, INVALID,
         "The answer cannot be given in any of the forms that Accept names."),
        (CREATE, Problem(code=E100, status=408), 408, INVALID,
         "The request body came too slowly."),
        (CREATE, Problem(code=E100, status=413), 413, INVALID, "The request body is too large."),
        (CREATE, Problem(code=E100, status=415), 415, INVALID,
         "The content type or content encoding of the body is not supported."),
        (CREATE, Problem(code=E108), 400, INVALID, "The request body could not be parsed."),
        (CREATE, Problem(code=E1527, detail="Not so many."), 400, INVALID,
         "A query option has a value that is not known. Not so many."),
        (CREATE, Problem(code=E1525, field="/Persons/0/Firstname", detail="It is U+0000."), 400,
         INVALID,
         "Persons[0].Firstname: The text holds a control character. It is U+0000."),
        (CREATE, Problem(code=E1522), 400, INVALID,
         "The photo is not a valid GIF, JPEG or PNG file."),
        (CREATE, Problem(code=E113, retry_after=7), 429, ILLEGAL,
         "The rate limit of this key has been reached."),
        (CREATE, Problem(code=E503), 500, "SoException", FAULT),
        (SHOW, Problem(code=E503, status=503, retry_after=3), 503, "SoException", FAULT),
    ],
)  # fmt: skip
def test_every_refusal_is_the_vendors_object(
    route: Route | None, problem: Problem, status: int, kind: str, said: str
) -> None:
    """Whatever is wrong is told in the vendor's error object, with its HTTP status, the time to
    wait, and with 401 how a key is presented."""
    params = {"id": "99999"} if route is SHOW else {}
    asked = ask(params=params, headers={b"authorization": b"Bearer x"})
    reply = OFFICE.error_response(route, asked, (problem,))
    headers = dict(reply.headers)
    assert (reply.status, json.loads(text(reply))) == (status, error(kind, said))
    assert headers[b"content-type"] == b"application/json; charset=utf-8"
    assert headers.get(b"retry-after") == (problem.retry_after and b"%d" % problem.retry_after)
    challenge = b'Basic realm="SuperOffice", SoTicket, Bearer' if status == 401 else None
    assert headers.get(b"www-authenticate") == challenge


def test_a_session_token_alone_is_told_so() -> None:
    """X-XSRF-TOKEN without Authorization is 401 with the vendor's own type; beside it, ignored."""
    said = "There is no session behind an X-XSRF-TOKEN here: send an Authorization header."
    token = {b"x-xsrf-token": b"abc"}
    alone = OFFICE.error_response(CREATE, ask(headers=token), (Problem(code=E104),))
    beside = OFFICE.error_response(
        CREATE, ask(headers={**token, b"authorization": b"Bearer x"}), (Problem(code=E104),)
    )
    assert alone.status == beside.status == 401
    assert json.loads(text(alone)) == error("XsrfValidationException", said)
    assert json.loads(text(beside)) == error("SoSessionException", KEYLESS)


def test_an_error_in_xml() -> None:
    """An error is told in XML to whoever wants XML."""
    reply = OFFICE.error_response(
        SHOW, ask(params={"id": "<&>"}, accept=b"text/xml"), (Problem(code=E404),)
    )
    assert text(reply).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Error xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Error>true</Error>'
        "<ErrorType>SoNotFoundException</ErrorType>"
        "<ErrorMessage>Contact id &lt;&amp;&gt; not found</ErrorMessage>"
        "<ErrorSource>SuperOffice.Services.Implementation</ErrorSource></Error>"
    )


@pytest.mark.parametrize(
    "number", ["", "abc", "-1", "0", "00", "1.5", "2147483648", "9" * 5000, "\u0662"]
)
def test_a_path_with_no_number_names_no_contact(number: str) -> None:
    """What is no int32 from 1 on names no contact."""
    reply = refused("show", ask(params={"id": number}))
    said = f"Contact id {number} not found" if number else "There is nothing at this path."
    assert (reply.status, json.loads(text(reply))) == (404, error("SoNotFoundException", said))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "Name: A contact must have a name, or a person with one."),
        ({"Name": " "}, "Name: A contact must have a name, or a person with one."),
        ({"Name": 5}, "Name: It must be a String."),
        ({"Name": "A" * 220}, "Name: It holds 219 characters at most."),
        ({"Name": "A", "Department": "D" * 220}, "Department: It holds 219 characters at most."),
        ({"Name": "A", "Country": {"Name": "N" * 240, "EnglishName": "E" * 240}},
         "Country.Name: It holds 239 characters at most. "
         "Country.EnglishName: It holds 239 characters at most."),
        ({"Name": "A\n"}, "Name: The text holds a control character. It is U+000A."),
        ({"Name": "A", "Description": "a\tb\nc\x1b"},
         "Description: The text holds a control character. It is U+001B."),
        ({"Name": "A", "ContactId": "x"}, "ContactId: It must be an Integer of 32 bits."),
        ({"Name": "A", "Deleted": True}, "Deleted: It must be an Integer of 32 bits."),
        ({"Name": "A", "Source": 2**31}, "Source: It must be an Integer of 32 bits."),
        ({"Name": "A", "Source": 1.5}, "Source: It must be an Integer of 32 bits."),
        ({"Name": "A", "NoMailing": "false"}, "NoMailing: It must be a Boolean."),
        ({"Name": "A", "DbiLastModified": "now"},
         "DbiLastModified: It must be a date-time (ISO 8601)."),
        ({"Name": "A", "CreatedDate": 3}, "CreatedDate: It must be a date-time (ISO 8601)."),
        ({"Name": "A", "Emails": {}}, "Emails: It must be an array."),
        ({"Name": "A", "Domains": [["a"]]}, "Domains[0]: It must be a String."),
        ({"Name": "A", "Country": "Norway"}, "Country: It must be an object."),
        ({"Name": "A", "CustomFields": ["a"]}, "CustomFields: It must be an object."),
        ({"Name": "A", "CustomFields": {"a": 1}}, "CustomFields: It must be a String."),
        ({"Name": "A", "CustomFields": {"a\0": "b"}},
         "CustomFields: The text holds a control character. It is U+0000."),
        ({"Name": "A", "Associate": {"Type": "no word"}}, "Associate.Type: It must be a word."),
        ({"Name": "A", "Address": {"Wgs84Latitude": "1"}},
         "Address.Wgs84Latitude: It must be a number."),
        ({"Name": "A", "Address": {"Wgs84Latitude": 10**400}},
         "Address.Wgs84Latitude: It must be a number."),
        (b'{"Name":"A","Address":{"Wgs84Longitude":1e999}}',
         "The request body could not be parsed. Line 1, column 41: the number is too large."),
        ({"Name": "A", "Address": {"LocalizedAddress": [{}]}},
         "Address.LocalizedAddress[0]: It must be an array."),
        ({"Name": "A", "Interests": [{"ChildItems": [{"Id": "x"}]}]},
         "Interests[0].ChildItems[0].Id: It must be an Integer of 32 bits."),
        ({"Name": "A", "Xstop": 0, "Persons": [{"Retired": []}, 3]},
         "Xstop: It must be a Boolean. Persons[0].Retired: It must be an Integer of 32 bits. "
         "Persons[1]: It must be an object."),
        ({"Name": "A", "Persons": [{}] * OBJECTS},
         f"An entity may hold {OBJECTS} objects and arrays at most."),
        ({"Name": "A", "Address": {"LocalizedAddress": [[]] * OBJECTS}},
         f"An entity may hold {OBJECTS} objects and arrays at most."),
    ],
)  # fmt: skip
def test_what_an_entity_may_not_be(body: Any, said: str) -> None:
    """A property of the wrong type is an invalid argument, and the message names it."""
    assert invalid(body) == said


def test_a_number_that_is_too_large_in_a_form() -> None:
    """A number without end is none, however it is spelled."""
    said = invalid(b"Name=A&Address.Wgs84Latitude=1e999", "application/x-www-form-urlencoded")
    assert said == "Address.Wgs84Latitude: It must be a number."


def test_a_message_has_an_end() -> None:
    """Of ten thousand faults the first twenty are told."""
    said = invalid({"Name": "A", "Domains": [1] * 10_000})
    assert said == " ".join(f"Domains[{place}]: It must be a String." for place in range(20))


def test_an_enum_may_be_its_number() -> None:
    """.NET's clients send a word or its number."""
    body = {"Name": "A", "Associate": {"Type": 2}, "SupportAssociate": {"Type": ""}}
    assert words(body) == {"Name": "A", "Associate": {"Type": 2}, "SupportAssociate": {}}


def test_too_many_options() -> None:
    """A query of too many options is refused as an invalid argument."""
    reply = refused("show", ask(params={"id": "1"}, query=b"a=1&" * 70))
    said = "A query option has a value that is not known. A query has 64 options at most."
    assert (reply.status, json.loads(text(reply))) == (400, error(INVALID, said))


def test_every_type_of_error_is_documented() -> None:
    """The table of types has each once, with a sentence."""
    assert [code.name for code in CODES] == sorted({code.name for code in CODES}, key=[
        "SoInvalidArgumentException", "SoNotFoundException", "SoSessionException",
        "XsrfValidationException", "SoIllegalOperationException", "SoException"].index)  # fmt: skip
    assert all(code.when and code.info for code in CODES)
