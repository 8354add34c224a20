"""The server: one write for a response, a ceiling for heads, workers that end with their parent."""

import asyncio
import contextlib
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import cast

import pytest

from tests.support.service import BODY, KEY, LONGEST, Served, descendants, environ, serving, until
from vcardsvc.http import server
from vcardsvc.http.server import BufferedTransport


class RecordingTransport:
    """Records the calls of a transport."""

    def __init__(self) -> None:
        self.calls: list[object] = []
        self.closing = False

    def write(self, data: bytes) -> None:
        """Record the data."""
        self.calls.append(data)

    def close(self) -> None:
        """Record the close."""
        self.calls.append("closed")
        self.closing = True

    def is_closing(self) -> bool:
        """Return whether it was closed."""
        return self.closing

    def get_extra_info(self, name: str) -> str:
        """Return any text."""
        return f"inner {name}"


def _buffered() -> tuple[BufferedTransport, RecordingTransport]:
    inner = RecordingTransport()
    loop = asyncio.get_running_loop()
    return BufferedTransport(cast("asyncio.Transport", inner), loop.call_soon), inner


def test_writes_of_one_iteration_are_one_write() -> None:
    """Head and body of a response are sent together, the next response apart."""

    async def calls() -> list[object]:
        outer, inner = _buffered()
        outer.write(b"head ")
        outer.write(b"body")
        assert inner.calls == []
        await asyncio.sleep(0)
        outer.write(b"next")
        await asyncio.sleep(0)
        return inner.calls

    assert asyncio.run(calls()) == [b"head body", b"next"]


def test_close_sends_what_is_left() -> None:
    """Data before the close is sent, data after it is dropped."""

    async def calls() -> tuple[list[object], object]:
        outer, inner = _buffered()
        outer.write(b"last")
        outer.close()
        outer.write(b"late")
        await asyncio.sleep(0)
        return inner.calls, outer.get_extra_info("peername")

    assert asyncio.run(calls()) == ([b"last", "closed"], "inner peername")


def _flooded(service: Served, start: bytes, part: bytes) -> int:
    """Return how many octets of an endless head are received before the connection ends."""
    sent = 0
    with service.connect() as sock:
        sock.sendall(start)
        try:
            while sent < 64 * server.HEAD:
                sent += sock.send(part)
                time.sleep(0.001)
        except OSError:
            return sent
    return sent


def test_an_endless_head_ends_the_connection(service: Served) -> None:
    """A path or a header without end, and headers without number, end the connection soon."""
    for start, part in (
        (b"POST / HTTP/1.1\r\nx-endless: ", b"a" * 16384),
        (b"POST / HTTP/1.1\r\n", b"x-a: b\r\n" * 2048),
        (b"GET /", b"a" * 16384),
    ):
        assert _flooded(service, start, part) < 32 * server.HEAD
    assert service.create().outcome == (200, "card")


def test_the_ceiling_of_heads_does_not_count_bodies(service: Served) -> None:
    """A connection carries several requests with bodies that are larger than a head may be."""
    body = BODY[:-1] + b" " * (3 * server.HEAD) + b"}"
    with service.connect() as sock:
        for _ in range(3):
            head = f"POST / HTTP/1.1\r\nhost: x\r\nx-api-key: {service.key}\r\n"
            head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
            sock.sendall(head.encode() + body)
            assert sock.recv(65536).startswith(b"HTTP/1.1 200")


TERM, HUP, INT, NOW = signal.SIGTERM, signal.SIGHUP, signal.SIGINT, server.END_NOW

STOPS: tuple[tuple[tuple[signal.Signals, ...], float, bool, bool], ...] = (
    ((), 9.0, False, False),
    ((TERM,), 9.0, True, False),
    ((HUP, HUP), 9.0, True, False),
    ((HUP, TERM), 9.0, True, False),
    ((TERM, HUP), 9.0, True, False),
    ((TERM, TERM), 0.1, True, False),
    ((TERM, TERM), 9.0, True, True),
    ((INT, TERM), 9.0, True, True),
    ((HUP, TERM, INT), 9.0, True, True),
    ((NOW,), 9.0, True, True),
)
"""Signals, the seconds between two of them, and whether the process drains, and whether at once."""


@pytest.mark.parametrize(("numbers", "apart", "draining", "immediate"), STOPS)
def test_stop_signals_are_counted(
    numbers: tuple[signal.Signals, ...],
    apart: float,
    draining: bool,
    immediate: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second SIGTERM or SIGINT ends the wait, unless it is the first one again."""
    clock = itertools.count(100.0, apart)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    signals = server.StopSignals()
    for number in numbers:
        signals.add(number)
    assert (signals.draining, signals.immediate) == (draining, immediate)


def test_only_its_parent_ends_the_wait_of_a_worker() -> None:
    """A worker may get several SIGTERM: its process manager and its parent both send them."""
    signals = server.StopSignals(urgent=())
    for _ in range(3):
        signals.add(TERM)
    assert (signals.draining, signals.immediate) == (True, False)
    signals.add(NOW)
    assert signals.immediate is True


def test_a_dead_worker_is_replaced_and_a_hanging_one_killed_at_the_end(
    tmp_path: Path,
) -> None:
    """The service keeps its number of workers, and its end does not wait for a hanging one."""
    code = (
        "from vcardsvc.http import server; server.CLEANUP = 0.5\n"
        "from vcardsvc.cli.program import app; app()"
    )
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", code, "serve", "--port", "0", "--workers", "2"],
            env=environ(tmp_path, {"API_KEYS": f"tests:{KEY}", "SHUTDOWN_TIMEOUT": "0"}),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )

    def pids() -> list[int]:
        return [int(pid) for pid in re.findall(r"started pid=(\d+)", log.read_text())]

    try:
        until(lambda: len(pids()) == 2)
        os.kill(pids()[0], signal.SIGKILL)
        until(lambda: len(pids()) == 3)
        os.kill(pids()[2], signal.SIGSTOP)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONGEST) == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in pids())
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    """A parent that is killed leaves no process behind that holds the port."""
    with serving(tmp_path, workers=2) as service:
        family = descendants(service.process.pid)
        assert len(family) >= 2
        os.kill(service.process.pid, signal.SIGKILL)
        service.process.wait()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), LONGEST)
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((service.host, service.port))
