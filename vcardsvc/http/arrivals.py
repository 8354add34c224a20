"""Limits how slowly request bodies may arrive, and how many of one caller arrive at once.

A body that is complete when it is read is never counted. Another one holds no slot of
`max_in_flight` until it has arrived, so slow callers delay no one else. Each such body has a least
rate and a deadline, each caller a share of them; past a limit the request is cancelled with the
cause.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Generator, Iterator
from dataclasses import dataclass
from types import coroutine
from typing import Any, Final, TypeVar

from starlette.types import Message, Receive

from vcardsvc.errors import Refused, busy
from vcardsvc.http.request import unserved

T = TypeVar("T")

SLOW: Final = 2.0
"""Seconds after which an incomplete body is slow: many clients send headers and body apart, a burst
of them at once."""

RETRY_AFTER: Final = 1
"""Seconds in the Retry-After of a caller with too many slow bodies."""

LATE: Final = "body-timeout"
TRICKLE: Final = "body-rate"
SHARE: Final = "body-share"

UNREAD: Final = frozenset({LATE, TRICKLE, SHARE})
"""Causes of refusals after which the rest of the body still arrives."""


@dataclass(slots=True, kw_only=True, eq=False)
class Arrival:
    """One body that arrives: its caller, its start (`time.monotonic`) and its bytes so far."""

    task: asyncio.Task[Any]
    caller: str
    started: float
    size: int = 0

    def count(self, message: Message) -> None:
        """Count the bytes of this message."""
        self.size += len(message.get("body", b""))

    def counted(self, receive: Receive) -> Receive:
        """Return `receive` with its messages counted."""

        async def counting() -> Message:
            message = await receive()
            self.count(message)
            return message

        return counting


class Arrivals:
    """The bodies that arrive at one worker.

    At most `most` in all; one more ends the oldest of the caller that has most. Of one caller
    `share` may be slow. A slow one brings at least `rate` bytes a second (0: any), and none takes
    longer than `timeout` seconds. One event loop alone may use it.
    """

    def __init__(self, *, most: int, share: int, rate: int, timeout: float) -> None:
        self._most = most
        self._share = share
        self._rate = rate
        self._timeout = timeout
        self._by_caller: dict[str, dict[Arrival, None]] = {}
        self._alive = 0
        self.waiting = 0
        """Requests whose body arrives, those that are being ended included."""

    @contextlib.contextmanager
    def arriving(self, caller: str) -> Iterator[Arrival]:
        """Count a body of this caller inside the block. Raises Refused when it is ended: E100 (408)
        for one that is too slow, E503 (503) for one too many."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # a coroutine runs in a task
        if self._alive >= self._most:
            most = max(self._by_caller.values(), key=len)
            self._end(next(iter(most)), SHARE)
        arrival = Arrival(task=task, caller=caller, started=time.monotonic())
        self._by_caller.setdefault(caller, {})[arrival] = None
        self._alive += 1
        self.waiting += 1
        try:
            yield arrival
        except asyncio.CancelledError as cancelled:
            cause = cancelled.args[0] if cancelled.args else ""
            if cause not in UNREAD:
                raise
            task.uncancel()
            raise self._refusal(cause) from None
        finally:
            self.waiting -= 1
            self._forget(arrival)

    def end_slow(self) -> None:
        """End every body that is too late or too slow, and the oldest beyond a share; call it
        periodically.

        One pass over all of them replaces a timer for each: asyncio.timeout would cost 5 to 10
        microseconds a request, as much as reading its JSON.
        """
        now = time.monotonic()
        for mine in list(self._by_caller.values()):
            slow = [one for one in mine if now - one.started > min(SLOW, self._timeout)]
            for position, one in enumerate(slow):
                if cause := self._cause(one, now):
                    self._end(one, cause)
                elif len(slow) - position > self._share:
                    self._end(one, SHARE)

    def _cause(self, arrival: Arrival, now: float) -> str:
        taken = now - arrival.started
        if taken > self._timeout:
            return LATE
        return TRICKLE if arrival.size < self._rate * (taken - SLOW) else ""

    def _end(self, arrival: Arrival, cause: str) -> None:
        self._forget(arrival)
        arrival.task.cancel(cause)

    def _forget(self, arrival: Arrival) -> None:
        mine = self._by_caller.get(arrival.caller, {})
        if arrival in mine:
            del mine[arrival]
            self._alive -= 1
            if not mine:
                del self._by_caller[arrival.caller]

    def _refusal(self, cause: str) -> Refused:
        if cause == SHARE:
            return busy(SHARE, RETRY_AFTER)
        detail = "The body came too slowly."
        if cause == TRICKLE:
            detail = f"{detail} Send {self._rate} bytes a second at least."
        return unserved(cause, 408, detail)


def begin(receive: Receive) -> Message | Awaitable[Message]:
    """Return the next message if it is there already, else the started wait for it."""
    waiting = receive().__await__()
    try:
        pending = next(waiting)
    except StopIteration as done:
        message: Message = done.value
        return message
    return resume(waiting, pending)


@coroutine
def resume(waiting: Generator[Any, Any, T], pending: Any) -> Generator[Any, Any, T]:
    """Resume the wait from where it was stopped, and run it to its end."""
    try:
        while True:
            try:
                given = yield pending
            except BaseException as thrown:
                pending = waiting.throw(thrown)
            else:
                pending = waiting.send(given)
    except StopIteration as done:
        result: T = done.value
        return result
