"""Lists the properties of a contact in terms of vCard 4.0, for jCard, xCard and JSContact."""

from vcardsvc.model.card import Binary, Card, Property
from vcardsvc.model.contact import Address, Contact
from vcardsvc.vcard.profile import PHONE_TYPES_V40
from vcardsvc.vcard.properties import (
    PRODID,
    address_parts,
    full_name,
    is_company,
    is_uri,
    name_parts,
    tel_uri,
    uid,
)


def card_of(contact: Contact) -> Card:
    """Return the contact as a card.

    The order is fixed: KIND, PRODID, UID, names and texts, the lists in the contact's order, its
    further properties, the photo.
    """
    identity = uid(contact)
    properties = [
        Property(name="KIND", value="org" if is_company(contact) else "individual"),
        Property(name="PRODID", value=PRODID),
        Property(name="UID", kind="uri" if is_uri(identity) else "text", value=identity),
        Property(name="FN", value=full_name(contact)),
        Property(name="N", value=_components(name_parts(contact))),
    ]
    if contact.organization or contact.unit:
        units = (contact.unit,) if contact.unit else ()
        properties.append(Property(name="ORG", value=_components((contact.organization, *units))))
    texts = {"TITLE": contact.title, "NOTE": contact.note}
    properties += [Property(name=name, value=value) for name, value in texts.items() if value]
    properties += _phones(contact)
    for email in contact.emails:
        properties.append(
            Property(
                name="EMAIL",
                value=email.address,
                types=() if email.own_label else (email.label,),
                pref=1 if email.preferred else 0,
                label=email.own_label,
            )
        )
    properties += [_address(address) for address in contact.addresses]
    for website in contact.websites:
        properties.append(Property(name="URL", kind="uri", value=website.url, label=website.label))
    properties += contact.extra
    if contact.photo:
        photo = Binary(data=contact.photo.jpeg, media_type="image/jpeg")
        properties.append(Property(name="PHOTO", kind="binary", value=photo))
    return Card(properties=tuple(properties))


def _components(texts: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple((text,) if text else () for text in texts)


def _phones(contact: Contact) -> list[Property]:
    chosen = [at for at, each in enumerate(contact.phones) if each.preferred]
    preferred = chosen or [at for at, each in enumerate(contact.phones) if each.label == "main"][:1]
    return [
        Property(
            name="TEL",
            kind="uri" if phone.e164 else "text",
            value=tel_uri(phone.e164) if phone.e164 else phone.number,
            types=tuple(map(str.lower, PHONE_TYPES_V40[phone.label])),
            pref=1 if at in preferred else 0,
            label=phone.own_label,
        )
        for at, phone in enumerate(contact.phones)
    ]


def _address(address: Address) -> Property:
    return Property(
        name="ADR",
        value=_components(address_parts(address)),
        types=() if address.own_label else (address.label,),
        label=address.own_label,
        # RFC 8605 section 3.1: an ISO 3166-1 code, in capitals.
        params=(("CC", (address.country.upper(),)),) if address.country else (),
    )
