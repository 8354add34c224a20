"""The forms of a contact: what createcontact gives for it."""

from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document, JSContactVersion
from vcardsvc.vcard import jcard as jcard_module
from vcardsvc.vcard import jscontact as jscontact_module
from vcardsvc.vcard import xcard as xcard_module
from vcardsvc.vcard.contact_card import card_of


def jcard(contact: Contact) -> Document:
    """The contact as jCard."""
    return jcard_module.jcard(card_of(contact))[0]


def xcard(contact: Contact) -> Document:
    """The contact as xCard."""
    return xcard_module.xcard(card_of(contact))[0]


def jscontact(contact: Contact, version: JSContactVersion = "2.0") -> Document:
    """The contact as JSContact."""
    return jscontact_module.jscontact(card_of(contact), version)[0]
