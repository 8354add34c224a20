"""A multipart body under a ceiling: which part is cut, however the body is split into pieces."""

import pytest

from tests.support.bounded_forms import HEADERS, body, held
from tests.support.cpu_budget import within_cpu_budget

SMALL, LARGE = b"s" * 20, b"L" * 5000
CUT: dict[str, tuple[bytes, bytes, set[int]]] = {
    "nothing": (body(SMALL), body(SMALL), set()),
    "the only one": (body(LARGE), body(b""), {0}),
    "the first": (body(LARGE, SMALL), body(b"", SMALL), {0}),
    "the last": (body(SMALL, LARGE), body(SMALL, b""), {1}),
    "two": (body(LARGE, SMALL, LARGE), body(b"", SMALL, b""), {0, 2}),
    "almost a delimiter": (
        body(b"\r\n--\r\n-" * 400, SMALL), body(b"", SMALL), {0},
    ),
    "after a preamble": (b"x\r\n" + body(LARGE), b"x\r\n" + body(b""), {0}),
    "cut off": (body(LARGE)[:-20], b"--b" + HEADERS + b"LLLL", {0}),
}  # fmt: skip


@pytest.mark.parametrize("size", [1, 7, 100, 100_000])
@pytest.mark.parametrize("name", CUT)
def test_the_largest_part_is_cut(name: str, size: int) -> None:
    """Its octets are dropped; its headers and all other parts are kept."""
    whole, kept, cut = CUT[name]
    assert held(whole, 500, size) == (kept, frozenset(cut))


NOT_CUT: dict[str, bytes] = {
    "no multipart": b"x" * 501,
    "no headers": b"--b" + b"x" * 500,
    "a long preamble": b"x" * 500 + b"\r\n" + body(SMALL),
    "a long epilogue": body(SMALL) + b"x" * 500,
    "too many large ones": body(*[b"x" * 400] * 12),
    "many small ones": body(*[SMALL] * 30),
    "empty ones": body(*[b""] * 60),
}


@pytest.mark.parametrize("size", [1, 100, 100_000])
@pytest.mark.parametrize("name", NOT_CUT)
def test_a_body_without_a_large_part_is_too_long(name: str, size: int) -> None:
    """Nothing of it is held."""
    assert held(NOT_CUT[name], 500, size) is None


@pytest.mark.parametrize(
    "piece", [b"\r\n--b", b"\r\n--", b"\r", b"\r\n--b\r\n\r\n", b"--b\r\n", b"x"]
)
def test_hostile_bodies_take_linear_time(piece: bytes) -> None:
    """Octets that resemble delimiters do not multiply the searches."""
    text = piece * (16_000_000 // len(piece))
    parts = body(*[piece * (100_000 // len(piece))] * 100)

    def work() -> None:
        held(text, 5_000_000, 65_536)
        held(parts, 5_000_000, 65_536)

    within_cpu_budget(2.0, work)
