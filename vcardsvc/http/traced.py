"""Finds the route of a request for its span, in a worker whose traces are on."""

from collections.abc import Collection
from typing import Any

from starlette.types import Receive, Scope, Send

from vcardsvc.http.routing import ExactRouter
from vcardsvc.tracing import Tracing


class TracedRouter(ExactRouter):
    """An ExactRouter that makes a span of each request, but those for the paths `untraced`.

    `link_route` is the route of links: their paths are secrets.
    """

    def __init__(
        self,
        *arguments: Any,
        tracing: Tracing,
        untraced: Collection[str],
        link_route: str,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self._tracing = tracing
        self._untraced = untraced
        self._link_route = link_route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or run the lifespan."""
        if scope["type"] != "http" or scope["path"] in self._untraced:
            await super().__call__(scope, receive, send)
            return
        with self._tracing.request(scope, await self._route(scope)):
            await super().__call__(scope, receive, send)

    async def _route(self, scope: Scope) -> str:
        """Return the path with the names of its parameters; "" for an unknown path."""
        path = scope["path"]
        if path in self._endpoints:
            return str(path)
        if self._is_link(path):
            return self._link_route
        await self._vendors.ensure_loaded()
        match = self._vendors.match(scope["method"], path)
        if match is None or match.maybe_route is None:
            return ""
        return f"{match.prefix}{match.maybe_route.path}"
