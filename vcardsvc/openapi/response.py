"""Describe responses: the schema of every form, the headers, the codes of each status.

Codes, notes and options are read from the catalogue and the table of options.
"""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final, get_args

from vcardsvc.errors import CATALOGUE, NOTES
from vcardsvc.openapi import messages
from vcardsvc.openapi.examples import Example
from vcardsvc.vcard.parser.findings import EVERY, READERS, Severity

Json = dict[str, Any]

FAILURE: Final = "application/json"


def _ref(schema: str) -> Json:
    return {"$ref": f"#/components/schemas/{schema}"}


def _object(members: Json, *optional: str) -> Json:
    """Return the schema of an object with these members alone; all but `optional` are required."""
    return {
        "type": "object",
        "required": [name for name in members if name not in optional],
        "properties": members,
        "additionalProperties": False,
    }


def _array(items: Json) -> Json:
    return {"type": "array", "items": items}


_TEXT: Final[Json] = {"type": "string"}
_SIZE: Final[Json] = {"type": "integer", "minimum": 0, "description": "In bytes."}
_PIXELS: Final[Json] = {"type": "integer", "minimum": 0, "description": "In pixels."}
_URL: Final[Json] = {"type": "string", "format": "uri"}
_POINTER: Final[Json] = {"type": "string", "description": "A JSON pointer (RFC 6901)."}

_NOTE: Final = _object(
    {
        "field": _POINTER,
        "code": {"anyOf": [_ref("NoteCode"), _ref("Code")]},
        "reason": _TEXT,
    }
)
_LOSS: Final = _object({"field": _POINTER, "code": _ref("NoteCode"), "reason": _TEXT})
_PHOTO: Final = _object({"size": _SIZE, "width": _PIXELS, "height": _PIXELS})
_TARGET: Final = _object(
    {
        "target": _ref("Target"),
        "version": _ref("Version"),
        "size": _SIZE,
        "ceiling": {"type": ["integer", "null"], "description": "The most bytes it takes."},
        "fits": {"type": "boolean"},
        "photo": {"anyOf": [_ref("PhotoSize"), {"type": "null"}]},
        "losses": _array(_ref("Loss")),
    }
)

_CARDS: Final = _object(
    {
        "target": _ref("Target"),
        "version": _ref("Version"),
        "size": _SIZE,
        "ceiling": {"type": ["integer", "null"], "description": "The most bytes of one card."},
        "fits": {"type": "boolean"},
        "losses": _array(_ref("Loss")),
    }
)
_FINDING: Final = _object(
    {
        "severity": {"enum": list(get_args(Severity))},
        "code": _TEXT,
        "line": {"type": "integer", "minimum": 0, "description": "0: the whole card."},
        "property": _TEXT,
        "text": _TEXT,
        "readers": {**_array({"enum": [*READERS, EVERY]}), "description": "Those that fail."},
    }
)
_CHECKED: Final = _object(
    {
        "version": {"type": "string", "description": "Empty where none is known."},
        "says": {
            **_array(_object({"name": _TEXT, "text": _TEXT})),
            "description": "What a person reads.",
        },
        "findings": _array(_ref("Finding")),
    }
)


SCHEMAS: Final[Json] = {
    "Code": {
        "type": "string",
        "enum": [code.name for code in CATALOGUE],
        "oneOf": [
            {"const": code.name, "title": code.info, "description": code.when} for code in CATALOGUE
        ],
    },
    "NoteCode": {
        "type": "string",
        "enum": [name for name, _ in NOTES],
        "oneOf": [{"const": name, "description": meaning} for name, meaning in NOTES],
    },
    "Problem": _object(
        {"error-code": _ref("Code"), "error-info": _TEXT, "field": _POINTER}, "field"
    ),
    "Failure": {
        "description": "The first problem, and every problem, in the order of the members.",
        **_object(
            {
                "status": {"const": "failure"},
                "error-code": _ref("Code"),
                "error-info": _TEXT,
                "errors": {**_array(_ref("Problem")), "minItems": 1},
            }
        ),
    },
    "Card": {
        "type": "string",
        "pattern": "^BEGIN:VCARD\\r\\nVERSION:",
        "description": "vCard 3.0 (RFC 2426) unless asked for otherwise; UTF-8, CRLF, folded.",
    },
    "JCard": {
        "description": "RFC 7095.",
        "type": "array",
        "minItems": 2,
        "maxItems": 2,
        "items": {
            "anyOf": [
                {"const": "vcard"},
                {
                    "description": "Properties: name, parameters, value type, values.",
                    "type": "array",
                    "items": {"type": "array", "minItems": 4, "items": {}},
                },
            ]
        },
    },
    "JSContact": {
        "description": "RFC 9982; RFC 9553 where Accept asks for version=1.0.",
        "type": "object",
        "required": ["@type", "version", "uid", "name"],
        "properties": {
            "@type": {"const": "Card"},
            "version": {"enum": ["1.0", "2.0"]},
            "uid": _TEXT,
            "name": {"type": "object", "additionalProperties": True},
        },
    },
    "JCards": {**_array(_ref("JCard")), "minItems": 2, "description": "Several cards."},
    "JSContacts": {**_array(_ref("JSContact")), "minItems": 2, "description": "Several cards."},
    "Note": _NOTE,
    "Loss": _LOSS,
    "PhotoSize": _PHOTO,
    "TargetCard": _TARGET,
    "TargetCards": _CARDS,
    "Finding": _FINDING,
    "CheckedCard": _CHECKED,
    "Report": {
        "description": "as=report: what each target's card would be, and what is lost in it.",
        **_object({"notes": _array(_ref("Note")), "targets": _array(_ref("TargetCard"))}),
    },
    "Losses": {
        "description": "as=report: what each target's cards would be, and what is lost in them.",
        **_object({"notes": _array(_ref("Note")), "targets": _array(_ref("TargetCards"))}),
    },
    "Check": {
        "description": "What the cards say and what is wrong with them; `notes` name what could "
        "not be read.",
        **_object({"cards": _array(_ref("CheckedCard")), "notes": _array(_ref("Note"))}),
    },
    **messages.SCHEMAS,
    "Link": {
        "description": "as=link: where the card is kept, and until when.",
        **_object(
            {
                "url": _URL,
                "expires": {"type": "string", "format": "date-time"},
                "size": _SIZE,
                "content-type": {"const": "text/vcard; charset=utf-8"},
            }
        ),
    },
    "Health": _object(
        {
            "status": {"enum": ["alive", "ready", "degraded", "unavailable", "stopping"]},
            "causes": {
                **_array(_TEXT),
                "description": "What is wrong, as machine words such as store-full.",
            },
        },
        "causes",
    ),
    "DocsSection": _object({"page": _TEXT, "title": _TEXT, "url": _TEXT, "text": _TEXT}),
    "Svg": {"type": "string", "pattern": "^<svg ", "description": "as=qr: a QR code."},
    "Octets": {"type": "string", "format": "binary", "description": "The octets of the file."},
    "Xml": {"type": "string", "description": "RFC 6351."},
}
"""The schemas of responses, by their names in components."""

_PAIR: Final = "[^;, ]+;[^;, ]+"


def _component(header: str) -> str:
    """Return the name of a header's component: short, since it is referred to hundreds of times."""
    return header.removeprefix("X-").replace("-", "")


HEADERS: Final[Json] = {
    _component(name): {
        "description": description, "schema": schema, **({"required": True} if always else {})
    }
    for name, always, schema, description in (
        ("X-Request-ID", True, {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
         "The request's id: the one that was sent (up to 64 of `A-Z a-z 0-9 . _ -`), or our own."),
        ("X-Content-Type-Options", True, {"const": "nosniff"}, "The media type is meant."),
        ("Content-Disposition", False,
         {"type": "string", "pattern": '^(?:inline|attachment); filename="?[A-Za-z0-9._-]+"?$'},
         "Whether it is shown or saved, and under which name."),
        ("ETag", False, {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
         "A strong validator: the same octets have the same one."),
        ("Vcard-Notes", False, {"type": "string", "pattern": f"^{_PAIR}(?:, {_PAIR})*$"},
         "What was ignored, cut, changed or lost: `field;code`, at most 20 of them."),
        ("Vcard-Rows", False,
         {"type": "string", "pattern": r"^cards=\d+, errors=\d+, skipped=\d+$"},
         "The rows of a list by what became of them (RFC 9651); of a long list in the trailer."),
        ("Vcard-Unread-Columns", False, {"type": "integer", "minimum": 1},
         "How many columns of a list are not known, and left out."),
        ("Content-Location", False, {"type": "string", "format": "uri"}, "The contact's own path."),
        ("Location", True, {"type": "string", "format": "uri"}, "The link to the card."),
        ("Retry-After", False, {"type": "integer", "minimum": 1}, "Seconds to stay away."),
        ("RateLimit-Limit", False, {"type": "integer"}, "Requests of the key in one period."),
        ("RateLimit-Remaining", False, {"type": "integer"}, "How many of them are left."),
        ("RateLimit-Reset", False, {"type": "integer"}, "Seconds until the period ends."),
        ("WWW-Authenticate", True, {"type": "string"}, "Where the key belongs."),
        ("Allow", True, {"type": "string"}, "The methods of the path."),
        ("Accept-Ranges", True, {"enum": ["bytes", "none"]}, "none for a link that opens once."),
        ("Content-Range", True, {"type": "string"}, "Which bytes these are, of how many."),
        ("Cache-Control", False, {"type": "string"}, "How long the card may be kept."),
        ("X-Robots-Tag", False, {"const": "noindex, nofollow"}, "The address is a secret."),
        ("Referrer-Policy", False, {"const": "no-referrer"}, "The address is a secret."),
        ("Content-Security-Policy", True, {"type": "string"}, "Nothing is loaded from elsewhere."),
    )
}  # fmt: skip
"""Every described header: whether it is required, its schema, its description."""

ALWAYS: Final = ("X-Request-ID", "X-Content-Type-Options")
OF_A_LINK: Final = ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")

OF_A_STATUS: Final[dict[int, tuple[str, ...]]] = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    416: ("Content-Range",),
    429: ("Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),
    503: ("Retry-After",),
}
"""Headers that follow from a failure's status."""


def headers(*names: str) -> Json:
    """Return references to these headers, and to those of every response."""
    return {
        name: {"$ref": f"#/components/headers/{_component(name)}"} for name in (*ALWAYS, *names)
    }


def response_object(description: str, content: Json, *names: str) -> Json:
    """Return a response with these contents (by media type) and headers."""
    described = {"description": description, "headers": headers(*names)}
    return {**described, "content": content} if content else described


def content(media_type: str, *schemas: str, examples: Iterable[Example] = ()) -> Json:
    """Return one media type with its schemas, and the responses among `examples` that have it."""
    refs = [_ref(schema) for schema in schemas]
    described: Json = {"schema": refs[0] if len(refs) == 1 else {"oneOf": refs}} if refs else {}
    responses = {
        one.name: {"summary": one.title, "value": value_of(one.media_type, one.response)}
        for one in examples
        if one.media_type == media_type
    }
    return {media_type: {**described, "examples": responses} if responses else described}


def read_too(body: str) -> Json:
    """Return the reference of a request body to the component with further media types."""
    return {"x-read-too": {"$ref": f"#/components/requestBodies/{body}"}}


def value_of(media_type: str, text: str) -> Any:
    """Return the value of an example: JSON parsed, other media types as text."""
    return json.loads(text) if media_type.endswith("json") else text


def failures(
    statuses: Iterable[int],
    excluded: Iterable[str] = (),
    *names: str,
    examples: Iterable[Example] = (),
    bodies: bool = True,
) -> Json:
    """Return the responses of these statuses, each with its codes of the catalogue except
    `excluded`. `names` are further headers; `bodies` is false for HEAD."""
    without = set(excluded)
    return {
        str(status): _failure(
            status,
            [code for code in codes(status) if code not in without],
            names,
            tuple(one for one in examples if one.status == status),
            bodies=bodies,
        )
        for status in statuses
    }


def codes(status: int) -> list[str]:
    """Return the codes of the catalogue that may have this HTTP status."""
    return [code.name for code in CATALOGUE if status in (code.status, *code.others)]


def _failure(
    status: int,
    code_names: list[str],
    names: tuple[str, ...],
    examples: tuple[Example, ...],
    *,
    bodies: bool,
) -> Json:
    header_names = (*names, *(name for name in OF_A_STATUS.get(status, ()) if name not in names))
    described = response_object(
        f"{HTTPStatus(status).phrase}: {', '.join(code_names)}", {}, *header_names
    )
    if not bodies:
        return described
    # Beside the reference, for generators of clients do without what stands there: every failure
    # is a Failure.
    schema = {**_ref("Failure"), "properties": {"error-code": {"enum": code_names}}}
    described_examples = content(FAILURE, examples=examples)[FAILURE]
    return {**described, "content": {FAILURE: {"schema": schema, **described_examples}}}
