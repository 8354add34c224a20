"""Questions to the store wait for their turn, and for no longer than they may."""

import asyncio
import threading

import pytest

from vcardsvc.errors import Refused
from vcardsvc.services.executor import Executor
from vcardsvc.store import StoreAway


def _cause(refused: Refused) -> tuple[str, int | None, str]:
    [problem] = refused.problems
    return problem.code.name, problem.status, problem.cause


def test_an_answer_is_what_the_work_gives() -> None:
    """With what it was given, in a thread of that name."""

    def work(number: int) -> tuple[int, str]:
        return number + 1, threading.current_thread().name.partition("_")[0]

    assert asyncio.run(Executor(2, "some").run(work, 41)) == (42, "some")


def test_a_store_that_is_away_is_busy() -> None:
    """StoreAway is E503 with its cause; any other fault goes out as it is."""

    def away() -> None:
        raise StoreAway("store-full")

    with pytest.raises(Refused) as caught:
        asyncio.run(Executor(1, "some").run(away))
    assert _cause(caught.value) == ("E503", 503, "store-full")
    with pytest.raises(ZeroDivisionError):
        asyncio.run(Executor(1, "some").run(lambda: 1 // 0))


def test_no_turn_in_time_is_busy() -> None:
    """While every thread is taken the next one waits, and is reported in time."""

    async def story() -> Refused:
        held, some = threading.Event(), Executor(1, "some", slot_seconds=0.05)
        first = asyncio.ensure_future(some.run(held.wait))
        await asyncio.sleep(0)
        with pytest.raises(Refused) as caught:
            await some.run(held.is_set)
        held.set()
        assert await first
        assert await some.run(held.is_set)
        return caught.value

    assert _cause(asyncio.run(story())) == ("E503", 503, "store-slow")


def test_a_caller_who_goes_away_leaves_his_thread_taken() -> None:
    """A thread cannot be ended, so its turn is over when its work is."""

    async def story() -> None:
        held, some, done = threading.Event(), Executor(1, "some"), list[str]()
        gone = asyncio.ensure_future(some.run(held.wait))
        await asyncio.sleep(0.01)
        gone.cancel()
        next_one = asyncio.ensure_future(some.run(done.append, "next"))
        await asyncio.sleep(0.01)
        assert done == []
        held.set()
        await next_one
        assert done == ["next"]

    asyncio.run(story())


def test_long_queries_of_one_account_delay_no_other() -> None:
    """One question of each asker at a time; others have the threads that are left."""

    async def story() -> None:
        held, some, done = threading.Event(), Executor(2, "some"), list[str]()
        long = [asyncio.ensure_future(some.run_for("big", held.wait)) for _ in range(3)]
        await asyncio.sleep(0.01)
        await some.run_for("small", done.append, "other")
        assert done == ["other"]
        held.set()
        assert await asyncio.gather(*long) == [True] * 3

    asyncio.run(story())


def test_no_account_is_kept_that_has_no_query() -> None:
    """However many ask one after the other, none of them leaves anything behind."""

    async def story() -> None:
        some = Executor(1, "some")
        for number in range(100):
            await some.run_for(str(number), str)
        assert len(some._by_caller) <= 1

    asyncio.run(story())
