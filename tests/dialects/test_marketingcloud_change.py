"""Marketing Cloud: values as texts, groups of an account's own, PATCH, and the older token call."""

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest

from tests.dialects.test_marketingcloud import (
    EMAIL,
    LINE_ID,
    draft,
    one_set,
    said,
    spoken,
    with_sets,
)
from tests.dialects.test_marketingcloud_book import ANN, BOOK, NOON, asked, listed, told
from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.marketingcloud.routes import LEGACY_TOKEN, UPDATE
from vcardsvc.errors import E104, Refused
from vcardsvc.model.address_book import CommandResult, Upsert
from vcardsvc.model.contact import Contact, Email
from vcardsvc.store import Store

MOBILE: Final = "MobileConnect Demographics"
EMAILS: Final = "Email Addresses"


def _value(of: str, attribute: str, *sets: Any) -> Any:
    """The value that is kept of an attribute."""
    words = draft(with_sets(*sets)).vendor_fields["attributeSets"]
    (found,) = (one for one in words if one["name"] == of)
    pairs = {pair["name"]: pair["value"] for pair in found["items"][0]["values"]}
    return pairs[attribute]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("true", True), ("TRUE", True), (" True ", True), ("false", False), ("False", False),
     (True, True), (False, False)],
)  # fmt: skip
def test_a_boolean_may_be_its_word(sent: Any, kept: bool) -> None:
    """HTML Enabled is kept as a Boolean, whether it came as one or as its word in any case."""
    mails = one_set(EMAILS, EMAIL[0], {"name": "HTML Enabled", "value": sent})
    assert _value(EMAILS, "HTML Enabled", mails) is kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("1", 1), (" 2 ", 2), ("-1", -1), ("1.5", 1.5), ("1e2", 100.0), (3, 3), (0.5, 0.5)],
)
def test_a_number_may_be_its_text(sent: Any, kept: float) -> None:
    """Status is kept as a number, whether it came as one or as its text."""
    mobile = one_set(
        MOBILE,
        {"name": "Mobile Number", "value": "317-531-5555"},
        {"name": "Locale", "value": "US"},
        {"name": "Status", "value": sent},
    )
    found = _value(MOBILE, "Status", mobile)
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    "name", ["Loyalty Program", "Kundenpflege", "Opted out of WhatsApp", "会員"]
)
def test_a_group_of_the_accounts_own_is_kept(name: str) -> None:
    """A set that is none of the vendor's is kept under the name that it came with, its texts,
    numbers and Booleans as they are; the card does not know it."""
    values = [
        {"name": "Tier", "value": "Gold"},
        {"name": "Points", "value": 7},
        {"name": "Active", "value": "true"},
    ]
    mails = one_set(EMAILS, *EMAIL)
    kept = draft(with_sets(mails, one_set(name, *values)))
    assert kept.vendor_fields["attributeSets"] == [mails, one_set(name, *values)]
    assert kept.contacts == draft(with_sets(mails)).contacts


LINE: Final = ("Addresses", "Subscriptions", "Demographics")


@pytest.mark.parametrize("spell", [str, str.lower, str.upper])
def test_the_sets_of_line_have_two_names(spell: Any) -> None:
    """LINE Addresses and its two sisters mean the sets that the vendor's example names."""
    values = ((LINE_ID,), (LINE_ID, {"name": "Channel ID", "value": "1"}), (LINE_ID,))
    named = {
        before: draft(
            with_sets(
                *(
                    one_set(spell(f"{before}LINE {name}"), *of)
                    for name, of in zip(LINE, values, strict=True)
                )
            )
        ).vendor_fields
        for before in ("", "GroupConnect ")
    }
    assert named[""] == named["GroupConnect "]
    names = [one["name"] for one in named[""]["attributeSets"]]
    assert names == [f"GroupConnect LINE {name}" for name in LINE]


def _patched(store: Store, request: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """The status and the answer of a PATCH, once it was done."""
    ask = Request(body=json.dumps(request).encode())
    try:
        task = spoken().read(UPDATE, ask)
        assert isinstance(task, Upsert)
        entry, fresh = store.upsert_entry(BOOK, task.named, task.make, NOON)
    except Refused as refused:
        reply = spoken().error_response(UPDATE, ask, refused.problems)
    else:
        reply = spoken().response(
            UPDATE, ask, task, CommandResult(entries=(entry,), fresh=(fresh,))
        )
    return reply.status, said(reply)


def _sets(**values: Any) -> list[dict[str, Any]]:
    """Email Demographics of these values."""
    pairs = [{"name": name.replace("_", " "), "value": one} for name, one in values.items()]
    return [one_set("Email Demographics", *pairs)]


def test_a_change_of_nobody_makes_a_contact(store: Store) -> None:
    """PATCH of a contact that is not there creates it, and again it changes it."""
    first = _patched(store, asked(ANN, contactKey="ann", contactID=7))
    second = _patched(store, asked(ANN, contactKey="ann"))
    assert [status for status, _ in (first, second)] == [200, 200]
    assert [one["rowsAffetcted"] for _, one in (first, second)] == [1, 1]
    assert first[1]["contactId"] == second[1]["contactId"] == listed(store)[0].id
    assert len(listed(store)) == 1


def test_a_change_of_nobody_is_judged_as_a_new_contact(store: Store) -> None:
    """Nothing is kept of a PATCH that creates a contact and lacks what one needs."""
    status, answer = _patched(store, {"contactKey": "ann", "attributeSets": _sets(First_Name="A")})
    assert (status, answer["errorcode"]) == (400, 10002)
    assert listed(store) == ()


@pytest.mark.parametrize("names", [{"contactKey": "ann"}, {"contactID": "7"}])
def test_a_change_leaves_what_it_does_not_name(store: Store, names: dict[str, Any]) -> None:
    """The attributes that are sent replace those of the contact, the others stay, as do its sets;
    groups of the account's own come to it. The card follows."""
    told(store, {**asked(ANN, contactKey="ann", contactID=7)})
    _patched(
        store, {"contactKey": "ann", "attributeSets": _sets(First_Name="Ann", Last_Name="Lee")}
    )
    sets = [*_sets(LAST_NAME="Li"), one_set("Loyalty", {"name": "Tier", "value": "Gold"})]
    status, answer = _patched(store, {**names, "attributeSets": sets})
    assert (status, answer["contactKey"]) == (200, "ann")
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


def test_a_change_may_leave_out_what_is_there(store: Store) -> None:
    """Email Address alone changes an address: HTML Enabled is there."""
    told(store, asked(ANN, contactKey="ann"))
    mails = one_set(EMAILS, {"name": "Email Address", "value": "new@example.com"})
    assert _patched(store, {"contactKey": "ann", "attributeSets": [mails]})[0] == 200
    assert listed(store)[0].contacts[0].emails == (Email(address="new@example.com"),)


def test_several_items_replace_those_that_are_there(store: Store) -> None:
    """Which of several items is meant nobody can say: those that are sent count."""
    told(store, asked(ANN, contactKey="ann"))
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
    """Names of two contacts, and another name than the contact has, are 30004 and change nothing;
    a contact without a contactID is given one."""
    for request in (
        asked(ANN, contactKey="ann", contactID=1),
        asked(ANN, contactKey="ben", contactID=2),
        asked(ANN, contactID=4),
        asked(ANN, contactKey="eve"),
    ):
        told(store, request)
    before = [entry.vendor_fields for entry in listed(store)]
    found, answer = _patched(store, {**asked("x@example.com", **names)})
    assert (found, answer.get("errorcode")) == (status, 30004 if status == 409 else None)
    assert ([entry.vendor_fields for entry in listed(store)] == before) == (status == 409)
    if status == 200:
        again = asked("x@example.com", contactID=names["contactID"])
        assert _patched(store, again)[1]["contactId"] == answer["contactId"]


def _legacy(body: Any) -> Request:
    return Request(body=json.dumps(body).encode(), content_type=b"application/json")


OLDER: Final = {"clientId": "any", "clientSecret": "KEY"}


@pytest.mark.parametrize("more", [{}, {"scope": "a"}, {"refreshToken": "b"}, {"accessType": "c"}])
def test_older_clients_get_their_token(more: dict[str, str]) -> None:
    """The key comes back as accessToken, with the seconds after which it is asked for again."""
    ask = _legacy({**OLDER, **more})
    assert spoken().credential(LEGACY_TOKEN, ask) == b"KEY"
    reply = spoken().read(LEGACY_TOKEN, ask)
    assert isinstance(reply, Response)
    assert (reply.status, said(reply)) == (200, {"accessToken": "KEY", "expiresIn": 3479})
    assert dict(reply.headers)[b"cache-control"] == b"no-store"


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
def test_older_clients_are_refused_in_the_vendors_words(body: Any, code: str, status: int) -> None:
    """Without a secret there is no key, without a clientId no token."""
    ask = _legacy(body)
    with pytest.raises(Refused) as refused:
        spoken().read(LEGACY_TOKEN, ask)
    assert [problem.code.name for problem in refused.value.problems] == [code]
    reply = spoken().error_response(LEGACY_TOKEN, ask, refused.value.problems)
    assert (reply.status, sorted(said(reply))) == (
        status,
        ["documentation", "errorcode", "message"],
    )
