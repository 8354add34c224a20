"""Reads the contacts of Google's People API: a person, or a page of them.

A person is an object of arrays, each entry with `metadata`; `metadata.primary` marks the first. The
page is `connections`, `otherContacts`, `results` or `responses` with `person` in each.

Source: Person in https://people.googleapis.com/$discovery/rest?version=v1
"""

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any, Final

from vcardsvc.errors import IGNORED
from vcardsvc.imports.json_object import (
    NOT_READ,
    Contact,
    JsonObject,
    Located,
    located,
    read_contacts,
)
from vcardsvc.imports.terms import add_date, add_name, components, partial_date, types_and_label
from vcardsvc.model.card import Property
from vcardsvc.vcard.parser.read_file import ReadFile
from vcardsvc.vcard.relations import RELATIONS

ABSENT: Final = "The JSON holds no person of the People API."

_PAGES: Final = ("connections", "otherContacts", "results", "responses")

_GENDERS: Final[Mapping[str, str]] = {"male": "M", "female": "F", "unspecified": "U"}
_VALUES: Final[Mapping[str, tuple[str, str]]] = {
    "locales": ("LANG", "language-tag"),
    "occupations": ("ROLE", "text"),
    "interests": ("INTEREST", "text"),
    "skills": ("EXPERTISE", "text"),
    "fileAses": ("X-FILE-AS", "text"),
}
"""The arrays whose entries have a `value` alone, and its property and value type."""

_DESCRIPTIONS: Final = ("etag", "metadata")
"""Members that describe the record in Google's account and not the person."""

_EVERYBODY: Final = ("", "myContacts")
"""The group that every contact is in."""


def read_people(value: Any) -> ReadFile:
    """Return the cards of the people. Raises NotACard where there is none."""
    found: list[Located] = []
    more: list[str] = []
    for place, one in located(value, ""):
        pages = [name for name in _PAGES if isinstance(one, dict) and name in one]
        for name in pages:
            found += map(_person, located(one[name], f"{place}/{name}"))
        if not pages:
            found.append(_person((place, one)))
        elif one.get("nextPageToken"):
            more.append(f"{place}/nextPageToken")
    return read_contacts(found, _read, ABSENT, more)


def _person(found: Located) -> Located:
    place, value = found
    if isinstance(value, dict) and "person" in value:
        return f"{place}/person", value["person"]
    return found


def _read(person: JsonObject, contact: Contact) -> None:
    for member, read in _READERS.items():
        for entry in person.objects(member, _is_primary):
            entry.skip("metadata", "formattedType")
            read(entry, contact)
    for member, (name, kind) in _VALUES.items():
        for entry in person.objects(member):
            entry.skip("metadata", "type", "formattedType")
            contact.add(name, entry.text("value"), kind=kind)
    contact.add("UID", person.text("resourceName"))
    person.skip(*_DESCRIPTIONS)


def _is_primary(entry: Any) -> bool:
    metadata = entry.get("metadata") if isinstance(entry, dict) else None
    return isinstance(metadata, dict) and metadata.get("primary") is True


def _name(entry: JsonObject, contact: Contact) -> None:
    """Add the first name as N; another one is the same person's in another of Google's services."""
    full = entry.text("displayName") or entry.text("unstructuredName")
    entry.skip("displayNameLastFirst", "unstructuredName")
    add_name(
        contact,
        full=full,
        family=entry.text("familyName"),
        given=entry.text("givenName"),
        additional=entry.text("middleName"),
        prefix=entry.text("honorificPrefix"),
        suffix=entry.text("honorificSuffix"),
    )
    contact.add("X-PHONETIC-FIRST-NAME", entry.text("phoneticGivenName"))
    contact.add("X-PHONETIC-MIDDLE-NAME", entry.text("phoneticMiddleName"))
    contact.add("X-PHONETIC-LAST-NAME", entry.text("phoneticFamilyName"))


def _nickname(entry: JsonObject, contact: Contact) -> None:
    entry.skip("type")
    contact.add("NICKNAME", tuple(filter(None, (entry.text("value"),))))


def _phone(entry: JsonObject, contact: Contact) -> None:
    kind = entry.text("type")
    types, label = (("main",), "") if kind == "main" else types_and_label(kind)
    number, canonical = entry.text("value"), entry.text("canonicalForm")
    contact.add("TEL", number or canonical, types=types, label=label)


def _email(entry: JsonObject, contact: Contact) -> None:
    types, label = types_and_label(entry.text("type"))
    name = entry.text("displayName")
    params = (("X-DISPLAY-NAME", (name,)),) if name else ()
    contact.add("EMAIL", entry.text("value"), types=types, label=label, params=params)


def _address(entry: JsonObject, contact: Contact) -> None:
    types, label = types_and_label(entry.text("type"))
    names = ("poBox", "extendedAddress", "streetAddress", "city", "region", "postalCode", "country")
    parts = components(*map(entry.text, names))
    full, code = entry.text("formattedValue"), entry.text("countryCode").upper()
    params = tuple((name, (text,)) for name, text in (("LABEL", full), ("CC", code)) if text)
    if any(parts) or full:
        contact.properties.append(
            Property(name="ADR", value=parts, types=types, label=label, params=params)
        )


def _organization(entry: JsonObject, contact: Contact) -> None:
    entry.skip("current")
    contact.add("ORG", components(entry.text("name"), entry.text("department")))
    contact.add("TITLE", entry.text("title"))
    contact.add("ROLE", entry.text("jobDescription"))
    contact.add("X-PHONETIC-ORG", entry.text("phoneticName"))


def _url(entry: JsonObject, contact: Contact) -> None:
    kind = entry.text("type")
    types, label = ((), "HomePage") if kind == "homePage" else types_and_label(kind)
    contact.add("URL", entry.text("value"), kind="uri", types=types, label=label)


def _birthday(entry: JsonObject, contact: Contact) -> None:
    _add_date(contact, "BDAY", entry)


def _event(entry: JsonObject, contact: Contact) -> None:
    kind = entry.text("type")
    if kind == "anniversary":
        _add_date(contact, "ANNIVERSARY", entry)
    else:
        _add_date(contact, "X-ABDATE", entry, label=kind)


def _add_date(contact: Contact, name: str, entry: JsonObject, **attributes: Any) -> None:
    """Add the date {year, month, day}, of which a part that is 0 is unknown; else its text."""
    date = entry.object("date")
    year, month, day = date.number("year"), date.number("month"), date.number("day")
    date.close()
    if year and day and not month:
        contact.problem(f"{date.place}/day", NOT_READ)
    text = entry.text("text")
    add_date(contact, name, partial_date(year, month, day) or text, **attributes)


def _biography(entry: JsonObject, contact: Contact) -> None:
    text = entry.text("value")
    contact.add("NOTE", plain_text(text) if entry.text("contentType") == "TEXT_HTML" else text)


def _photo(entry: JsonObject, contact: Contact) -> None:
    is_placeholder, url = entry.flag("default"), entry.text("url")
    contact.add("PHOTO", "" if is_placeholder else url, kind="uri")


def _cover(entry: JsonObject, contact: Contact) -> None:
    """Take a cover photo that is Google's own; another one is left to be named."""
    if entry.flag("default"):
        entry.skip("url")


def _membership(entry: JsonObject, contact: Contact) -> None:
    """Name the membership in a group, of which the API tells a number alone."""
    entry.skip("domainMembership")
    group = entry.object("contactGroupMembership")
    number, name = group.text("contactGroupId"), group.text("contactGroupResourceName")
    group.close()
    if (number or name.rpartition("/")[2]) not in _EVERYBODY:
        contact.problem(entry.place, NOT_READ, IGNORED)


def _im(entry: JsonObject, contact: Contact) -> None:
    types, label = types_and_label(entry.text("type"))
    service = entry.text("protocol") or "IM"
    entry.skip("formattedProtocol")
    params = (("SERVICE-TYPE", (service,)),)
    contact.add("IMPP", entry.text("username"), types=types, label=label, params=params)


def _sip(entry: JsonObject, contact: Contact) -> None:
    types, label = types_and_label(entry.text("type"))
    address = entry.text("value")
    uri = address if address.lower().startswith("sip") else f"sip:{address}"
    contact.add("IMPP", uri if address else "", kind="uri", types=types, label=label)


def _relation(entry: JsonObject, contact: Contact) -> None:
    kind = entry.text("type")
    maybe_type = RELATIONS.get("domestic partner" if kind == "domesticPartner" else kind.lower())
    label = "" if maybe_type == kind.lower() else kind
    contact.add(
        "RELATED", entry.text("person"), types=(maybe_type,) if maybe_type else (), label=label
    )


def _gender(entry: JsonObject, contact: Contact) -> None:
    entry.skip("formattedValue")
    kind = entry.text("value")
    if kind:
        sex = _GENDERS.get(kind)
        contact.add("GENDER", ((sex or "O",), () if sex else (kind,)))
    contact.add("PRONOUNS", entry.text("addressMeAs"))


def _calendar(entry: JsonObject, contact: Contact) -> None:
    kind = entry.text("type")
    name = "FBURL" if kind == "freeBusy" else "CALURI"
    types, label = types_and_label("" if kind == "freeBusy" else kind)
    contact.add(name, entry.text("url"), kind="uri", types=types, label=label)


def _own(entry: JsonObject, contact: Contact) -> None:
    contact.add("X-CUSTOM", entry.text("value"), label=entry.text("key"))


def _external_id(entry: JsonObject, contact: Contact) -> None:
    contact.add("X-EXTERNAL-ID", entry.text("value"), label=entry.text("type"))


def _location(entry: JsonObject, contact: Contact) -> None:
    entry.skip("current")
    parts = [entry.text(name) for name in ("value", "floor", "floorSection", "deskCode")]
    contact.add("X-OFFICE-LOCATION", ", ".join(filter(None, parts)))


_READERS: Final[Mapping[str, Callable[[JsonObject, Contact], None]]] = {
    "names": _name,
    "nicknames": _nickname,
    "organizations": _organization,
    "phoneNumbers": _phone,
    "emailAddresses": _email,
    "addresses": _address,
    "urls": _url,
    "imClients": _im,
    "sipAddresses": _sip,
    "birthdays": _birthday,
    "events": _event,
    "relations": _relation,
    "genders": _gender,
    "calendarUrls": _calendar,
    "locations": _location,
    "biographies": _biography,
    "photos": _photo,
    "userDefined": _own,
    "externalIds": _external_id,
    "coverPhotos": _cover,
    "memberships": _membership,
}
"""The reader of an entry of each array, in the order of the card's properties."""


_REFERENCE: Final = re.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
"""A character reference; the standard library raises on longer numbers."""

_TAG: Final = re.compile("</?([A-Za-z][A-Za-z0-9]*)")
_END_OF_TAG: Final = re.compile("[>\"']")
_BLOCKS: Final = frozenset(("br", "p", "div", "li"))


def plain_text(html: str) -> str:
    """Return the text of HTML without its elements; block elements begin a line.

    In linear time: html.parser searches for the end of every tag that has none.
    """
    pieces, at = [], 0
    while (start := html.find("<", at)) >= 0:
        pieces.append(html[at:start])
        maybe_tag = _TAG.match(html, start)
        is_comment = html.startswith("<!--", start)
        if maybe_tag:
            end = _after_tag(html, maybe_tag.end())
        elif is_comment or html.startswith(("<!", "<?"), start):
            mark = "-->" if is_comment else ">"
            place = html.find(mark, start)
            end = place + len(mark) if place >= 0 else -1
        else:
            end = start + 1
            pieces.append("<")
        at = start
        if end < 0:
            break
        at = end
        if maybe_tag and maybe_tag[1].lower() in _BLOCKS and html[start + 1] != "/":
            pieces.append("\n")
    text = "".join([*pieces, html[at:]])
    return _REFERENCE.sub(lambda found: unescape(found[0]), text).strip()


def _after_tag(html: str, at: int) -> int:
    """Return the place behind the end of a tag; -1 without one. Its quoted values may hold `>`."""
    begin = at
    while found := _END_OF_TAG.search(html, at):
        if found[0] == ">":
            return found.end()
        at = html.find(found[0], found.end()) + 1
        if not at:  # a lone apostrophe
            return html.find(">", begin) + 1 or -1
    return -1
