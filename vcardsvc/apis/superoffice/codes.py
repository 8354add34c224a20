"""What this vendor's callers are told when something is wrong: types of errors, and their object.

    {"Error": true, "ErrorType", "ErrorMessage", "ErrorSource"}

What must never enter here: a rule. Problems come from the dialect, from `rules` and from the door.

Source: the vendor's REST overview for the object and its 404; the other types are named in its
change notes, without the statuses they go with.
"""

import re
from typing import Any, Final

from vcardsvc.errors import E100, E108, E404, Code, Problem

SOURCE: Final = "SuperOffice.Services.Implementation"

PROBLEMS: Final = 20
"""Problems in one message; a body can have ten thousand."""

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
"""Every type of error, in the order of the README's table."""

_TYPES: Final = {
    400: INVALID, 401: NO_SESSION, 403: ILLEGAL, 404: NOT_FOUND, 405: ILLEGAL, 406: INVALID,
    408: INVALID, 412: ILLEGAL, 413: INVALID, 415: INVALID, 429: ILLEGAL,
}  # fmt: skip
"""The type that goes with an HTTP status; of every other status it is FAULT."""

_STATUSES: Final = {410: 404, 422: 400}
"""Statuses of our catalogue that this vendor has no use for."""

_SAID: Final = {
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
"""What the door's problems are called here, by status."""

_BODY: Final = {
    E100.name: "The request body is missing or is not an entity.",
    E108.name: "The request body could not be parsed.",
}

_INDEX: Final = re.compile(r"/([0-9]+)(?=/|\Z)")


def status_of(problem: Problem) -> int:
    """The HTTP status that this vendor's caller gets."""
    return _STATUSES.get(problem.http_status, problem.http_status)


def failure(problems: tuple[Problem, ...], *, token: bool, missing: str) -> dict[str, Any]:
    """The error object. `token`: X-XSRF-TOKEN came alone. `missing`: the id that was asked for, ""
    when none was."""
    first = problems[0]
    status = status_of(first)
    code = first.code if first.code in CODES else _TYPES.get(status, FAULT)
    if status == NO_SESSION.status and token:
        code = XSRF
    said = XSRF.info if code is XSRF else " ".join(dict.fromkeys(_said(problems)))
    if first.code is E404 and missing:
        said = f"Contact id {missing} not found"
    return {"Error": True, "ErrorType": code.name, "ErrorMessage": said, "ErrorSource": SOURCE}


def _said(problems: tuple[Problem, ...]) -> list[str]:
    return [
        f"{where}: {message(problem)}" if (where := place(problem)) else message(problem)
        for problem in problems[:PROBLEMS]
    ]


def place(problem: Problem) -> str:
    """Where it stands, as the vendor's users write it: `Persons[0].Firstname`."""
    field = _INDEX.sub(r"[\1]", problem.field or "")
    return field.removeprefix("/").replace("/", ".")


def message(problem: Problem) -> str:
    """The sentence the caller reads."""
    status = status_of(problem)
    if problem.code in CODES:
        return problem.detail or problem.info
    if status == INVALID.status:
        said = _BODY.get(problem.code.name, problem.code.info)
    else:
        said = _SAID.get(status, FAULT.info)
    return f"{said} {problem.detail}" if problem.detail else said
