"""Translates a card's properties of any version and program into the terms of vCard 4.0.

Strategy: the values are decoded already. Labels and countries go from their group to its
properties, then each property of a dialect becomes the one of its table; one that says nothing new
is left out. LABEL and SORT-STRING become parameters. What has no counterpart stays.
"""

from collections.abc import Callable, Sequence, Set
from typing import Final
from urllib.parse import quote

from msgspec.structs import replace

from vcardsvc.model.card import Params, Property
from vcardsvc.vcard.date_forms import basic_date
from vcardsvc.vcard.labels import OF_GROUPS, with_labels
from vcardsvc.vcard.parser.heads import Head
from vcardsvc.vcard.parser.values import pieces, unescaped
from vcardsvc.vcard.relations import ANDROID_RELATIONS, RELATIONS

_SERVICES: Final = {
    "X-AIM": ("AIM", "aim"),
    "X-ICQ": ("ICQ", "icq"),
    "X-JABBER": ("Jabber", "xmpp"),
    "X-MSN": ("MSN", "msnim"),
    "X-YAHOO": ("Yahoo", "ymsgr"),
    "X-YAHOO-ID": ("Yahoo", "ymsgr"),
    "X-SKYPE": ("Skype", "skype"),
    "X-SKYPE-USERNAME": ("Skype", "skype"),
    "X-GADUGADU": ("GaduGadu", "gg"),
    "X-GOOGLE-TALK": ("GoogleTalk", "xmpp"),
    "X-GTALK": ("GoogleTalk", "xmpp"),
    "X-QQ": ("QQ", "qq"),
    "X-SIP": ("SIP", "sip"),
    "X-TWITTER": ("Twitter", "twitter"),
    "X-GROUPWISE": ("GroupWise", "groupwise"),
    "X-MS-IMADDRESS": ("", "im"),
    "X-KADDRESSBOOK-X-IMADDRESS": ("", "im"),
}
"""The service and the scheme of each program's property of a chat."""
_RELATED: Final = {
    "X-SPOUSE": "Spouse",
    "X-EVOLUTION-SPOUSE": "Spouse",
    "X-MS-SPOUSE": "Spouse",
    "X-KADDRESSBOOK-X-SPOUSESNAME": "Spouse",
    "X-ASSISTANT": "Assistant",
    "X-EVOLUTION-ASSISTANT": "Assistant",
    "X-MS-ASSISTANT": "Assistant",
    "X-KADDRESSBOOK-X-ASSISTANTSNAME": "Assistant",
    "X-MANAGER": "Manager",
    "X-EVOLUTION-MANAGER": "Manager",
    "X-MS-MANAGER": "Manager",
    "X-KADDRESSBOOK-X-MANAGERSNAME": "Manager",
    "X-CHILDREN": "Child",
    "X-MS-CHILD": "Child",
}
_ANNIVERSARIES: Final = (
    "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-KADDRESSBOOK-X-ANNIVERSARY", "X-MS-ANNIVERSARY",
)  # fmt: skip
_SEXES: Final = {
    "male": "M", "female": "F", "other": "O", "none": "N", "unknown": "U",
    "m": "M", "f": "F", "o": "O", "n": "N", "u": "U",
}  # fmt: skip
_WINDOWS_SEXES: Final = {"1": "F", "2": "M"}
_ANDROID: Final = "vnd.android.cursor.item/"
_OWN_LABEL: Final = "0"
_DATED: Final = {"ANNIVERSARY": "Anniversary", "BDAY": "Birthday"}
"""The label of a second date of these names, which a card has once."""
_ONCE: Final = frozenset((*_DATED, "GENDER", "KIND"))
_ESCAPED: Final = Head(name="")
_PLACES: Final = frozenset(("home", "work", "other", "pref"))
"""Types of X-SOCIALPROFILE that are no service."""

Translate = Callable[[Property], Property]
"""Returns the property in terms of 4.0, or the same object if there are none."""


def canonical(properties: list[Property], names: Set[str]) -> list[Property]:
    """Return the properties of one card in terms of 4.0.

    `names` has at least those of their names that are in TRANSLATED.
    """
    if not names.isdisjoint(OF_GROUPS):
        properties = with_labels(properties)
    if not _BY_NAME.keys().isdisjoint(names):
        properties = _translated(properties)
    if "LABEL" in names:
        properties = _with_address_labels(properties)
    return _with_sorting(properties) if "SORT-STRING" in names else properties


def _translated(properties: list[Property]) -> list[Property]:
    """Return the properties of each dialect as those of 4.0, but for what a property of another
    name says already."""
    changed = {
        place: new
        for place, one in enumerate(properties)
        if one.name in _BY_NAME and (new := _BY_NAME[one.name](one)) is not one
    }
    names = {new.name for new in changed.values()}
    said = [one for one in properties if one.name in names]
    present = {one.name for one in said}
    written = {_key(one): one.name for one in said}
    found: list[Property | None] = [*properties]
    for place, new in changed.items():
        one = properties[place]
        is_twin = _is_bare(new) and written.setdefault(_key(new), one.name) != one.name
        if new.name in _ONCE and new.name in present and not is_twin:
            new = _second(one, new)
        found[place] = None if is_twin else new
        present.add(new.name)
    return [one for one in found if one is not None]


def _key(one: Property) -> tuple[object, ...]:
    """Return what makes two properties say the same."""
    return (
        (one.name, one.value) if one.name in _ONCE else (one.name, one.value, one.types, one.label)
    )


def _is_bare(new: Property) -> bool:
    """Return whether a property says no more than what `_key` compares."""
    if new.pref or (new.name in _ONCE and (new.types or new.label)):
        return False
    return all(name == "SERVICE-TYPE" for name, _ in new.params)


def _second(one: Property, new: Property) -> Property:
    """Return a property whose counterpart the card has already."""
    label = _DATED.get(new.name)
    return replace(new, name="X-ABDATE", label=new.label or label) if label else one


def _with_address_labels(properties: list[Property]) -> list[Property]:
    """Make each LABEL a parameter of the address of the same types."""
    free: dict[frozenset[str], list[int]] = {}
    for place, one in enumerate(properties):
        if one.name == "ADR" and not one.param("LABEL"):
            free.setdefault(frozenset(one.types), []).append(place)
    last = {types: places[-1] for types, places in free.items()}
    for places in free.values():
        places.reverse()
    found: list[Property | None] = [*properties]
    behind: list[Property] = []
    for place, one in enumerate(properties):
        if one.name != "LABEL":
            continue
        params = (_address_label(one), *one.params)
        label = replace(one, name="ADR", value=((),) * 7, kind="text", params=params)
        same = free.get(frozenset(one.types))
        address = properties[same[-1]] if same else label
        if same and _agree(address, one):
            known = {name for name, _ in address.params}
            more = tuple(pair for pair in label.params if pair[0] not in known)
            found[place] = None
            found[same.pop()] = replace(
                address,
                params=(*address.params, *more),
                label=address.label or one.label,
                pref=address.pref or one.pref,
            )
        elif place > last.get(frozenset(one.types), -1):
            found[place] = label
        else:
            found[place] = None
            behind.append(label)  # where it is not taken for the label of another address
    return [*filter(None, found), *behind]


def _address_label(one: Property) -> tuple[str, tuple[str, ...]]:
    return "LABEL", (str(one.value),)


def _agree(address: Property, label: Property) -> bool:
    """Return whether an address can hold all that its LABEL says."""
    if (label.pref and address.pref not in (0, label.pref)) or (
        label.label and address.label not in ("", label.label)
    ):
        return False
    known = dict(address.params)
    return all(known.get(name, values) == values for name, values in label.params)


def _with_sorting(properties: list[Property]) -> list[Property]:
    """Make SORT-STRING a parameter of N."""
    keys = [one for one in properties if one.name == "SORT-STRING"]
    names = [one for one in properties if one.name == "N"]
    if not keys or not names or names[0].param("SORT-AS"):
        return properties
    if keys[0].params or keys[0].types or keys[0].label or keys[0].pref:
        return properties  # a parameter cannot hold these
    sorting = ("SORT-AS", (str(keys[0].value),))
    named = replace(names[0], params=(*names[0].params, sorting))
    return [named if one is names[0] else one for one in properties if one is not keys[0]]


def _chat(one: Property) -> Property:
    service, scheme = _SERVICES[one.name]
    address = str(one.value).strip()
    if address.lower().startswith(f"{scheme}:"):
        address = address[len(scheme) + 1 :]
    uri = f"{scheme}:{quote(address, safe='@/+:;,=!$&*~')}"
    params = (("SERVICE-TYPE", (service,)), *one.params) if service else one.params
    return replace(one, name="IMPP", value=uri, kind="uri", params=params)


def social_profile(one: Property, words: Sequence[str]) -> Property:
    """Return X-SOCIALPROFILE as SOCIALPROFILE: its service is the first of the `words`, the values
    of TYPE as written, that is no place."""
    service = next((word for word in words if word.lower() not in _PLACES), "")
    params = _renamed(one.params, "X-USER", "USERNAME")
    if service:
        params = (("SERVICE-TYPE", (service,)), *params)
    kept = service.lower()
    types = tuple(each for each in one.types if each != kept)
    label = "" if kept == f"x-{one.label}".lower() else one.label
    return replace(one, name="SOCIALPROFILE", types=types, params=params, label=label)


def chat_service(one: Property) -> Property:
    """Return IMPP with its service in the parameter of RFC 9554."""
    params = _renamed(one.params, "X-SERVICE-TYPE", "SERVICE-TYPE")
    return one if params == one.params else replace(one, params=params)


def _renamed(params: Params, name: str, new: str) -> Params:
    return tuple((new if each == name else each, values) for each, values in params)


def _related(one: Property) -> Property:
    word = _RELATED.get(one.name, "")
    if not word or not one.label:
        return _relation(one, one.label or word)
    related = _relation(replace(one, label=""), word)
    types = (*related.types, f"x-{related.label.lower()}") if related.label else related.types
    return replace(related, label=one.label, types=tuple(dict.fromkeys(types)))


def _relation(one: Property, label: str) -> Property:
    word = label.casefold()
    kind = RELATIONS.get(word)
    types = one.types if kind is None or kind in one.types else (*one.types, kind)
    return replace(one, name="RELATED", label="" if kind == word else label, types=types)


def _date(one: Property) -> Property:
    is_anniversary = one.label.casefold() == "anniversary"
    if one.name == "X-ABDATE" and not is_anniversary:
        return one
    return replace(one, name="ANNIVERSARY", label="" if is_anniversary else one.label)


def _sex(one: Property) -> Property:
    written = str(one.value).strip()
    if one.name == "X-WAB-GENDER":
        letter = _WINDOWS_SEXES.get(written)
        return replace(one, name="GENDER", value=((letter,),)) if letter else one
    letter = _SEXES.get(written.lower())
    value = ((letter,),) if letter else ((), (written,))
    return replace(one, name="GENDER", value=value, kind="text")


def _company(one: Property) -> Property:
    is_company = str(one.value).strip().upper() == "COMPANY"
    return replace(one, name="KIND", value="org") if is_company else one


def _kind(one: Property) -> Property:
    return replace(one, name="KIND", value=str(one.value).strip().lower())


def _member(one: Property) -> Property:
    return replace(one, name="MEMBER", value=str(one.value).strip(), kind="uri")


def _nickname(one: Property) -> Property:
    return replace(one, name="NICKNAME", value=(str(one.value),), kind="text")


def _row(one: Property) -> Property:
    """Translate a row of Android's database: its kind; a value; the number of its type; a label.

    A row that says more stays as it is.
    """
    cells = [unescaped(cell).strip() for cell in pieces(_ESCAPED, str(one.value), ";")]
    kind, value, number, label = (*cells, "", "", "", "")[:4]
    if not value or any(cells[4:]) or one.label or not kind.startswith(_ANDROID):
        return one
    new = replace(one, value=value, kind="text")
    is_own = number in ("", _OWN_LABEL)
    match kind.removeprefix(_ANDROID):
        case "nickname" if is_own or number == "1":
            return replace(new, name="NICKNAME", value=(value,), label=label)
        case "contact_event" if is_own or number in ("1", "2", "3"):
            return _event(new, number, label)
        case "relation" if is_own:
            return _relation(new, label)
        case "relation" if number in ANDROID_RELATIONS and not label:
            return _relation(new, ANDROID_RELATIONS[number])
        case "website" if label and number == _OWN_LABEL:
            return replace(new, name="URL", kind="uri", label=label)
    return one


def _event(one: Property, number: str, label: str) -> Property:
    date = basic_date(str(one.value))
    dated = replace(one, value=date, kind="date-and-or-time") if date else one
    if number in ("1", "3"):
        return replace(dated, name="ANNIVERSARY" if number == "1" else "BDAY", label=label)
    return replace(dated, name="X-ABDATE", label=label or "Other")


_BY_NAME: Final[dict[str, Translate]] = {
    **dict.fromkeys(_SERVICES, _chat),
    **dict.fromkeys(_RELATED, _related),
    **dict.fromkeys((*_ANNIVERSARIES, "X-ABDATE"), _date),
    "X-ABRELATEDNAMES": _related,
    "X-ANDROID-CUSTOM": _row,
    "X-GENDER": _sex,
    "X-WAB-GENDER": _sex,
    "X-ABSHOWAS": _company,
    "X-ADDRESSBOOKSERVER-KIND": _kind,
    "X-ADDRESSBOOKSERVER-MEMBER": _member,
    "X-NICKNAME": _nickname,
}
TRANSLATED: Final = frozenset((*_BY_NAME, *OF_GROUPS, "LABEL", "SORT-STRING"))
"""Properties for whose sake a card is translated."""
