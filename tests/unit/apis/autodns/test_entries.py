"""AutoDNS in JSON: contacts that are there, by their id and in lists."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.autodns import (
    SEED,
    STID,
    VENDOR,
    ask,
    codes,
    done,
    draft,
    entry,
    refused,
    task,
    told,
)
from vcardsvc.errors import Refused
from vcardsvc.model.address_book import CommandResult, Delete, Get, GetMany, Listing, Update
from vcardsvc.model.contact import Contact

CUSTOMER = {"context": 4, "user": "customer"}
PERSON = {"type": "PERSON", "fname": "Ada", "lname": "Sample"}


def test_a_contact_is_shown_changed_and_deleted_by_its_id() -> None:
    """Each call has its state of success; what is deleted is not shown."""
    made = entry(draft(SEED), 7)
    assert isinstance(task("info", ask(id="7")), Get)
    assert isinstance(task("delete", ask(id="7")), Delete)
    found = CommandResult(entries=(made,))
    shown = told(done("info", ask(id="7"), found))
    assert (shown["status"]["code"], shown["data"][0]["id"]) == ("S0304", 7)
    assert told(done("update", ask(SEED, id="7"), found))["status"]["code"] == "S0302"
    assert told(done("delete", ask(id="7"), found)) == {
        "stid": STID,
        "status": {
            "code": "S0303",
            "text": "Domain contact was deleted successfully.",
            "type": "SUCCESS",
        },
        "object": {"type": "Contact", "value": "7"},
    }
    assert VENDOR.path_of(made) == "/contact/7"


def test_a_change_replaces_all_but_the_owner_and_the_alias() -> None:
    """PUT takes the place of what was there; who asks is the updater."""
    headers = {b"authorization": b"Basic b3RoZXI6a2V5"}
    change = task("update", ask(PERSON, id="7", headers=headers))
    assert isinstance(change, Update)
    made = change.edit(entry(draft(SEED)))
    assert change.edit(entry(draft(SEED))) == made
    assert made.vendor_fields == {
        "owner": CUSTOMER,
        "updater": {"context": 4, "user": "other"},
        "alias": "johndoe",
        "type": "PERSON",
        "protection": "SHOW_NONE",
        "fname": "Ada",
        "lname": "Sample",
    }
    assert made.contacts == (Contact(first="Ada", last="Sample"),)


def test_a_change_leaves_what_it_says_nothing_of() -> None:
    """The type, the protection and the alias stay: the vendor's own example sends none of them."""
    kept = entry(draft({"type": "ORG", "organization": "Mill", "protection": "SHOW_ALL"}))
    change = task("update", ask({"organization": "Mill Ltd.", "type": "", "city": "Dover"}, id="7"))
    assert isinstance(change, Update)
    assert change.edit(kept).vendor_fields == {
        "owner": CUSTOMER,
        "updater": CUSTOMER,
        "alias": "Mill-1f2e3d4c",
        "type": "ORG",
        "organization": "Mill Ltd.",
        "city": "Dover",
        "protection": "SHOW_ALL",
    }


def test_a_change_is_judged_by_the_type_that_stays() -> None:
    """What makes no whole contact is refused when it is known what is there."""
    change = task("update", ask({"fname": "Ada"}, id="7"))
    assert isinstance(change, Update)
    with pytest.raises(Refused) as refusal:
        change.edit(entry(draft(SEED)))
    assert [(one.code.name, one.field) for one in refusal.value.problems] == [("EF03018", "/lname")]


@pytest.mark.parametrize("id", [7, "7", "007", None, ""])
def test_a_change_may_send_its_id_along(id: Any) -> None:
    """Clients send the whole contact back."""
    assert isinstance(task("update", ask({**SEED, "id": id}, id="7")), Update)


@pytest.mark.parametrize("id", [8, "8", "x", [7], True])
def test_a_change_of_two_contacts_is_refused(id: Any) -> None:
    """An id in the body that is not the one of the path."""
    reply = refused("update", ask({**SEED, "id": id}, id="7"))
    assert (reply.status, codes(reply)) == (400, [("E0302", "/id")])


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_call_with_an_empty_id_is_served_to_say_so(method: str) -> None:
    """EF030110 is for the contact that was not named (seed: 2.4)."""
    [route] = [one for one in VENDOR.routes if (one.method, one.path) == (method, "/contact")]
    with pytest.raises(Refused) as refusal:
        VENDOR.read(route, ask(SEED if method == "PUT" else None))
    reply = VENDOR.error_response(route, ask(None), refusal.value.problems)
    assert (reply.status, codes(reply)) == (400, [("EF030110", None)])


SAME: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({}, {}, True),
    ({"state": ""}, {"domainsafe": False, "remarks": []}, True),
    ({"city": "X"}, {"city": "Y"}, False),
    ({"alias": "a"}, {}, True),
    ({"alias": "a"}, {"alias": "b"}, False),
    ({"domainsafe": True}, {}, False),
]


@pytest.mark.parametrize(("old", "new", "same"), SAME)
def test_what_is_the_same_contact(old: dict[str, Any], new: dict[str, Any], same: bool) -> None:
    """Members that are empty tell nothing, nor does an alias that nobody gave (seed: 2.6)."""
    kept, wanted = entry(draft({**PERSON, **old})), draft({**PERSON, **new})
    assert kept.contacts[0].last == "Sample"
    assert wanted.is_same is not None
    assert wanted.is_same(kept) is same
    found = CommandResult(entries=(kept,), fresh=(False,))
    reply = done("create", ask({**PERSON, **new}), found)
    assert told(reply)["status"]["code"] == ("S0301" if same else "E0301")


IDS = [
    ("", "EF030110"), ("johndoe", "EF030110"), ("-1", "EF030110"), ("٣", "EF030110"),
    ("0", "EF03016"), ("2147483648", "EF03016"), ("9" * 5000, "EF03016"),
]  # fmt: skip


@pytest.mark.parametrize(("id", "code"), IDS)
@pytest.mark.parametrize("route", ["info", "update", "delete"])
def test_a_contact_that_cannot_be_named_is_refused(route: str, id: str, code: str) -> None:
    """No id is EF030110; one that no contact can have is like one that none has (seed: 2.4)."""
    asked = ask(PERSON if route == "update" else None, id=id)
    reply = refused(route, asked)
    assert (reply.status, codes(reply)) == (400, [(code, None)])


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
"""Values of LIKE, and the pieces that they are made of."""

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
def test_a_query_becomes_a_task(query: Any, listing: Listing | GetMany) -> None:
    """Filters, view and orders of the OpenAPI's Query, the vendor's own example among them."""
    found = task("list", ask(query))
    assert isinstance(found, Listing | GetMany)
    assert replace(found, context=None) == listing


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
    """Nothing of a query is ignored that would change what the list holds."""
    reply = refused("list", ask(query))
    assert (reply.status, told(reply)["status"]["code"]) == (400, "E0304")


def test_a_list_tells_how_many_there_are() -> None:
    """The object's summary is the number of all contacts that were found."""
    found = CommandResult(entries=(entry(draft(SEED), 7), entry(draft(PERSON), 8)), total=9)
    body = told(done("list", ask({}), found))
    assert body["object"] == {"type": "Contact", "summary": 9}
    assert [one["id"] for one in body["data"]] == [7, 8]
    ids = {"filters": [{"key": "id", "value": 7, "link": "OR"}, {"key": "id", "value": 8}]}
    assert told(done("list", ask(ids), found))["object"] == {"type": "Contact", "summary": 9}
