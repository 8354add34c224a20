"""The documentation's example of Dask, on a cluster of two processes."""

import csv
import io
from collections.abc import Iterable

import pytest

from vcardsvc.batch import RowResult, cards

COUNT = 400


def rows() -> list[dict[str, str]]:
    """The rows of a sheet, of which every seventh has no name."""
    lines = ["First Name,Last Name,Phone,Birthday"]
    for index in range(COUNT):
        first = "" if index % 7 == 0 else "Ada"
        last = "" if index % 7 == 0 else f"Number{index}"
        lines.append(f"{first},{last},+1 202 555 01{index % 100:02},1990-05-14")
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


def convert(part: Iterable[dict[str, str]]) -> list[RowResult]:
    """What runs in each process; Dask moves no generators."""
    return list(cards(part))


@pytest.mark.timeout(120)
@pytest.mark.filterwarnings("ignore")  # Dask's own
def test_two_processes_make_the_cards_of_one() -> None:
    """The results of the parts, in order, are those of the whole list."""
    bag = pytest.importorskip("dask.bag")
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
    ):
        found = bag.from_sequence(rows(), npartitions=4).map_partitions(convert).compute()
    alone = list(cards(rows()))
    assert [(one.status, one.card, one.errors) for one in found] == [
        (one.status, one.card, one.errors) for one in alone
    ]
    assert {one.status for one in alone} == {"card", "error"}
