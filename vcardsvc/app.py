"""Composes the application: `create_app` builds it from settings, ROUTES is every route.

Nothing is created at import. Resources are created in the lifespan and end with it.
`from_environ` is the factory for ASGI servers.
"""

import asyncio
import contextlib
import gc
import os
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, TypedDict

from starlette.routing import Router
from starlette.types import Scope

from vcardsvc import background, docs
from vcardsvc.apis.base import Api, FormApi, Response, VendorApi
from vcardsvc.apis.createcontact import JsonApi
from vcardsvc.apis.createcontact.forms import HtmlFormApi
from vcardsvc.handlers import createcontact, links, site, vendor
from vcardsvc.http.authentication import Authenticator
from vcardsvc.http.context import AppContext, Load
from vcardsvc.http.cycle import Handler
from vcardsvc.http.request import HttpRequest
from vcardsvc.http.routing import Endpoint, ExactRouter, VendorRouter
from vcardsvc.photo.fetch import Resolver
from vcardsvc.services.cards import Cards
from vcardsvc.services.contact_cards import ContactCards
from vcardsvc.services.contacts import ContactBook
from vcardsvc.services.health import Health
from vcardsvc.services.keys import Keys
from vcardsvc.services.links import Links
from vcardsvc.services.photos import Photos, budget_of, photo_resources
from vcardsvc.services.rate_limits import RateLimits
from vcardsvc.settings import OFF, Settings, workers_of
from vcardsvc.telemetry import Telemetry
from vcardsvc.validation.fields import Policy
from vcardsvc.web import page as webform

if TYPE_CHECKING:
    from vcardsvc.store import Store

GARBAGE: Final = (10_000, 20, 50)
"""Thresholds of the collector (CPython's own are 700, 10, 10). A request makes a hundred objects
and no cycle: looking for one every seventh request was 5 to 13 % of the throughput."""

ROUTES: Final[Mapping[str, Mapping[str, Handler]]] = {
    "/": {
        "POST": createcontact.create,
        "GET": site.page,
        "HEAD": site.page,
        "OPTIONS": site.preflight,
    },
    "/static/page.css": {"GET": site.asset, "HEAD": site.asset},
    "/static/page.js": {"GET": site.asset, "HEAD": site.asset},
    "/healthz": {"GET": site.healthz, "HEAD": site.healthz},
    "/readyz": {"GET": site.readyz, "HEAD": site.readyz},
    "/metrics": {"GET": site.metrics, "HEAD": site.metrics},
    "/openapi.json": {"GET": site.openapi_json, "HEAD": site.openapi_json},
    "/static/docs.css": {"GET": site.asset, "HEAD": site.asset},
    "/static/docs.js": {"GET": site.asset, "HEAD": site.asset},
    **{path: {"GET": site.documentation, "HEAD": site.documentation} for path in docs.PATHS},
}
"""Every route but those of links (`links.PATH`) and of the vendors (`VENDORS`)."""


class State(TypedDict):
    """The state of the lifespan that every request gets.

    `is_immediate` tells the server which requests need no wait; None where a vendor is mounted at
    the root, whose tables may have to be loaded.
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


def _store(settings: Settings) -> "Store | None":
    """Return the store of this worker, not opened yet; None without a database."""
    url = settings.store_url()
    if not url:
        return None
    # Imported here: a deployment whose keys are in the environment never pays for SQLAlchemy.
    from vcardsvc.store import Store

    return Store(url)


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


def app_context(
    settings: Settings, telemetry: Telemetry, store: "Store | None", workers: int, photos: Photos
) -> AppContext:
    """Return the context of one worker; `workers` share the rate limits that are kept in memory."""
    health = Health()
    keys = _keys(settings, store)
    limits = _rate_limits(settings, workers, telemetry)
    stored = _links(settings, store, telemetry, health)
    cards = Cards(photos=photos, links=stored, mms_limit=settings.mms_limit)
    policy = Policy(names=settings.name_rule, region=settings.default_region)
    api, form_api = card_apis(policy, settings)
    return AppContext(
        settings=settings,
        telemetry=telemetry,
        keys=keys,
        cards=cards,
        contacts=ContactCards(cards=cards, book=ContactBook(store, on_failure=health.failed)),
        api=api,
        form_api=form_api,
        links=stored,
        rate_limits=limits,
        health=health,
        authenticator=Authenticator(settings, keys, limits),
        load=Load(settings),
    )


async def _load_keys(keys: Keys, telemetry: Telemetry) -> None:
    try:
        await keys.load()
    except Exception as fault:
        telemetry.event("no-start", reason=getattr(fault, "cause", type(fault).__name__))
        raise


def create_app(settings: Settings, *, workers: int = 1, resolve: Resolver | None = None) -> Router:
    """Return the ASGI application; its resources live as long as its lifespan.

    `workers` is how many of them share the rate limits that are kept in memory. `resolve` replaces
    the system's name resolution in tests. Raises ValueError for settings that contradict the rules
    (a region without numbers).
    """
    Policy(names=settings.name_rule, region=settings.default_region)  # raises ValueError
    vendors = vendor_router(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: Router) -> AsyncIterator[State]:
        telemetry = Telemetry(
            log_requests=settings.log_requests,
            log_format=settings.log_format,
            call_soon=asyncio.get_running_loop().call_soon,
        )
        telemetry.adopt_server_log()
        store = _store(settings)
        async with photo_resources(settings, resolve) as (fetcher, decoder):
            photos = Photos(
                fetcher=fetcher, decoder=decoder, telemetry=telemetry, budget=budget_of(settings)
            )
            context = app_context(settings, telemetry, store, workers, photos)
            await _load_keys(context.keys, telemetry)
            webform.preload()
            loads = [vendors.load] if store else []
            async with background.running(
                telemetry,
                background.warm_up(decoder, context, *loads),
                context.rate_limits.watch(),
                context.keys.watch(),
                context.links.watch(),
                background.checkpoint(store, telemetry),
                background.probe(store, context.health),
                background.watch_state(context),
                background.watch_bodies(context),
            ):
                with background.stop_on_signal(context.load):
                    telemetry.event("started", pid=os.getpid())
                    immediate = partial(createcontact.is_immediate, context)
                    yield {
                        "context": context,
                        "is_immediate": None if vendors.at_root else immediate,
                    }
        await context.rate_limits.close()
        if store is not None:
            await asyncio.to_thread(store.close)
        telemetry.event("stopped", pid=os.getpid())

    return ExactRouter(
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
    return create_app(Settings.take_environ(os.environ), workers=workers_of(os.environ))
