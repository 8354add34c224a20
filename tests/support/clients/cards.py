"""Takes the card of an entry that a client library created over HTTP."""

import re
from base64 import b64encode

from tests.support.service import Answer, Served

_UID = re.compile(r"(?<=^UID:)urn:uuid:[0-9a-f-]{36}$", re.MULTILINE)


def basic(served: Served) -> str:
    """The Authorization header of any user with the service's key."""
    return f"Basic {b64encode(f'any:{served.key}'.encode()).decode()}"


def lines(answer: Answer) -> list[str]:
    """The lines of the cards that this answer is, unfolded, each UID as UID:..., without those that
    every card has."""
    assert answer.outcome == (200, "card")
    text = answer.body.decode().replace("\r\n ", "").replace("\r\n", "\n")
    unmarked = _UID.sub("...", text).splitlines()
    return [line for line in unmarked if line.partition(":")[0] not in ("VERSION", "PRODID", "UID")]


def card(served: Served, path: str) -> list[str]:
    """The lines of the card behind this path."""
    return lines(served.ask("GET", path, authorization=basic(served)))
