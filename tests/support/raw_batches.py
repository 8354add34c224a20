"""Lists sent over bare connections: to stop, to break, or not to read where a client would."""

import contextlib
import os
import re
import socket
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.support.service import KEY, LONGEST, Served, until

NOTE = "x" * 9_000
"""A note that makes few rows many octets."""

HEADER = b"First Name,Last Name,Notes\n"


def rows(count: int) -> bytes:
    """So many rows of 9 kB."""
    return "".join(f"Ada{number},Nowak,{NOTE}\n" for number in range(count)).encode()


def head(*lines: str, query: str = "") -> bytes:
    """The head of a request for a batch."""
    given = ("content-type: text/csv", *lines)
    if any(line.startswith("content-type") for line in lines):
        given = lines
    return "\r\n".join(
        (f"POST /batch{query} HTTP/1.1", "host: x", f"x-api-key: {KEY}", *given, "", "")
    ).encode()


def chunk(octets: bytes) -> bytes:
    """A chunk of a body."""
    return b"%x\r\n%s\r\n" % (len(octets), octets)


_END = re.compile(rb"\r\n0\r\n(?:[^\r\n]+\r\n)*\r\n$")
"""The end of a body in chunks, with its trailers."""

LAST = b"0\r\n\r\n"


@contextlib.contextmanager
def stalled(service: Served, count: int = 1_500, query: str = "") -> Iterator[socket.socket]:
    """A connection whose list is sent as a whole, and of whose cards the first ones are read: the
    process waits until more is read."""
    body = HEADER + rows(count)
    with service.connect() as sock:
        sock.sendall(head(f"content-length: {len(body)}", query=query) + body)
        octets = b""
        while b"BEGIN:VCARD" not in octets:
            found = sock.recv(4096)
            assert found, octets
            octets += found
        assert octets.startswith(b"HTTP/1.1 200 OK\r\n"), octets[:500]
        yield sock


def rest_of(sock: socket.socket) -> bytes:
    """What comes until the other end closes, or a body in chunks has its end."""
    octets = b""
    with contextlib.suppress(ConnectionResetError):
        while found := sock.recv(1 << 20):
            octets = octets[-4096:] + found
            if _END.search(octets):
                break
    return octets


def processes(service: Served) -> list[int]:
    """The processes of batches, those that wait for one too."""
    found = []
    for pid in service.children():
        with contextlib.suppress(OSError):
            if b"vcardsvc.batch.process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def only_process(service: Served) -> int:
    """The process of the one batch that runs."""
    [pid] = until(lambda: processes(service))
    return int(pid)


def is_gone(pid: int) -> bool:
    """Whether a process has ended."""
    return not Path(f"/proc/{pid}").exists()


def highest(pid: int) -> int:
    """The most memory that a process has had, in MiB; 0 of one that has ended."""
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text()
        match = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(match[1]) // 1024 if match else 0
    return 0


def processor_seconds(pid: int) -> float:
    """The processor time that a process has had; 0 of one that has ended."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0


class Cost:
    """Measures what requests cost: the most memory that any process of a batch has had, in MiB,
    and the processor time of the service and of these processes, which other programs on the
    machine do not lengthen."""

    def __init__(self, service: Served) -> None:
        self.memory = 0
        self._seconds: dict[int, float] = {}
        self._before: dict[int, float] = {}
        self._service = service
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._measure)

    @property
    def seconds(self) -> float:
        """The processor time between the start and the end."""
        return sum(
            max(0, seconds - self._before.get(pid, 0)) for pid, seconds in self._seconds.items()
        )

    def _look(self) -> None:
        running = processes(self._service)
        self.memory = max([self.memory, *map(highest, running)])
        for pid in (self._service.process.pid, *running):
            self._seconds[pid] = max(self._seconds.get(pid, 0), processor_seconds(pid))

    def _measure(self) -> None:
        while not self._stop.wait(0.05):
            self._look()

    def __enter__(self) -> "Cost":
        self._look()
        self._before = dict(self._seconds)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(LONGEST)
        self._look()


def answer_to(service: Served, pieces: Iterable[bytes], *lines: str, query: str = "") -> bytes:
    """The start and the end of the response to a body in chunks; the rest of the body is not sent
    once it is whole. The response is read while the body is sent."""
    found: list[bytes] = []
    done = threading.Event()
    with service.connect() as sock:

        def read() -> None:
            with contextlib.suppress(OSError):
                kept, tail = 0, b""
                while octets := sock.recv(1 << 18):
                    if kept < 100_000:
                        found.append(octets)
                        kept += len(octets)
                    tail = (tail + octets)[-4096:]
                    is_good = found[0][9:12] == b"200"
                    if _END.search(tail) if is_good else b"\r\n\r\n{" in tail:
                        break
                if kept >= 100_000:
                    found.append(tail)
            done.set()

        reader = threading.Thread(target=read)
        reader.start()
        with contextlib.suppress(OSError):
            sock.sendall(head("transfer-encoding: chunked", *lines, query=query))
            for piece in pieces:
                if done.is_set():
                    break
                sock.sendall(chunk(piece))
            sock.sendall(LAST)
        assert done.wait(3 * LONGEST), "no answer"
        reader.join(LONGEST)
    return b"".join(found)
