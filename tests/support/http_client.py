"""What the contract's tests share: the whole application over HTTP, and a small photo host."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any, Final

import httpx2
from starlette.testclient import TestClient

from tests.support.images import plain, saved
from vcardsvc import __version__
from vcardsvc.app import create_app
from vcardsvc.settings import ApiKey, Settings

KEY: Final = "contract-test-key-0123456789"
BASE: Final = "http://127.0.0.1"
"""Where the application is reached: at an address, as a page of its own has to be."""
JPEG: Final = saved(plain(size=(64, 48)), "JPEG")


ANSWERS: Final[dict[str, tuple[int, bytes, dict[str, str]]]] = {
    "/photo": (200, JPEG, {}),
    "/page": (200, b"<!doctype html><p>no photo", {}),
    "/large": (200, JPEG + bytes(2_000_000), {}),
    "/inside": (302, b"", {"Location": "http://10.0.0.1/photo"}),
    "/1": (302, b"", {"Location": "/photo"}),
    **{f"/{hops}": (302, b"", {"Location": f"/{hops - 1}"}) for hops in range(2, 7)},
    "/utf-8": (200, JPEG, {"Content-Encoding": "utf-8"}),
    "/gzip": (200, JPEG, {"Content-Encoding": "gzip"}),
    "/line": (200, JPEG, {"No Name Of A Header": "1"}),
    "/framing": (200, JPEG, {"Content-Length ": "1"}),
}
"""Status, body and further headers by path."""


class _PhotoHost(BaseHTTPRequestHandler):
    """Serves ANSWERS, `/agent` to a client of our name alone; nothing is logged."""

    def do_GET(self) -> None:
        path = self.path
        if path == "/agent" and self.headers["User-Agent"] == f"vcardsvc/{__version__}":
            path = "/photo"
        status, body, headers = ANSWERS.get(path, (404, b"", {}))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def photo_host() -> Iterator[str]:
    """The base URL of a photo host on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _PhotoHost) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Caller:
    """Somebody who posts contacts."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def post(
        self, body: Any, *, query: str = "", key: str | None = KEY, **headers: str
    ) -> httpx2.Response:
        """POST `body` (JSON unless it is bytes); header names have `_` for a hyphen."""
        sent = {"content-type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent["x-api-key"] = key
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(f"/{query}", content=content, headers=sent)

    def refused(self, body: Any, **options: Any) -> tuple[int, str, str | None]:
        """(status, leading code, its field) of a request that must fail."""
        response = self.post(body, **options)
        failure = response.json()
        first = failure["errors"][0]
        assert failure["status"] == "failure"
        assert (failure["error-code"], failure["error-info"]) == (
            first["error-code"],
            first["error-info"],
        )
        return response.status_code, failure["error-code"], first.get("field")


@contextmanager
def calling(host: str = "http://127.0.0.1:80", **settings: Any) -> Iterator[Caller]:
    """The application under these settings, open to the photo host at `host`."""
    chosen: dict[str, Any] = {
        "api_keys": (ApiKey(name="contract", key=KEY),),
        "log_requests": False,
        "photo_allow_networks": (ip_network("127.0.0.0/8"),),
        "photo_ports": (int(host.rpartition(":")[2]),),
        "photo_max_bytes": 1_000_000,
        **settings,
    }
    with TestClient(create_app(Settings(**chosen)), base_url=BASE) as client:
        yield Caller(client)
