"""Handles POST /mcp: one message of an agent (MCP, streamable HTTP), without sessions.

Order of the checks: load, origin, key, content type, size, message, tool. What is refused before
the message is read has an HTTP status and a JSON-RPC error with the failure JSON as its data; what
a tool refuses is the tool's result. Ordinary messages are read and answered here, all others by the
SDK (see `agents.messages`).

Source: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
"""

import asyncio
import json
from functools import partial
from typing import Any, Final

from msgspec import structs

from vcardsvc.agents import sdk
from vcardsvc.agents.messages import CALL, LIST, call_response, other_response, read_message
from vcardsvc.agents.results import ToolResult
from vcardsvc.agents.tools import Tools, UnknownTool
from vcardsvc.apis.base import Headers, Response
from vcardsvc.apis.convert.request import LARGE_BODY
from vcardsvc.apis.createcontact.errors import failure_value
from vcardsvc.errors import E100, E108, E403, E404, Problem, Refused
from vcardsvc.formats.json import json_value
from vcardsvc.handlers.cards import link_base_url
from vcardsvc.http.authentication import Caller, presented_key
from vcardsvc.http.body import cards_body, read_body
from vcardsvc.http.context import AppContext
from vcardsvc.http.cors import preflight_headers, with_cors
from vcardsvc.http.disconnect import unless_disconnected
from vcardsvc.http.error_rendering import RENDERED, FailureContext, failed
from vcardsvc.http.request import HttpRequest, unserved
from vcardsvc.telemetry import NO_LOG, RequestLog
from vcardsvc.validation.origins import of_request

USE_HEADERS: Final = "Send it as Authorization: Bearer KEY, or in x-api-key."
CHALLENGE: Final[Headers] = ((b"www-authenticate", b'Bearer realm="vcardsvc"'),)
"""The challenge of a 401 (RFC 6750 section 3)."""

MISSING: Final = f"Agents need an extra that is not installed here: {sdk.INSTALL}."
FOREIGN: Final = (
    "Pages of this origin may not call tools. This makes a key with which they may: "
    "vcardsvc keys add NAME --origin ORIGIN"
)

LARGE: Final = (
    "Such a message may hold {} bytes (VCARDSVC_BODY_LIMIT). A larger one must be a call of a tool "
    "with Accept: application/json, text/event-stream and no members but those of the protocol."
)
"""The refusal of a large message that is left to the SDK."""

PARSE_ERROR: Final = -32700
REFUSED: Final = -32000
"""The codes of JSON-RPC errors: of a message that does not parse, and of our other refusals."""

SCRIPTS: Final = ("authorization", "mcp-protocol-version", "mcp-method", "mcp-name")
"""The headers that a client in a browser sends beside those of other calls."""

_JSON: Final = (b"content-type", b"application/json")
_NOSNIFF: Final = (b"x-content-type-options", b"nosniff")
_KEPT: Final = (b"content-type", b"allow")
"""The headers of the SDK's responses that are kept."""


async def call(context: AppContext, request: HttpRequest) -> Response:
    """Return the response to a message."""
    return await with_cors(context, request, _answered)


async def preflight(context: AppContext, request: HttpRequest) -> Response:
    """Return the response to a browser's preflight."""
    origin = of_request(request.headers.get(b"origin"), None)
    headers = preflight_headers(origin, context.keys.origins, SCRIPTS)
    return Response(status=204, headers=headers, chunks=(b"",))


async def _answered(context: AppContext, request: HttpRequest) -> Response:
    known = FailureContext(maybe_renderer=_refusal, challenge=CHALLENGE)
    body = None
    try:
        if not sdk.is_installed():
            raise Refused(Problem(code=E404, cause="no-extra", detail=MISSING))
        context.load.refuse_if_busy()
        _check_origin(context, request)
        presented = presented_key(request.headers)
        caller = await context.authenticator.authenticate(request, presented, detail=USE_HEADERS)
        known = structs.replace(known, key=caller.key.name, headers=caller.headers)
        if request.media_type != _JSON[1]:
            raise unserved("content-type", 415, "Send content-type: application/json.")
        body = cards_body(context)
        octets = await read_body(context, request, body, caller.key.name)
        known = structs.replace(known, received=len(octets))
        response = await _response(context, request, caller, octets)
    except RENDERED as fault:
        raise failed(fault, known) from None
    finally:
        if body is not None:
            body.leave()
    log = structs.replace(response.log, key=caller.key.name, received=len(octets))
    return structs.replace(response, headers=(*response.headers, *caller.headers), log=log)


def _check_origin(context: AppContext, request: HttpRequest) -> None:
    """Raise Refused (E403) for a page of an origin that no key knows: it may have given this
    service a name of its own (DNS rebinding)."""
    maybe_origin = request.headers.get(b"origin")
    if maybe_origin is None or of_request(maybe_origin, None) in context.keys.origins:
        return
    if not context.authenticator.is_own_page(request):
        raise Refused(Problem(code=E403, cause="origin", detail=FOREIGN))


async def _response(
    context: AppContext, request: HttpRequest, caller: Caller, body: bytes
) -> Response:
    maybe_message = read_message(request.scope["headers"], request.headers, body)
    if maybe_message is None:
        return await _by_sdk(context, request, caller, body)
    if maybe_message.method == CALL:
        tools = _tools(context, request, caller)
        try:
            result = await tools.call(maybe_message.name, maybe_message.arguments)
        except UnknownTool:
            return await _by_sdk(context, request, caller, body)
        return _json_response(200, call_response(maybe_message, result), _log_of(result))
    settings = context.settings
    if maybe_message.method == LIST:
        return _json_response(200, await asyncio.to_thread(other_response, maybe_message, settings))
    octets = other_response(maybe_message, settings)
    return _json_response(200 if octets else 202, octets)


def _tools(context: AppContext, request: HttpRequest, caller: Caller) -> Tools:
    conversions = context.conversions
    return Tools(
        settings=context.settings,
        policy=conversions().policy,
        cards=context.cards,
        conversions=conversions,
        owner=caller.key.name,
        base_url=partial(link_base_url, context, request, caller),
        on_fault=partial(context.telemetry.fault, request.id),
        attend=partial(unless_disconnected, receive=request.receive),
    )


async def _by_sdk(
    context: AppContext, request: HttpRequest, caller: Caller, body: bytes
) -> Response:
    """Return the SDK's response to a message. Raises Refused: E108 for one that does not parse,
    E100 for an id that is none, which the SDK takes for a notification, and for a large one, which
    the SDK would parse for seconds while every other request waits."""
    ceiling = context.settings.body_limit
    if len(body) > ceiling:
        raise unserved("body-limit", 413, LARGE.format(ceiling))
    read = partial(json_value, body)
    if not _has_id(await context.conversions().run(len(body) > LARGE_BODY, read)):
        detail = "The id of a request is a text or a whole number."
        raise Refused(Problem(code=E100, cause="message-id", detail=detail))
    await asyncio.to_thread(sdk.load)
    results: list[ToolResult] = []
    served = sdk.server(_tools(context, request, caller), results.append)
    work = sdk.answer(served, request.scope, body)
    status, headers, sent = await unless_disconnected(work, request.receive)
    log = RequestLog(code=E100.name, cause="message") if status >= 400 else NO_LOG
    if results:
        log = _log_of(results[-1])
    kept = [one for one in headers if one[0] in _KEPT]
    length = (b"content-length", b"%d" % len(sent))
    return Response(status=status, headers=(*kept, length, _NOSNIFF), chunks=(sent,), log=log)


def _has_id(message: Any) -> bool:
    """Return whether the id of a message, if there is one, is what JSON-RPC allows."""
    maybe_id = message.get("id") if type(message) is dict else None
    if type(maybe_id) is float:
        return maybe_id.is_integer()
    return maybe_id is None or type(maybe_id) in (str, int)


def _log_of(result: ToolResult) -> RequestLog:
    """Return the log of a tool's first problem, or of none."""
    if not result.problems:
        return NO_LOG
    first = result.problems[0]
    return RequestLog(code=first.code.name, cause=first.cause)


def _refusal(problems: tuple[Problem, ...]) -> Response:
    """Return the JSON-RPC error of what was refused before the message was read."""
    first = problems[0]
    code = PARSE_ERROR if first.code is E108 else REFUSED
    message = f"{first.code.name}: {first.info}"
    error = {"code": code, "message": message, "data": failure_value(problems)}
    body = json.dumps({"jsonrpc": "2.0", "id": None, "error": error}, ensure_ascii=False)
    return _json_response(first.http_status, body.encode())


def _json_response(status: int, body: bytes, log: RequestLog = NO_LOG) -> Response:
    headers = (_JSON, (b"content-length", b"%d" % len(body)), _NOSNIFF)
    return Response(status=status, headers=headers, chunks=(body,), log=log)
