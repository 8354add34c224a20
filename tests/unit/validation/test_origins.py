"""Where a request comes from, what a publishable key may be used from, and what CORS answers.

RFC 6454 sections 6 and 7; Fetch standard sections 3.3 and 4.8.
"""

from typing import Final

import pytest

from vcardsvc.http.cors import cors_headers, preflight_headers
from vcardsvc.validation.origins import (
    SELF,
    checked_origins,
    checked_redirects,
    is_among,
    normal,
    not_allowed,
    of_request,
    of_url,
)

SITE = "https://example.com"
OTHER = "https://other.example"
BASE = "https://cards.example.net"

NORMAL = (
    ("https://example.com", SITE),
    ("HTTPS://Example.COM", SITE),
    ("https://example.com:443", SITE),
    ("https://example.com:0443", SITE),
    ("http://example.com:80", "http://example.com"),
    ("http://example.com:443", "http://example.com:443"),
    ("https://example.com:8443", "https://example.com:8443"),
    ("https://example.com.", "https://example.com."),
    ("https://xn--mller-kva.example", "https://xn--mller-kva.example"),
    ("https://a_b.example", "https://a_b.example"),
    ("http://localhost:3000", "http://localhost:3000"),
    ("http://[::1]:8000", "http://[::1]:8000"),
    ("https://[2001:DB8:0:0::1]", "https://[2001:db8::1]"),
    ("https://192.0.2.1", "https://192.0.2.1"),
)
"""Text and its one spelling."""

NO_ORIGINS = (
    "", "null", "NULL", "*", SELF, "example.com", "//example.com", "https:example.com", "https://",
    "https://example.com/", "https://example.com/a", "https://example.com?a", "https://a@b.example",
    "https://example.com https://other.example", "https://example.com,https://other.example",
    "https://example.com:", "https://example.com:0", "https://example.com:65536",
    "https://example.com:4 43", " https://example.com", "https://example.com\n", "https://-a.example",
    "https://a..example", "https://exam ple.com", "https://example.com\\@other.example",
    "https://example.com%2eevil.example", "https://müller.example", "https://[::1", "https://[::g]",
    "https://[::ffff:1.2.3.4%25eth0]", "https://127.1", "https://0x7f.0.0.1", "https://1",
    "https://example.1", "ftp://example.com", "file://", "data:text/html,a", "javascript:alert(1)",
    "chrome-extension://abcdefgh", "https://" + "a" * 254,
)  # fmt: skip


@pytest.mark.parametrize(("text", "one"), NORMAL)
def test_an_origin_has_one_spelling(text: str, one: str) -> None:
    """Case, the scheme's own port and an address's long form make no other origin."""
    assert (normal(text), normal(one), of_url(f"{text}/a/b?c#d")) == (one, one, one)


@pytest.mark.parametrize("text", NO_ORIGINS)
def test_what_is_no_single_web_origin_is_none(text: str) -> None:
    """`null`, lists, paths, credentials, other schemes and malformed hosts are none."""
    assert normal(text) == ""
    assert not is_among(normal(text), (text, "", SELF), text)


@pytest.mark.parametrize(
    ("origin", "referer", "found"),
    [
        (b"https://example.com", None, SITE),
        (b"https://example.com", b"https://other.example/", SITE),
        (b"null", b"https://example.com/", ""),
        (b"", b"https://example.com/", ""),
        (b"https://example.com, https://example.com", b"https://example.com/", ""),
        (b"https://\xe9.example", b"https://example.com/", ""),
        (None, b"https://example.com", SITE),
        (None, b"https://EXAMPLE.com:443/form?a=https://other.example/#x", SITE),
        (None, b"https://example.com?https://other.example/", SITE),
        (None, b"https://example.com@other.example/", ""),
        (None, b"https://example.com\\@other.example/", ""),
        (None, b"https://other.example/https://example.com", OTHER),
        (None, b"/form", ""),
        (None, b"about:blank", ""),
        (None, b"", ""),
        (None, None, ""),
    ],
)
def test_the_origin_counts_first_and_then_the_referer(
    origin: bytes | None, referer: bytes | None, found: str
) -> None:
    """A Referer counts only where there is no Origin at all, and of it only the origin."""
    assert of_request(origin, referer) == found


ALLOWED: dict[tuple[str, ...], set[str]] = {
    (): set(),
    (SITE,): {SITE},
    (SITE, OTHER): {SITE, OTHER},
    (SELF,): {BASE},
    (SELF, SITE): {BASE, SITE},
}
"""A key's origins, and which of those below are among them for a request to BASE."""


@pytest.mark.parametrize("allowed", ALLOWED)
def test_a_key_is_good_for_its_own_origins_alone(allowed: tuple[str, ...]) -> None:
    """Equality is all: no other scheme, port, subdomain or suffix; SELF is the address of the
    request."""
    near = (
        "http://example.com",
        "https://example.com:8443",
        "https://a.example.com",
        SELF,
        "",
        "https://example.com.",
        "https://example.co",
        "https://example.community",
        "null",
    )
    candidates = (SITE, OTHER, BASE, *near)
    among = {origin for origin in candidates if is_among(origin, allowed, f"{BASE}/cards/v1")}
    assert among == ALLOWED[allowed]


def test_self_is_nowhere_without_an_address() -> None:
    """Without an address of the request, SELF stands for no origin."""
    found = [is_among(origin, (SELF,), "") for origin in ("", SELF, BASE)]
    assert found == [False, False, False]


VARY = (b"vary", b"Origin")
ALLOW = (b"access-control-allow-origin", b"https://example.com")
EXPOSE = (
    b"access-control-expose-headers",
    b"Content-Disposition, Vcard-Notes, X-Request-ID, RateLimit-Limit, RateLimit-Remaining, "
    b"RateLimit-Reset, Retry-After, Location, Vcard-Rows, Vcard-Unread-Columns",
)
PREFLIGHT = (
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", b"content-type, x-api-key, x-request-id, accept"),
    (b"access-control-max-age", b"7200"),
)


@pytest.mark.parametrize("origin", [SITE, OTHER, "", "null", "*", SELF])
def test_cors_answers_exactly_the_origins_of_live_keys(origin: str) -> None:
    """An origin of a live key is named to itself; any other reads nothing; never `*`."""
    live = frozenset({SITE})
    answers = cors_headers(origin, live), preflight_headers(origin, live)
    own = (ALLOW, VARY, EXPOSE), (ALLOW, VARY, *PREFLIGHT)
    assert answers == (own if origin == SITE else ((), (VARY,)))


def test_cors_never_lets_cookies_through() -> None:
    """No answer allows credentials."""
    headers = {*cors_headers(SITE, {SITE}), *preflight_headers(SITE, {SITE})}
    assert {name for name, _ in headers if b"credentials" in name} == set()


def test_origins_of_a_new_key_are_checked_and_each_kept_once() -> None:
    """They are kept in their one spelling; a slash at the end is forgiven."""
    given = ("https://Example.com/", "https://example.com:443", "http://localhost:3000",
             "http://a.localhost", "http://127.0.0.9:81", "http://[::1]")  # fmt: skip
    assert checked_origins(given) == (
        SITE, "http://localhost:3000", "http://a.localhost", "http://127.0.0.9:81", "http://[::1]",
    )  # fmt: skip


LIKE = "must be like https://example.com, without a path"
ADDRESS = (
    "must be an absolute address in ASCII of at most 2048 characters, such as "
    "https://example.com/thanks"
)
HTTPS = "must be https; http is for localhost alone"
LONG = "https://example.com/" + "a" * 2029


@pytest.mark.parametrize(
    ("origin", "sentence"),
    [
        ("https://*.example.com", "has a wildcard; name every origin by itself"),
        ("*", "has a wildcard; name every origin by itself"),
        ("https://müller.example", "must be in its ASCII form, such as https://xn--..."),
        ("https://example.com/shop", LIKE),
        ("https://example.com//", LIKE),
        ("example.com", LIKE),
        ("null", LIKE),
        ("", LIKE),
        (SELF, LIKE),
        ("http://example.com", HTTPS),
        ("http://localhost.example.com", HTTPS),
        ("http://192.168.1.1", HTTPS),
        ("http://[::2]", HTTPS),
    ],
)
def test_an_origin_that_no_key_may_have_is_refused_in_words(origin: str, sentence: str) -> None:
    """Wildcards, paths and http that leaves the machine are refused, one sentence each."""
    with pytest.raises(ValueError, match=r"^the origin ") as refused:
        checked_origins((SITE, origin))
    assert str(refused.value) == f"the origin {origin} {sentence}"


ADD: Final = "This makes one that may: vcardsvc keys add NAME --origin"
NOWHERE: Final = "which no key can allow. Serve the page over https, or from http://localhost."


@pytest.mark.parametrize(
    ("origin", "referer", "sentence"),
    [
        (
            b"https://shop.example",
            None,
            f"This publishable key may not be used from https://shop.example. {ADD} "
            "https://shop.example",
        ),
        (
            None,
            b"https://Shop.example:443/form?a=b",
            f"This publishable key may not be used from https://shop.example. {ADD} "
            "https://shop.example",
        ),
        (
            b"http://localhost:3000",
            None,
            "This publishable key may not be used from http://localhost:3000 (localhost and "
            f"127.0.0.1 are two origins). {ADD} http://localhost:3000",
        ),
        (
            b"http://192.168.1.5:8080",
            None,
            "This publishable key may not be used from http://192.168.1.5:8080: the origin "
            "http://192.168.1.5:8080 must be https; http is for localhost alone.",
        ),
        (
            b"null",
            b"https://shop.example/",
            "The origin of this page is null, as that of every page opened from a file (file://) "
            f"is, {NOWHERE}",
        ),
        (
            b"chrome-extension://abcdef",
            None,
            f"The origin of this page is not http or https, {NOWHERE}",
        ),
        (None, b"about:blank", f"The origin of this page is not http or https, {NOWHERE}"),
        (
            None,
            None,
            "A publishable key is for web pages, and this request names no origin. A program "
            "needs a secret key: vcardsvc keys add NAME",
        ),
    ],
)
def test_an_origin_without_a_key_is_shown_what_to_type(
    origin: bytes | None, referer: bytes | None, sentence: str
) -> None:
    """The origin is named with the command that allows it, or why no key can."""
    assert not_allowed(origin, referer) == sentence


def test_the_command_that_is_shown_works() -> None:
    """What follows --origin in the sentence is an origin that a new key may have."""
    for origin in ("https://shop.example:8443", "http://localhost:1", "http://[::1]:3000"):
        option = not_allowed(origin.encode(), None).rpartition(" --origin ")[2]
        assert checked_origins((option,)) == (option,) == (origin,)


def test_redirects_of_a_new_key_are_kept_as_written() -> None:
    """An absolute address with a path and query stays as it is, each once."""
    given = ("https://Example.com/Thanks?a=b&c=%20#d", "http://localhost:3000", LONG[:2048])
    assert checked_redirects((*given, *given)) == given


@pytest.mark.parametrize(
    ("redirect", "sentence"),
    [
        *(
            (redirect, ADDRESS)
            for redirect in (
                "", "/thanks", "//example.com/", "example.com", "javascript:alert(1)",
                "https://user@example.com/", "https://a.example/a b", "https://a.example/\r\nA: b",
                "https://example.com/ü", "https://example.com\\@other.example/", "data:,a",
            )
        ),
        (LONG, ADDRESS),
        ("http://example.com/thanks", HTTPS),
    ],
)  # fmt: skip
def test_a_redirect_that_no_key_may_have_is_refused_in_words(redirect: str, sentence: str) -> None:
    """What is relative, no http, credentialed, broken or too long leads nowhere."""
    with pytest.raises(ValueError, match=r"^the redirect ") as refused:
        checked_redirects((redirect,))
    assert str(refused.value) == f"the redirect {redirect[:2048]} {sentence}"
