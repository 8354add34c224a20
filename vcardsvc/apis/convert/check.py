"""Reads a request to check cards, and writes what they say and what is wrong with them as JSON.

    200 {"cards": [{"version", "says": [{"name", "text"}],
                    "findings": [{"severity", "code", "line", "property", "text", "readers"}]}],
         "notes": [{"field", "code", "reason"}]}

Findings are those of vCard text; of another format the notes name what could not be read. With
`?target=` they are those that matter to its readers. With `?fix=true` the response has the mended
cards, as POST /convert writes them, and its notes name each finding that is gone: in text alone,
for jCard and the other forms have none of these faults.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec import Struct, structs

from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.convert.files import CHECKED, CardFile, read_file
from vcardsvc.apis.convert.request import conversion_of, read_options
from vcardsvc.apis.convert.response import note_values
from vcardsvc.apis.createcontact.response import spaced_json_response
from vcardsvc.errors import E1539, Problem, Refused
from vcardsvc.model.card import Card
from vcardsvc.model.conversion import CardNote, ConversionRequest, ConversionResult
from vcardsvc.model.request import Document, Target
from vcardsvc.validation.fields import Policy
from vcardsvc.vcard.card_text import card_text
from vcardsvc.vcard.parser import OF_VALUES, Finding, NotACard, ReadCard, read

LARGE_CHECK: Final = 2 * 1024
"""Bytes of a body that is checked in a thread: a check takes ten times as long as reading."""

_STRAY: Final = "stray-line"


class CheckRequest(Struct, frozen=True, kw_only=True):
    """Holds the cards to check and how they were read; `fix`: they are wanted mended, as
    `conversion` says."""

    conversion: ConversionRequest
    checked: tuple[ReadCard, ...]
    fix: bool


def read_check(
    request: Request, media_type: bytes, policy: Policy, max_ttl: int, most: int
) -> CheckRequest:
    """Return the check of at most `most` cards. Raises Refused as `read_conversion` does, and for
    cards with more properties than a check reads."""
    options = read_options(request, policy, max_ttl)
    reading = structs.replace(options.reading, empty=not options.fix, properties=CHECKED)
    file = read_file(request, media_type, reading, policy, most)
    try:
        checked = checked_cards(file)
    except NotACard as fault:
        raise Refused(Problem(code=E1539, cause="no-card", detail=str(fault))) from None
    conversion = conversion_of(options, file, len(request.body))
    return CheckRequest(conversion=conversion, checked=checked, fix=options.fix)


def checked_cards(file: CardFile) -> tuple[ReadCard, ...]:
    """Return what the cards say and what is wrong with them. Raises NotACard for more properties
    than a check reads."""
    if file.text:
        return read(file.text)
    return tuple(map(_checked, file.cards))


def _checked(card: Card) -> ReadCard:
    """Return a card of another format, with the findings on its values in a vCard."""
    octets, _ = card_text(card)
    [written] = read(b"".join(octets))
    findings = [structs.replace(one, line=0) for one in written.findings if one.code in OF_VALUES]
    return ReadCard(card=card, findings=tuple(findings))


def check_response(check: CheckRequest) -> Response:
    """Return what the cards say and what is wrong with them."""
    return spaced_json_response(200, findings_value(check))


def findings_value(check: CheckRequest) -> dict[str, Any]:
    """Return what the cards say and what is wrong with them for their target as JSON."""
    target = check.conversion.options.target or "universal"
    wrong = [mattering(card, target) for card in check.checked]
    return check_value(check.checked, wrong, check.conversion.notes)


def mattering(card: ReadCard, target: Target) -> list[Finding]:
    """Return the findings of a card that matter to a target's readers."""
    return [one for one in card.findings if one.matters_to(target)]


def check_value(
    cards: Sequence[ReadCard], wrong: Sequence[Sequence[Finding]], notes: tuple[CardNote, ...]
) -> dict[str, Any]:
    """Return cards, what is `wrong` with each, and notes as the value of the JSON."""
    return {
        "cards": [_card(card, findings) for card, findings in zip(cards, wrong, strict=True)],
        "notes": note_values(notes),
    }


def _card(card: ReadCard, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "version": card.version,
        "says": [{"name": name, "text": text} for name, text in card.rows],
        "findings": list(map(_finding, findings)),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "line": finding.line,
        "property": finding.name,
        "text": finding.text,
        "readers": finding.readers,
    }


def with_mends(check: CheckRequest, result: ConversionResult) -> ConversionResult:
    """Return the result with a note on each finding that its cards have no more.

    A form that is not text, or holds no file, has no findings: nothing is noted there.
    """
    document = result.maybe_document
    if document is None or document.content_type.split(";")[0] != "text/vcard":
        return result
    return structs.replace(result, notes=(*_mends(check, document), *result.notes))


def _mends(check: CheckRequest, document: Document) -> list[CardNote]:
    try:
        mended = read(document.octets)
    except NotACard:  # more properties than a check reads
        return []
    notes = []
    for index, (before, after) in enumerate(zip(check.checked, mended, strict=False)):
        left = {place for place, _ in _placed(after)}
        notes += [_mend(index, one) for place, one in _placed(before) if place not in left]
    return notes


def _placed(card: ReadCard) -> Iterator[tuple[tuple[str, str, int], Finding]]:
    """Yield each finding with its place: its code, and its property's name and number among those
    of this name.

    A line outside of cards is left out: it is not mended, and noted as unreadable.
    """
    numbers: dict[int, tuple[str, int]] = {}
    counts: Counter[str] = Counter()
    for prop in card.card.properties:
        numbers[prop.line] = prop.name, counts[prop.name]
        counts[prop.name] += 1
    for one in card.findings:
        if one.code == _STRAY:
            continue
        name, number = numbers.get(one.line, (one.name, 0))
        yield (one.code, name, number), one


def _mend(index: int, finding: Finding) -> CardNote:
    """Return the note on a finding that is gone; one of the whole file is of no card."""
    field = f"card/{index}/line/{finding.line}" if finding.line else "card"
    return CardNote(field=field, code=finding.code, reason=finding.text)
