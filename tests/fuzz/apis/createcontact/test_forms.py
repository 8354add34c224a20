"""Any bytes of a form are fields or refused."""

from typing import Final

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.html_forms import BOUNDARY, FORM_DATA, MULTIPART, URLENCODED, parse_form
from tests.support.hypothesis_profiles import examples
from vcardsvc.errors import Refused
from vcardsvc.model.request import CardRequest

PIECES: Final = st.sampled_from(
    [b"--", BOUNDARY.encode(), b"--" + BOUNDARY.encode(), b"\r\n", b"\r", b"\n", b"name", b"[",
     b"]", b"[]", b"phone", b"photo", b"=", b"&", b"%", b"%ff", b";", b'"', b"\\", b":", b" ",
     b"\xff", FORM_DATA.encode(), b'name="a"', b"filename*=''", b'filename=""', b"[0][number]",
     b"once=on"]
)  # fmt: skip
BYTES: Final = st.binary(max_size=100) | st.lists(PIECES, max_size=30).map(b"".join)
TYPES: Final = (
    st.sampled_from([URLENCODED, MULTIPART, b"multipart/form-data;boundary="])
    | st.binary(max_size=20)
    | st.builds(lambda tail: MULTIPART.partition(b";")[0] + b";" + tail, BYTES)
)


@examples(1000, *HealthCheck)
@given(content_type=TYPES, body=BYTES)
def test_any_bytes_are_fields_or_refused(content_type: bytes, body: bytes) -> None:
    """Any bytes of any content type raise nothing but Refused."""
    codes = set()
    try:
        assert type(parse_form(body, content_type).card_request()) is CardRequest
    except Refused as refused:
        codes = {problem.code.name for problem in refused.problems}
    assert codes <= {f"E{number}" for number in (100, 101, 108, 1515, 1516, 1522, 1524, 1525, 1527)}
