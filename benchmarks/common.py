"""Give every benchmark a server as a child process on one core, a deadline, and a table."""

import argparse
import contextlib
import os
import platform
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

ROOT: Final = Path(__file__).parent.parent
KEY: Final = "benchmark-key-0000000000"
"""Any 16 characters: the service runs for minutes, on the loopback."""

HOST: Final = "127.0.0.1"
READY: Final = 30.0
"""Seconds a server may take until it listens."""

SETTLE: Final = 2.0
"""Seconds before a started server is measured: decoders start in the background."""

STOP: Final = 20.0
"""Seconds after SIGTERM: the service gives running requests 15 by default."""

POLL: Final = 0.001
"""Seconds between two tries to connect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Holds one line of a table."""

    what: str
    ours: str
    theirs: str
    ratio: str


def spread(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Return the ratio of the medians, and in brackets the lowest and highest of the rounds."""
    rounds = [one / other for one, other in zip(ours, theirs, strict=True)]
    ratio = statistics.median(ours) / statistics.median(theirs)
    return f"{ratio:.3g} ({min(rounds):.3g} to {max(rounds):.3g})"


def compared(
    what: str, ours: Sequence[float], theirs: Sequence[float], unit: str, digits: int = 0
) -> Row:
    """Return the row of two series that were measured in alternating rounds."""
    return Row(
        what=what,
        ours=f"{statistics.median(ours):,.{digits}f} {unit}",
        theirs=f"{statistics.median(theirs):,.{digits}f} {unit}",
        ratio=spread(ours, theirs),
    )


def heading(text: str) -> None:
    """Print what is measured, and where."""
    load = os.getloadavg()[0]
    print(f"{text} (Python {platform.python_version()}, {cores()} cores, load {load:.1f})\n")


def show(text: str, rows: Iterable[Row]) -> None:
    """Print the table under its heading."""
    heading(text)
    print("| what | ours | theirs | ratio |\n|---|---|---|---|")
    for row in rows:
        print(f"| {row.what} | {row.ours} | {row.theirs} | {row.ratio} |")
    sys.stdout.flush()


def arguments(doc: str | None) -> argparse.ArgumentParser:
    """A parser that knows --quick; the help is the module's docstring."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="a few seconds: shows that it runs, measures nothing"
    )
    return parser


def missing(program: str) -> NoReturn:
    """Exit with the name of a program that has to be installed."""
    raise SystemExit(f"{program} is not installed: this benchmark needs it")


@contextlib.contextmanager
def deadline(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in the main thread after `seconds`, and SystemExit at SIGTERM, so that
    everything is closed."""

    def late(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    def terminated(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    handlers = {signal.SIGALRM: late, signal.SIGTERM: terminated}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


@contextlib.contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Pin children that are started in the block to the core of this number, if there is one."""
    if core is None or cores() <= core:
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(allowed)[core]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def free_port() -> int:
    """Return a port without a listener."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Create a folder, and delete it afterwards."""
    with tempfile.TemporaryDirectory(prefix="vcardsvc-benchmark-") as folder:
        yield Path(folder)


def environ(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a server: these settings alone, and bytecode in `folder`.

    Variables of a developer's shell for Python and the service are left out.
    """
    own = ("PYTHON", "VCARDSVC_")
    others = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {**others, "PYTHONPYCACHEPREFIX": str(folder / "bytecode"), **settings}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Holds a listening server; `spawned` is time.perf_counter() right before its start."""

    pid: int
    port: int
    spawned: float


def listening(port: int, alive: Callable[[], bool]) -> socket.socket:
    """Return the first accepted connection. Raises RuntimeError when no server listens in time."""
    last = time.monotonic() + READY
    while time.monotonic() < last and alive():
        with contextlib.suppress(OSError):
            return socket.create_connection((HOST, port), timeout=READY)
        time.sleep(POLL)
    raise RuntimeError("the server does not listen")


@contextlib.contextmanager
def server(
    folder: Path,
    module: str,
    *options: str,
    settings: Mapping[str, str] | None = None,
    core: int | None = None,
) -> Iterator[Server]:
    """Run `python -m module options --port N` until the end of the block, stderr to a file."""
    port = free_port()
    command = [sys.executable, "-m", module, *options, "--port", str(port)]
    log = folder / f"{module}-{port}.log"
    with log.open("wb") as stderr, pinned(core):
        spawned = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environ(folder, settings or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )
    try:
        listening(port, lambda: process.poll() is None).close()
        yield Server(pid=process.pid, port=port, spawned=spawned)
    except RuntimeError as fault:
        raise RuntimeError(f"{fault}: {log.read_text(errors='replace')[-2000:]}") from fault
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    # The server has a session of its own: kill what it has left behind.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


OURS: Final = ("vcardsvc", "serve")
BARE: Final = ("benchmarks.bare",)
STATELESS: Final[Mapping[str, str]] = {"VCARDSVC_API_KEYS": f"benchmark:{KEY}"}
"""A deployment without a store."""


def migrated(folder: Path) -> tuple[dict[str, str], str]:
    """Create a SQLite store with one key; return the settings of the deployment, and the key."""
    settings = {"VCARDSVC_DATABASE_URL": f"sqlite:///{folder / 'store.db'}"}
    added = subprocess.run(
        [sys.executable, "-m", "vcardsvc", "keys", "add", "benchmark"],
        cwd=ROOT,
        env=environ(folder, settings),
        capture_output=True,
        check=True,
        text=True,
        timeout=READY,
    )
    return settings, added.stdout.strip()
