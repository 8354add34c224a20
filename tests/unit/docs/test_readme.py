"""The README is short, its first card is the one that comes back, and its links lead somewhere."""

import json
import re

import pytest

from tests.support.contact_requests import lines
from tests.support.documentation import FOLDER, README, TOP, blocks, links
from tests.support.samples import CARDS
from vcardsvc.docs import PAGES

LIMIT = 10_000
"""Bytes: it says what the service is, and leads to the documentation."""

MARKDOWN = README.read_text()


def test_it_is_short() -> None:
    """It has at most 10 kB."""
    assert len(MARKDOWN.encode()) <= LIMIT


def test_the_first_screen_is_true() -> None:
    """The first request of the README makes the card that stands below it."""
    request, card = blocks(MARKDOWN)[2:4]
    body = re.search(r"-d '(.*?)'\n", request, re.S)
    assert body
    assert lines(json.loads(body[1])) == card.strip().split("\n")
    recorded = (CARDS / "john-appleseed.vcf").read_bytes().decode()
    assert card.strip().split("\n") == recorded.split("\r\n")[:-1]


def test_it_has_the_two_commands() -> None:
    """One line runs the service, one line runs the tests."""
    assert blocks(MARKDOWN, "sh")[:2] == [
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/vcardsvc serve\n",
        "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest\n",
    ]


@pytest.mark.parametrize("target", links(MARKDOWN))
def test_a_link_leads_to_a_file(target: str) -> None:
    """Every link is to a file of the repository."""
    assert (TOP / target).is_file()


def test_it_leads_to_every_page() -> None:
    """Every page of the documentation but the overview is linked."""
    linked = {TOP / target for target in links(MARKDOWN)}
    assert {FOLDER / f"{page.name}.md" for page in PAGES} - linked == {FOLDER / "index.md"}
