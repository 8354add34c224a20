"""Writes the responses to createcontact requests: a file, or the address of a card or reports as
JSON. The Vcard-Notes header names what was ignored, cut, changed or lost.

    200 the card                 201 {"url", "expires", "size", "content-type"}
    200 {"notes": [{"field", "code", "reason"}], "targets": [{"target", "version", "losses", ...}]}
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote

from vcardsvc.apis.base import Headers, Response
from vcardsvc.apis.createcontact.mapping import field_of
from vcardsvc.apis.render_options import names_card
from vcardsvc.errors import REASONS
from vcardsvc.model.request import CardRequest, CardResult, Document, Link, Loss, Note, Report

NOTES: Final = 20
"""The most notes of a Vcard-Notes header."""

HEADER: Final = 4_000
"""The most octets of a Vcard-Notes header: servers and clients refuse more than 8 kB of all
headers."""

_HEADER_NOTE: Final = re.compile(r"[A-Za-z0-9/~._\[\]-]+;[A-Za-z0-9-]+")
_HEADER_FIELD: Final = "/~-._[]"
"""The characters of a note's field in a header, beside letters and digits; others are
percent-encoded."""

_EMPTY_NAME: Final = "%22%22"
"""The field of a note on a member whose name is empty: two quotes."""

_NOSNIFF: Final = (b"x-content-type-options", b"nosniff")


def card_response(card_request: CardRequest, result: CardResult) -> Response:
    """Return the document, or the link or the reports as JSON: 200, or 201 if a link was stored."""
    link, document = result.maybe_link, result.maybe_document
    more: Headers = ()
    if result.notes or result.losses:
        more = notes_headers(_notes(card_request, result))
    if link is not None:
        more = (*more, (b"location", link.url.encode()))
    status = 200 if link is None else 201
    if document is None:
        value = link_value(link) if link else report_value(card_request, result)
        return spaced_json_response(status, value, *more)
    filename = "" if names_card(card_request.options) else card_request.filename
    return file_response(status, document, filename, card_request.disposition, more)


def file_response(
    status: int, document: Document, filename: str, disposition: str, more: Headers
) -> Response:
    """Return a document as a file called `filename` ("" for its own name)."""
    disposition = f"{disposition}; filename={filename or document.filename}"
    headers: Headers = (
        (b"content-type", document.content_type.encode()),
        (b"content-disposition", disposition.encode()),
        (b"content-length", b"%d" % document.size),
        (b"etag", document.etag.encode()),
        _NOSNIFF,
        *more,
    )
    return Response(status=status, headers=headers, chunks=document.chunks)


def spaced_json_response(
    status: int, value: dict[str, Any], *headers: tuple[bytes, bytes]
) -> Response:
    """Return a response of JSON, with a blank after each comma and colon."""
    body = json.dumps(value, ensure_ascii=False).encode()
    own: Headers = (
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        _NOSNIFF,
    )
    return Response(status=status, headers=(*own, *headers), chunks=(body,))


def notes_headers(notes: Iterable[str]) -> Headers:
    """Return the Vcard-Notes header: each note, `field;code`, once, at most NOTES, those that fit
    into HEADER; none without notes."""
    written = [*map(_header_note, [*dict.fromkeys(notes)][:NOTES])]
    value = ", ".join(written)
    while len(value) > HEADER:
        written.pop()
        value = ", ".join(written)
    return ((b"vcard-notes", value.encode()),) if value else ()


def _notes(card_request: CardRequest, result: CardResult) -> list[str]:
    notes = [f"{note.field};{note.code}" for note in result.notes]
    notes += [f"{field_of(card_request, loss) or 'card'};{loss.code}" for loss in result.losses]
    return notes


def _header_note(note: str) -> str:
    """Return a note in ASCII and without separators: an unknown member's name is any text."""
    if _HEADER_NOTE.fullmatch(note):
        return note
    field, _, code = note.rpartition(";")
    return f"{quote(field, safe=_HEADER_FIELD) or _EMPTY_NAME};{code}"


def link_value(link: Link) -> dict[str, Any]:
    """Return a stored card as JSON."""
    return {
        "url": link.url,
        "expires": link.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "size": link.size,
        "content-type": link.content_type,
    }


def note_values(card_request: CardRequest, result: CardResult) -> list[dict[str, str]]:
    """Return what was ignored, cut, changed or lost as JSON, the fields as JSON pointers."""
    losses = [_loss_value(card_request, loss) for loss in result.losses]
    return [*map(_note_value, result.notes), *losses]


def report_value(card_request: CardRequest, result: CardResult) -> dict[str, Any]:
    """Return what each target's card would be as JSON."""
    return {
        "notes": list(map(_note_value, result.notes)),
        "targets": [_report(card_request, report) for report in result.reports],
    }


def _report(card_request: CardRequest, report: Report) -> dict[str, Any]:
    photo = report.photo
    return {
        "target": report.target,
        "version": report.version,
        "size": report.size,
        "ceiling": report.ceiling,
        "fits": report.fits,
        "photo": photo and {"size": len(photo.jpeg), "width": photo.width, "height": photo.height},
        "losses": [_loss_value(card_request, loss) for loss in report.losses],
    }


def _note_value(note: Note) -> dict[str, str]:
    return {"field": f"/{note.field}", "code": note.code, "reason": REASONS[note.code]}


def _loss_value(card_request: CardRequest, loss: Loss) -> dict[str, str]:
    return {"field": _pointer(card_request, loss), "code": loss.code, "reason": loss.reason}


def _pointer(card_request: CardRequest, loss: Loss) -> str:
    field = field_of(card_request, loss)
    return f"/{field}" if field else ""
