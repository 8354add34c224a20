"""Links in the store: one taker, one ceiling, nothing lost by kill -9, nothing left when gone."""

import shutil
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.support import databases as stores
from tests.support.link_rows import DAY, MANY, NOW, SECRET, link_row
from vcardsvc.store import BATCH, HEAD, REMEMBERED, KeyRow, LinkRow, Store, StoreAway, TooManyLinks


def test_a_link_is_kept_whole(store: Store) -> None:
    """What was kept comes back, octets and times to the microsecond; another digest has nothing."""
    store.add_link(link_row(), MANY)
    assert store.read_link(stores.digest(1)) == link_row()
    assert store.read_link(stores.digest(2)) is None
    assert (store.has_link(stores.digest(1)), store.has_link(stores.digest(2))) == (True, False)


def test_a_link_that_opens_once_is_read_without_octets(store: Store) -> None:
    """Looking at a card that is opened once does not show it."""
    store.add_link(link_row(once=True), MANY)
    assert store.read_link(stores.digest(1)) == link_row(once=True, octets=None)


def test_times_of_other_zones_are_the_same_moments(store: Store) -> None:
    """A time given in another zone is kept, and compared, as the moment that it is."""
    there = (NOW + timedelta(hours=1)).astimezone(timezone(timedelta(hours=5)))
    store.add_link(link_row(expires_at=there), MANY)
    assert store.count_links("laptop", NOW + timedelta(minutes=59)) == 1
    assert store.count_links("laptop", NOW + timedelta(minutes=61)) == 0


def test_a_key_has_so_many_links_alive(store: Store) -> None:
    """The ceiling counts what this key has alive, and says when the first of it ends."""
    store.add_link(link_row(1, expires_at=NOW + 2 * DAY), 2)
    store.add_link(link_row(2, expires_at=NOW + DAY), 2)
    with pytest.raises(TooManyLinks) as refused:
        store.add_link(link_row(3), 2)
    assert refused.value.earliest == NOW + DAY
    assert store.read_link(stores.digest(3)) is None
    store.add_link(link_row(4, owner="server"), 2)
    store.add_link(link_row(5, created_at=NOW + DAY, expires_at=NOW + 3 * DAY), 2)
    assert [store.count_links("laptop", NOW + n * DAY) for n in (0, 1, 2)] == [3, 2, 1]
    assert store.delete_link(stores.digest(1), "laptop", NOW)
    assert store.count_links("laptop", NOW + DAY) == 1


def test_the_ceiling_holds_for_writers_at_once(store: Store) -> None:
    """Of many threads that add at once, as many succeed as may."""
    refused = []

    def add(first: int) -> None:
        for number in range(first, first + 5):
            try:
                store.add_link(link_row(number), 7)
            except TooManyLinks:
                refused.append(number)

    threads = [threading.Thread(target=add, args=(first,)) for first in (0, 5, 10, 15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (store.count_links("laptop", NOW), len(refused)) == (7, 13)


def test_a_link_is_taken_once(store: Store) -> None:
    """The first taker gets all of it, the second nothing, and a reader sees since when."""
    store.add_link(link_row(once=True), MANY)
    assert store.take_link(stores.digest(1), NOW) == link_row(once=True)
    assert store.take_link(stores.digest(1), NOW) is None
    assert store.read_link(stores.digest(1)) == link_row(once=True, octets=None, gone_at=NOW)


@pytest.mark.parametrize(
    ("row", "at"),
    [(link_row(once=False), NOW), (link_row(once=True), NOW + DAY), (link_row(2, once=True), NOW)],
    ids=["not once", "expired", "another"],
)
def test_what_cannot_be_taken_stays(store: Store, row: LinkRow, at: datetime) -> None:
    """A link that opens again, one that expired, and another's digest are not taken."""
    store.add_link(row, MANY)
    assert store.take_link(stores.digest(1), at) is None
    assert store.has_link(row.digest)


def test_a_link_is_deleted_by_its_owner(store: Store) -> None:
    """Another key deletes nothing, the owner once; what is left is when."""
    store.add_link(link_row(), MANY)
    calls = (("server", NOW), ("laptop", NOW), ("laptop", NOW + DAY / 2))
    assert [store.delete_link(stores.digest(1), owner, at) for owner, at in calls] == [
        False,
        True,
        False,
    ]
    assert store.read_link(stores.digest(1)) == link_row(octets=None, gone_at=NOW)


def _take(store: Store) -> None:
    store.take_link(stores.digest(1), NOW)


def _remove(store: Store) -> None:
    store.delete_link(stores.digest(1), "laptop", NOW)


def _purge(store: Store) -> None:
    store.purge_links(NOW + DAY)


@pytest.mark.parametrize("end", [_take, _remove, _purge])
def test_nothing_of_a_card_is_left(lite: Store, path: Path, end: Callable[[Store], None]) -> None:
    """However a card goes, no file of the database holds a word of it after."""
    lite.add_link(link_row(once=end is _take), MANY)
    lite.checkpoint()
    assert b"Findable" in path.read_bytes()
    end(lite)
    lite.checkpoint()
    assert b"Findable" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_a_purge_goes_in_steps_and_remembers_for_a_while(store: Store) -> None:
    """What expired loses its octets some at a time; what ended 30 days ago is forgotten."""
    for number in range(BATCH + 1):
        store.add_link(link_row(number), MANY)
    store.add_link(link_row(100, expires_at=NOW + 60 * DAY), MANY)
    assert [store.purge_links(NOW + DAY) for _ in range(3)] == [BATCH, 1, 0]
    assert store.read_link(stores.digest(1)) == link_row(octets=None, gone_at=NOW + DAY)
    late = NOW + DAY + REMEMBERED
    assert store.purge_links(late - timedelta(microseconds=1)) == 0
    assert [store.purge_links(late) for _ in range(3)] == [BATCH, 1, 0]
    assert store.read_link(stores.digest(1)) is None
    assert store.read_link(stores.digest(100)) == link_row(100, expires_at=NOW + 60 * DAY)


def test_links_are_synced_less_than_what_must_not_come_back(lite: Store) -> None:
    """Adding survives a kill alone (NORMAL); keys, takers and deletions a power cut too (FULL)."""
    found = []
    for engine in (lite._quick_writer, lite._writer):
        with engine.connect() as connection:
            found.append(
                tuple(
                    connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                    for name in ("journal_mode", "synchronous", "secure_delete", "busy_timeout")
                )
            )
    assert found == [("wal", 1, 1, 5000), ("wal", 2, 1, 5000)]


def test_a_settled_file_is_a_whole_backup(lite: Store, path: Path, tmp_path: Path) -> None:
    """After settling, a copy of the one file holds every link."""
    lite.add_link(link_row(), MANY)
    lite.checkpoint()
    shutil.copy(path, tmp_path / "copy.db")
    copy = Store(stores.url(tmp_path / "copy.db"))
    assert copy.read_link(stores.digest(1)) == link_row()
    copy.close()


def test_an_older_database_is_migrated_with_its_keys(new_url: Callable[[], str]) -> None:
    """A database of the first release keeps its keys and can keep links."""
    database_url = new_url()
    stores.migrate_to("0001", database_url)
    stores.sql(
        database_url,
        "INSERT INTO api_key (name, digest, created_at) VALUES (%s, %s, %s)",
        "laptop",
        stores.digest(1),
        "2026-01-01 00:00:00+00:00",
    )
    store = Store(database_url)
    assert _causes(store, (Store.list_keys, lambda one: one.read_link(stores.digest(1)))) == [
        "store-unmigrated",
        "store-unmigrated",
    ]
    assert store.migrate() == HEAD
    created = datetime(2026, 1, 1, tzinfo=UTC)
    row = KeyRow(
        name="laptop",
        digest=stores.digest(1),
        created_at=created,
        revoked_at=None,
        account="laptop",
    )
    assert store.list_keys() == (row,)
    store.add_link(link_row(), MANY)
    assert store.count_links("laptop", NOW) == 1
    store.close()


CALLS: tuple[Callable[[Store], object], ...] = (
    lambda store: store.add_link(link_row(2), MANY),
    lambda store: store.read_link(stores.digest(1)),
    lambda store: store.has_link(stores.digest(1)),
    lambda store: store.take_link(stores.digest(1), NOW),
    lambda store: store.delete_link(stores.digest(1), "laptop", NOW),
    lambda store: store.purge_links(NOW),
    lambda store: store.count_links("laptop", NOW),
)


def _causes(store: Store, calls: tuple[Callable[[Store], object], ...] = CALLS) -> list[str]:
    causes = []
    for call in calls:
        try:
            call(store)
            causes.append("")
        except StoreAway as away:
            causes.append(away.cause)
    return causes


def test_a_file_that_goes_is_missed_by_every_call(lite: Store, path: Path) -> None:
    """A store in use notices that its file is gone, whatever the call."""
    lite.add_link(link_row(), MANY)
    path.rename(path.with_suffix(".old"))
    assert _causes(lite) == ["store-missing"] * len(CALLS)


def test_a_full_disk_refuses_links_and_reads_them(lite: Store) -> None:
    """With no room left a card is refused whole, and those that are there are read."""

    def leave_no_room(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # what is there already may stay

    lite.add_link(link_row(), MANY)
    lite.close()
    sa.event.listen(lite._quick, "connect", leave_no_room)
    assert _causes(lite, CALLS[:3]) == ["store-full", "", ""]
    assert lite.read_link(stores.digest(2)) is None
    assert lite.read_link(stores.digest(1)) == link_row()


def test_the_links_of_a_key_hold_so_many_bytes(store: Store) -> None:
    """A link that would pass the ceiling of bytes is not added; another key has its own."""
    store.add_link(link_row(1), MANY, 2 * len(SECRET))
    store.add_link(link_row(2), MANY, 2 * len(SECRET))
    with pytest.raises(TooManyLinks):
        store.add_link(link_row(3), MANY, 2 * len(SECRET))
    store.add_link(link_row(4, owner="server"), MANY, 2 * len(SECRET))
    assert store.count_links("laptop", NOW) == 2


def test_revoking_a_key_ends_its_links(store: Store) -> None:
    """A revoked key's links do not open; other keys' links stay."""
    store.add_key("laptop", stores.digest(100))
    store.add_link(link_row(1), MANY)
    store.add_link(link_row(2, owner="server"), MANY)
    assert store.revoke_key("laptop")
    assert (store.has_link(stores.digest(1)), store.has_link(stores.digest(2))) == (False, True)
    found = store.read_link(stores.digest(1))
    assert found is not None
    assert found.octets is None
    assert found.gone_at is not None
