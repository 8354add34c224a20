"""The words that an entry is found by, and those of a query.

Promises: an entry and a query are cut into words by the same rules, so that whatever stands in an
entry finds it, however it is spelled: without regard to case, accents or width, a number with or
without its blanks. What must never enter here: SQL.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from vcardsvc.model.contact import Contact

MOST_TERMS: Final = 200
"""Terms of one entry: a company with thirty people; later words are not searched."""

TERM_LENGTH: Final = 64
"""Characters of a term, and of a query's word: the longest label of a host name has 63."""

QUERY_WORDS: Final = 8
"""Words of a query that are minded: each costs a look at the terms."""

QUERY_READ: Final = 64
"""Words of a query that are looked at to find these."""

TEXT_READ: Final = 1_000
"""Characters of one text that are cut into words: sorting a text's marks takes quadratic time."""

PHONE_DIGITS: Final = 7
"""Digits in a row, blanks between, that are one number: a subscriber's number has that many. Fewer
(a house, a postal code) are words of their own, but behind a + or 0, which begin a number."""

_RUN = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"(?<!\w)\+?\d(?:[\s()./-]*\d)+(?!\w)")


def terms(contacts: Sequence[Contact], handle: str, metadata: Mapping[str, str]) -> tuple[str, ...]:
    """The words of an entry, each once, at most `MOST_TERMS`, those of its own card first."""
    found: dict[str, None] = {}
    for word in _all(contacts, handle, metadata):
        if len(found) == MOST_TERMS:
            break
        found[word] = None
    return tuple(found)


def query_words(query: str) -> tuple[str, ...]:
    """The words of a query, each once, at most `QUERY_WORDS`; none that another one begins with:
    whatever has that one has it too."""
    plain = _plain(query)
    words = list(_numbers(plain))
    rest = _NUMBER.sub(lambda found: " " if _joined(found[0]) else found[0], plain)
    words += [run[:TERM_LENGTH] for run in _RUN.findall(rest)]
    each = tuple(islice(dict.fromkeys(words), QUERY_READ))
    longest = (one for one in each if not any(o.startswith(one) and o != one for o in each))
    return tuple(islice(longest, QUERY_WORDS))


def _all(contacts: Sequence[Contact], handle: str, metadata: Mapping[str, str]) -> Iterator[str]:
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
    """Its runs of letters and digits, and every number in it as one."""
    if text:
        plain = _plain(text)
        yield from (run[:TERM_LENGTH] for run in _RUN.findall(plain))
        yield from _numbers(plain)


def _plain(text: str) -> str:
    """Without case, marks, ligatures and width (UAX #15, NFKD)."""
    if text.isascii():
        return text[:TEXT_READ].lower()
    apart = unicodedata.normalize("NFKD", text[:TEXT_READ])
    bare = "".join(c for c in apart if not unicodedata.category(c).startswith("M"))
    return bare.casefold()


def _numbers(plain: str) -> Iterator[str]:
    joined = (_joined(found)[:TERM_LENGTH] for found in _NUMBER.findall(plain))
    return (digits for digits in joined if digits)


def _joined(number: str) -> str:
    """The digits of what is a number, "" for digits that are not one."""
    digits = _RUN.findall(number)
    joined = "".join(digits)
    one = len(joined) >= PHONE_DIGITS or number[0] in "+0"
    return joined if one and len(digits) > 1 else ""


def _digits(number: str) -> Iterator[str]:
    digits = "".join(c for c in number[:TEXT_READ] if c.isdecimal())[:TERM_LENGTH]
    if digits:
        yield digits


def _host(url: str) -> str:
    """The host of an address, with or without a scheme; "" of what is none."""
    try:
        return urlsplit(url if "://" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
