"""Handles POST / of createcontact: JSON here, HTML forms in `form`.

Order of the checks: load, key (before the body is read), content type, size, content.
"""

import re
from typing import Final

from msgspec import structs
from starlette.types import Scope

from vcardsvc.apis.agents import CREATE, PATH
from vcardsvc.apis.base import Request, Response
from vcardsvc.errors import E403, Problem, Refused
from vcardsvc.handlers import form
from vcardsvc.handlers.cards import create_card
from vcardsvc.http.authentication import presented_key
from vcardsvc.http.body import Body, read_body
from vcardsvc.http.context import AppContext
from vcardsvc.http.cors import with_cors
from vcardsvc.http.error_rendering import RENDERED, FailureContext, failed
from vcardsvc.http.request import HttpRequest, unserved
from vcardsvc.telemetry import RequestLog

BACKSLASH: Final = ord("\\")

CARD_CALL: Final = re.compile(rb'"name"[ \t\r\n]*:[ \t\r\n]*"%s"' % CREATE.encode())
"""The name of the agents' tool that makes a card, as the member of a call."""

LARGE_CALL: Final = 64 * 1024
"""Octets of an agent's call from which it may wait."""

KEY_IN_QUERY: Final = "A key has no place in an address: logs keep them. Send it in x-api-key."


def is_immediate(context: AppContext, scope: Scope, body: bytes | bytearray) -> bool:
    """Return whether a complete request is answered without a wait: JSON at `POST /`, or an agent's
    call for a card, with a key that has no limit, without options and without a photo."""
    path = scope["path"]
    if path != "/" and (path != PATH or not _is_plain_call(body)):
        return False
    if scope["method"] != "POST" or scope["query_string"]:
        return False
    # A name may be escaped. `find` takes half of the time of `in`.
    if body.find(b'"photo') >= 0 or (BACKSLASH in body and body.find(b"\\u00") >= 0):
        return False
    headers = dict(scope["headers"])
    if headers.get(b"content-type") not in context.api.content_types or b"expect" in headers:
        return False
    limited = context.rate_limits.limited
    if limited.isdisjoint(context.keys.kinds):  # whichever key it is, it has no limit
        return True
    maybe_key = context.keys.check(presented_key(headers))
    return maybe_key is not None and maybe_key.kind not in limited


def _is_plain_call(body: bytes | bytearray) -> bool:
    """Return whether a message of an agent is a small call for a card in its usual form: a form, or
    a reader with a ceiling, may need a thread."""
    return (
        len(body) <= LARGE_CALL
        and body.find(b'"as"') < 0
        and body.find(b'"target"') < 0
        and CARD_CALL.search(body) is not None
    )


async def create(context: AppContext, request: HttpRequest) -> Response:
    """Return a card, by the API that reads this content type."""
    return await with_cors(context, request, _create)


async def _create(context: AppContext, request: HttpRequest) -> Response:
    context.load.refuse_if_busy()
    if b"api-key=" in request.query:
        raise Refused(Problem(code=E403, cause="key-in-query", detail=KEY_IN_QUERY))
    media_type = request.media_type
    if media_type in context.form_api.content_types:
        return await form.create(context, request)
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
