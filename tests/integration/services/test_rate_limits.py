"""Rate limits that all workers count in Redis, and what becomes of requests when it is away."""

import asyncio
import contextlib
import itertools
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import redis

from tests.support import databases as stores
from tests.support.cpu_budget import longer
from tests.support.redis_server import free_port, redis_server, redis_url
from tests.support.service import LONGEST
from vcardsvc.services import rate_limits
from vcardsvc.services.keys import Key
from vcardsvc.services.rate_limits import (
    CLOSED,
    PAUSE,
    UNCOUNTED,
    LimitState,
    RateLimits,
)

WEB = Key(name="web", kind="publishable", origins=("https://example.com",))
SLACK = 0.5
"""Seconds that a quiet machine may add to a wait."""


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> float:
    """The seconds for which Redis is waited for, longer on a machine that is busy."""
    seconds = longer(rate_limits.REDIS_SECONDS)
    monkeypatch.setattr(rate_limits, "REDIS_SECONDS", seconds)
    return seconds


def _somebody() -> Key:
    """A key that no other run counts."""
    return Key(name=f"test-{secrets.token_hex(8)}", kind="publishable")


def _in_redis(
    port: int, story: Callable[[RateLimits], Awaitable[None]], *, closed: bool = False
) -> list[bool]:
    """Run `story` with limits in the Redis on this port; return the reports of its coming and
    going."""
    reported: list[bool] = []

    async def run() -> None:
        rates = RateLimits(
            publishable="3/hour",
            redis_url=redis_url(port),
            closed=closed,
            workers=9,
            on_change=reported.append,
        )
        await rates.preload()
        try:
            await story(rates)
        finally:
            await rates.close()

    asyncio.run(run())
    return reported


def test_redis_counts_whole_limits(redis_port: int) -> None:
    """With Redis the limit is not divided, and the standing is the same as in memory."""
    key = _somebody()

    async def story(rates: RateLimits) -> None:
        found = [await rates.hit(key) for _ in range(4)]
        assert [(one.limit, one.remaining, one.allowed) for one in found] == [
            (3, 2, True),
            (3, 1, True),
            (3, 0, True),
            (3, 0, False),
        ]
        assert [one for one in found if not 3590 <= one.reset_seconds <= 3600] == []
        assert rates.degraded is False

    assert _in_redis(redis_port, story) == []


def test_two_processes_share_a_limit_in_redis(redis_port: int) -> None:
    """What two workers let through together is the limit."""
    name = _somebody().name
    code = (
        "import asyncio, sys; from vcardsvc.services.keys import Key\n"
        "from vcardsvc.services.rate_limits import RateLimits\n"
        "async def story():\n"
        "    rates = RateLimits(publishable='40/hour', redis_url=sys.argv[1], workers=2)\n"
        "    await rates.preload(); print('ready', flush=True); sys.stdin.readline()\n"
        "    key = Key(name=sys.argv[2], kind='publishable')\n"
        "    found = [await rates.hit(key) for _ in range(30)]\n"
        "    print([one.allowed for one in found].count(True)); await rates.close()\n"
        "asyncio.run(story())"
    )
    children = [stores.run(code, redis_url(redis_port), name) for _ in range(2)]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    passed = [int(child.communicate(timeout=30)[0]) for child in children]
    assert (sum(passed), min(passed) >= 10) == (40, True)


@pytest.mark.parametrize(("closed", "otherwise"), [(False, UNCOUNTED), (True, CLOSED)])
def test_a_redis_that_is_not_there_is_gone_on_without(
    closed: bool, otherwise: LimitState, patience: float
) -> None:
    """Nothing listens: requests pass, or are refused where the setting says so, at once."""

    async def story(rates: RateLimits) -> None:
        began = time.monotonic()
        assert [await rates.hit(WEB) for _ in range(100)] == [otherwise] * 100
        assert time.monotonic() - began < patience + longer(SLACK)
        assert rates.degraded is True

    assert _in_redis(free_port(), story, closed=closed) == [True]


class Proxy:
    """A proxy to Redis that can hang: it keeps back what arrives, both ways."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.flows = asyncio.Event()
        self.flows.set()
        self.requests = 0
        self.port = 0

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["Proxy"]:
        """On a port of its own, until the end."""
        pumps: set[asyncio.Task[None]] = set()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            other, way = await asyncio.open_connection("127.0.0.1", self._to)
            for pair in ((reader, way), (other, writer)):
                pumps.add(asyncio.create_task(self._pump(*pair)))

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while octets := await reader.read(65536):
                self.requests += octets.count(b"EVALSHA")
                await self.flows.wait()
                writer.write(octets)
        finally:
            writer.close()


def test_a_redis_that_hangs_costs_one_request_a_quarter_of_a_second(
    redis_port: int, patience: float
) -> None:
    """The first request waits so long, the next ones not at all, and after a second one tries
    again."""
    key = _somebody()
    reported: list[bool] = []

    async def timed(rates: RateLimits) -> tuple[LimitState, float]:
        began = time.monotonic()
        return await rates.hit(key), time.monotonic() - began

    async def story() -> None:
        async with Proxy(redis_port).listening() as proxy:
            url = redis_url(proxy.port)
            rates = RateLimits(publishable="9/hour", redis_url=url, on_change=reported.append)
            assert (await rates.hit(key)).remaining == 8
            proxy.flows.clear()
            first, took = await timed(rates)
            assert first == UNCOUNTED
            assert patience * 0.9 <= took < patience + longer(SLACK)
            before = proxy.requests
            rest = [await timed(rates) for _ in range(50)]
            assert [one for one, _ in rest] == [UNCOUNTED] * 50
            assert sum(seconds for _, seconds in rest) < longer(SLACK)
            assert proxy.requests == before
            proxy.flows.set()
            await asyncio.sleep(PAUSE)
            assert (await rates.hit(key)).limit == 9
            await rates.close()

    asyncio.run(story())
    assert reported == [True, False]


def test_one_request_finds_out_for_all_whether_redis_is_back(
    redis_port: int, patience: float
) -> None:
    """When the pause is over and it still hangs, of many requests at once only one waits."""

    async def story() -> None:
        async with Proxy(redis_port).listening() as proxy:
            rates = RateLimits(publishable="9/hour", redis_url=redis_url(proxy.port))
            await rates.hit(WEB)
            proxy.flows.clear()
            await rates.hit(WEB)
            await asyncio.sleep(PAUSE)
            ended: list[float] = []

            async def one() -> None:
                began = time.monotonic()
                await rates.hit(WEB)
                ended.append(time.monotonic() - began)

            await asyncio.gather(*(one() for _ in range(20)))
            assert len([took for took in ended if took >= patience * 0.9]) == 1
            proxy.flows.set()
            await rates.close()

    asyncio.run(story())


@pytest.mark.skipif(not shutil.which("redis-server"), reason="no redis-server to stop and start")
def test_a_redis_that_was_killed_is_found_again(tmp_path: Path) -> None:
    """It dies, and is seen to be away; it comes back empty, and is seen without any request."""
    port = free_port()
    reported: list[bool] = []

    async def is_(rates: RateLimits, degraded: bool) -> None:
        async with asyncio.timeout(LONGEST):
            while rates.degraded is not degraded:
                await asyncio.sleep(0.02)

    async def story() -> None:
        rates = RateLimits(
            publishable="3/hour", redis_url=redis_url(port), on_change=reported.append
        )
        watcher = asyncio.create_task(rates.watch(0.05))
        with redis_server(port, tmp_path):
            assert [(await rates.hit(WEB)).remaining for _ in range(2)] == [2, 1]
        assert await rates.hit(WEB) == UNCOUNTED
        await is_(rates, degraded=True)
        with redis_server(port, tmp_path):
            await is_(rates, degraded=False)
            assert (await rates.hit(WEB)).remaining == 2
            await rates.close()
        assert not watcher.done()
        watcher.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watcher

    asyncio.run(story())
    assert reported == [True, False]


def test_what_redis_gets_holds_the_keys_log_name_and_no_more(redis_port: int) -> None:
    """A counter is ours by its prefix, names the key as the log does, and ends by itself."""
    key = _somebody()

    async def story(rates: RateLimits) -> None:
        await rates.hit(key)

    _in_redis(redis_port, story)
    with redis.Redis(port=redis_port, decode_responses=True) as requests:
        (found,) = requests.scan_iter(f"*{key.name}*", count=1000)
        assert found == f"vcardsvc:{{LIMITER/{key.name}/3/1/hour}}"
        assert (requests.get(found), 7100 < requests.ttl(found) <= 7200) == ("1", True)


def test_a_fault_of_any_kind_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library raises, a card is created."""
    reported: list[bool] = []
    faults = itertools.cycle([RuntimeError("unforeseen"), OSError(), ValueError()])

    async def fail(*_: object) -> bool:
        raise next(faults)

    async def story() -> list[LimitState]:
        rates = RateLimits(publishable="5/hour", redis_url=redis_url(1), on_change=reported.append)
        await rates.preload()
        assert rates._counting is not None
        monkeypatch.setattr(rates._counting.limiter, "hit", fail)
        return [await rates.hit(WEB) for _ in range(3)]

    assert asyncio.run(story()) == [UNCOUNTED] * 3
    assert reported == [True]


def test_limits_are_created_and_closed_without_a_redis() -> None:
    """Making and closing limits touches no network, whatever the URL."""

    async def story() -> None:
        rates = RateLimits(secret="1/day", redis_url=redis_url(1))
        await rates.preload()
        await rates.close()
        await RateLimits().close()

    asyncio.run(story())
