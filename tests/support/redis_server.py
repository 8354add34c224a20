"""A Redis for the tests of limits that workers share."""

import contextlib
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.service import LONGEST, until


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def answers(port: int) -> bool:
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", port), 1) as connection,
    ):
        connection.sendall(b"PING\r\n")
        return connection.recv(16) == b"+PONG\r\n"
    return False


@contextlib.contextmanager
def redis_server(port: int, folder: Path) -> Iterator[None]:
    """A Redis of our own on this port, which is killed at the end."""
    options = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": folder}
    arguments = [f"{word}" for name, value in options.items() for word in (f"--{name}", value)]
    process = subprocess.Popen(["redis-server", *arguments], stdout=subprocess.DEVNULL)
    try:
        until(lambda: answers(port))
        yield
    finally:
        process.kill()
        process.wait(LONGEST)


@pytest.fixture(scope="session")
def redis_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a Redis: one of our own, or the machine's."""
    if shutil.which("redis-server"):
        port = free_port()
        with redis_server(port, tmp_path_factory.mktemp("redis")):
            yield port
    elif answers(6379):
        yield 6379
    else:
        pytest.skip("neither redis-server nor a Redis on port 6379")


def redis_url(port: int) -> str:
    return f"redis://127.0.0.1:{port}/0"
