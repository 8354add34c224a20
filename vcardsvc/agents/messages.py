"""Reads the ordinary messages of clients over HTTP in one pass, and writes their results.

An ordinary message is one JSON-RPC request whose headers and members are those that clients send:
the beginning of a connection, the list of tools, the call of one. For any other message the result
is None, and the SDK reads it from the start: it alone refuses messages. Tests hold the results of
both equal. The SDK's transport takes some 2 ms for a message, and its import 2 s and 40 MB.

    handshake, to 2025-11-25    MCP-Protocol-Version, or none before the handshake
    2026-07-28                  MCP-Protocol-Version, Mcp-Method, Mcp-Name as in the body, and the
                                version and the client's capabilities in `_meta`

Source: https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle and 2026-07-28
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from msgspec import Raw, Struct, field

from vcardsvc import __version__
from vcardsvc.agents.results import ToolResult
from vcardsvc.agents.schemas import tools
from vcardsvc.settings import Settings

Json = dict[str, Any]

NAME: Final = "vcardsvc"
INSTRUCTIONS: Final = (
    "Make, convert and check contact cards (vCard, .vcf). A failed call says what to mend; a "
    "result names what was cut, changed or lost: tell the user."
)
"""What an agent reads of the whole server."""

FRESH: Final = 3_600_000
"""Milliseconds for which a client may keep the list of tools: a release changes it."""

HANDSHAKE: Final = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
"""The versions on which a client and a server agree in a handshake."""

MODERN: Final = "2026-07-28"
"""The version whose every request says what its client is."""

ACCEPT: Final = frozenset(
    (b"application/json, text/event-stream", b"text/event-stream, application/json")
)
"""The Accept headers of clients: the protocol demands both types."""

CALL: Final = "tools/call"
LIST: Final = "tools/list"
INITIALIZE: Final = "initialize"
INITIALIZED: Final = "notifications/initialized"
DISCOVER: Final = "server/discover"
PING: Final = "ping"

_PREFIX: Final = "io.modelcontextprotocol/"
_PARAMETER: Final = b"mcp-param-"
"""What the header of an argument begins with; no tool has one."""

_SERVER: Final[Json] = {"name": NAME, "version": __version__}
_CAPABILITIES: Final[Json] = {"tools": {"listChanged": False}}


class _Meta(Struct):
    progress: int | str | None = field(name="progressToken", default=None)
    version: str | None = field(name=f"{_PREFIX}protocolVersion", default=None)
    maybe_client: Json | None = field(name=f"{_PREFIX}clientInfo", default=None)
    maybe_capabilities: Json | None = field(name=f"{_PREFIX}clientCapabilities", default=None)


class _Params(Struct, forbid_unknown_fields=True):
    maybe_meta: _Meta | None = field(name="_meta", default=None)


class _Call(_Params, forbid_unknown_fields=True, kw_only=True):
    name: str
    arguments: Raw = Raw(b"{}")


class _Client(Struct):
    name: str
    version: str


class _Initialize(_Params, forbid_unknown_fields=True, kw_only=True):
    version: str = field(name="protocolVersion")
    capabilities: dict[str, Json]
    client: _Client = field(name="clientInfo")


class _Message(Struct, forbid_unknown_fields=True):
    jsonrpc: Literal["2.0"]
    method: str
    maybe_id: int | str | None = field(name="id", default=None)
    params: Raw = Raw(b"{}")


_decode: Final = msgspec.json.Decoder(_Message).decode
_encode: Final = msgspec.json.Encoder().encode

_METHODS: Final[Mapping[tuple[str, bool], msgspec.json.Decoder[_Params]]] = {
    (CALL, True): msgspec.json.Decoder(_Call),
    (CALL, False): msgspec.json.Decoder(_Call),
    (LIST, True): msgspec.json.Decoder(_Params),
    (LIST, False): msgspec.json.Decoder(_Params),
    (DISCOVER, True): msgspec.json.Decoder(_Params),
    (INITIALIZE, False): msgspec.json.Decoder(_Initialize),
    (INITIALIZED, False): msgspec.json.Decoder(_Params),
    (PING, False): msgspec.json.Decoder(_Params),
}
"""The parameters of each ordinary method, by whether the client speaks MODERN."""


class Message(Struct, frozen=True, kw_only=True):
    """Holds an ordinary message: its id (None: a notification), its method, whether its client
    speaks MODERN, and of a call the tool's name and the octets of the arguments' JSON, of a
    handshake the version."""

    maybe_id: int | str | None
    method: str
    modern: bool
    name: str = ""
    arguments: bytes = b""
    version: str = ""


def read_message(
    fields: Sequence[tuple[bytes, bytes]], headers: Mapping[bytes, bytes], body: bytes
) -> Message | None:
    """Return the ordinary message of a POST; None for any other one.

    `fields` are all header fields, `headers` the same by name.
    """
    version = headers.get(b"mcp-protocol-version", b"").decode("latin-1")
    modern = version == MODERN
    if headers.get(b"accept") not in ACCEPT or not (modern or version in ("", *HANDSHAKE)):
        return None
    try:
        message = _decode(body)
        params = _METHODS[message.method, modern].decode(message.params)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, KeyError):
        return None
    method, meta = message.method, params.maybe_meta
    if (message.maybe_id is None) != (method == INITIALIZED):
        return None
    if modern:
        name = params.name if isinstance(params, _Call) else None
        if not _agrees(fields, headers, method, name, meta):
            return None
    elif meta is not None and meta.version is not None:
        return None
    if isinstance(params, _Call):
        arguments = bytes(params.arguments)
        if arguments[:1] != b"{":
            return None
        return Message(
            maybe_id=message.maybe_id,
            method=method,
            modern=modern,
            name=params.name,
            arguments=arguments,
        )
    agreed = params.version if isinstance(params, _Initialize) else ""
    if agreed and agreed not in HANDSHAKE:
        return None
    return Message(maybe_id=message.maybe_id, method=method, modern=modern, version=agreed)


def _agrees(
    fields: Sequence[tuple[bytes, bytes]],
    headers: Mapping[bytes, bytes],
    method: str,
    maybe_name: str | None,
    maybe_meta: _Meta | None,
) -> bool:
    """Return whether the headers of a modern message are those of its body, each once."""
    return (
        maybe_meta is not None
        and maybe_meta.version == MODERN
        and maybe_meta.maybe_capabilities is not None
        and headers.get(b"mcp-method") == method.encode()
        and headers.get(b"mcp-name") == (None if maybe_name is None else maybe_name.encode())
        and len(fields) == len(headers)
        and not any(name.startswith(_PARAMETER) for name in headers)
    )


def call_response(call: Message, result: ToolResult) -> bytes:
    """Return the JSON-RPC response with the result of a call."""
    return _response(call, result.value)


def other_response(message: Message, settings: Settings) -> bytes:
    """Return the JSON-RPC response to an ordinary message that is no call; b"" to a notification.

    The first list of a process takes some 0.1 s: its schemas are made then.
    """
    if message.method == INITIALIZED:
        return b""
    return _response(message, _other_result(message, settings))


def _other_result(message: Message, settings: Settings) -> Json:
    if message.method == LIST:
        listed: Json = {"tools": tools(settings)}
        return {**listed, "ttlMs": FRESH, "cacheScope": "public"} if message.modern else listed
    about = {"capabilities": _CAPABILITIES, "instructions": INSTRUCTIONS}
    if message.method == INITIALIZE:
        return {**about, "protocolVersion": message.version, "serverInfo": _SERVER}
    if message.method == DISCOVER:
        fresh = {"ttlMs": 0, "cacheScope": "private"}
        return {**about, **fresh, "supportedVersions": [MODERN]}
    return {}


def _response(message: Message, result: Json) -> bytes:
    if message.modern:
        meta = {f"{_PREFIX}serverInfo": _SERVER}
        result = {**result, "resultType": "complete", "_meta": meta}
    return _encode({"jsonrpc": "2.0", "id": message.maybe_id, "result": result})
