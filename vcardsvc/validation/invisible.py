"""Characters that no reader shows and that copied text brings along: marks of direction, soft
hyphens, joiners, byte order marks.

A number, an e-mail address or a web address looks right with them and does not work. What must
never enter here: a rule about one kind of field.
"""

import re
from typing import Final

INVISIBLE: Final = "".join(
    chr(point)
    for first, last in (
        (0xAD, 0xAD),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x2069),
        (0xFEFF, 0xFEFF),
    )
    for point in range(first, last + 1)
)
"""Every character that is dropped from a number, and from both ends of an address."""

_RUN: Final = re.compile(f"[{INVISIBLE}]+")


def visible(text: str) -> str:
    """Return `text` without invisible characters."""
    return text if text.isascii() else _RUN.sub("", text)
