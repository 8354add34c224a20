"""The application that every test of this folder asks."""

from collections.abc import Iterator
from typing import NoReturn

import pytest

from tests.support.service import Inside, inside


async def _nowhere(host: str, port: int) -> NoReturn:
    raise OSError


@pytest.fixture(scope="module")
def offline() -> Iterator[Inside]:
    """The application in a world without names."""
    with inside(_nowhere, log_requests=False, photo_ports=(1,)) as created:
        yield created
