"""Accept headers: how ranges are parsed, and which offered media type is the best."""

import pytest

from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.apis.accept import RANGES, Range, best_of, parse_accept

HEADERS: list[tuple[bytes, list[tuple[str, float, dict[str, str]]]]] = [
    (b"", []),
    (b" ,, ;q=1,", []),
    (b"*/*", [("*/*", 1.0, {})]),
    (b"TEXT/Vcard", [("text/vcard", 1.0, {})]),
    (b"en-GB, en;q=0.5, *;q=0", [("en-gb", 1.0, {}), ("en", 0.5, {"q": "0.5"}),
                                 ("*", 0.0, {"q": "0"})]),
    (b"text/vcard ;\tVersion = 4.0 ; Q=0.1",
     [("text/vcard", 0.1, {"version": "4.0", "q": "0.1"})]),
    (b'a/b;x="c,d\\"e;";q="0.2",f/g', [("a/b", 0.2, {"x": 'c,d"e;', "q": "0.2"}),
                                       ("f/g", 1.0, {})]),
    (b'a/b;x="never closed, f/g', [("a/b", 1.0, {"x": "never closed, f/g"})]),
    (b"a/b;x;;=y", [("a/b", 1.0, {"x": "", "": "y"})]),
    (b"a\xe9/b", [("aé/b", 1.0, {})]),
    *((b"a/b;q=" + text, [("a/b", quality, {"q": text.decode()})])
      for text, quality in ((b"", 1.0), (b"1.000", 1.0), (b"high", 1.0), (b"9", 1.0),
                            (b"-1", 0.0), (b"nan", 0.0), (b"0.25", 0.25))),
]  # fmt: skip


@pytest.mark.parametrize(("header", "ranges"), HEADERS)
def test_a_header_is_parsed_into_ranges(
    header: bytes, ranges: list[tuple[str, float, dict[str, str]]]
) -> None:
    """Names are in lower case, values out of their quotes; an unreadable quality is 1."""
    assert parse_accept(header) == tuple(Range(*one) for one in ranges)


def test_only_the_first_ranges_are_read() -> None:
    """The limit is one for the ranges of a header and for the parameters of a range."""
    assert len(parse_accept(b"a/b," * (RANGES + 1))) == RANGES
    (one,) = parse_accept(b"a/b" + b"".join(b";p%d=1" % number for number in range(99)))
    assert len(one.parameters) == RANGES - 1


@pytest.mark.parametrize("piece", [b"a,", b"a;", b'a;"\\",', b'"', b"\\", b'"\\"'])
def test_a_long_header_takes_linear_time(piece: bytes) -> None:
    """A header of any repeated text is read in time."""
    header = piece * (1_000_000 // len(piece))
    within_cpu_budget(1.0, lambda: parse_accept(header))


JSON, XML, TEXT = "application/json", "application/xml", "text/xml"

BEST: list[tuple[bytes, str | None, str | None]] = [
    (b"*/*", JSON, JSON),
    (b"application/*", JSON, JSON),
    (b"text/*", TEXT, TEXT),
    (b"application/xml", XML, XML),
    (b"image/png", None, None),
    (b"*/*;q=0", None, None),
    (b"application/json;q=0, */*", XML, XML),
    (b"application/json;q=0.5, application/xml;q=0.6", XML, XML),
    (b"*/*, text/xml", TEXT, TEXT),
    (b"text/xml;q=0.5, */*", JSON, JSON),
    (b"text/xml;q=0.9, */*;q=0.1, application/*;q=0.5", TEXT, TEXT),
    (b"application/xml, application/json", JSON, XML),
    (b"text/*, application/*", JSON, TEXT),
    (b"application/json;q=0.5, text/xml;q=0.5, application/json", JSON, JSON),
]
"""A header, and the best media type by the order of the offer and by that of the header."""


@pytest.mark.parametrize(("header", "by_offer", "by_header"), BEST)
def test_the_best_media_type_is_chosen(
    header: bytes, by_offer: str | None, by_header: str | None
) -> None:
    """The quality of the most specific range decides, then a name, then one of the two orders."""
    ranges = parse_accept(header)
    assert best_of(ranges, (JSON, XML, TEXT)) == by_offer
    assert best_of(ranges, (JSON, XML, TEXT), header_order=True) == by_header
