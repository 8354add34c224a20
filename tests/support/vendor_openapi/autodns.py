"""The description of AutoDNS's API: its contact, its envelope, its gateway.

Each limit and member comes from the API's own tables.
"""

from typing import Any, Final

from tests.support.vendor_openapi.call import (
    INT32,
    JSON,
    Call,
    Json,
    ResponseSpec,
    Spoken,
    header,
    items,
    line,
    option,
    place,
    ref,
    replied,
    same,
    sent,
    whole,
)
from tests.support.vendor_openapi.countries import COUNTRY
from vcardsvc.apis.autodns.caller import CONTEXT, NAME
from vcardsvc.apis.autodns.errors import CODES
from vcardsvc.apis.autodns.gateway.request import TASKS
from vcardsvc.apis.autodns.mapping import SEARCHED
from vcardsvc.apis.autodns.members import (
    BLOCK,
    FLAGS,
    LENGTH,
    LINES,
    MEMBERS,
    PROTECTIONS,
    TYPES,
    VERIFICATIONS,
)
from vcardsvc.apis.autodns.routes import ROUTES
from vcardsvc.apis.autodns.search import FILTERS, LIMIT, MOST, ORDERS
from vcardsvc.openapi.patterns import FILLED_LINE, LINE, NOT_BLANK, letters

XML: Final = "application/xml"

_PHONE: Final = "^\\+[0-9](?:[-. /()]?[0-9]){2,14}$"

_STID: Final = sent("X-Domainrobot-Stid", "The transaction's id.")

_HEADERS: Final = (
    header(
        "X-Domainrobot-Context",
        f"The context, a whole number of 31 bits, echoed; absent: {CONTEXT}.",
    ),
    header(
        "X-Domainrobot-Ctid",
        f"The caller's own id of the transaction, echoed; at most {NAME} characters.",
    ),
    header(
        "X-Domainrobot-Owner-User",
        f"An owner to be echoed, who widens nothing; at most {NAME} characters.",
    ),
    header("X-Domainrobot-Owner-Context", "The owner's context, likewise a number."),
    header("Accept-Language", "German answers where it likes de best, else English ones."),
)

_OPTIONS: Final = (
    option(
        "keys[]",
        "`force_handle_create` makes another contact of a name that is there already.",
        {"type": "array", "items": {"type": "string"}},
    ),
    option("replyTo", "An address, noted and told back; nothing is mailed.",
           {"type": "string", "anyOf": [{"format": "email"}, {"enum": [""]}]}),
)  # fmt: skip

_ID: Final = place("id", "The contact's id.", {"type": "integer", "minimum": 1, "maximum": INT32})

_BEFORE: Final = (400, 401, 403)
_AFTER: Final = (429, 500, 503)
_BODY: Final = (408, 413, 415)
_CARDS: Final = (406,)


def _word(words: dict[str, Any], description: str) -> Json:
    return {"enum": [*words, None], "description": description}


def _phone(description: str) -> Json:
    return {
        "type": ["string", "null"],
        "anyOf": [{"type": "string", "pattern": _PHONE}, {"enum": ["", None]}],
        "description": description,
    }


def _members() -> Json:
    """The schema of every member that is read, but for those that are plain lines."""
    flag = {"enum": [True, False, *FLAGS, None]}
    lines = items(line(), f"At most {BLOCK} characters in all.", maxItems=LINES)
    return {
        "type": _word(TYPES, "PERSON when absent; a PERSON has `lname`, an ORG `organization`, a "
                      "ROLE one of them."),
        "title": line("What stands before the name (Dr.).", LENGTH),
        "country": {
            "anyOf": [ref(COUNTRY), {"enum": ["", None]}],
            "description": "ISO 3166-1, in any case; names of countries become their codes.",
        },
        "email": {
            "anyOf": [{"type": "string", "format": "email", "maxLength": LENGTH},
                      {"enum": ["", None]}],
            "description": "An e-mail address.",
        },
        "protection": _word(PROTECTIONS, "SHOW_NONE when absent."),
        "remarks": lines,
        "domainsafe": flag,
        "confirmOwnerConsent": flag,
        "comment": {
            "type": ["string", "null"],
            "pattern": "^[\\t\\n\\r -~]*$",
            "maxLength": BLOCK,
            "description": "ASCII only.",
        },
        "verification": _word(VERIFICATIONS, "Kept as given."),
        "fname": _name("A first name; it has a letter."),
        "lname": _name("A last name; it has a letter."),
        "address": lines,
        "pcode": line("Its form is checked for CA, ES, NO and PL.", LENGTH),
        "phone": _phone("Written like +49-123-12345: 3 to 15 digits."),
        "fax": _phone("Likewise."),
        "nicRef": {"type": ["array", "null"], "description": "Kept as given."},
        "extensions": {
            "type": ["object", "null"],
            "description": "Kept as given; its names are letters, digits and _. Of it the card has "
            "`general.mobilePhone`.",
        },
    }  # fmt: skip


def _name(description: str) -> Json:
    named = {"type": "string", "maxLength": LENGTH, "allOf": [{"pattern": LINE}, ref("Lettered")]}
    return {"anyOf": [named, {"enum": ["", None]}], "description": description}


def _contact() -> Json:
    special = _members()
    response = {"type": "string", "pattern": NOT_BLANK}
    return {
        "type": "object",
        "description": "A contact. What the server sets (id, created, owner ...) is not read.",
        "properties": {name: special.get(name) or line("", LENGTH) for name in MEMBERS},
        "anyOf": [
            {"required": ["lname"],
             "properties": {"lname": response, "type": {"enum": ["PERSON", "ROLE", None]}}},
            {"required": ["type", "organization"],
             "properties": {"organization": {"type": "string", "pattern": FILLED_LINE},
                            "type": {"enum": ["ORG", "ROLE"]}}},
        ],
    }  # fmt: skip


def _query() -> Json:
    """The query of a list."""
    value = {"type": "string", "pattern": FILLED_LINE, "maxLength": LENGTH}

    def one(keys: list[str], operators: list[str], value: Json) -> Json:
        # EQUAL is what a filter without an operator means.
        usual = "EQUAL" in operators
        response = [*operators, *([None] if usual else [])]
        members = {"key": {"enum": keys}, "operator": {"enum": response}, "value": value}
        needed = [name for name in members if name != "operator" or not usual]
        return {"type": "object", "required": needed, "properties": members}

    kinds = [
        one(list(SEARCHED), ["EQUAL"], value),
        one(list(SEARCHED), ["LIKE"], {"type": "string", "pattern": "^[A-Za-z0-9%*]{1,40}$"}),
        one(["id"], ["EQUAL"], {"type": "integer", "minimum": 0, "maximum": 9_999_999_999}),
    ]
    order = {
        "type": "object",
        "required": ["key"],
        "properties": {"key": {"enum": list(ORDERS)}, "type": {"enum": ["ASC", "DESC", None]}},
    }
    size = {"type": ["integer", "null"], "minimum": 1, "maximum": MOST}
    view = {
        "limit": {**size, "description": f"Contacts of a page; absent: {LIMIT}."},
        "offset": {
            "type": ["integer", "null"], "minimum": 0, "maximum": INT32,
            "description": "A multiple of the limit.",
        },
        "from": line("The contact was made at this time or later; goes with filters by id."),
        "to": line("Likewise: at this time or before."),
    }  # fmt: skip
    return {
        "type": ["object", "null"],
        "description": "EQUAL and LIKE compare without regard to case; in a LIKE % and * are "
        "anything, so that `%do%` is what holds do. Filters by id stand alone, several of them "
        "linked by OR, all others are linked by AND. What else the vendor's query can say is "
        "refused.",
        "properties": {
            "filters": items({"anyOf": kinds}, maxItems=FILTERS),
            "view": {"type": ["object", "null"], "properties": view},
            "orders": items(order, maxItems=FILTERS),
        },
    }


def _schemas() -> dict[str, Json]:
    text: Json = {"type": "string"}
    who = replied({"context": {"type": "integer"}, "user": text})
    named = replied({"type": text, "value": text}, "value")
    kept = {
        "created": text,
        "updated": text,
        "id": whole(1, INT32),
        "owner": who,
        "updater": who,
        "alias": text,
        "type": {"enum": list(TYPES)},
        "protection": {"enum": ["SHOW_ALL", "SHOW_NONE"]},
    }
    message = {
        "text": text,
        "notice": text,
        "code": text,
        "status": {"enum": ["ERROR", "NOTIFY"]},
        "objects": {"type": "array", "items": named},
    }
    return {
        "Lettered": {"type": "string", "pattern": letters()},
        "AutodnsContact": _contact(),
        "AutodnsQuery": _query(),
        "AutodnsKept": replied(kept, description="The contact's words, and what the server sets."),
        "AutodnsMessage": replied(message, "notice", "objects"),
        "AutodnsEnvelope": replied(
            {
                "stid": text,
                "ctid": text,
                "messages": {"type": "array", "items": ref("AutodnsMessage")},
                "status": replied({"code": text, "text": text, "type": {"const": "SUCCESS"}}),
                "object": replied(
                    {"type": {"const": "Contact"}, "value": text, "summary": {"type": "integer"}},
                    "value",
                    "summary",
                ),
                "data": {"type": "array", "items": ref("AutodnsKept")},
            },
            "ctid",
            "messages",
            "data",
        ),
        "AutodnsFailure": replied(
            {
                "stid": text,
                "ctid": text,
                "messages": {"type": "array", "items": ref("AutodnsMessage"), "minItems": 1},
                "status": replied(
                    {
                        "code": {"enum": [code.name for code in CODES]},
                        "text": text,
                        "type": {"const": "ERROR"},
                    },
                    "code",
                    "text",
                    description="Of a body that cannot be read (EF00000) the type alone.",
                ),
                "object": named,
            },
            "ctid",
        ),
        "AutodnsResponse": {
            "type": "string",
            "description": "`<response>` with a `<result>` for each task: data, status (code, "
            "text, type, object), msg, ctid; and the stid. What was wrong with a task stands in "
            "its status, under HTTP 200.",
        },
        "AutodnsRequest": _request(),
    }


_ELEMENTS: Final = (
    "id", "alias", "type", "fname", "lname", "title", "organization", "address", "pcode", "city",
    "state", "country", "phone", "fax", "email", "protection", "sip", "comment",
)  # fmt: skip
"""The usual elements of a handle."""


def _request() -> Json:
    """A request of the gateway, as an object whose members are elements."""
    text: Json = {"type": "string"}
    auth = {"user": text, "context": {"type": "integer"}, "password": text}
    handle = dict.fromkeys(_ELEMENTS, text)
    task = {
        "code": {
            "enum": ["0301", "0302", "0303", "0304"],
            "description": "Create, update, delete, show.",
        },
        "ctid": text,
        "reply_to": text,
        "force_handle_create": text,
        "handle": {"type": "object", "properties": handle},
    }
    return {
        "type": "object",
        "description": f"1 to {TASKS} tasks of any codes, done in their order, each for itself. "
        "The body is read whatever its content type says. The key is auth/password, or the "
        "password of HTTP Basic.",
        "xml": {"name": "request"},
        "required": ["task"],
        "properties": {
            "auth": {"type": "object", "properties": auth},
            "owner": {"type": "object", "properties": {"user": text, "context": text}},
            "language": text,
            "task": {"type": "object", "required": ["code", "handle"], "properties": task},
        },
    }


def _reported(description: str) -> dict[int, ResponseSpec]:
    envelope = ref("AutodnsEnvelope")
    return {200: ResponseSpec(description=description, content={JSON: envelope}, headers=(_STID,))}


def spoken() -> Spoken:
    """The description of AutoDNS's API."""
    contact = {JSON: ref("AutodnsContact")}
    basic = ("autodns",)
    return Spoken(
        title="AutoDNS",
        about="Contacts of domains as InterNetX AutoDNS keeps them, in JSON and through the XML "
        "gateway. The key is the password of HTTP Basic, whoever the user.",
        routes=ROUTES,
        calls={
            "create": Call(
                summary="Create a domain contact",
                description="S0301. A contact of the same name and the same data is the one that "
                "is there already; of the same name and other data it is E0301.",
                parameters=(*_OPTIONS, *_HEADERS),
                bodies=contact,
                replies=_reported("The contact."),
                failures=(*_BEFORE, *_CARDS, *_BODY, *_AFTER),
                security=basic,
            ),
            "list": Call(
                summary="List domain contacts",
                parameters=_HEADERS,
                bodies={JSON: ref("AutodnsQuery")},
                needed=False,
                replies=_reported("The contacts; `object.summary` says how many there are."),
                failures=(*_BEFORE, *_CARDS, *_BODY, *_AFTER),
                security=basic,
            ),
            "info": Call(
                summary="Show a domain contact",
                parameters=(_ID, *_HEADERS),
                replies=_reported("The contact."),
                failures=(*_BEFORE, *_CARDS, *_AFTER),
                security=basic,
            ),
            "update": Call(
                summary="Change a domain contact",
                description="All members are replaced.",
                parameters=(_ID, *_HEADERS),
                bodies=contact,
                replies=_reported("The contact."),
                failures=(*_BEFORE, *_CARDS, *_BODY, *_AFTER),
                security=basic,
            ),
            "delete": Call(
                summary="Delete a domain contact",
                parameters=(_ID, *_HEADERS),
                replies=_reported("It is deleted."),
                failures=(*_BEFORE, *_AFTER),
                security=basic,
            ),
            "gateway": Call(
                summary="The XML gateway: tasks 0301 to 0304",
                bodies=same((XML, "text/xml"), ref("AutodnsRequest")),
                replies={
                    200: ResponseSpec(
                        description="What came of each task.",
                        content={XML: ref("AutodnsResponse")},
                        headers=(_STID,),
                    )
                },
                failures=(*_BEFORE, *_CARDS, *_BODY, *_AFTER),
                security=("", "autodns"),
            ),
        },
        schemes={
            "autodns": {
                "type": "http",
                "scheme": "basic",
                "description": "Any user; the password is the key. In XML also auth/password.",
            }
        },
        schemas=_schemas(),
        codes=CODES,
        failure={JSON: ref("AutodnsFailure"), XML: ref("AutodnsResponse")},
    )
