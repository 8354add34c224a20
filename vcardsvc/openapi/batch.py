"""Describe POST /batch: a list of contacts of any format in, a card for each row out."""

from typing import Any, Final, get_args

from vcardsvc.apis.createcontact.forms.parsing import MULTIPART
from vcardsvc.apis.render_options import OPTIONS
from vcardsvc.batch.columns import NAMES
from vcardsvc.batch.media_types import CSV, ENDINGS, JSON, MEDIA_TYPES, NDJSON, TSV, VCARD, XLSX
from vcardsvc.batch.request import CHOICES, DELIMITERS, SPLIT
from vcardsvc.errors import CATALOGUE
from vcardsvc.model.batch import DEFAULT_OPTIONS, Status
from vcardsvc.openapi.examples import LISTED, LISTS, command
from vcardsvc.openapi.patterns import choice, ref
from vcardsvc.openapi.request import SCHEMA_OF, option
from vcardsvc.openapi.response import content, failures, read_too, response_object
from vcardsvc.settings import MIB, Settings

Json = dict[str, Any]

_BATCH: Final = """Format, encoding, delimiter, header and the program that exported the list are
found out. One row never costs another: a row becomes a card, or says why not. Up to
VCARDSVC_BATCH_JUDGED rows are judged before the first byte, and Vcard-Rows is a header; of a longer
list it is a trailer. A body that ends without its last chunk is not whole."""

_STATUSES: Final = (400, 401, 403, 406, 408, 413, 415, 422, 429, 500, 503)

_CODES: Final = ("E100", "E104", "E113", "E403", "E406", "E503", "E1527", "E1537", "E1538")
"""The codes of a refused list, and E1537, which stands in its rows."""

OCTETS: Final = "application/octet-stream"

_ABOUT: Final[Json] = {
    CSV: "A table of text; `delimiter` and `encoding` say what it does not show.",
    TSV: "A table of text with tabs.",
    XLSX: "A workbook; its first sheet with content is read.",
    NDJSON: "A createcontact request in each line; `action` may be missing.",
    JSON: "An array of createcontact requests.",
    VCARD: "Cards of any version and program.",
}
"""What a body holds, by what its media type is read as."""

_DESCRIPTIONS: Final[Json] = {
    "as": "The form of the result.",
    "cards": "The form of the cards in NDJSON and in an archive.",
    "target": "The reader for which the cards are made.",
    "version": "The version of vCard; without it that of the target.",
    "names": "The rule for names; strict: letters, digits, spaces and periods.",
    "company": "What a row that names a company alone becomes.",
    "photo": "What becomes of photos at a URL: none keeps the link, drop fetches them and leaves "
    "out what fails, require makes that an error of the row.",
    "dialect": "The program that exported the list.",
}
"""The options with a list of values."""

_DEFAULTS: Final = {
    "as": DEFAULT_OPTIONS.form, "cards": DEFAULT_OPTIONS.card_form, "target": "universal",
    "names": DEFAULT_OPTIONS.names, "company": DEFAULT_OPTIONS.company,
    "photo": DEFAULT_OPTIONS.photo,
}  # fmt: skip

_TEXT: Final[Json] = {"type": "string"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}


def _object(members: Json, *optional: str) -> Json:
    return {
        "type": "object",
        "required": [name for name in members if name not in optional],
        "properties": members,
        "additionalProperties": False,
    }


def _array(items: Json) -> Json:
    return {"type": "array", "items": items}


_FIELD: Final[Json] = {"type": "string", "description": "A place in the card or the request."}
_COLUMN: Final[Json] = {"type": "string", "description": "The name of the column."}

_ERROR: Final = _object(
    {
        "error-code": {"$ref": "#/components/schemas/Code"},
        "error-info": _TEXT,
        "field": _FIELD,
        "column": _COLUMN,
        "value": {"type": "string", "description": "The text there, 200 characters at most."},
        "hint": {"type": "string", "description": "An option that makes a card of the row."},
    },
    "field", "column", "value", "hint",
)  # fmt: skip
_NOTE: Final = _object(
    {
        "field": _FIELD,
        "code": {
            "anyOf": [
                {"$ref": "#/components/schemas/NoteCode"},
                {"$ref": "#/components/schemas/Code"},
            ]
        },
        "column": _COLUMN,
        "reason": _TEXT,
    },
    "column", "reason",
)  # fmt: skip

SCHEMAS: Final[Json] = {
    "ListFile": {
        "type": "object",
        "required": ["file"],
        "description": f"One file. The ending of its name counts ({', '.join(ENDINGS)}), or its "
        "part's Content-Type.",
        "properties": {"file": {"type": "string", "format": "binary"}},
    },
    "RowError": _ERROR,
    "RowNote": _NOTE,
    "BatchRow": {
        "description": "What became of a row; as=ndjson: with its card.",
        **_object(
            {
                "row": {"type": "integer", "minimum": 1, "description": "Behind the header."},
                "line": {"type": "integer", "minimum": 1, "description": "Where it begins."},
                "status": {"type": "string", "enum": list(get_args(Status))},
                "reason": {"type": "string", "description": "A word for an error or a skip."},
                "errors": _array(ref("RowError")),
                "notes": _array(ref("RowNote")),
                "vcard": {"type": "string", "description": "The card; cards=card."},
                "card": {"description": "The card; another form."},
            },
            "line", "reason", "errors", "notes", "vcard", "card",
        ),
    },
    "BatchReport": {
        "description": "as=report: what was found out about the list, and its first 1,000 rows "
        "with errors or notes.",
        **_object(
            {
                "rows": _COUNT,
                "cards": _COUNT,
                "errors": _COUNT,
                "skipped": _COUNT,
                "with-notes": _COUNT,
                "format": {"enum": sorted(set(MEDIA_TYPES.values()))},
                "dialect": {"enum": [*NAMES, "createcontact", "vcard"]},
                "unused-map": {
                    **_array(_TEXT),
                    "description": "The columns of `map` that the list does not have.",
                },
                "language": {"type": "string", "description": "That of Outlook's columns."},
                "encoding": _TEXT,
                "delimiter": _TEXT,
                "mixed-encoding": {
                    "type": "boolean",
                    "const": True,
                    "description": "Some of a UTF-8 file is Windows-1252.",
                },
                "header-line": _COUNT,
                "date-order": {"enum": ["day first", "month first", "not shown"]},
                "columns": _array(
                    _object(
                        {
                            "column": _TEXT,
                            "field": {
                                "type": ["string", "null"],
                                "description": "null: it is not known.",
                            },
                        }
                    )
                ),
                "duplicate-columns": _array(_TEXT),
                "bad-rows": _array({"$ref": "#/components/schemas/BatchRow"}),
            },
            "unused-map", "language", "encoding", "delimiter", "mixed-encoding", "header-line",
            "date-order", "columns", "duplicate-columns",
        ),
    },
}  # fmt: skip
"""The schemas of files, reports and rows, by their names in components."""


def batch_operation(settings: Settings) -> Json:
    """Return POST /batch."""
    named = ("Content-Disposition", "Cache-Control", "Vcard-Rows", "Vcard-Unread-Columns")
    without = [code.name for code in CATALOGUE if code.name not in _CODES]
    return {
        "operationId": "batch",
        "summary": "Convert a whole list of contacts",
        "description": _BATCH,
        "security": [{"key": []}],
        "parameters": parameters(),
        "requestBody": {
            "required": True,
            "description": f"At most {settings.batch_limit / MIB:g} MiB; more is 413. Or under the "
            "media type of its format.",
            "content": _bodies(),
            **read_too("List"),
        },
        "responses": {
            "200": response_object("The cards, in the form asked for.", _forms(), *named),
            **failures(_STATUSES, without),
        },
        "x-codeSamples": [
            {"lang": "Shell", "label": title, "source": command(LISTED, query, accept)}
            for title, query, accept in ((LISTED.title, "", ""), *LISTS)
        ],
    }


def parameters() -> list[Json]:
    """Return the query options."""
    return [
        *(
            option(
                name,
                _DESCRIPTIONS[name],
                ref(SCHEMA_OF[name]) if _is_shared(name, values) else choice(values),
                _DEFAULTS.get(name, ""),
            )
            for name, (_, values) in CHOICES.items()
        ),
        option(
            "map",
            'A JSON object of columns and their fields, `{"Column": "phone.mobile"}`; it comes '
            "before the dialect.",
            _TEXT,
        ),
        option("encoding", "The character encoding of a table.", _TEXT),
        option(
            "delimiter", "The delimiter of a table.", {"type": "string", "enum": list(DELIMITERS)}
        ),
        option(
            "split",
            "as=zip: the most cards of one file; without it a file for each.",
            {"type": "integer", "minimum": 1, "maximum": SPLIT},
        ),
    ]


def _is_shared(name: str, values: tuple[str, ...]) -> bool:
    """Return whether an option has the values that it has for a single card."""
    return values == tuple(OPTIONS.get(name, ()))


def _bodies() -> Json:
    """Return the bodies that every generated client can send, by their media types."""
    return {
        OCTETS: {
            "schema": {
                "type": "string",
                "format": "binary",
                "description": "A list in any format; its first bytes say which.",
            }
        },
        MULTIPART.decode(): {
            "schema": ref("ListFile"),
            "encoding": {"file": {"contentType": ", ".join(sorted(MEDIA_TYPES))}},
        },
    }


def _body(read_as: str) -> Json:
    about = {"description": _ABOUT[read_as]}
    if read_as == XLSX:
        return {"type": "string", "format": "binary", **about}
    return {"type": "array" if read_as == JSON else "string", **about}


READ_TOO: Final[Json] = {
    "List": {
        "description": "A list under the media type of its format.",
        "required": True,
        "content": {name: {"schema": _body(read_as)} for name, read_as in MEDIA_TYPES.items()},
    }
}
"""The other bodies that /batch reads, by their name in components."""


def _forms() -> Json:
    lines = "A line for each row; its members are those of a row of the report, with the card."
    return {
        **content("text/vcard", "Card", examples=(LISTED,)),
        **{
            media_type: {"schema": _array({"$ref": f"#/components/schemas/{schema}"})}
            for media_type, schema in (
                ("application/vcard+json", "JCard"),
                ("application/jscontact+json", "JSContact"),
            )
        },
        **content("application/vcard+xml", "Xml"),
        **content("application/zip", "Octets"),
        "application/x-ndjson": {"schema": {"type": "string", "description": lines}},
        **content(JSON, "BatchReport"),
    }
