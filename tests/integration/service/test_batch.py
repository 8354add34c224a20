"""POST /batch over the wire: streams that break, callers who go, and bounds that hold."""

import concurrent.futures
import json
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cpu_budget import longer
from tests.support.images import plain, saved
from tests.support.raw_batches import (
    HEADER,
    LAST,
    chunk,
    head,
    highest,
    is_gone,
    only_process,
    processes,
    rest_of,
    rows,
    stalled,
)
from tests.support.service import KEY, LONGEST, Answer, Served, origin, serving, until

SETTINGS = {"BATCH_JUDGED": "100", "BATCH_LIMIT": "60000000", "BODY_TIMEOUT": "5"}
SMALL = HEADER + b"Ada,Nowak,\n,,x\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service, for tests that leave it as they found it."""
    folder = tmp_path_factory.mktemp("batches")
    with serving(folder, {**SETTINGS, "SLOT_TIMEOUT": "20"}) as served:
        yield served


def ask(service: Served, body: bytes = SMALL, query: str = "", **headers: str) -> Answer:
    """One batch over a connection of its own."""
    given = {"x_api_key": service.key, "content_type": "text/csv", **headers}
    return service.ask("POST", f"/batch{query}", body, **given)


def test_a_small_list_has_its_counts_in_front(service: Served) -> None:
    """The header is a dictionary of RFC 9651."""
    answer = ask(service)
    assert (answer.status, answer.headers["vcard-rows"]) == (200, "cards=1, errors=1, skipped=0")
    assert answer.body.count(b"END:VCARD\r\n") == 1


def test_the_counts_of_a_long_list_are_a_trailer(service: Served) -> None:
    """They stand behind the last chunk, where the head has promised them."""
    with service.connect() as sock:
        body = HEADER + rows(150)
        sock.sendall(head("transfer-encoding: chunked"))
        for start in range(0, len(body), 100_000):
            sock.sendall(chunk(body[start : start + 100_000]))
        sock.sendall(LAST)
        octets = b""
        while not octets.endswith(b"skipped=0\r\n\r\n"):
            found = sock.recv(1 << 20)
            assert found, octets[-500:]
            octets += found
        lines, _, chunks = octets.partition(b"\r\n\r\n")
        assert b"\r\ntrailer: Vcard-Rows\r\n" in lines
        assert b"transfer-encoding: chunked" in lines
        assert b"vcard-rows" not in lines
        assert chunks.endswith(b"\r\n0\r\nvcard-rows: cards=150, errors=0, skipped=0\r\n\r\n")
        # The connection serves the next request.
        sock.sendall(head(f"content-length: {len(SMALL)}") + SMALL)
        assert sock.recv(4096).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_caller_who_goes_frees_the_process(service: Served) -> None:
    """The process ends in under a second, and its slot is free."""
    with stalled(service):
        pid = busy_process(service)
    started = time.monotonic()
    until(lambda: is_gone(pid))
    assert time.monotonic() - started < longer(1)
    until(lambda: "cause=hung-up" in service.log)
    assert ask(service).status == 200


def _is_busy(pid: int) -> bool:
    """Whether a process has a batch: one that waits for its job has no second thread."""
    return len(list(Path(f"/proc/{pid}/task").iterdir())) > 1


def busy_process(service: Served) -> int:
    """The process of the batch that runs."""
    return int(until(lambda: [pid for pid in processes(service) if _is_busy(pid)])[0])


def test_a_caller_who_goes_within_his_body_frees_the_process(service: Served) -> None:
    """A list that never becomes whole has no result."""
    with service.connect() as sock:
        sock.sendall(head("content-length: 1000000") + HEADER + b"Ada,Nowak,\n" * 1_000)
        pid = busy_process(service)
    until(lambda: is_gone(pid), 2.0)


@pytest.mark.parametrize("judged", ["100", "1"])
def test_a_caller_who_goes_while_a_photo_is_awaited_frees_the_process(
    tmp_path: Path, judged: str
) -> None:
    """Before the first octet and behind it, the wait for the photo ends with its caller."""
    with origin() as photos:
        settings = {**SETTINGS, **photos.settings, "BATCH_JUDGED": judged, "PHOTO_TIMEOUT": "20"}
        with serving(tmp_path, settings) as service:
            url = f"http://127.0.0.1:{photos.port}/a.jpg"
            body = f"First Name,Photo\nBen,\nCy,\nAda,{url}\n".encode()
            with service.connect() as sock:
                sock.sendall(head(f"content-length: {len(body)}", query="?photo=drop") + body)
                pid = busy_process(service)
                until(lambda: photos.requests)
            until(lambda: is_gone(pid), 1.0)


def test_a_killed_process_leaves_a_broken_stream(service: Served) -> None:
    """The body has no end that would make it look whole, and the service answers on."""
    with stalled(service) as sock:
        os.kill(busy_process(service), signal.SIGKILL)
        octets = rest_of(sock)
        assert not octets.endswith(LAST)
        assert b"vcard-rows" not in octets
    until(lambda: "cause=batch-ended" in service.log)
    assert ask(service).status == 200


def test_a_caller_who_sends_everything_first_is_not_blocked(service: Served) -> None:
    """40 MB that are sent before anything is read wait on the disk, not in memory."""
    ask(service)
    before = highest(service.process.pid)
    body = HEADER + rows(4_400)
    assert len(body) > 39_000_000
    with service.connect() as sock:
        sock.settimeout(60)
        sock.sendall(head(f"content-length: {len(body)}") + body)
        pid = busy_process(service)
        assert highest(pid) < 200
        octets = rest_of(sock)
    assert b"vcard-rows: cards=4400, errors=0, skipped=0\r\n" in octets
    assert highest(service.process.pid) - before < 30


@pytest.mark.parametrize("header", ["via: 1.1 proxy", "forwarded: for=x", "x-forwarded-for: x"])
def test_behind_a_proxy_a_list_that_stops_is_refused(service: Served, header: str) -> None:
    """Its result has not begun, as proxies pass on no more of a body behind a response; without a
    proxy it would have."""
    with service.connect() as sock:
        sock.sendall(head("transfer-encoding: chunked", header) + chunk(HEADER + rows(150)))
        octets = sock.recv(4096)
    assert octets.startswith(b"HTTP/1.1 408 "), octets
    until(lambda: not any(map(_is_busy, processes(service))))


def test_behind_a_proxy_a_caller_who_goes_frees_the_process(service: Served) -> None:
    """A list that is not whole has no result, and its slot is given to others."""
    with service.connect() as sock:
        line = "x-forwarded-for: 192.0.2.1"
        sock.sendall(head("transfer-encoding: chunked", line) + chunk(HEADER + rows(150)))
        pid = busy_process(service)
    until(lambda: is_gone(pid), 2.0)


@pytest.mark.parametrize(
    ("lines", "body", "status", "code"),
    [
        (("content-length: 60000001",), b"", 413, "E100"),
        (("content-length: 1000",), HEADER + b"Ada,", 408, "E100"),
        (("content-type: image/png", "content-length: 1"), b"x", 415, "E100"),
        (("content-encoding: gzip", "content-length: 1"), b"x", 415, "E100"),
        (("content-length: 4",), b"a,b\n", 422, "E1538"),
        (("content-length: 0",), b"", 422, "E1538"),
    ],
)
def test_a_body_that_is_no_list_is_refused(
    service: Served, lines: tuple[str, ...], body: bytes, status: int, code: str
) -> None:
    """Its length, its media type, its speed and its content are judged."""
    with service.connect() as sock:
        sock.settimeout(LONGEST)
        sock.sendall(head(*lines) + body)
        octets = sock.recv(65536)
        if b"\r\n\r\n{" not in octets:
            octets += sock.recv(65536)
    start, _, failure = octets.partition(b"\r\n\r\n")
    assert start.split(b" ")[1] == str(status).encode(), octets
    assert json.loads(failure)["error-code"] == code


def test_the_process_has_no_secrets_of_the_environment(service: Served) -> None:
    """No setting of the service is among its variables."""
    with stalled(service):
        pid = busy_process(service)
        environ = Path(f"/proc/{pid}/environ").read_bytes()
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        niceness = os.getpriority(os.PRIO_PROCESS, pid)
    names = {one.partition(b"=")[0].decode() for one in environ.split(b"\0") if one}
    assert names <= {"PATH", "TMPDIR", "LANG", "PYTHONPATH", "MALLOC_ARENA_MAX", "LC_CTYPE"}
    assert KEY.encode() not in environ + command
    assert niceness > os.getpriority(os.PRIO_PROCESS, service.process.pid)


def test_lists_have_so_many_slots(tmp_path: Path) -> None:
    """One list more is told when to try again; a caller who goes makes room."""
    with (
        serving(tmp_path, {**SETTINGS, "BATCH_SLOTS": "1", "SLOT_TIMEOUT": "0.3"}) as service,
        stalled(service) as sock,
    ):
        answer = ask(service)
        assert (answer.outcome, answer.headers["retry-after"]) == ((503, "E503"), "10")
        # A card does not need a slot of lists.
        assert service.create().outcome == (200, "card")
        sock.close()
        until(lambda: ask(service).status == 200)


def test_twenty_lists_at_once_are_all_converted(service: Served) -> None:
    """Those that wait for a slot get theirs."""
    body = HEADER + rows(20)
    with concurrent.futures.ThreadPoolExecutor(20) as callers:
        calls = [callers.submit(ask, service, body) for _ in range(20)]
        answers = [one.result(3 * LONGEST) for one in calls]
    assert [one.status for one in answers] == [200] * 20
    assert {one.body for one in answers} == {answers[0].body}


def test_a_stop_in_mid_batch_ends_the_process(tmp_path: Path) -> None:
    """The list has the seconds of a shutdown; then its stream is broken, and no process is left."""
    with serving(tmp_path, {**SETTINGS, "SHUTDOWN_TIMEOUT": "1"}) as service:
        with stalled(service) as sock:
            pids = processes(service)
            service.process.send_signal(signal.SIGTERM)
            service.process.wait(LONGEST)
            assert not rest_of(sock).endswith(LAST)
        until(lambda: all(map(is_gone, pids)))


def test_a_killed_service_leaves_no_process(tmp_path: Path) -> None:
    """A process ends with the pipe of its parent."""
    with serving(tmp_path, SETTINGS) as service, stalled(service):
        pids = processes(service)
        service.process.kill()
        service.process.wait(LONGEST)
        until(lambda: all(map(is_gone, pids)))


def test_a_list_has_so_many_seconds(tmp_path: Path) -> None:
    """A process that takes longer is killed."""
    with (
        serving(tmp_path, {**SETTINGS, "BATCH_TIMEOUT": "4"}) as service,
        stalled(service) as sock,
    ):
        pids = processes(service)
        until(lambda: all(map(is_gone, pids)))
        assert not rest_of(sock).endswith(LAST)
        until(lambda: "cause=batch-timeout" in service.log)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?photo=drop", [("card", True), ("card", False), ("card", False)]),
        ("?photo=require", [("card", True), ("error", False), ("card", False)]),
        ("", [("card", False), ("card", False), ("card", False)]),
    ],
)
def test_photos_of_a_list(tmp_path: Path, query: str, found: list[tuple[str, bool]]) -> None:
    """They are fetched by the service under its guard, dropped or required."""
    jpeg = saved(plain(size=(64, 48)), "JPEG")
    with origin(jpeg) as photos, serving(tmp_path, {**SETTINGS, **photos.settings}) as service:
        url = f"http://127.0.0.1:{photos.port}/a.jpg"
        body = f"First Name,Photo\nAda,{url}\nBen,http://10.0.0.1/b.jpg\nCy,\n".encode()
        form = f"{query}{'&' if query else '?'}as=ndjson"
        lines = [json.loads(line) for line in ask(service, body, form).body.splitlines()]
    kinds = [(one["status"], "ENCODING=B" in one.get("vcard", "").upper()) for one in lines]
    assert kinds == found
    assert photos.requests == (1 if query else 0)


def test_lists_are_counted_in_the_log(service: Served) -> None:
    """The log has the counts, and nothing of a contact."""
    ask(service, HEADER + b"Verysecretname,Nowak,\n")
    until(lambda: re.search(r"batch id=\w+ rows=cards=1,errors=0,skipped=0", service.log))
    assert "Verysecretname" not in service.log


def test_a_form_is_read_while_it_arrives(service: Served) -> None:
    """The file of a form goes out as cards before the form is whole."""
    part = b'--xYz\r\nContent-Disposition: form-data; name="f"; filename="l.csv"\r\n\r\n'
    with service.connect() as sock:
        lines = ("content-type: multipart/form-data; boundary=xYz", "transfer-encoding: chunked")
        sock.sendall(head(*lines) + chunk(part + HEADER + rows(300)))
        octets = sock.recv(4096)
        assert octets.startswith(b"HTTP/1.1 200 OK\r\n"), octets
        sock.sendall(chunk(b"Ben,Nowak,x\r\n--xYz--\r\n") + LAST)
        assert b"vcard-rows: cards=301, errors=0, skipped=0\r\n" in rest_of(sock)


def test_one_process_waits_for_the_next_list(service: Served) -> None:
    """A process is kept ready, and it holds nothing."""
    ask(service)
    pid = until(lambda: [one for one in processes(service) if not _is_busy(one)])[0]
    ask(service)
    until(lambda: is_gone(pid))
    assert only_process(service)
