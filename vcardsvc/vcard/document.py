"""Makes a Document of finished octets: chunks and a strong ETag, the same for every format."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from vcardsvc.model.request import Document

CHUNK: Final = 64 * 1024
"""Octets of a chunk: as many as the buffer of a socket takes at once."""


def document(octets_chunks: Iterable[bytes], content_type: str, filename: str) -> Document:
    """Join `octets_chunks` and part them again into chunks of at most CHUNK octets.

    The ETag is strong (RFC 9110 section 8.8.3): the first 32 hexadecimal digits of the SHA-256 of
    all octets, quoted.
    """
    whole = b"".join(octets_chunks)
    chunks: tuple[bytes, ...] = (whole,)
    if len(whole) > CHUNK:
        chunks = tuple(whole[at : at + CHUNK] for at in range(0, len(whole), CHUNK))
    return Document(
        chunks=chunks,
        size=len(whole),
        etag=f'"{sha256(whole).hexdigest()[:32]}"',
        content_type=content_type,
        filename=filename,
    )
