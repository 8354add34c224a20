"""Writes the result of a command as a response, under the request's conditions.

Source: the vendor's reference; RFC 9110 section 13 for If-Modified-Since and If-Unmodified-Since.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final

from vcardsvc.apis.base import Headers, Request, Response
from vcardsvc.apis.superoffice import archive
from vcardsvc.apis.superoffice.dates import Clock
from vcardsvc.apis.superoffice.entity import entity_of
from vcardsvc.apis.superoffice.errors import ILLEGAL, error_response
from vcardsvc.apis.superoffice.negotiation import Representation, represent
from vcardsvc.apis.superoffice.schema import ENTITY
from vcardsvc.apis.superoffice.select import Tree, selected
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import Command, CommandResult, Delete, Entry, Get

VARY: Final = b"accept, accept-language, so-language, so-timezone"

HEADER: Final = 256
"""Characters of a header with a date or a zone; the longest sensible ones have 40."""

MODIFIED: Final = Problem(
    code=ILLEGAL,
    status=412,
    cause="changed",
    detail="The contact was changed since If-Unmodified-Since.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Holds how a response is written: its representation, its clock, the selected members of an
    entity, and the query of a list."""

    representation: Representation
    clock: Clock
    selection: Tree
    maybe_query: archive.Query | None = None

    def entity_response(self, entity: Mapping[str, Any], *headers: tuple[bytes, bytes]) -> Response:
        """Return a response with an entity."""
        shown = selected(entity, self.selection) if self.selection else entity
        return represent(shown, ENTITY, ENTITY, self.representation, *headers)


def response(request: Request, command: Command, result: CommandResult) -> Response:
    """Return the response to a command: an entity, rows, 204, or 304 or 412 by a condition."""
    if isinstance(command, Delete):
        return Response(status=204, headers=(), chunks=())
    context: Context = command.context
    if context.maybe_query:
        rows = archive.rows(context.maybe_query, result, context.clock, request.base_url)
        return represent(rows, archive.ROOT, "object", context.representation)
    entry = result.entries[0]
    headers: Headers = ()
    if isinstance(command, Get):
        headers = (
            (b"last-modified", format_datetime(_updated_at(entry), usegmt=True).encode()),
            (b"cache-control", b"private, no-cache"),
            (b"vary", VARY),
        )
        if _is_modified(request, entry):
            return error_response(request, (MODIFIED,))
        if _is_known(request, entry):
            return Response(status=304, headers=headers, chunks=(b"",))
    return context.entity_response(entity_of(entry, context.clock, request.base_url), *headers)


def require_unmodified(request: Request, entry: Entry) -> None:
    """Raises Refused (412) for an entry that was changed since If-Unmodified-Since."""
    if _is_modified(request, entry):
        raise Refused(MODIFIED)


def _is_modified(request: Request, entry: Entry) -> bool:
    since = _date(request.headers.get(b"if-unmodified-since"))
    return since is not None and _updated_at(entry) > since


def _is_known(request: Request, entry: Entry) -> bool:
    """Return whether the entry is unchanged since If-Modified-Since. Beside If-None-Match that
    header does not count (RFC 9110 section 13.1.3)."""
    since = _date(request.headers.get(b"if-modified-since"))
    matched = b"if-none-match" in request.headers
    return since is not None and not matched and _updated_at(entry) <= since


def _updated_at(entry: Entry) -> datetime:
    return entry.updated_at.replace(microsecond=0).astimezone(UTC)


def _date(maybe_header: bytes | None) -> datetime | None:
    """Return the date of a condition; None for other text, which does not count (RFC 9110 section
    13.1.3)."""
    if maybe_header is None or len(maybe_header) > HEADER:
        return None
    try:
        date = parsedate_to_datetime(maybe_header.decode("ascii"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
