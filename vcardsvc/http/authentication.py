"""Who may come in: the key, and where it comes from.

A secret key stands in its header alone. A publishable one may stand in a form too, and counts only
from its own origins. What must never enter here: a body, or what a caller wants.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.errors import E104, E403, Problem, Refused
from vcardsvc.http.base_url import certain_base_url
from vcardsvc.services.keys import SECRET, Key, Keys
from vcardsvc.settings import Settings
from vcardsvc.validation.origins import (
    SELF,
    Headers,
    cors_headers,
    is_among,
    not_allowed,
    of_request,
    preflight_headers,
)

NOT_IN_A_FORM: Final = (
    "A secret key has no place in a form. This makes a publishable one: "
    "vcardsvc keys add NAME --origin ORIGIN"
)
SEND_IT: Final = "Send it in x-api-key."
SEND_IT_IN_A_FIELD: Final = "Send it in x-api-key, or in the form's field api-key."


class Authenticator:
    """What a worker judges keys and origins by."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self.settings = settings
        self.keys = keys

    def known(
        self, presented: bytes | None, field: str | None = None, detail: str = SEND_IT
    ) -> Key:
        """The presented key, from the x-api-key header or from a form's `field` (a JSON pointer).
        Raises Refused (E104) for a missing or wrong one: one text for both, whose `detail` says
        where a key belongs."""
        key = self.keys.check(presented)
        if key is None:
            raise Refused(Problem(code=E104, cause="key", field=field, detail=detail))
        return key

    def judge(
        self,
        key: Key,
        scope: Mapping[str, Any],
        headers: Mapping[bytes, bytes],
        field: str | None = None,
    ) -> None:
        """Raises Refused (E403) for a secret key in a form's field, and for a publishable one that
        comes from elsewhere."""
        if key.kind != SECRET:
            self._from_home(key, scope, headers)
        elif field:
            raise _secret_in_form()

    def is_own(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> bool:
        """Whether the request comes from a page of this service itself; it does not when nobody
        can say where that is."""
        origin = _origin(headers)
        try:
            return bool(origin) and is_among(origin, (SELF,), self.own(scope))
        except Refused:
            return False

    def own(self, scope: Mapping[str, Any]) -> str:
        """Where pages of this service itself stand; "" when nobody can be sure."""
        return certain_base_url(self.settings, scope)

    def form_key(self, scope: Mapping[str, Any]) -> str:
        """The page's own key, where it would be taken; else ""."""
        try:
            return self.keys.form_key if self.own(scope) else ""
        except Refused:
            return ""

    def refuse_secret(self, presented: bytes) -> None:
        """Raises Refused (E403) for a secret key where a publishable one may stand."""
        key = self.keys.check(presented)
        if key is not None and key.kind == SECRET:
            raise _secret_in_form()

    def cors(self, headers: Mapping[bytes, bytes]) -> Headers:
        """What lets the scripts of a publishable key's origin read the answer."""
        return cors_headers(of_request(headers.get(b"origin"), None), self.keys.origins)

    def preflight(self, headers: Mapping[bytes, bytes]) -> Headers:
        """The answer to a browser that asks before it sends."""
        return preflight_headers(of_request(headers.get(b"origin"), None), self.keys.origins)

    def _from_home(
        self, key: Key, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]
    ) -> None:
        base = self.own(scope) if SELF in key.origins else ""
        if not is_among(_origin(headers), key.origins, base):
            detail = not_allowed(headers.get(b"origin"), headers.get(b"referer"))
            raise Refused(Problem(code=E403, cause="origin", detail=detail))


def _secret_in_form() -> Refused:
    return Refused(Problem(code=E403, cause="secret-in-form", detail=NOT_IN_A_FORM))


def _origin(headers: Mapping[bytes, bytes]) -> str:
    return of_request(headers.get(b"origin"), headers.get(b"referer"))
