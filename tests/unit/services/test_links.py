"""Links answer from memory where they can, and from the store where only it knows."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import pytest

from tests.support import databases as stores
from vcardsvc.errors import Refused
from vcardsvc.model.request import Document
from vcardsvc.services import links as link_service
from vcardsvc.services.links import DAY, ID, Gone, LinkedCard, Links
from vcardsvc.store import REMEMBERED, Store, StoreAway

T = TypeVar("T")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CARD = Document(
    chunks=(b"BEGIN:VCARD\r\n", b"END:VCARD\r\n"),
    size=24,
    etag='"abc"',
    content_type="text/vcard; charset=utf-8",
    filename="john.vcf",
)
NOBODYS = "A" * 22
LONGEST = 10.0
"""Seconds after which what should have happened did not, on a slow machine too."""


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database of this test lies."""
    return tmp_path / "links.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """A migrated store without links."""
    created = Store(stores.url(path))
    created.migrate()
    yield created
    created.close()


@pytest.fixture
def clock() -> Clock:
    """The clock of this test's links."""
    return Clock()


@pytest.fixture
def links(store: Store, clock: Clock) -> Links:
    """The links of one worker."""
    return Links(store, clock=clock)


def _run(work: Awaitable[T]) -> T:
    async def waited() -> T:
        async with asyncio.timeout(LONGEST):
            return await work

    return asyncio.run(waited())


def _keep(links: Links, *, once: bool = False, ttl: int = 60, owner: str = "laptop") -> str:
    return _run(links.create(CARD, owner=owner, ttl=ttl, once=once))[0]


def _kept(*, once: bool = False, octets: bytes = CARD.octets, ttl: int = 60) -> LinkedCard:
    return LinkedCard(
        size=24,
        etag='"abc"',
        content_type="text/vcard; charset=utf-8",
        filename="john.vcf",
        once=once,
        expires_at=NOW + timedelta(seconds=ttl),
        octets=octets,
    )


def _forbidden(*_: object) -> NoReturn:
    raise AssertionError("the store was asked")


def _away(*_: object) -> NoReturn:
    raise StoreAway("store-missing")


def _break(monkeypatch: pytest.MonkeyPatch, store: Store, by: Callable[..., NoReturn]) -> None:
    for name in ("add_link", "read_link", "has_link", "take_link", "delete_link", "purge_links"):
        monkeypatch.setattr(store, name, by)


def _counting(monkeypatch: pytest.MonkeyPatch, store: Store, name: str) -> list[bytes]:
    """The digests that this method of the store is requested from now on."""
    queries: list[bytes] = []
    real = getattr(store, name)

    def counted(digest: bytes) -> Any:
        queries.append(digest)
        return real(digest)

    monkeypatch.setattr(store, name, counted)
    return queries


def _refusal(work: Awaitable[Any]) -> tuple[str, int, str, int | None]:
    """Code, status, cause and Retry-After."""
    with pytest.raises(Refused) as refused:
        _run(work)
    (problem,) = refused.value.problems
    return problem.code.name, problem.http_status, problem.cause, problem.retry_after


def test_a_card_is_kept_and_found(links: Links, store: Store, clock: Clock) -> None:
    """What was kept is found by its id, here and by another worker, as often as one likes."""
    id = _keep(links)
    other = Links(store, clock=clock)
    assert [_run(each.find(id)) for each in (links, other, links, other)] == [_kept()] * 4
    assert _run(links.take(id)) == _kept()


def test_an_id_is_128_random_bits_and_is_not_kept(links: Links, path: Path, store: Store) -> None:
    """Ids have 22 URL-safe characters, no two are alike, and no file of the store has one."""
    ids = [_keep(links) for _ in range(50)]
    assert all(ID.fullmatch(id) for id in ids)
    assert len({id[:8] for id in ids}) == len(ids)
    written = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert CARD.octets in written
    assert [id for id in ids if id.encode() in written] == []


@pytest.mark.parametrize(
    ("ttl", "lives"), [(60, 60), (0, DAY), (DAY, DAY), (100_000, 100_000), (100_001, 100_000)]
)
def test_a_link_lives_as_long_as_its_option_says(
    store: Store, clock: Clock, ttl: int, lives: int
) -> None:
    """So many seconds, a day by default, never longer than the ceiling."""
    links = Links(store, max_ttl=100_000, clock=clock)
    id, end = _run(links.create(CARD, owner="laptop", ttl=ttl, once=False))
    assert (end, _run(links.find(id))) == (NOW + timedelta(seconds=lives), _kept(ttl=lives))


@pytest.mark.parametrize("cold", [False, True])
def test_a_link_ends_by_the_clock(links: Links, store: Store, clock: Clock, cold: bool) -> None:
    """A link that expired is gone, unpurged or not; after 30 days it never was."""
    id = _keep(links)
    if cold:
        links = Links(store, clock=clock)
    end = NOW + timedelta(seconds=60)
    tick = timedelta(microseconds=1)
    found = []
    for clock.now in (end - tick, end, end + REMEMBERED - tick, end + REMEMBERED):
        found.append(_run(links.find(id)))
    assert found == [_kept(), Gone(since=end), Gone(since=end), None]
    clock.now = end
    _run(links.purge())
    assert _run(links.find(id)) == Gone(since=end)
    clock.now = end + REMEMBERED
    assert (_run(links.purge()), _run(links.find(id))) == (1, None)


def test_a_hot_card_needs_no_query(
    links: Links, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card that was just kept or found is served without the store."""
    id = _keep(links)
    _break(monkeypatch, store, _forbidden)
    assert _run(links.find(id)) == _kept()


def test_a_deletion_elsewhere_is_seen_when_the_card_is_not_fresh(
    links: Links, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker's deletion is seen at the next question after FRESH seconds."""
    id = _keep(links)
    assert _run(Links(store, clock=clock).delete(id, "laptop")) is True
    assert _run(links.find(id)) == _kept()
    monkeypatch.setattr(link_service, "FRESH", 0.0)
    assert _run(links.find(id)) == Gone(since=NOW)
    assert link_service.FRESH < 2


def test_everybody_who_asks_at_once_shares_one_question(
    links: Links, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty requests for a card that is not fresh look into the store once."""
    id = _keep(links)
    queries = _counting(monkeypatch, store, "has_link")
    monkeypatch.setattr(link_service, "FRESH", 0.0)

    async def all_at_once() -> list[LinkedCard | Gone | None]:
        return await asyncio.gather(*(links.find(id) for _ in range(50)))

    assert (_run(all_at_once()), len(queries)) == ([_kept()] * 50, 1)


def test_memory_is_bounded(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cards requested last stay in memory; the others, and one too large, are read again."""
    links = Links(store, clock=clock, cache_bytes=2 * (24 + link_service.OVERHEAD))
    first, second = _keep(links), _keep(links)
    assert _run(links.find(first)) == _kept()
    third = _keep(links)
    read = _counting(monkeypatch, store, "read_link")
    counts = []
    for id in (first, third, second, first):
        assert _run(links.find(id)) == _kept()
        counts.append(len(read))
    assert counts == [0, 0, 1, 2]
    small = Links(store, clock=clock, cache_bytes=24)
    assert [_run(small.find(first)) for _ in range(2)] == [_kept()] * 2
    assert len(read) == 4


def test_a_card_that_opens_once_is_taken_once(links: Links, store: Store, clock: Clock) -> None:
    """Finding it takes nothing and shows nothing; of fifty takers one gets it."""
    id = _keep(links, once=True)
    other = Links(store, clock=clock)
    assert [_run(each.find(id)) for each in (links, other)] == [_kept(once=True, octets=b"")] * 2

    async def all_at_once() -> list[LinkedCard | Gone | None]:
        return await asyncio.gather(*((links, other)[n % 2].take(id) for n in range(50)))

    taken = _run(all_at_once())
    assert taken.count(_kept(once=True)) == 1
    assert taken.count(Gone(since=NOW)) == 49
    assert _run(other.find(id)) == Gone(since=NOW)


def test_a_link_is_removed_by_its_owner(links: Links) -> None:
    """Another key, or an unknown id, removes nothing and learns nothing; the owner learns it
    went."""
    id = _keep(links)
    calls = ((id, "server"), (NOBODYS, "laptop"), (id, "laptop"), (id, "laptop"), (id, "server"))
    gone = Gone(since=NOW)
    assert [_run(links.delete(*call)) for call in calls] == [False, False, True, gone, False]
    assert _run(links.find(id)) == gone


def test_a_key_may_keep_so_many(store: Store, clock: Clock) -> None:
    """Over the ceiling is E113 until the first of them ends; another key is not concerned."""
    links = Links(store, per_key=2, clock=clock)
    _keep(links, ttl=90)
    _keep(links, ttl=60)
    clock.now += timedelta(seconds=0.5)
    third = links.create(CARD, owner="laptop", ttl=60, once=False)
    assert _refusal(third) == ("E113", 429, "links", 60)
    assert _keep(links, owner="server")
    clock.now = NOW + timedelta(seconds=60)
    assert _keep(links)


@pytest.mark.parametrize(
    "id", ["", "A" * 21, "A" * 23, "A" * 21 + "B", "A" * 21 + "\n", "A" * 22 + "\n", "é" + "A" * 21]
)
def test_a_malformed_id_needs_no_query(
    links: Links, store: Store, monkeypatch: pytest.MonkeyPatch, id: str
) -> None:
    """What no link has ever been called is not looked up."""
    _break(monkeypatch, store, _forbidden)
    assert (_run(links.find(id)), _run(links.take(id))) == (None, None)
    assert _run(links.delete(id, "laptop")) is False


def test_with_the_store_away_hot_cards_are_served(
    links: Links, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card in memory is good until it ends, fresh or not; all else is E503, and comes back."""
    id, cold = _keep(links), _keep(Links(store, clock=Clock()))
    away = ("E503", 503, "store-missing", 5)
    with monkeypatch.context() as broken:
        _break(broken, store, _away)
        broken.setattr(link_service, "FRESH", 0.0)
        assert [_run(links.find(id)) for _ in range(2)] == [_kept()] * 2
        keeping = links.create(CARD, owner="laptop", ttl=60, once=False)
        calls = (links.find(cold), links.take(cold), links.delete(id, "laptop"), keeping)
        assert [_refusal(call) for call in calls] == [away] * 4
    assert _run(links.find(cold)) == _kept()


def test_without_a_store_nothing_is_kept() -> None:
    """A service without a database says so with E406, and every link is one that never was."""
    links = Links()
    assert links.available is False
    keeping = links.create(CARD, owner="laptop", ttl=60, once=False)
    assert _refusal(keeping) == ("E406", 406, "no-store", None)
    assert (_run(links.find(NOBODYS)), _run(links.take(NOBODYS))) == (None, None)
    assert (_run(links.delete(NOBODYS, "laptop")), _run(links.purge())) == (False, 0)
    _run(links.watch())


def _watched(links: Links, done: Callable[[], bool]) -> None:
    async def story() -> None:
        watcher = asyncio.create_task(links.watch(0.01))
        async with asyncio.timeout(LONGEST):
            while not done():
                await asyncio.sleep(0.01)
        assert not watcher.done()
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)

    asyncio.run(story())


def test_the_watcher_purges_and_outlives_faults(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is away is reported and queried again; then what expired is dropped."""
    faults: list[Exception] = []
    links = Links(store, clock=clock, on_fault=faults.append)
    id = _keep(links)
    clock.now = NOW + timedelta(seconds=60)
    with monkeypatch.context() as broken:
        _break(broken, store, _away)
        _watched(links, lambda: len(faults) >= 2)
    assert {type(fault) for fault in faults} == {StoreAway}
    row = store.read_link(link_service._digest(id))
    assert row is not None
    assert row.octets == CARD.octets

    def dropped() -> bool:
        row = store.read_link(link_service._digest(id))
        return row is not None and row.octets is None

    _watched(links, dropped)


def test_a_slow_store_delays_no_other_request(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While every question to the store hangs, the next is E503 in time and other threads work."""
    links, release = Links(store), threading.Event()
    monkeypatch.setattr(links._executor._slots, "_seconds", 0.05)
    monkeypatch.setattr(store, "read_link", lambda _: release.wait(LONGEST) and None)

    async def queries() -> None:
        hanging = [asyncio.ensure_future(links.find(NOBODYS)) for _ in range(link_service.THREADS)]
        await asyncio.sleep(0)
        with pytest.raises(Refused) as refused:
            await links.find(NOBODYS)
        assert [problem.cause for problem in refused.value.problems] == ["store-slow"]
        assert await asyncio.to_thread(lambda: "free") == "free"
        release.set()
        assert await asyncio.gather(*hanging) == [None] * link_service.THREADS
        assert await links.find(NOBODYS) is None

    _run(queries())
