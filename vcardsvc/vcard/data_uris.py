"""Writes octets as a data URI (RFC 2397), and reads them."""

import re
from base64 import b64decode, b64encode
from typing import Final
from urllib.parse import unquote_to_bytes

from vcardsvc.model.card import Binary

_HEAD: Final = re.compile(
    r"data:([\w.+-]*/?[\w.+-]*)((?:;[\w.+-]+=[\w.+-]*)*)(;base64)?,", re.IGNORECASE | re.ASCII
)
"""The start of a data URI: media type, parameters, base64."""
_LONGEST: Final = 200
"""The most characters of that start."""
_MAGIC: Final = (
    (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"), (b"II*\x00", "image/tiff"), (b"MM\x00*", "image/tiff"),
)  # fmt: skip
_KNOWN: Final = tuple(magic for magic, _ in _MAGIC)


def data_uri(value: Binary) -> str:
    """Return octets as a data URI."""
    return f"data:{value.media_type};base64,{b64encode(value.data).decode()}"


def binary_of(uri: str) -> Binary | None:
    """Return the octets of a data URI, and their media type, which their first octets tell if the
    URI does not; None for another text, and for damaged base64."""
    maybe_head = _HEAD.match(uri[:_LONGEST])
    if maybe_head is None:
        return None
    coded = uri[maybe_head.end() :]
    data = unquote_to_bytes(coded)
    if maybe_head[3]:
        try:
            data = b64decode(b"".join(data.split()), validate=True)
        except ValueError:
            return None
    return Binary(data=data, media_type=(maybe_head[1] + maybe_head[2]) or media_type(data))


def media_type(data: bytes) -> str:
    """Return the media type of a picture by its first octets; "" for other octets."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if not data.startswith(_KNOWN):
        return ""
    return next(kind for magic, kind in _MAGIC if data.startswith(magic))
