"""Fetches one photo: slots, redirects, time, size. See the package for the strategy."""

import asyncio
import importlib
import ssl
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from vcardsvc.errors import E1520, E1521, E1523, Refused
from vcardsvc.photo.fetch.policy import RETRY_AFTER, Cause, FetchPolicy, Resolver, refused
from vcardsvc.photo.fetch.url import Url, location_text, parse_url
from vcardsvc.slots import Slots

if TYPE_CHECKING:
    import httpx

    from vcardsvc.photo.fetch.client import Client

MAX_HOPS = 5
"""The most redirects of one fetch: http to https, a canonical name, a CDN, and two more."""
FREE_PIECES = 1000
PIECE_BYTES = 128
"""The least mean octets of a body's pieces after FREE_PIECES pieces: a chunk of one byte takes six
bytes to send, and as much time to read as a full one."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CODINGS = frozenset({b"gzip", b"x-gzip", b"deflate", b"br", b"zstd", b"compress"})
"""Content codings that change octets (RFC 9110 section 8.4.1, IANA's registry). Other values that
servers send (`utf-8`, `binary`, `none`, `aws-chunked`) change nothing."""
HEADERS = (
    (b"Accept", b"image/jpeg, image/png, image/gif, image/*;q=0.8, */*;q=0.1"),
    (b"Accept-Encoding", b"identity"),
    (b"Connection", b"close"),
)
"""All headers of a request beside Host and User-Agent."""


CLIENT = "vcardsvc.photo.fetch.client"
"""The module that loads httpx: 60 ms that only a service with photo URLs needs."""


class FetchSlots:
    """Limits the fetches at once, in all and from one host name."""

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy
        self._all = self._new(policy.slots)
        self._hosts: dict[str, Slots] = {}
        self._users: Counter[str] = Counter()

    def __len__(self) -> int:
        """Return the number of host names that hold a slot or wait for one."""
        return len(self._hosts)

    @asynccontextmanager
    async def taken(self, host: str) -> AsyncIterator[None]:
        """Hold one slot of `host` and one of all. Raises Refused with E503 after slot_timeout."""
        own = self._hosts.setdefault(host, self._new(self._policy.slots_per_host))
        self._users[host] += 1
        deadline = time.monotonic() + self._policy.slot_timeout
        try:
            await own.acquire()
            try:
                async with self._all.taken(max(0.0, deadline - time.monotonic())):
                    yield
            finally:
                own.release()
        finally:
            self._users[host] -= 1
            if not self._users[host]:
                del self._users[host], self._hosts[host]

    def _new(self, count: int) -> Slots:
        seconds, cause = self._policy.slot_timeout, Cause.BUSY.value
        return Slots(count, seconds=seconds, cause=cause, retry_after=RETRY_AFTER)


class Fetcher:
    """Fetches photos by one policy; starts with the first fetch. Close it with `aclose`."""

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        resolve: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._tls = tls
        self._headers = ((b"User-Agent", policy.user_agent.encode("ascii")), *HEADERS)
        self.slots = FetchSlots(policy)
        self._starting = asyncio.Lock()
        self._maybe_client: Client | None = None

    async def fetch(self, url: str) -> bytes:
        """Return the body at `url`, at most max_bytes, of any type.

        Raises Refused: E1520 before any connection, E1521 or E1523 after one, E503 if no slot is
        free; nothing else. Cancelling it closes its connection at once.
        """
        parsed = parse_url(url, self._policy.ports)
        async with self.slots.taken(parsed.host):
            client = await self._started()
            try:
                async with asyncio.timeout(self._policy.timeout):
                    return await self._follow(client, parsed)
            except Refused:
                raise
            except Exception as fault:
                raise refused(E1521, client.cause(fault)) from None

    async def aclose(self) -> None:
        """Close all connections; running lookups end by their own time limit."""
        if self._maybe_client is not None:
            await self._maybe_client.aclose()

    async def _follow(self, client: "Client", url: Url) -> bytes:
        body_or_location = await self._get(client, url)
        for _ in range(MAX_HOPS):
            if isinstance(body_or_location, bytes):
                return body_or_location
            try:
                url = parse_url(body_or_location, self._policy.ports, url.text)
                body_or_location = await self._get(client, url)
            except Refused as refusal:
                if refusal.problems[0].code is E1520:
                    raise refused(E1521, Cause.HOP_REFUSED) from None
                raise
        if isinstance(body_or_location, bytes):
            return body_or_location
        raise refused(E1521, Cause.REDIRECTS)

    async def _get(self, client: "Client", url: Url) -> bytes | str:
        """Return the body of a 200, or the Location of a redirect."""
        response = await client.get(url, self._headers)
        try:
            if response.status_code in REDIRECTS:
                return _location(response)
            self._check(response)
            response.extensions["network_stream"].head_is_read()
            return await self._body(response)
        finally:
            await response.aclose()

    async def _started(self) -> "Client":
        """Return the client; its libraries are imported in a thread on first use."""
        async with self._starting:
            if self._maybe_client is None:
                module = await asyncio.to_thread(importlib.import_module, CLIENT)
                self._maybe_client = module.Client(self._policy, self._resolve, self._tls)
            return self._maybe_client

    def _check(self, response: "httpx.Response") -> None:
        if response.status_code != 200:
            raise refused(E1521, Cause.STATUS)
        if not CODINGS.isdisjoint(_tokens(_header(response, b"content-encoding"))):
            raise refused(E1521, Cause.ENCODING)
        if int(_header(response, b"content-length") or b"0") > self._policy.max_bytes:
            raise refused(E1523, Cause.TOO_LARGE)

    async def _body(self, response: "httpx.Response") -> bytes:
        pieces: list[bytes] = []
        size = 0
        async for piece in response.aiter_raw():
            pieces.append(piece)
            size += len(piece)
            if size > self._policy.max_bytes:
                raise refused(E1523, Cause.TOO_LARGE)
            if len(pieces) > FREE_PIECES and size < len(pieces) * PIECE_BYTES:
                raise refused(E1521, Cause.PROTOCOL)
        return b"".join(pieces)


def _header(response: "httpx.Response", name: bytes) -> bytes:
    return b", ".join(value for key, value in response.headers.raw if key.lower() == name)


def _tokens(value: bytes) -> Iterator[bytes]:
    """Return the members of a list of tokens (RFC 9110 section 5.6.1), in lower case."""
    return (token.strip(b" \t").lower() for token in value.split(b","))


def _location(response: "httpx.Response") -> str:
    """Return the Location of a redirect; several equal headers count as one."""
    locations = {value for name, value in response.headers.raw if name.lower() == b"location"}
    if len(locations) != 1 or b"" in locations:
        raise refused(E1521, Cause.REDIRECTS)
    return location_text(locations.pop())
