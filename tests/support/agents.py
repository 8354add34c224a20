"""Agents for tests: messages of both eras of the protocol, as their clients send them."""

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from tests.support.service import KEY, Answer, Inside
from vcardsvc.agents.messages import CALL, HANDSHAKE, MODERN
from vcardsvc.agents.tools import Tools
from vcardsvc.http.context import AppContext
from vcardsvc.model.request import RenderOptions

PATH: Final = "/mcp"
ACCEPT: Final = "application/json, text/event-stream"
ERAS: Final = (HANDSHAKE[-1], MODERN)

ADA: Final[dict[str, Any]] = {
    "name": {"first-name": "Ada", "last-name": "Nowak"},
    "phone": [{"number": "+1 650 253 0000"}],
}
"""A contact with a note: the number is written otherwise."""

META: Final[dict[str, Any]] = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


def message(
    era: str, method: str, params: Mapping[str, Any] | None = None, id: int | str | None = 7
) -> dict[str, Any]:
    """A message of a client of this era; without an id a notification."""
    sent = {**(params or {}), **({"_meta": META} if era == MODERN else {})}
    return {
        "jsonrpc": "2.0",
        **({} if id is None else {"id": id}),
        "method": method,
        **({"params": sent} if sent or params is not None else {}),
    }


def headers(era: str, method: str, name: str = "", **more: str) -> dict[str, str]:
    """The headers of such a message; one that is given as "" is left out."""
    sent = {
        "authorization": f"Bearer {KEY}",
        "content-type": "application/json",
        "accept": ACCEPT,
        "mcp-protocol-version": era,
    }
    if era == MODERN:
        sent |= {"mcp-method": method, "mcp-name": name}
    sent |= {key.replace("_", "-"): value for key, value in more.items()}
    return {key: value for key, value in sent.items() if value}


def post(app: Inside, body: bytes, sent: Mapping[str, str]) -> Answer:
    """One POST to the application."""
    pairs = [(name.encode(), value.encode()) for name, value in sent.items()]
    return app.ask("POST", PATH, body, headers=pairs)


def call(app: Inside, name: str, arguments: Any, era: str = ERAS[0], **more: str) -> Answer:
    """One call of a tool."""
    sent = message(era, CALL, {"name": name, "arguments": arguments})
    return post(app, json.dumps(sent).encode(), headers(era, CALL, name, **more))


def nowhere(_: RenderOptions) -> str:
    """The address of links in tests."""
    return "https://cards.example.com"


def unexpected(fault: BaseException) -> NoReturn:
    """A fault that no test makes on purpose."""
    raise fault


def tools_of(context: AppContext) -> Tools:
    """The tools over the services of an application."""
    return Tools(
        settings=context.settings,
        policy=context.conversions().policy,
        cards=context.cards,
        conversions=context.conversions,
        owner="tests",
        base_url=nowhere,
        on_fault=unexpected,
    )
