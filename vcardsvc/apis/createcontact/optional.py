"""Reads the members of createcontact that the action's description does not have.

    "name": {"prefix", "middle-name", "nickname", "phonetic-first-name", "phonetic-last-name"},
    "department", "role", "birthday", "anniversary", "pronouns", "language", "categories": [text],
    "social-profile": [{"service", "user", "url", "label"}], "im": [{"service", "address",
    "label"}], "related": [{"name", "relation"}], "time-zone", "geo": {"latitude", "longitude"},
    "company-card"

Strategy: what a contact has no attribute for becomes a property in the terms of a Card, in the
order of PROPERTY_FIELDS. A contact without these members is the same as before they existed.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

from msgspec import structs

from vcardsvc.apis.createcontact.mapping import (
    BASIC,
    CATEGORIES,
    FLAG,
    GEO,
    OPTIONAL_LISTS,
    OPTIONAL_NAME,
    PROPERTY_FIELDS,
)
from vcardsvc.errors import (
    E1524,
    E1528,
    E1529,
    E1530,
    E1531,
    E1532,
    E1536,
    IGNORED,
    OVER_LIMIT,
)
from vcardsvc.model.card import Params, Property, ValueType
from vcardsvc.model.contact import Contact
from vcardsvc.validation import services, standard_texts
from vcardsvc.validation.fields import ENTRIES, PLACE_LABELS, Field, Validator, is_blank
from vcardsvc.vcard.relations import RELATIONS

MOST: Final = MappingProxyType({"latitude": 90, "longitude": 180})
"""Degrees from the equator and from Greenwich."""

_LISTED: Final = {name: frozenset(members) for name, members in OPTIONAL_LISTS.items()}
_GEO: Final = frozenset(GEO)


def has_optional(members: Mapping[str, Any]) -> bool:
    """Return whether a request has members for `with_optional`."""
    name = members.get("name")
    return not members.keys() <= BASIC or (
        type(name) is dict and not name.keys().isdisjoint(OPTIONAL_NAME)
    )


def with_optional(validator: Validator, members: Mapping[str, Any], contact: Contact) -> Contact:
    """Return the contact with the optional members of its request."""
    maybe_name = members.get("name")
    name = maybe_name if type(maybe_name) is dict else {}
    prefix = validator.short(name.get("prefix"), ("name", "prefix"))
    middle = validator.short(name.get("middle-name"), ("name", "middle-name"))
    extra = [*_name_properties(validator, name)]
    unit = validator.short(members.get("department"), ("department",))
    extra += _properties(validator, members)
    company = validator.flag(members.get(FLAG), (FLAG,))
    if company and not contact.organization and not _is_refused(validator, "/organization"):
        validator.refuse(E1536, ("organization",), "organization-missing")
    return structs.replace(
        contact, prefix=prefix, middle=middle, unit=unit, company=company, extra=tuple(extra)
    )


def _is_refused(validator: Validator, field: str) -> bool:
    return any(problem.field == field for problem in validator.problems)


def _name_properties(validator: Validator, name: Mapping[str, Any]) -> Iterator[Property]:
    nickname = validator.short(name.get("nickname"), ("name", "nickname"))
    if nickname:
        yield Property(name="NICKNAME", value=(nickname,))
    for property_name in ("X-PHONETIC-FIRST-NAME", "X-PHONETIC-LAST-NAME"):
        member = PROPERTY_FIELDS[property_name].removeprefix("name/")
        text = validator.short(name.get(member), ("name", member))
        if text:
            yield Property(name=property_name, value=text)


def _properties(validator: Validator, members: Mapping[str, Any]) -> Iterator[Property]:
    get = members.get
    yield from _text(validator, get("role"), "ROLE")
    for name in ("BDAY", "ANNIVERSARY"):
        yield from _date(validator, get(PROPERTY_FIELDS[name]), name)
    yield from _text(validator, get("pronouns"), "PRONOUNS")
    language = validator.line(get("language"), ("language",))
    if language and not standard_texts.is_language_tag(language):
        detail = "It is such as de or pt-BR, with hyphens."
        validator.refuse(E1529, ("language",), "language", detail)
    elif language:
        yield Property(name="LANG", value=language, kind="language-tag")
    if categories := _categories(validator, get(CATEGORIES)):
        yield Property(name="CATEGORIES", value=categories)
    yield from _profiles(validator, get("social-profile"))
    yield from _messengers(validator, get("im"))
    yield from _related(validator, get("related"))
    zone = validator.line(get("time-zone"), ("time-zone",))
    maybe_zone = standard_texts.time_zone(zone) if zone else None
    if maybe_zone:
        yield Property(name="TZ", value=maybe_zone[1], kind=maybe_zone[0])
    elif zone:
        detail = "It is such as Europe/Berlin or +02:00."
        validator.refuse(E1530, ("time-zone",), "time-zone", detail)
    yield from _geo(validator, get("geo"))


def _text(validator: Validator, value: Any, name: str) -> Iterator[Property]:
    if text := validator.short(value, (PROPERTY_FIELDS[name],)):
        yield Property(name=name, value=text)


def _date(validator: Validator, value: Any, name: str) -> Iterator[Property]:
    field = (PROPERTY_FIELDS[name],)
    text = validator.line(value, field)
    maybe_date = standard_texts.basic_date(text)
    if maybe_date:
        yield Property(name=name, value=maybe_date, kind="date-and-or-time")
    elif text:
        detail = "Write it as 1990-05-14, --05-14 or 1990."
        validator.refuse(E1528, field, "date", detail)


def _categories(validator: Validator, value: Any) -> tuple[str, ...]:
    """Return the first ENTRIES texts of a list that are not blank, without duplicates."""
    if value is None or value == "":
        return ()
    if type(value) is not list:
        validator.refuse(E1524, (CATEGORIES,), "not-an-array", "It must be an array.")
        return ()
    texts: list[str] = []
    taken = 0
    for index, each in enumerate(value):
        if each is None or (type(each) is str and not each.strip()):
            continue
        if taken == ENTRIES:
            validator.note((CATEGORIES,), OVER_LIMIT)
            break
        taken += 1
        texts.append(validator.short(each, (CATEGORIES, index)))
    return tuple(dict.fromkeys(filter(None, texts)))


def _entries(
    validator: Validator, value: Any, member: str, keys: tuple[str, ...]
) -> Iterator[tuple[int, Any, dict[str, Any]]]:
    """Yield the entries of a list as `Validator.entries` does. One that names a service or a
    relation and nothing else is blank; the first ENTRIES of those are noted."""
    named = _LISTED[member].difference(keys, ("label",))
    blank = (
        index
        for index, entry in enumerate(value if type(value) is list else ())
        if type(entry) is dict
        and all(is_blank(entry.get(key)) for key in keys)
        and not all(is_blank(entry.get(name)) for name in named)
    )
    for index in islice(blank, ENTRIES):
        validator.note((member, index), IGNORED)
    yield from validator.entries(value, member, keys, _LISTED[member])


def _profiles(validator: Validator, value: Any) -> Iterator[Property]:
    member = "social-profile"
    for index, _, entry in _entries(validator, value, member, ("user", "url")):
        field: Field = (member, index)
        service = _service(validator, entry, field)
        user = validator.short(entry.get("user"), (*field, "user"))
        url = validator.website(entry.get("url"), (*field, "url")) or services.profile(
            service, user
        )
        types, label = _label(validator, entry, field)
        params: Params = (("SERVICE-TYPE", (service,)),)
        if url and user:
            params = (*params, ("USERNAME", (services.user_name(service, user),)))
        kind: ValueType = "uri" if standard_texts.SCHEME.match(url) else "text"
        yield Property(
            name="SOCIALPROFILE",
            value=url or user,
            kind=kind,
            types=types,
            label=label,
            params=params,
        )


def _messengers(validator: Validator, value: Any) -> Iterator[Property]:
    for index, content, entry in _entries(validator, value, "im", ("address",)):
        field: Field = ("im", index)
        service = _service(validator, entry, field)
        address = validator.short(content, (*field, "address"))
        types, label = _label(validator, entry, field)
        spelling, uri = services.messenger(service, address)
        params: Params = (("SERVICE-TYPE", (spelling,)),)
        yield Property(name="IMPP", value=uri, kind="uri", types=types, label=label, params=params)


def _service(validator: Validator, entry: Mapping[str, Any], field: Field) -> str:
    """Return the service of an entry, which is required."""
    before = len(validator.problems)
    service = validator.line(entry.get("service"), (*field, "service"))
    if len(validator.problems) == before and not standard_texts.SERVICE.fullmatch(service):
        detail = "The name has letters, digits, blanks and . _ - + & ! ' only." if service else ""
        validator.refuse(E1532, (*field, "service"), "service", detail)
    return service


def _label(
    validator: Validator, entry: Mapping[str, Any], field: Field
) -> tuple[tuple[str, ...], str]:
    """Return the types of an entry, for `work` and `home`, and any other label as it is."""
    label = validator.free_label(entry.get("label"), (*field, "label"))
    place = PLACE_LABELS.get(label.lower())
    return ((place,), "") if place else ((), label)


def _related(validator: Validator, value: Any) -> Iterator[Property]:
    for index, content, entry in _entries(validator, value, "related", ("name",)):
        name = validator.short(content, ("related", index, "name"))
        relation = validator.free_label(entry.get("relation"), ("related", index, "relation"))
        kind = RELATIONS.get(relation.lower(), "")
        yield Property(
            name="RELATED",
            value=name,
            types=(kind,) if kind else (),
            label="" if kind == relation.lower() else relation.capitalize() if kind else relation,
        )


def _geo(validator: Validator, value: Any) -> Iterator[Property]:
    place = validator.mapping(value, ("geo",))
    validator.ignored(place, _GEO, ("geo",))
    if all(place.get(member) in (None, "") for member in GEO):
        return
    numbers = []
    for member, most in MOST.items():
        maybe_number = standard_texts.coordinate(place.get(member), most)
        if maybe_number is None:
            detail = f"The {member} must be a number from -{most} to {most}."
            validator.refuse(E1531, ("geo", member), member, detail)
        else:
            numbers.append(maybe_number)
    yield Property(name="GEO", value=f"geo:{','.join(numbers)}", kind="uri")
