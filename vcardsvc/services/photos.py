"""Fetches and decodes the photos of cards, and measures both."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

from vcardsvc.model.contact import Photo
from vcardsvc.photo.decoder import Budget, Decoder, Limits
from vcardsvc.photo.fetch import Fetcher, FetchPolicy, Resolver
from vcardsvc.settings import Settings
from vcardsvc.telemetry import Telemetry

PHOTO_URL: Final = "/photo-url"
PHOTO: Final = "/photo"
"""The JSON pointers of a request's photo."""


class PhotoDecoder(Protocol):
    """Makes photos of image files: a Decoder, or an object that starts one first."""

    async def prepare(self, data: bytes, field: str, maybe_budget: Budget | None = None) -> Photo:
        """Return the file as a photo within this budget. Raises Refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photos:
    """Makes photos of URLs and files. `budget` is that of a card without a ceiling of its own."""

    fetcher: Fetcher
    decoder: PhotoDecoder
    telemetry: Telemetry
    budget: Budget = field(default_factory=Budget)

    async def fetch(self, url: str) -> bytes:
        """Return the octets at `url`. Raises Refused as `Fetcher.fetch` does."""
        started = time.perf_counter()
        data = await self.fetcher.fetch(url)
        self.telemetry.photo("fetch", time.perf_counter() - started)
        return data

    async def decode(self, data: bytes, field: str, budget: Budget) -> Photo:
        """Return the file as a photo; `field` is its JSON pointer. Raises Refused as
        `Decoder.prepare` does."""
        started = time.perf_counter()
        photo = await self.decoder.prepare(data, field, budget)
        self.telemetry.photo("decode", time.perf_counter() - started)
        return photo

    async def at_url(self, url: str) -> Photo:
        """Return the photo at `url` within the usual budget. Raises Refused as above."""
        return await self.decode(await self.fetch(url), PHOTO_URL, self.budget)


def budget_of(settings: Settings) -> Budget:
    """Return the budget of a photo under these settings."""
    return Budget(side=settings.photo_side, bytes=settings.photo_budget)


@asynccontextmanager
async def photo_resources(
    settings: Settings, resolve: Resolver | None = None
) -> AsyncIterator[tuple[Fetcher, Decoder]]:
    """Yield a fetcher and a decoder, neither of them started; close them at the end."""
    fetcher = Fetcher(_policy(settings), resolve=resolve)
    decoder = Decoder(_limits(settings), budget_of(settings))
    try:
        yield fetcher, decoder
    finally:
        await decoder.aclose()
        await fetcher.aclose()


def _policy(settings: Settings) -> FetchPolicy:
    return FetchPolicy(
        ports=settings.photo_ports,
        networks=settings.photo_allow_networks,
        max_bytes=settings.photo_max_bytes,
        connect_timeout=settings.photo_connect_timeout,
        timeout=settings.photo_timeout,
        slots=settings.fetch_slots,
        slots_per_host=settings.fetch_slots_per_host,
        slot_timeout=settings.slot_timeout,
        user_agent_url=settings.photo_user_agent_url,
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        max_bytes=settings.photo_max_bytes,
        max_pixels=settings.photo_max_pixels,
        timeout=settings.decode_timeout,
        slots=settings.decode_slots,
        slot_timeout=settings.slot_timeout,
    )
