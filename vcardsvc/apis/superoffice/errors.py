"""Defines the vendor's error types and writes problems as its error object.

    {"Error": true, "ErrorType", "ErrorMessage", "ErrorSource"}

Source: the vendor's REST overview for the object and its 404; the other types are named in its
change notes, without their statuses.
"""

import re
from typing import Any, Final

from vcardsvc.apis.base import Headers, Request, Response, logged
from vcardsvc.apis.superoffice.negotiation import Representation, negotiate, represent
from vcardsvc.errors import E100, E108, E404, Code, Problem

SOURCE: Final = "SuperOffice.Services.Implementation"

PROBLEMS: Final = 20
"""Problems of one message; a body can have ten thousand."""

INVALID: Final = Code(
    name="SoInvalidArgumentException",
    status=400,
    others=(406, 408, 413, 415),
    info="The value is not valid.",
    when="the body does not parse, a property has the wrong type or holds a control character, the "
    "contact has no name, a patch does not apply, the time zone is not known; 406 the Accept "
    "header, 408 the body came too slowly, 413 it is over the ceiling, 415 its content type",
)
NOT_FOUND: Final = Code(
    name="SoNotFoundException",
    status=404,
    info="Not found.",
    when="there is no contact of this id, or nothing at this path",
)
NO_SESSION: Final = Code(
    name="SoSessionException",
    status=401,
    info="The credentials are missing or not valid.",
    when="the key is missing or not valid",
)
XSRF: Final = Code(
    name="XsrfValidationException",
    status=401,
    info="There is no session behind an X-XSRF-TOKEN here: send an Authorization header.",
    when="X-XSRF-TOKEN came without Authorization",
)
ILLEGAL: Final = Code(
    name="SoIllegalOperationException",
    status=403,
    others=(405, 412, 429),
    info="This may not be done.",
    when="the key may not do this; 405 the method, 412 the contact was changed since "
    "If-Unmodified-Since, 429 the rate limit of the key, with `Retry-After`",
)
FAULT: Final = Code(
    name="SoException",
    status=500,
    others=(503,),
    info="The service could not answer this request.",
    when="our own fault; 503 overloaded or shutting down, with `Retry-After`",
)

CODES: Final = (INVALID, NOT_FOUND, NO_SESSION, XSRF, ILLEGAL, FAULT)
"""Every error type, in the order of the documentation."""

_TYPES: Final = {
    400: INVALID, 401: NO_SESSION, 403: ILLEGAL, 404: NOT_FOUND, 405: ILLEGAL, 406: INVALID,
    408: INVALID, 412: ILLEGAL, 413: INVALID, 415: INVALID, 429: ILLEGAL,
}  # fmt: skip
"""The error type of an HTTP status; other statuses have FAULT."""

_STATUSES: Final = {410: 404, 422: 400}
"""Statuses of the service's catalogue that this vendor does not have, and what replaces them."""

_MESSAGES: Final = {
    401: NO_SESSION.info,
    403: ILLEGAL.info,
    404: "There is nothing at this path.",
    405: "The method is not supported here.",
    406: "The answer cannot be given in any of the forms that Accept names.",
    408: "The request body came too slowly.",
    413: "The request body is too large.",
    415: "The content type or content encoding of the body is not supported.",
    429: "The rate limit of this key has been reached.",
    500: FAULT.info,
    503: FAULT.info,
}
"""The messages of problems that are not of this API, by HTTP status."""

_BODY_MESSAGES: Final = {
    E100.name: "The request body is missing or is not an entity.",
    E108.name: "The request body could not be parsed.",
}

CHALLENGE: Final = b'Basic realm="SuperOffice", SoTicket, Bearer'
"""The schemes of a key, sent with 401."""

_INDEX: Final = re.compile(r"/([0-9]+)(?=/|\Z)")


def error_response(request: Request, problems: tuple[Problem, ...]) -> Response:
    """Return the vendor's error object with the headers of its status."""
    status = _status(problems[0])
    headers: Headers = ()
    if status == 401:
        headers = ((b"www-authenticate", CHALLENGE),)
    if problems[0].retry_after is not None:
        headers = (*headers, (b"retry-after", b"%d" % problems[0].retry_after))
    maybe_representation = negotiate(request)
    media_type = (maybe_representation or Representation()).media_type
    untranslated = Representation(media_type=media_type)
    error = _error(request, problems)
    response = represent(error, "Error", "object", untranslated, *headers, status=status)
    return logged(response, problems)


def _status(problem: Problem) -> int:
    return _STATUSES.get(problem.http_status, problem.http_status)


def _error(request: Request, problems: tuple[Problem, ...]) -> dict[str, Any]:
    first, status = problems[0], _status(problems[0])
    code = first.code if first.code in CODES else _TYPES.get(status, FAULT)
    messages = [_with_location(problem) for problem in problems[:PROBLEMS]]
    text = " ".join(dict.fromkeys(messages))
    only_token = b"x-xsrf-token" in request.headers and b"authorization" not in request.headers
    if status == NO_SESSION.status and only_token:
        code, text = XSRF, XSRF.info
    if first.code is E404 and request.params.get("id"):
        text = f"Contact id {request.params['id']} not found"
    return {"Error": True, "ErrorType": code.name, "ErrorMessage": text, "ErrorSource": SOURCE}


def _with_location(problem: Problem) -> str:
    where = location(problem)
    return f"{where}: {message(problem)}" if where else message(problem)


def location(problem: Problem) -> str:
    """Return the field of a problem in the vendor's notation: `Persons[0].Firstname`."""
    field = _INDEX.sub(r"[\1]", problem.field or "")
    return field.removeprefix("/").replace("/", ".")


def message(problem: Problem) -> str:
    """Return the message of a problem, without its field."""
    status = _status(problem)
    if problem.code in CODES:
        return problem.detail or problem.info
    if status == INVALID.status:
        text = _BODY_MESSAGES.get(problem.code.name, problem.code.info)
    else:
        text = _MESSAGES.get(status, FAULT.info)
    return f"{text} {problem.detail}" if problem.detail else text
