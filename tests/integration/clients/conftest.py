"""One service with a contact book, for every client library of the vendors."""

from collections.abc import Iterator

import pytest

from tests.support.service import Served, serving


@pytest.fixture(scope="session")
def booked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service as a process, on loopback, with a book of its own."""
    folder = tmp_path_factory.mktemp("booked")
    with serving(folder, {"DATABASE_URL": f"sqlite:///{folder / 'book.db'}"}) as served:
        yield served
