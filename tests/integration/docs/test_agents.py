"""The page "Agents", walked as a newcomer walks it: a configuration, a call, a card."""

import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import EmbeddedResource, TextResourceContents

from tests.support.documentation import TOP, block, text
from tests.support.service import KEY, LONGEST, Served, environ, serving

PAGE: Final = "agents"
PROGRAM: Final = Path(sys.executable).with_name("vcardsvc")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service."""
    with serving(tmp_path_factory.mktemp("agents")) as started:
        yield started


def configuration(name: str) -> dict[str, Any]:
    """The server of a configuration on the page."""
    found: dict[str, Any] = json.loads(block(PAGE, f"configuration: {name}"))
    return dict(found["mcpServers"]["vcardsvc"])


@contextlib.asynccontextmanager
async def over_stdio(folder: Path) -> AsyncIterator[Client]:
    """A client with the first configuration, whose path is this environment's."""
    given = configuration("stdio")
    assert given["command"].endswith(".venv/bin/vcardsvc")
    parameters = StdioServerParameters(
        command=str(PROGRAM), args=given["args"], env=environ(folder, {}), cwd=folder
    )
    async with Client(stdio_client(parameters)) as client:
        yield client


@contextlib.asynccontextmanager
async def over_http(served: Served) -> AsyncIterator[Client]:
    """A client with the second configuration, whose address and key are this service's."""
    given = configuration("http")
    assert given["type"] == "http"
    url = given["url"].replace("http://127.0.0.1:8000/", served.url)
    headers = {name: value.replace("KEY", KEY) for name, value in given["headers"].items()}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=LONGEST) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        yield client


async def called(client: Client) -> str:
    """The card that the call of the page makes."""
    arguments = json.loads(block(PAGE, "call"))
    (card, _) = (await client.call_tool("create_contact_card", arguments)).content
    assert isinstance(card, EmbeddedResource)
    assert isinstance(card.resource, TextResourceContents)
    return card.resource.text.replace("\r\n", "\n")


def test_the_call_of_the_page_makes_its_card(tmp_path: Path, served: Served) -> None:
    """Over both transports, octet for octet."""

    async def over_both() -> list[str]:
        async with asyncio.timeout(3 * LONGEST):
            async with over_stdio(tmp_path) as client:
                local = await called(client)
            async with over_http(served) as client:
                return [local, await called(client)]

    assert asyncio.run(over_both()) == [block(PAGE, "card")] * 2


@pytest.mark.skipif(not shutil.which("curl"), reason="the recipe needs curl")
def test_a_card_comes_by_curl_alone(tmp_path: Path, served: Served) -> None:
    """The first message of a caller is the call."""
    ran = subprocess.run(
        ["sh", "-eu", "-c", block(PAGE, "curl")],
        env={**environ(tmp_path, {}), "VCARDSVC": served.url.rstrip("/"), "KEY": KEY},
        capture_output=True,
        timeout=LONGEST,
        check=True,
    )
    card = json.loads(ran.stdout)["result"]["content"][0]
    assert "\r\nFN:John Appleseed\r\n" in card["resource"]["text"]


def test_the_extra_is_the_projects() -> None:
    """The command of the page installs what the project calls so."""
    assert ".venv/bin/pip install '.[mcp]'" in text(PAGE)
    assert 'mcp = ["mcp>=' in (TOP / "pyproject.toml").read_text()
