"""Maps the fields of a form to the members of a createcontact request.

    name[first-name]   phone[0][number]   phone[][number]   names as PHP and Rails read them
    first-name         phone              phone-label       flat names, repeated and paired by order

`_` may stand for `-` in every name. A bracketed value takes precedence over a flat one unless it is
blank, and the last of several counts. Rows of `phone[7][number]` are sorted by their number; a
member that the present row of `phone[][...]` has already starts the next row.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain, repeat
from typing import Any, Final

from vcardsvc.apis.createcontact.forms.parsing import CHARSET_FIELD, Field, Upload
from vcardsvc.apis.createcontact.mapping import ACTION, LISTS, NAME, TEXTS
from vcardsvc.validation.invisible import BLANKS

ROWS: Final = 64
"""The most rows of a list that are read, blank ones included; four are used."""

NAME_LENGTH: Final = 64
"""The most characters of a known field's name; the longest has 28."""

PHOTO: Final = "photo"
"""The field of the photo's file."""

PHOTOS: Final = (PHOTO, "photos", "file", "files")
"""The names of that field in upload libraries, alone or as a list: `file`, `photo[]`,
`files[0]`."""

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
"""Fields that are options of the query, and their names there: the field `photo` is the file."""

KEY: Final = "api-key"
REDIRECT: Final = "redirect"

ALIASES: Final = {"address": "physical-address", "address-label": "physical-address-label"}

COLUMNS: Final = frozenset(name + end for name in LISTS for end in ("", "-label"))
"""Flat fields that may be repeated."""

FLAT: Final = frozenset((*TEXTS, *NAME, *OPTIONS, KEY, REDIRECT, CHARSET_FIELD.replace("_", "-")))
"""Flat fields of which the last one counts."""

_NAME: Final = re.compile(r"([^\[\]]+)(?:\[([^\[\]]*)\])?(?:\[([^\[\]]*)\])?")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")

Row = dict[str, str]
"""The texts of an entry by member; a blank text is ""."""


class FormFields:
    """Sorts the fields of a form by their names; a blank text is "".

    `maybe_upload` is the photo's file, `ignored` are the names of unknown fields as they were sent,
    except blank ones.
    """

    def __init__(self, fields: Iterable[Field]) -> None:
        self.maybe_upload: Upload | None = None
        self.ignored: list[str] = []
        self._texts: Row = {}
        self._name: Row = {}
        self._columns: dict[str, list[str]] = defaultdict(list)
        self._rows: dict[str, dict[int, Row]] = defaultdict(dict)
        self._present_row: dict[str, int] = {}
        files: list[tuple[str, Upload]] = []
        for name, value in fields:
            if not isinstance(value, Upload):
                text = value if value.strip(BLANKS) else ""
                if not self._add(_path(name), text) and text:
                    self.ignored.append(name)
            elif not value.absent:
                files.append((name, value))
        self._choose_photo(files)

    def _choose_photo(self, files: list[tuple[str, Upload]]) -> None:
        """Take the last file named `photo`, else the first under another name of the photo."""
        photos = [file for name, file in files if _path(name) == (PHOTO,)]
        listed = [file for name, file in files if _is_photo(_path(name))]
        if listed:
            self.maybe_upload = photos[-1] if photos else listed[0]
        self.ignored += [
            name
            for name, file in files
            if file is not self.maybe_upload and _path(name) != (PHOTO,)
        ]

    def _add(self, path: tuple[str, ...], text: str) -> bool:
        """Sort a text by the path of its field; False for an unknown field."""
        match path:
            case (name,) | (name, "") if name in COLUMNS:
                self._columns[name].append(text)
            case (name,) if name in FLAT:
                self._texts[name] = text
            case ("name", member) if member in NAME:
                self._name[member] = text
            case (name, index, member) if name in LISTS and _is_index(index):
                self._row(name, index, member)[member] = text
                return member in (LISTS[name], "label")
            case _:
                return False
        return True

    def _row(self, name: str, index: str, member: str) -> Row:
        """Return the row of a list that a member belongs to."""
        rows = self._rows[name]
        if index:
            return rows.setdefault(int(index), {})
        if name not in self._present_row or member in rows[self._present_row[name]]:
            self._present_row[name] = max(rows, default=-1) + 1
        return rows.setdefault(self._present_row[name], {})

    def text(self, name: str) -> str:
        """Return the text of a flat field; "" without one."""
        return self._texts.get(name, "")

    def members(self) -> dict[str, Any]:
        """Return the members of the request; blank ones are absent, the action has a default."""
        texts = {name: self.text(name) for name in TEXTS}
        name = {part: self._name.get(part) or self.text(part) for part in NAME}
        lists = {one: self._entries(one) for one in LISTS}
        return {"action": ACTION, **_filled({**texts, "name": _filled(name), **lists})}

    def _entries(self, name: str) -> list[dict[str, str]]:
        """Return the entries of a list: bracketed rows, or flat ones if those are all blank."""
        key = LISTS[name]
        rows = [row for _, row in sorted(self._rows[name].items())]
        values = self._columns[name]
        if values and not any(row.get(key) for row in rows):
            labels = chain(self._columns[f"{name}-label"], repeat(""))
            rows = [
                {key: value, "label": label} for value, label in zip(values, labels, strict=False)
            ]
        return [
            _filled({member: row.get(member, "") for member in (key, "label")})
            for row in rows[:ROWS]
        ]


def _filled(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value}


def _path(name: str) -> tuple[str, ...]:
    """Return the parts of a field's name, `phone[0][number]` as ("phone", "0", "number"); () for a
    name of another form."""
    found = _NAME.fullmatch(name) if len(name) <= NAME_LENGTH else None
    if found is None:
        return ()
    first, *more = (part.replace("_", "-") for part in found.groups() if part is not None)
    return (ALIASES.get(first, first), *more)


def _is_index(text: str) -> bool:
    """Return whether this names a row of a list: by its number, or as the next one."""
    return not text or _NUMBER.fullmatch(text) is not None


def _is_photo(path: tuple[str, ...]) -> bool:
    match path:
        case (name,):
            return name in PHOTOS
        case (name, index):
            return name in PHOTOS and _is_index(index)
    return False
