"""Writes the responses to createcontact requests: a file, or the address of a card or reports as
JSON. The Vcard-Notes header names what was ignored, cut, changed or lost.

    200 the card                 201 {"url", "expires", "size", "content-type"}
    200 {"notes": [{"field", "code", "reason"}], "targets": [{"target", "version", "losses", ...}]}
"""

import json
import re
from typing import Any, Final
from urllib.parse import quote

from vcardsvc.apis.base import Headers, Response
from vcardsvc.apis.createcontact.mapping import field_of
from vcardsvc.errors import REASONS
from vcardsvc.model.request import CardRequest, CardResult, Link, Loss, Report

NOTES: Final = 20
"""The most notes of a Vcard-Notes header."""

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
        more = (_notes_header(card_request, result),)
    if link is not None:
        more = (*more, (b"location", link.url.encode()))
    status = 200 if link is None else 201
    if document is None:
        value = _link(link) if link else _reports(card_request, result)
        return spaced_json_response(status, value, *more)
    # The document of a Twilio message is JSON; the file name of the request is the linked card's.
    maybe_name = "" if card_request.options.form == "twilio" else card_request.filename
    disposition = f"{card_request.disposition}; filename={maybe_name or document.filename}"
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


def _notes_header(card_request: CardRequest, result: CardResult) -> tuple[bytes, bytes]:
    """Return the Vcard-Notes header: `field;code` of each note and loss once, at most NOTES."""
    notes = [f"{note.field};{note.code}" for note in result.notes]
    notes += [f"{field_of(card_request, loss) or 'card'};{loss.code}" for loss in result.losses]
    different = list(dict.fromkeys(notes))[:NOTES]
    return b"vcard-notes", ", ".join(map(_header_note, different)).encode()


def _header_note(note: str) -> str:
    """Return a note in ASCII and without separators: an unknown member's name is any text."""
    if _HEADER_NOTE.fullmatch(note):
        return note
    field, _, code = note.rpartition(";")
    return f"{quote(field, safe=_HEADER_FIELD) or _EMPTY_NAME};{code}"


def _link(link: Link) -> dict[str, Any]:
    return {
        "url": link.url,
        "expires": link.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "size": link.size,
        "content-type": link.content_type,
    }


def _reports(card_request: CardRequest, result: CardResult) -> dict[str, Any]:
    return {
        "notes": [
            {"field": f"/{note.field}", "code": note.code, "reason": REASONS[note.code]}
            for note in result.notes
        ],
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
        "losses": [
            {"field": _pointer(card_request, loss), "code": loss.code, "reason": loss.reason}
            for loss in report.losses
        ],
    }


def _pointer(card_request: CardRequest, loss: Loss) -> str:
    field = field_of(card_request, loss)
    return f"/{field}" if field else ""
