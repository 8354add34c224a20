"""The server beneath: one write an answer, a ceiling for heads, no worker without its parent."""

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
from vcardsvc.http.server import OneWrite


class Recorded:
    """A transport that remembers what it was asked."""

    def __init__(self) -> None:
        self.said: list[object] = []
        self.closing = False

    def write(self, data: bytes) -> None:
        """Remember it."""
        self.said.append(data)

    def close(self) -> None:
        """Remember it."""
        self.said.append("closed")
        self.closing = True

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self.closing

    def get_extra_info(self, name: str) -> str:
        """Anything of the inner transport."""
        return f"its {name}"


def _gathering() -> tuple[OneWrite, Recorded]:
    inner = Recorded()
    loop = asyncio.get_running_loop()
    return OneWrite(cast("asyncio.Transport", inner), loop.call_soon), inner


def test_what_is_written_in_one_turn_is_one_write() -> None:
    """Head and body of an answer leave together, the next answer by itself."""

    async def story() -> list[object]:
        outer, inner = _gathering()
        outer.write(b"head ")
        outer.write(b"body")
        assert inner.said == []
        await asyncio.sleep(0)
        outer.write(b"next")
        await asyncio.sleep(0)
        return inner.said

    assert asyncio.run(story()) == [b"head body", b"next"]


def test_closing_writes_first_and_nothing_after() -> None:
    """What was written before the close arrives, what comes after it is dropped."""

    async def story() -> tuple[list[object], object]:
        outer, inner = _gathering()
        outer.write(b"last")
        outer.close()
        outer.write(b"late")
        await asyncio.sleep(0)
        return inner.said, outer.get_extra_info("peername")

    assert asyncio.run(story()) == ([b"last", "closed"], "its peername")


def _flooded(service: Served, start: bytes, part: bytes) -> int:
    """Octets that were taken of a head without end before the connection ended."""
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


def test_a_head_without_end_is_hung_up_on(service: Served) -> None:
    """One header that never ends, or headers without number, end the connection soon."""
    for start, part in (
        (b"POST / HTTP/1.1\r\nx-endless: ", b"a" * 16384),
        (b"POST / HTTP/1.1\r\n", b"x-a: b\r\n" * 2048),
        (b"GET /", b"a" * 16384),
    ):
        assert _flooded(service, start, part) < 32 * server.HEAD
    assert service.create().said == (200, "card")


def test_a_large_body_is_no_head(service: Served) -> None:
    """The ceiling of heads does not count bodies, on a connection that carries many."""
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
"""Signals, the seconds between two of them, and whether the process drains then, and hurries."""


@pytest.mark.parametrize(("numbers", "apart", "draining", "hurried"), STOPS)
def test_signals_to_stop_are_counted(
    numbers: tuple[signal.Signals, ...],
    apart: float,
    draining: bool,
    hurried: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second SIGTERM or SIGINT hurries, unless it is the first one, passed on at once."""
    clock = itertools.count(100.0, apart)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    stops = server.Stops()
    for number in numbers:
        stops.add(number)
    assert (stops.draining, stops.hurried) == (draining, hurried)


def test_a_worker_hurries_at_its_parents_word_alone() -> None:
    """However many SIGTERM a worker gets: its process manager and its parent both send them."""
    stops = server.Stops(urgent=())
    for _ in range(3):
        stops.add(TERM)
    assert (stops.draining, stops.hurried) == (True, False)
    stops.add(NOW)
    assert stops.hurried is True


def test_a_worker_that_dies_is_replaced_and_one_that_hangs_is_killed_at_the_end(
    tmp_path: Path,
) -> None:
    """The service goes on with as many workers, and its end waits for none of them for ever."""
    code = (
        "from vcardsvc.http import server; server.UNWINDING = 0.5\n"
        "from vcardsvc.cli import app; app()"
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
    """A parent that is killed leaves nobody behind who holds the port."""
    with serving(tmp_path, workers=2) as service:
        family = descendants(service.process.pid)
        assert len(family) >= 2
        os.kill(service.process.pid, signal.SIGKILL)
        service.process.wait()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), LONGEST)
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((service.host, service.port))
