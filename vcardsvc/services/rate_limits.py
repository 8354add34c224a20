"""Rate limits of keys: counts requests in memory or, for all workers together, in Redis.

Windows slide: the requests of the previous window count in proportion to its part of the last
window's length. Refused requests are not counted. While Redis is unavailable each request waits for
it at most REDIS_SECONDS, and it is tried again once in PAUSE. Counters are named by the key's log
name. The libraries cost 0.2 s of the way to the first card, so they are imported when the first
request is counted, or by `preload`.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from vcardsvc.errors import E113, Problem, Refused, busy
from vcardsvc.services.keys import PUBLISHABLE, SECRET, Key, Kind
from vcardsvc.slots import Slots

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.aio.strategies import SlidingWindowCounterRateLimiter
    from redis.asyncio import ConnectionPool

T = TypeVar("T")

REDIS_SECONDS: Final = 0.25
"""Seconds that one request waits for Redis, which usually answers within a millisecond."""

QUERIES: Final = 16
"""Queries to Redis at once; a burst of them all would wait longer than REDIS_SECONDS, Redis would
seem unavailable, and the limit would be open."""

PAUSE: Final = 1.0
"""Seconds without a query after Redis failed; also the Retry-After of requests that are refused
because they cannot be counted."""

PREFIX: Final = "vcardsvc"
"""The prefix of our counters' names in a Redis that is shared."""

NONE: Final = ("", "off")
"""The spellings of no limit."""

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitState:
    """The state of a key's limit after a request: of `limit` requests a window, `remaining` are
    left.

    `reset_seconds`: whole seconds, rounded up, until more are. `limit` 0: nothing was counted.
    """

    limit: int
    remaining: int
    reset_seconds: int
    allowed: bool


UNCOUNTED: Final = LimitState(limit=0, remaining=0, reset_seconds=0, allowed=True)
"""There is no limit, or Redis is unavailable and requests pass."""

CLOSED: Final = LimitState(limit=0, remaining=0, reset_seconds=math.ceil(PAUSE), allowed=False)
"""Redis is unavailable and requests are refused then."""


class RateLimits:
    """The rate limits of one worker.

    `secret` and `publishable` are limits such as "60/minute" (number, slash, second, minute, hour
    or day); "" or "off" is none. Without `redis_url` each of `workers` counts its own share.
    `closed`: refuse requests that cannot be counted. `on_change` receives `degraded` when it
    changes.
    """

    def __init__(
        self,
        *,
        secret: str = "",
        publishable: str = "",
        redis_url: str = "",
        closed: bool = False,
        workers: int = 1,
        on_change: Callable[[bool], None] = lambda degraded: None,
    ) -> None:
        texts: dict[Kind, str] = {SECRET: secret, PUBLISHABLE: publishable}
        self._texts = {kind: text for kind, text in texts.items() if text not in NONE}
        self.limited: Final = frozenset(self._texts)
        """The kinds of key that `hit` counts; other keys need not call it."""
        self._redis_url = redis_url
        self._workers = 1 if redis_url else workers
        self._unanswered = CLOSED if closed else UNCOUNTED
        self._on_change = on_change
        self._lock = asyncio.Lock()
        self._slots = Slots(QUERIES, seconds=None, cause="rates-away", retry_after=math.ceil(PAUSE))
        self._counting: _Counting | None = None
        self._next_try = 0.0
        self.degraded = False

    async def hit(self, key: Key) -> LimitState:
        """Count a request of this key if its limit allows it; return the state of the limit."""
        if key.kind not in self.limited:
            return UNCOUNTED
        counting = self._counting or await self._loaded()
        if counting.pool is None:
            return await counting.hit(key)
        return await self._queried(lambda: counting.hit(key), self._unanswered)

    async def preload(self) -> None:
        """Import the libraries, in a thread, before a request waits for them."""
        if self.limited:
            await self._loaded()

    @property
    def cause(self) -> str:
        """Return why requests are not counted: rates-closed where they are refused for it; "" while
        they are counted, or have no limit."""
        if not self.degraded:
            return ""
        return "rates-away" if self._unanswered.allowed else "rates-closed"

    def refuses_all(self, kinds: frozenset[Kind]) -> bool:
        """Return whether all requests of these kinds of keys are refused, since none is counted."""
        return self.cause == "rates-closed" and bool(kinds) and kinds <= self.limited

    async def watch(self, every: float = PAUSE) -> None:
        """Query Redis, if there is one, every so many seconds without an end, so that its state is
        known without a request."""
        while self.limited and self._redis_url:
            await asyncio.sleep(every)
            counting = self._counting or await self._loaded()
            await self._queried(counting.probe, None)

    async def close(self) -> None:
        """Close the connections to Redis."""
        if self._counting and self._counting.pool:
            await self._counting.pool.disconnect()

    async def _loaded(self) -> "_Counting":
        async with self._lock:  # two of them would count apart
            if self._counting is None:
                self._counting = await asyncio.to_thread(
                    _counting, self._texts, self._workers, self._redis_url
                )
            return self._counting

    async def _queried(self, query: Callable[[], Awaitable[T]], default: T) -> T:
        """Return the result of a query to Redis; `default` when it fails or takes too long, and
        during PAUSE after that."""
        async with self._slots.taken():
            return await self._queried_in_slot(query, default)

    async def _queried_in_slot(self, query: Callable[[], Awaitable[T]], default: T) -> T:
        if self.degraded:
            now = time.monotonic()
            if now < self._next_try:
                return default
            self._next_try = now + PAUSE  # one request tries for all
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                result = await query()
        except Exception:
            # A limit that cannot be counted must not make cards fail, for whatever reason.
            self._next_try = time.monotonic() + PAUSE
            self._set(degraded=True)
            return default
        self._set(degraded=False)
        return result

    def _set(self, *, degraded: bool) -> None:
        if degraded != self.degraded:
            self.degraded = degraded
            self._on_change(degraded)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counting:
    """The counter of the library, the limit of each kind of key, and the connections to Redis."""

    limiter: "SlidingWindowCounterRateLimiter"
    items: "dict[Kind, RateLimitItem]"
    pool: "ConnectionPool | None"

    async def hit(self, key: Key) -> LimitState:
        item = self.items[key.kind]
        allowed = await self.limiter.hit(item, key.name)
        stats = await self.limiter.get_window_stats(item, key.name)
        wait = math.ceil(stats.reset_time - time.time())
        if allowed and wait <= 0:  # `limits` takes a window that began just now for one that ends
            wait = item.get_expiry()
        return LimitState(
            limit=item.amount,
            remaining=stats.remaining if allowed else 0,
            reset_seconds=max(wait, 1),
            allowed=allowed,
        )

    async def probe(self) -> None:
        await self.limiter.get_window_stats(next(iter(self.items.values())), "")


def _counting(texts: dict[Kind, str], workers: int, redis_url: str) -> _Counting:
    """Import the libraries, which takes a while: call it in a thread."""
    from limits.aio.storage import MemoryStorage
    from limits.aio.strategies import SlidingWindowCounterRateLimiter

    pool = _pool(redis_url) if redis_url else None
    return _Counting(
        limiter=SlidingWindowCounterRateLimiter(_storage(redis_url, pool) or MemoryStorage()),
        items={kind: _share(text, workers) for kind, text in texts.items()},
        pool=pool,
    )


def _share(text: str, workers: int) -> "RateLimitItem":
    """Return one worker's part of a limit; for less than one request a window, one in a longer
    window."""
    import limits

    whole = limits.parse(text)
    longer = math.ceil(workers / whole.amount)
    return type(whole)(max(1, whole.amount // workers), whole.multiples * longer)


def _pool(redis_url: str) -> "ConnectionPool":
    from redis.asyncio import ConnectionPool
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    return ConnectionPool.from_url(
        redis_url,
        socket_timeout=REDIS_SECONDS,
        socket_connect_timeout=REDIS_SECONDS,
        retry=Retry(NoBackoff(), 0),  # its own tries would take seconds
    )


def _storage(redis_url: str, pool: "ConnectionPool | None") -> Any:
    """Return the storage in Redis over our connections; None without one."""
    if pool is None:
        return None
    from limits.aio.storage import RedisStorage

    return RedisStorage(
        f"async+{redis_url}",
        implementation="redispy",
        key_prefix=PREFIX,
        # Passed on to the client as it is, against its annotation.
        connection_pool=cast("Any", pool),
    )


def headers(state: LimitState) -> Headers:
    """Return RateLimit-Limit, -Remaining and -Reset (draft-ietf-httpapi-ratelimit-headers-03,
    section 5); none where nothing was counted."""
    if not state.limit:
        return ()
    return (
        (b"ratelimit-limit", b"%d" % state.limit),
        (b"ratelimit-remaining", b"%d" % state.remaining),
        (b"ratelimit-reset", b"%d" % state.reset_seconds),
    )


def refusal(state: LimitState) -> Refused:
    """Return the refusal of a request over its limit: E113, or E503 when Redis is unavailable; both
    with Retry-After."""
    if not state.limit:
        return busy("rates-away", state.reset_seconds)
    return Refused(Problem(code=E113, cause="rate", retry_after=state.reset_seconds))
