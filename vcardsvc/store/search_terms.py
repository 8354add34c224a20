"""Split entries and queries into the words that a search compares.

The same rules split both, so that any text of an entry finds it, whatever its case, accents or
width, and a number with or without its blanks.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from vcardsvc.model.contact import Contact

MAX_TERMS: Final = 200
"""Terms of one entry: a company with thirty people. Later words are not searched."""

TERM_LENGTH: Final = 64
"""Characters of a term, and of a query's word: the longest label of a host name has 63."""

QUERY_WORDS: Final = 8
"""Words of a query that are searched: each costs a look-up among the terms."""

QUERY_WORDS_READ: Final = 64
"""Words of a query among which these are chosen."""

TEXT_READ: Final = 1_000
"""Characters of one text that are split: sorting the marks of a text takes quadratic time."""

PHONE_DIGITS: Final = 7
"""Digits, with blanks between, that count as one number: a subscriber's number has that many. Fewer
(a street number, a postal code) are words of their own, except behind a + or 0."""

_RUN = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"(?<!\w)\+?\d(?:[\s()./-]*\d)+(?!\w)")


def entry_terms(
    contacts: Sequence[Contact], handle: str, metadata: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the words of an entry, each once, at most `MAX_TERMS`, those of its own card first."""
    terms: dict[str, None] = {}
    for word in _entry_words(contacts, handle, metadata):
        if len(terms) == MAX_TERMS:
            break
        terms[word] = None
    return tuple(terms)


def query_words(query: str) -> tuple[str, ...]:
    """Return the words of a query, each once, at most `QUERY_WORDS`, without those that another
    word begins with: an entry with the longer one has both."""
    each = tuple(islice(_all_query_words(query), QUERY_WORDS_READ))
    return tuple(islice(_longest(word[:TERM_LENGTH] for word in each), QUERY_WORDS))


def is_searched_whole(query: str) -> bool:
    """Return whether a query has words, and a search compares all of them: not only the first ones,
    or the beginning of a long one."""
    words = _all_query_words(query)
    few = len(words) <= QUERY_WORDS_READ and 0 < len(tuple(_longest(words))) <= QUERY_WORDS
    return few and len(query) <= TEXT_READ and all(len(word) <= TERM_LENGTH for word in words)


def _all_query_words(query: str) -> Collection[str]:
    """Return the words of as much of a query as is read, each once."""
    plain = _plain(query)
    words = [digits for text in _NUMBER.findall(plain) if (digits := _number(text))]
    rest = _NUMBER.sub(lambda match: " " if _number(match[0]) else match[0], plain)
    return dict.fromkeys([*words, *_RUN.findall(rest)])


def _longest(words: Iterable[str]) -> Iterator[str]:
    """Yield each word that no other one begins with, once."""
    each = tuple(dict.fromkeys(words))
    return (one for one in each if not any(o.startswith(one) and o != one for o in each))


def _entry_words(
    contacts: Sequence[Contact], handle: str, metadata: Mapping[str, str]
) -> Iterator[str]:
    yield from _words(handle)
    for contact in contacts:
        for text in _texts(contact):
            yield from _words(text)
        for phone in contact.phones:
            yield from _digits(phone.number)
            yield from _digits((phone.e164 or "").partition("p")[0])
    for value in metadata.values():
        yield from _words(value)


def _texts(contact: Contact) -> Iterator[str]:
    yield from (contact.first, contact.last, contact.organization, contact.unit, contact.title)
    yield from (contact.prefix, contact.middle, contact.suffix)
    yield from (email.address for email in contact.emails)
    for at in contact.addresses:
        yield from (at.text, at.code, at.locality, at.region, at.nation, at.country)
    yield from (_host(site.url) for site in contact.websites)


def _words(text: str) -> Iterator[str]:
    """Yield the runs of letters and digits, and each number as one word."""
    if text:
        plain = _plain(text)
        yield from (run[:TERM_LENGTH] for run in _RUN.findall(plain))
        yield from _numbers(plain)


def _plain(text: str) -> str:
    """Return the text without case, marks, ligatures and width (UAX #15, NFKD)."""
    if text.isascii():
        return text[:TEXT_READ].lower()
    apart = unicodedata.normalize("NFKD", text[:TEXT_READ])
    bare = "".join(c for c in apart if not unicodedata.category(c).startswith("M"))
    return bare.casefold()


def _numbers(plain: str) -> Iterator[str]:
    numbers = (_number(text)[:TERM_LENGTH] for text in _NUMBER.findall(plain))
    return (digits for digits in numbers if digits)


def _number(text: str) -> str:
    """Return the digits of a number in groups, "" for groups that are words of their own."""
    groups = _RUN.findall(text)
    digits = "".join(groups)
    is_number = len(digits) >= PHONE_DIGITS or text[0] in "+0"
    return digits if is_number and len(groups) > 1 else ""


def _digits(number: str) -> Iterator[str]:
    digits = "".join(c for c in number[:TEXT_READ] if c.isdecimal())[:TERM_LENGTH]
    if digits:
        yield digits


def _host(url: str) -> str:
    """Return the host of a web address with or without a scheme; "" where it has none."""
    try:
        return urlsplit(url if "://" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
