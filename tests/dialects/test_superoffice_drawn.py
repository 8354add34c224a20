"""Whatever comes: SuperOffice's calls answer in the vendor's words, and what is kept has cards."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dialects.office import OFFICE, ROUTES, SAMPLE, ask, entry, shown, text, words
from tests.dialects.test_superoffice_bodies import FIELDS, OPERATIONS, XML
from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.superoffice import CODES
from vcardsvc.apis.superoffice.dates import KEEP_OFFSETS, format_date, parse_clock, parse_date
from vcardsvc.apis.superoffice.request import MEDIA_TYPES
from vcardsvc.apis.superoffice.schema import ENTITY, SHAPES, item_of
from vcardsvc.apis.xml import xml_tree
from vcardsvc.errors import CATALOGUE, Problem, Refused
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


def _value(word: str, depth: int) -> st.SearchStrategy[Any]:
    if item := item_of(word):
        return st.lists(_value(item, depth), max_size=2) if depth else st.just([])
    return SCALARS[word] if word in SCALARS else _shape(word, depth - 1)


def _shape(shape: str, depth: int) -> st.SearchStrategy[Any]:
    if depth < 0:
        return st.just({})
    members = {name: st.deferred(lambda w=word: _value(w, depth))  # type: ignore[misc]
               for name, word in SHAPES[shape].items()}  # fmt: skip
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


def _well_formed(reply: Response) -> None:
    body = text(reply)
    kind = dict(reply.headers)[b"content-type"]
    if b"xml" in kind:
        xml_tree(body)
    else:
        json.loads(body)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(list(ROUTES)), BODIES, st.sampled_from([*MEDIA_TYPES, "x/y; z"][:-1]),
       HEADERS, ACCEPTS, QUERIES, st.text(max_size=12))  # fmt: skip
def test_whatever_comes_is_answered(
    name: str, body: bytes, kind: str, headers: Any, accept: bytes, query: bytes, number: str
) -> None:
    """Any request is a task, an answer or a refusal that the vendor's object tells; what is kept
    can be told in any form, and written as cards."""
    asked = ask(body, kind, headers=headers, accept=accept, query=query, params={"id": number})
    route = ROUTES[name]
    OFFICE.credential(route, asked)
    try:
        task = OFFICE.read(route, asked)
    except Refused as refused:
        for problem in refused.problems:
            assert problem.code in (*CODES, *CATALOGUE)
        reply = OFFICE.error_response(route, asked, refused.problems)
        assert reply.status in (400, 404, 406)
        _well_formed(reply)
        return
    if isinstance(task, Response):
        assert task.status == 200
        _well_formed(task)
        return
    if isinstance(task, Get | Delete):
        assert task.ref == int(number)
        return
    if isinstance(task, Listing):
        page = CommandResult(entries=(entry(words(SAMPLE)),), total=7)
        _well_formed(OFFICE.response(route, asked, task, page))
        return
    if isinstance(task, Update):
        _changed(task, asked)
        return
    assert isinstance(task, Create)
    _told(task, asked)


def _changed(task: Update, asked: Request) -> None:
    """A change of the reference's own contact is one, or is refused; the second time as the
    first."""
    outcomes: list[Draft | int] = []
    for _ in range(2):
        try:
            outcomes.append(task.edit(entry(words(SAMPLE))))
        except Refused as refused:
            reply = OFFICE.error_response(ROUTES["replace"], asked, refused.problems)
            outcomes.append(reply.status)
    first, second = outcomes
    assert first == second
    if isinstance(first, Draft):
        _told(Create(drafts=(first,)), asked)
    else:
        assert first in (400, 412)


def _told(task: Create, asked: Request) -> None:
    (draft,) = task.drafts
    assert draft.contacts
    for contact in draft.contacts:
        for profile in PROFILES.values():
            write(contact, profile)
    for route in ("create", "show"):
        reply = shown(draft.vendor_fields, route, headers=asked.headers, accept=asked.accept,
                      query=asked.query)  # fmt: skip
        if reply.status != 304:
            _well_formed(reply)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(ENTITIES)
def test_what_is_kept_is_told_in_the_same_words(entity: Any) -> None:
    """An answer, sent again, is told in the same words; so is its XML."""
    sent = {**entity, "Name": "A", "Persons": []}  # a person has more in the answer
    kept = _words(json.dumps(sent).encode(), "application/json")
    told = json.loads(text(shown(kept)))
    assert json.loads(text(shown(_words(text(shown(kept)), "application/json")))) == told
    again = _words(text(shown(kept, accept=b"text/xml")), "application/xml")
    assert json.loads(text(shown(again))) == _in_xml(told)


def _in_xml(said: Any) -> Any:
    """What an XML document can say: no more than two characters are lost (XML 1.0, section 2.2)."""
    if isinstance(said, str):
        return said.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    if isinstance(said, list):
        return [_in_xml(one) for one in said]
    if isinstance(said, dict):
        return {_in_xml(name): _in_xml(one) for name, one in said.items()}
    return said


def _words(body: bytes, kind: str) -> Any:
    task = OFFICE.read(ROUTES["create"], ask(body, kind))
    assert isinstance(task, Create)
    return task.drafts[0].vendor_fields


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.datetimes(), st.integers(-840, 840), st.sampled_from(["NO", "US-HI", "AU-SA", "UTC"]))
def test_a_moment_stays_the_same_moment(at: Any, minutes: int, name: str) -> None:
    """A date told in any zone, with its offset, is read as the same moment."""
    sign, (hours, rest) = "+-"[minutes < 0], divmod(abs(minutes), 60)
    kept = parse_date(f"{at.isoformat()}{sign}{hours:02}:{rest:02}", KEEP_OFFSETS)
    assert kept is not None
    how = parse_clock(f"{name}, includeTZOffset")
    assert how is not None
    again = parse_date(format_date(kept, how), KEEP_OFFSETS)
    assert again is not None
    assert format_date(again, how) == format_date(kept, how)
    assert len(kept) == 33


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(CATALOGUE), min_size=1, max_size=3), HEADERS, ACCEPTS,
       st.sampled_from([*ROUTES.values(), None]))  # fmt: skip
def test_every_problem_can_be_told(codes: Any, headers: Any, accept: bytes, route: Any) -> None:
    """Any problem of the catalogue becomes a well-formed answer with a status of failure."""
    problems = tuple(Problem(code=code, field="/a/0", detail="b\0") for code in codes)
    reply = OFFICE.error_response(route, ask(headers=headers, accept=accept), problems)
    assert 400 <= reply.status <= 599
    assert reply.status not in (410, 422)
    _well_formed(reply)
