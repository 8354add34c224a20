"""The token that Marketing Cloud's clients ask for before their first call: it is the key itself.

    POST /v2/token        {"grant_type": "client_credentials", "client_id", "client_secret": KEY,
                           "account_id"}
    POST /v1/requestToken {"clientId", "clientSecret": KEY}: what older clients of the vendor send

Source: the vendor's "Access Token for Server-to-Server Integrations"; RFC 6749 sections 2.3.1, 4.4
and 5.1 for forms and Basic; the vendor's own clients for the older call. What must never enter
here: a judgement whether a key is valid.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from vcardsvc.apis.base import Request, Response, json_object, json_reply, query_options
from vcardsvc.apis.marketingcloud.faults import INVALID_REQUEST, REQUIRED, UNSUPPORTED_GRANT
from vcardsvc.errors import E104, Problem, Refused

FORM: Final = b"application/x-www-form-urlencoded"

EXPIRES_IN: Final = 1079
"""Seconds after which a client asks again: the vendor's own number (20 minutes less some)."""

NO_STORE: Final = ((b"cache-control", b"no-store"), (b"pragma", b"no-cache"))

SCOPE: Final = "list_and_subscribers_read list_and_subscribers_write"
"""The vendor's names for what a contact's call needs."""

LEGACY_EXPIRES_IN: Final = 3479
"""Seconds, of the older call: the vendor's own number (an hour less some)."""

_ACCOUNT_ID: Final = re.compile(r"[0-9]{0,19}")
"""The vendor's number of a business unit (MID): it has 9 digits, and 2**63 has 19."""


def secret(ask: Request) -> bytes | None:
    """The client's secret: the password of a Basic header, else `client_secret` of the body.

    Raises Refused for a body that does not parse.
    """
    maybe_said = _basic(ask)
    if maybe_said is None:
        given = _parameters(ask).get("client_secret")
        return given.encode() if type(given) is str and given else None
    try:
        return b64decode(maybe_said, validate=True).partition(b":")[2] or None
    except ValueError:
        return None


def granted(ask: Request) -> Response:
    """The token. Raises Refused for another grant than client_credentials, and E104 for no key.

    `account_id` names a business unit: it is checked for form, and never widens what a key may see.
    """
    asked = _parameters(ask)
    maybe_secret = secret(ask)
    if maybe_secret is None:
        raise Refused(Problem(code=E104, cause="no-key"))
    if not asked.get("grant_type"):
        _invalid("grant_type", "grant_type must be given.")
    if asked["grant_type"] != "client_credentials":
        raise Refused(Problem(code=UNSUPPORTED_GRANT, field="/grant_type", cause="grant-type"))
    named = type(asked.get("client_id")) is str and asked["client_id"]
    if not named and _basic(ask) is None:
        _invalid("client_id", "client_id must be given.")
    if not _is_account(asked.get("account_id")):
        _invalid("account_id", "account_id is a number.")
    body = {
        "access_token": maybe_secret.decode("utf-8", "replace"),
        "token_type": "Bearer",
        "expires_in": EXPIRES_IN,
        "scope": SCOPE,
        # No SOAP is spoken here; the vendor's Python client will not start without the member.
        "soap_instance_url": f"{ask.base_url}/",
        "rest_instance_url": f"{ask.base_url}/",
    }
    return json_reply(200, body, *NO_STORE)


def legacy_secret(ask: Request) -> bytes | None:
    """The `clientSecret` of the body. Raises Refused for a body that does not parse."""
    given = _parameters(ask).get("clientSecret")
    return given.encode() if type(given) is str and given else None


def legacy_granted(ask: Request) -> Response:
    """The token as older clients read it. Raises Refused for no key, and where clientId is none.

    Their `scope`, `refreshToken` and `accessType` change nothing: the token is the key.
    """
    asked, maybe_secret = _parameters(ask), legacy_secret(ask)
    if maybe_secret is None:
        raise Refused(Problem(code=E104, cause="no-key"))
    if type(asked.get("clientId")) is not str or not asked["clientId"]:
        detail = "clientId must be given."
        raise Refused(Problem(code=REQUIRED, field="/clientId", cause="client-id", detail=detail))
    body = {
        "accessToken": maybe_secret.decode("utf-8", "replace"),
        "expiresIn": LEGACY_EXPIRES_IN,
    }
    return json_reply(200, body, *NO_STORE)


def _basic(ask: Request) -> bytes | None:
    """What a Basic header says; None when there is no such header."""
    scheme, _, said = ask.headers.get(b"authorization", b"").strip().partition(b" ")
    return said.strip() if scheme.lower() == b"basic" else None


def _parameters(ask: Request) -> Mapping[str, Any]:
    if ask.content_type.partition(b";")[0].strip().lower() == FORM:
        return {name: values[-1] for name, values in query_options(ask.body).items()}
    return json_object(ask.body)


def _is_account(value: Any) -> bool:
    """Whether it is a whole number, or the digits of one, or absent."""
    if value is None or type(value) is int:
        return True
    return type(value) is str and _ACCOUNT_ID.fullmatch(value) is not None


def _invalid(name: str, detail: str) -> NoReturn:
    raise Refused(
        Problem(code=INVALID_REQUEST, field=f"/{name}", cause=name.replace("_", "-"), detail=detail)
    )
