"""Defines what every handler gets beside the request: settings, services, the worker's load."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vcardsvc.apis.base import Api, FormApi
from vcardsvc.errors import busy
from vcardsvc.http.arrivals import Arrivals
from vcardsvc.http.authentication import Authenticator
from vcardsvc.http.error_rendering import RETRY_AFTER
from vcardsvc.services.cards import Cards
from vcardsvc.services.contact_cards import ContactCards
from vcardsvc.services.health import Health
from vcardsvc.services.keys import Keys
from vcardsvc.services.links import Links
from vcardsvc.services.rate_limits import RateLimits
from vcardsvc.settings import Settings
from vcardsvc.telemetry import Telemetry

if TYPE_CHECKING:
    from vcardsvc.services.batches import Batches
    from vcardsvc.services.conversion import Conversions


class Load:
    """Counts what a worker does at once: requests, bodies that arrive, bytes of large bodies.

    At most `max_in_flight` requests run, those aside whose body is arriving.
    """

    def __init__(self, settings: Settings) -> None:
        self._max_in_flight = settings.max_in_flight
        self.arrivals = Arrivals(
            most=settings.max_in_flight,
            share=settings.body_share,
            rate=settings.body_rate,
            timeout=settings.body_timeout,
        )
        self.in_flight = 0
        self.held_bytes = 0
        self.stopping = False
        """Whether a signal to stop arrived: /readyz says so. What is still sent here is served: the
        server closes its socket and the connections, and a refusal would be a lost request."""

    def refuse_if_busy(self) -> None:
        """Raise Refused (E503) while too many requests run."""
        if self.in_flight > self._max_in_flight:
            self.refuse_if_full()

    def refuse_if_full(self) -> None:
        """Raise Refused (E503) while too many requests run."""
        if self.in_flight - self.arrivals.waiting > self._max_in_flight:
            raise busy("in-flight", RETRY_AFTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppContext:
    """The settings and services of one worker; it lives as long as the lifespan.

    `conversions` and `batches` return these services, which are made at their first call. `api` and
    `form_api` speak createcontact, as JSON and as HTML forms.
    """

    settings: Settings
    telemetry: Telemetry
    keys: Keys
    cards: Cards
    contacts: ContactCards
    conversions: Callable[[], "Conversions"]
    batches: Callable[[], "Batches"]
    api: Api
    form_api: FormApi
    links: Links = field(default_factory=Links)
    rate_limits: RateLimits = field(default_factory=RateLimits)
    health: Health = field(default_factory=Health)
    authenticator: Authenticator
    load: Load

    def causes(self) -> tuple[str, ...]:
        """Return why not everything is served, in order; nothing when it is."""
        causes = {*self.health.causes(), self.keys.cause, self.rate_limits.cause}
        return tuple(sorted(causes - {""}))

    @property
    def refuses_all(self) -> bool:
        """Return whether no card can be created now."""
        return self.rate_limits.refuses_all(self.keys.kinds)

    def update_gauges(self) -> None:
        """Set the gauges to the present state."""
        gauge = self.telemetry.gauge
        gauge("vcardsvc_in_flight", self.load.in_flight)
        gauge("vcardsvc_keys_degraded", int(self.keys.degraded))
        gauge("vcardsvc_rates_degraded", int(self.rate_limits.degraded))
        failing = [cause for cause in self.health.causes() if cause.startswith("store-")]
        gauge("vcardsvc_store_degraded", int(bool(failing)))
