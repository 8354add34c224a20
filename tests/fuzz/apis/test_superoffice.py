"""SuperOffice, drawn requests: each has a response in the vendor's form, and stored entities have
cards."""

import json
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from tests.support.superoffice import (
    API,
    ROUTES,
    SAMPLE,
    entry,
    request_of,
    respond,
    stored_fields,
    text,
)
from tests.support.superoffice_bodies import FIELDS, OPERATIONS, XML
from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.superoffice import CODES
from vcardsvc.apis.superoffice.dates import KEEP_OFFSETS, format_date, parse_clock, parse_date
from vcardsvc.apis.superoffice.request import MEDIA_TYPES
from vcardsvc.apis.superoffice.schema import ENTITY, SHAPES, item_of
from vcardsvc.errors import CATALOGUE, Problem, Refused
from vcardsvc.formats.xml import xml_tree
from vcardsvc.model.address_book import CommandResult, Create, Delete, Draft, Get, Listing, Update
from vcardsvc.vcard import PROFILES, write

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=40) | st.text(
    alphabet='\\;,:"/ ^%<>=aé李😀\u200d\u0301+47', max_size=60
)
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "int32": st.integers(-(2**31), 2**31 - 1),
    "string": TEXT,
    "text": TEXT | TEXT.map(lambda text: f"{text}\n{text}\t"),
    "enum": st.sampled_from(["Unknown", "", 3]),
    "bool": st.booleans(),
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "date-time": st.datetimes().map(lambda at: at.isoformat() + "Z"),
    "map": st.dictionaries(TEXT, TEXT, max_size=3),
}


def _value(kind: str, depth: int) -> st.SearchStrategy[Any]:
    if item := item_of(kind):
        return st.lists(_value(item, depth), max_size=2) if depth else st.just([])
    return SCALARS[kind] if kind in SCALARS else _shape(kind, depth - 1)


def _shape(shape: str, depth: int) -> st.SearchStrategy[Any]:
    if depth < 0:
        return st.just({})
    members = {name: st.deferred(lambda w=kind: _value(w, depth))  # type: ignore[misc]
               for name, kind in SHAPES[shape].items()}  # fmt: skip
    return st.fixed_dictionaries({}, optional=members)


ENTITIES = _shape(ENTITY, 2)
NAMES = st.sampled_from(list(SHAPES[ENTITY])) | st.sampled_from(
    [str.lower(name) for name in SHAPES[ENTITY]]
)
BODIES = st.one_of(
    st.binary(max_size=200),
    ANY.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(NAMES, ANY, max_size=4).map(lambda value: json.dumps(value).encode()),
    ENTITIES.map(lambda value: json.dumps(value).encode()),
    st.lists(
        st.fixed_dictionaries(
            {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"])},
            optional={
                name: st.lists(st.sampled_from(
                    ["Name", "emails", "0", "-", "Interests", "ChildItems", "Value", "Persons",
                     "CustomFields", "Domains", "~1", "Address", "LocalizedAddress", ""]),
                    max_size=6).map(lambda steps: "".join(f"/{step}" for step in steps))
                for name in ("path", "from")
            } | {"value": ANY | ENTITIES},
        ),
        max_size=12,
    ).map(lambda value: json.dumps(value).encode()),
    st.lists(st.sampled_from(OPERATIONS), max_size=40).map(lambda v: json.dumps(v).encode()),
    st.tuples(st.integers(0, len(XML)), st.integers(0, len(XML)), st.binary(max_size=9)).map(
        lambda cut: XML[: cut[0]] + cut[2] + XML[cut[1] :]),
    st.tuples(st.integers(0, len(FIELDS)), st.integers(0, len(FIELDS)), st.binary(max_size=9)).map(
        lambda cut: FIELDS[: cut[0]] + cut[2] + FIELDS[cut[1] :]),
    st.lists(st.tuples(NAMES, st.sampled_from(
        ["", "[0]", "[]", ".Value", "[Value]", "[0].Value", "[0][0].Name", "[99999999999]", "[a"]),
        st.text(max_size=9)), max_size=6).map(
        lambda fields: "&".join(f"{a}{b}={c}" for a, b, c in fields).encode("utf-8", "replace")),
)  # fmt: skip
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        name: st.binary(max_size=30) | st.sampled_from([b"NO", b"NO,includeTZOffset", b"en", b"x"])
        for name in (b"so-timezone", b"so-language", b"accept-language", b"if-modified-since",
                     b"if-unmodified-since", b"authorization", b"x-xsrf-token")
    },
)  # fmt: skip
ACCEPTS = st.binary(max_size=40) | st.sampled_from([b"", b"text/xml", b"*/*;q=0", b"text/json"])
QUERIES = st.text(max_size=40).map(lambda t: t.encode("utf-8", "replace")) | st.lists(
    st.sampled_from(
        [
            "$select=",
            "name",
            ",",
            "/",
            "category/id",
            "&",
            "%00",
            "%ff",
            "persons",
            "$filter=",
            "%20eq%20",
            "'a'",
            "%20and%20",
            "(",
            ")",
            "contains(",
            "$top=7",
            "$orderBy=",
            "%20desc",
        ]
    ),
    max_size=9,
).map(lambda parts: "".join(parts).encode())


def _check_well_formed(response: Response) -> None:
    body = text(response)
    kind = dict(response.headers)[b"content-type"]
    if b"xml" in kind:
        xml_tree(body)
    else:
        json.loads(body)


@examples(150, *HealthCheck)
@given(st.sampled_from(list(ROUTES)), BODIES, st.sampled_from([*MEDIA_TYPES, "x/y; z"][:-1]),
       HEADERS, ACCEPTS, QUERIES, st.text(max_size=12))  # fmt: skip
def test_any_request_has_a_command_a_response_or_a_refusal(
    name: str, body: bytes, kind: str, headers: Any, accept: bytes, query: bytes, number: str
) -> None:
    """Any request is read as a command, a response or a refusal with the vendor's error object; a
    stored entity can be written in any form, and as cards."""
    request = request_of(
        body, kind, headers=headers, accept=accept, query=query, params={"id": number}
    )
    route = ROUTES[name]
    API.credential(route, request)
    try:
        command = API.read(route, request)
    except Refused as refused:
        for problem in refused.problems:
            assert problem.code in (*CODES, *CATALOGUE)
        response = API.error_response(route, request, refused.problems)
        assert response.status in (400, 404, 406)
        _check_well_formed(response)
        return
    if isinstance(command, Response):
        assert command.status == 200
        _check_well_formed(command)
        return
    if isinstance(command, Get | Delete):
        assert command.ref == int(number)
        return
    if isinstance(command, Listing):
        page = CommandResult(entries=(entry(stored_fields(SAMPLE)),), total=7)
        _check_well_formed(API.response(route, request, command, page))
        return
    if isinstance(command, Update):
        _check_change(command, request)
        return
    assert isinstance(command, Create)
    _check_response(command, request)


def _check_change(command: Update, request: Request) -> None:
    """Check that a change of the reference's contact has the same draft or refusal twice."""
    results: list[Draft | int] = []
    for _ in range(2):
        try:
            results.append(command.edit(entry(stored_fields(SAMPLE))))
        except Refused as refused:
            response = API.error_response(ROUTES["replace"], request, refused.problems)
            results.append(response.status)
    first, second = results
    assert first == second
    if isinstance(first, Draft):
        _check_response(Create(drafts=(first,)), request)
    else:
        assert first in (400, 412)


def _check_response(command: Create, request: Request) -> None:
    (draft,) = command.drafts
    assert draft.contacts
    for contact in draft.contacts:
        for profile in PROFILES.values():
            write(contact, profile)
    for route in ("create", "show"):
        response = respond(
            draft.vendor_fields,
            route,
            headers=request.headers,
            accept=request.accept,
            query=request.query,
        )
        if response.status != 304:
            _check_well_formed(response)


@examples(60, *HealthCheck)
@given(ENTITIES)
def test_a_response_that_is_sent_has_the_same_response(entity: Any) -> None:
    """A response that is sent as a request has the same response, in JSON and in XML."""
    sent = {**entity, "Name": "A", "Persons": []}  # a person has more in the response
    stored = stored_fields(sent)
    body = text(respond(stored))
    shown = json.loads(body)
    assert json.loads(text(respond(stored_fields(body)))) == shown
    sent_in_xml = stored_fields(text(respond(stored, accept=b"text/xml")), "application/xml")
    assert json.loads(text(respond(sent_in_xml))) == _in_xml(shown)


def _in_xml(value: Any) -> Any:
    """Return a value as XML can have it: two characters become U+FFFD (XML 1.0, section 2.2)."""
    if isinstance(value, str):
        return value.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    if isinstance(value, list):
        return [_in_xml(one) for one in value]
    if isinstance(value, dict):
        return {_in_xml(name): _in_xml(one) for name, one in value.items()}
    return value


@examples(100, *HealthCheck)
@given(st.datetimes(), st.integers(-840, 840), st.sampled_from(["NO", "US-HI", "AU-SA", "UTC"]))
def test_a_date_in_any_zone_is_the_same_moment(at: Any, minutes: int, name: str) -> None:
    """A date in any zone, with its offset, is parsed as the same moment."""
    sign, (hours, rest) = "+-"[minutes < 0], divmod(abs(minutes), 60)
    stored = parse_date(f"{at.isoformat()}{sign}{hours:02}:{rest:02}", KEEP_OFFSETS)
    assert stored is not None
    clock = parse_clock(f"{name}, includeTZOffset")
    assert clock is not None
    parsed = parse_date(format_date(stored, clock), KEEP_OFFSETS)
    assert parsed is not None
    assert format_date(parsed, clock) == format_date(stored, clock)
    assert len(stored) == 33


@examples(100, *HealthCheck)
@given(st.lists(st.sampled_from(CATALOGUE), min_size=1, max_size=3), HEADERS, ACCEPTS,
       st.sampled_from([*ROUTES.values(), None]))  # fmt: skip
def test_every_problem_has_an_error_response(
    codes: Any, headers: Any, accept: bytes, route: Any
) -> None:
    """Any problem of the catalogue has a well-formed response with an error status."""
    problems = tuple(Problem(code=code, field="/a/0", detail="b\0") for code in codes)
    response = API.error_response(route, request_of(headers=headers, accept=accept), problems)
    assert 400 <= response.status <= 599
    assert response.status not in (410, 422)
    _check_well_formed(response)
