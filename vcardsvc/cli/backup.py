"""The command that copies the store: backup.

To restore: stop the service, take the old file and its `-wal` and `-shm` away, put the copy in its
place, start the service again; `serve` brings a copy of an earlier release up to date.
What must never enter here: a change to the store, not even a migration, which is what a backup is
often made before.
"""

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from vcardsvc.cli.common import app, away, say, settings_of, stop, store_url_of


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The copy; it is made for its owner alone.")],
    force: Annotated[bool, typer.Option(help="Overwrite a file of this name.")] = False,
) -> None:
    """Copy the whole SQLite store, keys and contacts, while the service runs.

    To restore it: stop the service, take the database file and its -wal and -shm away, put the
    copy in its place, and start the service.
    """
    from vcardsvc.store.backup import BackupSource, CopyOntoItself, NotOneFile
    from vcardsvc.store.faults import StoreAway

    settings = settings_of()
    try:
        with contextlib.closing(BackupSource(store_url_of(settings))) as source:
            size = source.copy_to(file, replace=force)
    except NotOneFile:
        stop("The store is a PostgreSQL database: back it up with pg_dump.")
    except CopyOntoItself:
        stop(f"Cannot write {file}: it is the store itself.")
    except StoreAway as fault:
        away(fault, settings)
    except FileExistsError:
        stop(f"Cannot write {file}: it is there already; --force overwrites a file.")
    except OSError as fault:
        stop(f"Cannot write {file}: {fault.strerror}.")
    say(f"{file} is a whole copy of the store: {size:,} bytes.")
