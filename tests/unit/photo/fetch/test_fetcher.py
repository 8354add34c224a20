"""Photos over the wire: what is read from an origin that behaves, and from those that do not."""

import asyncio
import ipaddress
import logging
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import certifi
import pytest
import trustme

from tests.support.fetching import BUSY, HEAD, LIMIT, CardResult, fetcher, here, no, outcome, run
from tests.support.scripted_origin import (
    HOST,
    Script,
    Visit,
    answers,
    endless,
    origin,
    photo,
    redirects,
    resets,
)
from tests.support.scripted_origin import silent as says_nothing
from vcardsvc import __version__
from vcardsvc.errors import E1523, Refused
from vcardsvc.photo.fetch import IPAddress, Resolver
from vcardsvc.photo.fetch.head import ResponseHeads

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
FOREVER = b"HTTP/1.1 200 OK\r\n\r\n"


def fetched(script: Script | dict[str, Script], **policy: Any) -> tuple[CardResult, list[bytes]]:
    """What comes of `/` at an origin of these scripts, and the request heads that it got."""
    heads: list[bytes] = []
    outcomes: list[CardResult] = []

    async def work() -> None:
        async with origin(script) as at:
            by = fetcher(at, **policy)
            outcomes.append(await outcome(by, at.url(host="photos.example")))
            await at.until(0)
            heads.extend(at.heads)
            await by.aclose()

    run(work())
    return outcomes[0], heads


BODIES: dict[str, tuple[Script, CardResult]] = {
    "whole": (answers(photo(b"GIF89a")), b"GIF89a"),
    "empty": (answers(photo(b"")), b""),
    "in two parts": (answers(photo(b"GIF89a")[:-3], b"89a", every=0.01), b"GIF89a"),
    "until it closes": (answers(FOREVER + b"GIF89a"), b"GIF89a"),
    "HTTP/1.0": (answers(b"HTTP/1.0 200 OK\r\n\r\nGIF89a"), b"GIF89a"),
    "chunked": (answers(CHUNKED + b"3\r\nGIF\r\n3\r\n89a\r\n0\r\n\r\n"), b"GIF89a"),
    "after a hint": (answers(b"HTTP/1.1 103 Early Hints\r\n\r\n" + photo(b"GIF")), b"GIF"),
    "identity": (answers(photo(b"GIF89a", "Content-Encoding: Identity")), b"GIF89a"),
    "of just the limit": (answers(photo(b"x" * LIMIT)), b"x" * LIMIT),
    "longer than it says": (answers(photo(b"GIF89a", length=3)), b"GIF"),
    "shorter than it says": (answers(photo(b"GIF89a", length=7)), no("protocol")),
    "chunks cut off": (answers(CHUNKED + b"6\r\nGIF89a\r\n"), no("protocol")),
    "one over the limit": (answers(FOREVER + b"x" * (LIMIT + 1)), no("too-large", E1523)),
    "says it is large": (answers(photo(b"", length=LIMIT + 1)), no("too-large", E1523)),
    "says it is huge": (answers(photo(b"", length=10**19)), no("too-large", E1523)),
    "without end": (endless(FOREVER, b"x" * 50_000), no("too-large", E1523)),
    "chunks without end": (
        endless(CHUNKED, b"8000\r\n" + b"x" * 0x8000 + b"\r\n"),
        no("too-large", E1523),
    ),
    "chunks of one byte": (endless(CHUNKED, b"1\r\nx\r\n" * 500), no("protocol")),
    "a chunk head without end": (endless(CHUNKED + b"1;", b"x" * 50_000), no("protocol")),
    "two lengths": (answers(photo(b"GIF", "Content-Length: 4", length=3)), no("protocol")),
    "a negative length": (answers(photo(b"GIF", length=-1)), no("protocol")),
    "gzip in transfer": (answers(photo(b"", "Transfer-Encoding: gzip")), no("protocol")),
    "204": (answers(b"HTTP/1.1 204 No Content\r\n\r\n"), no("status")),
    "206": (answers(photo(b"GIF", status="206 Partial Content")), no("status")),
    "300": (answers(photo(b"", status="300 Multiple Choices")), no("status")),
    "304": (answers(b"HTTP/1.1 304 Not Modified\r\n\r\n"), no("status")),
    "404": (answers(photo(b"GIF89a", status="404 Not Found")), no("status")),
    "500": (answers(photo(b"", status="500 Oh")), no("status")),
    "101": (answers(b"HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n"), no("protocol")),
    "not HTTP": (answers(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), no("protocol")),
    "nothing": (answers(), no("protocol")),
    "a head cut off": (answers(b"HTTP/1.1 200 OK\r\nContent-"), no("protocol")),
    "header lines without end": (
        endless(b"HTTP/1.1 200 OK\r\n", b"X-Y: " + b"y" * 900 + b"\r\n"),
        no("protocol"),
    ),
    "a header line without end": (endless(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 9000), no("protocol")),
    "hints without end": (endless(b"", b"HTTP/1.1 102 Wait\r\n\r\n" * 50), no("protocol")),
    "reset at once": (resets(), no("connect")),
    "reset in the head": (resets(b"HTTP/1.1 200 OK\r\n"), no("connect")),
    "reset in the body": (resets(photo(b"GIF", length=6)), no("connect")),
    "nowhere": (answers(photo(b"", status="302 Found")), no("redirects")),
}


@pytest.mark.parametrize("name", BODIES)
def test_what_an_origin_sends(name: str) -> None:
    """A whole photo of status 200 is read, all else is refused in one way; nothing is retried."""
    script, expected = BODIES[name]
    got, heads = fetched(script)
    assert (got, len(heads)) == (expected, 1)


CODINGS: dict[str, CardResult] = {
    **dict.fromkeys(
        ("gzip", "GZIP", "x-gzip", "deflate", "br", "BR", "zstd", "compress", "identity, gzip",
         "gzip, identity", "utf-8,\tBr ,", "gzip\r\nContent-Encoding: none",
         "identity\r\ncontent-encoding: gzip", "\r\n gzip"),
        no("encoding"),
    ),
    **dict.fromkeys(
        ("", " ", ",", "identity", "Identity", "utf-8", "UTF8", "binary", "none", "aws-chunked",
         "8bit",
         "base64", "image/jpeg", "gzipped", "identity, none", "none\r\nContent-Encoding: utf-8",
         "é"),
        b"GIF89a",
    ),
}  # fmt: skip


@pytest.mark.parametrize("coding", CODINGS)
def test_a_photo_is_read_in_no_content_coding(coding: str) -> None:
    """Six codings are refused; any other word says nothing of the octets."""
    script = answers(photo(b"GIF89a", f"Content-Encoding: {coding}"))
    assert fetched(script)[0] == CODINGS[coding]


LINES: dict[bytes, CardResult] = {
    **dict.fromkeys(
        (b"X Powered By: us", b"no colon", b":", b": no name", b"X-Name : blank", b"X\tY: 1",
         b"\xc3\xa9: 1",
         b"X-(comment): 1", b"<!-- html -->", b"X: a\0b", b"X: a\rb", b"X: a\x0bb", b"X\0Y: 1",
         b"\x7f: 1",
         b"X y\r\n folded", b"X-A: 1\r\n 2", b"X-A: 1\r\n \r\n 2", b"X: \xff\x80",
         b"HTTP/1.1 200 OK", b"Content-Encoding : gzip", b"X: Content-Length\0",
         b"Set-Cookie: a=\x01",
         b"X-Nothing:", b"X y\r\nX z\r\nX-Good: 1\r\nno colon"),
        b"GIF89a",
    ),
    **dict.fromkeys(
        (b"Content-Length : 6", b"Content-Length: 7", b"Content-Length: +6", b"Content-Length: 6 6",
         b"Content-Length", b"content-length\0: 6", b" Content-Length: 6",
         b"Content-Length: 6\r\n 6",
         b"Content-Length: 6\0", b"\0Content-Length: 6", b"X y Content-Length: 6",
         b"Content-Length: 6, 7",
         b"Transfer-Encoding : chunked", b"Transfer-Encoding chunked",
         b"Transfer-Encoding: chunked\0",
         b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: identity",
         b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
         b"\tTransfer-Encoding: chunked"),
        no("protocol"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("every", [0, 1], ids=["at once", "octet by octet"])
@pytest.mark.parametrize("line", LINES)
def test_a_line_that_no_grammar_allows_is_dropped(line: bytes, every: int) -> None:
    """One bad line of a head costs no photo, unless it says where the body ends."""
    for before, behind in ((b"", b"Content-Length: 6\r\n"), (b"Content-Length: 6\r\n", b"")):
        whole = HEAD + before + line + b"\r\n" + behind + b"\r\nGIF89a"
        heads = ResponseHeads()
        pieces = [whole[at : at + 1] for at in range(len(whole))] if every else [whole]
        read = b"".join(heads.read(piece) for piece in pieces if not heads.done)
        if not every:
            assert fetched(answers(whole))[0] == LINES[line]
        assert heads.done
        one = ResponseHeads()
        assert one.read(whole).startswith(read)


def test_heads_before_the_head_are_cleaned_too() -> None:
    """An early hint with a bad line, and line ends without CR, are read as others are."""
    early = b"HTTP/1.1 103 Early Hints\nLink\n\nHTTP/1.0 100 \r\n\r\n"
    assert fetched(answers(early + photo(b"GIF89a", "bad line")))[0] == b"GIF89a"
    assert fetched(answers(b"HTTP/1.1 200 OK\nbad\nContent-Length: 3\n\nGIF"))[0] == b"GIF"
    assert fetched(answers(b"\r\n" + photo(b"GIF89a")))[0] == no("protocol")
    folded = HEAD + b" folded\r\n\tfolded\r\nContent-Length: 3\r\n\r\nGIF"
    assert fetched(answers(folded))[0] == b"GIF"


def test_a_redirect_s_head_is_cleaned_too() -> None:
    """A bad line beside a Location costs no photo."""
    hop = redirects("/photo", "bad line")
    assert fetched({"/": hop, "/photo": answers(photo(b"GIF"))})[0] == b"GIF"


SLOW: dict[str, Script] = {
    "silence": says_nothing,
    "a head drop by drop": endless(b"HTTP/1.1 200 OK\r\n", b"X-Y: y\r\n", every=0.02),
    "a body drop by drop": endless(FOREVER, b"x", every=0.02),
    "a redirect to itself, slowly": answers(b"", photo(b"", "Location: /", status="301 Moved"),
                                            every=0.15),
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_origin_gets_no_more_time(name: str) -> None:
    """However slowly it drips, a fetch ends at its time limit, over all of its hops."""
    assert fetched(SLOW[name], timeout=0.3)[0] == no("timeout")


def test_an_origin_learns_nothing_of_its_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each hop gets the same five headers: no cookie, no proxy, no netrc, no referrer."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    hop = redirects("/photo?a=b#c", "Set-Cookie: seen=1; Path=/", "Connection: keep-alive")
    got, heads = fetched({"/": hop, "/photo?a=b": answers(photo(b"GIF89a"))})
    host = heads[0].partition(b"Host: ")[2].partition(b"\r\n")[0]
    assert host.startswith(b"photos.example:")
    agent = b"vcardsvc/" + __version__.encode()
    rest = (
        b" HTTP/1.1\r\nHost: " + host + b"\r\nUser-Agent: " + agent + b"\r\n"
        b"Accept: image/jpeg, image/png, image/gif, image/*;q=0.8, */*;q=0.1\r\n"
        b"Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
    )
    assert (got, heads) == (b"GIF89a", [b"GET /" + rest, b"GET /photo?a=b" + rest])


def test_an_origin_may_learn_whom_to_ask() -> None:
    """With an address in the settings, the User-Agent names it."""
    heads = fetched(answers(photo(b"GIF")), user_agent_url="https://cards.example/about?a=b")[1]
    agent = f"User-Agent: vcardsvc/{__version__} (+https://cards.example/about?a=b)\r\n"
    assert agent.encode() in heads[0]


async def one_name(host: str, port: int) -> Sequence[IPAddress]:
    """A resolver that knows the public and the hidden name alone."""
    known = {"photos.example": HOST, "intranet.example": "10.0.0.1", "localhost": "::1"}
    if host not in known:
        raise OSError
    return [ipaddress.ip_address(known[host])]


LOCATIONS: dict[str, CardResult] = {
    "/photo": b"GIF89a",
    "photo": b"GIF89a",
    "./a/../photo": b"GIF89a",
    "//photos.example:PORT/photo": b"GIF89a",
    "HTTP://PHOTOS.example.:PORT/photo#top": b"GIF89a",
    "http://127.0.0.1:PORT/photo": b"GIF89a",
    "http://127.0.0.1/photo": no("hop-refused"),
    "http://intranet.example:PORT/photo": no("hop-refused"),
    "http://localhost:PORT/photo": no("hop-refused"),
    "http://gone.example:PORT/photo": no("hop-refused"),
    "http://169.254.169.254:PORT/latest/meta-data/": no("hop-refused"),
    "http://[::1]:PORT/photo": no("hop-refused"),
    "http://2130706433:PORT/photo": no("hop-refused"),
    "http://me@photos.example:PORT/photo": no("hop-refused"),
    "http://photos.example:PORT\\@localhost/photo": no("hop-refused"),
    "ftp://photos.example:PORT/photo": no("hop-refused"),
    "file:///etc/passwd": no("hop-refused"),
    "http://photos.example :PORT/photo": no("hop-refused"),
    "http://[": no("hop-refused"),
    "/" + "a" * 2048: no("hop-refused"),
    "/\N{LATIN SMALL LETTER E WITH ACUTE}": b"PNG",
    "#here": no("redirects"),
    "/": no("redirects"),
    "/pong": no("redirects"),
    "/gone": no("status"),
    "/four": b"GIF89a",
    "/five": no("redirects"),
}

RAW_LOCATIONS: dict[bytes, tuple[str, CardResult]] = {
    "/é".encode(): ("/%C3%A9", b"GIF"),
    b"/\xe9": ("/%E9", b"GIF"),
    b"/\x83G?\x81@#\xff": ("/%83G?%81@", b"GIF"),
    b"?\xe9": ("/start?%E9", b"GIF"),
    "/\N{NO-BREAK SPACE}\N{NEXT LINE}".encode(): ("/%C2%A0%C2%85", b"GIF"),
    b"/%e9\xe9": ("/%e9%E9", b"GIF"),
    "http://büch.example:PORT/é".encode(): ("/%C3%A9", b"GIF"),
    "//büch.example:PORT/é".encode(): ("/%C3%A9", b"GIF"),
    b"http://b\xfcch.example:PORT/": ("/", no("hop-refused")),
    b"http://photos.example\xef\xbc\x8f:PORT/": ("/", no("hop-refused")),
    b"/a photo.gif?b c#d e": ("/a%20photo.gif?b%20c", b"GIF"),
    b"http://photos.example:PORT/a b": ("/a%20b", b"GIF"),
    b"/a\tb\xe9": ("/", no("hop-refused")),
    b"/\xe9\r\nLocation: /\xe9": ("/%E9", b"GIF"),
    b"/\xe9\r\nLocation: /e": ("/", no("redirects")),
    b"\r\nLocation: /e": ("/", no("redirects")),
    b"/a/../b/./c/..": ("/b/", b"GIF"),
    b"http://photos.example:PORT/../a/../b": ("/b", b"GIF"),
    b"/b?a=/../c": ("/b?a=/../c", b"GIF"),
}


@pytest.mark.parametrize("location", RAW_LOCATIONS)
def test_octets_of_a_location_are_percent_encoded(location: bytes) -> None:
    """What is beyond ASCII goes to the origin as the octets that it sent, a blank as %20; a host is
    a name."""
    path, expected = RAW_LOCATIONS[location]

    async def work() -> None:
        async with origin({path: answers(photo(b"GIF"))}) as at:
            sent = photo(b"", "Location: LOCATION", status="302 Found")
            sent = sent.replace(b"LOCATION", location).replace(b"PORT", b"%d" % at.port)
            at.scripts = {**at.scripts, "/start": answers(sent)}
            by = fetcher(at)
            assert await outcome(by, at.url("/start", "photos.example")) == expected
            await by.aclose()

    run(work())


@pytest.mark.parametrize("location", LOCATIONS)
def test_where_a_redirect_may_lead(location: str) -> None:
    """A Location is read and judged like a photo-url, and the fifth redirect is the last."""

    async def work() -> None:
        scripts = {
            "/photo": answers(photo(b"GIF89a")), "/%C3%A9": answers(photo(b"PNG")),
            "/gone": answers(photo(b"", status="410 Gone")),
            "/one": redirects("/photo", status="308 Permanent Redirect"),
            "/two": redirects("/one", status="307 Temporary Redirect"),
            "/three": redirects("/two", status="303 See Other"),
            "/four": redirects("/three"), "/five": redirects("/four"),
            "/pong": redirects("/", status="301 Moved Permanently"),
        }  # fmt: skip
        async with origin(scripts) as at:
            at.scripts = {**scripts, "/": redirects(location.replace("PORT", str(at.port)))}
            by = fetcher(at, one_name)
            assert await outcome(by, at.url(host="photos.example")) == LOCATIONS[location]
            await by.aclose()

    run(work())


def certified(ca: trustme.CA) -> ssl.SSLContext:
    """What an origin named photos.example needs for TLS."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("photos.example").configure_cert(server)
    return server


CERTIFIED: dict[str, tuple[str, CardResult]] = {
    "its own name": ("photos.example", b"GIF89a"),
    "another name": ("other.example", no("tls")),
    "its address": (HOST, no("tls")),
}


@pytest.mark.parametrize("name", CERTIFIED)
def test_tls_is_for_the_name_and_not_for_the_address(name: str) -> None:
    """The name of the URL is requested (SNI) and must stand in the certificate."""
    host, expected = CERTIFIED[name]
    server_names: list[str | None] = []

    async def work() -> None:
        ca = trustme.CA()
        server = certified(ca)
        server.sni_callback = lambda _socket, server_name, _context: server_names.append(
            server_name
        )
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        ca.configure_trust(client)
        async with origin(answers(photo(b"GIF89a")), server) as at:
            by = fetcher(at, tls=client)
            assert await outcome(by, at.url(host=host, scheme="https")) == expected
            await by.aclose()

    run(work())
    assert server_names == [None if host == HOST else host]


def test_a_stranger_s_certificate_is_refused() -> None:
    """With the roots that come with the service, a certificate of an unknown authority is
    refused."""

    async def work() -> None:
        async with origin(answers(photo(b"GIF89a")), certified(trustme.CA())) as at:
            by = fetcher(at)
            assert await outcome(by, at.url(host="photos.example", scheme="https")) == no("tls")
            await by.aclose()

    run(work())


def test_the_roots_are_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The certificates that come with the service are trusted, and read for the first fetch."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(str(tmp_path / "roots.pem"))
    left = [str(tmp_path / "roots.pem")]
    monkeypatch.setattr(certifi, "where", left.pop)

    async def work() -> None:
        async with origin(answers(photo(b"GIF89a")), certified(ca)) as at:
            by = fetcher(at)
            assert left != []
            urls = [at.url(host="photos.example", scheme="https")] * 3
            assert await asyncio.gather(*map(by.fetch, urls)) == [b"GIF89a"] * 3
            await by.aclose()

    run(work())


SLOTS: dict[str, tuple[dict[str, Any], str, CardResult]] = {
    "all taken": ({"slots": 1}, "b.example", BUSY),
    "all of this host taken": ({"slots_per_host": 1}, "A.example.", BUSY),
    "one left": ({"slots": 2}, "a.example", b"GIF89a"),
    "one left for another host": ({"slots_per_host": 1}, "b.example", b"GIF89a"),
}


@pytest.mark.parametrize("name", SLOTS)
def test_slots(name: str) -> None:
    """Beyond its slots, in all and for one host name, a fetch gets Retry-After."""
    limits, host, expected = SLOTS[name]

    async def work() -> None:
        async with origin({"/": answers(photo(b"GIF89a")), "/hold": says_nothing}) as at:
            by = fetcher(at, slot_timeout=0.1, **limits)
            first = asyncio.create_task(by.fetch(at.url("/hold", "a.example")))
            await at.until(1)
            assert await outcome(by, at.url(host=host)) == expected
            first.cancel()
            await at.until(0)
            assert await outcome(by, at.url(host=host)) == b"GIF89a"
            await by.aclose()

    run(work())


def test_who_waits_gets_the_next_slot() -> None:
    """Twenty fetches share the slots of one host and all come through, never more at once."""
    now, most = 0, 0

    async def counted(visit: Visit) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.005)
        now -= 1
        await visit.say(photo(b"GIF89a"))

    async def work() -> None:
        async with origin(counted) as at:
            by = fetcher(at, slots_per_host=3)
            urls = [at.url(host="photos.example")] * 20
            assert await asyncio.gather(*(by.fetch(url) for url in urls)) == [b"GIF89a"] * 20
            assert (most, len(by.slots)) == (3, 0)
            await by.aclose()

    run(work())


async def _never(host: str, port: int) -> Sequence[IPAddress]:
    await asyncio.Event().wait()
    raise AssertionError


STAGES: dict[str, tuple[Script, Resolver, str, int]] = {
    "resolving": (says_nothing, _never, "http", 0),
    "in the TLS handshake": (says_nothing, here, "https", 1),
    "before the head": (says_nothing, here, "http", 1),
    "in the head": (endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", every=0.01), here, "http", 1),
    "in the body": (endless(FOREVER, b"x", every=0.01), here, "http", 1),
}


@pytest.mark.parametrize("end", ["cancelled", "out of time"])
@pytest.mark.parametrize("stage", STAGES)
def test_a_fetch_that_is_ended_leaves_nothing_behind(stage: str, end: str) -> None:
    """Wherever a fetch is cancelled or runs out of time, its connection and its slots are free."""
    script, resolve, scheme, connections = STAGES[stage]

    async def work() -> None:
        async with origin(script) as at:
            by = fetcher(at, resolve, slots=1, timeout=0.2 if end == "out of time" else 8.0)
            task = asyncio.create_task(by.fetch(at.url(host="photos.example", scheme=scheme)))
            if end == "cancelled":
                await at.until(connections)
                await asyncio.sleep(0.05)
                task.cancel()
            with pytest.raises(asyncio.CancelledError if end == "cancelled" else Refused):
                await task
            await at.until(0)
            assert len(by.slots) == 0
            await by.aclose()

    run(work())


def test_no_log_line_says_where(caplog: pytest.LogCaptureFixture) -> None:
    """At the lowest level of logging there is no word of a fetch."""
    caplog.set_level(logging.DEBUG)
    assert fetched(answers(photo(b"GIF89a")))[0] == b"GIF89a"
    assert [record.name for record in caplog.records if record.name != "asyncio"] == []
