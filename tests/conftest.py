"""What every test stands on: the options of a run, and no test sees the user's data or settings."""

import gc
import itertools
import logging
import os
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.databases import (
    database_kind,
    database_url,
    lite,
    migrated,
    new_module_url,
    new_url,
    path,
    postgresql,
    store,
)
from tests.support.hypothesis_profiles import register_profiles
from tests.support.service import Inside, inside
from vcardsvc.app import GARBAGE

__all__ = [
    "database_kind",
    "database_url",
    "lite",
    "migrated",
    "new_module_url",
    "new_url",
    "path",
    "postgresql",
    "store",
]

UNIT: Final = Path(__file__).parent / "unit"
DATABASES: Final = ["sqlite", "postgresql"]

# openpyxl takes lxml where it is installed: a tool of the tests brings it, the service has none.
os.environ["OPENPYXL_LXML"] = "False"

register_profiles()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose the database of tests/unit."""
    parser.addoption(
        "--database",
        choices=DATABASES,
        default="sqlite",
        help="what the tests of tests/unit that need a database run over; with postgresql, the "
        "others of tests/unit are left out (tests elsewhere always run over both)",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database over the chosen one, outside tests/unit over each; or over those
    that the module names in DATABASES."""
    chosen = any("database_kind" in mark.args[0] for mark in _parametrized(metafunc.definition))
    if "database_kind" in metafunc.fixturenames and not chosen:
        in_unit = metafunc.definition.path.is_relative_to(UNIT)
        kinds = [metafunc.config.getoption("--database")] if in_unit else DATABASES
        kinds = getattr(metafunc.module, "DATABASES", kinds)
        metafunc.parametrize("database_kind", kinds, indirect=True)


def _parametrized(item: pytest.Item) -> Iterator[pytest.Mark]:
    return item.iter_markers("parametrize")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what another run has, and begin with the longest files: begun last, they would run
    alone while the other processes have nothing to do. Coverage does not trace drawn examples, nor
    more than TRACED of a test's parameters: the lines that a thousand of them run are those of the
    examples beside them, and tracing doubles their time."""
    if config.getoption("--database") != "sqlite":
        left = [item for item in items if _needs_chosen_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in left])
        items[:] = left
    counts: Counter[object] = Counter()
    for item in items:
        function = getattr(item, "function", None)
        counts[function] += 1
        if getattr(function, "is_hypothesis_test", False) or counts[function] > TRACED:
            item.add_marker("no_cover")
    items.sort(key=lambda item: item.path.name not in LONGEST_FIRST)


def _needs_chosen_database(item: pytest.Item) -> bool:
    if not item.path.is_relative_to(UNIT):
        return True
    callspec = getattr(item, "callspec", None)
    kind = callspec.params.get("database_kind") if callspec else None
    return bool(kind == item.config.getoption("--database"))


TRACED: Final = 5
"""How many of a test's parameters are traced by coverage."""

LONGEST_FIRST: Final = (
    "test_container.py",
    "test_schemathesis.py",
    "test_schemathesis_vendors.py",
    "test_convert_cost.py",
    "test_conversion_keeps.py",
    "test_vendors_hostile.py",
)
"""Files of a minute and more."""


def pytest_collection_finish() -> None:
    """Collect garbage as seldom as the service does, and never look at what was collected as tests:
    with Python's own thresholds work that makes many objects takes half as long again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where NOTHING_SKIPPED=1 is set, as in CI, a test that would be skipped has failed."""
    report = yield
    if report.skipped and os.environ.get("NOTHING_SKIPPED") == "1":
        report.outcome = "failed"
    return report


@pytest.fixture(autouse=True)
def _empty_environment(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in [name for name in os.environ if name.startswith("VCARDSVC_")]:
        monkeypatch.delenv(variable)
    # A folder for each of 11,000 tests would cost several seconds: most write nothing.
    if "tmp_path" in request.fixturenames:
        folder = request.getfixturevalue("tmp_path")
    else:
        folder = tmp_path_factory.getbasetemp() / f"unused-{next(_NUMBERS)}"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))


_NUMBERS: Final = itertools.count()


@pytest.fixture(autouse=True)
def _loggers_as_they_were() -> Iterator[None]:
    # The application adopts them for good, as a process of its own may.
    loggers = [logging.getLogger(name) for name in ("uvicorn.error", "asyncio")]
    before = [(log.handlers[:], log.propagate, log.level) for log in loggers]
    yield
    for log, (handlers, propagate, level) in zip(loggers, before, strict=True):
        log.handlers, log.propagate = handlers, propagate
        log.setLevel(level)


@pytest.fixture(scope="session")
def app() -> Iterator[Inside]:
    """The application in this process, under the default settings."""
    with inside(log_requests=False) as application:
        yield application
