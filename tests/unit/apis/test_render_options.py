"""Render options: the values of every option, every Accept header, and what is refused of both."""

from typing import Any, Final, get_args

import pytest

from tests.support.contact_requests import STRICT
from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.apis.accept import RANGES
from vcardsvc.apis.base import query_options
from vcardsvc.apis.render_options import CACHED, _choice, render_options
from vcardsvc.model.request import DEFAULT_OPTIONS, Form, PhotoRule, RenderOptions, Target, Version
from vcardsvc.validation.fields import Validator

MAX_TTL: Final = 7200
CARD_4: Final = RenderOptions(version="4.0")
JCARD: Final = RenderOptions(form="jcard")
XCARD: Final = RenderOptions(form="xcard")


def found(query: bytes = b"", accept: bytes = b"") -> RenderOptions | list[str]:
    """Return the render options, or the codes of every problem."""
    validator = Validator(STRICT)
    render = render_options(validator, query_options(query), accept, MAX_TTL)
    assert [problem.field for problem in validator.problems] == [None] * len(validator.problems)
    return [problem.code.name for problem in validator.problems] or render


OPTIONS: tuple[tuple[bytes, RenderOptions | list[str]], ...] = (
    (b"", DEFAULT_OPTIONS),
    (b"unknown=1&x", DEFAULT_OPTIONS),
    *((b"target=%s" % name.encode(), RenderOptions(target=name)) for name in get_args(Target)),
    *((b"version=%s" % name.encode(), RenderOptions(version=name)) for name in get_args(Version)),
    *((b"as=%s" % name.encode(), RenderOptions(form=name)) for name in get_args(Form)),
    *((b"photo=%s" % name.encode(), RenderOptions(photo=name)) for name in get_args(PhotoRule)),
    *((b"once=" + value, RenderOptions(once=True)) for value in (b"true", b"1", b"yes")),
    *((b"once=" + value, DEFAULT_OPTIONS) for value in (b"false", b"0", b"no")),
    (b"content=link", RenderOptions(content="link")),
    (b"content=card", DEFAULT_OPTIONS),
    (b"ttl=1", RenderOptions(ttl=1)),
    (b"ttl=7200", RenderOptions(ttl=7200)),
    (b"ttl=0060", RenderOptions(ttl=60)),
    (b"target=apple&version=4.0", RenderOptions(target="apple", version="4.0")),
    (
        b"as=link&target=mms&version=2.1&photo=drop&ttl=60&once=true",
        RenderOptions(form="link", target="mms", version="2.1", photo="drop", ttl=60, once=True),
    ),
    (b"as=qr&content=link", RenderOptions(form="qr", content="link")),
    # Only the last value counts.
    (b"target=apple&target=android", RenderOptions(target="android")),
    (b"target=nobody&target=android", RenderOptions(target="android")),
    (b"as=jcard&as=card", DEFAULT_OPTIONS),
    (b"ttl=x&ttl=5", RenderOptions(ttl=5)),
    (b"t%61rget=%61pple", RenderOptions(target="apple")),
    # Refused.
    (b"target=android&target=nobody", ["E1527"]),
    (b"target=", ["E1527"]),
    (b"target", ["E1527"]),
    (b"target=Apple", ["E1527"]),
    (b"target=apple%20", ["E1527"]),
    (b"target=apple,android", ["E1527"]),
    (b"target=\xff", ["E1527"]),
    (b"target=%00", ["E1527"]),
    (b"version=3", ["E1527"]),
    (b"version=5.0", ["E1527"]),
    (b"version=4.0%0D%0A", ["E1527"]),
    (b"as=vcf", ["E1527"]),
    (b"as=", ["E1527"]),
    (b"photo=maybe", ["E1527"]),
    (b"once=", ["E1527"]),
    (b"once=2", ["E1527"]),
    (b"content=both", ["E1527"]),
    *(
        (b"ttl=" + value, ["E1527"])
        for value in (
            b"", b"0", b"7201", b"-1", b"%2B5", b"1.5", b"1e3", b"5%20", b"0x10", b"1_000",
            b"%D9%A3", b"%C2%B2", b"9" * 5000, b"1000000000", b"day",
        )
    ),
    (b"target=x&version=x&as=x&photo=x&once=x&content=x&ttl=x", ["E1527"] * 7),
    (b"as=report&target=nobody", ["E1527"]),
    (b"as=twilio&once=true", ["E1527"]),  # Twilio may fetch a card more than once
    (b"as=twilio&once=false", RenderOptions(form="twilio")),
)  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), OPTIONS)
def test_an_option_is_read_or_refused(query: bytes, expected: RenderOptions | list[str]) -> None:
    """The last value of an option counts; one that the option does not have is E1527."""
    assert found(query) == expected


def test_the_values_are_the_documented_ones() -> None:
    """Each option has its documented values, neither more nor fewer."""
    assert get_args(Target) == (
        "universal", "apple", "android", "outlook", "whatsapp", "telegram", "signal", "mms", "qr",
    )  # fmt: skip
    assert get_args(Version) == ("2.1", "3.0", "4.0")
    assert get_args(PhotoRule) == ("require", "drop", "none")
    assert set(get_args(Form)) == {
        "card", "jcard", "xcard", "jscontact", "report", "link", "qr", "whatsapp", "telegram",
        "twilio", "vonage", "telnyx", "plivo", "sinch", "sinch-mms", "bandwidth", "signalwire",
        "8x8", "infobip", "waha", "baileys", "slack", "google-chat", "rcs", "signal", "viber",
    }  # fmt: skip


def test_a_refused_option_names_its_values() -> None:
    """The detail of E1527 has the option and its values."""
    validator = Validator(STRICT)
    render_options(validator, query_options(b"photo=x&ttl=0"), b"", MAX_TTL)
    assert [problem.detail for problem in validator.problems] == [
        "photo is one of: require, drop, none.",
        "ttl is a whole number of seconds from 1 to 7200.",
    ]


NOTHING: Final = ["E406"]

ACCEPTS: tuple[tuple[bytes, RenderOptions | list[str]], ...] = (
    (b"", DEFAULT_OPTIONS),
    (b"*/*", DEFAULT_OPTIONS),
    (b"text/vcard", DEFAULT_OPTIONS),
    (b"text/x-vcard", DEFAULT_OPTIONS),
    (b"text/directory", DEFAULT_OPTIONS),
    (b"text/*", DEFAULT_OPTIONS),
    (b"application/*", DEFAULT_OPTIONS),
    (b"application/vcard+json", JCARD),
    (b"application/vcard+xml", XCARD),
    (b"application/jscontact+json", RenderOptions(form="jscontact")),
    (b"application/jscontact+json;version=2.0", RenderOptions(form="jscontact")),
    (
        b'application/jscontact+json; version="1.0"',
        RenderOptions(form="jscontact", jscontact="1.0"),
    ),
    (
        b"application/jscontact+json;version=3.0, application/jscontact+json;version=1.0;q=0.5",
        RenderOptions(form="jscontact", jscontact="1.0"),
    ),
    # Versions, and how parameters may be written (RFC 9110 section 5.6.6).
    (b"text/vcard;version=2.1", RenderOptions(version="2.1")),
    (b"text/vcard;version=3.0", RenderOptions(version="3.0")),
    (b"text/vcard;version=4.0", CARD_4),
    (b"text/vcard; version=4.0", CARD_4),
    (b"text/vcard ;\tVersion=4.0 ; charset=utf-8", CARD_4),
    (b'TEXT/VCARD;VERSION="4.0"', CARD_4),
    (b'text/vcard;version="4\\.0"', CARD_4),
    (b'text/vcard;x="a,b;c";version=4.0', CARD_4),
    (b'text/vcard;x="a\\",b";version=4.0', CARD_4),
    (b"text/vcard;version=5.0", NOTHING),
    (b"application/jscontact+json;version=3.0", NOTHING),
    (b"text/vcard;version=5.0, text/vcard;version=4.0;q=0.1", CARD_4),
    (b"application/vcard+json;version=4.0", JCARD),
    # Ranges that name no form and get the card.
    (b"application/json", DEFAULT_OPTIONS),
    (b"text/html", DEFAULT_OPTIONS),
    (b"application/json, text/plain, */*", DEFAULT_OPTIONS),
    (
        b"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
        DEFAULT_OPTIONS,
    ),
    (b"application/xml, application/json;q=0.1", DEFAULT_OPTIONS),
    (b"image/png, */*;q=0.001", DEFAULT_OPTIONS),
    (b"text/vcard;version=5.0, */*;q=0.1", DEFAULT_OPTIONS),
    # Qualities and order.
    (b"text/vcard;q=0.5, application/vcard+json", JCARD),
    (b"text/vcard;q=0.5, application/vcard+json;q=0.4", DEFAULT_OPTIONS),
    (b"application/vcard+xml;q=0.2, application/vcard+json;q=0.8", JCARD),
    (b"application/vcard+json, application/vcard+xml", JCARD),
    (b"application/vcard+xml, application/vcard+json", XCARD),
    (b"text/vcard;version=4.0;q=0.9, text/vcard;version=3.0;q=0.8", CARD_4),
    (b"text/vcard;Q=0.1, application/vcard+xml;Q=0.2", XCARD),
    (b'text/vcard;q="0.1", application/vcard+xml;q=0.2', XCARD),
    # A named form comes before a wildcard of the same quality, but not of a higher one.
    (b"*/*, application/vcard+json", JCARD),
    (b"application/json, application/vcard+xml", XCARD),
    (b"application/vcard+json;q=0.5, */*", DEFAULT_OPTIONS),
    # A wildcard does not apply to what is named beside it (RFC 9110 section 12.5.1).
    (b"text/vcard;q=0.3, application/vcard+json;q=0.5, */*;q=0.8", JCARD),
    (b"text/vcard;q=0, application/vcard+json;q=0.5, */*", JCARD),
    (b"text/vcard;version=4.0;q=0.5, */*", CARD_4),
    (b"text/vcard;q=0, */*", DEFAULT_OPTIONS),
    # q=0 is a refusal.
    (b"text/vcard;q=0", NOTHING),
    (b"*/*;q=0", NOTHING),
    (b"application/json;q=0.000", NOTHING),
    (b"application/vcard+json;q=0, application/vcard+xml", XCARD),
    # What cannot be written.
    (b"application/xml", NOTHING),
    (b"text/plain", NOTHING),
    (b"image/png", NOTHING),
    (b"application/vcard", NOTHING),
    (b"text/vcardx", NOTHING),
    (b"*", NOTHING),
    # Garbage: neither a fault nor a card.
    (b"x;;;", NOTHING),
    (b'"', NOTHING),
    (b'";', NOTHING),
    (b'text/vcard"', NOTHING),
    (b'application/xml;x=", text/vcard, "', NOTHING),
    (b'application/xml;x="never closed, text/vcard', NOTHING),
    (b"\xff\xfe\x00", NOTHING),
    (b",,text/vcard,,", DEFAULT_OPTIONS),
    # An empty list is as good as no header (RFC 9110 section 5.6.1).
    (b",", DEFAULT_OPTIONS),
    (b" ", DEFAULT_OPTIONS),
    (b";;;", DEFAULT_OPTIONS),
    (b"text/vcard;", DEFAULT_OPTIONS),
    (b"text/vcard;q", DEFAULT_OPTIONS),
    (b"text/vcard;=;==;version", DEFAULT_OPTIONS),
    *(
        (b"application/vcard+json;q=" + quality + b", text/vcard;q=0.5", JCARD)
        for quality in (b"", b"1.000", b"high", b"9", b"inf", b"1e400", b"\xb2", b"1,")
    ),
    *(
        (b"application/vcard+json;q=" + quality + b", text/vcard;q=0.5", DEFAULT_OPTIONS)
        for quality in (b"0", b"-1", b"0.4999", b"nan", b"1e-400")
    ),
)  # fmt: skip


@pytest.mark.parametrize(("accept", "expected"), ACCEPTS)
def test_an_accept_header_is_read_or_refused(
    accept: bytes, expected: RenderOptions | list[str]
) -> None:
    """The best form that can be written is chosen, E406 if none can; JSON gets the card."""
    assert found(accept=accept) == expected


TOGETHER: tuple[tuple[bytes, bytes, RenderOptions | list[str]], ...] = (
    (b"as=card", b"application/vcard+json", DEFAULT_OPTIONS),
    (b"as=jcard", b"text/vcard;version=4.0", JCARD),
    (b"as=xcard", b"image/png", XCARD),
    (b"as=link", b"application/xml", RenderOptions(form="link")),
    (b"as=x", b"application/xml", ["E1527"]),
    (b"version=3.0", b"text/vcard;version=4.0", RenderOptions(version="3.0")),
    (b"target=apple", b"text/vcard;version=4.0", RenderOptions(target="apple", version="4.0")),
    (b"target=apple", b"application/vcard+xml", RenderOptions(form="xcard", target="apple")),
    (b"target=apple", b"application/json", RenderOptions(target="apple")),
    (b"target=x", b"application/xml", ["E1527", "E406"]),
    (b"ttl=5", b"", RenderOptions(ttl=5)),
)


@pytest.mark.parametrize(("query", "accept", "expected"), TOGETHER)
def test_options_take_precedence_over_accept(
    query: bytes, accept: bytes, expected: RenderOptions | list[str]
) -> None:
    """`as` replaces Accept, `version` that of Accept; the target applies beside both."""
    assert found(query, accept) == expected


IMAGES: tuple[tuple[bytes, str], ...] = (
    (b"", "svg"),
    (b"*/*", "svg"),
    (b"image/*", "svg"),
    (b"image/svg+xml", "svg"),
    (b"image/png", "png"),
    (b"IMAGE/PNG", "png"),
    (b"image/png, image/svg+xml", "svg"),
    (b"image/png, image/svg+xml;q=0.9", "png"),
    (b"image/png;q=0.9, image/svg+xml", "svg"),
    (b"image/png, */*", "png"),
    (b"image/png;q=0.5, */*;q=0.1", "png"),
    (b"image/png;q=0.5, image/*", "svg"),
    (b"image/svg+xml;q=0, */*", "png"),
    (b"image/svg+xml;q=0.1, image/*;q=0.5, */*;q=0.1", "png"),
    (b"image/png;q=0", "svg"),
    (b"image/png;q=0, image/svg+xml;q=0", "svg"),
    (b"application/json", "svg"),
    # The headers of browsers for an image.
    (b"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "svg"),
    (b"image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "svg"),
)


@pytest.mark.parametrize(("accept", "image"), IMAGES)
def test_a_qr_code_is_svg_unless_png_is_preferred(accept: bytes, image: Any) -> None:
    """Accept chooses between SVG and PNG, each by its most specific range."""
    assert found(b"as=qr", accept) == RenderOptions(form="qr", image=image)


def test_a_qr_codes_image_is_no_form() -> None:
    """Without `as`, no form of a contact is an image."""
    assert found(b"target=qr", b"image/png") == ["E406"]


def test_the_cache_of_accept_headers_is_bounded() -> None:
    """It holds a limited number of headers, and no long ones."""
    _choice.cache_clear()
    for number in range(3 * CACHED):
        assert found(accept=b"text/vcard;x=%d" % number) == DEFAULT_OPTIONS
    assert _choice.cache_info().currsize == CACHED
    _choice.cache_clear()
    assert found(accept=b"text/vcard" + b" " * CACHED) == DEFAULT_OPTIONS
    assert _choice.cache_info().currsize == 0


@pytest.mark.parametrize(
    "piece", [b"a,", b"text/vcard;", b";", b'"\\"', b'a;"\\",', b"\\", b'"', b"a=,", b", ;"]
)
def test_a_long_accept_header_is_read_in_time(piece: bytes) -> None:
    """A header of 64 KiB, the most of a head, takes less than a tenth of a second."""
    accept = piece * (65_536 // len(piece))

    def work() -> None:
        found(accept=accept)
        found(b"as=qr", accept)

    within_cpu_budget(0.1, work)


def test_only_the_first_ranges_are_read() -> None:
    """A form behind more ranges than any client sends is not chosen."""
    many = b"image/png," * (RANGES - 1)
    assert found(accept=many + b"text/vcard") == DEFAULT_OPTIONS
    assert found(accept=b"image/png," + many + b"text/vcard") == NOTHING
