"""Judges each record of a list and writes its card: pure, from records to results.

One record never costs another: what is wrong with it is its result. Equal records give equal
octets, whatever else is in the list: the UID is made of the source's own id, or of the content.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha1
from typing import Any, Final

from msgspec import structs

from vcardsvc.apis.base import Request
from vcardsvc.apis.convert.createcontact import dropped, photo_of
from vcardsvc.apis.createcontact.mapping import ACTION
from vcardsvc.apis.createcontact.request import read_card_request
from vcardsvc.batch.cells import DateOrder
from vcardsvc.batch.columns import GENERIC_DIALECT, Columns, columns_of
from vcardsvc.batch.names import full_name
from vcardsvc.batch.people import People, Person, properties_of
from vcardsvc.batch.photos import WithPhotos
from vcardsvc.batch.writing import CardWriter, writer_of
from vcardsvc.errors import (
    E100,
    E1515,
    E1537,
    E1539,
    REASONS,
    Code,
    Problem,
    Refused,
)
from vcardsvc.formats.json import json_value
from vcardsvc.model.batch import (
    DEFAULT_OPTIONS,
    BatchOptions,
    CardRow,
    JsonRow,
    Record,
    Row,
    RowError,
    RowNote,
    RowResult,
)
from vcardsvc.model.card import Card, Property
from vcardsvc.validation.fields import PLAIN_NAME, Policy, Validator
from vcardsvc.vcard import CannotRender
from vcardsvc.vcard.contact_card import card_of
from vcardsvc.vcard.properties import full_name as name_of_contact
from vcardsvc.vcard.properties import uuid_urn

UNIQUE: Final = 16
"""The fewest characters of an id of a list of people's own that no other list has: UUIDs, ids of
programs."""

VALUE: Final = 200
"""The most characters of a cell that an error shows."""

_REASONS: Final[Mapping[str, str]] = {
    "E101": "action",
    "E108": "json",
    "E1515": "no-name",
    "E1516": "name",
    "E1517": "label",
    "E1518": "label",
    "E1519": "label",
    "E1524": "type",
    "E1525": "text",
    "E1526": "website",
}
"""The machine word of a row's first problem, by its code."""

COMPANY: Final = "It names a company: company=card makes its card."
"""The hint of a row without a name that names a company."""

_FAULTS: Final[Mapping[str, str]] = {
    "columns": "It has more filled cells than there are columns.",
    "quote": "A quote is never closed, or a cell has over 131,072 characters.",
    "unreadable": "Nothing between its BEGIN and its END is a property.",
}


class Judge:
    """Judges the records of one list. `columns` and `order` are those of a table."""

    def __init__(
        self,
        options: BatchOptions,
        maybe_columns: Columns | None = None,
        order: DateOrder = "",
        maybe_photos: Callable[[Card], WithPhotos] | None = None,
    ) -> None:
        self._maybe_photos = maybe_photos
        self._options = options
        self._people = People(maybe_columns, order) if maybe_columns else None
        self._writer: CardWriter = writer_of(options)
        self._policy = Policy(names=options.names, region=options.region, labels=options.labels)
        self._query = Request(query=b"photo=drop")

    def result(self, record: Record) -> RowResult:
        """Return what becomes of a record."""
        if isinstance(record, Row):
            return self._of_row(record)
        if isinstance(record, JsonRow):
            return self._of_object(record)
        return self._of_card(record)

    def _of_row(self, row: Row) -> RowResult:
        assert self._people is not None  # noqa: S101  # a table has columns
        if row.fault:
            return _error(row, E1537, row.fault, _FAULTS[row.fault])
        if not any(row.cells) and not row.faults:
            return RowResult(row=row.row, line=row.line, status="skip", reason="blank")
        person = self._people.read(row)
        if person.is_deleted:
            return RowResult(row=row.row, line=row.line, status="skip", reason="deleted")
        if not (person.holds or row.faults):
            return RowResult(row=row.row, line=row.line, status="skip", reason="blank")
        company = self._options.company == "card" and "organization" in person.texts
        if not person.is_named and not company:
            hint = COMPANY if "organization" in person.texts else ""
            return _error(row, E1515, "no-name", notes=tuple(person.notes), hint=hint)
        errors = self._name_errors(person)
        if errors:
            return RowResult(
                row=row.row, line=row.line, status="error", reason="name", errors=errors,
                notes=tuple(person.notes),
            )  # fmt: skip
        properties = properties_of(person, company=not person.is_named)
        identity = self._identity(self._people, person)
        card = Card(properties=(identity, *properties))
        return self._written(row, card, person.notes, key=_hash(person.key))

    def _name_errors(self, person: Person) -> tuple[RowError, ...]:
        """Return what the rule for names refuses."""
        found: list[RowError] = []
        for part in ("first", "middle", "last"):
            text = person.texts.get(part, "")
            if text.isalpha() or PLAIN_NAME.fullmatch(text):
                continue
            validator = Validator(self._policy)
            validator.name(text, (f"name/{part}-name",))
            found += [self._row_error(one, part, text) for one in validator.problems]
        return tuple(found)

    def _row_error(self, problem: Problem, part: str, text: str) -> RowError:
        assert self._people is not None  # noqa: S101  # a table has columns
        columns = self._people.columns
        names = [n for n, each in zip(columns.header, columns.fields, strict=True) if each == part]
        return RowError(
            code=problem.code.name,
            info=problem.info,
            field=(problem.field or "").removeprefix("/"),
            column=names[0] if names else "",
            value=text[:VALUE],
        )

    def _identity(self, people: People, person: Person) -> Property:
        """Return the UID: of the source's own id, or of everything that the row says."""
        own, dialect = person.texts.get("uid"), people.columns.dialect.name
        if own and dialect == GENERIC_DIALECT.name and len(own) < UNIQUE:
            # A running number: of two lists, the same one is another person's.
            own += "\x1f" + full_name(person.texts)
        text = f"{dialect}\x1f{own}" if own else people.identity(person)
        return Property(name="UID", value=uuid_urn(text), kind="uri")

    def _of_object(self, row: JsonRow) -> RowResult:
        if not row.text:
            return RowResult(row=row.row, line=row.line, status="skip", reason="blank")
        members: Any = None
        try:
            members = json_value(row.text)
            if type(members) is not dict:
                return _error(row, E100, "not-an-object", "It must be an object.")
            if self._options.company == "card" and _is_nameless(members.get("name")):
                members = {"company-card": True, **members}
            request = read_card_request({"action": ACTION, **members}, self._query, self._policy, 0)
        except Refused as refused:
            return _refused(row, refused, is_company=_is_company(members))
        photo, faults = photo_of(request)
        properties = [*card_of(request.contact).properties, *photo]
        notes = [
            RowNote(field=one.field, code=one.code, reason=REASONS[one.code])
            for one in (*request.notes, *map(dropped, faults))
        ]
        contact = request.contact
        email = contact.emails[0].address if contact.emails else ""
        is_known = email and (contact.first or contact.last)
        key = f"{contact.first}\x1f{contact.last}\x1f{email}".casefold() if is_known else ""
        card = Card(properties=tuple(properties))
        return self._written(row, card, notes, name_of_contact(contact), _hash(key))

    def _of_card(self, row: CardRow) -> RowResult:
        card = row.card
        if row.fault:
            return _error(row, E1537, row.fault, _FAULTS[row.fault])
        if not card.properties:
            return RowResult(row=row.row, line=row.line, status="skip", reason="blank")
        names = {one.name: one.value for one in reversed(card.properties)}
        if self._options.company == "error" and not _is_person(names):
            return _error(row, E1515, "no-name", hint=COMPANY if "ORG" in names else "")
        notes = [
            RowNote(field=place or "card", code=code, reason=text)
            for place, code, text in row.problems
        ]
        if "UID" not in names:
            text = "\x1f".join([f"{one.name}\x1e{one.value}" for one in card.properties])
            identity = Property(name="UID", value=uuid_urn(text), kind="uri")
            card = structs.replace(card, properties=(identity, *card.properties))
        return self._written(row, card, notes)

    def _written(
        self, row: Record, card: Card, notes: list[RowNote], name: str = "", key: int = 0
    ) -> RowResult:
        if self._maybe_photos is not None:
            card, more, errors = self._maybe_photos(card)
            notes = notes + more
            if errors:
                return RowResult(
                    row=row.row, line=row.line, status="error", reason="photo",
                    errors=tuple(errors), notes=tuple(notes),
                )  # fmt: skip
        try:
            octets, losses = self._writer(card)
        except CannotRender as fault:
            return _error(row, E1539, "unfit", fault.reason)
        if losses:
            notes = notes + [
                RowNote(field=f"{one.name}/{one.index}", code=one.code, reason=one.reason)
                for one in losses
            ]
        return RowResult(
            row=row.row,
            line=row.line,
            status="card",
            card=octets,
            name=name or _name_of(card),
            notes=tuple(notes),
            key=key,
        )


def _is_nameless(name: object) -> bool:
    """Return whether the member `name` of an object has no first or last name."""
    if not isinstance(name, dict):
        return not name
    return not any(str(name.get(part) or "").strip() for part in ("first-name", "last-name"))


def _name_of(card: Card) -> str:
    """Return what people call the card: its full name, or its other names."""
    for one in card.properties:
        if one.name == "FN" and isinstance(one.value, str) and one.value:
            return one.value
    for one in card.properties:
        if one.name in ("N", "ORG") and isinstance(one.value, tuple):
            parts = [part if isinstance(part, str) else " ".join(part) for part in one.value]
            text = " ".join(filter(None, reversed(parts[:2])))
            if text:
                return text
    return ""


def _is_person(names: Mapping[str, Any]) -> bool:
    """Return whether a card names a person: a part of N, or a full name that is not the
    company's."""
    parts = names.get("N", ())
    if isinstance(parts, tuple) and any(any(part) for part in parts[:3]):
        return True
    full = names.get("FN", "")
    organization = names.get("ORG", ())
    company = "".join(organization[0]) if isinstance(organization, tuple) and organization else ""
    return bool(full) and full != company and names.get("KIND") != "org"


def _error(
    row: Record,
    code: Code,
    reason: str,
    detail: str = "",
    notes: tuple[RowNote, ...] = (),
    hint: str = "",
) -> RowResult:
    problem = Problem(code=code, cause=reason, detail=detail)
    error = RowError(code=code.name, info=problem.info, hint=hint)
    return RowResult(
        row=row.row, line=row.line, status="error", reason=reason, errors=(error,), notes=notes
    )


def _is_company(members: Any) -> bool:
    """Return whether a request names a company alone, and asks for no card of it."""
    if type(members) is not dict:
        return False
    is_nameless = _is_nameless(members.get("name")) and not members.get("company-card")
    return is_nameless and "organization" in members


def _refused(row: Record, refused: Refused, *, is_company: bool) -> RowResult:
    errors = [
        RowError(
            code=one.code.name,
            info=one.info,
            field=(one.field or "").removeprefix("/"),
            hint=COMPANY if is_company and one.code is E1515 else "",
        )
        for one in refused.problems
    ]
    first = refused.problems[0]
    return RowResult(
        row=row.row,
        line=row.line,
        status="error",
        reason=_REASONS.get(first.code.name, first.cause),
        errors=tuple(errors),
    )


def _hash(text: str) -> int:
    """Return 64 bits of a text that are the same in every process; 0 of an empty one."""
    if not text:
        return 0
    return int.from_bytes(sha1(text.encode(), usedforsecurity=False).digest()[:8], "big")


def _row_of(texts: Mapping[Any, Any], number: int, header: tuple[str, ...]) -> Row:
    """Return a mapping of `csv.DictReader` as a record: behind None stand the cells beyond the
    header, and a cell that is not there is None."""
    fault = "columns" if any(map(str.strip, texts.get(None) or ())) else ""
    return Row(row=number, line=0, cells=[texts.get(name) or "" for name in header], fault=fault)


def _is_text(name: object) -> bool:
    return isinstance(name, str)


def cards(
    rows: Iterable[Record | Mapping[str, str]],
    options: BatchOptions = DEFAULT_OPTIONS,
    maybe_columns: Columns | None = None,
    order: DateOrder = "",
) -> Iterator[RowResult]:
    """Yield the result of each row, in their order.

    A row is a record of a source, or a mapping of columns to texts as `csv.DictReader` has it; of
    those the first has the header. Everything here can be pickled, and nothing is shared between
    calls: parts of a list may be read in different processes.
    """
    maybe_judge: Judge | None = None
    header: tuple[str, ...] = ()
    for number, row in enumerate(rows, start=1):
        if maybe_judge is None:
            if isinstance(row, Mapping):
                header = tuple(filter(_is_text, row))
                own = dict(options.columns)
                maybe_columns = maybe_columns or columns_of(header, own, options.dialect)
            maybe_judge = Judge(options, maybe_columns, order)
        if isinstance(row, Mapping):
            row = _row_of(row, number, header)
        yield maybe_judge.result(row)
