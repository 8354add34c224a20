"""Turns properties in terms of vCard 4.0 into those that a version and its readers know.

Strategy: one function for each name returns the properties that are written instead, and the
losses. Whatever has no function is written as it stands. A reader that undoes each function reads
the same card again.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import structs

from vcardsvc.model.card import Params, Property
from vcardsvc.vcard.card_losses import (
    AGENT_NAMED,
    COMPONENTS_LOST,
    GEO_LOST,
    JSPROP_LOST,
    LABEL_UNSAID,
    NOT_SHOWN,
    PARAMETER_UNSAID,
    SORT_JOINED,
    TYPES_UNSAID,
    YEAR_1604,
)
from vcardsvc.vcard.losses import LossKind
from vcardsvc.vcard.profile import Profile

Adapted = tuple[tuple[Property, ...], tuple[LossKind, ...]]
"""The properties that are written for one, and what is lost."""

Adaptation = Callable[[Property, Profile], Adapted]

NAME_COMPONENTS: Final = 5
ADDRESS_COMPONENTS: Final = 7
"""The components before RFC 9554."""

YEARLESS: Final = ("android", "telegram")
"""Targets whose readers show a date without its year as ISO 8601 has it."""

_DATE: Final = re.compile(
    r"(?:(\d{4})(\d\d)(\d\d)|--(\d\d)(\d\d))(?:T(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})?)?"
)
_MONTH: Final = re.compile(r"\d{4}-\d\d|\d{4}")
_PLACE: Final = re.compile(
    r"geo:([-+]?\d{1,99}(?:\.\d+)?),([-+]?\d{1,99}(?:\.\d+)?)(.*)", re.DOTALL | re.ASCII
)
_OFFSET: Final = re.compile(r"([-+]\d\d)(\d\d)")
_FULL_NAME: Final = re.compile(
    r"^(?:[A-Z0-9-]+\.)?FN(?:;[^:\n]*)?:([^\n]*)", re.IGNORECASE | re.MULTILINE
)
_ESCAPE: Final = re.compile(r"\\(.)")
_TELEPHONE: Final = re.compile(r"tel:([^;]*)(?:;ext=([0-9]+))?", re.IGNORECASE)
_SEXES: Final = ("M", "F", "O", "N", "U")
_OMIT_YEAR: Final[tuple[str, tuple[str, ...]]] = ("X-APPLE-OMIT-YEAR", ("1604",))


def _without(params: Params, *names: str) -> Params:
    return tuple(each for each in params if each[0] not in names)


def unsaid(before: Property, after: Property, *said: str) -> tuple[LossKind, ...]:
    """Return a loss for the types, one for the label and one for the parameters of a property that
    the one written instead has not; its name or value says the types and labels in `said`."""
    kinds = []
    if not set(before.types) <= {*after.types, *said}:
        kinds.append(TYPES_UNSAID)
    if before.label not in ("", after.label, *said):
        kinds.append(LABEL_UNSAID)
    if before.pref != after.pref or not set(before.params) <= set(after.params):
        kinds.append(PARAMETER_UNSAID)
    return tuple(kinds)


def _as_is(prop: Property) -> Adapted:
    return (prop,), ()


def extended_date(value: str) -> str:
    """Return a date in the extended form of ISO 8601 (`1990-05-14`, `--05-14`), unchanged if it is
    not a whole one."""
    match = _DATE.fullmatch(value)
    if match is None:
        return value
    year, month, day, month_alone, day_alone, hour, minute, second, zone = match.groups()
    date = f"{year}-{month}-{day}" if year else f"--{month_alone}-{day_alone}"
    if not hour:
        return date
    zone = f"{zone[:3]}:{zone[3:]}" if zone and len(zone) > 1 else zone or ""
    return f"{date}T{hour}:{minute}:{second}{zone}"


def dated(prop: Property, profile: Profile) -> Adapted:
    """Return a date in extended form; one without its year as the profile's reader knows it."""
    if prop.kind != "date-and-or-time" or not isinstance(prop.value, str):
        return _as_is(prop)
    value, params = extended_date(prop.value), prop.params
    kinds: tuple[LossKind, ...] = ()
    if value.startswith("--") and value != prop.value and profile.name not in YEARLESS:
        value, params = f"1604-{value[2:]}", (_OMIT_YEAR, *params)
        if profile.name != "apple" and prop.name not in NOT_SHOWN.get(profile.name, {}):
            kinds = (YEAR_1604,)
    return (structs.replace(prop, value=value, params=params),), kinds


def is_apple_date(value: str) -> bool:
    """Return whether Apple shows a date: a whole one or one without its year, in UTC if it has a
    time."""
    return extended_date(value) != value and ("T" not in value or value.endswith("Z"))


def _anniversary(prop: Property, profile: Profile) -> Adapted:
    (date,), losses = dated(prop, profile)
    if profile.name == "android" or prop.label or prop.types:
        return (date,), losses  # its reader knows ANNIVERSARY
    return (structs.replace(date, name="X-ABDATE", label="Anniversary"),), losses


def _n(prop: Property, _: Profile) -> Adapted:
    (shorter,), losses = _older_components(prop, NAME_COMPONENTS, (0, 4))
    values = next((values for name, values in prop.params if name == "SORT-AS"), ())
    if not values:
        return (shorter,), losses
    sort = Property(name="SORT-STRING", value=", ".join(values))
    named = structs.replace(shorter, params=_without(prop.params, "SORT-AS"))
    return (named, sort), (*losses, SORT_JOINED) if len(values) > 1 else losses


def _adr(prop: Property, profile: Profile) -> Adapted:
    (shorter,), losses = _older_components(prop, ADDRESS_COMPONENTS, (2,) * 11)
    label, country = prop.param("LABEL"), prop.param("CC")
    params = shorter.params
    more: list[Property] = []
    if label:
        params = _without(params, "LABEL")
        if not any(map(any, shorter.value if isinstance(shorter.value, tuple) else (("x",),))):
            return (structs.replace(shorter, name="LABEL", value=label, params=params),), losses
        more.append(Property(name="LABEL", value=label, types=prop.types))
    if country and profile.apple and profile.version == "3.0":
        params = _without(params, "CC")
        more.append(Property(name="X-ABADR", value=country.lower()))
    return (structs.replace(shorter, params=params), *more), losses


def _older_components(prop: Property, most: int, homes: tuple[int, ...]) -> Adapted:
    """Return the property with at most `most` components: the texts of a newer one that no older
    one holds are added to the older one that `homes` names for it."""
    value = prop.value
    if not isinstance(value, tuple) or len(value) <= most:
        return _as_is(prop)
    older = [list(component) for component in value[:most]]
    held = "\n".join(text for component in value[:most] for text in component)
    added = False
    for home, component in zip(homes, value[most:], strict=False):
        missing = [text for text in component if text not in held]
        older[home] += missing
        added = added or bool(missing)
    shorter = structs.replace(prop, value=tuple(map(tuple, older)))
    return (shorter,), (COMPONENTS_LOST,) if added or any(value[most:]) else ()


def _social_profile(prop: Property, _: Profile) -> Adapted:
    service, user = prop.param("SERVICE-TYPE"), prop.param("USERNAME")
    params = _without(prop.params, "SERVICE-TYPE", "USERNAME")
    if user:
        params = (("X-USER", (user,)), *params)
    types = (service, *prop.types) if service else prop.types
    return (structs.replace(prop, name="X-SOCIALPROFILE", types=types, params=params),), ()


def _impp(prop: Property, _: Profile) -> Adapted:
    params = tuple(
        ("X-SERVICE-TYPE" if name == "SERVICE-TYPE" else name, values)
        for name, values in prop.params
    )
    return (structs.replace(prop, params=params),), ()


def _related(prop: Property, _: Profile) -> Adapted:
    if prop.kind == "uri":
        return _as_is(prop)
    name = structs.replace(prop, name="X-ABRELATEDNAMES", kind="text")
    if prop.label or not prop.types:
        return (name,), ()
    first, *more = prop.types
    label = first.capitalize()
    return (structs.replace(name, label=label, types=tuple(prop.types if more else ())),), ()


def _gender(prop: Property, _: Profile) -> Adapted:
    match prop.value:
        case ((letter,),) | ((letter,), ()) if letter in _SEXES:
            return (structs.replace(prop, name="X-GENDER", value=letter),), ()
    return _as_is(prop)


def _kind(prop: Property, _: Profile) -> Adapted:
    match prop.value:
        case "org":
            return (structs.replace(prop, name="X-ABSHOWAS", value="COMPANY"),), ()
        case "group":
            return (structs.replace(prop, name="X-ADDRESSBOOKSERVER-KIND"),), ()
        case "individual" if not prop.params:
            return (), ()  # what a card is without it
    return _as_is(prop)


def _member(prop: Property, _: Profile) -> Adapted:
    return (structs.replace(prop, name="X-ADDRESSBOOKSERVER-MEMBER"),), ()


def is_place(latitude: str, longitude: str) -> bool:
    """Return whether there is a place with these degrees."""
    return abs(float(latitude)) <= 90 and abs(float(longitude)) <= 180


def _geo(prop: Property, _: Profile) -> Adapted:
    match = _PLACE.fullmatch(prop.value) if isinstance(prop.value, str) else None
    if match is None:
        return _as_is(prop)
    latitude, longitude, rest = match.groups()
    if not is_place(latitude, longitude):
        return _as_is(prop)
    place = structs.replace(prop, value=((latitude,), (longitude,)), kind="text")
    return (place,), (GEO_LOST,) if rest else ()


def _tz(prop: Property, _: Profile) -> Adapted:
    match = _OFFSET.fullmatch(prop.value) if isinstance(prop.value, str) else None
    if match is None or prop.kind != "utc-offset":
        return _as_is(prop)
    return (structs.replace(prop, value=f"{match[1]}:{match[2]}"),), ()


def number_of(prop: Property) -> str:
    """Return the number of a TEL whose value is a `tel:` URI (RFC 3966) without parameters but an
    extension, which stands behind a pause, `p`; "" for any other."""
    match = _TELEPHONE.fullmatch(prop.value) if isinstance(prop.value, str) else None
    if match is None or prop.kind != "uri":
        return ""
    return f"{match[1]}p{match[2]}" if match[2] else match[1]


def _tel(prop: Property, _: Profile) -> Adapted:
    """A number instead of a URI, of which Android would lose the + and Apple show the scheme."""
    number = number_of(prop)
    return (structs.replace(prop, value=number, kind="text") if number else prop,), ()


def agent_as_relation(prop: Property) -> Adapted:
    """Return the name of the card inside as a relation: 4.0 has no other place for it, and over a
    card inside of 2.1 a reader refuses the whole."""
    if prop.kind != "vcard" or not isinstance(prop.value, str):
        return (structs.replace(prop, name="RELATED", types=("agent", *prop.types)),), ()
    match = _FULL_NAME.search(prop.value)
    name = _ESCAPE.sub(lambda each: "\n" if each[1] in "nN" else each[1], match[1] if match else "")
    relation = (Property(name="RELATED", value=name, types=("agent",)),) if name else ()
    return relation, (AGENT_NAMED,)


def _agent(prop: Property, profile: Profile) -> Adapted:
    if profile.version == "2.1" and prop.kind != "vcard":
        return _as_is(prop)
    relation, kinds = agent_as_relation(prop)
    if profile.version == "4.0" or not relation:
        return relation, kinds
    return _related(relation[0], profile)[0], kinds


def _jsprop(_: Property, __: Profile) -> Adapted:
    return (), (JSPROP_LOST,)


_BEFORE_V40: Final[Mapping[str, Adaptation]] = MappingProxyType(
    {
        "ADR": _adr,
        "ANNIVERSARY": _anniversary,
        "BDAY": dated,
        "DEATHDATE": dated,
        "GENDER": _gender,
        "GEO": _geo,
        "IMPP": _impp,
        "JSPROP": _jsprop,
        "KIND": _kind,
        "MEMBER": _member,
        "N": _n,
        "RELATED": _related,
        "SOCIALPROFILE": _social_profile,
        "TEL": _tel,
        "TZ": _tz,
        "X-ABDATE": dated,
    }
)

ADAPTATIONS: Final[Mapping[str, Mapping[str, Adaptation]]] = MappingProxyType(
    {
        "2.1": MappingProxyType({**_BEFORE_V40, "AGENT": _agent}),
        "3.0": _BEFORE_V40,
        "4.0": MappingProxyType({"AGENT": _agent}),
    }
)
"""The adaptation of each property that a version writes in another way, by version and name."""
