"""Any request to AutoDNS gives a command or a refusal, and cards that can be written."""

import contextlib
import json
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.autodns import (
    API,
    GATEWAY,
    ROUTES,
    SEED,
    entry_of,
    json_of,
    request_of,
    xml_of,
    xml_request,
)
from tests.support.cpu_budget import within_cpu_budget
from tests.support.hypothesis_profiles import examples
from vcardsvc.apis.base import Request, Response, Route
from vcardsvc.errors import E100, E503, Code, Problem, Refused
from vcardsvc.model.address_book import CommandResult, Create, Update
from vcardsvc.vcard import write

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
PLAUSIBLE = st.sampled_from(
    ["PERSON", "ORG", "ROLE", "Ada", "O'Brien", "+49-89-1234567", "DE", "Germany", "a@example.com"]
)
MEMBERS = (*SEED, "protection", "comment", "remarks", "extensions", "nicRef", "domainsafe", "sip")
CONTACTS = st.dictionaries(st.sampled_from(MEMBERS), VALUES | PLAUSIBLE | st.lists(TEXTS))
QUERIES = st.dictionaries(st.sampled_from(["filters", "view", "orders"]), VALUES)
HEADER = st.sampled_from(
    [b"authorization", b"x-domainrobot-context", b"x-domainrobot-ctid", b"accept-language",
     b"x-domainrobot-owner-user"]
)  # fmt: skip
HEADERS = st.dictionaries(HEADER, st.binary(max_size=40))
XML_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\u0085\u200e"),
    max_size=12,
)
ELEMENTS = st.sampled_from(
    ["alias", "type", "fname", "lname", "organization", "address", "country", "phone", "email",
     "remarks", "protection", "nic_ref", "extension", "id"]
)  # fmt: skip


many = examples(200, *HealthCheck)


def _write(command: Any) -> None:
    """Write every card of a command."""
    drafts = command.drafts if isinstance(command, Create) else ()
    if isinstance(command, Update):
        with contextlib.suppress(Refused):
            drafts = (command.edit(entry_of(command.edit(EXISTING))),)
    for draft in drafts:
        assert json.dumps(draft.vendor_fields, allow_nan=False)
        for contact in draft.contacts:
            assert write(contact).size > 0


EXISTING = entry_of(API.read(ROUTES["create"], request_of(SEED)).drafts[0])  # type: ignore[union-attr]


def _check(route: Route, request: Request) -> None:
    """Read a request, and parse the response to its command or its refusal."""
    parsed = xml_of if route is GATEWAY else json_of
    try:
        API.credential(route, request)
        command = API.read(route, request)
    except Refused as refusal:
        response = API.error_response(route, request, refusal.problems)
        assert 200 <= response.status < 500
        assert parsed(response)
        return
    if isinstance(command, Response):
        assert parsed(command)
        return
    _write(command)
    if isinstance(command, Create):
        entries = tuple(entry_of(draft) for draft in command.drafts)
        for fresh in (True, False):
            result = CommandResult(entries=entries, fresh=(fresh,) * len(entries))
            assert parsed(API.response(route, request, command, result))


@many
@given(st.sampled_from(sorted(ROUTES)), st.binary(max_size=60), st.binary(max_size=30), HEADERS)
def test_any_bytes_get_a_response(
    name: str, body: bytes, query: bytes, headers: dict[bytes, bytes]
) -> None:
    """No body, query or header raises anything but Refused."""
    _check(ROUTES[name], request_of(body, query=query, id="7", headers=headers))


@many
@given(CONTACTS, st.sampled_from(["create", "update"]), HEADERS)
def test_any_contact_in_json_gets_a_response_and_a_card(
    members: dict[str, Any], name: str, headers: dict[bytes, bytes]
) -> None:
    """An accepted contact can be written as a card and in a response."""
    _check(ROUTES[name], request_of(members, id="7", headers=headers))
    _check(ROUTES[name], request_of({**SEED, **members}, id="7", headers=headers))


@many
@given(QUERIES | VALUES)
def test_any_query_gets_a_response(query: Any) -> None:
    """Filters, views and orders may have any shape."""
    _check(ROUTES["list"], request_of(query))


@many
@given(st.lists(st.tuples(ELEMENTS, XML_TEXTS), max_size=8), XML_TEXTS, st.integers(1, 3))
def test_any_contact_in_xml_gets_a_response_and_a_card(
    pairs: list[tuple[str, str]], ctid: str, tasks: int
) -> None:
    """An accepted contact of the gateway can be written likewise, in one task or several."""
    handle = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in pairs)
    one = f"<code>0301</code><ctid>{escape(ctid)}</ctid><handle><lname>Ada</lname>{handle}</handle>"
    _check(GATEWAY, request_of(xml_request(*[one] * tasks)))


@many
@given(
    st.sampled_from([None, *sorted(ROUTES)]),
    st.sampled_from([400, 401, 403, 404, 405, 406, 408, 413, 415, 422, 429, 500, 503]),
    st.none() | TEXTS.map(lambda text: f"/{text}"),
    TEXTS,
    HEADERS,
    st.binary(max_size=30),
)
def test_any_problem_gets_a_response(
    name: str | None,
    status: int,
    field: str | None,
    detail: str,
    headers: dict[bytes, bytes],
    query: bytes,
) -> None:
    """Every problem of the edge has a well-formed response with an error status."""
    route = ROUTES[name] if name else None
    code = Code(name="E999", status=status, info="Of the edge.", when="in tests")
    problem = Problem(code=code, field=field, detail=detail)
    response = API.error_response(route, request_of(headers=headers, query=query), (problem,))
    assert xml_of(response) if route is GATEWAY else json_of(response)
    assert (
        response.status == 200
        if route is GATEWAY and status in (400, 422)
        else response.status >= 400
    )


def test_the_response_to_our_own_fault_hides_its_cause() -> None:
    """The cause of our own fault is in the log alone."""
    problem = Problem(code=E503, cause="database", detail="secret")
    response = API.error_response(ROUTES["create"], request_of(), (problem,))
    assert b"secret" not in b"".join(response.chunks)
    assert API.error_response(ROUTES["create"], request_of(), (Problem(code=E100),)).status == 400


def test_many_elements_are_read_in_linear_time() -> None:
    """The time to read a body grows with the number of its elements, and no faster."""
    children = "".join(f"<a{place}/>" for place in range(19_900))
    handle = f"<handle><lname>Ada</lname><extension>{children}</extension></handle>"
    request = request_of(xml_request(f"<code>0301</code>{handle}"))
    within_cpu_budget(5.0, lambda: _check(GATEWAY, request))
