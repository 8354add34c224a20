"""Arrivals under way: what is there already is not waited for, what is slow ends, each caller has a
share."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest
from starlette.types import Message, Receive

from tests.support.service import LONGEST
from vcardsvc.errors import Refused
from vcardsvc.http import arrivals
from vcardsvc.http.arrivals import Arrivals, begin

WHOLE: Message = {"type": "http.request", "body": b"{}", "more_body": False}


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """Seconds, as `time.monotonic` gives them."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of bodies."""
    created = Clock()
    monkeypatch.setattr(arrivals, "time", created)
    return created


def _run(story: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(LONGEST):
            await story()

    asyncio.run(bounded())


def _bodies(*, most: int = 100, share: int = 2, rate: int = 500, timeout: float = 10.0) -> Arrivals:
    return Arrivals(most=most, share=share, rate=rate, timeout=timeout)


class Sender:
    """A request whose body is under way for as long as it is let."""

    def __init__(self, under_way: Arrivals, caller: str) -> None:
        self._bodies = under_way
        self._caller = caller
        self._done = asyncio.Event()
        self.task = asyncio.ensure_future(self._send())

    async def _send(self) -> str:
        try:
            with self._bodies.arriving(self._caller) as self.arrival:
                await self._done.wait()
        except Refused as refused:
            (problem,) = refused.problems
            assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]
            return f"{problem.http_status} {problem.cause}"
        return "arrived"

    async def end(self) -> str:
        """Let it arrive; what became of it."""
        self._done.set()
        return await self.task


async def _senders(under_way: Arrivals, *callers: str) -> list[Sender]:
    created = [Sender(under_way, caller) for caller in callers]
    await asyncio.sleep(0)
    return created


RATES: tuple[tuple[float, int, str], ...] = (
    (0.0, 0, "arrived"),
    (2.0, 0, "arrived"),
    (2.1, 49, "408 body-rate"),
    (2.1, 51, "arrived"),
    (4.0, 999, "408 body-rate"),
    (4.0, 1000, "arrived"),
    (10.0, 4000, "arrived"),
    (10.1, 1_000_000, "408 body-timeout"),
)
"""Seconds that a body has taken, its bytes until then, and what becomes of it."""


@pytest.mark.parametrize(("seconds", "size", "outcome"), RATES)
def test_a_body_has_a_least_rate_and_a_deadline(
    clock: Clock, seconds: float, size: int, outcome: str
) -> None:
    """From its third second on a body has to bring so many bytes a second, and end in time."""

    async def story() -> None:
        under_way = _bodies()
        (sender,) = await _senders(under_way, "key a")
        sender.arrival.count({"type": "http.request", "body": bytes(size)})
        clock.now += seconds
        under_way.end_slow()
        assert await sender.end() == outcome
        assert under_way.waiting == 0

    _run(story)


def test_without_a_least_rate_the_deadline_alone_counts(clock: Clock) -> None:
    """A rate of 0 lets a body take all its time."""

    async def story() -> None:
        under_way = _bodies(rate=0)
        (sender,) = await _senders(under_way, "key a")
        clock.now += 9
        under_way.end_slow()
        assert await sender.end() == "arrived"

    _run(story)


def test_a_caller_has_a_share_of_slow_bodies(clock: Clock) -> None:
    """The oldest beyond it are E503; bodies of other callers, and young ones, are let alone."""

    async def story() -> None:
        under_way = _bodies(rate=0)
        old = await _senders(under_way, "key a", "key a", "key a", "key a", "key b", "address")
        clock.now += 3
        young = await _senders(under_way, "key a", "key a", "key a")
        under_way.end_slow()
        assert [await one.end() for one in old] == ["503 body-share"] * 2 + ["arrived"] * 4
        assert [await one.end() for one in young] == ["arrived"] * 3

    _run(story)


def test_where_there_are_too_many_the_caller_with_most_loses_its_oldest(clock: Clock) -> None:
    """A new caller is let in, and the one with a single body keeps it."""

    async def story() -> None:
        under_way = _bodies(most=4)
        senders = await _senders(under_way, "key b", "key a", "key a", "key a", "key c", "key a")
        assert under_way.waiting == 6
        assert [await one.end() for one in senders] == [
            "arrived", "503 body-share", "503 body-share", "arrived", "arrived", "arrived",
        ]  # fmt: skip
        assert under_way.waiting == 0

    _run(story)


def test_a_request_that_is_cancelled_by_others_stays_cancelled(clock: Clock) -> None:
    """The end of the service is no slow body."""

    async def story() -> None:
        (sender,) = await _senders(_bodies(), "key a")
        sender.task.cancel("Task cancelled, timeout graceful shutdown exceeded")
        with pytest.raises(asyncio.CancelledError):
            await sender.task

    _run(story)


def _after(turns: int, message: Message, fault: BaseException | None = None) -> Receive:
    """Gives the message, or raises the fault, after so many turns of the loop."""

    async def receive() -> Message:
        for _ in range(turns):
            await asyncio.get_running_loop().run_in_executor(None, int)
        if fault is not None:
            raise fault
        return message

    return receive


def test_a_message_that_is_there_is_not_waited_for() -> None:
    """No turn of the loop is needed for it, nor a loop at all."""
    assert begin(_after(0, WHOLE)) == WHOLE


@pytest.mark.parametrize("turns", [1, 3])
def test_a_wait_that_has_begun_goes_on(turns: int) -> None:
    """However often it waits, it ends with the message, or as `receive` ends."""

    async def story() -> None:
        waiting = begin(_after(turns, WHOLE))
        assert not isinstance(waiting, MutableMapping)
        assert await waiting == WHOLE
        broken = begin(_after(turns, WHOLE, ValueError("broken")))
        assert not isinstance(broken, MutableMapping)
        with pytest.raises(ValueError, match=r"^broken$"):
            await broken

    _run(story)


def test_a_wait_that_has_begun_is_cancelled() -> None:
    """`receive` learns of it where it waits, and may clean up."""
    cleaned: list[str] = []

    async def receive() -> Message:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.append("cleaned")
        return WHOLE

    async def wait() -> Any:
        waiting = begin(receive)
        assert not isinstance(waiting, MutableMapping)
        return await waiting

    async def story() -> None:
        task = asyncio.ensure_future(wait())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    _run(story)
    assert cleaned == ["cleaned"]
