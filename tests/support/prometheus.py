"""A Prometheus that scrapes a service, with the configuration of samples/deploy."""

import contextlib
import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from tests.support.deployment import FOLDER, documents, tool
from tests.support.redis_server import free_port
from tests.support.service import LONGEST, until

JOB: Final = "vcardsvc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prometheus:
    """A running Prometheus."""

    port: int

    def ask(self, path: str, **query: str) -> Any:
        """The data of a response of its HTTP API. Raises AssertionError for an error."""
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(url, timeout=LONGEST) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as refused:
            with refused:
                raise AssertionError(f"{query}: {refused.read().decode()}") from None
        assert answer["status"] == "success", answer
        return answer["data"]

    def query(self, expression: str) -> list[Any]:
        """The samples of an expression, now."""
        found = self.ask("query", query=expression)
        assert found["resultType"] == "vector", expression
        return list(found["result"])

    def scrapes(self) -> float:
        """How often the service was scraped."""
        found = self.query(f'count_over_time(up{{job="{JOB}"}}[1h])')
        return float(found[0]["value"][1]) if found else 0


@contextlib.contextmanager
def prometheus(folder: Path, target: str) -> Iterator[Prometheus]:
    """Start Prometheus with the sample's configuration, which scrapes `target` each second."""
    (configuration,) = documents("prometheus/prometheus.yaml")
    configuration["global"] = {"scrape_interval": "500ms", "evaluation_interval": "500ms"}
    configuration["rule_files"] = [
        str(FOLDER / "prometheus" / one) for one in configuration["rule_files"]
    ]
    (job,) = configuration["scrape_configs"]
    job["static_configs"][0]["targets"] = [target]
    path = folder / "prometheus.yaml"
    path.write_text(yaml.safe_dump(configuration))
    port, program, log = free_port(), tool("prometheus"), folder / "prometheus.log"
    assert program
    with log.open("wb") as printed:
        process = subprocess.Popen(
            [program, f"--config.file={path}", f"--storage.tsdb.path={folder / 'series'}",
             f"--web.listen-address=127.0.0.1:{port}"],
            stdout=printed, stderr=printed,
        )  # fmt: skip
    running = Prometheus(port=port)
    try:

        def up() -> bool:
            assert process.poll() is None, log.read_text()
            with contextlib.suppress(OSError, AssertionError):
                return running.scrapes() > 0
            return False

        until(up)
        yield running
    finally:
        process.kill()
        process.wait(LONGEST)
