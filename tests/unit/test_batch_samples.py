"""Every sample of a list is read again, and its result is the recorded one; through the service
they go in tests/integration/service."""

import pytest

from tests.support.batch_samples import BATCHES, FOLDER, ROWS, Batch, run
from vcardsvc.batch.faults import NotAList


@pytest.mark.parametrize(
    "sample", [one for one in BATCHES if ".failure." not in one.result], ids=lambda one: one.result
)
def test_a_list_gives_what_was_recorded(sample: Batch) -> None:
    """The octets and the counts are those of the files."""
    octets, rows = run(sample)

    assert octets == (FOLDER / sample.result).read_bytes()
    assert rows in ROWS.read_text().splitlines()


def test_a_letter_is_no_list() -> None:
    """It is refused, and nothing of it is in the word for the log."""
    (letter,) = [one for one in BATCHES if ".failure." in one.result]
    with pytest.raises(NotAList, match="None of its columns is known") as raised:
        run(letter)
    assert raised.value.cause == "columns-unknown"


def test_every_list_has_its_cards_and_a_verdict_on_its_rows() -> None:
    """Each list that is one has a file of cards, and a report or a line for each row."""
    results: dict[str, set[str]] = {}
    for one in BATCHES:
        results.setdefault(one.source, set()).add(one.result.rpartition(".")[2])

    assert {source for source, ends in results.items() if "vcf" not in ends} == {"letter.txt"}
    assert [source for source, ends in results.items() if ends == {"vcf"}] == []
