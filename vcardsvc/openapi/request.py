"""Describe a createcontact request, its members and query options, in JSON Schema 2020-12.

A valid body is accepted, except for what a schema cannot express: whether a photo can be decoded,
and whether the contact fits the requested form. Every limit comes from the module that enforces it.
"""

import functools
import re
import unicodedata
from typing import Any, Final

from vcardsvc.apis.createcontact.mapping import ACTION
from vcardsvc.apis.render_options import FILENAME, OPTIONS, TTL_MINIMUM
from vcardsvc.openapi.examples import EXAMPLES
from vcardsvc.openapi.response import value_of
from vcardsvc.settings import KIB, Settings
from vcardsvc.validation.fields import (
    ENTRIES,
    HOMEPAGE,
    PHONE_LABELS,
    PLACE_LABELS,
    UID,
    WEBSITE_LABEL,
)
from vcardsvc.validation.invisible import BLANKS, INVISIBLE

Json = dict[str, Any]


def _class(characters: str) -> str:
    """Return these characters for a character class of ECMA-262."""
    return "".join(f"\\u{ord(character):04x}" for character in characters)


_BLANK: Final = _class(BLANKS)
_LINE_CONTROL: Final = "\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029"
_BLOCK_CONTROL: Final = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f"
_BIDI: Final = "\\u202a-\\u202e\\u2066-\\u2069"
_SCHEME: Final = "A-Za-z0-9+."
_PRIVATE: Final = "\\ue000-\\uf8ff\\ufffe\\uffff"

BLANK: Final = f"^[{_BLANK}]*$"
UNSEEN: Final = f"^[{_BLANK}{_class(INVISIBLE)}]*$"
LINE: Final = f"^(?:[{_BLANK}]*|[^{_LINE_CONTROL}]*)$"
BLOCK: Final = f"^(?:[{_BLANK}]*|[^{_BLOCK_CONTROL}]*)$"
FILLED_LINE: Final = f"^[^{_LINE_CONTROL}]*[^{_LINE_CONTROL}{_BLANK}][^{_LINE_CONTROL}]*$"
FILLED_BLOCK: Final = f"^[^{_BLOCK_CONTROL}]*[^{_BLOCK_CONTROL}{_BLANK}][^{_BLOCK_CONTROL}]*$"
NOT_BLANK: Final = f"[^{_BLANK}]"

WEBSITE: Final = (
    f"^ *(?:[hH][tT][tT][pP][sS]?:[^{_LINE_CONTROL}]*"
    f"|[^A-Za-z{_LINE_CONTROL}{_BLANK}][^{_LINE_CONTROL}]*"
    f"|[A-Za-z][{_SCHEME}-]*(?:[^{_SCHEME}:{_LINE_CONTROL}-][^{_LINE_CONTROL}]*)?"
    f"|[A-Za-z][A-Za-z0-9-]*\\.[A-Za-z0-9.-]*:[0-9]+(?:[/?#][^{_LINE_CONTROL}]*)?)$"
)
"""http and https, no scheme, or a dotted name with a port."""


PLANES: Final = (range(0x34000), range(0xE0000, 0xE0200))
"""The code points that Unicode assigns; the others are unassigned or private."""


@functools.cache
def _strict() -> str:
    """Return the pattern of a first or last name: words of letters with marks and joiners, and
    decimal digits, spaces and periods between them.

    The classes list their ranges, because not every language's regular expressions have \\p{L}.
    They come from this Python, as the rule itself does. The first call takes some 50 ms.
    """
    letters, marks, digits = _ranges("L"), _ranges("M"), _ranges("D")
    word = f"[{letters}](?:[\\u200c\\u200d]?[{letters}{marks}])*"
    return f"^(?:[{_BLANK}]*|[{digits} .]*(?:{word}(?:[{digits} .]+|$))*)$"


def _ranges(kind: str) -> str:
    """Return the characters of a kind for a character class."""
    return "".join(
        _point(plane.start + match.start()) + "-" + _point(plane.start + match.end() - 1)
        for plane, kinds in zip(PLANES, _kinds(), strict=True)
        for match in re.finditer(f"{kind}+", kinds)
    )


def letters() -> str:
    """Return a pattern for a text that has a letter of any script."""
    return f"[{_ranges('L')}]"


@functools.cache
def _kinds() -> tuple[str, ...]:
    """Return one letter for each character of PLANES: its general category's, or D for a decimal
    digit (Nd)."""
    named = {"Nd": "D"}
    return tuple(
        "".join([named.get(one, one[0]) for one in map(unicodedata.category, map(chr, plane))])
        for plane in PLANES
    )


def _point(point: int) -> str:
    """Return a character for any language's regular expressions, which share no escape beyond the
    first plane."""
    return f"\\u{point:04x}" if 0x7F < point < 0x10000 else chr(point)


RELAXED: Final = f"^(?:[{_BLANK}]*|[^{_LINE_CONTROL}{_BIDI}{_PRIVATE}]*)$"
"""The pattern of a name under the relaxed rule; it also allows unassigned characters."""


def _any_case(word: str) -> str:
    """Return a pattern for this word in any case."""
    return "".join(f"[{letter.lower()}{letter.upper()}]" for letter in word)


def _text(pattern: str, description: str, **more: Any) -> Json:
    return {"type": ["string", "null"], "pattern": pattern, "description": description, **more}


def _label(labels: tuple[str, ...]) -> Json:
    offered = ", ".join(labels)
    pattern = f"^(?:[{_BLANK}]*| *(?:{'|'.join(map(_any_case, labels))}) *)$"
    return _text(pattern, f"{offered}; in any case. Absent or blank: work.")


def _entry(key: str, value: Json, label: Json) -> Json:
    return {"type": "object", "required": [key], "properties": {key: value, "label": label}}


_PHONES: Final = tuple(dict.fromkeys(PHONE_LABELS.values()))
_PLACES: Final = tuple(dict.fromkeys(PLACE_LABELS.values()))

ENTRIES_OF: Final[dict[str, tuple[str, str, Json]]] = {
    "phone": (
        "Phone",
        "Kept as typed; international numbers are written in E.164, others never guessed. "
        "Invisible characters and `tel:` are dropped.",
        _entry(
            "number",
            {"type": "string", "pattern": FILLED_LINE, "description": "The number, as typed."},
            _label(_PHONES),
        ),
    ),
    "email": (
        "Email",
        "Kept as typed, without `mailto:` and without invisible characters at its ends.",
        _entry(
            "id",
            {"type": "string", "pattern": FILLED_LINE, "description": "The address, as typed."},
            _label(_PLACES),
        ),
    ),
    "physical-address": (
        "PhysicalAddress",
        "Free text; its lines are parted by line breaks.",
        _entry(
            "address",
            {
                "type": "string",
                "pattern": FILLED_BLOCK,
                "description": "The address, as free text.",
            },
            _label(_PLACES),
        ),
    ),
    "website": (
        "Website",
        "http and https, or no scheme.",
        _entry(
            "url",
            {"type": "string", "pattern": WEBSITE, "description": "The address of the site."},
            _text(
                LINE,
                f"Free text, cut to {WEBSITE_LABEL} characters. Absent or blank: {HOMEPAGE}.",
            ),
        ),
    ),
}
"""The lists of a contact: the name of an entry's schema, the description, the schema."""


def schemas(settings: Settings) -> Json:
    """Return the schemas of a request, by their names in components."""
    described: Json = {"Contact": _contact(settings), **_names(settings), **_forms()}
    for schema, _, entry in ENTRIES_OF.values():
        (key,) = entry["required"]
        blank = {"type": ["string", "null"], "pattern": UNSEEN}
        described[schema] = entry
        described[f"{schema}OrBlank"] = {
            "description": "An entry whose value is blank counts as absent.",
            "anyOf": [
                {"$ref": f"#/components/schemas/{schema}"},
                {"type": ["object", "null"], "properties": {key: blank}},
            ],
        }
    return described


def _contact(settings: Settings) -> Json:
    ceiling = settings.photo_max_bytes // KIB
    return {
        "type": "object",
        "description": "A createcontact request. Members of other names are ignored and noted.",
        "required": ["action", "name"],
        "properties": {
            "action": {
                "type": "string",
                "pattern": f"^\\s*{_any_case(ACTION)}\\s*$",
                "description": f"`{ACTION}`, in any case.",
            },
            "name": {"$ref": "#/components/schemas/Name"},
            "organization": _text(BLOCK, "Any text."),
            "title": _text(BLOCK, "Any text."),
            "photo-url": _text(
                LINE,
                "The http or https address, on a public host, of a GIF, JPEG or PNG of at most "
                f"{ceiling} KiB. What cannot be fetched or is no photo fails the request, unless "
                "the query says photo=drop.",
            ),
            "photo": _text(
                BLOCK,
                "The file itself, instead of photo-url: in base64 (RFC 4648, either alphabet, with "
                "or without padding and line breaks), or as a data: URI of it.",
                contentEncoding="base64",
            ),
            "note": _text(BLOCK, "Any text."),
            **{member: _list(*row[:2]) for member, row in ENTRIES_OF.items()},
            "uid": _text(LINE, "The caller's own identity for the card.", maxLength=UID),
        },
        "not": {
            "description": "Send either photo-url or photo.",
            "required": ["photo-url", "photo"],
            "properties": {
                member: {"type": "string", "pattern": NOT_BLANK}
                for member in ("photo-url", "photo")
            },
        },
    }


_ONE_NAME: Final[list[Json]] = [
    {"required": [member], "properties": {member: {"type": "string", "pattern": NOT_BLANK}}}
    for member in ("first-name", "last-name")
]
"""At least one of the two names holds text."""


def _forms() -> Json:
    """Return the schemas of a form by its flat names; the description has the bracketed ones."""
    part = {"$ref": "#/components/schemas/PartOfName", "type": "string"}

    def line(pattern: str, description: str) -> Json:
        return {"type": "string", "pattern": pattern, "description": description}

    members: Json = {
        "first-name": part,
        "last-name": part,
        "suffix": line(LINE, "Any text of one line."),
        "organization": line(BLOCK, "Any text."),
        "title": line(BLOCK, "Any text."),
        "note": line(BLOCK, "Any text."),
        "phone": line(
            LINE, f"A number, in {ENTRIES} fields at most. phone-label: {', '.join(_PHONES)}."
        ),
        "email": line(LINE, f"An address, likewise. email-label: {', '.join(_PLACES)}."),
        "address": line(BLOCK, f"Likewise. address-label: {', '.join(_PLACES)}."),
        "website": line(f"{BLANK}|{WEBSITE}", "A site, likewise. website-label: free text."),
    }
    form = {
        "type": "object",
        "description": "A contact as a form's fields, flat (`phone`, `phone-label`), or as PHP and "
        "Rails write them: `name[first-name]`, `phone[0][number]`, `phone[][label]`. `api-key` may "
        "hold a publishable key, `target`, `as`, `version`, `photo-rule`, `ttl`, `once`, "
        "`content`, `filename` and `disposition` the options, `redirect` an address that the key "
        "knows; `photo-url` and `uid` are as in JSON. A field of another name is noted by it in "
        "`Vcard-Notes`.",
        "properties": members,
        "anyOf": _ONE_NAME,
    }
    photo = {
        "type": "string",
        "contentMediaType": "image/jpeg",
        "description": "The file: GIF, JPEG or PNG. It may be called `photo[]`, `photo[0]`, "
        "`file` or `files[]` too.",
    }
    with_file = {
        "allOf": [{"$ref": "#/components/schemas/Form"}],
        "type": "object",
        "properties": {"photo": photo},
    }
    return {"Form": form, "FormWithFile": with_file}


def _names(settings: Settings) -> Json:
    pattern, rule = RELAXED, "Any printable text."
    if settings.name_rule == "strict":
        pattern, rule = _strict(), "Letters, digits, spaces and periods only."
    part = {"$ref": "#/components/schemas/PartOfName"}
    name = {
        "type": "object",
        "description": "At least one of first and last name holds text.",
        "properties": {
            "first-name": part,
            "last-name": part,
            "suffix": _text(LINE, "Any text of one line."),
        },
        "anyOf": _ONE_NAME,
    }
    return {"PartOfName": _text(pattern, rule), "Name": name}


def _list(schema: str, description: str) -> Json:
    """Return the schema of a list whose first four entries that are not blank are used."""
    entry = {"$ref": f"#/components/schemas/{schema}"}
    several = {"type": ["array", "null"]}
    return {
        "description": f"{description} The first {ENTRIES} are used, more are ignored; an empty "
        "text is no entry.",
        "anyOf": [
            {**several, "items": {"$ref": f"#/components/schemas/{schema}OrBlank"}},
            {**several, "prefixItems": [entry] * ENTRIES},
            {"type": "string", "const": ""},
        ],
    }


_DESCRIPTIONS: Final[dict[str, tuple[str, str]]] = {
    "target": ("The reader that the card is for.", "universal"),
    "version": ("The version of vCard. By default the target's own; universal: 3.0.", ""),
    "as": ("The form of the card. By default that of the Accept header, else card.", ""),
    "photo": (
        "When a photo cannot be used: refuse, leave it out, or never fetch one.",
        "require",
    ),
    "once": ("Whether a link opens once only. Not for as=twilio.", "false"),
    "content": ("What a QR code holds: the card itself, or a link to it.", "card"),
}
"""The description and the default of each option with a list of values."""


def parameters(settings: Settings) -> list[Json]:
    """Return the query options of POST."""
    return [
        *(
            _option(
                name,
                _DESCRIPTIONS[name][0],
                {"type": "string", "enum": list(values)},
                _DESCRIPTIONS[name][1],
            )
            for name, values in OPTIONS.items()
        ),
        _option(
            "ttl",
            "Seconds until a link expires.",
            {"type": "integer", "minimum": TTL_MINIMUM, "maximum": settings.link_max_ttl},
        ),
        _option(
            "filename",
            "The file's name; it ends as the form's own does (.vcf, .json, .xml, .svg, .png).",
            {
                "type": "string",
                "maxLength": FILENAME,
                "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]*\\.(?:vcf|json|xml|svg|png)$",
            },
        ),
        _option(
            "disposition",
            "Whether a browser shows the card or saves it.",
            {"type": "string", "enum": ["inline", "attachment"]},
            "inline",
        ),
    ]


def _option(name: str, description: str, schema: Json, default: str = "") -> Json:
    described = {**schema, "default": default} if default else schema
    return {"name": name, "in": "query", "description": description, "schema": described}


CONTENT_TYPES: Final[dict[str, str]] = {
    "application/json": "Contact",
    "application/x-www-form-urlencoded": "Form",
    "multipart/form-data": "FormWithFile",
}
"""The media types that POST reads, each with the schema of its body in components."""


def body() -> Json:
    """Return the request body, with the accepted examples."""
    accepted = {
        one.name: {"summary": one.title, "value": value_of("application/json", one.body)}
        for one in EXAMPLES
        if one.status < 300
    }
    content: Json = {
        media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}
        for media_type, schema in CONTENT_TYPES.items()
    }
    content["application/json"]["examples"] = accepted
    return {"required": True, "content": content}
