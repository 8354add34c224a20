"""Writes the response for the card of a link: conditions, ranges, caching (RFC 9110, RFC 9111).

A card that opens once is sent whole, whatever range or condition the request has, and never to a
previewer (PREVIEWERS). A previewer that hides its name takes the card; a sender who must be sure
uses links that open again.
"""

import functools
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from vcardsvc.apis.base import Headers, Response
from vcardsvc.errors import E416, Problem, Refused
from vcardsvc.services.links import LinkedCard

MAX_AGE: Final = 60
"""Seconds that a client may cache a card, which a deletion cannot reach there."""

FILENAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,19}")
"""At most 20 ASCII characters without a blank: the file names that a messaging API accepts."""

CHANGED: Final = "It is not the card that If-Match names."

PLAIN_NAME: Final = "contact.vcf"

PREVIEWERS: Final[tuple[tuple[str, str], ...]] = (
    ("^WhatsApp", "WhatsApp's apps; Signal's too (Signal-Android, LinkPreviewRepository.java)"),
    ("facebookexternalhit", "developers.facebook.com/docs/sharing/webmasters/web-crawlers; "
     "Apple's Messages sends this name"),
    ("meta-externalfetcher", "developers.facebook.com/docs/sharing/webmasters/web-crawlers"),
    ("TelegramBot", "Telegram's servers: TelegramBot (like TwitterBot)"),
    ("Twitterbot", "developer.x.com, cards, getting started: URL crawling"),
    ("Slackbot", "api.slack.com/robots: Slackbot, Slackbot-LinkExpanding"),
    ("Slack-ImgProxy", "api.slack.com/robots"),
    ("Discordbot", "Discord's servers: Discordbot/2.0; +https://discordapp.com"),
    ("LinkedInBot", "LinkedIn's servers: LinkedInBot/1.0; +http://www.linkedin.com"),
    ("SkypeUriPreview", "Skype's and Teams' servers: SkypeUriPreview Preview/0.5"),
    ("Snap URL Preview", "developers.snap.com/robots"),
    ("Mastodon/", "every Mastodon server, app/lib/request.rb: Mastodon/VERSION"),
    ("redditbot", "Reddit's servers: redditbot/1.0"),
    ("Pinterestbot", "help.pinterest.com, Pinterest crawler"),
    ("Applebot", "support.apple.com/119829"),
    ("Googlebot", "developers.google.com/crawling, common crawlers"),
    ("bingbot", "bing.com/webmasters/help, which crawlers does Bing use"),
    ("BingPreview", "bing.com/webmasters/help, which crawlers does Bing use"),
    ("MicrosoftPreview", "Teams' and Outlook's servers: MicrosoftPreview/2.0"),
    ("vkShare", "VK's servers: vkShare; +http://vk.com/dev/Share"),
    ("Embedly", "Embedly's servers, for other services: Embedly/0.2"),
    ("Iframely", "Iframely's servers, for other services: Iframely/1.3.1"),
    ("Cardyb", "Bluesky's servers: Bluesky Cardyb/1.1"),
    ("Synapse", "Matrix servers: Synapse (bot; +https://github.com/matrix-org/synapse)"),
    (r"bot\b", "programs with that name: YandexBot, Mattermost-Bot, GPTBot and many more"),
    (r"crawler\b", "the same"),
    (r"spider\b", "the same"),
)  # fmt: skip
"""The User-Agents of programs that open a link before a person does, and their sources.

Twilio's fetcher (TwilioProxy) is not among them: it brings the card to the person.
"""

PURPOSES: Final = (b"sec-purpose", b"purpose", b"x-purpose", b"x-moz")
"""The headers by which browsers announce a prefetch or preview (WHATWG Fetch section 3.8 for
Sec-Purpose; the others are what Chrome, Safari and Firefox sent before it)."""

_LOOKING: Final = re.compile(rb"prefetch|preview|prerender", re.IGNORECASE)
_PREVIEWER: Final = re.compile("|".join(token for token, _ in PREVIEWERS).encode(), re.IGNORECASE)
_RANGE: Final = re.compile(rb"bytes=[ \t]*([0-9]{0,19})-([0-9]{0,19})[ \t]*", re.IGNORECASE)
"""One byte range (RFC 9110 section 14.1.2). Several ranges are ignored: a card is not read in
pieces, and multipart/byteranges lets a small request ask for a huge response."""

_ETAGS: Final = re.compile(rb'(?:W/)?("[^"]*")')

PRIVATE: Final[Headers] = (
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"referrer-policy", b"no-referrer"),
)
"""Headers for an address that is a secret: no search engine, no Referer with it."""

REFUSED: Final[Headers] = (*PRIVATE, (b"cache-control", b"no-store"))
"""Headers of every refusal of a link, so that no cache keeps it."""

_GUARD: Final[Headers] = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
)


def is_preview(headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a program previews the link. Header names are in lower case."""
    if any(_LOOKING.search(headers.get(name, b"")) for name in PURPOSES):
        return True
    return _PREVIEWER.search(headers.get(b"user-agent", b"")) is not None


def unsatisfied(card: LinkedCard) -> Headers:
    """Return the headers of a 416: the size of the card (RFC 9110 section 15.5.17)."""
    return ((b"content-range", b"bytes */%d" % card.size),)


def matches(header: bytes, etag: bytes) -> bool:
    """Return whether If-None-Match names the card (RFC 9110 section 13.1.2): weakly, or by `*`."""
    return header.strip() == b"*" or etag in _ETAGS.findall(header)


def deliver(
    card: LinkedCard, method: str, headers: Mapping[bytes, bytes], now: datetime
) -> Response:
    """Return the response to GET or HEAD of a card: 200, 206 or 304.

    Header names are in lower case. Raises Refused: E416 for a range outside of
    the card, and with 412 when If-Match names another card.
    """
    described = _described(card.content_type, card.filename, card.etag, card.once)
    if card.once:
        return _whole(card, method, (*described, (b"cache-control", b"no-store")))
    cached = (b"cache-control", b"private, max-age=%d" % min(MAX_AGE, _seconds_left(card, now)))
    etag = card.etag.encode()
    if (expected := headers.get(b"if-match")) and not _names(expected, etag):
        raise Refused(Problem(code=E416, status=412, cause="if-match", detail=CHANGED))
    if (known := headers.get(b"if-none-match")) and matches(known, etag):
        return Response(status=304, headers=((b"etag", etag), cached, *PRIVATE), chunks=(b"",))
    # Ranges apply to GET alone (RFC 9110 section 14.2).
    maybe_range = headers.get(b"range") if method == "GET" else None
    if maybe_range and headers.get(b"if-range", etag) == etag:
        span = _span(maybe_range, card.size)
        if span is not None:
            return _part(card, (*described, cached), *span)
    return _whole(card, method, (*described, cached))


def _seconds_left(card: LinkedCard, now: datetime) -> int:
    return max(0, int((card.expires_at - now).total_seconds()))


def _names(header: bytes, etag: bytes) -> bool:
    """Return whether If-Match names the card (RFC 9110 section 13.1.1): strongly, or by `*`."""
    return header.strip() == b"*" or etag in [one.strip() for one in header.split(b",")]


@functools.lru_cache(maxsize=256)
def _described(content_type: str, filename: str, etag: str, once: bool) -> Headers:
    """Return the headers that do not depend on the time; cached, since they were a sixth of the
    response of a popular card."""
    name = filename if FILENAME.fullmatch(filename) else PLAIN_NAME
    return (
        (b"content-type", content_type.encode()),
        (b"content-disposition", f'inline; filename="{name}"'.encode()),
        (b"etag", etag.encode()),
        (b"accept-ranges", b"none" if once else b"bytes"),
        *PRIVATE,
        *_GUARD,
    )


def _whole(card: LinkedCard, method: str, described: Headers) -> Response:
    length = (b"content-length", b"%d" % card.size)
    body = b"" if method == "HEAD" else card.octets
    return Response(status=200, headers=(*described, length), chunks=(body,))


def _part(card: LinkedCard, described: Headers, start: int, stop: int) -> Response:
    headers = (
        *described,
        (b"content-length", b"%d" % (stop - start)),
        (b"content-range", b"bytes %d-%d/%d" % (start, stop - 1, card.size)),
    )
    return Response(status=206, headers=headers, chunks=(card.octets[start:stop],))


def _span(header: bytes, size: int) -> tuple[int, int] | None:
    """Return start and stop of the one range of the header; None for another header.

    Raises Refused (E416) for a range that has no octet of the card.
    """
    found = _RANGE.fullmatch(header.strip())
    if found is None:
        return None
    first, last = found[1], found[2]
    if not first and not last:
        return None
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise Refused(Problem(code=E416, cause="range"))
    return start, stop
