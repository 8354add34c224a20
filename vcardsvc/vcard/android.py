"""Rewrites a telephone number so that Android's reader dials it as intended.

Android keeps digits, * and #, and a leading +; p and w, in any word, become a pause and a wait, and
all other characters are dropped. So an extension, a second number or a (0) is dialled as part of
the number. Only a pager's number is kept as written. Numbers in E.164 are not affected. Source:
com.android.vcard, run from 5 to 16.
"""

import re
from bisect import bisect
from typing import Final

from vcardsvc.vcard.losses import (
    DIGITS_ANDROID,
    EXTENSION_ANDROID,
    GLUED_ANDROID,
    LETTERS_ANDROID,
    SECOND_ANDROID,
    TRUNK_ANDROID,
    UNDIALLED_ANDROID,
    WORDS_ANDROID,
    LossKind,
)

_TOLL_FREE: Final = re.compile(
    r"((?:\+?1[-. ]?)?\(?8(?:00|33|44|55|66|77|88)\)?)(?!(?:[-. ]*[0-9]){7})"
    r"([-. ]?[A-Z0-9][A-Z0-9-. ]{5,38}?[A-Z0-9])"
    r"(?:[ ,;.(\[]+(?:ext(?:ension|n)?\.?|x)[ .:=]*([0-9]{1,7})[)\]]?)?",
    re.IGNORECASE,
)
"""A toll-free number of North America, the only kind with letters as digits, and an extension.
Words after seven digits are not part of the number."""

_LEADING: Final = re.compile(r"[^0-9+(]*")
_KEYS: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
"""Letters to the keys of a telephone (ITU-T E.161)."""

_LETTERS: Final = re.compile(r"[^\W\d_]")
_DIGIT: Final = re.compile(r"[0-9]")
_TRUNK: Final = re.compile(r"^(\s*(?:\+|\uff0b|00)[ .-]*[0-9]{1,3})[ .-]*\(0\)")
"""A country code, and behind it the 0 that is dialled inside the country alone."""
_SECOND: Final = re.compile(
    r"^((?:[^0-9]*[0-9]){7,15}(?:[^0-9/|]*(?=[/|])|[^\w,;/|+\uff0b]*(?=[+\uff0b])))"
    r"(?:[^0-9]*[0-9]){6}"
)
"""Two whole numbers in one; a number has one + alone, before its first digit."""
_LATER_PLUS: Final = re.compile(r"[^0-9*#+\uff0b]*[0-9*#][^+\uff0b]*[+\uff0b]")
"""A + that Android drops: it keeps one that comes first."""
_WORDS: Final = re.compile(r"([^\W\d_]+|[,;]|(?<=[0-9)]) +#(?=[0-9]{1,7}$))")
"""What separates a number from an extension or from another number."""
_IN_BRACKETS: Final = re.compile(r"[(\[{<]\s*[^\W\d_][^0-9()\[\]{}<>]*[)\]}>]")
"""Words in brackets, without a digit."""
_BRACKETS: Final = {")": "(", "]": "[", "}": "{", ">": "<"}
_PLUS: Final = re.compile(r"[^0-9]*[+\uff0b][^0-9]*([0-9]+)\)?")
_AS_INTENDED: Final = re.compile(r"\+[0-9][0-9 .-]*|\(?[0-9][0-9 ().-]*")
"""One number that Android dials as intended."""
_INTERNATIONAL: Final = re.compile(
    r"\+(?:[2-9](?:[ .-]{0,2}[0-9]){0,14}|1(?:[ .-]{0,2}[0-9]){0,10})"
)
"""One number with its country code, and no more digits than one number has: the full analysis,
which takes as long as the rest of a card, finds nothing there."""
_NOT_DIALLED: Final = re.compile(r"[^0-9*#]+")
_NOT_STORED: Final = re.compile(r"[^0-9*#pPwW]+")
_PAUSES: Final = str.maketrans("pPwW", ",,;;")
_ASCII: Final = str.maketrans("\uff0f\uff5c\uff0c\uff1b\u3001\u060c\u061b\uff08\uff09", "/|,;,,;()")
"""Full-width and Arabic marks that part numbers, and brackets, in ASCII."""

_PAUSE: Final = re.compile("[pPwW]")
_OTHERS: Final = re.compile("[/|]")
"""What stands between a number and another end of it."""

LONG: Final = 255
"""The most characters of a number that is analysed: a longer one is a text, and analysing 256 KiB
would delay every other request by a second."""

_WHOLE: Final = 7
"""Digits of the shortest whole number."""
_WITH_AREA: Final = 10
"""Digits behind which a slash parts no area code from the rest."""
_OF_ONE: Final = 11
"""Digits of every number of +1."""
_LONGEST: Final = 15
"""Digits of the longest number (E.164)."""


def stored(number: str) -> str:
    """Return what Android stores of a number, without the dashes that it adds."""
    plus = "+" if number.lstrip().startswith("+") else ""
    return plus + _NOT_STORED.sub("", number).translate(_PAUSES)


def dialable(number: str) -> tuple[str | None, tuple[LossKind, ...]]:
    """Return the number that Android dials as intended, and the losses; None without a digit.

    Digits after a word, comma or semicolon are dialled after a pause; + comes first.
    """
    kinds = []
    number = number.translate(_ASCII)
    written = _TRUNK.sub(r"\1 ", number)
    if written != number:
        kinds.append(TRUNK_ANDROID)
    if match := _SECOND.match(written):
        kinds.append(SECOND_ANDROID)
        written = match[1]
    places = [digit.start() for digit in _DIGIT.finditer(written)]
    if not places:
        return None, (*kinds, WORDS_ANDROID)
    bare = _without_bracketed_words(written, places)
    spelled = _TOLL_FREE.fullmatch(_LEADING.sub("", bare, count=1).rstrip(" .,;:-"))
    if spelled and _LETTERS.search(spelled[2]):
        parts = [spelled[1] + spelled[2].upper().translate(_KEYS)]
        post_dial = f"p{spelled[3]}" if spelled[3] else ""
        letters = True
    else:
        parts, post_dial = _parts(bare)
        letters = _letters_outside(bare, parts) or bare != written
    if letters:
        kinds.append(LETTERS_ANDROID)
    if post_dial:
        kinds.append(EXTENSION_ANDROID)
    first = _PLUS.sub(r"+\1", parts[0], count=1) if _PLUS.match(parts[0]) else parts[0]
    if letters or post_dial:
        first = _paired(first)
    if _is_glued(first):
        kinds.append(GLUED_ANDROID)
    elif _LATER_PLUS.match(first):
        kinds.append(DIGITS_ANDROID)
    return first.strip(" .:-") + post_dial, tuple(kinds)


def misdialled(number: str) -> LossKind | None:
    """Return why Android dials another number than this one; None if it dials it as intended.

    A number of more than LONG characters is not analysed: Android keeps its digits.
    """
    if _INTERNATIONAL.fullmatch(number):
        return None
    may_be_two = _LONGEST < len(number) <= LONG
    if not may_be_two and _AS_INTENDED.fullmatch(number):
        return None
    if len(number) > LONG:
        return DIGITS_ANDROID if _DIGIT.search(number) else UNDIALLED_ANDROID
    intended, kinds = dialable(number)
    if intended is None:
        return UNDIALLED_ANDROID
    if stored(intended) == stored(number) and not {GLUED_ANDROID, DIGITS_ANDROID} & {*kinds}:
        return None
    glued = {SECOND_ANDROID, EXTENSION_ANDROID, GLUED_ANDROID} & {*kinds}
    return GLUED_ANDROID if glued else DIGITS_ANDROID


def _is_glued(number: str) -> bool:
    """Return whether digits stand behind a whole number, and nothing that Android knows between."""
    dialled = _PAUSE.split(number, maxsplit=1)[0]
    digits = [found.start() for found in _DIGIT.finditer(dialled)]
    if len(digits) > _LONGEST:
        return True
    if len(digits) > _OF_ONE and dialled.startswith("+1"):
        return digits[_OF_ONE] - digits[_OF_ONE - 1] > 1
    return len(digits) > _WITH_AREA and bool(
        _OTHERS.search(dialled, digits[_WITH_AREA - 1], digits[-1])
    )


def _parts(number: str) -> tuple[list[str], str]:
    """Return the pieces of a number that hold digits, and what is dialled after the first."""
    parts: list[str] = []
    dialled, between = [], []
    for at, piece in enumerate(_WORDS.split(number)):
        if at % 2:
            between.append(piece)
        elif _DIGIT.search(piece):
            if parts:
                dialled.append(_pauses(between) + _NOT_DIALLED.sub("", piece))
            parts.append(piece)
            between = []
    return parts, "".join(dialled)


def _pauses(between: list[str]) -> str:
    """Return a pause for each comma and semicolon; one if there are words."""
    has_words = any(map(_LETTERS.match, between))
    return "p" * (1 if has_words else len(between))


def _letters_outside(number: str, parts: list[str]) -> bool:
    before, after = number[: number.index(parts[0])], number[number.rindex(parts[-1]) :]
    return bool(_LETTERS.search(before) or _LETTERS.search(after))


def _without_bracketed_words(number: str, digits: list[int]) -> str:
    """The number without words in brackets, unless they may part it from an extension: those
    before its first digit or behind its last, and those that more digits follow than stand before.

    `digits` are the offsets of the digits.
    """

    def kept(found: re.Match[str]) -> str:
        before = bisect(digits, found.start())
        behind = len(digits) - before
        return "" if not behind or before < min(_WHOLE, behind) else found[0]

    return _IN_BRACKETS.sub(kept, number)


def _paired(text: str) -> str:
    """Remove brackets without a partner, whose words were removed."""
    opened: list[int] = []
    pairs: set[int] = set()
    for at, character in enumerate(text):
        if character in "([{<":
            opened.append(at)
        elif character in _BRACKETS and opened and text[opened[-1]] == _BRACKETS[character]:
            pairs |= {opened.pop(), at}
    return "".join([each for at, each in enumerate(text) if at in pairs or each not in "([{<)]}>"])
