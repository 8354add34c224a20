"""Serves the tools with the official SDK, the extra `mcp`: over stdio, and one message over HTTP.

The SDK knows every version of the protocol, and alone refuses messages. It is imported when it is
needed first: that takes 2 s and 40 MB.
"""

import asyncio
import functools
import importlib.util
import json
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from vcardsvc import __version__
from vcardsvc.agents.messages import FRESH, INSTRUCTIONS, NAME
from vcardsvc.agents.results import ToolResult
from vcardsvc.agents.schemas import tools as tool_descriptions
from vcardsvc.agents.tools import Tools, UnknownTool

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

INSTALL: Final = "pip install '.[mcp]' in the folder of the repository"
"""The command that installs the SDK."""

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
"""The status, headers and body of a response."""


@functools.cache
def is_installed() -> bool:
    """Return whether the SDK is there; it is not imported."""
    return importlib.util.find_spec("mcp") is not None


def load() -> None:
    """Import the SDK, without its log: its lines would hold what callers sent."""
    import mcp.server.lowlevel
    import mcp.server.streamable_http_manager  # noqa: F401

    logger = logging.getLogger("mcp")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False


def _ignore(result: ToolResult) -> None:
    """Ignore a result."""


def server(tools: Tools, on_result: Callable[[ToolResult], None] = _ignore) -> "Server[Any]":
    """Return the SDK's server of these tools; `on_result` is told of the result of each call."""
    from mcp import types
    from mcp.server.caching import CacheHint
    from mcp.server.lowlevel import Server
    from mcp.shared.exceptions import MCPError

    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        described = await asyncio.to_thread(tool_descriptions, tools.settings)
        return types.ListToolsResult.model_validate({"tools": list(described)})

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            result = await tools.call(params.name, _octets(params.arguments))
        except UnknownTool:
            text = f"Unknown tool: {params.name}"
            raise MCPError(types.INVALID_PARAMS, text) from None
        on_result(result)
        return types.CallToolResult.model_validate(result.value)

    return Server(
        NAME,
        version=__version__,
        instructions=INSTRUCTIONS,
        cache_hints={"tools/list": CacheHint(ttl_ms=FRESH, scope="public")},
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _octets(maybe_arguments: Mapping[str, Any] | None) -> bytes:
    """Return arguments as JSON, of the size that clients send: without escapes. Lone surrogates and
    NaN, which the SDK's parser lets through, are refused where it is read."""
    arguments = maybe_arguments or {}
    try:
        return json.dumps(arguments, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # a lone surrogate, whose place the refusal names
        return json.dumps(arguments).encode()


async def serve_stdio(tools: Tools) -> None:
    """Serve the tools over stdin and stdout, until stdin ends."""
    from mcp.server.stdio import stdio_server

    served = server(tools)
    async with stdio_server() as (incoming, outgoing):
        await served.run(incoming, outgoing, served.create_initialization_options())


async def answer(served: "Server[Any]", scope: Mapping[str, Any], body: bytes) -> Answer:
    """Return the response to one message that was posted, without any session."""
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    status, headers = 0, list[tuple[bytes, bytes]]()
    sent = bytearray()
    received = False

    async def receive() -> dict[str, Any]:
        nonlocal received
        if received:  # the caller is watched elsewhere
            await asyncio.get_running_loop().create_future()
        received = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.extend((bytes(name), bytes(value)) for name, value in message["headers"])
        else:
            sent.extend(message.get("body", b""))

    manager = StreamableHTTPSessionManager(
        served, stateless=True, json_response=True, max_request_body_size=len(body) + 1
    )
    async with manager.run():
        await manager.handle_request(dict(scope), receive, send)
    return status, headers, bytes(sent)
