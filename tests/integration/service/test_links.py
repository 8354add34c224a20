"""Links over the wire: opened by anybody who has the address, once where that is requested, deleted
by the key that created them; kept through a restart and a kill.

Cards are put into the service's own database from here, as another worker would.
"""

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support import databases as stores
from tests.support.service import KEY, OWNER, Answer, Inside, inside, serving, until
from vcardsvc.model.request import Document
from vcardsvc.services.links import Links
from vcardsvc.settings import ApiKey
from vcardsvc.store import Store

CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jo Example\r\n" + b"NOTE:x\r\n" * 9000 + b"END:VCARD\r\n"
DOCUMENT = Document(chunks=(CARD,), size=len(CARD), etag='"abc"', filename="jo.vcf")
FIRST = "first"
"""The name of the key that a first start makes."""

ELSEWHERE = 2.0
"""Seconds in which a deletion is seen by every worker."""

OTHERS = "another-key-of-the-tests-0123456789"
TRIES = 40
"""Requests over connections of their own, which reach both of two workers."""


def _database(folder: Path) -> Path:
    return folder / "data" / "vcardsvc" / "vcardsvc.db"


def _link(folder: Path, **options: Any) -> str:
    """The path of a new link in the database of the service that runs in `folder`."""
    store = Store(stores.url(_database(folder)))
    given = {"owner": FIRST, "ttl": 600, "once": False, **options}
    id, _ = asyncio.run(Links(store).create(DOCUMENT, **given))
    store.close()
    return f"/c/{id}.vcf"


def _ages(answer: Answer) -> dict[str, str]:
    """The headers, but for those that differ from time to time."""
    changing = ("date", "x-request-id", "cache-control")
    return {name: value for name, value in answer.headers.items() if name not in changing}


def test_a_link_is_opened_and_deleted(tmp_path: Path) -> None:
    """GET and HEAD need no key, DELETE the right one, and no log line or metric has the id."""
    with serving(tmp_path, store=True) as service:
        path = _link(tmp_path)
        got, head = service.ask("GET", path), service.ask("HEAD", path)
        assert (got.outcome, got.body) == ((200, "card"), CARD)
        assert _ages(got) == {
            "content-type": "text/vcard; charset=utf-8",
            "content-disposition": 'inline; filename="jo.vcf"',
            "etag": '"abc"',
            "accept-ranges": "bytes",
            "x-robots-tag": "noindex, nofollow",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'",
            "content-length": str(len(CARD)),
        }
        assert got.headers["cache-control"] == "private, max-age=60"
        assert (head.status, head.body, _ages(head)) == (200, b"", _ages(got))
        part = service.ask("GET", path, range="bytes=0-10")
        assert (part.status, part.body) == (206, CARD[:11])
        known = service.ask("GET", path, if_none_match='"abc"')
        assert (known.status, known.body) == (304, b"")
        assert service.ask("DELETE", path).outcome == (401, "E104")
        deleted = service.ask("DELETE", path, x_api_key=service.key)
        assert (deleted.status, deleted.body) == (204, b"")
        assert service.ask("GET", path).outcome == (410, "E404")
        assert service.ask("DELETE", path, x_api_key=service.key).outcome == (410, "E404")
        until(lambda: " status=410 code=E404 cause=gone " in service.log)
        id = path[3:25]
        assert id.encode() not in service.ask("GET", "/metrics").body
        assert id not in service.log


def test_a_link_outlives_kill_9(tmp_path: Path) -> None:
    """A maker killed right after its link was acknowledged, then the service killed and started
    anew: the card is there."""
    code = (
        "import asyncio, os, signal, sys; from vcardsvc.model.request import Document\n"
        "from vcardsvc.services.links import Links; from vcardsvc.store import Store\n"
        "card = sys.stdin.buffer.read()\n"
        "document = Document(chunks=(card,), size=len(card), etag='\"abc\"')\n"
        "keeping = Links(Store(sys.argv[1])).create(document, owner='first', ttl=600, once=False)\n"
        "print('/c/' + asyncio.run(keeping)[0] + '.vcf', flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    with serving(tmp_path, store=True) as service:
        maker = stores.run(code, stores.url(_database(tmp_path)))
        path = maker.communicate(CARD.decode(), timeout=30)[0].strip()
        assert maker.returncode == -signal.SIGKILL
        os.killpg(service.process.pid, signal.SIGKILL)
    with serving(tmp_path, store=True) as service:
        got = service.ask("GET", path)
        assert (got.outcome, got.body) == ((200, "card"), CARD)


def test_a_card_that_opens_once_goes_to_one_of_fifty(tmp_path: Path) -> None:
    """With two workers one GET of fifty gets the card; HEAD and previews before took nothing."""
    with serving(tmp_path, store=True, workers=2) as service:
        path = _link(tmp_path, once=True)
        for _ in range(3):
            head = service.ask("HEAD", path)
            assert (head.status, head.headers["content-length"]) == (200, str(len(CARD)))
            preview = service.ask("GET", path, user_agent="WhatsApp/2.24.1 A")
            assert preview.outcome == (403, "E403")
        answers: list[Answer] = []
        threads = [
            threading.Thread(target=lambda: answers.append(service.ask("GET", path)))
            for _ in range(50)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answer.outcome for answer in answers) == [(200, "card")] + 49 * [
            (410, "E404")
        ]
        (card,) = [answer for answer in answers if answer.status == 200]
        assert (card.body, card.headers["cache-control"]) == (CARD, "no-store")


def test_a_deletion_is_seen_by_every_worker(tmp_path: Path) -> None:
    """Two seconds after a DELETE neither of two workers serves the card from memory."""
    with serving(tmp_path, store=True, workers=2) as service:
        path = _link(tmp_path)
        assert {service.ask("GET", path).status for _ in range(TRIES)} == {200}
        assert service.ask("DELETE", path, x_api_key=service.key).status == 204
        time.sleep(ELSEWHERE)
        assert {service.ask("GET", path).status for _ in range(TRIES)} == {410}


def test_with_the_database_away_hot_links_are_served(tmp_path: Path) -> None:
    """A card in memory is served while the database is away, another is E503 with Retry-After."""
    with serving(tmp_path, store=True) as service:
        hot, cold = _link(tmp_path), _link(tmp_path)
        assert service.ask("GET", hot).status == 200
        away = _database(tmp_path).rename(tmp_path / "away.db")
        time.sleep(1.1)
        assert service.ask("GET", hot).outcome == (200, "card")
        answer = service.ask("GET", cold)
        assert (answer.outcome, answer.headers["retry-after"]) == ((503, "E503"), "5")
        away.rename(_database(tmp_path))
        assert service.ask("GET", cold).outcome == (200, "card")


def test_an_expired_card_leaves_the_disk_of_a_service_that_starts(tmp_path: Path) -> None:
    """A service that starts drops what expired before it."""
    with serving(tmp_path, store=True):
        pass
    path = _link(tmp_path, ttl=1)
    files = list(_database(tmp_path).parent.iterdir())
    assert b"Jo Example" in b"".join(file.read_bytes() for file in files)
    time.sleep(1.1)
    with serving(tmp_path, store=True) as service:
        assert service.ask("GET", path).outcome == (410, "E404")
        until(
            lambda: (
                b"Jo Example"
                not in b"".join(file.read_bytes() for file in _database(tmp_path).parent.iterdir())
            )
        )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """The application in this process, with a store and two keys."""
    url = stores.url(tmp_path_factory.mktemp("links") / "links.db")
    with contextlib.closing(Store(url)) as store:
        store.migrate()
    keys = (ApiKey(name=OWNER, key=KEY), ApiKey(name="other", key=OTHERS))
    with inside(database_url=url, api_keys=keys, log_requests=False) as app:
        yield app


def _inside(app: Inside, *, once: bool = False) -> str:
    keeping = app.context.links.create(DOCUMENT, owner=OWNER, ttl=600, once=once)
    return f"/c/{app.runner.run(keeping)[0]}.vcf"


NOBODYS = f"/c/{'A' * 22}.vcf"


def test_a_link_tells_only_its_owner_about_itself(kept: Inside) -> None:
    """For another key a link is like one that never was, before and after it went."""
    path = _inside(kept)

    def delete(path: str, key: str) -> tuple[int, Any]:
        answer = kept.ask("DELETE", path, headers=[(b"x-api-key", key.encode())])
        return answer.status, answer.body and answer.json

    never = delete(NOBODYS, OTHERS)
    assert never[0] == 404
    assert delete(path, OTHERS) == never
    assert delete(path, "wrong" + KEY)[0] == 401
    assert delete(path, KEY) == (204, b"")
    assert delete(path, OTHERS) == never
    assert delete(path, KEY)[0] == 410


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "OPTIONS", "BREW", "get"])
def test_other_methods_are_405(kept: Inside, method: str) -> None:
    """What is no GET, HEAD or DELETE is E100 with 405, whether the link is there or not."""
    for path in (_inside(kept), NOBODYS):
        answer = kept.ask(method, path)
        assert (answer.outcome, answer.headers["allow"]) == ((405, "E100"), "GET, HEAD, DELETE")


@pytest.mark.parametrize(
    "path",
    [NOBODYS, "/c/", "/c", "/c/x.vcf", NOBODYS + "\n", NOBODYS[:-4], "/C" + NOBODYS[2:],
     NOBODYS.replace(".vcf", ".VCF"), NOBODYS + "/", "/" + NOBODYS, f"/c/{'A' * 21}B.vcf"],
)  # fmt: skip
def test_what_is_no_link_is_404(kept: Inside, path: str) -> None:
    """An id that was never given, and a path that no link has, are E404."""
    assert kept.ask("GET", path).outcome == (404, "E404")


def test_a_range_outside_says_how_long_the_card_is(kept: Inside) -> None:
    """416 is the failure JSON, with the length in Content-Range."""
    answer = kept.ask("GET", _inside(kept), headers=[(b"range", b"bytes=100000-")])
    assert answer.outcome == (416, "E416")
    assert answer.headers["content-range"] == f"bytes */{len(CARD)}"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("header", [(b"purpose", b"prefetch"), (b"user-agent", b"Slackbot 1.0")])
def test_a_preview_opens_what_opens_again(kept: Inside, header: tuple[bytes, bytes]) -> None:
    """Previews are refused, with E403, where they would take the card, and only there."""
    once, again = _inside(kept, once=True), _inside(kept)
    assert kept.ask("GET", once, headers=[header]).outcome == (403, "E403")
    assert kept.ask("GET", again, headers=[header]).outcome == (200, "card")
    assert kept.ask("GET", once).outcome == (200, "card")
    assert kept.ask("GET", once).outcome == (410, "E404")


def test_an_overloaded_service_says_503(kept: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the number of requests at once links are E503 like all work."""
    path = _inside(kept)
    with monkeypatch.context() as overloaded:
        overloaded.setattr(kept.context.load, "in_flight", kept.context.settings.max_in_flight)
        answer = kept.ask("GET", path)
    assert (answer.outcome, answer.headers["retry-after"]) == ((503, "E503"), "1")
    assert kept.ask("GET", path).outcome == (200, "card")


def test_a_service_without_a_database_has_no_links(app: Inside) -> None:
    """Without a store every link is one that never was."""
    assert app.ask("GET", NOBODYS).outcome == (404, "E404")
    assert app.ask("DELETE", NOBODYS, headers=[(b"x-api-key", KEY.encode())]).outcome == (
        404,
        "E404",
    )


def test_an_expired_link_is_410_then_404(kept: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """For 30 days after its end a link is gone; after that there never was one."""
    path = _inside(kept)
    outcomes = []
    for days in (0, 1, 29, 31):
        now = datetime.now(UTC) + timedelta(days=days)
        monkeypatch.setattr(kept.context.links, "_clock", lambda now=now: now)
        outcomes.append(kept.ask("GET", path).outcome)
    assert outcomes == [(200, "card"), (410, "E404"), (410, "E404"), (404, "E404")]
