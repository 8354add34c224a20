"""Gives the commands that make cards their photos and links."""

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from vcardsvc.cli.common import stop, store_of
from vcardsvc.model.contact import Photo
from vcardsvc.settings import PREFIX, Settings

if TYPE_CHECKING:
    from vcardsvc.photo.decoder import Budget, Decoder
    from vcardsvc.services.links import Links
    from vcardsvc.services.photos import Photos

COMMAND_LINE: Final = "(command line)"
"""The owner of links that a command creates; no key can have this name."""


class _LazyDecoder:
    """Starts the decoder's processes at the first photo: few cards need one."""

    def __init__(self, decoder: "Decoder") -> None:
        self._decoder = decoder
        self._started = False

    async def prepare(self, data: bytes, field: str, maybe_budget: "Budget | None" = None) -> Photo:
        if not self._started:
            self._started = True
            # Where the system allows no process, `prepare` raises that as the photo's problem.
            with contextlib.suppress(OSError, RuntimeError):
                await self._decoder.start()
        return await self._decoder.prepare(data, field, maybe_budget)


@contextlib.asynccontextmanager
async def photos_and_links(
    settings: Settings, *, links: bool = False
) -> "AsyncIterator[tuple[Photos, Links]]":
    """Yield what cards are made with: photos, and a store of links if they are wanted; exit where
    links have no address to begin with."""
    from vcardsvc.services.links import Links
    from vcardsvc.services.photos import Photos, budget_of, photo_resources
    from vcardsvc.telemetry import Telemetry

    with contextlib.ExitStack() as stack:
        stored = Links()
        if links:
            if not settings.public_url:
                stop(f"A link needs an address to begin with: set {PREFIX}PUBLIC_URL.")
            stored = Links(
                stack.enter_context(store_of(settings)),
                per_key=settings.links_per_key,
                bytes_per_key=settings.link_bytes_per_key,
                max_ttl=settings.link_max_ttl,
            )
        async with photo_resources(settings) as (fetcher, decoder):
            budget = budget_of(settings)
            photos = Photos(
                fetcher=fetcher,
                decoder=_LazyDecoder(decoder),
                telemetry=Telemetry(),
                budget=budget,
            )
            yield photos, stored
