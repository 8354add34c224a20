"""Keys answer from memory, and follow the store within one interval."""

import asyncio
import hashlib
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.cpu_budget import longer
from vcardsvc.services.keys import NO_KEY, Key, Keys, digest, new_key
from vcardsvc.store import KeyRow, Store, StoreAway

EVERY = 0.02
"""Seconds between two looks in these tests."""

LONGEST = 10.0
"""Seconds after which what should have happened did not, on a slow machine too."""

GIVEN = (
    ("laptop", "0123456789abcdef", "laptop"),
    ("server", "fedcba9876543210", "server"),
)


@pytest.fixture
def store(store: Store) -> Store:
    """A migrated store with one key, named laptop."""
    store.add_key("laptop", digest("laptop-key"))
    return store


@pytest.fixture
def lite(lite: Store) -> Store:
    """The same in a file."""
    lite.add_key("laptop", digest("laptop-key"))
    return lite


def _key(name: str | None, account: str = "") -> Key | None:
    """The secret key of this name, of this account or one called the same; None for none."""
    return Key(name=name, account=account or name, kind="secret") if name else None


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONGEST):
        while not true():
            await asyncio.sleep(EVERY / 4)


def _watched(keys: Keys, story: Callable[[], Awaitable[None]]) -> None:
    """Run `story` with `keys` loaded and watching, and see that the watcher outlives it."""

    async def run() -> None:
        await keys.load()
        watcher = asyncio.create_task(keys.watch(EVERY))
        await story()
        assert not watcher.done()
        watcher.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watcher

    asyncio.run(run())


def test_a_new_key_is_long_random_and_recognisable() -> None:
    """Keys have the prefix and 43 URL-safe characters, and no two are alike."""
    keys = [new_key() for _ in range(1000)]
    assert {(key[:4], len(key)) for key in keys} == {("vcs_", 47)}
    assert all(key.isascii() and key.replace("-", "_").isidentifier() for key in keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("key", ["abc", b"abc"])
def test_a_digest_is_sha_256(key: str | bytes) -> None:
    """Text and octets of a key have the same digest, that of FIPS 180-2's first example."""
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest(key) == bytes.fromhex(expected)


@pytest.mark.parametrize(
    ("presented", "name"),
    [
        (b"0123456789abcdef", "laptop"),
        (b"fedcba9876543210", "server"),
        (b"0123456789ABCDEF", None),
        (b"0123456789abcde", None),
        (b"0123456789abcdef ", None),
        (b"\xff\x00", None),
        (digest("0123456789abcdef"), None),
        (b"", None),
        (None, None),
    ],
)
def test_a_presented_key_is_known_or_not(presented: bytes | None, name: str | None) -> None:
    """Only the very octets of a key give its name; its digest opens nothing."""
    assert Keys(GIVEN).check(presented) == _key(name)


def test_a_missing_key_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is right, wrong, empty or missing is hashed once."""
    keys = Keys(GIVEN)
    hashed: list[bytes] = []

    def counting(octets: bytes) -> "hashlib._Hash":
        hashed.append(octets)
        return hashlib.sha256(octets)

    monkeypatch.setattr("vcardsvc.services.keys.sha256", counting)
    for presented in (b"0123456789abcdef", b"wrong", b"", None):
        keys.check(presented)
    assert hashed == [b"0123456789abcdef", b"wrong", b"", b""]


def test_an_empty_key_opens_nothing(store: Store) -> None:
    """A kept digest of nothing does not let in who presents nothing."""
    store.add_key("nobody", NO_KEY)
    kept = Keys(store=store)
    asyncio.run(kept.load())
    assert [keys.check(None) for keys in (kept, Keys((("nobody", "", "nobody"),)))] == [None, None]


def test_without_any_key_no_request_is_let_in() -> None:
    """No keys means no entry, never an open door."""
    keys = Keys()
    asyncio.run(keys.load())
    assert [keys.check(key) for key in (None, b"", b"any")] == [None] * 3


def test_a_key_tells_whose_contacts_it_reads(store: Store) -> None:
    """Two keys of one account have it, whether the store or the environment names it."""
    store.add_key("tablet", digest("tablet-key"), account="laptop")
    kept, given = (
        Keys(store=store),
        Keys((("phone", "k" * 16, "sales"), ("desk", "d" * 16, "sales"))),
    )
    asyncio.run(kept.load())
    assert [kept.check(key) for key in (b"laptop-key", b"tablet-key")] == [
        _key("laptop"),
        _key("tablet", "laptop"),
    ]
    assert [given.check(key) for key in (b"k" * 16, b"d" * 16)] == [
        _key("phone", "sales"),
        _key("desk", "sales"),
    ]


def test_keys_are_loaded_from_the_store(store: Store) -> None:
    """Good keys of the store are known after loading, revoked ones are not."""
    store.add_key("server", digest("server-key"))
    store.revoke_key("laptop")
    keys = Keys(store=store)
    assert keys.check(b"server-key") is None
    asyncio.run(keys.load())
    assert [keys.check(key) for key in (b"laptop-key", b"server-key")] == [
        None,
        _key("server"),
    ]


def test_given_keys_are_the_only_ones(store: Store) -> None:
    """With keys of the environment those of the store open nothing, also after a change."""
    keys = Keys(GIVEN, store)

    async def story() -> None:
        store.add_key("phone", digest("phone-key"))
        await asyncio.sleep(4 * EVERY)

    _watched(keys, story)
    found = [keys.check(key) for key in (b"laptop-key", b"phone-key", b"0123456789abcdef")]
    assert found == [None, None, _key("laptop")]


def test_the_first_load_says_that_the_store_is_away(tmp_path: Path) -> None:
    """Loading from a store that is not there raises, and leaves the keys degraded."""
    keys = Keys(store=Store(f"sqlite:///{tmp_path / 'keys.db'}"))
    with pytest.raises(StoreAway) as away:
        asyncio.run(keys.load())
    assert (away.value.cause, keys.degraded) == ("store-missing", True)


def test_changes_reach_another_worker_within_the_interval(store: Store, database_url: str) -> None:
    """A key added or revoked by one process lives or dies in another one's memory."""
    mine = Store(database_url)
    keys = Keys(store=mine)
    took: list[float] = []

    async def wait(key: bytes, name: str | None) -> None:
        began = time.monotonic()
        await _until(lambda: keys.check(key) == _key(name))
        took.append(time.monotonic() - began)

    async def story() -> None:
        assert keys.check(b"laptop-key") == _key("laptop")
        store.add_key("server", digest("server-key"))
        await wait(b"server-key", "server")
        store.revoke_key("laptop")
        await wait(b"laptop-key", None)
        assert keys.check(b"server-key") == _key("server")

    _watched(keys, story)
    mine.close()
    assert max(took) < EVERY + longer(1.0)


def test_an_outage_is_survived_and_seen(lite: Store, path: Path) -> None:
    """While the file is gone known keys stay good and degraded is reported; both end with it."""
    keys = Keys(store=lite)
    away = path.with_name("away.db")

    async def story() -> None:
        assert keys.degraded is False
        path.rename(away)
        await _until(lambda: keys.degraded)
        assert keys.check(b"laptop-key") == _key("laptop")
        await asyncio.sleep(3 * EVERY)
        assert (keys.degraded, path.exists()) == (True, False)
        away.rename(path)
        await _until(lambda: not keys.degraded)
        lite.revoke_key("laptop")
        await _until(lambda: keys.check(b"laptop-key") is None)

    _watched(keys, story)


def test_an_older_backup_is_loaded(lite: Store, path: Path) -> None:
    """A backup put in the database's place is read, although its counter is lower."""
    keys = Keys(store=lite)
    backup = path.with_name("backup.db")
    shutil.copyfile(path, backup)

    async def story() -> None:
        lite.revoke_key("laptop")
        await _until(lambda: keys.check(b"laptop-key") is None)
        shutil.copyfile(backup, path.with_name("again.db"))
        os.replace(path.with_name("again.db"), path)
        await _until(lambda: keys.check(b"laptop-key") == _key("laptop"))

    _watched(keys, story)


def test_a_watcher_outlives_faults_of_any_kind() -> None:
    """An unexpected fault makes the keys degraded, and the watcher goes on."""

    class Faulty(Store):
        def __init__(self) -> None:
            self.answers: Iterator[int | Exception] = iter([1, RuntimeError("unforeseen"), 2])

        def change_counter(self) -> int:
            answer = next(self.answers, 2)
            if isinstance(answer, Exception):
                raise answer
            return answer

        def list_keys(self) -> tuple[KeyRow, ...]:
            return ()

    keys = Keys(store=Faulty())
    seen: list[bool] = []

    async def story() -> None:
        await _until(lambda: keys.degraded)
        seen.append(keys.degraded)
        await _until(lambda: not keys.degraded)
        seen.append(keys.degraded)

    _watched(keys, story)
    assert seen == [True, False]


def test_watching_nothing_lasts_for_ever() -> None:
    """Without a store the watcher waits, and ends when it is cancelled."""

    async def story() -> None:
        await asyncio.sleep(EVERY)

    _watched(Keys(GIVEN), story)


class _Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def test_both_secrets_of_a_rotated_key_are_the_same_key(store: Store) -> None:
    """They share name, account and so limits and links, until the former one ends: that needs no
    store, and a use of it before does not keep it."""
    clock = _Clock(datetime.now(UTC))
    keys = Keys(store=store, clock=clock)
    end = clock.now + timedelta(hours=1)
    store.rotate_key("laptop", digest("new-key"), now=clock.now, until=end)
    asyncio.run(keys.load())
    assert keys.check(b"laptop-key") == keys.check(b"new-key") == _key("laptop")
    clock.now = end - timedelta(microseconds=1)
    keys.end_former_secrets()
    assert keys.check(b"laptop-key") == _key("laptop")
    clock.now = end
    keys.end_former_secrets()
    assert [keys.check(key) for key in (b"laptop-key", b"new-key")] == [None, _key("laptop")]
    asyncio.run(keys.load())
    assert keys.check(b"laptop-key") is None


def test_a_rotation_reaches_another_worker_within_the_interval(
    store: Store, database_url: str
) -> None:
    """Without an overlap the former secret dies where it was just used."""
    mine = Store(database_url)
    keys = Keys(store=mine)

    async def story() -> None:
        assert keys.check(b"laptop-key") == _key("laptop")
        now = datetime.now(UTC)
        store.rotate_key("laptop", digest("second"), now=now, until=now + timedelta(hours=1))
        await _until(lambda: keys.check(b"second") is not None)
        assert keys.check(b"laptop-key") == _key("laptop")
        now = datetime.now(UTC)
        store.rotate_key("laptop", digest("third"), now=now, until=now)
        await _until(lambda: keys.check(b"third") is not None)
        assert [keys.check(key) for key in (b"laptop-key", b"second")] == [None, None]

    _watched(keys, story)
    mine.close()


def _uses(store: Store) -> dict[str, date | None]:
    return {row.name: row.last_used_on for row in store.list_keys()}


def test_the_day_of_the_last_use_is_stored_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often a key is used, a day is one write; no check writes, and the next day is
    another one."""
    store.add_key("server", digest("server-key"))
    clock = _Clock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    keys = Keys(store=store, clock=clock)
    written: list[tuple[list[bytes], date]] = []
    note_uses = store.note_uses

    def counted(digests: list[bytes], day: date) -> None:
        written.append((digests, day))
        note_uses(digests, day)

    monkeypatch.setattr(store, "note_uses", counted)
    asyncio.run(keys.load())
    for _ in range(3):
        assert keys.check(b"laptop-key")
        assert keys.check(b"wrong") is None
    assert written == []
    for _ in range(3):
        keys.check(b"laptop-key")
        asyncio.run(keys.write_uses())
    assert written == [([digest("laptop-key")], date(2026, 3, 1))]
    assert _uses(store) == {"laptop": date(2026, 3, 1), "server": None}
    keys.check(b"server-key")
    clock.now += timedelta(days=1)
    asyncio.run(keys.write_uses())  # of the day before
    keys.check(b"laptop-key")
    asyncio.run(keys.write_uses())
    assert _uses(store) == {"laptop": date(2026, 3, 2), "server": date(2026, 3, 1)}
    assert len(written) == 3


def test_uses_wait_for_a_store_that_is_away(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be written is written later, each use with its own day."""
    store.add_key("server", digest("server-key"))
    clock = _Clock(datetime(2026, 3, 1, 23, tzinfo=UTC))
    keys = Keys(store=store, clock=clock)
    asyncio.run(keys.load())

    def away(*_: object) -> None:
        raise StoreAway("store-missing")

    with monkeypatch.context() as patch:
        patch.setattr(store, "note_uses", away)
        for key in (b"laptop-key", b"server-key"):
            keys.check(key)
            asyncio.run(keys.write_uses())
            clock.now += timedelta(days=1)
            asyncio.run(keys.write_uses())
    asyncio.run(keys.write_uses())
    assert _uses(store) == {"laptop": date(2026, 3, 1), "server": date(2026, 3, 2)}


def test_the_watcher_stores_uses_and_wakes_at_midnight(store: Store) -> None:
    """A key that is used each midnight alone has its day."""
    clock = _Clock(datetime(2026, 3, 1, 23, 59, 59, 950_000, tzinfo=UTC))
    keys = Keys(store=store, clock=clock)

    async def story() -> None:
        await keys.load()
        keys.check(b"laptop-key")
        watcher = asyncio.create_task(keys.watch_uses(60.0))
        await _until(lambda: _uses(store)["laptop"] == date(2026, 3, 1))
        clock.now = datetime(2026, 3, 2, tzinfo=UTC)
        await _until(lambda: keys._day == date(2026, 3, 2))
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)

    asyncio.run(story())


def test_uses_of_given_keys_are_not_stored(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of the environment have no row; the store is not written to."""
    keys = Keys(GIVEN, store)
    monkeypatch.setattr(store, "note_uses", None)
    assert keys.check(b"0123456789abcdef") == _key("laptop")
    asyncio.run(keys.write_uses())
