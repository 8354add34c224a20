"""Describes a ContactEntity as data: every shape, its members in the vendor's order, their types.

A type is a text, called `kind` in this API: a scalar (`int32`, `string`, ...), `map` (a dictionary
of strings), the name of a shape, or one of these followed by `[]` for a list. Reading, writing,
`$select` and the archive's columns all work from these tables.

Source: the vendor's reference of POST Contact, and its own TypeScript carriers for the members that
the reference prints as empty objects (StructuredAddress).
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

ENTITY: Final = "ContactEntity"

_ASSOCIATE: Final = {
    "AssociateId": "int32", "Name": "string", "PersonId": "int32", "Rank": "int32",
    "Tooltip": "text", "Type": "enum", "GroupIdx": "int32", "FullName": "string",
    "FormalName": "string", "Deleted": "bool", "EjUserId": "int32", "UserName": "string",
}  # fmt: skip
_LIST_ITEM: Final = {"Id": "int32", "Value": "string", "Tooltip": "text"}
_INTEREST: Final = {
    "Id": "int32", "Name": "string", "ToolTip": "text", "Deleted": "bool", "Rank": "int32",
    "Type": "string", "ColorBlock": "int32", "IconHint": "string", "Selected": "bool",
    "LastChanged": "date-time", "ChildItems": "ChildItem[]", "ExtraInfo": "text",
    "StyleHint": "string", "Hidden": "bool", "FullName": "string",
}  # fmt: skip

SHAPES: Final[Mapping[str, Mapping[str, str]]] = {
    ENTITY: {
        "ContactId": "int32", "Name": "string", "Department": "string", "OrgNr": "string",
        "Number1": "string", "Number2": "string", "UpdatedDate": "date-time",
        "CreatedDate": "date-time", "Emails": "EntityElement[]",
        "Interests": "SelectableMDOListItem[]", "Urls": "EntityElement[]",
        "Phones": "EntityElement[]", "Faxes": "EntityElement[]", "Description": "text",
        "UpdatedBy": "Associate", "CreatedBy": "Associate", "Associate": "Associate",
        "Business": "Business", "Category": "Category", "Country": "Country",
        "Persons": "Person[]", "NoMailing": "bool", "Kananame": "string", "Xstop": "bool",
        "ActiveInterests": "int32", "GroupId": "int32", "ActiveStatusMonitorId": "int32",
        "SupportAssociate": "Associate", "TicketPriority": "TicketPriority",
        "CustomerLanguage": "CustomerLanguage", "Deleted": "int32", "DbiAgentId": "int32",
        "DbiLastSyncronized": "date-time", "DbiKey": "string", "DbiLastModified": "date-time",
        "SupportPerson": "Person", "Address": "Address", "Source": "int32",
        "ActiveErpLinks": "int32", "BounceEmails": "string[]", "Domains": "string[]",
        "UserDefinedFields": "map", "ExtraFields": "map", "CustomFields": "map",
    },
    "EntityElement": {"Value": "string", "StrippedValue": "string", "Description": "text"},
    "SelectableMDOListItem": _INTEREST,
    "ChildItem": _INTEREST,
    "Associate": _ASSOCIATE,
    "Business": _LIST_ITEM,
    "Category": _LIST_ITEM,
    "TicketPriority": _LIST_ITEM,
    "CustomerLanguage": _LIST_ITEM,
    "Country": {
        "CountryId": "int32", "Name": "string", "CurrencyId": "int32", "EnglishName": "string",
        "TwoLetterISOCountry": "string", "ThreeLetterISOCountry": "string",
        "ImageDescription": "string", "OrgNrText": "string", "InterAreaPrefix": "string",
        "DialInPrefix": "string", "ZipPrefix": "string", "DomainName": "string",
        "AddressLayoutId": "int32", "DomesticAddressLayoutId": "int32",
        "ForeignAddressLayoutId": "int32", "Rank": "int32", "Tooltip": "text", "Deleted": "bool",
    },
    "Person": {
        "Position": "string", "PersonId": "int32", "Mrmrs": "string", "Firstname": "string",
        "Lastname": "string", "MiddleName": "string", "Title": "string", "Description": "text",
        "Email": "string", "FullName": "string", "DirectPhone": "string", "FormalName": "string",
        "CountryId": "int32", "ContactId": "int32", "ContactName": "string", "Retired": "int32",
        "Rank": "int32", "ActiveInterests": "int32", "ContactDepartment": "string",
        "ContactCountryId": "int32", "ContactOrgNr": "string", "FaxPhone": "string",
        "MobilePhone": "string", "ContactPhone": "string", "AssociateName": "string",
        "AssociateId": "int32", "UsePersonAddress": "bool", "ContactFax": "string",
        "Kanafname": "string", "Kanalname": "string", "Post1": "string", "Post2": "string",
        "Post3": "string", "EmailName": "string", "ContactFullName": "string",
        "ActiveErpLinks": "int32", "TicketPriorityId": "int32", "SupportLanguageId": "int32",
        "SupportAssociateId": "int32", "CategoryName": "string",
    },
    "Address": {
        "Wgs84Latitude": "double", "Wgs84Longitude": "double",
        "LocalizedAddress": "LocalizedField[][]", "Street": "StructuredAddress",
        "Postal": "StructuredAddress", "Formatted": "text",
    },
    "LocalizedField": {
        "Name": "string", "Value": "text", "Tooltip": "text", "Label": "string",
        "ValueLength": "int32", "AddressType": "string",
    },
    "StructuredAddress": {
        "AtypeIdx": "enum", "Address1": "string", "Address2": "string", "Address3": "string",
        "City": "string", "County": "string", "State": "string", "Zipcode": "string",
        "Formatted": "text",
    },
}  # fmt: skip
"""Every shape: its members in the vendor's order. A `string` has one line, a `text` may have more,
an `enum` is a name or its number."""

AS_SENT: Final = frozenset(("ChildItem",))
"""Shapes that a response has only with the members that were sent: the vendor's sample has `{}`."""

WITHOUT_RIGHTS: Final = frozenset(("ChildItem", "StructuredAddress"))
"""Shapes without TableRight and FieldProperties."""

SERVER_SET: Final = frozenset(("ContactId", "UpdatedDate", "CreatedDate"))
"""Members of the entity that the service sets; values that are sent are validated and not kept."""

LONGEST: Final[Mapping[str, Mapping[str, int]]] = {
    ENTITY: {"Name": 219, "Department": 219},
    "Country": {"Name": 239, "EnglishName": 239},
}
"""The most characters of members that a response repeats with every person or address: the widths
of the vendor's own columns (the English name's is 39, too narrow for one existing country). A
longer name under 900 people would make a response of 180 MB."""

EMPTY: Final[Mapping[str, Any]] = MappingProxyType(
    {"int32": 0, "string": "", "text": "", "enum": "", "bool": False, "double": 0, "map": {}}
)
"""The value of a scalar that is absent; of a list it is [], of a date and of a shape None."""

NET: Final[Mapping[str, tuple[str, int]]] = {
    "int32": ("System.Int32", 4),
    "string": ("System.String", 0),
    "text": ("System.String", 0),
    "enum": ("System.String", 0),
    "bool": ("System.Boolean", 1),
    "date-time": ("System.DateTime", 8),
    "double": ("System.Double", 8),
}
"""The vendor's name of a scalar type, and its length in bytes (0: no limit but LONGEST's)."""


def item_of(kind: str) -> str:
    """Return the type of a list's items; "" for a type that is no list."""
    return kind[:-2] if kind.endswith("[]") else ""


def empty(kind: str) -> Any:
    """Return the value of an absent member, a new one each time."""
    if item_of(kind):
        return []
    return {} if kind == "map" else EMPTY.get(kind)


def member(shape: str, name: str) -> str:
    """Return the member of `shape` with this name in any case; "" when there is none."""
    return member_names(shape).get(name.lower(), "")


@cache
def member_names(shape: str) -> Mapping[str, str]:
    """Return the members of `shape` by their names in lower case."""
    return {name.lower(): name for name in SHAPES[shape]}


@cache
def empty_members(shape: str) -> Mapping[str, Any]:
    """Return an object of this shape without any values, as a response has it.

    It is shared by all responses: copy it before a change, and never change its values.
    """
    if shape in AS_SENT:
        return {}
    members = {name: empty(kind) for name, kind in SHAPES[shape].items()}
    if shape in WITHOUT_RIGHTS:
        return members
    return {**members, "TableRight": None, "FieldProperties": field_properties(shape)}


@cache
def field_properties(shape: str) -> dict[str, Any]:
    """Return the rights, type and length of a shape's scalar members. No rights are restricted,
    which is null. The value is shared: never change it."""
    longest = LONGEST.get(shape, {})
    return {
        name: {
            "FieldRight": None,
            "FieldType": NET[kind][0],
            "FieldLength": longest.get(name, NET[kind][1]),
        }
        for name, kind in SHAPES[shape].items()
        if kind in NET
    }
