"""Any octets of a workbook, and any part in it, are rows or refused."""

import contextlib
import io
import itertools
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from tests.support.damaged_files import damaged
from tests.support.hypothesis_profiles import examples
from tests.support.workbooks import (
    CONTENT_TYPES,
    RELATIONSHIPS,
    SHEET,
    STRINGS,
    STYLES,
    WORKBOOK,
    book,
    inline,
    sheet,
    strings,
    zipped,
)
from vcardsvc.batch.xlsx import Cells, Limits, NotAWorkbook, sheet_rows

ROWS: Final = (
    f'<row r="1" spans="1:4">{inline("Name", "A1")}{inline("a_x000D_b", "B1")}</row>'
    '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" s="1"><v>36526.5</v></c>'
    '<c r="C3" s="2"><v>1234</v></c><c r="D3" t="b"><v>1</v></c><c r="E3" t="e"><v>#N/A</v></c>'
    '<c r="F3" t="str"><f>A1</f><v>x</v></c><c r="G3"><f>1+1</f></c><c t="d"><v>2000-01-01</v></c>'
    '<c s="7"><v>1.25</v></c></row>'
)
PARTS: Final = {
    **book("hidden", "visible", "visible", targets=("a.xml", "worksheets/sheet1.xml", "b.xml")),
    SHEET: sheet(ROWS),
    STRINGS: strings("<si><t>one</t></si>", "<si><r><t>t</t></r><rPh><t>wo</t></rPh></si>"),
    "xl/a.xml": sheet(""),
    "xl/b.xml": sheet(""),
}
SEEDS: Final = (zipped(PARTS), zipped(PARTS, 0))
LIMITS: Final = Limits(unpacked=10_000_000, columns=100, cells=10_000, strings=10_000)
EDITED: Final = (SHEET, STRINGS, STYLES, WORKBOOK, RELATIONSHIPS, CONTENT_TYPES)

pieces = st.sampled_from(
    (
        "<row>", "</row>", "<c>", "</c>", '<c t="s">', "<v>", "</v>", "<is>", "<t>", "</t>", "<f/>",
        "<si>", "</si>", "<r>", "<rPh>", "<x/>", "&a;", "<!-- -->", "<![CDATA[a]]>", "<?a b?>", '"',
        "<!DOCTYPE a>", "-1", "99999999999", "1e999", "0x1", "NaN", "r=", 't="', "s", "_xD800_",
        "_x0000_", "\ufffe", "XFD1048576", "../", "http://127.0.0.1:9/", "External", "date1904",
        "<sheetData>", "</sheetData>", "\u0661", "", ">", "<", "numFmtId", "\ud7ff",
    )
)  # fmt: skip


def read(data: bytes) -> None:
    """Read the first 10,000 rows or a refusal, and let no other exception leave."""
    rows: list[Cells] = []
    with contextlib.suppress(NotAWorkbook):
        rows.extend(itertools.islice(sheet_rows(io.BytesIO(data), LIMITS), 10_000))
    for cells, faults in rows:
        assert "".join(cells).encode().decode() == "".join(cells)
        assert [cells[column] for column in faults] == [""] * len(faults)
        assert len(cells) <= LIMITS.columns


@examples(400)
@given(data=damaged(SEEDS))
def test_any_damage_gets_an_answer(data: bytes) -> None:
    """A workbook with any bytes changed or cut off has rows still or is refused."""
    read(data)


@examples(600)
@given(
    name=st.sampled_from(EDITED),
    edits=st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 12), pieces | st.text(max_size=3)),
        min_size=1,
        max_size=4,
    ),
)
def test_any_part_gets_an_answer(name: str, edits: list[tuple[int, int, str]]) -> None:
    """A part with anything put into it, or instead of some of it, has rows still or is refused."""
    part = PARTS[name]
    for at, length, piece in edits:
        at %= len(part) + 1
        part = part[:at] + piece + part[at + length :]
    read(zipped({**PARTS, name: part.encode("utf-8", "surrogatepass")}))
