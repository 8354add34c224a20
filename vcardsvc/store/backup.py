"""A whole copy of a SQLite store while others write to it.

Promises: the copy is one file that holds all that was acknowledged before it was begun, and nothing
by halves; it is its owner's alone, and stands under its name whole or not at all. What must never
enter here: a change to the store that is copied; it may be of another release.
"""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from vcardsvc.store.database import Database, revision
from vcardsvc.store.faults import StoreAway, translated_faults

NO_LINKS: Final = frozenset(
    {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
)
"""What a file system answers that knows no second name for a file (link(2))."""


class NotOneFile(Exception):
    """The store is a server's: its own tools copy it (pg_dump)."""


class Itself(Exception):
    """The copy would stand in the store's own place."""


class Original(Database):
    """A store to be copied, of whatever release."""

    def copy_to(self, out: Path, *, replace: bool = False) -> int:
        """Copy the store to `out`, for its owner alone (0600), and give the number of bytes.

        Raises NotOneFile, Itself, FileExistsError unless `replace`, any other OSError when `out`
        cannot be written, and StoreAway when the store cannot be read. `out` is then as it was.
        """
        if self._path is None:
            raise NotOneFile
        out = out.absolute()
        if out.resolve() == self._path.resolve():
            raise Itself
        if os.path.lexists(out) and not (replace and out.is_file()):
            found = errno.EISDIR if out.is_dir() else errno.EEXIST
            raise OSError(found, os.strerror(found))
        with _part_of(out) as part:
            self._copied(part)
            _sync(part)
            size = part.stat().st_size
            if replace:
                part.replace(out)
            else:
                _name(part, out)
        _sync(out.parent)
        return size

    def _copied(self, part: Path) -> None:
        with translated_faults(), self._engine.connect() as connection:
            if revision(connection) is None:
                raise StoreAway("store-foreign")
            # One reader's view from beginning to end, which holds up no writer; the backup API
            # begins again at every write of another process. Free pages and the log stay behind.
            connection.exec_driver_sql("VACUUM INTO ?", (str(part),))


@contextlib.contextmanager
def _part_of(out: Path) -> Iterator[Path]:
    """An empty file beside `out`, its owner's alone, which is gone afterwards."""
    handle, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _name(part: Path, out: Path) -> None:
    """Give the file its name, unless another one took it meanwhile."""
    try:
        os.link(part, out)
    except OSError as fault:
        if fault.errno not in NO_LINKS:
            raise
        os.close(os.open(out, os.O_CREAT | os.O_EXCL, 0o600))
        part.replace(out)


def _sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
