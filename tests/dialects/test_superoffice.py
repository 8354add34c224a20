"""SuperOffice: what is kept of a company, what it is told, and its cards."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import pytest

from tests.dialects.office import (
    BASE,
    LINKS,
    OFFICE,
    ROUTES,
    SAMPLE,
    STAMP,
    ask,
    cards,
    draft,
    entity,
    entry,
    shown,
    text,
    words,
)
from vcardsvc.contact import Address, Contact, Email, Phone, Website
from vcardsvc.dialects.base import Reply
from vcardsvc.dialects.superoffice.shapes import ENTITY, SHAPES
from vcardsvc.dialects.superoffice.words import properties
from vcardsvc.entry import Keep, Show

KEY = b"vk_a.secret:with=signs"


@pytest.mark.parametrize(
    ("authorization", "key"),
    [
        (b"Basic " + b64encode(b"tje0:" + KEY), KEY),
        (b"basic  " + b64encode(b":" + KEY), KEY),
        (b"SoTicket " + KEY, KEY),
        (b"SOTICKET " + KEY, KEY),
        (b"Bearer " + KEY, KEY),
        (b"Basic " + b64encode(KEY.replace(b":", b"")), None),
        (b"Basic " + b64encode(b"tje0:"), None),
        (b"Basic not base64", None),
        (b"Basic \xff", None),
        (b"Bearer ", None),
        (b"Digest abc", None),
        (b"", None),
    ],
)
def test_the_key_is_the_callers_secret(authorization: bytes, key: bytes | None) -> None:
    """The key is Basic's password whoever the user is, a ticket or a token, and nothing else."""
    headers = {b"authorization": authorization, b"x-xsrf-token": b"no", b"so-apptoken": b"no"}
    assert OFFICE.credential(ROUTES["create"], ask(headers=headers)) == key


def test_a_session_token_alone_is_no_key() -> None:
    """X-XSRF-TOKEN without Authorization presents nothing."""
    assert OFFICE.credential(ROUTES["create"], ask(headers={b"x-xsrf-token": b"abc"})) is None


def test_the_calls_are_the_vendors() -> None:
    """Each call has the vendor's method and path, in any case, the client's slash included."""
    calls = [(route.method, route.path, route.cards) for route in OFFICE.routes]
    assert all(route.any_case for route in OFFICE.routes)
    assert calls == [
        ("POST", "/api/v1/Contact", True),
        ("POST", "/api/v1/Contact/", True),
        ("GET", "/api/v1/Contact/default", False),
        ("POST", "/api/v1/Contact/Validate", False),
        ("GET", "/api/v1/Contact/{id}", True),
    ]


def _carrier(shape: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return {**said, "TableRight": None, "FieldProperties": properties(shape)}


def test_the_sample_of_the_reference_is_told_again_whole() -> None:
    """The reference's own request is answered with all it said, in its order, with the id, times
    and links of the service and the rights of each carrier. (The reference's printed answer is of
    another contact, drawn at random.)"""
    reply = shown(words(SAMPLE), "create", headers={b"accept-language": b"fr,de,ru,zh"})
    lists = {
        name: [_carrier(shape, one) for one in SAMPLE[name]]
        for name, shape in (
            ("Emails", "EntityElement"),
            ("Interests", "SelectableMDOListItem"),
            ("Urls", "EntityElement"),
            ("Phones", "EntityElement"),
            ("Faxes", "EntityElement"),
            ("Persons", "Person"),
        )
    }
    own = {"ContactId": 221, "UpdatedDate": STAMP, "CreatedDate": STAMP}
    wanted = {**_carrier(ENTITY, {**SAMPLE, **lists, **own}), "_Links": LINKS}
    body = json.loads(text(reply))
    assert reply.status == 200
    assert body == wanted
    assert list(body) == [*SHAPES[ENTITY], "TableRight", "FieldProperties", "_Links"]
    assert dict(reply.headers)[b"content-type"] == b"application/json; charset=utf-8"
    assert dict(reply.headers)[b"content-language"] == b"fr"


def test_the_sample_of_the_reference_becomes_two_cards() -> None:
    """The company has a card, and so has its person, retired or not, who names the company."""
    company, person = draft(SAMPLE).contacts
    assert company == Contact(
        organization="Dare Group",
        note="Visionary modular access",
        phones=(
            *(Phone(number="itaque"),) * 2,
            *(Phone(number="aut", label="fax"),) * 2,
        ),
        emails=(Email(address="unde"),) * 2,
        websites=(Website(url="a"),) * 2,
    )
    assert person == Contact(
        first="Terrence",
        last="Balistreri",
        middle="Borer, Swaniawski and Mann",
        prefix="autem",
        organization="Dare Group",
        title="tempore",
        note="Focused uniform parallelism",
        phones=(
            Phone(number="000.982.5697 x572"),
            Phone(number="1-290-336-6147", label="mobile"),
            Phone(number="(020)881-7088 x79143", label="fax"),
        ),
        emails=(Email(address=SAMPLE["Persons"][0]["Email"]),),
    )


SHAPE_WORDS: dict[str, tuple[Any, Any]] = {
    "int32": (7, 7),
    "string": ("a b", "a b"),
    "text": ("a\nb", "a\nb"),
    "bool": (True, True),
    "enum": ("Unknown", "Unknown"),
    "double": (59.91, 59.91),
    "date-time": ("2005-06-02T12:15:26.5856407+02:00", "2005-06-02T12:15:26.5856407+02:00"),
    "map": ({"SuperOffice:1": "x"}, {"SuperOffice:1": "x"}),
    "string[]": (["x", "y"], ["x", "y"]),
}


def _full(word: str) -> Any:
    if word.endswith("[]") and word not in SHAPE_WORDS:
        return [] if word == "ChildItem[]" else [_full(word[:-2])]
    if word in SHAPES:
        return {name: _full(inner) for name, inner in SHAPES[word].items()}
    return SHAPE_WORDS[word][0]


@pytest.mark.parametrize("name", list(SHAPES[ENTITY]))
@pytest.mark.parametrize("spell", [str, str.lower, str.upper])
def test_every_property_is_told_again(name: str, spell: Any) -> None:
    """Every property of the reference's tables, with all that can be in it, is told again with its
    type, however the case of its name; the service's own three are not the caller's."""
    sent = _full(SHAPES[ENTITY][name])
    told = entity({"Name": "A", spell(name): sent})[name]
    own = {"ContactId": 221, "UpdatedDate": STAMP, "CreatedDate": STAMP}
    assert _bare(told) == own.get(name, sent)


def _bare(said: Any) -> Any:
    if isinstance(said, dict):
        rights = ("TableRight", "FieldProperties")
        return {name: _bare(one) for name, one in said.items() if name not in rights}
    return [_bare(one) for one in said] if isinstance(said, list) else said


def test_a_default_entity_has_every_property_empty() -> None:
    """GET default tells every property with its empty value, and no links."""
    reply = OFFICE.read(ROUTES["default"], ask())
    assert isinstance(reply, Reply)
    body = json.loads(text(reply))
    empty = {"int32": 0, "string": "", "text": "", "bool": False, "map": {}}
    wanted = {
        name: [] if word.endswith("[]") else empty.get(word)
        for name, word in SHAPES[ENTITY].items()
    }
    assert body == _carrier(ENTITY, wanted)


def test_a_default_entity_comes_back_as_a_new_contact() -> None:
    """What default told, a name beside it, is accepted: rights that are sent are not the caller's
    to give."""
    reply = OFFICE.read(ROUTES["default"], ask())
    assert isinstance(reply, Reply)
    assert words({**json.loads(text(reply)), "Name": "A"}) == {"Name": "A"}


def test_a_field_says_its_type_and_length() -> None:
    """FieldProperties has each scalar property, its .NET type and its length in bytes."""
    fields = entity({"Name": "A", "Phones": [{"Value": "1"}]})["Phones"][0]["FieldProperties"]
    one = {"FieldRight": None, "FieldType": "System.String", "FieldLength": 0}
    assert fields == {"Value": one, "StrippedValue": one, "Description": one}


def test_a_field_with_a_longest_text_says_so() -> None:
    """What stands on every person's card is told with the vendor's own length, and so may be."""
    said = entity({"Name": "A" * 219, "Department": "D" * 219})
    fields = said["FieldProperties"]
    assert (len(said["Name"]), len(said["Department"])) == (219, 219)
    assert [fields[name]["FieldLength"] for name in ("Name", "Department", "Description")] == [
        219,
        219,
        0,
    ]


def test_a_person_is_placed_in_its_company() -> None:
    """A person's company, its name and the full name are filled in where nobody sent them."""
    person = entity({"Name": "A", "Persons": [{"Firstname": "Kari", "Lastname": "Li"}]})["Persons"]
    assert {name: person[0][name] for name in ("ContactId", "ContactName", "FullName")} == {
        "ContactId": 221,
        "ContactName": "A",
        "FullName": "Kari Li",
    }


def test_an_id_in_the_body_is_ignored() -> None:
    """The number of a new contact is the book's, and unknown members are not kept."""
    kept = words({"ContactId": 568, "Name": "A", "Unknown": {"x": 1}, "UtmParameters": None})
    assert kept == {"Name": "A"}


def test_a_null_is_the_empty_value() -> None:
    """Null stands for a property's empty value, and for nothing in a list."""
    said = entity({"Name": "A", "OrgNr": None, "Emails": [None], "Deleted": None, "Country": None})
    assert [said[name] for name in ("OrgNr", "Emails", "Deleted", "Country")] == ["", [], 0, None]


def test_a_task_is_what_the_call_says() -> None:
    """Create keeps one draft that is like no other; show asks for a number."""
    kept = OFFICE.read(ROUTES["create"], ask({"Name": "A"}))
    found = OFFICE.read(ROUTES["show"], ask(params={"id": "00221"}))
    assert isinstance(kept, Keep)
    assert (kept.drafts[0].identity, kept.drafts[0].handle) == (b"", "")
    assert isinstance(found, Show)
    assert found.ref == 221
    assert OFFICE.where(entry({})) == "/api/v1/Contact/221"
    assert BASE.endswith("/superoffice")


NORWAY = {"EnglishName": "Norway", "Name": "Norge", "TwoLetterISOCountry": "NO"}
STREET = {"Address1": "Storgata 1", "Address2": "2. etg.", "City": "Oslo", "Zipcode": "0155"}


@pytest.mark.parametrize(
    ("address", "country", "wanted"),
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
        ({"Street": {}, "Postal": None}, NORWAY, ()),
        (None, NORWAY, ()),
    ],
    ids=["both", "same", "localized", "formatted", "empty", "none"],
)
def test_an_address_reaches_the_card(address: Any, country: Any, wanted: Any) -> None:
    """The structured or the localized form of an address is enough, else its free text; the country
    is the company's."""
    (company,) = cards(Name="A", Address=address, Country=country)
    names = ("text", "locality", "region", "code", "nation", "country")
    assert company.addresses == tuple(
        Address(**dict(zip(names, one, strict=True))) for one in wanted
    )


def test_a_card_has_no_room_for_another_scheme() -> None:
    """A URL that a card may not carry stays in the words alone; so does a blank one."""
    urls = ["https://a.example.com", "javascript:alert(1)", "b.example.com/x y", "  "]
    said = draft({"Name": "A", "Urls": [{"Value": url} for url in urls]})
    assert said.contacts[0].websites == (
        Website(url="https://a.example.com"),
        Website(url="b.example.com/x%20y"),
    )
    assert [one.get("Value", "") for one in said.words["Urls"]] == [*urls[:3], ""]


def test_a_certain_number_is_known_in_e164() -> None:
    """A number with its country is known in E.164, however many there are."""
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
def test_a_number_without_its_country_is_dialled_in_the_companys(
    country: Any, person: Any, numbers: Any
) -> None:
    """The country that a company is saved with says how its numbers are read, and those of its
    people who are in no other one."""
    company, one = cards(
        Name="A",
        Country=country,
        Phones=[{"Value": "650 253 0000"}],
        Faxes=[{"Value": "(650) 253-0001"}],
        Persons=[{"Firstname": "B", "MobilePhone": "650 253 0002", **person}],
    )
    assert tuple(phone.e164 for phone in (*company.phones, *one.phones)) == numbers


@pytest.mark.parametrize(
    ("members", "names"),
    [
        ({"Name": "A", "Persons": [{"Firstname": "O'Brien"}]}, [("", ""), ("O'Brien", "")]),
        ({"Name": "A", "Persons": [{"FullName": "Li Na"}]}, [("", ""), ("", "Li Na")]),
        ({"Name": "A", "Persons": [{"Title": "CEO"}]}, [("", "")]),
        ({"Persons": [{"Lastname": "Li"}, {"Retired": 1}]}, [("", "Li")]),
    ],
)
def test_who_has_a_card(members: Any, names: list[tuple[str, str]]) -> None:
    """A company has one, and every person who has a name; persons without a company are enough."""
    assert [(one.first, one.last) for one in cards(**members)] == names


def test_a_person_has_the_title_when_there_is_no_position() -> None:
    """The job is the position, else the title."""
    _, person = cards(Name="A", Department="R&D", Persons=[{"Firstname": "Kari", "Title": "CEO"}])
    assert (person.title, person.organization, person.unit) == ("CEO", "A", "R&D")
