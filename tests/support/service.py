"""The service for tests: as a process with a data folder of its own, or in this process.

It listens on loopback alone, and every wait has an end.
"""

import asyncio
import contextlib
import dataclasses
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.types import Message, Receive

from vcardsvc.app import create_app
from vcardsvc.http.context import AppContext
from vcardsvc.http.request import HttpRequest
from vcardsvc.photo.fetch import Resolver
from vcardsvc.settings import ApiKey, Settings

if TYPE_CHECKING:
    from vcardsvc.tracing import Tracing

TOP = Path(__file__).parents[2]
LONGEST = 20.0
"""Seconds after which what should have happened did not, on a slow machine too."""
TICK = 0.02
KEY = "a-key-of-the-tests-0123456789"
OWNER = "tests"
JOHN: dict[str, Any] = {"action": "createcontact", "name": {"first-name": "John"}}
BODY = json.dumps(JOHN).encode()
HEADERS = {"x-api-key": KEY, "content-type": "application/json"}


def until(true: Callable[[], Any], longest: float = LONGEST) -> Any:
    """What `true` gives as soon as that is true. Raises AssertionError when it never is."""
    deadline = time.monotonic() + longest
    while not (given := true()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(TICK)
    return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as a client sees it; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, which is JSON."""
        return json.loads(self.body)

    @property
    def outcome(self) -> tuple[int, str]:
        """Status and leading code; "card" for a card."""
        if self.headers.get("content-type") == "text/vcard; charset=utf-8":
            assert self.body.startswith(b"BEGIN:VCARD\r\n"), self.body
            assert self.body.endswith(b"END:VCARD\r\n"), self.body
            return self.status, "card"
        assert self.headers["content-type"] == "application/json"
        assert self.json["status"] == "failure"
        assert self.json["error-code"] == self.json["errors"][0]["error-code"]
        return self.status, self.json["error-code"]


def environ(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """A whole environment whose home and data lie in `folder`."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "PYTHONPATH": str(TOP),
        "PYTHONDONTWRITEBYTECODE": "1",
        **{name: os.environ[name] for name in ("PYTHONPYCACHEPREFIX",) if name in os.environ},
        "COLUMNS": "200",
        **{f"VCARDSVC_{name}": value for name, value in settings.items()},
    }


def command(*arguments: str) -> list[str]:
    """`vcardsvc` with these arguments, as a program of its own."""
    return [sys.executable, "-m", "vcardsvc", *arguments]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running service: where it listens, its process, what it prints."""

    host: str
    port: int
    process: "subprocess.Popen[bytes]"
    path: Path
    key: str

    @property
    def log(self) -> str:
        """All that it printed until now, its log included."""
        return self.path.read_text()

    @property
    def url(self) -> str:
        """Its root."""
        return f"http://{self.host}:{self.port}/"

    def ask(
        self,
        method: str = "POST",
        path: str = "/",
        body: bytes | None = None,
        /,
        **headers: str,
    ) -> Answer:
        """One request over a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=LONGEST)
        with contextlib.closing(connection):
            return request_over(connection, method, path, body, **headers)

    def create(self, body: bytes = BODY, key: str = "", **headers: str) -> Answer:
        """One createcontact request; underscores in header names become hyphens."""
        given = {"x_api_key": key or self.key, "content_type": "application/json", **headers}
        return self.ask("POST", "/", body, **given)

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection((self.host, self.port), timeout=LONGEST)

    def children(self) -> list[int]:
        """The processes under it, at any depth, as the kernel counts them."""
        return descendants(self.process.pid)


def request_over(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    /,
    **headers: str,
) -> Answer:
    """One request over this connection."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, named)
    return answer_of(connection.getresponse())


NOTHING = Answer(status=0, headers={}, body=b"")
"""What a caller who hung up is answered."""


def answer_of(response: http.client.HTTPResponse) -> Answer:
    """The whole answer."""
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(status=response.status, headers=headers, body=response.read())


def descendants(pid: int) -> list[int]:
    """The ids of all processes under this one."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return found[1:]


@contextlib.contextmanager
def serving(
    folder: Path,
    settings: Mapping[str, str] | None = None,
    *,
    workers: int = 1,
    store: bool = False,
    variables: Mapping[str, str] | None = None,
    under: Sequence[str] = (),
) -> Iterator[Served]:
    """The service as a process: its key is KEY, or with `store` the one that a first start makes.
    `variables` are further ones of its environment. It is started by the command `under`, if there
    is one.

    Fails when it does not stop in time after SIGTERM.
    """
    given = {} if store else {"API_KEYS": f"{OWNER}:{KEY}"}
    given |= settings or {}
    path = folder / f"service-{time.monotonic_ns()}.log"
    with path.open("wb") as log:
        process = subprocess.Popen(
            [*under, *command("serve", "--port", "0", "--workers", str(workers))],
            env={**environ(folder, given), **(variables or {})},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield _started(process, path, workers, given.get("API_KEYS", ""))
        process.send_signal(signal.SIGTERM)
        process.wait(LONGEST)
    finally:
        # The session holds nothing but this service and its children.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(LONGEST)


def _started(process: "subprocess.Popen[bytes]", path: Path, workers: int, api_keys: str) -> Served:
    def up() -> bool:
        assert process.poll() is None, path.read_text()
        return (
            path.read_text().count("started pid=") + path.read_text().count('"event": "started"')
            >= workers
        )

    until(up)
    printed = path.read_text()
    found = re.search(r"on http://(127\.0\.0\.1):(\d+)/", printed)
    assert found, printed
    created = re.search(r"vcs_[\w-]{43}", printed)
    key = api_keys.partition(",")[0].partition(":")[2] or (created[0] if created else "")
    served = Served(host=found[1], port=int(found[2]), process=process, path=path, key=key)
    until(lambda: _alive(served))
    return served


def _alive(served: Served) -> bool:
    with contextlib.suppress(OSError):
        return served.ask("GET", "/healthz").status == 200
    return False


@dataclass(slots=True, kw_only=True)
class Origin:
    """A server of photos on loopback, its number of requests, and of connections that ended."""

    port: int
    after: float = 0.0
    requests: int = 0
    ended: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a service that may fetch from here."""
        return {"PHOTO_ALLOW_NETWORKS": "127.0.0.1/32", "PHOTO_PORTS": str(self.port)}

    def order(self, path: str = "photo.jpg") -> bytes:
        """A request for a card with the photo at this path."""
        url = f"http://127.0.0.1:{self.port}/{path}"
        return json.dumps({**JOHN, "photo-url": url}).encode()


@contextlib.contextmanager
def origin(photo: bytes = b"", *, after: float = 0.0) -> Iterator[Origin]:
    """Answers every connection with `photo` after so many seconds; without a photo, never."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        created = Origin(port=listening.getsockname()[1], after=after)

        def answer(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                connection.settimeout(LONGEST)
                connection.recv(65536)
                with created.lock:
                    created.requests += 1
                if photo:
                    time.sleep(after)
                    head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(photo)}\r\n\r\n"
                    connection.sendall(head.encode() + photo)
                while connection.recv(65536):
                    pass
            with created.lock:
                created.ended += 1

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    threading.Thread(target=answer, args=(connection,), daemon=True).start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield created
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            accepting.join(LONGEST)


def http_request(
    headers: Sequence[tuple[bytes, bytes]] = (), client: Any = None, scheme: str = "http"
) -> HttpRequest:
    """Return a request with these headers from this peer."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": b"",
        "scheme": scheme,
        "client": client,
        "headers": list(headers),
    }
    return HttpRequest(scope, receiving())


class Inside:
    """The application in this process, called as an ASGI server calls it, without a socket."""

    def __init__(
        self,
        settings: Settings,
        resolve: Resolver | None = None,
        maybe_tracing: "Tracing | None" = None,
    ) -> None:
        self.app = create_app(settings, resolve=resolve, maybe_tracing=maybe_tracing)
        self.runner = asyncio.Runner()
        self._lifespan = self.app.lifespan_context(self.app)
        self.state = self.runner.run(self._enter())
        self.context: AppContext = self.state["context"]

    def replace(self, **changes: Any) -> None:
        """Give the application another context: the same with these changes."""
        self.context = dataclasses.replace(self.context, **changes)
        self.state = {**self.state, "context": self.context}

    async def _enter(self) -> Mapping[str, Any]:
        return await self._lifespan.__aenter__() or {}

    def close(self) -> None:
        """End its lifespan."""

        async def leave() -> None:
            await self._lifespan.__aexit__(None, None, None)

        self.runner.run(leave())
        self.runner.close()

    def ask(
        self,
        method: str = "POST",
        path: str = "/",
        *pieces: bytes,
        headers: Sequence[tuple[bytes, bytes]] = (),
        query: bytes = b"",
    ) -> Answer:
        """One request, its body in these pieces."""
        return self.runner.run(self.answer(method, path, *pieces, headers=headers, query=query))

    def create(self, *pieces: bytes, query: bytes = b"", **headers: str) -> Answer:
        """One createcontact request; a header that is given as "" is left out."""
        named = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
        pairs = [(name.encode(), value.encode()) for name, value in named.items() if value]
        return self.ask("POST", "/", *(pieces or (BODY,)), headers=pairs, query=query)

    async def answer(
        self,
        method: str,
        path: str,
        *pieces: bytes,
        headers: Sequence[tuple[bytes, bytes]] = (),
        query: bytes = b"",
        receive: Receive | None = None,
    ) -> Answer:
        """The same, awaited; `receive` stands instead of the pieces."""
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query,
            "headers": list(headers),
            "state": dict(self.state),
        }
        async with asyncio.timeout(LONGEST):
            await self.app(scope, receive or receiving(*pieces), send)
        return _answered(sent) if sent else NOTHING


def receiving(*pieces: bytes) -> Receive:
    """What a caller sends who then waits: a body in these pieces."""
    left = list(pieces or (b"",))

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    return receive


def _answered(sent: list[Message]) -> Answer:
    start, *bodies = sent
    assert start["type"] == "http.response.start"
    assert [body.get("more_body", False) for body in bodies] == [True] * (len(bodies) - 1) + [False]
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    body = b"".join(message["body"] for message in bodies)
    assert headers.get("content-length") in (None, str(len(body)))
    return Answer(status=start["status"], headers=headers, body=body)


@contextlib.contextmanager
def inside(
    resolve: Resolver | None = None, maybe_tracing: "Tracing | None" = None, **settings: Any
) -> Iterator[Inside]:
    """Run the application in this process, by default with KEY, and end its lifespan."""
    settings.setdefault("api_keys", (ApiKey(name=OWNER, key=KEY),))
    settings.setdefault("decode_slots", 1)
    created = Inside(Settings(**settings), resolve, maybe_tracing)
    try:
        yield created
    finally:
        created.close()


def metric_samples(text: str) -> Mapping[str, float]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}
