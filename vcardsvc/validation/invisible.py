"""Defines blank and invisible characters: white space, direction marks, soft hyphens, joiners,
byte order marks.

Copied text brings them along. A telephone number, an e-mail address or a web address that holds
one looks right and does not work.
"""

import re
from typing import Final

BLANKS: Final = (
    " \t\n\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""White space that is trimmed. `str.strip()` would remove control characters too."""

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
"""Every character that is removed from a number, and from both ends of an address."""

_RUN: Final = re.compile(f"[{INVISIBLE}]+")


def visible(text: str) -> str:
    """Return `text` without invisible characters."""
    return text if text.isascii() else _RUN.sub("", text)
