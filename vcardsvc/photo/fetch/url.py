"""Parses the URL of a photo and of its redirects into scheme, host, port and request target.

Strategy: stricter than browsers (WHATWG URL), which repair URLs: a text that two parsers could read
differently is refused. No name is resolved here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, urljoin

import idna

from vcardsvc.errors import E1520
from vcardsvc.photo.fetch.policy import Cause, refused

MAX_URL = 2048
"""The most characters of a URL: the usual limit of browsers and CDNs."""
MAX_HOST = 253
"""The most octets of a name in DNS, as text (RFC 1035, 2.3.4)."""
DEFAULT_PORTS = {"http": 80, "https": 443}

_FORBIDDEN = re.compile(r"[\s\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?://([^/?#]*))?([^#]*)(?:#.*)?")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]%]+)(?::([0-9]{0,5}))?")
_JOINERS = "\u200c\u200d"
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LOOK_ALIKES = re.compile("[\u2044\u2215\u29f8\u2571\u2216\u29f5\u2572\u2236\ua789]")
"""Characters that look like `/`, `\\` or `:`, which end a host."""
_AUTHORITY_OF_LOCATION = re.compile(rb"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#\\]*")
_ENCODED_DOT = re.compile("%2e", re.IGNORECASE)
_TARGET_SAFE = "%/?:@!$&'()*+,;=[]"
"""ASCII that RFC 3986 allows in a path or query; the rest is percent-encoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """Holds a parsed URL; `host` is an ASCII name or an address without brackets."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Return the value of the Host header: without a default port, IPv6 in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def text(self) -> str:
        """Return the whole URL, the base of a redirect's Location."""
        return f"{self.scheme}://{self.authority}{self.path}"


def parse_url(url: str, ports: Sequence[int], base: str = "") -> Url:
    """Parse a URL, relative to `base` if it is a redirect's Location. Raises Refused (E1520)."""
    scheme, authority, path = _split(url, base)
    if scheme not in DEFAULT_PORTS:
        raise refused(E1520, Cause.URL_SCHEME)
    if "@" in authority:
        raise refused(E1520, Cause.URL_CREDENTIALS)
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise refused(E1520, Cause.URL_MALFORMED)
    host = _host(parts[1])
    port = int(parts[2] or DEFAULT_PORTS[scheme])
    if port not in ports:
        raise refused(E1520, Cause.URL_PORT)
    return Url(scheme=scheme, host=host, port=port, path=path)


def _split(url: str, base: str) -> tuple[str, str, str]:
    """Return scheme, authority and request target (RFC 9112, 3.2.1), without the fragment."""
    try:
        if len(url) > MAX_URL or _FORBIDDEN.search(url):
            raise ValueError
        parts = _URL.fullmatch(urljoin(base, url))
    except ValueError:
        raise refused(E1520, Cause.URL_MALFORMED) from None
    if parts is None:
        raise refused(E1520, Cause.URL_MALFORMED)
    path, mark, query = parts[3].partition("?")
    target = f"{_without_dots(path)}{mark}{query}"
    return parts[1].lower(), parts[2] or "", quote(target, safe=_TARGET_SAFE)


def _without_dots(path: str) -> str:
    """Return the absolute path without dot segments (RFC 3986, 5.2.4).

    A percent-encoded dot is a dot too (6.2.2.2), as in browsers.
    """
    segments = path.removeprefix("/").split("/")
    kept: list[str] = []
    dots = ""
    for segment in segments:
        dots = _ENCODED_DOT.sub(".", segment)
        if dots == "..":
            del kept[-1:]
        elif dots != ".":
            kept.append(segment)
    if dots in (".", ".."):
        kept.append("")
    return f"/{'/'.join(kept)}"


def location_text(location: bytes) -> str:
    """Return a Location header as text, its blanks and octets beyond ASCII percent-encoded.

    A host in UTF-8 is decoded as an international name.
    """
    match = _AUTHORITY_OF_LOCATION.match(location)
    end = match.end() if match else 0
    try:
        authority = location[:end].decode()
    except UnicodeDecodeError:
        authority = _percent_encoded(location[:end])
    return authority + _percent_encoded(location[end:])


def _percent_encoded(octets: bytes) -> str:
    return "".join([chr(octet) if 0x20 != octet < 0x80 else f"%{octet:02X}" for octet in octets])


def _host(text: str) -> str:
    """Return the canonical host.

    UTS 46 is applied first, so that a character that looks like a dot, a digit or a bracket cannot
    hide an address from the check for numbers (WHATWG URL, "ends in a number").
    """
    try:
        if text.startswith("["):
            return str(IPv6Address(text[1:-1]))
        if len(text) > MAX_HOST + 1:
            raise ValueError
        host = ".".join(map(_label, idna.uts46_remap(text, False).removesuffix(".").split(".")))
        if len(host) > MAX_HOST:
            raise ValueError
        if _NUMBER.fullmatch(host.rpartition(".")[2]):
            return str(IPv4Address(host))
    except ValueError:
        raise refused(E1520, Cause.URL_MALFORMED) from None
    return host


def _label(text: str) -> str:
    """Return a label in ASCII by UTS 46, which allows more than IDNA 2008, such as emoji. An ASCII
    label may hold `_`, which hosts do use."""
    if text.startswith("xn--"):
        decoded = text[4:].encode("ascii").decode("punycode")
        if decoded.isascii() or idna.uts46_remap(decoded, False) != decoded:
            raise ValueError
        label = _encoded(decoded)
        if label != text:
            raise ValueError
    else:
        label = text if text.isascii() else _encoded(text)
    if not _LABEL.fullmatch(label):
        raise ValueError
    return label


def _encoded(text: str) -> str:
    """Return the A-label of a label that UTS 46 has mapped. Raises ValueError if it is not valid
    (UTS 46 section 4.1)."""
    ascii_part = "".join(filter(str.isascii, text))
    if (ascii_part and not _LABEL.fullmatch(ascii_part)) or _LOOK_ALIKES.search(text):
        raise ValueError
    idna.check_nfc(text)
    idna.check_initial_combiner(text)
    idna.check_bidi(text)
    if not all(idna.valid_contextj(text, at) for at, each in enumerate(text) if each in _JOINERS):
        raise ValueError
    return f"xn--{text.encode('punycode').decode('ascii')}"
