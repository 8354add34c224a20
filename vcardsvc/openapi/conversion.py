"""Describe POST /convert and POST /check: cards in any format in, other cards or findings out."""

from typing import Any, Final

from vcardsvc.apis.convert.files import ENDINGS, JCARD, JSCONTACT, JSON, SOURCES, TEXT, XCARD
from vcardsvc.apis.convert.request import PHOTO_RULE
from vcardsvc.apis.createcontact.forms.parsing import MULTIPART
from vcardsvc.errors import E1537, E1538
from vcardsvc.openapi import messages
from vcardsvc.openapi.examples import CHECKED, CONVERTED, NOKIA, Example, command
from vcardsvc.openapi.patterns import choice, ref
from vcardsvc.openapi.request import option, parameters
from vcardsvc.openapi.response import content, failures, read_too, response_object
from vcardsvc.settings import MIB, Settings

Json = dict[str, Any]

_CONVERT: Final = """Versions and encodings of vCard are recognized; a broken card is read as far as
it can be. What cannot be read, and what is dropped, cut or changed stands in Vcard-Notes as
`card/0/TEL/1;code` or `card/0/line/12;unreadable`. Several cards become one file or array."""

_CHECK: Final = """For each card what it says, and its findings; those of vCard text alone. With
`target` only what its readers get wrong. With `fix=true` the cards come back mended, as /convert
writes them, and Vcard-Notes names each mend."""

_STATUSES: Final = (400, 401, 403, 406, 408, 413, 415, 422, 429, 500, 503)

BODIES: Final[Json] = {
    **{
        media_type.decode(): {
            "type": "string",
            "description": "vCard 2.1, 3.0 or 4.0, one or many, in UTF-8 or the encoding that a "
            "byte order mark, CHARSET or `charset` names, else in Windows-1252.",
        }
        for media_type in sorted(TEXT)
    },
    JCARD.decode(): {"type": "array", "description": "A jCard (RFC 7095), or an array of them."},
    XCARD.decode(): {"type": "string", "description": "An xCard document (RFC 6351)."},
    JSCONTACT.decode(): {
        "type": ["object", "array"],
        "description": "A JSContact card (RFC 9553, RFC 9982), or an array of them.",
    },
    JSON.decode(): {
        "type": ["object", "array"],
        "description": "What `from` names: a contact, several, or the whole body of a webhook. "
        "Without it jCard or JSContact.",
    },
}
"""The schema of a body by its media type, but for a file in a form."""

SCHEMAS: Final[Json] = {
    "SourceName": choice(SOURCES),
    "Source": {
        "type": "object",
        "additionalProperties": True,
        "description": "What `from` names, as an object: a contact, or the whole body of a "
        "webhook. Without it JSContact.",
    },
    "CardFile": {
        "type": "object",
        "required": ["file"],
        "description": "One file. Its part's Content-Type counts, or the ending of its name: "
        f"{', '.join(ENDINGS)}.",
        "properties": {"file": {"type": "string", "format": "binary"}},
    },
}
"""The schemas of the bodies that every generated client can send, by their names in components."""

READ_TOO: Final[Json] = {
    "Cards": {
        "description": "Cards of any format as the body itself.",
        "required": True,
        "content": {media_type: {"schema": schema} for media_type, schema in BODIES.items()},
    }
}
"""The other bodies that /convert and /check read, by their name in components.

They do not stand at the operations: a generator of Python clients warns of each that is neither
JSON nor a form, and tells two of them apart by their type alone."""


def convert_operation(settings: Settings) -> Json:
    """Return POST /convert."""
    return {
        "operationId": "convert",
        "summary": "Convert cards into another form",
        "description": _CONVERT,
        **_shared(settings, [], _forms(), _samples(NOKIA, *CONVERTED)),
    }


def check_operation(settings: Settings) -> Json:
    """Return POST /check."""
    fix = option("fix", "Whether to mend.", ref("Flag"), "false")
    return {
        "operationId": "check",
        "summary": "Find what is wrong with cards, or mend it",
        "description": _CHECK,
        **_shared(settings, [fix], _forms("Check"), _samples(CHECKED)),
    }


def _shared(settings: Settings, options: list[Json], forms: Json, samples: list[Json]) -> Json:
    named = ("Content-Disposition", "ETag", "Vcard-Notes")
    links = {**content("application/json", "Link", messages.LINK_MESSAGE), **_images()}
    source = option("from", "What application/json holds.", ref("SourceName"))
    return {
        "security": [{"key": []}],
        "parameters": [source, *options, *parameters(settings, PHOTO_RULE)],
        "requestBody": _body(settings),
        "responses": {
            "200": response_object("The cards, in the form asked for.", forms, *named),
            "201": response_object(
                "A link was created; Location has it.", links, "Location", *named
            ),
            **failures(_STATUSES, (E1537.name, E1538.name)),
        },
        "x-codeSamples": samples,
    }


def _body(settings: Settings) -> Json:
    return {
        "required": True,
        "description": f"At most {settings.convert_limit / MIB:g} MiB and {settings.convert_cards} "
        "cards; more is 413. Or the file itself as the body, under its own media type.",
        "content": {
            MULTIPART.decode(): {
                "schema": ref("CardFile"),
                "encoding": {"file": {"contentType": ", ".join(sorted(BODIES))}},
            },
            JSON.decode(): {"schema": ref("Source")},
        },
        **read_too("Cards"),
    }


def _forms(*findings: str) -> Json:
    """Return the contents of 200; `findings` is the schema of a check's JSON, if any."""
    examples = (CHECKED,) if findings else (NOKIA,)
    json_schemas = (*findings, "Losses", messages.MESSAGE, messages.MESSAGES)
    report = content("application/json", *json_schemas, examples=examples)
    # What comes without an option stands first: a generated client may read that alone.
    return {
        **(report if findings else {}),
        **content("text/vcard", "Card", examples=examples),
        **content("application/vcard+json", "JCard", "JCards"),
        **content("application/vcard+xml", "Xml"),
        **content("application/jscontact+json", "JSContact", "JSContacts"),
        **_images(),
        **report,
    }


def _images() -> Json:
    return {**content("image/svg+xml", "Svg"), **content("image/png", "Octets")}


def _samples(example: Example, *variations: tuple[str, str, str]) -> list[Json]:
    return [
        {"lang": "Shell", "label": title, "source": command(example, query, accept)}
        for title, query, accept in ((example.title, "", ""), *variations)
    ]
