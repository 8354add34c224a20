"""Reads cards of any version, in any state, from any program, and finds their faults.

`lines` splits octets into content lines, `scan` finds faults by its tables, with `breaks` for
physical lines, `parameters`, `texts` and `dates`. `picture` reads the headers of photos. `decode`
decodes values with vobject, `cards` makes contacts of them. `show` makes a text safe for a
terminal. Nothing raises another exception than NotACard.
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
