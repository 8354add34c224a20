"""What is deleted on the command line is gone from the disk."""

from pathlib import Path

from tests.support import databases as stores
from tests.support.cli_contacts import ACME, draft, kept, run
from vcardsvc.model.contact import Contact
from vcardsvc.store import Store


def test_what_is_deleted_is_gone_from_the_disk(lite: Store, path: Path) -> None:
    """No octet of a deleted contact is left in the files of SQLite."""
    secret = "Quetzalcoatlus"
    (entry,) = kept(lite, ACME, draft(Contact(first=secret), handle=secret, name=secret))
    lite.checkpoint()
    assert secret.encode() in path.read_bytes()
    lite.close()
    assert run("delete", entry.id, "--yes", VCARDSVC_DATABASE_URL=stores.url(path)).exit_code == 0
    left = b"".join(file.read_bytes() for file in path.parent.iterdir()).lower()
    assert secret.lower().encode() not in left
