"""Writes the responses to conversions: a file, or the address of one or reports as JSON.

200 the cards                201 {"url", "expires", "size", "content-type"}
200 {"notes": [{"field", "code", "reason"}], "targets": [{"target", "version", "losses", ...}]}
"""

from typing import Any, Final

from vcardsvc.apis.base import Response
from vcardsvc.apis.createcontact.response import (
    NOTES,
    file_response,
    link_value,
    notes_headers,
    spaced_json_response,
)
from vcardsvc.apis.render_options import names_card
from vcardsvc.errors import MORE
from vcardsvc.model.conversion import (
    CardNote,
    ConversionReport,
    ConversionRequest,
    ConversionResult,
)

_MORE: Final = f"card;{MORE}"
"""The last note of a header that has not all of them."""

LISTED: Final = 1_000
"""The most notes of a list in JSON: each of 50,000 properties may have one for each target."""


def conversion_response(request: ConversionRequest, result: ConversionResult) -> Response:
    """Return the document, or the link or the reports as JSON: 200, or 201 if a link was stored."""
    link, document = result.maybe_link, result.maybe_document
    notes = list(dict.fromkeys(f"{note.field};{note.code}" for note in result.notes))
    if len(notes) > NOTES:
        notes[NOTES - 1 :] = [_MORE]
    headers = notes_headers(notes)
    if link is not None:
        headers = (*headers, (b"location", link.url.encode()))
    status = 200 if link is None else 201
    if document is None:
        value = link_value(link) if link else report_value(result)
        return spaced_json_response(status, value, *headers)
    filename = "" if names_card(request.options) else request.filename
    return file_response(status, document, filename, request.disposition, headers)


def report_value(result: ConversionResult) -> dict[str, Any]:
    """Return what each target's cards would be as JSON."""
    return {"notes": note_values(result.notes), "targets": [_report(one) for one in result.reports]}


def _report(report: ConversionReport) -> dict[str, Any]:
    return {
        "target": report.target,
        "version": report.version,
        "size": report.size,
        "ceiling": report.ceiling,
        "fits": report.fits,
        "losses": note_values(report.losses),
    }


def note_values(notes: tuple[CardNote, ...]) -> list[dict[str, str]]:
    """Return the first LISTED notes as JSON, the fields as JSON pointers (RFC 6901)."""
    return [
        {"field": f"/{note.field}", "code": note.code, "reason": note.reason}
        for note in notes[:LISTED]
    ]
