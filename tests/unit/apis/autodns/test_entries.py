"""AutoDNS in JSON: commands on existing contacts, by their ids and in lists."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.autodns import (
    API,
    SEED,
    STID,
    codes_of,
    command_of,
    draft_of,
    entry_of,
    error_response,
    json_of,
    request_of,
    response_of,
)
from vcardsvc.errors import Refused
from vcardsvc.model.address_book import CommandResult, Delete, Get, GetMany, Listing, Update
from vcardsvc.model.contact import Contact

CUSTOMER = {"context": 4, "user": "customer"}
PERSON = {"type": "PERSON", "fname": "Ada", "lname": "Sample"}


def test_a_contact_is_shown_updated_and_deleted_by_its_id() -> None:
    """Each operation has its success status; a deleted contact is not in the response."""
    entry = entry_of(draft_of(SEED), 7)
    assert isinstance(command_of("info", request_of(id="7")), Get)
    assert isinstance(command_of("delete", request_of(id="7")), Delete)
    result = CommandResult(entries=(entry,))
    shown = json_of(response_of("info", request_of(id="7"), result))
    assert (shown["status"]["code"], shown["data"][0]["id"]) == ("S0304", 7)
    assert (
        json_of(response_of("update", request_of(SEED, id="7"), result))["status"]["code"]
        == "S0302"
    )
    assert json_of(response_of("delete", request_of(id="7"), result)) == {
        "stid": STID,
        "status": {
            "code": "S0303",
            "text": "Domain contact was deleted successfully.",
            "type": "SUCCESS",
        },
        "object": {"type": "Contact", "value": "7"},
    }
    assert API.path_of(entry) == "/contact/7"


def test_an_update_replaces_all_but_the_owner_and_the_alias() -> None:
    """PUT replaces the contact, and the request's user becomes its updater."""
    headers = {b"authorization": b"Basic b3RoZXI6a2V5"}
    update = command_of("update", request_of(PERSON, id="7", headers=headers))
    assert isinstance(update, Update)
    draft = update.edit(entry_of(draft_of(SEED)))
    assert update.edit(entry_of(draft_of(SEED))) == draft
    assert draft.vendor_fields == {
        "owner": CUSTOMER,
        "updater": {"context": 4, "user": "other"},
        "alias": "johndoe",
        "type": "PERSON",
        "protection": "SHOW_NONE",
        "fname": "Ada",
        "lname": "Sample",
    }
    assert draft.contacts == (Contact(first="Ada", last="Sample"),)


def test_an_update_leaves_type_protection_and_alias() -> None:
    """These three stay if they are absent: the vendor's own example sends none of them."""
    existing = entry_of(draft_of({"type": "ORG", "organization": "Mill", "protection": "SHOW_ALL"}))
    update = command_of(
        "update", request_of({"organization": "Mill Ltd.", "type": "", "city": "Dover"}, id="7")
    )
    assert isinstance(update, Update)
    assert update.edit(existing).vendor_fields == {
        "owner": CUSTOMER,
        "updater": CUSTOMER,
        "alias": "Mill-1f2e3d4c",
        "type": "ORG",
        "organization": "Mill Ltd.",
        "city": "Dover",
        "protection": "SHOW_ALL",
    }


def test_an_update_is_checked_against_the_existing_type() -> None:
    """An incomplete contact is refused when the existing one is known."""
    update = command_of("update", request_of({"fname": "Ada"}, id="7"))
    assert isinstance(update, Update)
    with pytest.raises(Refused) as raised:
        update.edit(entry_of(draft_of(SEED)))
    assert [(one.code.name, one.field) for one in raised.value.problems] == [("EF03018", "/lname")]


@pytest.mark.parametrize("id", [7, "7", "007", None, ""])
def test_an_update_may_repeat_the_id(id: Any) -> None:
    """A client may send the whole contact back."""
    assert isinstance(command_of("update", request_of({**SEED, "id": id}, id="7")), Update)


@pytest.mark.parametrize("id", [8, "8", "x", [7], True])
def test_an_update_of_another_id_is_refused(id: Any) -> None:
    """The id in the body must be the one in the path."""
    response = error_response("update", request_of({**SEED, "id": id}, id="7"))
    assert (response.status, codes_of(response)) == (400, [("E0302", "/id")])


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_path_without_an_id_is_served(method: str) -> None:
    """The response has EF030110, the code of a contact that is not named (seed: 2.4)."""
    [route] = [one for one in API.routes if (one.method, one.path) == (method, "/contact")]
    with pytest.raises(Refused) as raised:
        API.read(route, request_of(SEED if method == "PUT" else None))
    response = API.error_response(route, request_of(None), raised.value.problems)
    assert (response.status, codes_of(response)) == (400, [("EF030110", None)])


SAME: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({}, {}, True),
    ({"state": ""}, {"domainsafe": False, "remarks": []}, True),
    ({"city": "X"}, {"city": "Y"}, False),
    ({"alias": "a"}, {}, True),
    ({"alias": "a"}, {"alias": "b"}, False),
    ({"domainsafe": True}, {}, False),
]


@pytest.mark.parametrize(("old", "new", "same"), SAME)
def test_contacts_are_the_same_by_their_data(
    old: dict[str, Any], new: dict[str, Any], same: bool
) -> None:
    """Empty members and generated aliases do not count (seed: 2.6)."""
    existing, draft = entry_of(draft_of({**PERSON, **old})), draft_of({**PERSON, **new})
    assert existing.contacts[0].last == "Sample"
    assert draft.is_same is not None
    assert draft.is_same(existing) is same
    result = CommandResult(entries=(existing,), fresh=(False,))
    response = response_of("create", request_of({**PERSON, **new}), result)
    assert json_of(response)["status"]["code"] == ("S0301" if same else "E0301")


IDS = [
    ("", "EF030110"), ("johndoe", "EF030110"), ("-1", "EF030110"), ("٣", "EF030110"),
    ("0", "EF03016"), ("2147483648", "EF03016"), ("9" * 5000, "EF03016"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "code"), IDS)
@pytest.mark.parametrize("route", ["info", "update", "delete"])
def test_an_impossible_id_is_refused(route: str, id: str, code: str) -> None:
    """No id is EF030110; a number that no contact can have is as an unknown one (seed: 2.4)."""
    request = request_of(PERSON if route == "update" else None, id=id)
    response = error_response(route, request)
    assert (response.status, codes_of(response)) == (400, [(code, None)])


LIKE: dict[str, tuple[str, ...]] = {
    "%doe%": ("", "doe", ""),
    "%Doe": ("", "doe"),
    "Doe%": ("doe", ""),
    "*Doe*": ("", "doe", ""),
    "D%e": ("d", "e"),
    "%%D*%e%": ("", "d", "e", ""),
    "%van  der%": ("", "van der", ""),
    "% der %": ("", " der ", ""),
    "%STRASSE%": ("", "strasse", ""),
    "%Straße%": ("", "strasse", ""),
    "%_%": ("", "_", ""),
    "50\\%": ("50\\", ""),
}
"""Values of LIKE, and their pieces."""

LISTS: list[tuple[Any, Listing | GetMany]] = [
    (None, Listing(per_page=100, whole=True)),
    (b"null", Listing(per_page=100, whole=True)),
    ({}, Listing(per_page=100, whole=True)),
    ({"view": {"limit": 5, "offset": 10, "children": True}}, Listing(per_page=5, page=3)),
    (
        {"filters": [{"key": "alias", "value": "johndoe", "operator": "EQUAL", "link": "AND"}]},
        Listing(metadata={"alias": "johndoe"}, per_page=100, whole=True),
    ),
    (
        {"filters": [{"key": "lname", "value": "Do%", "operator": "LIKE", "filters": []}]},
        Listing(like={"lname": ("do", "")}, per_page=100, whole=True),
    ),
    (
        {
            "filters": [
                {"key": "lname", "value": "Do*", "operator": "ilike"},
                {"key": "city", "value": "New  %", "operator": "LIKE"},
                {"key": "fname", "value": "John", "operator": "LIKE"},
            ]
        },
        Listing(
            metadata={"fname": "john"},
            like={"lname": ("do", ""), "city": ("new ", "")},
            per_page=100,
            whole=True,
        ),
    ),
    *(
        (
            {"filters": [{"key": "lname", "value": value, "operator": "LIKE"}]},
            Listing(like={"lname": pieces}, per_page=100, whole=True),
        )
        for value, pieces in LIKE.items()
    ),
    *(
        (
            {"filters": [{"key": "lname", "value": value, "operator": "LIKE"}]},
            Listing(per_page=100, whole=True),
        )
        for value in ("%", "*", " %%* ")
    ),
    (
        {"orders": [{"key": "created", "type": "DESC"}]},
        Listing(sort=(("id", True),), per_page=100, whole=True),
    ),
    (
        {
            "filters": [
                {
                    "key": "id",
                    "value": "23142212",
                    "operator": "EQUAL",
                    "link": "AND",
                    "filters": [],
                }
            ],
            "view": {
                "limit": 5,
                "offset": 0,
                "children": True,
                "from": "2019-03-01T14:31:33.6306444Z",
                "to": "2019-05-09T14:00:33.6306444Z",
            },
            "type": "DESC",
        },
        GetMany(
            refs=(23142212,),
            maybe_since=datetime(2019, 3, 1, 14, 31, 33, 630644, tzinfo=UTC),
            maybe_until=datetime(2019, 5, 9, 14, 0, 33, 630644, tzinfo=UTC),
            maybe_most=5,
        ),
    ),
    (
        {"filters": [{"key": "id", "value": 7, "link": "OR"}, {"key": "id", "value": "8"}]},
        GetMany(refs=(7, 8), maybe_most=100),
    ),
    (
        {"filters": [{"key": "id", "value": 7, "operator": "equal", "link": None}]},
        GetMany(refs=(7,), maybe_most=100),
    ),
    (
        {"filters": [{"key": "id", "value": 7}], "view": {"offset": 100}},
        GetMany(refs=(7,), first=100, maybe_most=100),
    ),
    (
        {
            "filters": [{"key": "id", "value": 7, "link": "OR"}, {"key": "id", "value": 8}],
            "orders": [{"key": "id", "type": "DESC"}],
        },
        GetMany(refs=(8, 7), maybe_most=100),
    ),
    (
        {"filters": [{"key": "phone", "value": "+1 5", "operator": "EQUAL"}]},
        Listing(metadata={"phone": "+1 5"}, per_page=100, whole=True),
    ),
    (
        {"filters": [{"key": "country", "value": "Germany", "operator": None}]},
        Listing(metadata={"country": "de"}, per_page=100, whole=True),
    ),
    (
        {"filters": [{"key": "country", "value": "de"}, {"key": "type", "value": "person"}]},
        Listing(metadata={"country": "de", "type": "person"}, per_page=100, whole=True),
    ),
]


@pytest.mark.parametrize(("query", "listing"), LISTS)
def test_a_query_becomes_a_command(query: Any, listing: Listing | GetMany) -> None:
    """Filters, view and orders of the OpenAPI's Query are read, also in the vendor's own
    example."""
    command = command_of("list", request_of(query))
    assert isinstance(command, Listing | GetMany)
    assert replace(command, context=None) == listing


QUERIES: list[Any] = [
    {"filters": [{"key": "comment", "value": "1", "operator": "EQUAL"}]},
    {"filters": [{"key": "comment", "value": "1%", "operator": "LIKE"}]},
    {"filters": [{"key": "lname", "value": "", "operator": "LIKE"}]},
    {"filters": [{"key": "lname", "value": "%" * 256, "operator": "LIKE"}]},
    {
        "filters": [
            {"key": "lname", "value": "%x%", "operator": "LIKE"},
            {"key": "lname", "value": "%y%", "operator": "LIKE"},
        ]
    },
    {"filters": [{"key": "id", "value": 7}], "orders": [{"key": "lname"}]},
    {"filters": [{"key": "lname", "value": "x", "operator": "GREATER"}]},
    {"filters": [{"key": "lname", "value": "x", "operator": ["LIKE"]}]},
    {"filters": [{"key": "lname"}]},
    {"filters": [{"key": "type", "value": "COMPANY"}]},
    {"filters": [{"key": "id", "value": 7, "operator": "LIKE"}]},
    {"view": {"from": "2019-03-01T14:31:33Z"}, "filters": [{"key": "lname", "value": "x"}]},
    {"filters": [{"key": "lname", "value": "\x00"}]},
    {"filters": [{"key": "lname", "value": "x", "link": "OR"}]},
    {"filters": [{"key": "lname", "value": "x", "filters": [{}]}]},
    {"filters": [{"key": "lname", "value": "x"}, {"key": "lname", "value": "y"}]},
    {"filters": [{"key": "id", "value": "1"}, {"key": "id", "value": "2"}]},
    {"filters": [{"key": "id", "value": "1"}, {"key": "lname", "value": "x"}]},
    {"filters": [{"key": "id", "value": "x"}]},
    {"filters": {}},
    {"filters": [1]},
    {"filters": [{}] * 51},
    {"view": {"limit": 501}},
    {"view": {"limit": True}},
    {"view": {"limit": 10, "offset": 5}},
    {"view": {"from": "2019-03-01T14:31:33Z"}},
    {"view": {"from": 7}},
    {"view": []},
    {"orders": [{"key": "lname"}]},
    {"orders": [{"key": "id", "type": "UP"}]},
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_that_is_not_served_is_refused(query: Any) -> None:
    """No part of a query is ignored that would change the contents of the list."""
    response = error_response("list", request_of(query))
    assert (response.status, json_of(response)["status"]["code"]) == (400, "E0304")


def test_a_list_has_the_number_of_contacts() -> None:
    """The object's summary is the number of contacts on all pages."""
    result = CommandResult(
        entries=(entry_of(draft_of(SEED), 7), entry_of(draft_of(PERSON), 8)), total=9
    )
    body = json_of(response_of("list", request_of({}), result))
    assert body["object"] == {"type": "Contact", "summary": 9}
    assert [one["id"] for one in body["data"]] == [7, 8]
    ids = {"filters": [{"key": "id", "value": 7, "link": "OR"}, {"key": "id", "value": 8}]}
    assert json_of(response_of("list", request_of(ids), result))["object"] == {
        "type": "Contact",
        "summary": 9,
    }
