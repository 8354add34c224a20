"""Run the server: bind the port, prepare the store and the first keys, greet, start the workers."""

import contextlib
import os
import socket
import tempfile
from collections.abc import Iterator
from typing import Final

from vcardsvc import __version__
from vcardsvc.cli.common import exit_store_away, policy_of, say, settings_of, stop, store_of
from vcardsvc.metrics import MULTIPROCESS
from vcardsvc.settings import PREFIX, WORKERS, Settings, trace_exporters

CONTACT: Final = (
    '{"action": "createcontact", "name": {"first-name": "John", "last-name": "Appleseed"}, '
    '"phone": [{"number": "+16502530000", "label": "Mobile"}]}'
)
"""The contact of the curl line that a first start prints."""


def serve(host: str = "127.0.0.1", port: int = 8000, workers: int = 1) -> None:
    """Serve HTTP until a signal ends it, or exit with a message when it cannot begin."""
    settings = settings_of()
    policy_of(settings)
    # Before the store: a first key that is created and then not shown would be lost.
    with _bound_socket(host, port) as bound, _shared_metrics(workers):
        _check_mounts(settings)
        first_key = _prepare_store(settings)
        _run(settings, bound, workers, first_key)


@contextlib.contextmanager
def _shared_metrics(workers: int) -> Iterator[None]:
    """Tell every worker how many there are, and let several of them add up their metrics."""
    os.environ[WORKERS] = str(workers)
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="vcardsvc-metrics-") as folder:
        # Before prometheus-client is imported, which reads it once.
        os.environ[MULTIPROCESS] = folder
        yield


def _check_mounts(settings: Settings) -> None:
    """Exit when two vendors claim one call; workers would fail on it one by one."""
    from vcardsvc.app import vendor_router

    try:
        vendor_router(settings)
    except ValueError as fault:
        stop(f"vcardsvc cannot serve the vendors there: {fault}.")


def _prepare_store(settings: Settings) -> str:
    """Migrate the store and create the form key, where the store holds the keys.

    Returns a first secret key when there is none, else "".
    """
    if not settings.store_url():
        return ""
    if _is_prepared(settings):
        return ""
    from vcardsvc.services.keys import SECRET, add_form_key, digest, new_key
    from vcardsvc.store import KeyExists

    with store_of(settings) as store:
        if settings.api_keys:
            return ""
        add_form_key(store)
        if SECRET in [row.kind for row in store.list_keys()]:
            return ""
        key = new_key()
        try:
            store.add_key("first", digest(key))
        except KeyExists:  # another first start has created it just now, and shows it
            return ""
        return key


def _is_prepared(settings: Settings) -> bool:
    """Return whether the store is known, without SQLAlchemy, to need no migration and no keys."""
    from vcardsvc.services.keys import is_complete
    from vcardsvc.store import StoreAway
    from vcardsvc.store.key_file import key_file

    maybe_file = key_file(settings.store_url())
    try:
        return bool(
            maybe_file
            and maybe_file.is_migrated()
            and (settings.api_keys or is_complete(maybe_file.list_keys()))
        )
    except StoreAway as fault:
        exit_store_away(fault, settings)


def _run(settings: Settings, bound: socket.socket, workers: int, first_key: str) -> None:
    from vcardsvc.http.server import run

    _greet(bound, first_key, given=bool(settings.api_keys))
    _say_untraced()
    served = run(
        bound,
        workers,
        drain_delay=settings.drain_delay,
        shutdown_timeout=settings.shutdown_timeout,
        keep_alive_timeout=settings.keep_alive_timeout,
    )
    if not served:
        raise SystemExit(3)


def _say_untraced() -> None:
    """Say so where OpenTelemetry's variables ask for traces and the extra is missing."""
    if not trace_exporters(os.environ):
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        version("opentelemetry-sdk")
    except PackageNotFoundError:
        install = "pip install '.[otel]' in the folder of the repository"
        say(f"Traces are off, although OTEL_* asks for them: {install}.")


def _bound_socket(host: str, port: int) -> socket.socket:
    from vcardsvc.http.server import bind

    try:
        return bind(host, port)
    except OSError as fault:
        stop(f"Cannot listen on {host} port {port}: {fault.strerror}.")


def _greet(bound: socket.socket, first_key: str, *, given: bool) -> None:
    host, port = bound.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104  # named, not bound
    url = f"http://{shown}:{port}/"
    say(f"vcardsvc {__version__} on {url} (stop with Ctrl-C)")
    if first_key:
        say(
            "",
            "There was no API key yet. This one was created and is shown only now:",
            f"  {first_key}",
            "Try it on the page:",
            f"  {url}",
            "or from a shell:",
            f"  curl -sS {url} -H 'x-api-key: {first_key}' "
            f"-H 'content-type: application/json' -d '{CONTACT}'",
            "",
        )
    elif given:
        say(f"API keys: those of {PREFIX}API_KEYS.")
    else:
        say("API keys: vcardsvc keys add NAME makes one, vcardsvc keys list shows their names.")
