"""Handles what is neither a card nor a vendor's call: the page, the documentation, the probes."""

import asyncio
import json
from typing import Final

from vcardsvc.apis.base import Response
from vcardsvc.errors import E404, Problem, Refused
from vcardsvc.http.base_url import base_url
from vcardsvc.http.context import AppContext
from vcardsvc.http.cors import preflight_headers
from vcardsvc.http.request import HttpRequest
from vcardsvc.validation.origins import of_request
from vcardsvc.web import page as webform

_JSON: Final = (b"content-type", b"application/json")
_NOSNIFF: Final = (b"x-content-type-options", b"nosniff")


def _response(body: bytes, *headers: tuple[bytes, bytes], status: int = 200) -> Response:
    length = (b"content-length", b"%d" % len(body))
    return Response(status=status, headers=(*headers, length, _NOSNIFF), chunks=(body,))


async def page(context: AppContext, request: HttpRequest) -> Response:
    """Return the page with an empty form."""
    form_key, limit = context.authenticator.form_key(request), context.settings.photo_max_bytes
    return await asyncio.to_thread(webform.page, {}, (), form_key, photo_limit=limit)


async def asset(context: AppContext, request: HttpRequest) -> Response:
    """Return a style sheet or a script."""
    return webform.asset(request.path.rpartition("/")[2], request.query)


async def preflight(context: AppContext, request: HttpRequest) -> Response:
    """Return the response to a browser's preflight of POST /."""
    origin = of_request(request.headers.get(b"origin"), None)
    headers = preflight_headers(origin, context.keys.origins)
    return Response(status=204, headers=headers, chunks=(b"",))


async def healthz(context: AppContext, request: HttpRequest) -> Response:
    """Return 200 while the process runs."""
    return _response(b'{"status": "alive"}', _JSON)


async def readyz(context: AppContext, request: HttpRequest) -> Response:
    """Return whether cards can be created, with the causes of what cannot be done."""
    if context.load.stopping:
        return _response(b'{"status": "stopping"}', _JSON, status=503)
    causes = context.causes()
    if not causes:
        return _response(b'{"status": "ready"}', _JSON)
    status = "unavailable" if context.refuses_all else "degraded"
    body = json.dumps({"status": status, "causes": causes}).encode()
    return _response(body, _JSON, status=503 if context.refuses_all else 200)


async def metrics(context: AppContext, request: HttpRequest) -> Response:
    """Return the metrics in Prometheus's text format."""
    context.update_gauges()
    body, content_type = await asyncio.to_thread(context.telemetry.exposition)
    return _response(body, (b"content-type", content_type))


async def openapi_json(context: AppContext, request: HttpRequest) -> Response:
    """Return the OpenAPI description of createcontact."""
    # Imported here: few requests need it, and the first card would wait 30 ms for it.
    from vcardsvc import openapi

    base = base_url(context.settings, request)
    return _response(await asyncio.to_thread(openapi.description, context.settings, base), _JSON)


async def documentation(context: AppContext, request: HttpRequest) -> Response:
    """Return a page of the documentation."""
    # Imported here, as above.
    from vcardsvc.docs.documents import document

    base = base_url(context.settings, request)
    shown = await asyncio.to_thread(document, request.path, context.settings, base)
    return _response(shown.body, (b"content-type", shown.content_type), *shown.headers)


async def unknown(context: AppContext, request: HttpRequest) -> Response:
    """Refuse a path that no route has."""
    raise Refused(Problem(code=E404, cause="path"))
