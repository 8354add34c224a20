"""Runs uvicorn with the service's own transport, signals and supervisor of workers.

A response is one write to the socket. SIGTERM, SIGINT and SIGHUP stop in an order that loses no
request behind a proxy: responses close their connections, the listening socket is closed when
nobody waits at it, idle connections stay open for a moment, since a request may be on its way on
them, and running requests are finished. A second SIGTERM or SIGINT ends the wait. The exit status
is 0 in both cases, with any number of workers.
"""

import asyncio
import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from types import FrameType
from typing import Any, Final, cast

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from vcardsvc.http.arrivals import resume
from vcardsvc.http.response import TRAILERS

HEAD = 64 * 1024
"""The most octets of a request's head; the limits of proxies are between 8 and 64 KiB."""
UNLIMITED = 1 << 62
BACKLOG = 2048
"""The most connections that wait to be accepted; uvicorn's own number."""

FACTORY = "vcardsvc.app:from_environ"

CLOSE: Final = (b"connection", b"close")
"""The header by which a proxy learns not to send another request over this connection."""

CONTROLS: Final = bytes(point for point in (*range(0x20), 0x7F) if point != 0x09)
"""The octets that no header may hold (RFC 9110 section 5.5)."""


class BufferedTransport:
    """Joins what is written within one iteration of the event loop into one write.

    uvicorn writes the head and the body of a response apart, which costs a system call and wakes
    the client twice: a quarter of the throughput of small cards. All other methods are those of the
    inner transport.
    """

    __slots__ = ("_call_soon", "_inner", "_pieces")

    def __init__(self, inner: asyncio.Transport, call_soon: Callable[..., object]) -> None:
        self._inner = inner
        self._call_soon = call_soon
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Write `data` before the event loop polls its sockets again."""
        if not self._pieces:
            self._call_soon(self._flush)
        self._pieces.append(data)

    def write_at_once(self, data: bytes) -> None:
        """Write a whole response, behind what was written before."""
        if self._pieces:
            self._pieces.append(data)
        else:
            self._inner.write(data)

    def close(self) -> None:
        """Write what is left, then close."""
        self._flush()
        self._inner.close()

    def is_closing(self) -> bool:
        """Return whether the inner transport closes; here because each response calls it."""
        return self._inner.is_closing()

    def _flush(self) -> None:
        if self._pieces and not self._inner.is_closing():
            self._inner.write(b"".join(self._pieces))
        self._pieces.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _WholeResponse:
    """The application for one request that needs no wait: its response is sent as a whole.

    uvicorn checks and writes each header and the body apart, which takes as long as the card.
    Another response than a complete one with a Content-Length on a connection that is kept is left
    to uvicorn.
    """

    __slots__ = ("_app", "_cycle", "_maybe_start")

    def __init__(self, app: ASGIApp, cycle: RequestResponseCycle) -> None:
        self._app = app
        self._cycle = cycle
        self._maybe_start: Message | None = None

    def __call__(self, scope: Scope, receive: Receive, _: Send) -> Awaitable[None]:
        """Run the application."""
        return self._app(scope, receive, self._send)

    async def _send(self, message: Message) -> None:
        start, self._maybe_start = self._maybe_start, None
        if start is None and message["type"] == "http.response.start":
            self._maybe_start = message
        elif start is None or not self._is_sent(start, message):
            if start is not None:
                await self._cycle.send(cast("Any", start))
            await self._cycle.send(cast("Any", message))

    def _is_sent(self, start: Message, message: Message) -> bool:
        """Send a whole response; return False, and do nothing, for any other."""
        cycle, body = self._cycle, message.get("body", b"")
        headers = [*cycle.default_headers, *start["headers"]]
        named = dict(headers)
        if not cycle.keep_alive or cycle.disconnected or message.get("more_body"):
            return False
        if b"connection" in named or named.get(b"content-length") != b"%d" % len(body):
            return False
        pieces = [STATUS_LINE[start["status"]]]
        for name, value in headers:
            pieces += (name, b": ", value, b"\r\n")
        head = b"".join(pieces)
        controls = len(head) - len(head.translate(None, CONTROLS))
        if controls != len(b"\r\n") * (1 + len(headers)):
            return False
        cycle.transport.write_at_once(head + b"\r\n" + body)  # type: ignore[attr-defined]  # ours
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        cycle.on_response()
        return True


class State(ServerState):
    """The state that the connections of a process share: uvicorn's, and whether it stops."""

    stopping = False


class _InTask:
    """The application for one request that has a task.

    Its response closes the connection while the process stops. It may have header fields behind its
    body, which uvicorn does not know (the extension `http.response.trailers` of ASGI).
    """

    __slots__ = ("_app", "_cycle", "_has_trailers", "_state")

    def __init__(self, app: ASGIApp, cycle: RequestResponseCycle, state: State) -> None:
        self._app = app
        self._cycle = cycle
        self._state = state
        self._has_trailers = False

    def __call__(self, scope: Scope, receive: Receive, _: Send) -> Awaitable[None]:
        """Run the application."""
        scope["extensions"] = {**scope.get("extensions", {}), TRAILERS: {}}
        return self._app(scope, receive, self._send)

    async def _send(self, message: Message) -> None:
        cycle, kind = self._cycle, message["type"]
        if kind == "http.response.start":
            self._has_trailers = message.get("trailers", False)
            if self._state.stopping:
                message = {**message, "headers": [*message.get("headers", ()), CLOSE]}
        is_last = kind == "http.response.body" and not message.get("more_body", False)
        if not self._has_trailers or not (is_last or kind == TRAILERS):
            await cycle.send(cast("Any", message))
        elif is_last:
            await cycle.send(cast("Any", {**message, "more_body": True}))
        elif cycle.chunked_encoding and not cycle.disconnected:
            lines = [name + b": " + value + b"\r\n" for name, value in message["headers"]]
            cycle.transport.write(b"".join((b"0\r\n", *lines, b"\r\n")))
            self._complete()
        else:
            await cycle.send(cast("Any", {"type": "http.response.body", "body": b""}))

    def _complete(self) -> None:
        """End the response as uvicorn does behind the last chunk."""
        cycle = self._cycle
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()


class Protocol(HttpToolsProtocol):
    """Adds to uvicorn's protocol the buffered transport, a ceiling for the head of a request, a
    single keep-alive timer a connection, and an answer at once where nothing has to be waited for.

    A task costs as much as reading a request's JSON. So a request that is complete, and that the
    application's `is_immediate` says to need no wait, is run to its end right here.
    """

    server_state: State
    _head_left = HEAD
    _parsing = False
    _idle_since = 0.0
    _maybe_pending: tuple[RequestResponseCycle, Any] | None = None

    def data_received(self, data: bytes) -> None:
        """Parse what arrived; close the connection at a head over the ceiling, all of which
        httptools would keep in memory."""
        self._idle_since = self.loop.time()
        self._head_left -= len(data)
        self._parsing = True
        super().data_received(data)
        self._parsing = False
        if self._maybe_pending is not None:
            (cycle, app), self._maybe_pending = self._maybe_pending, None
            if not self._ran_at_once(cycle, app):
                self._start_in_task(cycle, app)
        if self._head_left < 0 and not self.transport.is_closing():
            self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Start a request: one whose head was just parsed when all that arrived is."""
        if self._parsing:
            self._maybe_pending = (cycle, app)
        else:
            self._start_in_task(cycle, app)

    def _start_in_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        in_task = _InTask(app, cycle, self.server_state)
        super()._start_asgi_task(cycle, cast("Any", in_task))

    def _ran_at_once(self, cycle: RequestResponseCycle, app: Any) -> bool:
        """Run a request that needs no wait; return False, and do nothing, for any other. One that
        waits after all, which none is known to do, is finished in a task."""
        is_immediate = self.app_state.get("is_immediate")
        if is_immediate is None or cycle.more_body or self.flow.write_paused:
            return False
        if not is_immediate(cycle.scope, cycle.body):
            return False
        running = cycle.run_asgi(cast("Any", _WholeResponse(app, cycle))).__await__()
        try:
            waits_for = next(running)
        except StopIteration:
            return True
        task = self.loop.create_task(_as_coroutine(resume(running, waits_for)))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return True

    def on_response_complete(self) -> None:
        """Take the next request, or begin to be idle."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._await_idle(self.timeout_keep_alive)

    def _unset_keepalive_if_required(self) -> None:
        """Do nothing: the timer of the connection asks whether it is idle when it ends."""

    def _await_idle(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self._close_if_idle)

    def _close_if_idle(self) -> None:
        """Close a connection that was idle for the keep-alive time; else wait for the rest."""
        self.timeout_keep_alive_task = None
        if not self.cycle.response_complete:
            return  # the timer starts again with the response
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._await_idle(left)
        else:
            self.timeout_keep_alive_handler()

    def connection_lost(self, exc: Exception | None) -> None:
        """End the connection and its timer."""
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        """Stop counting: the body that follows has a ceiling of its own."""
        self._head_left = UNLIMITED
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count the head that may follow."""
        super().on_message_complete()
        self._head_left = HEAD

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own has it
        """Start the connection, over the buffered transport."""
        buffered = BufferedTransport(transport, self.loop.call_soon)
        super().connection_made(cast("asyncio.Transport", buffered))


async def _as_coroutine(waiting: Awaitable[None]) -> None:
    await waiting


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` (a name or an address) and `port`. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(BACKLOG)
    except OSError:
        bound.close()
        raise
    bound.set_inheritable(True)
    return bound


DRAIN: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals that end the service when the running requests are finished. SIGHUP is one: a terminal
that is closed sends it, and by default it would kill a worker with its requests."""

URGENT: Final = (signal.SIGTERM, signal.SIGINT)
"""Signals whose repetition ends the wait. SIGHUP is none of them: a shell passes it on, so a closed
terminal sends it twice."""

END_NOW: Final = signal.SIGUSR1
"""The parent's signal to its workers instead of a second SIGTERM: for one stop, a worker gets
SIGTERM from the parent and from a process manager that signals the whole group (systemd)."""

ECHO: Final = 0.5
"""Seconds within which a signal is the same stop again: timeout(1) sends it to its child, then to
the child's group."""

CLEANUP: Final = 10.0
"""Seconds that a worker may take to end its decoders and close its store after `shutdown_timeout`;
then it is killed."""

LINGER: Final = 0.5
"""Seconds that idle connections stay open behind the listening socket, at most `shutdown_timeout`.
A proxy may just have sent a request over one of them, and could not tell whether it may send it
again. It gets its response, with which the connection ends."""

POLL: Final = 0.1
"""Seconds between two polls while something ends, as in uvicorn's own waits."""

POLLS_PER_CHECK: Final = 5
"""Polls between two health checks of the workers."""


class StopSignals:
    """Counts the stop signals of a process: `draining` after the first, `immediate` after a second
    one of `urgent`."""

    def __init__(self, urgent: tuple[signal.Signals, ...] = URGENT) -> None:
        self._urgent = urgent
        self.draining = False
        self.immediate = False
        self._first_urgent: float | None = None

    def add(self, number: int) -> None:
        """Count a signal that arrives now."""
        self.draining = True
        if number == END_NOW:
            self.immediate = True
        elif number in self._urgent:
            now = time.monotonic()
            if self._first_urgent is None:
                self._first_urgent = now
            elif now - self._first_urgent > ECHO:
                self.immediate = True


class Config(uvicorn.Config):
    """Adds to uvicorn's configuration the seconds for which a stopping server still listens."""

    def __init__(self, *args: Any, drain_delay: float = 0.0, **named: Any) -> None:
        super().__init__(*args, **named)
        self.drain_delay = drain_delay

    @property
    def linger(self) -> float:
        """Return the seconds that idle connections stay open behind the listening socket."""
        return min(LINGER, self.timeout_graceful_shutdown or 0)


class Server(uvicorn.Server):
    """Makes uvicorn's server drain at every stop signal, and exit with 0.

    A worker (`parented`) leaves SIGINT and SIGHUP to its parent: a terminal sends them to both.
    """

    config: Config
    server_state: State

    def __init__(self, config: Config, *, parented: bool = False) -> None:
        super().__init__(config)
        self.server_state = State()
        self._stop_signals = StopSignals(() if parented else URGENT)
        self._ticks = 0
        self._handled = (signal.SIGTERM, END_NOW) if parented else DRAIN
        self._ignored = (signal.SIGINT, signal.SIGHUP) if parented else ()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle stop signals. uvicorn's own method raises them again at the end, and so exits with
        the signal's number if there is one worker, and with 0 if there are several."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handlers: dict[signal.Signals, Any] = dict.fromkeys(self._handled, self.handle_exit)
        handlers |= dict.fromkeys(self._ignored, signal.SIG_IGN)
        before = {number: signal.signal(number, one) for number, one in handlers.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                # A further signal must not kill a process that is ending by itself.
                signal.signal(number, signal.SIG_IGN if self._stop_signals.draining else handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Start to stop, or end the wait."""
        self._stop_signals.add(sig)
        self._stop()
        self.should_exit = True

    def _stop(self) -> None:
        """Give every further request a task, whose response closes its connection."""
        self.server_state.stopping = True
        if hasattr(self, "lifespan"):  # a signal may come before
            self.lifespan.state["is_immediate"] = None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen for `drain_delay`, close the sockets, let idle connections linger, then stop as
        uvicorn does."""
        self._stop()
        await self._wait(self.config.drain_delay, lambda: False)
        await self._close_listeners(sockets or [])
        await self._wait(self.config.linger, lambda: not self.server_state.connections)
        await super().shutdown()

    async def _wait(self, seconds: float, is_done: Callable[[], bool]) -> None:
        """Wait so long; for one POLL if it is done by then, or the stop becomes immediate."""
        end = time.monotonic() + seconds
        while not self._stop_signals.immediate and (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(POLL, left))
            await self._tick()
            if is_done():
                break
        for _ in range(2):  # data that arrived while the loop was busy is read first
            await asyncio.sleep(0)

    async def _tick(self) -> None:
        """Keep the Date of responses right, as uvicorn does at every tenth tick until it stops."""
        self._ticks += 1
        await self.on_tick(self._ticks)

    async def _close_listeners(self, sockets: list[socket.socket]) -> None:
        """Close the listening sockets, which would reset the connections that wait there: those are
        accepted first."""
        accepted = [connection for one in sockets for connection in _accept_all(one)]
        for server in self.servers:
            server.close()
        for one in sockets:
            one.close()
        loop = asyncio.get_running_loop()
        for connection in accepted:
            with contextlib.suppress(OSError):  # hung up meanwhile
                await loop.connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        return Protocol(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    async def _wait_tasks_to_complete(self) -> None:
        """Wait as uvicorn does. At an immediate stop, raise TimeoutError as at the end of the wait:
        uvicorn then cancels the running requests, and each gets a response."""
        waiting = asyncio.ensure_future(super()._wait_tasks_to_complete())
        try:
            while not waiting.done():
                await asyncio.wait((waiting,), timeout=POLL)
                await self._tick()
                if self._stop_signals.immediate and not waiting.done():
                    raise TimeoutError
            waiting.result()
        finally:
            waiting.cancel()


def _accept_all(listening: socket.socket) -> Iterator[socket.socket]:
    """Yield the connections that wait at a socket that does not block."""
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:  # nobody waits; or one was accepted by another worker, or has hung up
            return
        connection.setblocking(False)
        yield connection


class Worker(Process):
    """Runs our Server in one of several processes."""

    @property
    def server(self) -> Server:
        """Return the server of this process."""
        if self._server is None:
            self._server = Server(cast("Config", self.config), parented=True)
        return cast("Server", self._server)


class Supervisor(Multiprocess):
    """Makes uvicorn's supervisor close the socket first, and bounds its wait for workers.

    uvicorn's own keeps the socket open until the last worker has ended: connections of that time
    hang, and are reset. It also waits without end for a worker that hangs.
    """

    config: Config

    def __init__(self, config: Config, bound: socket.socket) -> None:
        super().__init__(config, [bound])
        self._stop_signals = StopSignals()
        self.failed = False
        for number in DRAIN:
            signal.signal(number, self._on_signal)

    def run(self) -> None:
        """Serve until a stop signal, or until a worker cannot start (`failed`)."""
        for _ in range(self.processes_num):
            self.processes.append(self._start_worker())
        while not self._wait_for_stop():
            self.handle_signals()
            self.keep_subprocess_alive()
        self._drain()
        self._join_workers()

    def keep_subprocess_alive(self) -> None:
        """Replace workers that died or hang; one that cannot start ends the service."""
        for position, worker in enumerate(self.processes):
            if worker.is_alive(self.config.timeout_worker_healthcheck):
                continue
            if self._stop_signals.draining:  # the signal may have arrived during the check
                return
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE:
                self.failed = True
                return
            self.processes[position] = self._start_worker()

    def handle_ttin(self) -> None:
        """Start another worker, at SIGTTIN."""
        self.processes_num += 1
        self.processes.append(self._start_worker())

    def _start_worker(self) -> Worker:
        worker = Worker(self.config, self.sockets)
        try:
            if not self._stop_signals.draining:
                worker.start()
        except (OSError, ValueError):  # a signal has just closed the socket
            if not self._stop_signals.draining:
                raise
        return worker

    def _wait_for_stop(self) -> bool:
        """Return whether to stop: at once after a signal, else after some polls."""
        for _ in range(POLLS_PER_CHECK):
            if self.failed or self._stop_signals.draining:
                return True
            time.sleep(POLL)
        return False

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        # In the handler itself: the health check of a worker that hangs takes seconds.
        self._stop_signals.add(number)
        self._drain()

    def _drain(self) -> None:
        for one in self.sockets:
            one.close()
        self._signal_workers(END_NOW if self._stop_signals.immediate else signal.SIGTERM)

    def _signal_workers(self, number: int) -> None:
        for worker in self.processes:
            if worker.process.pid is not None and worker.process.exitcode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.process.pid, number)

    def _join_workers(self) -> None:
        """Wait for every worker, and kill those that take too long."""
        finishing = self.config.linger + (self.config.timeout_graceful_shutdown or 0)
        until = time.monotonic() + self.config.drain_delay + finishing + CLEANUP
        for worker in self.processes:
            while worker.process.pid is not None and worker.process.exitcode is None:
                if time.monotonic() > until:
                    worker.kill()
                worker.process.join(POLL)


def run(
    bound: socket.socket,
    workers: int,
    *,
    drain_delay: float,
    shutdown_timeout: int,
    keep_alive_timeout: int,
) -> bool:
    """Serve on `bound` until a stop signal; return whether the service started.

    `drain_delay` is the seconds for which requests are still taken after it, `shutdown_timeout`
    those that running requests have then, `keep_alive_timeout` those that a connection may be idle.
    """
    config = Config(
        FACTORY,
        factory=True,
        http=Protocol,
        workers=workers,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        drain_delay=drain_delay,
        timeout_graceful_shutdown=shutdown_timeout,
        timeout_keep_alive=keep_alive_timeout,
    )
    if workers > 1:
        supervisor = Supervisor(config, bound)
        supervisor.run()
        return not supervisor.failed
    server = Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[bound])
    return server.started and not server.lifespan.shutdown_failed
