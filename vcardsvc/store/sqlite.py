"""Open SQLite files: connections, locks, the write-ahead log, file modes.

A connection stays with its file when that file is removed or replaced, and opening a missing file
would create an empty database. So the file is checked before each use of a connection, and only
`create_file` creates one.
"""

import os
import shutil
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path

LOCK_TIMEOUT = 5.0
"""Seconds to wait for another writer's lock, or for a connection."""

MIN_FREE_BYTES = 512 * 1024
"""Bytes that a card with its photo takes in the log and in the file. With less on the disk a probe,
which writes one page, may pass where no card does."""

FILE_MODE = 0o600
FOLDER_MODE = 0o700
"""Only the owner may read the database: short keys could be guessed from their digests."""

# secure_delete overwrites deleted rows: no deleted card may stay in the file's free pages.
_PRAGMAS = "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"

# NORMAL would survive kill -9 but not a power cut, after which a revoked key or a deleted card must
# not be back. The additional fsync for each such write costs next to nothing.
DURABLE = _PRAGMAS + "PRAGMA synchronous=FULL"

# A power cut may lose a link that was created right before it; its caller can create it again.
QUICK = _PRAGMAS + "PRAGMA synchronous=NORMAL"


class FileConnection(sqlite3.Connection):
    """Remembers which file it opened (see `file_identity`)."""

    file_identity: tuple[int, ...]


def connect(path: Path, pragmas: str) -> FileConnection:
    """Open an existing file and run `pragmas`. Raises OSError and sqlite3.Error."""
    path.stat()  # FileNotFoundError says more than SQLite's one code for every such case
    restore_modes(path)
    before = file_identity(path)
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=LOCK_TIMEOUT,
        isolation_level=None,  # we say BEGIN: the driver's own comes too late for a lock
        check_same_thread=False,
        factory=FileConnection,
    )
    connection.file_identity = before
    try:
        connection.executescript(pragmas)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def file_identity(path: Path) -> tuple[int, ...]:
    """Return values that change when the file is replaced or overwritten, or its mode changes.

    They change at our own writes too, which costs one new connection for each: 0.3 ms.
    """
    try:
        status = path.stat()
    except OSError:
        return ()
    return (status.st_dev, status.st_ino, status.st_ctime_ns, status.st_size)


def has_free_space(path: Path) -> bool:
    """Return whether the disk of `path` has MIN_FREE_BYTES, or does not tell its size."""
    disk = shutil.disk_usage(path)
    return not disk.total or disk.free >= MIN_FREE_BYTES


def companion_files(path: Path) -> tuple[Path, ...]:
    """Return the paths of the files that SQLite has beside a database in use or after a crash."""
    return tuple(path.with_name(f"{path.name}{suffix}") for suffix in ("-wal", "-shm"))


def restore_modes(path: Path) -> None:
    """Give our own files beside the database the mode that the database has.

    SQLite creates them with the database's mode. Those that it creates while the database is
    read-only stay read-only, and nothing could be written when the mode is restored, nor after a
    restart.
    """
    database = path.stat()
    for file in companion_files(path):
        with suppress(OSError):
            status = file.lstat()
            missing = database.st_mode & ~status.st_mode & 0o666
            ours = status.st_uid == database.st_uid == os.geteuid() and stat.S_ISREG(status.st_mode)
            if missing and ours:
                file.chmod(stat.S_IMODE(status.st_mode) | missing)


def create_file(path: Path) -> None:
    """Create an empty file that only its owner can read, unless one exists."""
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))
