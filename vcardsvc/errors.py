"""Declare the catalogue of error codes, and the one exception that carries problems.

A code is never renamed or reused: callers switch on it. A `detail` may add to its text. A `cause`
is a word for the log and the metrics, and holds no value of a caller: no name, number, host or key.

Source: the action's public description for E1515, the vendor's other pages for E100, E101, E104,
E108, E113 and E503; the rest are our own.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Holds a row of the catalogue.

    `status` is the usual HTTP status; `others` are further ones, whose cases `when` names. `when`
    is the sentence of the documentation's table.
    """

    name: str
    status: int
    info: str
    when: str
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Holds one problem of a request.

    `field` is a JSON pointer (RFC 6901) into the request, None when no member is at fault. `cause`
    is a word for the log and the metrics. `detail` is added to the code's text. `status` replaces
    the code's own HTTP status by one of its `others`. `retry_after` is in seconds.
    """

    code: Code
    field: str | None = None
    cause: str = ""
    detail: str = ""
    status: int | None = None
    retry_after: int | None = None

    @property
    def info(self) -> str:
        """The sentence the caller reads."""
        return f"{self.code.info} {self.detail}" if self.detail else self.code.info

    @property
    def http_status(self) -> int:
        """The HTTP status of a response whose first problem this is."""
        return self.code.status if self.status is None else self.status


class Refused(Exception):
    """Refuses a request with these problems, at least one; the first decides the status.

    `http.error_rendering` turns it into a response. Services catch it only to go on without a
    photo, or to collect the results of several commands.
    """

    def __init__(self, first: Problem, *more: Problem) -> None:
        self.problems: tuple[Problem, ...] = (first, *more)
        super().__init__(", ".join(problem.code.name for problem in self.problems))


E100 = Code(
    name="E100",
    status=400,
    others=(405, 408, 413, 415),
    info="Invalid request. Please make a valid JSON POST request with all the required variables.",
    when="the body is missing or not an object; 405 the method, 408 the body came too slowly, "
    "413 it is over the ceiling, 415 a content type, charset or content encoding that is not "
    "served",
)
E101 = Code(
    name="E101",
    status=400,
    info="The action is missing or not supported.",
    when="`action` is missing, unknown or not a string",
)
E104 = Code(
    name="E104",
    status=401,
    info="The API key is missing or not valid.",
    when="the key is missing or not valid",
)
E108 = Code(
    name="E108",
    status=400,
    info="The request body could not be parsed as JSON.",
    when="the body does not parse (RFC 8259, UTF-8, no duplicate members, at most 32 levels); the "
    "text says line, column and cause",
)
E113 = Code(
    name="E113",
    status=429,
    info="The rate limit of this API key has been reached.",
    when="the rate limit of the key is reached, or the key has as many links as it may",
)
E403 = Code(
    name="E403",
    status=403,
    info="This may not be done.",
    when="the key may not do this, or a preview asks for a link that opens once",
)
E404 = Code(
    name="E404",
    status=404,
    others=(410,),
    info="There is no such thing here.",
    when="nothing exists there; 410 what existed there has ended",
)
E406 = Code(
    name="E406",
    status=406,
    info="The card cannot be written in the form asked for.",
    when="the card cannot be written in the requested form",
)
E416 = Code(
    name="E416",
    status=416,
    others=(412,),
    info="The card has no such part.",
    when="the requested range lies outside the card; 412 the card is not the one of If-Match",
)
E503 = Code(
    name="E503",
    status=500,
    others=(503,),
    info="The service could not answer this request.",
    when="our own fault; 503 overloaded or shutting down, with `Retry-After`",
)
E1515 = Code(
    name="E1515",
    status=422,
    info="The first or last name for the vCard is required.",
    when="neither first nor last name holds text",
)
E1516 = Code(
    name="E1516",
    status=422,
    info="A name may hold only letters, digits, spaces and periods.",
    when="a name holds a character that is not allowed (the text shows which)",
)
E1517 = Code(
    name="E1517",
    status=422,
    info="The phone label is not supported.",
    when="a phone label is not supported (the text lists those that are)",
)
E1518 = Code(
    name="E1518",
    status=422,
    info="The e-mail label is not supported.",
    when="an e-mail label is not supported (the text lists those that are)",
)
E1519 = Code(
    name="E1519",
    status=422,
    info="The physical-address label is not supported.",
    when="a physical-address label is not supported (the text lists those that are)",
)
E1520 = Code(
    name="E1520",
    status=422,
    info="The photo-url is not an address that photos may be fetched from.",
    when="the photo-url is refused before any connection: malformed, its scheme, credentials or "
    "port, or a host that is not a public address",
)
E1521 = Code(
    name="E1521",
    status=422,
    info="The photo could not be fetched from its photo-url.",
    when="the photo could not be fetched: timeout, HTTP status, redirects, connection, "
    "content encoding",
)
E1522 = Code(
    name="E1522",
    status=422,
    info="The photo is not a valid GIF, JPEG or PNG file.",
    when="the photo is not a GIF, JPEG or PNG, is damaged, or was not decoded in time",
)
E1523 = Code(
    name="E1523",
    status=422,
    info="The photo is too large.",
    when="the photo is over the byte, pixel or scan ceiling",
)
E1524 = Code(
    name="E1524",
    status=422,
    info="A member has the wrong type.",
    when="a member has the wrong type",
)
E1525 = Code(
    name="E1525",
    status=422,
    info="The text holds a control character.",
    when="a text holds a control character",
)
E1526 = Code(
    name="E1526",
    status=422,
    info="A website address may only use http or https.",
    when="a website's scheme is neither http nor https",
)
E1527 = Code(
    name="E1527",
    status=400,
    info="A query option has a value that is not known.",
    when="a query option has an unknown value",
)
E1528 = Code(
    name="E1528",
    status=422,
    info="A date must be a real day or a year.",
    when="a birthday or anniversary is no real day such as `1990-05-14`, no `--05-14` and no year",
)
E1529 = Code(
    name="E1529",
    status=422,
    info="The language is not a language tag.",
    when="the language is not in the form of BCP 47, such as `de` or `pt-BR`",
)
E1530 = Code(
    name="E1530",
    status=422,
    info="The time zone is not known.",
    when="the time zone is no name of the IANA database, such as `Europe/Berlin`, and no offset, "
    "such as `+02:00`",
)
E1531 = Code(
    name="E1531",
    status=422,
    info="The place needs a latitude and a longitude within their ranges.",
    when="latitude or longitude of `geo` is missing, no number, or out of range",
)
E1532 = Code(
    name="E1532",
    status=422,
    info="A social profile or an instant-messaging address needs the name of its service.",
    when="the service of a social profile or of an instant-messaging address is missing, or "
    "holds other characters than letters, digits, blanks and `. _ - + & ! '`",
)
E1533 = Code(
    name="E1533",
    status=422,
    info="An extension may hold only digits, 11 at most.",
    when="the extension of a phone holds something else than digits, or too many",
)
E1534 = Code(
    name="E1534",
    status=422,
    info="The country code is not known.",
    when="a country code is none of ISO 3166-1 with two letters",
)
E1535 = Code(
    name="E1535",
    status=422,
    info="The text is too long.",
    when="a text is longer than its member may hold",
)
E1536 = Code(
    name="E1536",
    status=422,
    info="A company card needs an organization.",
    when="`company-card` is true, and the organization is missing",
)
E1537 = Code(
    name="E1537",
    status=422,
    info="The row cannot be read.",
    when="a record of a list has more filled cells than the list has columns, or a quote that is "
    "never closed, or is a card of which nothing can be read",
)
E1538 = Code(
    name="E1538",
    status=422,
    others=(413,),
    info="The file cannot be read as a list of contacts.",
    when="a file is no list, or none of its columns is known; 413 it asks for more memory than a "
    "list needs",
)
E1539 = Code(
    name="E1539",
    status=422,
    info="No card can be read in the body.",
    when="nothing in a body to convert or check can be read as a card",
)

CATALOGUE: tuple[Code, ...] = (
    E100, E101, E104, E108, E113, E403, E404, E406, E416, E503,
    E1515, E1516, E1517, E1518, E1519, E1520, E1521, E1522, E1523, E1524, E1525, E1526, E1527,
    E1528, E1529, E1530, E1531, E1532, E1533, E1534, E1535, E1536,
    E1537, E1538, E1539,
)  # fmt: skip
"""Every code, in the order of the documentation's table."""


class Unavailable(Exception):
    """Something that requests need cannot be used now; `cause` is a machine word for the log."""

    def __init__(self, cause: str, text: str = "") -> None:
        self.cause = cause
        super().__init__(text or cause)


def busy(cause: str, retry_after: int) -> Refused:
    """Return E503 with status 503 and `Retry-After`, in seconds."""
    return Refused(Problem(code=E503, cause=cause, status=503, retry_after=retry_after))


OVER_LIMIT = "over-limit"
CUT = "cut"
E164 = "e164"
ENCODED = "encoded"
FIRST_FRAME = "first-frame"
FLATTENED = "flattened"
DROPPED = "dropped"
RELABELLED = "relabelled"
UNREAD = "unread"
JOINED = "joined"
EXTENSION = "extension"
DIGITS = "digits"
SMALLER = "smaller"
DOUBTFUL = "doubtful"
IGNORED = "ignored"
UNREADABLE = "unreadable"
MORE = "more"
PARAMETER = "parameter"
SPREADSHEET = "spreadsheet"
PLACEHOLDER = "placeholder"
DUPLICATE = "duplicate"

NOTES: tuple[tuple[str, str], ...] = (
    (OVER_LIMIT, "more than four were sent, or the list has more pages; the rest is left out"),
    (CUT, "the text was cut to its limit"),
    (E164, "the number was written in international form (E.164)"),
    (ENCODED, "characters that an address on the web cannot hold were percent-encoded"),
    (FIRST_FRAME, "the photo is animated; its first frame is used"),
    (FLATTENED, "the photo is transparent; it stands on white"),
    (DOUBTFUL, "it is kept as typed, though it may not be what its field or its reader needs"),
    (IGNORED, "no rule here knows it; it was left out"),
    (DROPPED, "the target's reader, or the form, has no place for it; it is left out"),
    (RELABELLED, "the target's reader has no such label; it stands under another, or under none"),
    (UNREAD, "it is written, and the target's reader does not show it"),
    (JOINED, "line breaks became commas, or several texts became one"),
    (EXTENSION, "the extension of the number stands behind a pause, `p`"),
    (
        DIGITS,
        "a telephone keeps digits only: letters became those of its keys, or it dials another "
        "number than was typed",
    ),
    (SMALLER, "the photo was made smaller than usual"),
    (UNREADABLE, "it could not be read, and is left out"),
    (MORE, "further notes are left out here; `?as=report` has all of them"),
    (PARAMETER, "the property is there; a parameter of it has no place and is left out"),
    (
        SPREADSHEET,
        "a spreadsheet has written the number with an exponent: it is written out, or left out "
        "where its digits are gone",
    ),
    (PLACEHOLDER, "the text stands for nothing, such as `n/a`; it is left out"),
    (DUPLICATE, "a row before it has the same name and e-mail address"),
)
"""The codes of notes: the request passes, and the `Vcard-Notes` header lists the changes."""

REASONS: Mapping[str, str] = {**dict(NOTES), **{code.name: code.info for code in CATALOGUE}}
"""The meaning of each code of a note; a dropped photo is noted by a code of the catalogue."""
