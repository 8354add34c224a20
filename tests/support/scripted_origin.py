"""A loopback origin that follows a script: well, badly, slowly or without end.

Every connection is counted, and closed at the end of the test. It listens on loopback alone.
"""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request: its head as it came, and the connection it came on."""

    head: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, data: bytes) -> None:
        """Send `data`, as fast as the client takes it."""
        self.writer.write(data)
        await self.writer.drain()


Script = Callable[[Visit], Awaitable[None]]


def photo(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """A whole response; `length` lies about the size of its body."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def answers(*parts: bytes, every: float = 0.0) -> Script:
    """Send the parts, so many seconds apart, and close."""

    async def script(visit: Visit) -> None:
        for position, part in enumerate(parts):
            await asyncio.sleep(every if position else 0)
            await visit.say(part)

    return script


def endless(head: bytes, part: bytes, every: float = 0.0) -> Script:
    """Send the head, and then the part again and again until the client leaves."""

    async def script(visit: Visit) -> None:
        await visit.say(head)
        while True:
            await visit.say(part)
            await asyncio.sleep(every)

    return script


def redirects(location: str, *headers: str, status: str = "302 Found") -> Script:
    """Send the client elsewhere."""
    return answers(photo(b"", f"Location: {location}", *headers, status=status))


async def silent(visit: Visit) -> None:
    """Say nothing until the client leaves."""
    await visit.reader.read()


def resets(data: bytes = b"") -> Script:
    """Say something and break the connection with an RST."""

    async def script(visit: Visit) -> None:
        await visit.say(data)
        await asyncio.sleep(0.02)  # let it arrive: an RST overtakes what lies in buffers
        sock: socket.socket = visit.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        visit.writer.transport.abort()

    return script


@dataclass(slots=True, kw_only=True)
class Origin:
    """A running origin: its port, the heads of its requests, and its open connections."""

    scripts: Mapping[str, Script]
    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    connected: set[asyncio.Task[None]] = field(default_factory=set)

    def url(self, path: str = "/", host: str = HOST, scheme: str = "http") -> str:
        """The URL of `path` here, under any name."""
        return f"{scheme}://{host}:{self.port}{path}"

    async def until(self, count: int) -> None:
        """Wait until exactly `count` clients are connected; TimeoutError after five seconds."""
        async with asyncio.timeout(5):
            while len(self.connected) != count:
                await asyncio.sleep(0.002)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play the script of one connection; an unknown path is a failed test."""
        task = asyncio.current_task()
        assert task is not None
        self.connected.add(task)
        try:
            # Clients leave, and the end of a test cancels what still plays: both are no fault.
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                path = head.split(b" ")[1].decode()
                await self.scripts[path](Visit(head=head, reader=reader, writer=writer))
        finally:
            self.connected.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()


@asynccontextmanager
async def origin(
    scripts: Mapping[str, Script] | Script, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Origin]:
    """Run an origin: a script for each path, or one for `/`."""
    here = Origin(scripts={"/": scripts} if callable(scripts) else scripts)
    server = await asyncio.start_server(here.serve, HOST, 0, ssl=tls)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()
        tasks = list(here.connected)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
