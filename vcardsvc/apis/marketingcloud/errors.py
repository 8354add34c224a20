"""Defines Marketing Cloud's codes and writes problems as its error objects.

    {"message": "...", "errorcode": 10002, "documentation": ""}

A message begins with the vendor's description of the code, and never has a value of the caller.

Source: the vendor's "Handle Errors in REST API" and "Rate Limiting Errors"; for tokens RFC 6749
section 5.2.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.apis.base import Headers, Response, logged
from vcardsvc.apis.json import json_response
from vcardsvc.errors import E100, Code, Problem

PROBLEMS: Final = 50
"""Problems of one response: a body of 256 KiB could have a hundred times as many."""

GENERIC: Final = Code(
    name="10000",
    status=400,
    others=(406, 408, 413),
    info="Generic Exception",
    when="a picture that was required cannot be had; 406 no card can be written so; 408 the body "
    "came too slowly; 413 it is over the ceiling",
)
WRONG_TYPE: Final = Code(
    name="10001",
    status=400,
    info="Invalid Data Type",
    when="a member or a value of an attribute has another type than documented",
)
REQUIRED: Final = Code(
    name="10002",
    status=400,
    info="Missing Required Field",
    when="contactKey and contactID, attributeSets, an attribute set that another needs, or a "
    "required attribute is missing",
)
FORMAT: Final = Code(
    name="10003",
    status=400,
    info="Incorrect Format",
    when="an e-mail address or a mobile number is none, or a text holds a control character",
)
MESSAGE: Final = Code(
    name="10004",
    status=400,
    info="Invalid Message Format",
    when="the body is missing or does not parse as JSON",
)
VALUE: Final = Code(
    name="10005",
    status=400,
    info="Invalid Value",
    when="an attribute set is WhatsApp's or given twice, Locale is no country code, a text is too "
    "long, a set has too many items, or a query option has a value that is not known",
)
AGGREGATE: Final = Code(
    name="10006",
    status=400,
    info="Aggregate Error",
    when="several of 10000 to 10005 at once: each stands in `additionalErrors`",
)
INSUFFICIENT: Final = Code(
    name="20002",
    status=403,
    info="Insufficient Privileges",
    when="the key may not do this",
)
OPERATION: Final = Code(
    name="30001",
    status=405,
    info="Invalid Operation",
    when="the path has no such method",
)
NOT_FOUND: Final = Code(
    name="30003",
    status=404,
    info="Object Not Found",
    when="there is nothing at this path",
)
OBJECT_EXISTS: Final = Code(
    name="30004",
    status=409,
    info="Object Already Exists",
    when="a contact with this contactKey or contactID is there already: a new one has other data, "
    "or a change names two of them",
)
TOKEN_IN_URL: Final = Code(
    name="40003",
    status=403,
    info="Authorization token invalid on URL",
    when="`access_token` stands in the URL, beside the one in the header",
)
TOKEN_ONLY_IN_URL: Final = Code(
    name="40004",
    status=401,
    info="Authorization token invalid on URL or request body",
    when="`access_token` stands in the URL, and none in the header",
)
TOO_MANY: Final = Code(
    name="50100",
    status=429,
    info="Rate limit exceeded",
    when="the rate limit of the key is reached, with `Retry-After` and `retryAfter`",
)
UNAVAILABLE: Final = Code(
    name="50300",
    status=503,
    info="Service Unavailable",
    when="overloaded or shutting down, with `Retry-After`",
)
NOT_AUTHORIZED: Final = Code(
    name="0",
    status=401,
    info="Not Authorized",
    when="the token is missing or not valid",
)
MEDIA_TYPE: Final = Code(
    name="0",
    status=415,
    info="Unsupported Media Type",
    when="a content type or content encoding that is not served",
)
INTERNAL: Final = Code(
    name="0",
    status=500,
    info="Internal Server Error",
    when="our own fault",
)
UNSUPPORTED_GRANT: Final = Code(
    name="unsupported_grant_type",
    status=400,
    info="grant_type must be client_credentials.",
    when="a token is asked for with another grant_type",
)
INVALID_REQUEST: Final = Code(
    name="invalid_request",
    status=400,
    info="The request for a token lacks a parameter, or has one that is not valid.",
    when="a token is asked for without grant_type or client_id, or with an account_id that is none",
)

CODES: Final = (
    GENERIC, WRONG_TYPE, REQUIRED, FORMAT, MESSAGE, VALUE, AGGREGATE, INSUFFICIENT, OPERATION,
    NOT_FOUND, OBJECT_EXISTS, TOKEN_IN_URL, TOKEN_ONLY_IN_URL, TOO_MANY, UNAVAILABLE,
    NOT_AUTHORIZED, MEDIA_TYPE, INTERNAL, UNSUPPORTED_GRANT, INVALID_REQUEST,
)  # fmt: skip
"""Every code, in the vendor's order; "0" is the code of a status without one."""

_BY_STATUS: Final[Mapping[int, Code]] = {
    401: NOT_AUTHORIZED,
    403: INSUFFICIENT,
    404: NOT_FOUND,
    405: OPERATION,
    410: NOT_FOUND,
    415: MEDIA_TYPE,
    429: TOO_MANY,
    500: INTERNAL,
    503: UNAVAILABLE,
}
_BY_NAME: Final[Mapping[str, Code]] = {
    "E100": MESSAGE,
    "E108": MESSAGE,
    "E1524": WRONG_TYPE,
    "E1525": FORMAT,
    "E1526": VALUE,
    "E1527": VALUE,
}
"""The codes of problems that are not of this API, if they have status 400."""

PHOTO: Final = "/photo-url"
"""The field of a photo's problems; requests of this API have no such member."""

_PICTURE: Final[Mapping[str, str]] = {
    "E1520": "The Picture Url is not an address that pictures may be fetched from.",
    "E1521": "The picture could not be fetched from its Picture Url.",
}
"""Descriptions of a photo's problems, which the service's catalogue describes for createcontact."""

_FIXED_MESSAGES: Final = frozenset((NOT_AUTHORIZED, TOO_MANY))
"""Codes whose message is the vendor's description alone."""

_OAUTH: Final[Mapping[int, str]] = {
    401: "invalid_client",
    403: "unauthorized_client",
    429: "temporarily_unavailable",
    500: "server_error",
    503: "temporarily_unavailable",
}

_INVALID_TOKEN: Final = b'Bearer realm="vcardsvc", error="invalid_token"'
"""RFC 6750 section 3. With it the vendor's own client requests a new token, whether it sent a token
or none."""


def error_response(problems: tuple[Problem, ...]) -> Response:
    """Return the vendor's error object; several problems of a body are aggregated as 10006."""
    first = problems[0]
    status = _status(first)
    if len(problems) > 1 and status == AGGREGATE.status:
        detail = "The request has several faults, see additionalErrors."
        errors = [_error(problem) for problem in problems[:PROBLEMS]]
        aggregate = _error(Problem(code=AGGREGATE, detail=detail))
        body = {**aggregate, "additionalErrors": errors}
        return logged(json_response(status, body), problems)
    headers = _headers(first, status, _INVALID_TOKEN)
    return logged(json_response(status, _error(first), *headers), problems)


def token_error_response(problems: tuple[Problem, ...]) -> Response:
    """Return the error object of OAuth 2.0, which clients expect of a request for a token."""
    first = problems[0]
    status = _status(first)
    own = first.code.name if first.code in (UNSUPPORTED_GRANT, INVALID_REQUEST) else ""
    body = {
        "error": own or _OAUTH.get(status, INVALID_REQUEST.name),
        "error_description": "Client authentication failed." if status == 401 else first.info,
        "error_uri": "",
    }
    headers = _headers(first, status, b'Basic realm="vcardsvc"')
    return logged(json_response(status, body, *headers), problems)


def description(problem: Problem) -> str:
    """Return the description of a problem, without a member of createcontact in it."""
    return _PICTURE.get(problem.code.name, problem.info)


def _code(problem: Problem) -> Code:
    """Return the vendor's code of a problem."""
    if problem.code in CODES:
        return problem.code
    by_name = _BY_NAME.get(problem.code.name, GENERIC)
    return _BY_STATUS.get(problem.http_status) or (by_name if _status(problem) == 400 else GENERIC)


def _status(problem: Problem) -> int:
    """Return the HTTP status; this vendor has no 422."""
    return 400 if problem.http_status == 422 else problem.http_status


def _error(problem: Problem) -> dict[str, Any]:
    code = _code(problem)
    # The info of E100 describes a body of createcontact.
    text = problem.detail if problem.code in (code, E100) else description(problem)
    message = code.info if code in _FIXED_MESSAGES or not text else f"{code.info}: {text}"
    if problem.field and problem.field != PHOTO and code.status == 400:
        message = f"{message} ({problem.field})"
    error: dict[str, Any] = {"message": message, "errorcode": int(code.name)}
    if code is TOO_MANY and problem.retry_after:
        error["retryAfter"] = problem.retry_after
    return {**error, "documentation": ""}


def _headers(problem: Problem, status: int, challenge: bytes) -> Headers:
    """Return the headers of an error: the scheme of a key, the seconds until a new attempt."""
    headers: Headers = ((b"www-authenticate", challenge),) if status == 401 else ()
    if problem.retry_after is not None:
        headers = (*headers, (b"retry-after", b"%d" % problem.retry_after))
    return headers
