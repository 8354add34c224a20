"""Programs that are started once for all tests of a process."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.support.readers import Name, Reader, validator
from tests.support.redis_server import redis_port
from tests.support.service import Served, serving

__all__ = ["redis_port"]


@pytest.fixture(scope="session")
def reader_of() -> Iterator[Callable[[Name], Reader]]:
    """Gives foreign readers of cards by their names. Each runs from its first use to the end:
    starting one takes seconds, and none remembers anything."""
    with ExitStack() as stack:
        yield cache(lambda name: stack.enter_context(validator(name)))


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service as a process, for tests that leave it as they found it; a body has 1 s."""
    with serving(tmp_path_factory.mktemp("service"), {"BODY_TIMEOUT": "1"}) as served:
        yield served
