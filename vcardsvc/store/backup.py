"""Copy a SQLite store to one file while other processes write to it.

The copy holds every transaction that was committed before it began, and none in part. Only its
owner may read it, and it appears under its name whole or not at all. The store itself is not
changed, nor migrated: it may be of another release.
"""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from vcardsvc.store.database import Database, revision
from vcardsvc.store.engine_faults import translated_faults
from vcardsvc.store.faults import StoreAway

NO_LINKS: Final = frozenset(
    {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
)
"""The errors of link(2) on a file system without hard links."""


class NotOneFile(Exception):
    """Says that the store is a server's database, which its own tools copy (pg_dump)."""


class CopyOntoItself(Exception):
    """Says that the copy would replace the store itself."""


class BackupSource(Database):
    """Copies a store of any release."""

    def copy_to(self, out: Path, *, replace: bool = False) -> int:
        """Copy the store to `out`, for its owner alone (0600), and return the number of bytes.

        Raises NotOneFile, CopyOntoItself, FileExistsError unless `replace`, any other OSError when
        `out` cannot be written, and StoreAway when the store cannot be read. `out` then stays
        unchanged.
        """
        if self._path is None:
            raise NotOneFile
        out = out.absolute()
        if out.resolve() == self._path.resolve():
            raise CopyOntoItself
        if os.path.lexists(out) and not (replace and out.is_file()):
            number = errno.EISDIR if out.is_dir() else errno.EEXIST
            raise OSError(number, os.strerror(number))
        with _temporary_file(out) as part:
            self._copy(part)
            _sync(part)
            size = part.stat().st_size
            if replace:
                part.replace(out)
            else:
                _rename(part, out)
        _sync(out.parent)
        return size

    def _copy(self, part: Path) -> None:
        with translated_faults(), self._engine.connect() as connection:
            if revision(connection) is None:
                raise StoreAway("store-foreign")
            # One read transaction, which delays no writer; the backup API begins again at every
            # write of another process. Free pages and the log are not copied.
            connection.exec_driver_sql("VACUUM INTO ?", (str(part),))


@contextlib.contextmanager
def _temporary_file(out: Path) -> Iterator[Path]:
    """Create an empty file beside `out`, for its owner alone, and delete it afterwards."""
    handle, name = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _rename(part: Path, out: Path) -> None:
    """Rename the file, unless another one has taken the name meanwhile."""
    try:
        os.link(part, out)
    except OSError as fault:
        if fault.errno not in NO_LINKS:
            raise
        os.close(os.open(out, os.O_CREAT | os.O_EXCL, 0o600))
        part.replace(out)


def _sync(path: Path) -> None:
    """Write a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
