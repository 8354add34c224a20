"""The cards of the vendors' samples."""

import re
from typing import Any, Final

from tests.support import strict_vcard as strict
from tests.support.vendor_samples import (
    card_file,
    names,
    request,
)

CARDS: Final = [name for name in names() if card_file(name).exists()]

FOR_ALL: Final = [name for name in CARDS if not re.search("(target|version)=", request(name).start)]
"""The samples with the card of no target: the one that loses least everywhere."""


def parted(octets: bytes) -> list[bytes]:
    """The cards of a file, which holds nothing else."""
    cards = re.findall(rb"BEGIN:VCARD\r\n.*?END:VCARD\r\n", octets, re.DOTALL)
    assert b"".join(cards) == octets
    return cards


def cards_of(name: str) -> list[bytes]:
    return parted(card_file(name).read_bytes())


def found_in(card: bytes) -> dict[str, Any]:
    """What the strict reader finds, as the readers of other hands say it."""
    found = strict.parse(card)
    return {
        "version": "3.0",
        "fn": found.fn,
        "n": list(found.n),
        "org": list(found.org) if found.org else None,
        "title": found.title,
        "note": found.note,
        "tels": [number for _, number in found.phones],
        "emails": [address for _, address in found.emails],
        "adrs": [list(components) for _, components in found.addresses],
        "urls": [url for url, _ in found.websites],
    }
