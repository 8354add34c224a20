"""Connects to hosts: resolves a name once, checks every address, and dials only checked ones."""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpcore

from vcardsvc.errors import E1520, E1521, busy
from vcardsvc.photo.fetch.address import may_dial
from vcardsvc.photo.fetch.head import ResponseHeads
from vcardsvc.photo.fetch.policy import (
    RETRY_AFTER,
    Cause,
    FetchPolicy,
    IPAddress,
    Resolver,
    refused,
)

MAX_DIALS = 3
"""The most addresses of one name that are tried."""
RESOLVER_THREADS = 8
"""The most lookups at once: getaddrinfo blocks, by its own time limits up to half a minute."""
HEAD_BYTES = 64 * 1024
"""The most octets of the response heads of a request; browsers and proxies allow 16 to 256 KiB."""
READ_BYTES = 16 * 1024
"""Octets of one read, a TLS record: between two reads the loop serves other requests."""


class Lookup:
    """Resolves names with getaddrinfo, in threads of its own: a slow name delays no other work."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> Sequence[IPAddress]:
        """Resolve a host. Raises OSError (or TimeoutError); Refused if no thread was free in
        time."""
        lookup = self._threads.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            async with asyncio.timeout(self._seconds):
                entries = await asyncio.wrap_future(lookup)
        except TimeoutError:
            # A lookup that did not begin says nothing about its name: the service is busy.
            raise (
                busy(Cause.BUSY.value, RETRY_AFTER) if lookup.cancelled() else TimeoutError
            ) from None
        return [ipaddress.ip_address(sockaddr[0]) for *_, sockaddr in entries]

    def close(self) -> None:
        """Refuse further names. Running lookups end by the system's time limit."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Stream(httpcore.AsyncNetworkStream):
    """Reads a connection in small steps, limits the head of the response and drops malformed header
    lines; closes it if the TLS handshake fails.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._head_left: int | None = HEAD_BYTES
        self._heads = ResponseHeads()

    def head_is_read(self) -> None:
        """Stop the limit of the head; the reader of the body counts from here."""
        self._head_left = None

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while not self._heads.done:
            if heads := self._heads.read(await self._piece(max_bytes, timeout)):
                return heads
        return await self._piece(max_bytes, timeout)

    async def _piece(self, max_bytes: int, timeout: float | None) -> bytes:
        if self._head_left is not None and self._head_left <= 0:
            raise httpcore.RemoteProtocolError
        data = await self._inner.read(min(max_bytes, READ_BYTES), timeout)
        if self._head_left is not None:
            self._head_left -= len(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout))
        except BaseException as fault:
            await self.aclose()
            if isinstance(fault, Exception):
                raise refused(E1521, Cause.TLS) from None
            raise

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, checks every address, and dials only checked ones."""

    def __init__(self, policy: FetchPolicy, resolve: Resolver) -> None:
        self._policy = policy
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect for httpcore; the policy replaces `timeout` and the options."""
        addresses = (await self._checked(host, port))[:MAX_DIALS]
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._policy.connect_timeout
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            share = (deadline - clock()) / left  # a silent address leaves time for the next ones
            try:
                return Stream(await self._network.connect_tcp(str(address), port, share))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        raise refused(E1521, Cause.CONNECT)

    async def _checked(self, host: str, port: int) -> list[IPAddress]:
        addresses = list(dict.fromkeys(await self._answers(host, port)))
        if not addresses:
            raise refused(E1520, Cause.DNS)
        if not all(may_dial(address, self._policy.networks) for address in addresses):
            raise refused(E1520, Cause.HOST_NOT_PUBLIC)
        return addresses

    async def _answers(self, host: str, port: int) -> Sequence[IPAddress]:
        try:
            return [ipaddress.ip_address(host)]
        except ValueError:
            pass
        try:
            return await self._resolve(host, port)
        except TimeoutError:
            raise refused(E1520, Cause.DNS_TIMEOUT) from None
        except (OSError, ValueError):
            raise refused(E1520, Cause.DNS) from None
