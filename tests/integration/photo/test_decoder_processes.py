"""Decoder processes that are slow, crash, are killed or never start cost at most one photo."""

import asyncio
import contextlib
import multiprocessing
import multiprocessing.context
import os
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import decoder_process as decoders
from tests.support.cpu_budget import longer, within_cpu_budget
from tests.support.decoding import BUDGET, FIELD, JPEG, LIMITS, SLOW, answer, started
from tests.support.images import plain, png, saved
from vcardsvc.errors import E503, E1522, Problem
from vcardsvc.model.contact import Photo
from vcardsvc.photo import child, pixels
from vcardsvc.photo.child import NICENESS
from vcardsvc.photo.decoder import Decoder, Limits, render

BUSY = Problem(code=E503, status=503, retry_after=2, cause="busy")


@pytest.fixture(scope="module")
def tight(runner: asyncio.Runner) -> Iterator[Decoder]:
    """A decoder with one child, little time, and no ceiling on scans."""
    limits = Limits(slots=1, timeout=longer(0.5), slot_timeout=0.05, max_scans=10**6)
    with started(runner, limits) as decoder:
        yield decoder


async def drawing(decoder: Decoder, data: bytes = SLOW) -> "asyncio.Task[Photo | Problem]":
    """A call whose one child is at work on this file."""
    await decoder.start()
    call = asyncio.create_task(answer(decoder, data))
    await at_work(decoder)
    return call


async def at_work(decoder: Decoder, besides: int = 0) -> int:
    """The id of the one child of a decoder, and not of this one, as soon as it runs for a while."""
    (slot,) = decoder._slots
    runs = 0
    async with asyncio.timeout(10):
        while runs < 3:
            await asyncio.sleep(0.01)
            worker = slot._maybe_worker
            child = worker.process.pid if worker and decoder._free_slots._free.locked() else None
            runs = runs + 1 if child not in (None, besides) and state(child) == "R" else 0
    return only_child(decoder)


def state(process: int | None) -> str:
    """What Linux says of a process: R when it runs, S when it waits, "" when it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return ""


def resident(process: int) -> int:
    """The bytes of memory that a process holds."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


def children() -> set[int]:
    """The ids of the decoder processes that this one has started."""
    return {child.pid or 0 for child in multiprocessing.active_children()}


def only_child(decoder: Decoder) -> int:
    """The process id of a decoder that has one child."""
    (slot,) = decoder._slots
    assert slot._maybe_worker is not None
    return slot._maybe_worker.process.pid or 0


LARGE = {
    "rgba png": png((5656, 5656), 8, 6, bytes(range(256)) * 88 + bytes(96)),
    "16 bit png, a line": png((32_000_000, 1), 16, 0, bytes(64_000_000)),
    "progressive cmyk jpeg": saved(plain("CMYK", (5656, 5656), 0), "JPEG", progressive=True),
}


@pytest.mark.parametrize("name", LARGE)
def test_32_megapixels_fit_memory_and_time(name: str, runner: asyncio.Runner) -> None:
    """The largest photos that are allowed are drawn within a child's memory, and take less of a
    processor than the time that it has."""
    with started(runner, replace(LIMITS, slots=1, timeout=longer(30))) as patient:
        assert isinstance(runner.run(answer(patient, LARGE[name])), Photo)
    drawn = within_cpu_budget(LIMITS.timeout, lambda: render(LARGE[name], LIMITS, BUDGET))
    assert isinstance(drawn, Photo)


def test_an_idle_child_gives_its_memory_back(runner: asyncio.Runner) -> None:
    """The memory of a photo is kept for the next one, not for longer."""

    async def idle(process: int, most: int) -> None:
        async with asyncio.timeout(10):
            while resident(process) > most:
                await asyncio.sleep(0.1)

    with started(runner, replace(LIMITS, slots=1, timeout=longer(30))) as decoder:
        process = only_child(decoder)
        before = resident(process)
        assert isinstance(runner.run(answer(decoder, LARGE["16 bit png, a line"])), Photo)
        runner.run(idle(process, before + 8 * pixels.MIB))


def test_a_child_has_nothing_to_steal() -> None:
    """A decoder has no environment, a ceiling on its memory, and goes after the others."""
    ours, theirs = socket.socketpair()
    with ours, ours.makefile("rb") as stream:
        ours.settimeout(10)
        with theirs:
            process = multiprocessing.get_context("spawn").Process(
                target=decoders.described, args=(theirs, LIMITS)
            )
            process.start()
        ours.sendall(child.REQUEST.pack(720, 100_000, 0))
        ready = stream.read(len(child.READY))
        head, _ = child.RESPONSE.unpack(stream.read(child.RESPONSE.size))
        outcome = child.unpack_response(stream.read(head), b"")
    process.join(10)
    space = (LIMITS.address_space, LIMITS.address_space)
    assert (ready, process.exitcode) == (child.READY, 0)
    assert outcome == repr((None, os.nice(0) + NICENESS, space))


def test_a_slow_photo_is_killed(runner: asyncio.Runner, tight: Decoder) -> None:
    """A photo that is not drawn in time is refused then, its child killed, the next one drawn."""

    async def slow_then_good() -> tuple[Photo | Problem, Photo | Problem]:
        return await answer(tight, SLOW), await answer(tight, JPEG)

    runner.run(tight.start())
    before, start = only_child(tight), time.monotonic()
    outcome = runner.run(slow_then_good())
    assert outcome == (
        Problem(code=E1522, field=FIELD, cause="decode-timeout"), render(JPEG, LIMITS, BUDGET),
    )  # fmt: skip
    assert time.monotonic() - start < longer(5)
    assert only_child(tight) != before


def test_a_full_decoder_says_so(runner: asyncio.Runner, tight: Decoder) -> None:
    """A photo that gets no slot in time is answered 503 with the seconds to wait."""

    async def crowd() -> Photo | Problem:
        first = asyncio.create_task(answer(tight, SLOW))
        await asyncio.sleep(0)
        second = await answer(tight, JPEG)
        await first
        return second

    assert runner.run(crowd()) == BUSY


def test_a_caller_who_hangs_up_frees_his_slot(runner: asyncio.Runner, tight: Decoder) -> None:
    """Cancelling the call kills the child that draws for it, and the next photo is drawn."""

    async def hang_up() -> Photo | Problem:
        call = await drawing(tight)
        call.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await call
        return await answer(tight, JPEG)

    runner.run(tight.start())
    before = only_child(tight)
    assert runner.run(hang_up()) == render(JPEG, LIMITS, BUDGET)
    assert only_child(tight) != before


CRASHES = {
    "by a fault of its own": (
        signal.SIGSEGV,
        Problem(code=E1522, field=FIELD, cause="decoder-died"),
    ),
    "by its own abort": (signal.SIGABRT, Problem(code=E1522, field=FIELD, cause="decoder-died")),
}


@pytest.mark.parametrize("name", CRASHES)
def test_a_child_that_crashes_costs_one_photo(
    name: str, runner: asyncio.Runner, tight: Decoder
) -> None:
    """A photo that makes its child crash is refused, and the next one is drawn."""
    number, problem = CRASHES[name]

    async def crashed() -> tuple[Photo | Problem, Photo | Problem]:
        call = await drawing(tight)
        os.kill(only_child(tight), number)
        return await call, await answer(tight, JPEG)

    assert runner.run(crashed()) == (problem, render(JPEG, LIMITS, BUDGET))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_killed_from_outside_costs_no_photo(
    number: signal.Signals, runner: asyncio.Runner
) -> None:
    """A photo whose child is killed, as the kernel does when memory is short, is drawn by another
    one; killed again it is answered 503, since it may be what makes memory short."""

    async def killed(times: int) -> Photo | Problem:
        call = await drawing(patient, LARGE["rgba png"])
        before = 0
        for _ in range(times):
            before = await at_work(patient, besides=before)
            os.kill(before, number)
        return await call

    with started(runner, replace(LIMITS, slots=1, timeout=longer(20))) as patient:
        outcome = [runner.run(killed(times)) for times in (1, 2)]
        after = runner.run(answer(patient, JPEG))
    assert outcome == [render(LARGE["rgba png"], LIMITS, BUDGET), BUSY]
    assert after == render(JPEG, LIMITS, BUDGET)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_of_the_terminal_ends_no_child(
    number: signal.Signals, runner: asyncio.Runner
) -> None:
    """Ctrl-C and a closed terminal reach every process: those that draw go on, while the service
    drains."""

    async def signalled() -> tuple[Photo | Problem, bool]:
        call = await drawing(patient, LARGE["rgba png"])
        worker = await at_work(patient)
        os.kill(worker, number)
        return await call, only_child(patient) == worker

    with started(runner, replace(LIMITS, slots=1, timeout=longer(20))) as patient:
        photo, same = runner.run(signalled())
    assert (photo, same) == (render(LARGE["rgba png"], LIMITS, BUDGET), True)


def test_a_storm_of_kills_keeps_no_photo_waiting(runner: asyncio.Runner) -> None:
    """While every child is killed each 20 ms for 2 s, each photo is drawn or answered 503 within
    its limits and 2 s; afterwards photos are drawn, and no process is left over."""
    limits = replace(LIMITS, slot_timeout=1.0, timeout=2.0)
    expected = [render(JPEG, LIMITS, BUDGET), BUSY]

    async def timed() -> tuple[float, Photo | Problem]:
        start = time.monotonic()
        outcome = await answer(stormy, JPEG)
        return time.monotonic() - start, outcome

    async def storm(seconds: float) -> int:
        kills, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            for one in children() - before:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
                    kills += 1
            await asyncio.sleep(0.02)
        return kills

    async def life() -> tuple[int, list[tuple[float, Photo | Problem]]]:
        kills = asyncio.create_task(storm(2))
        calls = []
        for _ in range(40):
            calls.append(asyncio.create_task(timed()))
            await asyncio.sleep(0.05)
        return await kills, await asyncio.gather(*calls)

    before = children()
    with started(runner, limits) as stormy:
        kills, answers = runner.run(life())
        after = runner.run(answer(stormy, JPEG))
    assert kills > 20
    assert [outcome for _, outcome in answers if outcome not in expected] == []
    assert max(seconds for seconds, _ in answers) < limits.slot_timeout + limits.timeout + longer(2)
    assert after == expected[0]
    assert children() <= before


def test_a_child_that_stops_is_replaced(runner: asyncio.Runner, tight: Decoder) -> None:
    """A child that is stopped while it waits is killed when its photo's time is over."""

    async def stopped() -> tuple[Photo | Problem, Photo | Problem]:
        await tight.start()
        os.kill(only_child(tight), signal.SIGSTOP)
        return await answer(tight, JPEG), await answer(tight, JPEG)

    assert runner.run(stopped()) == (
        Problem(code=E1522, field=FIELD, cause="decode-timeout"), render(JPEG, LIMITS, BUDGET),
    )  # fmt: skip


def test_a_child_that_never_gets_up_is_busy(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Photos are answered 503 in time when every child ends while it starts."""
    start = multiprocessing.context.SpawnProcess.start

    def killed(process: multiprocessing.context.SpawnProcess) -> None:
        start(process)
        process.kill()

    monkeypatch.setattr(multiprocessing.context.SpawnProcess, "start", killed)

    async def life() -> tuple[float, Photo | Problem]:
        decoder = Decoder(Limits(slots=1, timeout=0.5), BUDGET)
        with pytest.raises(RuntimeError, match="ended with exit code -9"):
            await decoder.start()
        begin = time.monotonic()
        outcome = await answer(decoder, JPEG)
        await decoder.aclose()
        return time.monotonic() - begin, outcome

    before = children()
    seconds, outcome = runner.run(life())
    assert (outcome, seconds < 2 + longer(0.5)) == (BUSY, True)
    assert children() <= before


def test_a_system_that_lets_no_child_be_is_busy(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Starting raises OSError, and photos are answered 503, when no process can be created."""

    def refused(_: object) -> None:
        raise BlockingIOError("fork")

    monkeypatch.setattr(multiprocessing.context.SpawnProcess, "start", refused)

    async def life() -> Photo | Problem:
        decoder = Decoder(Limits(slots=1, timeout=0.1), BUDGET)
        with pytest.raises(BlockingIOError):
            await decoder.start()
        outcome = await answer(decoder, JPEG)
        await decoder.aclose()
        return outcome

    assert runner.run(life()) == BUSY


def test_an_idle_child_that_dies_costs_nothing(runner: asyncio.Runner, tight: Decoder) -> None:
    """A process that is killed while it waits is replaced, and no photo is refused."""
    runner.run(tight.start())
    os.kill(only_child(tight), signal.SIGKILL)
    assert runner.run(answer(tight, JPEG)) == render(JPEG, LIMITS, BUDGET)


def test_a_photo_that_takes_too_much_memory(runner: asyncio.Runner) -> None:
    """A photo that does not fit a child's memory is refused, and the next one is drawn."""
    with started(runner, Limits(slots=1, memory=150 * pixels.MIB)) as decoder:
        outcome = [runner.run(answer(decoder, data)) for data in (LARGE["rgba png"], JPEG)]
    problem = Problem(code=E1522, field=FIELD, cause="decoder-died")
    assert outcome == [problem, render(JPEG, LIMITS, BUDGET)]


def test_a_photo_waits_for_children_that_are_starting(runner: asyncio.Runner) -> None:
    """A photo that comes while the children start is drawn when they are up."""

    async def life() -> Photo | Problem:
        decoder = Decoder(Limits(slots=1, slot_timeout=0), BUDGET)
        start = asyncio.create_task(decoder.start())
        try:
            return await answer(decoder, JPEG)
        finally:
            await start
            await decoder.aclose()

    assert runner.run(life()) == render(JPEG, LIMITS, BUDGET)


def test_a_photo_that_comes_before_the_start_is_drawn(runner: asyncio.Runner) -> None:
    """A photo starts the child that it needs, and the start that follows makes no second one."""

    async def life() -> tuple[Photo | Problem, int]:
        decoder = Decoder(Limits(slots=1), BUDGET)
        early = await answer(decoder, JPEG)
        await decoder.start()
        count = len(children() - before)
        await decoder.aclose()
        return early, count

    before = children()
    assert runner.run(life()) == (render(JPEG, LIMITS, BUDGET), 1)


def test_a_decoder_that_is_closed_is_busy(runner: asyncio.Runner) -> None:
    """A photo that is being drawn at the end, or comes later, is answered 503."""

    async def life() -> list[Photo | Problem]:
        decoder = Decoder(Limits(slots=1, slot_timeout=0.05, max_scans=10**6), BUDGET)
        call = await drawing(decoder)
        await decoder.aclose()
        return [await call, await answer(decoder, JPEG)]

    before = children()
    assert runner.run(life()) == [BUSY] * 2
    assert children() <= before


def test_a_start_that_is_called_off_leaves_no_child(runner: asyncio.Runner) -> None:
    """A decoder closed while it was still starting leaves no process behind."""

    async def called_off() -> None:
        decoder = Decoder(Limits(slots=1), BUDGET)
        start = asyncio.create_task(decoder.start())
        await asyncio.sleep(0.01)
        start.cancel()
        await asyncio.wait({start})
        await decoder.aclose()

    before = children()
    runner.run(called_off())
    assert children() <= before
