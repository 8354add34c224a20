"""Rate limits of keys: how many requests a key may make, counted in memory or, for all workers
together, in Redis.

Promises: a kind of key without a limit costs nothing; with Redis away the service goes on, each
request waits for it at most PATIENCE, and it is asked again once in PAUSE. Requests that are
refused are not counted. A window slides: what was counted in the window before weighs as much as
of it lies within the last one's length.
What must never enter here: a caller's address, or a key itself; what is counted has the key's log
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

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.aio.strategies import SlidingWindowCounterRateLimiter
    from redis.asyncio import ConnectionPool

T = TypeVar("T")

PATIENCE: Final = 0.25
"""Seconds one request waits for Redis, which answers within a millisecond where it is well."""

TURNS: Final = 16
"""Requests that ask Redis at once; the others of a burst wait for their turn. All at once would
wait for each other longer than PATIENCE, Redis would seem to be away, and the limit be open."""

PAUSE: Final = 1.0
"""Seconds in which a Redis that failed is left alone; also what refused callers are told to wait
when it must be asked."""

PREFIX: Final = "vcardsvc"
"""What the names of our counters begin with in a Redis that others use too."""

NONE: Final = ("", "off")
"""The spellings of no limit."""

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitState:
    """Where a key stands after a request: of `limit` requests a window, `remaining` are left.

    `reset_seconds`: whole seconds, rounded up, until more are. `limit` 0: nothing was counted.
    """

    limit: int
    remaining: int
    reset_seconds: int
    allowed: bool


UNCOUNTED: Final = LimitState(limit=0, remaining=0, reset_seconds=0, allowed=True)
"""There is no limit, or Redis is away and the service is open."""

CLOSED: Final = LimitState(limit=0, remaining=0, reset_seconds=math.ceil(PAUSE), allowed=False)
"""Redis is away and the service is closed then."""


class RateLimits:
    """The rate limits of one worker.

    `secret` and `publishable` are limits such as "60/minute" (number, slash, second, minute, hour
    or day); "" or "off" is none. Without `redis_url` each of `workers` counts its own share.
    `closed`: refuse what cannot be counted. `told` is called when `degraded` changes, with it.
    """

    def __init__(
        self,
        *,
        secret: str = "",
        publishable: str = "600/minute",
        redis_url: str = "",
        closed: bool = False,
        workers: int = 1,
        told: Callable[[bool], None] = lambda degraded: None,
    ) -> None:
        texts: dict[Kind, str] = {SECRET: secret, PUBLISHABLE: publishable}
        self._texts = {kind: text for kind, text in texts.items() if text not in NONE}
        self.limited: Final = frozenset(self._texts)
        """The kinds of key that `hit` counts; the way to spare the others even that call."""
        self._redis_url = redis_url
        self._workers = 1 if redis_url else workers
        self._unanswered = CLOSED if closed else UNCOUNTED
        self._told = told
        self._lock = asyncio.Lock()
        self._turns = asyncio.Semaphore(TURNS)
        self._counting: _Counting | None = None
        self._again = 0.0
        self.degraded = False

    async def hit(self, key: Key) -> LimitState:
        """Count one request of this key, if it may make one more, and say where it stands."""
        if key.kind not in self.limited:
            return UNCOUNTED
        counting = self._counting or await self._made()
        if counting.pool is None:
            return await counting.hit(key)
        return await self._asked(lambda: counting.hit(key), self._unanswered)

    async def preload(self) -> None:
        """Import the libraries, in a thread, before somebody waits for it."""
        if self.limited:
            await self._made()

    @property
    def cause(self) -> str:
        """Why requests are not counted, a machine word: rates-closed where they are refused for
        it; "" while they are counted, or have no limit."""
        if not self.degraded:
            return ""
        return "rates-away" if self._unanswered.allowed else "rates-closed"

    def refuses_all(self, kinds: frozenset[Kind]) -> bool:
        """Whether every request of keys of these kinds is refused, as it cannot be counted."""
        return self.cause == "rates-closed" and bool(kinds) and kinds <= self.limited

    async def watch(self, every: float = PAUSE) -> None:
        """Run for ever: ask Redis, if there is one, so that it is seen to be away, or to be back,
        without waiting for a request."""
        while self.limited and self._redis_url:
            await asyncio.sleep(every)
            counting = self._counting or await self._made()
            await self._asked(counting.look, None)

    async def close(self) -> None:
        """End the connections to Redis."""
        if self._counting and self._counting.pool:
            await self._counting.pool.disconnect()

    async def _made(self) -> "_Counting":
        async with self._lock:  # two of them would count apart
            if self._counting is None:
                self._counting = await asyncio.to_thread(
                    _counting, self._texts, self._workers, self._redis_url
                )
            return self._counting

    async def _asked(self, ask: Callable[[], Awaitable[T]], otherwise: T) -> T:
        """What `ask` says, in time; else, and while it is not to be asked, `otherwise`."""
        async with self._turns:
            return await self._in_turn(ask, otherwise)

    async def _in_turn(self, ask: Callable[[], Awaitable[T]], otherwise: T) -> T:
        if self.degraded:
            now = time.monotonic()
            if now < self._again:
                return otherwise
            self._again = now + PAUSE  # one request finds out for all
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await ask()
        except Exception:
            # Whatever went wrong, a limit that cannot be counted must not be a fault of cards.
            self._again = time.monotonic() + PAUSE
            self._is(degraded=True)
            return otherwise
        self._is(degraded=False)
        return answer

    def _is(self, *, degraded: bool) -> None:
        if degraded != self.degraded:
            self.degraded = degraded
            self._told(degraded)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counting:
    """The libraries at work: what counts, each kind's limit, and Redis's connections."""

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

    async def look(self) -> None:
        await self.limiter.get_window_stats(next(iter(self.items.values())), "")


def _counting(texts: dict[Kind, str], workers: int, redis_url: str) -> _Counting:
    """Imports the libraries, which takes a while: to be called in a thread."""
    from limits.aio.storage import MemoryStorage
    from limits.aio.strategies import SlidingWindowCounterRateLimiter

    pool = _pool(redis_url) if redis_url else None
    return _Counting(
        limiter=SlidingWindowCounterRateLimiter(_storage(redis_url, pool) or MemoryStorage()),
        items={kind: _share(text, workers) for kind, text in texts.items()},
        pool=pool,
    )


def _share(text: str, workers: int) -> "RateLimitItem":
    """One worker's part of a limit; of less than one request a window, one in a longer window."""
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
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),  # its own tries would take seconds
    )


def _storage(redis_url: str, pool: "ConnectionPool | None") -> Any:
    """What counts in Redis, over connections of ours; None without one."""
    if pool is None:
        return None
    from limits.aio.storage import RedisStorage

    return RedisStorage(
        f"async+{redis_url}",
        implementation="redispy",
        key_prefix=PREFIX,
        # Passed on to the client as it is, whatever its annotation says.
        connection_pool=cast("Any", pool),
    )


def headers(standing: LimitState) -> Headers:
    """RateLimit-Limit, -Remaining and -Reset (draft-ietf-httpapi-ratelimit-headers-03, section 5);
    none where nothing was counted."""
    if not standing.limit:
        return ()
    return (
        (b"ratelimit-limit", b"%d" % standing.limit),
        (b"ratelimit-remaining", b"%d" % standing.remaining),
        (b"ratelimit-reset", b"%d" % standing.reset_seconds),
    )


def refusal(standing: LimitState) -> Refused:
    """How a request that is not allowed is refused: E113, or E503 when Redis is away; both say
    when to come back."""
    if not standing.limit:
        return busy("rates-away", standing.reset_seconds)
    return Refused(Problem(code=E113, cause="rate", retry_after=standing.reset_seconds))
