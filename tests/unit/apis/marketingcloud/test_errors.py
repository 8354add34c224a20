"""Marketing Cloud: the problems of a contact's call, their codes and their error objects."""

from typing import Any, Final

import pytest

from tests.support.marketingcloud import (
    EMAIL,
    EXAMPLE,
    LINE_ID,
    SIMPLE,
    api,
    draft,
    json_of,
    one_set,
    refusals,
    with_sets,
)
from vcardsvc.apis.base import Request
from vcardsvc.apis.marketingcloud import CODES
from vcardsvc.apis.marketingcloud.errors import PROBLEMS
from vcardsvc.apis.marketingcloud.routes import CREATE
from vcardsvc.apis.marketingcloud.sets import ITEMS
from vcardsvc.errors import (
    CATALOGUE,
    E100,
    E104,
    E113,
    E403,
    E404,
    E406,
    E503,
    E1520,
    E1522,
    E1525,
    E1527,
    Problem,
    Refused,
)

MOBILE: Final[list[Any]] = [
    {"name": "Mobile Number", "value": "317-531-5555"},
    {"name": "Locale", "value": "US"},
]
PUSH: Final = {"name": "Application", "value": "a"}
ADDRESSES, DEMOGRAPHICS = "Email Addresses", "Email Demographics"
CONNECT, DEVICE = "MobileConnect Demographics", "MobilePush Demographics"
FIRST: Final = "/attributeSets/0/items/0"


def mail(**values: Any) -> dict[str, Any]:
    """Return the body of a request whose Email Addresses have other values."""
    pairs = [{**pair, "value": values.get(pair["name"][:4], pair["value"])} for pair in EMAIL]
    return with_sets(one_set(ADDRESSES, *pairs))


def mobile(**values: Any) -> dict[str, Any]:
    """Return the body of a request whose MobileConnect Demographics have other values."""
    pairs = [{**pair, "value": values.get(pair["name"][:6], pair["value"])} for pair in MOBILE]
    return with_sets(one_set(CONNECT, *pairs))


Fault = tuple[str, Any, list[tuple[str, str | None]]]

MAILS: Final[list[Fault]] = [
    (f"no e-mail address: {wrong[:20]!r}", mail(Emai=wrong),
     [("10003", f"{FIRST}/values/0/value")])
    for wrong in ("acruz", "@example.com", "acruz@example", "a cruz@example.com", "a@b@c.com",
                  "a@.com", "a@example..com", "a@example.c", "Angela <a@example.com>",
                  "a" * 65 + "@example.com", "a@" + "x." * 126 + "com")
]  # fmt: skip

MOBILES: Final[list[Fault]] = [
    (f"no telephone number: {wrong[:20]!r}", mobile(Mobile=wrong),
     [("10003", f"{FIRST}/values/0/value")])
    for wrong in ("call me", "317-531-5555x7", "-", "1" * 41)
]  # fmt: skip

COUNTRIES: Final[list[Fault]] = [
    (f"no country code: {wrong}", mobile(Locale=wrong), [("10005", f"{FIRST}/values/1/value")])
    for wrong in ("U", "USA", "en-US", "ZZ", "001", "1")
]  # fmt: skip

WHATSAPP: Final[list[Fault]] = [
    (f"WhatsApp: {name}", with_sets(one_set(name, LINE_ID)), [("10005", "/attributeSets/0/name")])
    for name in ("GroupConnect WhatsApp Addresses", "WhatsApp", "whatsapp demographics")
]

FAULTS: Final[list[Fault]] = [
    ("neither key nor id", with_sets(one_set(DEVICE, PUSH), contactKey=None),
     [("10002", "/contactKey")]),
    ("a blank key", {**SIMPLE, "contactKey": " "}, [("10002", "/contactKey")]),
    ("a key that is a number", {**SIMPLE, "contactKey": 7}, [("E1524", "/contactKey")]),
    ("an id that is a list", {**SIMPLE, "contactID": []}, [("E1524", "/contactID")]),
    ("a key with a control character", {**SIMPLE, "contactKey": "a\0b"},
     [("E1525", "/contactKey")]),
    ("a key that is too long", {**SIMPLE, "contactKey": "k" * 255}, [("10005", "/contactKey")]),
    ("no attributeSets", {"contactKey": "k"}, [("10002", "/attributeSets")]),
    ("no set in attributeSets", with_sets(), [("10002", "/attributeSets")]),
    ("attributeSets no array", {"contactKey": "k", "attributeSets": {}},
     [("10001", "/attributeSets")]),
    ("a set no object", with_sets("Email Addresses"), [("10001", "/attributeSets/0")]),
    ("a set without a name", with_sets({"items": []}), [("10002", "/attributeSets/0/name")]),
    ("a set's name a number", with_sets({"name": 7}), [("E1524", "/attributeSets/0/name")]),
    ("a group of the account's own alone", with_sets(one_set("Loyalty")),
     [("10002", "/attributeSets")]),
    ("a group's name too long", with_sets(one_set("n" * 129)),
     [("10005", "/attributeSets/0/name")]),
    ("a group of the account's own twice", with_sets(one_set("Loyalty"), one_set("LOYALTY")),
     [("10005", "/attributeSets/1")]),
    ("a value of a group an object", with_sets(one_set("Loyalty", {"name": "Tier", "value": {}})),
     [("10001", f"{FIRST}/values/0/value")]),
    *WHATSAPP,
    ("a set by both of its names",
     with_sets(one_set("LINE Addresses", LINE_ID), one_set("GroupConnect LINE Addresses", LINE_ID)),
     [("10005", "/attributeSets/1")]),
    ("a set twice", with_sets(one_set(ADDRESSES, *EMAIL), one_set(ADDRESSES, *EMAIL)),
     [("10005", "/attributeSets/1")]),
    ("items no array", with_sets({"name": ADDRESSES, "items": "x"}),
     [("10001", "/attributeSets/0/items")]),
    ("an item no object", with_sets({"name": ADDRESSES, "items": [{"values": EMAIL}, 7]}),
     [("10001", "/attributeSets/0/items/1")]),
    ("too many items", with_sets({"name": DEVICE, "items": [{"values": [PUSH]}] * (ITEMS + 1)}),
     [("10005", "/attributeSets/0/items")]),
    ("values no array", with_sets({"name": DEVICE, "items": [{"values": PUSH}]}),
     [("10001", f"{FIRST}/values")]),
    ("an attribute no object", with_sets(one_set(DEVICE, PUSH, "x")),
     [("10001", f"{FIRST}/values/1")]),
    ("an attribute without a name", with_sets(one_set(DEVICE, PUSH, {"value": 1})),
     [("10002", f"{FIRST}/values/1/name")]),
    ("an attribute's name too long", with_sets(one_set(DEVICE, PUSH, {"name": "n" * 129})),
     [("10005", f"{FIRST}/values/1/name")]),
    ("an attribute twice", with_sets(one_set(DEVICE, PUSH, {"name": "application", "value": 1})),
     [("10005", f"{FIRST}/values/1")]),
    ("a value an object", with_sets(one_set(DEVICE, PUSH, {"name": "Own", "value": {}})),
     [("10001", f"{FIRST}/values/1/value")]),
    ("a value an array", with_sets(one_set(DEVICE, PUSH, {"name": "Own", "value": []})),
     [("10001", f"{FIRST}/values/1/value")]),
    ("a value too long", with_sets(one_set(DEVICE, PUSH, {"name": "Own", "value": "x" * 4001})),
     [("10005", f"{FIRST}/values/1/value")]),
    ("a value too large", with_sets(one_set(DEVICE, PUSH, {"name": "Own", "value": 10**38})),
     [("10005", f"{FIRST}/values/1/value")]),
    ("a value with a control character",
     with_sets(one_set(DEVICE, PUSH, {"name": "Own", "value": "a\x1b"})),
     [("E1525", f"{FIRST}/values/1/value")]),
    ("no Email Address", with_sets(one_set(ADDRESSES, EMAIL[1])), [("10002", FIRST)]),
    ("no HTML Enabled", with_sets(one_set(ADDRESSES, EMAIL[0])), [("10002", FIRST)]),
    ("no values at all", with_sets({"name": DEVICE}), [("10002", "/attributeSets/0")]),
    ("HTML Enabled a text", mail(HTML="yes"), [("10001", f"{FIRST}/values/1/value")]),
    ("HTML Enabled a number", mail(HTML=1), [("10001", f"{FIRST}/values/1/value")]),
    *MAILS,
    ("an e-mail address a number", mail(Emai=7), [("E1524", f"{FIRST}/values/0/value")]),
    ("Email Demographics alone", with_sets(one_set(DEMOGRAPHICS)), [("10002", "/attributeSets")]),
    ("Email Demographics beside another", with_sets(one_set(DEMOGRAPHICS), one_set(DEVICE, PUSH)),
     [("10002", "/attributeSets")]),
    ("First Name a number", with_sets(one_set(ADDRESSES, *EMAIL),
     one_set(DEMOGRAPHICS, {"name": "First Name", "value": 1})),
     [("E1524", "/attributeSets/1/items/0/values/0/value")]),
    ("no Mobile Number", with_sets(one_set(CONNECT, MOBILE[1])), [("10002", FIRST)]),
    ("no Locale", with_sets(one_set(CONNECT, MOBILE[0])), [("10002", FIRST)]),
    *MOBILES,
    ("a Mobile Number true", mobile(Mobile=True), [("E1524", f"{FIRST}/values/0/value")]),
    ("a Mobile Number below zero", mobile(Mobile=-1), [("E1524", f"{FIRST}/values/0/value")]),
    *COUNTRIES,
    ("Status a text", with_sets(one_set(CONNECT, *MOBILE, {"name": "Status", "value": "one"})),
     [("10001", f"{FIRST}/values/2/value")]),
    ("Status true", with_sets(one_set(CONNECT, *MOBILE, {"name": "Status", "value": True})),
     [("10001", f"{FIRST}/values/2/value")]),
    ("no Application", with_sets(one_set(DEVICE, {"name": "Device ID", "value": 1})),
     [("10002", FIRST)]),
    ("LINE Addresses alone", with_sets(EXAMPLE["attributeSets"][4]), [("10002", "/attributeSets")]),
    ("LINE Subscriptions alone", with_sets(EXAMPLE["attributeSets"][5]),
     [("10002", "/attributeSets")]),
    ("LINE Demographics without Addresses", with_sets(*EXAMPLE["attributeSets"][5:7]),
     [("10002", "/attributeSets")]),
    ("LINE Demographics without Subscriptions",
     with_sets(EXAMPLE["attributeSets"][4], EXAMPLE["attributeSets"][6]),
     [("10002", "/attributeSets")]),
    ("no Channel ID", with_sets(EXAMPLE["attributeSets"][4],
     one_set("GroupConnect LINE Subscriptions", LINE_ID)),
     [("10002", "/attributeSets/1/items/0")]),
    ("no Address ID", with_sets(one_set("GroupConnect LINE Addresses"),
     EXAMPLE["attributeSets"][5]), [("10002", FIRST)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "problems"),
    [(request, problems) for _, request, problems in FAULTS],
    ids=[name for name, _, _ in FAULTS],
)
def test_a_fault_has_its_code_and_its_place(
    request_: Any, problems: list[tuple[str, str | None]]
) -> None:
    """Each fault has one problem, at the member with the fault."""
    assert refusals(request_) == problems


@pytest.mark.parametrize("number", ["2e38", "-2e38"])
def test_a_number_too_large_for_the_vendors_column_is_refused(number: str) -> None:
    """JSON can have numbers that no database stores."""
    body = b'{"contactKey":"k","attributeSets":[{"name":"MobilePush Demographics","values":['
    body += b'{"name":"Application","value":%s}]}]}' % number.encode()
    with pytest.raises(Refused) as refused:
        api().read(CREATE, Request(body=body))
    assert [problem.code.name for problem in refused.value.problems] == ["10005"]


UNPARSED = "Invalid Message Format: The request body could not be parsed as JSON."
BODIES = [
    (b"", "10004", "Invalid Message Format: The body is empty."),
    (b"{", "10004", f"{UNPARSED} Line 1, column 2: the body ends too early."),
    (b'{"a":1,"a":2}', "10004",
     f'{UNPARSED} Line 1, column 8: the member "a" stands twice in one object.'),
    (b'{"contactKey":1e999}', "10004",
     f"{UNPARSED} Line 1, column 15: the number is too large."),
    (b"\xff", "10004", f"{UNPARSED} Line 1, column 1: byte 0xFF is not UTF-8."),
    (b"[" * 100_000, "10004",
     f"{UNPARSED} Line 1, column 33: more than 32 levels of brackets."),
    (b"[]", "10001", "Invalid Data Type: The request must be an object."),
    (b"null", "10001", "Invalid Data Type: The request must be an object."),
    (b'{"contactKey":7,"attributeSets":[{"name":"MobilePush Demographics","values":'
     b'[{"name":"Application","value":1}]}]}', "10001",
     "Invalid Data Type: A member has the wrong type. It must be a string. (/contactKey)"),
    (b'{"contactKey":"k"}', "10002",
     "Missing Required Field: An attribute set must be given. (/attributeSets)"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code", "message"), BODIES)
def test_one_fault_has_its_own_error_object(body: bytes, code: str, message: str) -> None:
    """The error object of a single fault has the vendor's three members."""
    request = Request(body=body)
    with pytest.raises(Refused) as refused:
        api().read(CREATE, request)
    response = api().error_response(CREATE, request, refused.value.problems)
    assert (response.status, json_of(response)) == (
        400,
        {"message": message, "errorcode": int(code), "documentation": ""},
    )


def test_several_faults_are_an_aggregate() -> None:
    """Two faults are 10006, each in additionalErrors with its own code."""
    with pytest.raises(Refused) as refused:
        draft({"contactKey": "a\x07", "attributeSets": [one_set("WhatsApp")]})
    response = api().error_response(CREATE, Request(), refused.value.problems)
    control, unknown = json_of(response)["additionalErrors"]
    assert (response.status, {**json_of(response), "additionalErrors": []}) == (
        400,
        {
            "message": "Aggregate Error: The request has several faults, see additionalErrors.",
            "errorcode": 10006,
            "documentation": "",
            "additionalErrors": [],
        },
    )
    assert control == {
        "message": "Incorrect Format: The text holds a control character. It is U+0007. "
        "(/contactKey)",
        "errorcode": 10003,
        "documentation": "",
    }
    assert (unknown["errorcode"], unknown["documentation"]) == (10005, "")


@pytest.mark.parametrize("wrong", [one_set("Loyalty"), 1, one_set(DEVICE, *[1] * 1000)])
def test_the_number_of_faults_is_limited(wrong: Any) -> None:
    """The response to a body with thousands of faults has fifty."""
    with pytest.raises(Refused) as refused:
        draft(with_sets(*[wrong] * 1000))
    assert len(refused.value.problems) == PROBLEMS
    response = api().error_response(CREATE, Request(), refused.value.problems)
    assert len(json_of(response)["additionalErrors"]) == PROBLEMS


def test_a_message_has_no_value_of_the_caller() -> None:
    """A message has fields and rules, and no value of the body."""
    sets = [one_set("Secret set", {"name": "Secret", "value": "Secret"}), {"name": "SECRET"}]
    with pytest.raises(Refused) as refused:
        draft({"contactKey": "Secret\0", "attributeSets": sets})
    response = api().error_response(CREATE, Request(), refused.value.problems)
    assert b"secret" not in b"".join(response.chunks).lower()


CHALLENGE: Final = b'Bearer realm="vcardsvc", error="invalid_token"'

REFUSALS: Final[list[tuple[Problem, int, int, str]]] = [
    (Problem(code=E104), 401, 0, "Not Authorized"),
    (Problem(code=E403, detail="A publishable key opens no contact book."), 403, 20002,
     "Insufficient Privileges: This may not be done. A publishable key opens no contact book."),
    (Problem(code=E404), 404, 30003, "Object Not Found: There is no such thing here."),
    (Problem(code=E404, status=410), 410, 30003, "Object Not Found: There is no such thing here."),
    (Problem(code=E100, status=405, detail="The methods here are: POST."), 405, 30001,
     "Invalid Operation: The methods here are: POST."),
    (Problem(code=E406), 406, 10000,
     "Generic Exception: The card cannot be written in the form asked for."),
    (Problem(code=E100, status=408), 408, 10000, "Generic Exception"),
    (Problem(code=E100, status=413), 413, 10000, "Generic Exception"),
    (Problem(code=E100, status=415, detail="Send content-type: application/json."), 415, 0,
     "Unsupported Media Type: Send content-type: application/json."),
    (Problem(code=E1525, field="/contactKey"), 400, 10003,
     "Incorrect Format: The text holds a control character. (/contactKey)"),
    (Problem(code=E1520, field="/photo-url"), 400, 10000,
     "Generic Exception: The Picture Url is not an address that pictures may be fetched from."),
    (Problem(code=E1522, field="/photo-url"), 400, 10000,
     "Generic Exception: The photo is not a valid GIF, JPEG or PNG file."),
    (Problem(code=E1527, detail="target is one of: apple."), 400, 10005,
     "Invalid Value: A query option has a value that is not known. target is one of: apple."),
    (Problem(code=E113), 429, 50100, "Rate limit exceeded"),
    (Problem(code=E503), 500, 0,
     "Internal Server Error: The service could not answer this request."),
    (Problem(code=E503, status=503), 503, 50300,
     "Service Unavailable: The service could not answer this request."),
]  # fmt: skip


@pytest.mark.parametrize(("problem", "status", "code", "message"), REFUSALS)
def test_refusals_of_the_service_have_the_vendors_codes(
    problem: Problem, status: int, code: int, message: str
) -> None:
    """A refusal by the service has the vendor's status, code and description, with a route or
    without."""
    for maybe_route in (CREATE, None):
        response = api().error_response(maybe_route, Request(), (problem,))
        challenge = dict(response.headers).get(b"www-authenticate")
        assert (response.status, challenge) == (status, CHALLENGE if status == 401 else None)
        assert json_of(response) == {"message": message, "errorcode": code, "documentation": ""}


def test_a_rate_limit_has_the_seconds_to_wait() -> None:
    """50100 has the seconds in its header and, as in the vendor's page, in its body."""
    response = api().error_response(CREATE, Request(), (Problem(code=E113, retry_after=5),))
    assert dict(response.headers)[b"retry-after"] == b"5"
    assert list(json_of(response).items()) == [
        ("message", "Rate limit exceeded"),
        ("errorcode", 50100),
        ("retryAfter", 5),
        ("documentation", ""),
    ]


def test_an_overload_has_the_seconds_to_wait() -> None:
    """50300 has the seconds in its header."""
    response = api().error_response(
        CREATE, Request(), (Problem(code=E503, status=503, retry_after=2),)
    )
    assert (response.status, dict(response.headers)[b"retry-after"]) == (503, b"2")


@pytest.mark.parametrize("code", CATALOGUE, ids=lambda code: code.name)
def test_every_code_of_the_catalogue_has_an_error_object(code: Any) -> None:
    """A problem of any code and status has the vendor's error object."""
    for status in (None, *code.others):
        response = api().error_response(CREATE, Request(), (Problem(code=code, status=status),))
        assert list(json_of(response)) == ["message", "errorcode", "documentation"]
        assert response.status == (400 if (status or code.status) == 422 else status or code.status)


def test_every_code_is_documented() -> None:
    """The documentation can print each code: a name, a status, a sentence."""
    numbered = [code.name for code in CODES if code.name.isdigit() and code.name != "0"]
    assert numbered == sorted(numbered)
    assert len({(code.name, code.status) for code in CODES}) == len(CODES)
    assert all(code.info and code.when for code in CODES)


KEYS = [
    ({b"authorization": b"Bearer KEY"}, b"", b"KEY"),
    ({b"authorization": b"bearer  KEY "}, b"", b"KEY"),
    ({b"authorization": b"Bearer KEY"}, b"access_token=OTHER", b"KEY"),
    ({b"authorization": b"Bearer "}, b"", None),
    ({b"authorization": b"Bearer"}, b"", None),
    ({b"authorization": b"Basic S0VZ"}, b"", None),
    ({b"authorization": b""}, b"", None),
    ({}, b"target=apple", None),
]


@pytest.mark.parametrize(("headers", "query", "key"), KEYS)
def test_the_key_is_a_bearer_token(
    headers: dict[bytes, bytes], query: bytes, key: bytes | None
) -> None:
    """The key is in the Authorization header and nowhere else."""
    assert api().credential(CREATE, Request(headers=headers, query=query)) == key


def test_a_token_in_the_url_alone_is_not_a_key() -> None:
    """Without a header, `access_token` in the URL is 40004."""
    request = Request(query=b"access_token=KEY")
    with pytest.raises(Refused) as refused:
        api().credential(CREATE, request)
    response = api().error_response(CREATE, request, refused.value.problems)
    assert (response.status, dict(response.headers)[b"www-authenticate"]) == (401, CHALLENGE)
    assert json_of(response) == {
        "message": "Authorization token invalid on URL or request body",
        "errorcode": 40004,
        "documentation": "",
    }


def test_a_token_in_the_url_beside_the_header_is_refused() -> None:
    """A token in a URL ends in logs: it is 40003, even with a valid header."""
    with pytest.raises(Refused) as refused:
        draft(SIMPLE, query=b"access_token=KEY")
    response = api().error_response(CREATE, Request(), refused.value.problems)
    assert (response.status, json_of(response)) == (
        403,
        {"message": "Authorization token invalid on URL", "errorcode": 40003, "documentation": ""},
    )
