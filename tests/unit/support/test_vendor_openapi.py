"""The vendors' calls do what their routes and tables of fields say: every route, sample, code and
card. The description that drives the drawn calls is built from these tables.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from typer.testing import CliRunner

from tests.support import json_schema, vendor_openapi
from tests.support import vendor_samples as samples_vendors
from tests.support.json_schema import operations, resolved
from tests.support.samples import parse
from tests.support.service import KEY, Inside, inside
from tests.support.vendor_openapi import SUFFIX, VENDORS, mounted
from vcardsvc.apis.autodns.members import MEMBERS as AUTODNS_MEMBERS
from vcardsvc.apis.base import Route
from vcardsvc.apis.marketingcloud.schema import SETS
from vcardsvc.app import vendor_router
from vcardsvc.cli.program import app as program
from vcardsvc.settings import Settings
from vcardsvc.validation.fields import Policy, Validator

DESCRIPTIONS = {name: make() for name, make in VENDORS.items()}


BASE = "https://cards.example.com"


def _described(**settings: Any) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(vendor_openapi.description(Settings(**settings), BASE))
    return described


DESCRIBED = _described()
OPERATIONS = operations(DESCRIBED)


def faults(schema: Any, value: Any) -> list[str]:
    """What JSON Schema has against a value."""
    return json_schema.faults(DESCRIBED, schema, value)


def found(value: dict[str, Any]) -> dict[str, Any]:
    """What a reference of the description leads to."""
    return resolved(DESCRIBED, value)


def _operations(described: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (path, method.upper())
        for path, item in described["paths"].items()
        for method, one in item.items()
        if method != "parameters" and "tags" in one
    }


def _served(settings: Settings) -> set[tuple[str, str]]:
    """Every call of a vendor by the application's own table, and its twin that gives cards."""
    every = set()
    for prefix, spoken in mounted(settings).values():
        for route in spoken.routes:
            every.add((f"{prefix}{route.path}", route.method))
            if route.cards and not route.path.endswith("/"):
                every.add((f"{prefix}{route.path}{SUFFIX}", route.method))
    return every


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"autodns_at": "off", "superoffice_at": "off"},
        {"domainchief_at": "/a/registrar"},
        {"marketingcloud_at": "/"},
    ],
)
def test_every_route_of_a_vendor_is_described_where_it_is(settings: dict[str, Any]) -> None:
    """The paths and methods are those of the vendors that are served, under their mounts."""
    described = _described(**settings)
    validate(described)
    assert _operations(described) == _served(Settings(**settings))


def test_the_routes_are_the_application_s() -> None:
    """Each described call is one that the application finds, and with its suffix asks for cards."""
    mounts = vendor_router(Settings())
    for path, method in _operations(DESCRIBED):
        match = mounts.match(method, re.sub(r"\{\w+\}", "1", path))
        assert match is not None
        assert match.maybe_route is not None
        assert match.suffix == path.endswith(SUFFIX)


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_a_call_reads_is_described(vendor: str) -> None:
    """The media types of every body are those of the vendor's route."""
    for route in DESCRIPTIONS[vendor].routes:
        documented = {one.decode() for one in route.content_types if one}
        assert set(DESCRIPTIONS[vendor].calls[route.name].bodies) == documented


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_code_of_a_vendor_stands_under_its_statuses(vendor: str) -> None:
    """A failure names each code that may have its status, and no other."""
    responses = DESCRIBED["components"]["responses"]
    statuses = {one for call in DESCRIPTIONS[vendor].calls.values() for one in call.failures}
    for status in statuses:
        documented = responses[f"{vendor}-{status}"]["description"].partition(": ")[2]
        having = [
            one.name for one in DESCRIPTIONS[vendor].codes if status in (one.status, *one.others)
        ]
        assert documented == ", ".join(name for name in having if name != "0")


def test_the_members_are_the_dialects_own() -> None:
    """Every member that AutoDNS reads and every attribute set of Marketing Cloud is described."""
    schemas = DESCRIBED["components"]["schemas"]
    assert list(schemas["AutodnsContact"]["properties"]) == list(AUTODNS_MEMBERS)
    sets = schemas["MarketingContact"]["properties"]["attributeSets"]["items"]["anyOf"]
    *known, own = [found(one)["properties"]["name"] for one in sets]
    assert [one["enum"] for one in known] == [[one.name, *one.also] for one in SETS]
    assert own["not"]["enum"] == [name for one in known for name in one["enum"]]


def test_a_country_that_is_described_is_taken() -> None:
    """Every code of the description passes where AutoDNS and Marketing Cloud ask for one."""
    codes = DESCRIBED["components"]["schemas"]["CountryCode"]["enum"]
    checks = [AUTODNS_MEMBERS["country"]]
    checks += [one.check for this in SETS for one in this.attributes if one.name == "Locale"]
    for check in checks:
        validator = Validator(Policy(names="relaxed"))
        assert [check(validator, code, ("country",)) for code in codes] == codes
        assert validator.problems == []


def _operation(name: str) -> tuple[dict[str, Any], Any, Any]:
    """The operation that a sample asks, its request, its reply; or its stray reply's."""
    request_message = samples_vendors.request(name)
    reply = parse((samples_vendors.FOLDER / f"{name}.reply.http").read_bytes())
    method, target, _ = request_message.start.split(" ")
    path = target.partition("?")[0]
    for known, spoken, operation in sorted(OPERATIONS, key=lambda one: one[0].count("{")):
        pattern = re.sub(r"\{\w+\}", "[^/]+", known.replace(".", "[.]"))
        if spoken == method and "tags" in operation and re.fullmatch(pattern, path, re.IGNORECASE):
            return operation, request_message, reply
    return {}, request_message, reply


BEYOND_A_SCHEMA = {"superoffice/validate", "marketingcloud/change"}
"""An entity that is wrong, which 200 tells; a change that leaves out what is there."""


@pytest.mark.parametrize("name", samples_vendors.names())
def test_a_sample_came_back_as_described(name: str) -> None:
    """Status, media type and JSON of every recorded reply are those of the description; its body
    is valid under the schema when it was accepted."""
    operation, request_message, reply = _operation(name)
    status = reply.start.split(" ")[1]
    if not operation:
        assert status in ("404", "405")
        return
    described = found(operation["responses"][status])
    media_type = dict(reply.headers).get("content-type", "").partition(";")[0]
    assert (media_type in described["content"]) if media_type else "content" not in described
    if media_type.endswith("json"):
        schema = described["content"][media_type]["schema"]
        assert faults(schema, json.loads(reply.body)) == []
    sent = dict(request_message.headers).get("content-type", "").partition(";")[0]
    if sent.endswith("json") and int(status) < 300 and name not in BEYOND_A_SCHEMA:
        schema = operation["requestBody"]["content"][sent]["schema"]
        assert faults(schema, json.loads(request_message.body)) == []


BASIC = b"Basic " + b64encode(f"anybody:{KEY}".encode())
BEARER = b"Bearer " + KEY.encode()

CREATIONS: dict[str, tuple[bytes, dict[str, Any]]] = {
    "autodns": (BASIC, {"lname": "Doe"}),
    "domainchief": (
        BEARER,
        {
            "first_name": "Jean",
            "last_name": "Sample",
            "address_street": "Example Street",
            "address_house_number": "12",
            "address_postal_code": "12207",
            "address_city": "Albany",
            "address_country_code": "US",
            "email": "jean@example.org",
            "phone": "+16502530000",
        },
    ),
    "superoffice": (BASIC, {"Name": "Dare Group"}),
    "marketingcloud": (
        BEARER,
        {
            "contactKey": "a-key",
            "attributeSets": [
                {
                    "name": "Email Addresses",
                    "items": [
                        {
                            "values": [
                                {"name": "Email Address", "value": "jean@example.org"},
                                {"name": "HTML Enabled", "value": True},
                            ]
                        }
                    ],
                }
            ],
        },
    ),
}
"""The credentials of each vendor, and a body that it takes."""

CHANGED = {
    "autodns": CREATIONS["autodns"][1],
    "domainchief": {"address_city": "Troy"},
    "superoffice": {"OrgNr": "7"},
}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Inside]:
    """The application with an empty contact book."""
    from vcardsvc.store import Store

    url = f"sqlite:///{tmp_path}/book.db"
    store = Store(url)
    store.migrate()
    store.close()
    with inside(database_url=url) as app:
        yield app


def _ask(app: Inside, vendor: str, route: Route, place: str, suffix: str = SUFFIX) -> Any:
    key, body = CREATIONS[vendor]
    prefix, _ = mounted(Settings())[vendor]
    if route.name == "batch":
        body = {"contacts": [place]}
    elif route.name in ("list", "update"):
        body = {} if route.name == "list" else CHANGED[vendor]
    path = re.sub(r"\{\w+\}", place, f"{prefix}{route.path}{suffix}")
    headers = [(b"host", b"cards.example.com"), (b"authorization", key)]
    sent = json.dumps(body).encode()
    if b"application/json" in route.content_types:
        headers.append((b"content-type", b"application/json"))
    return app.ask(route.method, path, sent, headers=headers)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_path_with_the_suffix_gives_the_card(book: Inside, vendor: str) -> None:
    """Every call that can answer with cards does so with `.vcf` behind its path, as described."""
    others = [
        one for one in DESCRIPTIONS[vendor].routes if one.cards and not one.path.endswith("/")
    ]
    create = next(one for one in others if "create" in one.name)
    created = _ask(book, vendor, create, "")
    assert created.outcome == (201 if vendor == "domainchief" else 200, "card")
    place = created.headers.get("content-location", "/").rpartition("/")[2]
    for route in others:
        answer = _ask(book, vendor, route, place)
        assert answer.outcome == (200, "card"), route
        described = DESCRIBED["paths"][f"/{vendor}{route.path}.vcf"][route.method.lower()][
            "responses"
        ]
        assert set(answer.headers) - {"content-length", "content-type"} <= {
            name.lower() for name in described["200"]["headers"]
        }
    assert created.headers.keys() == _ask(book, vendor, create, "").headers.keys()


def test_the_slash_of_the_vendor_s_client_makes_a_contact(book: Inside) -> None:
    """POST /api/v1/Contact/ is the same call as without the slash."""
    create = next(one for one in DESCRIPTIONS["superoffice"].routes if one.name == "create")
    slash = replace(create, path=f"{create.path}/")
    answer = _ask(book, "superoffice", slash, "", suffix="")
    assert answer.status == 200
    assert faults({"$ref": "#/components/schemas/OfficeTold"}, answer.json) == []


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/autodns/contact/_search", ("POST",)),
        ("/autodns/contact/_search.vcf", ("POST",)),
        ("/autodns/contact/5", ("GET", "PUT", "DELETE")),
        ("/domainchief/api/v1/contacts/list", ("POST",)),
        ("/superoffice/api/v1/contact/default", ("GET",)),
    ],
)
def test_a_path_that_is_spelled_out_has_its_own_methods(path: str, allowed: tuple[str]) -> None:
    """It is no parameter: PUT /contact/_search is no method of it, and Allow says so."""
    match = vendor_router(Settings()).match("OPTIONS", path)
    assert match is not None
    assert (match.allowed, match.maybe_route) == (allowed, None)


@pytest.mark.parametrize(
    ("documented", "status"),
    [(None, 200), ("DESC", 200), ("", 400), (0, 400), (False, 400), ({}, 400), ([], 400)],
)
def test_a_direction_of_another_type_is_refused(book: Inside, documented: Any, status: int) -> None:
    """What the description has as the direction of an order is taken, and nothing else is."""
    order = json.dumps({"orders": [{"key": "id", "type": documented}]}).encode()
    headers = [
        (b"host", b"a.example"), (b"authorization", BASIC), (b"content-type", b"application/json"),
    ]  # fmt: skip
    answer = book.ask("POST", "/autodns/contact/_search", order, headers=headers)
    assert answer.status == status


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_codes_of_a_vendor_are_printed(vendor: str) -> None:
    """`errors --vendor` prints every code of the vendor's dialect, in its order."""
    printed = CliRunner().invoke(program, ["errors", "--vendor", vendor, "--markdown"])
    assert (printed.exit_code, printed.stdout.splitlines()[:2]) == (
        0, ["| code | HTTP | when |", "| --- | --- | --- |"],
    )  # fmt: skip
    assert [row.split(" | ")[0] for row in printed.stdout.splitlines()[2:]] == [
        f"| {code.name}" for code in DESCRIPTIONS[vendor].codes
    ]


def test_an_unknown_vendor_has_no_codes() -> None:
    """`errors --vendor` takes the vendors that there are."""
    assert CliRunner().invoke(program, ["errors", "--vendor", "nobody"]).exit_code == 2
