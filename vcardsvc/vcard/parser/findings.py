"""Defines every fault of a card, with the readers that it affects.

With an error, at least one reader that people use loses the file, the card or a field; a warning
changes how something is shown. Codes are never renamed: scripts search for them. No text holds a
value of the card.

Source: the readers' own source code and runs of it (Android's, Telegram's, thirteen libraries),
Apple's reader as public decompiled builds show it, vendors' pages (Microsoft's MS-OXVCARD), the
specification of 2.1, RFC 2426 and 6350, and users' reports for the rest.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from heapq import nsmallest
from typing import Final, Literal

from msgspec import Struct

from vcardsvc.model.request import Target

Severity = Literal["error", "warning"]

EVERY: Final = "every"
"""The reader of a fault whose sentence names none."""

_OF_PHONES: Final = "|[Pp]hones (?:show|refuse)"
READERS: Final[Mapping[str, re.Pattern[str]]] = {
    "android": re.compile(r"Android" + _OF_PHONES),
    "apple": re.compile(r"Apple|iPhone|Macs?\b|iCloud" + _OF_PHONES),
    "outlook": re.compile(r"Outlook|Exchange"),
    "telegram": re.compile(r"Telegram"),
    "others": re.compile(r"reader|importer|program|server|gateway"),
}
"""The readers, and the words for each in the sentences below."""

_PHONES: Final = frozenset(("android", "apple", EVERY))
_BY_TARGET: Final[Mapping[Target, frozenset[str]]] = {
    "universal": frozenset((*READERS, EVERY)),
    "apple": frozenset(("apple", EVERY)),
    "android": frozenset(("android", EVERY)),
    "outlook": frozenset(("outlook", EVERY)),
    "telegram": frozenset(("telegram", EVERY)),
    "whatsapp": frozenset(("others", EVERY)),
    "signal": _PHONES,
    "mms": _PHONES,
    "qr": _PHONES,
}
"""The readers of each target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Describes a fault: its severity, a sentence, and how often it is reported for one card at
    most."""

    severity: Severity
    text: str
    most: int = 10


class Finding(Struct, frozen=True, kw_only=True, order=True, gc=False):
    """Holds one fault: its physical line (from 1; 0: the whole file), a code of FINDINGS, its
    text, and the name of the property on that line ("" for none)."""

    line: int
    code: str
    text: str
    name: str = ""

    @property
    def severity(self) -> Severity:
        """Return the severity of its code."""
        return FINDINGS[self.code].severity

    @property
    def readers(self) -> tuple[str, ...]:
        """Return the readers that fail: of those in READERS, or EVERY where none is named."""
        return _readers(self.code)

    def matters_to(self, target: Target) -> bool:
        """Return whether a reader of this target fails."""
        return not _BY_TARGET[target].isdisjoint(self.readers)


@cache
def _readers(code: str) -> tuple[str, ...]:
    text = FINDINGS[code].text
    return tuple(name for name, words in READERS.items() if words.search(text)) or (EVERY,)


def finding(line: int, code: str) -> Finding:
    """Return a finding with the text of its code."""
    return Finding(line=line, code=code, text=FINDINGS[code].text)


def limited(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of lines, each once, at most `most` times for each code."""
    lines: dict[str, set[int]] = {}
    for each in findings:
        lines.setdefault(each.code, set()).add(each.line)
    first = ((code, nsmallest(FINDINGS[code].most, found)) for code, found in lines.items())
    return tuple(sorted(finding(line, code) for code, kept in first for line in kept))


def _error(text: str, most: int = 10) -> Rule:
    return Rule(severity="error", text=text, most=most)


def _warning(text: str, most: int = 10) -> Rule:
    return Rule(severity="warning", text=text, most=most)


FINDINGS: dict[str, Rule] = {
    # the file and its physical lines
    "byte-order-mark": _error(
        "The file opens with a byte order mark: Android and Apple import nothing, iCloud refuses "
        "the file."
    ),
    "not-utf-8": _error(
        "The text is not UTF-8: Android and most other readers show wrong characters.", 1
    ),
    "mac-roman": _error(
        "Apple reads the letters of this card wrong (√© for é): its reader takes UTF-8 in a file "
        "that opens with BEGIN:VCARD and holds VERSION:3.0, and on lines with CHARSET=UTF-8.",
        1,
    ),
    "stray-line": _error(
        "A line stands outside of any card: Apple loses the cards behind it, other readers drop "
        "the line.",
        1,
    ),
    "loose-line-end": _error(
        "A line ends without CR LF: three of thirteen readers need it and find no card.", 1
    ),
    "line-start": _error(
        "A line begins with : ; = or a letter that is not ASCII, as text does behind a raw line "
        "break: Apple loses the card."
    ),
    "long-line": _warning(
        "A line is over 75 octets (RFC 2426 section 2.6); old readers cut it.", 1
    ),
    "fold-in-character": _error(
        "A fold splits a character: readers that decode line by line show it broken.", 1
    ),
    "fold-at-space": _warning("A fold stands beside a space, which some readers lose.", 1),
    "tab-fold": _error(
        "A line is folded with a tab: Apple knows folds with a space alone and loses the rest of "
        "the value, or the card.",
        1,
    ),
    "soft-break-padded": _error(
        "Blanks stand behind the = of a soft break (RFC 2045 section 6.7 lets readers drop them): "
        "Android hangs."
    ),
    "base64-not-indented": _error(
        "A line of base64 begins without a space (RFC 2426 section 2.6): Apple cuts the photo "
        "there, and Android up to 15 refuses the whole file but in 2.1.",
        1,
    ),
    "base64-swallows": _error(
        "No blank line ends the base64 before this property (2.1): Android reads the property "
        "as base64, and may lose the whole file."
    ),
    "folded-after-structured": _warning(
        "A folded property follows N, ADR or ORG: Android 5 to 7.1 loses it and adds its text "
        "to the property before."
    ),
    "folded-and-dropped": _error(
        "A fold stands in a part of the value that Apple does not read, and its next line looks "
        "like none: Apple loses the card."
    ),
    "folded-and-skipped": _warning(
        "PRODID or REV is folded: Apple takes its second line for a property of its own."
    ),
    "last-backslash": _error(
        "The value ends with a lone backslash: Apple takes the next line for more of it."
    ),
    "control-character": _error(
        "A control character stands in the text: strict readers refuse the card."
    ),
    "no-colon": _error(
        "A line has no colon, as text has behind a raw line break: Android up to 15 refuses the "
        "whole file, or adds it to a name; Apple may read the next line as its value."
    ),
    "bad-name": _error("The part before the colon cannot be read: most readers drop the line."),
    "odd-name": _error(
        "A property's name or group holds other characters than letters, digits and hyphens (RFC "
        "6350 section 3.3): one reader refuses the whole file."
    ),
    "lower-case-name": _error(
        "A property name is not in upper case: Android drops the property without a word."
    ),
    "end-missing": _error(
        "END:VCARD is missing: Android loses the whole file, Apple this card or makes one of it "
        "and the next."
    ),
    "nested-card": _error(
        "A card stands inside a card (AGENT): Android refuses the whole file, Apple ends the "
        "outer card with the inner one."
    ),
    "empty-card": _error("The card is empty: Apple loses it and all cards behind it."),
    "value-too-long": _warning("A text is too long for a person; only its start is shown."),
    "unreadable-value": _error("The value cannot be decoded; it was left out."),
    # the version
    "version-missing": _error("VERSION is missing: Android reads the card by the rules of 2.1."),
    "version-not-second": _warning(
        "VERSION is not the line after BEGIN: strict readers refuse the card."
    ),
    "version-unknown": _error(
        "VERSION is not exactly 2.1, 3.0 or 4.0: Android refuses the whole file."
    ),
    "version-mixed": _error("The file mixes versions: Android imports nothing of it."),
    "version-2": _warning(
        "Version 2.1: Apple reads letters beyond ASCII right only on lines with CHARSET=UTF-8, "
        "Android garbles labels of one's own that are not ASCII, and address book servers "
        "(CardDAV, RFC 6352 section 5.1) take newer cards alone."
    ),
    "version-4": _error(
        "Version 4.0: the contacts app of stock Android refuses the file; Apple reads it as 2.1, "
        "without labels."
    ),
    "property-twice": _warning(
        "A property that may stand once (RFC 6350 section 6) stands again: Apple keeps the "
        "last name or birthday, other readers the first, strict ones refuse the card."
    ),
    # the name
    "n-missing": _error("N is missing: Apple shows the company or no name at all."),
    "n-empty": _warning("N is empty: Apple shows the company as the name."),
    "n-components": _warning(
        "N has not 5 components: strict readers put its parts into the wrong fields."
    ),
    "fn-missing": _error("FN is missing: strict readers refuse the card, others show no name."),
    "note-after-name": _warning(
        "NOTE or NICKNAME stands after N: a messenger (Telegram) takes it for the name."
    ),
    # other properties
    "adr-components": _error(
        "ADR has fewer than 7 components: the text lands in the post-office box, two readers lose "
        "the whole card."
    ),
    "adr-more-components": _warning(
        "ADR has more components than a reader knows: Apple and others drop the last of them, as "
        "with a semicolon that has no backslash."
    ),
    "second-org": _warning("A second ORG: Android makes two entries, Outlook drops one."),
    "second-title": _warning("A second TITLE: Android makes two entries, Outlook drops one."),
    "second-note": _warning("A second NOTE: Apple keeps the last one alone."),
    "second-photo": _warning("A second PHOTO: Apple keeps the last one alone."),
    "uid-twice": _warning(
        "The same UID, or a second one: importers overwrite one card by another."
    ),
    "bare-comma": _warning("A comma without a backslash: one reader cuts the text there."),
    "bare-semicolon": _error(
        "A semicolon without a backslash in a text (RFC 2426 section 4): Apple cuts a name, a "
        "title or a label there, older Macs a note, and make two of a number or address."
    ),
    "semicolon-cut": _error(
        "A semicolon in FN, TITLE, NICKNAME, URL or a label: Apple cuts the value there; write "
        "=3B (2.1) or %3B (URL)."
    ),
    "unknown-escape": _warning(
        "A backslash before another character than \\ ; , n (such as \\:), which is no escape (RFC "
        "2426 section 4, RFC 6350 section 3.4): some readers show the backslash."
    ),
    "text-in-base64": _error("A text is written in base64: Android, for one, reads none."),
    "base64-damaged": _error(
        "The base64 of a property cannot be decoded: Android loses the whole file."
    ),
    "data-uri-escaped": _error(
        "A data: URI with backslashes, which a URI has no place for (RFC 3986, RFC 6350 section "
        "6.2.4): most readers show no picture."
    ),
    "invisible-character": _warning(
        "An invisible character stands in a number, an address or a link: it is dialled, searched "
        "and copied along."
    ),
    "date-invalid": _error(
        "The value is no date: Apple drops it, another reader makes a day of its own of it "
        "(30 November 2 of 00000000)."
    ),
    "date-form": _warning(
        "The date is not written as its version has it (2.1 and 3.0: 1990-05-02 or 19900502, RFC "
        "2426 section 3.1.5; 4.0: 19900502 or --0502, RFC 6350 section 4.3): strict readers drop "
        "it or refuse the card."
    ),
    "date-apple": _error(
        "A date that Apple drops: it reads a day with or without a year, or that and a time in "
        "UTC (Z) without a fraction."
    ),
    "date-no-year": _warning(
        "The year 1604 stands for no year (X-APPLE-OMIT-YEAR); other readers show 1604."
    ),
    "tel-scheme": _error(
        "tel: stands before the number in an older card than 4.0: Android drops the +, Apple "
        "keeps the word."
    ),
    "tel-no-digits": _error("A phone without a digit from 0 to 9: Android keeps no phone."),
    "tel-glued": _error(
        "Digits that are not dialled at once (an extension, a second number, (0) behind +): "
        "Android makes one wrong number of them; write an extension as p123."
    ),
    "tel-letters": _error(
        "Letters in a number: Android drops them, and makes a pause of p and a wait of w."
    ),
    "mail-scheme": _warning("mailto: stands before an e-mail address: readers keep it there."),
    "mail-no-address": _error(
        "An e-mail without an address (something, one @, something): no program can write to it."
    ),
    "many-emails": _warning("Over 3 e-mail addresses: Outlook keeps the first three."),
    "many-urls": _warning("Over 2 websites: Outlook keeps two."),
    "url-scheme": _error(
        "A website with a scheme other than http and https: phones refuse it or run it."
    ),
    "url-escaped": _warning(
        "A backslash in a website: five of thirteen readers keep it, and the link is broken."
    ),
    # types and parameters
    "tel-untyped": _warning("A phone without a type: Android up to 14 calls it home."),
    "tel-grouped-only": _error(
        "Every phone has a group (item1.TEL): Telegram refuses the card, three readers see none."
    ),
    "fax-alone": _warning("FAX without HOME or WORK: Android up to 14 calls it the home fax."),
    "main-voice": _warning("MAIN together with VOICE: Android forgets MAIN and says other."),
    "internet-alone": _warning("INTERNET alone: Android shows the word INTERNET as the label."),
    "unknown-type": _warning(
        "A label of its own, or a type that is not registered: some readers show none."
    ),
    "quoted-types": _error(
        "A quoted list of types: iPhone and Android show it as it stands, two readers lose it."
    ),
    "bare-type": _error(
        "A type without TYPE= (2.1) in a newer card: one reader refuses it, Outlook and iPhone "
        "lose the type."
    ),
    "named-type": _warning(
        "TYPE= in 2.1, where types stand alone: Apple reads no label, Android shows a list with "
        "commas as it stands."
    ),
    "named-parameter": _error(
        "A named parameter that Android's reader of 2.1 does not know, or a LANGUAGE other than "
        "of the form en-US: it refuses the whole file."
    ),
    "newer-parameter": _warning(
        "A parameter of 4.0 in a 3.0 card (RFC 2426 has none such): readers ignore it or show it "
        "as the label."
    ),
    "older-parameter": _warning(
        "ENCODING in a 4.0 card, which has none (RFC 6350 section 5): readers show no "
        "picture, or the letters of its base64."
    ),
    "empty-parameter": _warning(
        "A parameter without a value or a name: some readers refuse the card, others show an "
        "empty label."
    ),
    "empty-type": _error('TYPE="" (3.0 and 4.0): Android loses the whole file.'),
    "parameter-name": _error(
        "A parameter's name holds other characters than letters, digits and hyphens (RFC 6350 "
        "section 3.3): one reader cuts it, strict ones refuse the file."
    ),
    "parameter-value": _error(
        "A parameter's value breaks the grammar (RFC 6350 sections 3.3 and 5): a comma for a "
        "semicolon, a quote inside, quotes in 2.1, a PREF other than 1 to 100. Readers lose the "
        "label, strict ones the card."
    ),
    "value-type": _warning(
        "VALUE names a type that the version of the card does not have (RFC 2426 section 4, RFC "
        "6350 section 5.2): strict readers take the value for text or drop it."
    ),
    "charset-parameter": _warning(
        "CHARSET is of 2.1 only: iPhone and Mac may show it as the label."
    ),
    "quoted-printable": _error("Quoted-printable is of 2.1 only: newer readers show =E2=80=99."),
    "unknown-charset": _error(
        "CHARSET names no known encoding: Android loses the whole file, Apple the text."
    ),
    "unknown-encoding": _error(
        "ENCODING names none that vCard has: Android refuses the whole file."
    ),
    "label-without-group": _warning(
        "X-ABLabel or X-ABADR without a group (item1.) belongs to nothing: Apple never writes it "
        "so and may stumble over it."
    ),
    # the photo
    "photo-url": _error("The photo is a link: phones show none."),
    "photo-data-uri": _error(
        "The photo is a data: URI, as 4.0 has it: neither Android nor Apple shows it."
    ),
    "photo-data-uri-damaged": _error(
        "The photo is a data: URI that holds no base64: no reader shows it."
    ),
    "photo-encoding": _error(
        "No ENCODING=b stands before the photo's base64: Apple shows none, or Android where "
        "BASE64 stands alone."
    ),
    "photo-base64-word": _error(
        "ENCODING=BASE64 is of 2.1; a newer card says ENCODING=b: servers refuse the card."
    ),
    "photo-large": _warning(
        "The photo is over 100 kB: Exchange, message gateways and some importers refuse it."
    ),
    "photo-damaged": _error("The photo is not base64: Android loses the whole file."),
    "photo-format": _warning("The photo is not a JPEG, PNG or GIF: most phones show none."),
}
"""Every code, in the order in which `check` explains them."""

OF_VALUES: Final = frozenset((
    "date-invalid", "date-apple", "date-no-year", "tel-no-digits", "tel-glued", "tel-letters",
    "mail-no-address", "mail-scheme", "many-emails", "many-urls", "url-scheme", "second-org",
    "second-title", "second-note", "second-photo", "n-empty", "photo-large", "photo-format",
    "invisible-character", "unknown-type",
))  # fmt: skip
"""The codes of what is wrong with the values of a card, whatever format it has."""
