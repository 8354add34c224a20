"""Handles POST /convert and POST /check: cards in any format, with a key in the header.

Order of the checks: load, key, content type, size, content. A large body is read in a thread, so
that it delays no other request.
"""

from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

from msgspec import structs

from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.convert import files
from vcardsvc.apis.convert.check import LARGE_CHECK, check_response, read_check, with_mends
from vcardsvc.apis.convert.request import LARGE_BODY, read_conversion
from vcardsvc.apis.convert.response import conversion_response
from vcardsvc.handlers.cards import link_base_url
from vcardsvc.http.authentication import Caller
from vcardsvc.http.body import cards_body, read_body
from vcardsvc.http.context import AppContext
from vcardsvc.http.cors import with_cors
from vcardsvc.http.disconnect import unless_disconnected
from vcardsvc.http.error_rendering import RENDERED, FailureContext, failed
from vcardsvc.http.request import HttpRequest, unserved
from vcardsvc.telemetry import RequestLog

T = TypeVar("T")


class Respond(Protocol):
    """Returns the response to a body of cards that was received."""

    async def __call__(
        self, context: AppContext, request: HttpRequest, caller: Caller, body: bytes
    ) -> Response:
        """Return the response."""


async def convert(context: AppContext, request: HttpRequest) -> Response:
    """Return the cards of the body in another form."""
    return await with_cors(context, request, partial(_answered, respond=_convert))


async def check(context: AppContext, request: HttpRequest) -> Response:
    """Return what the cards of the body say and what is wrong with them, or the cards mended."""
    return await with_cors(context, request, partial(_answered, respond=_check))


async def _answered(context: AppContext, request: HttpRequest, respond: Respond) -> Response:
    context.load.refuse_if_busy()
    presented = request.headers.get(b"x-api-key")
    caller = await context.authenticator.authenticate(request, presented)
    received, body = 0, None
    try:
        if request.media_type not in files.MEDIA_TYPES:
            media_types = ", ".join(sorted(name.decode() for name in files.MEDIA_TYPES))
            raise unserved("content-type", 415, f"Send one of: {media_types}.")
        body = cards_body(context, files.FEWER)
        octets = await read_body(context, request, body, caller.key.name)
        received = len(octets)
        response = await respond(context, request, caller, octets)
    except RENDERED as fault:
        known = FailureContext(key=caller.key.name, received=received, headers=caller.headers)
        raise failed(fault, known) from None
    finally:
        if body is not None:
            body.leave()
    log = RequestLog(key=caller.key.name, received=received)
    return structs.replace(response, headers=(*response.headers, *caller.headers), log=log)


async def _convert(
    context: AppContext, request: HttpRequest, caller: Caller, body: bytes
) -> Response:
    conversion = await _read(context, request, body, read_conversion, large=len(body) > LARGE_BODY)
    base = link_base_url(context, request, caller, conversion.options)
    work = context.conversions().convert(conversion, caller.key.name, base)
    result = await unless_disconnected(work, request.receive)
    return conversion_response(conversion, result)


async def _check(
    context: AppContext, request: HttpRequest, caller: Caller, body: bytes
) -> Response:
    large = len(body) > LARGE_CHECK
    check = await _read(context, request, body, read_check, large=large)
    if not check.fix:
        return await context.conversions().run(large, check_response, check)
    conversion = check.conversion
    base = link_base_url(context, request, caller, conversion.options)
    work = context.conversions().convert(conversion, caller.key.name, base)
    result = await unless_disconnected(work, request.receive)
    result = await context.conversions().run(large, with_mends, check, result)
    return conversion_response(conversion, result)


async def _read(
    context: AppContext, request: HttpRequest, body: bytes, read: Callable[..., T], *, large: bool
) -> T:
    """Return the request that `read` makes of the body, read in a thread if it is large."""
    api_request = Request(
        query=request.query,
        accept=request.accept,
        content_type=request.content_type,
        body=body,
    )
    settings, conversions = context.settings, context.conversions()
    return await conversions.run(
        large,
        read,
        api_request,
        request.media_type,
        conversions.policy,
        settings.link_max_ttl,
        settings.convert_cards,
    )
