"""Views a card as a contact: the part of it that messengers and the rules of readers know.

Each part and entry of the contact keeps the places of its properties in the card, so that what is
said of the contact (its losses) is said of the card.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from msgspec import structs

from vcardsvc.model.card import Binary, Card, CardLoss, Property
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
from vcardsvc.model.request import Loss, Part
from vcardsvc.validation import phones
from vcardsvc.vcard.adaptation import number_of
from vcardsvc.vcard.card_losses import CardPlaces
from vcardsvc.vcard.content_line import cleaned

PHONE_LABELS: Final[Mapping[str, PhoneLabel]] = {
    "fax": "fax",
    "homefax": "fax",
    "workfax": "fax",
    "otherfax": "fax",
    "pager": "pager",
    "cell": "mobile",
    "mobile": "mobile",
    "iphone": "mobile",
    "main": "main",
    "main-number": "main",
    "company-main": "main",
    "work": "work",
    "home": "home",
}
"""The label of a number by its type, or by its own label in lower case; the first of the table that
a number has counts. A number with another type, or none, is an `other` one."""

PLACE_LABELS: Final[Mapping[str, PlaceLabel]] = {"work": "work", "home": "home"}

_NAMES: Final = ("NICKNAME", "EMAIL", "TEL")
"""Properties whose text is the name where there is no other."""

_SUFFIX: Final = 4
"""The place of suffixes in N."""
_COUNTRY: Final = re.compile("[A-Za-z]{2}")
_UNSAFE_IN_URL: Final = re.compile(r'[\s,;\\"<>]++')
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d+(?:[/?#]|$))")
_HOMEPAGE: Final = "homepage"

Places = tuple[int, ...]
"""Places of properties in their card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """Holds a card as a contact: `places` has, for each part of the contact, the places of the
    properties of each entry; a part that is no list has one entry."""

    card: Card
    contact: Contact
    places: Mapping[Part, tuple[Places, ...]]

    def places_of(self, loss: Loss) -> Places:
        """Return the places of the properties that a loss is about; () for the whole card."""
        entries = self.places.get(loss.part, ())
        index = loss.index or 0
        return entries[index] if index < len(entries) else ()

    def losses_of(self, losses: Iterable[Loss]) -> tuple[CardLoss, ...]:
        """Return the losses of the contact as those of the card's properties."""
        named = CardPlaces(self.card.properties)
        found: dict[CardLoss, None] = {}
        for loss in losses:
            places = self.places_of(loss)
            if not places:
                found[CardLoss(name="", index=0, code=loss.code, reason=loss.reason)] = None
            for place in places:
                found[named.loss(place, loss.code, loss.reason)] = None
        return tuple(found)


def contact_view(card: Card, region: str = "", *, in_e164: bool = True) -> ContactView:
    """Return the card as a contact; `region` is the one of numbers without a country code.

    `in_e164`: whether numbers are also read as E.164, which takes most of the time.
    """
    by_name: dict[str, list[tuple[int, Property]]] = {}
    for place, prop in enumerate(card.properties):
        by_name.setdefault(prop.name, []).append((place, prop))
    places: dict[Part, tuple[Places, ...]] = {}
    contact = Contact(
        **_names(by_name, places),
        **_organization(by_name, places),
        title=_one_text(by_name, "TITLE", "title", places),
        note="\n".join(_texts(by_name, "NOTE", "note", places)),
        uid=_one_line(_one_text(by_name, "UID", "uid", places)),
        phones=_phones(by_name, places, region, in_e164=in_e164),
        emails=_emails(by_name, places),
        addresses=_addresses(by_name, places),
        websites=_websites(by_name, places),
        photo=_photo(by_name, places),
    )
    return ContactView(card=card, contact=contact, places=places)


def whole_view(card: Card, region: str = "") -> ContactView:
    """Return the card as a contact as `contact_view` does, with everything that a messenger may
    take beside: labels of one's own, preferred entries, and the further properties."""
    view = contact_view(card, region)
    places = {place for entries in view.places.values() for entry in entries for place in entry}
    extra = [
        place
        for place, prop in enumerate(card.properties)
        if place not in places and (prop.name != "N" or any(components_of(prop, 5)))
    ]
    lists: tuple[Part, ...] = ("phones", "emails", "addresses")
    contact = structs.replace(
        view.contact,
        **{part: tuple(_with_own(view, part)) for part in lists},
        extra=tuple(card.properties[place] for place in extra),
    )
    all_places: dict[Part, tuple[Places, ...]] = {
        **view.places, "extra": tuple((place,) for place in extra)
    }  # fmt: skip
    return ContactView(card=card, contact=contact, places=all_places)


def _with_own(view: ContactView, part: Part) -> Iterator[Phone | Email | Address]:
    for entry, (place, *_) in zip(getattr(view.contact, part), view.places[part], strict=True):
        prop = view.card.properties[place]
        own = _one_line(cleaned(prop.label))
        more = {} if part == "addresses" else {"preferred": prop.pref == 1}
        yield structs.replace(entry, own_label=own, **more)


def partly_held(view: ContactView) -> Iterator[tuple[Part, int]]:
    """Yield the entries of a contact whose properties say more than it holds: a further type, a
    parameter, a rank, components of vCard 4.0 alone."""
    for part, entries in view.places.items():
        for index, places in enumerate(entries):
            if any(_says_more(view.card.properties[place]) for place in places):
                yield part, index


def _says_more(prop: Property) -> bool:
    lists = prop.name in ("TEL", "EMAIL", "ADR", "URL")
    words = {"voice", prop.label.lower()}
    if prop.name == "TEL" and prop.label.lower() in ("", *PHONE_LABELS):
        shown = phone_label(prop)
        words |= {word for word, label in PHONE_LABELS.items() if label == shown}
    elif lists and not prop.label:
        words |= {_place_label(prop)} if prop.name != "URL" else {*prop.types[:1]}
    names = {"WAID", "CC"} if any(components_of(prop, 7)) else {"CC", "LABEL"}
    parts = prop.value if isinstance(prop.value, tuple) else ()
    most = {"N": 5, "ADR": 7}.get(prop.name, len(parts))
    rank = 1 if prop.name in ("TEL", "EMAIL") else 0  # the first is named as the preferred one
    return (
        not words.issuperset(prop.types)
        or not names.issuperset(name for name, _ in prop.params)
        or prop.pref > rank
        or bool(prop.label and not lists)
        or any(parts[most:])
    )


def contact_of(card: Card, region: str = "") -> Contact:
    """Return the card as a contact, as `contact_view` does."""
    return contact_view(card, region).contact


ByName = Mapping[str, Sequence[tuple[int, Property]]]
AllPlaces = dict[Part, tuple[Places, ...]]


def text_of(prop: Property) -> str:
    """Return the value of a property as one text; "" for octets."""
    value = prop.value
    if isinstance(value, str):
        return cleaned(value).strip()
    if isinstance(value, Binary):
        return ""
    parts = [each if isinstance(each, str) else ", ".join(each) for each in value]
    return cleaned(", ".join(filter(None, parts))).strip()


def components_of(prop: Property, least: int) -> list[str]:
    """Return the components of a value, each as one text; at least `least`."""
    value = prop.value
    if isinstance(value, (str, Binary)):
        parts = [text_of(prop)]
    else:
        parts = [_component(prop, place, each) for place, each in enumerate(value)]
    return parts + [""] * (least - len(parts))


def _component(prop: Property, place: int, texts: Sequence[str]) -> str:
    """Return the texts of a component as one: names with a blank between, others with a comma."""
    if not texts:
        return ""
    if not isinstance(texts, str):
        joint = " " if prop.name == "N" and place != _SUFFIX else ", "
        texts = texts[0] if len(texts) == 1 else joint.join(map(str.strip, texts))
    return cleaned(texts).strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _texts(by_name: ByName, name: str, part: Part, places: AllPlaces) -> list[str]:
    found = [(place, text) for place, prop in by_name.get(name, ()) if (text := text_of(prop))]
    if found:
        places[part] = (tuple(place for place, _ in found),)
    return [text for _, text in found]


def _one_text(by_name: ByName, name: str, part: Part, places: AllPlaces) -> str:
    for place, prop in by_name.get(name, ()):
        if text := text_of(prop):
            places[part] = ((place,),)
            return text
    return ""


def _names(by_name: ByName, places: AllPlaces) -> dict[str, Any]:
    """Return the parts of the name: those of N, else FN as the first name unless it is the
    company's, else the first entry of _NAMES if there is no company. Beside a company's name N is
    taken without a name too."""
    found = [_parts_of_name(place, prop) for place, prop in by_name.get("N", ())]
    for parts, held in found:
        if parts["first"] or parts["last"]:
            places |= held
            return parts
    organization = _organization(by_name, {}).get("organization", "")
    for place, prop in by_name.get("FN", ()):
        full_name = _one_line(text_of(prop))
        if full_name and full_name.casefold() != _one_line(organization).casefold():
            places["first"] = ((place,),)
            return {"first": full_name}
    if organization:
        parts, held = next((one for one in found if any(one[0].values())), ({}, {}))
        places |= held
        return parts
    for name in _NAMES:
        for place, prop in by_name.get(name, ()):
            if text := _one_line(text_of(prop)):
                places["first"] = ((place,),)
                return {"first": text}
    return {}


def _parts_of_name(place: int, prop: Property) -> tuple[dict[str, str], AllPlaces]:
    """Return the parts of the name in N, and where they are from."""
    last, first, middle, prefix, suffix, *_ = map(_one_line, components_of(prop, 5))
    parts = {"first": first, "last": last, "middle": middle, "prefix": prefix, "suffix": suffix}
    held: tuple[Part, ...] = ("first", "last", "middle", "prefix", "suffix")
    return parts, dict.fromkeys(held, ((place,),))


def _organization(by_name: ByName, places: AllPlaces) -> dict[str, Any]:
    for place, prop in by_name.get("ORG", ()):
        organization, *units = components_of(prop, 1)
        unit = ", ".join(filter(None, units))
        if organization or unit:
            places["organization"] = places["unit"] = ((place,),)
            return {"organization": organization, "unit": _one_line(unit)}
    return {}


def phone_label(prop: Property) -> PhoneLabel:
    """Return the label of a number: that of its own label, else of its types."""
    words = {prop.label.lower()} if prop.label.lower() in PHONE_LABELS else {*prop.types}
    if not words and prop.pref and not prop.label:
        return "main"
    return next((label for word, label in PHONE_LABELS.items() if word in words), "other")


def _place_label(prop: Property) -> PlaceLabel:
    words = (prop.label.lower(), *prop.types)
    return next((PLACE_LABELS[word] for word in words if word in PLACE_LABELS), "work")


def _phones(by_name: ByName, places: AllPlaces, region: str, *, in_e164: bool) -> tuple[Phone, ...]:
    found, entries = [], []
    for place, prop in by_name.get("TEL", ()):
        text = number_of(prop) or _one_line(text_of(prop))
        number = phones.read(text, region) if in_e164 else None
        typed = number.typed if number else text
        if typed:
            e164 = number.e164 if number else None
            found.append(Phone(number=typed, label=phone_label(prop), e164=e164))
            entries.append((place,))
    places["phones"] = tuple(entries)
    return tuple(found)


def _emails(by_name: ByName, places: AllPlaces) -> tuple[Email, ...]:
    found = [
        (place, Email(address=address, label=_place_label(prop)))
        for place, prop in by_name.get("EMAIL", ())
        if (address := _one_line(text_of(prop)))
    ]
    places["emails"] = tuple((place,) for place, _ in found)
    return tuple(email for _, email in found)


def _addresses(by_name: ByName, places: AllPlaces) -> tuple[Address, ...]:
    found, entries = [], []
    for place, prop in by_name.get("ADR", ()):
        box, extended, street, locality, region, code, nation, *_ = components_of(prop, 7)
        text = "\n".join(filter(None, (box, extended, street)))
        if not any((text, locality, region, code, nation)):
            text = cleaned(prop.param("LABEL")).strip()
        country = prop.param("CC").lower()
        if any((text, locality, region, code, nation)):
            found.append(
                Address(
                    text=text,
                    label=_place_label(prop),
                    country=country if _COUNTRY.fullmatch(country) else "",
                    locality=_one_line(locality),
                    region=_one_line(region),
                    code=_one_line(code),
                    nation=_one_line(nation),
                )
            )
            entries.append((place,))
    places["addresses"] = tuple(entries)
    return tuple(found)


def website_url(prop: Property) -> str:
    """Return the address of a website as readers take it; "" for another scheme than http(s)."""
    url = _one_line(text_of(prop))
    match = _SCHEME.match(url)
    if match and match[1].lower() not in ("http", "https"):
        return ""
    return _UNSAFE_IN_URL.sub(lambda unsafe: quote(unsafe[0]), url)


def _websites(by_name: ByName, places: AllPlaces) -> tuple[Website, ...]:
    found, entries = [], []
    for place, prop in by_name.get("URL", ()):
        if url := website_url(prop):
            label = _one_line(cleaned(prop.label)) or next(iter(prop.types), "")
            is_homepage = label.casefold() == _HOMEPAGE
            found.append(Website(url=url, label="" if is_homepage else label))
            entries.append((place,))
    places["websites"] = tuple(entries)
    return tuple(found)


def _photo(by_name: ByName, places: AllPlaces) -> Photo | None:
    """Return the first photo in the card itself, whatever its format: its size is not read."""
    for place, prop in by_name.get("PHOTO", ()):
        if isinstance(prop.value, Binary):
            places["photo"] = ((place,),)
            return Photo(jpeg=prop.value.data, width=0, height=0)
    return None
