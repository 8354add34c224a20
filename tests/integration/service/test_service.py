"""The service as a process, over the wire, with good callers and bad ones.

CONTRACT 1 row 15 on the wire, and staying up: many callers, hanging callers, signals.
"""

import concurrent.futures
import contextlib
import http.client
import io
import os
import re
import select
import signal
import socket
import time
from pathlib import Path

import pytest
from PIL import Image

from tests.support.cpu_budget import longer
from tests.support.service import (
    BODY,
    HEADERS,
    KEY,
    LONGEST,
    Answer,
    Origin,
    Served,
    answer_of,
    descendants,
    origin,
    request_over,
    serving,
    until,
)

LIMIT = 256 * 1024
MIB = 1024 * 1024
SOON = 3.0
"""Seconds in which a hang-up, a time limit of 1 s and a signal must have had their effect."""


def _photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(target, "PNG")
    return target.getvalue()


def _head(*lines: str, key: str = KEY) -> bytes:
    named = [f"{name}: {value}" for name, value in {**HEADERS, "x-api-key": key}.items()]
    return "\r\n".join(("POST / HTTP/1.1", "host: x", *named, *lines, "", "")).encode()


def _answer(sock: socket.socket) -> Answer:
    response = http.client.HTTPResponse(sock, method="POST")
    response.begin()
    return answer_of(response)


def _chunked(*pieces: bytes) -> bytes:
    chunks = [f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces]
    return b"".join((*chunks, b"0\r\n\r\n"))


OUTCOMES = (
    ("length", _head(f"content-length: {len(BODY)}") + BODY, (200, "card")),
    ("chunked", _head("transfer-encoding: chunked") + _chunked(BODY[:9], BODY[9:]), (200, "card")),
    (
        "chunked over the ceiling",
        _head("transfer-encoding: chunked") + _chunked(*[bytes(65536)] * 5),
        (413, "E100"),
    ),
    ("neither", _head(), (400, "E100")),
    ("length too large", _head(f"content-length: {len(BODY) + 1}") + BODY, (408, "E100")),
    ("chunks that never end", _head("transfer-encoding: chunked") + b"1\r\n{\r\n", (408, "E100")),
    (
        "path with a line break",
        _head(f"content-length: {len(BODY)}").replace(b"POST /", b"POST /%0A") + BODY,
        (404, "E404"),
    ),
    (
        "expect over the ceiling",
        _head("expect: 100-continue", f"content-length: {LIMIT + 1}"),
        (413, "E100"),
    ),
)


@pytest.mark.parametrize(("name", "octets", "outcome"), OUTCOMES, ids=lambda value: str(value)[:24])
def test_octets_get_their_answer(
    service: Served, name: str, octets: bytes, outcome: tuple[int, str]
) -> None:
    """Bodies with true, lying and no lengths get one answer each, in catalogue form."""
    with service.connect() as sock:
        sock.sendall(octets)
        assert _answer(sock).outcome == outcome


@pytest.mark.parametrize(
    "octets",
    [
        _head("content-length: 9") + BODY,
        _head("content-length: x") + BODY,
        _head("content-length: 59", "transfer-encoding: chunked") + BODY,
        b"hello\r\n\r\n",
        b"POST /\xff HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_not_http_is_400_and_the_end(service: Served, octets: bytes) -> None:
    """Octets that break HTTP's own framing never come to us: the server says 400 and hangs up."""
    with service.connect() as sock:
        sock.sendall(octets)
        answer = _answer(sock)
        assert (answer.status, answer.headers["connection"]) == (400, "close")
    assert service.create().outcome == (200, "card")


def test_a_drip_is_cut_off(service: Served) -> None:
    """A body that drips is 408 when its time is over, however steadily it drips."""
    started = time.monotonic()
    with service.connect() as sock:
        sock.sendall(_head("content-length: 1000"))
        while not _waiting(sock):
            sock.sendall(b" ")
            assert time.monotonic() < started + longer(SOON)
        assert _answer(sock).outcome == (408, "E100")
        assert sock.recv(1) == b""


def _waiting(sock: socket.socket, seconds: float = 0.1) -> bool:
    """Whether something arrives, or the connection ends, in so many seconds."""
    return bool(select.select([sock], [], [], seconds)[0])


@pytest.mark.parametrize("size", [LIMIT + 1, MIB, 8 * MIB])
def test_a_body_over_the_ceiling_is_reported_to_callers_who_send_it_all_first(
    service: Served, size: int
) -> None:
    """A client that listens only after it has sent everything reads the 413."""
    assert service.create(bytes(size)).outcome == (413, "E100")


def test_a_caller_who_expects_100_gets_it(service: Served) -> None:
    """A body under the ceiling that waits for 100 Continue is let through."""
    with service.connect() as sock:
        sock.sendall(_head("expect: 100-continue", f"content-length: {len(BODY)}"))
        assert sock.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(BODY)
        assert _answer(sock).outcome == (200, "card")


def test_a_websocket_is_not_opened(service: Served) -> None:
    """A WebSocket handshake is answered as the plain request it also is, and never with 101."""
    upgrade = {"connection": "upgrade", "upgrade": "websocket"}
    known = service.ask("GET", "/", None, **upgrade)
    unknown = service.ask("GET", "/chat", None, **upgrade)
    assert (known.status, unknown.outcome) == (200, (404, "E404"))


def test_a_connection_carries_many_requests(service: Served) -> None:
    """Cards and refusals, read or not, leave the connection good for the next request."""
    connection = http.client.HTTPConnection(service.host, service.port, timeout=LONGEST)
    with contextlib.closing(connection):
        first = request_over(connection, "POST", "/", BODY, **HEADERS)
        sock = connection.sock
        assert [
            first.outcome,
            request_over(connection, "POST", "/", BODY).outcome,
            request_over(connection, "POST", "/", b"{", **HEADERS).outcome,
            request_over(connection, "POST", "/", BODY, x_api_key=KEY).outcome,
            request_over(connection, "DELETE", "/", BODY).outcome,
            request_over(connection, "POST", "/", BODY, **HEADERS).outcome,
        ] == [(200, "card"), (401, "E104"), (400, "E108"), (415, "E100"), (405, "E100"),
              (200, "card")]  # fmt: skip
        assert connection.sock is sock


def test_two_hundred_callers_at_once_are_all_answered(service: Served) -> None:
    """200 connections, all open at the same time, get a card each."""
    with contextlib.ExitStack() as opened:
        socks = [opened.enter_context(service.connect()) for _ in range(200)]
        for sock in socks:
            sock.sendall(_head(f"content-length: {len(BODY)}") + BODY)
        assert [_answer(sock).outcome for sock in socks] == [(200, "card")] * 200


def test_over_max_in_flight_health_still_answers_and_a_hang_up_ends_the_fetch(
    tmp_path: Path,
) -> None:
    """A full service refuses new work with 503, lives, and drops fetches whose caller has gone."""
    with (
        origin() as never,
        serving(tmp_path, {**never.settings, "MAX_IN_FLIGHT": "2", "PHOTO_TIMEOUT": "60"}) as full,
    ):
        hanging = [_hanging(full, never) for _ in range(2)]
        until(lambda: never.requests == 2)
        refused = full.create()
        assert (refused.outcome, refused.headers["retry-after"]) == ((503, "E503"), "1")
        assert full.ask("GET", "/healthz").json == {"status": "alive"}
        for sock in hanging:
            sock.close()
        until(lambda: never.ended == 2, longer(SOON))
        assert full.create().outcome == (200, "card")
        until(lambda: full.log.count(" code=gone cause=hung-up ") == 2)


def _hanging(service: Served, where: Origin) -> socket.socket:
    sock = service.connect()
    body = where.order()
    sock.sendall(_head(f"content-length: {len(body)}", key=service.key) + body)
    return sock


def _refuses(service: Served) -> bool:
    with contextlib.suppress(ConnectionRefusedError):
        service.connect().close()
        return False
    return True


DRAINS = (
    (signal.SIGTERM, 1),
    (signal.SIGTERM, 2),
    (signal.SIGINT, 1),
    (signal.SIGINT, 2),
    (signal.SIGHUP, 1),
    (signal.SIGHUP, 2),
)
"""Every signal to stop, with one worker and with several."""


@pytest.mark.parametrize(("number", "workers"), DRAINS)
def test_a_signal_to_stop_finishes_what_runs_and_closes_the_socket_first(
    tmp_path: Path, number: signal.Signals, workers: int
) -> None:
    """A running request gets its card, new connections are refused while it runs, the exit
    status is 0; as often as a terminal or a process manager sends the signal at once."""
    patient = {"PHOTO_TIMEOUT": "60", "SHUTDOWN_TIMEOUT": "60"}
    with origin(_photo(), after=min(longer(2), LONGEST / 2)) as slow:
        with serving(tmp_path, {**slow.settings, **patient}, workers=workers) as service:
            running = _hanging(service, slow)
            until(lambda: slow.requests)
            began = time.monotonic()
            for pid in (service.process.pid, service.process.pid, *_workers(service, workers)):
                os.kill(pid, number)
            until(lambda: _refuses(service), slow.after / 2)
            with running:
                assert not _waiting(running, 0.0)
                answer = _answer(running)
            assert answer.outcome == (200, "card")
            assert time.monotonic() - began < LONGEST
            assert b"\r\nPHOTO;ENCODING=b;TYPE=JPEG:" in answer.body
            assert service.process.wait(LONGEST) == 0
        assert service.log.count("stopped pid=") == workers


def _workers(service: Served, workers: int) -> list[int]:
    """The processes under the first that answer, as the log names them."""
    named = {int(pid) for pid in re.findall(r"started pid=(\d+)", service.log)}
    return sorted(named - {service.process.pid}) if workers > 1 else []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_second_sigterm_ends_the_wait(tmp_path: Path, workers: int) -> None:
    """A running request gets E503 at once instead of at the end of shutdown_timeout; the status is
    0."""
    with origin() as never:
        settings = {**never.settings, "SHUTDOWN_TIMEOUT": "600", "PHOTO_TIMEOUT": "60"}
        with serving(tmp_path, settings, workers=workers) as service:
            with _hanging(service, never) as running:
                until(lambda: never.requests)
                service.process.send_signal(signal.SIGTERM)
                assert not _waiting(running, 1.0)
                service.process.send_signal(signal.SIGTERM)
                answer = _answer(running)
            assert service.process.wait(LONGEST) == 0
        assert (answer.outcome, answer.headers["retry-after"]) == ((503, "E503"), "1")


def test_idle_connections_live_as_long_as_the_setting_says(tmp_path: Path) -> None:
    """A connection without a request is closed after keep_alive_timeout, and not before."""
    with serving(tmp_path, {"KEEP_ALIVE_TIMEOUT": "2"}) as service, service.connect() as sock:
        sock.sendall(_head(f"content-length: {len(BODY)}") + BODY)
        assert _answer(sock).outcome == (200, "card")
        assert not _waiting(sock, 1.0)
        assert sock.recv(1) == b""


def test_sigterm_ends_what_hangs_when_its_time_is_over(tmp_path: Path) -> None:
    """A request that outlasts shutdown_timeout gets E503, and the service ends."""
    with origin() as never:
        settings = {**never.settings, "SHUTDOWN_TIMEOUT": "1", "PHOTO_TIMEOUT": "60"}
        with serving(tmp_path, settings) as service:
            with _hanging(service, never) as running:
                until(lambda: never.requests)
                service.process.send_signal(signal.SIGTERM)
                answer = _answer(running)
            service.process.wait(longer(SOON))
        assert (answer.outcome, answer.headers["retry-after"]) == ((503, "E503"), "1")


def test_an_idle_connection_does_not_keep_it(tmp_path: Path) -> None:
    """Connections on which nothing, or half a request, was sent do not delay the end."""
    with (
        serving(tmp_path, {"SHUTDOWN_TIMEOUT": "1"}) as service,
        service.connect(),
        service.connect() as half,
    ):
        half.sendall(b"POST / HTTP/1.1\r\nhost:")
        time.sleep(0.1)
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(longer(SOON))


def test_kill_9_in_mid_request_loses_nothing(tmp_path: Path) -> None:
    """After kill -9 no process is left, and the same database serves the same key again."""
    with origin() as never:
        with serving(tmp_path, never.settings, store=True) as first:
            until(lambda: first.children())
            with _hanging(first, never):
                until(lambda: never.requests)
                children = descendants(first.process.pid)
                os.kill(first.process.pid, signal.SIGKILL)
                first.process.wait(LONGEST)
            until(lambda: not [pid for pid in children if _runs(pid)])
        with serving(tmp_path, store=True) as second:
            assert second.create(key=first.key).outcome == (200, "card")


def _runs(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_decoders_inherit_no_key(tmp_path: Path) -> None:
    """The processes that touch strangers' images have no key in their environment."""
    with origin(_photo()) as photos, serving(tmp_path, photos.settings) as service:
        assert service.create(photos.order()).outcome == (200, "card")
        children = service.children()
        environs = [Path(f"/proc/{pid}/environ").read_bytes() for pid in children]
        own = Path(f"/proc/{service.process.pid}/environ").read_bytes()
        assert len(children) >= 2
        assert KEY.encode() in own
        assert [KEY.encode() in environ for environ in environs] == [False] * len(children)


def test_many_photos_at_once_keep_plain_requests_answered(tmp_path: Path) -> None:
    """More photos than there are slots are cards or 503; plain requests are cards meanwhile."""
    settings = {"SLOT_TIMEOUT": "0.5", "DECODE_SLOTS": "1"}
    with (
        origin(_photo(), after=0.2) as slow,
        serving(tmp_path, {**slow.settings, **settings}) as service,
        concurrent.futures.ThreadPoolExecutor(16) as callers,
    ):
        photos = [callers.submit(service.create, slow.order()) for _ in range(16)]
        assert [service.create().outcome for _ in range(10)] == [(200, "card")] * 10
        outcome = {photo.result().outcome for photo in photos}
    assert (200, "card") in outcome
    assert outcome <= {(200, "card"), (503, "E503")}
