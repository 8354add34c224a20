"""nginx and Caddy with the configuration that is documented, in front of a running service: cards,
large bodies, lists that flow, and what they say of the caller."""

import contextlib
import http.client
import os
import signal
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from PIL import Image

from tests.support.deployment import FOLDER, needs, run
from tests.support.images import saved
from tests.support.proxies import (
    HOST,
    caddy,
    caddy_configured,
    caddy_version,
    nginx,
    nginx_configured,
)
from tests.support.raw_batches import HEADER, LAST, chunk, processes, rest_of, rows
from tests.support.service import (
    BODY,
    KEY,
    LONGEST,
    Answer,
    Served,
    answer_of,
    request_over,
    serving,
    until,
)

SETTINGS: Final = {
    "TRUSTED_PROXIES": "127.0.0.1/32",
    "BATCH_JUDGED": "100",
    "BATCH_SLOTS": "4",
    "BODY_TIMEOUT": "30",
}

WRITE: Final = ("1", "64")
"""The number of the system call `write`, on x86-64 and on ARM64."""

ADDRESS: Final = "127.0.0.1"
"""Where a caller of these tests comes from."""


class Proxied:
    """The service as it is seen through a proxy."""

    def __init__(self, name: str, served: Served, maybe_tls: ssl.SSLContext | None) -> None:
        self.name = name
        self.served = served
        self._maybe_tls = maybe_tls

    def connect(self) -> socket.socket:
        """A bare connection to the proxy, with TLS where it has TLS."""
        bare = self.served.connect()
        return self._maybe_tls.wrap_socket(bare, server_hostname=HOST) if self._maybe_tls else bare

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request over a connection of its own."""
        connection = http.client.HTTPConnection(ADDRESS, self.served.port, timeout=LONGEST)
        connection.sock = self.connect()
        with contextlib.closing(connection):
            return request_over(connection, method, path, body, **{"host": self.host, **headers})

    @property
    def host(self) -> str:
        """The name under which the service is asked for."""
        return HOST if self._maybe_tls else f"{ADDRESS}:{self.served.port}"

    @property
    def base(self) -> str:
        """The address with which links begin."""
        return f"{'https' if self._maybe_tls else 'http'}://{self.host}"

    def send_head(self, sock: socket.socket, *lines: str) -> None:
        """The head of a list."""
        given = (f"host: {self.host}", f"x-api-key: {KEY}", "content-type: text/csv", *lines)
        sock.sendall("\r\n".join(("POST /batch HTTP/1.1", *given, "", "")).encode())


GIVEN: Final = {"x_api_key": KEY, "content_type": "application/json"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service that stands behind, with a store for links."""
    folder = tmp_path_factory.mktemp("behind")
    with serving(folder, {**SETTINGS, "DATABASE_URL": f"sqlite:///{folder}/cards.db"}) as found:
        yield found


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=needs(name)) for name in ("nginx", "caddy")],
)
def proxied(
    request: pytest.FixtureRequest, served: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    """The service through each of the proxies."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "caddy":
        with caddy(folder, served) as found:
            yield Proxied("caddy", found, None)
        return
    with nginx(folder, served) as found:
        trusting = ssl.create_default_context(cafile=str(folder / "authority.pem"))
        trusting.set_alpn_protocols(["http/1.1"])
        yield Proxied("nginx", found, trusting)


@needs("nginx")
def test_nginx_takes_the_site_of_the_compose_file(tmp_path: Path) -> None:
    """`nginx -t` finds no fault, where the names of the services are known."""
    ports = {"cards-1:8000": "127.0.0.1:8001", "cards-2:8000": "127.0.0.2:8002"}
    configuration = nginx_configured(tmp_path, "compose.conf", ports)
    assert "test is successful" in run("nginx", "-e", "stderr", "-c", configuration, "-t")


@needs("caddy")
def test_caddy_takes_its_file(tmp_path: Path) -> None:
    """`caddy validate` finds no fault, nor does its formatter."""
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    file = FOLDER / "Caddyfile"
    for one in (file, caddy_configured(tmp_path, 8001, "127.0.0.1:8002")):
        printed = run("caddy", "validate", "--adapter", "caddyfile", "--config", one, env=home)
        assert "Valid configuration" in printed
    assert run("caddy", "fmt", file, env=home) == file.read_text()


def test_a_card_comes_through(proxied: Proxied) -> None:
    """The octets and the headers are those of the service, and so is the id of the request."""
    answer = proxied.ask("POST", "/", BODY, **GIVEN, x_request_id="from-the-caller")
    assert answer.outcome == (200, "card")
    assert answer.headers["x-request-id"] == "from-the-caller"
    assert proxied.ask("POST", "/", BODY, content_type="application/json").outcome == (401, "E104")


def test_a_large_photo_comes_through(proxied: Proxied) -> None:
    """A form with a photo of nearly the largest size makes a card; over it the proxy, or the
    service, answers 413."""
    photo = saved(_noise(), "PNG")
    assert 4_000_000 < len(photo) < 5_242_880
    given = {"x_api_key": KEY, "content_type": "multipart/form-data; boundary=edge"}
    answer = proxied.ask("POST", "/", _form(photo), **given)
    assert answer.outcome == (200, "card")
    assert b"PHOTO;" in answer.body
    assert proxied.ask("POST", "/", _form(photo * 2), **given).status == 413


def _noise() -> Image.Image:
    return Image.effect_noise((2150, 2150), 100)


def _form(photo: bytes) -> bytes:
    name = b'--edge\r\ncontent-disposition: form-data; name="first-name"\r\n\r\nAda\r\n'
    head = b'--edge\r\ncontent-disposition: form-data; name="photo"; filename="a.png"\r\n'
    return name + head + b"content-type: image/png\r\n\r\n" + photo + b"\r\n--edge--\r\n"


def test_a_link_has_the_address_that_was_called(proxied: Proxied) -> None:
    """Scheme and host are those of the caller's URL; what he says of himself is not believed."""
    lies = {"x_forwarded_host": "evil.example", "x_forwarded_proto": "ftp", "forwarded": "for=x"}
    answer = proxied.ask("POST", "/?as=link", BODY, **GIVEN, **lies)
    assert answer.status == 201
    link = answer.json["url"]
    assert link.startswith(f"{proxied.base}/c/")
    assert proxied.ask("GET", link.removeprefix(proxied.base)).outcome == (200, "card")


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz"])
def test_what_is_for_operators_is_not_published(proxied: Proxied, path: str) -> None:
    """The proxy itself says that there is nothing."""
    answer = proxied.ask("GET", path)
    assert (answer.status, "x-request-id" in answer.headers) == (404, False)


def test_a_list_that_arrives_slowly_is_whole(proxied: Proxied) -> None:
    """The rows behind the first judged ones arrive too, though their result could begin before."""
    with proxied.connect() as sock:
        proxied.send_head(sock, "transfer-encoding: chunked")
        sock.sendall(chunk(HEADER + rows(150)))
        # The process has judged what it needs for a head, and waits to be read.
        until(lambda: _busy(proxied) and all(map(_is_stalled, _busy(proxied))))
        sock.sendall(chunk(rows(150)))
        sock.sendall(LAST)
        response = http.client.HTTPResponse(sock)
        response.begin()
        answer = answer_of(response)
    assert (answer.status, answer.body.count(b"END:VCARD\r\n")) == (200, 300)
    assert answer.headers["trailer"] == "Vcard-Rows"


def test_the_counts_behind_a_list(proxied: Proxied) -> None:
    """Caddy passes the trailer on; nginx does from 1.27.2, with a line that older ones refuse."""
    body = HEADER + rows(150)
    with proxied.connect() as sock:
        proxied.send_head(sock, f"content-length: {len(body)}")
        sock.sendall(body)
        end = rest_of(sock).lower()
    assert end.endswith(b"\r\n\r\n")
    counts = b"\r\nvcard-rows: cards=150, errors=0, skipped=0\r\n"
    assert (counts in end) == (proxied.name == "caddy")


def test_a_caller_who_does_not_read_stops_the_list(proxied: Proxied) -> None:
    """Neither proxy nor service collects the result, and a caller who goes ends the process."""
    with _stalled(proxied) as sock:
        sock.close()
        until(lambda: not _busy(proxied))


def test_a_list_without_its_end_is_seen_as_such(proxied: Proxied) -> None:
    """When the process of a list is killed, the caller sees that the result is not whole."""
    with _stalled(proxied) as sock:
        for pid in _busy(proxied):
            os.kill(pid, signal.SIGKILL)
        end = rest_of(sock)
    assert b"vcard-rows" not in end.lower()
    # Caddy before 2.8 ends the body as if it was whole: the counts alone tell.
    is_hidden = proxied.name == "caddy" and caddy_version() < (2, 8)
    assert end.endswith(LAST) == is_hidden


@contextlib.contextmanager
def _stalled(proxied: Proxied) -> Iterator[socket.socket]:
    """A connection whose list is sent whole and whose result is not read: its process waits."""
    body = HEADER + rows(3_000)
    with proxied.connect() as sock:
        proxied.send_head(sock, f"content-length: {len(body)}")
        sock.sendall(body)
        until(lambda: _busy(proxied) and all(map(_is_stalled, _busy(proxied))))
        yield sock


def _busy(proxied: Proxied) -> list[int]:
    """The processes of lists that run: one that waits for its job has no second thread."""
    return [
        pid
        for pid in processes(proxied.served)
        if len(list(Path(f"/proc/{pid}/task").glob("*"))) > 1
    ]


def _is_stalled(pid: int) -> bool:
    """Whether a process waits until what it writes to its output is read."""
    with contextlib.suppress(OSError):
        number, *arguments = Path(f"/proc/{pid}/syscall").read_text().split()
        return number in WRITE and arguments[0] == "0x1"
    return False
