"""Request bodies under way: how slowly they may arrive, and how many of one caller.

A body that is there together with its headers is never counted: asking for it takes no turn of the
loop. One that is not holds no slot of `max_in_flight` until it has arrived, so slow callers cost
others nothing. Of these bodies one caller has a share, and each has a least rate and a deadline;
past any of these its request is cancelled with a word that says why.
What must never enter here: what a body holds.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Generator, Iterator
from dataclasses import dataclass
from types import coroutine
from typing import Any, Final

from starlette.types import Message, Receive

from vcardsvc.errors import Refused, busy
from vcardsvc.http.request import unserved

SLOW: Final = 2.0
"""Seconds after which a body that is still under way is slow. Sooner it is nobody's fault: many
clients send headers and body apart, a burst of them at once."""

RETRY_AFTER: Final = 1
"""Seconds a caller with too many slow bodies is asked to stay away."""

LATE: Final = "body-timeout"
TRICKLE: Final = "body-rate"
SHARE: Final = "body-share"

UNREAD: Final = frozenset({LATE, TRICKLE, SHARE})
"""Causes of refusals after which the rest of the body is still under way."""


@dataclass(slots=True, kw_only=True, eq=False)
class Arrival:
    """One body under way: who sends it, since when (`time.monotonic`), and its bytes until now."""

    task: asyncio.Task[Any]
    caller: str
    started: float
    size: int = 0

    def count(self, message: Message) -> None:
        """Count what this message brings."""
        self.size += len(message.get("body", b""))

    def counted(self, receive: Receive) -> Receive:
        """`receive`, counting what it brings."""

        async def counting() -> Message:
            message = await receive()
            self.count(message)
            return message

        return counting


class Arrivals:
    """The bodies under way of one worker.

    `most` in all; one more ends the oldest of the caller that has most. Of one caller `share` may
    be slow. A slow one brings `rate` bytes a second (0: any), and none takes longer than `timeout`
    seconds. One event loop alone may use it.
    """

    def __init__(self, *, most: int, share: int, rate: int, timeout: float) -> None:
        self._most = most
        self._share = share
        self._rate = rate
        self._timeout = timeout
        self._by_caller: dict[str, dict[Arrival, None]] = {}
        self._alive = 0
        self.waiting = 0
        """Requests whose body is under way, those that are being ended too."""

    @contextlib.contextmanager
    def arriving(self, caller: str) -> Iterator[Arrival]:
        """While it lasts a body of this caller is under way. Raises Refused when it was ended:
        E100 (408) for one that came too slowly, E503 (503) for one too many."""
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
        """End every body that is too late or too slow, and the oldest of those beyond a share; to
        be called again and again.

        One look at all of them instead of a timer for each: asyncio.timeout would cost 5 to 10
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
    """The next message where it is there already, else the wait for it, which has begun."""
    waiting = receive().__await__()
    try:
        pending = next(waiting)
    except StopIteration as done:
        message: Message = done.value
        return message
    return _go_on(waiting, pending)


@coroutine
def _go_on(waiting: Generator[Any, Any, Message], pending: Any) -> Generator[Any, Any, Message]:
    """Wait for what `waiting` was waiting for when it was stopped, and on to its end."""
    try:
        while True:
            try:
                given = yield pending
            except BaseException as thrown:
                pending = waiting.throw(thrown)
            else:
                pending = waiting.send(given)
    except StopIteration as done:
        message: Message = done.value
        return message
