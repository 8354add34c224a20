"""Read the keys of a SQLite store through the driver alone, for the start of a server.

SQLAlchemy takes 0.2 s of a start, and the first cards need nothing but the keys.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from sqlite3 import Error
from typing import Any, Final

from vcardsvc.store.faults import StoreAway, cause_of
from vcardsvc.store.rows import HEAD, KeyRow
from vcardsvc.store.sqlite import DURABLE, connect

SCHEME: Final = "sqlite:///"

NOT_MIGRATED: Final = frozenset({"store-missing", "store-unmigrated"})
"""The causes that a migration removes."""

READ_KEYS: Final = (
    "SELECT name, digest, created_at, revoked_at, kind, origins, redirects, account,"
    " coalesce(text, ''), last_used_on, NULL FROM api_key UNION ALL"
    " SELECT name, old.digest, old.created_at, revoked_at, kind, origins, redirects, account,"
    " '', old.last_used_on, old.expires_at FROM replaced_secret old"
    " JOIN api_key ON name = key_name ORDER BY 3, 1"
)


def key_file(url: str) -> "KeyFile | None":
    """Return the reader of the store at this URL; None for a server's and for an unusual URL."""
    path = url.removeprefix(SCHEME)
    usual = path not in (url, "", ":memory:") and not {"?", "%"} & set(path)
    return KeyFile(Path(path).absolute()) if usual else None


class KeyFile:
    """Reads the keys of the SQLite store in one file. Methods raise StoreAway."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def is_migrated(self) -> bool:
        """Return whether the store has the tables of this release, and its write-ahead log."""
        try:
            return self._values("SELECT version_num FROM alembic_version") == [
                HEAD
            ] and self._values("PRAGMA journal_mode") == ["wal"]
        except StoreAway as fault:
            if fault.cause in NOT_MIGRATED:
                return False
            raise

    def change_counter(self) -> int:
        """Return a number that changes with the keys."""
        counters = self._values("SELECT value FROM change_counter")
        if not counters:
            raise StoreAway("store-failed")
        return int(counters[0])

    def list_keys(self) -> tuple[KeyRow, ...]:
        """Return all keys, revoked ones too, by time of creation, then name."""
        with self._rows(READ_KEYS) as rows:
            return tuple(map(_key_row, rows))

    def _values(self, statement: str) -> list[Any]:
        with self._rows(statement) as rows:
            return [value for (value,) in rows]

    @contextmanager
    def _rows(self, statement: str) -> Iterator[list[tuple[Any, ...]]]:
        try:
            with closing(connect(self._path, DURABLE)) as connection:
                rows = connection.execute(statement).fetchall()
            yield rows
        except (Error, OSError, ValueError) as fault:
            raise StoreAway(cause_of(fault)) from fault


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _key_row(row: tuple[Any, ...]) -> KeyRow:
    name, digest, created, revoked, kind, origins, redirects, account, text, used, expires = row
    return KeyRow(
        name=name,
        digest=digest,
        created_at=_time(created),
        revoked_at=None if revoked is None else _time(revoked),
        kind=kind,
        origins=tuple(origins.split()),
        redirects=tuple(redirects.split()),
        account=account,
        text=text,
        last_used_on=None if used is None else date.fromisoformat(used),
        expires_at=None if expires is None else _time(expires),
    )
