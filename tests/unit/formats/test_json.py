"""JSON bodies: what is read, and what is refused with a position."""

from typing import Any

import pytest

from vcardsvc.errors import Refused
from vcardsvc.formats.json import json_object
from vcardsvc.formats.json_faults import NESTING, TOKENS

DEEP = NESTING - 1

READ: list[tuple[bytes, dict[str, Any]]] = [
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

REFUSED = [
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
    (b'{"a": ' + b"9" * 5_000 + b"}", "E108", "number-too-long"),
]


@pytest.mark.parametrize(("body", "value"), READ)
def test_json_is_read(body: bytes, value: dict[str, Any]) -> None:
    """UTF-8 JSON objects are read, with or without a byte order mark."""
    assert json_object(body) == value


@pytest.mark.parametrize(("body", "code", "cause"), REFUSED)
def test_other_bodies_are_refused(body: bytes, code: str, cause: str) -> None:
    """A body that RFC 8259 does not allow, or leaves open, is refused with one code and a cause."""
    with pytest.raises(Refused) as caught:
        json_object(body)
    (problem,) = caught.value.problems
    assert (problem.code.name, problem.cause, problem.field) == (code, cause, None)


DETAILS: list[tuple[bytes, str]] = [
    (b"", "The body is empty."),
    (b"[]", "The body must be a JSON object."),
    (b"{", "Line 1, column 2: the body ends too early."),
    (b'{"a": ', "Line 1, column 7: the body ends too early."),
    (b'{"a"', "Line 1, column 5: the body ends too early."),
    (b'{"a": "b', "Line 1, column 7: the string that begins here does not end."),
    (b'{"a": 1\n "b": 2}', "Line 2, column 2: a comma must stand here, or the end of the object or"
     " array."),
    (b'{"a" 1}', "Line 1, column 6: a colon must stand here."),
    (b'{"a": b}', "Line 1, column 7: a value must stand here."),
    (b"{a: 1}", "Line 1, column 2: the name of a member, in double quotes, must stand here."),
    (b"{'a': 1}", "Line 1, column 2: strings and names stand in double quotes."),
    (b"{\"a\": 'b'}", "Line 1, column 7: strings and names stand in double quotes."),
    (b'{"a": 1,}', "Line 1, column 9: a comma must not stand before the end of an object or"
     " array."),
    (b'{"a": [1, ]}', "Line 1, column 11: a comma must not stand before the end of an object or"
     " array."),
    (b'{"a": "\\x"}', "Line 1, column 8: there is no such escape; a backslash itself is written"
     " \\\\."),
    (b'{"a": "\\u12"}', "Line 1, column 9: \\u must be followed by four hexadecimal digits."),
    (b'{"a": 1} {', "Line 1, column 10: nothing may follow the JSON value."),
    (b'{\n  "note": "a\nb"}',
     "Line 2, column 13: a string may not hold the control character U+000A; write \\n."),
    (b'{"a": "\t"}', "Line 1, column 8: a string may not hold the control character U+0009; write"
     " \\t."),
    (b'{"a": "\0"}', "Line 1, column 8: a string may not hold the control character U+0000; write"
     " \\u0000."),
    ('{"é":\n "ü'.encode() + b'\xe9"}', "Line 2, column 4: byte 0xE9 is not UTF-8."),
    (b"\xff\xfe{\0", "Line 1, column 1: byte 0xFF is not UTF-8."),
    (b'\xef\xbb\xbf{"a": \xe9}', "Line 1, column 7: byte 0xE9 is not UTF-8."),
    (b'{"a": 1,\n "a": 2}', 'Line 2, column 2: the member "a" stands twice in one object.'),
    (b'{"b": [{"a": 1}, {"a": 1, "c": "a\\":", "a" : 2}]}',
     'Line 1, column 40: the member "a" stands twice in one object.'),
    (b'{"a": 1, "\\u0061": 2}',
     'Line 1, column 10: the member "\\u0061" stands twice in one object.'),
    (b'{"' + b"a" * 99 + b'": 1, "' + b"a" * 99 + b'": 2}',
     'Line 1, column 108: the member "' + "a" * 38 + '…" stands twice in one object.'),
    (b'{"NaN": "NaN", "a": NaN}', "Line 1, column 21: NaN is no number in JSON."),
    (b'{"a": -Infinity}', "Line 1, column 7: -Infinity is no number in JSON."),
    (b'{"a": 1e999}', "Line 1, column 7: the number is too large."),
    (b'{"a": -1e999}', "Line 1, column 7: the number is too large."),
    (b'{"a": ' + b"9" * 5_000 + b"}", "Line 1, column 7: a number may have 4300 digits at most."),
    (b'{"a": -' + b"9" * 5_000 + b"}", "Line 1, column 7: a number may have 4300 digits at most."),
    (b'{"a": ' + b"[" * NESTING + b"]" * NESTING + b"}",
     "Line 1, column 38: more than 32 levels of brackets."),
    (b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
     "Line 1, column 161: more than 32 levels of brackets."),
    (b'{"a": "\\ud83d\\ude00\\\\ud83d\\ud83d"}',
     "Line 1, column 27: \\ud83d is half a character (a lone surrogate)."),
    (b'{"b": [' + b"1," * TOKENS + b'1], "a": 1, "a": 2}', "A member stands twice in one object."),
]  # fmt: skip


@pytest.mark.parametrize(("body", "detail"), DETAILS, ids=range(len(DETAILS)))
def test_a_refusal_has_a_position_and_a_reason(body: bytes, detail: str) -> None:
    """CONTRACT 1.15 (amended): the text names line, column and cause."""
    with pytest.raises(Refused) as caught:
        json_object(body)
    assert caught.value.problems[0].detail == detail


def test_the_deepest_nesting_that_passes() -> None:
    """32 levels are read; brackets in strings do not count."""
    body = b'{"a": ' + b"[" * DEEP + b"]" * DEEP + b"}"
    assert json_object(body)["a"] is not None
