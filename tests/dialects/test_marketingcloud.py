"""Marketing Cloud: what a contact's call is read as, and what it is answered."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import pytest

from vcardsvc.apis.base import Request, Response, VendorApi
from vcardsvc.apis.marketingcloud import MarketingCloud
from vcardsvc.apis.marketingcloud.routes import CREATE
from vcardsvc.errors import E1521, Problem, Refused
from vcardsvc.model.address_book import CommandResult, Create, Draft, Entry
from vcardsvc.model.contact import Contact, Email, Phone
from vcardsvc.validation.fields import Policy

NOON: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
EMAIL: Final[list[Any]] = [
    {"name": "Email Address", "value": "acruz@example.com"},
    {"name": "HTML Enabled", "value": True},
]
LINE_ID: Final = {"name": "Address ID", "value": "addressId_from_api"}


def one_set(name: str, *values: Any) -> dict[str, Any]:
    """An attribute set of one item."""
    return {"name": name, "items": [{"values": list(values)}]}


EXAMPLE: Final[dict[str, Any]] = {
    "contactKey": "acruz@example.com",
    "attributeSets": [
        one_set("Email Addresses", *EMAIL),
        one_set(
            "Email Demographics",
            {"name": "Last Name", "value": "Cruz"},
            {"name": "First Name", "value": "Angela"},
            {"name": "Text Profile Attribute", "value": "value 1"},
            {"name": "Number Profile Attribute", "value": 12345},
        ),
        one_set(
            "MobileConnect Demographics",
            {"name": "Mobile Number", "value": "317-531-5555"},
            {"name": "Locale", "value": "US"},
            {"name": "Status", "value": 1},
        ),
        one_set(
            "MobilePush Demographics",
            {"name": "Device ID", "value": 958405948},
            {"name": "Application", "value": 958405948},
        ),
        one_set("GroupConnect LINE Addresses", LINE_ID),
        one_set(
            "GroupConnect LINE Subscriptions",
            LINE_ID,
            {"name": "Channel ID", "value": "1234567890"},
        ),
        one_set(
            "GroupConnect LINE Demographics",
            LINE_ID,
            {"name": "Display Name", "value": "display_name"},
            {"name": "Picture Url", "value": "picture_url"},
            {"name": "Status Message", "value": "status_message"},
        ),
    ],
}
"""The vendor's example request."""

ANSWERED: Final[dict[str, Any]] = {
    "operationStatus": "OK",
    "rowsAffetcted": 1,
    "contactKey": "acruz@example.com",
    "contactId": 12345678,
    "contactTypeID": 0,
    "isNewContactKey": False,
    "requestServiceMessageID": "8b51b524-28c1-46fc-9a44-02fca5b0a08c",
    "hasErrors": False,
    "resultMessages": [],
    "serviceMessageID": "80676c59-ceb9-48aa-ad35-81e150094a17",
}
"""The vendor's example response."""

SIMPLE: Final[dict[str, Any]] = {
    "contactKey": "acruz@example.com",
    "attributeSets": [one_set("Email Addresses", *EMAIL)],
}


def printed_ids() -> Callable[[], str]:
    """The service message ids of the vendor's example, one after the other."""
    members = ("requestServiceMessageID", "serviceMessageID")
    return iter([ANSWERED[member] for member in members]).__next__


def spoken(**members: Any) -> MarketingCloud:
    """The dialect under the default policy."""
    return MarketingCloud(policy=Policy(), **members)


def draft(request: Any, query: bytes = b"") -> Draft:
    """What is to be kept of this request."""
    task = spoken().read(CREATE, Request(body=json.dumps(request).encode(), query=query))
    assert isinstance(task, Create)
    (found,) = task.drafts
    return found


def refusals(request: Any) -> list[tuple[str, str | None]]:
    """(code, field) of every problem, in their order; empty when the request passes."""
    try:
        draft(request)
    except Refused as refused:
        return [(problem.code.name, problem.field) for problem in refused.problems]
    return []


def entry(kept: Draft) -> Entry:
    """What the book gives back for a draft, its words gone through JSON as a store keeps them."""
    return Entry(
        id=12345678,
        uid="urn:uuid:00000000-0000-4000-8000-000000000001",
        created_at=NOON,
        updated_at=NOON,
        contacts=kept.contacts,
        vendor_fields=json.loads(json.dumps(kept.vendor_fields)),
        handle=kept.handle,
    )


def said(reply: Response) -> Any:
    """The JSON of an answer."""
    return json.loads(b"".join(reply.chunks))


def answered(request: Any, found: CommandResult) -> Response:
    """The answer to a contact's call that came to this."""
    task = Create(drafts=(draft(request),))
    return spoken(message_id=printed_ids()).response(CREATE, Request(), task, found)


def with_sets(*sets: Any, **members: Any) -> dict[str, Any]:
    """A request with these sets."""
    return {"contactKey": "acruz@example.com", "attributeSets": list(sets), **members}


def test_it_is_a_vendor() -> None:
    """The dialect is what the door takes for a vendor."""
    vendor: VendorApi = spoken()
    assert (vendor.name, vendor.path_of(entry(draft(SIMPLE)))) == ("marketingcloud", "")
    assert [(route.method, route.path) for route in vendor.routes] == [
        ("POST", "/contacts/v1/contacts"),
        ("PATCH", "/contacts/v1/contacts"),
        ("POST", "/v2/token"),
        ("POST", "/v1/requestToken"),
    ]


def test_the_vendors_example_is_read_whole() -> None:
    """Every attribute of the documented example is kept, and the card has those it can hold."""
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


def test_the_vendors_example_is_answered_as_printed() -> None:
    """The documented response comes back, its members in their order, the misspelt one too."""
    reply = answered(EXAMPLE, CommandResult(entries=(entry(draft(EXAMPLE)),), fresh=(True,)))
    assert (reply.status, dict(reply.headers)[b"content-type"]) == (200, b"application/json")
    assert said(reply) == ANSWERED
    assert list(said(reply)) == list(ANSWERED)


def test_every_call_has_ids_of_its_own() -> None:
    """The two service message ids are random UUIDs."""
    found = CommandResult(entries=(entry(draft(SIMPLE)),), fresh=(True,))
    task = Create(drafts=(draft(SIMPLE),))
    bodies = [said(spoken().response(CREATE, Request(), task, found)) for _ in range(2)]
    members = ("requestServiceMessageID", "serviceMessageID")
    ids = {body[member] for body in bodies for member in members}
    assert {len(one) for one in ids} == {36}
    assert len(ids) == 4


def test_the_same_contact_again_is_the_one_that_is_there() -> None:
    """A repeated call gets the same contactId and has changed nothing, in whatever order its sets
    stand."""
    turned = {**EXAMPLE, "attributeSets": EXAMPLE["attributeSets"][::-1]}
    reply = answered(turned, CommandResult(entries=(entry(draft(EXAMPLE)),), fresh=(False,)))
    assert reply.status == 200
    assert said(reply) == {**ANSWERED, "rowsAffetcted": 0}


def test_a_key_that_is_another_contacts_is_refused() -> None:
    """A contactKey that is taken by other data is 30004: nothing was kept."""
    reply = answered(SIMPLE, CommandResult(entries=(entry(draft(EXAMPLE)),), fresh=(False,)))
    assert reply.status == 409
    assert said(reply) == {
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


@pytest.mark.parametrize(("names", "kept_as", "words"), KEYS)
def test_a_contact_goes_by_its_key_and_by_its_id(
    names: dict[str, Any], kept_as: tuple[str, bytes, dict[str, str]], words: dict[str, str]
) -> None:
    """Either of contactKey and contactID will do, and neither passes for the other."""
    sets = SIMPLE["attributeSets"]
    kept = draft({**names, "attributeSets": sets})
    assert (kept.handle, kept.dedupe_key, kept.metadata) == kept_as
    assert kept.vendor_fields == {**words, "attributeSets": sets}


def test_a_contact_that_has_an_id_alone_is_answered_with_it_as_key() -> None:
    """The contactKey of a contact without one is its contactID."""
    request = {"contactID": 7, "attributeSets": SIMPLE["attributeSets"]}
    reply = answered(request, CommandResult(entries=(entry(draft(request)),), fresh=(True,)))
    assert said(reply)["contactKey"] == "7"


@pytest.mark.parametrize("holder", ["items", "values"])
def test_values_stand_in_items_or_in_the_set(holder: str) -> None:
    """The documented example nests items, the documented table does not: both mean the same."""
    held = {"items": [{"values": EMAIL}], "values": EMAIL}[holder]
    assert draft(with_sets({"name": "Email Addresses", holder: held})) == draft(SIMPLE)


def test_names_are_known_in_any_case_and_kept_as_the_vendor_spells_them() -> None:
    """Sets and attributes are matched without regard to case."""
    values = [{**pair, "name": pair["name"].lower()} for pair in EMAIL]
    assert draft(with_sets(one_set("EMAIL addresses", *values))) == draft(SIMPLE)


@pytest.mark.parametrize("name", ["Application", "ApplicationID", "Application ID"])
def test_an_application_goes_by_either_name(name: str) -> None:
    """The prose says ApplicationID, the example Application: one attribute."""
    kept = draft(with_sets(one_set("MobilePush Demographics", {"name": name, "value": "a"})))
    assert kept.vendor_fields["attributeSets"] == [
        one_set("MobilePush Demographics", {"name": "Application", "value": "a"})
    ]


@pytest.mark.parametrize("value", ["text", "two\nlines", True, False, 0, 12345, -1.5, 10**37])
def test_profile_attributes_are_kept_as_they_are(value: Any) -> None:
    """A string, a boolean and a number pass in an attribute of the account's own."""
    profile = one_set("Email Demographics", {"name": "Loyalty", "value": value})
    kept = draft(with_sets(SIMPLE["attributeSets"][0], profile))
    assert kept.vendor_fields["attributeSets"][1] == profile
    assert kept.contacts == draft(SIMPLE).contacts


def test_unknown_members_and_empty_attributes_are_not_kept() -> None:
    """What the vendor does not document, null and blank texts leave no trace."""
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
def test_each_creating_set_makes_a_contact(sets: list[Any]) -> None:
    """One of the creating sets is enough, with whatever stands upon it."""
    assert draft(with_sets(*sets)).vendor_fields["attributeSets"] == sets


def test_a_photo_that_could_not_be_had_is_a_warning() -> None:
    """The contact is there, and one message says why it has no photo."""
    found = CommandResult(
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
    assert said(answered(EXAMPLE, found)) == {**ANSWERED, "resultMessages": [warning]}


def test_a_photo_that_was_had_is_no_message() -> None:
    """Without a problem there is nothing to say."""
    found = CommandResult(entries=(entry(draft(EXAMPLE)),), fresh=(True,), photo_problems=(None,))
    assert said(answered(EXAMPLE, found)) == ANSWERED
