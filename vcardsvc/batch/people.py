"""Reads the rows of a table as cards: what a careful person takes from each.

Strategy: the columns are sorted into steps once, and a row runs the steps whose cells are filled.
Everything that is not taken as it stands is noted with its column.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Final, NamedTuple

from msgspec import Struct, field

from vcardsvc.batch.cells import (
    Date,
    DateOrder,
    date_of,
    is_placeholder,
    text_of,
    whole_number,
)
from vcardsvc.batch.columns import Columns
from vcardsvc.batch.dialects.google import SEPARATOR
from vcardsvc.batch.fields import IGNORE, Field, parse_field
from vcardsvc.batch.labels import OTHERS_PHONES, PHONE_FIELDS, place_of, types_of
from vcardsvc.batch.names import full_name, is_east_asian, parts_of, parts_of_last_first
from vcardsvc.errors import DOUBTFUL, DROPPED, PLACEHOLDER, SPREADSHEET
from vcardsvc.imports.terms import components
from vcardsvc.model.batch import Row, RowNote
from vcardsvc.model.card import Property, ValueType
from vcardsvc.validation import urls
from vcardsvc.validation.fields import is_email_address
from vcardsvc.validation.services import messenger
from vcardsvc.validation.services import profile as profile_url
from vcardsvc.vcard.date_forms import basic_date
from vcardsvc.vcard.relations import RELATIONS

Types = tuple[str, ...]

NO_EMAIL: Final = "It is no e-mail address."
NO_WEBSITE: Final = "It is no web address; it is kept as a text."
NO_PHOTO_URL: Final = "A photo has a web address that begins with http or https."
EXCHANGE: Final = "It is a name of Exchange's own directory and no e-mail address."
DIGITS_LOST: Final = "A spreadsheet has cut the number: its last digits are gone."
DIGITS_WHOLE: Final = "A spreadsheet had written the number with an exponent; all digits are there."
NOTHING: Final = "The text stands for nothing."
NO_DATE: Final = "It is no date; it is kept as a text."
NO_DATE_PARTS: Final = "Neither year, month nor day is a number."
EITHER: Final = "No date of the file shows whether day or month stands first."
WHICH_NAMES: Final = "The first word is taken for the last name; it may be more of them."
SECOND: Final = "Another column has this field already."
SHORT: Final = "The record has fewer cells than the table has columns."
FAULTS: Final[Mapping[str, str]] = {
    "truth-value": "The cell is a truth value and no text.",
    "formula": "The cell is a formula whose result is not in the file.",
    "error-value": "The cell is an error of the spreadsheet.",
}
"""What is said of a cell whose text a spreadsheet does not hold."""

_SEVERAL: Final = re.compile(r":::|[;\n]")
"""What stands between several values in one cell."""
_LISTED: Final = re.compile(r"[;\n,]|:::| / ")
"""What may stand between several numbers in one cell."""
_ADDRESS_LIST: Final = re.compile(r":::|[;,\s]+")
_ODD_STARTS: Final = frozenset(" \t'=-\u2013\u2014.?#(<[nNu\\")
"""How a text may begin that is no plain one: a blank, what a spreadsheet adds, a placeholder."""
LABELS: Final = 1_000
"""The most labels that are remembered."""
_NUMBER_LIST: Final = re.compile(r":::|[;\n,]|\s/\s")
_PART_OF_DATE: Final = re.compile(r"0*[1-9][0-9]{0,8}")
_DIGITS: Final = re.compile(r"\d")
_SHORTEST: Final = 5
"""The fewest digits of a number beside another one in a cell; fewer are an extension."""
_URL: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_MAILTO: Final = re.compile(r"^mailto:|\?.*", re.IGNORECASE | re.DOTALL)
"""What a URI of an e-mail address has beside it (RFC 6068)."""
_TRUE: Final = frozenset(("1", "true", "yes", "wahr", "vrai", "verdadero"))
_SEXES: Final = {
    "m": "M", "male": "M", "man": "M", "männlich": "M", "homme": "M", "masculino": "M",
    "f": "F", "w": "F", "female": "F", "woman": "F", "weiblich": "F", "femme": "F",
    "femenino": "F", "o": "O", "other": "O", "divers": "O", "n": "N", "none": "N",
}  # fmt: skip
_NO_SEX: Final = frozenset(("unspecified", "keine angabe", "non spécifié", "0", "u", "unknown"))
_EVERYBODY: Final = frozenset(("", "mycontacts", "my contacts", "starred"))
"""Groups of Google's own that say nothing of a person."""

_PERSONAL: Final = frozenset(
    ("categories", "uid", "deleted", "gender", "language", "time-zone", "photo")
)
"""Fields that alone make no person of a row."""

_SINGLES: Final[Mapping[str, tuple[str, ValueType]]] = {
    "maiden-name": ("X-MAIDENNAME", "text"),
    "phonetic-first": ("X-PHONETIC-FIRST-NAME", "text"),
    "phonetic-middle": ("X-PHONETIC-MIDDLE-NAME", "text"),
    "phonetic-last": ("X-PHONETIC-LAST-NAME", "text"),
    "phonetic-organization": ("X-PHONETIC-ORG", "text"),
    "office": ("X-OFFICE-LOCATION", "text"),
    "language": ("LANG", "language-tag"),
    "time-zone": ("TZ", "text"),
}
"""The property and value type of each text that is one property."""


class Person(Struct):
    """Collects what a row says of a person. `texts` are those that a contact has once, `entries`
    the properties of its lists, `cells` the texts of all columns."""

    texts: dict[str, str] = field(default_factory=dict)
    entries: list[Property] = field(default_factory=list)
    notes: list[RowNote] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Return whether anything of a person is there."""
        return bool(self.entries) or not self.texts.keys() <= _PERSONAL

    @property
    def is_named(self) -> bool:
        """Return whether the person has a first or last name."""
        return "first" in self.texts or "last" in self.texts

    @property
    def is_deleted(self) -> bool:
        """Return whether the source has the row among those that were deleted."""
        return self.texts.get("deleted", "").lower() in _TRUE

    @property
    def key(self) -> str:
        """Return the name and the first e-mail address, by which a person is known again; ""
        without either."""
        for one in self.entries:
            if one.name == "EMAIL" and self.is_named:
                names = f"{self.texts.get('first', '')}\x1f{self.texts.get('last', '')}"
                return f"{names}\x1f{one.value}".casefold()
        return ""


Labelled = tuple[Types, str, int]
"""The types, the label of one's own and the rank of an entry."""


class Step(NamedTuple):
    """Holds the cells of one entry by their parts, and what reads them. The entry is there when the
    cell `at` or one of `more` is filled."""

    at: int
    read: "Callable[[People, Person, list[str], Step], None]"
    kind: str
    label: str
    parts: Mapping[str, tuple[int, ...]]
    more: tuple[int, ...] = ()


class People:
    """Reads the rows of one table. `order` is that of the day in the dates of the file."""

    def __init__(self, columns: Columns, order: DateOrder = "") -> None:
        self.columns = columns
        self._order = order
        self._width = len(columns.header)
        self._singles, self._steps = _sorted(columns)
        self._mapped = [at for at, name in enumerate(columns.fields) if name not in ("", IGNORE)]
        self._by_field = sorted(self._mapped, key=lambda at: columns.fields[at])
        self._labels: dict[str, Labelled] = {}

    def read(self, row: Row) -> Person:
        """Return what the row says of a person."""
        person = Person()
        texts = person.cells = self._texts(person, row)
        found = person.texts
        for at, kind in self._singles:
            text = texts[at]
            if text:
                if kind in found:
                    self._add_second(person, at, kind, text)
                else:
                    found[kind] = text
        for step in self._steps:
            if texts[step.at] or (step.more and any(texts[at] for at in step.more)):
                step.read(self, person, texts, step)
        if "name" in found:
            _split_name(found)
        if "name-last-first" in found:
            self._split_last_first(person)
        if "particle" in found:
            found["last"] = f"{found.pop('particle')} {found.get('last', '')}".strip()
        if "photo" in found and not _URL.fullmatch(found["photo"]):
            self._drop_photo(person)
        return person

    def _split_last_first(self, person: Person) -> None:
        """Take first and last name from a whole name whose last name stands first."""
        text = person.texts.pop("name-last-first")
        if person.is_named:
            return
        parts, is_doubtful = parts_of_last_first(text)
        person.texts.update(parts)
        if is_east_asian(text):
            person.texts["name"] = text
        if is_doubtful:
            self.note(person, self.columns.fields.index("name-last-first"), DOUBTFUL, WHICH_NAMES)

    def _drop_photo(self, person: Person) -> None:
        """Leave out a photo at an address that no service may fetch, and note it."""
        del person.texts["photo"]
        self.note(person, self.columns.fields.index("photo"), DROPPED, NO_PHOTO_URL)

    def identity(self, person: Person) -> str:
        """Return everything that the row says, by the names of the fields: whatever the order of
        the columns is."""
        texts, fields = person.cells, self.columns.fields
        return "\x1f".join([f"{fields[at]}\x1e{texts[at]}" for at in self._by_field if texts[at]])

    def _texts(self, person: Person, row: Row) -> list[str]:
        """Return the texts of the cells: trimmed, without controls and placeholders."""
        texts = row.cells
        missing = self._width - len(texts)
        if missing > 0:
            person.notes.append(RowNote(field="row", code=DOUBTFUL, reason=SHORT))
            texts += [""] * missing
        texts = texts.copy()
        for at in self._mapped:
            cell = texts[at]
            if cell and (cell[0] in _ODD_STARTS or cell[-1] == " " or not cell.isprintable()):
                texts[at] = self._cleaned(person, at, cell)
        for at, fault in row.faults.items():
            if at in self._mapped:
                self.note(person, at, DROPPED, FAULTS[fault])
        return texts

    def _cleaned(self, person: Person, at: int, cell: str) -> str:
        """Return the text of a cell; "" for one that stands for nothing."""
        text = text_of(cell)
        if text and is_placeholder(text):
            if len(text) > 2:
                self.note(person, at, PLACEHOLDER, NOTHING)
            return ""
        return text

    def _add_second(self, person: Person, at: int, kind: str, text: str) -> None:
        """Take a text of a field that a contact has once, and has already: a further note or group
        is added, any other text is noted."""
        before = person.texts[kind]
        if kind == "note" and text != before:
            person.texts[kind] = f"{before}\n{text}"
        elif kind == "categories":
            person.texts[kind] = f"{before};{text}"
        elif kind in ("prefix", "suffix") and text != before:
            person.texts[kind] = f"{before} {text}"
        elif text != before:
            self.note(person, at, DROPPED, SECOND)

    def note(self, person: Person, at: int, code: str, reason: str) -> None:
        """Note the cell of a column, and why."""
        columns = self.columns
        person.notes.append(
            RowNote(field=columns.fields[at], code=code, column=columns.header[at], reason=reason)
        )

    def date(self, text: str) -> Date | None:
        """Return a date; None for a text that stands for none."""
        return date_of(text, self._order, self.columns.dialect.order)

    def labelled(self, texts: list[str], step: Step) -> Labelled:
        """Return the label of an entry by its column, or by the cell of its label."""
        if "label" not in step.parts:
            types = step.label and (PHONE_FIELDS.get(step.label) or place_of(step.label))
            return (types, "", 0) if types else ((), step.label, 0)
        text = _part(texts, step, "label") or step.label
        known = self._labels.get(text)
        if known is None:
            types, label = types_of(text.removeprefix("*").strip())
            known = (types, label, 1 if text.startswith("*") else 0)
            if len(self._labels) < LABELS:
                self._labels[text] = known
        return known


def _sorted(columns: Columns) -> tuple[list[tuple[int, str]], list[Step]]:
    """Return the columns of texts that a contact has once, and the steps of its entries in the
    order of the columns."""
    singles: list[tuple[int, str]] = []
    grouped: dict[tuple[str, ...], list[tuple[int, Field]]] = {}
    for at, name in enumerate(columns.fields):
        one = parse_field(name) if name else None
        if one is None or one.kind == IGNORE:
            continue
        if not one.part and one.kind not in _DATES:
            singles.append((at, one.kind))
            continue
        is_alone = not one.part or (one.part == "value" and not one.number)
        key = (one.kind, str(one.number), one.label, str(at) if is_alone else "")
        grouped.setdefault(key, []).append((at, one))
    steps = [_step(found) for found in grouped.values()]
    return singles, sorted(steps, key=lambda one: one.at)


def _step(found: list[tuple[int, Field]]) -> Step:
    """Return the step of an entry with these columns."""
    first = found[0][1]
    parts: dict[str, tuple[int, ...]] = {}
    for at, one in found:
        parts[one.part] = (*parts.get(one.part, ()), at)
    filled = parts.get("value") or [at for at, one in found if one.part != "label"]
    at, *more = filled or (found[0][0],)
    read = _READERS[first.kind] if first.part else _date
    return Step(at, read, first.kind, first.label, parts, tuple(more))


def _part(texts: list[str], step: Step, part: str) -> str:
    """Return the text of a part of an entry, the first that is filled."""
    for at in step.parts.get(part, ()):
        if texts[at]:
            return texts[at]
    return ""


def _date(people: "People", person: Person, texts: list[str], step: Step) -> None:
    name = "BDAY" if step.kind == "birthday" else "ANNIVERSARY"
    _add_date(people, person, step, name, texts[step.at])


def _add_date(
    people: "People", person: Person, step: Step, name: str, text: str, label: str = ""
) -> None:
    """Add a date; a text that is none is kept as a text, which is noted."""
    maybe_date = people.date(text)
    if maybe_date is None:
        return
    basic, is_doubtful = maybe_date
    if not basic or is_doubtful:
        people.note(person, step.at, DOUBTFUL, EITHER if basic else NO_DATE)
    kind: ValueType = "date-and-or-time" if basic else "text"
    person.entries.append(Property(name=name, value=basic or text, kind=kind, label=label))


def _birthday_parts(people: "People", person: Person, texts: list[str], step: Step) -> None:
    """Take a birthday whose year, month and day are columns of their own; a part that is 0, or no
    number of at most nine digits, is absent."""
    parts = [_part(texts, step, part) for part in ("year", "month", "day")]
    year, month, day = [text if _PART_OF_DATE.fullmatch(text) else "" for text in parts]
    if not (year or month or day):
        if any(text.strip("0") for text in parts):
            people.note(person, step.at, DROPPED, NO_DATE_PARTS)
        return
    written = f"{year:>04}-{month:>02}-{day:>02}" if year else f"--{month:>02}-{day:>02}"
    basic = basic_date(written if month or day else f"{year:>04}")
    if not basic:
        people.note(person, step.at, DOUBTFUL, NO_DATE)
    kind: ValueType = "date-and-or-time" if basic else "text"
    text = basic or " ".join(filter(None, (year, month, day)))
    person.entries.append(Property(name="BDAY", value=text, kind=kind))


def _phone(people: "People", person: Person, texts: list[str], step: Step) -> None:
    """Take the numbers of a cell, with the label of their column or of the cell beside them."""
    text = texts[step.at]
    if step.label in OTHERS_PHONES:
        label = OTHERS_PHONES[step.label]
        if whole := _whole(people, person, step, text):
            person.entries.append(Property(name="X-CUSTOM", value=whole, label=label))
        return
    types, label, pref = people.labelled(texts, step)
    for number in _numbers(text) if _LISTED.search(text) else (text,):
        if whole := _whole(people, person, step, number):
            person.entries.append(
                Property(name="TEL", value=whole, types=types, pref=pref, label=label)
            )
            pref = 0


def _whole(people: "People", person: Person, step: Step, number: str) -> str:
    """Return a number with all its digits, "" where a spreadsheet has cut them; both are noted."""
    if "E" not in number and "e" not in number and number[-2:] not in (".0", ",0"):
        return number
    maybe_whole = whole_number(number)
    if maybe_whole != number:
        people.note(person, step.at, SPREADSHEET, DIGITS_WHOLE if maybe_whole else DIGITS_LOST)
    return maybe_whole or ""


def _numbers(text: str) -> list[str]:
    """Return the numbers of a cell; a few digits behind a comma or semicolon are an extension."""
    pieces = _pieces(_SEVERAL if SEPARATOR in text else _NUMBER_LIST, text)
    if any(len(_DIGITS.findall(piece)) < _SHORTEST for piece in pieces):
        return [text]
    return pieces


def _email(people: "People", person: Person, texts: list[str], step: Step) -> None:
    text = texts[step.at]
    types, label, pref = people.labelled(texts, step)
    if _part(texts, step, "type").upper() == "EX" or text[:3].lower() == "/o=":
        people.note(person, step.at, DROPPED, EXCHANGE)
        return
    is_one = text.count("@") == 1 and SEPARATOR not in text and ";" not in text
    for piece in (text,) if is_one else _addresses(text):
        address = _MAILTO.sub("", piece)
        if not is_email_address(address) or " " in address:
            people.note(person, step.at, DOUBTFUL, NO_EMAIL)
        person.entries.append(
            Property(name="EMAIL", value=address, types=types, pref=pref, label=label)
        )
        pref = 0


def _addresses(text: str) -> list[str]:
    """Return the e-mail addresses of a cell."""
    pieces = _pieces(_ADDRESS_LIST, text)
    if not all("@" in piece for piece in pieces):
        pieces = _pieces(_SEVERAL, text)
    return pieces


def _website(people: "People", person: Person, texts: list[str], step: Step) -> None:
    types, label, pref = people.labelled(texts, step)
    if label.lower().replace(" ", "") == "homepage":
        label = "HomePage"
    for url in _values(texts[step.at]):
        if not urls.PLAIN.fullmatch(url) and urls.read(url) is None:
            people.note(person, step.at, DOUBTFUL, NO_WEBSITE)
            text = label or people.columns.header[step.at]
            person.entries.append(Property(name="X-CUSTOM", value=url, label=text))
            continue
        person.entries.append(
            Property(name="URL", value=url, kind="uri", types=types, pref=pref, label=label)
        )
        pref = 0


def _values(text: str) -> list[str]:
    """Return the values that Google joins in one cell."""
    return _pieces(_SEVERAL, text) if SEPARATOR in text else [text]


def _pieces(mark: re.Pattern[str], text: str) -> list[str]:
    """Return what stands between these marks, trimmed, without what is blank."""
    return [piece for each in mark.split(text) if (piece := each.strip())]


_ADDRESS: Final = ("po-box", "extended", "street", "city", "region", "postal-code", "country")
"""The parts of an address in the order of ADR."""


def _address(people: "People", person: Person, texts: list[str], step: Step) -> None:
    """Take an address of its parts, or the addresses whose parts are joined alike in every cell;
    the formatted text counts where there is no part."""
    values = [_part(texts, step, name) for name in _ADDRESS]
    if "street-2" in step.parts or "street-3" in step.parts:
        lines = (values[2], _part(texts, step, "street-2"), _part(texts, step, "street-3"))
        values[2] = "\n".join(filter(None, lines))
    if not any(values):
        values[2] = _part(texts, step, "formatted")
    code = _part(texts, step, "country-code").upper() if "country-code" in step.parts else ""
    params = (("CC", (code,)),) if len(code) == 2 and code.isalpha() else ()
    types, label, pref = people.labelled(texts, step)
    for parts in _joined(values) if any(SEPARATOR in one for one in values) else (values,):
        if any(parts):
            person.entries.append(
                Property(
                    name="ADR",
                    value=components(*parts),
                    types=types,
                    pref=pref,
                    label=label,
                    params=params,
                )
            )
            pref = 0


def _joined(values: Sequence[str]) -> list[list[str]]:
    """Return the addresses whose parts Google joins alike in every cell."""
    columns = [[one.strip() for one in text.split(SEPARATOR)] for text in values]
    return [list(parts) for parts in zip_longest(*columns, fillvalue="")]


def _chat(people: "People", person: Person, texts: list[str], step: Step) -> None:
    service = _part(texts, step, "service") or step.label
    for text in _pieces(_SEVERAL, texts[step.at]):
        handle = _whole(people, person, step, text)
        if not handle:
            continue
        if not service:
            person.entries.append(Property(name="IMPP", value=handle, kind="text"))
            continue
        spelling, uri = messenger(service, handle)
        params = (("SERVICE-TYPE", (spelling,)),)
        person.entries.append(Property(name="IMPP", value=uri, kind="uri", params=params))


def _social(people: "People", person: Person, texts: list[str], step: Step) -> None:
    service = _part(texts, step, "service") or step.label
    for user in _pieces(_SEVERAL, texts[step.at]):
        url = user if _URL.fullmatch(user) else profile_url(service, user)
        params = (("SERVICE-TYPE", (service,)),) if service else ()
        kind: ValueType = "uri" if url else "text"
        person.entries.append(
            Property(name="SOCIALPROFILE", value=url or user, kind=kind, params=params)
        )


def _related(people: "People", person: Person, texts: list[str], step: Step) -> None:
    kind = _label(texts, step).replace("-", " ")
    maybe_type = RELATIONS.get(kind.lower())
    types = (maybe_type,) if maybe_type else ()
    label = "" if maybe_type == kind.lower() else kind.capitalize()
    for name in _pieces(_SEVERAL, texts[step.at]):
        person.entries.append(Property(name="RELATED", value=name, types=types, label=label))


def _event(people: "People", person: Person, texts: list[str], step: Step) -> None:
    kind = _label(texts, step)
    is_anniversary = kind.lower() == "anniversary"
    for one in _values(texts[step.at]):
        if is_anniversary:
            _add_date(people, person, step, "ANNIVERSARY", one)
        else:
            _add_date(people, person, step, "X-ABDATE", one, kind)


def _custom(people: "People", person: Person, texts: list[str], step: Step) -> None:
    label = _label(texts, step) or people.columns.header[step.at]
    person.entries.append(Property(name="X-CUSTOM", value=texts[step.at], label=label))


_ORGANIZATION: Final[Mapping[str, str]] = {
    "name": "organization",
    "phonetic": "phonetic-organization",
    "title": "title",
    "department": "department",
    "role": "role",
    "office": "office",
}
"""The fields of a contact's own organization, by the parts of an entry."""


def _organization(people: "People", person: Person, texts: list[str], step: Step) -> None:
    """Take an organization of Google's older export: the first as the contact's own."""
    values = {part: text for part in _ORGANIZATION if (text := _part(texts, step, part))}
    if not any(one in person.texts for one in ("organization", "title", "department")):
        person.texts |= {_ORGANIZATION[part]: text for part, text in values.items()}
        return
    if "name" in values or "department" in values:
        value = components(values.get("name", ""), values.get("department", ""))
        person.entries.append(Property(name="ORG", value=value))
    for part, name in (("title", "TITLE"), ("role", "ROLE")):
        if part in values:
            person.entries.append(Property(name=name, value=values[part]))


def _label(texts: list[str], step: Step) -> str:
    return (_part(texts, step, "label") or step.label).removeprefix("*").strip()


def _split_name(texts: dict[str, str]) -> None:
    """Take first and last name from the whole name where no column has them."""
    if "first" in texts or "last" in texts:
        return
    name = texts["name"] = texts["name"].strip(", ")
    parts = parts_of(name) if name else {}
    for part, text in parts.items():
        texts.setdefault(part, text)
    if name.startswith(f"{parts.get('last')},"):
        del texts["name"]  # people read it the other way round


_DATES: Final = frozenset(("birthday", "anniversary"))

_READERS: Final[Mapping[str, "Callable[[People, Person, list[str], Step], None]"]] = {
    "phone": _phone,
    "email": _email,
    "website": _website,
    "address": _address,
    "im": _chat,
    "social": _social,
    "related": _related,
    "event": _event,
    "custom": _custom,
    "organization": _organization,
    "birthday": _birthday_parts,
}
"""The reader of each kind of entries."""


def properties_of(person: Person, *, company: bool) -> list[Property]:
    """Return the properties of a person, without UID: names, texts, lists, further texts."""
    texts = person.texts
    found = _names(texts, company=company)
    for name, prop in (("title", "TITLE"), ("role", "ROLE"), ("note", "NOTE")):
        if name in texts:
            found.append(Property(name=prop, value=texts[name]))
    found += person.entries
    if not texts.keys() <= _USUAL:
        found += _further(texts)
    return found


def _names(texts: Mapping[str, str], *, company: bool) -> list[Property]:
    """Return the names of a person, or of a company, and its organization."""
    get = texts.get
    organization, department = get("organization", ""), get("department", "")
    if company:
        found = [Property(name="KIND", value="org"), Property(name="FN", value=organization)]
    else:
        parts = [get(name, "") for name in ("last", "first", "middle", "prefix", "suffix")]
        found = [
            Property(name="FN", value=get("name") or full_name(texts)),
            Property(name="N", value=components(*parts)),
        ]
    if "nickname" in texts:
        found.append(Property(name="NICKNAME", value=(texts["nickname"],)))
    if department:
        found.append(Property(name="ORG", value=components(organization, department)))
    elif organization:
        found.append(Property(name="ORG", value=((organization,),)))
    return found


_USUAL: Final = frozenset(
    (
        "name", "first", "middle", "last", "prefix", "suffix", "nickname", "organization",
        "department", "title", "role", "note", "uid",
    )
)  # fmt: skip
"""Texts that `_names` and `properties_of` read."""


def _further(texts: Mapping[str, str]) -> Iterator[Property]:
    if "categories" in texts and (names := _groups(texts["categories"])):
        yield Property(name="CATEGORIES", value=names)
    if "gender" in texts and texts["gender"].lower() not in _NO_SEX:
        yield _gender(texts["gender"])
    if "photo" in texts:
        yield Property(name="PHOTO", value=texts["photo"], kind="uri")
    for name, (prop, kind) in _SINGLES.items():
        if name in texts:
            yield Property(name=prop, value=texts[name], kind=kind)


@lru_cache(maxsize=LABELS)
def _groups(text: str) -> tuple[str, ...]:
    """Return the groups of a cell; those that every contact is in say nothing."""
    mark = SEPARATOR if SEPARATOR in text else ";" if ";" in text else ","
    names = [one.strip().strip('"').removeprefix("* ").strip() for one in text.split(mark)]
    return tuple(dict.fromkeys(name for name in names if name.lower() not in _EVERYBODY))


def _gender(text: str) -> Property:
    sex = _SEXES.get(text.lower())
    return Property(name="GENDER", value=((sex or "O",), () if sex else (text,)))
