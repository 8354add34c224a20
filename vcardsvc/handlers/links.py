"""Handles links: a stored card is opened by its address alone, and deleted with its key.

The id of a link never enters the log, and another key's link is answered like one that never was.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from vcardsvc.apis.base import Response
from vcardsvc.errors import E403, E404, Problem, Refused
from vcardsvc.http.conditional import REFUSED, deliver, is_preview, unsatisfied
from vcardsvc.http.context import AppContext
from vcardsvc.http.cycle import Handler
from vcardsvc.http.error_rendering import RENDERED, FailureContext, failed
from vcardsvc.http.request import HttpRequest
from vcardsvc.services.keys import SECRET
from vcardsvc.services.links import ID, Gone, LinkedCard
from vcardsvc.telemetry import RequestLog

PATH: Final = re.compile(rf"/c/{ID.pattern}\.vcf")
"""The paths of links. Other paths below /c/ are unknown like any other."""

ROUTE: Final = "/c/{id}.vcf"
"""The paths of links without their ids, each of which is a secret."""


async def show(context: AppContext, request: HttpRequest) -> Response:
    """Return the card of a link (GET and HEAD)."""
    headers = REFUSED
    try:
        context.load.refuse_if_busy()
        card = await _opened(context, request)
        headers = (*REFUSED, *unsatisfied(card))
        return deliver(card, request.method, request.headers, datetime.now(UTC))
    except RENDERED as fault:
        raise failed(fault, FailureContext(headers=headers)) from None


async def _opened(context: AppContext, request: HttpRequest) -> LinkedCard:
    id = _id(request)
    card = await context.links.find(id)
    if isinstance(card, LinkedCard) and card.once and request.method == "GET":
        if is_preview(request.headers):
            detail = "A link that opens once is not opened by previews and prefetches."
            raise Refused(Problem(code=E403, cause="preview", detail=detail))
        card = await context.links.take(id)
    if not isinstance(card, LinkedCard):
        raise _missing(card)
    return card


async def delete(context: AppContext, request: HttpRequest) -> Response:
    """Delete a link of the key that is presented; return 204."""
    key = ""
    try:
        context.load.refuse_if_busy()
        owner = context.authenticator.identify(request.headers.get(b"x-api-key"))
        key = owner.name
        if owner.kind != SECRET:
            raise Refused(Problem(code=E403, cause="publishable"))
        deleted = await context.links.delete(_id(request), key)
        if deleted is not True:
            raise _missing(deleted or None)
    except RENDERED as fault:
        raise failed(fault, FailureContext(key=key, headers=REFUSED)) from None
    return Response(status=204, headers=REFUSED, chunks=(b"",), log=RequestLog(key=key))


METHODS: Final[Mapping[str, Handler]] = {"GET": show, "HEAD": show, "DELETE": delete}


def _id(request: HttpRequest) -> str:
    return request.path[len("/c/") : -len(".vcf")]


def _missing(maybe_gone: Gone | None) -> Refused:
    if maybe_gone is None:
        return Refused(Problem(code=E404, cause="link"))
    detail = "The card has expired, was deleted, or was opened before."
    return Refused(Problem(code=E404, status=410, cause="gone", detail=detail))
