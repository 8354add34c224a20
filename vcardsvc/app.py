"""Composes the application: `create_app` builds it from settings, ROUTES is every route.

Nothing is created at import. Resources are created in the lifespan and end with it.
`from_environ` is the factory for ASGI servers.
"""

import asyncio
import contextlib
import gc
import os
from collections.abc import AsyncIterator, Callable, Mapping, MutableMapping
from functools import cache, partial
from typing import TYPE_CHECKING, Final, TypedDict

from starlette.routing import Router
from starlette.types import Scope

from vcardsvc import background, docs
from vcardsvc.apis.agents import PATH as MCP
from vcardsvc.apis.base import Api, FormApi, Response, VendorApi
from vcardsvc.apis.createcontact import JsonApi
from vcardsvc.apis.createcontact.forms import HtmlFormApi
from vcardsvc.handlers import createcontact, links, site, vendor
from vcardsvc.http.authentication import Authenticator
from vcardsvc.http.context import AppContext, Load
from vcardsvc.http.cycle import Handler
from vcardsvc.http.request import HttpRequest
from vcardsvc.http.routing import Endpoint, ExactRouter, VendorRouter
from vcardsvc.photo.decoder import Decoder
from vcardsvc.photo.fetch import Fetcher, Resolver
from vcardsvc.services.cards import Cards
from vcardsvc.services.contact_cards import ContactCards
from vcardsvc.services.contacts import ContactBook
from vcardsvc.services.health import Health
from vcardsvc.services.keys import Keys
from vcardsvc.services.links import Links
from vcardsvc.services.photos import Photos, budget_of, photo_resources
from vcardsvc.services.rate_limits import RateLimits
from vcardsvc.settings import OFF, Settings, drop_traces_secrets, trace_exporters, workers_of
from vcardsvc.slots import Slots
from vcardsvc.telemetry import Telemetry
from vcardsvc.validation.fields import Policy
from vcardsvc.web import page as webform

if TYPE_CHECKING:
    from vcardsvc.services.batches import Batches
    from vcardsvc.services.conversion import Conversions
    from vcardsvc.store import Store
    from vcardsvc.tracing import Tracing

GARBAGE: Final = (10_000, 20, 50)
"""Thresholds of the collector (CPython's own are 700, 10, 10). A request makes a hundred objects
and no cycle: looking for one every seventh request was 5 to 13 % of the throughput."""


async def _convert(context: AppContext, request: HttpRequest) -> Response:
    # Imported here, as the vendors: the readers of all formats would take 50 ms of the start.
    from vcardsvc.handlers import convert

    return await convert.convert(context, request)


async def _check(context: AppContext, request: HttpRequest) -> Response:
    from vcardsvc.handlers import convert

    return await convert.check(context, request)


async def _batch(context: AppContext, request: HttpRequest) -> Response:
    from vcardsvc.handlers import batch

    return await batch.batch(context, request)


async def _mcp(context: AppContext, request: HttpRequest) -> Response:
    # The same: the schemas of OpenAPI and the readers of all formats.
    from vcardsvc.handlers import mcp

    return await mcp.call(context, request)


async def _mcp_preflight(context: AppContext, request: HttpRequest) -> Response:
    from vcardsvc.handlers import mcp

    return await mcp.preflight(context, request)


ROUTES: Final[Mapping[str, Mapping[str, Handler]]] = {
    "/": {
        "POST": createcontact.create,
        "GET": site.page,
        "HEAD": site.page,
        "OPTIONS": site.preflight,
    },
    "/convert": {"POST": _convert, "OPTIONS": site.preflight},
    "/check": {"POST": _check, "OPTIONS": site.preflight},
    "/batch": {"POST": _batch, "OPTIONS": site.preflight},
    MCP: {"POST": _mcp, "OPTIONS": _mcp_preflight},
    "/static/page.css": {"GET": site.asset, "HEAD": site.asset},
    "/static/page.js": {"GET": site.asset, "HEAD": site.asset},
    "/static/lists.js": {"GET": site.asset, "HEAD": site.asset},
    "/healthz": {"GET": site.healthz, "HEAD": site.healthz},
    "/readyz": {"GET": site.readyz, "HEAD": site.readyz},
    "/metrics": {"GET": site.metrics, "HEAD": site.metrics},
    "/openapi.json": {"GET": site.openapi_json, "HEAD": site.openapi_json},
    "/static/docs.css": {"GET": site.asset, "HEAD": site.asset},
    "/static/docs.js": {"GET": site.asset, "HEAD": site.asset},
    **{path: {"GET": site.documentation, "HEAD": site.documentation} for path in docs.PATHS},
}
"""Every route but those of links (`links.PATH`) and of the vendors (`VENDORS`)."""

UNTRACED: Final = frozenset(("/healthz", "/readyz", "/metrics"))
"""Paths that machines ask for every few seconds, which have no traces."""


class State(TypedDict):
    """The state of the lifespan that every request gets.

    `is_immediate` tells the server which requests need no wait; None where a vendor is mounted at
    the root, whose tables may have to be loaded, and where requests are traced.
    """

    context: AppContext
    is_immediate: Callable[[Scope, bytes], bool] | None


def _autodns(policy: Policy) -> VendorApi:
    from vcardsvc.apis.autodns import Autodns

    return Autodns(policy=policy)


def _domainchief(policy: Policy) -> VendorApi:
    from vcardsvc.apis.domainchief import Domainchief

    return Domainchief(policy=policy)


def _superoffice(policy: Policy) -> VendorApi:
    from vcardsvc.apis.superoffice import SuperOffice

    return SuperOffice(policy=policy)


def _marketingcloud(policy: Policy) -> VendorApi:
    from vcardsvc.apis.marketingcloud import MarketingCloud

    return MarketingCloud(policy=policy)


VENDORS: Final[Mapping[str, Callable[[Policy], VendorApi]]] = {
    "autodns_at": _autodns,
    "domainchief_at": _domainchief,
    "superoffice_at": _superoffice,
    "marketingcloud_at": _marketingcloud,
}
"""The setting with each vendor's prefix, and its API: imported when it is first called, since all
of them take as long as the rest of the service."""


def vendor_router(settings: Settings) -> VendorRouter:
    """Return the vendors under the prefixes of the settings. Raises ValueError where two claim one
    route."""
    policy = Policy(names="relaxed", region=settings.default_region)
    prefixes = [(getattr(settings, name), partial(api, policy)) for name, api in VENDORS.items()]
    return VendorRouter([(at.rstrip("/"), api) for at, api in prefixes if at != OFF])


def card_apis(policy: Policy, settings: Settings) -> tuple[Api, FormApi]:
    """Return createcontact as JSON and as HTML forms."""
    max_ttl, body_limit = settings.link_max_ttl, settings.body_limit
    json_api = JsonApi(policy=policy, max_ttl=max_ttl)
    return json_api, HtmlFormApi(policy=policy, max_ttl=max_ttl, body_limit=body_limit)


def _root_handler(vendors: VendorRouter) -> Handler:
    """Return the handler of POST / where a vendor is mounted at the root: createcontact, except for
    a media type that this vendor alone reads."""

    async def create(context: AppContext, request: HttpRequest) -> Response:
        await vendors.ensure_loaded()
        maybe_match = vendors.root(request.media_type)
        if maybe_match is None:
            return await createcontact.create(context, request)
        return await vendor.call(maybe_match, context, request)

    return create


def _endpoints(vendors: VendorRouter) -> dict[str, Endpoint]:
    endpoints = {path: Endpoint(methods) for path, methods in ROUTES.items()}
    if vendors.at_root:
        endpoints["/"] = Endpoint({**ROUTES["/"], "POST": _root_handler(vendors)})
    return endpoints


def _store(settings: Settings, maybe_tracing: "Tracing | None" = None) -> "Store | None":
    """Return the store of this worker, not opened yet; None without a database."""
    url = settings.store_url()
    if not url:
        return None
    # Imported here: a deployment whose keys are in the environment needs none of it.
    from vcardsvc.store.deferred import open_store

    store = open_store(url)
    if maybe_tracing is None:
        return store
    from vcardsvc.services.traced import traced_store

    return traced_store(store, maybe_tracing)


def _keys(settings: Settings, store: "Store | None") -> Keys:
    configured = tuple((key.name, key.key, key.account) for key in settings.api_keys)
    return Keys(configured, store, settings.form_key)


def _rate_limits(settings: Settings, workers: int, telemetry: Telemetry) -> RateLimits:
    return RateLimits(
        secret=settings.rate_limit,
        publishable=settings.rate_limit_publishable,
        redis_url=settings.redis_url,
        closed=settings.rate_limit_closed,
        workers=workers,
        on_change=lambda degraded: telemetry.event("rates-away" if degraded else "rates-back"),
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
        on_failure=health.failed,
    )


def _conversions(settings: Settings, photos: Photos, links: Links, policy: Policy) -> "Conversions":
    # Imported here: the readers and writers of all formats would take 30 ms of the start.
    from vcardsvc.services.conversion import Conversions

    return Conversions(photos=photos, links=links, policy=policy, mms_limit=settings.mms_limit)


def _batches(
    settings: Settings, photos: Photos, telemetry: Telemetry, maybe_tracing: "Tracing | None"
) -> "Batches":
    from vcardsvc.services.batches import RETRY_AFTER, Batches

    slots = Slots(
        settings.batch_slots,
        seconds=settings.slot_timeout,
        cause="batch-slots",
        retry_after=RETRY_AFTER,
    )
    new: Callable[..., Batches] = Batches
    if maybe_tracing is not None:
        from vcardsvc.services.traced import TracedBatches

        new = partial(TracedBatches, maybe_tracing)
    return new(
        photos=photos,
        slots=slots,
        seconds=settings.batch_timeout,
        on_fault=lambda kind, where: telemetry.event("fault", id="-", kind=kind, where=where),
    )


def app_context(
    settings: Settings,
    telemetry: Telemetry,
    store: "Store | None",
    workers: int,
    photos: Photos,
    maybe_tracing: "Tracing | None" = None,
) -> AppContext:
    """Return the context of one worker; `workers` share the rate limits that are kept in memory."""
    health = Health()
    keys = _keys(settings, store)
    limits = _rate_limits(settings, workers, telemetry)
    stored = _links(settings, store, telemetry, health)
    cards = Cards(photos=photos, links=stored, mms_limit=settings.mms_limit)
    policy = _policy(settings)
    api, form_api = card_apis(policy, settings)
    return AppContext(
        settings=settings,
        telemetry=telemetry,
        keys=keys,
        cards=cards,
        conversions=cache(partial(_conversions, settings, photos, stored, policy)),
        batches=cache(partial(_batches, settings, photos, telemetry, maybe_tracing)),
        contacts=ContactCards(cards=cards, book=ContactBook(store, on_failure=health.failed)),
        api=api,
        form_api=form_api,
        links=stored,
        rate_limits=limits,
        health=health,
        authenticator=Authenticator(settings, keys, limits),
        load=Load(settings),
    )


def _telemetry(settings: Settings, maybe_tracing: "Tracing | None") -> Telemetry:
    """Return the telemetry of this worker, whose event loop runs."""
    new: type[Telemetry] = Telemetry
    if maybe_tracing is not None:
        from vcardsvc.tracing import TracedTelemetry

        new = TracedTelemetry
    return new(
        log_requests=settings.log_requests,
        log_format=settings.log_format,
        call_soon=asyncio.get_running_loop().call_soon,
    )


def _photos(
    settings: Settings,
    fetcher: Fetcher,
    decoder: Decoder,
    telemetry: Telemetry,
    maybe_tracing: "Tracing | None",
) -> Photos:
    new: Callable[..., Photos] = Photos
    if maybe_tracing is not None:
        from vcardsvc.services.traced import TracedPhotos

        new = partial(TracedPhotos, tracing=maybe_tracing)
    return new(fetcher=fetcher, decoder=decoder, telemetry=telemetry, budget=budget_of(settings))


def _router(maybe_tracing: "Tracing | None") -> Callable[..., Router]:
    """Return the class of the router, which makes the spans of requests where traces are on."""
    if maybe_tracing is None:
        return ExactRouter
    from vcardsvc.http.traced import TracedRouter

    return partial(TracedRouter, tracing=maybe_tracing, untraced=UNTRACED, link_route=links.ROUTE)


async def _load_keys(keys: Keys, telemetry: Telemetry) -> None:
    try:
        await keys.load()
    except Exception as fault:
        telemetry.event("no-start", reason=getattr(fault, "cause", type(fault).__name__))
        raise


def _policy(settings: Settings) -> Policy:
    """Return the rules for members. Raises ValueError for a region without numbers."""
    return Policy(names=settings.name_rule, region=settings.default_region, labels=settings.labels)


def create_app(
    settings: Settings,
    *,
    workers: int = 1,
    resolve: Resolver | None = None,
    maybe_tracing: "Tracing | None" = None,
) -> Router:
    """Return the ASGI application; its resources live as long as its lifespan.

    `workers` is how many of them share the rate limits that are kept in memory. `resolve` replaces
    the system's name resolution in tests. Raises ValueError for settings that contradict the rules
    (a region without numbers).
    """
    _policy(settings)  # raises ValueError
    vendors = vendor_router(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: Router) -> AsyncIterator[State]:
        telemetry = _telemetry(settings, maybe_tracing)
        telemetry.adopt_server_log()
        store = _store(settings, maybe_tracing)
        traces = maybe_tracing.running(telemetry) if maybe_tracing else contextlib.nullcontext()
        async with traces, photo_resources(settings, resolve) as (fetcher, decoder):
            photos = _photos(settings, fetcher, decoder, telemetry, maybe_tracing)
            context = app_context(settings, telemetry, store, workers, photos, maybe_tracing)
            await _load_keys(context.keys, telemetry)
            webform.preload()
            loads = [background.load_store, vendors.load] if store else []
            async with background.running(
                telemetry,
                background.warm_up(decoder, context, *loads),
                context.rate_limits.watch(),
                context.keys.watch(),
                context.keys.watch_ends(),
                context.keys.watch_uses(),
                context.links.watch(),
                background.checkpoint(store, telemetry),
                background.probe(store, context.health),
                background.watch_state(context),
                background.watch_bodies(context),
            ):
                with background.stop_on_signal(context.load):
                    telemetry.event("started", pid=os.getpid())
                    immediate = partial(createcontact.is_immediate, context)
                    # A traced request has a task, which keeps its span apart from others'.
                    waits = vendors.at_root or maybe_tracing is not None
                    yield {"context": context, "is_immediate": None if waits else immediate}
        await context.rate_limits.close()
        await context.batches().aclose()
        await context.keys.write_uses()
        if store is not None:
            await asyncio.to_thread(store.close)
        telemetry.event("stopped", pid=os.getpid())

    return _router(maybe_tracing)(
        _endpoints(vendors),
        vendors=vendors,
        vendor_handler=vendor.call,
        is_link=links.PATH.fullmatch,
        link=Endpoint(links.METHODS),
        unknown=site.unknown,
        lifespan=lifespan,
    )


def from_environ() -> Router:
    """Return the application under the environment's settings: a factory for ASGI servers.

    Takes the secrets out of the environment, so that the photo decoders do not inherit them.
    Raises BadSettings.
    """
    gc.set_threshold(*GARBAGE)
    settings = Settings.take_environ(os.environ)
    workers, maybe_tracing = workers_of(os.environ), _tracing(os.environ)
    if maybe_tracing is None:
        drop_traces_secrets(os.environ)
    return create_app(settings, workers=workers, maybe_tracing=maybe_tracing)


def _tracing(environ: MutableMapping[str, str]) -> "Tracing | None":
    """Return the traces that OpenTelemetry's variables ask for; None where the extra is missing
    too."""
    names = trace_exporters(environ)
    if not names:
        return None
    try:
        # Imported here: an optional extra, which takes 0.2 s of the start.
        from vcardsvc.tracing import Tracing, exporters_of
    except ImportError:
        return None
    return Tracing(partial(exporters_of, names, environ))
