"""Finds the handler of a request: exact paths by look-up, vendors' paths by pattern.

Two routes that no request could tell apart are an error at the start. A vendor's API is imported
when it is first needed, since all of them take as long as the rest of the service.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

from starlette.routing import Route as StarletteRoute
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from vcardsvc.apis.base import Response, Route, VendorApi
from vcardsvc.http.context import AppContext
from vcardsvc.http.cycle import Handler, run_handler
from vcardsvc.http.error_rendering import FailureContext, failed
from vcardsvc.http.request import HttpRequest, unserved

SUFFIX: Final = ".vcf"
"""The end of a vendor's path whose caller wants cards."""

_PARAMETER: Final = re.compile(r"\{([a-z_]+)\}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A vendor's path: the vendor mounted under `prefix`, the methods `allowed` there, and the
    route of this method with the parameters of the path. `suffix`: the path asks for cards."""

    vendor: VendorApi
    prefix: str
    allowed: tuple[str, ...] = ()
    maybe_route: Route | None = None
    params: Mapping[str, str]
    suffix: bool = False


class Mount:
    """A vendor under its prefix, created on first use."""

    def __init__(self, prefix: str, create: Callable[[], VendorApi]) -> None:
        self.prefix = prefix
        self._create = create

    @cached_property
    def vendor(self) -> VendorApi:
        """Return the vendor's API."""
        return self._create()

    @cached_property
    def patterns(self) -> "_Patterns":
        """Return every route with its pattern, those with the fewest parameters first."""
        routes = sorted(self.vendor.routes, key=lambda route: route.path.count("{"))
        return [(_pattern(route), route) for route in routes]


class VendorRouter:
    """The vendors, each mounted under its prefix ("" is the root)."""

    def __init__(self, mounts: Sequence[tuple[str, Callable[[], VendorApi]]] = ()) -> None:
        """Raise ValueError when two of them claim one route."""
        all_mounts = [Mount(prefix, create) for prefix, create in mounts]
        self._mounts = sorted(all_mounts, key=lambda mount: -len(mount.prefix))
        self.loaded = not all_mounts
        _check_claims(
            [one for one in all_mounts if any(_overlap(one, other) for other in all_mounts)]
        )

    def load(self) -> None:
        """Create every vendor now, before a request waits for it."""
        for mount in self._mounts:
            mount.patterns  # noqa: B018  # creates them
        self.loaded = True

    async def ensure_loaded(self) -> None:
        """Load in a thread, once: the tables of the vendors take a tenth of a second."""
        if not self.loaded:
            await asyncio.to_thread(self.load)

    def match(self, method: str, path: str) -> Match | None:
        """Return the vendor's route of a path; None for a path of no vendor. Every path below a
        prefix belongs to its vendor; at the root only those of its routes."""
        unmatched = None
        for mount in self._mounts:
            prefix = mount.prefix
            if path == prefix or path.startswith(f"{prefix}/"):
                match = _matched(mount, method, path[len(prefix) :] or "/")
                if match.allowed:
                    return match
                unmatched = unmatched or (match if prefix else None)
        return unmatched

    @property
    def at_root(self) -> bool:
        """Return whether a vendor is mounted at the root."""
        return any(not mount.prefix for mount in self._mounts)

    def root(self, media_type: bytes) -> Match | None:
        """Return the vendor's route of POST / that reads this media type."""
        maybe_match = self.match("POST", "/")
        route = maybe_match and maybe_match.maybe_route
        return maybe_match if route and media_type in route.content_types else None


_Patterns = Sequence[tuple[re.Pattern[str], Route]]


class Endpoint:
    """One path as an ASGI application: a handler for each method."""

    def __init__(self, methods: Mapping[str, Handler]) -> None:
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        handler = self._methods.get(scope["method"], self._refuse_method)
        await run_handler(handler, scope, receive, send)

    async def _refuse_method(self, context: AppContext, request: HttpRequest) -> Response:
        allowed = ", ".join(self._methods)
        refused = unserved("method", 405, f"The methods here are: {allowed}.")
        raise failed(refused, FailureContext(headers=((b"allow", allowed.encode()),)))


class ExactRouter(Router):
    """A Starlette Router whose paths are exact: one look-up instead of a search through patterns,
    which end in `$` and so match a path with a line break behind it too.

    Other paths are tried as one that `is_link` recognizes, then as a vendor's, and are `unknown`
    else. The lifespan is Starlette's.
    """

    def __init__(
        self,
        endpoints: Mapping[str, Endpoint],
        *,
        vendors: VendorRouter,
        vendor_handler: Callable[[Match, AppContext, HttpRequest], Awaitable[Response]],
        is_link: Callable[[str], object],
        link: Endpoint,
        unknown: Handler,
        **options: Any,
    ) -> None:
        routes = [StarletteRoute(path, endpoint) for path, endpoint in endpoints.items()]
        super().__init__(routes, redirect_slashes=False, **options)
        self._endpoints = endpoints
        self._vendors = vendors
        self._vendor_handler = vendor_handler
        self._is_link = is_link
        self._link = link
        self._unknown = unknown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or run the lifespan. WebSockets are closed."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] != "http":
            await super().__call__(scope, receive, send)
        elif (endpoint := self._endpoints.get(scope["path"])) is not None:
            await endpoint(scope, receive, send)
        elif self._is_link(scope["path"]):
            await self._link(scope, receive, send)
        else:
            await run_handler(await self._inexact(scope), scope, receive, send)

    async def _inexact(self, scope: Scope) -> Handler:
        await self._vendors.ensure_loaded()
        match = self._vendors.match(scope["method"], scope["path"])
        return self._unknown if match is None else partial(self._vendor_handler, match)


def _overlap(one: Mount, other: Mount) -> bool:
    """Return whether a path can lie below the prefixes of both."""
    near, far = sorted((f"{one.prefix}/", f"{other.prefix}/"), key=len)
    return one is not other and far.startswith(near)


def _pattern(route: Route) -> re.Pattern[str]:
    parts = _PARAMETER.split(route.path)
    pattern = [
        f"(?P<{part}>{route.parameter})" if index % 2 else re.escape(part)
        for index, part in enumerate(parts)
    ]
    return re.compile("".join(pattern), re.IGNORECASE if route.any_case else 0)


def _matched(mount: Mount, method: str, below: str) -> Match:
    """Match a path below the mount. A slash at its end makes no other path, unless a route has
    one."""
    match = _at(mount, method, below)
    bare = below.removesuffix("/")
    return match if match.allowed or not bare else _at(mount, method, bare)


def _at(mount: Mount, method: str, below: str) -> Match:
    vendor, prefix, patterns = mount.vendor, mount.prefix, mount.patterns
    method = "GET" if method == "HEAD" else method
    found = []
    if below.endswith(SUFFIX):
        bare = below.removesuffix(SUFFIX)
        found = [
            (route, at.groupdict(), True)
            for pattern, route in patterns
            if route.cards and (at := pattern.fullmatch(bare))
        ]
    found += [
        (route, at.groupdict(), False)
        for pattern, route in patterns
        if (at := pattern.fullmatch(below))
    ]
    # A literal path is not another route's parameter: it has only the methods of its own routes.
    found = [one for one in found if not one[1]] or found
    allowed = tuple(dict.fromkeys(route.method for route, *_ in found))
    for route, params, suffix in found:
        if route.method == method:
            return Match(
                vendor=vendor,
                prefix=prefix,
                allowed=allowed,
                maybe_route=route,
                params=params,
                suffix=suffix,
            )
    return Match(vendor=vendor, prefix=prefix, allowed=allowed, params={})


def _check_claims(mounts: Sequence[Mount]) -> None:
    """Raise ValueError when two routes have one method, path and media type."""
    claims: dict[tuple[str, str, bytes], str] = {}
    for mount in mounts:
        vendor = mount.vendor
        for route in vendor.routes:
            path = mount.prefix + _PARAMETER.sub("{}", route.path)
            for media_type in route.content_types or (b"",):
                claim = (route.method, path.lower() if route.any_case else path, media_type)
                if claim in claims:
                    raise ValueError(
                        f"{claims[claim]} and {vendor.name} both claim {route.method} {path}"
                    )
                claims[claim] = vendor.name
