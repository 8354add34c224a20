"""A form on its way through the door: its key may stand in a field, and a browser is told in HTML.

A browser that posts from a page of ours sees that page again, with all that was typed; one that
comes from another site, a plain page with a way back. What must never enter here: a vendor's words,
a rule about a field.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Final
from urllib.parse import quote

from starlette.types import Receive, Scope

from vcardsvc.apis.base import FormApi, ParsedForm, Request, Response
from vcardsvc.apis.createcontact.forms import MULTIPART, BoundedBody, boundary_of
from vcardsvc.errors import E403, E1527, Problem, Refused, busy
from vcardsvc.http import request as heads
from vcardsvc.http.authentication import SEND_IT_IN_A_FIELD
from vcardsvc.http.body import Body
from vcardsvc.http.cycle import Door, Trace
from vcardsvc.model.request import CardRequest
from vcardsvc.web import page as webform

KEY: Final = "/api-key"
"""Where a problem of the key stands: the form's field."""

RETRY_AFTER: Final = 1
"""Seconds that a sender stays away while too many forms are under way."""

LARGE: Final = 64 * 1024
"""Bytes of a form that are parted in a thread: 5 MiB made to be slow take a quarter of a second."""

HELD: Final = 24
"""Forms with a photo of the greatest size, whose bytes one worker holds in memory at once: 126 MiB
under the default settings. Their keys are judged when they are there, so anybody may send them."""


async def answer(
    door: Door, form: FormApi, scope: Scope, receive: Receive, trace: Trace
) -> Response:
    """What a form is answered with. A key in the header is judged before the body is read, one in a
    field behind it, before any other field."""
    headers = trace.headers
    html = b"text/html" in headers.get(b"accept", b"")
    if html:
        trace.tell = partial(webform.failure, back=headers.get(b"referer", b"").decode("latin-1"))
    if b"x-api-key" in headers:
        await door.admit(headers[b"x-api-key"], scope, trace)
    heads.require_utf_8(headers)
    held = _form_body(door, headers.get(b"content-type", b""))
    try:
        asked = await _asked(door, scope, receive, trace, held)
        # Whoever sends it may be nobody: a large one is parted beside the other requests.
        large = len(asked.body) > LARGE
        opened = (
            await asyncio.to_thread(form.parse_form, asked) if large else form.parse_form(asked)
        )
        if html and door.admission.is_own(scope, headers):
            trace.tell = partial(
                _page, door.admission.form_key(scope), opened, door.settings.photo_max_bytes
            )
        if not trace.key:
            await door.admit(opened.maybe_credential, scope, trace, KEY, SEND_IT_IN_A_FIELD)
        elif opened.maybe_credential:
            door.admission.refuse_secret(opened.maybe_credential)
        order = opened.card_request()
        if opened.redirect:
            _judge_redirect(opened.redirect, order, trace)
        outcome = await door.made(order, scope, receive, trace)
    finally:
        held.leave()
    if opened.redirect and outcome.maybe_link:
        return _see_other(opened.redirect, outcome.maybe_link.url)
    return form.card_response(order, outcome)


class FormBody:
    """The body of one form: as `bodies.Body`, within the memory that all forms of a worker share.

    `leave` gives its share back. A form without a photo always has one: `max_in_flight` bounds how
    many there are.
    """

    def __init__(self, door: Door, held: Body | BoundedBody) -> None:
        self._door = door
        self._held = held
        self._plain = door.settings.body_limit
        self._all = HELD * (self._plain + door.settings.photo_max_bytes)
        self._size = 0
        self._crowded = False
        self.ceiling, self.cuttable = held.ceiling, held.cuttable
        self.received = 0

    @property
    def cut(self) -> frozenset[int]:
        """The parts, by their place from 0, whose octets were read past."""
        return self._held.cut

    def take(self, data: bytes) -> bool:
        """Hold more; False when it may not, and nothing is held any more."""
        self.received += len(data)
        taken = self._held.take(data)
        self._share(self._held.size if taken else 0)
        self._crowded = self._door.held > self._all and self._size > self._plain
        if self._crowded:
            self._held.clear()
            self.leave()
        return taken and not self._crowded

    def refusal(self) -> Refused:
        """Why nothing is held any more."""
        if self._crowded:
            return busy("forms-held", RETRY_AFTER)
        return heads.too_large(self.ceiling)

    def octets(self) -> bytes:
        """What is held."""
        return self._held.octets()

    def leave(self) -> None:
        """Nothing is held any more."""
        self._share(0)

    def _share(self, size: int) -> None:
        self._door.held += size - self._size
        self._size = size


def _form_body(door: Door, content_type: bytes) -> FormBody:
    """What a form of this content type is held in."""
    limit = door.settings.body_limit
    if not content_type.lower().startswith(MULTIPART):
        return FormBody(door, Body(limit))
    boundary, ceiling = boundary_of(content_type), limit + door.settings.photo_max_bytes
    return FormBody(door, BoundedBody(boundary, ceiling) if boundary else Body(ceiling))


async def _asked(
    door: Door, scope: Scope, receive: Receive, trace: Trace, held: FormBody
) -> Request:
    headers: Mapping[bytes, bytes] = trace.headers
    body = await door.body(scope, receive, trace, held)
    trace.received = held.received
    return Request(
        query=scope["query_string"],
        accept=heads.accept(headers, scope["headers"]),
        content_type=headers.get(b"content-type", b""),
        body=body,
        cut=held.cut,
    )


def _page(
    form_key: str, opened: ParsedForm, photo_limit: int, problems: tuple[Problem, ...]
) -> Response:
    return webform.page(opened.values, problems, form_key, photo_limit=photo_limit)


def _judge_redirect(redirect: str, order: CardRequest, trace: Trace) -> None:
    """Raises Refused for a way that its key does not know, or that would lose the card."""
    if trace.maybe_key is None or redirect not in trace.maybe_key.redirects:
        detail = "The redirect is none of this key's."
        raise Refused(Problem(code=E403, cause="redirect", field="/redirect", detail=detail))
    if order.options.form != "link":
        detail = "redirect goes with as=link: the card's address is added to it."
        raise Refused(Problem(code=E1527, cause="redirect", field="/redirect", detail=detail))


def _see_other(redirect: str, card: str) -> Response:
    """303 to where the form asked to go, with the address of the card as `card`."""
    address, mark, fragment = redirect.partition("#")
    joined = f"{address}{'&' if '?' in address else '?'}card={quote(card, safe='')}{mark}{fragment}"
    headers = (
        (b"location", joined.encode()),
        (b"content-length", b"0"),
        (b"x-content-type-options", b"nosniff"),
    )
    return Response(status=303, headers=headers, chunks=(b"",))
