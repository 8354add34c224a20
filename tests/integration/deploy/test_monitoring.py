"""Rules and dashboard: every query is one that Prometheus takes, over metrics that the service
reports, and finds what traffic has left there."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.deployment import FOLDER, documents, needs, run
from tests.support.documentation import between
from tests.support.images import plain, saved
from tests.support.prometheus import JOB, Prometheus, prometheus
from tests.support.service import Served, origin, serving, until
from vcardsvc.metrics import METRICS

RULES: Final = FOLDER / "prometheus/rules.yaml"
TESTS: Final = "prometheus/rules.test.yaml"
DASHBOARD: Final = json.loads((FOLDER / "grafana/dashboard.json").read_text())

FOREIGN: Final = {"up", "process_resident_memory_bytes", "process_cpu_seconds_total"}
"""Series of Prometheus itself and of its client library."""


def _rules(kind: str) -> dict[str, Any]:
    (document,) = documents("prometheus/rules.yaml")
    return {one[kind]: one for group in document["groups"] for one in group["rules"] if kind in one}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scraped:
    """A service that had traffic, and the Prometheus that saw it."""

    served: Served
    prometheus: Prometheus


def _traffic(served: Served, order: bytes) -> None:
    """Requests of every kind that a metric counts."""
    for _ in range(3):
        assert served.create().outcome == (200, "card")
        assert served.create(order).outcome == (200, "card")
        assert served.create(b"{}").status == 400
        assert served.create(key="not-a-key").status == 401


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scraped]:
    """Traffic before the first scrape and behind it, so that each rate has its two samples."""
    folder = tmp_path_factory.mktemp("scraped")
    with (
        origin(saved(plain(), "JPEG")) as photos,
        serving(folder, photos.settings) as served,
    ):
        _traffic(served, photos.order())
        with prometheus(folder, f"{served.host}:{served.port}") as running:
            _traffic(served, photos.order())
            seen = running.scrapes()
            until(lambda: running.scrapes() > seen + 2)
            yield Scraped(served=served, prometheus=running)


def _queries() -> list[tuple[str, str]]:
    """The title and the expression of every query of the dashboard, as Grafana sends it."""
    put = {"$__rate_interval": "1m", '"$instance"': '".*"'}
    found = []
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            expression = target["expr"]
            for old, new in put.items():
                expression = expression.replace(old, new)
            assert "$" not in expression
            found.append((panel["title"], expression))
    return found


@needs("prometheus")
@pytest.mark.parametrize(("title", "expression"), _queries())
def test_a_query_of_the_dashboard_finds_series(
    scraped: Scraped, title: str, expression: str
) -> None:
    """Each has a value after the traffic, and none is "not a number"."""
    found = scraped.prometheus.query(expression)
    assert found, title
    assert [one for one in found if one["value"][1] == "NaN"] == []


@needs("prometheus")
def test_the_services_of_the_dashboard_are_found(scraped: Scraped) -> None:
    """The list to choose from has the one that is scraped."""
    instance = next(one for one in DASHBOARD["templating"]["list"] if one["name"] == "instance")
    named = re.fullmatch(r"label_values\((.+), (\w+)\)", instance["definition"])
    assert named
    series = scraped.prometheus.query(named[1])
    assert [one["metric"][named[2]] for one in series] == [f"127.0.0.1:{scraped.served.port}"]


@needs("prometheus")
@pytest.mark.parametrize("name", _rules("alert"))
def test_an_alert_watches_series_that_are_there(scraped: Scraped, name: str) -> None:
    """What it compares has a value, and it is not raised for a service that is well."""
    expression = _rules("alert")[name]["expr"]
    compared, operator, _ = re.split(r" (>|==) ", expression)
    assert operator
    until(lambda: scraped.prometheus.query(compared))
    assert scraped.prometheus.query(expression) == []


@needs("prometheus")
def test_every_rule_is_evaluated(scraped: Scraped) -> None:
    """Prometheus itself calls all of them well."""

    def states() -> dict[str, str]:
        groups = scraped.prometheus.ask("rules")["groups"]
        return {one["name"]: one["health"] for group in groups for one in group["rules"]}

    until(lambda: "unknown" not in states().values())
    assert states() == dict.fromkeys([*_rules("record"), *_rules("alert")], "ok")


@needs("promtool")
def test_rules_and_configuration_are_valid() -> None:
    """`promtool` finds no fault."""
    run("promtool", "check", "rules", "--lint-fatal", RULES)
    run("promtool", "check", "config", "--lint-fatal", FOLDER / "prometheus/prometheus.yaml")


@needs("promtool")
def test_alerts_are_raised_when_they_should() -> None:
    """Their unit tests pass, and each alert has one of both kinds."""
    run("promtool", "test", "rules", FOLDER / TESTS)
    (document,) = documents(TESTS)
    cases = [case for test in document["tests"] for case in test.get("alert_rule_test", ())]
    raised = {case["alertname"] for case in cases if case["exp_alerts"]}
    silent = {case["alertname"] for case in cases if not case["exp_alerts"]}
    assert raised == silent == set(_rules("alert"))


@needs("promtool")
@pytest.mark.parametrize("name", _rules("alert"))
def test_the_unit_tests_of_an_alert_can_fail(name: str, tmp_path: Path) -> None:
    """With the alert's comparison turned round they do."""
    for one in ("rules.yaml", "rules.test.yaml"):
        (tmp_path / one).write_text((FOLDER / "prometheus" / one).read_text())
    text = RULES.read_text()
    turned = {" > ": " < ", " == ": " != "}
    expression = _rules("alert")[name]["expr"]
    changed = re.sub(r" (?:>|==) (?=[\d.]+$)", lambda found: turned[found[0]], expression)
    assert changed != expression
    (tmp_path / "rules.yaml").write_text(text.replace(expression, changed))
    with pytest.raises(AssertionError, match=name):
        run("promtool", "test", "rules", tmp_path / "rules.test.yaml")


def _metrics_named(expression: str) -> set[str]:
    """The series that an expression reads, without the rules' own."""
    named = re.sub(r'"[^"]*"|\[[^\]]*\]|by \([^)]*\)', "", expression)
    words = set(re.findall(r"[a-zA-Z_][\w:]*(?=\{| >| ==|$|\))", named))
    return {one for one in words if ":" not in one} - {"job", "instance"}


def _series() -> set[str]:
    """The names of the series of every metric."""
    endings = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
    return {name + end for name, one in METRICS.items() for end in endings[one.kind]}


def test_every_metric_of_the_queries_is_declared() -> None:
    """Rules and dashboard read no series that the service never had."""
    expressions = [one for _, one in _queries()]
    expressions += [one["expr"] for kind in ("alert", "record") for one in _rules(kind).values()]
    named = set().union(*map(_metrics_named, expressions))
    assert named >= {"vcardsvc_requests_total", "vcardsvc_in_flight", "up"}
    assert named - _series() == FOREIGN


def test_the_alerts_of_the_documentation_are_those_of_the_rules() -> None:
    """Each stands with the time for which it must last."""
    rows = between("deploy-monitoring", "alerts").splitlines()[2:]
    named = {row.split("`")[1]: row.rstrip(" |").rpartition("| ")[2] for row in rows}
    assert named == {name: one["for"] for name, one in _rules("alert").items()}


def test_the_dashboard_has_panels_that_do_not_overlap() -> None:
    """Ids are single, and every panel has its place in 24 columns."""
    panels = DASHBOARD["panels"]
    assert len({one["id"] for one in panels}) == len(panels)
    cells = [
        (x, y)
        for place in (one["gridPos"] for one in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24
    assert documents("prometheus/prometheus.yaml")[0]["scrape_configs"][0]["job_name"] == JOB
