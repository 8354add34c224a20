"""What every reader of vCard 2.1 can take of quoted-printable text."""

import quopri
from typing import Final

from vcardsvc.vcard.text import quoted

HEADS: Final = (
    "NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:",
    "item1.X-ABLabel;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:",
)
"""The beginnings of lines in quoted-printable, one of a group."""


def judged(head: str, text: str) -> None:
    """Assert that this text's quoted-printable is what every reader of 2.1 can take."""
    line = quoted(head, text)
    rows = line.split("\r\n")
    assert line.startswith(head)
    assert max(map(len, rows)) <= 76
    for row in rows[:-1]:
        assert row.endswith("=")
        assert not row.endswith(("\\=", " =", "\t=")) or row.strip("\\") == "=", row
    assert not any(row.startswith((" ", "\t", "=0A")) for row in rows)
    assert line.isascii()
    encoded = line.removeprefix(head).replace("\r\n", "\n").encode()
    assert quopri.decodestring(encoded).decode() == text.replace("\n", "\r\n")
