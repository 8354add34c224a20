"""One request through the door: the key check, the body ceiling, the limits, the one place where
a refusal becomes an answer, the log line.

Order of judgement: path and method (the routes have judged them), key (before the body is read),
content type, size, then what the dialect reads. Plain ASGI: a layer of middleware would cost more
than the card. What must never enter here: a vendor's words, a rule about a field.
"""

import asyncio
import contextlib
import time
from collections.abc import (
    AsyncIterable,
    Awaitable,
    Callable,
    Coroutine,
    Mapping,
    MutableMapping,
)
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from starlette.types import Message, Receive, Scope, Send

from vcardsvc.apis.base import Api, FormApi, Headers, Response
from vcardsvc.errors import E403, E503, Problem, Refused, busy
from vcardsvc.http import request as heads
from vcardsvc.http.arrivals import UNREAD, Arrivals, begin
from vcardsvc.http.authentication import SEND_IT, Authenticator
from vcardsvc.http.base_url import base_url, caller_address
from vcardsvc.http.body import Held
from vcardsvc.model.request import DEFAULT_OPTIONS, CardRequest, CardResult
from vcardsvc.services import Service
from vcardsvc.services.health import Health
from vcardsvc.services.keys import Key, Keys
from vcardsvc.services.links import Links
from vcardsvc.services.rate_limits import RateLimits, refusal
from vcardsvc.services.rate_limits import headers as rate_headers
from vcardsvc.settings import Settings
from vcardsvc.telemetry import Telemetry
from vcardsvc.validation.origins import SELF

T = TypeVar("T")

RETRY_AFTER: Final = 1
"""Seconds an overloaded or stopping service asks callers to stay away."""

DISCARDED: Final = 16 * 1024 * 1024
"""Bytes of a body over the ceiling that are still taken in and thrown away, so that an honest
caller, who sends all before he listens, reads the answer. Beyond it the connection is closed."""

_CLOSE: Final = (b"connection", b"close")
_CHALLENGE: Final = (b"www-authenticate", b'ApiKey header="x-api-key"')
"""What a 401 must say (RFC 9110 section 15.5.2); the scheme is ours, no browser asks for it."""
NO_LINKS: Final = "The page's own key makes no links: take a key of your own."

_UNREAD: Final = (408, 413)
"""After these the rest of the body may still be under way, so the connection ends."""

_NOBODY: Final = Response(status=499, headers=(), chunks=())
"""The answer to a caller who hung up; 499 is what proxies log for it."""


class CallerGone(Exception):
    """The caller hung up: nobody is left to answer."""


@dataclass(slots=True, kw_only=True)
class Trace:
    """What the log will say of one request, and what its answer needs beside the dialect's: headers
    of a refusal (`said`), of any answer (`also`), of a 401 (`challenge`), another way to tell a
    refusal (`tell`), and the key that was admitted; filled in on its way through."""

    headers: Mapping[bytes, bytes]
    id: str
    key: str = ""
    said: Headers = ()
    also: Headers = ()
    challenge: Headers = (_CHALLENGE,)
    tell: "Callable[[tuple[Problem, ...]], Response] | None" = None
    maybe_key: Key | None = None
    status: int = 499
    code: str = "ok"
    cause: str = ""
    received: int = 0


class Door:
    """What a worker answers requests with; lives as long as its lifespan."""

    def __init__(
        self,
        settings: Settings,
        keys: Keys,
        service: Service,
        telemetry: Telemetry,
        dialects: tuple[Api, ...],
        links: Links | None = None,
        rates: RateLimits | None = None,
        health: Health | None = None,
    ) -> None:
        self.settings = settings
        self.keys = keys
        self.links = links or Links()
        self.service = service
        self.telemetry = telemetry
        self.rates = rates or RateLimits()
        self.health = health or Health()
        self.admission = Authenticator(settings, keys)
        self.dialects = _claims(dialects)
        self.forms = {
            media_type: dialect
            for dialect in dialects
            if isinstance(dialect, FormApi)
            for media_type in dialect.content_types
        }
        self.spoken = dialects[0]
        self.arrivals = Arrivals(
            most=settings.max_in_flight,
            share=settings.body_share,
            rate=settings.body_rate,
            timeout=settings.body_timeout,
        )
        self.in_flight = 0
        self.held = 0  # bytes of the forms under way
        self.stopping = False

    async def answer(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        work: "Work",
    ) -> None:
        """Answer one request by `work`, whatever happens in it."""
        started = time.perf_counter()
        scope = {**scope, "headers": heads.trimmed(scope["headers"])}
        headers = dict(scope["headers"])
        trace = Trace(headers=headers, id=heads.request_id(headers))
        sent = 0
        self.in_flight += 1
        try:
            reply = await self._reply(work, scope, receive, trace)
            trace.status = reply.status
            sent = await _send(reply, trace, receive, send, head=scope["method"] == "HEAD")
        except Exception as fault:  # in the midst of a stream, which breaks off
            self.telemetry.fault(trace.id, fault)
            trace.code, trace.cause = E503.name, "fault"
        finally:
            self.in_flight -= 1
            self.telemetry.request(
                id=trace.id,
                key=trace.key,
                status=trace.status,
                code=trace.code,
                cause=trace.cause,
                seconds=time.perf_counter() - started,
                received=trace.received,
                sent=sent,
            )

    async def _reply(self, work: "Work", scope: Scope, receive: Receive, trace: Trace) -> Response:
        try:
            reply = await work(self, scope, receive, trace)
            return replace(reply, headers=(*reply.headers, *trace.also)) if trace.also else reply
        except Refused as refused:
            return self._refusal(refused, trace)
        except CallerGone:
            trace.code, trace.cause = "gone", "hung-up"
            return _NOBODY
        except asyncio.CancelledError:
            return self._refusal(busy("stopping", RETRY_AFTER), trace)
        except Exception as fault:
            self.telemetry.fault(trace.id, fault)
            return self._refusal(Refused(Problem(code=E503, cause="fault")), trace)

    def look(self) -> None:
        """Show the gauges what is."""
        self.telemetry.gauge("vcardsvc_in_flight", self.in_flight)
        self.telemetry.gauge("vcardsvc_keys_degraded", int(self.keys.degraded))
        self.telemetry.gauge("vcardsvc_rates_degraded", int(self.rates.degraded))
        failing = [cause for cause in self.health.causes() if cause.startswith("store-")]
        self.telemetry.gauge("vcardsvc_store_degraded", int(bool(failing)))

    def causes(self) -> tuple[str, ...]:
        """Why not everything is served, in order; nothing when it is."""
        return tuple(sorted({*self.health.causes(), self.keys.cause, self.rates.cause} - {""}))

    @property
    def refuses_all(self) -> bool:
        """Whether nobody's card can be made now."""
        return self.rates.refuses_all(self.keys.kinds)

    def enter(self) -> None:
        """Raises Refused (E503) for new work while there is too much, or the service stops."""
        self._take_slot()
        if self.stopping:
            raise busy("stopping", RETRY_AFTER)

    def _take_slot(self) -> None:
        if self.in_flight - self.arrivals.waiting > self.settings.max_in_flight:
            raise busy("in-flight", RETRY_AFTER)

    async def admit(
        self,
        presented: bytes | None,
        scope: Scope,
        trace: Trace,
        field: str | None = None,
        detail: str = SEND_IT,
    ) -> None:
        """Let the presented key in, from its header or a form's `field`: it is named to the log,
        judged, and counted where its kind has a limit. `detail` says where a key belongs. Raises
        Refused: E104, E403, E113."""
        key = self.admission.known(presented, field, detail)
        trace.key, trace.maybe_key = key.name, key
        self.admission.judge(key, scope, trace.headers, field)
        if key.kind in self.rates.limited:
            standing = await self.rates.hit(key)
            trace.also = (*trace.also, *rate_headers(standing))
            if not standing.allowed:
                raise refusal(standing)

    async def made(
        self, order: CardRequest, scope: Scope, receive: Receive, trace: Trace
    ) -> CardResult:
        """What the order came to, for the key that was admitted; nothing when the caller hangs up
        while a photo is on its way. Raises Refused and CallerGone."""
        plain = order.options is DEFAULT_OPTIONS
        own = trace.maybe_key is not None and SELF in trace.maybe_key.origins
        if own and not plain and order.options.links:
            raise Refused(Problem(code=E403, cause="form-key-link", detail=NO_LINKS))
        base = "" if plain or not order.options.links else base_url(self.settings, scope)
        work = self.service.create(order, trace.key, base)
        if order.photo_url or order.photo_bytes:
            return await unless_gone(work, receive)
        return await work

    async def body(
        self,
        scope: Scope,
        receive: Receive,
        trace: Trace,
        held: Held,
    ) -> bytes:
        """The body, under its ceiling and deadline, and in the room there is for it; its caller is
        the key that was admitted, or else the address."""
        headers = trace.headers
        if headers.get(b"content-encoding", b"").lower() not in (b"", b"identity"):
            raise heads.unserved("content-encoding", 415, "Send the body without content-encoding.")
        declared, ceiling = heads.declared(headers), held.ceiling
        waits = b"expect" in headers and not held.cuttable
        if declared > ceiling and (waits or declared > _most(ceiling)):
            raise heads.too_large(ceiling)
        begun = begin(receive)
        if isinstance(begun, dict) and not begun.get("more_body", False):
            return await _read(begun, receive, held)
        caller = f"key {trace.key}" if trace.key else caller_address(self.settings, scope)
        with self.arrivals.arriving(caller) as arrival:
            message = begun if isinstance(begun, MutableMapping) else await begun
            arrival.count(message)
            body = await _read(message, arrival.counted(receive), held)
        self._take_slot()  # it had none until now
        return body

    def _refusal(self, refused: Refused, trace: Trace) -> Response:
        first = refused.problems[0]
        trace.code, trace.cause = first.code.name, first.cause
        trace.said = (*trace.said, *trace.also)
        if first.http_status == 401:
            trace.said = (*trace.said, *trace.challenge)
        if first.http_status in _UNREAD or first.cause in UNREAD:
            trace.said = (*trace.said, _CLOSE)
        reply = (trace.tell or self.spoken.error_response)(refused.problems)
        told = {name for name, _ in reply.headers}
        if first.retry_after is not None and b"retry-after" not in told:  # a page does not say so
            trace.said = (*trace.said, (b"retry-after", b"%d" % first.retry_after))
        return replace(reply, headers=(*reply.headers, *trace.said))


async def _read(message: Message, receive: Receive, held: Held) -> bytes:
    """The body that begins with this message."""
    size = 0
    maybe_refusal: Refused | None = None
    while True:
        if message["type"] == "http.disconnect":
            raise CallerGone
        data = message.get("body", b"")
        more = message.get("more_body", False)
        size += len(data)
        if maybe_refusal is None and not held.take(data):
            maybe_refusal = held.refusal()
        if size > _most(held.ceiling):
            raise maybe_refusal or heads.too_large(held.ceiling)
        if not more:
            if maybe_refusal is not None:
                raise maybe_refusal
            return held.octets()
        message = await receive()


def _most(ceiling: int) -> int:
    """Bytes of a body that are taken in, whatever becomes of them."""
    return max(DISCARDED, 2 * ceiling)


def _claims(dialects: tuple[Api, ...]) -> Mapping[str, Mapping[bytes, Api]]:
    """Path -> media type -> dialect. Raises ValueError when two claim one pair."""
    claims: dict[str, dict[bytes, Api]] = {}
    for dialect in dialects:
        for media_type in dialect.content_types:
            if media_type in claims.setdefault(dialect.path, {}):
                raise ValueError(f"two dialects claim {dialect.path} with {media_type.decode()}")
            claims[dialect.path][media_type] = dialect
    return claims


async def _send(reply: Response, trace: Trace, receive: Receive, send: Send, *, head: bool) -> int:
    """Send the whole reply, of one to a HEAD its head alone; the number of its body's bytes."""
    if reply is _NOBODY:
        return 0
    headers = [*reply.headers, (b"x-request-id", trace.id.encode())]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if reply.maybe_stream is not None:
        async with contextlib.aclosing(reply.maybe_stream) as stream:
            if not head:  # nobody reads a list that is thrown away
                return await _stream(stream, trace, receive, send)
        await send({"type": "http.response.body", "body": b""})
        return 0
    *chunks, last = reply.chunks or (b"",)
    for chunk in chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": last})
    return sum(map(len, reply.chunks))


async def _stream(chunks: AsyncIterable[bytes], trace: Trace, receive: Receive, send: Send) -> int:
    """Send chunks as they come, to the end, or until the caller hangs up. When they break off, so
    does the answer, without the end that would make it a whole one."""
    gone, sent = asyncio.ensure_future(_hung_up(receive)), 0
    try:
        async for chunk in chunks:
            if gone.done():
                trace.code, trace.cause = "gone", "hung-up"
                return sent
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            sent += len(chunk)
        await send({"type": "http.response.body", "body": b""})
    except Refused as refused:
        trace.code, trace.cause = refused.problems[0].code.name, refused.problems[0].cause
    finally:
        gone.cancel()
    return sent


async def unless_gone(work: Coroutine[Any, Any, T], receive: Receive) -> T:
    """The result of `work`, which is cancelled when the caller hangs up first.

    Raises CallerGone then, else whatever `work` raises.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_hung_up(receive))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise CallerGone
        return task.result()
    finally:
        gone.cancel()
        task.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


Work = Callable[[Door, Scope, Receive, Trace], Awaitable[Response]]
"""What answers one method of one path."""
