"""The catalogue is a promise to callers: what stands here may grow, never change."""

import dataclasses
import re

import pytest

from vcardsvc import errors
from vcardsvc.errors import CATALOGUE, E100, E503, E1515, E1518, NOTES, Problem, Refused

PROMISED = (
    ("E100", 400, (405, 408, 413, 415)),
    ("E101", 400, ()),
    ("E104", 401, ()),
    ("E108", 400, ()),
    ("E113", 429, ()),
    ("E403", 403, ()),
    ("E404", 404, (410,)),
    ("E406", 406, ()),
    ("E416", 416, (412,)),
    ("E503", 500, (503,)),
    ("E1515", 422, ()),
    ("E1516", 422, ()),
    ("E1517", 422, ()),
    ("E1518", 422, ()),
    ("E1519", 422, ()),
    ("E1520", 422, ()),
    ("E1521", 422, ()),
    ("E1522", 422, ()),
    ("E1523", 422, ()),
    ("E1524", 422, ()),
    ("E1525", 422, ()),
    ("E1526", 422, ()),
    ("E1527", 400, ()),
    *((f"E{number}", 422, ()) for number in range(1528, 1537)),
    ("E1537", 422, ()),
    ("E1538", 422, (413,)),
    ("E1539", 422, ()),
)

VENDORS_WORDS = {
    "E100": "Invalid request. Please make a valid JSON POST request with all the required"
    " variables.",
    "E1515": "The first or last name for the vCard is required.",
}

PROBLEMS = (
    (Problem(code=E1515), 422, "The first or last name for the vCard is required."),
    (
        Problem(code=E1518, detail="The labels are: work, home."),
        422,
        "The e-mail label is not supported. The labels are: work, home.",
    ),
    (Problem(code=E503), 500, "The service could not answer this request."),
    (Problem(code=E503, status=503), 503, "The service could not answer this request."),
)


def test_the_catalogue_is_the_contracts() -> None:
    """Codes and their statuses are those of the contract's section 3, in its order."""
    assert tuple((code.name, code.status, code.others) for code in CATALOGUE) == PROMISED


def test_every_code_of_the_module_stands_in_the_catalogue() -> None:
    """A constant, its name and its row are one, so every code is in the catalogue."""
    constants = {n: code for n, code in vars(errors).items() if isinstance(code, errors.Code)}
    assert constants == {code.name: code for code in CATALOGUE}
    assert len(CATALOGUE) == len(constants)


def test_the_vendors_own_words_are_kept() -> None:
    """Texts that the vendor publishes are answered letter by letter."""
    assert {c.name: c.info for c in CATALOGUE if c.name in VENDORS_WORDS} == VENDORS_WORDS


@pytest.mark.parametrize("code", CATALOGUE, ids=lambda code: code.name)
def test_every_code_has_a_sentence_and_a_row_of_its_own(code: errors.Code) -> None:
    """A code says something to the caller in one sentence, and no other code says the same."""
    assert re.fullmatch(r"[A-Z].*\.", code.info)
    assert re.fullmatch(r"[a-z`].*[^.]", code.when)
    assert [other.name for other in CATALOGUE if other.info == code.info] == [code.name]


@pytest.mark.parametrize(("problem", "status", "info"), PROBLEMS)
def test_a_problem_reads_as_its_code_and_detail(problem: Problem, status: int, info: str) -> None:
    """A detail is added to the code's text, and a status stands for the code's own."""
    assert (problem.http_status, problem.info) == (status, info)


def test_a_refusal_keeps_its_problems_in_order_and_shows_only_codes() -> None:
    """Refused carries every problem, the leading one first; its text is codes alone."""
    first = Problem(code=E1515, field="/name", detail="Not this.", cause="name-missing")
    refused = Refused(first, Problem(code=E100))
    assert refused.problems == (first, Problem(code=E100))
    assert str(refused) == "E1515, E100"


def test_values_are_frozen() -> None:
    """A problem cannot be changed on its way to the caller."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Problem(code=E100).cause = "other"  # type: ignore[misc]


def test_notes_are_the_contracts() -> None:
    """The soft faults are those of the contract's section 2."""
    names = (
        *("over-limit", "cut", "e164", "encoded", "first-frame", "flattened"),
        *("doubtful", "ignored"),
    )
    assert tuple(name for name, _ in NOTES)[: len(names)] == names


def test_notes_of_targets_follow() -> None:
    """What a target's card loses has codes of its own, behind the contract's."""
    names = (
        "dropped",
        "relabelled",
        "unread",
        "joined",
        "extension",
        "digits",
        "smaller",
        "unreadable",
        "more",
        "parameter",
        "spreadsheet",
        "placeholder",
        "duplicate",
    )
    assert tuple(name for name, _ in NOTES)[8:] == names
