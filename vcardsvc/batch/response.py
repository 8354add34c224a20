"""Writes the response to a batch: a stream, with the counts in front or in a trailer.

Vcard-Rows: cards=11, errors=1, skipped=0
"""

from collections.abc import AsyncGenerator, Callable
from typing import Final

from vcardsvc.apis.base import Headers, Response
from vcardsvc.model.batch import BatchHead

ROWS: Final = b"vcard-rows"
"""The header of the counts: a dictionary of RFC 9651."""


def batch_response(
    head: BatchHead, pieces: AsyncGenerator[bytes, None], rows: Callable[[], str]
) -> Response:
    """Return the response whose body is `pieces`; `rows` returns the counts at its end."""
    disposition = f"attachment; filename={head.filename}"
    headers: Headers = (
        (b"content-type", head.content_type.encode()),
        (b"content-disposition", disposition.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
    )
    if head.unread:
        headers = (*headers, (b"vcard-unread-columns", b"%d" % head.unread))
    if head.rows:
        headers = (*headers, (ROWS, head.rows.encode()))
        return Response(
            status=200, headers=headers, chunks=(), maybe_stream=pieces, reads_body=True
        )
    return Response(
        status=200,
        headers=(*headers, (b"trailer", b"Vcard-Rows")),
        chunks=(),
        maybe_stream=pieces,
        reads_body=True,
        maybe_trailers=lambda: ((ROWS, rows().encode()),),
    )
