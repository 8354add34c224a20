"""Slots: the wait for one ends in time, and in the order of the waiters."""

import asyncio
from collections.abc import Generator
from typing import Any

import pytest

from vcardsvc.errors import Refused
from vcardsvc.slots import Slots


class _Resumed:
    """A wait that was begun elsewhere."""

    def __init__(self, waiting: Generator[Any, Any, None]) -> None:
        self._waiting = waiting

    def __await__(self) -> Generator[Any, Any, None]:
        return (yield from self._waiting)


def _slots(count: int, seconds: float | None = 5.0) -> Slots:
    return Slots(count, seconds=seconds, cause="busy", retry_after=7)


def test_a_wait_that_takes_too_long_is_refused() -> None:
    """Without a free slot in time the wait ends with E503, its cause and its Retry-After."""

    async def story() -> Refused:
        slots = _slots(1, 0.02)
        await slots.acquire()
        with pytest.raises(Refused) as caught:
            await slots.acquire()
        return caught.value

    [problem] = asyncio.run(story()).problems
    assert (problem.code.name, problem.http_status, problem.cause) == ("E503", 503, "busy")
    assert problem.retry_after == 7


def test_waiters_get_their_slots_in_their_order() -> None:
    """A released slot goes to the oldest waiter, also when a new one comes at that moment."""

    async def story() -> list[str]:
        slots, order = _slots(1), list[str]()

        async def work(name: str) -> None:
            async with slots.taken():
                order.append(name)
                await asyncio.sleep(0)

        await slots.acquire()
        waiters = [asyncio.ensure_future(work(name)) for name in "ab"]
        await asyncio.sleep(0)
        slots.release()
        waiters.append(asyncio.ensure_future(work("c")))
        await asyncio.gather(*waiters)
        return order

    assert asyncio.run(story()) == ["a", "b", "c"]


def test_a_wait_without_a_task_gets_one() -> None:
    """A request that the server runs without a task is finished in one where it waits."""

    async def story() -> bool:
        loop, slots = asyncio.get_running_loop(), _slots(1)
        await slots.acquire()
        begun: asyncio.Future[Generator[Any, Any, None]] = loop.create_future()

        def begin() -> None:
            waiting = slots.acquire().__await__()
            next(waiting)
            begun.set_result(waiting)

        loop.call_soon(begin)

        async def finish(waiting: Generator[Any, Any, None]) -> None:
            await _Resumed(waiting)

        task = asyncio.ensure_future(finish(await asyncio.wait_for(begun, 1)))
        await asyncio.sleep(0)
        slots.release()
        await task
        return True

    assert asyncio.run(story())


def test_a_slot_is_given_back_after_a_fault() -> None:
    """A block that raises gives its slot back."""

    async def story() -> None:
        slots = _slots(1, 0.02)
        with pytest.raises(ZeroDivisionError):
            async with slots.taken():
                raise ZeroDivisionError
        await slots.acquire()

    asyncio.run(story())


def test_a_wait_may_have_its_own_limit_or_none() -> None:
    """A wait can be shorter than usual; without a limit it ends when a slot is free."""

    async def story() -> None:
        slots = _slots(1)
        await slots.acquire()
        with pytest.raises(Refused):
            await slots.acquire(0.01)
        endless = _slots(1, None)
        await endless.acquire()
        waiting = asyncio.ensure_future(endless.acquire())
        await asyncio.sleep(0.01)
        endless.release()
        await asyncio.wait_for(waiting, 5)

    asyncio.run(story())
