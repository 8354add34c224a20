"""The guarded JSON door: what RFC 8259 has and we take, and what we do not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcardsvc.dialects.base import NESTING, json_object, query_options
from vcardsvc.errors import Refused

DEEP = NESTING - 1

TAKEN: list[tuple[bytes, dict[str, Any]]] = [
    (b"{}", {}),
    (b' \r\n\t{"a": 1} ', {"a": 1}),
    (b'\xef\xbb\xbf{"a": "b"}', {"a": "b"}),
    (b'{"a": "\\u00e9\xc3\xa9"}', {"a": "éé"}),
    (b'{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
    (b'{"a": "\\\\ud800"}', {"a": "\\ud800"}),
    (b'{"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}', {"a": "[" * 36}),
    (b'{"a": [1, {"b": null}]}', {"a": [1, {"b": None}]}),
    (b'{"a": {"k": 1}, "b": {"k": 2}}', {"a": {"k": 1}, "b": {"k": 2}}),
]

NOT_TAKEN = [
    (b"", "E100", "no-body"),
    (b" \n", "E100", "no-body"),
    (b"[]", "E100", "not-an-object"),
    (b'"a"', "E100", "not-an-object"),
    (b"null", "E100", "not-an-object"),
    (b"1", "E100", "not-an-object"),
    (b"{", "E108", "syntax"),
    (b"{'a': 1}", "E108", "syntax"),
    (b'{"a": 1e999}', "E108", "not-a-number"),
    (b'{"a": 1,}', "E108", "syntax"),
    (b'{"a": 1} x', "E108", "syntax"),
    (b'{"a": 01}', "E108", "syntax"),
    (b'{"a": "\n"}', "E108", "syntax"),
    (b'\xef\xbb\xbf\xef\xbb\xbf{"a": 1}', "E108", "syntax"),
    (b'{"a": 1, "a": 1}', "E108", "duplicate-member"),
    (b'{"a": {"b": 1, "b": 2}}', "E108", "duplicate-member"),
    (b'{"a": 1, "\\u0061": 2}', "E108", "duplicate-member"),
    (b'{"a": NaN}', "E108", "not-a-number"),
    (b'{"a": Infinity}', "E108", "not-a-number"),
    (b'{"a": -Infinity}', "E108", "not-a-number"),
    (b'{"a": "\xe9"}', "E108", "not-utf-8"),
    (b'{"a": "\xed\xa0\x80"}', "E108", "not-utf-8"),
    ('{"a": 1}'.encode("utf-16"), "E108", "not-utf-8"),
    ('{"a": 1}'.encode("utf-16-le"), "E108", "syntax"),
    (b'{"a": "\\ud800"}', "E108", "surrogate"),
    (b'{"a": "\\uDFFF"}', "E108", "surrogate"),
    (b'{"a": "\\ude00\\ud83d"}', "E108", "surrogate"),
    (b'{"\\ud800": 1}', "E108", "surrogate"),
    (b'{"a": [["\\ud800"]]}', "E108", "surrogate"),
    (b'{"a": ' + b"[" * NESTING + b"]" * NESTING + b"}", "E108", "nesting"),
    (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "E108", "nesting"),
    (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "E108", "nesting"),
    (b'{"a": ' + b"9" * 5_000 + b"}", "E108", "syntax"),
]


@pytest.mark.parametrize(("body", "value"), TAKEN)
def test_json_is_read(body: bytes, value: dict[str, Any]) -> None:
    """UTF-8 JSON objects are read, with or without a byte order mark."""
    assert json_object(body) == value


@pytest.mark.parametrize(("body", "code", "cause"), NOT_TAKEN)
def test_what_is_no_json_object_is_refused(body: bytes, code: str, cause: str) -> None:
    """What RFC 8259 does not have, or leaves open, is refused with one code and a cause."""
    with pytest.raises(Refused) as caught:
        json_object(body)
    (problem,) = caught.value.problems
    assert (problem.code.name, problem.cause, problem.field) == (code, cause, None)


def test_the_deepest_nesting_that_passes() -> None:
    """32 levels pass, however many brackets stand in strings."""
    body = b'{"a": ' + b"[" * DEEP + b"]" * DEEP + b"}"
    assert json_object(body)["a"] is not None


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """No bytes raise anything but Refused."""
    codes = set()
    try:
        value = json_object(body)
    except Refused as refused:
        codes = {problem.code.name for problem in refused.problems}
    else:
        assert type(value) is dict
    assert codes <= {"E100", "E108"}


def test_a_query_has_so_many_options() -> None:
    """A query of more options than anybody needs is E1527 before it is parted."""
    assert len(query_options(b"&".join(b"a%d=1" % n for n in range(64)))) == 64
    with pytest.raises(Refused, match="E1527"):
        query_options(b"&" * 64)
