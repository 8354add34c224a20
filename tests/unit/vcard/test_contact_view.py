"""A card that was read, as a contact."""

from typing import Final

from vcardsvc.errors import DROPPED
from vcardsvc.model.card import Binary, Card, CardLoss, Property
from vcardsvc.model.contact import Address, Contact, Email, Phone, Photo, Website
from vcardsvc.model.request import Loss
from vcardsvc.vcard.contact_view import contact_of, contact_view

CARD: Final = Card(
    properties=(
        Property(name="FN", value="Ann Smith"),
        Property(name="N", value=(("Smith",), ("Ann ",), ("B", "C"), ("Dr.",), ("Jr.",))),
        Property(name="ORG", value=(("ACME",), ("Research",), ("Lab",))),
        Property(name="NOTE", value=" one "),
        Property(name="TEL", value=" "),
        Property(name="TEL", value="tel:+16502530000", kind="uri", types=("cell", "voice")),
        Property(name="TEL", value="020 7946 0958", label="Mobile"),
        Property(name="TEL", value="1", pref=1),
        Property(name="EMAIL", value="a@b.example", types=("home",)),
        Property(
            name="ADR",
            value=((), ("Apt 2",), ("1 Main St",), ("Town",), (), ("1",), ("UK",)),
            types=("home",),
            params=(("CC", ("GB",)),),
        ),
        Property(name="ADR", value=((),) * 7, params=(("LABEL", ("A\nB",)),)),
        Property(name="URL", value="http://e.example/a;b", kind="uri", label="Blog"),
        Property(name="URL", value="ftp://e.example", kind="uri"),
        Property(name="URL", value="e.example:80/x", kind="uri", label="HomePage"),
        Property(name="NOTE", value="two", line=7),
        Property(name="PHOTO", value=Binary(data=b"x", media_type="image/png"), kind="binary"),
        Property(name="UID", value="1"),
        Property(name="TITLE", value="Chair"),
    )
)
CONTACT: Final = Contact(
    first="Ann",
    last="Smith",
    middle="B C",
    prefix="Dr.",
    suffix="Jr.",
    organization="ACME",
    unit="Research, Lab",
    title="Chair",
    note="one\ntwo",
    uid="1",
    phones=(
        Phone(number="+16502530000", label="mobile", e164="+16502530000"),
        Phone(number="020 7946 0958", label="mobile", e164="+442079460958"),
        Phone(number="1", label="main"),
    ),
    emails=(Email(address="a@b.example", label="home"),),
    addresses=(
        Address(
            text="Apt 2\n1 Main St",
            label="home",
            country="gb",
            locality="Town",
            code="1",
            nation="UK",
        ),
        Address(text="A\nB"),
    ),
    websites=(
        Website(url="http://e.example/a%3Bb", label="Blog"),
        Website(url="e.example:80/x"),
    ),
    photo=Photo(jpeg=b"x", width=0, height=0),
)


def test_a_card_is_viewed_as_a_contact() -> None:
    """Every part that a contact has."""
    assert contact_of(CARD, "GB") == CONTACT


def test_losses_of_the_contact_are_those_of_the_card() -> None:
    """Blank numbers and foreign websites count among the card's, a text may have several."""
    view = contact_view(CARD)
    losses = [
        Loss(part="phones", index=1, member="number", code=DROPPED, reason="r"),
        Loss(part="websites", index=1, code=DROPPED, reason="r"),
        Loss(part="note", code=DROPPED, reason="r"),
        Loss(part="card", code=DROPPED, reason="r"),
    ]
    assert view.losses_of(losses) == (
        CardLoss(name="TEL", index=2, code=DROPPED, reason="r"),
        CardLoss(name="URL", index=2, code=DROPPED, reason="r"),
        CardLoss(name="NOTE", index=0, code=DROPPED, reason="r"),
        CardLoss(name="NOTE", index=1, code=DROPPED, reason="r", line=7),
        CardLoss(name="", index=0, code=DROPPED, reason="r"),
    )


def test_a_card_without_a_person_is_the_companys() -> None:
    """FN is the first name only where it is not the company's."""
    company = Property(name="ORG", value=(("ACME",),))
    names = [Property(name="FN", value="Acme")]
    assert contact_of(Card(properties=(company, *names))) == Contact(organization="ACME")
    person = Card(properties=(company, Property(name="FN", value="Ann Smith")))
    assert contact_of(person) == Contact(first="Ann Smith", organization="ACME")


def test_a_card_without_a_name_has_that_of_its_first_entry() -> None:
    """A contact is never without a name."""
    card = Card(properties=(Property(name="EMAIL", value="a@b.example"),))
    assert contact_of(card).first == "a@b.example"
