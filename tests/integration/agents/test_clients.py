"""The SDK's own clients: a process that they start, and a served process over HTTP."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, EmbeddedResource, ResourceLink, TextResourceContents

from tests.support.agents import ADA
from tests.support.service import KEY, LONGEST, Served, command, environ, serving
from vcardsvc.agents.schemas import CHECK, CONVERT, CREATE, TARGETS

MODES: Final = ("legacy", "auto")
"""The handshake up to 2025-11-25, and the discovery since 2026-07-28."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service, which keeps links."""
    folder = tmp_path_factory.mktemp("agents")
    with serving(folder, {"DATABASE_URL": f"sqlite:///{folder}/links.db"}) as started:
        yield started


@contextlib.asynccontextmanager
async def over_http(served: Served, mode: str, key: str = KEY) -> AsyncIterator[Client]:
    """A client with this key."""
    headers = {"authorization": f"Bearer {key}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=LONGEST) as http,
        Client(streamable_http_client(f"{served.url}mcp", http_client=http), mode=mode) as client,
    ):
        yield client


@contextlib.asynccontextmanager
async def over_stdio(folder: Path, mode: str) -> AsyncIterator[Client]:
    """A client that has started the program in a folder."""
    program, *arguments = command("mcp")
    parameters = StdioServerParameters(
        command=program, args=arguments, env=environ(folder, {}), cwd=folder
    )
    async with Client(stdio_client(parameters), mode=mode) as client:
        yield client


def text_of(result: CallToolResult) -> str:
    """The text of the file in a result."""
    block = result.content[0]
    assert isinstance(block, EmbeddedResource), block
    assert isinstance(block.resource, TextResourceContents)
    return block.resource.text


async def _works(client: Client) -> None:
    """Each tool does its work, and says what to mend where it cannot."""
    names = [one.name for one in (await client.list_tools()).tools]
    assert names == [CREATE, CONVERT, CHECK, TARGETS]
    card = await client.call_tool(CREATE, {"contact": ADA})
    assert "TEL;TYPE=WORK,VOICE:+16502530000\r\n" in text_of(card)
    other = await client.call_tool(CONVERT, {"cards": text_of(card), "as": "jcard"})
    assert json.loads(text_of(other))[0] == "vcard"
    checked = await client.call_tool(CHECK, {"cards": text_of(card)})
    assert checked.structured_content is not None
    assert [one["findings"] for one in checked.structured_content["cards"]] == [[]]
    assert (await client.call_tool(TARGETS, {})).structured_content is not None
    failed = await client.call_tool(CREATE, {"contact": {"name": {"first-name": "A/a"}}})
    assert failed.is_error
    assert failed.structured_content is not None
    assert failed.structured_content["errors"][0]["field"] == "/contact/name/first-name"
    with pytest.raises(MCPError, match="Unknown tool"):
        await client.call_tool("make_coffee", {})


@pytest.mark.parametrize("mode", MODES)
def test_the_sdks_client_works_over_stdio(tmp_path: Path, mode: str) -> None:
    """It starts `vcardsvc mcp`, without a key and without a service."""

    async def work() -> None:
        async with asyncio.timeout(2 * LONGEST), over_stdio(tmp_path, mode) as client:
            await _works(client)

    asyncio.run(work())


@pytest.mark.parametrize("mode", MODES)
def test_the_sdks_client_works_over_http(served: Served, mode: str) -> None:
    """With the key as a Bearer token; a link that it makes is there."""

    async def work() -> str:
        async with asyncio.timeout(2 * LONGEST), over_http(served, mode) as client:
            await _works(client)
            link = (await client.call_tool(CREATE, {"contact": ADA, "as": "link"})).content[0]
            assert isinstance(link, ResourceLink)
            return link.uri

    path = asyncio.run(work()).removeprefix(served.url.rstrip("/"))
    assert served.ask("GET", path).body.startswith(b"BEGIN:VCARD")


@pytest.mark.parametrize("mode", MODES)
def test_a_wrong_key_is_said_to_the_client(served: Served, mode: str) -> None:
    """The client's error has the code and the text of the refusal."""

    texts: list[str] = []

    async def work() -> None:
        async with asyncio.timeout(2 * LONGEST):
            try:
                async with over_http(served, mode, "wrong"):
                    texts.append("no error")
            except* MCPError as group:
                texts.extend(map(str, _leaves(group)))

    asyncio.run(work())
    assert ["E104: The API key is missing or not valid." in text for text in texts] == [True]


def _leaves(group: BaseExceptionGroup[Any]) -> Iterator[BaseException]:
    """The exceptions in a group, at any depth."""
    for one in group.exceptions:
        if isinstance(one, BaseExceptionGroup):
            yield from _leaves(one)
        else:
            yield one


def test_many_clients_call_at_once(served: Served) -> None:
    """Each gets its own card: no message stands in another's session."""

    async def one(client: Client, index: int) -> str:
        contact = {"name": {"first-name": "Ada", "last-name": f"Number{index}"}}
        return text_of(await client.call_tool(CREATE, {"contact": contact}))

    async def work() -> list[str]:
        async with asyncio.timeout(2 * LONGEST), over_http(served, "auto") as client:
            return list(await asyncio.gather(*(one(client, index) for index in range(50))))

    cards = asyncio.run(work())
    assert [f"FN:Ada Number{index}\r\n" in card for index, card in enumerate(cards)] == [True] * 50


def test_stdin_that_is_no_protocol_does_no_harm(tmp_path: Path) -> None:
    """Garbage is answered or passed over; the program goes on, and ends with its stdin."""
    ping = b'{"jsonrpc":"2.0","id":9,"method":"ping"}\n'
    hello = json.dumps(
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "a", "version": "1"},
            },
        }
    ).encode()
    garbage = b"{\n\xff\n[]\n" + b"[" * 20_000 + b"\n" + b"x" * 1_000_000 + b"\n"
    ran = subprocess.run(
        command("mcp"),
        input=hello + b"\n" + garbage + ping,
        env=environ(tmp_path, {}),
        cwd=tmp_path,
        capture_output=True,
        timeout=2 * LONGEST,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert answers[0]["result"]["serverInfo"]["name"] == "vcardsvc"
    assert {"jsonrpc": "2.0", "id": 9, "result": {}} in answers
    assert b"x" * 100 not in ran.stderr


def test_a_plain_service_imports_nothing_of_it(tmp_path: Path) -> None:
    """Neither the SDK nor what it brings is loaded where no agent calls."""
    program = (
        "import asyncio, sys; import vcardsvc.app, vcardsvc.cli.serving;"
        "from vcardsvc.settings import Settings; vcardsvc.app.create_app(Settings());"
        "print([name for name in ('mcp', 'mcp_types', 'pydantic', 'httpx2', 'jwt',"
        " 'vcardsvc.agents', 'vcardsvc.handlers.mcp') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=environ(tmp_path, {}),
        capture_output=True,
        timeout=LONGEST,
        check=True,
    )
    assert ran.stdout.decode().strip() == "[]"
