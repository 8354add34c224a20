"""Reads the contacts of Microsoft Graph: one contact, or a list `{"value": [...]}`.

    givenName, middleName, surname, title (a prefix), generation (a suffix), displayName, nickName,
    companyName, department, jobTitle, profession, officeLocation, businessPhones [], homePhones [],
    mobilePhone, emailAddresses [{name, address}], imAddresses [], businessAddress, homeAddress and
    otherAddress {street, city, state, postalCode, countryOrRegion}, businessHomePage, birthday (a
    time in UTC, of which the date counts), personalNotes, categories [], spouseName, children [],
    manager, assistantName, yomiGivenName, yomiSurname, fileAs, id, createdDateTime,
    lastModifiedDateTime

Source: https://learn.microsoft.com/graph/api/resources/contact
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.imports.json_object import Contact, JsonObject, Located, located, read_contacts
from vcardsvc.imports.terms import add_date, add_name, components
from vcardsvc.vcard.parser.read_file import ReadFile

ABSENT: Final = "The JSON holds no contact of Microsoft Graph."

_ADDRESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "businessAddress": ("work",),
    "homeAddress": ("home",),
    "otherAddress": (),
}
_PHONES: Final[Mapping[str, tuple[str, ...]]] = {
    "businessPhones": ("work",),
    "homePhones": ("home",),
}
_RELATED: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "spouseName": (("spouse",), ""),
    "manager": ((), "Manager"),
    "assistantName": (("agent",), "Assistant"),
}
"""The people of a contact: the values of TYPE (RFC 6350 section 6.6.6) and a label."""

_TEXTS: Final[Mapping[str, str]] = {
    "jobTitle": "TITLE",
    "profession": "ROLE",
    "personalNotes": "NOTE",
    "yomiGivenName": "X-PHONETIC-FIRST-NAME",
    "yomiSurname": "X-PHONETIC-LAST-NAME",
    "yomiCompanyName": "X-PHONETIC-ORG",
    "fileAs": "X-FILE-AS",
    "id": "UID",
}
"""The members that are one property each."""

_TIMES: Final[Mapping[str, str]] = {"createdDateTime": "CREATED", "lastModifiedDateTime": "REV"}

_NEXT: Final = "@odata.nextLink"
"""The member of a list that names its next page."""

_DESCRIPTIONS: Final = ("changeKey", "parentFolderId")
"""Members that describe the record in Microsoft's account and not the person."""


def read_graph(value: Any) -> ReadFile:
    """Return the cards of the contacts. Raises NotACard where there is none."""
    found: list[Located] = []
    more: list[str] = []
    for place, one in located(value, ""):
        is_list = isinstance(one, dict) and isinstance(one.get("value"), list)
        found += located(one["value"], f"{place}/value") if is_list else [(place, one)]
        if is_list and one.get(_NEXT):
            more.append(f"{place}/{_NEXT}")
    return read_contacts(found, _read, ABSENT, more)


def _read(members: JsonObject, contact: Contact) -> None:
    full = members.text("displayName")
    add_name(
        contact,
        full=full,
        family=members.text("surname"),
        given=members.text("givenName"),
        additional=members.text("middleName"),
        prefix=members.text("title"),
        suffix=members.text("generation"),
    )
    contact.add("NICKNAME", tuple(filter(None, (members.text("nickName"),))))
    contact.add("ORG", components(members.text("companyName"), members.text("department")))
    for member, name in _TEXTS.items():
        contact.add(name, members.text(member))
    for member, types in _PHONES.items():
        for number in members.texts(member):
            contact.add("TEL", number, types=types)
    contact.add("TEL", members.text("mobilePhone"), types=("cell",))
    for email in members.objects("emailAddresses"):
        address, name = email.text("address"), email.text("name")
        params = (("X-DISPLAY-NAME", (name,)),) if name not in ("", full, address) else ()
        contact.add("EMAIL", address, params=params)
    for chat in members.texts("imAddresses"):
        contact.add("IMPP", chat, kind="uri" if ":" in chat else "text")
    office = members.text("officeLocation")
    for member, types in _ADDRESSES.items():
        _add_address(contact, members.object(member), types, office if types == ("work",) else "")
    contact.add("URL", members.text("businessHomePage"), kind="uri", types=("work",))
    add_date(contact, "BDAY", members.text("birthday"))
    add_date(contact, "ANNIVERSARY", members.text("weddingAnniversary"))
    contact.add("CATEGORIES", tuple(members.texts("categories")))
    for member, (types, label) in _RELATED.items():
        contact.add("RELATED", members.text(member), types=types, label=label)
    for child in members.texts("children"):
        contact.add("RELATED", child, types=("child",))
    for member, name in _TIMES.items():
        time = members.text(member)
        contact.add(name, time.replace("-", "").replace(":", ""), kind="timestamp")
    members.skip(*_DESCRIPTIONS)
    members.skip_where(lambda name: "@odata." in name)


def _add_address(
    contact: Contact, address: JsonObject, types: tuple[str, ...], office: str
) -> None:
    """Add an address; the office is the extended address of the business address, as Exchange
    writes it (MS-OXVCARD section 2.1.3.5)."""
    names = ("street", "city", "state", "postalCode", "countryOrRegion")
    contact.add("ADR", components("", office, *map(address.text, names)), types=types)
    address.close()
