"""Every text of any contact finds it."""

from hypothesis import given

from tests.support.entries import CONTACTS
from vcardsvc.model.contact import Contact
from vcardsvc.store.search_terms import (
    entry_terms,
    query_words,
)


@given(contact=CONTACTS)
def test_every_text_of_a_contact_finds_it(contact: Contact) -> None:
    """Whatever a contact says, requested just so, is found: cut alike, none is lost."""
    found = entry_terms([contact], "", {})
    texts = (contact.first, contact.last, contact.organization, contact.title)
    for text in (*texts, *(each.text for each in contact.addresses)):
        words = query_words(text)
        assert [word for word in words if not any(t.startswith(word) for t in found)] == []
