"""Three replicas of the service behind nginx, over a PostgreSQL and a Redis, all of them our own.

The replicas share nothing else: each has a data folder of its own. `NGINX` is the configuration
that the documentation explains. Everything listens on loopback, and every wait has an end.
"""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import psycopg

from tests.support.redis_server import answers, redis_url
from tests.support.service import LONGEST, Served, command, environ, until
from vcardsvc.services.keys import PUBLISHABLE, SECRET, Kind, digest, new_key
from vcardsvc.store import Store

FAIL_TIMEOUT: Final = 1
"""Seconds for which nginx leaves out a replica that refused a connection."""

REPLICAS: Final = 3

PORTS: Final = range(15_000, 32_000)
"""Ports below those that the kernel gives to connections (32768 and up), one of which could take
the port of a replica while it is restarted."""

NGINX: Final = """
worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000;            # of the clients of a test, which count lost requests
  upstream vcardsvc {{
    zone vcardsvc 64k;                   # all workers of nginx know which replica is away
{servers}
    keepalive 32;
    keepalive_requests 100000;
  }}
  server {{
    listen 127.0.0.1:{port} backlog=2048;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_connect_timeout 2s;            # of a machine that is away
    proxy_read_timeout 20s;
    proxy_next_upstream error timeout;   # also a POST, as long as it was not sent
    add_header X-Replica $upstream_addr always;
    location / {{
      proxy_pass http://vcardsvc;
    }}
    location = / {{
      proxy_pass http://vcardsvc;
      # A card stores nothing, and a link twice is one too many that ends by itself: sent again to
      # another replica. A vendor's POST is not, which would store a contact twice.
      proxy_next_upstream error timeout non_idempotent;
    }}
  }}
}}
"""

_SERVER: Final = "    server 127.0.0.1:{port} max_fails=1 fail_timeout={seconds}s;"


def _stable_port() -> int:
    """Return a port that is free now, and that no connection will get."""
    while True:
        port = random.choice(PORTS)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def postgresql_programs() -> Path | None:
    """Return the folder of the newest PostgreSQL with a server; None without one."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found += [Path(path).parent for path in filter(None, [shutil.which("initdb")])]
    return max(found, key=lambda path: [int(n) for n in path.parts if n.isdigit()], default=None)


def missing_program() -> str:
    """Return the name of a program that is not installed; "" when all of them are."""
    for name in ("nginx", "redis-server"):
        if shutil.which(name) is None:
            return name
    return "" if postgresql_programs() else "initdb"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgreSQL:
    """A server with a cluster of its own in `folder`."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The database of the service."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """Create the cluster."""
        self._run("initdb", "-D", str(self.folder / "data"), "-A", "trust", "-U", "postgres",
                  "-E", "UTF8", "--no-sync")  # fmt: skip

    def start(self) -> None:
        """Start the server; return when it takes connections."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1"
        options += f" -c unix_socket_directories={self.folder}"
        self._control("-w", "-l", str(self.folder / "log"), "-o", options, "start")
        until(self._answers)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server, which ends all connections."""
        self._control("-m", mode, "-w", "stop")

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.url, connect_timeout=3).close()
            return True
        return False

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-t", "60", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        folder = postgresql_programs()
        assert folder is not None
        # The server refuses to be the superuser's.
        other = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
        subprocess.run(
            [*other, str(folder / program), *arguments],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=3 * LONGEST,
        )


@contextlib.contextmanager
def postgresql_server() -> Iterator[PostgreSQL]:
    """A running server, which is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="replicas-") as outer:
        os.chmod(outer, 0o711)  # noqa: S103  # its user has to reach the folder inside
        folder = Path(outer) / "postgresql"
        folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        server = PostgreSQL(folder=folder, port=_stable_port())
        server.create()
        server.start()
        try:
            yield server
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):  # a test has stopped it
                server.stop("immediate")


@dataclass(slots=True, kw_only=True)
class Program:
    """A program that a test starts, kills and starts again; it ends with the test."""

    command: Sequence[str]
    folder: Path
    ready: Callable[[], bool]
    environ: Mapping[str, str] = field(default_factory=lambda: {"PATH": os.environ["PATH"]})
    maybe_process: "subprocess.Popen[bytes] | None" = None

    @property
    def log(self) -> Path:
        """The file with all that it printed."""
        return self.folder / "log"

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The process that runs now, or ran last."""
        assert self.maybe_process is not None
        return self.maybe_process

    def start(self) -> None:
        """Start it; return when it is ready."""
        self.launch()
        self.await_ready()

    def launch(self) -> None:
        """Start it without a wait."""
        with self.log.open("ab") as log:
            self.maybe_process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def await_ready(self) -> None:
        """Wait until it is ready. Raises AssertionError when it ends, or takes too long."""
        until(self._is_ready, 2 * LONGEST)

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return self.ready()

    def stop(self) -> int:
        """Stop it as a process manager does; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(2 * LONGEST)

    def kill(self) -> None:
        """Kill it, and all that it has started."""
        if self.maybe_process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(LONGEST)


def _served(program: Program, port: int) -> Served:
    """Return what listens on this port as the service that tests ask."""
    return Served(host="127.0.0.1", port=port, process=program.process, path=program.log, key="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """One process of the service: `port` is its own, behind nginx."""

    program: Program
    port: int

    @property
    def address(self) -> str:
        """How nginx names it in X-Replica."""
        return f"127.0.0.1:{self.port}"

    @property
    def served(self) -> Served:
        """The replica itself, past nginx."""
        return _served(self.program, self.port)

    def is_ready(self) -> bool:
        """Return whether /readyz says that all is well."""
        with contextlib.suppress(OSError):
            return self.served.ask("GET", "/readyz").body == b'{"status": "ready"}'
        return False

    def knows(self, key: str) -> bool:
        """Return whether this is a key. It does not count: a publishable one is refused, since the
        request has no origin."""
        return self.served.create(key=key).status in (200, 403)

    def restart(self) -> None:
        """Restart it as a rolling restart does: the next one may follow when nginx sends requests
        here again. Raises AssertionError when it ends with an error."""
        assert self.program.stop() == 0, self.program.log.read_text()[-2000:]
        self.program.start()
        time.sleep(FAIL_TIMEOUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What is deployed: nginx on `port`, the replicas behind it, and what they share."""

    port: int
    replicas: tuple[Replica, ...]
    nginx: Program
    redis: Program
    postgresql: PostgreSQL
    folder: Path

    @property
    def served(self) -> Served:
        """The whole, through nginx."""
        return _served(self.nginx, self.port)

    def add_key(self, name: str, *origins: str) -> str:
        """Add a key, publishable with origins, as `vcardsvc keys add` does, which takes longer;
        return it when all replicas know it."""
        kind: Kind = PUBLISHABLE if origins else SECRET
        key = new_key(kind)
        with contextlib.closing(Store(self.postgresql.url)) as store:
            store.add_key(name, digest(key), kind=kind, origins=origins)
        for replica in self.replicas:
            until(partial(replica.knows, key))
        return key

    def revoke_key(self, name: str) -> None:
        """Revoke a key by the command line."""
        subprocess.run(
            command("keys", "revoke", name),
            env=environ(self.folder, {"DATABASE_URL": self.postgresql.url}),
            cwd=self.folder,
            capture_output=True,
            timeout=3 * LONGEST,
            check=True,
        )


@contextlib.contextmanager
def deployed(
    folder: Path,
    settings: Mapping[str, str] | None = None,
    *,
    replicas: int = REPLICAS,
    nginx_workers: int = 1,
) -> Iterator[Deployment]:
    """Deploy all of it in this folder; it is gone at the end."""
    with contextlib.ExitStack() as stack:
        postgresql = stack.enter_context(postgresql_server())
        redis = _redis(folder / "redis", _stable_port())
        given = {"DATABASE_URL": postgresql.url, "REDIS_URL": redis_url(redis.port)}
        given |= settings or {}
        services = tuple(
            _replica(folder / f"replica-{number}", given) for number in range(replicas)
        )
        port = _stable_port()
        nginx = _nginx(folder / "nginx", port, [one.port for one in services], nginx_workers)
        programs = (redis.program, *(one.program for one in services), nginx)
        for program in programs:  # at once: one of the replicas creates the tables
            stack.callback(program.kill)
            program.launch()
        for program in programs:
            program.await_ready()
        yield Deployment(
            port=port,
            replicas=services,
            nginx=nginx,
            redis=redis.program,
            postgresql=postgresql,
            folder=folder,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Redis:
    program: Program
    port: int


def _redis(folder: Path, port: int) -> _Redis:
    folder.mkdir()
    options = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": folder}
    arguments = [f"{word}" for name, value in options.items() for word in (f"--{name}", value)]
    program = Program(
        command=["redis-server", *arguments], folder=folder, ready=lambda: answers(port)
    )
    return _Redis(program=program, port=port)


def _replica(folder: Path, settings: Mapping[str, str]) -> Replica:
    folder.mkdir()
    port = _stable_port()
    program = Program(
        command=command("serve", "--port", str(port)),
        folder=folder,
        ready=lambda: replica.is_ready(),
        environ=environ(folder, settings),
    )
    replica = Replica(program=program, port=port)
    return replica


def _nginx(folder: Path, port: int, upstream: Sequence[int], workers: int) -> Program:
    folder.mkdir()
    servers = "\n".join(_SERVER.format(port=one, seconds=FAIL_TIMEOUT) for one in upstream)
    text = NGINX.format(folder=folder, port=port, servers=servers, workers=workers)
    if os.geteuid() == 0:  # nginx's own user could not write here
        text = f"user root;\n{text}"
    configuration = folder / "nginx.conf"
    configuration.write_text(text)
    return Program(
        command=["nginx", "-e", str(folder / "error.log"), "-c", str(configuration)],
        folder=folder,
        ready=lambda: _listens(port),
    )


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
