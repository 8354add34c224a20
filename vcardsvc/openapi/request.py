"""Describe a createcontact request, its members and query options, in JSON Schema 2020-12.

A valid body is accepted, except for what a schema cannot express: whether a photo can be decoded,
and whether the contact fits the requested form. Every limit comes from the module that enforces it.
"""

from typing import Final

from vcardsvc.apis.createcontact.mapping import ACTION, ADDRESS_PARTS, FLAG
from vcardsvc.apis.render_options import FILENAME, OPTIONS, TTL_MINIMUM
from vcardsvc.model.request import DEFAULT_OPTIONS, PhotoRule
from vcardsvc.openapi import optional
from vcardsvc.openapi.examples import EXAMPLES
from vcardsvc.openapi.patterns import (
    BLOCK,
    FILLED_BLOCK,
    FILLED_LINE,
    LINE,
    NOT_BLANK,
    RELAXED,
    UNSEEN,
    WEBSITE,
    Json,
    any_case,
    choice,
    ref,
    strict,
    text,
    trimmed,
)
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


def _label(labels: tuple[str, ...]) -> Json:
    offered = ", ".join(labels)
    pattern = trimmed("|".join(map(any_case, labels)))
    return text(pattern, f"{offered}; in any case. Absent or blank: work.")


def _entry(key: str, value: Json, label: Json, **more: Json) -> Json:
    properties = {key: value, **more, "label": label}
    return {"type": "object", "required": [key], "properties": properties}


_LABELLED: Final = ("phone", "email", "physical-address")
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
            extension=optional.EXTENSION_DIGITS,
            preferred=optional.PREFERRED,
        ),
    ),
    "email": (
        "Email",
        "Kept as typed, without `mailto:` and without invisible characters at its ends.",
        _entry(
            "id",
            {"type": "string", "pattern": FILLED_LINE, "description": "The address, as typed."},
            _label(_PLACES),
            preferred=optional.PREFERRED,
        ),
    ),
    "physical-address": (
        "PhysicalAddress",
        "Free text, its lines parted by line breaks, or in parts.",
        _entry(
            "address",
            {
                "type": "string",
                "pattern": FILLED_BLOCK,
                "description": "The address, as free text.",
            },
            _label(_PLACES),
            **dict.fromkeys(ADDRESS_PARTS, optional.UNFILLED),
        ),
    ),
    "website": (
        "Website",
        "http and https, or no scheme.",
        _entry(
            "url",
            {"type": "string", "pattern": WEBSITE, "description": "The address of the site."},
            text(
                LINE,
                f"Free text, cut to {WEBSITE_LABEL} characters. Absent or blank: {HOMEPAGE}.",
            ),
        ),
    ),
    **optional.LISTS,
}
"""The lists of a contact: the name of an entry's schema, the description, the schema."""


def schemas(settings: Settings) -> Json:
    """Return the schemas of a request, by their names in components."""
    described: Json = {"Contact": _contact(settings), **_names(settings), **_forms()}
    described |= {**optional.schemas(), **OPTION_SCHEMAS}
    for member, (schema, _, entry) in ENTRIES_OF.items():
        keys = optional.KEYS.get(member, tuple(entry["required"]))
        if settings.labels == "free" and member in _LABELLED:
            label = optional.label(entry["properties"]["label"]["description"])
            entry = {**entry, "properties": {**entry["properties"], "label": label}}
        described[schema] = entry
        if member == "physical-address":
            keys = (*keys, *ADDRESS_PARTS)
            described["AddressText"] = entry
            described["AddressInParts"] = optional.address_in_parts(entry["properties"]["label"])
            described[schema] = {"oneOf": [ref("AddressText"), ref("AddressInParts")]}
        described[f"Blank{schema}"] = optional.blank(keys)
        described[f"{schema}OrBlank"] = {
            "description": "An entry whose value is blank counts as absent.",
            "anyOf": [ref(schema), ref(f"Blank{schema}"), {"type": "null"}],
        }
    return described


def _contact(settings: Settings) -> Json:
    ceiling = settings.photo_max_bytes // KIB
    return {
        "type": "object",
        "description": "A createcontact request. Members of other names are ignored and noted.",
        "required": ["action"],
        "properties": {
            "action": {
                "type": "string",
                "pattern": f"^\\s*{any_case(ACTION)}\\s*$",
                "description": f"`{ACTION}`, in any case.",
            },
            "name": ref("Name"),
            "organization": text(BLOCK, "Any text."),
            "title": text(BLOCK, "Any text."),
            "photo-url": text(
                LINE,
                "The http or https address, on a public host, of a GIF, JPEG or PNG of at most "
                f"{ceiling} KiB. What cannot be fetched or is no photo fails the request, unless "
                "the query says photo=drop.",
            ),
            "photo": text(
                BLOCK,
                "The file itself, instead of photo-url: in base64 (RFC 4648, either alphabet, with "
                "or without padding and line breaks), or as a data: URI of it.",
                contentEncoding="base64",
            ),
            "note": text(BLOCK, "Any text."),
            **{member: _list(*row[:2]) for member, row in ENTRIES_OF.items()},
            "uid": text(LINE, "The caller's own identity for the card.", maxLength=UID),
            **optional.members(),
        },
        "if": {"required": [FLAG], "properties": {FLAG: {"const": True}}},
        "then": {"required": ["organization"], "properties": {"organization": optional.FILLED}},
        "else": {"required": ["name"]},
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
    part = {**ref("PartOfName"), "type": "string"}

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
        "website": line(f"{UNSEEN}|{WEBSITE}", "A site, likewise. website-label: free text."),
        **optional.form_fields(),
    }
    form = {
        "type": "object",
        "description": "A contact as a form's fields, flat (`phone`, `phone-label`), or as PHP and "
        "Rails write them: `name[first-name]`, `phone[0][number]`, `phone[][label]`. Other members "
        "of a list are flat as `phone-extension`, `address-city`, `im-service`. `api-key` may hold "
        "a publishable key, `target`, `as`, `version`, `photo-rule`, `ttl`, `once`, "
        "`content`, `filename` and `disposition` the options, `redirect` an address that the key "
        "knows; `photo-url` and `uid` are as in JSON. A field of another name is noted by it in "
        "`Vcard-Notes`.",
        "properties": members,
        "allOf": [{"anyOf": [*_ONE_NAME, optional.company_in_form()]}, *optional.conditions()],
    }
    photo = {
        "type": "string",
        "format": "binary",
        "contentMediaType": "image/jpeg",
        "description": "The file: GIF, JPEG or PNG. It may be called `photo[]`, `photo[0]`, "
        "`file` or `files[]` too.",
    }
    with_file = {
        "type": "object",
        "allOf": [ref("Form"), {"type": "object", "properties": {"photo": photo}}],
    }
    return {"Form": form, "FormWithFile": with_file}


def _names(settings: Settings) -> Json:
    pattern, rule = RELAXED, "Any printable text."
    if settings.name_rule == "strict":
        pattern, rule = strict(), "Letters, digits, spaces and periods only."
    part = ref("PartOfName")
    name = {
        "type": "object",
        "description": "At least one of first and last name holds text.",
        "properties": {
            "first-name": part,
            "last-name": part,
            "suffix": text(LINE, "Any text of one line."),
            **optional.NAME,
        },
        "allOf": [{"anyOf": _ONE_NAME}],
    }
    return {"PartOfName": text(pattern, rule), "Name": name}


def _list(schema: str, description: str) -> Json:
    """Return the schema of a list whose first four entries that are not blank are used."""
    entry = ref(f"{schema}OrBlank")
    return {
        "description": f"{description} The first {ENTRIES} are used, more are ignored; an empty "
        "text is no entry.",
        "anyOf": [
            {"type": ["array", "null"], "items": entry},
            {
                "type": "array",
                "prefixItems": [entry],
                # What is true of a list with entries. A generated client has one type of lists.
                "if": {"minItems": 1},
                "then": {"prefixItems": [ref(schema)] * ENTRIES},
            },
            {"type": "string", "const": ""},
        ],
    }


_DESCRIPTIONS: Final[dict[str, tuple[str, str]]] = {
    "target": ("The reader that the card is for.", "universal"),
    "version": ("The version of vCard. By default the target's own; universal: 3.0.", ""),
    "as": ("The form of the card. By default that of the Accept header, else card.", ""),
    "photo": ("When a photo cannot be used: refuse, leave it out, or never fetch one.", ""),
    "once": ("Whether a link opens once only. Not for a message with a link.", "false"),
    "content": ("What a QR code holds: the card itself, or a link to it.", "card"),
}
"""The description and the default of each option with a list of values."""

SCHEMA_OF: Final = {
    "target": "Target",
    "version": "Version",
    "as": "CardForm",
    "photo": "PhotoRule",
    "once": "Flag",
    "content": "QrContent",
}
"""The name of the schema in components of each option with a list of values."""

OPTION_SCHEMAS: Final[Json] = {
    **{SCHEMA_OF[name]: choice(tuple(values)) for name, values in OPTIONS.items()},
    "Disposition": choice(("inline", "attachment")),
}


def parameters(settings: Settings, photo: PhotoRule = DEFAULT_OPTIONS.photo) -> list[Json]:
    """Return the query options of POST; `photo` is the rule for photos where none is named."""
    defaults = {name: default for name, (_, default) in _DESCRIPTIONS.items()} | {"photo": photo}
    return [
        *(
            option(name, _DESCRIPTIONS[name][0], ref(SCHEMA_OF[name]), defaults[name])
            for name in OPTIONS
        ),
        option(
            "ttl",
            "Seconds until a link expires.",
            {"type": "integer", "minimum": TTL_MINIMUM, "maximum": settings.link_max_ttl},
        ),
        option(
            "filename",
            "The file's name; it ends as the form's own does (.vcf, .json, .xml, .svg, .png).",
            {
                "type": "string",
                "maxLength": FILENAME,
                "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]*\\.(?:vcf|json|xml|svg|png)$",
            },
        ),
        option(
            "disposition",
            "Whether a browser shows the card or saves it.",
            ref("Disposition"),
            "inline",
        ),
    ]


def option(name: str, description: str, schema: Json, default: str = "") -> Json:
    """Return a query option; `default` is the value that counts without it."""
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
        media_type: {"schema": ref(schema)} for media_type, schema in CONTENT_TYPES.items()
    }
    content["application/json"]["examples"] = accepted
    return {"required": True, "content": content}
