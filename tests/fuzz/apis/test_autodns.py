"""Whatever is sent to AutoDNS's routes: a task or a refusal, and cards that can be written."""

import contextlib
import json
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.autodns import (
    GATEWAY,
    ROUTES,
    SEED,
    VENDOR,
    ask,
    entry,
    request,
    told,
    tree,
)
from tests.support.cpu_budget import within_cpu_budget
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


many = settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def _write(found: Any) -> None:
    """Every card that could come of a task."""
    drafts = found.drafts if isinstance(found, Create) else ()
    if isinstance(found, Update):
        with contextlib.suppress(Refused):
            drafts = (found.edit(entry(found.edit(SEEDED))),)
    for draft in drafts:
        assert json.dumps(draft.vendor_fields, allow_nan=False)
        for contact in draft.contacts:
            assert write(contact).size > 0


SEEDED = entry(VENDOR.read(ROUTES["create"], ask(SEED)).drafts[0])  # type: ignore[union-attr]


def _judge(route: Route, asked: Request) -> None:
    """Read and, whatever came of it, answer; the answer can be read."""
    parsed = tree if route is GATEWAY else told
    try:
        VENDOR.credential(route, asked)
        found = VENDOR.read(route, asked)
    except Refused as refused:
        reply = VENDOR.error_response(route, asked, refused.problems)
        assert 200 <= reply.status < 500
        assert parsed(reply)
        return
    if isinstance(found, Response):
        assert parsed(found)
        return
    _write(found)
    if isinstance(found, Create):
        kept = tuple(entry(one) for one in found.drafts)
        for fresh in (True, False):
            result = CommandResult(entries=kept, fresh=(fresh,) * len(kept))
            assert parsed(VENDOR.response(route, asked, found, result))


@many
@given(st.sampled_from(sorted(ROUTES)), st.binary(max_size=60), st.binary(max_size=30), HEADERS)
def test_any_bytes_give_an_answer(
    name: str, body: bytes, query: bytes, headers: dict[bytes, bytes]
) -> None:
    """No body, query or header raises anything but a refusal."""
    _judge(ROUTES[name], ask(body, query=query, id="7", headers=headers))


@many
@given(CONTACTS, st.sampled_from(["create", "update"]), HEADERS)
def test_any_contact_in_json_gives_an_answer_and_a_card(
    members: dict[str, Any], name: str, headers: dict[bytes, bytes]
) -> None:
    """What is accepted can be written as a card and told again."""
    _judge(ROUTES[name], ask(members, id="7", headers=headers))
    _judge(ROUTES[name], ask({**SEED, **members}, id="7", headers=headers))


@many
@given(QUERIES | VALUES)
def test_any_query_gives_an_answer(query: Any) -> None:
    """Filters, views and orders of any shape."""
    _judge(ROUTES["list"], ask(query))


@many
@given(st.lists(st.tuples(ELEMENTS, XML_TEXTS), max_size=8), XML_TEXTS, st.integers(1, 3))
def test_any_contact_in_xml_gives_an_answer_and_a_card(
    pairs: list[tuple[str, str]], ctid: str, tasks: int
) -> None:
    """The same through the gateway, with one task or several."""
    handle = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in pairs)
    one = f"<code>0301</code><ctid>{escape(ctid)}</ctid><handle><lname>Ada</lname>{handle}</handle>"
    _judge(GATEWAY, ask(request(*[one] * tasks)))


@many
@given(
    st.sampled_from([None, *sorted(ROUTES)]),
    st.sampled_from([400, 401, 403, 404, 405, 406, 408, 413, 415, 422, 429, 500, 503]),
    st.none() | TEXTS.map(lambda text: f"/{text}"),
    TEXTS,
    HEADERS,
    st.binary(max_size=30),
)
def test_any_problem_can_be_said(
    name: str | None,
    status: int,
    field: str | None,
    detail: str,
    headers: dict[bytes, bytes],
    query: bytes,
) -> None:
    """Whatever the door finds is a well-formed answer with a status of a failure."""
    route = ROUTES[name] if name else None
    code = Code(name="E999", status=status, info="Of the door.", when="in tests")
    problem = Problem(code=code, field=field, detail=detail)
    reply = VENDOR.error_response(route, ask(headers=headers, query=query), (problem,))
    assert tree(reply) if route is GATEWAY else told(reply)
    assert reply.status == 200 if route is GATEWAY and status in (400, 422) else reply.status >= 400


def test_the_texts_of_our_own_faults_show_nothing_of_ours() -> None:
    """The cause of a fault of ours is for the log."""
    problem = Problem(code=E503, cause="database", detail="secret")
    reply = VENDOR.error_response(ROUTES["create"], ask(), (problem,))
    assert b"secret" not in b"".join(reply.chunks)
    assert VENDOR.error_response(ROUTES["create"], ask(), (Problem(code=E100),)).status == 400


def test_many_elements_are_read_in_linear_time() -> None:
    """As many elements as a body can hold take no longer than their number."""
    children = "".join(f"<a{place}/>" for place in range(19_900))
    handle = f"<handle><lname>Ada</lname><extension>{children}</extension></handle>"
    asked = ask(request(f"<code>0301</code>{handle}"))
    within_cpu_budget(5.0, lambda: _judge(GATEWAY, asked))
