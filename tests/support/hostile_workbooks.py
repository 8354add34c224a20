"""Files that are no workbooks, faulty ones, and ones that cost a careless reader much."""

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Final

from tests.support.workbooks import (
    CONTENT_TYPES,
    MAIN,
    PACKAGE,
    SHEET,
    STYLES,
    WORKBOOK,
    XLSX,
    book,
    inline,
    sheet,
    strings,
    texts,
    with_duplicate,
    workbook,
    zipped,
)

PLAIN: Final = workbook(texts("a", "b"))
"""What the faults are made in."""

CENTRAL: Final = b"PK\x01\x02"
"""The first bytes of an entry of the directory (APPNOTE 4.3.12)."""

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def entries_with(data: bytes, offset: int, field: str, value: int) -> bytes:
    """Return the zip with this value in a field of each entry of its directory."""
    changed = bytearray(data)
    at = changed.find(CENTRAL)
    while at >= 0:
        struct.pack_into(f"<{field}", changed, at + offset, value)
        at = changed.find(CENTRAL, at + 46)
    return bytes(changed)


def _compound(*streams: str) -> bytes:
    """Return the start of a compound file, whose directory is in its sector 0."""
    head = OLE + bytes(22) + struct.pack("<H", 9) + bytes(16) + struct.pack("<I", 0)
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return head.ljust(512, b"\0") + entries.ljust(512, b"\0")


def _with_member(name: str) -> bytes:
    return zipped({**book("visible"), SHEET: sheet(texts("a")), name: "a"})


def _without(name: str) -> bytes:
    parts = {**book("visible"), SHEET: sheet(texts("a"))}
    return zipped({key: part for key, part in parts.items() if key != name})


def _linked(target: str, mode: str = "") -> bytes:
    parts = {**book("visible", targets=(target,)), SHEET: sheet(texts("a"))}
    relations = "xl/_rels/workbook.xml.rels"
    parts[relations] = parts[relations].replace('Target="', f'{mode} Target="')
    return zipped(parts)


def _laughs(root: str, inside: str = "") -> str:
    """Return a document of a billion laughs."""
    entities = "".join(
        f'<!ENTITY l{number} "{f"&l{number - 1};" * 10}">' for number in range(1, 10)
    )
    return (
        f'<!DOCTYPE a [<!ENTITY l0 "lol">{entities}]><{root} xmlns="{MAIN}">&l9;{inside}</{root}>'
    )


def _quadratic() -> str:
    return (
        f'<!DOCTYPE a [<!ENTITY a "{"a" * 50_000}">]><worksheet xmlns="{MAIN}"><sheetData><row>'
        f'<c t="str"><v>{"&a;" * 50_000}</v></c></row></sheetData></worksheet>'
    )


def _external(declaration: str) -> bytes:
    part = f'<!DOCTYPE a {declaration}><worksheet xmlns="{MAIN}"><sheetData/></worksheet>'
    return workbook("", sheet=part)


def _utf16() -> bytes:
    part = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]>{sheet("")}'
    return workbook("", sheet=part.encode("utf-16"))


def _bzip2() -> bytes:
    return zipped({**book("visible"), SHEET: sheet("")}, zipfile.ZIP_BZIP2)


def _stored(**parts: str) -> bytes:
    """Return a workbook that is not packed, so that its ratio is none."""
    names = {"workbook": WORKBOOK, "styles": STYLES, "sheet": SHEET}
    own = {names[part]: content for part, content in parts.items()}
    return zipped({**book("visible"), SHEET: sheet(""), **own}, zipfile.ZIP_STORED)


def _damaged_data() -> bytes:
    data = bytearray(PLAIN)
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as archive:
        start = archive.getinfo(SHEET).header_offset + 30 + len(SHEET)
    data[start + 10 : start + 20] = bytes(10)
    return bytes(data)


HOSTILE: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    # No workbooks
    "empty": (lambda: b"", "not-a-workbook"),
    "csv": (lambda: b"First Name,Last Name\r\nAda,Thornbury\r\n", "not-a-workbook"),
    "html": (lambda: b"<html><table><tr><td>a</td></tr></table></html>", "not-a-workbook"),
    "zip": (lambda: zipped({"a.txt": "a"}), "not-a-workbook"),
    "word": (lambda: workbook("", types=f'<Types xmlns="{PACKAGE}/content-types"/>'),
             "not-a-workbook"),
    "wrong content type": (
        lambda: zipped({**book("visible", kind="text/plain"), SHEET: sheet("")}), "not-a-workbook"),
    "old compound file": (lambda: _compound("Root Entry", "Workbook"), "old-format"),
    "old file": (lambda: b"\x09\x00\x04\x00\x02\x00\x10\x00", "old-format"),
    "open document": (
        lambda: zipped({"mimetype": "application/vnd.oasis", "META-INF/manifest.xml": "a"}),
        "other-format"),
    "binary workbook": (
        lambda: zipped({CONTENT_TYPES: "a", "xl/workbook.bin": "a"}), "other-format"),
    "strict": (
        lambda: workbook("", workbook=book("visible")[WORKBOOK].replace(
            MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")), "other-format"),
    "encrypted": (lambda: _compound("Root Entry", "EncryptedPackage"), "encrypted"),
    "empty compound file": (lambda: OLE, "old-format"),
    # The zip
    "encrypted members": (lambda: entries_with(PLAIN, 8, "H", 1), "encrypted"),
    "half": (lambda: PLAIN[: len(PLAIN) // 2], "damaged"),
    "without the last byte": (lambda: PLAIN[:-1], "damaged"),
    "magic alone": (lambda: b"PK\x03\x04", "damaged"),
    "many members": (
        lambda: zipped({f"{number}": "" for number in range(1_001)}, zipfile.ZIP_STORED), "parts"),
    "large directory": (
        lambda: zipped({f"{number}" + "a" * 60_000: "" for number in range(20)}), "parts"),
    "duplicate": (lambda: with_duplicate(PLAIN, SHEET, sheet("")), "damaged"),
    "duplicate in capitals": (lambda: _with_member(SHEET.upper()), "damaged"),
    "bzip2": (_bzip2, "damaged"),
    "bomb": (lambda: workbook("", sheet=" " * 4_000_000), "zip-bomb"),
    "declared bomb": (lambda: entries_with(PLAIN, 24, "I", 2**32 - 2), "zip-bomb"),
    "sizes too small": (lambda: entries_with(PLAIN, 24, "I", 100), "damaged"),
    "sizes too large": (lambda: entries_with(PLAIN, 24, "I", 10_000), "damaged"),
    "damaged data": (_damaged_data, "damaged"),
    "wrong checksum": (lambda: entries_with(PLAIN, 16, "I", 1), "damaged"),
    "absolute name": (lambda: _with_member("/etc/passwd"), "part-names"),
    "name leads out": (lambda: _with_member("xl/../../a"), "part-names"),
    "name leads out by backslashes": (lambda: _with_member("xl\\..\\..\\a"), "part-names"),
    # Document types and entities
    "laughs in the sheet": (
        lambda: workbook("", sheet=_laughs("worksheet", "<sheetData/>")), "entities"),
    "laughs in the strings": (
        lambda: workbook("", strings=_laughs("sst")), "entities"),
    "laughs in the styles": (lambda: workbook("", styles=_laughs("styleSheet")), "entities"),
    "laughs in the workbook": (lambda: workbook("", workbook=_laughs("workbook")), "entities"),
    "laughs in the types": (lambda: workbook("", types=_laughs("Types")), "entities"),
    "laughs in the relationships": (
        lambda: workbook("", relationships=_laughs("Relationships")), "entities"),
    "quadratic": (lambda: workbook("", sheet=_quadratic()), "entities"),
    "external document type": (
        lambda: _external('SYSTEM "http://127.0.0.1:9/a.dtd"'), "entities"),
    "external entity": (
        lambda: _external('[<!ENTITY a SYSTEM "file:///etc/passwd">]'), "entities"),
    "parameter entity": (
        lambda: _external('[<!ENTITY % a SYSTEM "http://127.0.0.1:9/">%a;]'), "entities"),
    "empty document type": (lambda: _external(""), "entities"),
    "document type in UTF-16": (_utf16, "entities"),
    "entity without declaration": (lambda: workbook("<row><c><v>&a;</v></c></row>"), "damaged"),
    # Parts
    "no types": (lambda: _without(CONTENT_TYPES), "not-a-workbook"),
    "no workbook": (lambda: _without(WORKBOOK), "damaged"),
    "no relationships": (lambda: _without("xl/_rels/workbook.xml.rels"), "damaged"),
    "no styles": (lambda: _without(STYLES), "damaged"),
    "no strings": (lambda: _without("xl/sharedStrings.xml"), "damaged"),
    "no sheet": (lambda: _without(SHEET), "damaged"),
    "the workbook as sheet": (lambda: _linked("workbook.xml"), "damaged"),
    "relationships as sheet": (lambda: _linked("_rels/workbook.xml.rels"), "damaged"),
    "strings as sheet": (lambda: _linked("sharedStrings.xml"), "damaged"),
    "sheet elsewhere": (
        lambda: _linked("http://127.0.0.1:9/", 'TargetMode="External"'), "damaged"),
    "sheet outside": (lambda: _linked("../../../../etc/passwd"), "damaged"),
    "sheet as absolute file": (lambda: _linked("file:///etc/passwd"), "damaged"),
    "deep relationships": (
        lambda: workbook("", relationships="<Relationship>" * 9_999 + "</Relationship>" * 9_999),
        "damaged"),
    "deep types": (lambda: workbook("", types="<Types>" * 9_999 + "</Types>" * 9_999),
                   "not-a-workbook"),
    "large workbook": (lambda: _stored(workbook="<a>" + " " * 17_000_000 + "</a>"), "parts"),
    "many styles": (lambda: _stored(styles=f"<a>{'<b/>' * 250_000}</a>"), "parts"),
    "many foreign elements": (lambda: _stored(sheet=sheet("<a/>" * 100_000)), "parts"),
    "large tag": (lambda: _stored(sheet=sheet(f'<a b="{"c" * 1_500_000}"/>')), "parts"),
    "large comment": (lambda: _stored(sheet=sheet(f"<!--{'c' * 1_500_000}-->")), "parts"),
    # Rows and cells
    "last column": (lambda: workbook(f'<row r="1">{inline("a", "XFD1")}</row>'), "columns"),
    "a million columns": (lambda: _stored(sheet=sheet(f"<row>{'<c/>' * 1_000_000}</row>")),
                          "columns"),
    "a million texts": (
        lambda: workbook(f"<row>{'<c><v>1</v></c>' * 2_001}</row>"), "columns"),
    "last row": (lambda: workbook('<row r="1048576"><c><v>1</v></c></row>'), "rows"),
    "gap": (lambda: workbook(
        '<row r="2"><c><v>1</v></c></row><row r="1000004"><c><v>1</v></c></row>'), "rows"),
    "row behind the last": (lambda: workbook('<row r="1048577"/>'), "rows"),
    "row number of many digits": (lambda: workbook(f'<row r="{"9" * 5_000}"/>'), "damaged"),
    "rows backwards": (lambda: workbook('<row r="2"/><row r="1"/>'), "damaged"),
    "row twice": (lambda: workbook('<row r="2"/><row r="2"/>'), "damaged"),
    "row zero": (lambda: workbook('<row r="0"/>'), "damaged"),
    "cell twice": (lambda: workbook(f"<row>{inline('a', 'A1') * 2}</row>"), "damaged"),
    "cell nowhere": (lambda: workbook('<row><c r="1A"><v>1</v></c></row>'), "damaged"),
    "cell in column ZZZZ": (lambda: workbook('<row><c r="ZZZZ1"><v>1</v></c></row>'), "damaged"),
    "unknown kind": (lambda: workbook('<row><c t="x"><v>1</v></c></row>'), "damaged"),
    "unknown style": (lambda: workbook('<row><c s="x"><v>1</v></c></row>'), "damaged"),
    "unknown string": (lambda: workbook('<row><c t="s"><v>0</v></c></row>'), "damaged"),
    "negative string": (
        lambda: workbook('<row><c t="s"><v>-1</v></c></row>', strings=strings("<si/>")), "damaged"),
    "unclosed": (lambda: workbook("", sheet=sheet("")[:-30]), "damaged"),
    "long text": (lambda: workbook(texts("a" * 32_768)), "text"),
    "long string": (
        lambda: workbook("", strings=strings(f"<si><t>{'a' * 32_768}</t></si>")), "text"),
    "long value": (
        lambda: workbook(f'<row><c t="str"><v>{"a" * 32_768}</v></c></row>'), "text"),
    "long row": (
        lambda: _stored(sheet=sheet(texts(*["a" * 32_767] * 150))), "text"),
}  # fmt: skip
"""The makers of the files and the causes of their refusal, by name."""

XLSM: Final = XLSX.replace(
    "vnd.openxmlformats-officedocument.spreadsheetml.sheet", "vnd.ms-excel.sheet.macroEnabled"
)
