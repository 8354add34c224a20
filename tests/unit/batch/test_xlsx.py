"""Reads workbooks: what cells say, which sheet is read, and what is refused at what cost."""

import io
import pickle
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as clock
from typing import Final

import openpyxl
import pytest

from tests.support.hostile_workbooks import HOSTILE, PLAIN, XLSM
from tests.support.workbooks import (
    CONTENT_TYPES,
    FORMATS,
    RELATIONSHIPS,
    SHEET,
    STRINGS,
    STYLES,
    WORKBOOK,
    XLSX,
    book,
    inline,
    sheet,
    strings,
    texts,
    workbook,
    zipped,
)
from vcardsvc.batch.xlsx import SENTENCES, Cells, Limits, NotAWorkbook, sheet_rows

MIB: Final = 1024 * 1024


def rows_of(data: bytes, limits: Limits | None = None) -> list[Cells]:
    """Return all rows of a workbook."""
    return list(sheet_rows(io.BytesIO(data), limits or Limits()))


def text_of(cell: str, **parts: str) -> str | dict[int, str]:
    """Return the text of a cell, or its fault."""
    (row,) = rows_of(workbook(f"<row>{cell}</row>", **parts)) or [Cells([""], {})]
    assert row.cells == [""] or not row.faults
    return row.faults[0] if row.faults else row.cells[0]


def refusal(data: bytes, limits: Limits | None = None) -> str:
    """Return the cause of a refusal."""
    with pytest.raises(NotAWorkbook) as caught:
        rows_of(data, limits)
    assert str(caught.value) == SENTENCES[caught.value.cause]
    return caught.value.cause


CONTACTS: Final = (
    '<row r="1">'
    + "".join(inline(text) for text in ("First Name", "Company", "Mobile", "Postal Code"))
    + inline("Birthday")
    + inline("Notes")
    + '</row><row r="2">'
    + inline("Ada", "A2")
    + inline("Example Engines, Ltd.", "B2")
    + inline("+44 7700 900101", "C2")
    + inline("SW1A 0XX", "D2")
    + '<c r="E2" s="1" t="n"><v>31391</v></c>'
    + inline("Line 1\nLine 2", "F2")
    + '</row><row r="3">'
    + inline("Jörg", "A3")
    + inline("Bäckerei Süß", "B3")
    + '<c r="C3" t="n"><v>447700900102</v></c><c r="D3" s="2" t="n"><v>1234</v></c></row>'
    + '<row r="4">'
    + inline("太郎", "A4")
    + inline("100-0000", "D4")
    + inline("「引用」", "F4")
    + '</row><row r="5">'
    + inline("Kim", "A5")
    + '<c r="C5" s="3" t="n"><v>12025550107</v></c><c r="D5" t="n"><v>62701</v></c></row>'
    + '<row r="6"></row><row r="7">'
    + inline("Nameless GmbH", "B7")
    + '</row><row r="8">'
    + inline("Zoë", "A8")
    + '<c r="E8" s="4" t="n"><v>36526</v></c></row><row r="10">'
    + inline("O'Neil", "A10")
    + '<c r="B10" t="b"><v>1</v></c></row><row r="11">'
    + inline("Robin", "A11")
    + inline("See you 👩‍🚀", "F11")
    + '</row><row r="12">'
    + inline("Sum", "A12")
    + '<c r="B12"><f>1+1</f><v></v></c>'
    + inline("sum@example.com", "C12")
    + '</row><row r="13"/><row r="14"><c r="A14" s="1"/></row>'
)
"""A list as programs save it: typed cells, formats, a formula, empty and missing rows."""


def test_a_contact_list_is_read_as_its_owner_sees_it() -> None:
    """Every row has its number, every cell its digits, and what is no text has a fault."""
    assert rows_of(workbook(CONTACTS)) == [
        Cells(["First Name", "Company", "Mobile", "Postal Code", "Birthday", "Notes"], {}),
        Cells(
            ["Ada", "Example Engines, Ltd.", "+44 7700 900101", "SW1A 0XX", "1985-12-10",
             "Line 1\nLine 2"], {},
        ),
        Cells(["Jörg", "Bäckerei Süß", "447700900102", "01234"], {}),
        Cells(["太郎", "", "", "100-0000", "", "「引用」"], {}),
        Cells(["Kim", "", "12025550107", "62701"], {}),
        Cells([], {}),
        Cells(["", "Nameless GmbH"], {}),
        Cells(["Zoë", "", "", "", "2000-01-01"], {}),
        Cells([], {}),
        Cells(["O'Neil", ""], {1: "truth-value"}),
        Cells(["Robin", "", "", "", "", "See you 👩‍🚀"], {}),
        Cells(["Sum", "", "sum@example.com"], {1: "formula"}),
    ]  # fmt: skip


def test_what_openpyxl_writes_is_read() -> None:
    """A library that writes many of the workbooks there are: shared strings, dates, a formula."""
    book = openpyxl.Workbook()
    one, two = book.worksheets[0], book.create_sheet("Contacts")
    one.sheet_state = "hidden"
    two.append(["Ada", 447700900101, 1.5, date(1985, 12, 10), datetime(2026, 1, 2, 3, 4, 5)])
    two.append([])
    two.append([None, True, "=1+1", clock(9, 30), "#N/A"])
    target = io.BytesIO()
    book.save(target)
    assert rows_of(target.getvalue()) == [
        Cells(["Ada", "447700900101", "1.5", "1985-12-10", "2026-01-02 03:04:05"], {}),
        Cells([], {}),
        Cells(["", "", "", "09:30:00", ""], {1: "truth-value", 2: "formula", 4: "error-value"}),
    ]


NUMBERS: Final = (
    ("447700900102", "", "447700900102"), ("12345678901234567890", "", "12345678901234567890"),
    ("4.47700900126E+11", "", "447700900126"), ("1.2025550107E10", "", "12025550107"),
    ("62701.0", "", "62701"), ("-7", "", "-7"), ("0", "", "0"), ("1.5", "", "1.5"),
    ("1.0000000000000001E-5", "", "0.00001"), ("-0.0", "", "0"), ("1e21", "", "1" + "0" * 21),
    ("1234", "00000", "01234"), ("1234.0", "00000", "01234"), ("123456", "00000", "123456"),
    ("-12", "00000", "-12"), ("1.5", "00000", "1.5"), ("0", "00000", "00000"),
    ("1234567", "000\\-0000", "123-4567"), ("4567", "000\\-0000", "000-4567"),
    ("91234567", "000\\-0000", "9123-4567"), ("2025550107", "(000) 000-0000", "(202) 555-0107"),
    ("12", "0", "12"), ("12", '"0"0000', "12"), ("12", '_-* #,##0.00\\ [$€-407]_-;"Rot"', "12"),
)  # fmt: skip


@pytest.mark.parametrize(("value", "code", "text"), NUMBERS)
def test_a_number_keeps_its_digits(value: str, code: str, text: str) -> None:
    """Whole numbers have no point and no exponent, and a format of zeros fills them."""
    style = FORMATS.index(code) if code else 0
    assert text_of(f'<c s="{style}"><v>{value}</v></c>') == text


DATES: Final = (
    ("36526", "yyyy-mm-dd", "2000-01-01"), ("1", "yyyy-mm-dd", "1900-01-01"),
    ("60", "yyyy-mm-dd", "1900-02-28"), ("61", "yyyy-mm-dd", "1900-03-01"),
    ("36526.75", "yyyy-mm-dd", "2000-01-01 18:00:00"), ("36526.0", "dd/mm/yyyy", "2000-01-01"),
    ("36526.999999", "yyyy-mm-dd", "2000-01-02"),
    ("0.52083333", "h:mm:ss", "12:30:00"), ("0", "h:mm:ss", "00:00:00"),
    ("1.5", "[h]:mm:ss", "36:00:00"), ("0.25", "[h]:mm:ss", "06:00:00"),
)  # fmt: skip


@pytest.mark.parametrize(("value", "code", "text"), DATES)
def test_a_date_is_written_in_one_way(value: str, code: str, text: str) -> None:
    """The format says that a number is a date, and not how it is written."""
    assert text_of(f'<c s="{FORMATS.index(code)}"><v>{value}</v></c>') == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("35064", "2000-01-01"), ("0", "00:00:00"), ("1.5", "1904-01-02 12:00:00")],
)  # fmt: skip
def test_dates_are_counted_from_1904_where_the_workbook_says_so(value: str, text: str) -> None:
    """The Mac's workbooks count from another day."""
    parts = book("visible", properties=' date1904="1"')
    parts[SHEET] = sheet(f'<row><c s="1"><v>{value}</v></c></row>')
    assert rows_of(zipped(parts)) == [Cells([text], {})]


@pytest.mark.parametrize(
    ("value", "text"),
    [("2000-01-02", "2000-01-02"), ("2000-01-02T00:00:00", "2000-01-02"),
     ("2000-01-02T03:04:05Z", "2000-01-02 03:04:05"), ("03:04:05", "03:04:05"),
     ("PT36H", "36:00:00"), ("2000-13-01", "error-value"), ("soon", "error-value")],
)  # fmt: skip
def test_a_date_in_iso_8601_is_read(value: str, text: str) -> None:
    """Some programs write dates as text of a kind of its own."""
    assert text_of(f'<c t="d"><v>{value}</v></c>') == text


def test_dates_in_the_builtin_formats_of_asia_are_dates() -> None:
    """Their numbers have no code in the workbook; openpyxl does not know them."""
    part = book("visible")[STYLES].replace('<xf numFmtId="164"/>', '<xf numFmtId="31"/>')
    assert text_of("<c><v>36526</v></c>", styles=part) == "2000-01-01"


FAULTS: Final = (
    ('<c t="b"><v>1</v></c>', "truth-value"), ('<c t="b"><f>TRUE()</f><v>0</v></c>', "truth-value"),
    ("<c><f>1+1</f></c>", "formula"), ("<c><f>1+1</f><v/></c>", "formula"),
    ('<c t="b"><f>TRUE()</f></c>', "formula"), ('<c t="str"><f>A1</f></c>', "formula"),
    ('<c t="e"><v>#N/A</v></c>', "error-value"),
    ('<c t="e"><f>A0</f><v>#REF!</v></c>', "error-value"),
    ("<c><v>NaN</v></c>", "error-value"), ("<c><v>1e999</v></c>", "error-value"),
    ("<c><v>one</v></c>", "error-value"), ('<c s="1"><v>99999999</v></c>', "error-value"),
    ('<c s="1"><v>-1</v></c>', "error-value"), ('<c s="1"><v>1e300</v></c>', "error-value"),
)  # fmt: skip


@pytest.mark.parametrize(("cell", "fault"), FAULTS)
def test_what_is_no_text_is_a_fault(cell: str, fault: str) -> None:
    """The cell is empty, and its column is named with what it was."""
    assert text_of(cell) == fault


TEXTS: Final = (
    ("<c><f>1+1</f><v>2</v></c>", "2"), ('<c t="str"><f>A1</f><v>a</v></c>', "a"),
    ('<c t="str"><f>A1</f><v></v></c>', ""), ('<c s="1"/>', ""), ("<c/>", ""),
    (inline("  a  b "), "  a  b "), (inline("a_x000D_\nb"), "a\r\nb"),
    (inline("_x005F_x000D_"), "_x000D_"), (inline("_xD83D__xDE80_"), "🚀"),
    (inline("_xD83D_"), "�"), (inline("_x00e9_"), "é"), (inline("a_xb"), "a_xb"),
    ('<c t="inlineStr"><is><r><rPr><b/></rPr><t>a</t></r><r><t xml:space="preserve"> b</t></r>'
     '<rPh sb="0" eb="1"><t>reading</t></rPh></is></c>', "a b"),
    ('<c t="s"><v>0</v></c>', "plain"), ('<c t="s"><v>1</v></c>', "rich text"),
    ('<c t="s"><v>2</v></c>', "line 1\r\nline 2"), ('<c t="s"><v>3</v></c>', ""),
    ('<c t="s"><v>4</v></c>', "日本"), (inline("a" * 32_767), "a" * 32_767),
    ('<c t="inlineStr"><is><t>a<!-- b -->c<![CDATA[<d>]]></t></is></c>', "ac<d>"),
)  # fmt: skip
SHARED: Final = strings(
    "<si><t>plain</t></si>",
    '<si><r><rPr><sz val="1"/></rPr><t xml:space="preserve">rich </t></r>\n<r><t>text</t></r></si>',
    "<si><t>line 1_x000D_\nline 2</t></si>",
    "<si/>",
    '<si><t>日本</t><rPh sb="0" eb="2"><t>ニホン</t></rPh><phoneticPr fontId="1"/></si>',
)


@pytest.mark.parametrize(("cell", "text"), TEXTS)
def test_a_text_is_read_from_every_kind_of_cell(cell: str, text: str) -> None:
    """Inline, shared and computed texts are the same, rich or plain."""
    assert text_of(cell, strings=SHARED) == text


@pytest.mark.parametrize(
    ("states", "sheets", "expected"),
    [
        (("visible", "visible"), (texts("a"), texts("b")), "a"),
        (("hidden", "visible"), (texts("a"), texts("b")), "b"),
        (("veryHidden", "visible"), (texts("a"), texts("b")), "b"),
        (("visible", "visible"), ('<row r="9"><c s="1"/></row>', texts("b")), "b"),
        (("visible", "visible"), (texts(""), texts("b")), "b"),
    ],
)
def test_the_first_visible_sheet_that_holds_anything_is_read(
    states: tuple[str, ...], sheets: tuple[str, ...], expected: str
) -> None:
    """Hidden sheets are lists of programs, empty ones come with every new workbook."""
    parts = book(*states)
    for number, rows in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = sheet(rows)
    assert rows_of(zipped(parts)) == [Cells([expected], {})]


@pytest.mark.parametrize("states", [(), ("visible",), ("hidden",)])
def test_a_workbook_without_content_has_no_rows(states: tuple[str, ...]) -> None:
    """It is a workbook, and there is nothing in it."""
    assert rows_of(zipped({**book(*states), SHEET: sheet("")})) == []


def test_macros_and_links_are_not_looked_at() -> None:
    """A workbook with macros, external links, pictures and faulty properties is read as data."""
    parts: dict[str, str | bytes] = {**book("visible", kind=XLSM), SHEET: sheet(texts("a"))}
    parts[WORKBOOK] = str(parts[WORKBOOK]).replace(
        "</workbook>",
        '<externalReferences><externalReference r:id="rId9"/></externalReferences>'
        '<definedNames><definedName a="b">c</definedName></definedNames></workbook>',
    )
    for name in ("xl/vbaProject.bin", "docProps/core.xml", "xl/externalLinks/externalLink1.xml"):
        parts[name] = b"\0 no XML"
    assert rows_of(zipped(parts)) == [Cells(["a"], {})]


def test_targets_may_be_absolute_part_names() -> None:
    """Some programs write the target of a sheet from the root of the package."""
    parts = {**book("visible", targets=(f"/{SHEET}",)), SHEET: sheet(texts("a"))}
    assert rows_of(zipped(parts)) == [Cells(["a"], {})]


def test_all_xml_may_have_the_type_of_the_workbook() -> None:
    """Some programs write it as the default instead of naming the part."""
    types = book("visible")[CONTENT_TYPES].replace("application/xml", XLSX)
    types = types.replace(f'<Override PartName="/{WORKBOOK}" ContentType="{XLSX}"/>', "")
    assert rows_of(workbook(texts("a"), types=types)) == [Cells(["a"], {})]


def test_a_workbook_needs_neither_styles_nor_strings() -> None:
    """Small writers leave both out."""
    parts = {**book("visible"), SHEET: sheet("<row><c><v>1</v></c></row>")}
    parts[CONTENT_TYPES] = parts[CONTENT_TYPES].replace(f"/{STYLES}", "/a").replace(
        "spreadsheetml.styles", "spreadsheetml.a"
    ).replace("spreadsheetml.sharedStrings", "spreadsheetml.b")  # fmt: skip
    del parts[STYLES], parts[STRINGS]
    assert rows_of(zipped(parts)) == [Cells(["1"], {})]


def test_a_gap_within_the_limit_is_filled() -> None:
    """Row numbers stay right; cells and rows without references follow each other."""
    rows = rows_of(workbook(f'{texts("a")}<row r="10001"><c r="C10001"><v>1</v></c></row>'))
    assert rows == [Cells(["a"], {}), *[Cells([], {})] * 9_999, Cells(["", "", "1"], {})]


def bounded(action: Callable[[], object], memory: int) -> None:
    """Do it, in ten seconds of processor time and so many bytes."""
    start = time.process_time()
    tracemalloc.start()
    try:
        action()
        assert tracemalloc.get_traced_memory()[1] < memory
    finally:
        tracemalloc.stop()
    assert time.process_time() - start < 10


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_at_little_cost(name: str) -> None:
    """Each has its cause, and no other exception leaves."""
    make, cause = HOSTILE[name]
    data = make()
    causes: list[str] = []
    bounded(lambda: causes.append(refusal(data)), 48 * MIB)
    assert causes == [cause]


LIMITED: Final = (
    (workbook(texts("a", "b", "c")), Limits(columns=2), "columns"),
    (workbook(texts("a") * 4), Limits(cells=3), "cells"),
    (workbook("<row><c/></row>" * 4), Limits(cells=3), "cells"),
    (workbook("", strings=SHARED), Limits(strings=40), "strings"),
    (workbook("", strings=strings("<si/>" * 999)), Limits(strings=4_000), "strings"),
    (PLAIN, Limits(unpacked=2_000), "zip-bomb"),
)


@pytest.mark.parametrize(("data", "limits", "cause"), LIMITED)
def test_limits_are_those_of_the_caller(data: bytes, limits: Limits, cause: str) -> None:
    """Each limit has its cause; empty cells and strings count."""
    assert refusal(data, limits) == cause


def test_a_sheet_that_is_named_many_times_is_unpacked_within_the_limit() -> None:
    """What is unpacked is counted, not what the parts have in all."""
    paths = ("worksheets/sheet1.xml",) * 300
    parts = {**book(*["visible"] * 300, targets=paths), SHEET: sheet(f"<a/>{' ' * 9_000}")}
    limits = Limits(unpacked=1_000_000)
    assert refusal(zipped(parts), limits) == "zip-bomb"


def test_a_dimension_is_not_believed() -> None:
    """A sheet that claims all cells, and has two, costs what two cost."""
    rows = f'<row r="1">{inline("a", "A1")}</row><row r="2">{inline("b", "B2")}</row>'
    data = workbook("", sheet=sheet(rows, "A1:XFD1048576"))
    bounded(lambda: rows_of(data), MIB)
    assert rows_of(data) == [Cells(["a"], {}), Cells(["", "b"], {})]


def test_memory_does_not_grow_with_the_rows() -> None:
    """Rows are dropped when they have been yielded."""
    data = workbook(texts(*(f"text {column}" for column in range(12))) * 1_000)

    def count() -> None:
        assert sum(1 for _ in sheet_rows(io.BytesIO(data))) == 1_000

    bounded(count, MIB + MIB // 2)


def test_a_reader_that_fails_is_damage() -> None:
    """Whatever the file object raises does not leave, but for memory that is used up."""

    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise fault

    fault: BaseException = OSError("gone")
    with pytest.raises(NotAWorkbook):
        list(sheet_rows(Failing(PLAIN)))
    fault = MemoryError()
    with pytest.raises(MemoryError):
        list(sheet_rows(Failing(PLAIN)))


def test_a_refusal_survives_a_pipe() -> None:
    """It is raised in a process of its own and read in another."""
    fault = pickle.loads(pickle.dumps(NotAWorkbook("zip-bomb")))  # noqa: S301  # just made
    assert (fault.cause, str(fault)) == ("zip-bomb", SENTENCES["zip-bomb"])


def test_relationships_of_no_sheet_are_damage() -> None:
    """A sheet whose relationship is missing cannot be found."""
    relationships = book("visible")[RELATIONSHIPS].replace("rId1", "rId2")
    assert refusal(workbook("", relationships=relationships)) == "damaged"
