"""httpx over the guarded connections: the client of every fetch.

Imported before the first fetch, in a thread, not at start: httpx and httpcore cost 60 ms and 7 MB,
and many a service never sees a photo-url. What must never enter here: a setting of the environment,
a cookie, a redirect that is followed unseen.
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Iterable

import certifi
import httpcore
import httpx

from vcardsvc.photo.fetch.connect import Guarded, Lookup
from vcardsvc.photo.fetch.policy import Cause, Policy, Resolver
from vcardsvc.photo.fetch.target import Target


class Body(httpx.AsyncByteStream):
    """The body of a response, as it arrives."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._response.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._response.aclose()


class Transport(httpx.AsyncBaseTransport):
    """httpx's requests over our pool, whose network backend is the guard."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        target: Target = request.extensions["target"]
        response = await self._pool.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=target.scheme, host=target.host, port=target.port, target=target.path
                ),
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
"""What the libraries raise while they fetch, the first row that fits."""


class Client:
    """Sends one GET after the other.

    Over the transport itself, without httpx's own client: there is nothing to keep cookies in, to
    follow or even read a redirect, to look at the environment, or to log a URL.
    """

    def __init__(
        self, policy: Policy, resolve: Resolver | None, tls: ssl.SSLContext | None
    ) -> None:
        # At its lower levels httpcore logs hosts and headers, which nobody's log may hold.
        logging.getLogger("httpcore").setLevel(logging.WARNING)
        self._connect_timeout = policy.connect_timeout
        self._lookup = Lookup(policy.connect_timeout)
        # Trusts nobody until `_trust` has read the roots, 20 ms that plain http never pays.
        self._tls = tls or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._trusted = tls is not None
        self._trusting = asyncio.Lock()
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=self._tls,
            max_connections=None,
            max_keepalive_connections=0,
            network_backend=Guarded(policy, resolve or self._lookup),
        )
        self._transport = Transport(self._pool)

    async def get(self, target: Target, headers: Iterable[tuple[bytes, bytes]]) -> httpx.Response:
        """The response's head, its body still to be read and closed by the caller.

        Our own parser has read the URL, and what it read is what is asked for: httpx is given the
        target as it is.
        """
        if target.scheme == "https":
            await self._trust()
        request = httpx.Request(
            "GET",
            "http://target/",
            headers=[(b"Host", target.authority.encode("ascii")), *headers],
            extensions={"timeout": {"connect": self._connect_timeout}, "target": target},
        )
        return await self._transport.handle_async_request(request)

    def cause(self, fault: Exception) -> Cause:
        """The log's word for what the libraries raised."""
        return next(cause for kinds, cause in FAULTS if isinstance(fault, kinds))

    async def aclose(self) -> None:
        """Close what is open; lookups still running are left to their own time limit."""
        self._lookup.close()
        await self._pool.aclose()

    async def _trust(self) -> None:
        async with self._trusting:
            if not self._trusted:
                await asyncio.to_thread(self._tls.load_verify_locations, certifi.where())
                self._trusted = True
