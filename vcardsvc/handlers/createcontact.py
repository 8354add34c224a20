"""Handles POST / of createcontact: JSON here, HTML forms in `form`.

Order of the checks: load, key (before the body is read), content type, size, content.
"""

from typing import Final

from msgspec import structs
from starlette.types import Scope

from vcardsvc.apis.base import Request, Response
from vcardsvc.errors import E403, Problem, Refused
from vcardsvc.handlers import form
from vcardsvc.handlers.cards import create_card
from vcardsvc.http.body import Body, read_body
from vcardsvc.http.context import AppContext
from vcardsvc.http.cors import cors_headers
from vcardsvc.http.error_rendering import RENDERED, FailureContext, failed
from vcardsvc.http.request import HttpRequest, unserved
from vcardsvc.telemetry import RequestLog
from vcardsvc.validation.origins import of_request

KEY_IN_QUERY: Final = "A key has no place in an address: logs keep them. Send it in x-api-key."


def is_immediate(context: AppContext, scope: Scope, body: bytes | bytearray) -> bool:
    """Return whether a complete request is answered without a wait: JSON at `POST /` with a valid
    key that has no limit, without options and without a photo."""
    if scope["path"] != "/" or scope["method"] != "POST" or scope["query_string"]:
        return False
    if b'"photo' in body or b"\\u00" in body:  # a name may be escaped
        return False
    maybe_key, is_json = None, False
    for name, value in scope["headers"]:
        if name == b"x-api-key":
            maybe_key = context.keys.check(value)
        elif name == b"content-type":
            is_json = value in context.api.content_types
        elif name == b"expect":
            return False
    return is_json and maybe_key is not None and maybe_key.kind not in context.rate_limits.limited


async def create(context: AppContext, request: HttpRequest) -> Response:
    """Return a card, by the API that reads this content type."""
    maybe_origin = request.headers.get(b"origin")
    if maybe_origin is None:
        return await _create(context, request)
    cors = cors_headers(of_request(maybe_origin, None), context.keys.origins)
    try:
        response = await _create(context, request)
    except RENDERED as fault:
        raise failed(fault, FailureContext(headers=cors)) from None
    return structs.replace(response, headers=(*response.headers, *cors))


async def _create(context: AppContext, request: HttpRequest) -> Response:
    context.load.refuse_if_busy()
    if b"api-key=" in request.query:
        raise Refused(Problem(code=E403, cause="key-in-query", detail=KEY_IN_QUERY))
    media_type = request.media_type
    if media_type in context.form_api.content_types:
        return await form.create(context, request)
    return await _create_from_json(context, request, media_type)


async def _create_from_json(
    context: AppContext, request: HttpRequest, media_type: bytes
) -> Response:
    api, presented = context.api, request.headers.get(b"x-api-key")
    caller = await context.authenticator.authenticate(request, presented)
    received = 0
    try:
        if media_type not in api.content_types:
            raise unserved("content-type", 415, "Send content-type: application/json, or a form.")
        body = Body(context.settings.body_limit)
        octets = await read_body(context, request, body, caller.key.name)
        received = len(octets)
        card_request = api.read(Request(query=request.query, accept=request.accept, body=octets))
        result = await create_card(context, request, caller, card_request)
        response = api.card_response(card_request, result)
    except RENDERED as fault:
        known = FailureContext(key=caller.key.name, received=received, headers=caller.headers)
        raise failed(fault, known) from None
    log = RequestLog(key=caller.key.name, received=received)
    if not caller.headers:
        return structs.replace(response, log=log)
    return structs.replace(response, headers=(*response.headers, *caller.headers), log=log)
