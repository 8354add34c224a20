"""Marketing Cloud: the card of a contact."""

from typing import Any

import pytest
from msgspec import structs

from tests.support.marketingcloud import EMAIL, EXAMPLE, SIMPLE, draft, one_set, with_sets
from vcardsvc.apis.marketingcloud.sets import ITEMS
from vcardsvc.model.contact import Contact, Phone
from vcardsvc.vcard import write

LOCALE = {"name": "Locale", "value": "US"}

NAMES = [
    ([{"name": "First Name", "value": "Angela"}], ("Angela", "")),
    ([{"name": "Last Name", "value": "O’Brien-Cruz"}], ("", "O’Brien-Cruz")),
    ([{"name": "Last Name", "value": "D'Arcy"}], ("", "D'Arcy")),
    ([], ("acruz", "")),
]


@pytest.mark.parametrize(("values", "name"), NAMES)
def test_the_name_is_that_of_the_demographics_or_the_mail(
    values: list[Any], name: tuple[str, str]
) -> None:
    """The names can be any text; without both the name is the local part of the address."""
    stored = draft(with_sets(SIMPLE["attributeSets"][0], one_set("Email Demographics", *values)))
    assert (stored.contacts[0].first, stored.contacts[0].last) == name


def test_the_name_can_be_the_display_name_of_line() -> None:
    """The Display Name is the name if Email Demographics has none."""
    assert draft(with_sets(*EXAMPLE["attributeSets"][4:])).contacts == (
        Contact(first="display_name", note="status_message"),
    )


def test_the_name_can_be_the_contact_key() -> None:
    """A contact with only a device has its contactKey as its name."""
    stored = draft(with_sets(EXAMPLE["attributeSets"][3], contactKey="device-7"))
    assert stored.contacts == (Contact(first="device-7"),)


NUMBERS = [
    ("317-531-5555", "US", "317-531-5555", "+13175315555"),
    ("317-531-5555", "us", "317-531-5555", "+13175315555"),
    (3175315555, "US", "3175315555", "+13175315555"),
    ("317-531-5555", "DE", "317-531-5555", None),
    ("+1 650 253 0000", "DE", "+1 650 253 0000", "+16502530000"),
    ("317-531-5555", "AQ", "317-531-5555", None),
    ("٣١٧-٥٣١-٥٥٥٥", "US", "317-531-5555", "+13175315555"),
    ("12", "US", "12", None),
]


@pytest.mark.parametrize(("value", "locale", "number", "e164"), NUMBERS)
def test_a_mobile_number_belongs_to_the_country_of_its_locale(
    value: Any, locale: str, number: str, e164: str | None
) -> None:
    """A number that is valid in its Locale has its international form; any other is as typed."""
    mobile = one_set(
        "MobileConnect Demographics",
        {"name": "Mobile Number", "value": value},
        {"name": "Locale", "value": locale},
    )
    assert draft(with_sets(mobile)).contacts[0].phones == (
        Phone(number=number, label="mobile", e164=e164),
    )


def test_a_card_has_every_item_of_a_set() -> None:
    """All addresses and all numbers are on the card, in their order."""
    mails = [f"a{n}@example.com" for n in range(ITEMS)]
    numbers = [f"6502530{n:03}" for n in range(ITEMS)]
    sets = [
        {
            "name": "Email Addresses",
            "items": [{"values": [{**EMAIL[0], "value": mail}, EMAIL[1]]} for mail in mails],
        },
        {
            "name": "MobileConnect Demographics",
            "items": [
                {"values": [{"name": "Mobile Number", "value": number}, LOCALE]}
                for number in numbers
            ],
        },
    ]
    stored = draft(with_sets(*sets))
    assert stored.vendor_fields["attributeSets"] == sets
    assert [email.address for email in stored.contacts[0].emails] == mails
    assert [phone.number for phone in stored.contacts[0].phones] == numbers
    lines = write(stored.contacts[0]).octets.decode().splitlines()
    assert [line.rpartition(":")[2] for line in lines if line.startswith("EMAIL")] == mails
    assert sum(line.startswith("TEL") for line in lines) == ITEMS


PICTURES = [
    (["https://images.example.com/angela.jpg"], "https://images.example.com/angela.jpg"),
    (["HTTP://images.example.com/a"], "HTTP://images.example.com/a"),
    (["javascript:alert(1)"], "javascript:alert(1)"),
    (["ftp://images.example.com/a"], "ftp://images.example.com/a"),
    (["//images.example.com/a"], "//images.example.com/a"),
    (["picture_url"], ""),
    (["/images/a.jpg"], ""),
    (["picture_url", "ftp://images.example.com/a", "https://images.example.com/a"],
     "https://images.example.com/a"),
    (["//images.example.com/a", "picture_url", "data:,"], "//images.example.com/a"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "url"), PICTURES)
def test_the_picture_of_line_is_the_photo_if_it_is_an_address(values: list[str], url: str) -> None:
    """The photo's address is the first of http or https, else the first of another scheme, which is
    refused later; other texts are stored only."""
    items = [{"values": [{"name": "Picture Url", "value": value}]} for value in values]
    picture = {"name": "GroupConnect LINE Demographics", "items": items}
    stored = draft(with_sets(*EXAMPLE["attributeSets"][4:6], picture))
    assert (stored.photo_url, stored.vendor_fields["attributeSets"][2]) == (url, picture)


def test_the_card_of_the_example() -> None:
    """The card of the documented example has name, number, address and note."""
    contact = structs.replace(draft(EXAMPLE).contacts[0], uid="urn:uuid:1")
    assert write(contact).octets.decode().splitlines() == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "NOTE:status_message",
        "N:Cruz;Angela;;;",
        "UID:urn:uuid:1",
        "FN:Angela Cruz",
        "TEL;TYPE=CELL,VOICE:+13175315555",
        "EMAIL;TYPE=WORK,INTERNET:acruz@example.com",
        "PRODID:-//vcardsvc//vcardsvc//EN",
        "END:VCARD",
    ]
