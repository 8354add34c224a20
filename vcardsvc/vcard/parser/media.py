"""Decodes files in a card: photos, logos, sounds and keys, of base64, data URIs and links."""

import re
from typing import Final

from vcardsvc.model.card import Binary, Property, ValueType
from vcardsvc.vcard.data_uris import media_type
from vcardsvc.vcard.kinds import MEDIA_TYPES
from vcardsvc.vcard.parser.heads import Head
from vcardsvc.vcard.parser.values import (
    UnreadableValue,
    base64_octets,
    text,
    unescaped_uri,
)

FILES: Final = frozenset(("PHOTO", "LOGO", "SOUND", "KEY"))
"""Properties whose value is a file, a link to one, or, of a key, a text."""
SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:")
"""The start of a URI (RFC 3986 section 3.1)."""

_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_PERCENT: Final = re.compile(rb"(?:%[0-9A-Fa-f]{2})++")


def file_value(head: Head, value: str) -> tuple[Binary | str, ValueType]:
    """Return the value of a property in FILES and its type. Raises UnreadableValue."""
    if value[:16].lstrip()[:5].lower() == "data:":
        return _data_uri(head, value.strip()), "binary"
    if head.encoding == "B":
        return _binary(base64_octets(value), declared_type(head)), "binary"
    link = (text(head, value) if head.encoding else unescaped_uri(value)).strip()
    if SCHEME.match(link) and "\n" not in link:
        return link, "uri"
    if head.name != "KEY" and head.value_type != "TEXT" and _is_sniffed(value):
        return _binary(base64_octets(value), declared_type(head)), "binary"
    return text(head, value), "text"


def declared_type(head: Head | Property) -> str:
    """Return the media type that MEDIATYPE or TYPE names, or ""."""
    if not head.params and not head.types:
        return ""
    written = [*(values[0] for name, values in head.params if name == "MEDIATYPE"), *head.types]
    types = (MEDIA_TYPES.get(one, one) for one in map(str.lower, written))
    return next(filter(_MEDIA_TYPE.fullmatch, types), "")


def _binary(data: bytes, declared: str) -> Binary:
    return Binary(data=data, media_type=declared or media_type(data))


def _is_sniffed(value: str) -> bool:
    """Return whether base64 without an ENCODING begins as an image does."""
    try:
        return bool(media_type(base64_octets(value[:64])))
    except UnreadableValue:
        return False


def _data_uri(head: Head, value: str) -> Binary:
    start, comma, content = value.partition(",")
    if not comma:
        raise UnreadableValue("The data URI is damaged.")
    first, *rest = start.replace("\\", "")[5:].lower().split(";")
    data = (
        base64_octets(_percent_decoded(content).decode("latin-1"))
        if "base64" in map(str.strip, rest)
        else _percent_decoded(unescaped_uri(content))
    )
    if not data:
        raise UnreadableValue("The value holds no data.")
    return _binary(data, first if _MEDIA_TYPE.fullmatch(first) else declared_type(head))


def _percent_decoded(content: str) -> bytes:
    return _PERCENT.sub(
        lambda match: bytes.fromhex(match[0].replace(b"%", b" ").decode()), content.encode()
    )
