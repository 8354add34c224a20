"""Three replicas behind nginx, which share PostgreSQL and Redis, are one service: for limits, links
and keys, and while one of them, or what they share, is away."""

import asyncio
import contextlib
import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlsplit

import pytest

from benchmarks.replicas import RATE, rolling_restart
from tests.support.cpu_budget import longer
from tests.support.domainchief import STUDIO
from tests.support.replicas import Deployment, Replica, deployed, missing_program
from tests.support.service import BODY, LONGEST, Answer, Served, request_over, until

LIMIT: Final = 60
"""Requests a minute of each publishable key."""

MINUTE: Final = 60.0
TRIES: Final = 3
"""Tries where a machine that is too slow lets a replica give Redis up."""

DEAD: Final = 2.0
"""Seconds in which a revoked key is dead everywhere."""

CALLERS: Final = 8
"""Callers at once, each with a connection of its own."""

ORIGIN: Final = "https://example.com"
CONTACTS: Final = "/domainchief/api/v1/contacts"
CARD: Final = (200, "card")


pytestmark = pytest.mark.timeout(300)
"""Seconds for a test with its fixtures: a dozen programs start, on a machine that may be slow."""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The deployment of this module: a test leaves all of it running."""
    missing = missing_program()
    if missing:
        pytest.skip(f"{missing} is not installed")
    settings = {"RATE_LIMIT_PUBLISHABLE": f"{LIMIT}/minute", "AUTODNS_AT": "off"}
    with deployed(tmp_path_factory.mktemp("replicas"), settings) as created:
        yield created


@pytest.fixture(scope="module")
def key(deployment: Deployment) -> str:
    """A secret key, without a limit, that all replicas know."""
    return deployment.add_key("secret")


_NUMBERS: Final = itertools.count(1)


def _publishable(deployment: Deployment) -> dict[str, str]:
    """Return the headers of a request with a new publishable key."""
    added = deployment.add_key(f"page-{next(_NUMBERS)}", ORIGIN)
    return {"x_api_key": added, "origin": ORIGIN, "content_type": "application/json"}


def _link(service: Served, key: str, query: str = "") -> Answer:
    """The answer to a request for a new link."""
    headers = {"x_api_key": key, "content_type": "application/json"}
    return service.ask("POST", f"/?as=link{query}", BODY, **headers)


def _path(created: Answer) -> str:
    """The path of a link that was created."""
    assert created.status == 201, created.body
    return str(urlsplit(created.json["url"]).path)


def _contact(service: Served, key: str, number: int) -> Answer:
    """The answer to a vendor's call that creates a contact."""
    return service.ask("POST", CONTACTS, _contact_body(number), **_bearer(key))


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}", "content_type": "application/json"}


def _contact_body(number: int) -> bytes:
    return json.dumps({**STUDIO, "company_name": f"Example {number} BV"}).encode()


def _times(deployment: Deployment, word: str) -> int:
    """How often the logs of all replicas have this word."""
    return sum(one.program.log.read_text().count(word) for one in deployment.replicas)


def test_a_limit_lets_its_number_through_all_replicas_together(deployment: Deployment) -> None:
    """Of 150 requests of a key, spread over all replicas, exactly the 60 of a minute pass."""
    for _ in range(TRIES):
        headers, began = _publishable(deployment), time.monotonic()
        before = _times(deployment, "rates-away")
        with ThreadPoolExecutor(CALLERS) as pool:
            calls = [
                pool.submit(deployment.served.ask, "POST", "/", BODY, **headers) for _ in range(150)
            ]
        answers = [call.result() for call in calls]
        # On a machine so slow that Redis is given up for a moment, the limit is open then.
        if _times(deployment, "rates-away") == before and time.monotonic() - began < MINUTE:
            break
    assert Counter(answer.status for answer in answers) == {200: LIMIT, 429: 150 - LIMIT}
    assert {one.headers["x-replica"] for one in answers} == {
        one.address for one in deployment.replicas
    }


def test_a_once_link_opens_once_for_200_callers(deployment: Deployment, key: str) -> None:
    """Of 200 GET that are sent at the same moment, over as many connections, one gets the card."""
    path = _path(_link(deployment.served, key, "&once=true"))
    request = f"GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".encode()

    async def opened() -> list[bytes]:
        streams = [await asyncio.open_connection("127.0.0.1", deployment.port) for _ in range(200)]
        for _, writer in streams:
            writer.write(request)
        async with asyncio.timeout(2 * LONGEST):
            responses = [await reader.read() for reader, _ in streams]
        for _, writer in streams:
            writer.close()
        return responses

    responses = asyncio.run(opened())
    assert Counter(one.split(b" ", 2)[1] for one in responses) == {b"200": 1, b"410": 199}
    (card,) = [one for one in responses if b" 200 " in one[:13]]
    assert b"\r\nBEGIN:VCARD\r\n" in card


def test_a_revoked_key_is_dead_everywhere(deployment: Deployment) -> None:
    """Two seconds after `keys revoke` has ended, each replica refuses the key."""
    added = deployment.add_key("laptop")
    limit = longer(DEAD)
    deployment.revoke_key("laptop")
    revoked = time.monotonic()
    for replica in deployment.replicas:
        until(partial(_refuses, replica, added))
    assert time.monotonic() - revoked < limit


def _refuses(replica: Replica, key: str) -> bool:
    return replica.served.create(key=key).outcome == (401, "E104")


@contextlib.contextmanager
def _away(stop: Callable[[], None], start: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Yield what stops a program; start it again at the end, for the tests that follow too."""
    stopped = False

    def stop_once() -> None:
        nonlocal stopped
        stopped = True
        stop()

    try:
        yield stop_once
    finally:
        if stopped:
            start()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of the load: what it asked for, its answer."""

    what: str
    answer: Answer

    @property
    def acknowledged(self) -> bool:
        return self.answer.status in (200, 201)


@contextlib.contextmanager
def _writing(deployment: Deployment, key: str, calls: list[Call]) -> Iterator[None]:
    """Create links and contacts through nginx for as long as the block runs, over CALLERS
    connections; add every call to `calls`."""
    stop = threading.Event()
    headers = {"x-api-key": key, "content-type": "application/json"}

    def caller() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", deployment.port, timeout=2 * LONGEST)
        with contextlib.closing(connection):
            while not stop.is_set():
                link = request_over(connection, "POST", "/?as=link", BODY, **headers)
                calls.append(Call(what="link", answer=link))
                body = _contact_body(next(_NUMBERS))
                contact = request_over(connection, "POST", CONTACTS, body, **_bearer(key))
                calls.append(Call(what="contact", answer=contact))

    with ThreadPoolExecutor(CALLERS) as pool:
        callers = [pool.submit(caller) for _ in range(CALLERS)]
        try:
            yield
        finally:
            stop.set()
        for one in callers:
            one.result()


def test_kill_9_of_a_replica_loses_what_was_in_flight_on_it(
    deployment: Deployment, key: str
) -> None:
    """Links, which may be sent again, lose nothing; contacts only what the killed replica had not
    answered. All that was acknowledged is there, and the others go on."""
    killed, *others = deployment.replicas
    calls: list[Call] = []
    with _away(killed.program.kill, killed.program.start) as kill, _writing(deployment, key, calls):
        until(lambda: len(calls) > 5 * CALLERS, longer(LONGEST))
        kill()
        at_the_kill = len(calls)
        until(lambda: len(calls) > at_the_kill + 10 * CALLERS, longer(LONGEST))
    failed = [call for call in calls if not call.acknowledged]
    assert {(call.what, call.answer.status) for call in failed} <= {("contact", 502)}
    assert len(failed) <= CALLERS
    assert {call.answer.headers["x-replica"].split(", ")[-1] for call in failed} <= {killed.address}
    acknowledged = [call for call in calls if call.acknowledged]
    for call, service in zip(acknowledged, itertools.cycle(others), strict=False):
        if call.what == "link":
            assert service.served.ask("GET", _path(call.answer)).outcome == CARD
        else:
            created = call.answer.json["data"]
            got = service.served.ask("GET", f"{CONTACTS}/{created['handle']}", **_bearer(key))
            assert got.json["data"] == created


def test_a_rolling_restart_under_load_loses_no_request(deployment: Deployment, key: str) -> None:
    """While 500 requests a second arrive, each replica is restarted, and every request succeeds,
    those too that nginx sends but once."""
    before = {one.program.process.pid for one in deployment.replicas}
    responses = rolling_restart(deployment, key)
    assert before.isdisjoint({one.program.process.pid for one in deployment.replicas})
    assert len(responses) > RATE
    assert Counter(one.status for one in responses) == {200: len(responses)}


def test_without_postgresql_cards_go_on_and_all_heals(deployment: Deployment, key: str) -> None:
    """What needs the database is 503 with Retry-After while it is away; cards are created, by every
    replica, and afterwards everything works again without a restart."""
    kept = _path(_link(deployment.served, key))
    pids = [one.program.process.pid for one in deployment.replicas]
    services = [deployment.served, *(one.served for one in deployment.replicas)]
    with _away(deployment.postgresql.stop, deployment.postgresql.start) as stop:
        stop()
        for service in services:
            assert service.create(key=key).outcome == CARD
            link, contact = _link(service, key), _contact(service, key, 0)
            assert (link.outcome, link.headers["retry-after"]) == ((503, "E503"), "5")
            assert (contact.status, contact.headers["retry-after"]) == (503, "5")
        for replica in deployment.replicas:
            until(partial(_is_degraded, replica, "store-"))
            assert replica.served.create(key=key).outcome == CARD
    for service in services:
        assert until(partial(_retried, partial(_link, service, key))).status == 201
        assert _contact(service, key, next(_NUMBERS)).status == 201
        assert service.ask("GET", kept).outcome == CARD
    for replica in deployment.replicas:
        until(replica.is_ready, 2 * LONGEST)
    assert pids == [one.program.process.pid for one in deployment.replicas]


def _is_degraded(replica: Replica, cause: str) -> bool:
    """Whether it goes on, and says that something is away: each cause begins with this one."""
    answer = replica.served.ask("GET", "/readyz")
    assert answer.status == 200
    causes = answer.json.get("causes", ())
    return bool(causes) and all(one.startswith(cause) for one in causes)


def _retried(ask: Callable[[], Answer]) -> Answer | None:
    """The answer, unless it is a 503 that asks for another try."""
    answer = ask()
    if answer.status == 503:
        assert int(answer.headers["retry-after"]) > 0
        return None
    return answer


def test_without_redis_cards_go_on_and_all_heals(deployment: Deployment) -> None:
    """Requests of a limited key pass uncounted while Redis is away, and every replica says so; it
    counts again afterwards."""
    headers = _publishable(deployment)
    with _away(deployment.redis.kill, deployment.redis.start) as kill:
        kill()
        for replica in deployment.replicas:
            for _ in range(5):
                assert replica.served.ask("POST", "/", BODY, **headers).outcome == CARD
            until(partial(_is_degraded, replica, "rates-away"))
            uncounted = replica.served.ask("POST", "/", BODY, **headers)
            assert "ratelimit-limit" not in uncounted.headers
    for replica in deployment.replicas:
        until(replica.is_ready)
        counted = until(partial(_counted, replica, headers))
        assert counted.headers["ratelimit-limit"] == f"{LIMIT}"


def _counted(replica: Replica, headers: Mapping[str, str]) -> Answer | None:
    """The answer to a request that was counted; None for another card."""
    answer = replica.served.ask("POST", "/", BODY, **headers)
    assert answer.outcome == CARD
    return answer if "ratelimit-limit" in answer.headers else None
