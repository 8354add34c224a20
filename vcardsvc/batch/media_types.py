"""Declares the formats of lists by their media types and the ends of their names."""

from collections.abc import Mapping
from typing import Final

CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NDJSON: Final = "application/x-ndjson"
JSON: Final = "application/json"
VCARD: Final = "text/vcard"

MEDIA_TYPES: Final[Mapping[str, str]] = {
    CSV: CSV,
    "application/csv": CSV,
    "application/vnd.ms-excel": CSV,  # what browsers on Windows send for .csv
    "text/plain": CSV,
    TSV: TSV,
    XLSX: XLSX,
    NDJSON: NDJSON,
    "application/ndjson": NDJSON,
    "application/jsonl": NDJSON,
    "application/jsonlines": NDJSON,
    "application/json-lines": NDJSON,
    JSON: JSON,
    VCARD: VCARD,
    "text/x-vcard": VCARD,
    "text/directory": VCARD,
}
"""The media types of lists, and what each is read as."""

ENDINGS: Final[Mapping[str, str]] = {
    ".csv": CSV,
    ".txt": CSV,
    ".tsv": TSV,
    ".tab": TSV,
    ".xlsx": XLSX,
    ".xlsm": XLSX,
    ".ndjson": NDJSON,
    ".jsonl": NDJSON,
    ".json": JSON,
    ".vcf": VCARD,
    ".vcard": VCARD,
}
"""The formats by the end of a file's name, where no media type names one."""


def format_of(media_type: str, filename: str) -> str:
    """Return the format of a file by its name's end, then by its media type; "" for none."""
    for ending, name in ENDINGS.items():
        if filename.lower().endswith(ending):
            return name
    return MEDIA_TYPES.get(media_type.partition(";")[0].strip().lower(), "")
