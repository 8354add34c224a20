"""The description of SuperOffice's API: its entity from the API's own schema, its errors.

Each limit and member comes from the API's own tables.
"""

from typing import Any, Final

from tests.support.vendor_openapi.call import (
    Call,
    Json,
    ResponseSpec,
    Spoken,
    header,
    option,
    place,
    ref,
    replied,
    same,
    sent,
    whole,
)
from vcardsvc.apis.superoffice import CODES
from vcardsvc.apis.superoffice.archive import MOST, ORDERS, ROWS, SERVED
from vcardsvc.apis.superoffice.entity import DOUBLE, INT32
from vcardsvc.apis.superoffice.filters import COMPARISONS, OPERATORS
from vcardsvc.apis.superoffice.mapping import NAMING
from vcardsvc.apis.superoffice.negotiation import OFFERED
from vcardsvc.apis.superoffice.request import MEDIA_TYPES
from vcardsvc.apis.superoffice.routes import BODIES, ROUTES
from vcardsvc.apis.superoffice.schema import ENTITY, LONGEST, SHAPES, WITHOUT_RIGHTS, item_of
from vcardsvc.apis.superoffice.select import NAMES
from vcardsvc.openapi.patterns import BLOCK, FILLED_LINE, LINE, NOT_BLANK

_BEFORE: Final = "Office"
"""What the schemas of its shapes begin with."""

_DATE: Final = (
    "^(?:|(?:[1-9][0-9]{3}|0[0-9]{2}[1-9])-"
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-9]))"
    "(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?"
    "(?:Z|[+-](?:0[0-9]|1[0-3])(?::[0-5][0-9])?)?)?)$"
)
"""A date of ISO 8601. A 29 February of any year matches."""

_SCALARS: Final[dict[str, Json]] = {
    "int32": {"type": ["integer", "null"], "minimum": -INT32, "maximum": INT32 - 1},
    "double": {"type": ["number", "null"], "minimum": -DOUBLE, "maximum": DOUBLE},
    "bool": {"type": ["boolean", "null"]},
    "string": {"type": ["string", "null"], "pattern": LINE},
    "text": {"type": ["string", "null"], "pattern": BLOCK},
    "enum": {
        "anyOf": [
            {"type": "string", "pattern": "^(?:|[A-Za-z][A-Za-z0-9]{0,63})$"},
            {"type": "integer", "minimum": 0, "maximum": INT32 - 1},
            {"type": "null"},
        ]
    },
    "date-time": {"type": ["string", "null"], "pattern": _DATE},
    "map": {
        "anyOf": [
            {
                "type": ["object", "null"],
                "propertyNames": {"pattern": LINE},
                "additionalProperties": {"type": ["string", "null"], "pattern": BLOCK},
            },
            {"type": "array", "maxItems": 0, "description": "As PHP writes an empty one."},
        ]
    },
}

_PATCHES: Final = ("application/json-patch+json",)
_FLAT: Final = ("application/xml", "text/xml", "application/x-www-form-urlencoded")
_FORM: Final = "application/x-www-form-urlencoded"


def _name(shape: str) -> str:
    return f"{_BEFORE}{shape}"


def _of(word: str) -> Json:
    """The schema of a type of the API's schema; everything may be null."""
    if item := item_of(word):
        # A ChildItem may hold others without end; one level is described.
        inside = {"type": ["object", "null"]} if item == "ChildItem" else _of(item)
        return {"type": ["array", "null"], "items": inside}
    if word in SHAPES:
        empty = {"type": "array", "maxItems": 0, "description": "As PHP writes an empty object."}
        return {"anyOf": [ref(_name(word)), empty, {"type": "null"}]}
    return ref(f"{_BEFORE}-{word}")


def _held(shape: str, name: str, word: str) -> Json:
    """The schema of a member, with its length where it has one."""
    longest = LONGEST.get(shape, {}).get(name)
    return {"allOf": [_of(word)], "maxLength": longest} if longest else _of(word)


def _shapes() -> dict[str, Json]:
    """Every shape as it may be sent; unknown members are ignored, names match in any case."""
    scalars = {f"{_BEFORE}-{word}": schema for word, schema in _SCALARS.items()}
    return scalars | {
        _name(shape): {
            "type": "object",
            "properties": {name: _held(shape, name, word) for name, word in members.items()},
        }
        for shape, members in SHAPES.items()
        if shape != "ChildItem"
    }


def _entity() -> Json:
    """An entity that can be kept: the company has a name, or one of its people has."""
    # One way for each member: tools that draw from schemas have no end of one way with all of them.
    people = ({"type": "array", "contains": _with(name)} for name in NAMING)
    return {
        "description": "A company has a `Name`, or one of its `Persons` has one, an e-mail address "
        "or a number, or names the company. Names of members match in any case, each once. The ids "
        "and dates of the service's own are not read.",
        "allOf": [ref(_name(ENTITY))],
        "anyOf": [
            _with("Name"),
            *(_with("Persons", one) for one in people),
        ],
    }


def _with(name: str, schema: Json | None = None) -> Json:
    """An object with this member; without a schema of its own it is a text that says something."""
    response = schema or {"type": "string", "pattern": NOT_BLANK}
    return {"type": "object", "required": [name], "properties": {name: response}}


def _reported() -> Json:
    """An entity as answers have it: every property, null where `$select` does not name it."""
    rights: Json = {
        "TableRight": {"type": ["object", "null"]},
        "FieldProperties": {"type": ["object", "null"]},
    }
    links = replied({"Self": {"type": "string"}, "Archive": {"type": "string"}})
    whole = {
        "type": "object",
        "required": [*SHAPES[ENTITY], *rights],
        "properties": {**rights, "_Links": links},
    }
    shapes = ", ".join(f"`{shape}`" for shape in SHAPES if shape not in WITHOUT_RIGHTS)
    return {
        "description": f"Every property, each with its type; TableRight and FieldProperties go "
        f"with {shapes}.",
        "allOf": [ref(_name(ENTITY)), whole],
    }


def _part() -> Json:
    """What is changed of an entity: some of its members, or the operations of a patch."""
    return {"anyOf": [ref(_name(ENTITY)), ref("OfficePatch")]}


def _rows() -> Json:
    """A page of the archive."""
    row = {
        "type": "object",
        "required": ["PrimaryKey", "EntityName"],
        "properties": {
            "PrimaryKey": {"type": "integer"},
            "EntityName": {"const": "contact"},
        },
        "additionalProperties": {"type": ["string", "integer", "boolean", "number", "null"]},
    }
    return replied(
        {
            "odata.metadata": {"type": "string"},
            "odata.nextLink": {"type": ["string", "null"]},
            "value": {"type": "array", "items": row},
        },
        description="The columns of a row have the names that `$select` gave them.",
    )


def _flat() -> Json:
    """The members of an entity that are texts, as XML and forms have all of them."""
    texts = [name for name, word in SHAPES[ENTITY].items() if word in ("string", "text")]
    lengths = LONGEST[ENTITY]
    members: Json = {
        name: {"type": "string", "pattern": LINE}
        | ({"maxLength": lengths[name]} if name in lengths else {})
        for name in texts
    }
    return {
        "type": "object",
        "description": "The members of the JSON entity. In XML a list's entries are elements in "
        "its element; in a form their names are like `Emails[0].Value`.",
        "xml": {"name": ENTITY},
        "required": ["Name"],
        "properties": {**members, "Name": {**members["Name"], "pattern": FILLED_LINE}},
    }


def _patch() -> Json:
    pointer = {"type": "string"}
    one = {
        "type": "object",
        "required": ["op", "path"],
        "properties": {
            "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
            "path": pointer,
            "from": pointer,
            "value": {},
        },
    }
    return {"type": "array", "items": one, "description": "RFC 6902, over the default entity."}


def _schemas() -> dict[str, Json]:
    text: Json = {"type": "string"}
    return {
        **_shapes(),
        "OfficeEntity": _entity(),
        "OfficeFlat": _flat(),
        "OfficePatch": _patch(),
        "OfficePart": _part(),
        "OfficeRows": _rows(),
        "OfficeTold": _reported(),
        "OfficeXml": {"type": "string", "description": f"The same in XML, as `<{ENTITY}>`."},
        "OfficeMessages": {
            "type": "object",
            "additionalProperties": text,
            "description": "Messages by field; none where it can be saved.",
        },
        "OfficeFailure": replied(
            {
                "Error": {"const": True},
                "ErrorType": {"enum": [code.name for code in CODES]},
                "ErrorMessage": text,
                "ErrorSource": text,
            }
        ),
    }


def _bodies() -> dict[str, Json]:
    assert {name.encode() for name in MEDIA_TYPES} == BODIES  # one table of both
    special = same(_FLAT, ref("OfficeFlat")) | same(_PATCHES, ref("OfficePatch"))
    return {name: special.get(name) or ref("OfficeEntity") for name in MEDIA_TYPES}


def _parts() -> dict[str, Json]:
    """The bodies of a change."""
    json_types = {name: ref("OfficePart") for name in ("application/json", "text/json")}
    merge = {"application/merge-patch+json": ref(_name(ENTITY))}
    return {**_bodies(), **json_types, **merge}


_HEADERS: Final = (
    header("SO-TimeZone", "The zone of dates, like `NO, includeTZOffset`."),
    header("SO-Language", "A language code, before Accept-Language; `*` or `x` for none."),
    header("SO-Culture", "Noted; it changes nothing."),
    header("SO-AppToken", "Noted; it changes nothing."),
    header("Accept-Language", "The language of texts that have several."),
)
_SELECT: Final = option(
    "$select",
    f"Properties to be told, like `name,category/id`, {NAMES} at most; the others are null.",
)
_LIST: Final = (
    option(
        "$select",
        f"The columns of a row, like `name,category/id,emails/value`, {NAMES} at most: properties "
        "of an entity, in any case. Without it all but lists and dictionaries.",
    ),
    option(
        "$filter",
        "Which companies, like `name contains 'acme' and (category/id eq 2 or number1 eq '7')`: "
        f"the operators are {', '.join(f'`{one}`' for one in OPERATORS)}, the functions "
        "`contains(name,'x')`, `startswith(name,'x')` and `substringof('x',name)`; `and`, `or` and "
        f"parentheses; {COMPARISONS} comparisons at most. Texts are in quotes, a quote in one "
        "stands twice; texts are compared without regard to case.",
    ),
    option(
        "$orderBy",
        f"Columns with `asc` or `desc` behind them, like `name desc,contactId`, {ORDERS} at most.",
    ),
    option(
        "$top",
        f"How many rows; {MOST} at most are on a page.",
        whole(0, INT32 - 1, default=ROWS),
    ),
    option("$skip", "Rows to be passed over.", whole(0, INT32 - 1, default=0)),
    *(
        option(name, "Of its values are served those of the list.", {"enum": sorted(values)})
        for name, values in SERVED.items()
        if values
    ),
)
_ID: Final = place(
    "id", "The contact's id.", {"type": "integer", "minimum": 1, "maximum": INT32 - 1}
)
_CONDITIONS: Final = (
    header("If-Modified-Since", "A date (RFC 9110 section 13.1.3)."),
    header("If-Unmodified-Since", "A date (RFC 9110 section 13.1.4)."),
)
_STAMPS: Final = (
    sent("Last-Modified", "When it was changed."),
    sent("Cache-Control", "Private."),
    sent("Vary", "What it depends on."),
)
_LANGUAGE: Final = sent("Content-Language", "The language asked for, where a text was in it.")

_ALL: Final = (400, 401, 403, 406, 429, 500, 503)
_BODY: Final = (408, 413, 415)


def _content(schema: str) -> dict[str, Json]:
    return {name: ref("OfficeXml" if "xml" in name else schema) for name in OFFERED}


def _reply(schema: str, description: str, *more: Json) -> dict[int, ResponseSpec]:
    return {200: ResponseSpec(description=description, content=_content(schema), headers=more)}


_SCHEMES: Final[dict[str, Json]] = {
    "superofficeBasic": {
        "type": "http",
        "scheme": "basic",
        "description": "Any user; the password is the key.",
    },
    "superofficeBearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token is the key.",
    },
    "superofficeTicket": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`SoTicket` and the key. X-XSRF-TOKEN alone is answered 401.",
    },
}


def spoken() -> Spoken:
    """The description of SuperOffice's API."""
    schemes = tuple(_SCHEMES)
    bodies: Any = _bodies()
    return Spoken(
        title="SuperOffice",
        about="Companies (which SuperOffice calls contacts) and their people. The key is Basic's "
        "password, a ticket, or a bearer token. Paths match in any case.",
        routes=ROUTES,
        calls={
            "create": Call(
                summary="Create a company",
                description="The card of a company comes with the cards of its people.",
                parameters=(_SELECT, *_HEADERS),
                bodies=bodies,
                replies=_reply("OfficeTold", "The entity.", _LANGUAGE),
                failures=(*_ALL, *_BODY),
                security=schemes,
            ),
            "list": Call(
                summary="List companies",
                description="Those that are marked as deleted are not among them. "
                "`odata.nextLink` leads to the next page.",
                parameters=(*_LIST, *_HEADERS),
                replies={
                    200: ResponseSpec(
                        description="A page of rows.",
                        content=_content("OfficeRows"),
                        headers=(_LANGUAGE,),
                    )
                },
                failures=_ALL,
                security=schemes,
            ),
            "replace": Call(
                summary="Replace a company",
                description="What the body does not say is empty then; a patch is applied to what "
                "is there. Of two forms of one thing (Address, CustomFields) the one that was "
                "changed counts.",
                parameters=(_ID, _SELECT, *_HEADERS, _CONDITIONS[1]),
                bodies=bodies,
                replies=_reply("OfficeTold", "The entity.", _LANGUAGE),
                failures=(*_ALL, *_BODY, 404, 412),
                security=schemes,
            ),
            "update": Call(
                summary="Change a company",
                description="What the body does not say stays; null takes a member away.",
                parameters=(_ID, _SELECT, *_HEADERS, _CONDITIONS[1]),
                bodies=_parts(),
                replies=_reply("OfficeTold", "The entity.", _LANGUAGE),
                failures=(*_ALL, *_BODY, 404, 412),
                security=schemes,
            ),
            "delete": Call(
                summary="Delete a company",
                description="It is removed for good.",
                parameters=(_ID, _CONDITIONS[1]),
                replies={204: ResponseSpec(description="It is deleted.", bare=True)},
                failures=(*_ALL, 404, 412),
                security=schemes,
            ),
            "default": Call(
                summary="What a new entity is",
                parameters=(_SELECT, *_HEADERS),
                replies=_reply("OfficeTold", "The entity.", _LANGUAGE),
                failures=_ALL,
                security=schemes,
            ),
            "validate": Call(
                summary="What is wrong with an entity",
                parameters=_HEADERS,
                bodies=bodies,
                replies=_reply("OfficeMessages", "The messages."),
                failures=(*_ALL, *_BODY),
                security=schemes,
            ),
            "show": Call(
                summary="Show a company",
                parameters=(_ID, _SELECT, *_HEADERS, *_CONDITIONS),
                replies={
                    **_reply("OfficeTold", "The entity.", _LANGUAGE, *_STAMPS),
                    304: ResponseSpec(
                        description="It was not changed since If-Modified-Since.",
                        headers=_STAMPS,
                        bare=True,
                    ),
                },
                failures=(*_ALL, 404, 412),
                security=schemes,
            ),
        },
        schemes=_SCHEMES,
        schemas=_schemas(),
        codes=CODES,
        failure=_content("OfficeFailure"),
    )
