"""The application: routes, the lifespan in which every resource is born, health and metrics.

`create_app(settings)` gives an ASGI application; `from_environ()` is the factory for ASGI servers.
What must never enter here: a vendor's words, a rule about a field, or anything created at import.
"""

import asyncio
import contextlib
import gc
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypedDict

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from vcardsvc import background as upkeep
from vcardsvc import docs
from vcardsvc.apis.base import Api, Response, VendorApi
from vcardsvc.apis.createcontact.forms import Forms
from vcardsvc.apis.createcontact.native import Native
from vcardsvc.errors import E100, E404, Problem, Refused
from vcardsvc.handlers import createcontact
from vcardsvc.handlers import links as pickup
from vcardsvc.handlers import vendor as bookdoor
from vcardsvc.http import request as heads
from vcardsvc.http.base_url import base_url
from vcardsvc.http.cycle import Door, Trace, Work
from vcardsvc.http.routing import Match, VendorRouter
from vcardsvc.photo.fetch import Resolver
from vcardsvc.services import Service, photo_budget, photo_rooms
from vcardsvc.services.contacts import ContactBook
from vcardsvc.services.health import Health
from vcardsvc.services.keys import Keys
from vcardsvc.services.links import Links
from vcardsvc.services.rate_limits import RateLimits
from vcardsvc.settings import OFF, Settings, workers_of
from vcardsvc.telemetry import Telemetry
from vcardsvc.validation import fields as rules
from vcardsvc.web import page as webform

if TYPE_CHECKING:
    from vcardsvc.store import Store

DIALECTS: Final[tuple[Callable[[rules.Policy, Settings], Api], ...]] = (
    lambda policy, settings: Native(policy=policy, max_ttl=settings.link_max_ttl),
    lambda policy, settings: Forms(
        native=Native(policy=policy, max_ttl=settings.link_max_ttl), body_limit=settings.body_limit
    ),
)

GARBAGE: Final = (10_000, 20, 50)
"""Thresholds of the collector (CPython's own are 700, 10, 10). A request makes a hundred objects
and no cycle: looking for one every seventh request was 5 to 13 % of the throughput."""

_JSON: Final = (b"content-type", b"application/json")
_NOSNIFF: Final = (b"x-content-type-options", b"nosniff")


class State(TypedDict):
    """What the lifespan hands to every request."""

    door: Door


def _reply(body: bytes, *headers: tuple[bytes, bytes], status: int = 200) -> Response:
    length = (b"content-length", b"%d" % len(body))
    return Response(status=status, headers=(*headers, length, _NOSNIFF), chunks=(body,))


async def _page(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
    form_key, limit = door.admission.form_key(scope), door.settings.photo_max_bytes
    return await asyncio.to_thread(webform.page, {}, (), form_key, photo_limit=limit)


async def _asset(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
    return webform.asset(scope["path"].rpartition("/")[2], scope["query_string"])


async def _preflight(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
    return Response(status=204, headers=door.admission.preflight(trace.headers), chunks=(b"",))


async def _alive(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
    return _reply(b'{"status": "alive"}', _JSON)


async def _ready(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
    if door.stopping:
        return _reply(b'{"status": "stopping"}', _JSON, status=503)
    causes = door.causes()
    if not causes:
        return _reply(b'{"status": "ready"}', _JSON)
    status = "unavailable" if door.refuses_all else "degraded"
    body = json.dumps({"status": status, "causes": causes}).encode()
    return _reply(body, _JSON, status=503 if door.refuses_all else 200)


async def _metrics(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
    door.look()
    body, content_type = await asyncio.to_thread(door.telemetry.exposition)
    return _reply(body, (b"content-type", content_type))


async def _description(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
    # Imported here, as below: hardly any caller asks, and the first card would wait for it.
    from vcardsvc import openapi

    base = base_url(door.settings, scope)
    return _reply(await asyncio.to_thread(openapi.description, door.settings, base), _JSON)


async def _docs(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
    from vcardsvc.docs.documents import document

    base = base_url(door.settings, scope)
    page = await asyncio.to_thread(document, scope["path"], door.settings, base)
    return _reply(page.body, (b"content-type", page.content_type), *page.headers)


async def _unknown(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
    raise Refused(Problem(code=E404, cause="path"))


ROUTES: Final[Mapping[str, Mapping[str, Work]]] = {
    "/": {"POST": createcontact.create, "GET": _page, "HEAD": _page, "OPTIONS": _preflight},
    "/static/page.css": {"GET": _asset, "HEAD": _asset},
    "/static/page.js": {"GET": _asset, "HEAD": _asset},
    "/healthz": {"GET": _alive, "HEAD": _alive},
    "/readyz": {"GET": _ready, "HEAD": _ready},
    "/metrics": {"GET": _metrics, "HEAD": _metrics},
    "/openapi.json": {"GET": _description, "HEAD": _description},
    "/static/docs.css": {"GET": _asset, "HEAD": _asset},
    "/static/docs.js": {"GET": _asset, "HEAD": _asset},
    **{path: {"GET": _docs, "HEAD": _docs} for path in docs.PATHS},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One path as plain ASGI: what answers each method."""

    methods: Mapping[str, Work]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        door: Door = scope["state"]["door"]
        work = self.methods.get(scope["method"], self._refuse)
        await door.answer(scope, receive, send, work)

    async def _refuse(self, door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
        allowed = ", ".join(self.methods)
        trace.said = ((b"allow", allowed.encode()),)
        detail = f"The methods here are: {allowed}."
        raise Refused(Problem(code=E100, status=405, cause="method", detail=detail))


LINK: Final = Endpoint(methods=pickup.METHODS)


def _autodns(policy: rules.Policy) -> VendorApi:
    from vcardsvc.apis.autodns import Autodns

    return Autodns(policy=policy)


def _domainchief(policy: rules.Policy) -> VendorApi:
    from vcardsvc.apis.domainchief import Domainchief

    return Domainchief(policy=policy)


def _superoffice(policy: rules.Policy) -> VendorApi:
    from vcardsvc.apis.superoffice import SuperOffice

    return SuperOffice(policy=policy)


def _marketingcloud(policy: rules.Policy) -> VendorApi:
    from vcardsvc.apis.marketingcloud import MarketingCloud

    return MarketingCloud(policy=policy)


VENDORS: Final[Mapping[str, Callable[[rules.Policy], VendorApi]]] = {
    "autodns_at": _autodns,
    "domainchief_at": _domainchief,
    "superoffice_at": _superoffice,
    "marketingcloud_at": _marketingcloud,
}
"""The setting that says where each vendor is served, and what speaks its words: imported when
somebody calls it, since all of them take as long as the rest of the service."""


def mounts_of(settings: Settings) -> VendorRouter:
    """The vendors where these settings have them. Raises ValueError where two claim one call."""
    policy = rules.Policy(names="relaxed", region=settings.default_region)
    places = [(getattr(settings, at), partial(make, policy)) for at, make in VENDORS.items()]
    return VendorRouter([(at.rstrip("/"), make) for at, make in places if at != OFF])


async def _elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
    """Every path that no route has, and WebSockets, which nothing here speaks."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
        return
    door: Door = scope["state"]["door"]
    await door.answer(scope, receive, send, _unknown)


async def _called(match: Match, scope: Scope, receive: Receive, send: Send) -> None:
    door: Door = scope["state"]["door"]
    await door.answer(scope, receive, send, partial(bookdoor.answer, match))


async def _ready_to_match(mounts: VendorRouter) -> None:
    """A vendor's tables take a tenth of a second, in which nobody would be answered."""
    if not mounts.loaded:
        await asyncio.to_thread(mounts.load)


async def _root(
    mounts: VendorRouter, door: Door, scope: Scope, receive: Receive, trace: Trace
) -> Response:
    """POST /: createcontact, but for a media type that a vendor at the root has for itself."""
    await _ready_to_match(mounts)
    maybe_match = mounts.root(heads.media_type(trace.headers))
    if maybe_match is None:
        return await createcontact.create(door, scope, receive, trace)
    return await bookdoor.answer(maybe_match, door, scope, receive, trace)


def _store(settings: Settings) -> "Store | None":
    """The one store of this worker, shared by keys, links and contact book; not opened yet."""
    url = settings.store_url()
    if not url:
        return None
    # Imported here: a deployment whose keys are in the environment never pays for SQLAlchemy.
    from vcardsvc.store import Store

    return Store(url)


def _keys(settings: Settings, store: "Store | None") -> Keys:
    given = tuple((key.name, key.key, key.account) for key in settings.api_keys)
    return Keys(given, store, settings.form_key)


def _rates(settings: Settings, workers: int, telemetry: Telemetry) -> RateLimits:
    return RateLimits(
        secret=settings.rate_limit,
        publishable=settings.rate_limit_publishable,
        redis_url=settings.redis_url,
        closed=settings.rate_limit_closed,
        workers=workers,
        told=lambda away: telemetry.event("rates-away" if away else "rates-back"),
    )


def _links(
    settings: Settings, store: "Store | None", telemetry: Telemetry, health: Health
) -> Links:
    return Links(
        store,
        per_key=settings.links_per_key,
        bytes_per_key=settings.link_bytes_per_key,
        max_ttl=settings.link_max_ttl,
        on_fault=lambda fault: telemetry.fault("-", fault),
        failed=health.failed,
    )


class Routes(Router):
    """A Router whose paths are exact: one look-up instead of a walk over patterns, which end in
    `$` and so match a path with a line break behind it too. What no look-up finds may be a link."""

    def __init__(
        self, endpoints: Mapping[str, Endpoint], mounts: VendorRouter, **options: Any
    ) -> None:
        super().__init__([Route(path, one) for path, one in endpoints.items()], **options)
        self._endpoints = endpoints
        self._mounts = mounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by its very path; the lifespan and all else are Starlette's."""
        if scope["type"] == "http":
            path = scope["path"]
            endpoint = self._endpoints.get(path)
            if endpoint is None and not pickup.PATH.fullmatch(path):
                await _ready_to_match(self._mounts)
            await (endpoint or self._inexact(scope["method"], path))(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def _inexact(self, method: str, path: str) -> ASGIApp:
        if pickup.PATH.fullmatch(path):
            return LINK
        match = self._mounts.match(method, path)
        return self.default if match is None else partial(_called, match)


def create_app(settings: Settings, *, workers: int = 1, resolve: Resolver | None = None) -> Router:
    """The ASGI application under `settings`; its resources live as long as its lifespan.

    `workers` is how many of them share the limits of rates that are kept in memory. `resolve`
    stands in for the system's name resolution, in tests. Raises ValueError for settings that
    contradict the rules (a region without numbers).
    """
    policy = rules.Policy(names=settings.name_rule, region=settings.default_region)
    dialects = tuple(make(policy, settings) for make in DIALECTS)
    mounts = mounts_of(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: Router) -> AsyncIterator[State]:
        telemetry = Telemetry(
            log_requests=settings.log_requests,
            log_format=settings.log_format,
            call_soon=asyncio.get_running_loop().call_soon,
        )
        telemetry.adopt_server_log()
        store = _store(settings)
        keys = _keys(settings, store)
        health = Health()
        links = _links(settings, store, telemetry, health)
        book = ContactBook(store, failed=health.failed)
        rates = _rates(settings, workers, telemetry)
        try:
            await keys.load()
        except Exception as fault:
            telemetry.event("no-start", reason=getattr(fault, "cause", type(fault).__name__))
            raise
        webform.preload()
        async with photo_rooms(settings, resolve) as (fetcher, decoder):
            service = Service(
                fetcher=fetcher,
                decoder=decoder,
                telemetry=telemetry,
                usual=photo_budget(settings),
                mms_limit=settings.mms_limit,
                links=links,
                book=book,
            )
            door = Door(settings, keys, service, telemetry, dialects, links, rates, health)
            async with upkeep.background(
                telemetry,
                upkeep.warm_up(decoder, door, telemetry, *([mounts.load] if store else [])),
                rates.watch(),
                keys.watch(),
                links.watch(),
                upkeep.settle(store, telemetry),
                upkeep.probe(store, health),
                upkeep.pulse(door),
                upkeep.watch_bodies(door),
            ):
                with upkeep.told_to_stop(door):
                    telemetry.event("started", pid=os.getpid())
                    yield {"door": door}
        await rates.close()
        if store is not None:
            await asyncio.to_thread(store.close)
        telemetry.event("stopped", pid=os.getpid())

    endpoints = {path: Endpoint(methods=methods) for path, methods in ROUTES.items()}
    if mounts.at_root:
        root: Mapping[str, Work] = {**ROUTES["/"], "POST": partial(_root, mounts)}
        endpoints["/"] = Endpoint(methods=root)
    return Routes(endpoints, mounts, default=_elsewhere, lifespan=lifespan, redirect_slashes=False)


def from_environ() -> Router:
    """The application under the environment's settings, for ASGI servers: a factory.

    Takes the secrets out of the environment, so that the photo decoders do not inherit them.
    Raises BadSettings.
    """
    gc.set_threshold(*GARBAGE)
    return create_app(Settings.take_environ(os.environ), workers=workers_of(os.environ))
