"""The description of Marketing Cloud's API: its attribute sets and its errors.

Each limit and member comes from the API's own tables.
"""

from typing import Any, Final

from tests.support.vendor_openapi.call import (
    JSON,
    Call,
    Json,
    ResponseSpec,
    Spoken,
    ref,
    replied,
    sent,
)
from tests.support.vendor_openapi.countries import COUNTRY
from vcardsvc.apis.marketingcloud import CODES
from vcardsvc.apis.marketingcloud.request import KEY
from vcardsvc.apis.marketingcloud.routes import CREATE, LEGACY_TOKEN, TOKEN, UPDATE
from vcardsvc.apis.marketingcloud.schema import (
    CREATING,
    EMAIL,
    NUMBER,
    SETS,
    TEXT,
    Attribute,
    AttributeSet,
)
from vcardsvc.apis.marketingcloud.sets import ITEMS, NAME
from vcardsvc.openapi.patterns import BLOCK, FILLED_LINE, LINE

_FORM: Final = "application/x-www-form-urlencoded"

_LINE: Final[Json] = {"type": ["string", "null"], "pattern": LINE, "maxLength": TEXT}
_BLOCK: Final[Json] = {"type": ["string", "null"], "pattern": BLOCK, "maxLength": TEXT}
_NUMBER: Final[Json] = {
    "type": ["number", "null"],
    "exclusiveMinimum": -NUMBER,
    "exclusiveMaximum": NUMBER,
}
_ID: Final[Json] = {"anyOf": [_LINE, _NUMBER]}

_FLAG: Final = "^(?:[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$"

_VALUES: Final[dict[str, Json]] = {
    "Email Address": {"type": "string", "format": "email", "maxLength": EMAIL},
    "HTML Enabled": {
        "anyOf": [
            {"type": "boolean"},
            {"type": "string", "pattern": "^(?:[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$"},
        ]
    },
    "Mobile Number": {"type": "string", "pattern": "^\\+?[0-9](?:[-. ()]?[0-9]){2,14}$"},
    "Locale": ref(COUNTRY),
    "Status": {"anyOf": [_NUMBER, {"type": "string", "pattern": "^-?[0-9]{1,37}$"}]},
    "Device ID": _ID,
    "Application": _ID,
    "Address ID": _ID,
    "Channel ID": _ID,
    "Status Message": _BLOCK,
}
"""The values of attributes that are more than a line of text, by the attributes' names."""


def _pair(one: Attribute) -> Json:
    value = _VALUES.get(one.name, _LINE)
    if one.required and value in (_ID,):
        value = {"anyOf": [{"type": "string", "pattern": FILLED_LINE, "maxLength": TEXT},
                           {**_NUMBER, "type": "number"}]}  # fmt: skip
    members = {"name": {"const": one.name}, "value": value}
    return {"type": "object", "required": list(members), "properties": members}


def _own(known: list[str]) -> Json:
    """An attribute of the account's own, beside the known ones of its set."""
    return {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {
                "type": "string", "pattern": FILLED_LINE, "maxLength": NAME,
                **({"not": {"enum": known}} if known else {}),
            },
            "value": {"anyOf": [_BLOCK, _NUMBER, {"type": "boolean"}]},
        },
    }  # fmt: skip


def _values(this: AttributeSet) -> Json:
    """The attributes of one item."""
    pairs = [_pair(one) for one in this.attributes]
    needed = [pair for one, pair in zip(this.attributes, pairs, strict=True) if one.required]
    return {
        "type": "array",
        "items": {"anyOf": [*pairs, _own([one.name for one in this.attributes])]},
        **({"allOf": [{"contains": pair} for pair in needed]} if needed else {}),
    }


def _set(this: AttributeSet) -> Json:
    """A set with its values in `items`, as the vendor's example has them, or right in it, as its
    table has."""
    values = ref(f"{_named(this)}Values")
    item = {"type": "object", "required": ["values"], "properties": {"values": values}}
    needs = f" Goes with {' and '.join(this.needs)}." if this.needs else ""
    return {
        "type": "object",
        "description": f"{this.name}: {', '.join(one.name for one in this.attributes)}.{needs}",
        "required": ["name"],
        "properties": {
            "name": {"enum": _names(this)},
            # As words: a hundred items may be more than a body holds, which is another failure.
            "items": {
                "description": f"{ITEMS} at most.", "type": "array", "items": item, "minItems": 1,
            },
            "values": values,
        },
        "anyOf": [{"required": ["items"]}, {"required": ["values"]}],
    }  # fmt: skip


def _group() -> Json:
    """An attribute group of the account's own."""
    known = [name for this in SETS for name in _names(this)]
    values = {"type": "array", "items": _own([])}
    item = {"type": "object", "required": ["values"], "properties": {"values": values}}
    return {
        "type": "object",
        "description": "A group that the account made: it is kept, and on no card. A name that "
        "begins like WhatsApp's is refused.",
        "required": ["name", "items"],
        "properties": {
            "name": {
                "type": "string", "pattern": FILLED_LINE, "maxLength": NAME, "not": {"enum": known},
            },
            "items": {"type": "array", "items": item},
        },
    }  # fmt: skip


def _names(this: AttributeSet) -> list[str]:
    """The names of a set: in any case, but only the vendor's own spelling is described."""
    return [this.name, *this.also]


def _named(this: AttributeSet) -> str:
    return f"Marketing{this.name.replace(' ', '')}"


def _there(name: str) -> Json:
    """A set of this name is among them."""
    return {"contains": _called(next(this for this in SETS if this.name == name))}


def _called(this: AttributeSet) -> Json:
    """An object that has one of the names of this set."""
    names = {"name": {"enum": _names(this)}}
    return {"type": "object", "required": ["name"], "properties": names}


def _contact() -> Json:
    key = {"type": "string", "pattern": FILLED_LINE, "maxLength": KEY}
    number: Json = {"type": "integer"}
    choices = "; ".join(" and ".join(some) for some in CREATING)
    return {
        "type": "object",
        "description": f"At least one of: {choices}. Each set stands once.",
        "required": ["attributeSets"],
        "properties": {
            "contactKey": {"type": ["string", "null"], "pattern": LINE, "maxLength": KEY},
            "contactID": {
                "description": "The caller's own; the `contactId` of an answer is another.",
                "anyOf": [{**key, "type": "string"}, number, {"enum": ["", None]}],
            },
            "attributeSets": {
                "type": "array",
                "minItems": 1,
                "items": {"anyOf": [*(ref(_named(this)) for this in SETS), ref("MarketingGroup")]},
                "anyOf": [{"allOf": [_there(name) for name in some]} for some in CREATING],
                "allOf": [
                    {"contains": _called(this), "minContains": 0, "maxContains": 1} for this in SETS
                ],
            },
        },
        "anyOf": [
            {"required": ["contactKey"], "properties": {"contactKey": key}},
            {"required": ["contactID"], "properties": {"contactID": {"anyOf": [key, number]}}},
        ],
    }


def _token() -> Json:
    """What a client asks a token with."""
    text: Json = {"type": "string"}
    return {
        "type": "object",
        "required": ["grant_type", "client_id", "client_secret"],
        "properties": {
            "grant_type": {"const": "client_credentials"},
            "client_id": {"type": "string", "minLength": 1},
            "client_secret": {"type": "string", "description": "The key."},
            "account_id": {"type": "string", "pattern": "^[0-9]{0,19}$"},
            "scope": text,
        },
    }


def _errors() -> dict[str, Json]:
    text, number = {"type": "string"}, {"type": "integer"}
    codes = sorted({int(code.name) for code in CODES if code.name.isdigit()})
    members: Json = {
        "message": text,
        "errorcode": {"enum": codes},
        "retryAfter": number,
        "documentation": text,
    }
    several = {"type": "array", "items": ref("MarketingError")}
    return {
        "MarketingError": replied(members, "retryAfter"),
        "MarketingFailure": replied(
            {**members, "additionalErrors": several}, "retryAfter", "additionalErrors"
        ),
        "MarketingNoToken": replied({"error": text, "error_description": text, "error_uri": text}),
    }


def _schemas() -> dict[str, Json]:
    text: Json = {"type": "string"}
    warning = replied(
        {"message": text, "resultClass": text, "resultCode": text, "resultType": text}
    )
    return {
        **{_named(this): _set(this) for this in SETS},
        **{f"{_named(this)}Values": _values(this) for this in SETS},
        "MarketingGroup": _group(),
        "MarketingContact": _contact(),
        "MarketingLegacyTokenAsked": {
            "type": "object",
            "required": ["clientId", "clientSecret"],
            "properties": {
                "clientId": {"type": "string", "minLength": 1},
                "clientSecret": {"type": "string", "description": "The key."},
            },
        },
        "MarketingLegacyToken": replied(
            {"accessToken": text, "expiresIn": {"type": "integer"}},
        ),
        "MarketingTokenAsked": _token(),
        "MarketingToken": replied(
            {
                "access_token": text,
                "token_type": {"const": "Bearer"},
                "expires_in": {"type": "integer"},
                "scope": text,
                "soap_instance_url": text,
                "rest_instance_url": text,
            }
        ),
        "MarketingCreated": replied(
            {
                "operationStatus": {"const": "OK"},
                "rowsAffetcted": {"enum": [0, 1]},
                "contactKey": text,
                "contactId": {"type": "integer"},
                "contactTypeID": {"const": 0},
                "isNewContactKey": {"const": False},
                "requestServiceMessageID": text,
                "hasErrors": {"const": False},
                "resultMessages": {"type": "array", "items": warning},
                "serviceMessageID": text,
            },
            description="`rowsAffetcted` is the vendor's spelling.",
        ),
        **_errors(),
    }


_FAILURES: Final = (400, 401, 403, 408, 413, 415, 429, 500, 503)
_STORE: Final = (sent("Cache-Control", "No store."), sent("Pragma", "No cache."))


def spoken() -> Spoken:
    """The description of Marketing Cloud's API."""
    either: Any = {"anyOf": [ref("MarketingFailure"), ref("MarketingNoToken")]}
    return Spoken(
        title="Marketing Cloud",
        about="Contacts as Salesforce Marketing Cloud takes them. The key is the bearer token, or "
        "the client's secret where a token is asked for.",
        routes=(CREATE, UPDATE, TOKEN, LEGACY_TOKEN),
        calls={
            CREATE.name: Call(
                summary="Create a contact",
                description="A LINE picture becomes the photo; one that cannot be had is told in "
                "`resultMessages`.",
                bodies={JSON: ref("MarketingContact")},
                replies={
                    200: ResponseSpec(
                        description="It is kept.", content={JSON: ref("MarketingCreated")}
                    )
                },
                failures=(*_FAILURES, 406, 409),
                security=("marketingcloud",),
            ),
            UPDATE.name: Call(
                summary="Change a contact, or create it",
                description="The attributes that are sent replace those of the contact that has "
                "this contactKey or contactID, the others stay; sets and attributes that it has "
                "already may be left out. Where a set has several items, those that are sent "
                "replace the others. Where there is no such contact, it is created.",
                bodies={JSON: ref("MarketingContact")},
                replies={
                    200: ResponseSpec(
                        description="It is kept.", content={JSON: ref("MarketingCreated")}
                    )
                },
                failures=(*_FAILURES, 406, 409),
                security=("marketingcloud",),
            ),
            LEGACY_TOKEN.name: Call(
                summary="Ask for a token, as older clients do",
                description="The token is the key itself.",
                bodies={
                    media_type: ref("MarketingLegacyTokenAsked") for media_type in (JSON, _FORM)
                },
                replies={
                    200: ResponseSpec(
                        description="The token.",
                        content={JSON: ref("MarketingLegacyToken")},
                        headers=_STORE,
                    )
                },
                failures=_FAILURES,
                security=("",),
            ),
            TOKEN.name: Call(
                summary="Ask for a token",
                description="The token is the key itself.",
                bodies={media_type: ref("MarketingTokenAsked") for media_type in (JSON, _FORM)},
                replies={
                    200: ResponseSpec(
                        description="The token.",
                        content={JSON: ref("MarketingToken")},
                        headers=_STORE,
                    )
                },
                failures=_FAILURES,
                security=("", "marketingcloudClient"),
            ),
        },
        schemes={
            "marketingcloud": {
                "type": "http",
                "scheme": "bearer",
                "description": "The token is the key.",
            },
            "marketingcloudClient": {
                "type": "http",
                "scheme": "basic",
                "description": "The client's id and its secret, which is the key.",
            },
        },
        schemas=_schemas(),
        codes=CODES,
        failure={JSON: either},
    )
