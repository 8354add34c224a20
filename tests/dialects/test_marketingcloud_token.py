"""Marketing Cloud: the token that its clients ask for before their first call."""

import json
from base64 import b64encode
from typing import Any, Final

import pytest

from tests.dialects.test_marketingcloud import said, spoken
from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.marketingcloud.routes import TOKEN
from vcardsvc.errors import E100, E104, E108, E113, E403, E503, Problem, Refused

BASE: Final = "https://cards.example.com/marketingcloud"
ASKED: Final[dict[str, Any]] = {
    "grant_type": "client_credentials",
    "client_id": "any",
    "client_secret": "KEY",
}
FORM: Final = b"application/x-www-form-urlencoded; charset=utf-8"
FORM_BODY: Final = b"grant_type=client_credentials&client_id=any&client_secret=K%45Y"
BASIC: Final = {b"authorization": b"Basic " + b64encode(b"any:KEY")}

GRANTED: Final[dict[str, Any]] = {
    "access_token": "KEY",
    "token_type": "Bearer",
    "expires_in": 1079,
    "scope": "list_and_subscribers_read list_and_subscribers_write",
    "soap_instance_url": f"{BASE}/",
    "rest_instance_url": f"{BASE}/",
}


def asking(body: Any, **members: Any) -> Request:
    """A request for a token."""
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(body=octets, base_url=BASE, **{"content_type": b"application/json", **members})


WAYS: Final = [
    ("JSON", asking(ASKED)),
    ("with an account", asking({**ASKED, "account_id": 12345})),
    ("with an account's digits", asking({**ASKED, "account_id": "12345"})),
    ("with a scope", asking({**ASKED, "scope": "email_read"})),
    ("a form", asking(FORM_BODY, content_type=FORM)),
    ("Basic", asking({"grant_type": "client_credentials"}, headers=BASIC)),
    ("Basic beside another secret", asking({**ASKED, "client_secret": "x"}, headers=BASIC)),
]


@pytest.mark.parametrize("ask", [ask for _, ask in WAYS], ids=[name for name, _ in WAYS])
def test_the_token_is_the_key(ask: Request) -> None:
    """Whoever presents a key as the client's secret gets it back as a token, with the address of
    the next call."""
    assert spoken().credential(TOKEN, ask) == b"KEY"
    reply = spoken().read(TOKEN, ask)
    assert isinstance(reply, Response)
    assert (reply.status, dict(reply.headers)[b"cache-control"]) == (200, b"no-store")
    assert list(said(reply).items()) == list(GRANTED.items())


NO_SECRET = [
    asking({**ASKED, "client_secret": None}),
    asking({**ASKED, "client_secret": ""}),
    asking({**ASKED, "client_secret": 7}),
    asking({}),
    asking(b"client_id=any", content_type=FORM),
    asking(ASKED, headers={b"authorization": b"Basic ?"}),
    asking(ASKED, headers={b"authorization": b"Basic " + b64encode(b"any")}),
]


@pytest.mark.parametrize("ask", NO_SECRET)
def test_without_a_secret_there_is_no_key(ask: Request) -> None:
    """A secret that is missing, or no text, is no key, and no token comes of it."""
    assert spoken().credential(TOKEN, ask) is None
    with pytest.raises(Refused) as refused:
        spoken().read(TOKEN, ask)
    assert [problem.code for problem in refused.value.problems] == [E104]


FAULTS = [
    ({**ASKED, "grant_type": "authorization_code"}, "unsupported_grant_type",
     "grant_type must be client_credentials."),
    ({**ASKED, "grant_type": ["client_credentials"]}, "unsupported_grant_type",
     "grant_type must be client_credentials."),
    ({**ASKED, "grant_type": None}, "invalid_request", "grant_type must be given."),
    ({**ASKED, "client_id": None}, "invalid_request", "client_id must be given."),
    ({**ASKED, "client_id": 7}, "invalid_request", "client_id must be given."),
    ({**ASKED, "account_id": "mine"}, "invalid_request", "account_id is a number."),
    ({**ASKED, "account_id": "1" * 20}, "invalid_request", "account_id is a number."),
    ({**ASKED, "account_id": True}, "invalid_request", "account_id is a number."),
]  # fmt: skip


@pytest.mark.parametrize(("body", "error", "detail"), FAULTS)
def test_what_is_no_request_for_a_token_is_refused(body: Any, error: str, detail: str) -> None:
    """Faults are told in the words of OAuth 2.0."""
    ask = asking(body)
    with pytest.raises(Refused) as refused:
        spoken().read(TOKEN, ask)
    reply = spoken().error_response(TOKEN, ask, refused.value.problems)
    description = said(reply)["error_description"]
    assert (reply.status, said(reply)) == (
        400,
        {"error": error, "error_description": description, "error_uri": ""},
    )
    assert description.endswith(detail)


@pytest.mark.parametrize(("body", "code"), [(b"{", E108), (b"", E100), (b"[]", E100)])
def test_a_body_that_does_not_parse_has_no_key(body: bytes, code: Any) -> None:
    """It is refused before anybody asks whose key it is."""
    with pytest.raises(Refused) as refused:
        spoken().credential(TOKEN, asking(body))
    assert [problem.code for problem in refused.value.problems] == [code]


DOOR: Final[list[tuple[Problem, int, str, str]]] = [
    (Problem(code=E104), 401, "invalid_client", "Client authentication failed."),
    (Problem(code=E403), 403, "unauthorized_client", "This may not be done."),
    (Problem(code=E108), 400, "invalid_request", E108.info),
    (Problem(code=E100, status=408), 408, "invalid_request", E100.info),
    (Problem(code=E100, status=413), 413, "invalid_request", E100.info),
    (Problem(code=E100, status=415), 415, "invalid_request", E100.info),
    (Problem(code=E113, retry_after=5), 429, "temporarily_unavailable", E113.info),
    (Problem(code=E503), 500, "server_error", E503.info),
    (Problem(code=E503, status=503, retry_after=5), 503, "temporarily_unavailable", E503.info),
]


@pytest.mark.parametrize(("problem", "status", "error", "description"), DOOR)
def test_the_doors_refusals_are_those_of_oauth(
    problem: Problem, status: int, error: str, description: str
) -> None:
    """Where a token is asked for the error object is RFC 6749's."""
    reply = spoken().error_response(TOKEN, Request(), (problem,))
    headers = dict(reply.headers)
    challenge = b'Basic realm="vcardsvc"' if status == 401 else None
    again = b"5" if problem.retry_after else None
    assert (reply.status, headers.get(b"www-authenticate"), headers.get(b"retry-after")) == (
        status,
        challenge,
        again,
    )
    assert said(reply) == {"error": error, "error_description": description, "error_uri": ""}
