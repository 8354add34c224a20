"""From a name to a connection: resolve once, judge every answer, dial what was judged.

What must never enter here: a second resolution, or a dialled address that was not judged.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpcore

from vcardsvc.errors import E1520, E1521
from vcardsvc.photo.fetch.address import may_dial
from vcardsvc.photo.fetch.head import Heads
from vcardsvc.photo.fetch.policy import Cause, IPAddress, Policy, Resolver, busy, refused

MAX_DIALS = 3
"""Addresses of one name that are tried before it counts as away."""
RESOLVER_THREADS = 8
"""Lookups at once: getaddrinfo blocks, and its own time limits run to half a minute."""
HEAD_BYTES = 64 * 1024
"""Octets of all response heads of a request; browsers and proxies end between 16 and 256 KiB."""
READ_BYTES = 16 * 1024
"""Octets of one read, a TLS record: between two reads the loop serves everybody else."""


class Lookup:
    """The resolver of the system, in threads of its own: a slow name must not stop other work."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> Sequence[IPAddress]:
        """Raises OSError, TimeoutError among them; Refused when no thread was free in time."""
        lookup = self._threads.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            async with asyncio.timeout(self._seconds):
                found = await asyncio.wrap_future(lookup)
        except TimeoutError:
            # A lookup that never began says nothing of its name: the shortage is ours.
            raise (busy() if lookup.cancelled() else TimeoutError) from None
        return [ipaddress.ip_address(sockaddr[0]) for *_, sockaddr in found]

    def close(self) -> None:
        """Take no more names. What is being looked up ends by the system's own time limit."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Stream(httpcore.AsyncNetworkStream):
    """A connection that reads in small steps, bounds what comes before the body and drops header
    lines out of the grammar, and is closed when its handshake ends in any way but well.
    """

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._head_left: int | None = HEAD_BYTES
        self._heads = Heads()

    def head_is_read(self) -> None:
        """From here on the reader of the body counts."""
        self._head_left = None

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while not self._heads.done:
            if found := self._heads.read(await self._piece(max_bytes, timeout)):
                return found
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


class Guarded(httpcore.AsyncNetworkBackend):
    """Resolves once, judges every answer, and dials what it judged."""

    def __init__(self, policy: Policy, resolve: Resolver) -> None:
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
        """The httpcore method. `timeout` and the options give way to the policy."""
        addresses = (await self._judged(host, port))[:MAX_DIALS]
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._policy.connect_timeout
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            share = (deadline - clock()) / left  # a silent address leaves the next ones their time
            try:
                return Stream(await self._network.connect_tcp(str(address), port, share))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        raise refused(E1521, Cause.CONNECT)

    async def _judged(self, host: str, port: int) -> list[IPAddress]:
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
