"""Maps the properties of a card to the members of a JSContact Card (RFC 9553) and back (RFC 9555).

Strategy: each property is mapped by its row, and kept only if the way back gives the property
again; every other stands as jCard in `vCardProps`. So nothing is lost, whatever it is.

A list becomes an object with an Id for each entry (RFC 9553 section 1.4.1): PROP-ID, or "phone-1",
"phone-2", in the card's order. The texts of a list that is one property are entries of their own:
"nickname-1-1", "nickname-1-2".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, groupby
from typing import Any, Final

from msgspec import structs

from vcardsvc.model.card import Property
from vcardsvc.vcard.date_forms import basic_date, extended_date, is_timestamp
from vcardsvc.vcard.jcard import jcard_property, merged_params
from vcardsvc.vcard.jscontact_entries import (
    BY_MEMBER,
    BY_NAME,
    OTHERS,
    PROP_ID,
    Entry,
    Row,
    entry_of,
    property_of,
)
from vcardsvc.vcard.jscontact_names import (
    PHONETIC,
    Components,
    components,
    components_of,
    name_of,
    script,
    sort_as,
    sort_as_of,
    sounds_of,
    trimmed,
)
from vcardsvc.vcard.labels import with_label_properties
from vcardsvc.vcard.properties import is_uri

Members = dict[str, Any]
Told = tuple[Members, set[int]]
"""Members of the Card, and the indices of the properties that they tell whole."""

ORDER: Final[tuple[str, ...]] = (
    "@type", "version", "uid", "kind", "prodId", "language", "created", "updated", "members",
    "name", "nicknames", "organizations", "speakToAs", "titles", "notes", "phones", "emails",
    "onlineServices", "addresses", "links", "media", "anniversaries", "relatedTo",
    "preferredLanguages", "keywords", "personalInfo", "calendars", "schedulingAddresses",
    "cryptoKeys", "directories", "localizations",
)  # fmt: skip
"""The order of members; others follow."""

TEXTS: Final = {
    "UID": "uid", "KIND": "kind", "PRODID": "prodId", "LANGUAGE": "language", "CREATED": "created",
    "REV": "updated", "GRAMGENDER": "speakToAs/grammaticalGender",
}  # fmt: skip
"""Properties that are a text of the Card itself."""

PLACES: Final = {"BIRTHPLACE": "birth", "DEATHPLACE": "death"}
"""Properties that are the place of an anniversary, by its kind."""

PROPS: Final = "vCardProps"
NICKNAME: Final = "NICKNAME"

_ID: Final = re.compile("[A-Za-z0-9_-]{1,255}")
_NUMBERED: Final = re.compile(r"([a-z]+)-(\d{1,9})(?:-\d{1,9})?", re.A)


def members_of(properties: Sequence[Property]) -> Members:
    """Return the members of the Card that holds these properties."""
    flat: Members = {}
    told: set[int] = set()
    for part in (_texts, _name, _sets, _listed):
        members, indices = part(properties)
        flat |= members
        told |= indices
    places, indices = _places(properties, flat.get("anniversaries", {}))
    flat |= places
    told |= indices
    left = [each for at, each in enumerate(properties) if at not in told]
    if left:
        flat[PROPS] = _jcard_properties(left)
    card: Members = {}
    for path, value in flat.items():
        outer, _, inner = path.partition("/")
        card[outer] = {**card.get(outer, {}), inner: value} if inner else value
    return card


def read_members(card: Mapping[str, Any]) -> Iterator[tuple[str, Property | None]]:
    """Yield the properties of a Card's members, `vCardProps` aside, each with its JSON pointer;
    None for what cannot be read."""
    for name, path in TEXTS.items():
        value = _inside(card, path)
        if value is not None:
            yield f"/{path}", _text_read(name, value)
    if "name" in card:
        yield from _name_read(card["name"])
    for member, name in (("members", "MEMBER"), ("keywords", "CATEGORIES")):
        if member in card:
            yield from _set_read(card[member], member, name)
    for member in BY_MEMBER:
        value = _inside(card, member)
        if value is not None:
            yield from _listed_read(value, member)


def normal(each: Property) -> Property:
    """Return the property without what JSContact does not keep: the order of types and parameters,
    and what N says twice."""
    value = trimmed(components(each)) if each.name == "N" else each.value
    if value is each.value and not each.types and not each.params and not each.line:
        return each
    params = tuple(sorted(merged_params(each).items()))
    types = tuple(sorted(set(each.types)))
    return structs.replace(each, value=value, types=types, params=params, line=0)


def _is_plain(each: Property) -> bool:
    return not (each.types or each.pref or each.label or each.params or each.group)


def _inside(card: Mapping[str, Any], path: str) -> Any:
    outer, _, inner = path.partition("/")
    value = card.get(outer)
    return value.get(inner) if inner and isinstance(value, dict) else None if inner else value


def _texts(properties: Sequence[Property]) -> Told:
    members: Members = {}
    told = set()
    for at, each in enumerate(properties):
        path = TEXTS.get(each.name)
        if path is None or path in members or not isinstance(each.value, str):
            continue
        text = extended_date(each.value) if each.kind == "timestamp" else each.value
        if text and _text_read(each.name, text) == structs.replace(each, line=0):
            members[path] = text
            told.add(at)
    return members, told


def _text_read(name: str, value: Any) -> Property | None:
    if not isinstance(value, str) or not value:
        return None
    if name in ("CREATED", "REV"):
        moment = basic_date(value)
        known = is_timestamp(moment) and moment.endswith("Z")
        return Property(name=name, value=moment, kind="timestamp") if known else None
    if name == "UID":
        return Property(name=name, value=value, kind="uri" if is_uri(value) else "text")
    return Property(name=name, value=value, kind="language-tag" if name == "LANGUAGE" else "text")


def _name(properties: Sequence[Property]) -> Told:
    """Return the Name of the first FN and N. It shows either; it tells one that is plain, and no
    other of the same value."""
    full, sort, told = "", dict[str, str](), set[int]()
    value: Components = ()
    for at, each in enumerate(properties):
        if each.name == "FN" and not full and isinstance(each.value, str) and each.value:
            full = each.value
            alone = sum(one.name == "FN" and one.value == full for one in properties) == 1
            if _is_plain(each) and each.kind == "text" and alone:
                told.add(at)
        elif each.name == "N" and not any(components(each)):
            if _is_plain(each):
                told.add(at)  # a company's: it says nothing
        elif each.name == "N" and not value:
            value = components(each)
            shown = components_of(name_of("", value, {}))
            sort = sort_as(each)
            plain = structs.replace(each, params=() if sort else each.params)
            kept = (("SORT-AS", sort_as_of(sort)),) if sort else ()
            alone = sum(_is_shown(one, shown) for one in properties) == 1
            if each.params == kept and _is_plain(plain) and alone and trimmed(value) == shown:
                told.add(at)
    sounds, indices = _sounds(properties, value)
    name = name_of(full, value, sounds)
    members = {**name, "sortAs": sort} if sort and "components" in name else name
    return ({"name": members}, told | indices) if members else ({}, set())


def _is_shown(each: Property, shown: Components) -> bool:
    return each.name == "N" and components_of(name_of("", components(each), {})) == shown


def _sounds(properties: Sequence[Property], value: Components) -> Told:
    """Return the sound of each kind of component, if all are of one known script."""
    kinds = {each["kind"] for each in name_of("", value, {}).get("components", ())}
    sounds: dict[str, str] = {}
    told = set()
    for at, each in enumerate(properties):
        kind = PHONETIC.get(each.name)
        known = kind in kinds and kind not in sounds and each.kind == "text" and _is_plain(each)
        if known and isinstance(each.value, str) and each.value:
            sounds[str(kind)] = each.value
            told.add(at)
    scripts = {script(text) for text in sounds.values()}
    return (sounds, told) if len(scripts) == 1 and "" not in scripts else ({}, set())


def _name_read(name: Any) -> Iterator[tuple[str, Property | None]]:
    if not isinstance(name, dict):
        yield "/name", None
        return
    full = name.get("full", "")
    if full:
        yield "/name/full", Property(name="FN", value=full) if isinstance(full, str) else None
    value = components_of(name)
    if value:
        sort = sort_as_of(name.get("sortAs"))
        params = (("SORT-AS", sort),) if sort else ()
        yield "/name/components", Property(name="N", value=value, params=params)
    elif "components" in name:
        yield "/name/components", None
    for each, sound in sounds_of(name).items():
        yield "/name/components", Property(name=each, value=sound)


def tells_again(each: Property, others: Sequence[Property]) -> bool:
    """Return whether FN or N, read from a Name, is among the properties of `vCardProps`."""
    if each.name == "N":
        shown = trimmed(components(each))
        return any(_is_shown(one, shown) for one in others)
    return each.name == "FN" and any(one.name == "FN" and one.value == each.value for one in others)


def _sets(properties: Sequence[Property]) -> Told:
    """Return the members and the keywords of the card, which are sets."""
    members: Members = {}
    told = set()
    for at, each in enumerate(properties):
        if each.name == "MEMBER" and each.kind == "uri" and _is_plain(each) and each.value:
            links = members.setdefault("members", {})
            if each.value not in links:
                links[each.value] = True
                told.add(at)
        elif each.name == "CATEGORIES" and "keywords" not in members and _is_plain(each):
            texts = each.value if isinstance(each.value, tuple) else ()
            if texts and "" not in texts and len(set(texts)) == len(texts):
                members["keywords"] = dict.fromkeys(texts, True)
                told.add(at)
    return members, told


def _set_read(value: Any, member: str, name: str) -> Iterator[tuple[str, Property | None]]:
    texts = [one for one, flag in value.items() if flag is True] if isinstance(value, dict) else []
    if not texts:
        yield f"/{member}", None
    elif name == "CATEGORIES":
        yield f"/{member}", Property(name=name, value=tuple(texts))
    else:
        for one in texts:
            yield f"/{member}", Property(name=name, value=one, kind="uri")


def _listed(properties: Sequence[Property]) -> Told:
    members: Members = {}
    told = set()
    sizes: dict[str, int] = {}
    for each in properties:
        if each.name in BY_NAME:
            member = BY_NAME[each.name].member
            sizes[member] = sizes.get(member, 0) + 1
    numbers: dict[str, int] = {}
    for at, each in enumerate(properties):
        row = BY_NAME.get(each.name)
        if row is None:
            continue
        entries = members.setdefault(row.member, {})
        number = numbers.get(row.member, 0) + 1
        maybe_more = _entries(row, each, number, sizes[row.member])
        if maybe_more and entries.keys().isdisjoint(maybe_more):
            entries.update(maybe_more)
            numbers[row.member] = number
            told.add(at)
    return {member: entries for member, entries in members.items() if entries}, told


def _entries(row: Row, each: Property, number: int, size: int) -> dict[str, Entry]:
    """Return the entries of a property by Id; {} if they would not tell it whole.

    `number` is that of the property among those of its member, whose number is `size`.
    """
    usual = f"{row.id}-{number}"
    if row.name == NICKNAME and isinstance(each.value, tuple) and len(each.value) > 1:
        return _nicknames(row, each, list(map(str, each.value)), usual)
    if row.name == "RELATED":
        entries = {str(each.value): entry_of(row, each)}
    else:
        own, entry = each.param(PROP_ID), entry_of(row, each)
        maybe_number = _NUMBERED.fullmatch(own)
        numbered = maybe_number and maybe_number[1] == row.id and int(maybe_number[2]) <= size
        if own and entry and (numbered or not _ID.fullmatch(own)):
            entry = {**entry, OTHERS: {**entry.get(OTHERS, {}), PROP_ID.lower(): own}}
            own = ""
        entries = {own or usual: entry}
    if not all(entries.values()):
        return {}
    ((id, entry),) = entries.items()
    start, maybe_read = _entry_read(row.member, id, entry)
    if maybe_read is None:
        return {}
    read = _with_id(maybe_read, id, f"{start}-{number}")
    return entries if normal(read) == normal(each) else {}


def _nicknames(row: Row, each: Property, texts: Sequence[str], usual: str) -> dict[str, Entry]:
    """Return the entries of several nicknames, which differ in the name alone; {} if they would not
    tell them whole."""
    first = structs.replace(each, value=(texts[0],))
    entry = entry_of(row, first)
    maybe_first = property_of(row, entry) if all(texts) and entry else None
    if maybe_first is None or normal(maybe_first) != normal(first):
        return {}
    return {f"{usual}-{at}": {**entry, "name": text} for at, text in enumerate(texts, 1)}


def _listed_read(value: Any, member: str, first: int = 1) -> Iterator[tuple[str, Property | None]]:
    """Yield the properties of the entries of a member; `first` is the number of the first."""
    if not isinstance(value, dict):
        yield f"/{member}", None
        return
    numbers = count(first)
    number = next(numbers)
    placed: set[str] = set()
    for list_id, ids in groupby(value, key=_list_id):
        parts = [(id, *_entry_read(member, id, value[id])) for id in ids]
        for id, _, maybe_one in parts:
            if maybe_one is None:
                yield _pointer(member, id), None
        read = [(id, usual, one) for id, usual, one in parts if one is not None]
        maybe_whole = _joined([one for _, _, one in read])
        if maybe_whole and list_id == f"{read[0][1]}-{number}":
            yield _pointer(member, read[0][0]), maybe_whole
            number = next(numbers)
            continue
        for id, usual, one in read:
            yield _pointer(member, id), _with_id(one, id, f"{usual}-{number}")
            number = next(numbers)
            if member == "anniversaries" and one.name not in placed:
                placed.add(one.name)
                yield from _place_read(value[id], _pointer(member, id, "place"))


def _pointer(member: str, *names: str) -> str:
    """Return a JSON pointer (RFC 6901)."""
    return "/".join(("", member, *map(escaped, names)))


def escaped(name: str) -> str:
    """Return a name as it stands in a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _list_id(id: str) -> str:
    """Return the Id of a list that an entry's Id names, "nickname-1" of "nickname-1-2"."""
    maybe_id = _NUMBERED.fullmatch(id)
    return f"{maybe_id[1]}-{maybe_id[2]}" if maybe_id and id.count("-") == 2 else id


def _joined(properties: Sequence[Property]) -> Property | None:
    """Return the property of several nicknames that differ in their text alone."""
    plain = [structs.replace(one, value=()) for one in properties]
    if len(plain) < 2 or any(one != plain[0] or one.name != NICKNAME for one in plain):
        return None
    texts = (str(text) for one in properties if isinstance(one.value, tuple) for text in one.value)
    return structs.replace(plain[0], value=tuple(texts))


def _entry_read(member: str, id: str, entry: Any) -> tuple[str, Property | None]:
    """Return the start of an entry's usual Id, and its property."""
    if not isinstance(entry, dict):
        return "", None
    maybe_row = next((row for row in BY_MEMBER[member] if row.is_of(entry)), None)
    return (maybe_row.id, property_of(maybe_row, entry, id)) if maybe_row else ("", None)


def _with_id(each: Property, id: str, usual: str) -> Property:
    if each.name == "RELATED" or id == usual:
        return each
    return structs.replace(each, params=(*each.params, (PROP_ID, (id,))))


def _places(properties: Sequence[Property], anniversaries: Mapping[str, Any]) -> Told:
    """Return the anniversaries with their places, which are properties of their own: the first of a
    kind stands in the first anniversary of this kind."""
    members = dict(anniversaries)
    told = set()
    for name, kind in PLACES.items():
        at = next((at for at, each in enumerate(properties) if each.name == name), -1)
        id = next((id for id, one in members.items() if one["kind"] == kind), "")
        if at < 0 or not id:
            continue
        each = properties[at]
        place = {"coordinates" if each.kind == "uri" else "full": each.value}
        entry = {**members[id], "place": place}
        if [one for _, one in _place_read(entry, "")] == [structs.replace(each, line=0)]:
            members[id] = entry
            told.add(at)
    return ({"anniversaries": members}, told) if told else ({}, told)


def _place_read(entry: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Property | None]]:
    place = entry.get("place")
    name = next((name for name, kind in PLACES.items() if kind == entry.get("kind")), "")
    if not isinstance(place, dict) or not name:
        return
    full, coordinates = place.get("full"), place.get("coordinates")
    if isinstance(full, str) and full:
        yield pointer, Property(name=name, value=full)
    elif isinstance(coordinates, str) and coordinates:
        yield pointer, Property(name=name, value=coordinates, kind="uri")


def _jcard_properties(left: Sequence[Property]) -> list[Any]:
    """Return properties as jCard. A label in a group of its own would take others with it; there it
    is a parameter."""
    named = [
        structs.replace(each, label="", params=(*each.params, ("X-ABLABEL", (each.label,))))
        if each.label and each.group
        else each
        for each in left
    ]
    return [jcard_property(each) for each in with_label_properties(named)]
