"""Parses `$filter`, an expression of OData in the vendor's form, to a condition of a listing.

    filter      = conjunction *( "or" conjunction )
    conjunction = term *( "and" term )
    term        = "(" filter ")" / comparison / call
    comparison  = column operator literal
    call        = ( "contains" / "startswith" ) "(" column "," literal ")"
                / "substringof" "(" literal "," column ")"
    operator    = "eq" / "=" / "equals" / "is" / "contains" / "begins"
    literal     = "'" text "'" / number / "true" / "false" / "null" ; a quote in a text is doubled

Keywords are read in any case. Anything else is refused with its position, never ignored: a list
with more rows than the filter allows would be wrong. The time is proportional to the length.

Source: the vendor's reference of GET Contact; OData URL conventions for the grammar.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NoReturn

from vcardsvc.apis.superoffice.columns import (
    BOOLEAN_TYPES,
    NUMBER,
    NUMBER_TYPES,
    SEPARATOR,
    Column,
    filter_column,
    folded,
)
from vcardsvc.apis.superoffice.errors import INVALID
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
"""Characters of a filter: fifty comparisons of the longest names."""

COMPARISONS: Final = 50
"""Comparisons of a filter: each is a look-up for every company."""

DEPTH: Final = 20
"""Levels of parentheses."""

Operator = Literal["is", "contains", "begins"]

OPERATORS: Final[Mapping[str, Operator]] = {
    "eq": "is", "=": "is", "equals": "is", "is": "is", "contains": "contains", "begins": "begins",
}  # fmt: skip
FUNCTIONS: Final[Mapping[str, Operator]] = {
    "contains": "contains", "startswith": "begins", "substringof": "contains",
}  # fmt: skip
"""Functions; the literal of `substringof` comes first."""

IMPOSSIBLE: Final = Numbered(id=0)
"""A condition that no company fulfils."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),=])|(?P<word>[^\s(),='][^\s(),=']*))"
)
_INTEGER: Final = re.compile(r"-?[0-9]{1,10}")
_BOOLEANS: Final = ("true", "false")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """A token of a filter and its position; a text without its quotes. The last token has the text
    "" and is no text."""

    text: str
    position: int
    is_text: bool = False

    @property
    def keyword(self) -> str:
        """Return the token in lower case; "" for a text."""
        return "" if self.is_text else self.text.lower()


def parse_filter(filter_text: str) -> Condition:
    """Return the condition of a filter. Raises Refused (INVALID) with the position of a fault."""
    if len(filter_text) > LENGTH:
        _refuse(f"It holds {LENGTH} characters at most.", LENGTH)
    parser = _Parser(_tokens(filter_text))
    condition = parser.filter(0)
    if parser.next.text or parser.next.is_text:
        _refuse("A filter goes on with and, or, or ends.", parser.next.position)
    return condition


def _refuse(why: str, position: int) -> NoReturn:
    """Refuse a filter for the token at this position, counted from 0."""
    detail = f"{OPTION}, position {position + 1}: {why}"
    raise Refused(Problem(code=INVALID, cause="filter", detail=detail))


def _tokens(filter_text: str) -> list[_Token]:
    tokens, position = [], 0
    end = len(filter_text.rstrip())
    while position < end:
        match = _TOKEN.match(filter_text, position)
        if match is None:
            position = end - len(filter_text[position:end].lstrip())
            _refuse("A text has a quote before and behind it.", position)
        quoted, start = match["text"], match.end() - len(match[0].lstrip())
        text = quoted[1:-1].replace("''", "'") if quoted else match[0].strip()
        tokens.append(_Token(text=text, position=start, is_text=quoted is not None))
        position = match.end()
    return [*tokens, _Token(text="", position=end)]


class _Parser:
    """Parses the tokens of a filter, one method a rule of the grammar."""

    __slots__ = ("_comparisons", "_position", "_tokens")

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._position = 0
        self._comparisons = 0

    @property
    def next(self) -> _Token:
        """The next token."""
        return self._tokens[self._position]

    def _take(self) -> _Token:
        token = self.next
        self._position = min(self._position + 1, len(self._tokens) - 1)
        return token

    def _expect(self, mark: str) -> None:
        token = self._take()
        if token.keyword != mark:
            _refuse(f"There must be {mark} here.", token.position)

    def filter(self, depth: int) -> Condition:
        """Return the condition of a rule `filter`."""
        conditions = [self._conjunction(depth)]
        while self.next.keyword == "or":
            self._take()
            conditions.append(self._conjunction(depth))
        return conditions[0] if len(conditions) == 1 else Either(of=tuple(conditions))

    def _conjunction(self, depth: int) -> Condition:
        conditions = [self._term(depth)]
        while self.next.keyword == "and":
            self._take()
            conditions.append(self._term(depth))
        return conditions[0] if len(conditions) == 1 else Every(of=tuple(conditions))

    def _term(self, depth: int) -> Condition:
        token = self._take()
        if token.keyword == "(":
            if depth == DEPTH:
                _refuse(f"{DEPTH} parentheses may stand in one another.", token.position)
            condition = self.filter(depth + 1)
            self._expect(")")
            return condition
        self._comparisons += 1
        if self._comparisons > COMPARISONS:
            _refuse(f"It has {COMPARISONS} comparisons at most.", token.position)
        if token.keyword in FUNCTIONS and self.next.keyword == "(":
            return self._call(token)
        if not token.keyword or token.keyword in "(),=":
            _refuse("There must be the name of a column here.", token.position)
        operator = self._take()
        if operator.keyword not in OPERATORS:
            offered = ", ".join(OPERATORS)
            detail = f"The operators are: {offered}; also contains() and startswith()."
            _refuse(detail, operator.position)
        return _comparison(token, OPERATORS[operator.keyword], self._take())

    def _call(self, function: _Token) -> Condition:
        self._expect("(")
        first = self._take()
        self._expect(",")
        second = self._take()
        self._expect(")")
        if function.keyword == "substringof":
            first, second = second, first
        return _comparison(first, FUNCTIONS[function.keyword], second)


def _comparison(name: _Token, operator: Operator, literal: _Token) -> Condition:
    """Return the condition that compares a column with a literal."""
    integer = not literal.is_text and _INTEGER.fullmatch(literal.text)
    known = literal.is_text or integer or literal.keyword in (*_BOOLEANS, "null")
    if not known:
        detail = "A value is a text in quotes, a whole number, true, false or null."
        _refuse(detail, literal.position)
    maybe_column = None if name.is_text else filter_column(name.text, number=bool(integer))
    if maybe_column is None:
        _refuse("There is no column of this name to filter by.", name.position)
    text = "" if literal.keyword == "null" else literal.text
    if maybe_column.kind in NUMBER_TYPES | BOOLEAN_TYPES:
        return _equal_scalar(maybe_column, operator, text, literal)
    if operator == "is":
        return _equal_text(maybe_column, folded(text))
    if not text:
        _refuse("What a column contains or begins with is not empty.", literal.position)
    before = SEPARATOR if maybe_column.is_list and operator == "begins" else ""
    if maybe_column.is_list or operator == "contains":
        return Contains(key=maybe_column.key, value=before + folded(text))
    return Begins(key=maybe_column.key, value=folded(text))


def _equal_text(column: Column, text: str) -> Condition:
    """Return the condition that the column, or one of its values, is this text."""
    if not text:
        return Missing(key=column.key)
    if column.is_list:
        return Contains(key=column.key, value=f"{SEPARATOR}{text}{SEPARATOR}")
    return Equal(key=column.key, value=text)


def _equal_scalar(column: Column, operator: Operator, text: str, literal: _Token) -> Condition:
    """Return the condition that the column is this number or this Boolean."""
    text = text.strip().lower()
    if operator != "is":
        _refuse("Only texts contain others, or begin with them.", literal.position)
    if column.kind in BOOLEAN_TYPES:
        text = {"1": "true", "0": "false", "": "false"}.get(text, text)
        if text not in _BOOLEANS:
            _refuse("This column is true or false.", literal.position)
        return Equal(key=column.key, value=text) if text == "true" else Missing(key=column.key)
    if text and not _INTEGER.fullmatch(text):
        _refuse("This column is a whole number.", literal.position)
    number = int(text or 0)
    if column.key == NUMBER:
        return Numbered(id=number) if number > 0 else IMPOSSIBLE
    return Equal(key=column.key, value=str(number)) if number else Missing(key=column.key)
