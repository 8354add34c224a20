"""What can be wrong with a member, in the words that Laravel's validator has for it.

A message names its member by its plain words (`address_city`: the address city field). What must
never enter here: a value of the caller's, and what a member may hold.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.errors import E1524, E1525, E1526, Code, Problem

STATUS: Final = 422
"""HTTP status of whatever is wrong with a member or an option (the vendor's introduction)."""


def _code(rule: str, info: str, when: str) -> Code:
    return Code(name=f"DC-{rule}", status=STATUS, info=info, when=when)


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
"""Every code of this dialect, in the order of the README's table."""

_OF_RULES: Final[Mapping[str, Code]] = {
    E1524.name: STRING,
    E1525.name: FORMAT,
    E1526.name: URL,
}
"""What the checks of every dialect find, as this one says it."""


def pointed(name: str) -> str:
    """A caller's name as part of a JSON pointer (RFC 6901 section 3). Mirrors `member`."""
    return name.replace("~", "~0").replace("/", "~1")


def member(problem: Problem) -> str:
    """The member at fault as Laravel names it: `address_city`, `metadata.customer_id`."""
    parts = (problem.field or "").split("/")[1:]
    return ".".join(part.replace("~1", "/").replace("~0", "~") for part in parts)


def message(problem: Problem) -> str:
    """The sentence about one member."""
    code = _OF_RULES.get(problem.code.name, problem.code)
    if code not in CODES:
        return problem.info
    name, dot, rest = member(problem).partition(".")
    attribute = name.replace("_", " ") + dot + rest
    return code.info.format(attribute=attribute, limit=problem.detail)


def invalid(problems: tuple[Problem, ...]) -> dict[str, Any]:
    """The body that says what is wrong with the members: the first sentence leads, all follow."""
    errors: dict[str, list[str]] = {}
    for problem in problems:
        if problem.http_status == STATUS and problem.field:
            errors.setdefault(member(problem), []).append(message(problem))
    told = sum(len(sentences) for sentences in errors.values())
    lead = message(problems[0])
    if told > 1:
        lead += f" (and {told - 1} more error{'s' if told > 2 else ''})"
    return {"message": lead, "errors": errors}
