"""The server's protocol: requests that need no wait run at once, idle connections are closed; and
the order in which a server stops."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.support.service import LONGEST
from vcardsvc.http import server as http_server
from vcardsvc.http.server import Config, Protocol, Server, bind

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
    async with _started(application, keep_alive=keep_alive) as (_, port):
        yield port


@asynccontextmanager
async def _started(
    application: Application, *, keep_alive: int = 5, drain_delay: float = 0.0
) -> AsyncIterator[tuple[Server, int]]:
    """Serve the application in this process; yield the server and its port. It is stopped at the
    end, unless it was before."""
    config = Config(
        application,
        http=Protocol,
        timeout_keep_alive=keep_alive,
        timeout_graceful_shutdown=int(LONGEST),
        drain_delay=drain_delay,
        log_level="error",
    )
    server, bound = Server(config), bind("127.0.0.1", 0)
    port = bound.getsockname()[1]
    application.tasks = server.server_state.tasks
    running = asyncio.ensure_future(server.serve([bound]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield server, port
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


class WithHeaders(Application):
    """An application whose responses have these headers beside their length."""

    def __init__(self, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(0)
        self.headers = headers

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += self.headers
            await send(message)

        await super().__call__(scope, receive, with_headers if scope["type"] == "http" else send)


@pytest.mark.parametrize(
    ("header", "begins"),
    [
        ((b"x-name", b"a\tb"), b"HTTP/1.1 200 "),
        ((b"connection", b"close"), b"HTTP/1.1 200 "),
        ((b"x-name", b"a\r\nb: c"), b""),
        ((b"x-name", b"a\nb"), b""),
        ((b"x-name", b"a\0b"), b""),
    ],
)
def test_a_response_with_a_control_character_in_a_header_is_not_sent(
    header: tuple[bytes, bytes], begins: bytes
) -> None:
    """A response that is written as a whole is checked as uvicorn checks it."""
    application = WithHeaders(header)

    async def story() -> None:
        async with _serving(application, keep_alive=1) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            assert (await reader.read())[: len(b"HTTP/1.1 200 ")] == begins
            writer.close()

    _run(story)


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


CLOSING = b"\r\nconnection: close\r\n"


async def _whole(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Return the head and the body of a response."""
    head = await reader.readuntil(b"\r\n\r\n")
    return head, await reader.readexactly(2)


async def _closed(server: Server) -> None:
    """Wait until the server does not listen any more."""
    while server.servers[0].is_serving():
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("immediate", [True, False])
def test_an_idle_connection_is_answered_once_more_behind_the_closed_socket(
    immediate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that sends a request while the service stops gets the response, which tells it not to
    send another one; the stop waits for nothing else then."""
    monkeypatch.setattr(http_server, "LINGER", LONGEST)

    async def story() -> None:
        async with _started(Application(0, immediate=immediate)) as (server, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            head, _ = await _whole(reader)
            assert CLOSING not in head
            server.handle_exit(signal.SIGTERM, None)
            await _closed(server)
            writer.write(REQUEST)
            head, body = await _whole(reader)
            assert (head[:13], CLOSING in head, body) == (b"HTTP/1.1 200 ", True, b"{}")
            assert await reader.read() == b""
            writer.close()

    _run(story)


def test_an_idle_connection_without_a_request_is_closed_soon() -> None:
    """The stop waits for what may be on its way, and not for the keep-alive time."""

    async def story() -> None:
        async with _started(Application(0), keep_alive=600) as (server, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            await _whole(reader)
            server.handle_exit(signal.SIGTERM, None)
            assert await reader.read() == b""
            writer.close()

    _run(story)


def test_a_running_request_says_that_its_connection_ends() -> None:
    """A request that runs at the signal tells the proxy not to send another one behind it."""
    application = Application(0.3, immediate=False)

    async def story() -> None:
        async with _started(application) as (server, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            while not application.in_task:
                await asyncio.sleep(0.01)
            server.handle_exit(signal.SIGTERM, None)
            head, body = await _whole(reader)
            assert (CLOSING in head, body, await reader.read()) == (True, b"{}", b"")
            writer.close()

    _run(story)


def test_connections_that_wait_are_accepted_before_the_socket_is_closed() -> None:
    """Closing a listening socket resets what waits there: those are accepted, and answered."""

    async def story() -> None:
        async with _started(Application(0)) as (server, port):
            # Connected without a turn of the event loop, so that none of them is accepted yet.
            callers = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
            for caller in callers:
                caller.sendall(REQUEST)
            (listener,) = server.servers[0].sockets
            await server._close_listeners([listener._sock])  # type: ignore[attr-defined]
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))
            for caller in callers:
                reader, writer = await asyncio.open_connection(sock=caller)
                assert (await _whole(reader))[1] == b"{}"
                writer.close()

    _run(story)


def test_with_a_drain_delay_a_stopping_server_takes_new_connections() -> None:
    """A load balancer that has not noticed the stop yet loses nothing; a second signal ends the
    delay."""

    async def story() -> None:
        async with _started(Application(0), drain_delay=600) as (server, port):
            server.handle_exit(signal.SIGTERM, None)
            for _ in range(10):
                await asyncio.sleep(0.05)
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(REQUEST)
                head, body = await _whole(reader)
                assert (CLOSING in head, body) == (True, b"{}")
                assert await reader.read() == b""
                writer.close()
            server.handle_exit(http_server.END_NOW, None)

    _run(story)


@pytest.mark.parametrize("seconds", [0.0, 600.0])
def test_the_date_goes_on_while_a_server_stops(seconds: float) -> None:
    """Responses during the drain delay, and of requests that run on, have the time of then."""

    async def story() -> None:
        drain_delay = 0.0 if seconds else 600.0
        async with _started(Application(seconds), drain_delay=drain_delay) as (server, port):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            await asyncio.sleep(0.2)
            server.handle_exit(signal.SIGTERM, None)
            await asyncio.sleep(http_server.LINGER + 0.3 if seconds else 0.3)
            server.server_state.default_headers = []
            while not server.server_state.default_headers:
                await asyncio.sleep(0.05)
            assert server.server_state.default_headers[0][0] == b"date"
            server.handle_exit(http_server.END_NOW, None)
            writer.close()

    _run(story)
