"""httpx over the guarded connections: the client of every fetch.

Imported before the first fetch, in a thread, not at start: httpx costs 35 ms and 5 MB, and many a
service never sees a photo-url. What must never enter here: a setting of the environment, a cookie,
a redirect that is followed unseen.
"""

from collections.abc import AsyncIterator, Iterable

import httpcore
import httpx

from vcardsvc.fetch.target import Target


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


class Client:
    """Sends one GET after the other.

    Over the transport itself, without httpx's own client: there is nothing to keep cookies in, to
    follow or even read a redirect, to look at the environment, or to log a URL.
    """

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self._transport = Transport(pool)

    async def get(
        self, target: Target, headers: Iterable[tuple[bytes, bytes]], connect_timeout: float
    ) -> httpx.Response:
        """The response's head, its body still to be read and closed by the caller.

        Our own parser has read the URL, and what it read is what is asked for: httpx is given the
        target as it is. `connect_timeout` is in seconds.
        """
        request = httpx.Request(
            "GET",
            "http://target/",
            headers=[(b"Host", target.authority.encode("ascii")), *headers],
            extensions={"timeout": {"connect": connect_timeout}, "target": target},
        )
        return await self._transport.handle_async_request(request)
