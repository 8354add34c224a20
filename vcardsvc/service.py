"""The use case, without HTTP: fetch the photo, prepare it, write the card.

What must never enter here: a vendor's words, or anything of HTTP.
"""

import dataclasses
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from vcardsvc.card import Card, write
from vcardsvc.contact import Note, Order
from vcardsvc.fetch import Fetcher, Policy, Resolver
from vcardsvc.photo import Budget, Decoder, Limits
from vcardsvc.settings import Settings
from vcardsvc.telemetry import Telemetry

PHOTO_URL = "/photo-url"
PHOTO = "/photo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a worker creates cards with."""

    fetcher: Fetcher
    decoder: Decoder
    telemetry: Telemetry

    async def create(self, order: Order) -> tuple[Card, tuple[Note, ...]]:
        """The card of `order`, and what was changed on the way to it.

        Raises Refused when the photo cannot be fetched or used. Keeps nothing.
        """
        if order.photo_url:
            return await self._with_photo(order, await self._fetched(order.photo_url), PHOTO_URL)
        if order.photo_bytes:
            return await self._with_photo(order, order.photo_bytes, PHOTO)
        return write(order.contact), order.notes

    async def _fetched(self, url: str) -> bytes:
        started = time.perf_counter()
        data = await self.fetcher.fetch(url)
        self.telemetry.photo("fetch", time.perf_counter() - started)
        return data

    async def _with_photo(
        self, order: Order, data: bytes, field: str
    ) -> tuple[Card, tuple[Note, ...]]:
        started = time.perf_counter()
        photo = await self.decoder.prepare(data, field)
        self.telemetry.photo("decode", time.perf_counter() - started)
        notes = (Note(field=field[1:], code=code) for code in photo.notes)
        contact = dataclasses.replace(order.contact, photo=photo)
        return write(contact), (*order.notes, *notes)


def _fetch_policy(settings: Settings) -> Policy:
    return Policy(
        ports=settings.photo_ports,
        networks=settings.photo_allow_networks,
        max_bytes=settings.photo_max_bytes,
        connect_timeout=settings.photo_connect_timeout,
        timeout=settings.photo_timeout,
        slots=settings.fetch_slots,
        slots_per_host=settings.fetch_slots_per_host,
        slot_timeout=settings.slot_timeout,
    )


@asynccontextmanager
async def photo_rooms(
    settings: Settings, resolve: Resolver | None = None
) -> AsyncIterator[tuple[Fetcher, Decoder]]:
    """The fetcher and the decoder, not started yet; closed at the end."""
    fetcher = Fetcher(_fetch_policy(settings), resolve=resolve)
    budget = Budget(side=settings.photo_side, bytes=settings.photo_budget)
    decoder = Decoder(_limits(settings), budget)
    try:
        yield fetcher, decoder
    finally:
        await decoder.aclose()
        await fetcher.aclose()


def _limits(settings: Settings) -> Limits:
    return Limits(
        max_bytes=settings.photo_max_bytes,
        max_pixels=settings.photo_max_pixels,
        timeout=settings.decode_timeout,
        slots=settings.decode_slots,
        slot_timeout=settings.slot_timeout,
    )
