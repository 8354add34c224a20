"""Builds Excel workbooks part by part, so that any part may be faulty."""

import io
import warnings
import zipfile
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XLSX: Final = f"{TYPES}.sheet.main+xml"

CONTENT_TYPES: Final = "[Content_Types].xml"
WORKBOOK: Final = "xl/workbook.xml"
RELATIONSHIPS: Final = "xl/_rels/workbook.xml.rels"
STYLES: Final = "xl/styles.xml"
STRINGS: Final = "xl/sharedStrings.xml"
SHEET: Final = "xl/worksheets/sheet1.xml"

FORMATS: Final = (
    "General", "yyyy-mm-dd", "00000", "0.00E+00", "dd/mm/yyyy", "000\\-0000", "h:mm:ss",
    "[h]:mm:ss", '_-* #,##0.00\\ [$€-407]_-;"Rot"', "0", "(000) 000-0000", '"0"0000',
)  # fmt: skip
"""The number formats of the styles 0, 1, 2 and so on."""

ENTITY: Final = '<!DOCTYPE {root} [<!ENTITY a "b">]>'


def sheet(rows: str, dimension: str = "A1") -> str:
    """Return a sheet with these elements of rows."""
    return (
        f'<worksheet xmlns="{MAIN}"><sheetPr/><dimension ref="{dimension}"/>'
        f"<sheetData>{rows}</sheetData><pageMargins/></worksheet>"
    )


def inline(text: str, reference: str = "") -> str:
    """Return a cell with its text."""
    place = f' r="{reference}"' if reference else ""
    return f'<c{place} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def texts(*row: str) -> str:
    """Return a row of texts without references."""
    return f"<row>{''.join(inline(text) for text in row)}</row>"


def strings(*items: str) -> str:
    """Return the part of the shared strings of these elements."""
    return f'<sst xmlns="{MAIN}">{"".join(items)}</sst>'


def styles(*codes: str) -> str:
    """Return the part of the styles, one for each code of a number format."""
    formats = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for number, code in enumerate(codes, 164)
    )
    used = "".join(f'<xf numFmtId="{number}"/>' for number, _ in enumerate(codes, 164))
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellXfs>{used}</cellXfs>'
        "</styleSheet>"
    )


def book(
    *states: str, properties: str = "", kind: str = XLSX, targets: tuple[str, ...] = ()
) -> dict[str, str]:
    """Return all parts but the sheets of a workbook that has a sheet of each state. The target of a
    sheet is its part, or stands in `targets`."""
    numbers = range(1, len(states) + 1)
    paths = targets or tuple(f"worksheets/sheet{number}.xml" for number in numbers)
    sheets = "".join(
        f'<sheet name="S{number}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        for number, state in zip(numbers, states, strict=True)
    )
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/worksheet" Target="{path}"/>'
        for number, path in zip(numbers, paths, strict=True)
    )
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{content}"/>'
        for name, content in (
            (WORKBOOK, kind),
            (STYLES, f"{TYPES}.styles+xml"),
            (STRINGS, f"{TYPES}.sharedStrings+xml"),
        )
    )
    return {
        CONTENT_TYPES: f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        WORKBOOK: f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        f"<workbookPr{properties}/><sheets>{sheets}</sheets></workbook>",
        RELATIONSHIPS: f'<Relationships xmlns="{PACKAGE}/relationships">{relations}'
        "</Relationships>",
        STYLES: styles(*FORMATS),
        STRINGS: strings(),
    }


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the zip of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_duplicate(data: bytes, name: str, content: str) -> bytes:
    """Return the zip with another member of this name."""
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        archive.writestr(name, content)
    return target.getvalue()


def workbook(rows: str, **parts: str | bytes) -> bytes:
    """Return a workbook of one sheet with these elements of rows, and with these parts instead of
    its own: `types`, `workbook`, `relationships`, `styles`, `strings`, `sheet`."""
    names = {
        "types": CONTENT_TYPES,
        "workbook": WORKBOOK,
        "relationships": RELATIONSHIPS,
        "styles": STYLES,
        "strings": STRINGS,
        "sheet": SHEET,
    }
    own = {names[part]: content for part, content in parts.items()}
    return zipped({**book("visible"), SHEET: sheet(rows), **own})
