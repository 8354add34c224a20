"""Origins (RFC 6454): which one a request comes from, which a key may have, and what CORS says.

Promises: one spelling for one origin, so that equality is the whole judgement; what is no single
http or https origin is none, `null` among them; who may read an answer is said to exactly one
origin, never to all. What must never enter here: a key, a route, or a rule about a card.
"""

import ipaddress
import re
from collections.abc import Collection, Sequence
from typing import Final

Headers = tuple[tuple[bytes, bytes], ...]

SELF: Final = "self"
"""Stands among a key's origins for the one that the service itself is reached at."""

URL_LENGTH: Final = 2048
"""Characters of a redirect: what every browser and proxy takes."""

MAX_AGE: Final = 7200
"""Seconds a browser may remember a preflight: as many as Chromium does at most."""

PORTS: Final = {"http": 80, "https": 443}
"""The schemes that a page can have, and the ports that they do without."""

# RFC 6454 section 7.1 with the host of RFC 3986 section 3.2.2. Browsers write an international name
# in its ASCII form, so nothing else is looked for. Texts, compiled when they are needed: a service
# without publishable keys would pay a millisecond of its start for them.
_ORIGIN: Final = (
    r"(?P<scheme>[A-Za-z]+)://(?P<host>[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_.])?"
    r"|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?"
)
_URL: Final = r"(?P<origin>[^/?#\\]*://[^/?#\\]+)(?P<rest>[/?#][!-~]*)?"
_ENDS_IN_A_NUMBER: Final = r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?"

EXPOSED: Final = (
    "Content-Disposition", "Vcard-Notes", "X-Request-ID", "RateLimit-Limit", "RateLimit-Remaining",
    "RateLimit-Reset", "Retry-After", "Location",
)  # fmt: skip
"""What a script may read of an answer beside the headers that every script may."""

TAKEN: Final = ("content-type", "x-api-key", "x-request-id", "accept")
"""What a script may send beside the headers that every script may."""

_VARY: Final = (b"vary", b"Origin")
_FOR_SCRIPTS: Final = (
    _VARY,
    (b"access-control-expose-headers", ", ".join(EXPOSED).encode()),
)
_FOR_PREFLIGHTS: Final = (
    _VARY,
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", ", ".join(TAKEN).encode()),
    (b"access-control-max-age", b"%d" % MAX_AGE),
)


def normal(text: str) -> str:
    """The one spelling of an origin; "" for what is none, or not http or https.

    Scheme and host in lower case, an IPv6 address in its short form, the scheme's own port left
    out (RFC 6454 section 6.2).
    """
    found = re.fullmatch(_ORIGIN, text)
    if found is None:
        return ""
    scheme, host = found["scheme"].lower(), _host(found["host"].lower())
    port = int(found["port"] or PORTS.get(scheme, 0))
    if not host or not 0 < port < 65536 or scheme not in PORTS:
        return ""
    return f"{scheme}://{host}" if port == PORTS[scheme] else f"{scheme}://{host}:{port}"


def _host(host: str) -> str:
    """The one spelling of a host in lower case; "" for what no browser would write."""
    try:
        if host.startswith("["):
            return f"[{ipaddress.IPv6Address(host[1:-1])}]"
        if re.fullmatch(_ENDS_IN_A_NUMBER, host):
            return str(ipaddress.IPv4Address(host))
    except ValueError:
        return ""
    return "" if ".." in host else host


def of_url(url: str) -> str:
    """The origin of an absolute http or https address; "" for what is none."""
    found = re.fullmatch(_URL, url)
    return normal(found["origin"]) if found else ""


def of_request(origin: bytes | None, referer: bytes | None) -> str:
    """Where a request comes from: its Origin, else what its Referer says; "" when neither tells.

    An Origin that is `null`, a list, or anything else but an origin is not made good by a Referer:
    the browser has said that it keeps the origin to itself (RFC 6454 section 7.3).
    """
    if origin is not None:
        return normal(origin.decode("latin-1"))
    return of_url(referer.decode("latin-1")) if referer else ""


def is_among(origin: str, allowed: Collection[str], base: str = "") -> bool:
    """Whether `origin` (one that `of_request` gave) is one of a key's.

    `base` is the address at which the service was reached; it stands for SELF.
    """
    if origin in ("", SELF):
        return False
    return origin in allowed or (SELF in allowed and origin == of_url(base))


_NO_ORIGIN: Final = {b"null": "null, as that of every page opened from a file (file://) is"}
"""What an Origin header says that is no origin, in words."""


def not_allowed(origin: bytes | None, referer: bytes | None) -> str:
    """Why a publishable key may not be used by a request with these headers, and what an operator
    can type so that it may."""
    if origin is None and not referer:
        return (
            "A publishable key is for web pages, and this request names no origin. A program needs "
            "a secret key: vcardsvc keys add NAME"
        )
    found = of_request(origin, referer)
    if not found:
        what = _NO_ORIGIN.get(origin or b"", "not http or https")
        return (
            f"The origin of this page is {what}, which no key can allow. "
            "Serve the page over https, or from http://localhost."
        )
    try:
        _checked_origin(found)
    except ValueError as fault:
        return f"This publishable key may not be used from {found}: {fault}."
    both = " (localhost and 127.0.0.1 are two origins)" if _is_loopback(found) else ""
    return (
        f"This publishable key may not be used from {found}{both}. This makes one that may: "
        f"vcardsvc keys add NAME --origin {found}"
    )


def cors_headers(origin: str, allowed: Collection[str]) -> Headers:
    """What an answer says so that scripts of `origin` may read it; nothing to any other origin.

    `origin` as `of_request` gives it from the Origin header alone, `allowed` those of all live keys
    (Fetch standard, section 3.3.3). No credentials: the key is all that counts.
    """
    return _to(origin, _FOR_SCRIPTS) if origin and origin in allowed else ()


def preflight_headers(origin: str, allowed: Collection[str]) -> Headers:
    """What an OPTIONS is answered, which carries no key; to any other origin only that it varies.

    (Fetch standard, section 4.8.)
    """
    return _to(origin, _FOR_PREFLIGHTS) if origin and origin in allowed else (_VARY,)


def _to(origin: str, headers: Headers) -> Headers:
    return ((b"access-control-allow-origin", origin.encode()), *headers)


def checked_origins(texts: Sequence[str]) -> tuple[str, ...]:
    """The origins of a new key, each once, in their one spelling.

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
    """The redirects of a new key, each once, as they were written.

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
    """Raises ValueError for http that leaves the machine: anybody on the way could take its place,
    and the key with it."""
    if origin.startswith("http://") and not _is_loopback(origin):
        raise ValueError(f"{what} must be https; http is for localhost alone")
    return origin


def _is_loopback(origin: str) -> bool:
    found = re.fullmatch(_ORIGIN, origin)
    host = found["host"].strip("[]").removesuffix(".") if found else ""
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761 section 6.3
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
