"""Whatever is sent into POST /, the answer is a card or one of the catalogue; never a 500.

CONTRACT 3: every answer has a code, and its HTTP status is one the catalogue gives it.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from tests.support.service import HEADERS, KEY, Inside
from vcardsvc.errors import CATALOGUE

PAIRS = tuple((name.encode(), value.encode()) for name, value in HEADERS.items())
FULL: dict[str, Any] = {
    "action": "createcontact",
    "name": {"first-name": "Zoë", "last-name": "Müller", "suffix": "Jr."},
    "organization": "Fictional Mills",
    "title": "Miller",
    "photo-url": "http://photos.example/z.jpg",
    "photo": "",
    "note": "One.\nTwo; three, four\\five.",
    "phone": [{"number": "+16502530000", "label": "Work"}, {"number": "2", "label": "fax"}],
    "email": [{"id": "z@example.com", "label": "Home"}],
    "physical-address": [{"address": "Mill Lane 1\nMilltown", "label": "Work"}],
    "website": [{"url": "https://example.com/a b", "label": "Mill"}],
    "uid": "z-1",
}
WITHOUT_PHOTO = {name: value for name, value in FULL.items() if name != "photo-url"}
ANSWERS = {(200, "card")} | {
    (status, code.name)
    for code in CATALOGUE
    for status in (code.status, *code.others)
    if status != 500
}
FOLDED = 75
"""Octets of a line of a card (RFC 2426, 2.6)."""

many = examples(300, *HealthCheck)


def _expected(app: Inside, body: bytes, **others: Any) -> tuple[int, str]:
    answer = app.ask("POST", "/", body, **{"headers": PAIRS, **others})
    assert answer.outcome in ANSWERS
    if answer.outcome == (200, "card"):
        answer.body.decode()
        assert max(map(len, answer.body.split(b"\r\n"))) <= FOLDED
    return answer.outcome


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for key, member in inner:
        yield (*path, key)
        yield from _paths(member, (*path, key))


def _changed(path: tuple[str | int, ...], value: Any, request: dict[str, Any]) -> None:
    *above, last = path
    at: Any = request
    for key in above:
        try:
            at = at[key]
        except (KeyError, IndexError, TypeError):
            return
    fits = isinstance(at, dict) or (isinstance(at, list) and last in range(len(at)))
    if fits:
        at[last] = value


ODD_TEXTS = st.sampled_from(
    ["\ud800", "\udfff\ud800", "\x00", "\r\n", "\u2028END:VCARD", " ", "‍", "e" + "\u0301" * 300,
     "👩‍👩‍👧‍👦" * 40, "a" * 70_000, "http://[::1]/", "https://ex ample", "javascript:1",
     "//", "http://127.0.0.1:1/", "+1" + "0" * 38, "+999", "00", "work", "HOME", "Fax ",
     "BEGIN:VCARD\r\nEND:VCARD", "=?utf-8?q?x?=", "R0lGODlhAQABAAAAACw="]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | ODD_TEXTS,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
CHANGES = st.lists(st.tuples(st.sampled_from(tuple(_paths(FULL))), JSON), max_size=4)
SYNTAX = st.sampled_from(
    [b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\", b"\xef\xbb\xbf", b"\xff", b"\xfe\xff",
     b"null", b"NaN", b"1e999", b"-", b"\\ud800", b'"action"', b'"createcontact"', b'"name"',
     b"[" * 50, b'{"":' * 50, b"[" * 100_000, b"9" * 5000, b"\x00"]
)  # fmt: skip


@many
@given(body=st.binary(max_size=400) | st.lists(SYNTAX, max_size=12).map(b"".join))
def test_any_bytes_get_an_answer(offline: Inside, body: bytes) -> None:
    """Any bytes as a body are answered from the catalogue."""
    _expected(offline, body)


@many
@given(start=st.integers(0, 600), end=st.integers(0, 600), put=st.binary(max_size=8) | SYNTAX)
def test_any_damage_gets_an_answer(offline: Inside, start: int, end: int, put: bytes) -> None:
    """A good request with a piece torn out or put in is answered from the catalogue."""
    good = json.dumps(WITHOUT_PHOTO, ensure_ascii=False).encode()
    _expected(offline, good[:start] + put + good[end:])


@many
@given(changes=CHANGES, photo=st.booleans())
def test_any_members_get_an_answer(offline: Inside, changes: Any, photo: bool) -> None:
    """A good request with any JSON at any places is answered from the catalogue."""
    request = copy.deepcopy(FULL if photo else WITHOUT_PHOTO)
    for path, value in changes:
        _changed(path, copy.deepcopy(value), request)
    _expected(offline, json.dumps(request).encode())


def test_the_unchanged_request_is_good(offline: Inside) -> None:
    """What is changed above is accepted as it stands, but for a photo in a world without names."""
    assert _expected(offline, json.dumps(WITHOUT_PHOTO).encode()) == (200, "card")
    assert _expected(offline, json.dumps(FULL).encode()) == (422, "E1520")


HEADER = st.sampled_from(
    [b"content-type", b"content-encoding", b"content-length", b"x-request-id", b"x-api-key",
     b"expect", b"transfer-encoding", b"accept", b"cookie"]
)  # fmt: skip
VALUE = st.binary(max_size=60) | st.sampled_from(
    [b"application/json", b"application/json;;;charset", b"application/json;charset=\xff",
     b"identity", b"100-continue", b"chunked", KEY.encode(), b"-1", b"9" * 30]
)  # fmt: skip


@many
@given(headers=st.lists(st.tuples(HEADER, VALUE), max_size=6), query=st.binary(max_size=80))
def test_any_headers_and_query_get_an_answer(
    offline: Inside, headers: list[tuple[bytes, bytes]], query: bytes
) -> None:
    """Any headers, repeated or not, and any query are answered from the catalogue."""
    body = json.dumps(WITHOUT_PHOTO).encode()
    _expected(offline, body, headers=[*PAIRS, *headers], query=query)


@many
@given(
    options=st.lists(
        st.tuples(st.sampled_from(["filename", "disposition", "x"]), st.text(max_size=24))
    )
)
def test_any_option_gets_an_answer(offline: Inside, options: list[tuple[str, str]]) -> None:
    """Any value of a query option gives the file that name, or is E1527."""
    query = "&".join(f"{name}={value}" for name, value in options).encode("utf-8", "replace")
    outcome = _expected(offline, json.dumps(WITHOUT_PHOTO).encode(), query=query)
    assert outcome in {(200, "card"), (400, "E1527")}
