"""Keys over the wire: created, shown once, added and revoked while workers run.

CONTRACT 1 (the key is mandatory and case-sensitive) and 3 (E104).
"""

import re
import subprocess
from pathlib import Path

from tests.support.cpu_budget import longer
from tests.support.service import (
    BODY,
    KEY,
    LONGEST,
    Answer,
    Served,
    command,
    environ,
    serving,
    until,
)

SOON = 5.0
"""Seconds in which every worker must have learned of a change; it asks every 2."""

TRIES = 40
"""Requests over connections of their own, which reach both of two workers."""

CARD, REFUSED = (200, "card"), (401, "E104")


def _run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        command(*arguments),
        env=environ(folder, {}),
        cwd=folder,
        capture_output=True,
        timeout=LONGEST,
        check=True,
        text=True,
    )
    return done.stdout.strip()


def _everywhere(service: Served, key: str, outcome: tuple[int, str]) -> bool:
    return all(service.create(key=key).outcome == outcome for _ in range(TRIES))


def test_the_printed_curl_line_gives_a_card_and_the_key_is_shown_once(tmp_path: Path) -> None:
    """A first start prints a key, the page's link, and a line that works in a shell; a second names
    `keys add`."""
    with serving(tmp_path, store=True) as first:
        lines = [line.strip() for line in first.log.splitlines()]
        (curl,) = [line for line in lines if line.startswith("curl ")]
        assert first.log.count(first.key) == 2
        assert f"{first.url}" in lines
        done = subprocess.run(
            ["sh", "-c", curl], capture_output=True, timeout=LONGEST, check=True, cwd=tmp_path
        )
        answer = Answer(
            status=200, body=done.stdout, headers={"content-type": "text/vcard; charset=utf-8"}
        )
        assert answer.outcome == CARD
        assert b"\r\nTEL;TYPE=CELL,VOICE:+16502530000\r\n" in answer.body
        assert first.key not in "".join(line for line in lines if " info " in line)
    with serving(tmp_path, store=True) as second:
        assert not re.search(r"vcs_|curl", second.log)
        assert "vcardsvc keys add NAME" in second.log
        assert second.create(key=first.key).outcome == CARD


def test_keys_come_and_go_in_every_worker_while_it_runs(tmp_path: Path) -> None:
    """A key that is added, or revoked, is good, or dead, in both workers within seconds."""
    with serving(tmp_path, store=True, workers=2) as service:
        added = _run(tmp_path, "keys", "add", "laptop")
        until(lambda: _everywhere(service, added, CARD), longer(SOON))
        assert _everywhere(service, added.swapcase(), REFUSED)
        assert _run(tmp_path, "keys", "revoke", "laptop") == ""
        until(lambda: _everywhere(service, added, REFUSED), longer(SOON))
        assert _everywhere(service, service.key, CARD)
        assert added not in service.log
        assert " key=laptop status=200 " in service.log
        assert re.search(r"key=- status=401 code=E104 cause=key ", service.log)


def test_known_keys_stay_good_while_the_store_is_away(tmp_path: Path) -> None:
    """With the database moved away /readyz says degraded with 200, and cards are still created."""
    with serving(tmp_path, store=True) as service:
        assert service.ask("GET", "/readyz").json == {"status": "ready"}
        database = tmp_path / "data" / "vcardsvc" / "vcardsvc.db"
        away = database.rename(tmp_path / "away.db")
        degraded = {"status": "degraded", "causes": ["store-missing"]}
        until(lambda: service.ask("GET", "/readyz").json == degraded, longer(SOON))
        assert service.ask("GET", "/readyz").status == 200
        assert service.create().outcome == CARD
        until(lambda: " warning store-away\n" in service.log, longer(SOON))
        until(lambda: " warning degraded causes=store-missing\n" in service.log, longer(SOON))
        assert b"\nvcardsvc_keys_degraded 1.0\n" in service.ask("GET", "/metrics").body
        away.rename(database)
        until(lambda: service.ask("GET", "/readyz").json == {"status": "ready"}, LONGEST)
        until(lambda: " info store-back\n" in service.log, longer(SOON))
        until(lambda: " info recovered\n" in service.log, longer(SOON))


def test_keys_of_the_environment_are_the_only_keys(tmp_path: Path) -> None:
    """With VCARDSVC_API_KEYS no store is opened, and several keys have names of their own."""
    keys = {"API_KEYS": f"one:{KEY}, two:{KEY.upper()}"}
    with serving(tmp_path, keys) as service:
        assert service.create().outcome == CARD
        assert service.create(key=KEY.upper()).outcome == CARD
        assert service.create(key=KEY.title()).outcome == REFUSED
        assert service.ask("POST", "/", BODY).outcome == REFUSED
        until(lambda: " key=two status=200 " in service.log)
    assert not (tmp_path / "data").exists()
    assert KEY.lower() not in service.log.lower()
