"""SuperOffice: refusals in the vendor's error object, and the limits of an entity."""

import json
from typing import Any

import pytest

from tests.support.superoffice import (
    API,
    ROUTES,
    error,
    invalid,
    refusal,
    request_of,
    stored_fields,
    text,
)
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
    ("route", "problem", "status", "kind", "message"),
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
def test_every_refusal_has_the_vendors_error_object(
    route: Route | None, problem: Problem, status: int, kind: str, message: str
) -> None:
    """Every problem has the vendor's error object, its HTTP status and Retry-After, and with 401
    the schemes of a key."""
    params = {"id": "99999"} if route is SHOW else {}
    request = request_of(params=params, headers={b"authorization": b"Bearer x"})
    response = API.error_response(route, request, (problem,))
    headers = dict(response.headers)
    assert (response.status, json.loads(text(response))) == (status, error(kind, message))
    assert headers[b"content-type"] == b"application/json; charset=utf-8"
    assert headers.get(b"retry-after") == (problem.retry_after and b"%d" % problem.retry_after)
    challenge = b'Basic realm="SuperOffice", SoTicket, Bearer' if status == 401 else None
    assert headers.get(b"www-authenticate") == challenge


def test_a_session_token_alone_has_its_own_error() -> None:
    """X-XSRF-TOKEN without Authorization is 401 with the vendor's own type; beside Authorization it
    is ignored."""
    message = "There is no session behind an X-XSRF-TOKEN here: send an Authorization header."
    token = {b"x-xsrf-token": b"abc"}
    alone = API.error_response(CREATE, request_of(headers=token), (Problem(code=E104),))
    beside = API.error_response(
        CREATE, request_of(headers={**token, b"authorization": b"Bearer x"}), (Problem(code=E104),)
    )
    assert alone.status == beside.status == 401
    assert json.loads(text(alone)) == error("XsrfValidationException", message)
    assert json.loads(text(beside)) == error("SoSessionException", KEYLESS)


def test_an_error_in_xml() -> None:
    """An error is in XML if Accept prefers it."""
    response = API.error_response(
        SHOW, request_of(params={"id": "<&>"}, accept=b"text/xml"), (Problem(code=E404),)
    )
    assert text(response).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Error xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Error>true</Error>'
        "<ErrorType>SoNotFoundException</ErrorType>"
        "<ErrorMessage>Contact id &lt;&amp;&gt; not found</ErrorMessage>"
        "<ErrorSource>SuperOffice.Services.Implementation</ErrorSource></Error>"
    )


@pytest.mark.parametrize(
    "number", ["", "abc", "-1", "0", "00", "1.5", "2147483648", "9" * 5000, "\u0662"]
)
def test_a_path_without_a_valid_number_is_not_found(number: str) -> None:
    """An id that is no int32 from 1 on is 404."""
    response = refusal("show", request_of(params={"id": number}))
    message = f"Contact id {number} not found" if number else "There is nothing at this path."
    assert (response.status, json.loads(text(response))) == (
        404,
        error("SoNotFoundException", message),
    )


@pytest.mark.parametrize(
    ("body", "message"),
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
def test_an_invalid_entity_is_refused(body: Any, message: str) -> None:
    """A property of a wrong type is an invalid argument, and the message names it."""
    assert invalid(body) == message


def test_a_number_that_is_too_large_in_a_form() -> None:
    """A number beyond a double is no number in a form."""
    message = invalid(b"Name=A&Address.Wgs84Latitude=1e999", "application/x-www-form-urlencoded")
    assert message == "Address.Wgs84Latitude: It must be a number."


def test_a_message_has_twenty_problems_at_most() -> None:
    """The message for ten thousand faults has the first twenty."""
    message = invalid({"Name": "A", "Domains": [1] * 10_000})
    assert message == " ".join(f"Domains[{place}]: It must be a String." for place in range(20))


def test_an_enum_can_be_its_number() -> None:
    """.NET's clients send an enum's name or its number."""
    body = {"Name": "A", "Associate": {"Type": 2}, "SupportAssociate": {"Type": ""}}
    assert stored_fields(body) == {"Name": "A", "Associate": {"Type": 2}, "SupportAssociate": {}}


def test_too_many_options_are_refused() -> None:
    """A query with too many options is an invalid argument."""
    response = refusal("show", request_of(params={"id": "1"}, query=b"a=1&" * 70))
    message = "A query option has a value that is not known. A query has 64 options at most."
    assert (response.status, json.loads(text(response))) == (400, error(INVALID, message))


def test_every_type_of_error_is_documented() -> None:
    """The table of error types has each once, with a sentence."""
    assert [code.name for code in CODES] == sorted({code.name for code in CODES}, key=[
        "SoInvalidArgumentException", "SoNotFoundException", "SoSessionException",
        "XsrfValidationException", "SoIllegalOperationException", "SoException"].index)  # fmt: skip
    assert all(code.when and code.info for code in CODES)
