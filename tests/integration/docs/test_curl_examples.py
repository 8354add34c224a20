"""The curl examples of the description, run as they stand."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.json_schema import operations
from tests.support.service import KEY, Served, serving
from vcardsvc import openapi
from vcardsvc.openapi.examples import ACCEPTED, LINK_ID
from vcardsvc.openapi.examples import KEY as SHOWN_KEY
from vcardsvc.settings import Settings

BASE = "https://cards.example.com"


DESCRIBED: dict[str, Any] = json.loads(openapi.description(Settings(), BASE))
OPERATIONS = operations(DESCRIBED)


CURLS = [
    (path, method, sample["label"], sample["source"])
    for path, method, operation in OPERATIONS
    for sample in operation["x-codeSamples"]
]
STATUSES = {"As a link for an hour": 201, "DELETE /c/{id}.vcf": 204}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with a store, so that it keeps links."""
    folder = tmp_path_factory.mktemp("curl")
    settings = {"DATABASE_URL": f"sqlite:///{folder}/links.db", "PHOTO_CONNECT_TIMEOUT": "0.5"}
    with serving(folder, settings) as started:
        yield started


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(("path", "method", "label", "source"), CURLS)
def test_a_curl_example_runs(
    served: Served, path: str, method: str, label: str, source: str
) -> None:
    """Every command, pasted into a shell with a real key and a real link, gets the documented
    status."""
    command = source.replace(BASE, served.url[:-1]).replace(SHOWN_KEY, KEY)
    if path == openapi.LINK and LINK_ID in command:
        link = served.ask("POST", "/?as=link", ACCEPTED.body.encode(), **_headers()).json["url"]
        command = re.sub(r"http://[^']*", link, command, count=1)
    shell = ["sh", "-c", f"{command} -s -o /dev/null -w '%{{http_code}}'"]
    ran = subprocess.run(shell, capture_output=True, check=True, text=True, timeout=20)
    assert int(ran.stdout) == STATUSES.get(label, 204 if method == "OPTIONS" else 200)


def _headers() -> dict[str, str]:
    return {"x_api_key": KEY, "content_type": "application/json"}
