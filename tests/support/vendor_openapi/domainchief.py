"""The description of Domain Chief's API: its contact, its lists, its errors.

Each limit and member comes from the API's own tables.
"""

from typing import Any, Final

from tests.support.vendor_openapi.call import (
    JSON,
    Call,
    Json,
    ResponseSpec,
    Spoken,
    header,
    line,
    option,
    place,
    ref,
    replied,
    sent,
    whole,
)
from tests.support.vendor_openapi.countries import COUNTRY
from vcardsvc.apis.domainchief.errors import CODES, UNPROCESSABLE
from vcardsvc.apis.domainchief.listing import EXPANSIONS, PAGE_SIZE, PAGES, PARENT
from vcardsvc.apis.domainchief.mapping import HANDLE, NOTE_LABELS, TEXT, TEXT_MEMBERS, Member
from vcardsvc.apis.domainchief.metadata import KEY, KEYS, KEYS_OF_AN_UPDATE, VALUE
from vcardsvc.apis.domainchief.request import HANDLES, TEAM
from vcardsvc.apis.domainchief.response import CONTACT_MEMBERS
from vcardsvc.apis.domainchief.routes import ROUTES
from vcardsvc.model.address_book import PER_PAGE
from vcardsvc.openapi.patterns import LINE

_TEAM: Final = header(
    "X-Chief-Team",
    f"A team of at most {TEAM} `A-Z a-z 0-9 . _ -`, echoed; the account is the key's.",
)
_EXPAND: Final = option(
    "expand[]", "`parent` shows the parent whole.", {"type": "array", "items": {"enum": [PARENT]}}
)
_HANDLE: Final = place(
    "contactHandle",
    "The contact's handle.",
    {"type": "string", "pattern": f"^{HANDLE.pattern}$"},
)
_TEAM_RESPONSE: Final = sent("X-Chief-Team", "The team, as it was sent.")

_FLAG: Final = [True, False, 1, 0, "1", "0", "true", "false", "", None]
_ACCEPTED: Final = [True, 1, "1", "true", "", None]

_ALL: Final = (400, 401, 403, 406, 422, 429, 500, 503)
_BODY: Final = (408, 413, 415)
_FOUND: Final = (404,)

_URL: Final = (
    "^https?://[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9-]+)*(?::[0-9]{1,5})?"
    "(?:[/?#][!-~]*)?$"
)

_SHAPES: Final[dict[str, Json]] = {
    "address_country_code": {**ref(COUNTRY), "description": "ISO 3166-1, in capitals."},
    "email": {"type": "string", "format": "email", "maxLength": TEXT, "description": "An address."},
    "phone": {
        "type": "string",
        "pattern": "^\\+[0-9][0-9 ().-]*$",
        "description": "A number that is valid in its country, in international form.",
    },
    "company_url": {
        "anyOf": [
            {"type": "string", "pattern": _URL, "maxLength": TEXT},
            {"enum": ["", None]},
        ],
        "description": "An http or https address.",
    },
}
"""Members that are more than a line of text."""

_SAYS: Final = {
    "company_name": "Makes it the contact of a company.",
    "address_state": "A name, in English or a language of its country, or an abbreviation; kept as "
    "the letters of ISO 3166-2 where it has them.",
    **{name: "A line of text; on the card a line of the note." for name, _ in NOTE_LABELS},
}

_CONTROL: Final = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f"


def _member(one: Member) -> Json:
    shape = _SHAPES.get(one.name)
    return shape or line(_SAYS.get(one.name, "A line of text."), TEXT, required=one.required)


_PAIRS: Final[Json] = {
    "type": "object",
    "propertyNames": {
        "type": "string",
        "pattern": "^[^\\[\\]\\u0000-\\u001f\\u007f-\\u009f]+$",
        "maxLength": KEY,
    },
    "additionalProperties": {
        "type": "string",
        "pattern": f"^[^{_CONTROL}]*$",
        "maxLength": VALUE,
    },
}


def _metadata(most: int) -> Json:
    return {
        "anyOf": [
            {**_PAIRS, "maxProperties": most},
            {"type": "array", "maxItems": 0},
            {"type": "null"},
        ],
        "description": f"At most {KEYS} texts of the caller's own, by keys without brackets. An "
        "update merges them; an empty text removes its key, an empty object removes all.",
    }


_EXTENSION: Final[Json] = {
    "anyOf": [{"type": "object"}, {"type": "array", "maxItems": 0}, {"type": "null"}],
    "description": "Kept as given; its texts hold no control characters.",
}


def _handle(description: str) -> Json:
    """Any text is taken: what names nothing is no fault."""
    return {"type": ["string", "null"], "description": description}


def _create() -> Json:
    return {
        "type": "object",
        "required": [one.name for one in TEXT_MEMBERS if one.required],
        "properties": {
            **{one.name: _member(one) for one in TEXT_MEMBERS},
            "parent_handle": _handle("Groups it under another; what is no handle is ignored."),
            "is_default": {"enum": _FLAG, "description": "Makes it the team's default."},
            "allow_duplicate": {
                "enum": _FLAG,
                "description": "Makes another one where an identical one is there.",
            },
            "extension_data": _EXTENSION,
            "metadata": _metadata(KEYS),
        },
    }


def _update() -> Json:
    fixed: Json = {"description": "It cannot be changed: what the contact has passes."}
    return {
        "type": "object",
        "description": "What is not sent stays.",
        "properties": {
            **{one.name: fixed if one.fixed else _member(one) for one in TEXT_MEMBERS},
            "parent_handle": _handle("What is no handle takes the parent away."),
            "is_default": {"enum": _ACCEPTED, "description": "True, or not there."},
            "extension_data": _EXTENSION,
            "metadata": _metadata(KEYS_OF_AN_UPDATE),
        },
    }


def _batch() -> Json:
    handle = {"type": "string"}
    expand: Any = {"type": ["array", "null"], "items": {"enum": [PARENT]}, "maxItems": EXPANSIONS}
    return {
        "type": "object",
        "required": ["contacts"],
        "properties": {
            "contacts": {
                "type": "array", "items": handle, "minItems": 1, "maxItems": HANDLES,
                "description": "Handles; the answer keeps their order and drops the unknown.",
            },
            "expand": expand,
        },
    }  # fmt: skip


def _contact() -> Json:
    """A contact as answers have it."""
    text, maybe_text = {"type": "string"}, {"type": ["string", "null"]}
    required = {one.name for one in TEXT_MEMBERS if one.required}
    shapes: Json = {
        "handle": text,
        "is_default": {"type": "boolean"},
        "extension_data": {"type": ["object", "null"]},
        "metadata": {"type": "object", "additionalProperties": text},
        "parent": {
            "type": ["string", "object", "null"],
            "description": "A handle; the contact itself where it was asked for.",
        },
    }
    return replied(
        {
            name: shapes.get(name) or (text if name in required else maybe_text)
            for name in CONTACT_MEMBERS
        }
    )


def _page() -> Json:
    url, maybe_url = {"type": "string"}, {"type": ["string", "null"]}
    count, maybe_count = {"type": "integer"}, {"type": ["integer", "null"]}
    return replied(
        {
            "data": {"type": "array", "items": ref("ChiefContact")},
            "links": replied({"first": url, "last": url, "prev": maybe_url, "next": maybe_url}),
            "meta": replied(
                {"current_page": count, "from": maybe_count, "last_page": count, "path": url,
                 "per_page": count, "to": maybe_count, "total": count}
            ),
        }
    )  # fmt: skip


def _schemas() -> dict[str, Json]:
    sentence = {"type": "string"}
    sentences = {"type": "array", "items": sentence, "minItems": 1}
    return {
        "ChiefCreate": _create(),
        "ChiefUpdate": _update(),
        "ChiefBatch": _batch(),
        "ChiefContact": _contact(),
        "ChiefOne": replied({"data": ref("ChiefContact")}),
        "ChiefPage": _page(),
        "ChiefSeveral": replied({"data": {"type": "array", "items": ref("ChiefContact")}}),
        "ChiefFailure": replied({"message": sentence}),
        "ChiefInvalid": replied(
            {
                "message": sentence,
                "errors": {"type": "object", "additionalProperties": sentences},
            },
            description="The first sentence leads; all follow by member.",
        ),
    }


def _one(schema: str, description: str) -> ResponseSpec:
    return ResponseSpec(
        description=description, content={JSON: ref(schema)}, headers=(_TEAM_RESPONSE,)
    )


_LIST: Final = (
    option("query", "Words, each of which some word of the contact begins with.",
           {"type": "string", "pattern": LINE, "maxLength": TEXT}),
    option("parent_handle", "Those under this contact only.",
           {"type": "string", "pattern": LINE, "maxLength": TEXT}),
    option("sort", "handle, is_default, id, five names at most, `-` before one for descending; "
           "unknown names are ignored."),
    option("page", "Which page.", whole(1, PAGES, default=1)),
    option("per_page", "How many on one.", whole(1, PAGE_SIZE, default=PER_PAGE)),
    {
        **option("metadata", "`metadata[key]=value`: exact matches; nobody has an empty value.",
                 _PAIRS),
        "style": "deepObject", "explode": True,
    },
)  # fmt: skip


def spoken() -> Spoken:
    """The description of Domain Chief's API."""
    bearer = ("domainchief",)
    every = (*_ALL, *_BODY)
    return Spoken(
        title="Domain Chief",
        about="Contacts of domains as the registrar Domain Chief keeps them. The key is the bearer "
        "token.",
        routes=ROUTES,
        calls={
            "list": Call(
                summary="List contacts",
                parameters=(*_LIST, _EXPAND, _TEAM),
                replies={200: _one("ChiefPage", "A page of them.")},
                failures=_ALL,
                security=bearer,
            ),
            "create": Call(
                summary="Create a contact",
                parameters=(_EXPAND, _TEAM),
                bodies={JSON: ref("ChiefCreate")},
                replies={
                    200: _one("ChiefOne", "The identical contact that is there already."),
                    201: _one("ChiefOne", "A new contact."),
                },
                failures=every,
                security=bearer,
            ),
            "batch": Call(
                summary="Show several contacts",
                parameters=(_EXPAND, _TEAM),
                bodies={JSON: ref("ChiefBatch")},
                replies={200: _one("ChiefSeveral", "Those that there are.")},
                failures=every,
                security=bearer,
            ),
            "show": Call(
                summary="Show a contact",
                parameters=(_HANDLE, _EXPAND, _TEAM),
                replies={200: _one("ChiefOne", "The contact.")},
                failures=(*_ALL, *_FOUND),
                security=bearer,
            ),
            "update": Call(
                summary="Change a contact",
                parameters=(_HANDLE, _EXPAND, _TEAM),
                bodies={JSON: ref("ChiefUpdate")},
                replies={200: _one("ChiefOne", "The contact.")},
                failures=(*every, *_FOUND),
                security=bearer,
            ),
            "delete": Call(
                summary="Delete a contact",
                parameters=(_HANDLE, _EXPAND, _TEAM),
                replies={
                    204: ResponseSpec(
                        description="It is deleted.", headers=(_TEAM_RESPONSE,), bare=True
                    )
                },
                failures=(400, 401, 403, 404, 422, 429, 500, 503),
                security=bearer,
            ),
        },
        schemes={
            "domainchief": {
                "type": "http",
                "scheme": "bearer",
                "description": "The token is the key.",
            }
        },
        schemas=_schemas(),
        codes=CODES,
        failure={JSON: ref("ChiefFailure")},
        failures={UNPROCESSABLE: {JSON: ref("ChiefInvalid")}},
    )
