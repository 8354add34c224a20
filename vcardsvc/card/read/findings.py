"""What can be wrong with a card: one row for each fault, with the readers that stumble over it.

An error costs the file, the card or a field in at least one reader that people use; a warning
changes how something is shown. A code is never renamed: scripts look for it. What must never
enter here: a value of the card that is judged.

Source: the readers' own source code and runs of it (Android's, Telegram's, thirteen libraries),
vendors' pages (Microsoft's MS-OXVCARD), RFC 2426 and 6350, and users' reports for the rest.
"""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row: how bad it is, a sentence, and how often it is told for one card at most."""

    severity: Severity
    text: str
    most: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault: its physical line (from 1; 0 is the whole file), a code of FINDINGS, its text."""

    line: int
    code: str
    text: str

    @property
    def severity(self) -> Severity:
        """How bad it is, from the table."""
        return FINDINGS[self.code].severity


def found(line: int, code: str) -> Finding:
    """A finding with its sentence from the table."""
    return Finding(line=line, code=code, text=FINDINGS[code].text)


def told(findings: list[Finding]) -> tuple[Finding, ...]:
    """In the order of lines, each once, none more often than its row allows."""
    counts: dict[str, int] = {}
    kept = []
    for finding in sorted(set(findings), key=lambda finding: (finding.line, finding.code)):
        counts[finding.code] = counts.get(finding.code, 0) + 1
        if counts[finding.code] <= FINDINGS[finding.code].most:
            kept.append(finding)
    return tuple(kept)


def _error(text: str, most: int = 10) -> Rule:
    return Rule(severity="error", text=text, most=most)


def _warning(text: str, most: int = 10) -> Rule:
    return Rule(severity="warning", text=text, most=most)


FINDINGS: dict[str, Rule] = {
    # the file and its physical lines
    "byte-order-mark": _error(
        "The file opens with a byte order mark: Android imports nothing, iCloud refuses the file."
    ),
    "not-utf-8": _error(
        "The text is not UTF-8: Android and most other readers show wrong characters.", 1
    ),
    "stray-line": _warning("A line stands outside of any card; readers drop it.", 1),
    "loose-line-end": _error(
        "A line ends without CR LF: three of thirteen readers need it and find no card.", 1
    ),
    "long-line": _warning(
        "A line is over 75 octets (RFC 2426 section 2.6); old readers cut it.", 1
    ),
    "fold-in-character": _error(
        "A fold splits a character: readers that decode line by line show it broken.", 1
    ),
    "fold-at-space": _warning("A fold stands beside a space, which some readers lose.", 1),
    "folded-after-structured": _warning(
        "A folded property follows N, ADR or ORG: Android 5 to 7.1 loses it and adds its text "
        "to the property before."
    ),
    "control-character": _error(
        "A control character stands in the text: strict readers refuse the card."
    ),
    "no-colon": _error(
        "A line has no colon: Android up to 15 refuses the whole file, or adds it to a name."
    ),
    "bad-name": _error("The part before the colon cannot be read: most readers drop the line."),
    "lower-case-name": _error(
        "A property name is not in upper case: Android drops the property without a word."
    ),
    "end-missing": _error("END:VCARD is missing: Android loses the whole file."),
    "nested-card": _error("A card stands inside a card (AGENT): Android refuses the whole file."),
    "value-too-long": _warning("A text is too long for a person; only its start was read."),
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
    "version-4": _error("Version 4.0: the contacts app of stock Android refuses the file."),
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
        "ADR has not 7 components: the text lands in the post-office box, two readers lose the "
        "whole card."
    ),
    "second-org": _warning("A second ORG: Android makes two entries, Outlook drops one."),
    "second-title": _warning("A second TITLE: Android makes two entries, Outlook drops one."),
    "uid-twice": _warning(
        "The same UID, or a second one: importers overwrite one card by another."
    ),
    "bare-comma": _warning("A comma without a backslash: one reader cuts the text there."),
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
    "unknown-type": _warning("The label is none that a contact here can carry."),
    "quoted-types": _error(
        "A quoted list of types: iPhone and Android show it as it stands, two readers lose it."
    ),
    "bare-type": _error(
        "A type without TYPE= (2.1) in a newer card: one reader refuses it, Outlook and iPhone "
        "lose the type."
    ),
    "charset-parameter": _warning(
        "CHARSET is of 2.1 only: iPhone and Mac may show it as the label."
    ),
    "quoted-printable": _error("Quoted-printable is of 2.1 only: newer readers show =E2=80=99."),
    # the photo
    "photo-url": _error("The photo is a link: phones show none."),
    "photo-data-uri": _error("The photo is a data: URI (4.0) in an older card: phones show none."),
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
