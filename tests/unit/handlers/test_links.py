"""Links over HTTP: their base URL, their description, and their end."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.contact_requests import request
from tests.support.databases import url
from tests.support.http_client import KEY, Caller, calling
from tests.support.service import http_request, inside
from vcardsvc.errors import Refused
from vcardsvc.http.base_url import base_url, caller_address
from vcardsvc.settings import Settings
from vcardsvc.store import Store

PROXY: Final = ("10.1.2.3", 4711)
STRANGER: Final = ("192.0.2.7", 4711)
TRUSTING: Final = Settings(trusted_proxies=(ip_network("10.1.0.0/16"), ip_network("fd00::/8")))
Fields = dict[bytes, bytes]


def begins(
    fields: Fields, client: Any = STRANGER, settings: Settings = TRUSTING, scheme: str = "http"
) -> str:
    """What a link begins with, or the code and cause of the refusal."""
    try:
        return base_url(settings, http_request(list(fields.items()), client, scheme))
    except Refused as refused:
        (problem,) = refused.problems
        return f"{problem.code.name} {problem.http_status} {problem.cause}"


NO_HOST: Final = "E100 400 host"
FORWARDED: Final = {
    b"host": b"inside:8000",
    b"x-forwarded-proto": b"https",
    b"x-forwarded-host": b"cards.example.com",
}


def test_the_operators_word_wins() -> None:
    """With public_url nothing of a request is looked at, not even a trusted proxy's word."""
    settings = Settings(
        public_url="https://cards.example.com/v", trusted_proxies=TRUSTING.trusted_proxies
    )
    for fields in ({}, {b"host": b"a@b"}, FORWARDED):
        assert begins(fields, PROXY, settings) == "https://cards.example.com/v"


HOSTS: tuple[tuple[bytes, str], ...] = (
    (b"cards.example.com", "http://cards.example.com"),
    (b"Cards.Example.COM:8443", "http://Cards.Example.COM:8443"),
    (b"localhost:8000", "http://localhost:8000"),
    (b"my_cards", "http://my_cards"),
    (b"xn--bcher-kva.example.", "http://xn--bcher-kva.example."),
    (b"192.0.2.1:80", "http://192.0.2.1:80"),
    (b"[2001:db8::1]", "http://[2001:db8::1]"),
    (b"[::ffff:192.0.2.1]:8000", "http://[::ffff:192.0.2.1]:8000"),
    *(
        (host, NO_HOST)
        for host in (
            b"", b" ", b",", b":8000", b"a@b", b"user:pass@b", b"a/b", b"a/../b", b"a?b", b"a#b",
            b"a\\b", b"a b", b"a\r\nx: y", b"a\n", b"a\x00", b"a%0d%0a", b"a;b", b"a<b>", b'a"b',
            b"b\xc3\xbccher.example", b"\xd9\xa3", b"a:", b"a:b", b"a:1:2", b"a:123456",
            b"a:\xb2", b"::1", b"[::1", b"::1]", b"[]", b"[::1]a", b"[fe80::1%25eth0]", b"[a.b]c",
            b"http://a", b"x" * 254, b"'a'", b"a|b", b"*",
        )
    ),
)  # fmt: skip


@pytest.mark.parametrize(("host", "expected"), HOSTS)
def test_without_a_public_url_links_begin_with_the_host(host: bytes, expected: str) -> None:
    """The Host that was requested, if it is one; anything else is E100, and never in a link."""
    assert begins({b"host": host}) == expected


def test_a_hostile_host_from_a_trusted_proxy_is_none_either() -> None:
    """A trusted proxy passes on what callers send, so its word is judged like any other."""
    for host in (b"a@b", b"a/b", b"a\r\nx: y", b"a b", b"a\n"):
        assert begins({b"host": b"a", b"x-forwarded-host": host}, PROXY) == NO_HOST
    for proto in (b"javascript", b"ftp", b"https:", b"https//", b"https\r\n", b"\xff"):
        assert begins({b"host": b"a", b"x-forwarded-proto": proto}, PROXY) == NO_HOST


def test_a_request_without_a_host_is_refused() -> None:
    """HTTP/1.0 callers without a Host get E100 that names the setting."""
    with pytest.raises(Refused) as refused:
        base_url(Settings(), http_request(client=STRANGER))
    (problem,) = refused.value.problems
    assert problem.detail == "A link needs a Host header, or the setting VCARDSVC_PUBLIC_URL."


def test_the_scheme_is_the_connections() -> None:
    """Behind TLS of its own the service says https, and nothing but http and https."""
    assert begins({b"host": b"a"}, scheme="https") == "https://a"
    assert begins({b"host": b"a"}, scheme="ws") == NO_HOST


PEERS: tuple[tuple[Any, bool], ...] = (
    (PROXY, True),
    (("10.1.255.255", 1), True),
    (("fd00::1", 1), True),
    (("fd00::1", 1, 0, 0), True),
    (("::ffff:10.1.2.3", 1), True),
    (STRANGER, False),
    (("10.2.0.1", 1), False),
    (("::ffff:10.2.0.1", 1), False),
    (("fe80::1", 1), False),
    (("fe80::1%eth0", 1), False),
    (("testclient", 50000), False),
    (("", 0), False),
    (None, False),
)


@pytest.mark.parametrize(("client", "trusted"), PEERS)
def test_forwarded_headers_count_from_trusted_peers_only(client: Any, trusted: bool) -> None:
    """IPv4, IPv6, IPv4 in IPv6, a Unix socket's peer, which has no address: one rule."""
    text = begins(FORWARDED, client)
    assert text == ("https://cards.example.com" if trusted else "http://inside:8000")


def test_no_proxy_is_trusted_by_default() -> None:
    """Without trusted_proxies forwarded headers are anybody's, the loopback's too."""
    for client in (PROXY, ("127.0.0.1", 1), ("::1", 1), None):
        assert begins(FORWARDED, client, Settings()) == "http://inside:8000"


PROXIED: tuple[tuple[Fields, str], ...] = (
    ({}, "http://inside"),
    ({b"x-forwarded-proto": b"https"}, "https://inside"),
    ({b"x-forwarded-proto": b"HTTPS"}, "https://inside"),
    ({b"x-forwarded-proto": b""}, "http://inside"),
    ({b"x-forwarded-host": b""}, "http://inside"),
    ({b"x-forwarded-host": b"a.example:8443"}, "http://a.example:8443"),
    ({b"x-forwarded-host": b"[2001:db8::1]:443"}, "http://[2001:db8::1]:443"),
    ({b"x-forwarded-host": b"a.example, b.example"}, "http://a.example"),
    ({b"x-forwarded-host": b" a.example ,b"}, "http://a.example"),
    ({b"x-forwarded-proto": b"https, http"}, "https://inside"),
    ({b"x-forwarded-for": b"192.0.2.1", b"forwarded": b"host=evil.example"}, "http://inside"),
)


@pytest.mark.parametrize(("text", "expected"), PROXIED)
def test_of_a_list_the_first_counts(text: Fields, expected: str) -> None:
    """Several proxies make lists, of which the first is what the caller requested."""
    assert begins({b"host": b"inside", **text}, PROXY) == expected


def test_of_a_header_that_stands_twice_the_first_counts() -> None:
    """Lines of their own are the same list (RFC 9110 section 5.3)."""
    fields = [(b"x-forwarded-host", b"a.example"), (b"x-forwarded-host", b"b"), (b"host", b"c")]
    assert base_url(TRUSTING, http_request(fields, PROXY)) == "http://a.example"
    assert base_url(TRUSTING, http_request(fields, STRANGER)) == "http://c"


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The URL of a migrated store."""
    store = Store(url(tmp_path / "links.db"))
    store.migrate()
    store.close()
    return url(tmp_path / "links.db")


@pytest.fixture
def caller(database: str) -> Iterator[Caller]:
    """A caller whose key may have two links alive, of an hour at most."""
    with calling(database_url=database, links_per_key=2, link_max_ttl=3600) as found:
        yield found


JOHN: Final = request(phone=[{"number": "call me"}])
LINK: Final = re.compile(r"http://127.0.0.1/c/[A-Za-z0-9_-]{22}\.vcf")


def ends(text: str) -> datetime:
    """A time as links tell it: RFC 3339, in UTC."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def test_a_link_is_created_opened_and_deleted(caller: Caller) -> None:
    """201 tells its address, end, size and type; GET and HEAD give the card; DELETE ends it."""
    card = caller.post(JOHN, query="?target=android")
    response = caller.post(JOHN, query="?as=link&target=android&ttl=60")
    link, before = response.json(), datetime.now(UTC)
    assert (response.status_code, response.headers["content-type"]) == (201, "application/json")
    assert LINK.fullmatch(link["url"])
    assert response.headers["location"] == link["url"]
    assert response.headers["vcard-notes"] == card.headers["vcard-notes"] == "phone/0;dropped"
    assert abs(ends(link["expires"]) - before - timedelta(seconds=60)) < timedelta(seconds=5)
    assert link == {
        "url": link["url"],
        "expires": link["expires"],
        "size": len(card.content),
        "content-type": "text/vcard; charset=utf-8",
    }
    for _ in range(2):
        opened, head = caller.client.get(link["url"]), caller.client.head(link["url"])
        assert (opened.status_code, opened.content) == (200, card.content)
        assert opened.headers["etag"] == card.headers["etag"]
        assert (head.status_code, head.content) == (200, b"")
        for name in ("content-type", "content-length", "content-disposition", "etag"):
            assert head.headers[name] == opened.headers[name]
    assert caller.client.delete(link["url"]).status_code == 401
    assert caller.client.delete(link["url"], headers={"x-api-key": KEY}).status_code == 204
    assert caller.client.get(link["url"]).status_code == 410


def test_a_link_that_opens_once_opens_once(caller: Caller) -> None:
    """HEAD does not take it, the first GET does, and then it has gone."""
    link = caller.post(JOHN, query="?as=link&once=true").json()
    answers = [caller.client.head(link["url"]), *(caller.client.get(link["url"]) for _ in "12")]
    assert [answer.status_code for answer in answers] == [200, 200, 410]
    assert answers[1].content == caller.post(JOHN).content


@pytest.mark.parametrize(("query", "seconds"), [("", 3600), ("&ttl=3600", 3600), ("&ttl=9", 9)])
def test_a_link_lives_as_long_as_its_option_says(caller: Caller, query: str, seconds: int) -> None:
    """As many seconds as were requested, and never more than the operator allows."""
    link = caller.post(JOHN, query=f"?as=link{query}").json()
    left = ends(link["expires"]) - datetime.now(UTC)
    assert abs(left - timedelta(seconds=seconds)) < timedelta(seconds=5)
    assert caller.refused(JOHN, query="?as=link&ttl=3601") == (400, "E1527", None)


def test_a_link_lives_a_day_by_default(database: str) -> None:
    """Under the default settings a link without `ttl` lives 86,400 seconds."""
    with calling(database_url=database) as caller:
        link = caller.post(JOHN, query="?as=link").json()
    left = ends(link["expires"]) - datetime.now(UTC)
    assert abs(left - timedelta(days=1)) < timedelta(seconds=5)


@pytest.mark.parametrize("query", ["as=link", "as=twilio", "as=qr&content=link"])
def test_a_key_has_no_more_links_than_it_may(caller: Caller, query: str) -> None:
    """At the ceiling E113 says when the first of them ends; a deleted one counts no more."""
    response = [caller.post(JOHN, query=f"?as=link&ttl={ttl}").json()["url"] for ttl in (60, 600)]
    refused = caller.post(JOHN, query=f"?{query}")
    assert (refused.status_code, refused.json()["error-code"]) == (429, "E113")
    assert 50 <= int(refused.headers["retry-after"]) <= 60
    assert caller.post(JOHN).status_code == 200
    caller.client.delete(response[0], headers={"x-api-key": KEY})
    assert caller.post(JOHN, query=f"?{query}").status_code == 201


def test_a_request_without_a_host_gets_no_link_and_makes_none(database: str) -> None:
    """The card needs no Host, a link does: E100, and nothing is kept."""
    body = json.dumps(JOHN).encode()
    with inside(database_url=database, log_requests=False) as app:
        for host in ("", "a@b"):
            assert app.create(body, query=b"as=link", host=host).outcome == (400, "E100")
            assert app.create(body, host=host).outcome == (200, "card")
        response = app.create(body, query=b"as=link", host="[::1]:8000")
        assert response.json["url"].startswith("http://[::1]:8000/c/")
    store = Store(database)
    assert store.count_links("tests", datetime.now(UTC)) == 1
    store.close()


ADDRESSES: Final[tuple[tuple[Any, bytes | None, str], ...]] = (
    (STRANGER, None, "192.0.2.7"),
    (STRANGER, b"198.51.100.1", "192.0.2.7"),
    (PROXY, None, "10.1.2.3"),
    (PROXY, b"198.51.100.1", "198.51.100.1"),
    (PROXY, b"203.0.113.9, 198.51.100.1", "198.51.100.1"),
    (PROXY, b"203.0.113.9,198.51.100.1, 10.1.9.9", "198.51.100.1"),
    (PROXY, b"10.1.9.9", "10.1.9.9"),
    (PROXY, b"203.0.113.9, unknown", "10.1.2.3"),
    (PROXY, b"", "10.1.2.3"),
    (("fd00::1", 80), b"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    (("2001:db8::1", 80), None, "2001:db8::/64"),
    (("::ffff:10.1.2.3", 80), b"::ffff:198.51.100.1", "198.51.100.1"),
    (None, b"198.51.100.1", ""),
    (("", 0), None, ""),
)
"""The peer, X-Forwarded-For, and whose address counts."""


@pytest.mark.parametrize(("client", "forwarded", "address"), ADDRESSES)
def test_a_caller_is_known_by_the_address_that_no_trusted_proxy_has(
    client: Any, forwarded: bytes | None, address: str
) -> None:
    """X-Forwarded-For is believed from the right, as far as trusted proxies wrote it."""
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded)]
    assert caller_address(TRUSTING, http_request(headers, client)) == address
