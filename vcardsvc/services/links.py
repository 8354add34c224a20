"""Links: finished cards stored under addresses that cannot be guessed, opened without a key.

A new link is on the disk before `create` returns. A link that opens once is given to one caller,
whatever the number of workers. Popular cards come from memory, also while the store is unavailable;
a link deleted by another worker is gone here within FRESH seconds. The store and the log hold only
the digest of a link's id. The database's library is imported where it is used, since a deployment
without a store never loads it.
"""

import asyncio
import math
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from vcardsvc.errors import E113, E406, Problem, Refused
from vcardsvc.model.request import Document, Link
from vcardsvc.services.executor import Executor, ignore

if TYPE_CHECKING:
    from vcardsvc.store import LinkRow, Store

ID_BYTES: Final = 16
"""Random bytes of an id: 128 bits, enough for an address that is a secret by itself."""

ID: Final = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
"""16 bytes in URL-safe base64 (RFC 4648 section 5): the last character carries two bits."""

DAY: Final = 86_400
"""Seconds that a link lives by default."""

NO_LIMIT: Final = 1 << 62
"""More links, or bytes of them, than there can be; the operator's limits are in the settings."""

FRESH: Final = 1.0
"""Seconds that a card is served from memory before the store is queried again."""

CACHE_BYTES: Final = 32 * 1024 * 1024
"""Bytes of cards in memory, for each worker: 300 with a photo, some ten thousand without."""

OVERHEAD: Final = 1024
"""Bytes that a card takes in memory beside its octets, rounded up."""

PURGE_SECONDS: Final = 60.0
"""Seconds between two purges: the longest that an expired card stays on the disk."""

PURGE_PAUSE: Final = 0.05
"""Seconds between two steps of a purge, in which other requests write."""

FIRST_PURGE: Final = 1.0
"""Seconds from the start to the first purge, of cards that expired while the service was down."""

THREADS: Final = 4
"""Queries at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCard:
    """A card behind a link: the document, its end (UTC), and whether it opens once.

    `octets` are empty while a card that opens once has not been taken.
    """

    size: int
    etag: str
    content_type: str
    filename: str
    once: bool
    expires_at: datetime
    octets: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A card that could be opened until `since` (UTC)."""

    since: datetime


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A card in memory: when the store last had it, and the query that runs now."""

    card: LinkedCard
    seen: float
    maybe_query: "asyncio.Task[bool] | None" = None


class _Memory:
    """Caches the cards that were requested last, by digest, up to `ceiling` bytes."""

    def __init__(self, ceiling: int) -> None:
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._left = ceiling
        self._ceiling = ceiling

    def get(self, digest: bytes) -> _Entry | None:
        """Return the entry and mark it as the newest."""
        entry = self._entries.get(digest)
        if entry is not None:
            self._entries.move_to_end(digest)
        return entry

    def put(self, digest: bytes, entry: _Entry) -> None:
        """Add the entry, unless it is larger than the ceiling; drop the oldest ones for it."""
        self.drop(digest)
        if _cost(entry) > self._ceiling:
            return
        self._entries[digest] = entry
        self._left -= _cost(entry)
        while self._left < 0:
            self.drop(next(iter(self._entries)))

    def drop(self, digest: bytes) -> None:
        """Remove the entry, if it is there."""
        entry = self._entries.pop(digest, None)
        if entry is not None:
            self._left += _cost(entry)

    def sweep(self, now: datetime) -> None:
        """Remove the expired entries."""
        for digest in [key for key, one in self._entries.items() if one.card.expires_at <= now]:
            self.drop(digest)


def _cost(entry: _Entry) -> int:
    return len(entry.card.octets) + OVERHEAD


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _ignore(fault: Exception) -> None:
    """Do nothing with a fault."""


class Links:
    """The links of one worker, in `store`; without a store there are none.

    `per_key` is the most links of one key at once, `bytes_per_key` their most bytes, `max_ttl` the
    longest life of a link in seconds. `on_fault` receives faults of the background, `on_failure`
    the cause whenever the store is unavailable. One event loop alone may use it.
    """

    def __init__(
        self,
        store: "Store | None" = None,
        *,
        per_key: int = NO_LIMIT,
        bytes_per_key: int = NO_LIMIT,
        max_ttl: int = DAY,
        cache_bytes: int = CACHE_BYTES,
        clock: Callable[[], datetime] = _utc_now,
        on_fault: Callable[[Exception], None] = _ignore,
        on_failure: Callable[[str], None] = ignore,
    ) -> None:
        self._store = store
        self._per_key = per_key
        self._bytes_per_key = bytes_per_key
        self._max_ttl = max_ttl
        self._memory = _Memory(cache_bytes)
        self._clock = clock
        self._on_fault = on_fault
        self._executor = Executor(THREADS, "links", on_failure)

    @property
    def available(self) -> bool:
        """Return whether links are stored at all."""
        return self._store is not None

    def require(self) -> None:
        """Raise Refused (E406) where no links are stored."""
        if not self.available:
            detail = "This service keeps no links: it has no database (VCARDSVC_DATABASE_URL)."
            raise Refused(Problem(code=E406, cause="no-store", detail=detail))

    async def create(
        self, document: Document, *, owner: str, ttl: int, once: bool
    ) -> tuple[str, datetime]:
        """Store a card for `ttl` seconds (0: a day; at most `max_ttl`); return its id and its end
        in UTC.

        On return it survives this process. Raises Refused: E406 without a store, E113 when the
        owner has too many links, E503 when the store is unavailable.
        """
        self.require()
        assert self._store is not None  # noqa: S101  # as `require` has seen
        from vcardsvc.store import LinkRow, TooManyLinks

        id, now = secrets.token_urlsafe(ID_BYTES), self._clock()
        row = LinkRow(
            digest=_digest(id),
            owner=owner,
            size=document.size,
            etag=document.etag,
            content_type=document.content_type,
            filename=document.filename,
            once=once,
            created_at=now,
            expires_at=now + timedelta(seconds=min(ttl or DAY, self._max_ttl)),
            octets=document.octets,
        )
        seen = time.monotonic()
        try:
            await self._executor.run(self._store.add_link, row, self._per_key, self._bytes_per_key)
        except TooManyLinks as many:
            raise self._too_many(many.earliest - now) from None
        if not once:
            self._memory.put(row.digest, _Entry(card=_card(row), seen=seen))
        return id, row.expires_at

    async def stored(
        self, document: Document, owner: str, base_url: str, *, ttl: int, once: bool
    ) -> Link:
        """Store a card as `create` does, and return its link, which begins with `base_url`."""
        id, expires_at = await self.create(document, owner=owner, ttl=ttl, once=once)
        return Link(
            id=id,
            url=f"{base_url}/c/{id}.vcf",
            expires_at=expires_at,
            size=document.size,
            content_type=document.content_type,
        )

    async def find(self, id: str) -> LinkedCard | Gone | None:
        """Return the card of this id without opening it; None when there never was one.

        Raises Refused (E503) when the store is needed and unavailable.
        """
        if self._store is None or not ID.fullmatch(id):
            return None
        digest, now = _digest(id), self._clock()
        entry = self._memory.get(digest)
        if entry is not None:
            if entry.card.expires_at <= now:
                self._memory.drop(digest)
            elif time.monotonic() - entry.seen < FRESH or await self._exists(digest, entry):
                return entry.card
        seen = time.monotonic()
        row = await self._executor.run(self._store.read_link, digest)
        found = _card_at(row, now)
        if isinstance(found, LinkedCard) and not found.once:
            self._memory.put(digest, _Entry(card=found, seen=seen))
        return found

    async def take(self, id: str) -> LinkedCard | Gone | None:
        """Return the card of this id with its octets; a card that opens once is gone afterwards.

        Raises Refused (E503) when the store is needed and unavailable.
        """
        if self._store is None or not ID.fullmatch(id):
            return None
        row = await self._executor.run(self._store.take_link, _digest(id), self._clock())
        return await self.find(id) if row is None else _card(row)

    async def delete(self, id: str, owner: str) -> bool | Gone:
        """Delete a link of this owner. Return True; Gone when it was gone before, False when there
        is none.

        Raises Refused (E503) when the store is unavailable.
        """
        if self._store is None or not ID.fullmatch(id):
            return False
        digest, now = _digest(id), self._clock()
        if await self._executor.run(self._store.delete_link, digest, owner, now):
            self._memory.drop(digest)
            return True
        row = await self._executor.run(self._store.read_link, digest)
        maybe_card = _card_at(row, now) if row is not None and row.owner == owner else None
        return maybe_card if isinstance(maybe_card, Gone) else False

    async def purge(self) -> int:
        """Delete expired cards and the traces of old ones; return the number of rows.

        Raises StoreAway.
        """
        self._memory.sweep(self._clock())
        purged = 0
        while self._store is not None:
            done = await self._executor.run_in_background(self._store.purge_links, self._clock())
            if not done:
                break
            purged += done
            await asyncio.sleep(PURGE_PAUSE)
        return purged

    async def watch(self, every: float = PURGE_SECONDS) -> None:
        """Purge every so many seconds, without an end."""
        wait = min(every, FIRST_PURGE)
        while self._store is not None:
            await asyncio.sleep(wait)
            wait = every
            try:
                await self.purge()
            except Exception as fault:
                # An unavailable store or a bug: the next round may succeed, and without a watcher
                # expired cards would stay on the disk.
                self._on_fault(fault)

    async def _exists(self, digest: bytes, entry: _Entry) -> bool:
        """Return whether the store still has this card; requests at once share one query."""
        if entry.maybe_query is None:
            entry.maybe_query = asyncio.ensure_future(self._query(digest, entry))
        return await asyncio.shield(entry.maybe_query)

    async def _query(self, digest: bytes, entry: _Entry) -> bool:
        assert self._store is not None  # noqa: S101  # entries come from a store
        started = time.monotonic()
        try:
            exists = await self._executor.run(self._store.has_link, digest)
        except Refused:
            # Unavailable: a card of a second ago is better than an error.
            exists, started = True, time.monotonic()
        finally:
            entry.maybe_query = None
        entry.seen = started
        if not exists:
            self._memory.drop(digest)
        return exists

    def _too_many(self, wait: timedelta) -> Refused:
        return Refused(
            Problem(
                code=E113,
                cause="links",
                detail=f"It may keep {self._per_key} links and {self._bytes_per_key} bytes.",
                retry_after=max(1, math.ceil(wait.total_seconds())),
            )
        )


def _digest(id: str) -> bytes:
    """Return the 32 bytes by which a link is stored and found: the SHA-256 of its id."""
    return sha256(id.encode()).digest()


def _card(row: "LinkRow") -> LinkedCard:
    return LinkedCard(
        size=row.size,
        etag=row.etag,
        content_type=row.content_type,
        filename=row.filename,
        once=row.once,
        expires_at=row.expires_at,
        octets=row.octets or b"",
    )


def _card_at(row: "LinkRow | None", now: datetime) -> LinkedCard | Gone | None:
    """Return the card of a row by the clock, since the purge may be late."""
    from vcardsvc.store import REMEMBERED

    if row is None:
        return None
    if row.gone_at is None and now < row.expires_at:
        return _card(row)
    since = row.gone_at or row.expires_at
    return Gone(since=since) if now < since + REMEMBERED else None
