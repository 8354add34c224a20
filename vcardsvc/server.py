"""uvicorn, as the service is shipped with it: one socket, one write an answer, one or more workers.

What must never enter here: anything about cards, keys or callers.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

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


def run(bound: socket.socket, workers: int, shutdown_timeout: int) -> bool:
    """Serve on `bound` until SIGTERM or SIGINT; whether it ever got as far as serving.

    `shutdown_timeout` is in seconds.
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
    )
    if workers > 1:
        Multiprocess(config, sockets=[bound]).run()
        return True
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[bound])
    return server.started
