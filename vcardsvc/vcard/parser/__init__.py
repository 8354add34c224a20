"""A foreign card, of any version and in any state, back into what it says and what is wrong.

`lines` parts octets into content lines; `scan` judges them by its tables, with `breaks` for what
the physical lines show, `parameters`, `texts` and `dates`; `picture` reads photo headers; `cards`
lets `decode` and vobject decode the values, vobject lives there and nowhere else; `show` makes a
text safe for a terminal. What must never enter here: a network, a file, an image decoder, or an
exception other than NotACard.
"""

from vcardsvc.vcard.parser.cards import ReadCard, read
from vcardsvc.vcard.parser.findings import FINDINGS, Finding, Rule, Severity
from vcardsvc.vcard.parser.lines import MAX_BYTES, NotACard
from vcardsvc.vcard.parser.show import shown

__all__ = [
    "FINDINGS",
    "MAX_BYTES",
    "Finding",
    "NotACard",
    "ReadCard",
    "Rule",
    "Severity",
    "read",
    "shown",
]
