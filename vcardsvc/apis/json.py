"""Writes JSON responses."""

import json
from typing import Any

from vcardsvc.apis.base import Headers, Response


def json_response(
    status: int, value: Any, *headers: tuple[bytes, bytes], media_type: bytes = b"application/json"
) -> Response:
    """Return a response of JSON (RFC 8259), compact, in UTF-8."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    own: Headers = (
        (b"content-type", media_type),
        (b"content-length", b"%d" % len(body)),
        (b"x-content-type-options", b"nosniff"),
    )
    return Response(status=status, headers=(*own, *headers), chunks=(body,))
