"""What bots send: whole payloads by equality, and any contact against the vendors' schemas."""

import json
from typing import Any

import pytest
from msgspec import structs

from tests.support.contact_requests import APPLESEED, card_request
from tests.support.messengers import card_document as card
from tests.support.messengers import faults
from tests.support.people import COMPANY, DOCTOR
from vcardsvc.messengers import telegram, twilio, whatsapp
from vcardsvc.messengers.details import details_lost
from vcardsvc.messengers.losses import CUT_CAPTION, EXTENSION_LOST, NAME_TELEGRAM, NO_COUNTRY_CODE
from vcardsvc.messengers.names import CAPTION
from vcardsvc.model.card import Card, Property
from vcardsvc.model.contact import Address, Contact, Email, Phone, PhoneLabel, Website
from vcardsvc.model.request import Document, Part
from vcardsvc.vcard.contact_view import whole_view
from vcardsvc.vcard.losses import CannotRender, LossKind, loss

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"
LINK = "https://cards.example/l/abc"
APPLESEED_CONTACT = card_request(APPLESEED).contact


def json_of(document: Document) -> Any:
    """The JSON in a document, which is a file of JSON."""
    assert (document.content_type, document.filename) == ("application/json", "contact.json")
    assert document.size == len(document.octets)
    return json.loads(document.octets)


def whatsapps(contact: Contact) -> dict[str, Any]:
    """The one contact in the message."""
    (one,) = json_of(whatsapp.write(contact).document)["contacts"]
    assert isinstance(one, dict)
    return one


def sent(contact: Contact) -> dict[str, str]:
    """Telegram's parameters but for the card."""
    parameters = json_of(telegram.write((contact, card(CARD))).document)
    assert parameters.pop("vcard") == CARD
    assert isinstance(parameters, dict)
    return parameters


def test_the_vendors_example_as_whatsapp_takes_it() -> None:
    """The documented example as a whole message, octet by octet, but for `to`."""
    assert whatsapp.write(APPLESEED_CONTACT).document.octets == (
        b'{"messaging_product":"whatsapp","recipient_type":"individual","type":"contacts",'
        b'"contacts":[{"addresses":[{"street":"Fake Address","type":"WORK"}],'
        b'"emails":[{"email":"john@example.com","type":"WORK"}],'
        b'"name":{"formatted_name":"John Appleseed Jr.","first_name":"John",'
        b'"last_name":"Appleseed","suffix":"Jr."},'
        b'"org":{"company":"Dunder Mifflin","title":"Account Manager"},'
        b'"phones":[{"phone":"10000000000","type":"WORK"}],'
        b'"urls":[{"url":"https://example.com","type":"Dunder Mifflin"}]}]}'
    )


NO_HOST = ("https://", "//", "HTTPS:", "https://?a", "http://:80/", "https://u@/")
"""Addresses of websites without a host."""


def test_everything_that_whatsapp_has_a_place_for() -> None:
    """Labels, countries, line breaks and every script come out as they went in."""
    contact = Contact(
        last="Müller 李😀",
        organization="Firma\nGmbH",
        emails=(Email(address="h@e.example", label="home"),),
        addresses=(Address(text="Weg 1\nKöln", label="home", country="de"),),
        websites=(
            Website(url="e.example/a%20b"),
            Website(url="HTTP://e.example"),
            Website(url="e.example:8080", label="Büro"),
            Website(url="//e.example/a"),
            Website(url="https:/e.example"),
            Website(url="HTTP:e.example?a=https://b"),
            Website(url="///e.example"),
            Website(url="://e.example"),
            Website(url="[2001:db8::1]:80/"),
            Website(url="u@e.example:1/@x"),
            *(Website(url=url) for url in NO_HOST),
        ),
        note="not sent",
        uid="not-sent",
    )
    assert whatsapps(contact) == {
        "addresses": [{"street": "Weg 1\nKöln", "country_code": "DE", "type": "HOME"}],
        "emails": [{"email": "h@e.example", "type": "HOME"}],
        "name": {"formatted_name": "Müller 李😀", "last_name": "Müller 李😀"},
        "org": {"company": "Firma\nGmbH"},
        "urls": [
            {"url": "https://e.example/a%20b"},
            {"url": "HTTP://e.example"},
            {"url": "https://e.example:8080", "type": "Büro"},
            {"url": "https://e.example/a"},
            {"url": "https://e.example"},
            {"url": "HTTP://e.example?a=https://b"},
            {"url": "https://e.example"},
            {"url": "https://e.example"},
            {"url": "https://[2001:db8::1]:80/"},
            {"url": "https://u@e.example:1/@x"},
        ],
    }
    lost = [one.index for one in whatsapp.write(contact).losses[0] if one.part == "websites"]
    assert lost == [10, 11, 12, 13, 14, 15]
    assert "Müller 李😀" in whatsapp.write(contact).document.octets.decode()


def test_a_name_an_organization_and_an_address_in_all_their_parts() -> None:
    """Each part that the message has a member for stands there; the street is the text alone."""
    assert whatsapps(DOCTOR) == {
        "addresses": [
            {
                "street": "1 Hospital Way\nEntrance B",
                "city": "Mountain View",
                "state": "CA",
                "zip": "94043",
                "country": "United States",
                "country_code": "US",
                "type": "WORK",
            }
        ],
        "name": {
            "formatted_name": "Dr. Ann Quinn Lee M.D.",
            "first_name": "Ann",
            "last_name": "Lee",
            "middle_name": "Quinn",
            "suffix": "M.D.",
            "prefix": "Dr.",
        },
        "org": {"company": "St. Sample; Hospital", "department": "Cardiology, 2"},
    }


BORN = Property(name="BDAY", value="19900514", kind="date-and-or-time")
NO_YEAR = Property(name="BDAY", value="--0514", kind="date-and-or-time")
ROLE = Property(name="ROLE", value="Buyer")


def test_further_properties_and_labels_of_ones_own() -> None:
    """A whole birthday, labels and the parts of a street stand in the message; what does not is
    named."""
    contact = Contact(
        first="Jo",
        phones=(Phone(number="1", label="other", own_label="Desk", preferred=True),),
        emails=(Email(address="a@b.example", own_label="Desk", preferred=True),),
        addresses=(Address(text="Street", box="PO 1", extended="Flat 2", own_label="Depot"),),
        extra=(ROLE, BORN),
    )
    assert whatsapps(contact) == {
        "addresses": [{"street": "PO 1, Flat 2, Street", "type": "Depot"}],
        "birthday": "1990-05-14",
        "emails": [{"email": "a@b.example", "type": "Desk"}],
        "name": {"formatted_name": "Jo", "first_name": "Jo"},
        "phones": [{"phone": "1", "type": "Desk"}],
    }
    places = [(one.part, one.index, one.code) for one in whatsapp.write(contact).losses[0]]
    assert places == [
        ("phones", 0, "doubtful"),
        ("phones", 0, "dropped"),
        ("emails", 0, "dropped"),
        ("extra", 0, "dropped"),
    ]
    assert "birthday" not in whatsapps(structs.replace(contact, extra=(NO_YEAR,)))


def test_a_company_with_a_person_has_the_companys_name() -> None:
    """Telegram shows the name of the company, WhatsApp as the whole name."""
    phones = (Phone(number="+16502530000", e164="+16502530000"),)
    contact = Contact(first="Jo", organization="ACME", company=True, phones=phones)
    assert sent(contact)["first_name"] == "ACME"
    assert whatsapps(contact)["name"] == {"formatted_name": "ACME", "first_name": "Jo"}


def test_a_company_has_its_name_as_a_part_of_a_name_too() -> None:
    """The message needs a part of a name beside the whole of it."""
    assert whatsapps(COMPANY) == {
        "addresses": [{"city": "Köln", "zip": "50667", "country": "Germany", "type": "WORK"}],
        "name": {"formatted_name": "Brandt, Sons", "first_name": "Brandt, Sons"},
        "org": {"company": "Brandt, Sons", "department": "Sales"},
    }


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("work", {"type": "WORK", "wa_id": "16502530000"}),
        ("home", {"type": "HOME", "wa_id": "16502530000"}),
        ("mobile", {"type": "CELL", "wa_id": "16502530000"}),
        ("main", {"type": "MAIN", "wa_id": "16502530000"}),
        ("other", {"type": "OTHER", "wa_id": "16502530000"}),
        ("fax", {"type": "FAX"}),
        ("pager", {"type": "PAGER"}),
    ],
)
def test_a_certain_number_is_a_whatsapp_id(label: PhoneLabel, written: dict[str, str]) -> None:
    """E.164 gives the Message button by its digits, unless the number takes no messages."""
    phone = Phone(number="001 650 253 0000", label=label, e164="+16502530000")
    assert whatsapps(Contact(first="A", phones=(phone,)))["phones"] == [
        {"phone": "+16502530000", **written}
    ]


def test_an_extension_has_no_whatsapp_id() -> None:
    """A number with an extension is sent as typed and has no account; neither has one without a
    country code."""
    phones = (
        Phone(number="+1 650 253 0000 x12", e164="+16502530000p12"),
        Phone(number="0171 555", label="mobile"),
    )
    assert whatsapps(Contact(first="A", phones=phones))["phones"] == [
        {"phone": "+1 650 253 0000 x12", "type": "WORK"},
        {"phone": "0171 555", "type": "CELL"},
    ]


def test_the_vendors_example_as_telegram_takes_it() -> None:
    """The documented example as whole parameters, octet by octet, but for `chat_id`."""
    assert telegram.write((APPLESEED_CONTACT, card(CARD))).document.octets == (
        b'{"phone_number":"10000000000","first_name":"John","last_name":"Appleseed Jr.",'
        b'"vcard":"BEGIN:VCARD\\r\\nVERSION:3.0\\r\\nEND:VCARD\\r\\n"}'
    )


FAX = Phone(number="+4930123456", label="fax", e164="+4930123456")
TYPED = Phone(number="0171 555")
EXTENDED = Phone(number="+1 650 253 0000 x12", e164="+16502530000p12")
LONG = Phone(number="5" * 41)
WORDS = Phone(number="ask my secretary")
CALL = Phone(number="call 1 me at home")
WIDE = Phone(number="\U0001d7d3" * 21)


@pytest.mark.parametrize(
    ("phones", "number"),
    [
        ((TYPED, EXTENDED), "+16502530000"),
        ((FAX, TYPED), "0171 555"),
        ((FAX, EXTENDED), "+16502530000"),
        ((FAX,), "+4930123456"),
        ((LONG, WORDS, CALL, WIDE, TYPED), "0171 555"),
        ((Phone(number="(0171) 55-5/1.2"),), "(0171) 55-5/1.2"),
        ((TYPED, Phone(number="0172 555")), "0171 555"),
        ((Phone(number="5" * 40),), "5" * 40),
    ],
)
def test_telegram_gets_the_number_that_answers(phones: tuple[Phone, ...], number: str) -> None:
    """A certain number before one as typed, a voice before a fax, the first of its kind."""
    assert sent(Contact(first="A", phones=phones)) == {"phone_number": number, "first_name": "A"}


@pytest.mark.parametrize("phones", [(), (LONG,), (WORDS,), (CALL,), (WIDE,)])
def test_telegram_takes_no_contact_without_a_number(phones: tuple[Phone, ...]) -> None:
    """Without a number, or with one that is too long or has words, the phones are at fault."""
    reason = "without a telephone number of at most 40 characters"
    with pytest.raises(CannotRender, match=reason) as refused:
        telegram.write((Contact(first="A", phones=phones), card(CARD)))
    assert refused.value.part == "phones"
    assert refused.value.reason == str(refused.value)


@pytest.mark.parametrize(
    ("contact", "names"),
    [
        (Contact(first="Ann"), {"first_name": "Ann"}),
        (Contact(last="Lee"), {"first_name": "Lee"}),
        (Contact(last="Lee", suffix="Jr."), {"first_name": "Lee", "last_name": "Jr."}),
        (
            Contact(first="Ann", last="Lee", suffix="PhD"),
            {"first_name": "Ann", "last_name": "Lee PhD"},
        ),
        (Contact(first="A" * 64), {"first_name": "A" * 64}),
        (Contact(first="A" * 65), {"first_name": "A" * 63 + "…"}),
        (Contact(first="A" * 62 + "e\u0301" * 9), {"first_name": "A" * 62 + "…"}),
        (Contact(first="A" * 60 + "👨\u200d👩\u200d👧"), {"first_name": "A" * 60 + "…"}),
        (Contact(first="A" * 62 + "👍🏽👍🏽"), {"first_name": "A" * 62 + "…"}),
        (
            Contact(prefix="Dr.", first="Ann", middle="Quinn", last="Lee", suffix="PhD"),
            {"first_name": "Dr. Ann Quinn", "last_name": "Lee PhD"},
        ),
        (
            Contact(prefix="Dr.", middle="Q.", last="Lee", suffix="PhD"),
            {"first_name": "Dr. Q. Lee", "last_name": "PhD"},
        ),
        (Contact(organization="Brandt\n& Sons", suffix="Jr."), {"first_name": "Brandt & Sons"}),
        (
            Contact(first="A", last="B" * 62 + " CD"),
            {"first_name": "A", "last_name": "B" * 62 + "…"},
        ),
    ],
)
def test_telegram_always_gets_a_first_name(contact: Contact, names: dict[str, str]) -> None:
    """A mononym is the first name whichever it was; a long one is cut between characters."""
    contact = structs.replace(contact, phones=(TYPED,))
    assert sent(contact) == {"phone_number": "0171 555", **names}


@pytest.mark.parametrize(
    ("contact", "parts"),
    [
        (Contact(prefix="P" * 40, first="A" * 22, middle="M"), ("middle",)),
        (Contact(prefix="P" * 40, first="A" * 23, middle="M"), ("first", "middle")),
        (Contact(prefix="P" * 65, first="A"), ("prefix", "first")),
        (Contact(first="A", middle="M" * 62), ()),
        (Contact(first="A", last="B" * 64), ()),
        (Contact(first="A", last="B" * 63, suffix="C"), ("suffix",)),
        (Contact(last="B" * 65), ("last",)),
        (Contact(organization="C" * 65), ("organization",)),
    ],
)
def test_each_part_of_a_name_that_telegram_cuts_is_reported(
    contact: Contact, parts: tuple[Part, ...]
) -> None:
    """Whatever stands beyond the cut of a first or last name is a loss of that part."""
    (losses,) = telegram.write((structs.replace(contact, phones=(FAX,)), card(CARD))).losses
    assert losses == tuple(loss(NAME_TELEGRAM, part) for part in parts)


@pytest.mark.parametrize(
    ("phone", "kinds"), [(TYPED, [NO_COUNTRY_CODE]), (EXTENDED, [EXTENSION_LOST]), (FAX, [])]
)
def test_what_telegram_loses_of_a_number_is_reported(phone: Phone, kinds: list[LossKind]) -> None:
    """A number without a known country code is doubtful, and no extension is sent."""
    (losses,) = telegram.write((Contact(first="A", phones=(phone,)), card(CARD))).losses
    assert losses == tuple(loss(kind, "phones", 0, "number") for kind in kinds)


def test_telegrams_bytes_are_counted_as_bytes() -> None:
    """A card of 2,048 bytes passes; one byte more is the caller's bug."""
    contact = Contact(first="A", phones=(TYPED,))
    assert json_of(telegram.write((contact, card("ä" * 1024))).document)["vcard"] == "ä" * 1024
    with pytest.raises(ValueError, match="2048 bytes"):
        telegram.write((contact, card("ä" * 1024 + "!")))


def test_the_vendors_example_as_twilio_takes_it() -> None:
    """The documented example as whole parameters, octet by octet, but for From and To."""
    assert twilio.write(APPLESEED_CONTACT, LINK).document.octets == (
        b'{"Body":"John Appleseed Jr., Dunder Mifflin","MediaUrl":["https://cards.example/l/abc"]}'
    )


NAGY = Property(name="FN", value="Nagy  Anna")


@pytest.mark.parametrize(
    ("contact", "body"),
    [
        (Contact(last="李"), "李"),
        (Contact(first="A", organization="Firma\n\tGmbH  & Co"), "A, Firma GmbH & Co"),
        (Contact(organization="Acme & Co"), "Acme & Co"),
        (Contact(prefix="Dr.", first="A", middle="M", organization="B"), "Dr. A M, B"),
        (Contact(first="A" * 100, last="B" * 100), "A" * 100 + " " + "B" * 58 + "…"),
        (Contact(first="Anna", last="Nagy", extra=(NAGY,)), "Nagy Anna"),
        (Contact(first="Anna", organization="Kft", extra=(NAGY,)), "Nagy Anna, Kft"),
        (Contact(organization="NAGY ANNA", extra=(NAGY,)), "Nagy Anna"),
    ],
)
def test_twilios_body_is_one_line(contact: Contact, body: str) -> None:
    """Name and organization stand in one line of at most 160 characters."""
    assert json_of(twilio.write(contact, LINK).document) == {"Body": body, "MediaUrl": [LINK]}


def test_a_cut_name_of_a_card_is_named_by_its_place() -> None:
    """The loss is that of the further property FN."""
    long = structs.replace(NAGY, value="N" * 200)
    (losses,) = twilio.write(Contact(first="Anna", extra=(ROLE, long)), LINK).losses
    assert losses == (loss(CUT_CAPTION, "extra", 1),)


def test_a_link_to_several_cards_tells_how_many() -> None:
    """The first is named; what is cut makes room for the number."""
    written = twilio.write(Contact(first="Ann", organization="B" * 200), LINK, 399)
    body = "Ann, " + "B" * 141 + "… and 399 more"
    assert json_of(written.document) == {"Body": body, "MediaUrl": [LINK]}
    assert len(body) == CAPTION
    assert written.losses == ((loss(CUT_CAPTION, "organization"),), *[()] * 399)


@pytest.mark.parametrize(
    ("vendor", "request_", "fault"),
    [
        ("whatsapp", {"to": "1", "contacts": [{"name": {"formatted_name": "A"}}]}, "$.contacts"),
        ("whatsapp", {"contacts": [{"name": {"formatted_name": "A", "suffix": "B"}}]}, "'to'"),
        ("whatsapp", {"to": "1", "contacts": [{"photo": "x"}]}, "'photo'"),
        ("telegram", {"chat_id": 1, "phone_number": "1"}, "'first_name'"),
        ("telegram", {"chat_id": 1, "phone_number": "1", "first_name": "A" * 65}, "first_name"),
        ("twilio", {"To": "+16505551234", "From": "+15005550006"}, "any of the given"),
        ("twilio", {"To": "+16505551234", "From": "1", "Body": "A" * 1601}, "$.Body"),
    ],
)
def test_a_schema_refuses_what_its_vendor_refuses(
    vendor: str, request_: dict[str, Any], fault: str
) -> None:
    """The schemas above are not passed by taking everything."""
    head: dict[str, str] = {}
    if vendor == "whatsapp":
        head = {
            "messaging_product": "whatsapp", "recipient_type": "individual", "type": "contacts",
        }  # fmt: skip
    assert any(fault in found for found in faults(vendor, {**head, **request_}))


SEVERAL = (
    Property(name="N", value=(("Smith",), ("John",), (), (), ()), params=(("SORT-AS", ("s",)),)),
    Property(name="N", value=(("Boy",), (), (), (), ())),
    Property(name="FN", value="Johnny  Boy"),
    Property(name="FN", value="John"),
    Property(name="TEL", value="+16502530000", types=("home", "voice")),
    Property(name="TEL", value="+16502530001", types=("cell", "video")),
    Property(name="EMAIL", value="a@b.example", params=(("X-FOO", ("a",)),)),
    Property(name="ADR", value=((), (), (), (), (), (), ()), params=(("LABEL", ("Street",)),)),
    Property(name="ADR", value=((), (), ("S",), (), (), (), ()), params=(("LABEL", ("S",)),)),
    BORN,
    structs.replace(BORN, value="19910514"),
    Property(name="KIND", value="individual"),
    Property(name="CLASS", value="PUBLIC"),
    Property(name="REV", value="20200101T000000Z", kind="timestamp"),
    Property(name="NOTE", value="Hi", params=(("LANGUAGE", ("de",)),)),
)


def test_all_that_a_card_says_and_the_message_does_not_is_named() -> None:
    """The name is the one that the card is shown by; a second one, types, parameters and what
    people do not see are named."""
    view = whole_view(Card(properties=SEVERAL))
    assert whatsapps(view.contact)["name"] == {
        "formatted_name": "Johnny Boy",
        "first_name": "John",
        "last_name": "Smith",
    }
    (losses,) = whatsapp.write(view.contact).losses
    lost = view.losses_of([*losses, *details_lost(view, losses)])
    assert {(one.name, one.index) for one in lost if one.code == "dropped"} == {
        ("N", 0), ("N", 1), ("FN", 1), ("TEL", 1), ("EMAIL", 0), ("ADR", 1), ("BDAY", 1),
        ("NOTE", 0), ("KIND", 0), ("CLASS", 0), ("REV", 0),
    }  # fmt: skip


def test_a_name_without_any_text_is_not_named() -> None:
    """N of a company's card says nothing."""
    names = (Property(name="N", value=((),) * 5), Property(name="FN", value="ACME"))
    view = whole_view(Card(properties=(*names, Property(name="ORG", value=(("ACME",),)))))
    (losses,) = whatsapp.write(view.contact).losses
    assert view.losses_of([*losses, *details_lost(view, losses)]) == ()
