"""Slow bodies over the wire: they take nothing from those who send whole ones."""

import concurrent.futures
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.service import BODY, KEY, LONGEST, OWNER, Served, serving, until

OTHER = "another-key-of-the-tests-0123456789"
FORM = {"content_type": "application/x-www-form-urlencoded"}
SLOW_ONES = 300
PLAIN_ONES = 60


def _head(*lines: str) -> bytes:
    return "\r\n".join(
        ("POST / HTTP/1.1", "host: x", "content-length: 400", *lines, "", "")
    ).encode()


JSON_HEAD = _head(f"x-api-key: {KEY}", "content-type: application/json")
FORM_HEAD = _head("content-type: application/x-www-form-urlencoded")


@contextlib.contextmanager
def _dripping(service: Served, head: bytes) -> Iterator[None]:
    """SLOW_ONES connections that send this head, and a byte a second; ended ones come again."""
    stop = threading.Event()

    def begin() -> socket.socket:
        sock = service.connect()
        sock.sendall(head)
        return sock

    def drip(socks: list[socket.socket]) -> None:
        with contextlib.ExitStack() as opened:
            for sock in socks:
                opened.callback(sock.close)
            while not stop.wait(1.0):
                for position, sock in enumerate(socks):
                    try:
                        sock.send(b" ")
                    except OSError:
                        sock.close()
                        socks[position] = begin()

    socks = [begin() for _ in range(SLOW_ONES)]
    dripping = threading.Thread(target=drip, args=(socks,))
    dripping.start()
    try:
        yield
    finally:
        stop.set()
        dripping.join(LONGEST)
        for sock in socks:
            sock.close()


@pytest.mark.parametrize("head", [JSON_HEAD, FORM_HEAD], ids=["key", "address"])
def test_slow_bodies_leave_every_plain_request_its_answer(tmp_path: Path, head: bytes) -> None:
    """With 300 bodies at a byte a second, plain requests of the same key, of another one and forms
    are all answered with cards."""
    keys = f"{OWNER}:{KEY},other:{OTHER}"
    form = b"first-name=John"
    with (
        serving(tmp_path, {"API_KEYS": keys}) as service,
        _dripping(service, head),
        concurrent.futures.ThreadPoolExecutor(4) as callers,
    ):
        calls = []
        for _ in range(PLAIN_ONES):
            calls.append(callers.submit(service.create, BODY, KEY))
            calls.append(callers.submit(service.create, BODY, OTHER))
            calls.append(callers.submit(service.create, form, OTHER, **FORM))
            time.sleep(0.07)
        answers = [one.result(LONGEST).outcome for one in calls]
        assert answers == [(200, "card")] * len(calls)
        until(lambda: " status=408 code=E100 cause=body-rate " in service.log)
    assert " status=503 code=E503 cause=body-share " in service.log
