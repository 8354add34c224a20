"""Where photos may be fetched from: the grammar of a photo-url, and the guard at the address."""

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Sequence
from typing import Any

import httpcore
import pytest

from tests.support.fetching import BUSY, PORTS, fetcher, no, outcome, run, unknown
from tests.support.scripted_origin import HOST, answers, origin, photo, redirects, silent
from vcardsvc.errors import E1520, Problem
from vcardsvc.photo.fetch import Fetcher, FetchPolicy, IPAddress, Resolver
from vcardsvc.photo.fetch.address import may_dial
from vcardsvc.photo.fetch.url import Url, parse_url

MALFORMED = "url-malformed"
INSIDE = "host-not-public"


def translated_faults(*addresses: str) -> Resolver:
    """Return a resolver with one answer for every name, for one call."""
    left = [[ipaddress.ip_address(address) for address in addresses]]

    async def resolve(host: str, port: int) -> Sequence[IPAddress]:
        return left.pop()

    return resolve


def tried(url: str, resolve: Resolver = unknown, **policy: Any) -> bytes | Problem:
    """Return the result of `url` where no connection succeeds."""

    async def work() -> bytes | Problem:
        by = Fetcher(FetchPolicy(**policy), resolve=resolve)
        try:
            return await outcome(by, url)
        finally:
            await by.aclose()

    return asyncio.run(work())


REFUSED: dict[str, str] = {
    # not a URL of ours
    "": MALFORMED, "/": MALFORMED, "example.com/a.jpg": MALFORMED, "//example.com/": MALFORMED,
    "http:": MALFORMED, "http:/example.com": MALFORMED, "http:example.com": MALFORMED,
    "http://": MALFORMED, "http:///a.jpg": MALFORMED, "http://?a": MALFORMED, "://a": MALFORMED,
    "http://" + "a" * 2042: MALFORMED, "http://example.com/" + "a" * 2030: MALFORMED,
    "ftp://example.com/": "url-scheme", "file:///etc/passwd": "url-scheme",
    "javascript:alert(1)": "url-scheme", "data:image/gif;base64,R0lG": "url-scheme",
    "gopher://example.com:80/": "url-scheme", "httpſ://example.com/": MALFORMED,
    # blanks, controls, backslashes
    " http://example.com/": MALFORMED, "http://example.com/a b": MALFORMED,
    "http://example.com/\u00a0": MALFORMED, "http://example.com/\u2003": MALFORMED,
    "http://exam\tple.com/": MALFORMED, "http://example.com/\r\nHost: a": MALFORMED,
    "http://example.com/\x00": MALFORMED, "http://example.com/\x7f": MALFORMED,
    "http://example.com/\x85": MALFORMED, "http://example.com/\ud800": MALFORMED,
    "http://example.com\\@127.0.0.1/": MALFORMED, "http:\\\\example.com\\": MALFORMED,
    # credentials and what looks like them
    "http://a@b.example/": "url-credentials", "http://a:b@b.example/": "url-credentials",
    "http://@b.example/": "url-credentials", "http://a@b@c.example/": "url-credentials",
    "http://example.com:80@127.0.0.1/": "url-credentials",
    "http://a＠b.example/": MALFORMED, "http://a%40b.example/": MALFORMED,
    "http://127.0.0.1%2f@example.com/": "url-credentials",
    # ports
    "http://example.com:22/": "url-port", "http://example.com:0/": "url-port",
    "http://example.com:99999/": "url-port", "http://example.com:8080/": "url-port",
    "http://example.com:-80/": MALFORMED, "http://example.com:８０/": MALFORMED,
    "http://example.com:80:80/": MALFORMED, "http://example.com:x/": MALFORMED,
    # hosts
    "http://%31%32%37.0.0.1/": MALFORMED, "http://exa%6dple.com/": MALFORMED,
    "http://./": MALFORMED, "http://../": MALFORMED, "http://.example.com/": MALFORMED,
    "http://example..com/": MALFORMED, "http://example.com../": MALFORMED,
    "http://exam!ple.com/": MALFORMED, "http://*.example.com/": MALFORMED,
    "http://" + "a" * 64 + ".example/": MALFORMED, "http://" + "a." * 126 + "aa/": MALFORMED,
    "http://" + "a." * 200 + "aa/": MALFORMED,
    "http://xn--/": MALFORMED, "http://xn--a/": MALFORMED, "http://\u0301.example/": MALFORMED,
    "http://a\u2044b.example/": MALFORMED, "http://a\uff0fb.example/": MALFORMED,
    "http://[::1/": MALFORMED, "http://::1/": MALFORMED, "http://[]/": MALFORMED,
    "http://[127.0.0.1]/": MALFORMED, "http://[::1]x/": MALFORMED, "http://[v1.a]/": MALFORMED,
    "http://[fe80::1%25eth0]/": MALFORMED, "http://[fe80::1%eth0]/": MALFORMED,
    # labels that are none in UTS 46 either
    "http://é\uff0fb.example/": MALFORMED, "http://❤\uff0fb.example/": MALFORMED,
    "http://❤\u2044b.example/": MALFORMED, "http://❤\uff1a80/": MALFORMED,
    "http://❤ b.example/": MALFORMED,
    "http://❤\u200d❤.example/": MALFORMED, "http://❤!.example/": MALFORMED,
    "http://❤\u2024.example/": MALFORMED,
    "http://\ue000.example/": MALFORMED, "http://\u0301❤.example/": MALFORMED,
    "http://❤א.example/": MALFORMED,
    "http://xn--i-7iq7.ws/": MALFORMED, "http://xn--i-7iqé.ws/": MALFORMED,
    "http://xn--abc-.ws/": MALFORMED,
    "http://xn--ph7c.ws/": MALFORMED, "http://xn--qei9934e.ws/": MALFORMED,
    "http://xn--a-wbb.ws/": MALFORMED, "http://" + "❤" * 60 + ".ws/": MALFORMED,
    "http://❤.127.0.0.1/": MALFORMED, "http://❤.0x7f/": MALFORMED,
    "http://1\ufe0f27.0.0.1/": INSIDE,
    # numbers that are not a plain IPv4 address: octal, hexadecimal, short, long
    "http://0177.0.0.1/": MALFORMED, "http://127.0.0.01/": MALFORMED, "http://127.1/": MALFORMED,
    "http://127.0.1/": MALFORMED, "http://2130706433/": MALFORMED, "http://0/": MALFORMED,
    "http://0x7f000001/": MALFORMED, "http://0x7f.0.0.1/": MALFORMED, "http://0x/": MALFORMED,
    "http://127.0.0.0x1/": MALFORMED, "http://127.0.0.1.1/": MALFORMED, "http://a.1/": MALFORMED,
    "http://256.0.0.1/": MALFORMED, "http://017700000001/": MALFORMED, "http://1e2.3/": MALFORMED,
    "http://example.0X1F/": MALFORMED, "http://127.0.0.1../": MALFORMED,
    # plain addresses, in every dress, that lie inside
    "http://127.0.0.1/": INSIDE, "http://127.0.0.1./": INSIDE, "HTTPS://127.0.0.1:443": INSIDE,
    "http://１２７.０.０.１/": INSIDE, "http://127。0。0。1/": INSIDE, "http://127｡0．0.1/": INSIDE,
    "http://①②⑦.0.0.1/": INSIDE, "http://𝟏𝟐𝟕.𝟎.𝟎.𝟏。/": INSIDE, "http://127.0.0.1\u00ad/": INSIDE,
    "http://0.0.0.0/": INSIDE, "http://169.254.169.254/latest/": INSIDE, "http://[::]/": INSIDE,
    "http://[::1]/": INSIDE, "http://[::ffff:127.0.0.1]/": INSIDE, "http://[::127.0.0.1]/": INSIDE,
    "http://[0:0:0:0:0:ffff:7f00:1]:80/": INSIDE, "http://[64:ff9b::a00:1]/": INSIDE,
    "http://[2002:7f00:1::]/": INSIDE, "http://[fe80::1]/": INSIDE,
    # names
    "http://example.com/": "dns", "http://localhost/": "dns", "http://exam_ple.com./": "dns",
}  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_photo_urls_that_are_refused(url: str, dialled: list[str]) -> None:
    """A URL out of the grammar, or with an address inside, is refused before any connection."""
    assert tried(url) == no(REFUSED[url], E1520)
    assert dialled == []


READ: dict[str, str] = {
    "http://example.com": "http://example.com/",
    "HTTP://EXAMPLE.com:80?a=/b#c": "http://example.com/?a=/b",
    "https://example.com:/a": "https://example.com/a",
    "https://example.com:0443/a": "https://example.com/a",
    "http://example.com:443/": "http://example.com:443/",
    "http://example.com./a.jpg": "http://example.com/a.jpg",
    "http://_a.b-.example/": "http://_a.b-.example/",
    "http://r3---sn.example/": "http://r3---sn.example/",
    "http://b\u00fccher.example/": "http://xn--bcher-kva.example/",
    "http://BU\u0308CHER.example。/": "http://xn--bcher-kva.example/",
    "http://faß.example/": "http://xn--fa-hia.example/",
    "http://xn--bcher-kva.example/": "http://xn--bcher-kva.example/",
    "http://例え.テスト/絵.png": "http://xn--r8jz45g.xn--zckzah/%E7%B5%B5.png",
    "http://exam\u00adple.com/": "http://example.com/",
    "http://8.8.8.8/": "http://8.8.8.8/",
    "http://[2600:0::8888]:443/": "http://[2600::8888]:443/",
    "http://i❤.ws/": "http://xn--i-7iq.ws/",
    "http://I❤️.WS/": "http://xn--i-7iq.ws/",
    "http://xn--i-7iq.ws/": "http://xn--i-7iq.ws/",
    "http://XN--I-7IQ.ws/": "http://xn--i-7iq.ws/",
    "http://💩.la/": "http://xn--ls8h.la/",
    "http://👍🏽.example/": "http://xn--on8h5e.example/",
    "http://→.example/": "http://xn--55g.example/",
    "http://l·l.example/": "http://xn--ll-0ea.example/",
    "http://a·b.example/": "http://xn--ab-0ea.example/",
    "http://ℹ.example/": "http://i.example/",
    "http://☃️.net./": "http://xn--n3h.net/",
    "http://a.example/../b": "http://a.example/b",
    "http://a.example/./b/": "http://a.example/b/",
    "http://a.example/b/../../c/./d/..": "http://a.example/c/",
    "http://a.example/..": "http://a.example/",
    "http://a.example/.": "http://a.example/",
    "http://a.example/a//../b": "http://a.example/a/b",
    "http://a.example/...?../a": "http://a.example/...?../a",
    "http://a.example?/../a": "http://a.example/?/../a",
    "http://a.example/a/..?": "http://a.example/?",
    "http://a.example/b/%2e%2e/a": "http://a.example/a",
    "http://a.example/b/.%2E/c/%2e/d/%2E.": "http://a.example/c/",
    "http://a.example/%2e%2e%2f/a%2e": "http://a.example/%2e%2e%2f/a%2e",
    "http://example.com/a%20b%": "http://example.com/a%20b%",
    'http://example.com/"<^|>{`}': "http://example.com/%22%3C%5E%7C%3E%7B%60%7D",
    "http://example.com/a@b:c;d=[e]?f?g": "http://example.com/a@b:c;d=[e]?f?g",
}


@pytest.mark.parametrize("url", READ)
def test_photo_urls_that_are_read(url: str) -> None:
    """A URL is brought into its one form: IDNA, percent-encoding, no default port, no fragment."""
    assert parse_url(url, PORTS).text == READ[url]


def test_a_url_has_its_parts_apart() -> None:
    """The host of an IPv6 literal stands without brackets, but not in the Host header."""
    url = parse_url("http://[2600::1]:443/a?b", PORTS)
    assert url == Url(scheme="http", host="2600::1", port=443, path="/a?b")
    assert url.authority == "[2600::1]:443"


PUBLIC = (
    "8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.32.0.1", "192.0.1.1", "198.20.0.1",
    "223.255.255.255", "168.63.129.17", "::ffff:8.8.8.8", "2600::1", "2a00:1450:4001::1",
    "2600::5efe:8.8.8.8", "2600::200:5efe:808:808", "2600::5eff:10.0.0.1", "2600::5efe:0:a00:1",
    "2600:0:0:1:1:5efe:a00:1", "2600:0:0:1:400:5efe:a00:1",
    "2001:200::1", "2001:4860:4860::8888", "64:ff9b::8.8.8.8", "2002:808:808::1",
)  # fmt: skip

NOT_PUBLIC = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1",
    "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1",
    "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "168.63.129.16",
    "::", "::1", "::7f00:1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "::ffff:0:7f00:1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::8.8.8.8", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
    "2002:c0a8:101::", "2001::1", "2001:0:808:808::f7f7:f7f7", "2001:0:7f00:1::f7f7:f7f7",
    "2001:0:808:808::80ff:fffe", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
    "::5efe:8.8.8.8", "::5efe:10.0.0.1", "::200:5efe:10.0.0.1", "2600::5efe:10.0.0.1",
    "2600::5efe:a9fe:a9fe", "2600:1:2:3:0:5efe:7f00:1", "2600:1:2:3:200:5efe:7f00:1",
    "2600:1:2:3:100:5efe:c0a8:1", "2600:1:2:3:300:5efe:a00:1", "fe80::5efe:8.8.8.8",
    "fd00::5efe:8.8.8.8", "64:ff9b::5efe:a00:1", "2002:808:808::5efe:a00:1",
    "2002:a00:1::5efe:808:808",
    "3fff::1", "3ffe::1", "100::1", "100:0:0:1::1", "4000::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "2600::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
)  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_unicast_may_be_dialled(address: str) -> None:
    """An address of the public internet is dialled, and so is its mapped form."""
    assert may_dial(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_other_address_may_be_dialled(address: str, dialled: list[str]) -> None:
    """A name with an address inside is refused, even when its other answers are public."""
    for found in ([address], ["8.8.8.8", address], [address, "8.8.8.8"]):
        assert tried("http://a.example/", translated_faults(*found)) == no(INSIDE, E1520)
    assert dialled == []


OPENED: dict[tuple[str, str], bool] = {
    ("10.0.0.0/8", "10.1.2.3"): True,
    ("10.0.0.0/8", "::ffff:10.1.2.3"): True,
    ("10.0.0.0/8", "11.1.2.3"): True,
    ("10.0.0.0/8", "127.0.0.1"): False,
    ("10.0.0.0/8", "64:ff9b::10.1.2.3"): False,
    ("10.0.0.0/8", "2002:a01:203::"): False,
    ("10.0.0.0/8", "::10.1.2.3"): False,
    ("fd00::/8", "fd00::1"): True,
    ("fd00::/8", "fd00::1%eth0"): False,
    ("fd00::/8", "fe80::1"): False,
    ("10.0.0.0/8", "2600::5efe:10.1.2.3"): False,
    ("fd00::/8", "fd00::5efe:10.1.2.3"): True,
    ("::/0", "::1"): True,
    ("::/0", "::ffff:127.0.0.1"): False,
    ("64:ff9b:1::/48", "64:ff9b:1::a00:1"): True,
}


@pytest.mark.parametrize(("network", "address"), OPENED)
def test_opened_networks(network: str, address: str) -> None:
    """An opened network opens its own addresses and their mapped form, and no tunnel to them."""
    opened = (ipaddress.ip_network(network),)
    assert may_dial(ipaddress.ip_address(address), opened) is OPENED[network, address]


def test_answers_are_dialled_in_their_order_and_three_at_most(dialled: list[str]) -> None:
    """The resolver's order stands, doubles are dropped, and the fourth address is not dialled."""
    found = translated_faults("2600::1", "8.8.8.8", "2600::1", "1.1.1.1", "9.9.9.9")
    assert tried("http://a.example/", found) == no("connect")
    assert dialled == ["2600::1", "8.8.8.8", "1.1.1.1"]


def test_a_silent_address_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """The addresses share the time to connect, each getting its part of what is left."""
    shares: list[float] = []

    async def connect_tcp(_self: object, _host: str, _port: int, timeout: float) -> None:
        shares.append(round(timeout, 1))
        raise httpcore.ConnectTimeout

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    found = translated_faults("8.8.8.8", "1.1.1.1", "9.9.9.9")
    assert tried("http://a.example/", found, connect_timeout=6.0) == no("connect")
    assert shares == [2.0, 3.0, 6.0]


def test_no_server_at_the_address() -> None:
    """A port without a server is a photo that could not be fetched."""

    async def work() -> None:
        async with origin(silent) as at:
            pass
        by = fetcher(at)
        assert await outcome(by, at.url()) == no("connect")
        await by.aclose()

    run(work())


def test_a_name_cannot_change_its_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    """One hop resolves once and dials that answer; the next hop's answer is judged afresh."""

    def no_lookup(*_: object, **__: object) -> None:
        raise AssertionError("somebody else resolves")

    async def work() -> None:
        script = {"/": answers(photo(b"GIF89a")), "/again": redirects("/")}
        async with origin(script) as at:
            monkeypatch.setattr(socket, "getaddrinfo", no_lookup)
            url = at.url(host="a.example")
            by = fetcher(at, translated_faults(HOST))
            assert await outcome(by, url) == b"GIF89a"
            await by.aclose()
            found = [translated_faults("10.0.0.1"), translated_faults(HOST)]
            by = fetcher(at, lambda host, port: found.pop()(host, port),
                         networks=(ipaddress.ip_network("127.0.0.1"),))  # fmt: skip
            assert await outcome(by, f"{url}again") == no("hop-refused")
            await by.aclose()
            assert (len(at.heads), found) == (2, [])

    run(work())


UNRESOLVED: dict[str, tuple[Exception | list[IPAddress], str]] = {
    "unknown": (socket.gaierror(), "dns"),
    "too late": (TimeoutError(), "dns-timeout"),
    "not a name": (UnicodeError(), "dns"),
    "without addresses": ([], "dns"),
}


@pytest.mark.parametrize("name", UNRESOLVED)
def test_names_without_an_address(name: str, dialled: list[str]) -> None:
    """A name that does not resolve reads like one that lies inside."""
    answer, cause = UNRESOLVED[name]

    async def resolve(host: str, port: int) -> Sequence[IPAddress]:
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert tried("http://a.example/", resolve) == no(cause, E1520)
    assert dialled == []


def test_slow_lookups_delay_no_other_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow name is given up in time; with every thread held by one it is we who are busy."""
    released = threading.Event()

    def getaddrinfo(host: str, port: int, **_: object) -> list[object]:
        if host.startswith("slow") and not released.wait(20):
            raise AssertionError
        raise socket.gaierror

    async def work() -> None:
        policy = FetchPolicy(connect_timeout=0.3, slots=20, slots_per_host=20)
        by = Fetcher(policy)
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        slow = [outcome(by, f"http://slow{n}.example/") for n in range(7)]
        assert set(await asyncio.gather(*slow)) == {no("dns-timeout", E1520)}
        assert await outcome(by, "http://a.example/") == no("dns", E1520)
        assert await outcome(by, "http://slow.example/") == no("dns-timeout", E1520)
        assert await outcome(by, "http://a.example/") == BUSY
        released.set()
        assert await outcome(by, "http://a.example/") == no("dns", E1520)
        await by.aclose()

    run(work())


def test_the_system_s_own_resolver() -> None:
    """Left to itself a fetcher asks the system, which knows where localhost lies."""

    async def work() -> None:
        by = Fetcher(FetchPolicy())
        assert await outcome(by, "http://localhost/") == no(INSIDE, E1520)
        await by.aclose()

    run(work())
