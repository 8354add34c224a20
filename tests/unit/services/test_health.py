"""What /readyz says: everything that fails is a cause, and nothing is requested it."""

import asyncio
import socket
import threading
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support import databases as stores
from tests.support.service import LONGEST, Inside, inside
from vcardsvc import background as upkeep
from vcardsvc.errors import Refused
from vcardsvc.http.context import AppContext
from vcardsvc.services.executor import Executor
from vcardsvc.services.health import HOLD, Health
from vcardsvc.store import Store, StoreAway


def test_a_failure_counts_for_a_while() -> None:
    """It is a cause until nothing of its kind has failed for HOLD seconds."""
    now = 100.0
    health = Health(lambda: now)
    health.failed("store-full")
    now += HOLD / 2
    health.failed("store-readonly")
    assert health.causes() == {"store-full", "store-readonly"}
    now += HOLD / 2
    assert health.causes() == {"store-readonly"}
    now += HOLD / 2
    assert health.causes() == frozenset()


def test_a_watch_is_believed_until_it_says_something_else() -> None:
    """What is watched stays as it was found; one watch does not speak for another."""
    health = Health()
    health.watched("probe", "store-full")
    health.watched("decoders", "decoders")
    assert health.causes() == {"store-full", "decoders"}
    health.watched("probe", "")
    assert health.causes() == {"decoders"}


def test_one_search_that_takes_too_long_is_no_outage() -> None:
    """It says nothing of the next request."""
    health = Health()
    health.failed("store-slow")
    assert health.causes() == frozenset()


@pytest.mark.parametrize("way", ["run", "run_in_background"])
def test_what_fails_on_behalf_of_callers_is_reported(way: str) -> None:
    """A write that the store refuses is a cause, whether or not somebody waits for it."""
    health = Health()

    def fail() -> None:
        raise StoreAway("store-full")

    async def story() -> None:
        with pytest.raises((Refused, StoreAway)):
            await getattr(Executor(1, "test", health.failed), way)(fail)

    asyncio.run(story())
    assert health.causes() == {"store-full"}


class Faulty(Store):
    """A store whose probes come to what stands here."""

    def __init__(self, *outcomes: Exception | threading.Event | None) -> None:
        self.left = list(outcomes)

    def probe(self) -> None:
        """The next outcome; at an event, wait for it."""
        outcome = self.left.pop(0) if self.left else None
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is not None:
            outcome.wait(LONGEST)


def test_the_store_is_probed_again_and_again() -> None:
    """Refusals, faults of ours and a store that hangs are causes until a probe passes."""
    health, hanging = Health(), threading.Event()
    store = Faulty(StoreAway("store-full"), RuntimeError("unforeseen"), None, hanging)
    seen: list[frozenset[str]] = []

    async def story() -> None:
        probing = asyncio.ensure_future(upkeep.probe(store, health, 0.01, 0.05))
        async with asyncio.timeout(LONGEST):
            while len(seen) < 5:
                if health.causes() != (seen[-1] if seen else frozenset()):
                    seen.append(health.causes())
                if health.causes() == {"store-slow"}:
                    hanging.set()
                await asyncio.sleep(0.001)
        probing.cancel()

    asyncio.run(story())
    assert seen == [
        {"store-full"}, {"store-failed"}, frozenset(), {"store-slow"}, frozenset(),
    ]  # fmt: skip


def test_without_a_store_nothing_is_probed() -> None:
    """A service without a database has no such work."""
    health = Health()
    asyncio.run(upkeep.probe(None, health))
    assert health.causes() == frozenset()


def _ready(app: Inside) -> tuple[int, Any]:
    answer = app.ask("GET", "/readyz")
    return answer.status, answer.json


def test_a_failed_write_is_reported_by_readyz_while_cards_are_created(tmp_path: Path) -> None:
    """degraded, with the cause, and the gauge beside it."""
    url = stores.url(tmp_path / "cards.db")
    store = Store(url)
    store.migrate()
    store.close()
    with inside(database_url=url, log_requests=False) as app:
        assert _ready(app) == (200, {"status": "ready"})
        app.context.health.failed("store-full")
        assert _ready(app) == (200, {"status": "degraded", "causes": ["store-full"]})
        assert b"\nvcardsvc_store_degraded 1.0\n" in app.ask("GET", "/metrics").body
        assert app.create().outcome == (200, "card")


def _no_cause() -> str:
    """The URL of a Redis that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"redis://127.0.0.1:{taken.getsockname()[1]}/0"


CLOSED: tuple[tuple[dict[str, Any], int, str, str], ...] = (
    ({"rate_limit": "9/minute", "rate_limit_closed": True}, 503, "unavailable", "rates-closed"),
    ({"rate_limit": "off", "rate_limit_closed": True}, 200, "degraded", "rates-closed"),
    ({"rate_limit": "9/minute", "rate_limit_closed": False}, 200, "degraded", "rates-away"),
)
"""Settings of a service with one secret key, and what /readyz says while Redis is away."""


@pytest.mark.parametrize(("settings", "status", "word", "cause"), CLOSED)
def test_a_redis_that_is_away_is_reported_before_anybody_calls(
    settings: dict[str, Any], status: int, word: str, cause: str
) -> None:
    """503 where a closed limit refuses every key there is, degraded else."""

    async def known(context: AppContext) -> None:
        async with asyncio.timeout(LONGEST):
            while not context.causes():
                await asyncio.sleep(0.05)

    with inside(redis_url=_no_cause(), log_requests=False, **settings) as app:
        app.runner.run(known(app.context))
        assert _ready(app) == (status, {"status": word, "causes": [cause]})
        assert app.create().status == (503 if status == 503 else 200)


def test_decoders_that_cannot_be_started_are_a_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until they can be."""
    monkeypatch.setattr(upkeep, "WARM_UP", 60.0)  # the application's own decoders stay out of it
    monkeypatch.setattr(upkeep, "WARM_UP_AGAIN", 0.2)
    seen: list[tuple[str, ...]] = []

    class Refusing:
        def __init__(self, context: AppContext) -> None:
            self.context = context

        async def start(self) -> None:
            seen.append(self.context.causes())
            if len(seen) < 2:
                raise OSError

    with inside(log_requests=False) as app:
        app.runner.run(asyncio.sleep(0))
        monkeypatch.setattr(upkeep, "WARM_UP", 0.0)
        refusing = cast(Any, Refusing(app.context))
        app.runner.run(upkeep.warm_up(refusing, app.context))
        seen.append(app.context.causes())
    assert seen == [(), ("decoders",), ()]
