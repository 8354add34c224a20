"""The routes of links: a kept card is opened by its address alone, and deleted with its key.

What must never enter here: an id in a log line, and anything that tells another key's link from
one that never was.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from starlette.types import Receive, Scope

from vcardsvc.apis.base import Response
from vcardsvc.errors import E403, E404, Problem, Refused
from vcardsvc.http.conditional import REFUSED, deliver, is_preview, unsatisfied
from vcardsvc.http.cycle import Door, Trace, Work
from vcardsvc.services.keys import SECRET
from vcardsvc.services.links import ID, Gone, LinkedCard

PATH: Final = re.compile(rf"/c/{ID.pattern}\.vcf")
"""Where links are. Any other path below /c/ is none of ours, like every path no route has."""


async def show(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
    """GET and HEAD: the card."""
    trace.said = REFUSED
    door.enter()
    id, method = _id(scope), scope["method"]
    found = await door.links.find(id)
    if isinstance(found, LinkedCard) and found.once and method == "GET":
        if is_preview(trace.headers):
            detail = "A link that opens once is not opened by previews and prefetches."
            raise Refused(Problem(code=E403, cause="preview", detail=detail))
        found = await door.links.take(id)
    if not isinstance(found, LinkedCard):
        raise _missing(found)
    trace.said = (*REFUSED, *unsatisfied(found))
    return deliver(found, method, trace.headers, datetime.now(UTC))


async def delete(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
    """DELETE: 204, and nobody opens it any more."""
    trace.said = REFUSED
    door.enter()
    key = door.admission.known(trace.headers.get(b"x-api-key"))
    trace.key = key.name
    if key.kind != SECRET:
        raise Refused(Problem(code=E403, cause="publishable"))
    removed = await door.links.delete(_id(scope), key.name)
    if removed is not True:
        raise _missing(removed or None)
    return Response(status=204, headers=REFUSED, chunks=(b"",))


METHODS: Final[Mapping[str, Work]] = {"GET": show, "HEAD": show, "DELETE": delete}


def _id(scope: Scope) -> str:
    id: str = scope["path"][len("/c/") : -len(".vcf")]
    return id


def _missing(found: Gone | None) -> Refused:
    if found is None:
        return Refused(Problem(code=E404, cause="link"))
    detail = "The card has expired, was deleted, or was opened before."
    return Refused(Problem(code=E404, status=410, cause="gone", detail=detail))
