"""Open the store of a server without SQLAlchemy, which is loaded while the first cards are made."""

import threading
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, cast

from vcardsvc.store.key_file import KeyFile, key_file
from vcardsvc.store.rows import KeyRow

if TYPE_CHECKING:
    from vcardsvc.store.store import Store


class DeferredStore:
    """Stands for the store in a SQLite file: reads its keys, and loads the store for the rest.

    Every other method of `Store` loads it in the thread that calls, or waits for the load.
    """

    single_writer: Final = True

    def __init__(self, url: str, keys: KeyFile) -> None:
        self._url = url
        self._keys = keys
        self._lock = threading.Lock()
        self._maybe_store: Store | None = None

    def _load(self) -> "Store":
        with self._lock:
            if self._maybe_store is None:
                from vcardsvc.store.store import Store

                self._maybe_store = Store(self._url)
            return self._maybe_store

    def change_counter(self) -> int:
        """Return what `Store.change_counter` returns."""
        return (self._maybe_store or self._keys).change_counter()

    def list_keys(self) -> tuple[KeyRow, ...]:
        """Return what `Store.list_keys` returns."""
        return (self._maybe_store or self._keys).list_keys()

    def close(self) -> None:
        """Close the connections, if there are any."""
        if self._maybe_store is not None:
            self._maybe_store.close()

    def __getattr__(self, name: str) -> Any:
        return partial(self._call, name)

    def _call(self, name: str, *arguments: Any, **named: Any) -> Any:
        return getattr(self._load(), name)(*arguments, **named)


def preload() -> None:
    """Import what the first call needs that is not about keys."""
    import_module("vcardsvc.store.store")


def open_store(url: str) -> "Store":
    """Return the store at this URL; it opens nothing yet. Raises StoreAway as `Store` does."""
    if (maybe_keys := key_file(url)) is not None:
        return cast("Store", DeferredStore(url, maybe_keys))
    from vcardsvc.store.store import Store

    return Store(url)
