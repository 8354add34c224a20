"""Batches: what a process is sent, and what becomes of its answers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest

from tests.support.batch_process import FakeProcess, killed
from vcardsvc.errors import E100, E503, E1538, Problem, Refused, busy
from vcardsvc.formats.frames import (
    DATA,
    END,
    HEAD,
    INPUT,
    JOB,
    MOST,
    PHOTO,
    REFUSAL,
    START,
    frame,
)
from vcardsvc.model.batch import (
    BatchEnd,
    BatchHead,
    BatchJob,
    BatchOptions,
    BatchRefusal,
    PhotoAnswer,
    PhotoQuestion,
)
from vcardsvc.model.contact import Photo
from vcardsvc.services import batches as module
from vcardsvc.services.batches import Batches, ProcessFault
from vcardsvc.slots import Slots

JOB_OF_ALL = BatchJob(options=BatchOptions(), content_type="text/csv")
HEAD_OF_ALL = BatchHead(content_type="text/vcard", filename="contacts.vcf")
ROWS = "cards=1, errors=0, skipped=0"


def _json(kind: bytes, value: object) -> bytes:
    return frame(kind, msgspec.json.encode(value))


BEGUN = _json(START, HEAD_OF_ALL)
WHOLE = BEGUN + frame(DATA, b"one") + frame(DATA, b"two") + _json(END, BatchEnd(rows=ROWS))


class NoPhotos:
    """Raises where a photo is asked for."""

    async def fetch(self, url: str) -> bytes:
        """Raise."""
        raise AssertionError(url)

    async def decode(self, data: bytes, field: str, budget: object) -> Photo:
        """Raise."""
        raise AssertionError(field)


async def _body(*pieces: bytes | BaseException) -> AsyncIterator[bytes]:
    for piece in pieces:
        if isinstance(piece, BaseException):
            raise piece
        yield piece


async def _never() -> AsyncIterator[bytes]:
    await asyncio.Event().wait()
    yield b""


class Run:
    """A batch whose process the test plays."""

    def __init__(self, **options: Any) -> None:
        self.process = FakeProcess()
        self.faults: list[str] = []
        self.slots = Slots(1, seconds=0.01, cause="batch-slots", retry_after=10)
        self.batches = Batches(
            photos=options.get("photos", NoPhotos()),
            slots=self.slots,
            seconds=options.get("seconds", 20.0),
            on_fault=lambda kind, where: self.faults.append(f"{kind} {where}"),
        )

    async def result(self, answers: bytes, body: AsyncIterator[bytes]) -> Any:
        """Return the whole result and its counts."""
        self.process.stdout.feed_data(answers)
        batch = await self.batches.start(JOB_OF_ALL, body)
        head = batch.head
        pieces = [piece async for piece in batch.pieces()]
        return head, pieces, batch.rows

    async def refused(self, answers: bytes, body: AsyncIterator[bytes]) -> list[Problem]:
        """Return why there is no result; the slot is free again."""
        with pytest.raises(Refused) as caught:
            await self.result(answers, body)
        await self.slots.acquire()
        assert self.process.returncode == -9
        return list(caught.value.problems)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs what takes a batch, in a loop of its own."""

    def run(story: Callable[[Run], Any], **options: Any) -> Any:
        async def told() -> Any:
            one = Run(**options)

            async def started() -> FakeProcess:
                return one.process

            monkeypatch.setattr(module, "_started", started)
            monkeypatch.setattr(module, "_kill", killed)
            found = await story(one)
            monkeypatch.setattr(module, "_started", _no_process)
            await one.batches.aclose()
            return found

        return asyncio.run(told())

    return run


async def _no_process() -> FakeProcess:
    process = FakeProcess()
    process.kill()
    return process


def test_a_list_goes_in_and_its_cards_come_out(run: Callable[..., Any]) -> None:
    """The process gets the job, the body and its end; its pieces and counts come back."""

    async def story(one: Run) -> None:
        asyncio.get_running_loop().call_later(
            0.05, one.process.stdout.feed_data, WHOLE.removeprefix(BEGUN)
        )
        found = await one.result(BEGUN, _body(b"a,b", b"c"))
        assert found == (HEAD_OF_ALL, [b"one", b"two"], ROWS)
        assert one.process.received == [
            (JOB, msgspec.json.encode(JOB_OF_ALL)), (INPUT, b"a,b"), (INPUT, b"c"), (END, b"")
        ]  # fmt: skip
        await one.slots.acquire()

    run(story)


def test_a_frame_that_is_too_long_is_not_awaited(run: Callable[..., Any]) -> None:
    """A hostile file may have taken the process over: it cannot fill the memory of the service."""

    async def story(one: Run) -> None:
        with pytest.raises(ProcessFault, match="too long"):
            await one.result(BEGUN + HEAD.pack(DATA, MOST + 1), _never())
        await one.slots.acquire()

    run(story)


@pytest.mark.parametrize("kind", [DATA, END, b"?"])
def test_a_process_that_does_not_begin_with_its_head_is_a_fault(
    kind: bytes, run: Callable[..., Any]
) -> None:
    """Nothing is sent to the caller before the head."""

    async def story(one: Run) -> None:
        with pytest.raises(ProcessFault, match="instead of the head"):
            await one.result(frame(kind), _never())
        await one.slots.acquire()

    run(story)


@pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        (
            BatchRefusal(cause="html", detail="It is a web page."),
            Problem(code=E1538, cause="html", detail="It is a web page."),
        ),
        (
            BatchRefusal(cause="memory", detail="Too much.", too_large=True),
            Problem(code=E1538, cause="memory", detail="Too much.", status=413),
        ),
        (
            BatchRefusal(cause="disk-full"),
            busy("disk-full", 10).problems[0],
        ),
    ],
)
@pytest.mark.parametrize("before", [b"", BEGUN, BEGUN + frame(DATA, b"one")])
def test_a_file_that_is_no_list_is_refused(
    refusal: BatchRefusal, problem: Problem, before: bytes, run: Callable[..., Any]
) -> None:
    """The refusal has the status of its cause, at the start and within the result."""

    async def story(one: Run) -> None:
        assert await one.refused(before + _json(REFUSAL, refusal), _never()) == [problem]

    run(story)


def test_a_fault_of_ours_is_told(run: Callable[..., Any]) -> None:
    """The caller gets E503, the log the exception and its place, and none of the file's text."""

    async def story(one: Run) -> None:
        refusal = BatchRefusal(cause="fault", kind="ValueError", where="people.py:7")
        assert await one.refused(_json(REFUSAL, refusal), _never()) == [
            Problem(code=E503, cause="batch-fault")
        ]
        assert one.faults == ["ValueError people.py:7"]

    run(story)


@pytest.mark.parametrize("answers", [b"", b"S\0", BEGUN, BEGUN + frame(DATA, b"one"), WHOLE[:-3]])
def test_a_process_that_ends_too_soon(answers: bytes, run: Callable[..., Any]) -> None:
    """Its result is not whole, and the caller may try again."""

    async def story(one: Run) -> None:
        asyncio.get_running_loop().call_later(0.01, one.process.kill)
        [problem] = await one.refused(answers, _never())
        assert (problem.code, problem.cause) == (E503, "batch-ended")

    run(story)


def test_a_batch_has_so_many_seconds(run: Callable[..., Any]) -> None:
    """The process is killed at their end."""

    async def story(one: Run) -> None:
        [problem] = await one.refused(BEGUN, _never())
        assert (problem.code, problem.cause) == (E503, "batch-timeout")

    run(story, seconds=0.01)


def test_a_caller_who_takes_nothing_gives_the_slot_to_others(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is killed, and the result ends where it is."""
    monkeypatch.setattr(module, "STALLED", 0.01)

    async def story(one: Run) -> None:
        one.process.stdout.feed_data(BEGUN + frame(DATA, b"one"))
        batch = await one.batches.start(JOB_OF_ALL, _never())
        pieces = batch.pieces()
        assert await anext(pieces) == b"one"
        await asyncio.wait_for(one.slots.acquire(1.0), 1.0)
        with pytest.raises(Refused) as caught:
            await anext(pieces)
        assert caught.value.problems[0].cause == "batch-stalled"

    run(story)


def test_a_body_that_is_refused_ends_the_batch(run: Callable[..., Any]) -> None:
    """What is wrong with the body is what the caller is told."""

    async def story(one: Run) -> None:
        late = Problem(code=E100, cause="body-late", status=408)
        assert await one.refused(BEGUN, _body(b"a", Refused(late))) == [late]

    run(story)


def test_a_process_that_cannot_start_gives_its_slot_back(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without room for a process is busy."""

    async def story(one: Run) -> None:
        async def fails() -> FakeProcess:
            raise OSError("no more processes")

        monkeypatch.setattr(module, "_started", fails)
        for _ in range(3):
            with pytest.raises(Refused) as caught:
                await one.batches.start(JOB_OF_ALL, _never())
            assert caught.value.problems[0].cause == "batch-start"

    run(story)


def test_an_error_of_the_pipe_gives_the_slot_back(run: Callable[..., Any]) -> None:
    """A process that cannot be written to is ended."""

    async def story(one: Run) -> None:
        def fails(octets: bytes) -> None:
            raise OSError("broken")

        one.process.write = fails  # type: ignore[method-assign]  # a pipe that breaks
        [problem] = await one.refused(b"", _never())
        assert problem.cause == "batch-start"

    run(story)


def test_no_slot_is_a_503(run: Callable[..., Any]) -> None:
    """The wait for a slot ends with a time after which to try again."""

    async def story(one: Run) -> None:
        await one.slots.acquire()
        with pytest.raises(Refused) as caught:
            await one.batches.start(JOB_OF_ALL, _never())
        [problem] = caught.value.problems
        assert (problem.code, problem.cause, problem.retry_after) == (E503, "batch-slots", 10)

    run(story)


class SlowPhotos(NoPhotos):
    """Fetches without an end."""

    async def fetch(self, url: str) -> bytes:
        """Wait."""
        await asyncio.Event().wait()
        return b""


def test_a_batch_that_ends_waits_for_no_photo(run: Callable[..., Any]) -> None:
    """The fetch is given up, and the slot is free."""

    async def story(one: Run) -> None:
        question = PhotoQuestion(url="https://example.com/a", side=1, octets=2)
        [problem] = await one.refused(BEGUN + _json(PHOTO, question), _never())
        assert problem.cause == "batch-timeout"

    run(story, photos=SlowPhotos(), seconds=0.01)


class Photos(NoPhotos):
    """Fetches a photo at one URL, and draws every one."""

    async def fetch(self, url: str) -> bytes:
        """Return octets, or refuse."""
        if url != "https://example.com/a":
            raise Refused(Problem(code=E503, cause="photo-host"))
        return b"fetched"

    async def decode(self, data: bytes, field: str, budget: object) -> Photo:
        """Return a photo of these octets."""
        return Photo(jpeg=b"jpeg of " + data, width=1, height=1)


@pytest.mark.parametrize(
    ("question", "jpeg", "code"),
    [
        (PhotoQuestion(url="https://example.com/a", side=1, octets=2), b"jpeg of fetched", ""),
        (PhotoQuestion(data=b"own", side=1, octets=2), b"jpeg of own", ""),
        (PhotoQuestion(url="https://example.com/b", side=1, octets=2), b"", "E503"),
    ],
)
def test_photos_are_fetched_by_the_service(
    question: PhotoQuestion, jpeg: bytes, code: str, run: Callable[..., Any]
) -> None:
    """The process gets a photo, or the code why there is none."""

    async def story(one: Run) -> None:
        await one.result(_json(PHOTO, question) + WHOLE, _body(b"a"))
        [answer] = [octets for kind, octets in one.process.received if kind == PHOTO]
        found = msgspec.json.decode(answer, type=PhotoAnswer)
        assert (found.jpeg, found.code) == (jpeg, code)

    run(story, photos=Photos())
