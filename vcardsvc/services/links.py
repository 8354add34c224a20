"""Links: finished cards kept under addresses that nobody can guess, opened without a key.

Promises: a link that was acknowledged outlives the process; one that is opened once is given to one
caller, whatever the number of workers; one that was deleted anywhere dies here within FRESH
seconds; cards that are asked for again and again come from memory, with the store away too.
What must never enter here: an id in a log line or in the store (only its digest), HTTP, and the
database's library. A deployment without a store never loads it, so it is imported where it is used.
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
from vcardsvc.model.request import Document
from vcardsvc.services.executor import Executor, unheard

if TYPE_CHECKING:
    from vcardsvc.store import LinkRow, Store

ID_BYTES: Final = 16
"""Random bytes of an id: 128 bits, as many as an address needs that is a secret by itself."""

ID: Final = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
"""16 bytes in URL-safe base64 (RFC 4648 section 5): the last character carries two bits."""

DAY: Final = 86_400
"""Seconds a link lives when nobody says how long."""

REMEMBERED: Final = timedelta(days=30)
"""How long after its end a link is told from one that never was; the store's own number."""

FRESH: Final = 1.0
"""Seconds a card in memory is served before the store is asked whether it is still there."""

CACHE_BYTES: Final = 32 * 1024 * 1024
"""Bytes of cards in memory, for each worker: 300 with a photo, some ten thousand without."""

OVERHEAD: Final = 1024
"""Bytes that a card takes in memory beside its octets, generously."""

PURGE_SECONDS: Final = 60.0
"""Seconds between two purges: the longest that an expired card still lies on the disk."""

PURGE_PAUSE: Final = 0.05
"""Seconds between two steps of a purge, in which others write."""

FIRST_PURGE: Final = 1.0
"""Seconds from the start to the first purge: what expired while nobody served is on the disk."""

THREADS: Final = 4
"""Questions to the store at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCard:
    """A card that can be opened: what it is, until when (UTC), and whether only once.

    `octets` are empty while a card that is opened once has not been taken.
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
    """A card that could be opened until then (UTC)."""

    since: datetime


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A card in memory: when the store last knew it, and who is asking right now."""

    kept: LinkedCard
    seen: float
    asking: "asyncio.Task[bool] | None" = None


class _Memory:
    """The cards asked for last, by digest, up to so many bytes."""

    def __init__(self, ceiling: int) -> None:
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._left = ceiling
        self._ceiling = ceiling

    def get(self, digest: bytes) -> _Entry | None:
        """The entry, which is the last to be dropped from now on."""
        entry = self._entries.get(digest)
        if entry is not None:
            self._entries.move_to_end(digest)
        return entry

    def put(self, digest: bytes, entry: _Entry) -> None:
        """Keep the entry, unless it is larger than all that may be kept."""
        self.drop(digest)
        if _cost(entry) > self._ceiling:
            return
        self._entries[digest] = entry
        self._left -= _cost(entry)
        while self._left < 0:
            self.drop(next(iter(self._entries)))

    def drop(self, digest: bytes) -> None:
        """Forget the entry, if there is one."""
        entry = self._entries.pop(digest, None)
        if entry is not None:
            self._left += _cost(entry)

    def sweep(self, now: datetime) -> None:
        """Forget what has expired."""
        for digest in [key for key, one in self._entries.items() if one.kept.expires_at <= now]:
            self.drop(digest)


def _cost(entry: _Entry) -> int:
    return len(entry.kept.octets) + OVERHEAD


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _unheard(fault: Exception) -> None:
    """Nobody wants to know."""


class Links:
    """The links of one worker, in `store`; without one none are kept.

    `per_key` is how many of one key can be alive at once, `bytes_per_key` how many bytes they may
    hold, `max_ttl` how many seconds one may live.
    `on_fault` is told what went wrong in the background, `failed` the cause whenever the store was
    away. One event loop alone may use it.
    """

    def __init__(
        self,
        store: "Store | None" = None,
        *,
        per_key: int = 10_000,
        bytes_per_key: int = 268_435_456,
        max_ttl: int = 2_592_000,
        cache_bytes: int = CACHE_BYTES,
        clock: Callable[[], datetime] = _utc_now,
        on_fault: Callable[[Exception], None] = _unheard,
        failed: Callable[[str], None] = unheard,
    ) -> None:
        self._store = store
        self._per_key = per_key
        self._bytes_per_key = bytes_per_key
        self._max_ttl = max_ttl
        self._memory = _Memory(cache_bytes)
        self._clock = clock
        self._on_fault = on_fault
        self._turns = Executor(THREADS, "links", failed)

    @property
    def available(self) -> bool:
        """Whether links are kept at all."""
        return self._store is not None

    def require(self) -> None:
        """Raises Refused (E406) where no links are kept."""
        if not self.available:
            detail = "This service keeps no links: it has no database (VCARDSVC_DATABASE_URL)."
            raise Refused(Problem(code=E406, cause="no-store", detail=detail))

    async def create(
        self, document: Document, *, owner: str, ttl: int, once: bool
    ) -> tuple[str, datetime]:
        """Keep a card for `ttl` seconds (0: a day; at most `max_ttl`): its id and its end in UTC.

        On return it survives this process. Raises Refused: E406 without a store, E113 when the
        owner has as many links as it may, E503 when the store is away.
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
            await self._turns.run(self._store.add_link, row, self._per_key, self._bytes_per_key)
        except TooManyLinks as many:
            raise self._too_many(many.earliest - now) from None
        if not once:
            self._memory.put(row.digest, _Entry(kept=_kept(row), seen=seen))
        return id, row.expires_at

    async def find(self, id: str) -> LinkedCard | Gone | None:
        """What can be opened by this id, without opening it; None: nothing, and nothing was.

        Raises Refused (E503) when the store is needed and away.
        """
        if self._store is None or not ID.fullmatch(id):
            return None
        digest, now = _digest(id), self._clock()
        entry = self._memory.get(digest)
        if entry is not None:
            if entry.kept.expires_at <= now:
                self._memory.drop(digest)
            elif time.monotonic() - entry.seen < FRESH or await self._still(digest, entry):
                return entry.kept
        seen = time.monotonic()
        found = _told(await self._turns.run(self._store.read_link, digest), now)
        if isinstance(found, LinkedCard) and not found.once:
            self._memory.put(digest, _Entry(kept=found, seen=seen))
        return found

    async def take(self, id: str) -> LinkedCard | Gone | None:
        """The same, with its octets; a card that is opened once has gone for everybody else.

        Raises Refused (E503) when the store is needed and away.
        """
        if self._store is None or not ID.fullmatch(id):
            return None
        row = await self._turns.run(self._store.take_link, _digest(id), self._clock())
        return await self.find(id) if row is None else _kept(row)

    async def delete(self, id: str, owner: str) -> bool | Gone:
        """Whether this owner's link was deleted; Gone when it had gone before, False: none such.

        Raises Refused (E503) when the store is away.
        """
        if self._store is None or not ID.fullmatch(id):
            return False
        digest, now = _digest(id), self._clock()
        if await self._turns.run(self._store.delete_link, digest, owner, now):
            self._memory.drop(digest)
            return True
        row = await self._turns.run(self._store.read_link, digest)
        found = _told(row, now) if row is not None and row.owner == owner else None
        return found if isinstance(found, Gone) else False

    async def purge(self) -> int:
        """Drop every card that has expired, and what ended long ago; how many rows it took.

        Raises StoreAway.
        """
        self._memory.sweep(self._clock())
        purged = 0
        while self._store is not None:
            done = await self._turns.background(self._store.purge_links, self._clock())
            if not done:
                break
            purged += done
            await asyncio.sleep(PURGE_PAUSE)
        return purged

    async def watch(self, every: float = PURGE_SECONDS) -> None:
        """Run for ever: purge every so many seconds."""
        wait = min(every, FIRST_PURGE)
        while self._store is not None:
            await asyncio.sleep(wait)
            wait = every
            try:
                await self.purge()
            except Exception as fault:
                # StoreAway, or a fault of ours: either way the next round may go well, and a
                # watcher that dies would leave expired cards on the disk.
                self._on_fault(fault)

    async def _still(self, digest: bytes, entry: _Entry) -> bool:
        """Whether the store still has this card; everybody who asks at once shares one answer."""
        if entry.asking is None:
            entry.asking = asyncio.ensure_future(self._look(digest, entry))
        return await asyncio.shield(entry.asking)

    async def _look(self, digest: bytes, entry: _Entry) -> bool:
        assert self._store is not None  # noqa: S101  # whoever has an entry has a store
        asked = time.monotonic()
        try:
            there = await self._turns.run(self._store.has_link, digest)
        except Refused:
            # Away: what was good a second ago is better than an error.
            there, asked = True, time.monotonic()
        finally:
            entry.asking = None
        entry.seen = asked
        if not there:
            self._memory.drop(digest)
        return there

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
    """The 32 bytes by which a link is kept and found: the SHA-256 of its id."""
    return sha256(id.encode()).digest()


def _kept(row: "LinkRow") -> LinkedCard:
    return LinkedCard(
        size=row.size,
        etag=row.etag,
        content_type=row.content_type,
        filename=row.filename,
        once=row.once,
        expires_at=row.expires_at,
        octets=row.octets or b"",
    )


def _told(row: "LinkRow | None", now: datetime) -> LinkedCard | Gone | None:
    """What a row is by the clock: the purge may be late."""
    if row is None:
        return None
    if row.gone_at is None and now < row.expires_at:
        return _kept(row)
    since = row.gone_at or row.expires_at
    return Gone(since=since) if now < since + REMEMBERED else None
