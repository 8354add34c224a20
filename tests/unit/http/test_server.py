"""The server's protocol: requests that need no wait run at once, idle connections are closed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn

from vcardsvc.http.server import Protocol

REQUEST = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}"


class Application:
    """An application whose requests wait `seconds`, and which says that none of them does.

    `in_task` tells of each request whether it began in a task of its own.
    """

    def __init__(self, seconds: float, *, immediate: bool = True) -> None:
        self.seconds = seconds
        self.immediate = immediate
        self.in_task: list[bool] = []
        self.tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        self.in_task.append(asyncio.current_task() is not None)
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        if self.seconds:
            await asyncio.sleep(self.seconds)
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _live(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        scope["state"]["is_immediate"] = lambda scope, body: self.immediate
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})


@asynccontextmanager
async def _serving(application: Application, keep_alive: int = 5) -> AsyncIterator[int]:
    """Serve the application in this process; yield its port."""
    config = uvicorn.Config(
        application, port=0, http=Protocol, timeout_keep_alive=keep_alive, log_level="error"
    )
    server = uvicorn.Server(config)
    application.tasks = server.server_state.tasks
    running = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


def _run(story: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(30):
            await story()

    asyncio.run(limited())


async def _response(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    return await reader.readexactly(2)


@pytest.mark.parametrize("seconds", [0.0, 0.02])
def test_a_request_that_waits_after_all_is_finished(seconds: float) -> None:
    """A request that is run at once and then waits goes on in a task, as do those behind it."""
    application = Application(seconds)

    async def story() -> None:
        async with _serving(application) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST * 3)
            assert [await _response(reader) for _ in range(3)] == [b"{}"] * 3
            writer.close()

    _run(story)
    assert len(application.in_task) == 3
    assert application.in_task[0] is False


@pytest.mark.parametrize("pieces", [(REQUEST[:20], REQUEST[20:]), (REQUEST[:-1], REQUEST[-1:])])
def test_a_request_that_is_not_complete_has_a_task(pieces: tuple[bytes, ...]) -> None:
    """A head that comes in pieces may be run at once; a body that comes later is waited for."""
    application = Application(0)

    async def story() -> None:
        async with _serving(application) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.05)
            assert await _response(reader) == b"{}"
            writer.close()

    _run(story)
    assert application.in_task == [pieces[0] != REQUEST[:20]]


def test_what_is_not_immediate_has_a_task() -> None:
    """The application decides which requests are run at once."""
    application = Application(0, immediate=False)

    async def story() -> None:
        async with _serving(application) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            assert await _response(reader) == b"{}"
            writer.close()

    _run(story)
    assert application.in_task == [True]


def test_a_connection_is_closed_when_it_was_idle_long_enough() -> None:
    """The keep-alive time counts from the last response, and not while a request runs."""
    application = Application(0.7, immediate=False)

    async def story() -> None:
        async with _serving(application, keep_alive=1) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for _ in range(2):  # together longer than the keep-alive time
                writer.write(REQUEST)
                assert await _response(reader) == b"{}"
            idle = asyncio.get_running_loop().time()
            assert await reader.read() == b""
            assert 0.5 < asyncio.get_running_loop().time() - idle < 10
            writer.close()

    _run(story)


def test_a_connection_with_half_a_head_is_not_idle() -> None:
    """The keep-alive time counts from the last octets that arrived."""
    application = Application(0)

    async def story() -> None:
        async with _serving(application, keep_alive=1) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            assert await _response(reader) == b"{}"
            await asyncio.sleep(0.7)
            writer.write(REQUEST[:20])
            await asyncio.sleep(0.7)
            writer.write(REQUEST[20:])
            assert await _response(reader) == b"{}"
            writer.close()

    _run(story)


def test_a_request_ends_with_a_task_that_never_ran() -> None:
    """A request that waits, and whose task is cancelled before its first step, is ended."""
    ended = []

    class Cancelled(Application):
        """Cancels the task of its request as soon as there is one."""

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "lifespan":
                await self._live(scope, receive, send)
                return
            loop = asyncio.get_running_loop()
            loop.call_soon(lambda: [task.cancel() for task in self.tasks])
            try:
                await asyncio.sleep(20)
            finally:
                ended.append(asyncio.current_task())

    application = Cancelled(0)

    async def story() -> None:
        async with _serving(application) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            while not ended:
                await asyncio.sleep(0.01)
            writer.close()

    _run(story)
    assert ended == [None]
