"""Any contact is written as the vendors' published schemas say."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.drawn_contacts import contacts
from tests.support.hypothesis_profiles import examples
from tests.support.messengers import card_document as card
from tests.support.messengers import faults
from vcardsvc.messengers import telegram, twilio, whatsapp
from vcardsvc.messengers.names import CAPTION
from vcardsvc.messengers.telegram import TELEGRAM_NAME, TELEGRAM_VCARD
from vcardsvc.model.contact import Contact, Phone
from vcardsvc.model.request import Document
from vcardsvc.vcard.losses import CannotRender

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"
LINK = "https://cards.example/l/abc"


def json_of(document: Document) -> Any:
    """The JSON in a document, which is a file of JSON."""
    assert (document.content_type, document.filename) == ("application/json", "contact.json")
    assert document.size == len(document.octets)
    return json.loads(document.octets)


def sent(contact: Contact) -> dict[str, str]:
    """Telegram's parameters but for the card."""
    parameters = json_of(telegram.write((contact, card(CARD))).document)
    assert parameters.pop("vcard") == CARD
    assert isinstance(parameters, dict)
    return parameters


TYPED = Phone(number="0171 555")


@examples(500)
@given(contacts())
def test_any_contact_is_what_the_vendors_published(contact: Contact) -> None:
    """Whatever the contact says, each payload keeps the vendor's schema once it has a recipient."""
    assert (
        faults("whatsapp", {**json_of(whatsapp.write(contact).document), "to": "+16505551234"})
        == []
    )
    parameters = {
        **json_of(twilio.write(contact, LINK).document),
        "To": "+16505551234",
        "From": "+15005550006",
    }
    assert faults("twilio", parameters) == []
    assert len(parameters["Body"]) <= CAPTION
    assert "\n" not in parameters["Body"]
    try:
        parameters = json_of(telegram.write((contact, card("x" * TELEGRAM_VCARD))).document)
    except CannotRender:
        assert not any(phone.e164 for phone in contact.phones)
    else:
        assert faults("telegram", {**parameters, "chat_id": 1}) == []


@examples(500)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=200))
def test_a_cut_name_is_the_start_of_the_name(name: str) -> None:
    """A name fits whole, or its start does with an ellipsis after it, never without a letter."""
    first = sent(Contact(first=name, phones=(TYPED,)))["first_name"]
    if len(name) <= TELEGRAM_NAME:
        assert first == name
    else:
        assert 1 < len(first) <= TELEGRAM_NAME
        assert first.endswith("…")
        assert name.startswith(first[:-1])
