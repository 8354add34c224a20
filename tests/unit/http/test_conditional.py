"""A kept card over HTTP: RFC 9110 sections 13 (conditions) and 14 (ranges), RFC 9111 (caching)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from vcardsvc.apis.base import Response
from vcardsvc.errors import Refused
from vcardsvc.http.conditional import MAX_AGE, PREVIEWERS, deliver, is_preview, unsatisfied
from vcardsvc.services.links import LinkedCard

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CARD = b"BEGIN:VCARD\r\nEND:VCARD\r\n"
SIZE = len(CARD)
KEPT = LinkedCard(
    size=SIZE,
    etag='"abc"',
    content_type="text/vcard; charset=utf-8",
    filename="contact.vcf",
    once=False,
    expires_at=NOW + timedelta(days=1),
    octets=CARD,
)
ONCE = replace(KEPT, once=True)

DESCRIBED = (
    (b"content-type", b"text/vcard; charset=utf-8"),
    (b"content-disposition", b'inline; filename="contact.vcf"'),
    (b"etag", b'"abc"'),
    (b"accept-ranges", b"bytes"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
    (b"cache-control", b"private, max-age=60"),
)
LENGTH = (b"content-length", b"%d" % SIZE)
WHOLE = Response(status=200, headers=(*DESCRIBED, LENGTH), chunks=(CARD,))
UNCHANGED = Response(
    status=304,
    headers=(
        (b"etag", b'"abc"'),
        (b"cache-control", b"private, max-age=60"),
        (b"x-robots-tag", b"noindex, nofollow"),
        (b"referrer-policy", b"no-referrer"),
    ),
    chunks=(b"",),
)


def _got(kept: LinkedCard = KEPT, method: str = "GET", **headers: str) -> Response:
    named = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return deliver(kept, method, named, NOW)


def test_a_get_is_the_whole_card() -> None:
    """The card with its type, length, name, validator, and all that keeps it private."""
    assert _got() == WHOLE


def test_a_head_says_the_same_without_the_card() -> None:
    """HEAD has the headers of GET, the length too, and no body."""
    assert _got(method="HEAD") == structs.replace(WHOLE, chunks=(b"",))


@pytest.mark.parametrize(
    "known", ['"abc"', 'W/"abc"', '"x", "abc"', '"x",W/"abc" , "y"', "*", " * "]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_card_that_is_known_is_not_sent_again(method: str, known: str) -> None:
    """If-None-Match compares weakly, in lists and by `*`; a range beside it changes nothing."""
    assert _got(method=method, if_none_match=known) == UNCHANGED
    assert _got(method=method, if_none_match=known, range="bytes=0-1") == UNCHANGED


@pytest.mark.parametrize("known", ['"abcd"', "abc", "", '"x", "y"', '"*"', '"x abc"', '"', "*, *"])
def test_another_validator_gets_the_card(known: str) -> None:
    """What does not name this card, or is none, is no condition that holds."""
    assert _got(if_none_match=known) == WHOLE


def _part(start: int, last: int) -> Response:
    headers = (
        *DESCRIBED,
        (b"content-length", b"%d" % (last + 1 - start)),
        (b"content-range", b"bytes %d-%d/%d" % (start, last, SIZE)),
    )
    return Response(status=206, headers=headers, chunks=(CARD[start : last + 1],))


@pytest.mark.parametrize(
    ("range_", "start", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-9", 0, 9),
        ("bytes=5-", 5, SIZE - 1),
        ("bytes=0-", 0, SIZE - 1),
        (f"bytes=0-{SIZE - 1}", 0, SIZE - 1),
        ("bytes=3-9999999999999999999", 3, SIZE - 1),
        ("bytes=-5", SIZE - 5, SIZE - 1),
        ("bytes=-1000", 0, SIZE - 1),
        ("Bytes= 1-2 ", 1, 2),
    ],
)
def test_one_range_is_a_part(range_: str, start: int, last: int) -> None:
    """A single range of bytes gives those bytes, cut at the card's end."""
    assert _got(range=range_) == _part(start, last)
    assert _got(range=range_, if_range='"abc"') == _part(start, last)


@pytest.mark.parametrize(
    "range_",
    [
        "bytes=0-1,3-4", "bytes=0-0,-1", "bytes=-", "bytes=", "bytes", "0-1", "bytes=2-1",
        "bytes=a-b", "bytes=0-1x", "bytes=+1-2", "bytes=1--2", "lines=0-1", "bytes=0- 1",
        "bytes=00000000000000000000-1", "bytes 0-1",
    ],
)  # fmt: skip
def test_other_ranges_are_the_whole(range_: str) -> None:
    """Several ranges, malformed ones, and other units count as none."""
    assert _got(range=range_) == WHOLE


@pytest.mark.parametrize("range_", [f"bytes={SIZE}-", f"bytes={SIZE + 9}-99", "bytes=-0"])
def test_a_range_outside_is_refused(range_: str) -> None:
    """A range without a byte of the card is E416, and the length is reported."""
    with pytest.raises(Refused) as refused:
        _got(range=range_)
    (problem,) = refused.value.problems
    assert (problem.code.name, problem.http_status) == ("E416", 416)
    assert unsatisfied(KEPT) == ((b"content-range", b"bytes */%d" % SIZE),)


@pytest.mark.parametrize(
    "known", ['"other"', 'W/"abc"', "Sun, 01 Mar 2026 12:00:00 GMT", "abc", ""]
)
def test_a_range_of_another_card_is_the_whole(known: str) -> None:
    """If-Range compares strongly; a date is never one of ours."""
    assert _got(range="bytes=0-1", if_range=known) == WHOLE
    assert _got(range=f"bytes={SIZE}-", if_range=known) == WHOLE


def test_a_head_has_no_ranges() -> None:
    """Ranges are GET's alone: even one outside of the card changes nothing for HEAD."""
    assert _got(method="HEAD", range=f"bytes={SIZE}-") == structs.replace(WHOLE, chunks=(b"",))


@pytest.mark.parametrize(
    ("left", "age"),
    [(86_400, MAX_AGE), (60, 60), (59.9, 59), (1, 1), (0.5, 0), (-5, 0)],
)
def test_no_cache_keeps_a_card_longer_than_it_lives(left: float, age: int) -> None:
    """max-age ends with the link, an hour from now at the latest."""
    reply = _got(replace(KEPT, expires_at=NOW + timedelta(seconds=left)))
    assert dict(reply.headers)[b"cache-control"] == b"private, max-age=%d" % age


def test_a_card_that_opens_once_is_whole_and_in_no_cache() -> None:
    """No range, no condition, no cache."""
    headers = dict(_got(ONCE).headers)
    assert headers == dict(WHOLE.headers) | {
        b"cache-control": b"no-store",
        b"accept-ranges": b"none",
    }
    response = _got(ONCE, range="bytes=0-1", if_none_match="*")
    assert (response, response.chunks) == (_got(ONCE), (CARD,))


@pytest.mark.parametrize(
    ("filename", "text"),
    [
        ("john-1_a.vcf", "john-1_a.vcf"),
        ("x" * 16 + ".vcf", "x" * 16 + ".vcf"),
        ("x" * 17 + ".vcf", "contact.vcf"),
        ("a b.vcf", "contact.vcf"),
        ('a"b.vcf', "contact.vcf"),
        ("jösé.vcf", "contact.vcf"),
        ("a.vcf\r\nx: y", "contact.vcf"),
        (".vcf", "contact.vcf"),
        ("", "contact.vcf"),
    ],
)
def test_a_file_name_is_short_ascii(filename: str, text: str) -> None:
    """A name that a messaging API would not take is the plain one."""
    headers = dict(_got(replace(KEPT, filename=filename)).headers)
    assert headers[b"content-disposition"] == f'inline; filename="{text}"'.encode()


PEOPLE = (
    "",
    "curl/8.5.0",
    "TwilioProxy/1.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/136.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/510.0.0.0;]",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/136.0.0.0 Mobile Safari/537.36 WhatsApp/2.25",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 [LinkedInApp]",
)
FETCHERS = (
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) "
    "Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "WhatsApp/2.23.20.0 A",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Mastodon/4.3.0 (http.rb/5.2.0; +https://social.example/)",
    "Mozilla/5.0 (Linux; Android 6.0.1) AppleWebKit/537.36 (compatible; Googlebot/2.1; "
    "+http://www.google.com/bot.html)",
)


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_and_twilio_are_no_previews(agent: str) -> None:
    """Browsers, those inside apps too, tools, and the fetcher that brings the card to a phone."""
    assert is_preview({b"user-agent": agent.encode()}) is False


@pytest.mark.parametrize("agent", FETCHERS)
def test_fetchers_of_previews_are_known(agent: str) -> None:
    """What messengers and search engines send before a person opens anything."""
    assert is_preview({b"user-agent": agent.upper().encode()}) is True


@pytest.mark.parametrize("token", [token.removeprefix("^") for token, _ in PREVIEWERS])
def test_every_row_of_previewers_is_looked_for(token: str) -> None:
    """The name of each row at the beginning of a User-Agent is enough."""
    assert is_preview({b"user-agent": token.encode() + b"/1.0"}) is True


@pytest.mark.parametrize(
    ("header", "value", "preview"),
    [
        (b"sec-purpose", b"prefetch", True),
        (b"sec-purpose", b"prefetch;prerender", True),
        (b"purpose", b"prefetch", True),
        (b"x-purpose", b"preview", True),
        (b"x-moz", b"Prefetch", True),
        (b"purpose", b"navigation", False),
        (b"x-other", b"prefetch", False),
    ],
)
def test_a_prefetch_says_so(header: bytes, value: bytes, preview: bool) -> None:
    """The headers by which browsers announce a request without a click."""
    assert is_preview({header: value}) is preview


@pytest.mark.parametrize("text", ['"abc"', "*", '"x", "abc"'])
def test_the_card_that_is_meant_is_given(text: str) -> None:
    """If-Match with the card's validator changes nothing."""
    assert _got(if_match=text) == WHOLE


@pytest.mark.parametrize("text", ['"x"', 'W/"abc"', "abc", '"x", "y"'])
def test_another_card_than_was_meant_is_not_given(text: str) -> None:
    """If-Match with other validators, or weak ones, is 412."""
    with pytest.raises(Refused) as refused:
        _got(if_match=text)
    (problem,) = refused.value.problems
    assert (problem.code.name, problem.http_status) == ("E416", 412)
