"""Marketing Cloud: the statements of the vendor's page, row by row."""

from typing import Any, Final

import pytest

from tests.support.marketingcloud import (
    EMAIL,
    EXAMPLE,
    RESPONSE,
    api,
    draft,
    entry,
    json_of,
    one_set,
    refusals,
    respond,
    with_sets,
)
from vcardsvc.apis.base import Request
from vcardsvc.apis.marketingcloud.routes import CREATE
from vcardsvc.model.address_book import CommandResult

MAIL, PROFILE, MOBILE, PUSH, LINE_A, LINE_S, LINE_D = EXAMPLE["attributeSets"]


def own(value: Any) -> dict[str, Any]:
    """Return the body of a request with a profile attribute of this value."""
    return with_sets(MAIL, one_set("Email Demographics", {"name": "Own", "value": value}))


def without(whole: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a set without one of its attributes."""
    values = whole["items"][0]["values"]
    return one_set(whole["name"], *[pair for pair in values if pair["name"] != name])


PASSES: Final[list[tuple[str, Any]]] = [
    ("contactKey", with_sets(MAIL)),
    ("contactID", with_sets(MAIL, contactKey=None, contactID="7")),
    ("attributeSets[].items[].values[]", with_sets(MAIL)),
    ("attributeSets.values", with_sets({"name": "Email Addresses", "values": EMAIL})),
    ("value types: string", own("value 1")),
    ("value types: boolean", own(True)),
    ("value types: number", own(12345)),
    ("Email Addresses", with_sets(MAIL)),
    ("Email Demographics", with_sets(MAIL, PROFILE)),
    ("MobileConnect Demographics", with_sets(MOBILE)),
    ("MobilePush Demographics", with_sets(PUSH)),
    ("GroupConnect LINE Addresses", with_sets(LINE_A, LINE_S)),
    ("GroupConnect LINE Subscriptions", with_sets(LINE_S, LINE_A)),
    ("GroupConnect LINE Demographics", with_sets(LINE_D, LINE_S, LINE_A)),
]

REFUSED: Final[list[tuple[str, Any, str]]] = [
    ("contactKey or contactID must be given", with_sets(MAIL, contactKey=None), "10002"),
    ("attributeSets: required", {"contactKey": "k"}, "10002"),
    ("attributeSets: array", {"contactKey": "k", "attributeSets": MAIL}, "10001"),
    ("attributeSets[].name: required", with_sets({"items": MAIL["items"]}), "10002"),
    ("attributeSets[].name: string", with_sets({**MAIL, "name": 7}), "E1524"),
    ("value types: no other", own([1]), "10001"),
    ("at least one creating set: LINE's two are one", with_sets(LINE_A), "10002"),
    ("each set at most once", with_sets(MAIL, PUSH, MAIL), "10005"),
    ("HTML Enabled must be given", with_sets(without(MAIL, "HTML Enabled")), "10002"),
    ("Email Demographics needs Email Addresses", with_sets(PROFILE, PUSH), "10002"),
    ("Locale must be given", with_sets(without(MOBILE, "Locale")), "10002"),
    ("ApplicationID must be given", with_sets(without(PUSH, "Application")), "10002"),
    ("LINE Demographics needs LINE Addresses", with_sets(MAIL, LINE_S, LINE_D), "10002"),
    ("LINE Demographics needs LINE Subscriptions", with_sets(MAIL, LINE_A, LINE_D), "10002"),
    ("WhatsApp is not supported", with_sets(MAIL, one_set("GroupConnect WhatsApp")), "10005"),
]


@pytest.mark.parametrize(("row", "request_"), PASSES, ids=[row for row, _ in PASSES])
def test_everything_that_the_page_allows_is_valid(row: str, request_: Any) -> None:
    """Everything that the page names is read."""
    assert refusals(request_) == [], row


@pytest.mark.parametrize(("row", "request_", "code"), REFUSED, ids=[row for row, _, _ in REFUSED])
def test_everything_that_the_page_forbids_is_one_fault(row: str, request_: Any, code: str) -> None:
    """Every rule of the page has one problem, with the code of the rule."""
    assert [name for name, _ in refusals(request_)] == [code], row


def test_locale_must_be_a_country_code() -> None:
    """The Locale of MobileConnect is validated as a country code."""
    pairs = MOBILE["items"][0]["values"]
    locale = one_set(MOBILE["name"], pairs[0], {"name": "Locale", "value": "English"})
    assert [code for code, _ in refusals(with_sets(locale))] == ["10005"]


def test_the_request_has_the_printed_headers() -> None:
    """The headers are Content-Type: application/json and Authorization: Bearer."""
    assert (CREATE.method, CREATE.path) == ("POST", "/contacts/v1/contacts")
    assert CREATE.content_types == {b"application/json"}
    request = Request(headers={b"authorization": b"Bearer YOUR_ACCESS_TOKEN"})
    assert api().credential(CREATE, request) == b"YOUR_ACCESS_TOKEN"


@pytest.mark.parametrize("member", RESPONSE)
def test_the_response_has_every_printed_member(member: str) -> None:
    """The misspelt rowsAffetcted, contactId beside the request's contactID, isNewContactKey false
    on a create, and all other members are there as printed."""
    response = respond(EXAMPLE, CommandResult(entries=(entry(draft(EXAMPLE)),), fresh=(True,)))
    assert (response.status, json_of(response)[member]) == (200, RESPONSE[member])
