"""Adapts a card to the reader of a profile, and lists every loss.

Strategy: the card is viewed as a contact, `adapt` says what the reader keeps of it and under which
label, and the card's properties follow. What a contact has not (dates, relations, chats, ...) has
a function for the readers that spell it in another way, and a row for those that do not show it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote

from msgspec import structs

from vcardsvc.errors import DROPPED
from vcardsvc.model.card import Binary, Card, Property, Value
from vcardsvc.model.contact import Phone
from vcardsvc.model.request import Loss, Target
from vcardsvc.vcard.adapt import adapt, one_line
from vcardsvc.vcard.adaptation import (
    agent_as_relation,
    extended_date,
    is_apple_date,
    number_of,
    unsaid,
)
from vcardsvc.vcard.android import misdialled
from vcardsvc.vcard.card_losses import (
    DATE_APPLE,
    ENVELOPE_TELEGRAM,
    FILE_DROPPED,
    NO_ROOM,
    NO_ROOM_FOR,
    NOT_SHOWN,
    NOT_SHOWN_IN_V40,
    NOTES_APPLE,
    PHOTO_FORMAT,
    PHOTO_LINK,
    PHOTO_OUTLOOK,
    SECOND_ANDROID,
    SECOND_OUTLOOK,
    TELEGRAM_SHOWS_NOT,
    TYPES_BESIDE_LABEL,
    TYPES_LOST,
    WEBSITE_ENCODED,
)
from vcardsvc.vcard.contact_view import (
    PHONE_LABELS,
    ContactView,
    components_of,
    contact_view,
    phone_label,
    website_url,
)
from vcardsvc.vcard.losses import LINES_TELEGRAM, LossKind
from vcardsvc.vcard.profile import Profile
from vcardsvc.vcard.properties import website_types, whatsapp_account
from vcardsvc.vcard.relations import ANDROID_RELATIONS, RELATIONS
from vcardsvc.vcard.text import escape

Placed = tuple[int, Property]
"""A property, and the place in the card of the one that it comes from."""

Losses = list[tuple[int, LossKind]]
"""Losses by place in the card; -1 is the whole card."""

Read = tuple[tuple[Property, ...], tuple[LossKind, ...]]
"""The properties that a reader gets instead of one, and what it loses."""

_AS_READ: Final = frozenset(("universal", "signal", "mms"))
"""Targets whose cards keep their order, and the types of their numbers."""

_SHOWN_PHOTOS: Final = ("image/jpeg", "image/png", "image/gif")

_ROWS: Final = "vnd.android.cursor.item/"
_OWN_LABEL: Final = "0"
_OTHER_EVENT: Final = "2"
_ANDROID_RELATIONS: Final = {label: number for number, label in ANDROID_RELATIONS.items()}

_ANDROID_CHATS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "aim": ("X-AIM", "aim:"),
        "icq": ("X-ICQ", "icq:"),
        "jabber": ("X-JABBER", "xmpp:"),
        "msn": ("X-MSN", "msnim:"),
        "yahoo": ("X-YAHOO", "ymsgr:"),
        "skype": ("X-SKYPE-USERNAME", "skype:"),
        "googletalk": ("X-GOOGLE-TALK", "xmpp:"),
    }
)
"""Chats by service: the property that Android's reader knows, and the scheme of the URI."""

_OUTLOOK_RELATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Spouse": "X-MS-SPOUSE",
        "Agent": "X-MS-ASSISTANT",
        "Assistant": "X-MS-ASSISTANT",
        "Manager": "X-MS-MANAGER",
        "Child": "X-MS-CHILD",
    }
)
"""MS-OXVCARD section 2.1.3, by label."""

_KNOWN_PHONES: Final[Mapping[Target, frozenset[str]]] = MappingProxyType(
    {
        "outlook": frozenset(("car", "isdn")),
        "android": frozenset(
            ("car", "isdn", "tlx", "msg", "company-main", "callback", "assistant")
        ),
        "whatsapp": frozenset(),
        "telegram": frozenset(),
    }
)
"""Further types that a reader with one kind a number shows."""

_SECOND: Final[Mapping[Target, LossKind]] = MappingProxyType(
    {"android": SECOND_ANDROID, "outlook": SECOND_OUTLOOK}
)
"""The loss of a second company or job title, by target."""

_NEAR: Final = frozenset(("iphone", "company-main", "homefax", "otherfax"))
"""Labels of numbers that stand under one that says less."""

_GLUED: Final = frozenset(("N", "ADR", "ORG"))
"""Properties to which Android 5 to 7.1 appends a folded line behind them."""

_DATES: Final = frozenset(("BDAY", "ANNIVERSARY", "X-ABDATE"))
"""The dates that Apple shows."""

_ALONE: Final = frozenset(
    (
        frozenset(("work",)),
        frozenset(("home",)),
        frozenset(("cell",)),
        frozenset(("pager",)),
        frozenset(("main",)),
        frozenset(("other",)),
        frozenset(("fax",)),
        frozenset(("work", "fax")),
    )
)
"""Types, without voice, that one label of a profile says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Holds what the profile's reader makes of the entries of one card, by place."""

    profile: Profile
    phones: Mapping[int, Phone]
    again: frozenset[int]
    uid: frozenset[int]
    websites: Mapping[int, str]


def adapt_card(
    properties: tuple[Property, ...], profile: Profile, region: str
) -> tuple[list[Placed], Losses]:
    """Return the properties that the profile's reader accepts, in its order, and the losses."""
    needs_e164 = profile.waid or profile.waid_lost is not None
    view = contact_view(Card(properties=properties), region, in_e164=needs_e164)
    contact, contact_losses = adapt(view.contact, profile)
    losses: Losses = [
        (place, LossKind(code=loss.code, reason=loss.reason))
        for loss in contact_losses
        for place in view.places_of(loss) or (-1,)
    ]
    dropped = {place for loss in contact_losses if _drops(loss) for place in view.places_of(loss)}
    reader = _Reader(
        profile=profile,
        phones=_kept_phones(view, contact.phones, dropped),
        again=_again(view, contact.phones, dropped),
        uid=frozenset(place for entry in view.places.get("uid", ()) for place in entry),
        websites=_website_types(view, profile),
    )
    placed: list[Placed] = []
    joined = _joined_notes(properties, losses) if profile.name == "apple" else {}
    seconds = _seconds(properties, profile)
    losses += seconds.items()
    for place, prop in enumerate(properties):
        if place in dropped or place in seconds or joined.get(place) == "":
            continue
        if place in joined:
            prop = structs.replace(prop, value=joined[place])
        read, kinds = _read(place, prop, reader)
        placed += [(place, each) for each in read]
        losses += [(place, kind) for kind in kinds]
    if profile.name not in _AS_READ:
        order = {name: at for at, name in enumerate(profile.order, start=1)}
        last = len(order) + 1
        placed.sort(
            key=lambda each: (
                last if isinstance(each[1].value, Binary) else order.get(each[1].name, 0)
            )
        )
    return placed if profile.folded else _apart(placed), losses


def _seconds(properties: tuple[Property, ...], profile: Profile) -> dict[int, LossKind]:
    """Return the loss of each property whose reader keeps one of its name, by place."""
    kind = _SECOND.get(profile.name)
    if kind is None:
        return {}
    places = {
        name: [place for place, prop in enumerate(properties) if prop.name == name]
        for name in ("ORG", "TITLE")
    }
    return {place: kind for found in places.values() for place in found[1:]}


def _joined_notes(properties: tuple[Property, ...], losses: Losses) -> dict[int, str]:
    """Return the text of each note by place where there are several: the first has all of them."""
    notes = {
        place: prop.value
        for place, prop in enumerate(properties)
        if prop.name == "NOTE" and isinstance(prop.value, str)
    }
    if len(notes) < 2:
        return {}
    first, *others = notes
    losses += [(place, NOTES_APPLE) for place in others]
    return {**dict.fromkeys(others, ""), first: "\n".join(notes.values())}


def _apart(placed: list[Placed]) -> list[Placed]:
    """Return the properties with octets, whose lines are folded, not directly behind one that
    Android 5 to 7.1 would append them to."""
    files = [each for each in placed if isinstance(each[1].value, Binary)]
    others = [each for each in placed if not isinstance(each[1].value, Binary)]
    safe = [at for at, (_, prop) in enumerate(others) if prop.name not in _GLUED]
    if files and safe:
        others.append(others.pop(safe[-1]))
    return [*others, *files]


def misdialled_numbers(properties: tuple[Property, ...]) -> Losses:
    """Return a loss for each number that Android dials otherwise than intended."""
    return [
        (place, kind)
        for place, prop in enumerate(properties)
        if prop.name == "TEL"
        and type(prop.value) is str
        and prop.kind == "text"
        and "pager" not in prop.types
        and (kind := misdialled(prop.value))
    ]


def _drops(loss: Loss) -> bool:
    return loss.code == DROPPED and loss.index is not None and not loss.member


def _kept_phones(
    view: ContactView, phones: tuple[Phone, ...], dropped: set[int]
) -> dict[int, Phone]:
    kept = [place for (place,) in view.places["phones"] if place not in dropped]
    return dict(zip(kept, phones, strict=True))


def _again(view: ContactView, phones: tuple[Phone, ...], dropped: set[int]) -> frozenset[int]:
    """Return the places of the second and further numbers of a label."""
    seen: set[str] = set()
    again = set()
    for place, phone in _kept_phones(view, phones, dropped).items():
        if phone.label in seen:
            again.add(place)
        seen.add(phone.label)
    return frozenset(again)


def _website_types(view: ContactView, profile: Profile) -> dict[int, str]:
    """Return the type of each website by place, if the profile has types of websites."""
    if profile.websites != "typed":
        return {}
    types = website_types(view.contact.websites, profile)
    return {place: kind for (place,), kind in zip(view.places["websites"], types, strict=True)}


def _read(place: int, prop: Property, reader: _Reader) -> Read:
    """Return what the reader gets of a property."""
    profile = reader.profile
    if isinstance(prop.value, Binary) or prop.name == "PHOTO":
        return _file(prop, profile)
    if "UID" not in profile.order and prop.name in NO_ROOM_FOR:
        return (), (() if place in reader.uid else (NO_ROOM,))
    is_relation = profile.version == "4.0" or (prop.kind == "vcard" and profile.version == "2.1")
    if prop.name == "AGENT" and is_relation:
        relation, named = agent_as_relation(prop)
        read, kinds = _read(place, relation[0], reader) if relation else ((), ())
        return read, (*named, *kinds)
    if prop.group and prop.label and profile.labels == "typed" and profile.name not in _AS_READ:
        prop = structs.replace(prop, group="")  # whose label its readers do not read
    if prop.name == "TEL":
        return _shown(_tel(place, prop, reader), profile)
    if prop.name == "URL":
        return _shown(_url(place, prop, reader), profile)
    return read_as(prop, profile)


def read_as(prop: Property, profile: Profile) -> Read:
    """Return what the reader gets of a property that is no number, website or file."""
    change = _CHANGES.get((profile.name, prop.name))
    read, kinds = _shown(change(prop, profile) if change else ((prop,), ()), profile)
    is_unread = read and not kinds and profile.apple and is_unread_date(prop)
    return read, (*kinds, DATE_APPLE) if is_unread else kinds


def is_unread_date(prop: Property) -> bool:
    """Return whether Apple shows nothing of a property since it is no date that it knows."""
    return prop.name in _DATES and not (isinstance(prop.value, str) and is_apple_date(prop.value))


def unread_dates(properties: tuple[Property, ...]) -> Losses:
    """Return a loss for each date that Apple does not show."""
    return [
        (place, DATE_APPLE)
        for place, prop in enumerate(properties)
        if prop.name in _DATES and is_unread_date(prop)
    ]


def _shown(spelled: Read, profile: Profile) -> Read:
    """Return what is written of these properties: in one line if the reader needs it, and nothing
    of one that it does not show and has no room for."""
    read, kinds = spelled
    rows = NOT_SHOWN.get(profile.name, {})
    if profile.version == "4.0":
        rows = {**rows, **NOT_SHOWN_IN_V40.get(profile.name, {})}
    lost = [rows[each.name] for each in read if each.name in rows]
    if not lost and profile.name == "telegram" and any(each.name[:2] == "X-" for each in read):
        lost = [TELEGRAM_SHOWS_NOT]
    if lost and lost[0].code == DROPPED:
        return (), (*kinds, lost[0])
    if not profile.lines:
        joined = tuple(map(_on_one_line, read))
        if joined != read:
            read, kinds = joined, (*kinds, LINES_TELEGRAM)
    return read, (*kinds, *lost)


def _on_one_line(prop: Property) -> Property:
    return structs.replace(prop, value=_joined(prop.value), label=one_line(prop.label))


def _joined(value: Value) -> Value:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, Binary):
        return value
    return tuple(
        [one_line(each) if isinstance(each, str) else tuple(map(one_line, each)) for each in value]
    )  # type: ignore[return-value]  # all texts or all components, as before


def photo_fits(photo: Binary, octets: int) -> bool:
    """Return whether a photo may stand in a card as it is: a JPEG, PNG or GIF of at most `octets`
    bytes; any other must be drawn anew."""
    return photo.media_type.lower() in _SHOWN_PHOTOS and len(photo.data) <= octets


def _file(prop: Property, profile: Profile) -> Read:
    """Return a photo or another file, if the reader's card has room for it."""
    is_photo = prop.name == "PHOTO"
    if not profile.photo:
        return (), ((profile.photo_lost or FILE_DROPPED) if is_photo else FILE_DROPPED,)
    kinds = [kind] if (kind := NOT_SHOWN.get(profile.name, {}).get(prop.name)) else []
    if not isinstance(prop.value, Binary):
        return (prop,), (PHOTO_LINK, *kinds)
    if is_photo and profile.photo_bytes and len(prop.value.data) > profile.photo_bytes:
        return (), (PHOTO_OUTLOOK,)
    if is_photo and prop.value.media_type.lower() not in _SHOWN_PHOTOS:
        kinds.append(PHOTO_FORMAT)
    if is_photo and profile.photo_unread:
        kinds.append(profile.photo_unread)
    return (prop,), tuple(kinds)


def _tel(place: int, prop: Property, reader: _Reader) -> Read:
    profile = reader.profile
    phone = reader.phones.get(place)
    if phone is None or profile.name in _AS_READ:
        return (prop,), ()
    if profile.dialable and isinstance(prop.value, str) and phone.number != prop.value.strip():
        prop = structs.replace(prop, value=phone.number, kind="text")
    if profile.waid and (account := whatsapp_account(phone)):
        params = tuple(each for each in prop.params if each[0] != "WAID")
        prop = structs.replace(prop, params=(("WAID", (account,)), *params))
    if profile.version == "4.0":
        number = "" if profile.tel_uris else number_of(prop)
        return (structs.replace(prop, value=number, kind="text") if number else prop,), ()
    return _typed(prop, phone, place in reader.again, profile)


def _typed(prop: Property, phone: Phone, again: bool, profile: Profile) -> Read:
    """Return a number with the types or the label by which the reader shows its kind."""
    own = prop.label if prop.label.lower() not in PHONE_LABELS else ""
    words = frozenset(prop.types) - {"voice"}
    if profile.labels == "grouped" and prop.label:
        return (prop,), ()
    if own and profile.name == "android":
        kinds = (TYPES_BESIDE_LABEL,) if words else ()
        return (structs.replace(prop, types=()),), kinds
    if own and profile.labels != "none":
        return (prop,), ()
    relabelled = phone.label != phone_label(prop)
    if not relabelled and words not in _ALONE and (words or prop.label):
        known = _KNOWN_PHONES.get(profile.name)
        if known is None or words & known:
            return (prop,), ()  # Apple, whose reader takes the first that it knows, and the camera
        if not prop.label and len(words) == 2 and words == {"home", "fax"}:
            return (prop,), ()
    if not words and not prop.label and not relabelled and phone.label == "other":
        types = ("voice",) if profile.name == "android" else prop.types
        return (structs.replace(prop, types=types),), ()
    spelled = profile.phone_types[phone.label]
    if again:
        spelled = profile.phone_again.get(phone.label, spelled)
    label = spelled[0][2:] if spelled[0].startswith("X-") else ""
    if own:
        label = own  # it is named where it is left out
    types = () if label and not own else tuple(map(str.lower, spelled))
    is_main = types == ("pref",)  # PREF is no type, but what two readers show as the main number
    is_near = prop.label.lower() in _NEAR or words - _said(phone.label)
    kinds = (TYPES_LOST,) if is_near and not relabelled else ()
    return (
        structs.replace(
            prop,
            types=() if is_main else types,
            pref=1 if is_main else prop.pref,
            label=label,
        ),
    ), kinds


def _said(label: str) -> frozenset[str]:
    """Return the types that a label says."""
    words = {word for word, meaning in PHONE_LABELS.items() if meaning == label}
    return frozenset((*words, label, "work" if label == "fax" else label))


def _url(place: int, prop: Property, reader: _Reader) -> Read:
    profile = reader.profile
    kinds: tuple[LossKind, ...] = ()
    if profile.name == "apple" and isinstance(prop.value, str) and ";" in prop.value:
        prop = structs.replace(prop, value=website_url(prop) or prop.value)
        kinds = (WEBSITE_ENCODED,)
    # `adapt` names what is shown as the label if it is left out: that, else the first type.
    shown = prop.label or next(iter(prop.types), "")
    if profile.websites == "typed" and (kind := reader.websites.get(place)):
        typed = structs.replace(prop, types=(kind.lower(),), label="")
        return (typed,), (*kinds, *unsaid(prop, typed, shown))
    if profile.websites == "plain":
        if prop.label and profile.website_label_lost and not website_url(prop):
            kinds = (*kinds, profile.website_label_lost)  # no website to the view
        plain = structs.replace(prop, types=(), label="", group="")
        return (plain,), (*kinds, *unsaid(prop, plain, shown))
    if profile.websites == "all-grouped" and not (prop.label or prop.group or prop.types):
        return (structs.replace(prop, label="HomePage"),), kinds
    if profile.websites == "custom-row" and prop.label and isinstance(prop.value, str):
        row = _row("website", profile, prop.value, _OWN_LABEL, prop.label.strip())
        return (row,), (*kinds, *unsaid(prop, row, prop.label))
    return (prop,), kinds


def _row(kind: str, profile: Profile, *cells: str) -> Property:
    """Return a row of Android's contacts. Its reader unescapes a cell in a list that semicolons
    separate, and but for 2.1 as a text before."""
    escaped = [cell.replace("\\", "\\\\").replace(";", "\\;").replace("\n", " ") for cell in cells]
    if profile.version != "2.1":
        escaped = list(map(escape, escaped))
    return Property(
        name="X-ANDROID-CUSTOM", value=";".join((_ROWS + kind, *escaped)), kind="unknown"
    )


def _relation(prop: Property) -> str:
    """Return the label of a relation."""
    if prop.label or not prop.types:
        return prop.label
    return prop.types[0].capitalize()


def _said_by(label: str) -> tuple[str, ...]:
    """Return the label of a relation and the type that it says."""
    word = label.casefold()
    return label, RELATIONS.get(word, word)


def _android_related(prop: Property, profile: Profile) -> Read:
    if prop.kind == "uri" or not isinstance(prop.value, str):
        return (prop,), ()
    label = _relation(prop)
    number = _ANDROID_RELATIONS.get(label)
    cells = (prop.value, number) if number else (prop.value, _OWN_LABEL, label or "Other")
    row = _row("relation", profile, *cells)
    return (row,), unsaid(prop, row, *_said_by(label))


def _android_date(prop: Property, profile: Profile) -> Read:
    if not isinstance(prop.value, str):
        return (prop,), ()
    date = extended_date(prop.value)
    is_own = prop.label not in ("", "Other")
    cells = (date, _OWN_LABEL, prop.label) if is_own else (date, _OTHER_EVENT)
    row = _row("contact_event", profile, *cells)
    return (row,), unsaid(prop, row, prop.label)


def _android_chat(prop: Property, _: Profile) -> Read:
    name, scheme = _ANDROID_CHATS.get(prop.param("SERVICE-TYPE").lower(), ("", ""))
    if not name or not isinstance(prop.value, str) or not prop.value.startswith(scheme):
        return (prop,), ()
    params = tuple(each for each in prop.params if each[0] != "SERVICE-TYPE")
    address = unquote(prop.value.removeprefix(scheme))
    return (structs.replace(prop, name=name, value=address, kind="text", params=params),), ()


def _outlook_related(prop: Property, _: Profile) -> Read:
    name = _OUTLOOK_RELATIONS.get(_relation(prop))
    if name is None or prop.kind == "uri":
        return (prop,), ()
    field = structs.replace(prop, name=name, types=(), label="", group="")
    return (field,), unsaid(prop, field, *_said_by(_relation(prop)))


def _outlook_anniversary(prop: Property, _: Profile) -> Read:
    field = structs.replace(prop, name="X-MS-ANNIVERSARY", label="", group="")
    return (field,), unsaid(prop, field)


def _android_place(prop: Property, _: Profile) -> Read:
    """Return an e-mail or an address: Android shows a label of one's own without types alone."""
    if not prop.label or not prop.types:
        return (prop,), ()
    return (structs.replace(prop, types=()),), (TYPES_BESIDE_LABEL,)


def _without_envelope(prop: Property, _: Profile) -> Read:
    """Return an address without the text of its envelope."""
    params = tuple(each for each in prop.params if each[0] != "LABEL")
    if params == prop.params:
        return (prop,), ()
    if not any(components_of(prop, 7)):
        value = ((), (), (prop.param("LABEL"),), (), (), (), ())
        return (structs.replace(prop, value=value, params=params),), ()
    return (structs.replace(prop, params=params),), (ENVELOPE_TELEGRAM,)


_CHANGES: Final[Mapping[tuple[Target, str], Callable[[Property, Profile], Read]]] = (
    MappingProxyType(
        {
            ("android", "ADR"): _android_place,
            ("android", "EMAIL"): _android_place,
            ("android", "IMPP"): _android_chat,
            ("android", "RELATED"): _android_related,
            ("android", "X-ABDATE"): _android_date,
            ("outlook", "ANNIVERSARY"): _outlook_anniversary,
            ("outlook", "RELATED"): _outlook_related,
            ("telegram", "ADR"): _without_envelope,
        }
    )
)
"""Properties that a target's reader knows under another name or form."""
