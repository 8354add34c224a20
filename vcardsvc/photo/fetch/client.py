"""Sends the requests of a fetch with httpx over guarded connections.

Imported in a thread before the first fetch, not at start: httpx and httpcore take 60 ms and 7 MB,
and many services never fetch a photo. Environment settings and cookies are not used, and redirects
are not followed here.
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Iterable

import certifi
import httpcore
import httpx

from vcardsvc.photo.fetch.connect import GuardedBackend, Lookup
from vcardsvc.photo.fetch.policy import Cause, FetchPolicy, Resolver
from vcardsvc.photo.fetch.url import Url


class Body(httpx.AsyncByteStream):
    """Streams the body of a response."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._response.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._response.aclose()


class Transport(httpx.AsyncBaseTransport):
    """Sends httpx requests over a pool whose network backend checks addresses."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url: Url = request.extensions["url"]
        response = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.scheme, host=url.host, port=url.port, target=url.path),
                headers=request.headers.raw,
                extensions={"timeout": request.extensions["timeout"]},
            )
        )
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=Body(response),
            extensions=response.extensions,
        )


FAULTS: tuple[tuple[tuple[type[Exception], ...], Cause], ...] = (
    ((TimeoutError, httpcore.TimeoutException), Cause.TIMEOUT),
    ((OSError, httpcore.NetworkError), Cause.CONNECT),
    ((Exception,), Cause.PROTOCOL),
)
"""The cause of each exception of the libraries; the first match counts."""


class Client:
    """Sends GET requests.

    It uses the transport without httpx's client, which would keep cookies, read redirects and the
    environment, and log URLs.
    """

    def __init__(
        self, policy: FetchPolicy, resolve: Resolver | None, tls: ssl.SSLContext | None
    ) -> None:
        # At lower levels httpcore logs hosts and headers, which no log may hold.
        logging.getLogger("httpcore").setLevel(logging.WARNING)
        self._connect_timeout = policy.connect_timeout
        self._lookup = Lookup(policy.connect_timeout)
        # Trusts no certificate until `_trust` has read the roots: 20 ms that http does not need.
        self._tls = tls or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._trusted = tls is not None
        self._trusting = asyncio.Lock()
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=self._tls,
            max_connections=None,
            max_keepalive_connections=0,
            network_backend=GuardedBackend(policy, resolve or self._lookup),
        )
        self._transport = Transport(self._pool)

    async def get(self, url: Url, headers: Iterable[tuple[bytes, bytes]]) -> httpx.Response:
        """Return the response, whose body the caller reads and closes.

        The URL is sent as `parse_url` parsed it; httpx does not parse it again.
        """
        if url.scheme == "https":
            await self._trust()
        request = httpx.Request(
            "GET",
            "http://target/",
            headers=[(b"Host", url.authority.encode("ascii")), *headers],
            extensions={"timeout": {"connect": self._connect_timeout}, "url": url},
        )
        return await self._transport.handle_async_request(request)

    def cause(self, fault: Exception) -> Cause:
        """Return the cause of an exception of the libraries."""
        return next(cause for kinds, cause in FAULTS if isinstance(fault, kinds))

    async def aclose(self) -> None:
        """Close all connections; running lookups end by their own time limit."""
        self._lookup.close()
        await self._pool.aclose()

    async def _trust(self) -> None:
        async with self._trusting:
            if not self._trusted:
                await asyncio.to_thread(self._tls.load_verify_locations, certifi.where())
                self._trusted = True
