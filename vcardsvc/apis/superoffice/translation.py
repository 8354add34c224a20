"""Chooses one language of the vendor's multi-language texts, `NO:"Leverandør";US:"Supplier"`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from vcardsvc.validation.invisible import BLANKS

_CODES: Final[Mapping[str, Sequence[str]]] = {
    "en": ("US", "EN"), "no": ("NO",), "nb": ("NO",), "nn": ("NO",), "sv": ("SW", "SV"),
    "da": ("DA", "DK"), "de": ("GE", "DE"), "nl": ("NL", "DU"), "es": ("SP", "ES"),
}  # fmt: skip
"""The vendor's codes of languages, where they differ from ISO 639."""

_TEXT: Final = re.compile(r'(?:[A-Z]{2}:"[^"]*";?){1,64}')
_PIECE: Final = re.compile(r'([A-Z]{2}):"([^"]*)"')


def translated(value: Any, language: str) -> tuple[Any, bool]:
    """Return `value` with every multi-language text in `language` (`nb-no`; "" for none), and
    whether any text had it. Other texts are in English, or else in their first language."""
    if not _has_translations(value):
        return value, False
    translator = _Translator(language)
    return translator.translate(value), translator.found


def _has_translations(value: Any) -> bool:
    pending = [value]
    while pending:
        one = pending.pop()
        if type(one) is str:
            if ':"' in one and _TEXT.fullmatch(one):
                return True
        elif type(one) is dict:
            pending += one.values()
        elif type(one) is list:
            pending += one
    return False


class _Translator:
    """Translates texts into one language; `found`: at least one text had it."""

    __slots__ = ("_codes", "found")

    def __init__(self, language: str) -> None:
        short = language.partition("-")[0]
        self._codes = (*_CODES.get(short, ()), short.upper())
        self.found = False

    def translate(self, value: Any) -> Any:
        if type(value) is str:
            return self._text(value) if _TEXT.fullmatch(value) else value
        if type(value) is list:
            return [self.translate(one) for one in value]
        if type(value) is dict:
            return {name: self.translate(one) for name, one in value.items()}
        return value

    def _text(self, text: str) -> str:
        found: list[tuple[str, str]] = _PIECE.findall(text)
        trimmed = [(code, piece.strip(BLANKS)) for code, piece in found]
        pieces = {code: piece for code, piece in reversed(trimmed) if piece}
        for code in self._codes:
            if code in pieces:
                self.found = True
                return pieces[code]
        first = next((piece for _, piece in trimmed if piece), "")
        return next((pieces[code] for code in _CODES["en"] if code in pieces), first)
