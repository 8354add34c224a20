"""Grants the token that Marketing Cloud's clients request before their first call: the key itself.

    POST /v2/token        {"grant_type": "client_credentials", "client_id", "client_secret": KEY,
                           "account_id"}
    POST /v1/requestToken {"clientId", "clientSecret": KEY}: sent by the vendor's older clients

Authentication checks the key, as it does for every call.

Source: the vendor's "Access Token for Server-to-Server Integrations"; RFC 6749 sections 2.3.1, 4.4
and 5.1 for forms and Basic; the vendor's own clients for the older call.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from vcardsvc.apis.base import Request, Response, query_options
from vcardsvc.apis.json import json_response
from vcardsvc.apis.marketingcloud.errors import INVALID_REQUEST, REQUIRED, UNSUPPORTED_GRANT
from vcardsvc.errors import E104, Problem, Refused
from vcardsvc.formats.json import json_object

FORM: Final = b"application/x-www-form-urlencoded"

EXPIRES_IN: Final = 1079
"""Seconds until a client requests a new token: the vendor's number (20 minutes less some)."""

NO_STORE: Final = ((b"cache-control", b"no-store"), (b"pragma", b"no-cache"))

SCOPE: Final = "list_and_subscribers_read list_and_subscribers_write"
"""The vendor's names of the permissions that a contact's call needs."""

LEGACY_EXPIRES_IN: Final = 3479
"""The same for the older call: the vendor's number (an hour less some)."""

_ACCOUNT_ID: Final = re.compile(r"[0-9]{0,19}")
"""The vendor's number of a business unit (MID): it has 9 digits; 2**63 has 19."""


def secret(request: Request) -> bytes | None:
    """Return the client's secret: the password of Basic, else `client_secret` of the body.

    Raises Refused for a body that does not parse.
    """
    maybe_basic = _basic(request)
    if maybe_basic is None:
        return _text(_parameters(request), "client_secret")
    try:
        return b64decode(maybe_basic, validate=True).partition(b":")[2] or None
    except ValueError:
        return None


def token_response(request: Request) -> Response:
    """Return the token. Raises Refused for another grant than client_credentials, and E104 without
    a key.

    `account_id` names a business unit: its form is checked, and it never extends the rights of a
    key.
    """
    parameters = _parameters(request)
    maybe_secret = secret(request)
    if maybe_secret is None:
        raise Refused(Problem(code=E104, cause="no-key"))
    if not parameters.get("grant_type"):
        _refuse("grant_type", "grant_type must be given.")
    if parameters["grant_type"] != "client_credentials":
        raise Refused(Problem(code=UNSUPPORTED_GRANT, field="/grant_type", cause="grant-type"))
    if _text(parameters, "client_id") is None and _basic(request) is None:
        _refuse("client_id", "client_id must be given.")
    if not _is_account(parameters.get("account_id")):
        _refuse("account_id", "account_id is a number.")
    body = {
        "access_token": maybe_secret.decode("utf-8", "replace"),
        "token_type": "Bearer",
        "expires_in": EXPIRES_IN,
        "scope": SCOPE,
        # There is no SOAP API here, but the vendor's Python client needs the member to start.
        "soap_instance_url": f"{request.base_url}/",
        "rest_instance_url": f"{request.base_url}/",
    }
    return json_response(200, body, *NO_STORE)


def legacy_secret(request: Request) -> bytes | None:
    """Return the `clientSecret` of the body. Raises Refused for a body that does not parse."""
    return _text(_parameters(request), "clientSecret")


def legacy_token_response(request: Request) -> Response:
    """Return the token for older clients. Raises Refused: E104 without a key, REQUIRED without a
    clientId.

    Their `scope`, `refreshToken` and `accessType` change nothing: the token is the key.
    """
    maybe_secret = legacy_secret(request)
    if maybe_secret is None:
        raise Refused(Problem(code=E104, cause="no-key"))
    if _text(_parameters(request), "clientId") is None:
        detail = "clientId must be given."
        raise Refused(Problem(code=REQUIRED, field="/clientId", cause="client-id", detail=detail))
    body = {
        "accessToken": maybe_secret.decode("utf-8", "replace"),
        "expiresIn": LEGACY_EXPIRES_IN,
    }
    return json_response(200, body, *NO_STORE)


def _basic(request: Request) -> bytes | None:
    """Return the credentials of a Basic header; None without such a header."""
    authorization = request.headers.get(b"authorization", b"")
    scheme, _, credentials = authorization.strip().partition(b" ")
    return credentials.strip() if scheme.lower() == b"basic" else None


def _parameters(request: Request) -> Mapping[str, Any]:
    if request.content_type.partition(b";")[0].strip().lower() == FORM:
        return {name: values[-1] for name, values in query_options(request.body).items()}
    return json_object(request.body)


def _text(parameters: Mapping[str, Any], name: str) -> bytes | None:
    """Return a parameter that is a text; None for an empty one or another type."""
    value = parameters.get(name)
    return value.encode() if type(value) is str and value else None


def _is_account(value: Any) -> bool:
    """Return whether a value is a whole number, its digits, or absent."""
    if value is None or type(value) is int:
        return True
    return type(value) is str and _ACCOUNT_ID.fullmatch(value) is not None


def _refuse(name: str, detail: str) -> NoReturn:
    raise Refused(
        Problem(code=INVALID_REQUEST, field=f"/{name}", cause=name.replace("_", "-"), detail=detail)
    )
