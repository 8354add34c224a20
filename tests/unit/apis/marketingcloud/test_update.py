"""Marketing Cloud: values as texts, an account's own groups, PATCH, and the older token call."""

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.support.marketingcloud import (
    ANN,
    BOOK,
    EMAIL,
    LINE_ID,
    NOON,
    api,
    contact,
    create,
    draft,
    json_of,
    listed,
    one_set,
    with_sets,
)
from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.marketingcloud.routes import LEGACY_TOKEN, UPDATE
from vcardsvc.errors import E104, Refused
from vcardsvc.model.address_book import CommandResult, Upsert
from vcardsvc.model.contact import Contact, Email
from vcardsvc.store import Store

MOBILE: Final = "MobileConnect Demographics"
EMAILS: Final = "Email Addresses"


def _value(of: str, attribute: str, *sets: Any) -> Any:
    """Return the stored value of an attribute."""
    stored = draft(with_sets(*sets)).vendor_fields["attributeSets"]
    (attribute_set,) = (one for one in stored if one["name"] == of)
    pairs = {pair["name"]: pair["value"] for pair in attribute_set["items"][0]["values"]}
    return pairs[attribute]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [("true", True), ("TRUE", True), (" True ", True), ("false", False), ("False", False),
     (True, True), (False, False)],
)  # fmt: skip
def test_a_boolean_can_be_a_text(sent: Any, stored: bool) -> None:
    """HTML Enabled is stored as a Boolean, sent as one or as a text in any case."""
    mails = one_set(EMAILS, EMAIL[0], {"name": "HTML Enabled", "value": sent})
    assert _value(EMAILS, "HTML Enabled", mails) is stored


@pytest.mark.parametrize(
    ("sent", "stored"),
    [("1", 1), (" 2 ", 2), ("-1", -1), ("1.5", 1.5), ("1e2", 100.0), (3, 3), (0.5, 0.5)],
)
def test_a_number_can_be_a_text(sent: Any, stored: float) -> None:
    """Status is stored as a number, sent as one or as a text."""
    mobile = one_set(
        MOBILE,
        {"name": "Mobile Number", "value": "317-531-5555"},
        {"name": "Locale", "value": "US"},
        {"name": "Status", "value": sent},
    )
    value = _value(MOBILE, "Status", mobile)
    assert (value, type(value)) == (stored, type(stored))


@pytest.mark.parametrize(
    "name", ["Loyalty Program", "Kundenpflege", "Opted out of WhatsApp", "会員"]
)
def test_an_accounts_own_group_is_stored(name: str) -> None:
    """A set outside the vendor's table is stored under its name, its texts, numbers and Booleans as
    sent, and is not on the card."""
    values = [
        {"name": "Tier", "value": "Gold"},
        {"name": "Points", "value": 7},
        {"name": "Active", "value": "true"},
    ]
    mails = one_set(EMAILS, *EMAIL)
    stored = draft(with_sets(mails, one_set(name, *values)))
    assert stored.vendor_fields["attributeSets"] == [mails, one_set(name, *values)]
    assert stored.contacts == draft(with_sets(mails)).contacts


LINE: Final = ("Addresses", "Subscriptions", "Demographics")


@pytest.mark.parametrize("spelling", [str, str.lower, str.upper])
def test_the_sets_of_line_have_two_names(spelling: Any) -> None:
    """LINE Addresses and its two siblings are the sets with GroupConnect in their names."""
    values = ((LINE_ID,), (LINE_ID, {"name": "Channel ID", "value": "1"}), (LINE_ID,))
    named = {
        before: draft(
            with_sets(
                *(
                    one_set(spelling(f"{before}LINE {name}"), *of)
                    for name, of in zip(LINE, values, strict=True)
                )
            )
        ).vendor_fields
        for before in ("", "GroupConnect ")
    }
    assert named[""] == named["GroupConnect "]
    names = [one["name"] for one in named[""]["attributeSets"]]
    assert names == [f"GroupConnect LINE {name}" for name in LINE]


def _patched(store: Store, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return the status and the body of the response to a PATCH over the store."""
    request = Request(body=json.dumps(body).encode())
    try:
        command = api().read(UPDATE, request)
        assert isinstance(command, Upsert)
        entry, fresh = store.upsert_entry(BOOK, command.named, command.make, NOON)
    except Refused as refused:
        response = api().error_response(UPDATE, request, refused.problems)
    else:
        response = api().response(
            UPDATE, request, command, CommandResult(entries=(entry,), fresh=(fresh,))
        )
    return response.status, json_of(response)


def _sets(**values: Any) -> list[dict[str, Any]]:
    """Return Email Demographics with these values."""
    pairs = [{"name": name.replace("_", " "), "value": one} for name, one in values.items()]
    return [one_set("Email Demographics", *pairs)]


def test_a_change_creates_a_missing_contact(store: Store) -> None:
    """PATCH of a missing contact creates it, and a second one changes it."""
    first = _patched(store, contact(ANN, contactKey="ann", contactID=7))
    second = _patched(store, contact(ANN, contactKey="ann"))
    assert [status for status, _ in (first, second)] == [200, 200]
    assert [one["rowsAffetcted"] for _, one in (first, second)] == [1, 1]
    assert first[1]["contactId"] == second[1]["contactId"] == listed(store)[0].id
    assert len(listed(store)) == 1


def test_a_change_that_creates_a_contact_is_validated_as_a_whole(store: Store) -> None:
    """A PATCH of a missing contact without a creating set stores nothing."""
    status, response = _patched(
        store, {"contactKey": "ann", "attributeSets": _sets(First_Name="A")}
    )
    assert (status, response["errorcode"]) == (400, 10002)
    assert listed(store) == ()


@pytest.mark.parametrize("names", [{"contactKey": "ann"}, {"contactID": "7"}])
def test_a_change_keeps_the_sets_that_it_does_not_name(store: Store, names: dict[str, Any]) -> None:
    """The sent attributes replace the contact's, other attributes and sets stay, new groups are
    added, and the card changes with them."""
    create(store, {**contact(ANN, contactKey="ann", contactID=7)})
    _patched(
        store, {"contactKey": "ann", "attributeSets": _sets(First_Name="Ann", Last_Name="Lee")}
    )
    sets = [*_sets(LAST_NAME="Li"), one_set("Loyalty", {"name": "Tier", "value": "Gold"})]
    status, response = _patched(store, {**names, "attributeSets": sets})
    assert (status, response["contactKey"]) == (200, "ann")
    (entry,) = listed(store)
    pairs = {
        one["name"]: {pair["name"]: pair["value"] for pair in one["items"][0]["values"]}
        for one in entry.vendor_fields["attributeSets"]
    }
    assert pairs == {
        "Email Demographics": {"First Name": "Ann", "Last Name": "Li"},
        "Loyalty": {"Tier": "Gold"},
        "Email Addresses": {"Email Address": ANN, "HTML Enabled": True},
    }
    assert entry.contacts == (Contact(first="Ann", last="Li", emails=(Email(address=ANN),)),)
    assert (entry.vendor_fields["contactKey"], entry.vendor_fields["contactID"]) == ("ann", "7")


def test_a_change_needs_no_attribute_that_is_stored(store: Store) -> None:
    """Email Address alone changes an address if HTML Enabled is stored."""
    create(store, contact(ANN, contactKey="ann"))
    mails = one_set(EMAILS, {"name": "Email Address", "value": "new@example.com"})
    assert _patched(store, {"contactKey": "ann", "attributeSets": [mails]})[0] == 200
    assert listed(store)[0].contacts[0].emails == (Email(address="new@example.com"),)


def test_several_items_replace_the_stored_ones(store: Store) -> None:
    """Several sent items replace the stored ones, since none of them is known to be the same."""
    create(store, contact(ANN, contactKey="ann"))
    items = [{"values": [{**EMAIL[0], "value": f"{n}@example.com"}, EMAIL[1]]} for n in "ab"]
    sets = [{"name": EMAILS, "items": items}]
    assert _patched(store, {"contactKey": "ann", "attributeSets": sets})[0] == 200
    emails = listed(store)[0].contacts[0].emails
    assert [one.address for one in emails] == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize(
    ("names", "status"),
    [
        ({"contactKey": "ann", "contactID": 2}, 409),
        ({"contactKey": "ben", "contactID": 1}, 409),
        ({"contactKey": "ann", "contactID": 3}, 409),
        ({"contactKey": "cat", "contactID": 2}, 409),
        ({"contactKey": "new", "contactID": 4}, 409),
        ({"contactKey": "eve", "contactID": 5}, 200),
        ({"contactKey": "ann", "contactID": 1}, 200),
    ],
)
def test_a_change_names_one_contact(store: Store, names: dict[str, Any], status: int) -> None:
    """Names of two contacts, and a name other than the contact's, are 30004 and change nothing; a
    contact without a contactID can get one."""
    for body in (
        contact(ANN, contactKey="ann", contactID=1),
        contact(ANN, contactKey="ben", contactID=2),
        contact(ANN, contactID=4),
        contact(ANN, contactKey="eve"),
    ):
        create(store, body)
    before = [entry.vendor_fields for entry in listed(store)]
    patched_status, response = _patched(store, {**contact("x@example.com", **names)})
    assert (patched_status, response.get("errorcode")) == (status, 30004 if status == 409 else None)
    assert ([entry.vendor_fields for entry in listed(store)] == before) == (status == 409)
    if status == 200:
        second = contact("x@example.com", contactID=names["contactID"])
        assert _patched(store, second)[1]["contactId"] == response["contactId"]


def _legacy(body: Any) -> Request:
    return Request(body=json.dumps(body).encode(), content_type=b"application/json")


OLDER: Final = {"clientId": "any", "clientSecret": "KEY"}


@pytest.mark.parametrize("more", [{}, {"scope": "a"}, {"refreshToken": "b"}, {"accessType": "c"}])
def test_older_clients_get_their_token(more: dict[str, str]) -> None:
    """The key comes back as accessToken, with the seconds until it is requested again."""
    request = _legacy({**OLDER, **more})
    assert api().credential(LEGACY_TOKEN, request) == b"KEY"
    response = api().read(LEGACY_TOKEN, request)
    assert isinstance(response, Response)
    assert (response.status, json_of(response)) == (200, {"accessToken": "KEY", "expiresIn": 3479})
    assert dict(response.headers)[b"cache-control"] == b"no-store"


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        ({"clientId": "any"}, E104.name, 401),
        ({"clientId": "any", "clientSecret": 7}, E104.name, 401),
        ({"client_id": "any", "client_secret": "KEY"}, E104.name, 401),
        ({"clientSecret": "KEY"}, "10002", 400),
        ({"clientId": 7, "clientSecret": "KEY"}, "10002", 400),
    ],
)
def test_older_clients_get_the_vendors_errors(body: Any, code: str, status: int) -> None:
    """Without a secret there is no key, and without a clientId no token."""
    request = _legacy(body)
    with pytest.raises(Refused) as refused:
        api().read(LEGACY_TOKEN, request)
    assert [problem.code.name for problem in refused.value.problems] == [code]
    response = api().error_response(LEGACY_TOKEN, request, refused.value.problems)
    assert (response.status, sorted(json_of(response))) == (
        status,
        ["documentation", "errorcode", "message"],
    )
