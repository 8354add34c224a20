"""Marketing Cloud: the commands and the responses of a contact's call."""

from hashlib import sha256
from typing import Any, Final

import pytest

from tests.support.marketingcloud import (
    EMAIL,
    EXAMPLE,
    RESPONSE,
    SIMPLE,
    api,
    draft,
    entry,
    json_of,
    one_set,
    respond,
    with_sets,
)
from vcardsvc.apis.base import Request, VendorApi
from vcardsvc.apis.marketingcloud.routes import CREATE
from vcardsvc.errors import E1521, Problem
from vcardsvc.model.address_book import CommandResult, Create, Draft
from vcardsvc.model.contact import Contact, Email, Phone


def test_it_is_a_vendor_api() -> None:
    """The API fulfils the protocol of vendors, with the vendor's routes."""
    vendor: VendorApi = api()
    assert (vendor.name, vendor.path_of(entry(draft(SIMPLE)))) == ("marketingcloud", "")
    assert [(route.method, route.path) for route in vendor.routes] == [
        ("POST", "/contacts/v1/contacts"),
        ("PATCH", "/contacts/v1/contacts"),
        ("POST", "/v2/token"),
        ("POST", "/v1/requestToken"),
    ]


def test_the_vendors_example_is_read_whole() -> None:
    """Every attribute of the documented example is stored, and the card has those that it can."""
    assert draft(EXAMPLE) == Draft(
        contacts=(
            Contact(
                first="Angela",
                last="Cruz",
                note="status_message",
                phones=(Phone(number="317-531-5555", label="mobile", e164="+13175315555"),),
                emails=(Email(address="acruz@example.com"),),
            ),
        ),
        vendor_fields=EXAMPLE,
        handle="acruz@example.com",
    )


def test_the_response_to_the_vendors_example_is_as_printed() -> None:
    """The documented response comes back with its members in their order, the misspelt one
    included."""
    response = respond(EXAMPLE, CommandResult(entries=(entry(draft(EXAMPLE)),), fresh=(True,)))
    assert (response.status, dict(response.headers)[b"content-type"]) == (200, b"application/json")
    assert json_of(response) == RESPONSE
    assert list(json_of(response)) == list(RESPONSE)


def test_every_response_has_its_own_ids() -> None:
    """The two service message ids are random UUIDs."""
    result = CommandResult(entries=(entry(draft(SIMPLE)),), fresh=(True,))
    command = Create(drafts=(draft(SIMPLE),))
    bodies = [json_of(api().response(CREATE, Request(), command, result)) for _ in range(2)]
    members = ("requestServiceMessageID", "serviceMessageID")
    ids = {body[member] for body in bodies for member in members}
    assert {len(one) for one in ids} == {36}
    assert len(ids) == 4


def test_a_repeated_call_returns_the_existing_contact() -> None:
    """A repeated call returns the same contactId and changes nothing, in any order of the sets."""
    reordered = {**EXAMPLE, "attributeSets": EXAMPLE["attributeSets"][::-1]}
    response = respond(reordered, CommandResult(entries=(entry(draft(EXAMPLE)),), fresh=(False,)))
    assert response.status == 200
    assert json_of(response) == {**RESPONSE, "rowsAffetcted": 0}


def test_a_key_of_another_contact_is_refused() -> None:
    """A contactKey that a contact with other data has is 30004."""
    response = respond(SIMPLE, CommandResult(entries=(entry(draft(EXAMPLE)),), fresh=(False,)))
    assert response.status == 409
    assert json_of(response) == {
        "message": "Object Already Exists: A contact with this contactKey has other data.",
        "errorcode": 30004,
        "documentation": "",
    }


SEVEN: Final = sha256(b"7").digest()
KEYS = [
    ({"contactKey": "k"}, ("k", b"", {}), {"contactKey": "k"}),
    ({"contactKey": "  k "}, ("k", b"", {}), {"contactKey": "k"}),
    ({"contactKey": "k", "contactID": None}, ("k", b"", {}), {"contactKey": "k"}),
    ({"contactKey": "k", "contactID": "7"}, ("k", SEVEN, {"contactID": "7"}),
     {"contactKey": "k", "contactID": "7"}),
    ({"contactID": "7"}, ("", SEVEN, {"contactID": "7"}), {"contactID": "7"}),
    ({"contactID": 7}, ("", SEVEN, {"contactID": "7"}), {"contactID": "7"}),
    ({"contactKey": "", "contactID": "7"}, ("", SEVEN, {"contactID": "7"}), {"contactID": "7"}),
]  # fmt: skip


@pytest.mark.parametrize(("names", "found_by", "stored_names"), KEYS)
def test_a_contact_has_a_key_or_an_id(
    names: dict[str, Any], found_by: tuple[str, bytes, dict[str, str]], stored_names: dict[str, str]
) -> None:
    """Either of contactKey and contactID is enough, and neither counts as the other."""
    sets = SIMPLE["attributeSets"]
    stored = draft({**names, "attributeSets": sets})
    assert (stored.handle, stored.dedupe_key, stored.metadata) == found_by
    assert stored.vendor_fields == {**stored_names, "attributeSets": sets}


def test_the_key_of_a_contact_without_one_is_its_id() -> None:
    """The contactKey in the response for a contact without one is its contactID."""
    body = {"contactID": 7, "attributeSets": SIMPLE["attributeSets"]}
    response = respond(body, CommandResult(entries=(entry(draft(body)),), fresh=(True,)))
    assert json_of(response)["contactKey"] == "7"


@pytest.mark.parametrize("holder", ["items", "values"])
def test_values_are_in_items_or_in_the_set(holder: str) -> None:
    """The documented example nests items, the documented table does not: both mean the same."""
    held = {"items": [{"values": EMAIL}], "values": EMAIL}[holder]
    assert draft(with_sets({"name": "Email Addresses", holder: held})) == draft(SIMPLE)


def test_names_match_in_any_case() -> None:
    """Names of sets and attributes match in any case, and are stored in the vendor's."""
    values = [{**pair, "name": pair["name"].lower()} for pair in EMAIL]
    assert draft(with_sets(one_set("EMAIL addresses", *values))) == draft(SIMPLE)


@pytest.mark.parametrize("name", ["Application", "ApplicationID", "Application ID"])
def test_an_application_has_either_name(name: str) -> None:
    """The prose has ApplicationID, the example Application: they are one attribute."""
    stored = draft(with_sets(one_set("MobilePush Demographics", {"name": name, "value": "a"})))
    assert stored.vendor_fields["attributeSets"] == [
        one_set("MobilePush Demographics", {"name": "Application", "value": "a"})
    ]


@pytest.mark.parametrize("value", ["text", "two\nlines", True, False, 0, 12345, -1.5, 10**37])
def test_profile_attributes_are_stored_as_sent(value: Any) -> None:
    """A string, a boolean and a number are valid in an account's own attribute."""
    profile = one_set("Email Demographics", {"name": "Loyalty", "value": value})
    stored = draft(with_sets(SIMPLE["attributeSets"][0], profile))
    assert stored.vendor_fields["attributeSets"][1] == profile
    assert stored.contacts == draft(SIMPLE).contacts


def test_unknown_members_and_empty_attributes_are_not_stored() -> None:
    """Undocumented members, null and blank texts are dropped."""
    sets = one_set("Email Addresses", *EMAIL, {"name": "Loyalty", "value": " "}, {"name": "Age"})
    assert draft(with_sets({**sets, "id": 1}, other=[1])) == draft(SIMPLE)


CREATING: list[list[Any]] = [
    [one_set("Email Addresses", *EMAIL)],
    [EXAMPLE["attributeSets"][2]],
    [EXAMPLE["attributeSets"][3]],
    EXAMPLE["attributeSets"][4:6],
    EXAMPLE["attributeSets"][4:7],
]


@pytest.mark.parametrize("sets", CREATING)
def test_each_creating_set_creates_a_contact(sets: list[Any]) -> None:
    """One of the creating sets is enough, with or without the sets that need it."""
    assert draft(with_sets(*sets)).vendor_fields["attributeSets"] == sets


def test_a_missing_photo_is_a_warning() -> None:
    """The contact is stored, and one message has the reason why it has no photo."""
    result = CommandResult(
        entries=(entry(draft(EXAMPLE)),),
        fresh=(True,),
        photo_problems=(Problem(code=E1521, field="/photo-url", cause="timeout"),),
    )
    warning = {
        "message": "The picture could not be fetched from its Picture Url.",
        "resultClass": "Picture Url",
        "resultCode": "E1521",
        "resultType": "Warning",
    }
    assert json_of(respond(EXAMPLE, result)) == {**RESPONSE, "resultMessages": [warning]}


def test_a_photo_without_a_problem_is_no_message() -> None:
    """A photo without a problem has no message."""
    result = CommandResult(entries=(entry(draft(EXAMPLE)),), fresh=(True,), photo_problems=(None,))
    assert json_of(respond(EXAMPLE, result)) == RESPONSE
