"""SuperOffice: the members, media type, language and time zone of responses."""

import json
from typing import Any

import pytest

from tests.support.superoffice import (
    API,
    AT,
    LINKS,
    ROUTES,
    STAMP,
    entity,
    error,
    refusal,
    request_of,
    respond,
    stored_fields,
    text,
)
from vcardsvc.apis.base import Response
from vcardsvc.apis.superoffice.dates import zone
from vcardsvc.apis.superoffice.schema import ENTITY, SHAPES, field_properties

MULTI = 'NO:"Leverandør";US:"Supplier"'
BODY = {
    "Name": "A",
    "Department": "B",
    "Category": {"Id": 2, "Value": MULTI},
    "Emails": [{"Value": "a@example.com", "Description": "x"}],
    "CustomFields": {"SuperOffice:1": "blue", "b": "c", "d/e / F": "g"},
    "DbiLastModified": "2018-12-24T12:34:45.1234567Z",
}
NOTHING: dict[str, Any] = dict.fromkeys([*SHAPES[ENTITY], "TableRight", "FieldProperties"])
ALWAYS = {"ContactId": 221, "_Links": LINKS}
NO_FIELD = dict.fromkeys(["SuperOffice:1", "b", "d/e / F"])


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        (
            "name,department,category/id",
            {
                "Name": "A",
                "Department": "B",
                "Category": dict.fromkeys(
                    ["Id", "Value", "Tooltip", "TableRight", "FieldProperties"]
                )
                | {"Id": 2},
            },
        ),
        (
            " EMAILS/value , nothing/such ,,/",
            {
                "Emails": [
                    dict.fromkeys(
                        ["Value", "StrippedValue", "Description", "TableRight", "FieldProperties"]
                    )
                    | {"Value": "a@example.com"}
                ]
            },
        ),
        ("customfields/superoffice:1", {"CustomFields": {**NO_FIELD, "SuperOffice:1": "blue"}}),
        (" customfields/ D/e / f ,", {"CustomFields": {**NO_FIELD, "d/e / F": "g"}}),
        ("customfields/d", {"CustomFields": NO_FIELD}),
        ("customfields/", {"CustomFields": BODY["CustomFields"]}),
        (
            "emails/fieldproperties/value/fieldtype",
            {
                "Emails": [
                    dict.fromkeys(
                        ["Value", "StrippedValue", "Description", "TableRight", "FieldProperties"]
                    )
                    | {
                        "FieldProperties": {
                            "Value": {
                                "FieldRight": None,
                                "FieldType": "System.String",
                                "FieldLength": None,
                            },
                            "StrippedValue": None,
                            "Description": None,
                        }
                    }
                ]
            },
        ),
        ("x,y,z,,x/y,name", {"Name": "A"}),
        (f"{'x,' * 499}name", {"Name": "A"}),
        ("customfields/b,CustomFields", {"CustomFields": BODY["CustomFields"]}),
        ("CustomFields,customfields/b", {"CustomFields": BODY["CustomFields"]}),
        ("updateddate/x,persons", {"UpdatedDate": STAMP, "Persons": []}),
        ("unknown", {}),
    ],
)
@pytest.mark.parametrize("route", ["create", "show"])
def test_members_that_are_not_selected_are_null(select: str, expected: Any, route: str) -> None:
    """$select names properties in any case, nested ones after a slash; all others are null, but the
    id and the links."""
    for query in (f"$select={select}", f"%24SELECT={select.replace(' ', '+')}"):
        response = respond(stored_fields(BODY), route, query=query.encode())
        assert json.loads(text(response)) == {**NOTHING, **ALWAYS, **expected}


@pytest.mark.parametrize("query", [b"$select=" + b"x," * 500 + b"name", b"$select=a&" * 60])
@pytest.mark.parametrize("route", ["create", "show", "default", "validate"])
def test_more_than_500_selected_names_are_refused(query: bytes, route: str) -> None:
    """A selection of more than 500 names, in one option or several, is an invalid argument in every
    call."""
    query = query + b"&$select=b," + b"c," * 500 if query.endswith(b"&") else query
    response = refusal(route, request_of({"Name": "A"}, params={"id": "1"}, query=query))
    message = "A query option has a value that is not known. $select has 500 names at most."
    assert response.status == 400
    assert json.loads(text(response)) == error("SoInvalidArgumentException", message)


@pytest.mark.parametrize("query", [b"", b"$select=", b"$select=,", b"select=name"])
def test_an_empty_selection_selects_all(query: bytes) -> None:
    """A $select without a name selects every property."""
    assert respond(stored_fields(BODY), query=query).chunks == respond(stored_fields(BODY)).chunks


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("text/json", "text/json"),
        ("application/xml", "application/xml"),
        ("text/xml;q=0.9, application/json;q=0.1", "text/xml"),
        ("text/*", "text/json"),
        ("text/html, */*;q=0.1", "application/json"),
        ("application/*, application/xml", "application/xml"),
        ("application/json-patch+json", "application/json-patch+json"),
        ("application/merge-patch+json", "application/merge-patch+json"),
        ("application/xml;q=nan, text/xml;q=x", "text/xml"),
        ("application/json;q=0, */*", "text/json"),
        ("application/json;q=0, application/*", "application/xml"),
        ("*/*, application/*;q=0", "text/json"),
        ("text/*;q=0.5, application/*;q=0.4, text/json;q=0.1", "text/xml"),
        ("application/xml, application/json", "application/xml"),
        ("application/json, text/xml;q=5", "application/json"),
        ("application/json, text/xml;q=-1", "application/json"),
        ("text/xml;level=1;q=0, text/xml", "text/xml"),
    ],
)
def test_accept_chooses_the_media_type(accept: str, content_type: str) -> None:
    """Accept chooses the media type, and Content-Type has it."""
    response = respond(stored_fields(BODY), accept=accept.encode())
    assert dict(response.headers)[b"content-type"] == f"{content_type}; charset=utf-8".encode()
    assert text(response).startswith(b"<?xml" if "xml" in content_type else b"{")


@pytest.mark.parametrize(
    ("route", "more"),
    [
        ("create", {"accept": b"text/html"}),
        ("show", {"accept": b"application/json;q=0"}),
        ("create", {"accept": b"*/*;q=0"}),
        ("create", {"accept": b"text/vcard"}),
        ("default", {"accept": b"text/vcard"}),
        ("validate", {"accept": b"text/vcard", "query": b"as=jcard"}),
    ],
)
def test_a_media_type_that_is_not_offered_is_refused(route: str, more: Any) -> None:
    """An Accept header without any offered media type is refused, in JSON."""
    response = refusal(route, request_of({"Name": "A"}, params={"id": "1"}, **more))
    message = (
        "The answer cannot be given in any of the forms that Accept names. Accept one of: "
        "application/json, text/json, application/xml, text/xml, application/json-patch+json, "
        "application/merge-patch+json."
    )
    assert response.status == 406
    assert json.loads(text(response)) == error("SoInvalidArgumentException", message)


def test_xml_has_every_property() -> None:
    """An XML response has the entity's name as its root, and nil for null."""
    response = respond(
        stored_fields({"Name": "A & B"}), accept=b"text/xml", query=b"$select=name,xstop,domains"
    )
    nil = [f'<{name} i:nil="true"/>' for name in NOTHING]
    at = {name: place for place, name in enumerate(NOTHING)}
    nil[at["ContactId"]] = "<ContactId>221</ContactId>"
    nil[at["Name"]] = "<Name>A &amp; B</Name>"
    nil[at["Xstop"]] = "<Xstop>false</Xstop>"
    nil[at["Domains"]] = "<Domains/>"
    links = "".join(f"<{name}>{url}</{name}>" for name, url in LINKS.items())
    assert text(response).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ContactEntity xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
        f"{''.join(nil)}<_Links>{links}</_Links></ContactEntity>"
    )


def test_a_response_in_xml_can_be_sent_as_a_request() -> None:
    """An XML response that is sent as a request has the same response."""
    body = {
        **BODY,
        "Interests": [{"Id": 1, "Selected": True, "ChildItems": [{"Id": 2}, {}, {"Name": ""}]}, {}],
        "Address": {
            "Wgs84Latitude": 1.2345678901234567e-4,
            "LocalizedAddress": [[{"Value": "x\ny"}, {}], []],
        },
        "Domains": ["a", "", "b"],
        "Associate": {"Type": 3},
        "Category": {},
    }
    stored = stored_fields(body)
    response = respond(stored, accept=b"application/xml")
    assert stored == {**body, "DbiLastModified": "2018-12-24T12:34:45.1234567+00:00"}
    assert entity(text(response), "application/xml") == json.loads(text(respond(stored)))
    assert b"<ArrayOfLocalizedField><LocalizedField><Name/><Value>x\ny</Value>" in text(response)
    right = b'<Key>Source</Key><Value><FieldRight i:nil="true"/><FieldType>System.Int32</FieldType>'
    assert right in text(response)
    assert b'<FieldProperties i:nil="true"/></SelectableMDOListItem>' in text(response)


@pytest.mark.parametrize(
    ("headers", "language", "value"),
    [
        ({}, None, MULTI),
        ({b"accept-language": b"fr,de,ru,zh"}, None, "Supplier"),
        ({b"accept-language": b"de;q=0.3, nb-no"}, "nb-no", "Leverandør"),
        ({b"accept-language": b"en", b"so-language": b"nb-NO"}, "nb-no", "Leverandør"),
        ({b"accept-language": b"en", b"so-language": b"x"}, None, MULTI),
        ({b"accept-language": b"en", b"so-language": b""}, None, MULTI),
        ({b"accept-language": b"*"}, None, MULTI),
        ({b"so-culture": b"nb"}, None, MULTI),
        ({b"so-language": b"en", b"so-culture": b"nb"}, "en", "Supplier"),
        ({b"so-language": b'en"\r\n'}, None, MULTI),
    ],
)
def test_the_headers_choose_a_language(headers: Any, language: str | None, value: str) -> None:
    """SO-Language is preferred to Accept-Language. Multi-language texts are in the language, which
    Content-Language has, or in English without it. Without a language they stay, whatever
    SO-Culture is."""
    response = respond(stored_fields(BODY), headers=headers)
    assert json.loads(text(response))["Category"]["Value"] == value
    assert dict(response.headers).get(b"content-language") == (language and language.encode())


def test_a_text_without_english_is_in_its_first_language() -> None:
    """A multi-language text without the caller's language and English is in its first language."""
    response = respond({"Name": 'GE:"Eins";FR:"Un"'}, headers={b"so-language": b"sv"})
    assert json.loads(text(response))["Name"] == "Eins"
    assert b"content-language" not in dict(response.headers)


@pytest.mark.parametrize("route", ["default", "validate"])
def test_content_language_needs_a_text_in_the_language(route: str) -> None:
    """A response without a text in the caller's language has no Content-Language."""
    response = API.read(ROUTES[route], request_of({"Name": MULTI}, headers={b"so-language": b"nb"}))
    assert isinstance(response, Response)
    assert b"content-language" not in dict(response.headers)


SENT = "2018-12-24T12:34:45.1234567"


@pytest.mark.parametrize(
    ("header", "date", "own"),
    [
        ("", f"{SENT}+00:00", STAMP),
        ("includeTZOffset", f"{SENT}+00:00", STAMP),
        ("NO", "2018-12-24T13:34:45.1234567", STAMP),
        ("261", "2018-12-24T13:34:45.1234567", STAMP),
        ("US-NY, includeTZOffset", "2018-12-24T07:34:45.1234567-05:00", STAMP),
        ("Asia/Kolkata,includetzoffset", "2018-12-24T18:04:45.1234567+05:30", STAMP),
        ("UTC, includeTZOffset", f"{SENT}+00:00", STAMP),
    ],
)
def test_dates_are_in_the_callers_zone(header: str, date: str, own: str) -> None:
    """SO-TimeZone converts an entity's dates. They have their offset without the header, or with
    includeTZOffset; the service's own times are in UTC with their offset."""
    shown = entity(BODY, headers={b"so-timezone": header.encode()})
    assert (shown["DbiLastModified"], shown["UpdatedDate"], shown["CreatedDate"]) == (
        date,
        own,
        own,
    )


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("zone", [b"US-NY", b"NO", b"Pacific/Kiritimati"])
def test_a_date_that_cannot_be_converted_has_its_offset(day: str, zone: bytes) -> None:
    """The first and the last day of the calendar are in the caller's zone, or have their offset."""
    shown = entity({"Name": "A", "DbiLastModified": day}, headers={b"so-timezone": zone})
    written = f"{day[:-1]}.0000000"
    assert shown["DbiLastModified"] != written
    assert shown["DbiLastModified"] == f"{written}+00:00" or len(shown["DbiLastModified"]) == 27


def test_a_date_without_offset_comes_back_the_same() -> None:
    """A date without an offset belongs to the zone of its request and comes back the same."""
    body = {"Name": "A", "DbiLastModified": "2018-12-24T12:34:45"}
    shown = entity(body, headers={b"so-timezone": b"US-NY"})
    assert shown["DbiLastModified"] == "2018-12-24T12:34:45.0000000"


@pytest.mark.parametrize(
    ("name", "key"),
    [("NO", "Europe/Oslo"), ("dk", "Europe/Copenhagen"), ("AU-WA", "Australia/Perth"),
     ("RU", "Europe/Moscow"), ("UA", "Europe/Kyiv"), ("GB", "Europe/London"),
     ("460", "America/New_York"), ("Europe/Oslo", "Europe/Oslo"),
     ("europe/oslo", "Europe/Oslo")],
)  # fmt: skip
def test_a_zone_has_the_vendors_names(name: str, key: str) -> None:
    """A zone has the vendor's name by country and region, the vendor's number, or the database's
    name."""
    assert str(zone(name)) == key


@pytest.mark.parametrize(
    "name",
    [
        *("XX", "Europe", "Europe/Nowhere", "../etc/passwd", "/etc", "9" * 300, "A" * 65),
        *("NO, DK", "\xe9", "zone.tab", "tzdata.zi"),
        *("localtime", "posixrules", "posix/Europe/Oslo", "right/Europe/Oslo"),
    ],
)
@pytest.mark.parametrize("route", ["create", "show", "default", "validate"])
def test_an_unknown_zone_is_refused(name: str, route: str) -> None:
    """An unknown zone is an invalid argument, in every call."""
    headers = {b"so-timezone": name.encode("latin-1")}
    response = refusal(route, request_of({"Name": "A"}, params={"id": "1"}, headers=headers))
    message = "The time zone of SO-TimeZone is not known."
    assert response.status == 400
    assert json.loads(text(response)) == error("SoInvalidArgumentException", message)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({b"if-modified-since": b"Fri, 02 Jan 2026 03:04:05 GMT"}, 304),
        ({b"if-modified-since": b"Fri, 02 Jan 2026 03:04:04 GMT"}, 200),
        ({b"if-modified-since": b"Fri, 02 Jan 2026 03:04:06 -0000"}, 304),
        (
            {b"if-modified-since": b"Fri, 02 Jan 2026 03:04:06 GMT", b"if-none-match": b'"x"'},
            200,
        ),
        ({b"if-modified-since": b"yesterday"}, 200),
        ({b"if-modified-since": b"Fri, 99 Jan 99999999999 03:04:06 GMT"}, 200),
        ({b"if-modified-since": b"\xff"}, 200),
        ({b"if-modified-since": b"1" * 300}, 200),
        ({b"if-unmodified-since": b"Fri, 02 Jan 2026 03:04:05 GMT"}, 200),
        ({b"if-unmodified-since": b"Fri, 02 Jan 2026 03:04:04 GMT"}, 412),
        ({b"if-unmodified-since": b"x"}, 200),
    ],
)
def test_a_condition_on_the_last_change(headers: Any, status: int) -> None:
    """An unchanged contact is 304 under If-Modified-Since; a changed one is 412 under
    If-Unmodified-Since."""
    response = respond(stored_fields(BODY), headers=headers)
    assert response.status == status
    if status != 412:
        assert dict(response.headers)[b"last-modified"] == b"Fri, 02 Jan 2026 03:04:05 GMT"
    if status == 304:
        assert response.chunks == (b"",)
    assert AT.microsecond


def test_a_condition_on_a_new_contact_does_not_count() -> None:
    """Conditions do not count in a create call."""
    headers = {b"if-modified-since": b"Fri, 02 Jan 2026 03:04:05 GMT"}
    assert respond(stored_fields(BODY), "create", headers=headers).status == 200


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ({"Name": "A"}, {}),
        ({}, {"Name": "A contact must have a name, or a person with one."}),
        (
            {"Name": "A\0", "Persons": [{}, {"Retired": "x"}], "Xstop": 1},
            {
                "Name": "The text holds a control character. It is U+0000.",
                "Persons[1].Retired": "It must be an Integer of 32 bits.",
                "Xstop": "It must be a Boolean.",
            },
        ),
    ],
)
def test_validate_returns_messages_by_field(body: Any, messages: dict[str, str]) -> None:
    """Validate returns a message for every field with a problem, and an empty object for a valid
    entity."""
    response = API.read(ROUTES["validate"], request_of(body))
    assert isinstance(response, Response)
    assert (response.status, json.loads(text(response))) == (200, messages)


def test_validate_in_xml() -> None:
    """In XML the messages are a dictionary in .NET's form."""
    response = API.read(ROUTES["validate"], request_of({}, accept=b"text/xml"))
    assert isinstance(response, Response)
    assert text(response).endswith(
        b'XMLSchema-instance"><KeyValueOfstringstring><Key>Name</Key><Value>A contact must have a '
        b"name, or a person with one.</Value></KeyValueOfstringstring>"
        b"</ArrayOfKeyValueOfstringstring>"
    )


def test_shared_rights_stay_unchanged() -> None:
    """The rights that responses share are not changed by one that selects and translates."""
    respond(
        stored_fields(BODY), query=b"$select=fieldproperties/name", headers={b"so-language": b"en"}
    )
    assert set(field_properties(ENTITY)) == {
        name for name, kind in SHAPES[ENTITY].items() if kind in ("int32", "string", "text", "bool",
                                                                  "date-time")
    }  # fmt: skip
