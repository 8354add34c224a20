"""Tell an operator where a store is, and how to repair one that cannot be used, in a sentence each.

The sentences may show paths and hosts, never a user, a password or any other part of a URL. They
name no setting: the command line adds those.
"""

import os
import pwd
import shlex
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from vcardsvc.store.sqlite import companion_files

PORT: Final = 5432
"""PostgreSQL's port where a URL names none."""

REMEDIES: Final[dict[str, str]] = {
    "store-url": "Write it as sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/DATABASE.",
    "store-driver": "Install it, in the folder of the repository: pip install '.[postgresql]'.",
    "store-missing": "Put the file back, or let vcardsvc migrate make a new one.",
    "store-unreadable": "Check the rights of the file and of its folder.",
    "store-readonly": "Give its user the right to write to it.",
    "store-full": "Make room on its disk.",
    "store-disk": "Check its disk, and the quota there.",
    "store-busy": "End the other program, or wait for it.",
    "store-foreign": "Move it away, or name another place.",
    "store-damaged": "Put a backup in its place; vcardsvc backup makes them.",
    "store-newer": "Install the release that made it, or a newer one.",
    "store-unmigrated": "Run vcardsvc migrate.",
    "store-slow": "Try again when it is less busy.",
    "store-failed": "Look at what its own log says, and try again.",
}
"""The remedy for each cause of `CAUSES`, where nothing more is known."""

SERVER_REMEDIES: Final[dict[str, str]] = {
    "store-unreadable": "Start the server, or correct host, port, user, password and database.",
    "store-readonly": "Take a server that is no standby, and a user who may write.",
}
"""The remedies that differ for a server, which has no file."""


def location(url: str) -> str:
    """Return where the store at this URL is: a file's path, or a server's database, host and port;
    "" for a URL that cannot be read."""
    parsed = _parsed(url)
    if parsed is None:
        return ""
    if path := _path(parsed):
        return str(path)
    if parsed.get_backend_name() != "postgresql":
        return ""
    host = parsed.host or "localhost"
    host = f"[{host}]" if ":" in host else host
    return f"the database {parsed.database or ''} at {host}:{parsed.port or PORT}"


def remedy(cause: str, url: str) -> str:
    """Return how to repair the store at this URL that is away for this cause of `CAUSES`."""
    parsed = _parsed(url)
    path = parsed and _path(parsed)
    if cause in ("store-unreadable", "store-readonly") and path:
        return _rights_remedy(path) or REMEDIES[cause]
    return (SERVER_REMEDIES if not path else {}).get(cause) or REMEDIES[cause]


def _parsed(url: str) -> sa.URL | None:
    try:
        return sa.make_url(url)
    except (SQLAlchemyError, ValueError):
        return None


def _path(url: sa.URL) -> Path | None:
    named = url.database if url.get_backend_name() == "sqlite" else None
    return Path(named).absolute() if named and named != ":memory:" else None


def _rights_remedy(path: Path) -> str:
    """Return how this process gets access to the file; "" when nothing stands in its way."""
    if os.path.isdir(path):  # False also where it is hidden
        return f"{path} is a folder: name a file in it."
    folder = next(one for one in path.parents if os.path.exists(one))
    if not folder.is_dir():
        return f"{folder} is no folder: name another place."
    if not os.access(folder, os.W_OK | os.X_OK):
        return _grant(folder, "u+rwx")
    for file in (path, *companion_files(path)):
        if os.path.exists(file) and not os.access(file, os.R_OK | os.W_OK):
            return _grant(file, "u+rw")
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        return f"Mount the file system of {folder} for writing."
    return ""


def _grant(path: Path, rights: str) -> str:
    owner = path.stat().st_uid
    if owner == os.geteuid():
        return f"Run chmod {rights} {shlex.quote(str(path))}."
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = str(owner)
    return f"Run this as {name}, to whom {path} belongs."
