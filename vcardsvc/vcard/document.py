"""Finished octets -> a Document: every representation leaves in the same chunks, under one kind of
ETag.

What must never enter here: a contact, a clock, or anything else that is not in the octets.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from vcardsvc.model.request import Document

CHUNK: Final = 64 * 1024
"""Octets of a chunk on its way out: what a socket's buffer takes at once."""


def document(octets_chunks: Iterable[bytes], content_type: str, filename: str) -> Document:
    """The whole of `octets_chunks`, none of them over CHUNK octets, as a file of this name.

    The ETag is strong (RFC 9110 section 8.8.3) and says what the octets are, not how they are
    parted: the first 32 hexadecimal digits of their SHA-256, quoted.
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
