"""Authenticates a request: its key, the origin that it comes from, the limit of its rate.

A secret key counts in its header alone. A publishable one may be in a form too, and is valid only
from its own origins. Nothing here waits for the database; only a limited key waits for Redis.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from vcardsvc.apis.base import Headers
from vcardsvc.errors import E104, E403, Problem, Refused
from vcardsvc.http.base_url import certain_base_url
from vcardsvc.http.error_rendering import RENDERED, FailureContext, failed
from vcardsvc.http.request import HttpRequest
from vcardsvc.services import rate_limits
from vcardsvc.services.keys import SECRET, Key, Keys
from vcardsvc.services.rate_limits import RateLimits
from vcardsvc.settings import Settings
from vcardsvc.validation.origins import SELF, is_among, not_allowed, of_request

NOT_IN_A_FORM: Final = (
    "A secret key has no place in a form. This makes a publishable one: "
    "vcardsvc keys add NAME --origin ORIGIN"
)
USE_HEADER: Final = "Send it in x-api-key."
USE_HEADER_OR_FIELD: Final = "Send it in x-api-key, or in the form's field api-key."


class Caller(Struct, frozen=True, kw_only=True):
    """The caller of a request: the valid key, and the headers that every response to it gets."""

    key: Key
    headers: Headers = ()


class Authenticator:
    """Checks keys, origins and rates for one worker."""

    def __init__(self, settings: Settings, keys: Keys, limits: RateLimits) -> None:
        self._settings = settings
        self._keys = keys
        self._limits = limits

    async def authenticate(
        self,
        request: HttpRequest,
        presented: bytes | None,
        field: str | None = None,
        detail: str = USE_HEADER,
    ) -> Caller:
        """Return the caller whose key was presented, in its header or in a form's `field` (a JSON
        pointer), and count the request where keys of this kind have a limit.

        `detail` says where a key belongs. Raises Refused or RequestFailed: E104, E403, E113.
        """
        key = self._keys.check(presented)
        if key is None:
            raise _invalid_key(field, detail)
        headers: Headers = ()
        if key.kind == SECRET and not field and SECRET not in self._limits.limited:
            return Caller(key=key)
        try:
            self._check_place(key, request, field)
            if key.kind in self._limits.limited:
                state = await self._limits.hit(key)
                headers = rate_limits.headers(state)
                if not state.allowed:
                    raise rate_limits.refusal(state)
        except RENDERED as fault:
            raise failed(fault, FailureContext(key=key.name, headers=headers)) from None
        return Caller(key=key, headers=headers)

    def identify(self, presented: bytes | None) -> Key:
        """Return the key that was presented in its header. Raises Refused (E104) without one."""
        key = self._keys.check(presented)
        if key is None:
            raise _invalid_key(None, USE_HEADER)
        return key

    def is_own_page(self, request: HttpRequest) -> bool:
        """Return whether the request comes from a page of this service itself; False if the
        service's address is not certain."""
        origin = _origin(request)
        try:
            return bool(origin) and is_among(origin, (SELF,), self._own_url(request))
        except Refused:
            return False

    def form_key(self, request: HttpRequest) -> str:
        """Return the key of the service's own page where it would be valid; else ""."""
        try:
            return self._keys.form_key if self._own_url(request) else ""
        except Refused:
            return ""

    def refuse_secret(self, presented: bytes) -> None:
        """Raise Refused (E403) for a secret key in a form's field."""
        key = self._keys.check(presented)
        if key is not None and key.kind == SECRET:
            raise _secret_in_form()

    def _check_place(self, key: Key, request: HttpRequest, field: str | None) -> None:
        """Raise Refused (E403) for a secret key in a form's field, and for a publishable one from
        another origin than its own."""
        if key.kind == SECRET:
            if field:
                raise _secret_in_form()
            return
        base = self._own_url(request) if SELF in key.origins else ""
        if not is_among(_origin(request), key.origins, base):
            headers = request.headers
            detail = not_allowed(headers.get(b"origin"), headers.get(b"referer"))
            raise Refused(Problem(code=E403, cause="origin", detail=detail))

    def _own_url(self, request: HttpRequest) -> str:
        """Return where pages of this service itself are; "" when that is not certain."""
        return certain_base_url(self._settings, request)


def presented_key(headers: Mapping[bytes, bytes]) -> bytes | None:
    """Return the key in x-api-key, or as a Bearer token (RFC 6750 section 2.1); None without."""
    maybe_key = headers.get(b"x-api-key")
    if maybe_key is not None:
        return maybe_key
    scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
    return token.strip(b" ") if scheme.lower() == b"bearer" else None


def _invalid_key(field: str | None, detail: str) -> Refused:
    """Return E104 for a missing or an invalid key, with one text for both."""
    return Refused(Problem(code=E104, cause="key", field=field, detail=detail))


def _secret_in_form() -> Refused:
    return Refused(Problem(code=E403, cause="secret-in-form", detail=NOT_IN_A_FORM))


def _origin(request: HttpRequest) -> str:
    return of_request(request.headers.get(b"origin"), request.headers.get(b"referer"))
