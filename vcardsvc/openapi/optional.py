"""Describe the members of createcontact that the action's description does not have.

Whatever these schemas accept is accepted; they say less than the rules where a regular expression
would be long.
"""

from collections.abc import Iterator
from itertools import groupby
from string import ascii_uppercase
from typing import Final

from vcardsvc.apis.createcontact.forms.mapping import BOOLEANS
from vcardsvc.apis.createcontact.mapping import ADDRESS_PARTS, CATEGORIES, EXTENSION, FLAG, GEO
from vcardsvc.apis.createcontact.optional import MOST
from vcardsvc.openapi.patterns import (
    BLANK,
    BLOCK,
    LINE,
    NOT_UNSEEN,
    UNSEEN,
    WEBSITE,
    Json,
    any_case,
    ref,
    text,
    trimmed,
)
from vcardsvc.validation import standard_texts
from vcardsvc.validation.fields import ENTRIES, TEXT, WEBSITE_LABEL

_THIRTY_ONE: Final = "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
_THIRTY: Final = "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
_DAYS: Final = f"{_THIRTY_ONE}|{_THIRTY}|02-(?:0[1-9]|1[0-9]|2[0-8])"
_LEAP: Final = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DATE: Final = f"(?!0000)(?:[0-9]{{4}}(?:-(?:{_DAYS}))?|{_LEAP}-02-29)|--(?:{_DAYS}|02-29)"
"""The days that exist, in the forms of `standard_texts.DATE`."""

_OFFSET: Final = (
    "-(?:0[0-9]|1[01])(?::?[0-5][0-9])?|-12(?::?00)?"
    "|\\+(?:0[0-9]|1[0-3])(?::?[0-5][0-9])?|\\+14(?::?00)?"
)
_DECIMALS: Final = "(?:\\.[0-9]{0,20})?"
_DEGREES: Final = {
    "latitude": f"[+-]?(?:90(?:\\.0{{0,20}})?|[0-8]?[0-9]{_DECIMALS})",
    "longitude": f"[+-]?(?:180(?:\\.0{{0,20}})?|(?:1[0-7]|[0-9])?[0-9]{_DECIMALS})",
}
_SERVICE: Final = "^ *[A-Za-z0-9_.+&!'-][A-Za-z0-9_ .+&!'-]{0,63}$"

_TAG: Final = f"[A-Za-z0-9-]{{1,{standard_texts.LANGUAGE_LENGTH}}}"

FILLED: Final[Json] = {"type": "string", "pattern": NOT_UNSEEN}
_EMPTY: Final[Json] = {"type": ["string", "null"], "maxLength": 0}
UNFILLED: Final[Json] = {"type": ["string", "null"], "pattern": UNSEEN}

PREFERRED: Final[Json] = {
    "type": ["boolean", "null"],
    "description": "Whether it is the preferred one.",
}

EXTENSION_DIGITS: Final = text(trimmed(f"[0-9]{{1,{EXTENSION}}}"), "The digits dialled behind it.")


def _short(description: str, pattern: str = LINE) -> Json:
    return text(pattern, description, maxLength=TEXT)


def _filled(description: str) -> Json:
    return {**_short(description), "type": "string", "allOf": [{"pattern": NOT_UNSEEN}]}


def _one_of(*members: str) -> Json:
    """Return the condition that one of these members holds text."""
    return {"anyOf": [{"required": [member], "properties": {member: FILLED}} for member in members]}


def label(description: str) -> Json:
    """Return the schema of a label that is free text."""
    return text(LINE, f"{description} Cut to {WEBSITE_LABEL} characters.")


NAME: Final[Json] = {
    "prefix": _short("Before the name: Dr."),
    "middle-name": _short("Any text of one line."),
    "nickname": _short("Any text of one line."),
    "phonetic-first-name": _short("The first name as it sounds, or in kana."),
    "phonetic-last-name": _short("The last name likewise."),
}
"""The optional members of a name."""

_SERVICES: Final[Json] = {
    "type": "string",
    "pattern": _SERVICE,
    "description": "The name of the service.",
}

LISTS: Final[dict[str, tuple[str, str, Json]]] = {
    "social-profile": (
        "SocialProfile",
        "Profiles at social networks, each by its user or its address.",
        {
            "type": "object",
            "required": ["service"],
            "properties": {
                "service": _SERVICES,
                "user": _short("The user's name there."),
                "url": text(f"{BLANK}|{WEBSITE}", "The address of the profile."),
                "label": label("`work`, `home` or free text."),
            },
            "allOf": [_one_of("user", "url")],
        },
    ),
    "im": (
        "InstantMessaging",
        "Addresses of instant messaging.",
        {
            "type": "object",
            "required": ["service", "address"],
            "properties": {
                "service": _SERVICES,
                "address": _filled("The name or the address there."),
                "label": label("`work`, `home` or free text."),
            },
        },
    ),
    "related": (
        "Related",
        "Related people.",
        {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": _filled("The name of the person."),
                "relation": label("A relation such as spouse, mother or friend, or free text."),
            },
        },
    ),
}
"""The optional lists: the name of an entry's schema, the description, the schema."""

KEYS: Final = {"social-profile": ("user", "url"), "im": ("address",), "related": ("name",)}
"""The members of an entry that are not all blank."""

_PARTS: Final = {
    "street": "The street; it may have several lines.",
    "extended": "A flat or a floor.",
    "po-box": "A post-office box.",
    "city": "The town.",
    "region": "A state or province.",
    "postal-code": "The postal code.",
    "country": "The name of the country.",
    "country-code": "Its code, ISO 3166-1 with two letters; it names the country too.",
}


def address_in_parts(labelled: Json) -> Json:
    """Return the schema of an address whose parts are known, at least one of them."""
    codes = [first + second for first in ascii_uppercase for second in ascii_uppercase]
    known = "|".join(map(any_case, filter(standard_texts.is_country_code, codes)))
    patterns = {"street": BLOCK, "country-code": trimmed(known)}
    parts = {member: _short(_PARTS[member], patterns.get(member, LINE)) for member in ADDRESS_PARTS}
    del parts["street"]["maxLength"]
    return {
        "type": "object",
        "properties": {"address": UNFILLED, **parts, "label": labelled},
        "allOf": [_one_of(*ADDRESS_PARTS)],
    }


def _degrees(member: str) -> Json:
    number: Json = {"type": "number", "minimum": -MOST[member], "maximum": MOST[member]}
    pattern = {"type": "string", "pattern": f"^(?:{_DEGREES[member]})$"}
    return {
        "description": f"Degrees of {member}, as a number or a text.",
        "anyOf": [number, pattern],
    }


def members() -> Json:
    """Return the schemas of the optional members that are no lists of objects."""
    return {
        "department": _short("A department of the organization."),
        "role": _short("What the person does there."),
        "birthday": text(trimmed(_DATE), "A day, a day without a year, or a year: `1990-05-14`."),
        "anniversary": text(trimmed(_DATE), "Likewise: `--05-14`, `1990`."),
        "pronouns": _short("Such as they/them."),
        "language": text(
            # The length is that of the tag without blanks around it.
            trimmed(f"(?={_TAG} *$){standard_texts.LANGUAGE.pattern}"),
            "A language tag (BCP 47) of its form: `pt-BR`.",
        ),
        CATEGORIES: {
            "description": f"Texts, of which the first {ENTRIES} are used.",
            "anyOf": [
                {"type": ["array", "null"], "items": _short("Any text of one line.")},
                {"type": "string", "const": ""},
            ],
        },
        "time-zone": ref("TimeZone"),
        "geo": {
            "description": "A place on the earth, to six decimals.",
            "anyOf": [ref("Geo"), ref("BlankGeo"), {"type": "null"}],
        },
        "company-card": {
            "type": ["boolean", "null"],
            "description": "Whether the organization is who it is; then no name is needed.",
        },
    }


def _time_zone() -> Json:
    """Return the schema of a time zone. Its names are a pattern: as an enumeration, generators of
    clients would take `Etc/GMT+1` and `Etc/GMT-1` for the same name."""
    return {
        "description": "A name of the IANA time zone database or an offset: `Europe/Berlin`, "
        "`+02:00`.",
        "anyOf": [
            {"type": "string", "pattern": f"^(?:{'|'.join(_zones())})$"},
            text(trimmed(_OFFSET), ""),
        ],
    }


def _zones() -> Iterator[str]:
    """Yield patterns of the time zones, those of one area together."""
    names = sorted(name.replace("+", "\\+") for name in standard_texts.zones())
    for (area, slash), zones in groupby(names, lambda name: name.partition("/")[:2]):
        in_area = "|".join(zone.partition("/")[2] for zone in zones)
        yield f"{area}/(?:{in_area})" if slash else area


def schemas() -> Json:
    """Return the schemas of members that are no lists, by their names in components."""
    geo = {member: _degrees(member) for member in GEO}
    return {
        "TimeZone": _time_zone(),
        "Geo": {"type": "object", "properties": geo, "required": list(GEO)},
        "BlankGeo": {"type": "object", "properties": dict.fromkeys(GEO, _EMPTY)},
    }


def form_fields() -> Json:
    """Return the schemas of the flat fields of a form that are no lists of objects."""
    own = members()
    texts = {**NAME, **{name: one for name, one in own.items() if one.get("pattern")}}
    flag = {"type": "string", "pattern": trimmed("|".join(map(any_case, BOOLEANS)))}
    return {
        **{name: {**one, "type": "string"} for name, one in texts.items()},
        "time-zone": own["time-zone"],
        "latitude": {"type": "string", "pattern": trimmed(_DEGREES["latitude"])},
        "longitude": {"type": "string", "pattern": trimmed(_DEGREES["longitude"])},
        FLAG: {**flag, "description": "A checkbox."},
        CATEGORIES: _short("Several are separated by commas, or fields of this name."),
    }


def company_in_form() -> Json:
    """Return the condition that a form is a company's card, which needs no name."""
    true = trimmed("|".join(any_case(text) for text, value in BOOLEANS.items() if value))
    flag = {"allOf": [FILLED, {"pattern": true}]}
    return {"required": [FLAG], "properties": {FLAG: flag}}


def conditions() -> list[Json]:
    """Return the conditions of a form: a latitude and a longitude need each other, and a company's
    card the organization."""
    return [
        {
            "if": company_in_form(),
            "then": {"required": ["organization"], "properties": {"organization": FILLED}},
        },
        *_degrees_of_both(),
    ]


def _degrees_of_both() -> list[Json]:
    return [
        {
            "if": {"required": [one], "properties": {one: FILLED}},
            "then": {"required": [other], "properties": {other: FILLED}},
        }
        for one, other in (GEO, GEO[::-1])
    ]


def blank(keys: tuple[str, ...]) -> Json:
    """Return the schema of an entry without a value under any of these members."""
    return {"type": "object", "properties": dict.fromkeys(keys, UNFILLED)}
