"""The call on each vendor's page, run as it stands, leads to the card that stands below it."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Final

import pytest

from tests.support.documentation import between, blocks
from tests.support.service import LONGEST, Served, serving

VENDORS: Final = ("autodns", "domainchief", "superoffice", "marketingcloud")
UID: Final = re.compile(r"UID:urn:uuid:[0-9a-f-]{36}")

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="the calls need curl")


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service with its store, which the book is in."""
    with serving(tmp_path_factory.mktemp("book"), store=True) as created:
        yield created


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendors_call_leads_to_its_card(cards: Served, vendor: str) -> None:
    """Line by line, but for the identity, which is new with every contact."""
    example, card = blocks(between(f"vendors/{vendor}", f"vendor: {vendor}"))
    call = example.replace("http://127.0.0.1:8000/", cards.url)
    assert call != example
    ran = subprocess.run(
        ["sh", "-eu", "-c", call.replace("curl ", "curl -sSf ", 1)],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "KEY": cards.key},
        capture_output=True,
        timeout=LONGEST,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    created, expected = (UID.sub("UID:", one).splitlines() for one in (ran.stdout.decode(), card))
    assert created == expected
