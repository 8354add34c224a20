"""Copy the SQLite store to a file.

A backup often precedes an upgrade, so the command migrates nothing. `serve` migrates a restored
copy of an earlier release.
"""

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from vcardsvc.cli.application import app
from vcardsvc.cli.common import exit_store_away, say, settings_of, stop, store_url_of


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The copy to write, for its owner alone.")],
    force: Annotated[bool, typer.Option(help="Overwrite an existing file.")] = False,
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
        exit_store_away(fault, settings)
    except FileExistsError:
        stop(f"Cannot write {file}: it is there already; --force overwrites a file.")
    except OSError as fault:
        stop(f"Cannot write {file}: {fault.strerror}.")
    say(f"{file} is a whole copy of the store: {size:,} bytes.")
