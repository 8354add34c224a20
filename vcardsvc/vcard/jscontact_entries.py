"""Maps the properties that JSContact lists to entries (RFC 9553) and back, as RFC 9555 has it.

Strategy: a row for each property says which object lists it and how its value and parameters are
called there. What an entry has no member for stands in its `vCardParams`: other parameters, types
that are neither contexts nor features, the group, and label and preference where they have no
member.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from vcardsvc.model.card import Binary, Property, Value, ValueType
from vcardsvc.vcard.data_uris import binary_of, data_uri
from vcardsvc.vcard.date_forms import basic_date, extended_date
from vcardsvc.vcard.jcard import merged_params
from vcardsvc.vcard.jscontact_addresses import address_of, parts_of, says_label
from vcardsvc.vcard.properties import is_uri

Entry = dict[str, Any]
Read = tuple[Value, ValueType, frozenset[str]]
"""A value, its type, and the members that it was read from beside that of the row."""

PLACES: Final = {"work": "work", "home": "private"}
"""TYPE work and home as contexts (RFC 9555; RFC 9553 section 1.5.1)."""

CONTEXTS: Final = {**PLACES, "billing": "billing", "delivery": "delivery"}
"""The types of an address as contexts (RFC 9553 section 2.5.1)."""

FEATURES: Final = {
    "cell": "mobile", "fax": "fax", "main-number": "main-number", "pager": "pager", "text": "text",
    "textphone": "textphone", "video": "video", "voice": "voice",
}  # fmt: skip
"""Types of TEL as features of a phone (RFC 9553 section 2.3.3)."""

_NAMED: Final = {feature: one for one, feature in FEATURES.items()}

MAIN: Final = "main-number"
"""A main number is one to call: it gets the feature "voice" too."""

LEVELS: Final = {"beginner": "low", "average": "medium", "expert": "high"}
"""LEVEL of EXPERTISE as a level (RFC 9555); those of HOBBY and INTEREST have the same words."""

OTHERS: Final = "vCardParams"
LABEL: Final = "x-ablabel"
"""The name in `vCardParams` of a label that an entry has no member for."""
PROP_ID: Final = "PROP-ID"

PLACED: Final = frozenset(("contexts",))
TYPED: Final = PLACED | {"pref"}
LABELLED: Final = TYPED | {"label"}

_DATE: Final = re.compile(r"(\d{4})?(?:(?:--|-)?(\d\d)(\d\d)?)?", re.A)
_ZONE: Final = re.compile(r"[A-Za-z]\w*/[\w/+-]+", re.A)
"""The name of a time zone of IANA's data base."""
_ETC: Final = re.compile(r"Etc/GMT([+-])(\d\d?)", re.A)
_OFFSET: Final = re.compile(r"([+-])(\d\d)(?:00)?", re.A)
_COUNTRY: Final = re.compile("[A-Z]{2}")


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """Says which member of an entry (`author/name`: in an object) a parameter is. `write` and
    `read` convert its text; they return None for what they do not take."""

    name: str
    member: str
    write: Callable[[str], Any] = _text
    read: Callable[[Any], str | None] = _text


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Says how a property is an entry of JSContact.

    `member` lists the entries, under Ids that begin with `id`. `value` is the member of the text,
    `kind` its value type. `before` and `after` are members that all its entries have. `common`
    names the members that entries of this sort may have beside. `write` and `read` are for values
    that are not simply a text; they return {} and None for what they do not take. `alone`: its
    entries have no other members than these. `usual`: so are entries without `after`.
    """

    name: str
    member: str
    id: str
    value: str = ""
    kind: ValueType = "text"
    before: tuple[tuple[str, str], ...] = ()
    after: tuple[tuple[str, str], ...] = ()
    common: frozenset[str] = frozenset()
    params: tuple[Param, ...] = ()
    write: Callable[[Property], Entry] | None = None
    read: Callable[[Mapping[str, Any]], Read | None] | None = None
    alone: bool = False
    usual: bool = False

    def is_of(self, entry: Mapping[str, Any]) -> bool:
        """Return whether an entry of this row's member is of this row's property."""
        if self.alone and not entry.keys() <= {self.value, *self.common, OTHERS, "@type"}:
            return False
        return all(
            entry.get(member, text if self.usual else None) == text
            for member, text in (*self.before, *self.after)
        )


def entry_of(row: Row, each: Property) -> Entry:
    """Return the entry of a property; {} for a value that it cannot have."""
    value = row.write(each) if row.write else _plain(row, each)
    if not value:
        return {}
    features = _features(each.types) if row.name == "TEL" else {}
    contexts = [one for one in each.types if one in _contexts(row)]
    own = {"pref": each.pref, "label": each.label}
    members, left = _members(row, each)
    entry = {
        **dict(row.before),
        **{name: one for name, one in value.items() if name != "components"},
        **({"features": features} if features else {}),
        **({"contexts": {CONTEXTS[one]: True for one in contexts}} if contexts else {}),
        **{name: one for name, one in own.items() if one and name in row.common},
        **({"components": value["components"]} if "components" in value else {}),
        **dict(row.after),
        **members,
    }
    known = {*contexts, *_types_of_features(features)}
    types = [one for one in each.types if one not in known and row.name != "RELATED"]
    others = {
        "group": each.group,
        "type": one_or_all(types),
        "pref": str(each.pref) if each.pref and "pref" not in row.common else "",
        LABEL: "" if "label" in row.common else each.label,
    }
    if MAIN in features and "voice" in each.types and MAIN in each.types:
        others["type"] = one_or_all([*types, "voice"])
    kept = {name: one for name, one in others.items() if one} | left
    return {**entry, OTHERS: kept} if kept else entry


def property_of(row: Row, entry: Mapping[str, Any], key: str = "") -> Property | None:
    """Return the property of an entry; None for one without the value. `key` is that of RELATED."""
    maybe_read = row.read(entry) if row.read else _plainly_read(row, entry)
    if row.name == "RELATED":
        maybe_read = (key, "uri" if is_uri(key) else "text", frozenset())
    if maybe_read is None:
        return None
    value, kind, consumed = maybe_read
    params: dict[str, tuple[str, ...]] = {}
    for param in row.params:
        maybe_text = param.read(_inside(entry, param.member))
        if maybe_text is not None and param.member not in consumed:
            params[param.name] = (maybe_text,)
    if row.name == "ADR" and (full := parts_of(entry)[1]):
        params["LABEL"] = (full,)
    others = other_params(entry[OTHERS]) if OTHERS in entry else {}
    params |= {name: texts for name, texts in others.items() if name not in _OWN}
    pref = entry.get("pref") if "pref" in row.common else None
    maybe_label = entry.get("label") if "label" in row.common else None
    if others and not _is_pref(pref):
        pref = _index(_first(others, "PREF"))
    if others and not isinstance(maybe_label, str):
        maybe_label = _first(others, LABEL.upper())
    return Property(
        name=row.name,
        value=value,
        kind=kind,
        types=tuple(dict.fromkeys((*_types(row, entry), *others.get("TYPE", ())))),
        pref=pref if _is_pref(pref) else 0,
        label=maybe_label if isinstance(maybe_label, str) else "",
        params=tuple(params.items()),
        group=_first(others, "GROUP") if others else "",
    )


def _first(params: Mapping[str, tuple[str, ...]], name: str) -> str:
    return next(iter(params.get(name, ())), "")


_OWN: Final = frozenset(("GROUP", "PREF", "TYPE", LABEL.upper()))


def other_params(value: Any) -> dict[str, tuple[str, ...]]:
    """Return the parameters of a `vCardParams`, without those that are no texts."""
    if not isinstance(value, dict):
        return {}
    texts = {
        name.upper(): tuple(one) if isinstance(one, list) else (one,) for name, one in value.items()
    }
    return {name: one for name, one in texts.items() if all(isinstance(each, str) for each in one)}


def one_or_all(texts: Iterable[str]) -> Any:
    """Return one text as a string, several as an array."""
    listed = list(texts)
    return listed[0] if len(listed) == 1 else listed


def _is_pref(value: Any) -> TypeGuard[int]:
    return type(value) is int and 1 <= value <= 100


def _inside(entry: Mapping[str, Any], path: str) -> Any:
    outer, _, inner = path.partition("/")
    value = entry.get(outer)
    return value.get(inner) if inner and isinstance(value, dict) else None if inner else value


def _members(row: Row, each: Property) -> tuple[Entry, dict[str, Any]]:
    """Return the parameters that are members of the entry, and those that are left."""
    params = {param.name: param for param in row.params}
    members: Entry = {}
    left = {}
    for name, texts in merged_params(each).items():
        maybe_param = params.get(name) if len(texts) == 1 else None
        value = maybe_param.write(texts[0]) if maybe_param else None
        if maybe_param and value is not None and maybe_param.read(value) == texts[0]:
            outer, _, inner = maybe_param.member.partition("/")
            members[outer] = {**members.get(outer, {}), inner: value} if inner else value
        elif name != PROP_ID and not (row.name == "ADR" and name == "LABEL" and says_label(each)):
            left[name.lower()] = one_or_all(texts)
    return members, left


def _contexts(row: Row) -> Mapping[str, str]:
    """Return the contexts that entries of a row may have; an address has more (RFC 9553 section
    2.5.1)."""
    if "contexts" not in row.common:
        return {}
    return CONTEXTS if row.member == "addresses" else PLACES


def _features(types: tuple[str, ...]) -> dict[str, bool]:
    features = {FEATURES[one]: True for one in types if one in FEATURES}
    return {**features, "voice": True} if MAIN in features else features


def _types_of_features(features: Iterable[str]) -> list[str]:
    return [_NAMED[feature] for feature in features]


def _types(row: Row, entry: Mapping[str, Any]) -> list[str]:
    """Return the types of the contexts and features, or of the relation: what is called has its
    context first."""
    if row.name == "RELATED":
        return [one.lower() for one in _flags(entry.get("relation"))]
    found = _flags(entry["contexts"]) if "contexts" in entry else []
    contexts = [one for one, context in _contexts(row).items() if context in found] if found else []
    if row.name != "TEL":
        return contexts
    features = [_NAMED[one] for one in _flags(entry.get("features")) if one in _NAMED]
    if MAIN in features and "voice" in features:
        features.remove("voice")
    return [*contexts, *features] if "voice" in features else [*features, *contexts]


def _flags(value: Any) -> list[str]:
    """Return the members of a set (RFC 9553: String[Boolean]), all of which are true."""
    return [one for one, flag in value.items() if flag is True] if isinstance(value, dict) else []


def _plain(row: Row, each: Property) -> Entry:
    return {row.value: each.value} if isinstance(each.value, str) and each.value else {}


def _plainly_read(row: Row, entry: Mapping[str, Any]) -> Read | None:
    text = entry.get(row.value)
    return (text, row.kind, frozenset()) if isinstance(text, str) and text else None


def _phone(entry: Mapping[str, Any]) -> Read | None:
    number = entry.get("number")
    if not isinstance(number, str) or not number:
        return None
    return number, "uri" if is_uri(number) else "text", frozenset()


def _nickname(each: Property) -> Entry:
    value = each.value
    return {"name": value[0]} if isinstance(value, tuple) and len(value) == 1 and value[0] else {}


def _nickname_read(entry: Mapping[str, Any]) -> Read | None:
    name = entry.get("name")
    return ((name,), "text", frozenset()) if isinstance(name, str) and name else None


def _organization(each: Property) -> Entry:
    parts = each.value if isinstance(each.value, tuple) else ()
    names = ["".join(part) for part in parts]
    if not any(names) or any(len(part) > 1 for part in parts) or not all(names[1:]):
        return {}
    name = {"name": names[0]} if names[0] else {}
    return {**name, "units": [{"name": unit} for unit in names[1:]]} if names[1:] else name


def _organization_read(entry: Mapping[str, Any]) -> Read | None:
    units = entry.get("units")
    names = [entry.get("name", "")]
    names += [one.get("name") if isinstance(one, dict) else None for one in _list(units)]
    if not any(names) or not all(isinstance(name, str) for name in names) or not all(names[1:]):
        return None
    return tuple((name,) if name else () for name in names), "text", frozenset()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _resource(each: Property) -> Entry:
    if isinstance(each.value, Binary):
        kind = {"mediaType": each.value.media_type} if each.value.media_type else {}
        return {"uri": data_uri(each.value), **kind}
    return {"uri": each.value} if each.kind == "uri" and each.value else {}


def _resource_read(entry: Mapping[str, Any]) -> Read | None:
    uri = entry.get("uri")
    if not isinstance(uri, str) or not uri:
        return None
    maybe_binary = binary_of(uri)
    if maybe_binary is None:
        return uri, "uri", frozenset()
    told = entry.get("mediaType") == maybe_binary.media_type
    return maybe_binary, "binary", frozenset(("mediaType",) if told else ())


def _service(each: Property) -> Entry:
    if not isinstance(each.value, str) or not each.value:
        return {}
    return {"uri" if each.kind == "uri" else "user": each.value}


def _service_read(entry: Mapping[str, Any]) -> Read | None:
    uri, user = entry.get("uri"), entry.get("user")
    if isinstance(uri, str) and uri:
        return uri, "uri", frozenset()
    return (user, "text", frozenset(("user",))) if isinstance(user, str) and user else None


def _address_read(entry: Mapping[str, Any]) -> Read | None:
    value, label = parts_of(entry)
    is_labelled = OTHERS in entry and "LABEL" in other_params(entry[OTHERS])
    told = any(value) or label or is_labelled
    if is_labelled and "components" not in entry:
        value = ((),) * len(value)
    return (value, "text", frozenset()) if told else None


def _anniversary(each: Property) -> Entry:
    text = each.value if isinstance(each.value, str) else ""
    if "T" in text and text.endswith("Z"):
        return {"date": {"@type": "Timestamp", "utc": extended_date(text)}}
    maybe_match = _DATE.fullmatch(text)
    if not text or maybe_match is None:
        return {}
    names = ("year", "month", "day")
    parts = zip(names, maybe_match.groups(), strict=True)
    return {"date": {name: int(part) for name, part in parts if part}}


def _anniversary_read(entry: Mapping[str, Any]) -> Read | None:
    date = entry.get("date")
    if not isinstance(date, dict):
        return None
    utc = date.get("utc")
    if date.get("@type") == "Timestamp":
        text = basic_date(utc) if isinstance(utc, str) else ""
        return (text, "date-and-or-time", frozenset()) if text else None
    sizes = {"year": 4, "month": 2, "day": 2}
    parts = {name: date[name] for name in sizes if date.get(name) is not None}
    if any(type(part) is not int or not 0 <= part < 10_000 for part in parts.values()):
        return None
    year, month, day = (
        f"{parts[name]:0{size}}" if name in parts else "" for name, size in sizes.items()
    )
    text = f"{year or '--'}{'' if day or not year or not month else '-'}{month}{day}"
    return (text, "date-and-or-time", frozenset()) if basic_date(text) == text else None


def _zone(each: Property) -> Entry:
    text = each.value if isinstance(each.value, str) else ""
    if each.kind == "utc-offset" and (maybe_offset := _OFFSET.fullmatch(text)):
        # The signs of these zones are the other way round.
        sign = "-" if maybe_offset[1] == "+" else "+"
        return {"timeZone": f"Etc/GMT{sign}{int(maybe_offset[2])}"}
    return {"timeZone": text} if _ZONE.fullmatch(text) else {}


def _zone_read(entry: Mapping[str, Any]) -> Read | None:
    name = entry.get("timeZone")
    if not isinstance(name, str) or not name:
        return None
    if maybe_etc := _ETC.fullmatch(name):
        sign = "-" if maybe_etc[1] == "+" else "+"
        return f"{sign}{int(maybe_etc[2]):02}00", "utc-offset", frozenset()
    return name, "text", frozenset()


def _index(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _level(text: str) -> str | None:
    return LEVELS.get(text, text) if text not in ("low", "medium", "high") else None


def _level_read(value: Any) -> str | None:
    return next((one for one, level in LEVELS.items() if level == value), _text(value))


def _moment(text: str) -> str | None:
    return extended_date(text) or None if text.endswith("Z") else None


_SERVICE: Final = (
    Param(name="SERVICE-TYPE", member="service"),
    Param(name="USERNAME", member="user"),
)
_MEDIA: Final = (Param(name="MEDIATYPE", member="mediaType"),)
_INDEX: Final = Param(
    name="INDEX",
    member="listAs",
    write=_index,
    read=lambda value: str(value) if type(value) is int else None,
)
_HOBBY: Final = (
    Param(name="LEVEL", member="level", read=lambda value: _text(value)),
    _INDEX,
)


def _personal(name: str, *params: Param) -> Row:
    return Row(
        name=name,
        member="personalInfo",
        id=name.lower(),
        value="value",
        before=(("kind", name.lower()),),
        common=frozenset(("label",)),
        params=params,
    )


def _uri(name: str, member: str, id: str, kind: str = "", *params: Param) -> Row:
    return Row(
        name=name,
        member=member,
        id=id,
        value="uri",
        kind="uri",
        before=(("kind", kind),) if kind else (),
        common=LABELLED,
        params=(*_MEDIA, *params),
    )


def _file(name: str, member: str, id: str, kind: str = "") -> Row:
    return Row(
        name=name,
        member=member,
        id=id,
        before=(("kind", kind),) if kind else (),
        common=LABELLED,
        params=_MEDIA,
        write=_resource,
        read=_resource_read,
    )


def _day(name: str, kind: str) -> Row:
    return Row(
        name=name,
        member="anniversaries",
        id="anniversary",
        before=(("kind", kind),),
        write=_anniversary,
        read=_anniversary_read,
    )


ROWS: Final = (
    Row(name="NICKNAME", member="nicknames", id="nickname", common=TYPED, write=_nickname,
        read=_nickname_read),
    Row(name="ORG", member="organizations", id="organization", common=PLACED,
        params=(Param(name="SORT-AS", member="sortAs"),), write=_organization,
        read=_organization_read),
    Row(name="PRONOUNS", member="speakToAs/pronouns", id="pronouns", value="pronouns",
        common=TYPED),
    Row(name="TITLE", member="titles", id="title", value="name", after=(("kind", "title"),),
        usual=True),
    Row(name="ROLE", member="titles", id="title", value="name", after=(("kind", "role"),)),
    Row(name="NOTE", member="notes", id="note", value="note",
        params=(
            Param(name="CREATED", member="created", write=_moment,
                  read=lambda value: basic_date(value) or None if isinstance(value, str) else None),
            Param(name="AUTHOR-NAME", member="author/name"),
            Param(name="AUTHOR", member="author/uri"),
        )),
    Row(name="TEL", member="phones", id="phone", value="number", common=LABELLED, read=_phone),
    Row(name="EMAIL", member="emails", id="email", value="address", common=LABELLED),
    Row(name="IMPP", member="onlineServices", id="service", common=LABELLED, params=_SERVICE,
        after=(("vCardName", "impp"),), write=_service, read=_service_read),
    Row(name="SOCIALPROFILE", member="onlineServices", id="service", common=LABELLED,
        params=_SERVICE, write=_service, read=_service_read),
    Row(name="GEO", member="addresses", id="address", value="coordinates", kind="uri",
        common=TYPED, alone=True),
    Row(name="TZ", member="addresses", id="address", value="timeZone", common=TYPED, alone=True,
        write=_zone, read=_zone_read),
    Row(name="ADR", member="addresses", id="address", common=TYPED,
        params=(
            Param(name="CC", member="countryCode",
                  write=lambda text: text if _COUNTRY.fullmatch(text) else None),
            Param(name="GEO", member="coordinates"),
            Param(name="TZ", member="timeZone",
                  write=lambda text: text if _ZONE.fullmatch(text) else None),
        ), write=address_of, read=_address_read),
    _uri("CONTACT-URI", "links", "link", "contact"),
    _uri("URL", "links", "link"),
    *(_file(kind.upper(), "media", kind, kind) for kind in ("photo", "logo", "sound")),
    Row(name="LANG", member="preferredLanguages", id="language", value="language",
        kind="language-tag", common=TYPED),
    _uri("CALURI", "calendars", "calendar", "calendar"),
    _uri("FBURL", "calendars", "calendar", "freeBusy"),
    _uri("CALADRURI", "schedulingAddresses", "address"),
    _day("BDAY", "birth"),
    _day("DEATHDATE", "death"),
    _day("ANNIVERSARY", "wedding"),
    _personal("EXPERTISE", Param(name="LEVEL", member="level", write=_level, read=_level_read),
              _INDEX),
    _personal("HOBBY", *_HOBBY),
    _personal("INTEREST", *_HOBBY),
    Row(name="RELATED", member="relatedTo", id="",
        write=lambda each: {"relation": dict.fromkeys(each.types, True)} if each.value else {}),
    _uri("ORG-DIRECTORY", "directories", "directory", "directory", _INDEX),
    _uri("SOURCE", "directories", "directory", "entry"),
    _file("KEY", "cryptoKeys", "key"),
)  # fmt: skip
"""The rows by member. An entry is of the first row that it may be of."""

BY_NAME: Final[Mapping[str, Row]] = {row.name: row for row in ROWS}
BY_MEMBER: Final[Mapping[str, tuple[Row, ...]]] = {
    member: tuple(row for row in ROWS if row.member == member)
    for member in dict.fromkeys(row.member for row in ROWS)
}
