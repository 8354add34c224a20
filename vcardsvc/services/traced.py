"""Services that make spans of what they do, for a worker whose traces are on.

No span holds the address of a photo or what a contact holds.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from vcardsvc.model.batch import BatchJob
from vcardsvc.model.contact import Photo
from vcardsvc.photo.decoder import Budget
from vcardsvc.services.batches import Batch, Batches
from vcardsvc.services.photos import Photos
from vcardsvc.tracing import Tracing

if TYPE_CHECKING:
    from vcardsvc.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedPhotos(Photos):
    """Makes a span of each fetch and each decoding."""

    tracing: Tracing

    async def fetch(self, url: str) -> bytes:
        """Return what `Photos.fetch` does."""
        with self.tracing.span("photo.fetch") as span:
            data = await Photos.fetch(self, url)
            span.set_attribute("vcardsvc.photo.bytes", len(data))
            return data

    async def decode(self, data: bytes, field: str, budget: Budget) -> Photo:
        """Return what `Photos.decode` does."""
        with self.tracing.span("photo.decode") as span:
            span.set_attribute("vcardsvc.photo.bytes", len(data))
            return await Photos.decode(self, data, field, budget)


class TracedBatches(Batches):
    """Makes a span of each batch, from the wait for its slot to the end of its process."""

    def __init__(self, tracing: Tracing, **options: Any) -> None:
        super().__init__(**options)
        self._tracing = tracing

    async def start(self, job: BatchJob, body: AsyncIterator[bytes]) -> Batch:
        """Return what `Batches.start` does."""
        span = self._tracing.begin("batch")
        try:
            batch = await super().start(job, body)
        except BaseException as fault:
            self._tracing.end(span, fault)
            raise

        def ended(_: "asyncio.Future[None]") -> None:
            span.set_attribute("vcardsvc.batch.rows", batch.rows)
            self._tracing.end(span, batch.maybe_fault)

        batch.exit.add_done_callback(ended)
        return batch


class TracedStore:
    """Stands for a store, and makes a span of each call that belongs to a request.

    A method is asked for in the task of a request and called in a thread: its span is that of the
    request which asked.
    """

    def __init__(self, store: "Store", tracing: Tracing) -> None:
        self._store = store
        self._tracing = tracing
        self._system = "sqlite" if store.single_writer else "postgresql"

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found):
            return found
        attributes = {"db.system.name": self._system, "db.operation.name": name}
        return self._tracing.bound(found, f"store.{name}", attributes)


def traced_store(store: "Store", tracing: Tracing) -> "Store":
    """Return the store with a span for each call that belongs to a request."""
    return cast("Store", TracedStore(store, tracing))
