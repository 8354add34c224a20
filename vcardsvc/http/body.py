"""Reads a request's body: under its ceiling and its deadline, and while there is room for it.

`Body` holds all of it or nothing; a multipart form, which may lose its largest part, is held by
`apis.createcontact.forms.bounded_body`.
"""

from collections.abc import MutableMapping
from typing import Final, Protocol

from starlette.types import Message, Receive

from vcardsvc.errors import Refused
from vcardsvc.http.arrivals import begin
from vcardsvc.http.base_url import caller_address
from vcardsvc.http.context import AppContext
from vcardsvc.http.disconnect import ClientDisconnected
from vcardsvc.http.request import HttpRequest, too_large, unserved

DISCARDED: Final = 16 * 1024 * 1024
"""Bytes of a body over the ceiling that are still received and dropped, so that a caller who sends
everything before he listens reads the response. Beyond it the connection is closed."""


class HeldBody(Protocol):
    """A body that arrives piece by piece."""

    @property
    def ceiling(self) -> int:
        """Bytes that it may have."""
        ...

    @property
    def cuttable(self) -> bool:
        """Return whether a body over the ceiling may still be held in part."""
        ...

    def take(self, data: bytes) -> bool:
        """Hold more; False when that is over the ceiling."""
        ...

    def refusal(self) -> Refused:
        """Return why nothing is held any more."""
        ...

    def octets(self) -> bytes:
        """Return what is held."""
        ...


class Body:
    """Holds a body of at most `ceiling` bytes, and nothing of a longer one."""

    cuttable = False
    """Return whether a body over the ceiling may still be held in part."""
    cut: frozenset[int] = frozenset()
    """The indices of the parts whose octets were skipped."""

    def __init__(self, ceiling: int) -> None:
        self.ceiling = ceiling
        self.size = 0
        self._pieces: list[bytes] = []

    def take(self, data: bytes) -> bool:
        """Hold more; False when that is over the ceiling."""
        self.size += len(data)
        if self.size > self.ceiling:
            self.clear()
            return False
        self._pieces.append(data)
        return True

    def clear(self) -> None:
        """Drop everything."""
        self._pieces.clear()
        self.size = 0

    def refusal(self) -> Refused:
        """Return why nothing is held any more."""
        return too_large(self.ceiling)

    def octets(self) -> bytes:
        """Return what is held."""
        return b"".join(self._pieces) if len(self._pieces) != 1 else bytes(self._pieces[0])


async def read_body(
    context: AppContext, request: HttpRequest, held: HeldBody, maybe_key: str = ""
) -> bytes:
    """Return the body, read into `held`; slow bodies count for the key of this name, without one
    for the caller's address.

    Raises Refused: E100 with 408, 413 or 415, E503; and ClientDisconnected.
    """
    headers = request.headers
    if headers.get(b"content-encoding", b"").lower() not in (b"", b"identity"):
        raise unserved("content-encoding", 415, "Send the body without content-encoding.")
    announced, ceiling = request.content_length, held.ceiling
    waits = b"expect" in headers and not held.cuttable
    if announced > ceiling and (waits or announced > _most(ceiling)):
        raise too_large(ceiling)
    first = begin(request.receive)
    if isinstance(first, dict) and not first.get("more_body", False):
        return _whole(first, held)
    caller = f"key {maybe_key}" if maybe_key else caller_address(context.settings, request)
    with context.load.arrivals.arriving(caller) as arrival:
        message = first if isinstance(first, MutableMapping) else await first
        arrival.count(message)
        body = await _read(message, arrival.counted(request.receive), held)
    context.load.refuse_if_full()  # a body that arrives has none
    return body


def _whole(message: Message, held: HeldBody) -> bytes:
    """Return the body that is all in this message."""
    if message["type"] == "http.disconnect":
        raise ClientDisconnected
    if not held.take(message.get("body", b"")):
        raise held.refusal()
    return held.octets()


async def _read(message: Message, receive: Receive, held: HeldBody) -> bytes:
    """Return the body that begins with this message."""
    size = 0
    maybe_refusal: Refused | None = None
    while True:
        if message["type"] == "http.disconnect":
            raise ClientDisconnected
        data = message.get("body", b"")
        size += len(data)
        if maybe_refusal is None and not held.take(data):
            maybe_refusal = held.refusal()
        if size > _most(held.ceiling):
            raise maybe_refusal or too_large(held.ceiling)
        if not message.get("more_body", False):
            if maybe_refusal is not None:
                raise maybe_refusal
            return held.octets()
        message = await receive()


def _most(ceiling: int) -> int:
    """Return the bytes of a body that are received at most."""
    return max(DISCARDED, 2 * ceiling)
