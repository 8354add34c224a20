"""AutoDNS in JSON, before the contact: keys, headers, and refusals of the edge."""

import pytest

from tests.support.autodns import (
    API,
    ROUTES,
    codes_of,
    created_response,
    draft_of,
    error_response,
    json_of,
    request_of,
)
from vcardsvc.apis.autodns.errors import SERVED
from vcardsvc.apis.autodns.gateway.request import OPERATIONS
from vcardsvc.apis.autodns.routes import ROUTES as ROUTE_TABLE
from vcardsvc.apis.base import Request
from vcardsvc.errors import E100, E403, E404, E406, E503, E1527, Code, Problem

CUSTOMER = {"context": 4, "user": "customer"}
PERSON = {"type": "PERSON", "fname": "Ada", "lname": "Sample"}


def _code(status: int) -> Code:
    return Code(name="E999", status=status, info="Of the edge.", when="in tests")


REFUSALS: list[tuple[str | None, Problem, int, str]] = [
    ("create", Problem(code=_code(401)), 401, "E0301"),
    ("create", Problem(code=E403), 403, "EF03016"),
    ("info", Problem(code=E403), 403, "EF03016"),
    ("info", Problem(code=E404), 400, "EF03016"),
    ("update", Problem(code=E404), 400, "EF03016"),
    ("delete", Problem(code=E404), 400, "EF03016"),
    (None, Problem(code=E404), 404, "E00000"),
    (None, Problem(code=E100, status=405), 405, "E00000"),
    ("info", Problem(code=E406, field="/as"), 406, "E0304"),
    ("create", Problem(code=E100, status=408), 408, "E0301"),
    ("create", Problem(code=E100, status=413), 413, "E0301"),
    ("create", Problem(code=E100, status=415), 415, "E0301"),
    ("delete", Problem(code=E1527), 400, "E0303"),
    ("create", Problem(code=_code(429), retry_after=7), 429, "E0301"),
    ("create", Problem(code=E503), 500, "EF03014"),
    ("create", Problem(code=E503, status=503, retry_after=5), 503, "EF03013"),
]


@pytest.mark.parametrize(("name", "problem", "status", "code"), REFUSALS)
def test_a_refusal_of_the_edge_has_its_envelope(
    name: str | None, problem: Problem, status: int, code: str
) -> None:
    """Faults of keys, paths, methods and sizes, and our own, have a code and their HTTP status."""
    response = API.error_response(ROUTES[name] if name else None, request_of(id="7"), (problem,))
    assert (response.status, json_of(response)["status"]["code"]) == (status, code)
    headers = dict(response.headers)
    assert headers.get(b"retry-after") == (
        b"%d" % problem.retry_after if problem.retry_after else None
    )
    assert (b"www-authenticate" in headers) == (status == 401)


def test_the_notice_lists_every_route_and_task() -> None:
    """A response to an unknown path names what is served."""
    routes = ", ".join(f"{route.method} {route.path}" for route in ROUTE_TABLE)
    tasks = ", ".join(f"{code} {operation}" for code, operation in OPERATIONS.items())
    assert f"Served are: {routes} (XML, tasks {tasks})." == SERVED


CREDENTIALS: list[tuple[bytes, bytes | None]] = [
    (b"Basic Y3VzdG9tZXI6a2V5", b"key"),
    (b"basic  Y3VzdG9tZXI6a2V5 ", b"key"),
    (b"Basic YTpiOmM=", b"b:c"),
    (b"Basic OmtleQ==", b"key"),
    (b"Basic Y3VzdG9tZXI6", None),
    (b"Basic Y3VzdG9tZXI=", None),
    (b"Basic ???", None),
    (b"Basic \xff", None),
    (b"Bearer key", None),
    (b"", None),
]


@pytest.mark.parametrize(("header", "key"), CREDENTIALS)
def test_the_key_is_the_password_of_basic(header: bytes, key: bytes | None) -> None:
    """The key is the text after the first colon, with any user name."""
    request = Request(headers={b"authorization": header})
    assert API.credential(ROUTES["create"], request) == key


def test_headers_are_echoed() -> None:
    """The response repeats the user, the context, the owner and the transaction's own id."""
    headers = {
        b"x-domainrobot-context": b"1",
        b"x-domainrobot-owner-user": b"sub",
        b"x-domainrobot-owner-context": b"33004",
        b"x-domainrobot-ctid": b"mine-1",
    }
    body = json_of(created_response("create", request_of(PERSON, headers=headers)))
    assert body["ctid"] == "mine-1"
    assert body["data"][0]["owner"] == {"context": 33004, "user": "sub"}
    assert body["data"][0]["updater"] == {"context": 1, "user": "customer"}
    assert json_of(created_response("create", request_of(PERSON, query=b"ctid=q")))["ctid"] == "q"


HEADERS: list[tuple[bytes, bytes, str]] = [
    (b"x-domainrobot-context", b"four", "/X-Domainrobot-Context"),
    (b"x-domainrobot-context", b"9999999999", "/X-Domainrobot-Context"),
    (b"x-domainrobot-ctid", b"x" * 256, "/ctid"),
    (b"x-domainrobot-ctid", b"a\x01", "/ctid"),
    (b"x-domainrobot-owner-context", b"-1", "/X-Domainrobot-Owner-Context"),
]


@pytest.mark.parametrize(("name", "value", "field"), HEADERS)
@pytest.mark.parametrize("route", ["create", "list", "info", "update", "delete"])
def test_a_header_of_a_wrong_form_is_refused(
    route: str, name: bytes, value: bytes, field: str
) -> None:
    """Headers are checked for their form on every route."""
    body = PERSON if route in ("create", "update") else None
    response = error_response(route, request_of(body, id="7", headers={name: value}))
    assert (response.status, codes_of(response)[0][1]) == (400, field)
    assert "ctid" not in json_of(response)


def test_without_a_context_it_is_the_live_system() -> None:
    """The default context is 4, as in the vendor's client."""
    assert (
        draft_of(PERSON, headers={b"x-domainrobot-context": b""}).vendor_fields["owner"] == CUSTOMER
    )
