"""Reads the text of cards of any version, from any program, in any state.

Strategy: a file is cut into its cards, and a clean card is read in one pass over its lines. A card
with anything odd (another character set, quoted-printable, quotes, control characters, base64
without indentation, a card inside, a line without a colon) is read by `_thoroughly`, which reads
clean ones to the same result. Every text that is not in the result is named by a problem.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from vcardsvc.model.card import Card, Property
from vcardsvc.vcard.parser.canonical import canonical
from vcardsvc.vcard.parser.decoding import (
    CLEAN_READINGS,
    CLEAN_READINGS_V21,
    EDGES,
    NO_PLACE,
    NotClean,
    reading,
)
from vcardsvc.vcard.parser.heads import CONTROLS, ODD_CHARSET, ODD_ENCODING, BadHead, Head
from vcardsvc.vcard.parser.lines import (
    DOUBLED_END,
    MAX_BYTES,
    MAX_PROPERTIES,
    NO_COLON,
    RawLine,
    check_lines,
    cut,
    halves,
)
from vcardsvc.vcard.parser.octets import as_octets, decoded, decoded_line, has_controls, is_known
from vcardsvc.vcard.parser.read_file import (
    MAX_FILE_TEXTS,
    MAX_TEXTS,
    TOO_MANY_TEXTS,
    NotACard,
    ReadFile,
    ReadProblem,
    check_texts,
    with_few_texts,
)
from vcardsvc.vcard.parser.values import UnreadableValue, without_controls

_BEGIN: Final = b"BEGIN:VCARD"
_END: Final = b"END:VCARD"
_ENDS: Final = (b"\n" + _END, b"\r" + _END)
_WHOLE_START: Final = re.compile(rb"[\r\n]++(?![ \t])")
"""What follows BEGIN:VCARD where its line is not folded."""
_VERSION: Final = re.compile(
    rb"[ \t]*+(?:[\w-]++\.)?VERSION[ \t]*+(?:;[^:]*+)?:(.*)", re.IGNORECASE | re.DOTALL
)
_CONTROL_OCTETS: Final = bytes({*range(32), 127} - {9, 10, 13})
_UNUSUAL: Final = re.compile("[\x80-\x9f\u2028\u2029]")
"""Controls and line ends of Unicode."""
_UNCLEAN: Final = (NotClean, BadHead, UnreadableValue)
_QUOTED_CONTROL: Final = re.compile(r"=(?:0[0-8BCEF]|1[0-9A-F]|7F|C2=[89][0-9A-F])", re.IGNORECASE)
_AGENT: Final = b"AGENT"
"""The property whose value may be a card: AGENT (2.1, 3.0), X-AGENT."""
_REPLACED: Final = "\ufffd"
_BLANKS: Final = (" ", "\t")
_OUTSIDE: Final = -1

_STRAY: Final = "The text outside of cards was left out."
_NO_COLON: Final = "The line has no colon."
_NO_CARD: Final = "The line begins or ends something that is no card."
_CONTROLS: Final = "Control characters were removed."
_OCTETS: Final = "Octets that are no text in their character set were replaced."
_KEPT: Final = frozenset((_CONTROLS, _OCTETS, ODD_CHARSET, ODD_ENCODING, TOO_MANY_TEXTS, NO_PLACE))
"""What is said of a value that was read all the same."""

_Problem = tuple[int, str, str]
"""(line, place, text) as in ReadProblem."""


def read_cards(data: bytes, charset: str = "") -> ReadFile:
    """Read every card of a file; `charset` is that of its media type.

    Raises NotACard, with a sentence, when no property can be read or the file is over a ceiling.
    """
    if len(data) > MAX_BYTES:
        raise NotACard(f"The file is over {MAX_BYTES} octets.")
    octets, charset = as_octets(data, charset)
    check_lines(octets)
    cards: list[Card] = []
    problems: list[ReadProblem] = []
    count = 0
    for card, found in _cards(octets, charset if charset and is_known(charset) else ""):
        if found:
            place = _OUTSIDE if card is None else len(cards)
            problems += [
                ReadProblem(card=place, line=line, place=name, text=text)
                for line, name, text in found
            ]
        if card is not None:
            cards.append(card)
            count += len(card.properties)
        if count > MAX_PROPERTIES:
            raise NotACard(f"The file is over {MAX_PROPERTIES} properties.")
    if not cards:
        raise NotACard("The file holds no BEGIN:VCARD.")
    if not count:
        raise NotACard("The file holds no property that can be read.")
    if len(octets) > MAX_FILE_TEXTS and octets.count(b",") + octets.count(b";") > MAX_FILE_TEXTS:
        check_texts(cards)
    return ReadFile(cards=tuple(cards), problems=tuple(problems))


def _cards(octets: bytes, charset: str) -> Iterator[tuple[Card | None, list[_Problem]]]:
    """Yield each card with its problems, and None with those of a text outside of cards."""
    before, *bodies = octets.split(_BEGIN)
    if charset or before.strip(b"\r\n") or DOUBLED_END in octets:
        yield from _thorough_cards(octets, 1, charset)
        return
    number = 1 + len(before.splitlines())
    for place, body in enumerate(bodies, start=1):
        inside = body.rstrip(b"\r\n")
        is_ended = len(inside) < len(body) or place == len(bodies)
        is_whole = is_ended and inside.endswith(_ENDS) and _WHOLE_START.match(body) is not None
        maybe_card = _clean_card(inside[: -len(_END)], number) if is_whole else None
        if maybe_card is not None:
            yield maybe_card, []
        elif is_whole and not _may_nest(body):
            yield from _thorough_cards(_BEGIN + body, number, charset)
        else:
            rest = _BEGIN.join([b"", *bodies[place - 1 :]])
            yield from _thorough_cards(rest, number, charset)
            return
        if place < len(bodies):
            number += len(body.splitlines())


def _may_nest(body: bytes) -> bool:
    """Return whether a card within this one may end behind it."""
    return _AGENT in re.sub(rb"(?:\r\n|\r|\n)[ \t]", b"", body).upper()


def _clean_card(inside: bytes, number: int) -> Card | None:
    """Return the card of what stands between BEGIN, which is line `number`, and END; None if it
    needs `_thorough_cards`."""
    if len(inside.translate(None, _CONTROL_OCTETS)) != len(inside):
        return None
    try:
        text = inside.decode()
        # A search for their first octets takes 0.1 us, one for the characters 9 us.
        if (0xC2 in inside or 0xE2 in inside) and _UNUSUAL.search(text):
            return None
        return _clean_properties(_content_lines(inside, text), number)
    except (UnicodeDecodeError, *_UNCLEAN):
        return None


def _clean_properties(lines: list[str], number: int) -> Card:
    """Read the lines of a card without END. Raises NotClean, BadHead and UnreadableValue."""
    version = _clean_version(lines)
    readings = CLEAN_READINGS_V21 if version == "2.1" else CLEAN_READINGS
    properties: list[Property] = []
    translated: set[str] = set()
    for at, line in enumerate(lines, number):
        start, colon, value = line.partition(":")
        if colon:
            read, head, is_translated = readings[start]
            made = read(head, value, at)
            if len(value) > MAX_TEXTS and made is not None and with_few_texts(made) is not made:
                raise NotClean
            if made is not None:
                properties.append(made)
                if is_translated:
                    translated.add(head.name)
        elif line:
            raise NotClean
    found = canonical(properties, translated) if translated else properties
    return Card(properties=tuple(found), version=version)


def _clean_version(rows: list[str]) -> str:
    """Return the version of a card, "" without one. Raises NotClean if it is not plain to see."""
    if len(rows) > 1 and rows[1].startswith("VERSION:"):
        return rows[1][len("VERSION:") :].strip()
    starts = (row for row in rows if "VERSION" in row.partition(":")[0].upper())
    first = next(starts, "VERSION:")
    if not first.startswith("VERSION:"):
        raise NotClean
    return first[len("VERSION:") :].strip()


def _content_lines(octets: bytes, text: str) -> list[str]:
    """Return the lines of a text, each at the place of its first row if it is folded, and empty
    ones at those of the others. Raises NotClean for a fold of nothing.

    The octets are searched for folds, since a look at each row takes 2 us more for a card of 1 kB.
    A fold behind a lone CR stays a row that begins with a blank, which is no property.
    """
    rows = text.splitlines()
    if 0x09 in octets:
        octets = octets.replace(b"\n\t", b"\n ")
    first, before = 0, 0
    end = octets.find(b"\n ")
    while end >= 0:
        first += octets.count(b"\n", before, end)
        if first < len(rows) - 1 and rows[first + 1].startswith(_BLANKS):
            behind = first + 2
            while behind < len(rows) and rows[behind].startswith(_BLANKS):
                behind += 1
            if not rows[first]:
                raise NotClean
            parts = [row[1:] for row in rows[first + 1 : behind]]
            rows[first:behind] = ["".join([rows[first], *parts]), *[""] * len(parts)]
        before = end
        end = octets.find(b"\n ", end + 1)
    return rows


def _thorough_cards(
    octets: bytes, number: int, charset: str
) -> Iterator[tuple[Card | None, list[_Problem]]]:
    """Read cards and texts in any state; the first line of the octets is line `number`."""
    for piece in cut(octets, number):
        if piece.is_card:
            yield card_of(piece.lines, charset)
        elif piece.lines:
            yield None, [(piece.lines[0].number, "", _STRAY)]


def card_of(lines: Sequence[RawLine], charset: str = "") -> tuple[Card, list[_Problem]]:
    """Return the card of these lines without BEGIN and END, in any state, and its problems."""
    versions = (match[1] for line in lines if (match := _VERSION.fullmatch(line.octets)))
    version = decoded(next(versions, b"")).strip()
    properties: list[Property] = []
    problems: list[_Problem] = []
    lacked_colon = False
    for line in lines:
        maybe_property, found = _property(line, version, charset)
        has_colon = not found or found[0][2] != _NO_COLON
        if has_colon or not lacked_colon:  # a text of many lines is one problem
            problems += found
        lacked_colon = not has_colon
        if maybe_property is not None:
            properties.append(maybe_property)
    names = {prop.name for prop in properties}
    return Card(properties=tuple(canonical(properties, names)), version=version), problems


def unreadable(problems: Iterable[_Problem]) -> list[tuple[int, str]]:
    """Return (line, name) of each property whose value could not be read."""
    return [
        (line, name)
        for line, name, text in problems
        if name and name not in EDGES and text not in _KEPT
    ]


def _property(line: RawLine, version: str, charset: str) -> tuple[Property | None, list[_Problem]]:
    """Return the property of a line, None without one that can be read, and its problems."""
    text, faults = _text(line, charset)
    start, value, fault = halves(text)
    if fault == NO_COLON:
        return None, [(line.number, "", _NO_COLON)]
    if line.nested:
        nested = [without_controls(decoded(one, charset)) for one in line.nested]
        value = "\n".join([value.strip(), *nested] if value.strip() else nested)
    try:
        read, head, _ = reading(start, version, charset)
    except BadHead as error:
        return None, [(line.number, "", str(error))]
    if head.name == "VERSION":
        return None, []
    if head.name in EDGES:
        return None, [(line.number, head.name, _NO_CARD)]
    if head.fault:
        faults.append(head.fault)
    try:
        maybe_made = read(head, value, line.number)
    except UnreadableValue as error:
        maybe_made = error.kept
        faults = [*(faults if error.kept else ()), str(error)]
    if maybe_made is not None:
        maybe_made, more = _checked(maybe_made, head, value)
        faults += more
    return maybe_made, [(line.number, head.name, fault) for fault in dict.fromkeys(faults)]


def _checked(whole: Property, head: Head, value: str) -> tuple[Property, list[str]]:
    """Return a property without what is too much of it, and what of its value is no text."""
    made, faults = with_few_texts(whole), []
    if head.encoding == "Q":
        if _QUOTED_CONTROL.search(value) and not has_controls(head.charset):
            faults.append(_CONTROLS)
        if _REPLACED in str(made.value):
            faults.append(_OCTETS)
    if made is not whole:
        faults.append(TOO_MANY_TEXTS)
    return made, faults


def _text(line: RawLine, charset: str) -> tuple[str, list[str]]:
    """Decode a line, and say what of it is no text."""
    text, _ = decoded_line(line.octets, charset)
    faults = []
    if _REPLACED in text and _REPLACED.encode() not in line.octets:
        faults.append(_OCTETS)
    clean = CONTROLS.sub("", text)
    if clean != text:
        faults.append(_CONTROLS)
    return clean, faults
