"""The use case, without HTTP: fetch the photo, prepare it, write what is wanted, keep it.

What must never enter here: a vendor's words, or anything of HTTP.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from vcardsvc import vcard as card
from vcardsvc.errors import busy
from vcardsvc.model.request import DEFAULT_OPTIONS, CardRequest, CardResult
from vcardsvc.photo.decoder import Budget, Decoder, Limits
from vcardsvc.photo.fetch import Fetcher, Policy, Resolver
from vcardsvc.services.card_contacts import Photos
from vcardsvc.services.contacts import ContactBook
from vcardsvc.services.links import Links
from vcardsvc.services.work import Work
from vcardsvc.settings import Settings
from vcardsvc.telemetry import Telemetry
from vcardsvc.vcard import MMS_CEILING

TURN: Final = 2
"""Seconds that long work waits for its turn, as photos for a slot, and callers then stay away."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a worker creates cards with. `usual` is the photo that any card may have."""

    fetcher: Fetcher
    decoder: Photos
    telemetry: Telemetry
    usual: Budget = field(default_factory=Budget)
    mms_limit: int = MMS_CEILING
    links: Links = field(default_factory=Links)
    book: ContactBook = field(default_factory=ContactBook)
    turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    async def create(self, order: CardRequest, owner: str = "", base_url: str = "") -> CardResult:
        """What `order` wants, and what was changed and lost on the way to it.

        A link belongs to `owner`, the name of a key, and begins with `base_url`. Raises Refused
        when the photo cannot be fetched or used, when the form cannot hold the contact, and when
        links cannot be kept. Keeps nothing but links.
        """
        plain = order.options is DEFAULT_OPTIONS and not order.others
        if plain and not order.photo_url and not order.photo_bytes:
            contact, losses = card.adapted(order.contact, card.UNIVERSAL)
            return CardResult(maybe_document=card.write(contact), notes=order.notes, losses=losses)
        return await Work(self, order, owner, base_url).run()

    async def apart(self, work: Callable[[], T]) -> T:
        """What `work` gives, in a thread and one at a time: several threads that calculate would
        hold up every request. Raises Refused (E503) when its turn does not come in time."""
        try:
            async with asyncio.timeout(TURN):
                await self.turn.acquire()
        except TimeoutError:
            raise busy("turn", TURN) from None
        asked = asyncio.ensure_future(asyncio.to_thread(work))
        asked.add_done_callback(self._over)
        # Shielded: a thread cannot be ended, so its turn is over when its work is.
        return await asyncio.shield(asked)

    def _over(self, asked: "asyncio.Future[Any]") -> None:
        self.turn.release()
        if not asked.cancelled():
            asked.exception()  # seen, also when its caller is gone


def photo_budget(settings: Settings) -> Budget:
    """What the photo of any card may be."""
    return Budget(side=settings.photo_side, bytes=settings.photo_budget)


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
        user_agent_url=settings.photo_user_agent_url,
    )


@asynccontextmanager
async def photo_rooms(
    settings: Settings, resolve: Resolver | None = None
) -> AsyncIterator[tuple[Fetcher, Decoder]]:
    """The fetcher and the decoder, not started yet; closed at the end."""
    fetcher = Fetcher(_fetch_policy(settings), resolve=resolve)
    decoder = Decoder(_limits(settings), photo_budget(settings))
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
