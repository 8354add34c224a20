"""Photos over the wire: what is read from an origin that behaves, and from those that do not."""

import asyncio
import ipaddress
import logging
import ssl
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import certifi
import pytest
import trustme

from tests.origin import (
    HOST,
    Origin,
    Script,
    Visit,
    answers,
    endless,
    origin,
    photo,
    redirects,
    resets,
)
from tests.origin import silent as says_nothing
from vcardsvc.errors import E503, E1521, E1523, Code, Problem, Refused
from vcardsvc.fetch import Fetcher, IPAddress, Policy, Resolver

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
LIMIT = 100_000
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
FOREVER = b"HTTP/1.1 200 OK\r\n\r\n"
BUSY = Problem(code=E503, status=503, retry_after=2, cause="busy")

Outcome = bytes | Problem


def no(cause: str, code: Code = E1521) -> Problem:
    """The one problem that a refused fetch has."""
    return Problem(code=code, field="/photo-url", cause=cause)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test's own coroutine, and never for long."""
    asyncio.run(asyncio.wait_for(work, 20))


async def here(host: str, port: int) -> Sequence[IPAddress]:
    """A resolver to which every name is this machine."""
    return [ipaddress.ip_address(HOST)]


def fetcher(at: Origin, resolve: Resolver = here, **policy: Any) -> Fetcher:
    """A fetcher that may go to `at`, and a test's own limits."""
    tls = policy.pop("tls", None)
    limits: dict[str, Any] = {"networks": (LOOPBACK,), "ports": (at.port,), "max_bytes": LIMIT}
    return Fetcher(Policy(**(limits | policy)), resolve=resolve, tls=tls)


async def outcome(by: Fetcher, url: str) -> Outcome:
    """What comes of `url`: its body or its one problem."""
    try:
        return await by.fetch(url)
    except Refused as refused:
        (problem,) = refused.problems
        return problem


def fetched(script: Script | dict[str, Script], **policy: Any) -> tuple[Outcome, list[bytes]]:
    """What comes of `/` at an origin of these scripts, and the request heads that it got."""
    heads: list[bytes] = []
    outcomes: list[Outcome] = []

    async def work() -> None:
        async with origin(script) as at:
            by = fetcher(at, **policy)
            outcomes.append(await outcome(by, at.url(host="photos.example")))
            await at.until(0)
            heads.extend(at.heads)
            await by.aclose()

    run(work())
    return outcomes[0], heads


BODIES: dict[str, tuple[Script, Outcome]] = {
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
    "gzip": (answers(photo(b"\x1f\x8b", "Content-Encoding: gzip")), no("encoding")),
    "brotli": (answers(photo(b"", "content-encoding: BR")), no("encoding")),
    "two codings": (
        answers(photo(b"", "Content-Encoding: identity", "Content-Encoding: gzip")),
        no("encoding"),
    ),
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
    rest = (
        b" HTTP/1.1\r\nHost: " + host + b"\r\nUser-Agent: vcardsvc\r\n"
        b"Accept: image/jpeg, image/png, image/gif\r\nAccept-Encoding: identity\r\n"
        b"Connection: close\r\n\r\n"
    )
    assert (got, heads) == (b"GIF89a", [b"GET /" + rest, b"GET /photo?a=b" + rest])


async def one_name(host: str, port: int) -> Sequence[IPAddress]:
    """A resolver that knows the public and the hidden, and nobody else."""
    known = {"photos.example": HOST, "intranet.example": "10.0.0.1", "localhost": "::1"}
    if host not in known:
        raise OSError
    return [ipaddress.ip_address(known[host])]


LOCATIONS: dict[str, Outcome] = {
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
    "/a photo": no("hop-refused"),
    "http://[": no("hop-refused"),
    "/" + "a" * 2048: no("hop-refused"),
    "/\N{LATIN SMALL LETTER E WITH ACUTE}": b"PNG",
    "#here": no("redirects"),
    "/": no("redirects"),
    "/pong": no("redirects"),
    "/gone": no("status"),
    "/two": b"GIF89a",
    "/three": no("redirects"),
}


@pytest.mark.parametrize("location", LOCATIONS)
def test_where_a_redirect_may_lead(location: str) -> None:
    """A Location is read and judged like a photo-url, and the third redirect is the last."""

    async def work() -> None:
        scripts = {
            "/photo": answers(photo(b"GIF89a")), "/%C3%A9": answers(photo(b"PNG")),
            "/gone": answers(photo(b"", status="410 Gone")),
            "/one": redirects("/photo", status="308 Permanent Redirect"),
            "/two": redirects("/one", status="307 Temporary Redirect"),
            "/three": redirects("/two", status="303 See Other"),
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


CERTIFIED: dict[str, tuple[str, Outcome]] = {
    "its own name": ("photos.example", b"GIF89a"),
    "another name": ("other.example", no("tls")),
    "its address": (HOST, no("tls")),
}


@pytest.mark.parametrize("name", CERTIFIED)
def test_tls_is_for_the_name_and_not_for_the_address(name: str) -> None:
    """The name of the URL is asked for (SNI) and must stand in the certificate."""
    host, expected = CERTIFIED[name]
    asked: list[str | None] = []

    async def work() -> None:
        ca = trustme.CA()
        server = certified(ca)
        server.sni_callback = lambda _socket, asked_for, _context: asked.append(asked_for)
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        ca.configure_trust(client)
        async with origin(answers(photo(b"GIF89a")), server) as at:
            by = fetcher(at, tls=client)
            assert await outcome(by, at.url(host=host, scheme="https")) == expected
            await by.aclose()

    run(work())
    assert asked == [None if host == HOST else host]


def test_a_stranger_s_certificate_is_refused() -> None:
    """With the roots that come with the service, a certificate of nobody's is no certificate."""

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


SLOTS: dict[str, tuple[dict[str, Any], str, Outcome]] = {
    "all taken": ({"slots": 1}, "b.example", BUSY),
    "all of this host taken": ({"slots_per_host": 1}, "A.example.", BUSY),
    "one left": ({"slots": 2}, "a.example", b"GIF89a"),
    "one left for another host": ({"slots_per_host": 1}, "b.example", b"GIF89a"),
}


@pytest.mark.parametrize("name", SLOTS)
def test_slots(name: str) -> None:
    """Beyond its slots, in all and for one host name, a fetch is told to come back later."""
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
