"""SuperOffice's own client, @superoffice/webapi, pointed at the service."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.support.clients import Client, pointed
from tests.support.clients.cards import card
from tests.support.service import Served

ACME = {
    "name": "Acme AS",
    "department": "Oslo",
    "phones": [{"value": "+1 650 253 0000", "strippedValue": "+16502530000", "description": ""}],
    "emails": [{"value": "post@example.com", "strippedValue": "", "description": ""}],
    "persons": [{"firstname": "Ann", "lastname": "Lee", "email": "ann@example.com"}],
}


@pytest.fixture(scope="module")
def client(booked: Served) -> Iterator[Client]:
    """The client with the service's key as a user's password."""
    with pointed("superoffice", booked) as client:
        client.call("sign", "password")
        yield client


def _same_members(got: Mapping[str, Any], expected: Mapping[str, Any]) -> dict[str, Any]:
    """Return the library's values under the names of `expected`, in lists under the names of each
    object."""
    found: dict[str, Any] = {}
    for name, value in expected.items():
        found[name] = got[name]
        if isinstance(value, list):
            pairs = zip(got[name], value, strict=True)
            found[name] = [_same_members(one, other) for one, other in pairs]
    return found


def test_a_company_is_created_and_read_back(client: Client, booked: Served) -> None:
    """The default entity, filled in and posted, comes back with an id, reads back the same, and is
    a card of the company and one of its person."""
    blank = client.call("default")
    assert (blank["contactId"], blank["name"], blank["persons"]) == (0, "", [])
    created = client.call("post", {**blank, **ACME})
    assert _same_members(created, ACME) == ACME
    assert created["createdDate"].endswith("Z"), "the library has read it as a date"
    assert client.call("get", created["contactId"]) == created
    assert card(booked, f"/superoffice/api/v1/Contact/{created['contactId']}.vcf") == [
        "BEGIN:VCARD",
        "N:;;;;",
        "FN:Acme AS",
        "ORG:Acme AS;Oslo",
        "TEL;TYPE=WORK,VOICE:+16502530000",
        "EMAIL;TYPE=WORK,INTERNET:post@example.com",
        "END:VCARD",
        "BEGIN:VCARD",
        "N:Lee;Ann;;;",
        "FN:Ann Lee",
        "ORG:Acme AS;Oslo",
        "EMAIL;TYPE=WORK,INTERNET:ann@example.com",
        "END:VCARD",
    ]


def test_a_company_is_changed_and_deleted(client: Client) -> None:
    """The vendor's own way: a category is set on the default entity; what was read is put back, a
    part of it is patched, and it is deleted."""
    blank = client.call("default")
    blank["category"]["id"] = 2
    created = client.call("post", {**blank, "name": "Acme AS"})
    assert created["category"]["id"] == 2
    at = created["contactId"]
    put = client.call("put", at, {**created, "name": "Nova AS"})
    assert (put["name"], put["category"]["id"]) == ("Nova AS", 2)
    patched = client.call("patch", at, [{"op": "replace", "path": "/Name", "value": "Vega AS"}])
    assert (patched["name"], patched["category"]["id"]) == ("Vega AS", 2)
    assert client.call("get", at) == patched
    client.call("delete", at)
    assert client.fails("get", at)["status"] == 404


@pytest.mark.parametrize("way", ["password", "ticket", "token"])
def test_each_way_to_sign_in_is_taken(booked: Served, way: str) -> None:
    """Basic, SoTicket and Bearer as the library writes them; another key is refused."""
    with pointed("superoffice", booked) as client:
        client.call("sign", way)
        assert client.call("default")["contactId"] == 0
    with pointed("superoffice", booked, "no-key-of-the-tests-0123456789") as client:
        client.call("sign", way)
        assert client.fails("default") == {
            "status": 401,
            "data": _error("SoSessionException", "The credentials are missing or not valid."),
        }


def _error(kind: str, found: str) -> dict[str, Any]:
    return {
        "Error": True,
        "ErrorType": kind,
        "ErrorMessage": found,
        "ErrorSource": "SuperOffice.Services.Implementation",
    }


def test_what_was_not_changed_is_not_read_again(client: Client) -> None:
    """The library gives null for 304 Not Modified."""
    created = client.call("post", {"name": "Unchanged AS"})["contactId"]
    assert client.call("getChangedSince", created, "2099-01-01") is None
    assert client.call("getChangedSince", created, "2020-01-01")["name"] == "Unchanged AS"


def test_errors_reach_the_library(client: Client) -> None:
    """What is not there, and what cannot be kept, in the vendor's error object."""
    assert client.fails("get", 999_999) == {
        "status": 404,
        "data": _error("SoNotFoundException", "Contact id 999999 not found"),
    }
    assert client.fails("post", {"name": ""}) == {
        "status": 400,
        "data": _error(
            "SoInvalidArgumentException", "Name: A contact must have a name, or a person with one."
        ),
    }
