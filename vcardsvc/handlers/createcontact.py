"""Answer a POST of createcontact: JSON here, forms by their own handler.

Order of judgement: key (before the body is read), content type, size, then what the API reads.
"""

from typing import Final

from starlette.types import Receive, Scope

from vcardsvc.apis.base import Request, Response
from vcardsvc.errors import E403, Problem, Refused
from vcardsvc.handlers import form
from vcardsvc.http import request as heads
from vcardsvc.http.body import Body
from vcardsvc.http.cycle import Door, Trace

NOT_IN_A_QUERY: Final = "A key has no place in an address: logs keep them. Send it in x-api-key."


async def create(door: Door, scope: Scope, receive: Receive, trace: Trace) -> Response:
    """Answer with a card, by the API that the content type belongs to."""
    headers = trace.headers
    if b"origin" in headers:
        trace.also = door.admission.cors(headers)
    door.enter()
    if b"api-key=" in scope["query_string"]:
        raise Refused(Problem(code=E403, cause="key-in-query", detail=NOT_IN_A_QUERY))
    media_type = heads.media_type(headers)
    maybe_form = door.forms.get(media_type)
    if maybe_form is not None:
        return await form.answer(door, maybe_form, scope, receive, trace)
    await door.admit(headers.get(b"x-api-key"), scope, trace)
    dialect = door.dialects[scope["path"]].get(media_type)
    if dialect is None:
        raise heads.unserved("content-type", 415, "Send content-type: application/json, or a form.")
    body = await door.body(scope, receive, trace, Body(door.settings.body_limit))
    trace.received = len(body)
    accept = heads.accept(headers, scope["headers"])
    order = dialect.read(Request(query=scope["query_string"], accept=accept, body=body))
    return dialect.card_response(order, await door.made(order, scope, receive, trace))
