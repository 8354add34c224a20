"""The vendor's texts in several languages, `NO:"Leverandør";US:"Supplier"`: in one of them.

What must never enter here: who wants which.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from vcardsvc.validation.invisible import BLANKS

_WORDS: Final[Mapping[str, Sequence[str]]] = {
    "en": ("US", "EN"), "no": ("NO",), "nb": ("NO",), "nn": ("NO",), "sv": ("SW", "SV"),
    "da": ("DA", "DK"), "de": ("GE", "DE"), "nl": ("NL", "DU"), "es": ("SP", "ES"),
}  # fmt: skip
"""What the vendor's multi-language texts call a language, where it is not its own code."""

_MULTI: Final = re.compile(r'(?:[A-Z]{2}:"[^"]*";?){1,64}')
_PIECE: Final = re.compile(r'([A-Z]{2}):"([^"]*)"')


class Translation:
    """Texts in one language (a code like `nb-no`, "" for none); in English, or else in the first
    there is, where that one is not among them. `done`: some text was there in it."""

    __slots__ = ("_own", "done")

    def __init__(self, language: str) -> None:
        short = language.partition("-")[0]
        self._own = (*_WORDS.get(short, ()), short.upper())
        self.done = False

    def of(self, said: Any) -> Any:
        """`said` with every such text in the language, wherever it stands."""
        if type(said) is str:
            return self._one(said) if _MULTI.fullmatch(said) else said
        if type(said) is list:
            return [self.of(one) for one in said]
        if type(said) is dict:
            return {name: self.of(one) for name, one in said.items()}
        return said

    def _one(self, said: str) -> str:
        found: list[tuple[str, str]] = _PIECE.findall(said)
        trimmed = [(code, piece.strip(BLANKS)) for code, piece in found]
        pieces = {code: piece for code, piece in reversed(trimmed) if piece}
        for code in self._own:
            if code in pieces:
                self.done = True
                return pieces[code]
        first = next((piece for _, piece in trimmed if piece), "")
        return next((pieces[code] for code in _WORDS["en"] if code in pieces), first)
