"""Checks a website address and percent-encodes what a URL cannot hold (RFC 3986).

Strategy: one pattern accepts ordinary web addresses as they are. Any other text is searched for a
scheme, as readers search it, then encoded character by character.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, TypeGuard

from vcardsvc.validation.invisible import BLANKS, INVISIBLE

WEB_SCHEMES: Final = ("http", "https")

PLAIN: Final = re.compile(r"https?://[\w!#$&-+\--:=?@~]*")
"""A web address of letters of any script with nothing to encode, which needs no further check."""

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PORT: Final = re.compile(r":[0-9]+(?:[/?#]|$)")
_IP_HOST: Final = re.compile(
    r"(?:(?:https?:)?//(?:[^/?#\[\]@]*@)?)?"
    r"\[(?=[0-9A-Fa-f.]*:)[0-9A-Fa-f:.]{2,45}(?:%[0-9A-Za-z%._~-]*)?\](?=[:/?#]|\Z)",
    re.IGNORECASE,
)
"""An address that begins with an IPv6 host, whose brackets alone are allowed (RFC 3986, 3.2.2)."""
_NOT_IN_A_HOST: Final = re.compile(r'[\s,;\\"<>|{}^`]|%(?![0-9A-Fa-f]{2})')
_NOT_IN_A_URL: Final = re.compile(rf"[\[\]]|{_NOT_IN_A_HOST.pattern}")
"""Characters outside RFC 3986, and the comma and semicolon at which some readers cut a URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """Holds a checked address; `encoded` says whether characters of it were percent-encoded."""

    text: str
    encoded: bool


def read(text: str) -> Url | None:
    """Return the address without invisible ends, encoded; None for a scheme that is not the web's.

    A text without a scheme is an address: `example.com`, `example.com:8080`.
    """
    url = text.strip(BLANKS + INVISIBLE)
    scheme = _SCHEME.match(url if url.isascii() else _without_format_characters(url))
    if scheme and scheme[1].lower() not in WEB_SCHEMES and not _begins_with_host_and_port(url):
        return None
    host = _IP_HOST.match(url)
    end = host.end() if host else 0
    encoded = _NOT_IN_A_HOST.sub(_percent, url[:end]) + _NOT_IN_A_URL.sub(_percent, url[end:])
    return Url(text=encoded, encoded=encoded != url)


def is_web(value: object) -> TypeGuard[str]:
    """Return whether a value is a text that begins as a web address does, with its scheme."""
    return isinstance(value, str) and value[:8].lower().startswith(("http://", "https://"))


def _begins_with_host_and_port(url: str) -> bool:
    """Return whether a dotted name, a colon and digits begin the text: a host, though it looks like
    a scheme."""
    name = url.partition(":")[0]
    return "." in name and "+" not in name and _PORT.match(url, len(name)) is not None


def _without_format_characters(url: str) -> str:
    """Remove invisible characters, as some readers do before they look for a scheme."""
    return "".join([c for c in url if unicodedata.category(c) != "Cf"])


def _percent(match: re.Match[str]) -> str:
    return "".join([f"%{octet:02X}" for octet in match[0].encode()])
