"""Describe responses: the schema of every form, the headers, the codes of each status.

Codes, notes and options are read from the catalogue and the table of options.
"""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from vcardsvc.apis.render_options import OPTIONS
from vcardsvc.errors import CATALOGUE, NOTES
from vcardsvc.openapi.examples import Example

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
_LOST: Final = _object({"field": _POINTER, "code": _ref("NoteCode"), "reason": _TEXT})
_PHOTO: Final = _object({"size": _SIZE, "width": _PIXELS, "height": _PIXELS})
_TARGET: Final = _object(
    {
        "target": {"enum": list(OPTIONS["target"])},
        "version": {"enum": list(OPTIONS["version"])},
        "size": _SIZE,
        "ceiling": {"type": ["integer", "null"], "description": "The most bytes it takes."},
        "fits": {"type": "boolean"},
        "photo": {"anyOf": [_PHOTO, {"type": "null"}]},
        "losses": _array(_LOST),
    }
)

_MESSAGE: Final[Json] = {
    "description": "as=whatsapp: the Cloud API's message, but for `to`.",
    "type": "object",
    "required": ["messaging_product", "recipient_type", "type", "contacts"],
    "properties": {
        "messaging_product": {"const": "whatsapp"},
        "recipient_type": {"const": "individual"},
        "type": {"const": "contacts"},
        "contacts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {
                        "type": "object",
                        "required": ["formatted_name"],
                        "additionalProperties": {"type": "string"},
                    },
                    "org": {"type": "object", "additionalProperties": {"type": "string"}},
                    **{
                        member: _array({"type": "object", "additionalProperties": _TEXT})
                        for member in ("addresses", "emails", "phones", "urls")
                    },
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}

SCHEMAS: Final[Json] = {
    "Code": {
        "type": "string",
        "oneOf": [
            {"const": code.name, "title": code.info, "description": code.when} for code in CATALOGUE
        ],
    },
    "NoteCode": {
        "type": "string",
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
                    "items": {"type": "array", "minItems": 4},
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
            "name": {"type": "object"},
        },
    },
    "Report": {
        "description": "as=report: what each target's card would be, and what is lost in it.",
        **_object({"notes": _array(_NOTE), "targets": _array(_TARGET)}),
    },
    "WhatsApp": _MESSAGE,
    "Telegram": {
        "description": "as=telegram: the Bot API's sendContact, but for `chat_id`.",
        **_object(
            {"phone_number": _TEXT, "first_name": _TEXT, "last_name": _TEXT, "vcard": _TEXT},
            "last_name",
        ),
    },
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
    "Twilio": {
        "description": "as=twilio: a message of Twilio's, but for From and To.",
        **_object({"Body": _TEXT, "MediaUrl": {**_array(_URL), "minItems": 1}}),
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
    "Svg": {"type": "string", "pattern": "^<svg ", "description": "as=qr: a QR code."},
    "Xml": {"type": "string", "description": "RFC 6351."},
}
"""The schemas of responses, by their names in components."""

_PAIR: Final = "[^;, ]+;[^;, ]+"

HEADERS: Final[Json] = {
    name: {"description": description, "schema": schema, **({"required": True} if always else {})}
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
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*ALWAYS, *names)}


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
    leading = {"properties": {"error-code": {"enum": code_names}}}
    schema = {"allOf": [_ref("Failure"), leading]}
    described_examples = content(FAILURE, examples=examples)[FAILURE]
    return {**described, "content": {FAILURE: {"schema": schema, **described_examples}}}
