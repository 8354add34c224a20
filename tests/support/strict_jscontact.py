"""A reader of JSContact (RFC 9553, RFC 9982) that forgives nothing, and the way back to a Contact.

The grammar stands as tables: the members of each object type, what each holds, and which are
mandatory. It knows what our writer may write and no more: a member that stands in no table is an
error, registered or not. It uses no code of the writer it judges.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from vcardsvc.model.contact import (
    Address,
    Contact,
    Email,
    Phone,
    PhoneLabel,
    Photo,
    PlaceLabel,
    Website,
)

Check = Callable[[Any, str], None]

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,255}")
"""Id, RFC 9553 section 1.4.1."""
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_ALPHA_2: Final = re.compile(r"[A-Z]{2}")
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+-]+")


class NotJSContact(Exception):
    """The octets are not a Card; the argument says where and why."""


def card(octets: bytes) -> dict[str, Any]:
    """The Card in these octets. Raises NotJSContact."""
    try:
        text = octets.decode()
        found = json.loads(text, object_pairs_hook=_unique)
    except ValueError as fault:
        raise NotJSContact(f"not JSON in UTF-8: {fault}") from fault
    _i_json(text)
    if not isinstance(found, dict):
        raise NotJSContact("/: not an object")
    _OBJECTS["Card"](found, "")
    if found["version"] == "1.0" and "uid" not in found:
        raise NotJSContact("/: no uid")  # optional by RFC 9982 section 4
    return found


def contact(members: Mapping[str, Any]) -> Contact:
    """The Contact that a Card of ours says. A number in form of a tel URI comes back in E.164, `p`
    before its extension."""
    components = {one["kind"]: one["value"] for one in members["name"].get("components", [])}
    media = list(members.get("media", {}).values())
    return Contact(
        first=components.get("given", ""),
        last=components.get("surname", ""),
        suffix=components.get("generation", components.get("credential", "")),
        prefix=components.get("title", ""),
        middle=components.get("given2", ""),
        organization=_only(members, "organizations", "name"),
        unit=_unit(members),
        title=_only(members, "titles", "name"),
        note=_only(members, "notes", "note"),
        phones=tuple(_phone(one) for one in _listed(members, "phones")),
        emails=tuple(
            Email(address=one["address"], label=_place(one)) for one in _listed(members, "emails")
        ),
        addresses=tuple(map(_address, _listed(members, "addresses"))),
        websites=tuple(
            Website(url=one["uri"], label=one.get("label", "")) for one in _listed(members, "links")
        ),
        uid=members["uid"],
        photo=_photo(media[0]["uri"]) if media else None,
    )


def _fault(where: str, why: str) -> NotJSContact:
    return NotJSContact(f"{where or '/'}: {why}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member stands twice")
    return dict(pairs)


def _i_json(text: str) -> None:
    """No noncharacter stands anywhere (RFC 7493 section 2.1)."""
    if any(ord(one) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(one) <= 0xFDEF for one in text):
        raise NotJSContact("/: a noncharacter")


def _string(value: Any, where: str) -> None:
    if type(value) is not str:
        raise _fault(where, "not a String")


def _filled(value: Any, where: str) -> None:
    _string(value, where)
    if not value:
        raise _fault(where, "an empty String says nothing")


def _boolean(value: Any, where: str) -> None:
    if type(value) is not bool:
        raise _fault(where, "not a Boolean")


def _pref(value: Any, where: str) -> None:
    if type(value) is not int or not 1 <= value <= 100:
        raise _fault(where, "no preference (section 1.5.3)")


def _one_of(*values: str) -> Check:
    def check(value: Any, where: str) -> None:
        if value not in values:
            raise _fault(where, f"none of {', '.join(values)}")

    return check


def _like(pattern: re.Pattern[str]) -> Check:
    def check(value: Any, where: str) -> None:
        _string(value, where)
        if not pattern.fullmatch(value):
            raise _fault(where, f"not like {pattern.pattern}")

    return check


def _set_of(*values: str) -> Check:
    """String[Boolean]: each member is true, and there is at least one."""

    def check(value: Any, where: str) -> None:
        if type(value) is not dict or not value:
            raise _fault(where, "not a set")
        for name, one in value.items():
            _one_of(*values)(name, where)
            if one is not True:
                raise _fault(f"{where}/{name}", "not true")

    return check


def _by_id(type_: str) -> Check:
    """Id[type]: at least one."""

    def check(value: Any, where: str) -> None:
        if type(value) is not dict or not value:
            raise _fault(where, "not an object with entries")
        for name, one in value.items():
            _like(_ID)(name, where)
            _OBJECTS[type_](one, f"{where}/{name}")

    return check


def _list_of(type_: str) -> Check:
    def check(value: Any, where: str) -> None:
        if type(value) is not list or not value:
            raise _fault(where, "not a list with entries")
        for place, one in enumerate(value):
            _OBJECTS[type_](one, f"{where}/{place}")

    return check


def _object(needed: Mapping[str, Check], free: Mapping[str, Check], *one_of: str) -> Check:
    """An object with all of `needed`, any of `free`, and at least one of `one_of`."""

    def check(value: Any, where: str) -> None:
        if type(value) is not dict:
            raise _fault(where, "not an object")
        if missing := [name for name in needed if name not in value]:
            raise _fault(where, f"no {', '.join(missing)}")
        if one_of and not any(name in value for name in one_of):
            raise _fault(where, f"none of {', '.join(one_of)}")
        for name, inside in value.items():
            maybe_check = needed.get(name) or free.get(name)
            if maybe_check is None:
                raise _fault(f"{where}/{name}", "no such member")
            maybe_check(inside, f"{where}/{name}")

    return check


_CONTEXTS: Final = _set_of("private", "work")
_FEATURES: Final = _set_of(
    "mobile", "voice", "text", "video", "main-number", "textphone", "fax", "pager"
)

_OBJECTS: Final[dict[str, Check]] = {
    # section 2.1
    "Card": _object(
        {"@type": _one_of("Card"), "version": _one_of("1.0", "2.0")},
        {
            "uid": _filled,
            "kind": _one_of("individual", "group", "org", "location", "device", "application"),
            "prodId": _filled,
            "name": _object({}, {
                "components": _list_of("NameComponent"), "isOrdered": _boolean, "full": _filled,
            }, "components", "full"),
            "organizations": _by_id("Organization"),
            "titles": _by_id("Title"),
            "phones": _by_id("Phone"),
            "emails": _by_id("EmailAddress"),
            "addresses": _by_id("Address"),
            "links": _by_id("Link"),
            "media": _by_id("Media"),
            "notes": _by_id("Note"),
        },
    ),
    # section 2.2.1
    "NameComponent": _object({
        "kind": _one_of(
            "title", "given", "given2", "surname", "surname2", "credential", "generation",
        ),
        "value": _filled,
    }, {}),
    # section 2.2.3; a contact has one unit
    "Organization": _object({}, {"name": _filled, "units": _list_of("OrgUnit")}, "name", "units"),
    "OrgUnit": _object({"name": _filled}, {}),
    # section 2.2.5
    "Title": _object({"name": _filled}, {"kind": _one_of("title", "role")}),
    # section 2.3.1
    "EmailAddress": _object({"address": _filled}, {"contexts": _CONTEXTS, "pref": _pref}),
    # section 2.3.3
    "Phone": _object(
        {"number": _filled}, {"features": _FEATURES, "contexts": _CONTEXTS, "pref": _pref}
    ),
    # section 2.5.1
    "Address": _object(
        {},
        {
            "full": _filled, "contexts": _CONTEXTS, "countryCode": _like(_ALPHA_2),
            "components": _list_of("AddressComponent"),
        },
        "full", "countryCode", "components",
    ),
    # section 2.5.1.2; the kinds that a contact has
    "AddressComponent": _object({
        "kind": _one_of("name", "locality", "region", "postcode", "country"), "value": _filled,
    }, {}),
    # section 2.6.3; what a caller calls a website need not be a whole URI
    "Link": _object({"uri": _filled}, {"label": _filled}),
    # section 2.6.4
    "Media": _object(
        {"kind": _one_of("photo", "sound", "logo"), "uri": _like(_URI)},
        {"mediaType": _like(_MEDIA_TYPE)},
    ),
    # section 2.8.3
    "Note": _object({"note": _filled}, {}),
}  # fmt: skip

_LABELS: Final[dict[tuple[frozenset[str], frozenset[str]], PhoneLabel]] = {
    (frozenset({"voice"}), frozenset({"work"})): "work",
    (frozenset({"voice"}), frozenset({"private"})): "home",
    (frozenset({"voice", "mobile"}), frozenset()): "mobile",
    (frozenset({"fax"}), frozenset({"work"})): "fax",
    (frozenset({"pager"}), frozenset()): "pager",
    (frozenset({"voice", "main-number"}), frozenset()): "main",
    (frozenset({"voice"}), frozenset()): "other",
}
_PLACES: Final[dict[str, PlaceLabel]] = {"work": "work", "private": "home"}


def _listed(members: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return list(members.get(name, {}).values())


def _only(members: Mapping[str, Any], name: str, member: str) -> str:
    found = [one.get(member, "") for one in _listed(members, name)]
    if len(found) > 1:
        raise NotJSContact(f"/{name}: more than a contact has")
    return found[0] if found else ""


def _unit(members: Mapping[str, Any]) -> str:
    units = [
        unit["name"] for one in _listed(members, "organizations") for unit in one.get("units", ())
    ]
    if len(units) > 1:
        raise NotJSContact("/organizations: more units than a contact has")
    return "".join(units)


def _address(one: Mapping[str, Any]) -> Address:
    listed = one.get("components", ())
    parts = {part["kind"]: part["value"] for part in listed}
    if len(parts) != len(listed) or not all(value in one["full"] for value in parts.values()):
        raise NotJSContact("/addresses: two of a kind, or a part that the whole does not have")
    return Address(
        text=parts.get("name", "") if parts else one["full"],
        label=_place(one),
        country=one.get("countryCode", "").lower(),
        locality=parts.get("locality", ""),
        region=parts.get("region", ""),
        code=parts.get("postcode", ""),
        nation=parts.get("country", ""),
    )


def _place(one: Mapping[str, Any]) -> PlaceLabel:
    (context,) = one["contexts"]
    return _PLACES[context]


def _phone(one: Mapping[str, Any]) -> Phone:
    number = one["number"]
    if number.startswith("tel:"):
        number = number.removeprefix("tel:").replace(";ext=", "p")
    label = _LABELS[frozenset(one["features"]), frozenset(one.get("contexts", {}))]
    return Phone(number=number, label=label)


def _photo(uri: str) -> Photo:
    head, _, coded = uri.partition(",")
    if head != "data:image/jpeg;base64":
        raise NotJSContact(f"/media: {head}")
    return Photo(jpeg=base64.b64decode(coded, validate=True), width=1, height=1)
