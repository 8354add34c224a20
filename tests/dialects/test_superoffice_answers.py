"""SuperOffice: what answers are like: selected, in JSON or XML, in a language and a time zone."""

import json
from typing import Any

import pytest

from tests.dialects.office import (
    AT,
    LINKS,
    OFFICE,
    ROUTES,
    STAMP,
    ask,
    entity,
    error,
    refused,
    shown,
    text,
    words,
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
KEPT = {"ContactId": 221, "_Links": LINKS}
NO_FIELD = dict.fromkeys(["SuperOffice:1", "b", "d/e / F"])


@pytest.mark.parametrize(
    ("select", "wanted"),
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
def test_what_is_not_selected_is_null(select: str, wanted: Any, route: str) -> None:
    """$select tells the properties it names, in any case, nested ones behind a slash; every other
    is there and null. The id and the links are always told."""
    for query in (f"$select={select}", f"%24SELECT={select.replace(' ', '+')}"):
        reply = shown(words(BODY), route, query=query.encode())
        assert json.loads(text(reply)) == {**NOTHING, **KEPT, **wanted}


@pytest.mark.parametrize("query", [b"$select=" + b"x," * 500 + b"name", b"$select=a&" * 60])
@pytest.mark.parametrize("route", ["create", "show", "default", "validate"])
def test_more_names_than_there_are_members(query: bytes, route: str) -> None:
    """Beyond 500 names, in one option or several, a selection is an invalid argument in every
    call."""
    query = query + b"&$select=b," + b"c," * 500 if query.endswith(b"&") else query
    reply = refused(route, ask({"Name": "A"}, params={"id": "1"}, query=query))
    said = "A query option has a value that is not known. $select has 500 names at most."
    assert reply.status == 400
    assert json.loads(text(reply)) == error("SoInvalidArgumentException", said)


@pytest.mark.parametrize("query", [b"", b"$select=", b"$select=,", b"select=name"])
def test_all_is_told_where_nothing_is_selected(query: bytes) -> None:
    """Without a name in $select every property is told."""
    assert shown(words(BODY), query=query).chunks == shown(words(BODY)).chunks


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
def test_the_answers_form_is_the_callers_choice(accept: str, content_type: str) -> None:
    """Accept chooses the form, and the answer says which it is."""
    reply = shown(words(BODY), accept=accept.encode())
    assert dict(reply.headers)[b"content-type"] == f"{content_type}; charset=utf-8".encode()
    assert text(reply).startswith(b"<?xml" if "xml" in content_type else b"{")


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
def test_a_form_that_is_not_offered(route: str, more: Any) -> None:
    """Accept with none of the forms is refused, in JSON, before anything is kept."""
    reply = refused(route, ask({"Name": "A"}, params={"id": "1"}, **more))
    said = (
        "The answer cannot be given in any of the forms that Accept names. Accept one of: "
        "application/json, text/json, application/xml, text/xml, application/json-patch+json, "
        "application/merge-patch+json."
    )
    assert reply.status == 406
    assert json.loads(text(reply)) == error("SoInvalidArgumentException", said)


def test_xml_has_every_property() -> None:
    """An XML answer has the entity's name as its root, and nil for null."""
    reply = shown(words({"Name": "A & B"}), accept=b"text/xml", query=b"$select=name,xstop,domains")
    nil = [f'<{name} i:nil="true"/>' for name in NOTHING]
    at = {name: place for place, name in enumerate(NOTHING)}
    nil[at["ContactId"]] = "<ContactId>221</ContactId>"
    nil[at["Name"]] = "<Name>A &amp; B</Name>"
    nil[at["Xstop"]] = "<Xstop>false</Xstop>"
    nil[at["Domains"]] = "<Domains/>"
    links = "".join(f"<{name}>{url}</{name}>" for name, url in LINKS.items())
    assert text(reply).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ContactEntity xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
        f"{''.join(nil)}<_Links>{links}</_Links></ContactEntity>"
    )


def test_an_answer_in_xml_can_be_sent_again() -> None:
    """What an XML answer says is told in the same words when it is sent."""
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
    kept = words(body)
    reply = shown(kept, accept=b"application/xml")
    assert kept == {**body, "DbiLastModified": "2018-12-24T12:34:45.1234567+00:00"}
    assert entity(text(reply), "application/xml") == json.loads(text(shown(kept)))
    assert b"<ArrayOfLocalizedField><LocalizedField><Name/><Value>x\ny</Value>" in text(reply)
    right = b'<Key>Source</Key><Value><FieldRight i:nil="true"/><FieldType>System.Int32</FieldType>'
    assert right in text(reply)
    assert b'<FieldProperties i:nil="true"/></SelectableMDOListItem>' in text(reply)


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
def test_a_language_is_chosen(headers: Any, language: str | None, value: str) -> None:
    """SO-Language beats Accept-Language; multi-language texts are in it, and the answer says so, or
    in English, and it does not. Without one they stay, whatever SO-Culture says."""
    reply = shown(words(BODY), headers=headers)
    assert json.loads(text(reply))["Category"]["Value"] == value
    assert dict(reply.headers).get(b"content-language") == (language and language.encode())


def test_a_text_that_is_not_in_english_either() -> None:
    """A multi-language text without the caller's language and English is told in its first."""
    said = shown({"Name": 'GE:"Eins";FR:"Un"'}, headers={b"so-language": b"sv"})
    assert json.loads(text(said))["Name"] == "Eins"
    assert b"content-language" not in dict(said.headers)


@pytest.mark.parametrize("route", ["default", "validate"])
def test_what_is_in_no_language_says_none(route: str) -> None:
    """An answer without a text in the language asked for says none."""
    reply = OFFICE.read(ROUTES[route], ask({"Name": MULTI}, headers={b"so-language": b"nb"}))
    assert isinstance(reply, Response)
    assert b"content-language" not in dict(reply.headers)


SENT = "2018-12-24T12:34:45.1234567"


@pytest.mark.parametrize(
    ("header", "told", "own"),
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
def test_dates_are_told_in_the_callers_zone(header: str, told: str, own: str) -> None:
    """SO-TimeZone converts an entity's dates; they say their offset without it, or when it asks so.
    The times of the service's own are UTC always, and say so."""
    said = entity(BODY, headers={b"so-timezone": header.encode()})
    assert (said["DbiLastModified"], said["UpdatedDate"], said["CreatedDate"]) == (told, own, own)


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("zone", [b"US-NY", b"NO", b"Pacific/Kiritimati"])
def test_a_date_that_no_zone_can_have_says_its_offset(day: str, zone: bytes) -> None:
    """A date is in the caller's zone, or it says its offset: the first and the last day too."""
    said = entity({"Name": "A", "DbiLastModified": day}, headers={b"so-timezone": zone})
    written = f"{day[:-1]}.0000000"
    assert said["DbiLastModified"] != written
    assert said["DbiLastModified"] == f"{written}+00:00" or len(said["DbiLastModified"]) == 27


def test_a_date_without_offset_comes_back_the_same() -> None:
    """A date without an offset belongs to the zone that it is sent and told in."""
    body = {"Name": "A", "DbiLastModified": "2018-12-24T12:34:45"}
    said = entity(body, headers={b"so-timezone": b"US-NY"})
    assert said["DbiLastModified"] == "2018-12-24T12:34:45.0000000"


@pytest.mark.parametrize(
    ("name", "key"),
    [("NO", "Europe/Oslo"), ("dk", "Europe/Copenhagen"), ("AU-WA", "Australia/Perth"),
     ("RU", "Europe/Moscow"), ("UA", "Europe/Kyiv"), ("GB", "Europe/London"),
     ("460", "America/New_York"), ("Europe/Oslo", "Europe/Oslo"),
     ("europe/oslo", "Europe/Oslo")],
)  # fmt: skip
def test_a_zone_has_the_vendors_names(name: str, key: str) -> None:
    """A zone is named by its country and region, by the vendor's number, or as the database has
    it."""
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
def test_a_zone_nobody_knows_is_refused(name: str, route: str) -> None:
    """An unknown zone is an invalid argument, in every call."""
    headers = {b"so-timezone": name.encode("latin-1")}
    reply = refused(route, ask({"Name": "A"}, params={"id": "1"}, headers=headers))
    said = "The time zone of SO-TimeZone is not known."
    assert reply.status == 400
    assert json.loads(text(reply)) == error("SoInvalidArgumentException", said)


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
    """A contact that was not changed since is not told again; one that was is refused to whoever
    wants the older."""
    reply = shown(words(BODY), headers=headers)
    assert reply.status == status
    if status != 412:
        assert dict(reply.headers)[b"last-modified"] == b"Fri, 02 Jan 2026 03:04:05 GMT"
    if status == 304:
        assert reply.chunks == (b"",)
    assert AT.microsecond


def test_a_condition_on_a_new_contact_does_not_count() -> None:
    """Conditions are for reading: a create call answers with what it made."""
    headers = {b"if-modified-since": b"Fri, 02 Jan 2026 03:04:05 GMT"}
    assert shown(words(BODY), "create", headers=headers).status == 200


@pytest.mark.parametrize(
    ("body", "said"),
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
def test_validate_says_what_is_wrong_by_field(body: Any, said: dict[str, str]) -> None:
    """Validate keeps nothing; it tells every field's message, and nothing when all is well."""
    reply = OFFICE.read(ROUTES["validate"], ask(body))
    assert isinstance(reply, Response)
    assert (reply.status, json.loads(text(reply))) == (200, said)


def test_validate_in_xml() -> None:
    """In XML the messages are a dictionary as .NET writes one."""
    reply = OFFICE.read(ROUTES["validate"], ask({}, accept=b"text/xml"))
    assert isinstance(reply, Response)
    assert text(reply).endswith(
        b'XMLSchema-instance"><KeyValueOfstringstring><Key>Name</Key><Value>A contact must have a '
        b"name, or a person with one.</Value></KeyValueOfstringstring>"
        b"</ArrayOfKeyValueOfstringstring>"
    )


def test_nobody_can_change_the_rights_of_all() -> None:
    """What answers share is whole after an answer that selects and translates."""
    shown(words(BODY), query=b"$select=fieldproperties/name", headers={b"so-language": b"en"})
    assert set(field_properties(ENTITY)) == {
        name for name, word in SHAPES[ENTITY].items() if word in ("int32", "string", "text", "bool",
                                                                  "date-time")
    }  # fmt: skip
