"""Reads a request's body: under its ceiling and its deadline, and while there is room for it.

`Body` holds all of it or nothing; a multipart form, which may lose its largest part, is held by
`apis.createcontact.forms.bounded_body`.
"""

from collections.abc import Callable, MutableMapping
from typing import Final, Protocol

from starlette.types import Message, Receive

from vcardsvc.errors import Refused, busy
from vcardsvc.http.arrivals import begin
from vcardsvc.http.base_url import caller_address
from vcardsvc.http.context import AppContext, Load
from vcardsvc.http.disconnect import ClientDisconnected
from vcardsvc.http.request import HttpRequest, too_large, unserved

DISCARDED: Final = 16 * 1024 * 1024
"""Bytes of a body over the ceiling that are still received and dropped, so that a caller who sends
everything before he listens reads the response. Beyond it the connection is closed."""


MAX_BODIES: Final = 16
"""Bodies of cards of the greatest size whose bytes one worker holds at once, together with its
forms: 80 MB under the default settings."""

RETRY_AFTER: Final = 1
"""Seconds in the Retry-After while too many large bodies are held."""


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


class HoldingBody(Protocol):
    """A body that holds what it takes, and can drop it."""

    @property
    def ceiling(self) -> int:
        """Bytes that it may have."""
        ...

    @property
    def cuttable(self) -> bool:
        """Return whether a body over the ceiling may still be held in part."""
        ...

    @property
    def size(self) -> int:
        """Bytes that it holds."""
        ...

    @property
    def cut(self) -> frozenset[int]:
        """Return the indices of the parts whose octets were skipped."""
        ...

    def take(self, data: bytes) -> bool:
        """Hold more; False when that is over the ceiling."""
        ...

    def clear(self) -> None:
        """Drop everything."""
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


class SharedBody:
    """A body within the memory that the large bodies of a worker share: forms and cards.

    `held` takes its bytes. While all of them hold over `most` bytes, a body over `plain` bytes is
    refused with `cause`; a smaller one always has a share, since `max_in_flight` bounds their
    number. `over_ceiling` returns the refusal of one over its ceiling. `leave` gives its share
    back.
    """

    def __init__(
        self,
        load: Load,
        held: HoldingBody,
        *,
        most: int,
        plain: int,
        cause: str,
        over_ceiling: Callable[[int], Refused] = too_large,
    ) -> None:
        self._load = load
        self._held = held
        self._plain = plain
        self._all = most
        self._cause = cause
        self._over_ceiling = over_ceiling
        self._size = 0
        self._crowded = False
        self.ceiling, self.cuttable = held.ceiling, held.cuttable
        self.received = 0

    @property
    def cut(self) -> frozenset[int]:
        """Return the indices of the parts whose octets were skipped."""
        return self._held.cut

    def take(self, data: bytes) -> bool:
        """Hold more; False when it may not, and nothing is held any more."""
        self.received += len(data)
        taken = self._held.take(data)
        self._share(self._held.size if taken else 0)
        self._crowded = self._load.held_bytes > self._all and self._size > self._plain
        if self._crowded:
            self._held.clear()
            self.leave()
        return taken and not self._crowded

    def refusal(self) -> Refused:
        """Return why nothing is held any more."""
        if self._crowded:
            return busy(self._cause, RETRY_AFTER)
        return self._over_ceiling(self.ceiling)

    def octets(self) -> bytes:
        """Return what is held."""
        return self._held.octets()

    def leave(self) -> None:
        """Give the share of the memory back."""
        self._share(0)

    def _share(self, size: int) -> None:
        self._load.held_bytes += size - self._size
        self._size = size


def cards_body(context: AppContext, hint: str = "") -> SharedBody:
    """Return the body for cards, whose ceiling is VCARDSVC_CONVERT_LIMIT; its refusal names that
    setting, and ends with the hint."""
    limit = context.settings.convert_limit
    detail = f"The body may hold {limit} bytes (VCARDSVC_CONVERT_LIMIT). {hint}".strip()
    return SharedBody(
        context.load,
        Body(limit),
        most=MAX_BODIES * limit,
        plain=context.settings.body_limit,
        cause="bodies-held",
        over_ceiling=lambda _: unserved("body-limit", 413, detail),
    )


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
        raise held.refusal()
    first = begin(request.receive)
    if isinstance(first, dict) and not first.get("more_body", False):
        if first["type"] == "http.disconnect":
            raise ClientDisconnected
        if not held.take(first.get("body", b"")):
            raise held.refusal()
        return held.octets()
    caller = f"key {maybe_key}" if maybe_key else caller_address(context.settings, request)
    with context.load.arrivals.arriving(caller) as arrival:
        message = first if isinstance(first, MutableMapping) else await first
        arrival.count(message)
        body = await _read(message, arrival.counted(request.receive), held)
    context.load.refuse_if_full()  # a body that arrives has none
    return body


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
            raise maybe_refusal or held.refusal()
        if not message.get("more_body", False):
            if maybe_refusal is not None:
                raise maybe_refusal
            return held.octets()
        message = await receive()


def _most(ceiling: int) -> int:
    """Return the bytes of a body that are received at most."""
    return max(DISCARDED, 2 * ceiling)
