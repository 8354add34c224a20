"""`$filter`: an expression of OData, as the vendor writes it -> a condition of the book.

    filter     = every *( "or" every )
    every      = one *( "and" one )
    one        = "(" filter ")" / comparison / call
    comparison = column operator literal
    call       = ( "contains" / "startswith" ) "(" column "," literal ")"
               / "substringof" "(" literal "," column ")"
    operator   = "eq" / "=" / "equals" / "is" / "contains" / "begins"
    literal    = "'" text "'" / number / "true" / "false" / "null" ; a quote in a text is doubled

Words are read in any case. What is not of this is refused with its place, never ignored: a list
with more rows than the caller asked for is wrong. Promises: time in proportion to the length. What
must never enter here: SQL.

Source: the vendor's reference of GET Contact; OData URL conventions for the grammar.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

from vcardsvc.apis.superoffice.codes import INVALID
from vcardsvc.apis.superoffice.columns import (
    FLAGS,
    NUMBER,
    NUMBERS,
    SEPARATOR,
    Column,
    folded,
    sought,
)
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import (
    Begins,
    Condition,
    Contains,
    Either,
    Equal,
    Every,
    Missing,
    Numbered,
)

OPTION: Final = "$filter"

LENGTH: Final = 8_000
"""Characters of a filter: fifty comparisons of the longest names that there are."""

COMPARISONS: Final = 50
"""Comparisons of a filter: each is a look-up for every company."""

DEPTH: Final = 20
"""Parentheses in one another."""

How = Literal["is", "contains", "begins"]

OPERATORS: Final[Mapping[str, How]] = {
    "eq": "is", "=": "is", "equals": "is", "is": "is", "contains": "contains", "begins": "begins",
}  # fmt: skip
CALLS: Final[Mapping[str, How]] = {
    "contains": "contains", "startswith": "begins", "substringof": "contains",
}  # fmt: skip
"""Functions; the literal of `substringof` comes first."""

NOBODY: Final = Numbered(id=0)
"""What is true of no company."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),=])|(?P<word>[^\s(),='][^\s(),=']*))"
)
_WHOLE: Final = re.compile(r"-?[0-9]{1,10}")
_FLAGS: Final = ("true", "false")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """A piece of a filter and its place; a text without its quotes. The last one is "" and no
    text."""

    text: str
    place: int
    is_text: bool = False

    @property
    def word(self) -> str:
        """The piece in lower case; "" for a text."""
        return "" if self.is_text else self.text.lower()


def condition(filter_text: str) -> Condition:
    """What a filter says. Raises Refused for what is none, with its place."""
    if len(filter_text) > LENGTH:
        refuse(f"It holds {LENGTH} characters at most.", LENGTH)
    parser = _Parser(_tokens(filter_text))
    found = parser.either(0)
    if parser.next.text or parser.next.is_text:
        refuse("A filter goes on with and, or, or ends.", parser.next.place)
    return found


def refuse(why: str, place: int) -> NoReturn:
    """Refuse a filter for what stands at this place, counted from 0."""
    detail = f"{OPTION}, position {place + 1}: {why}"
    raise Refused(Problem(code=INVALID, cause="filter", detail=detail))


def _tokens(filter_text: str) -> list[_Token]:
    found, place = [], 0
    end = len(filter_text.rstrip())
    while place < end:
        match = _TOKEN.match(filter_text, place)
        if match is None:
            place = end - len(filter_text[place:end].lstrip())
            refuse("A text has a quote before and behind it.", place)
        quoted, start = match["text"], match.end() - len(match[0].lstrip())
        text = quoted[1:-1].replace("''", "'") if quoted else match[0].strip()
        found.append(_Token(text=text, place=start, is_text=quoted is not None))
        place = match.end()
    return [*found, _Token(text="", place=end)]


class _Parser:
    """A walk over the pieces of a filter."""

    __slots__ = ("_at", "_comparisons", "_tokens")

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._comparisons = 0

    @property
    def next(self) -> _Token:
        """The piece that comes next."""
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self.next
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _expect(self, mark: str) -> None:
        token = self._take()
        if token.word != mark:
            refuse(f"There must be {mark} here.", token.place)

    def either(self, depth: int) -> Condition:
        """Conditions that are linked by or."""
        found = [self._every(depth)]
        while self.next.word == "or":
            self._take()
            found.append(self._every(depth))
        return found[0] if len(found) == 1 else Either(of=tuple(found))

    def _every(self, depth: int) -> Condition:
        found = [self._one(depth)]
        while self.next.word == "and":
            self._take()
            found.append(self._one(depth))
        return found[0] if len(found) == 1 else Every(of=tuple(found))

    def _one(self, depth: int) -> Condition:
        token = self._take()
        if token.word == "(":
            if depth == DEPTH:
                refuse(f"{DEPTH} parentheses may stand in one another.", token.place)
            found = self.either(depth + 1)
            self._expect(")")
            return found
        self._comparisons += 1
        if self._comparisons > COMPARISONS:
            refuse(f"It has {COMPARISONS} comparisons at most.", token.place)
        if token.word in CALLS and self.next.word == "(":
            return self._call(token)
        if not token.word or token.word in "(),=":
            refuse("There must be the name of a column here.", token.place)
        operator = self._take()
        if operator.word not in OPERATORS:
            served = ", ".join(OPERATORS)
            refuse(
                f"The operators are: {served}; also contains() and startswith().", operator.place
            )
        return _compared(token, OPERATORS[operator.word], self._take())

    def _call(self, name: _Token) -> Condition:
        self._expect("(")
        first = self._take()
        self._expect(",")
        second = self._take()
        self._expect(")")
        column, literal = (second, first) if name.word == "substringof" else (first, second)
        return _compared(column, CALLS[name.word], literal)


def _compared(name: _Token, how: How, literal: _Token) -> Condition:
    """A comparison of a column with a literal."""
    whole = not literal.is_text and _WHOLE.fullmatch(literal.text)
    known = literal.is_text or whole or literal.word in (*_FLAGS, "null")
    if not known:
        refuse("A value is a text in quotes, a whole number, true, false or null.", literal.place)
    maybe_column = None if name.is_text else sought(name.text, number=bool(whole))
    if maybe_column is None:
        refuse("There is no column of this name to filter by.", name.place)
    text = "" if literal.word == "null" else literal.text
    if maybe_column.word in NUMBERS | FLAGS:
        return _plain(maybe_column, how, text, literal)
    if how == "is":
        return _same(maybe_column, folded(text))
    if not text:
        refuse("What a column contains or begins with is not empty.", literal.place)
    between = SEPARATOR if maybe_column.several and how == "begins" else ""
    if maybe_column.several or how == "contains":
        return Contains(key=maybe_column.key, value=between + folded(text))
    return Begins(key=maybe_column.key, value=folded(text))


def _same(column: Column, text: str) -> Condition:
    """The column is this text, or one of its texts is."""
    if not text:
        return Missing(key=column.key)
    if column.several:
        return Contains(key=column.key, value=f"{SEPARATOR}{text}{SEPARATOR}")
    return Equal(key=column.key, value=text)


def _plain(column: Column, how: How, text: str, literal: _Token) -> Condition:
    """The column is this number, or this Boolean."""
    plain = text.strip().lower()
    if how != "is":
        refuse("Only texts contain others, or begin with them.", literal.place)
    if column.word in FLAGS:
        plain = {"1": "true", "0": "false", "": "false"}.get(plain, plain)
        if plain not in _FLAGS:
            refuse("This column is true or false.", literal.place)
        return Equal(key=column.key, value=plain) if plain == "true" else Missing(key=column.key)
    if plain and not _WHOLE.fullmatch(plain):
        refuse("This column is a whole number.", literal.place)
    number = int(plain or 0)
    if column.key == NUMBER:
        return Numbered(id=number) if number > 0 else NOBODY
    return Equal(key=column.key, value=str(number)) if number else Missing(key=column.key)
