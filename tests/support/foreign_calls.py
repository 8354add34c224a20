"""Every call of every vendor in which one account names an entry of another one.

`test_cross_account` sends each row twice: where the other account has contacts, and where none has.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tests.support.autodns import SEED
from tests.support.domainchief import STUDIO

SECRET: Final = "Wexcombe"
"""What only the owner's contacts say."""

SOUGHT: Final = "Quillington"
"""What strangers know of them, and look for."""

PERSON: Final = {**SEED, "alias": "quillington-1", "lname": SOUGHT, "city": SECRET}
ALIKE: Final = {**PERSON, "city": "Ulm"}
"""The same name with other data: a second one in an address book is refused."""

STUDIO_OF_MINE: Final = {
    **STUDIO,
    "last_name": SOUGHT,
    "address_city": SECRET,
    "metadata": {"customer_id": "4821"},
    "is_default": True,
}
COMPANY: Final = {"Name": SOUGHT, "Department": SECRET}
CONTACT_KEY: Final = "quillington@example.com"


def _pairs(members: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in members.items()]


def subscriber(key: str = CONTACT_KEY, **names: Any) -> dict[str, Any]:
    """A contact of Marketing Cloud under this key."""
    email: dict[str, Any] = {"Email Address": CONTACT_KEY, "HTML Enabled": True}
    sets = {"Email Addresses": email, "Email Demographics": {"Last Name": SECRET}}
    tasks_xml = [
        {"name": name, "items": [{"values": _pairs(members)}]} for name, members in sets.items()
    ]
    return {"contactKey": key, "attributeSets": tasks_xml, **names}


def _part() -> list[dict[str, Any]]:
    """What changes a contact and makes none."""
    return [{"name": "Email Demographics", "items": [{"values": _pairs({"First Name": "A"})}]}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a stranger names, and the key that he asks with."""

    key: str
    id: int
    handle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request below a vendor's mount, without its key where that goes into a header."""

    method: str
    path: str
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Row = Callable[[Named], Call]


def _call(method: str, path: str, value: Any = None, **headers: str) -> Call:
    body = b"" if value is None else json.dumps(value).encode()
    named = {name.replace("_", "-"): members for name, members in headers.items()}
    return Call(method=method, path=path, body=body, headers=named)


def xml(*tasks: str, key: str, owner: str = "") -> Call:
    """A request of these tasks to the XML gateway."""
    members = f"<owner><user>{owner}</user><context>4</context></owner>" if owner else ""
    head = f"<auth><user>mine</user><password>{key}</password><context>4</context></auth>{members}"
    tasks_xml = "".join(f"<task>{task}</task>" for task in tasks)
    body = f"<request>{head}{tasks_xml}</request>".encode()
    return Call(method="POST", path="/", body=body, content_type="application/xml")


def _task(code: str, inside: str) -> str:
    return f"<code>{code}</code><handle>{inside}</handle>"


def _person_xml(inside: str = "") -> str:
    return (
        f"{inside}<alias>quillington-1</alias><type>PERSON</type><fname>john</fname>"
        f"<lname>{SOUGHT}</lname><organization>Company</organization><city>Ulm</city>"
    )


def _search(*filters: Mapping[str, Any], **headers: str) -> Call:
    return _call("POST", "/contact/_search", {"filters": list(filters)}, **headers)


def _filter(key: str, value: Any, operator: str = "EQUAL") -> dict[str, Any]:
    return {"key": key, "value": value, "operator": operator}


CARD: Final = "text/vcard"
CONTACTS: Final = "/api/v1/contacts"
OFFICE: Final = "/api/v1/Contact"
CREATE: Final = "/contacts/v1/contacts"
CHANGE: Final = {"address_city": "Delft"}

AUTODNS: Final[Mapping[tuple[str, str], Row]] = {
    ("info", "by id"): lambda of: _call("GET", f"/contact/{of.id}"),
    ("info", "HEAD"): lambda of: _call("HEAD", f"/contact/{of.id}"),
    ("info", "suffix"): lambda of: _call("GET", f"/contact/{of.id}.vcf"),
    ("info", "Accept"): lambda of: _call("GET", f"/contact/{of.id}", accept=CARD),
    ("info", "a link"): lambda of: _call("GET", f"/contact/{of.id}?as=link"),
    ("update", "by id"): lambda of: _call("PUT", f"/contact/{of.id}", SEED),
    ("update", "a card"): lambda of: _call("PUT", f"/contact/{of.id}", SEED, accept=CARD),
    ("delete", "by id"): lambda of: _call("DELETE", f"/contact/{of.id}"),
    ("list", "all"): lambda of: _search(),
    ("list", "no body"): lambda of: _call("POST", "/contact/_search"),
    ("list", "all cards"): lambda of: _search(accept=CARD),
    ("list", "by id"): lambda of: _search(_filter("id", of.id)),
    ("list", "by id as text"): lambda of: _search(_filter("id", str(of.id))),
    ("list", "by ids"): lambda of: _search(
        {**_filter("id", of.id), "link": "OR"}, _filter("id", of.id + 1)
    ),
    ("list", "card by id"): lambda of: _search(_filter("id", of.id), accept=CARD),
    ("list", "by alias"): lambda of: _search(_filter("alias", "quillington-1")),
    ("list", "card by alias"): lambda of: _search(_filter("alias", "quillington-1"), accept=CARD),
    ("list", "by a word"): lambda of: _search(_filter("lname", SOUGHT, "LIKE")),
    ("list", "cards by a word"): lambda of: _search(_filter("lname", "Q%", "LIKE"), accept=CARD),
    ("create", "the same person"): lambda of: _call("POST", "/contact", ALIKE),
    ("create", "with an id"): lambda of: _call("POST", "/contact", {**ALIKE, "id": of.id}),
    ("create", "a card"): lambda of: _call("POST", "/contact", ALIKE, accept=CARD),
    ("gateway", "0304 by id"): lambda of: xml(_task("0304", f"<id>{of.id}</id>"), key=of.key),
    ("gateway", "0304 by alias"): lambda of: xml(
        _task("0304", "<alias>quillington-1</alias>"), key=of.key
    ),
    ("gateway", "0304 for an owner"): lambda of: xml(
        _task("0304", f"<id>{of.id}</id>"), key=of.key, owner="mine"
    ),
    ("gateway", "0304 a card"): lambda of: replace(
        xml(_task("0304", f"<id>{of.id}</id>"), key=of.key), headers={"accept": CARD}
    ),
    ("gateway", "0302 by id"): lambda of: xml(
        _task("0302", _person_xml(f"<id>{of.id}</id>")), key=of.key
    ),
    ("gateway", "0303 by id"): lambda of: xml(_task("0303", f"<id>{of.id}</id>"), key=of.key),
    ("gateway", "0301 the same person"): lambda of: xml(_task("0301", _person_xml()), key=of.key),
    ("gateway", "0301 with an id"): lambda of: xml(
        _task("0301", _person_xml(f"<id>{of.id}</id>")), key=of.key, owner="mine"
    ),
    ("gateway", "several codes"): lambda of: xml(
        _task("0302", f"<id>{of.id}</id><lname>Roe</lname>"),
        _task("0304", f"<id>{of.id}</id>"),
        _task("0303", f"<id>{of.id}</id>"),
        key=of.key,
    ),
    ("gateway", "several"): lambda of: xml(
        _task("0301", _person_xml()), _task("0304", f"<id>{of.id}</id>"), key=of.key
    ),
}  # fmt: skip

DOMAINCHIEF: Final[Mapping[tuple[str, str], Row]] = {
    ("show", "by handle"): lambda of: _call("GET", f"{CONTACTS}/{of.handle}"),
    ("show", "HEAD"): lambda of: _call("HEAD", f"{CONTACTS}/{of.handle}"),
    ("show", "by number"): lambda of: _call("GET", f"{CONTACTS}/{of.id}"),
    ("show", "suffix"): lambda of: _call("GET", f"{CONTACTS}/{of.handle}.vcf"),
    ("show", "a link"): lambda of: _call("GET", f"{CONTACTS}/{of.handle}?as=link"),
    ("show", "expanded"): lambda of: _call("GET", f"{CONTACTS}/{of.handle}?expand[]=parent"),
    ("update", "by handle"): lambda of: _call("PATCH", f"{CONTACTS}/{of.handle}", CHANGE),
    ("update", "default"): lambda of: _call(
        "PATCH", f"{CONTACTS}/{of.handle}", {"is_default": True}
    ),
    ("update", "wrong"): lambda of: _call("PATCH", f"{CONTACTS}/{of.handle}", {"first_name": "A"}),
    ("update", "a card"): lambda of: _call(
        "PATCH", f"{CONTACTS}/{of.handle}", CHANGE, accept=CARD
    ),
    ("delete", "by handle"): lambda of: _call("DELETE", f"{CONTACTS}/{of.handle}"),
    ("batch", "by handle"): lambda of: _call(
        "POST", f"{CONTACTS}/list", {"contacts": [of.handle], "expand": ["parent"]}
    ),
    ("batch", "cards"): lambda of: _call(
        "POST", f"{CONTACTS}/list", {"contacts": [of.handle]}, accept=CARD
    ),
    ("list", "all"): lambda of: _call("GET", CONTACTS),
    ("list", "all cards"): lambda of: _call("GET", f"{CONTACTS}.vcf"),
    ("list", "sorted"): lambda of: _call("GET", f"{CONTACTS}?sort=-is_default,handle&page=1"),
    ("list", "the next page"): lambda of: _call("GET", f"{CONTACTS}?page=2&per_page=1"),
    ("list", "children"): lambda of: _call("GET", f"{CONTACTS}?parent_handle={of.handle}"),
    ("list", "children's cards"): lambda of: _call(
        "GET", f"{CONTACTS}.vcf?parent_handle={of.handle}"
    ),
    ("list", "by a word"): lambda of: _call("GET", f"{CONTACTS}?query={SOUGHT}"),
    ("list", "cards by a word"): lambda of: _call(
        "GET", f"{CONTACTS}?query={SOUGHT}", accept=CARD
    ),
    ("list", "by metadata"): lambda of: _call("GET", f"{CONTACTS}?metadata[customer_id]=4821"),
    ("list", "cards by metadata"): lambda of: _call(
        "GET", f"{CONTACTS}.vcf?metadata[customer_id]=4821&page=1"
    ),
    ("create", "the same"): lambda of: _call("POST", CONTACTS, STUDIO_OF_MINE),
    ("create", "below it"): lambda of: _call(
        "POST", f"{CONTACTS}?expand[]=parent", {**STUDIO, "parent_handle": of.handle}
    ),
    ("create", "a card below it"): lambda of: _call(
        "POST", CONTACTS, {**STUDIO, "parent_handle": of.handle}, accept=CARD
    ),
    ("create", "with its handle"): lambda of: _call(
        "POST", CONTACTS, {**STUDIO, "handle": of.handle, "id": of.id}
    ),
}  # fmt: skip

SUPEROFFICE: Final[Mapping[tuple[str, str], Row]] = {
    ("show", "by id"): lambda of: _call("GET", f"{OFFICE}/{of.id}"),
    ("show", "HEAD"): lambda of: _call("HEAD", f"{OFFICE}/{of.id}"),
    ("show", "other case"): lambda of: _call("GET", f"/API/V1/CONTACT/0{of.id}"),
    ("show", "XML"): lambda of: _call("GET", f"{OFFICE}/{of.id}", accept="application/xml"),
    ("show", "selected"): lambda of: _call("GET", f"{OFFICE}/{of.id}?$select=department"),
    ("show", "suffix"): lambda of: _call("GET", f"{OFFICE}/{of.id}.vcf"),
    ("show", "a link"): lambda of: _call("GET", f"{OFFICE}/{of.id}?as=link"),
    ("show", "if changed"): lambda of: _call(
        "GET", f"{OFFICE}/{of.id}", if_modified_since="Fri, 01 Jan 2100 00:00:00 GMT"
    ),
    ("show", "if unchanged"): lambda of: _call(
        "GET", f"{OFFICE}/{of.id}", if_unmodified_since="Fri, 01 Jan 2010 00:00:00 GMT"
    ),
    ("list", "all"): lambda of: _call("GET", OFFICE),
    ("list", "all cards"): lambda of: _call("GET", f"{OFFICE}.vcf"),
    ("list", "by id"): lambda of: _call("GET", f"{OFFICE}?$filter=contactId eq {of.id}"),
    ("list", "by id or"): lambda of: _call(
        "GET", f"{OFFICE}?$filter=name eq 'x' or contactId eq {of.id}&$select=department"
    ),
    ("list", "by name"): lambda of: _call("GET", f"{OFFICE}?$filter=name eq '{SOUGHT}'"),
    ("list", "cards by a part"): lambda of: _call(
        "GET", f"{OFFICE}.vcf?$filter=name contains '{SOUGHT[1:5]}'"
    ),
    ("list", "without"): lambda of: _call("GET", f"{OFFICE}?$filter=orgNr eq ''"),
    ("list", "sorted"): lambda of: _call("GET", f"{OFFICE}?$orderBy=department&$top=5"),
    ("list", "XML"): lambda of: _call("GET", OFFICE, accept="application/xml"),
    ("replace", "by id"): lambda of: _call("PUT", f"{OFFICE}/{of.id}", {"Name": "A"}),
    ("replace", "a card"): lambda of: _call(
        "PUT", f"{OFFICE}/{of.id}", {"Name": "A"}, accept=CARD
    ),
    ("update", "by id"): lambda of: _call("PATCH", f"{OFFICE}/{of.id}", {"OrgNr": "A"}),
    ("update", "a patch"): lambda of: _call(
        "PATCH", f"{OFFICE}/{of.id}", [{"op": "replace", "path": "/OrgNr", "value": "A"}]
    ),
    ("update", "a card"): lambda of: _call(
        "PATCH", f"{OFFICE}/{of.id}", {"OrgNr": "A"}, accept=CARD
    ),
    ("delete", "by id"): lambda of: _call("DELETE", f"{OFFICE}/{of.id}"),
    ("delete", "if unchanged"): lambda of: _call(
        "DELETE", f"{OFFICE}/{of.id}", if_unmodified_since="Fri, 01 Jan 2010 00:00:00 GMT"
    ),
    ("create", "with its id"): lambda of: _call("POST", OFFICE, {**COMPANY, "ContactId": of.id}),
    ("create", "a card"): lambda of: _call(
        "POST", f"{OFFICE}/", {**COMPANY, "ContactId": of.id}, accept=CARD
    ),
    ("create", "its person"): lambda of: _call(
        "POST", OFFICE, {"Name": "A", "Persons": [{"ContactId": of.id, "Firstname": "B"}]}
    ),
    ("validate", "with its id"): lambda of: _call(
        "POST", f"{OFFICE}/Validate", {**COMPANY, "ContactId": of.id}
    ),
    ("default", "nothing"): lambda of: _call("GET", f"{OFFICE}/default"),
}  # fmt: skip

MARKETINGCLOUD: Final[Mapping[tuple[str, str], Row]] = {
    ("createContact", "the same"): lambda of: _call("POST", CREATE, subscriber()),
    ("createContact", "other data"): lambda of: _call("POST", CREATE, subscriber(contactID=7)),
    ("createContact", "its number"): lambda of: _call(
        "POST", CREATE, subscriber("", contactID=of.id)
    ),
    ("createContact", "a card"): lambda of: _call(
        "POST", CREATE, subscriber(contactID=7), accept=CARD
    ),
    ("createContact", "a suffix"): lambda of: _call(
        "POST", f"{CREATE}.vcf", subscriber(contactID=7)
    ),
    ("updateContact", "by key"): lambda of: _call("PATCH", CREATE, subscriber()),
    ("updateContact", "by its number"): lambda of: _call(
        "PATCH", CREATE, subscriber("", contactID=of.id)
    ),
    ("updateContact", "a part"): lambda of: _call(
        "PATCH", CREATE, {**subscriber(), "attributeSets": _part()}
    ),
    ("updateContact", "a card"): lambda of: _call("PATCH", CREATE, subscriber(), accept=CARD),
    ("requestTokenV1", "its client"): lambda of: _call(
        "POST", "/v1/requestToken", {"clientId": "mine", "clientSecret": of.key}
    ),
    ("requestToken", "its account"): lambda of: _call(
        "POST",
        "/v2/token",
        {
            "grant_type": "client_credentials",
            "client_id": "mine",
            "client_secret": of.key,
            "account_id": of.id,
        },
    ),
}  # fmt: skip

ROWS: Final[Mapping[tuple[str, str, str], Row]] = {
    (vendor, *name): row
    for vendor, rows in {
        "autodns": AUTODNS,
        "domainchief": DOMAINCHIEF,
        "superoffice": SUPEROFFICE,
        "marketingcloud": MARKETINGCLOUD,
    }.items()
    for name, row in rows.items()
}
"""(vendor, route, what is named) -> the call."""


def basic(key: str, user: str = "mine") -> str:
    """HTTP Basic with the key as its password."""
    return f"Basic {b64encode(f'{user}:{key}'.encode()).decode()}"


def authorization(vendor: str, key: str) -> str:
    """The key as this vendor's clients send it."""
    return basic(key) if vendor == "autodns" else f"Bearer {key}"
