"""What the fields of a form are called, and the request of createcontact that they stand for.

    name[first-name]   phone[0][number]   phone[][number]   as PHP and Rails write forms
    first-name         phone              phone-label       flat, repeated and paired by order

`_` may stand for `-` in every name. A bracketed value wins over a flat one unless it is blank, the
last of several wins, and the name of a field that is none of ours is noted. Rows of
`phone[7][number]` are sorted by their number; a member that `phone[][...]` has had starts the next
row. What must never enter here: a rule about a value (that is `rules`).
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from vcardsvc.apis.createcontact.forms.fields import CHARSET_FIELD, Fields, Upload
from vcardsvc.apis.createcontact.native import ACTION
from vcardsvc.validation.invisible import BLANKS

ROWS: Final = 64
"""Rows of one list that are looked at, blank ones among them; four are used."""

NAME: Final = 64
"""Characters of a field's name; ours have 28 at most, so a longer one is nobody's."""

PHOTO: Final = "photo"
"""The field of the photo's file."""

PHOTOS: Final = (PHOTO, "photos", "file", "files")
"""Names under which upload libraries send it, alone or as a list: `file`, `photo[]`, `files[0]`."""

OPTIONS: Final = {
    "target": "target",
    "version": "version",
    "as": "as",
    "photo-rule": "photo",
    "filename": "filename",
    "disposition": "disposition",
    "ttl": "ttl",
    "once": "once",
    "content": "content",
}
"""Fields that are options of the query, and what they are called there: `photo` is the file."""

KEY: Final = "api-key"
REDIRECT: Final = "redirect"

TEXTS: Final = ("action", "organization", "title", "photo-url", "photo", "note", "uid")
NAMES: Final = ("first-name", "last-name", "suffix")
LISTS: Final = {
    "phone": "number",
    "email": "id",
    "physical-address": "address",
    "website": "url",
}
"""Every list of the request, and the member of its entries that is not the label."""

ALIASES: Final = {"address": "physical-address", "address-label": "physical-address-label"}

COLUMNS: Final = frozenset(name + end for name in LISTS for end in ("", "-label"))
"""Flat fields of which there may be many."""

FLAT: Final = frozenset((*TEXTS, *NAMES, *OPTIONS, KEY, REDIRECT, CHARSET_FIELD.replace("_", "-")))
"""Flat fields of which there is one."""

_NAME: Final = re.compile(r"([^\[\]]+)(?:\[([^\[\]]*)\])?(?:\[([^\[\]]*)\])?")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A text of the form, and the name of its field as it was sent."""

    name: str = ""
    text: str = ""

    def __bool__(self) -> bool:
        """Whether there is more than white space."""
        return bool(self.text.strip(BLANKS))


NOTHING: Final = Said()
Row = dict[str, Said]


def _path(sent: str) -> tuple[str, ...]:
    """`phone[0][number]` -> ("phone", "0", "number"); () when nothing of ours is called so."""
    found = _NAME.fullmatch(sent) if len(sent) <= NAME else None
    if found is None:
        return ()
    first, *more = (part.replace("_", "-") for part in found.groups() if part is not None)
    return (ALIASES.get(first, first), *more)


def _is_row(place: str) -> bool:
    """Whether a row of a list is called so: by its number, or not at all."""
    return not place or _NUMBER.fullmatch(place) is not None


def _is_photo(path: tuple[str, ...]) -> bool:
    """Whether a file under this name is the photo."""
    match path:
        case (name,):
            return name in PHOTOS
        case (name, place):
            return name in PHOTOS and _is_row(place)
    return False


class Sorted:
    """The fields of a form, by what their names are made of; `ignored` are the names, as they were
    sent, of those that are none of ours, blank ones left out."""

    def __init__(self, form: Fields) -> None:
        self.maybe_upload: Upload | None = None
        self.upload_name = PHOTO
        self.texts: Row = {}
        self.name: Row = {}
        self.ignored: list[str] = []
        self._columns: dict[str, list[Said]] = defaultdict(list)
        self._rows: dict[str, dict[int, Row]] = defaultdict(dict)
        self._open: dict[str, int] = {}
        files: list[tuple[str, Upload]] = []
        for sent, value in form.pairs:
            if not isinstance(value, Upload):
                said = Said(name=sent, text=value)
                if not self._take(_path(sent), said) and said:
                    self.ignored.append(sent)
            elif not value.absent:
                files.append((sent, value))
        self._choose(files)

    def _choose(self, files: list[tuple[str, Upload]]) -> None:
        """Take one file for the photo: the last that is called so, else the first of a list."""
        named = [one for one in files if _path(one[0]) == (PHOTO,)]
        listed = [one for one in files if _is_photo(_path(one[0]))]
        if listed:
            self.upload_name, self.maybe_upload = named[-1] if named else listed[0]
        self.ignored += [
            sent
            for sent, file in files
            if file is not self.maybe_upload and _path(sent) != (PHOTO,)
        ]

    def _take(self, path: tuple[str, ...], said: Said) -> bool:
        """Sort a text by its path; False when it is none of ours."""
        match path:
            case (name,) | (name, "") if name in COLUMNS:
                self._columns[name].append(said)
            case (name,) if name in FLAT:
                self.texts[name] = said
            case ("name", member) if member in NAMES:
                self.name[member] = said
            case (name, place, member) if name in LISTS and _is_row(place):
                self._row(name, place, member)[member] = said
                return member in (LISTS[name], "label")
            case _:
                return False
        return True

    def _row(self, name: str, place: str, member: str) -> Row:
        """The row that a member belongs to."""
        rows = self._rows[name]
        if place:
            return rows.setdefault(int(place), {})
        if name not in self._open or member in rows[self._open[name]]:
            self._open[name] = max(rows, default=-1) + 1
        return rows.setdefault(self._open[name], {})

    def said(self, name: str) -> Said:
        """What a flat field says."""
        return self.texts.get(name, NOTHING)

    def part(self, name: str) -> Said:
        """What a part of the name says, a bracketed field before a flat one unless it is blank."""
        bracketed, flat = self.name.get(name, NOTHING), self.said(name)
        return bracketed if bracketed or (bracketed.name and not flat) else flat

    def rows(self, name: str, key: str) -> list[Row]:
        """The rows of a list, bracketed ones before flat ones unless all of them are blank."""
        rows = [row for _, row in sorted(self._rows[name].items())]
        if any(row.get(key) for row in rows) or not self._columns[name]:
            return rows[:ROWS]
        values, labels = self._columns[name][:ROWS], self._columns[f"{name}-label"]
        labels = labels + [NOTHING] * len(values)
        return [{key: value, "label": label} for value, label in zip(values, labels, strict=False)]


class Written:
    """The request that sorted fields stand for, and the field behind each of its pointers."""

    __slots__ = ("names", "request")

    def __init__(self, form: Sorted) -> None:
        self.names = {} if form.maybe_upload is None else {f"/{PHOTO}": form.upload_name}
        self.request: dict[str, Any] = {"action": ACTION}
        self.request |= self._members("", {name: form.said(name) for name in TEXTS})
        name = {part: form.part(part) for part in NAMES}
        lists = {one: self._entries(one, form.rows(one, key)) for one, key in LISTS.items()}
        parts = {"name": self._members("/name", name), **lists}
        self.request |= {name: part for name, part in parts.items() if part}

    def _entries(self, name: str, rows: list[Row]) -> list[dict[str, str]]:
        members = (LISTS[name], "label")
        return [
            self._members(f"/{name}/{place}", {one: row.get(one, NOTHING) for one in members})
            for place, row in enumerate(rows)
        ]

    def _members(self, above: str, row: Row) -> dict[str, str]:
        """The members of an object that say something; of the others the names are kept too."""
        self.names |= {f"{above}/{member}": one.name for member, one in row.items() if one.name}
        return {member: one.text for member, one in row.items() if one}
