"""uvicorn, as the service is shipped with it: one socket, one write an answer, one or more workers,
and one way to end all of them.

SIGTERM, SIGINT and SIGHUP drain: the socket is closed first, running requests are finished. A
second SIGTERM or SIGINT ends the wait. The exit status is 0 either way, with any number of workers.
What must never enter here: anything about cards, keys or callers.
"""

import asyncio
import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, Final, cast

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

HEAD = 64 * 1024
"""Octets of a request's head; proxies end between 8 and 64 KiB."""
UNCOUNTED = 1 << 62
BACKLOG = 2048
"""Connections that wait to be accepted, uvicorn's own number."""

FACTORY = "vcardsvc.app:from_environ"


class OneWrite:
    """A transport that gathers what is written within one turn of the loop and writes it at once.

    uvicorn writes the head and the body of an answer apart, which costs a system call and wakes
    the other end twice: a quarter of the throughput of small cards. Everything else is the inner
    transport's own.
    """

    __slots__ = ("_call_soon", "_gathered", "_inner")

    def __init__(self, inner: asyncio.Transport, call_soon: Callable[..., object]) -> None:
        self._inner = inner
        self._call_soon = call_soon
        self._gathered: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Write `data` before the loop looks at its sockets again."""
        if not self._gathered:
            self._call_soon(self._flush)
        self._gathered.append(data)

    def close(self) -> None:
        """Close when all is written."""
        self._flush()
        self._inner.close()

    def is_closing(self) -> bool:
        """The inner transport's own, asked for at every answer."""
        return self._inner.is_closing()

    def _flush(self) -> None:
        if self._gathered and not self._inner.is_closing():
            self._inner.write(b"".join(self._gathered))
        self._gathered.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class Protocol(HttpToolsProtocol):
    """uvicorn's own, over a OneWrite, and with a ceiling for what comes before a body."""

    _head_left = HEAD

    def data_received(self, data: bytes) -> None:
        """Take what arrived; hang up on a head without end, which httptools would gather."""
        self._head_left -= len(data)
        super().data_received(data)
        if self._head_left < 0 and not self.transport.is_closing():
            self.transport.close()

    def on_headers_complete(self) -> None:
        """A body follows, and whoever reads it counts it."""
        self._head_left = UNCOUNTED
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """A new head may follow."""
        super().on_message_complete()
        self._head_left = HEAD

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own has it
        """Take the connection."""
        gathered = OneWrite(transport, self.loop.call_soon)
        super().connection_made(cast("asyncio.Transport", gathered))


def bind(host: str, port: int) -> socket.socket:
    """A socket on `host` (a name or an address) and `port`, to be listened on. Raises OSError."""
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
"""Signals that end the service once what runs is finished. SIGHUP among them: a terminal that is
closed sends it, and the default would kill a worker in the midst of its requests."""

URGENT: Final = (signal.SIGTERM, signal.SIGINT)
"""Signals whose repetition ends the wait. SIGHUP is none: a shell passes it on, so one closed
terminal sends it twice."""

END_NOW: Final = signal.SIGUSR1
"""What the parent sends to its workers instead of a second SIGTERM: a process manager that signals
the whole group (systemd) and the parent itself send SIGTERM to each worker for one stop."""

ECHO: Final = 0.5
"""Seconds in which the same stop may arrive again, as timeout(1) sends it: to its child, then to
the group of it."""

UNWINDING: Final = 10.0
"""Seconds that a worker has to end its decoders and close its store after `shutdown_timeout`; then
it is killed."""

POLL: Final = 0.1
"""Seconds between two looks at what is ending, as in uvicorn's own waits."""

ROUND: Final = 5
"""Looks between two questions to the workers whether they are alive."""


class Stops:
    """The signals to stop that a process was sent: whether to drain, and whether to hurry, which a
    second one of the `urgent` asks for."""

    def __init__(self, urgent: tuple[signal.Signals, ...] = URGENT) -> None:
        self._urgent = urgent
        self.draining = False
        self.hurried = False
        self._first_urgent: float | None = None

    def add(self, number: int) -> None:
        """Count a signal that arrived now."""
        self.draining = True
        if number == END_NOW:
            self.hurried = True
        elif number in self._urgent:
            now = time.monotonic()
            if self._first_urgent is None:
                self._first_urgent = now
            elif now - self._first_urgent > ECHO:
                self.hurried = True


class Server(uvicorn.Server):
    """uvicorn's server, which drains at every signal to stop and does not die of it afterwards.

    A worker (`parented`) leaves SIGINT and SIGHUP to its parent: a terminal sends them to both.
    """

    def __init__(self, config: uvicorn.Config, *, parented: bool = False) -> None:
        super().__init__(config)
        self._stops = Stops(() if parented else URGENT)
        self._heard = (signal.SIGTERM, END_NOW) if parented else DRAIN
        self._ignored = (signal.SIGINT, signal.SIGHUP) if parented else ()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Hear signals to stop. uvicorn's own raises them again at the end, and so exits with the
        number of the signal where there is one worker and with 0 where there are several."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handlers: dict[signal.Signals, Any] = dict.fromkeys(self._heard, self.handle_exit)
        handlers |= dict.fromkeys(self._ignored, signal.SIG_IGN)
        before = {number: signal.signal(number, one) for number, one in handlers.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                # What comes from now on must not kill a process that is ending by itself.
                signal.signal(number, signal.SIG_IGN if self._stops.draining else handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, or stop waiting."""
        self._stops.add(sig)
        self.should_exit = True

    async def _wait_tasks_to_complete(self) -> None:
        """uvicorn's own, which ends as if its time were over when there is a hurry: it then cancels
        what runs, and each request is told so."""
        waiting = asyncio.ensure_future(super()._wait_tasks_to_complete())
        try:
            while not waiting.done():
                await asyncio.wait((waiting,), timeout=POLL)
                if self._stops.hurried and not waiting.done():
                    raise TimeoutError
            waiting.result()
        finally:
            waiting.cancel()


class Worker(Process):
    """One process of several, as uvicorn starts it, with a Server of ours."""

    @property
    def server(self) -> Server:
        """The server that this process runs."""
        if self._server is None:
            self._server = Server(self.config, parented=True)
        return cast("Server", self._server)


class Supervisor(Multiprocess):
    """uvicorn's supervisor, which closes the socket first and waits no longer than it must.

    uvicorn's own keeps the socket open until the last worker has ended: connections made meanwhile
    hang, and are reset. It also waits for a worker that hangs, for ever.
    """

    def __init__(self, config: uvicorn.Config, bound: socket.socket) -> None:
        super().__init__(config, [bound])
        self._stops = Stops()
        self.failed = False
        for number in DRAIN:
            signal.signal(number, self._hear)

    def run(self) -> None:
        """Serve until a signal to stop, or until a worker cannot start (`failed`)."""
        for _ in range(self.processes_num):
            self.processes.append(self._started())
        while not self._over():
            self.handle_signals()
            self.keep_subprocess_alive()
        self._drain()
        self._join()

    def keep_subprocess_alive(self) -> None:
        """Replace workers that died or hang; one that cannot start ends the service."""
        for position, worker in enumerate(self.processes):
            if worker.is_alive(self.config.timeout_worker_healthcheck):
                continue
            if self._stops.draining:  # perhaps only while it was asked
                return
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE:
                self.failed = True
                return
            self.processes[position] = self._started()

    def handle_ttin(self) -> None:
        """Start one more worker, at SIGTTIN."""
        self.processes_num += 1
        self.processes.append(self._started())

    def _started(self) -> Worker:
        worker = Worker(self.config, self.sockets)
        try:
            if not self._stops.draining:
                worker.start()
        except (OSError, ValueError):  # the socket was closed just now
            if not self._stops.draining:
                raise
        return worker

    def _over(self) -> bool:
        """Whether to stop; after a while else. A signal ends the while."""
        for _ in range(ROUND):
            if self.failed or self._stops.draining:
                return True
            time.sleep(POLL)
        return False

    def _hear(self, number: int, _: FrameType | None) -> None:
        # In the handler itself: the loop may be asking a worker that hangs, for seconds.
        self._stops.add(number)
        self._drain()

    def _drain(self) -> None:
        for one in self.sockets:
            one.close()
        self._tell(END_NOW if self._stops.hurried else signal.SIGTERM)

    def _tell(self, number: int) -> None:
        for worker in self.processes:
            if worker.process.pid is not None and worker.process.exitcode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.process.pid, number)

    def _join(self) -> None:
        """Wait for every worker, and kill those that outlast their time."""
        until = time.monotonic() + (self.config.timeout_graceful_shutdown or 0) + UNWINDING
        for worker in self.processes:
            while worker.process.pid is not None and worker.process.exitcode is None:
                if time.monotonic() > until:
                    worker.kill()
                worker.process.join(POLL)


def run(
    bound: socket.socket, workers: int, *, shutdown_timeout: int, keep_alive_timeout: int
) -> bool:
    """Serve on `bound` until a signal to stop; whether it ever got as far as serving.

    `shutdown_timeout` is how many seconds running requests have then, `keep_alive_timeout` how many
    a connection may be idle.
    """
    config = uvicorn.Config(
        FACTORY,
        factory=True,
        http=Protocol,
        workers=workers,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
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
