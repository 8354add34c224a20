"""Every sample of a list is posted again, and its response is the recorded one."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.support.batch_samples import BATCHES, FOLDER, ROWS, Batch, written
from tests.support.samples import service


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The service that the samples were recorded from."""
    with service() as found:
        yield found


@pytest.mark.parametrize("sample", BATCHES, ids=lambda one: one.result)
def test_a_list_gives_what_was_recorded(client: TestClient, sample: Batch) -> None:
    """The octets and the counts are those of the files."""
    octets, rows = written(client, sample)

    assert octets == (FOLDER / sample.result).read_bytes()
    assert rows in ROWS.read_text().splitlines()
