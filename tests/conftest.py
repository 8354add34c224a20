"""What every test stands on: no test sees the user's data folder or settings."""

import logging
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.support.databases import database_url, lite, migrated, new_url, path, postgresql, store
from tests.support.readers import Name, Reader, validator
from tests.support.service import Inside, Served, inside, serving

__all__ = ["database_url", "lite", "migrated", "new_url", "path", "postgresql", "store"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Drawn tests run without the tracer of coverage, which takes as long as all that they do: the
    lines that a thousand draws walk over are those of the examples beside them. And the longest
    files are begun first: begun last they would run alone while the other processes have nothing
    to do."""
    for item in items:
        if getattr(getattr(item, "function", None), "is_hypothesis_test", False):
            item.add_marker("no_cover")
    items.sort(key=lambda item: item.path.name not in LONGEST_FIRST)


LONGEST_FIRST = ("test_schemathesis.py", "test_schemathesis_vendors.py", "test_fit.py")
"""Files of a minute and more."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where NOTHING_SKIPPED=1 is set, as in CI, a test that would be skipped has failed."""
    report = yield
    if report.skipped and os.environ.get("NOTHING_SKIPPED") == "1":
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def reader_of() -> Iterator[Callable[[Name], Reader]]:
    """The reader of other hands of a name, running from its first use to the end: starting one
    takes seconds, and none remembers anything."""
    with ExitStack() as stack:
        yield cache(lambda name: stack.enter_context(validator(name)))


@pytest.fixture(autouse=True)
def _nobodys_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in [name for name in os.environ if name.startswith("VCARDSVC_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


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
    with inside(log_requests=False) as made:
        yield made


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service as a process, for tests that leave it as they found it; a body has 1 s."""
    with serving(tmp_path_factory.mktemp("service"), {"BODY_TIMEOUT": "1"}) as made:
        yield made
