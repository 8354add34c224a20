"""The description says what the service does: every route, code and sample; its page shows all."""

import html
import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from openapi_spec_validator import validate

from tests.support import batch_samples, json_schema
from tests.support.batch_samples import BATCHES, Batch
from tests.support.contact_requests import refusals, request
from tests.support.conversion_samples import CONVERSIONS as CONVERTED
from tests.support.conversion_samples import FOLDER, Conversion
from tests.support.json_schema import operations, resolved
from tests.support.samples import CARDS, REQUESTS, Message, names, parse
from tests.support.service import Inside
from vcardsvc import openapi
from vcardsvc.apis.convert.files import MEDIA_TYPES
from vcardsvc.app import ROUTES, card_apis
from vcardsvc.docs.pages import reference_html
from vcardsvc.errors import CATALOGUE, NOTES
from vcardsvc.handlers import links
from vcardsvc.handlers.batch import ACCEPTED as LISTS
from vcardsvc.openapi.examples import ACCEPTED, CONVERSIONS, EXAMPLES, HOST, LINK_ID, LISTED
from vcardsvc.openapi.examples import KEY as SHOWN_KEY
from vcardsvc.settings import Settings
from vcardsvc.validation.fields import Policy
from vcardsvc.validation.standard_texts import zones

CEILING = 220_000
"""Bytes of a description that a browser's tools still open at once."""

BASE = "https://cards.example.com"

BEYOND_A_SCHEMA = {"E1520", "E1521", "E1522", "E1523"}
"""What is wrong with a photo, which no schema can say."""

ELSEWHERE = {404: "NoSuchPath", 405: "NoSuchMethod"}


def _sample(name: str) -> tuple[Message, Message]:
    request_message = parse((REQUESTS / f"{name}.http").read_bytes())
    reply = parse((REQUESTS / f"{name}.reply.http").read_bytes())
    card = CARDS / f"{name}.vcf"
    return request_message, replace(reply, body=card.read_bytes()) if card.exists() else reply


DESCRIBED: dict[str, Any] = json.loads(openapi.description(Settings(), BASE))
OPERATIONS = operations(DESCRIBED)


def faults(schema: Any, value: Any) -> list[str]:
    """What JSON Schema has against a value."""
    return json_schema.faults(DESCRIBED, schema, value)


def found(value: dict[str, Any]) -> dict[str, Any]:
    """What a reference of the description leads to."""
    return resolved(DESCRIBED, value)


def test_it_is_openapi() -> None:
    """The description is valid OpenAPI 3.1, whatever the rule of names."""
    validate(DESCRIBED)
    validate(json.loads(openapi.description(Settings(name_rule="relaxed"), BASE)))
    assert DESCRIBED["openapi"].startswith("3.1.")
    assert DESCRIBED["servers"] == [{"url": BASE}]


def test_it_is_small_and_always_the_same() -> None:
    """The same settings give the same octets, and not many of them."""
    first = openapi.description(Settings(), BASE)
    assert first == openapi.description(Settings(), BASE)
    assert len(first) < CEILING
    assert HOST.encode() not in first


def _pattern(path: str) -> str:
    return re.sub(r"\{\w+\}", "[A-Za-z0-9_-]+", path.replace(".", "[.]"))


def test_every_route_is_described_and_no_other() -> None:
    """The paths and methods are the application's own; the pages of the documentation, and links,
    stand under a path with a parameter."""
    served = {(path, method) for path, methods in ROUTES.items() for method in methods}
    served |= {(openapi.LINK.replace("{id}", LINK_ID), method) for method in links.METHODS}
    described = {(path, method) for path, method, _ in OPERATIONS}
    used = set()
    for path, method in served:
        fitting = [
            one for one in described if one[1] == method and re.fullmatch(_pattern(one[0]), path)
        ]
        assert fitting, (method, path)
        used.add(min(fitting, key=lambda one: "{" in one[0]))
    assert used == described


def test_every_media_type_that_is_read_is_described() -> None:
    """The media types of POST are those that its APIs read."""
    apis = card_apis(Policy(), Settings())
    read = {media_type.decode() for api in apis for media_type in api.content_types}
    assert set(DESCRIBED["paths"]["/"]["post"]["requestBody"]["content"]) == read


def test_every_code_stands_under_each_of_its_statuses() -> None:
    """Every code of the catalogue appears with every HTTP status that it may have."""
    replies = [
        (status, reply) for *_, one in OPERATIONS for status, reply in one["responses"].items()
    ]
    replies += [("404", DESCRIBED["components"]["responses"]["NoSuchPath"])]
    replies += [("405", DESCRIBED["components"]["responses"]["NoSuchMethod"])]
    documented = {
        (code, int(status))
        for status, reply in replies
        if int(status) >= 400
        for code in re.findall(r"E\d+", reply["description"])
    }
    having = {(code.name, status) for code in CATALOGUE for status in (code.status, *code.others)}
    assert documented == having


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_an_example_is_a_sample(example: Any) -> None:
    """Each example is the recorded request of its name with what came back."""
    request_message, reply = _sample(example.name)
    assert request_message.start == "POST / HTTP/1.1"
    assert example.body.strip() == request_message.body.decode().strip()
    assert example.response == reply.body.decode()
    assert example.status == int(reply.start.split(" ")[1])
    assert dict(reply.headers)["content-type"].partition(";")[0] == example.media_type


@pytest.mark.parametrize("example", CONVERSIONS, ids=lambda one: one.name)
def test_an_example_of_a_conversion_is_a_sample(example: Any) -> None:
    """Each is a file of the samples with what it becomes; the shell's has LF line ends."""
    one = next(one for one in CONVERTED if one.result.startswith(f"{example.name}."))
    source, result = ((FOLDER / name).read_bytes().decode() for name in (one.source, one.result))

    assert (f"{example.path}{example.query}", example.sent_as) == (one.target, one.media_type)
    assert example.body == source.replace("\r\n", "\n")
    assert example.response == result


RESULTS = {
    ".vcf": "text/vcard",
    ".svg": "image/svg+xml",
    ".jcard.json": "application/vcard+json",
    ".xcard.xml": "application/vcard+xml",
    ".jscontact.json": "application/jscontact+json",
    ".json": "application/json",
}
"""The media types of results by the end of their names, the longer ends first."""


@pytest.mark.parametrize("one", CONVERTED, ids=lambda one: one.result)
def test_a_sample_of_a_conversion_is_as_described(one: Conversion) -> None:
    """The body, the options and the response are those of the description."""
    path, _, query = one.target.partition("?")
    operation = DESCRIBED["paths"][path]["post"]
    options = {option["name"]: option["schema"] for option in operation["parameters"]}
    wrong = [fault for name, value in parse_qsl(query) for fault in faults(options[name], value)]
    assert wrong == []

    sent = json_schema.read_bodies(DESCRIBED, operation)[one.media_type]
    assert faults(sent["schema"], _value(one.source)) == []
    status = "422" if ".failure." in one.result else "200"
    media_type = next(name for end, name in RESULTS.items() if one.result.endswith(end))
    described = operation["responses"][status]["content"][media_type]
    assert faults(described["schema"], _value(one.result)) == []


def _value(name: str) -> Any:
    text = (FOLDER / name).read_bytes().decode()
    return json.loads(text) if name.endswith("json") else text


def test_every_format_of_cards_is_described() -> None:
    """The media types of /convert and /check are those that are read."""
    for path in ("/convert", "/check"):
        described = json_schema.read_bodies(DESCRIBED, DESCRIBED["paths"][path]["post"])
        assert set(described) == {name.decode() for name in MEDIA_TYPES}


def test_the_example_of_a_list_is_a_sample() -> None:
    """It is a file of the samples with its cards."""
    one = next(one for one in BATCHES if one.result == f"{LISTED.name}.vcf")
    source, result = (batch_samples.FOLDER / name for name in (one.source, one.result))

    assert (f"{LISTED.path}{LISTED.query}", LISTED.sent_as) == (one.target, one.media_type)
    assert LISTED.body == source.read_text()
    assert LISTED.response == result.read_bytes().decode()


@pytest.mark.parametrize("one", BATCHES, ids=lambda one: one.result)
def test_a_sample_of_a_list_is_as_described(one: Batch) -> None:
    """The options and the response are those of the description, and so is each line of NDJSON."""
    operation = DESCRIBED["paths"]["/batch"]["post"]
    options = {option["name"]: option["schema"] for option in operation["parameters"]}
    query = parse_qsl(one.target.partition("?")[2])
    assert [fault for name, value in query for fault in faults(options[name], value)] == []

    text = (batch_samples.FOLDER / one.result).read_bytes().decode()
    if one.result.endswith(".ndjson"):
        row = {"$ref": "#/components/schemas/BatchRow"}
        assert [faults(row, json.loads(line)) for line in text.splitlines() if line] == [
            [] for line in text.splitlines()
        ]
        return
    status = "422" if ".failure." in one.result else "200"
    media_type = RESULTS[f".{one.result.rpartition('.')[2]}"]
    described = operation["responses"][status]["content"][media_type]
    assert faults(described["schema"], json.loads(text) if text[:1] == "{" else text) == []


def test_every_format_of_lists_is_described() -> None:
    """The media types of /batch are those that are read."""
    assert set(json_schema.read_bodies(DESCRIBED, DESCRIBED["paths"]["/batch"]["post"])) == LISTS


def _response(request_message: Message, reply: Message) -> dict[str, Any]:
    method, target, _ = request_message.start.split(" ")
    path, status = target.partition("?")[0], int(reply.start.split(" ")[1])
    known = openapi.LINK if path.startswith("/c/") else path
    operation = DESCRIBED["paths"].get(known, {}).get(method.lower())
    if operation is None:
        return found({"$ref": f"#/components/responses/{ELSEWHERE[status]}"})
    return found(operation["responses"][str(status)])


@pytest.mark.parametrize("name", names())
def test_a_sample_came_back_as_described(name: str) -> None:
    """Status, headers and body of every recorded reply are those of the description."""
    request_message, reply = _sample(name)
    described, sent = _response(request_message, reply), dict(reply.headers)
    for header, maybe_ref in described["headers"].items():
        known, maybe_value = found(maybe_ref), sent.get(header.lower())
        assert maybe_value is not None or not known.get("required")
        if maybe_value is not None and known["schema"].get("type") != "integer":
            assert faults(known["schema"], maybe_value) == []
    media_type = sent["content-type"].partition(";")[0]
    text = reply.body.decode()
    value = json.loads(text) if media_type.endswith("json") else text
    assert faults(described["content"][media_type].get("schema", {}), value) == []


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in names()
        if not name.startswith("photo-")
        and _sample(name)[0].start.startswith(("POST / ", "POST /?"))
        and _sample(name)[0].body.startswith(b"{\n")
    ],
)
def test_a_sample_is_valid_when_it_was_accepted(name: str) -> None:
    """A body is valid under the schema when nothing is wrong with it, and only then."""
    request_message, reply = _sample(name)
    codes = set(re.findall(r'"error-code": "(E1(?:01|5\d\d))"', reply.body.decode()))
    wrong = bool(codes - BEYOND_A_SCHEMA - {"E1527"})
    try:
        value = json.loads(request_message.body)
    except ValueError:
        return
    assert bool(faults({"$ref": "#/components/schemas/Contact"}, value)) == wrong


@pytest.mark.parametrize(
    ("members", "valid"),
    [
        ({}, True),
        ({"name": {"first-name": "José नेहा 李 Jr. 3"}}, True),
        ({"name": {"first-name": "O'Brien"}}, False),
        ({"name": {"first-name": "\u0301a"}}, False),
        ({"name": {"first-name": "क्\u200dष"}}, True),
        ({"name": {"first-name": "a\u200d"}}, False),
        ({"name": {"first-name": "𐐀"}}, True),
        ({"name": {"first-name": " ", "suffix": "Jr."}}, False),
        ({"phone": None}, True),
        ({"phone": [None, {"number": " ", "label": "Castle"}, {"label": 5}]}, True),
        ({"phone": [{"number": "1", "label": " pAGER "}]}, True),
        ({"phone": [{"number": "1", "label": "Castle"}]}, False),
        ({"phone": [{"number": "1"}] * 4 + [5]}, True),
        ({"phone": [{"number": "1"}] * 3 + [5]}, False),
        ({"email": [{"id": "a\nb"}]}, False),
        ({"physical-address": [{"address": "1 Way\r\nTown"}]}, True),
        ({"website": [{"url": "javascript:alert(1)"}]}, False),
        ({"website": [{"url": "HTTPS://example.com"}, {"url": "example.com:80/a"}]}, True),
        ({"website": [{"url": "\u200e\u202e"}] * 4 + [[]]}, False),
        ({"website": [{"url": "\u200e https://example.com"}]}, True),
        ({"phone": [{"number": "\u200e"}] * 4 + [[]]}, False),
        ({"physical-address": [{"address": "\u2060"}] * 4 + [[]]}, False),
        ({"photo": "AA==", "photo-url": "https://example.com/a.jpg"}, False),
        ({"uid": "a" * 256}, False),
        ({"note": "\u0007"}, False),
        ({"shoe-size": 45}, True),
        ({"birthday": "2000-02-29", "anniversary": "--02-29"}, True),
        ({"birthday": " 1996 ", "anniversary": None}, True),
        ({"birthday": "1900-02-29"}, False),
        ({"birthday": "2023-02-29"}, False),
        ({"birthday": "0000-01-01"}, False),
        ({"anniversary": "--04-31"}, False),
        ({"language": "zh-Hant-TW", "time-zone": "+05:30", "pronouns": ""}, True),
        ({"language": "x"}, False),
        ({"time-zone": "Europe/Paris"}, True),
        ({"time-zone": "+15:00"}, False),
        ({"geo": {"latitude": -90, "longitude": "180.0"}}, True),
        ({"geo": {"latitude": 1}}, False),
        ({"geo": {}}, True),
        ({"geo": {"latitude": "", "longitude": None}}, True),
        ({"geo": {"latitude": " ", "longitude": ""}}, False),
        ({"geo": {"latitude": "90.1", "longitude": 0}}, False),
        ({"categories": ["a", None]}, True),
        ({"categories": "a"}, False),
        ({"social-profile": [{"service": "X", "user": "j"}, {"service": 5}]}, True),
        ({"social-profile": [{"service": "X", "url": "ftp://a"}]}, False),
        ({"social-profile": [{"user": "j"}]}, False),
        ({"im": [{"service": "a;b", "address": "j"}]}, False),
        ({"related": [{"name": "A", "relation": "friend"}, {"relation": 5}]}, True),
        ({"related": [{"name": 5}]}, False),
        ({"phone": [{"number": "1", "extension": "12", "preferred": True}]}, True),
        ({"phone": [{"number": "1", "extension": "a"}]}, False),
        ({"email": [{"id": "a@b.example", "preferred": 1}]}, False),
        ({"physical-address": [{"city": "A", "country-code": " dE "}, {"city": " "}]}, True),
        ({"physical-address": [{"address": "A", "city": "B"}]}, False),
        ({"physical-address": [{"country-code": "xx"}]}, False),
        ({"organization": "A", "company-card": True}, True),
        ({"organization": " ", "company-card": True}, False),
        ({"company-card": "yes"}, False),
        ({"name": {"first-name": "J", "prefix": "Dr.", "nickname": "x" * 256}}, False),
        ({"department": "x" * 255, "role": None}, True),
    ],
)
def test_the_schema_and_the_rules_agree(members: dict[str, Any], valid: bool) -> None:
    """What the schema takes the rules take, and the other way round."""
    request_message = {**request(), **members}
    assert (not faults({"$ref": "#/components/schemas/Contact"}, request_message)) == valid
    assert (not refusals(request_message)) == valid


def test_the_relaxed_rule_is_described() -> None:
    """Under the relaxed rule O'Brien is a name."""
    relaxed = json.loads(openapi.description(Settings(name_rule="relaxed"), BASE))
    pattern = relaxed["components"]["schemas"]["PartOfName"]["pattern"]
    fits = [re.search(pattern, name) is not None for name in ("O'Brien", "a\u202eb", "a\x07")]
    assert fits == [True, False, False]


def test_free_labels_are_described() -> None:
    """Where the operator allows labels of one's own, any text is a label."""
    free = json.loads(openapi.description(Settings(labels="free"), BASE))
    validate(free)
    phone = {"number": "1", "label": "Head office"}
    schema = {"$ref": "#/components/schemas/Phone"}
    assert json_schema.faults(free, schema, phone) == []
    assert faults(schema, phone) != []


def _page() -> str:
    """The reference."""
    return reference_html(Settings()).decode()


def test_the_page_says_all_of_it() -> None:
    """Every operation, parameter, header, code, example and curl of the description is there."""
    shown = html.unescape(re.sub(r"</?(?:code|b|wbr)>", "", _page()))
    words = [f"{method} {path}" for path, method, _ in OPERATIONS]
    words += list(DESCRIBED["components"]["headers"])
    words += [code.name for code in CATALOGUE] + [name for name, _ in NOTES]
    for *_, operation in OPERATIONS:
        words += [found(one)["name"] for one in operation.get("parameters", ())]
        words += [one["source"].replace(BASE, HOST) for one in operation["x-codeSamples"]]
    words += [ACCEPTED.response]
    assert [word for word in words if word not in shown] == []


def _tables() -> list[list[list[str]]]:
    """The text of every cell of every table on the page."""
    return [
        [
            [
                html.unescape(re.sub("<.*?>", "", cell))
                for cell in re.findall("<td.*?</td>", row, re.S)
            ]
            for row in re.findall("<tr>(?=<td).*?</tr>", table)
        ]
        for table in re.findall("<table>.*?</table>", _page())
    ]


def test_no_table_names_a_member_twice() -> None:
    """Each name stands once, whatever schemas its object is put together from."""
    found = [[row[0] for row in rows] for rows in _tables()]
    assert len(found) > 50
    assert [names for names in found if len(names) != len(set(names))] == []


def test_the_page_says_which_member_is_enough() -> None:
    """One of first and last name is needed, and of photo-url and photo there is one at most."""
    contact = next(rows for rows in _tables() if rows[0][0] == "action")
    needed = {row[0]: row[1] for row in contact if row[1]}
    assert {name: scheme for name, scheme in needed.items() if "[]" not in name} == {
        "action": "yes",
        "name": "yes",
        "name.first-name": "one of both",
        "name.last-name": "one of both",
        "photo-url": "at most one of both",
        "photo": "at most one of both",
        "geo.latitude": "yes",
        "geo.longitude": "yes",
    }


def test_a_form_needs_one_of_both_names() -> None:
    """A last name alone is enough in a form too, and the page says so of its fields."""
    form = {"$ref": "#/components/schemas/Form"}
    fields = {"last-name": "Doe"}, {"first-name": "John"}, {"first-name": " "}, {"suffix": "Jr."}
    assert [not faults(form, one) for one in fields] == [True, True, False, False]
    rows = next(rows for rows in _tables() if rows[0][0] == "first-name")
    assert {row[0]: row[1] for row in rows if row[1]} == {
        "first-name": "one of these",
        "last-name": "one of these",
        "company-card": "one of these",
    }


def test_the_fields_of_a_form_stand_once() -> None:
    """A form with a file has the fields of the one without; the page says what those are called
    otherwise, and shows the file alone beside them."""
    section = _page().partition('<h2 id="create">')[2].partition("</section>")[0]
    assert section.count('data-head="member"><code>first-name</code></td>') == 1
    plain, multipart = section.split("<h3>Body: ")[2:]
    assert "phone[0][number]" in plain.partition("<table>")[0]
    assert "The members above, and:" in multipart.partition("<table>")[0]
    assert [rows[0][0] for rows in _tables() if len(rows) == 1].count("photo") == 1


def test_a_photo_of_the_report_is_measured_in_pixels() -> None:
    """Width and height of a photo are pixels, its size is bytes."""
    rows = next(rows for rows in _tables() if rows[0][0] == "notes")
    units = {name: about for name, _, _, about in rows if name.startswith("targets[].photo.")}
    assert units == {
        "targets[].photo.size": "In bytes.",
        "targets[].photo.width": "In pixels.",
        "targets[].photo.height": "In pixels.",
    }


def test_the_page_begins_with_a_plain_command_and_its_answer() -> None:
    """POST / comes first, and of it one command without options and the card that it makes, before
    any table."""
    first = _page().partition('<h2 id="create">')[2].partition("<table>")[0]
    command, answer = map(html.unescape, re.findall("<pre.*?>(.*?)</pre>", first, re.S))
    assert command.startswith(f"curl '{HOST}/' \\\n  -H 'x-api-key: {SHOWN_KEY}' ")
    assert ACCEPTED.body.strip() in command
    assert answer == ACCEPTED.response
    assert _page().index("<section>") == _page().index('<section><h2 id="create">')


def test_the_service_s_own_pages_come_last() -> None:
    """HEAD, OPTIONS, static files and the documentation stand behind all that callers look for."""
    main, _, pages = _page().partition('<h2 id="pages">')
    for path, method, operation in OPERATIONS:
        is_page = method in ("HEAD", "OPTIONS") or path.startswith(("/static/", "/docs", "/llms"))
        place = f'id="{operation["operationId"]}"'
        assert (place in main, place in pages) == (not is_page, is_page)


@pytest.mark.parametrize(
    ("path", "content_type"),
    [("/openapi.json", "application/json"), ("/docs/reference", "text/html; charset=utf-8")],
)
def test_both_are_served(app: Inside, path: str, content_type: str) -> None:
    """Without a key, for the requested address; a request without Host is refused."""
    answer = app.ask("GET", path, headers=[(b"host", b"cards.example.com")])
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    assert b"http://cards.example.com/healthz" in answer.body or path == "/openapi.json"
    assert app.ask("HEAD", path, headers=[(b"host", b"a.example")]).status == 200
    assert app.ask("GET", path).outcome == (400, "E100")


def test_every_operation_is_in_one_group() -> None:
    """A generated client has a module for each of the groups that are described."""
    groups = [one["name"] for one in DESCRIBED["tags"]]
    tagged = {operation["operationId"]: operation["tags"] for *_, operation in OPERATIONS}
    assert {name for (name,) in tagged.values()} == set(groups)
    assert tagged["create"] == tagged["preflight"] == ["cards"]
    assert tagged["page"] == ["pages"]


def test_no_two_operations_have_one_id() -> None:
    """Each operation is a function of its own in a generated client."""
    ids = [operation["operationId"] for *_, operation in OPERATIONS]
    assert len(ids) == len(set(ids))


def test_an_enumeration_names_each_value_once() -> None:
    """Generated clients make a name of each value: in upper case, without signs. A value that does
    not begin with a letter has one by its place, or is named beside it."""
    for name, schema in DESCRIBED["components"]["schemas"].items():
        values = schema.get("enum", [])
        named = schema.get("x-enum-varnames", values)
        assert len(named) == len(values), name
        assert len({re.sub(r"\W+", "_", one).upper() for one in named}) == len(values), name


def test_a_time_zone_is_one_of_the_database() -> None:
    """Its pattern has all of them, and nothing that only begins or ends like one."""
    zone = {"$ref": "#/components/schemas/TimeZone"}
    assert [one for one in zones() if faults(zone, one)] == []
    others = ("Europe", "Europe/", "/Berlin", "America/Berlin", "Europe/Berlin2", "xEtc/GMT+1")
    assert [one for one in others if not faults(zone, one)] == []


def test_a_failure_of_a_status_has_its_codes_alone() -> None:
    """What stands beside the reference to Failure counts: a code of another status is refused."""
    failure = {
        "status": "failure",
        "error-code": "E104",
        "error-info": "a",
        "errors": [{"error-code": "E104", "error-info": "a"}],
    }
    replies = DESCRIBED["paths"]["/"]["post"]["responses"]
    schemas = {status: replies[status]["content"]["application/json"] for status in ("401", "422")}
    assert faults(schemas["401"]["schema"], failure) == []
    assert len(faults(schemas["422"]["schema"], failure)) == 1


def test_the_page_has_the_bodies_that_stand_apart() -> None:
    """A body that only the components describe is shown at its operation."""
    section = _page().partition('<h2 id="convert">')[2].partition("</section>")[0]
    bodies = " ".join(re.findall("<h3>Body: (.*?)</h3>", section))
    assert [name.decode() for name in MEDIA_TYPES if name.decode() not in bodies] == []
