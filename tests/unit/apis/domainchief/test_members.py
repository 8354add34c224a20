"""Domain Chief's members: their formats, their place on the card, and the dedupe key."""

from typing import Any

import pytest
from msgspec import structs

from tests.support.domainchief import (
    CARD,
    PARENTS,
    STUDIO,
    draft_of,
    errors_of,
    request_of,
)
from vcardsvc.validation.countries import nation, state

REQUIRED = [
    ("first_name", "first name"),
    ("last_name", "last name"),
    ("address_street", "address street"),
    ("address_house_number", "address house number"),
    ("address_postal_code", "address postal code"),
    ("address_city", "address city"),
    ("address_country_code", "address country code"),
    ("email", "email"),
    ("phone", "phone"),
]

OPTIONAL = [
    "company_name", "company_registration_number", "company_trading_name", "company_url",
    "vat_registration", "address_state",
]  # fmt: skip


def test_an_empty_body_misses_every_required_member() -> None:
    """All errors are reported at once, in the vendor's order."""
    errors = errors_of("create", request_of({}))
    assert list(errors.items()) == [
        (name, [f"The {attribute} field is required."]) for name, attribute in REQUIRED
    ]
    assert errors_of("create", request_of()) == errors


@pytest.mark.parametrize("blank", [None, "", "  ", "\n"])
@pytest.mark.parametrize(("name", "attribute"), REQUIRED)
def test_a_blank_is_absent(name: str, attribute: str, blank: Any) -> None:
    """Null and white space are no value."""
    assert errors_of("create", request_of({**STUDIO, name: blank})) == {
        name: [f"The {attribute} field is required."]
    }


@pytest.mark.parametrize("blank", [None, "", "  "])
@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_blank_is_null(name: str, blank: Any) -> None:
    """The response has null, and the contact is the same as without the member."""
    given, absent = {**STUDIO, name: blank}, {k: v for k, v in STUDIO.items() if k != name}
    assert draft_of(given).vendor_fields[name] is None
    assert draft_of(given).dedupe_key == draft_of(absent).dedupe_key


@pytest.mark.parametrize("name", [*(name for name, _ in REQUIRED), *OPTIONAL])
def test_every_text_has_its_type_its_length_and_no_control_character(name: str) -> None:
    """A text is a string of at most 255 characters, without NUL and line breaks."""
    attribute = name.replace("_", " ")
    long = "The {} field must not be greater than 255 characters."
    for value, sentence in (
        (42, "The {} field must be a string."),
        (["x"], "The {} field must be a string."),
        ("a\x00b", "The {} field format is invalid."),
        ("a\nb", "The {} field format is invalid."),
        ("x" * 256, long),
    ):
        expected = sentence.format(attribute)
        if name == "phone" and sentence == long:
            expected = "The phone field must be a valid phone number in international format."
        assert errors_of("create", request_of({**STUDIO, name: value})) == {name: [expected]}


def test_texts_are_trimmed_and_composed() -> None:
    """Blanks around a text are removed, and its accents composed."""
    draft = draft_of({**STUDIO, "first_name": " Ame\u0301lie\u00a0", "last_name": "O'Brien"})
    assert (draft.vendor_fields["first_name"], draft.vendor_fields["last_name"]) == (
        "Amélie",
        "O'Brien",
    )


PHONES = [
    ("+31 20 555 0142", True),
    ("+31205550142", True),
    ("+31.205550142", True),
    ("+1 (650) 253-0000", True),
    ("+1 650 253 0000 x12", True),
    ("020 555 0142", False),
    ("0031 20 555 0142", False),
    ("31 20 555 0142", False),
    ("+31", False),
    ("+999 1234567", False),
    ("+1 650 253 0000 call me", False),
    ("phone", False),
]


@pytest.mark.parametrize(("phone", "right"), PHONES)
def test_a_phone_is_international(phone: str, right: bool) -> None:
    """A number has + and a country, is valid there, and is stored as typed."""
    if right:
        assert draft_of({**STUDIO, "phone": phone}).vendor_fields["phone"] == phone
        return
    assert errors_of("create", request_of({**STUDIO, "phone": phone})) == {
        "phone": ["The phone field must be a valid phone number in international format."]
    }


def test_a_phone_of_invisible_characters_is_absent() -> None:
    """A number has characters that are shown, else it is required."""
    assert errors_of("create", request_of({**STUDIO, "phone": "\u200b"})) == {
        "phone": ["The phone field is required."]
    }


EMAILS = [
    ("domains@example.com", True),
    ("a.b+c@sub.example.com", True),
    ("o'brien@example.com", True),
    ("é@bücher.example", True),
    ("example.com", False),
    ("@example.com", False),
    ("a@", False),
    ("a@localhost", False),
    ("a b@example.com", False),
    ("a@b@example.com", False),
    ("a..b@example.com", False),
    (".a@example.com", False),
    ("a@-example.com", False),
    ("a@example..com", False),
    ("a@example_com", False),
    (f"{'x' * 65}@example.com", False),
    (f"a@{'x' * 64}.com", False),
]


@pytest.mark.parametrize(("email", "right"), EMAILS)
def test_an_email_has_a_name_and_a_domain(email: str, right: bool) -> None:
    """An address has one @, no blanks, and a domain of two labels or more."""
    if right:
        assert draft_of({**STUDIO, "email": email}).vendor_fields["email"] == email
        return
    assert errors_of("create", request_of({**STUDIO, "email": email})) == {
        "email": ["The email field must be a valid email address."]
    }


URLS = [
    ("https://example.com", "https://example.com"),
    ("HTTP://example.com:8080/a?b#c", "HTTP://example.com:8080/a?b#c"),
    ("https://example.com/a,b", "https://example.com/a%2Cb"),
    ("example.com", ""),
    ("ftp://example.com", ""),
    ("javascript:alert(1)", ""),
    ("https://", ""),
    ("https:///path", ""),
    ("https://a@example.com", ""),
    ("https://example.com/a b", ""),
]


@pytest.mark.parametrize(("url", "on_card"), URLS)
def test_a_company_url_is_of_the_web(url: str, on_card: str) -> None:
    """A website is stored as typed, and encoded on the card."""
    if on_card:
        draft = draft_of({**STUDIO, "company_url": url})
        assert draft.vendor_fields["company_url"] == url
        assert [site.url for site in draft.contacts[0].websites] == [on_card]
        return
    assert errors_of("create", request_of({**STUDIO, "company_url": url})) == {
        "company_url": ["The company url field must be a valid URL."]
    }


@pytest.mark.parametrize("code", ["nl", "NLD", "XX", "UK", "Netherlands", "N", "528"])
def test_a_country_is_an_upper_case_code(code: str) -> None:
    """A country is a code of ISO 3166-1 in capitals."""
    assert errors_of("create", request_of({**STUDIO, "address_country_code": code})) == {
        "address_country_code": ["The selected address country code is invalid."]
    }


STATES = [
    ("US", "New York", "NY"),
    ("US", "NY", "NY"),
    ("US", " ny ", "NY"),
    ("US", "US-NY", "NY"),
    ("US", "District of Columbia", "DC"),
    ("CA", "Québec", "QC"),
    ("CA", "british columbia", "BC"),
    ("AU", "New South Wales", "NSW"),
    ("BR", "Sao Paulo", "SP"),
    ("NL", "Noord Holland", "NH"),
    ("DE", "Bayern", "BY"),
    ("IT", "Milano", "MI"),
    ("US", "Narnia", "Narnia"),
    ("JP", "Tokyo", "Tokyo"),
    ("NL", "NY", "NY"),
    ("TW", "Chiayi", "Chiayi"),
]


@pytest.mark.parametrize(("country", "typed", "stored"), STATES)
def test_a_state_is_stored_as_its_abbreviation(country: str, typed: str, stored: str) -> None:
    """The country's own names and abbreviations become the abbreviation; other texts stay."""
    draft = draft_of({**STUDIO, "address_country_code": country, "address_state": typed})
    assert draft.vendor_fields["address_state"] == stored
    assert draft.contacts[0].addresses[0].region == stored


def test_an_unknown_country_has_no_name_and_no_states() -> None:
    """An unknown code has no name, and its states stay as typed."""
    assert (nation("XX"), state("XX", "New York"), state("US", "")) == ("", "New York", "")


STREETS = [("NL", "Examplelaan 42"), ("DE", "Examplelaan 42"), ("US", "42 Examplelaan")]


@pytest.mark.parametrize(("country", "street"), STREETS)
def test_a_card_has_street_and_number_in_the_countrys_order(country: str, street: str) -> None:
    """Two members of the request are one line of the card."""
    draft = draft_of({**STUDIO, "address_country_code": country})
    assert draft.contacts[0].addresses[0].text == street


def test_a_contact_without_a_company_is_a_person() -> None:
    """Without `company_name` the card has no organization, and is otherwise the same."""
    draft = draft_of({**STUDIO, "company_name": None})
    assert draft.contacts == (structs.replace(CARD, organization=""),)


NOTES = [
    ({}, "Registration number: 99887766"),
    ({"company_registration_number": " "}, ""),
    ({"company_trading_name": "Acme"}, "Trading name: Acme\nRegistration number: 99887766"),
    ({"company_registration_number": None, "vat_registration": "NL001234567B01"},
     "VAT: NL001234567B01"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "note"), NOTES)
def test_members_without_a_property_are_in_the_note(more: dict[str, Any], note: str) -> None:
    """Trading name, registration number and VAT have a line each."""
    assert draft_of({**STUDIO, **more}).contacts == (structs.replace(CARD, note=note),)


FLAGS = [(True, True), (1, True), ("1", True), ("true", True), (False, False), (0, False),
         ("0", False), (None, False), ("", False)]  # fmt: skip


@pytest.mark.parametrize(("value", "meant"), FLAGS)
def test_flags_are_read_as_laravel_reads_them(value: Any, meant: bool) -> None:
    """A flag is true, false, one or zero."""
    draft = draft_of({**STUDIO, "is_default": value, "allow_duplicate": value})
    assert (draft.default, draft.forced) == (meant, meant)


@pytest.mark.parametrize("value", ["yes", 2, [], {}, 0.5])
def test_another_flag_is_refused(value: Any) -> None:
    """Each flag has an error of its own."""
    assert errors_of(
        "create", request_of({**STUDIO, "is_default": value, "allow_duplicate": value})
    ) == {
        "is_default": ["The is default field must be true or false."],
        "allow_duplicate": ["The allow duplicate field must be true or false."],
    }


@pytest.mark.parametrize(("value", "parent"), PARENTS)
def test_an_invalid_parent_is_ignored_on_create(value: Any, parent: str) -> None:
    """A text that is no handle is no parent; the contact book decides about unknown handles."""
    assert draft_of({**STUDIO, "parent_handle": value}).parent == parent


SAME: list[dict[str, Any]] = [
    {"phone": "+31205550142"},
    {"email": "DOMAINS@example.com"},
    {"first_name": " Amina "},
    {"parent_handle": "holding"},
    {"is_default": True},
    {"allow_duplicate": True},
    {"metadata": {"a": "b"}},
    {"extension_data": {}},
    {"unknown": "member"},
]


@pytest.mark.parametrize("more", SAME)
def test_identical_details_are_the_same_contact(more: dict[str, Any]) -> None:
    """The spelling of a detail and the contact's place among others do not count."""
    assert draft_of({**STUDIO, **more}).dedupe_key == draft_of(STUDIO).dedupe_key


OTHER: list[dict[str, Any]] = [
    *({name: "+1 650 253 0000" if name == "phone" else "a@example.org" if name == "email" else "US"}
      for name, _ in REQUIRED),
    *({name: "https://example.org"} for name in OPTIONAL),
    {"extension_data": {"birth_date": "2000-01-01"}},
]  # fmt: skip


@pytest.mark.parametrize("more", OTHER, ids=lambda more: next(iter(more)))
def test_another_detail_is_another_contact(more: dict[str, Any]) -> None:
    """Every member about the contact counts."""
    assert draft_of({**STUDIO, **more}).dedupe_key != draft_of(STUDIO).dedupe_key


def test_a_state_is_the_same_by_name_and_abbreviation() -> None:
    """The stored form of the state counts."""
    york = {**STUDIO, "address_country_code": "US", "address_state": "New York"}
    assert draft_of(york).dedupe_key == draft_of({**york, "address_state": "NY"}).dedupe_key


@pytest.mark.parametrize("value", [None, {}, []])
def test_no_extension_data_is_null(value: Any) -> None:
    """PHP writes an empty object as an empty list."""
    assert draft_of({**STUDIO, "extension_data": value}).vendor_fields["extension_data"] is None


EXTENSIONS = [
    ("text", "The extension data field must be an array."),
    ([1], "The extension data field must be an array."),
    ({"a": "\x00"}, "The extension data field format is invalid."),
    ({"a\x00": "b"}, "The extension data field format is invalid."),
    ({"a": [{"b": ["c\x1b"]}]}, "The extension data field format is invalid."),
]


@pytest.mark.parametrize(("value", "message"), EXTENSIONS)
def test_extension_data_is_an_object_without_control_characters(value: Any, message: str) -> None:
    """Another type is refused, and a control character at any depth."""
    assert errors_of("create", request_of({**STUDIO, "extension_data": value})) == {
        "extension_data": [message]
    }
