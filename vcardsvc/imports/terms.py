"""Translates what the sources have in common into the terms of vCard 4.0: names, kinds, dates."""

import re
from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.imports.json_object import Contact
from vcardsvc.vcard.date_forms import basic_date

Components = tuple[tuple[str, ...], ...]

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "home": ("home",),
    "private": ("home",),
    "work": ("work",),
    "business": ("work",),
    "cell": ("cell",),
    "mobile": ("cell",),
    "homemobile": ("home", "cell"),
    "workmobile": ("work", "cell"),
    "fax": ("fax",),
    "homefax": ("home", "fax"),
    "workfax": ("work", "fax"),
    "pager": ("pager",),
    "workpager": ("work", "pager"),
    "voice": ("voice",),
    "text": ("text",),
    "video": ("video",),
    "other": (),
}
"""The values of TYPE (RFC 6350 sections 5.6 and 6.4.1) of a kind; another kind is a label."""

_WITH_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)T[\d:.]{1,20}Z?", re.ASCII)
"""A date as Microsoft has it: with a time that says nothing."""


def components(*texts: str) -> Components:
    """Return the components of a structured value, each of one text or empty."""
    return tuple([(text,) if text else () for text in texts])


def types_and_label(kind: str) -> tuple[tuple[str, ...], str]:
    """Return the values of TYPE for the kind of an entry, or its label where it is none."""
    types = KINDS.get(kind.lower().replace("_", ""))
    return ((), kind) if types is None else (types, "")


def add_name(
    contact: Contact, *, full: str, family: str, given: str, additional: str, prefix: str,
    suffix: str,
) -> None:  # fmt: skip
    """Add N, and FN where the full name is known."""
    contact.add("N", components(family, given, additional, prefix, suffix))
    contact.add("FN", full)


def add_date(contact: Contact, name: str, text: str, **attributes: Any) -> None:
    """Add a date in the basic form of RFC 6350 section 4.3, or the text where it is none."""
    maybe_date = _WITH_TIME.fullmatch(text)
    date = basic_date(maybe_date[1] if maybe_date else text)
    if date:
        contact.add(name, date, kind="date-and-or-time", **attributes)
    else:
        contact.add(name, text, **attributes)


def partial_date(year: int, month: int, day: int) -> str:
    """Return a date of which a part that is 0 is unknown, as `add_date` takes it. A day without its
    month stands without its year too, or not at all."""
    if month:
        start = f"{year:04}-{month:02}" if year else f"--{month:02}"
        return f"{start}-{day:02}" if day else start
    if year:
        return f"{year:04}"
    return f"---{day:02}" if day else ""
