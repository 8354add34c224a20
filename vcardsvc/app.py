"""The application: routes, the lifespan in which every resource is born, health and metrics.

`create_app(settings)` gives an ASGI application; `from_environ()` is the factory for ASGI servers.
What must never enter here: a vendor's words, a rule about a field, or anything created at import.
"""

import asyncio
import contextlib
import gc
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, TypedDict

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from vcardsvc import phones, pickup, rules
from vcardsvc.dialects import webform
from vcardsvc.dialects.base import Dialect, Reply
from vcardsvc.dialects.forms import Forms
from vcardsvc.dialects.native import Native
from vcardsvc.door import Door, Trace, Work
from vcardsvc.errors import E100, E404, Problem, Refused
from vcardsvc.fetch import Resolver
from vcardsvc.keys import Keys
from vcardsvc.links import Links
from vcardsvc.photo import Decoder
from vcardsvc.public import base_url
from vcardsvc.rates import Rates
from vcardsvc.service import Service, photo_budget, photo_rooms
from vcardsvc.settings import Settings, workers_of
from vcardsvc.telemetry import Telemetry

if TYPE_CHECKING:
    from vcardsvc.store import Store

PULSE: Final = 1.0
"""Seconds between two looks at what the gauges show."""

DIALECTS: Final[tuple[Callable[[rules.Policy, Settings], Dialect], ...]] = (
    lambda policy, settings: Native(policy=policy, max_ttl=settings.link_max_ttl),
    lambda policy, settings: Forms(
        native=Native(policy=policy, max_ttl=settings.link_max_ttl), body_limit=settings.body_limit
    ),
)

WARM_UP: Final = 0.3
"""Seconds after the start in which nothing competes with the first requests: starting the decoders
at once made the first card a third later."""

WARM_UP_AGAIN: Final = 5.0
"""Seconds until decoders that could not be started are tried again."""

GARBAGE: Final = (10_000, 20, 50)
"""Thresholds of the collector (CPython's own are 700, 10, 10). A request makes a hundred objects
and no cycle: looking for one every seventh request was 5 to 13 % of the throughput."""

_JSON: Final = (b"content-type", b"application/json")
_HTML: Final = (b"content-type", b"text/html; charset=utf-8")
_NOSNIFF: Final = (b"x-content-type-options", b"nosniff")


class State(TypedDict):
    """What the lifespan hands to every request."""

    door: Door


def _reply(body: bytes, *headers: tuple[bytes, bytes], status: int = 200) -> Reply:
    length = (b"content-length", b"%d" % len(body))
    return Reply(status=status, headers=(*headers, length, _NOSNIFF), chunks=(body,))


async def _page(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Reply:
    return await asyncio.to_thread(webform.page, {}, (), door.admission.form_key(scope))


async def _asset(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Reply:
    return webform.asset(scope["path"].rpartition("/")[2], scope["query_string"])


async def _preflight(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Reply:
    return Reply(status=204, headers=door.admission.preflight(trace.headers), chunks=(b"",))


async def _alive(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Reply:
    return _reply(b'{"status": "alive"}', _JSON)


async def _ready(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Reply:
    if door.stopping:
        return _reply(b'{"status": "stopping"}', _JSON, status=503)
    return _reply(
        b'{"status": "degraded"}' if door.keys.degraded else b'{"status": "ready"}', _JSON
    )


async def _metrics(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Reply:
    door.look()
    body, content_type = await asyncio.to_thread(door.telemetry.exposition)
    return _reply(body, (b"content-type", content_type))


async def _description(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Reply:
    # Imported here, as below: hardly any caller asks, and the first card would wait for it.
    from vcardsvc import openapi

    base = base_url(door.settings, scope)
    return _reply(await asyncio.to_thread(openapi.description, door.settings, base), _JSON)


async def _docs(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Reply:
    from vcardsvc import openapi

    base = base_url(door.settings, scope)
    body, policy = await asyncio.to_thread(openapi.page, door.settings, base)
    return _reply(body, _HTML, (b"content-security-policy", policy.encode()))


async def _unknown(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Reply:
    raise Refused(Problem(code=E404, cause="path"))


ROUTES: Final[Mapping[str, Mapping[str, Work]]] = {
    "/": {"POST": Door.create, "GET": _page, "HEAD": _page, "OPTIONS": _preflight},
    "/static/page.css": {"GET": _asset, "HEAD": _asset},
    "/static/page.js": {"GET": _asset, "HEAD": _asset},
    "/healthz": {"GET": _alive, "HEAD": _alive},
    "/readyz": {"GET": _ready, "HEAD": _ready},
    "/metrics": {"GET": _metrics, "HEAD": _metrics},
    "/openapi.json": {"GET": _description, "HEAD": _description},
    "/docs": {"GET": _docs, "HEAD": _docs},
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

    async def _refuse(self, door: Door, scope: Scope, receive: Receive, trace: Trace) -> Reply:
        allowed = ", ".join(self.methods)
        trace.said = ((b"allow", allowed.encode()),)
        detail = f"The methods here are: {allowed}."
        raise Refused(Problem(code=E100, status=405, cause="method", detail=detail))


LINK: Final = Endpoint(methods=pickup.METHODS)


async def _elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
    """Every path that no route has, and WebSockets, which nothing here speaks."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
        return
    door: Door = scope["state"]["door"]
    await door.answer(scope, receive, send, _unknown)


def _store(settings: Settings) -> "Store | None":
    """The one store of this worker, shared by its keys and its links; not opened yet."""
    url = settings.store_url()
    if not url:
        return None
    # Imported here: a deployment whose keys are in the environment never pays for SQLAlchemy.
    from vcardsvc.store import Store

    return Store(url)


def _keys(settings: Settings, store: "Store | None") -> Keys:
    given = tuple((key.name, key.key) for key in settings.api_keys)
    return Keys(given, store, settings.form_key)


def _rates(settings: Settings, workers: int, telemetry: Telemetry) -> Rates:
    return Rates(
        secret=settings.rate_limit,
        publishable=settings.rate_limit_publishable,
        redis_url=settings.redis_url,
        closed=settings.rate_limit_closed,
        workers=workers,
        told=lambda away: telemetry.event("rates-away" if away else "rates-back"),
    )


def _links(settings: Settings, store: "Store | None", telemetry: Telemetry) -> Links:
    return Links(
        store,
        per_key=settings.links_per_key,
        bytes_per_key=settings.link_bytes_per_key,
        max_ttl=settings.link_max_ttl,
        on_fault=lambda fault: telemetry.fault("-", fault),
    )


@contextlib.asynccontextmanager
async def _background(
    telemetry: Telemetry, *work: Coroutine[None, None, None]
) -> AsyncIterator[None]:
    """Run these beside the requests, until the end; one that dies is logged and ends the worker,
    which would go on without its deadlines or with revoked keys."""

    async def kept(one: Coroutine[None, None, None]) -> None:
        try:
            await one
        except Exception as fault:
            telemetry.fault("-", fault)
            signal.raise_signal(signal.SIGTERM)

    tasks = [asyncio.ensure_future(kept(one)) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _warm_up(decoder: Decoder, door: Door, telemetry: Telemetry) -> None:
    """Pay for the first photo and the first international number before somebody asks for one.

    A system that lets no decoder be is asked again: plain cards need none.
    """
    await asyncio.sleep(WARM_UP)
    await asyncio.to_thread(phones.preload)
    if door.keys.form_key or door.keys.origins:
        # Whoever has a page or a publishable key; others never pay for what counts rates.
        await door.rates.preload()
        await asyncio.to_thread(webform.page, {})
    while True:
        try:
            return await decoder.start()
        except (OSError, RuntimeError) as fault:
            telemetry.fault("-", fault)
            await asyncio.sleep(WARM_UP_AGAIN)


async def _watch_reads(door: Door) -> None:
    every = min(PULSE, door.settings.body_timeout / 4)
    while True:
        await asyncio.sleep(every)
        door.end_slow_reads()


async def _pulse(door: Door) -> None:
    """Show the gauges what is, log when the store goes away or comes back, and end a worker whose
    parent was killed: it would hold the port for ever."""
    degraded = False
    await asyncio.sleep(PULSE)
    # Imported when the first requests are answered: it is 8 ms of the way to the first card.
    from multiprocessing import parent_process

    parent = parent_process()
    while True:
        await asyncio.sleep(PULSE)
        door.look()
        if parent is not None and not parent.is_alive():
            signal.raise_signal(signal.SIGTERM)
        if door.keys.degraded != degraded:
            degraded = door.keys.degraded
            door.telemetry.event("store-away" if degraded else "store-back")


@contextlib.contextmanager
def _told_to_stop(door: Door) -> Iterator[None]:
    """From SIGTERM or SIGINT on the door refuses new work; the server's own handler runs too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def stop(number: int, frame: FrameType | None) -> None:
        door.stopping = True
        previous = before[signal.Signals(number)]
        if callable(previous):
            previous(number, frame)

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        door.stopping = True
        for number, handler in before.items():
            signal.signal(number, handler)


class Routes(Router):
    """A Router whose paths are exact: one look-up instead of a walk over patterns, which end in
    `$` and so match a path with a line break behind it too. What no look-up finds may be a link."""

    def __init__(self, endpoints: Mapping[str, Endpoint], **options: Any) -> None:
        super().__init__([Route(path, one) for path, one in endpoints.items()], **options)
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by its very path; the lifespan and all else are Starlette's."""
        if scope["type"] == "http":
            path = scope["path"]
            endpoint = self._endpoints.get(path) or self._inexact(path)
            await endpoint(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def _inexact(self, path: str) -> ASGIApp:
        return LINK if pickup.PATH.fullmatch(path) else self.default


def create_app(settings: Settings, *, workers: int = 1, resolve: Resolver | None = None) -> Router:
    """The ASGI application under `settings`; its resources live as long as its lifespan.

    `workers` is how many of them share the limits of rates that are kept in memory. `resolve`
    stands in for the system's name resolution, in tests. Raises ValueError for settings that
    contradict the rules (a region without numbers).
    """
    policy = rules.Policy(names=settings.name_rule, region=settings.default_region)
    dialects = tuple(make(policy, settings) for make in DIALECTS)

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
        links = _links(settings, store, telemetry)
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
            )
            door = Door(settings, keys, service, telemetry, dialects, links, rates)
            async with _background(
                telemetry,
                _warm_up(decoder, door, telemetry),
                rates.watch(),
                keys.watch(),
                links.watch(),
                _pulse(door),
                _watch_reads(door),
            ):
                with _told_to_stop(door):
                    telemetry.event("started", pid=os.getpid())
                    yield {"door": door}
        await rates.close()
        telemetry.event("stopped", pid=os.getpid())

    endpoints = {path: Endpoint(methods=methods) for path, methods in ROUTES.items()}
    return Routes(endpoints, default=_elsewhere, lifespan=lifespan, redirect_slashes=False)


def from_environ() -> Router:
    """The application under the environment's settings, for ASGI servers: a factory.

    Takes the secrets out of the environment, so that the photo decoders do not inherit them.
    Raises BadSettings.
    """
    gc.set_threshold(*GARBAGE)
    return create_app(Settings.take_environ(os.environ), workers=workers_of(os.environ))
