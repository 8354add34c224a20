"""What a service logs and counts."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.service import BODY, KEY, OWNER, TOP, Served, metric_samples, origin, serving

WORDS = ("Xaverine", "Quillfeather", "Zephyrworks", "Overmiller", "murmuration", "6502530199",
         "xq@zephyr.example", "Thistledown", "zephyr.example", "palimpsest", "vagabondage",
         "127.0.0.1", "curlicue.png", "wrong-key-0123456789", "sesquipedal")  # fmt: skip
"""Words that stand in the requests below and nowhere else."""

REQUEST = {
    "action": "createcontact",
    "name": {"first-name": "Xaverine", "last-name": "Quillfeather", "suffix": "palimpsest"},
    "organization": "Zephyrworks",
    "title": "Overmiller",
    "note": "murmuration",
    "phone": [{"number": "+16502530199"}],
    "email": [{"id": "xq@zephyr.example"}],
    "physical-address": [{"address": "Thistledown"}],
    "website": [{"url": "https://zephyr.example/", "label": "vagabondage"}],
}
BAD = {
    **REQUEST,
    "name": {"first-name": "Xaverine!", "suffix": "palimpsest\x07"},
    "phone": [{"number": "+16502530199", "label": "vagabondage"}],
    "website": [{"url": "sesquipedal:murmuration"}],
    "uid": ["Thistledown"],
}


def _everything(service: Served, photo: str) -> list[tuple[int, str]]:
    def created(request: Any, **headers: str) -> tuple[int, str]:
        return service.create(json.dumps(request).encode(), **headers).outcome

    photos = (f"{photo}/curlicue.png", "http://127.0.0.2/curlicue.png", "http://zephyr.example:x/")
    return [
        created(REQUEST, x_request_id="Xaverine Quillfeather", user_agent="sesquipedal"),
        created(BAD),
        created(REQUEST, key="wrong-key-0123456789"),
        *(created({**REQUEST, "photo-url": url}) for url in photos),
        service.create(b'{"murmuration": ' + BODY).outcome,
        service.ask("POST", "/Thistledown?filename=palimpsest", BODY).outcome,
    ]


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_nothing_personal_is_logged_or_counted(tmp_path: Path, log_format: str) -> None:
    """Names, numbers, keys, URLs, hosts, notes and addresses are in no log line and no metric."""
    with origin(b"not an image") as photos:
        settings = {**photos.settings, "LOG_FORMAT": log_format}
        with serving(tmp_path, settings) as service:
            outcomes = _everything(service, f"http://127.0.0.1:{photos.port}")
            metrics = service.ask("GET", "/metrics").body.decode()
        # The first line greets the operator with the address it listens on.
        log = service.log.partition("\n")[2]
    assert outcomes == [
        (200, "card"), (422, "E1516"), (401, "E104"), (422, "E1522"), (422, "E1520"),
        (422, "E1520"), (400, "E108"), (404, "E404"),
    ]  # fmt: skip
    found = [word for word in (*WORDS, KEY, str(photos.port)) if word in log or word in metrics]
    assert found == []
    assert log.count(OWNER) == 6
    assert str(TOP) not in log


def test_the_metrics_of_two_workers_add_up(tmp_path: Path) -> None:
    """In both of two workers /metrics counts the requests of both."""
    keyless = 'vcardsvc_requests_total{code="E104",status="401"}'
    settings = {"LOG_REQUESTS": "off"}
    with serving(tmp_path, settings, workers=2) as service, ThreadPoolExecutor(8) as callers:
        sent = list(callers.map(lambda _: service.ask("POST", "/", BODY).status, range(200)))
        assert sent == [401] * 200
        shown = callers.map(lambda _: service.ask("GET", "/metrics").body.decode(), range(24))
        assert [metric_samples(text)[keyless] for text in shown] == [200] * 24
        assert len(set(re.findall(r"started pid=(\d+)", service.log))) == 2
