"""Defines a batch: how a list of contacts is read and written, and what became of each row."""

from typing import Final, Literal

from msgspec import Struct, field

from vcardsvc.model.card import Card
from vcardsvc.model.request import JSContactVersion, PhotoRule, Target, Version

BatchForm = Literal["card", "jcard", "xcard", "jscontact", "zip", "ndjson", "report"]
CardForm = Literal["card", "jcard", "xcard", "jscontact"]
Status = Literal["card", "error", "skip"]


class BatchOptions(Struct, frozen=True, kw_only=True):
    """Says how a list is read and written; "" and 0 let the file or the form decide.

    `form` is the form of the whole result, `card_form` that of the cards in NDJSON. `columns` maps
    names of columns to fields (`batch.fields`), before every dialect. `dialect`, `encoding` and
    `delimiter` replace what the file shows. `names` and `region` are as in `validation.Policy`.
    `company`: a row that names a company alone is an error, or becomes the card of the company.
    `split` is the most cards of one file in an archive, 0 for a file for each contact. `judged` is
    the number of rows up to which a list is judged before the first byte of its result. The last
    three are the settings of photos and of cards for MMS.
    """

    form: BatchForm = "card"
    card_form: CardForm = "card"
    target: Target | Literal[""] = ""
    version: Version | Literal[""] = ""
    jscontact: JSContactVersion = "2.0"
    columns: tuple[tuple[str, str], ...] = ()
    dialect: str = ""
    encoding: str = ""
    delimiter: str = ""
    names: Literal["strict", "relaxed"] = "relaxed"
    region: str = ""
    labels: Literal["fixed", "free"] = "fixed"
    company: Literal["error", "card"] = "error"
    photo: PhotoRule = "none"
    split: int = 0
    judged: int = 5_000
    mms_limit: int = 295_000
    photo_side: int = 720
    photo_budget: int = 100_000


DEFAULT_OPTIONS: Final = BatchOptions()
"""The options of a list whose caller names none: one stream of cards for the universal target."""


class Row(Struct, frozen=True, kw_only=True):
    """Holds one record of a table. `row` counts the records after the header, `line` is the
    physical line where it begins, both from 1.

    `faults` are cells whose text a spreadsheet does not hold, by their index: the cell is empty
    there. `fault` is why the whole record cannot be read: "columns", "quote" or "".
    """

    row: int
    line: int
    cells: list[str]
    faults: dict[int, str] = field(default_factory=dict)
    fault: str = ""


class JsonRow(Struct, frozen=True, kw_only=True):
    """Holds one createcontact object of NDJSON or of an array as its text."""

    row: int
    line: int
    text: bytes


class CardRow(Struct, frozen=True, kw_only=True):
    """Holds one card of a file of vCards, and what of it could not be read: (property, code,
    reason). `line` is that of its BEGIN. `fault` is "unreadable" where nothing could be; then
    `octets` are what it is."""

    row: int
    line: int
    card: Card
    problems: tuple[tuple[str, str, str], ...] = ()
    fault: str = ""
    octets: bytes = b""


Record = Row | JsonRow | CardRow


class RowError(Struct, frozen=True, kw_only=True):
    """Says why a row became no card: a code of the catalogue with its text, the field (a JSON
    pointer without its first slash), the column's name and the text there, and an option that makes
    a card of the row ("" without them)."""

    code: str
    info: str
    field: str = ""
    column: str = ""
    value: str = ""
    hint: str = ""


class RowNote(Struct, frozen=True, kw_only=True):
    """Says that a part of a row was left out or changed, or is doubtful: the field as in RowError,
    one of `errors.NOTES`, the column, and a sentence for people."""

    field: str
    code: str
    column: str = ""
    reason: str = ""


class RowResult(Struct, frozen=True, kw_only=True):
    """Says what became of a row.

    A `card` has its octets, in the form that was asked for, and the name that people know it by.
    `key` is a hash of its name and first e-mail address, 0 without both.
    `reason` is a machine word for an error (`no-name`, `columns`, `quote`, `json`, ...) or a skip
    (`blank`, `deleted`).
    """

    row: int
    line: int
    status: Status
    card: bytes = b""
    name: str = ""
    reason: str = ""
    errors: tuple[RowError, ...] = ()
    notes: tuple[RowNote, ...] = ()
    key: int = 0


class Counts(Struct, kw_only=True):
    """Counts the rows of a list by their status."""

    cards: int = 0
    errors: int = 0
    skipped: int = 0
    noted: int = 0

    def add(self, result: RowResult) -> None:
        """Count one row."""
        if result.status == "card":
            self.cards += 1
            self.noted += bool(result.notes)
        elif result.status == "error":
            self.errors += 1
        else:
            self.skipped += 1

    @property
    def header(self) -> str:
        """Return the value of the Vcard-Rows header: a dictionary of RFC 9651."""
        return f"cards={self.cards}, errors={self.errors}, skipped={self.skipped}"


class BatchJob(Struct, frozen=True, kw_only=True):
    """Asks the process of a batch for its work: the options, and what the file is called."""

    options: BatchOptions
    content_type: str = ""
    filename: str = ""


class PhotoQuestion(Struct, frozen=True, kw_only=True):
    """Asks the service for a photo within a budget: the one at `url`, or `data` drawn anew."""

    url: str = ""
    data: bytes = b""
    side: int = 0
    octets: int = 0


class PhotoAnswer(Struct, frozen=True, kw_only=True):
    """Holds a photo as JPEG, or the code of the catalogue why there is none."""

    jpeg: bytes = b""
    code: str = ""


class BatchHead(Struct, frozen=True, kw_only=True):
    """Describes the result of a batch before its first octet: `rows` is the Vcard-Rows header where
    every row is judged already, else "". `unread` counts columns that are not known."""

    content_type: str
    filename: str
    rows: str = ""
    unread: int = 0


class BatchRefusal(Struct, frozen=True, kw_only=True):
    """Says why a batch has no result, or not all of it: a machine word and a sentence, or the
    exception of a fault of ours and where it was raised."""

    cause: str
    detail: str = ""
    too_large: bool = False
    kind: str = ""
    where: str = ""


class BatchEnd(Struct, frozen=True, kw_only=True):
    """Says that a result is whole; `rows` is the Vcard-Rows header."""

    rows: str
