"""Describe POST /mcp: one message of an agent in, its response out. MCP describes the rest.

Source: https://modelcontextprotocol.io/specification/2025-11-25/basic
"""

import json
from typing import Any, Final

from vcardsvc.apis.agents import PATH
from vcardsvc.errors import E1537, E1538, E1539
from vcardsvc.openapi.examples import KEY, curl
from vcardsvc.openapi.response import ALWAYS, failures

Json = dict[str, Any]

_ABOUT: Final = """Streamable HTTP without sessions; the key may be a Bearer token. A refused
message has an error with the failure JSON."""

_STATUSES: Final = (400, 401, 403, 404, 406, 408, 413, 415, 429, 500, 503)
_LIST: Final = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
_HEADERS: Final = {
    "authorization": f"Bearer {KEY}",
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
}

_ID: Final[Json] = {"type": ["string", "integer", "null"]}
_VERSION: Final[Json] = {"type": "string", "const": "2.0"}

SCHEMAS: Final[Json] = {
    "AgentMessage": {
        "type": "object",
        "description": "A request of JSON-RPC 2.0; without `id` a notification.",
        "required": ["jsonrpc", "method"],
        "properties": {
            "jsonrpc": _VERSION,
            "id": _ID,
            "method": {"type": "string"},
            "params": {"type": ["object", "null"]},
        },
    },
    "AgentResponse": {
        "type": "object",
        "description": "A response of JSON-RPC 2.0: `result` or `error`.",
        "required": ["jsonrpc", "id"],
        "properties": {
            "jsonrpc": _VERSION,
            "id": _ID,
            "result": {"type": "object"},
            "error": {"type": "object"},
        },
    },
}
"""The schemas of messages, by their names in components."""


def _content(schema: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _refusals() -> Json:
    """Return the refusals, each with the headers of its status."""
    described = failures(_STATUSES, (E1537.name, E1538.name, E1539.name), bodies=False)
    for one in described.values():
        one["headers"] = {name: ref for name, ref in one["headers"].items() if name not in ALWAYS}
    return described


def operation() -> Json:
    """Return POST /mcp."""
    return {
        "operationId": "callTool",
        "summary": "Answer a message of an agent (MCP)",
        "description": _ABOUT,
        "security": [{"key": []}],
        "requestBody": {"required": True, "content": _content("AgentMessage")},
        "responses": {
            "200": {
                "description": "The response.",
                "headers": {},
                "content": _content("AgentResponse"),
            },
            "202": {"description": "A notification was taken.", "headers": {}},
            **_refusals(),
        },
        "x-codeSamples": [
            {
                "lang": "Shell",
                "label": "List the tools",
                "source": curl("POST", PATH, _HEADERS, _LIST),
            }
        ],
    }
