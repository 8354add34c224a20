"""Fetching photos in tests: a fetcher that may go to loopback, and what comes of it."""

import asyncio
import ipaddress
import socket
from collections.abc import Coroutine, Sequence
from typing import Any

import httpcore
import pytest

from tests.support.scripted_origin import (
    HOST,
    Origin,
)
from vcardsvc.errors import E503, E1521, Code, Problem, Refused
from vcardsvc.photo.fetch import Fetcher, FetchPolicy, IPAddress, Resolver

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
LIMIT = 100_000
BUSY = Problem(code=E503, status=503, retry_after=2, cause="busy")

CardResult = bytes | Problem


def no(cause: str, code: Code = E1521) -> Problem:
    """The one problem that a refused fetch has."""
    return Problem(code=code, field="/photo-url", cause=cause)


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test's own coroutine, and never for long."""
    asyncio.run(asyncio.wait_for(work, 20))


async def here(host: str, port: int) -> Sequence[IPAddress]:
    """A resolver to which every name is this machine."""
    return [ipaddress.ip_address(HOST)]


def fetcher(at: Origin, resolve: Resolver = here, **policy: Any) -> Fetcher:
    """A fetcher that may go to `at`, and a test's own limits."""
    tls = policy.pop("tls", None)
    limits: dict[str, Any] = {"networks": (LOOPBACK,), "ports": (at.port,), "max_bytes": LIMIT}
    return Fetcher(FetchPolicy(**(limits | policy)), resolve=resolve, tls=tls)


async def outcome(by: Fetcher, url: str) -> CardResult:
    """What comes of `url`: its body or its one problem."""
    try:
        return await by.fetch(url)
    except Refused as refused:
        (problem,) = refused.problems
        return problem


HEAD = b"HTTP/1.1 200 OK\r\n"


PORTS = (80, 443)


async def unknown(host: str, port: int) -> Sequence[IPAddress]:
    """A resolver that knows no name."""
    raise socket.gaierror


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were dialled; no connection succeeds."""
    addresses: list[str] = []

    async def connect_tcp(_self: object, host: str, port: int, *_: Any) -> None:
        addresses.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    return addresses
