"""CORS (Fetch standard): lets scripts of a publishable key's origin read responses.

A response names one origin, never `*`. Credentials are not allowed: a request has a key.
"""

from collections.abc import Collection
from typing import Final

from vcardsvc.apis.base import Headers

MAX_AGE: Final = 7200
"""Seconds that a browser may cache a preflight: Chromium's maximum."""

EXPOSED: Final = (
    "Content-Disposition", "Vcard-Notes", "X-Request-ID", "RateLimit-Limit", "RateLimit-Remaining",
    "RateLimit-Reset", "Retry-After", "Location",
)  # fmt: skip
"""Response headers that a script may read beside those that CORS always allows."""

ALLOWED: Final = ("content-type", "x-api-key", "x-request-id", "accept")
"""Request headers that a script may send beside those that CORS always allows."""

_VARY: Final = (b"vary", b"Origin")
_FOR_SCRIPTS: Final = (
    _VARY,
    (b"access-control-expose-headers", ", ".join(EXPOSED).encode()),
)
_FOR_PREFLIGHTS: Final = (
    _VARY,
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", ", ".join(ALLOWED).encode()),
    (b"access-control-max-age", b"%d" % MAX_AGE),
)


def cors_headers(origin: str, allowed: Collection[str]) -> Headers:
    """Return the headers with which scripts of `origin` may read a response (section 3.3.3); none
    for an origin that is not among the `allowed` of all valid keys.

    `origin` is what `origins.of_request` returns for the Origin header alone.
    """
    return _to(origin, _FOR_SCRIPTS) if origin and origin in allowed else ()


def preflight_headers(origin: str, allowed: Collection[str]) -> Headers:
    """Return the headers of a preflight response (section 4.8); for an origin that is not allowed
    only `Vary`."""
    return _to(origin, _FOR_PREFLIGHTS) if origin and origin in allowed else (_VARY,)


def _to(origin: str, headers: Headers) -> Headers:
    return ((b"access-control-allow-origin", origin.encode()), *headers)
