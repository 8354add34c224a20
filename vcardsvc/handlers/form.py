"""Handles createcontact from an HTML form: its key may be in a field, and a browser gets HTML.

A form of the service's own page gets that page again when it fails, with everything that was typed;
a form of another site gets a plain page with a way back. The memory that all forms of a worker hold
is bounded, since a key in a field is checked only when the whole form is there.
"""

import asyncio
from functools import partial
from typing import Final
from urllib.parse import quote

from msgspec import structs

from vcardsvc.apis.base import ParsedForm, Request, Response
from vcardsvc.apis.createcontact.forms import MULTIPART, BoundedBody, boundary_of
from vcardsvc.errors import E403, E1527, Problem, Refused
from vcardsvc.handlers.cards import create_card
from vcardsvc.http.authentication import USE_HEADER_OR_FIELD, Caller
from vcardsvc.http.body import Body, SharedBody, read_body
from vcardsvc.http.context import AppContext
from vcardsvc.http.error_rendering import RENDERED, FailureContext, Renderer, failed
from vcardsvc.http.request import HttpRequest
from vcardsvc.model.request import CardRequest
from vcardsvc.services.keys import Key
from vcardsvc.telemetry import RequestLog
from vcardsvc.web import page as webform

KEY_FIELD: Final = "/api-key"
"""The JSON pointer of a problem with the key in a form's field."""

LARGE: Final = 64 * 1024
"""Bytes of a form that is parsed in a thread: 5 MiB composed to be slow take a quarter of a
second."""

MAX_FORMS: Final = 24
"""Forms with a photo of the greatest size, whose bytes one worker holds at once: 126 MiB under the
default settings. Their keys are checked afterwards, so any caller may send them."""


async def create(context: AppContext, request: HttpRequest) -> Response:
    """Return the response to a form. A key in the header is checked before the body is read, a key
    in a field after it, before any other field."""
    maybe_caller, received = None, 0
    maybe_render = _failure_page(request) if _wants_html(request) else None
    body = None
    try:
        if b"x-api-key" in request.headers:
            presented = request.headers[b"x-api-key"]
            maybe_caller = await context.authenticator.authenticate(request, presented)
        request.require_utf_8()
        body = _form_body(context, request.content_type)
        form_request = await _received(context, request, maybe_caller, body)
        received = body.received
        form = await _parsed(context, form_request)
        if maybe_render and context.authenticator.is_own_page(request):
            maybe_render = _own_page(context, request, form)
        caller = maybe_caller = await _caller_of(context, request, form, maybe_caller)
        response = await _created(context, request, caller, form)
    except RENDERED as fault:
        known = FailureContext(received=received, maybe_renderer=maybe_render)
        if maybe_caller is not None:
            known = structs.replace(known, key=maybe_caller.key.name, headers=maybe_caller.headers)
        raise failed(fault, known) from None
    finally:
        if body is not None:
            body.leave()
    log = RequestLog(key=caller.key.name, received=received)
    return structs.replace(response, headers=(*response.headers, *caller.headers), log=log)


async def _created(
    context: AppContext, request: HttpRequest, caller: Caller, form: ParsedForm
) -> Response:
    card_request = form.card_request()
    if form.redirect:
        _check_redirect(form.redirect, card_request, caller.key)
    result = await create_card(context, request, caller, card_request)
    if form.redirect and result.maybe_link:
        return _see_other(form.redirect, result.maybe_link.url)
    return context.form_api.card_response(card_request, result)


async def _parsed(context: AppContext, form_request: Request) -> ParsedForm:
    """Return the fields; those of a large form are parsed beside other requests."""
    parse = context.form_api.parse_form
    if len(form_request.body) > LARGE:
        return await asyncio.to_thread(parse, form_request)
    return parse(form_request)


async def _caller_of(
    context: AppContext, request: HttpRequest, form: ParsedForm, maybe_caller: Caller | None
) -> Caller:
    """Return the caller of the header's key, else of the field's. Raises as `authenticate`."""
    maybe_credential = form.maybe_credential
    if maybe_caller is None:
        return await context.authenticator.authenticate(
            request, maybe_credential, KEY_FIELD, USE_HEADER_OR_FIELD
        )
    if maybe_credential:
        context.authenticator.refuse_secret(maybe_credential)
    return maybe_caller


def _form_body(context: AppContext, content_type: bytes) -> SharedBody:
    """Return a body that holds a form of this content type."""
    settings, limit = context.settings, context.settings.body_limit
    held: Body | BoundedBody = Body(limit)
    if content_type.lower().startswith(MULTIPART):
        boundary, ceiling = boundary_of(content_type), limit + settings.photo_max_bytes
        held = BoundedBody(boundary, ceiling) if boundary else Body(ceiling)
    most = MAX_FORMS * (limit + settings.photo_max_bytes)
    return SharedBody(context.load, held, most=most, plain=limit, cause="forms-held")


async def _received(
    context: AppContext, request: HttpRequest, maybe_caller: Caller | None, body: SharedBody
) -> Request:
    key = maybe_caller.key.name if maybe_caller else ""
    octets = await read_body(context, request, body, key)
    return Request(
        query=request.query,
        accept=request.accept,
        content_type=request.content_type,
        body=octets,
        cut=body.cut,
    )


def _wants_html(request: HttpRequest) -> bool:
    return b"text/html" in request.headers.get(b"accept", b"")


def _failure_page(request: HttpRequest) -> Renderer:
    """Return the renderer of a plain page, whose way back is the page of the form."""
    back = request.headers.get(b"referer", b"").decode("latin-1")
    return partial(webform.failure, back=back)


def _own_page(context: AppContext, request: HttpRequest, form: ParsedForm) -> Renderer:
    """Return the renderer of the service's own page, with everything that was typed."""
    return partial(
        webform.page,
        form.values,
        form_key=context.authenticator.form_key(request),
        photo_limit=context.settings.photo_max_bytes,
    )


def _check_redirect(redirect: str, card_request: CardRequest, key: Key) -> None:
    """Raise Refused for a redirect that is none of the key's, or that would lose the card."""
    if redirect not in key.redirects:
        detail = "The redirect is none of this key's."
        raise Refused(Problem(code=E403, cause="redirect", field="/redirect", detail=detail))
    if card_request.options.form != "link":
        detail = "redirect goes with as=link: the card's address is added to it."
        raise Refused(Problem(code=E1527, cause="redirect", field="/redirect", detail=detail))


def _see_other(redirect: str, card: str) -> Response:
    """Return 303 to the redirect, with the address of the card as `card` in its query."""
    address, mark, fragment = redirect.partition("#")
    joined = f"{address}{'&' if '?' in address else '?'}card={quote(card, safe='')}{mark}{fragment}"
    headers = (
        (b"location", joined.encode()),
        (b"content-length", b"0"),
        (b"x-content-type-options", b"nosniff"),
    )
    return Response(status=303, headers=headers, chunks=(b"",))
