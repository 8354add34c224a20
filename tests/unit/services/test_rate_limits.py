"""Rate limits: what each kind of key may do, counted in memory, and how it is reported."""

import asyncio
import time

import pytest

from vcardsvc.errors import E113, E503, Problem
from vcardsvc.services.keys import Key
from vcardsvc.services.rate_limits import (
    CLOSED,
    UNCOUNTED,
    LimitState,
    RateLimits,
    headers,
    refusal,
)

SECRET = Key(name="laptop", kind="secret")
WEB = Key(name="web", kind="publishable", origins=("https://example.com",))
SHOP = Key(name="shop", kind="publishable", origins=("https://shop.example",))
NOON = 20_000 * 86_400.0 + 43_200
"""A whole minute, hour and half a day of the clock, some day."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What time it is: its one number, which a test moves."""
    now = [NOON + 0.25]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def _hits(rates: RateLimits, *keys: Key) -> list[LimitState]:
    async def story() -> list[LimitState]:
        return [await rates.hit(key) for key in keys]

    return asyncio.run(story())


def _standing(limit: int, remaining: int, reset: int, *, allowed: bool = True) -> LimitState:
    return LimitState(limit=limit, remaining=remaining, reset_seconds=reset, allowed=allowed)


def test_each_kind_has_a_limit_of_its_own(clock: list[float]) -> None:
    """Secret keys are counted under theirs, publishable ones under theirs, each key by itself."""
    rates = RateLimits(secret="3/hour", publishable="2/minute")
    assert rates.limited == {"secret", "publishable"}
    assert _hits(rates, WEB, SECRET, WEB, WEB, SHOP, SECRET, WEB) == [
        _standing(2, 1, 60),
        _standing(3, 2, 3600),
        _standing(2, 0, 60),
        _standing(2, 0, 60, allowed=False),
        _standing(2, 1, 60),
        _standing(3, 1, 3600),
        _standing(2, 0, 60, allowed=False),
    ]


def test_the_window_slides(clock: list[float]) -> None:
    """What was counted before the minute turned weighs less and less, and frees a place each."""

    async def story() -> list[LimitState]:
        rates = RateLimits(publishable="4/minute")
        found = [await rates.hit(WEB) for _ in range(5)]
        for later in (60.5, 76.0, 77.0, 200.0):
            clock[0] = NOON + later
            found.append(await rates.hit(WEB))
        return found

    assert asyncio.run(story()) == [
        *(_standing(4, left, 60) for left in (3, 2, 1, 0)),
        _standing(4, 0, 60, allowed=False),
        _standing(4, 0, 15),
        _standing(4, 0, 14),
        _standing(4, 0, 13, allowed=False),
        _standing(4, 3, 40),
    ]


@pytest.mark.parametrize("secret", ["", "off"])
def test_a_kind_without_a_limit_is_not_counted(secret: str) -> None:
    """Neither an empty limit nor `off` counts or says headers."""
    rates = RateLimits(secret=secret, publishable=secret)
    assert (rates.limited, _hits(rates, SECRET, WEB)) == (frozenset(), [UNCOUNTED] * 2)
    assert (headers(UNCOUNTED), UNCOUNTED.allowed) == ((), True)


@pytest.mark.parametrize(
    ("limit", "workers", "share", "reset"),
    [
        ("60/minute", 1, 60, 60),
        ("60/minute", 2, 30, 60),
        ("60/minute", 7, 8, 60),
        ("60/minute", 60, 1, 60),
        ("60/minute", 61, 1, 120),
        ("1/second", 4, 1, 4),
        ("2/minute", 5, 1, 180),
    ],
)
def test_workers_that_count_in_memory_share_the_limit(
    clock: list[float], limit: str, workers: int, share: int, reset: int
) -> None:
    """Each worker lets its part through, and all of them never more than the limit."""
    rates = RateLimits(publishable=limit, workers=workers)
    found = _hits(rates, *[WEB] * (share + 1))
    assert found[0] == _standing(share, share - 1, reset)
    assert [one.allowed for one in found] == [True] * share + [False]
    amount, _, unit = limit.partition("/")
    whole = {"second": 1, "minute": 60}[unit]
    assert workers * share / reset <= int(amount) / whole


def test_requests_at_once_are_all_counted(clock: list[float]) -> None:
    """However many arrive in one turn of the loop, exactly the limit passes."""

    async def story() -> int:
        rates = RateLimits(publishable="10/minute")
        found = await asyncio.gather(*(rates.hit(WEB) for _ in range(50)))
        return [one.allowed for one in found].count(True)

    assert asyncio.run(story()) == 10


def test_a_standing_is_reported_in_headers() -> None:
    """Three headers of whole numbers, allowed or not; nothing when nothing was counted."""
    reported = (
        (b"ratelimit-limit", b"60"),
        (b"ratelimit-remaining", b"0"),
        (b"ratelimit-reset", b"13"),
    )
    standings = _standing(60, 0, 13), _standing(60, 0, 13, allowed=False), UNCOUNTED, CLOSED
    assert [headers(one) for one in standings] == [reported, reported, (), ()]


def test_a_refusal_says_when_to_come_back() -> None:
    """The limit is E113; a Redis that is away, though it is required, is our own fault."""
    found = [refusal(one).problems for one in (_standing(60, 0, 13, allowed=False), CLOSED)]
    assert found == [
        (Problem(code=E113, cause="rate", retry_after=13),),
        (Problem(code=E503, cause="rates-away", status=503, retry_after=1),),
    ]


def test_making_two_at_once_makes_one() -> None:
    """Requests that arrive while the library is imported are counted together."""

    async def story() -> list[int]:
        rates = RateLimits(publishable="5/hour")
        found = await asyncio.gather(*(rates.hit(WEB) for _ in range(5)))
        return sorted(one.remaining for one in found)

    assert asyncio.run(story())[0] == 0
