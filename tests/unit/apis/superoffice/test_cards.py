"""SuperOffice: the cards of a company and its people."""

from typing import Any

import pytest

from tests.support.superoffice import cards, draft, invalid
from vcardsvc.model.contact import Address, Contact, Email, Phone, Website

NORWAY = {"EnglishName": "Norway", "Name": "Norge", "TwoLetterISOCountry": "NO"}
STREET = {"Address1": "Storgata 1", "Address2": "2. etg.", "City": "Oslo", "Zipcode": "0155"}


@pytest.mark.parametrize(
    ("address", "country", "expected"),
    [
        (
            {"Street": {**STREET, "State": "Oslo"}, "Postal": STREET},
            NORWAY,
            (
                ("Storgata 1\n2. etg.", "Oslo", "Oslo", "0155", "Norway", "no"),
                ("Storgata 1\n2. etg.", "Oslo", "", "0155", "Norway", "no"),
            ),
        ),
        (
            {"Street": STREET, "Postal": STREET, "Formatted": "else"},
            {"Name": "Norge", "TwoLetterISOCountry": "?"},
            (("Storgata 1\n2. etg.", "Oslo", "", "0155", "Norge", ""),),
        ),
        (
            {
                "Street": {},
                "LocalizedAddress": [
                    [{"Name": "Address1", "Value": "Storgata 1", "AddressType": "Street"}],
                    [
                        {"Name": "Zipcode", "Value": "0155", "AddressType": "Street"},
                        {"Name": "City", "Value": "Oslo\nSentrum", "AddressType": "Street"},
                        {"Name": "County", "Value": "", "AddressType": "Street"},
                    ],
                    [{"Name": "Box", "Value": "PB 7", "AddressType": "Postal"}],
                ],
            },
            None,
            (
                ("Storgata 1", "Oslo Sentrum", "", "0155", "", ""),
                ("PB 7", "", "", "", "", ""),
            ),
        ),
        ({"Formatted": "Storgata 1\n0155 Oslo"}, None, (("Storgata 1\n0155 Oslo",) + ("",) * 5,)),
        (
            {"Street": {"Formatted": "A\nB"}, "Postal": {"Formatted": "C"}, "Formatted": "D"},
            None,
            (("A\nB",) + ("",) * 5, ("C",) + ("",) * 5),
        ),
        (
            {
                "Street": STREET,
                "Postal": {"Formatted": "PB 8"},
                "LocalizedAddress": [
                    [{"Name": "Address1", "Value": "Storgata 1", "AddressType": "Street"}],
                    [{"Name": "Address1", "Value": "PB 7", "AddressType": "PostalAddress"}],
                    [{"Name": "City", "Value": "Moss", "AddressType": "Visit"}],
                    [{"Name": "City", "Value": "Oslo"}],
                ],
            },
            None,
            (
                ("Storgata 1\n2. etg.", "Oslo", "", "0155", "", ""),
                ("PB 7",) + ("",) * 5,
                ("", "Moss", "", "", "", ""),
                ("", "Oslo", "", "", "", ""),
            ),
        ),
        (
            {"Street": STREET, "Postal": {"Formatted": "PB 7"}, "Formatted": "else"},
            None,
            (("Storgata 1\n2. etg.", "Oslo", "", "0155", "", ""), ("PB 7",) + ("",) * 5),
        ),
        (
            {
                "Street": {"County": "Orange County", "State": "CA"},
                "Postal": {"County": "Kent"},
            },
            None,
            (("", "", "Orange County, CA", "", "", ""), ("", "", "Kent", "", "", "")),
        ),
        (
            {
                "Street": {"County": "Oslo", "State": "Oslo"},
                "LocalizedAddress": [
                    [{"Name": "State", "Value": "CA", "AddressType": "Postal"}],
                    [{"Name": "county", "Value": "Orange", "AddressType": "Postal"}],
                ],
            },
            None,
            (("", "", "Oslo", "", "", ""), ("", "", "Orange, CA", "", "", "")),
        ),
        ({"Street": {}, "Postal": None}, NORWAY, ()),
        (None, NORWAY, ()),
    ],
    ids=[
        "both",
        "same",
        "localized",
        "formatted",
        "several formatted",
        "each in a form of its own",
        "formatted beside structured",
        "county",
        "localized county",
        "empty",
        "none",
    ],
)
def test_an_address_is_on_the_card(address: Any, country: Any, expected: Any) -> None:
    """The structured or the localized form of each address is enough, else its free text, else the
    free text of both; the country is the company's."""
    (company,) = cards(Name="A", Address=address, Country=country)
    names = ("text", "locality", "region", "code", "nation", "country")
    assert company.addresses == tuple(
        Address(**dict(zip(names, one, strict=True))) for one in expected
    )


def test_a_card_has_urls_of_http_and_https_only() -> None:
    """A blank URL, and one that no card can have, is in the vendor fields only."""
    urls = ["https://a.example.com", "javascript:alert(1)", "b.example.com/x y", "  "]
    company = draft({"Name": "A", "Urls": [{"Value": url} for url in urls]})
    assert company.contacts[0].websites == (
        Website(url="https://a.example.com"),
        Website(url="b.example.com/x%20y"),
    )
    assert [one.get("Value", "") for one in company.vendor_fields["Urls"]] == [*urls[:3], ""]


def test_an_international_number_has_its_e164_form() -> None:
    """Every number with its country code has its E.164 form."""
    numbers = [f"+47 22 12 34 {digits}" for digits in range(50, 60)]
    (company,) = cards(Name="A", Phones=[{"Value": number} for number in numbers])
    assert [phone.e164 for phone in company.phones] == [n.replace(" ", "") for n in numbers]


@pytest.mark.parametrize(
    ("country", "person", "numbers"),
    [
        (None, {}, (None, None, None)),
        ({"TwoLetterISOCountry": "us"}, {}, ("+16502530000", "+16502530001", "+16502530002")),
        ({"TwoLetterISOCountry": "US", "CountryId": 840}, {"CountryId": 840},
         ("+16502530000", "+16502530001", "+16502530002")),
        ({"TwoLetterISOCountry": "US", "CountryId": 840}, {"CountryId": 578},
         ("+16502530000", "+16502530001", None)),
        ({"TwoLetterISOCountry": "XX"}, {}, (None, None, None)),
    ],
)  # fmt: skip
def test_a_national_number_belongs_to_the_companys_country(
    country: Any, person: Any, numbers: Any
) -> None:
    """The company's country is that of its national numbers, and of those of its people in the same
    country."""
    company, one = cards(
        Name="A",
        Country=country,
        Phones=[{"Value": "650 253 0000"}],
        Faxes=[{"Value": "(650) 253-0001"}],
        Persons=[{"Firstname": "B", "MobilePhone": "650 253 0002", **person}],
    )
    assert tuple(phone.e164 for phone in (*company.phones, *one.phones)) == numbers


WHO: list[tuple[dict[str, Any], tuple[str, str, str, str]]] = [
    ({"Firstname": "O'Brien"}, ("", "O'Brien", "", "")),
    ({"Mrmrs": "Ms", "Firstname": "Kari", "MiddleName": "B", "Lastname": "Li", "FullName": "X"},
     ("Ms", "Kari", "B", "Li")),
    ({"FullName": "Ms Li B Na", "Mrmrs": "Ms", "MiddleName": "B", "FormalName": "X"},
     ("", "", "", "Ms Li B Na")),
    ({"FormalName": "Ms Na", "Mrmrs": "Ms", "MiddleName": "B"}, ("", "", "", "Ms Na")),
    ({"Kanafname": "Hanako", "Kanalname": "Yamada", "MiddleName": "B", "Mrmrs": "Ms"},
     ("Ms", "Hanako", "B", "Yamada")),
    ({"MiddleName": "B", "Mrmrs": "Ms", "Email": "a@x.example"}, ("Ms", "", "", "B")),
    ({"Email": "a@x.example", "EmailName": "b@x.example", "MobilePhone": "1"},
     ("", "", "", "a@x.example")),
    ({"EmailName": "Kari", "MobilePhone": "1"}, ("", "", "", "Kari")),
    ({"MobilePhone": "+1 650 253 0000", "FaxPhone": "2"}, ("", "", "", "+1 650 253 0000")),
    ({"FaxPhone": "2"}, ("", "", "", "2")),
    ({"ContactPhone": "3"}, ("", "", "", "3")),
]  # fmt: skip


@pytest.mark.parametrize(("person", "name"), WHO)
def test_a_person_without_a_name_has_another_member_as_name(
    person: dict[str, Any], name: tuple[str, str, str, str]
) -> None:
    """A person without a name has the full or formal name (with prefix and middle name), else the
    Kana name, the middle name, the e-mail address, a number."""
    _, one = cards(Name="A", Persons=[person])
    assert (one.prefix, one.first, one.middle, one.last) == name


def test_a_person_named_by_an_address_keeps_the_address() -> None:
    """The card of a person that has an address or a number as its name has the address and the
    number too."""
    _, one = cards(Name="Acme", Persons=[{"Email": "info@acme.com", "MobilePhone": "650 253 0000"}])
    assert one == Contact(
        last="info@acme.com",
        organization="Acme",
        emails=(Email(address="info@acme.com"),),
        phones=(Phone(number="650 253 0000", label="mobile"),),
    )


@pytest.mark.parametrize(
    ("members", "names"),
    [
        ({"Name": "A", "Persons": [{"Title": "CEO"}]}, [""]),
        ({"Name": "A", "Persons": [{"Retired": 1}, {}, {"Lastname": "Li"}]}, ["", "Li"]),
        ({"Persons": [{"Lastname": "Li"}, {"Retired": 1}]}, ["Li"]),
        ({"Persons": [{"Retired": 1}, {"ContactName": "Acme"}]}, [""]),
    ],
)
def test_companies_and_named_people_have_cards(members: Any, names: list[str]) -> None:
    """A company has a card, and so has every person with a name, an address or a number; people
    without a company are enough."""
    assert [one.last for one in cards(**members)] == names


@pytest.mark.parametrize("members", [{}, {"Emails": [{"Value": "a@x"}], "Persons": [{"Rank": 1}]}])
def test_an_entity_without_any_name_is_refused(members: Any) -> None:
    """An entity in which nothing has a name is refused, whatever other members it has."""
    assert invalid(members) == "Name: A contact must have a name, or a person with one."


@pytest.mark.parametrize(
    ("person", "title"),
    [
        ({"Position": "Manager"}, "Manager"),
        ({"Title": "CEO"}, "CEO"),
        ({"Position": "Manager", "Title": "CEO"}, "Manager, CEO"),
        ({"Position": "CEO", "Title": "CEO"}, "CEO"),
    ],
)
def test_a_job_is_the_position_and_the_title(person: Any, title: str) -> None:
    """The title of a card is the position and the title, each once."""
    _, one = cards(Name="A", Department="R&D", Persons=[{"Firstname": "Kari", **person}])
    assert (one.title, one.organization, one.unit) == (title, "A", "R&D")


@pytest.mark.parametrize(
    ("company", "person", "expected"),
    [
        ({}, {"ContactName": "Acme", "ContactDepartment": "Ops"}, ("Acme", "Ops")),
        ({"Department": "Sales"}, {"ContactName": "Acme"}, ("Acme", "Sales")),
        ({"Name": "A"}, {"ContactName": "Acme", "ContactDepartment": "Ops"}, ("A", "")),
        ({"Name": "A"}, {"ContactName": "A", "ContactDepartment": "Ops"}, ("A", "Ops")),
        ({"Name": "A"}, {"ContactDepartment": "Ops"}, ("A", "Ops")),
        ({"Name": "A", "Department": "B"}, {"ContactDepartment": "Ops"}, ("A", "B")),
        ({}, {"ContactDepartment": "Ops"}, ("", "Ops")),
    ],
)
def test_a_person_has_the_name_of_a_company(company: Any, person: Any, expected: Any) -> None:
    """A person's company is the entity, else the one that the person names; the department of
    another company is not on the card."""
    *_, one = cards(**company, Persons=[{"Firstname": "Kari", **person}])
    assert (one.organization, one.unit) == expected


COMPANY: dict[str, Any] = {
    "Department": "Sales",
    "Emails": [{"Value": "a@x.example"}],
    "Phones": [{"Value": "1"}],
    "Urls": [{"Value": "x.example"}],
    "Address": {"Formatted": "Storgata 1"},
    "Description": "n",
}
DATA: dict[str, Any] = {
    "unit": "Sales",
    "phones": (Phone(number="1"),),
    "emails": (Email(address="a@x.example"),),
    "addresses": (Address(text="Storgata 1"),),
    "websites": (Website(url="x.example"),),
}


def test_a_company_without_a_name_has_that_of_its_people() -> None:
    """A company without a Name has a card with the first company name of its people."""
    people = [{"Firstname": "Kari"}, {"Firstname": "Ola", "ContactName": "Acme"}]
    assert cards(**COMPANY, Persons=people) == (
        Contact(organization="Acme", note="n", **DATA),
        Contact(first="Kari", organization="Acme", unit="Sales"),
        Contact(first="Ola", organization="Acme", unit="Sales"),
    )


def test_a_company_without_any_name_is_on_the_first_persons_card() -> None:
    """The data of a company without any name is on the card of its first person."""
    people = [
        {"Rank": 1},
        {"Firstname": "Kari", "Description": "m", "Email": "k@x.example", "DirectPhone": "2"},
        {"Firstname": "Ola"},
    ]
    assert cards(**COMPANY, Persons=people) == (
        Contact(
            first="Kari",
            note="m\n\nn",
            **{
                **DATA,
                "phones": (Phone(number="2"), Phone(number="1")),
                "emails": (Email(address="k@x.example"), Email(address="a@x.example")),
            },
        ),
        Contact(first="Ola", unit="Sales"),
    )


def test_an_element_with_a_stripped_value_alone_is_on_the_card() -> None:
    """Elements without a Value have their StrippedValue on the card."""
    (company,) = cards(
        Name="A",
        Emails=[{"StrippedValue": "a@x.example"}, {"Value": "B@x", "StrippedValue": "b@x"}],
        Phones=[{"StrippedValue": "+16502530000"}],
    )
    assert company == Contact(
        organization="A",
        emails=(Email(address="a@x.example"), Email(address="B@x")),
        phones=(Phone(number="+16502530000", e164="+16502530000"),),
    )


@pytest.mark.parametrize(
    ("person", "emails"),
    [
        ({"EmailName": "k@x.example"}, ("k@x.example",)),
        ({"EmailName": "Kari"}, ()),
        ({"Email": "a@x.example", "EmailName": "k@x.example"}, ("a@x.example",)),
    ],
)
def test_an_email_name_can_be_the_address(person: Any, emails: tuple[str, ...]) -> None:
    """EmailName is the address if there is no other and it is one."""
    _, one = cards(Name="A", Persons=[{"Firstname": "Kari", **person}])
    assert one.emails == tuple(Email(address=address) for address in emails)


def test_a_companys_number_is_on_a_persons_card_if_the_company_lacks_it() -> None:
    """ContactPhone is on a person's card unless it is on the company's."""
    person = {"Firstname": "Kari", "ContactPhone": "+1 650-253-0000", "DirectPhone": "2"}
    own = Phone(number="2")
    _, known = cards(Name="A", Phones=[{"Value": "+1 650 253 0000"}], Persons=[person])
    assert known.phones == (own,)
    _, other = cards(Name="A", Phones=[{"Value": "3"}], Persons=[person])
    assert other.phones == (own, Phone(number="+1 650-253-0000", e164="+16502530000"))


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({}, "Norway"),
        ({b"so-language": b"nb-NO"}, "Norge"),
        ({b"accept-language": b"de"}, "Norwegen"),
        ({b"accept-language": b"fr"}, "Norway"),
    ],
)
def test_a_card_has_one_language(headers: Any, name: str) -> None:
    """Multi-language texts are on cards in the caller's language, else in English, and stay whole
    in the vendor fields."""
    texts = 'NO:"Norge";US:" Norway ";GE:"Norwegen"'
    body = {"Name": texts, "Persons": [{"Firstname": "Kari", "Position": texts}]}
    company = draft(body, headers=headers)
    assert company.contacts == (
        Contact(organization=name),
        Contact(first="Kari", organization=name, title=name),
    )
    assert company.vendor_fields == body


@pytest.mark.parametrize(
    ("text", "name"),
    [('GE:"Eins";FR:"Un"', "Eins"), ('US:"";GE:"Eins"', "Eins"), ('GE:" ";FR:"Un"', "Un")],
)
def test_a_card_without_english_has_the_first_language(text: str, name: str) -> None:
    """A multi-language text without the caller's language and English is on a card in its first
    language that is not blank."""
    assert cards(Name=text) == (Contact(organization=name),)
