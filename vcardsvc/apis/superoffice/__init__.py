"""SuperOffice: its REST calls for companies (`/api/v1/Contact`), which it calls contacts.

    GET  /api/v1/Contact         rows of them        POST   /api/v1/Contact/Validate
    POST /api/v1/Contact         a new one           GET    /api/v1/Contact/default
    GET  /api/v1/Contact/{id}    one of them         PUT, PATCH, DELETE /api/v1/Contact/{id}

What is sent is kept word for word and told again, every property with its type; nobody is matched
with anybody. What must never enter here: a card, SQL, or another vendor's words.

Source: the vendor's reference of these calls and its pages on headers and time zones.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final

from vcardsvc.apis.base import Headers, Request, Response, Route
from vcardsvc.apis.superoffice import archive, bodies, cards
from vcardsvc.apis.superoffice import entity as schema_entity
from vcardsvc.apis.superoffice.codes import (
    CODES,
    ILLEGAL,
    INVALID,
    failure,
    message,
    place,
    status_of,
)
from vcardsvc.apis.superoffice.columns import index
from vcardsvc.apis.superoffice.dates import Clock, clock
from vcardsvc.apis.superoffice.equivalents import reconciled
from vcardsvc.apis.superoffice.select import Tree, narrowed, selected
from vcardsvc.apis.superoffice.shapes import ENTITY
from vcardsvc.apis.superoffice.speech import OFFERED, Speech, answer, speech
from vcardsvc.errors import E404, E406, Problem, Refused
from vcardsvc.model.address_book import (
    Command,
    CommandResult,
    Create,
    Delete,
    Draft,
    Entry,
    Get,
    Listing,
    Update,
)
from vcardsvc.validation.fields import Policy, Validator

__all__ = ["CODES", "SuperOffice"]

PATH: Final = "/api/v1/Contact"
BODIES: Final = frozenset(media_type.encode() for media_type in bodies.MEDIA_TYPES)

CREATE: Final = Route(
    name="create", method="POST", path=PATH, content_types=BODIES, cards=True, any_case=True
)
DEFAULT: Final = Route(name="default", method="GET", path=f"{PATH}/default", any_case=True)
VALIDATE: Final = Route(
    name="validate", method="POST", path=f"{PATH}/Validate", content_types=BODIES, any_case=True
)
SHOW: Final = Route(name="show", method="GET", path=f"{PATH}/{{id}}", cards=True, any_case=True)
LIST: Final = replace(SHOW, name="list", path=PATH)
REPLACE: Final = replace(CREATE, name="replace", method="PUT", path=SHOW.path)
UPDATE: Final = replace(REPLACE, name="update", method="PATCH")
DELETE: Final = replace(SHOW, name="delete", method="DELETE", cards=False)

CALLS: Final = (LIST, CREATE, DEFAULT, VALIDATE, SHOW, REPLACE, UPDATE, DELETE)
OF_ONE: Final = frozenset(route.name for route in CALLS if route.path == SHOW.path)

CHALLENGE: Final = b'Basic realm="SuperOffice", SoTicket, Bearer'
MESSAGES: Final = "ArrayOfKeyValueOfstringstring"
"""The root of Validate's answer in XML: .NET's name of a dictionary."""
VARY: Final = b"accept, accept-language, so-language, so-timezone"

HEADER: Final = 256
"""Characters of a header with a date or a zone; the longest sensible ones have 40."""

_ID: Final = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperOffice:
    """The vendor's calls; `policy` says where numbers without + are read."""

    policy: Policy
    name: str = "superoffice"
    routes: tuple[Route, ...] = CALLS

    def credential(self, route: Route, ask: Request) -> bytes | None:
        """Basic's password, whoever the user; a ticket; a token. X-XSRF-TOKEN alone is none."""
        scheme, _, rest = ask.headers.get(b"authorization", b"").strip().partition(b" ")
        if scheme.lower() == b"basic":
            return _password(rest.strip())
        return rest.strip() or None if scheme.lower() in (b"soticket", b"bearer") else None

    def read(self, route: Route, ask: Request) -> Command | Response:
        """What the caller wants kept, changed, shown or listed; what a new entity is, and what is
        wrong with one, at once."""
        if route.name == DELETE.name:
            return Delete(ref=_id(ask), check=lambda entry: _judge_unmodified(ask, entry))
        if route.name == LIST.name:
            return self._list(ask)
        asked = _asked(ask)
        if route.name in (REPLACE.name, UPDATE.name):
            return self._change(route, ask, asked)
        if route.name == SHOW.name:
            return Get(ref=_id(ask), context=asked)
        if route.name == DEFAULT.name:
            return asked.answer(schema_entity.whole(schema_entity.blank(), asked.time))
        tree = bodies.entity(_media_type(ask), ask.body)
        if route.name == VALIDATE.name:
            validator = Validator(self.policy)
            _draft(tree, validator, asked)
            return answer(_messages(validator), MESSAGES, "map", asked.how)
        return Create(drafts=(self._new(tree, asked),), context=asked)

    def _list(self, ask: Request) -> Listing:
        query = archive.read_query(ask.query)
        how = replace(_asked(replace(ask, query=b"")), rows=query)
        if query.format:
            media_type = f"application/{query.format}"
            how = replace(how, how=replace(how.how, media_type=media_type))
        return replace(query.listing, context=how)

    def _change(self, route: Route, ask: Request, asked: "Asked") -> Update:
        """The entity that a body says in place of one that is there, or what it changes of it."""
        ref, media_type = _id(ask), _media_type(ask)
        maybe_change = bodies.change(media_type, ask.body, partial=route.name == UPDATE.name)
        # Judged here, not where the change is made, while others wait to write.
        tree = {} if maybe_change else bodies.entity(media_type, ask.body)
        maybe_whole = None if maybe_change else self._new(tree, asked)

        def edit(entry: Entry) -> Draft:
            _judge_unmodified(ask, entry)
            if maybe_change:
                tree = bodies.checked(maybe_change(schema_entity.filled(entry.vendor_fields)))
                return self._new(tree, asked, entry.vendor_fields)
            assert maybe_whole is not None  # noqa: S101  # one of both
            same = (
                reconciled(maybe_whole.vendor_fields, entry.vendor_fields)
                == maybe_whole.vendor_fields
            )
            return (
                maybe_whole
                if same
                else self._new(dict(maybe_whole.vendor_fields), asked, entry.vendor_fields)
            )

        return Update(ref=ref, edit=edit, context=asked)

    def _new(
        self, tree: dict[str, Any], asked: "Asked", maybe_before: Mapping[str, Any] | None = None
    ) -> Draft:
        """The draft of an entity. Raises Refused with every problem."""
        validator = Validator(self.policy)
        draft = _draft(tree, validator, asked, maybe_before)
        validator.raise_problems()
        return draft

    def response(self, route: Route, ask: Request, task: Command, found: CommandResult) -> Response:
        """The entity that was made or found; 304 or 412 where a condition says so."""
        if isinstance(task, Delete):
            return Response(status=204, headers=(), chunks=())
        asked: Asked = task.context
        if asked.rows:
            rows = archive.rows(asked.rows, found, asked.time, ask.base_url)
            return answer(rows, archive.ROOT, "object", asked.how)
        entry = found.entries[0]
        stamped: Headers = ()
        if route.name == SHOW.name:
            changed = entry.updated_at.replace(microsecond=0).astimezone(UTC)
            stamped = (
                (b"last-modified", format_datetime(changed, usegmt=True).encode()),
                (b"cache-control", b"private, no-cache"),
                (b"vary", VARY),
            )
            if _is_modified(ask, entry):
                return self.error_response(route, ask, (MODIFIED,))
            # Beside If-None-Match a date does not count (RFC 9110 section 13.1.3).
            since = None if b"if-none-match" in ask.headers else b"if-modified-since"
            if since and _after(changed, ask.headers.get(since)) is False:
                return Response(status=304, headers=stamped, chunks=(b"",))
        return asked.answer(schema_entity.told(entry, asked.time, ask.base_url), *stamped)

    def error_response(
        self, maybe_route: Route | None, ask: Request, problems: tuple[Problem, ...]
    ) -> Response:
        """The vendor's error object; with 401 the schemes that a key may come by."""
        first, status = problems[0], status_of(problems[0])
        token = b"x-xsrf-token" in ask.headers and b"authorization" not in ask.headers
        of_one = maybe_route is not None and maybe_route.name in OF_ONE
        said = failure(problems, token=token, missing=ask.params.get("id", "") if of_one else "")
        more: Headers = ()
        if status == 401:
            more = ((b"www-authenticate", CHALLENGE),)
        if first.retry_after is not None:
            more = (*more, (b"retry-after", b"%d" % first.retry_after))
        maybe_how = speech(ask)
        plain = Speech(media_type=maybe_how.media_type) if maybe_how else Speech()
        return answer(said, "Error", "object", plain, *more, status=status)

    def path_of(self, entry: Entry) -> str:
        """The path of an entry."""
        return f"{PATH}/{entry.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How an entity is to be told: in which form and language, in which time, what of it; or which
    rows of a list."""

    how: Speech
    time: Clock
    tree: Tree
    rows: archive.Query | None = None

    def answer(self, entity: Mapping[str, Any], *headers: tuple[bytes, bytes]) -> Response:
        """The answer that tells it."""
        return answer(narrowed(entity, self.tree), ENTITY, ENTITY, self.how, *headers)


def _asked(ask: Request) -> Asked:
    """How the caller wants an entity told. Raises Refused: E406, INVALID, E1527."""
    maybe_how = speech(ask)
    if maybe_how is None:
        detail = f"Accept one of: {', '.join(OFFERED)}."
        raise Refused(Problem(code=E406, cause="accept", detail=detail))
    return Asked(how=maybe_how, time=_clock(ask), tree=selected(ask.query))


def _password(said: bytes) -> bytes | None:
    try:
        _, colon, password = b64decode(said, validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return None
    return password if colon and password else None


def _clock(ask: Request) -> Clock:
    """How the caller tells the time. Raises Refused for a zone that is not known."""
    header = ask.headers.get(b"so-timezone", b"").decode("latin-1")
    maybe_clock = clock(header) if len(header) <= HEADER else None
    if maybe_clock is None:
        detail = "The time zone of SO-TimeZone is not known."
        raise Refused(Problem(code=INVALID, cause="time-zone", detail=detail))
    return maybe_clock


def _id(ask: Request) -> int:
    """The number in the path. Raises Refused where it is none that a contact can have."""
    said = ask.params["id"]
    if not _ID.fullmatch(said) or not 0 < int(said) < schema_entity.INT32:
        raise Refused(Problem(code=E404, cause="id"))
    return int(said)


def _media_type(ask: Request) -> str:
    return ask.content_type.partition(b";")[0].strip().lower().decode("latin-1")


def _draft(
    said: dict[str, object],
    validator: Validator,
    asked: Asked,
    maybe_before: Mapping[str, Any] | None = None,
) -> Draft:
    """What is kept of an entity; of one that was there `maybe_before`, after its change."""
    kept = schema_entity.read(validator, said, asked.time)
    if maybe_before is not None:
        kept = reconciled(kept, maybe_before)
    contacts = cards.contacts(kept, validator, asked.how.language)
    read = (
        len(validator.problems) < schema_entity.FAULTS
    )  # else a name may stand in what was not read
    if read and not contacts and not any(one.field == "/Name" for one in validator.problems):
        detail = "A contact must have a name, or a person with one."
        validator.refuse(INVALID, ("Name",), "name-missing", detail)
    return Draft(contacts=contacts, vendor_fields=kept, metadata=index(kept))


def _messages(validator: Validator) -> dict[str, str]:
    """Messages by field, as Validate gives them; none when the entity can be saved."""
    return {place(problem): message(problem) for problem in reversed(validator.problems)}


MODIFIED: Final = Problem(
    code=ILLEGAL,
    status=412,
    cause="changed",
    detail="The contact was changed since If-Unmodified-Since.",
)


def _is_modified(ask: Request, entry: Entry) -> bool:
    """Whether a condition of the request does not hold any more."""
    changed = entry.updated_at.replace(microsecond=0).astimezone(UTC)
    return _after(changed, ask.headers.get(b"if-unmodified-since")) is True


def _judge_unmodified(ask: Request, entry: Entry) -> None:
    """Raises Refused where the contact was changed since If-Unmodified-Since."""
    if _is_modified(ask, entry):
        raise Refused(MODIFIED)


def _after(changed: datetime, maybe_header: bytes | None) -> bool | None:
    """Whether it was changed after the date of a condition; None where there is none, or no date
    (RFC 9110 section 13.1.3: then it does not count)."""
    if maybe_header is None or len(maybe_header) > HEADER:
        return None
    try:
        since = parsedate_to_datetime(maybe_header.decode("ascii"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return changed > (since if since.tzinfo else since.replace(tzinfo=UTC))
