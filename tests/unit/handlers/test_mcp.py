"""POST /mcp: keys, origins, ceilings and codes as on the other routes; no message does harm."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.support.agents import ADA, ERAS, PATH, call, headers, message, post
from tests.support.service import KEY, OWNER, Answer, Inside, inside
from vcardsvc.agents import sdk
from vcardsvc.agents.messages import CALL, HANDSHAKE, LIST, MODERN
from vcardsvc.agents.schemas import CONVERT, CREATE, TARGETS
from vcardsvc.handlers import createcontact
from vcardsvc.services.keys import Key, _Known, digest
from vcardsvc.settings import ApiKey

CARD: Final = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Nowak;Ada;;;\r\nFN:Ada\r\nEND:VCARD\r\n"
ORIGIN: Final = "https://shop.example.com"
LISTED: Final = json.dumps(message(HANDSHAKE[-1], LIST)).encode()
SENT: Final = headers(HANDSHAKE[-1], LIST)


@pytest.fixture(scope="module")
def app() -> Iterator[Inside]:
    """The application."""
    with inside() as created:
        yield created


def refusal(answer: Answer) -> tuple[int, int, str]:
    """The status, the code of the JSON-RPC error, and that of the failure in it."""
    error = answer.json["error"]
    assert answer.json["id"] is None
    assert error["message"].startswith(f"{error['data']['error-code']}: ")
    return answer.status, error["code"], error["data"]["error-code"]


@pytest.mark.parametrize("era", ERAS)
def test_a_call_makes_the_card_of_the_root(app: Inside, era: str) -> None:
    """The same octets as POST / with the same contact."""
    answer = call(app, CREATE, {"contact": ADA}, era)
    card = app.create(json.dumps({"action": "createcontact", **ADA}).encode())
    result = answer.json["result"]
    assert (answer.status, result["isError"]) == (200, False)
    assert result["content"][0]["resource"]["text"].encode() == card.body


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"x_api_key": KEY, "authorization": ""},
        {"authorization": f"bearer {KEY}"},
        {"authorization": f"BEARER  {KEY}"},
    ],
)
def test_the_key_is_a_bearer_token_or_a_header(app: Inside, sent: dict[str, str]) -> None:
    """The scheme is compared without regard to case (RFC 9110 section 11.1)."""
    assert call(app, TARGETS, {}, **sent).status == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": f"Basic {KEY}"},
        {"authorization": f"Bearer {KEY}x"},
        {"authorization": KEY},
        {"x_api_key": "wrong"},
    ],
)
def test_a_wrong_key_is_e104_with_a_challenge(app: Inside, sent: dict[str, str]) -> None:
    """One text for a missing and an invalid key; the challenge says where it belongs."""
    answer = call(app, CREATE, {"contact": ADA}, **sent)
    assert refusal(answer) == (401, -32000, "E104")
    assert answer.headers["www-authenticate"] == 'Bearer realm="vcardsvc"'


def test_the_limit_of_a_key_is_that_of_other_calls() -> None:
    """Messages and cards count together; the refusal says when to come back."""
    with inside(rate_limit="3/minute") as app:
        assert app.create().status == 200
        assert [call(app, TARGETS, {}).status for _ in range(2)] == [200, 200]
        refused = call(app, TARGETS, {})
        assert refusal(refused) == (429, -32000, "E113")
        assert int(refused.headers["retry-after"]) > 0
        assert refused.headers["ratelimit-remaining"] == "0"
        assert app.create().outcome == (429, "E113")


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", "http://127.0.0.1.example"])
def test_a_foreign_origin_is_e403(app: Inside, origin: str) -> None:
    """A page that gave this service a name of its own calls no tool, even with a key."""
    for host in ("127.0.0.1:8000", "evil.example.com"):
        answer = call(app, TARGETS, {}, origin=origin, host=host)
        assert refusal(answer) == (403, -32000, "E403")
        assert "access-control-allow-origin" not in answer.headers


def test_the_services_own_origin_is_allowed(app: Inside) -> None:
    """A page of this very service, at an address that no other site can have chosen."""
    own = {"origin": "http://127.0.0.1:8000", "host": "127.0.0.1:8000"}
    assert call(app, TARGETS, {}, **own).status == 200


def test_the_origin_of_a_publishable_key_is_allowed(app: Inside) -> None:
    """From there its key is valid, and scripts may read the response; not from elsewhere."""
    key = Key(name="shop", account="shop", kind="publishable", origins=(ORIGIN,))
    keys = app.context.keys
    known = keys._known
    keys._set(_Known(keys={**known.keys, digest("publishable-key-000"): key}, form_key=""))
    try:
        public = {"authorization": "Bearer publishable-key-000"}
        answer = call(app, TARGETS, {}, **public, origin=ORIGIN)
        assert answer.status == 200
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert refusal(call(app, TARGETS, {}, **public)) == (403, -32000, "E403")
        pairs = [(b"origin", ORIGIN.encode()), (b"access-control-request-method", b"POST")]
        preflight = app.ask("OPTIONS", PATH, headers=pairs)
        allowed = preflight.headers["access-control-allow-headers"].split(", ")
        assert {"authorization", "mcp-protocol-version", "mcp-method", "mcp-name"} <= set(allowed)
    finally:
        keys._set(known)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "HEAD"])
def test_other_methods_are_405(app: Inside, method: str) -> None:
    """There are no sessions: nothing to listen to, and nothing to end."""
    answer = app.ask(method, PATH)
    assert (answer.status, answer.headers["allow"]) == (405, "POST, OPTIONS")


def test_without_the_extra_it_is_404(app: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """The failure names the command that installs it."""
    monkeypatch.setattr(sdk, "is_installed", lambda: False)
    answer = call(app, TARGETS, {})
    assert refusal(answer) == (404, -32000, "E404")
    assert "pip install '.[mcp]'" in answer.json["error"]["message"]


def test_a_body_over_the_ceiling_is_413() -> None:
    """The ceiling is that of cards to convert."""
    with inside(convert_limit=2048, body_limit=1024) as app:
        refused = call(app, CONVERT, {"cards": "x" * 3000})
        assert refusal(refused) == (413, -32000, "E100")
        assert "2048 bytes (VCARDSVC_CONVERT_LIMIT)" in refused.json["error"]["message"]
        result = call(app, CREATE, {"contact": {**ADA, "note": "x" * 1100}}).json["result"]
        assert (result["isError"], result["structuredContent"]["error-code"]) == (True, "E100")


def test_other_content_types_are_415(app: Inside) -> None:
    """JSON alone."""
    assert refusal(call(app, TARGETS, {}, content_type="text/plain")) == (415, -32000, "E100")


def test_the_log_has_the_code_of_a_tool(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A failed call has status 200 and its code; nothing that was sent is logged."""
    with inside(api_keys=(ApiKey(name=OWNER, key=KEY),)) as app:
        call(app, CREATE, {"contact": {"name": {"first-name": "Se/cret"}}})
        call(app, CREATE, {"contact": ADA})
        post(app, b'{"secret": ', SENT)
        post(app, b'{"jsonrpc": "2.0", "id": "secret", "method": "secret"}', SENT)
        post(app, b'["secret"]', SENT)
    log = capfdbinary.readouterr().err.decode()
    lines = [line for line in log.splitlines() if " request " in line]
    told = [re.findall(r" (?:key|status|code)=(\S+)", line) for line in lines]
    assert told[:3] == [
        ["tests", "200", "E1516"],
        ["tests", "200", "ok"],
        ["tests", "400", "E108"],
    ]
    assert told[4] == ["tests", "400", "E100"]
    assert "secret" not in log.lower()
    assert "se/cret" not in log.lower()


DEEP: Final = b"[" * 100_000 + b"]" * 100_000

HOSTILE: Final[list[bytes]] = [
    b"",
    b" ",
    b"\x00",
    b"\xff\xfe",
    b"null",
    b"true",
    b'"tools/list"',
    b"{}",
    b"[]",
    b"[{}]",
    LISTED + LISTED,
    b"[" + LISTED + b"," + LISTED + b"]",
    DEEP,
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":' + DEEP + b"}",
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"create_contact_card",'
    b'"arguments":{"contact":' + DEEP + b"}}}",
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"create_contact_card",'
    b'"arguments":{"contact":{"name":{"first-name":"\\ud800"}}}}}',
    b'{"jsonrpc":"2.0","id":"\\ud800","method":"tools/list"}',
    b'{"jsonrpc":"2.0","id":1,"method":"\\ud800"}',
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\\ud800"}}',
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_targets",'
    b'"arguments":{"\\ud800":1}}}',
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"create_contact_card",'
    b'"arguments":{"contact":{"name":{"first-name":NaN}}}}}',
    b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"method":"tools/list"}',
    b'{"jsonrpc":"2.0","id":-1,"method":"tools/list"}',
    b'{"jsonrpc":"2.0","id":1e999,"method":"tools/list"}',
    b'{"jsonrpc":"2.0","id":true,"method":"tools/list"}',
    b'{"jsonrpc":"2.0","id":[],"method":"tools/list"}',
    b'{"jsonrpc":"2.0","id":1,"method":"tools/list","id":2}',
    b'{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{}}',
    b'{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"debug"}}',
    b'{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///etc/passwd"}}',
    b'{"jsonrpc":"2.0","id":1,"method":"initialize"}',
    b'{"jsonrpc":"2.0","id":1,"result":{}}',
    b'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"a"}}',
    b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}',
    b'{"jsonrpc":"2.0","method":"notifications/progress","params":{"a":1}}',
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"check_card",'
    b'"arguments":{"cards":"BEGIN:VCARD\\r\\nPHOTO:' + b"A" * 200_000 + b'"}}}',
]


@pytest.mark.parametrize("id", ["{}", "[]", "true", "1.5"])
def test_an_id_of_another_type_is_refused(app: Inside, id: str) -> None:
    """It is no notification, whose sender would wait for ever."""
    body = f'{{"jsonrpc": "2.0", "id": {id}, "method": "tools/list"}}'.encode()
    assert refusal(post(app, body, SENT)) == (400, -32000, "E100")


@pytest.mark.parametrize("era", [*ERAS, "", "2099-01-01", "\x7f"])
@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_no_message_is_our_fault(app: Inside, body: bytes, era: str) -> None:
    """Whatever is sent, the answer comes, is no 5xx, and is JSON of the protocol or empty."""
    answer = post(app, body, headers(era, CALL, CREATE))
    assert 200 <= answer.status < 500
    if answer.body:
        assert answer.headers["content-type"] == "application/json"
        assert answer.json["jsonrpc"] == "2.0"
        assert ("result" in answer.json) != ("error" in answer.json)


def test_an_ordinary_call_needs_no_wait(app: Inside) -> None:
    """It is answered at once, without a task; one with a photo, in another form, for one reader, or
    of another tool, is not."""

    def is_immediate(arguments: dict[str, Any], name: str = CREATE) -> bool:
        sent = headers(MODERN, CALL, name)
        body = json.dumps(message(MODERN, CALL, {"name": name, "arguments": arguments})).encode()
        pairs = [(key.encode(), value.encode()) for key, value in sent.items()]
        scope = {"path": PATH, "method": "POST", "query_string": b"", "headers": pairs}
        return createcontact.is_immediate(app.context, scope, body)

    assert is_immediate({"contact": ADA})
    assert not is_immediate({"contact": {**ADA, "photo-url": "https://example.com/a"}})
    assert not is_immediate({"contact": {**ADA, "note": "x" * 70_000}})
    assert not is_immediate({"cards": ""}, CONVERT)
    assert not is_immediate({"cards": f'"{CREATE}"'}, CONVERT)
    assert not is_immediate({"cards": [CREATE], "target": "apple"}, CONVERT)
    for form in ("qr", "link", "whatsapp"):
        assert not is_immediate({"contact": ADA, "as": form})
    assert not is_immediate({"contact": ADA, "target": "mms"})
    assert is_immediate({"contact": ADA, "version": "4.0"})


def test_a_large_message_is_not_left_to_the_sdk() -> None:
    """It would parse it on the event loop; an ordinary message of that size is served."""
    arguments = {"cards": f"{CARD}{' ' * 3000}"}
    with inside(body_limit=2048) as app:
        other = call(app, CONVERT, arguments, accept="text/event-stream, */*")
        assert refusal(other) == (413, -32000, "E100")
        assert "VCARDSVC_BODY_LIMIT" in other.json["error"]["message"]
        assert not call(app, CONVERT, arguments).json["result"]["isError"]
