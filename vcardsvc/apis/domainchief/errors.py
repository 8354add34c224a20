"""Defines Domain Chief's error codes, and writes errors in the sentences of Laravel's validator.

    422 {"message": "The email field is required. (and 1 more error)", "errors": {"email": [...]}}
    401 {"message": "Unauthenticated."}

A sentence names its member in plain words (`address_city`: the address city field), and quotes no
value of the caller's.

Source: the vendor's introduction for the statuses; Laravel for the sentences.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.apis.base import Headers, Response, logged
from vcardsvc.apis.json import json_response
from vcardsvc.errors import E108, E1524, E1525, E1526, Code, Problem

UNPROCESSABLE: Final = 422
"""The HTTP status of a problem of a member or a query option (the vendor's introduction)."""


def _code(rule: str, info: str, when: str) -> Code:
    return Code(name=f"DC-{rule}", status=UNPROCESSABLE, info=info, when=when)


REQUIRED: Final = _code(
    "required",
    "The {attribute} field is required.",
    "a required member is absent, null or blank",
)
STRING: Final = _code(
    "string",
    "The {attribute} field must be a string.",
    "a text is of another type",
)
FORMAT: Final = _code(
    "format",
    "The {attribute} field format is invalid.",
    "a text holds a control character, or a metadata key a bracket",
)
TOO_LONG: Final = _code(
    "max",
    "The {attribute} field must not be greater than {limit} characters.",
    "a text is too long",
)
BOOLEAN: Final = _code(
    "boolean",
    "The {attribute} field must be true or false.",
    "a flag is of another type",
)
ACCEPTED: Final = _code(
    "accepted",
    "The {attribute} field must be accepted.",
    "an update has `is_default` and it is not true",
)
PROHIBITED: Final = _code(
    "prohibited",
    "The {attribute} field is prohibited.",
    "an update has another value for a member that cannot be changed",
)
ARRAY: Final = _code(
    "array",
    "The {attribute} field must be an array.",
    "a list or an object is of another type",
)
TOO_MANY: Final = _code(
    "items",
    "The {attribute} field must not have more than {limit} items.",
    "a list or the metadata of a contact hold too many",
)
SELECTED: Final = _code(
    "in",
    "The selected {attribute} is invalid.",
    "the country is no upper-case ISO 3166-1 code, or an expansion is unknown",
)
EMAIL: Final = _code(
    "email",
    "The {attribute} field must be a valid email address.",
    "the e-mail address is none",
)
PHONE: Final = _code(
    "phone",
    "The {attribute} field must be a valid phone number in international format.",
    "the phone number does not begin with + and a country, or is none",
)
URL: Final = _code(
    "url",
    "The {attribute} field must be a valid URL.",
    "the website is no http or https address",
)
INTEGER: Final = _code(
    "integer",
    "The {attribute} field must be an integer.",
    "`page` or `per_page` is no number",
)
BETWEEN: Final = _code(
    "between",
    "The {attribute} field must be between {limit}.",
    "`page` or `per_page` is too small or too large",
)

CODES: Final = (
    REQUIRED, STRING, FORMAT, TOO_LONG, BOOLEAN, ACCEPTED, PROHIBITED, ARRAY, TOO_MANY, SELECTED,
    EMAIL, PHONE, URL, INTEGER, BETWEEN,
)  # fmt: skip
"""All codes, in the order of the documentation's table."""

_SHARED: Final[Mapping[str, Code]] = {
    E1524.name: STRING,
    E1525.name: FORMAT,
    E1526.name: URL,
}
"""The codes that stand for those of the shared checks."""

MESSAGES: Final[Mapping[int, str]] = {
    401: "Unauthenticated.",
    403: "This action is unauthorized.",
    404: "Not Found",
    405: "The method is not supported for this route.",
    408: "Request Timeout",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    429: "Too Many Attempts.",
    500: "Server Error",
    503: "Service Unavailable",
}
"""Laravel's message by HTTP status, for a problem without a detail."""


def error_response(problems: tuple[Problem, ...], headers: Headers) -> Response:
    """Return the response to a refused request, with these headers: `message`, and with 422 the
    `errors` by member. The first problem has the status."""
    first = problems[0]
    if first.retry_after is not None:
        headers = (*headers, (b"retry-after", b"%d" % first.retry_after))
    if first.http_status == 401:
        headers = (*headers, (b"www-authenticate", b"Bearer"))
    if first.http_status == UNPROCESSABLE:
        body = _validation_errors(problems)
        return logged(json_response(UNPROCESSABLE, body, *headers), problems)
    detail = first.info if first.code is E108 else first.detail
    text = detail or MESSAGES.get(first.http_status, first.info)
    return logged(json_response(first.http_status, {"message": text}, *headers), problems)


def _validation_errors(problems: tuple[Problem, ...]) -> dict[str, Any]:
    """Return the body of a 422: the first sentence leads, `errors` has all of them."""
    errors: dict[str, list[str]] = {}
    for problem in problems:
        if problem.http_status == UNPROCESSABLE and problem.field:
            errors.setdefault(_member(problem), []).append(_sentence(problem))
    count = sum(len(sentences) for sentences in errors.values())
    text = _sentence(problems[0])
    if count > 1:
        text += f" (and {count - 1} more error{'s' if count > 2 else ''})"
    return {"message": text, "errors": errors}


def _sentence(problem: Problem) -> str:
    """Return the sentence about one member."""
    code = _SHARED.get(problem.code.name, problem.code)
    if code not in CODES:
        return problem.info
    name, dot, rest = _member(problem).partition(".")
    attribute = name.replace("_", " ") + dot + rest
    return code.info.format(attribute=attribute, limit=problem.detail)


def _member(problem: Problem) -> str:
    """Return the member at fault as Laravel names it: `address_city`, `metadata.customer_id`."""
    parts = (problem.field or "").split("/")[1:]
    return ".".join(part.replace("~1", "/").replace("~0", "~") for part in parts)


def pointer_part(name: str) -> str:
    """Return a caller's name as a part of a JSON pointer (RFC 6901 section 3); `_member` reverses
    it."""
    return name.replace("~", "~0").replace("/", "~1")
