"""Compares origins (RFC 6454): of a request and of a publishable key.

Strategy: every origin is written in one normal form, so that origins are equal as strings. A text
that is not one http or https origin, such as `null`, is "".
"""

import ipaddress
import re
from collections.abc import Collection, Sequence
from typing import Final

SELF: Final = "self"
"""The entry of a key's origins that means the service's own origin."""

URL_LENGTH: Final = 2048
"""The most characters of a redirect: every browser and proxy accepts that many."""

PORTS: Final = {"http": 80, "https": 443}
"""The schemes of a web page and their default ports."""

# RFC 6454 section 7.1 with the host of RFC 3986 section 3.2.2. Browsers write an international name
# in ASCII. The patterns are compiled on first use: a service without publishable keys does not need
# them, and they would take a millisecond of its start.
_ORIGIN: Final = (
    r"(?P<scheme>[A-Za-z]+)://(?P<host>[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_.])?"
    r"|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?"
)
_URL: Final = r"(?P<origin>[^/?#\\]*://[^/?#\\]+)(?P<rest>[/?#][!-~]*)?"
_ENDS_IN_A_NUMBER: Final = r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?"


def normal(text: str) -> str:
    """Return an origin in its normal form; "" for other text and other schemes than http and https.

    Scheme and host are in lower case, an IPv6 address in its short form, and the scheme's default
    port is omitted (RFC 6454 section 6.2).
    """
    match = re.fullmatch(_ORIGIN, text)
    if match is None:
        return ""
    scheme, host = match["scheme"].lower(), _host(match["host"].lower())
    port = int(match["port"] or PORTS.get(scheme, 0))
    if not host or not 0 < port < 65536 or scheme not in PORTS:
        return ""
    return f"{scheme}://{host}" if port == PORTS[scheme] else f"{scheme}://{host}:{port}"


def _host(host: str) -> str:
    """Return the normal form of a host in lower case; "" for one that no browser would send."""
    try:
        if host.startswith("["):
            return f"[{ipaddress.IPv6Address(host[1:-1])}]"
        if re.fullmatch(_ENDS_IN_A_NUMBER, host):
            return str(ipaddress.IPv4Address(host))
    except ValueError:
        return ""
    return "" if ".." in host else host


def of_url(url: str) -> str:
    """Return the origin of an absolute http or https URL; "" for other text."""
    match = re.fullmatch(_URL, url)
    return normal(match["origin"]) if match else ""


def of_request(origin: bytes | None, referer: bytes | None) -> str:
    """Return the origin of a request: of its Origin header, else of its Referer; "" without one.

    If the Origin header is `null`, a list, or no origin, the Referer is not read: the browser hides
    the origin on purpose (RFC 6454 section 7.3).
    """
    if origin is not None:
        return normal(origin.decode("latin-1"))
    return of_url(referer.decode("latin-1")) if referer else ""


def is_among(origin: str, allowed: Collection[str], base: str = "") -> bool:
    """Return whether `origin` (from `of_request`) is one of the `allowed` origins of a key.

    `base` is the base URL of the request to the service; its origin stands for SELF.
    """
    if origin in ("", SELF):
        return False
    return origin in allowed or (SELF in allowed and origin == of_url(base))


_NO_ORIGIN: Final = {b"null": "null, as that of every page opened from a file (file://) is"}
"""Describes an Origin header that is no origin, for a message."""


def not_allowed(origin: bytes | None, referer: bytes | None) -> str:
    """Explain why a request with these headers may not use a publishable key, and the command with
    which an operator can allow it."""
    if origin is None and not referer:
        return (
            "A publishable key is for web pages, and this request names no origin. A program needs "
            "a secret key: vcardsvc keys add NAME"
        )
    request_origin = of_request(origin, referer)
    if not request_origin:
        what = _NO_ORIGIN.get(origin or b"", "not http or https")
        return (
            f"The origin of this page is {what}, which no key can allow. "
            "Serve the page over https, or from http://localhost."
        )
    try:
        _checked_origin(request_origin)
    except ValueError as fault:
        return f"This publishable key may not be used from {request_origin}: {fault}."
    both = " (localhost and 127.0.0.1 are two origins)" if _is_loopback(request_origin) else ""
    return (
        f"This publishable key may not be used from {request_origin}{both}. "
        "This makes one that may: "
        f"vcardsvc keys add NAME --origin {request_origin}"
    )


def checked_origins(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the origins of a new key, each once, in their normal form.

    Raises ValueError with a sentence for an operator.
    """
    return tuple(dict.fromkeys(_checked_origin(text) for text in texts))


def _checked_origin(text: str) -> str:
    if "*" in text:
        raise ValueError(f"the origin {text} has a wildcard; name every origin by itself")
    if not text.isascii():
        raise ValueError(f"the origin {text} must be in its ASCII form, such as https://xn--...")
    origin = normal(text.removesuffix("/"))
    if not origin:
        raise ValueError(f"the origin {text} must be like https://example.com, without a path")
    return _safe(origin, f"the origin {text}")


def checked_redirects(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the redirects of a new key, each once, as written.

    Raises ValueError with a sentence for an operator.
    """
    return tuple(dict.fromkeys(_checked_redirect(text) for text in texts))


def _checked_redirect(text: str) -> str:
    origin = of_url(text) if len(text) <= URL_LENGTH else ""
    if not origin:
        raise ValueError(
            f"the redirect {text[:URL_LENGTH]} must be an absolute address in ASCII of at most "
            f"{URL_LENGTH} characters, such as https://example.com/thanks"
        )
    _safe(origin, f"the redirect {text}")
    return text


def _safe(origin: str, what: str) -> str:
    """Return `origin`. Raises ValueError for http to another machine: an attacker on the network
    could replace the page and read the key."""
    if origin.startswith("http://") and not _is_loopback(origin):
        raise ValueError(f"{what} must be https; http is for localhost alone")
    return origin


def _is_loopback(origin: str) -> bool:
    match = re.fullmatch(_ORIGIN, origin)
    host = match["host"].strip("[]").removesuffix(".") if match else ""
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761 section 6.3
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
