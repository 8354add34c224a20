"""Ordinary messages are answered as the SDK answers them, and all others are left to it."""

import json
from collections.abc import Iterator
from typing import Any, Final, NoReturn

import pytest
from mcp.types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS

from tests.support.agents import ADA, ERAS, PATH, headers, message, post
from tests.support.service import Inside, inside
from vcardsvc.agents import sdk
from vcardsvc.agents.messages import (
    CALL,
    DISCOVER,
    HANDSHAKE,
    INITIALIZE,
    INITIALIZED,
    LIST,
    MODERN,
    PING,
    read_message,
)
from vcardsvc.agents.schemas import CHECK, CREATE, TARGETS

CLIENT: Final = {"capabilities": {}, "clientInfo": {"name": "tests", "version": "1"}}

MESSAGES: Final[list[tuple[str, str, dict[str, Any] | None, int | str | None]]] = [
    *((HANDSHAKE[-1], INITIALIZE, {"protocolVersion": one, **CLIENT}, 1) for one in HANDSHAKE),
    (HANDSHAKE[-1], INITIALIZED, None, None),
    (HANDSHAKE[0], PING, None, "a"),
    (HANDSHAKE[1], LIST, {}, 0),
    (HANDSHAKE[2], CALL, {"name": TARGETS}, 2),
    (HANDSHAKE[3], CALL, {"name": CREATE, "arguments": {"contact": ADA}}, 3),
    (HANDSHAKE[3], CALL, {"name": CREATE, "arguments": {"contact": ADA, "as": "qr"}}, 3),
    (HANDSHAKE[3], CALL, {"name": CREATE, "arguments": {"contact": {}}}, 3),
    (HANDSHAKE[3], CALL, {"name": CHECK, "arguments": {"cards": "BEGIN:VCARD"}}, 3),
    (
        HANDSHAKE[3],
        CALL,
        {"name": CREATE, "arguments": {"contact": ADA}, "_meta": {"progressToken": 1}},
        3,
    ),
    (MODERN, DISCOVER, None, 4),
    (MODERN, LIST, {}, 5),
    (MODERN, CALL, {"name": TARGETS, "arguments": {}}, "six"),
    (MODERN, CALL, {"name": CREATE, "arguments": {"contact": ADA}}, 7),
    (MODERN, CALL, {"name": CREATE, "arguments": {}}, 7),
]
"""Ordinary messages: version, method, parameters and id."""


@pytest.fixture(scope="module")
def app() -> Iterator[Inside]:
    """The application."""
    with inside() as created:
        yield created


def _sent(version: str, method: str, params: dict[str, Any] | None) -> dict[str, str]:
    name = params["name"] if params and method == CALL else ""
    return headers(version, method, name)


@pytest.mark.parametrize(("version", "method", "params", "id"), MESSAGES)
def test_an_ordinary_message_is_answered_as_the_sdk_does(
    app: Inside,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
    method: str,
    params: dict[str, Any] | None,
    id: int | str | None,
) -> None:
    """The same status and JSON; another Accept header leaves the message to the SDK."""
    body = json.dumps(message(version, method, params, id)).encode()
    sent = _sent(version, method, params)
    by_sdk = post(app, body, {**sent, "accept": "*/*"})

    def unused(*_: Any) -> NoReturn:
        raise AssertionError("an ordinary message needs no SDK")

    monkeypatch.setattr(sdk, "server", unused)
    ours = post(app, body, sent)
    assert (ours.status, ours.body and ours.json) == (by_sdk.status, by_sdk.body and by_sdk.json)
    assert ours.headers["content-type"] == "application/json"


def test_the_versions_are_those_of_the_sdk() -> None:
    """A release of the SDK with further versions is noticed here."""
    assert tuple(HANDSHAKE_PROTOCOL_VERSIONS) == HANDSHAKE
    assert tuple(MODERN_PROTOCOL_VERSIONS) == (MODERN,)


OTHERS: Final[list[tuple[str, dict[str, str]]]] = [
    ("{", {}),
    ("[]", {}),
    ("1", {}),
    ('{"jsonrpc":"2.0","id":1,"method":"tools/list"}', {"accept": "application/json"}),
    ('{"jsonrpc":"2.0","id":1,"method":"tools/list"}', {"mcp-protocol-version": "2099-01-01"}),
    ('{"jsonrpc":"1.0","id":1,"method":"tools/list"}', {}),
    ('{"jsonrpc":"2.0","id":1.5,"method":"tools/list"}', {}),
    ('{"jsonrpc":"2.0","id":null,"method":"tools/list"}', {}),
    ('{"jsonrpc":"2.0","method":"tools/list"}', {}),
    ('{"jsonrpc":"2.0","id":1,"method":"notifications/initialized"}', {}),
    ('{"jsonrpc":"2.0","id":1,"method":"tools/list","more":1}', {}),
    ('{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"a"}}', {}),
    ('{"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]}', {}),
    ('{"jsonrpc":"2.0","id":1,"method":"resources/list"}', {}),
    ('{"jsonrpc":"2.0","id":1,"method":"server/discover"}', {}),
    ('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}', {}),
    ('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":1}}', {}),
    ('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":[]}}', {}),
    ('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","task":{}}}', {}),
    (
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2099-01-01",'
        '"capabilities":{},"clientInfo":{"name":"a","version":"1"}}}',
        {},
    ),
    ('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}', {}),
]


@pytest.mark.parametrize(("body", "more"), OTHERS)
def test_any_other_message_is_left_to_the_sdk(body: str, more: dict[str, str]) -> None:
    """None of them is read here."""
    sent = {**headers(HANDSHAKE[-1], ""), **more}
    fields = [(name.encode(), value.encode()) for name, value in sent.items()]
    assert read_message(fields, dict(fields), body.encode()) is None


@pytest.mark.parametrize(
    "more",
    [
        {"mcp-method": "tools/list"},
        {"mcp-method": ""},
        {"mcp-name": "check_card"},
        {"mcp-name": ""},
        {"mcp-protocol-version": HANDSHAKE[-1]},
        {"mcp-param-contact": "a"},
    ],
)
def test_a_modern_call_agrees_with_its_headers(app: Inside, more: dict[str, str]) -> None:
    """Where they differ, the SDK says so, and nothing is made."""
    body = json.dumps(message(MODERN, CALL, {"name": TARGETS, "arguments": {}})).encode()
    sent = {**headers(MODERN, CALL, TARGETS), **more}
    sent = {name: value for name, value in sent.items() if value}
    fields = [(name.encode(), value.encode()) for name, value in sent.items()]
    assert read_message(fields, dict(fields), body) is None
    assert post(app, body, sent).status < 500


def test_a_header_that_stands_twice_is_left_to_the_sdk(app: Inside) -> None:
    """One reader takes the first of them, and another one the last."""
    body = json.dumps(message(MODERN, LIST)).encode()
    sent = headers(MODERN, LIST)
    fields = [(name.encode(), value.encode()) for name, value in sent.items()]
    assert read_message(fields, dict(fields), body) is not None
    fields.append((b"mcp-method", LIST.encode()))
    assert read_message(fields, dict(fields), body) is None
    answer = app.ask("POST", PATH, body, headers=fields)
    assert (answer.status, answer.json["error"]["code"]) == (400, -32020)


def test_eras_are_known() -> None:
    """The newest version of a handshake, and the one without."""
    assert (HANDSHAKE[-1], MODERN) == ERAS
