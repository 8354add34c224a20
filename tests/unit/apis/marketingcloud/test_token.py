"""Marketing Cloud: the token that its clients request before their first call."""

import json
from base64 import b64encode
from typing import Any, Final

import pytest

from tests.support.marketingcloud import api, json_of
from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.marketingcloud.routes import TOKEN
from vcardsvc.errors import E100, E104, E108, E113, E403, E503, Problem, Refused

BASE: Final = "https://cards.example.com/marketingcloud"
REQUEST: Final[dict[str, Any]] = {
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


def token_request(body: Any, **members: Any) -> Request:
    """Return a request for a token."""
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(body=octets, base_url=BASE, **{"content_type": b"application/json", **members})


WAYS: Final = [
    ("JSON", token_request(REQUEST)),
    ("with an account", token_request({**REQUEST, "account_id": 12345})),
    ("with an account's digits", token_request({**REQUEST, "account_id": "12345"})),
    ("with a scope", token_request({**REQUEST, "scope": "email_read"})),
    ("a form", token_request(FORM_BODY, content_type=FORM)),
    ("Basic", token_request({"grant_type": "client_credentials"}, headers=BASIC)),
    (
        "Basic beside another secret",
        token_request({**REQUEST, "client_secret": "x"}, headers=BASIC),
    ),
]


@pytest.mark.parametrize(
    "request_", [request for _, request in WAYS], ids=[name for name, _ in WAYS]
)
def test_the_token_is_the_key(request_: Request) -> None:
    """A key that is sent as the client's secret comes back as a token, with the address of the next
    call."""
    assert api().credential(TOKEN, request_) == b"KEY"
    response = api().read(TOKEN, request_)
    assert isinstance(response, Response)
    assert (response.status, dict(response.headers)[b"cache-control"]) == (200, b"no-store")
    assert list(json_of(response).items()) == list(GRANTED.items())


NO_SECRET = [
    token_request({**REQUEST, "client_secret": None}),
    token_request({**REQUEST, "client_secret": ""}),
    token_request({**REQUEST, "client_secret": 7}),
    token_request({}),
    token_request(b"client_id=any", content_type=FORM),
    token_request(REQUEST, headers={b"authorization": b"Basic ?"}),
    token_request(REQUEST, headers={b"authorization": b"Basic " + b64encode(b"any")}),
]


@pytest.mark.parametrize("request_", NO_SECRET)
def test_without_a_secret_there_is_no_key(request_: Request) -> None:
    """A secret that is missing, or no text, is no key, and there is no token for it."""
    assert api().credential(TOKEN, request_) is None
    with pytest.raises(Refused) as refused:
        api().read(TOKEN, request_)
    assert [problem.code for problem in refused.value.problems] == [E104]


FAULTS = [
    ({**REQUEST, "grant_type": "authorization_code"}, "unsupported_grant_type",
     "grant_type must be client_credentials."),
    ({**REQUEST, "grant_type": ["client_credentials"]}, "unsupported_grant_type",
     "grant_type must be client_credentials."),
    ({**REQUEST, "grant_type": None}, "invalid_request", "grant_type must be given."),
    ({**REQUEST, "client_id": None}, "invalid_request", "client_id must be given."),
    ({**REQUEST, "client_id": 7}, "invalid_request", "client_id must be given."),
    ({**REQUEST, "account_id": "mine"}, "invalid_request", "account_id is a number."),
    ({**REQUEST, "account_id": "1" * 20}, "invalid_request", "account_id is a number."),
    ({**REQUEST, "account_id": True}, "invalid_request", "account_id is a number."),
]  # fmt: skip


@pytest.mark.parametrize(("body", "error", "detail"), FAULTS)
def test_an_invalid_request_for_a_token_is_refused(body: Any, error: str, detail: str) -> None:
    """Faults have the codes of OAuth 2.0."""
    request = token_request(body)
    with pytest.raises(Refused) as refused:
        api().read(TOKEN, request)
    response = api().error_response(TOKEN, request, refused.value.problems)
    description = json_of(response)["error_description"]
    assert (response.status, json_of(response)) == (
        400,
        {"error": error, "error_description": description, "error_uri": ""},
    )
    assert description.endswith(detail)


@pytest.mark.parametrize(("body", "code"), [(b"{", E108), (b"", E100), (b"[]", E100)])
def test_a_body_that_does_not_parse_has_no_key(body: bytes, code: Any) -> None:
    """A body that does not parse is refused before its key is checked."""
    with pytest.raises(Refused) as refused:
        api().credential(TOKEN, token_request(body))
    assert [problem.code for problem in refused.value.problems] == [code]


REFUSALS: Final[list[tuple[Problem, int, str, str]]] = [
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


@pytest.mark.parametrize(("problem", "status", "error", "description"), REFUSALS)
def test_refusals_of_the_service_are_those_of_oauth(
    problem: Problem, status: int, error: str, description: str
) -> None:
    """The error object of a request for a token is RFC 6749's."""
    response = api().error_response(TOKEN, Request(), (problem,))
    headers = dict(response.headers)
    challenge = b'Basic realm="vcardsvc"' if status == 401 else None
    retry_after = b"5" if problem.retry_after else None
    assert (response.status, headers.get(b"www-authenticate"), headers.get(b"retry-after")) == (
        status,
        challenge,
        retry_after,
    )
    assert json_of(response) == {"error": error, "error_description": description, "error_uri": ""}
