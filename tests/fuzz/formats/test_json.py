"""Any bytes are read as a JSON object or refused."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import examples
from vcardsvc.errors import Refused
from vcardsvc.formats.json import json_object

PIECES = st.sampled_from(
    [b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\", b"\xff", b"NaN", b"-", b"1e999", b"1e", b".",
     b"-Infinity", b"\\ud800", b'"a"', b'"a":', b'"\\u0061":', b"[" * 33, b"9" * 5000, b"9" * 400,
     b" ", b"\n", b"\x00", b"1", b"null", b'{"a":'])  # fmt: skip


@examples(500)
@given(
    st.binary(max_size=200)
    | st.text(max_size=100).map(str.encode)
    | st.lists(PIECES, max_size=12).map(b"".join)
)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """No bytes raise anything but Refused."""
    codes = set()
    try:
        value = json_object(body)
    except Refused as refused:
        (problem,) = refused.problems
        codes = {problem.code.name} if 0 < len(problem.detail) < 150 else {problem.detail}
    else:
        assert type(value) is dict
    assert codes <= {"E100", "E108"}
