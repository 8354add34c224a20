"""Reads cards of any version, in any state, from any program, and finds their faults.

`lines` splits octets into content lines, `scan` finds faults by its tables, with `breaks` for
physical lines, `parameters`, `texts` and `dates`. `picture` reads the headers of photos.

`reader` reads content lines into cards of the model: `octets` knows character sets, `heads` parses
what precedes a value, `decoding` reads the value by its name with `values` and `media`,
`canonical` translates each program's properties into those of 4.0.

`cards` puts both together, card by card, with what a card says to people. `show` makes a text safe
for a terminal.

Nothing raises another exception than NotACard.
"""

from vcardsvc.vcard.parser.cards import ReadCard, read
from vcardsvc.vcard.parser.findings import FINDINGS, OF_VALUES, Finding, Rule, Severity
from vcardsvc.vcard.parser.lines import MAX_BYTES
from vcardsvc.vcard.parser.read_file import NotACard
from vcardsvc.vcard.parser.show import shown

__all__ = [
    "FINDINGS",
    "MAX_BYTES",
    "OF_VALUES",
    "Finding",
    "NotACard",
    "ReadCard",
    "Rule",
    "Severity",
    "read",
    "shown",
]
