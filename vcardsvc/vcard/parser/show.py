"""Makes texts of an unknown card safe for a terminal: invisible characters are written out."""

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
    "\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
"""Controls, marks of writing direction (Unicode UAX 9) and other invisible characters. The joiners
U+200C and U+200D are not among them: names and emoji need them."""


def shown(text: str, *, indent: int = 0) -> str:
    """Replace invisible characters by their numbers (\\u202e), and indent further lines by so many
    blanks, so that no line of the text looks like a line of the program."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text).replace(
        "\n", "\n" + " " * indent if indent else " "
    )
