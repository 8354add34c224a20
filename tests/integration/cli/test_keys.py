"""Keys that a service makes when it starts."""

import contextlib
import re
import subprocess
from pathlib import Path

from tests.support.databases import keys_of_service
from tests.support.service import LONGEST, command, environ, serving, until


def test_serve_makes_the_form_key_beside_the_first_one(tmp_path: Path) -> None:
    """A first start leaves a secret key and the page's; a second one neither."""
    with serving(tmp_path, store=True, workers=2) as first:
        assert first.create().status == 200
        assert "vcp_" not in first.log
    rows = keys_of_service(tmp_path)  # with the day of the use
    kinds = {name: (row.kind, row.origins, row.text[:4]) for name, row in rows.items()}
    assert kinds == {
        "first": ("secret", (), ""),
        "form": ("publishable", ("self",), "vcp_"),
    }
    with serving(tmp_path, store=True) as second:
        assert second.log.count("vcs_") == 0
    assert keys_of_service(tmp_path) == rows


def test_services_that_start_at_once_make_one_of_each(tmp_path: Path) -> None:
    """Two first starts on one store leave one first key and one form key."""
    arguments = command("serve", "--port", "0")
    logs = [tmp_path / f"{number}.log" for number in range(2)]
    with contextlib.ExitStack() as opened:
        started = [
            opened.enter_context(
                subprocess.Popen(
                    arguments,
                    env=environ(tmp_path, {}),
                    stdout=subprocess.DEVNULL,
                    stderr=opened.enter_context(log.open("wb")),
                )
            )
            for log in logs
        ]
        try:
            until(lambda: all(" started pid=" in log.read_text() for log in logs))
        finally:
            for process in started:
                process.terminate()
                process.wait(LONGEST)
    assert set(keys_of_service(tmp_path)) == {"first", "form"}
    assert sorted(len(re.findall(r"^  (vcs_\S+)$", log.read_text(), re.M)) for log in logs) == [
        0,
        1,
    ]


def test_a_form_key_works_from_the_services_own_page_alone(tmp_path: Path) -> None:
    """Over the wire: its own origin makes a card; another one, or none, is refused."""
    with serving(tmp_path, store=True) as service:
        key = keys_of_service(tmp_path)["form"].text
        own = service.url.rstrip("/")
        assert service.create(key=key, origin=own).outcome == (200, "card")
        assert service.create(key=key, referer=f"{own}/?a=b").outcome == (200, "card")
        refused = [
            service.create(key=key).outcome,
            service.create(key=key, origin="null", referer=own).outcome,
            service.create(key=key, origin="https://evil.example", referer=own).outcome,
            service.create(key=key, origin=own.replace("http:", "https:")).outcome,
            service.ask("DELETE", f"/c/{'A' * 22}.vcf", None, x_api_key=key, origin=own).outcome,
        ]
        assert refused == [(403, "E403")] * 5
        until(lambda: " key=form status=403 code=E403 cause=origin " in service.log)
        until(lambda: " key=form status=403 code=E403 cause=publishable " in service.log)
        assert key not in service.log
