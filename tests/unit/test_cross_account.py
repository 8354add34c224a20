"""No account reaches into another's contacts: every call of every vendor, by another account.

Each row of `foreign_calls` is sent where an owner has contacts and where no account has any: both
responses must be the same but for what differs in each (times, ids of transactions and new
contacts). All rows run over both databases, those with headers that name an owner over one: no
store sees them.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import httpx2
import pytest
from starlette.testclient import TestClient

from tests.support.domainchief import STUDIO
from tests.support.entries import NOW, draft
from tests.support.foreign_calls import (
    COMPANY,
    CONTACTS,
    OFFICE,
    PERSON,
    ROWS,
    SECRET,
    STUDIO_OF_MINE,
    Call,
    Named,
    authorization,
    basic,
    subscriber,
    xml,
)
from vcardsvc.app import VENDORS, create_app
from vcardsvc.model.address_book import AddressBook, Entry, Listing
from vcardsvc.settings import ApiKey, Settings
from vcardsvc.store import Store
from vcardsvc.validation.fields import Policy

MINE: Final = "key-of-mine-0123456789"
THEIRS: Final = "key-of-theirs-0123456789"
BASE: Final = "http://127.0.0.1"
ACCOUNT: Final = "mine"

BEFORE: Final = 150
"""Contacts of another account before the named ones, so that their numbers do not exist where no
account has contacts: all rows together create fewer."""

KEYS: Final = (
    ApiKey(name="mine", key=MINE, account=ACCOUNT),
    ApiKey(name="theirs", key=THEIRS),
    *(
        ApiKey(name=f"{who}{number}", key=f"key-of-{who}-{number:04}-012345")
        for number in range(2 * len(ROWS))
        for who in ("owner", "stranger")
    ),
)
"""An owner and a stranger for each question, of which a row is two: none meets what an earlier one
has left."""

KEY_OF: Final = {one.name: one.key for one in KEYS}


def _widening(owner: str) -> dict[str, str]:
    """Headers of the vendors' that name an account, a team or an owner, and others with the owner's
    key in them."""
    return {
        "x-domainrobot-owner-user": owner,
        "x-domainrobot-owner-context": "4",
        "x-domainrobot-context": "4",
        "x-domainrobot-sessionid": KEY_OF[owner],
        "x-chief-team": owner,
        "x-api-key": KEY_OF[owner],
        "so-apptoken": KEY_OF[owner],
        "x-xsrf-token": KEY_OF[owner],
        "cookie": f"domainrobot_session={KEY_OF[owner]}",
    }


CREATIONS: Final = {
    "autodns": ("/contact", PERSON),
    "domainchief": (CONTACTS, STUDIO_OF_MINE),
    "superoffice": (OFFICE, COMPANY),
    "marketingcloud": ("/contacts/v1/contacts", subscriber()),
}
"""The contact that an owner has by each vendor's calls, and where it is created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A service and its store."""

    client: TestClient
    store: Store

    def ask(self, vendor: str, call: Call, key: str = "", **more: str) -> httpx2.Response:
        """The answer to a call with this key, where the vendor's clients put it in a header."""
        headers = {"content-type": call.content_type, **call.headers, **more}
        if key and call.content_type == "application/json":
            headers = {"authorization": authorization(vendor, key), **headers}
        return self.client.request(
            call.method, f"/{vendor}{call.path}", content=call.body or None, headers=headers
        )

    def furnish(self, vendor: str, owner: str) -> Named:
        """Give an owner a contact; a Domain Chief's has another below it."""
        path, value = CREATIONS[vendor]
        created = self.ask(vendor, _post(path, value), KEY_OF[owner])
        (entry,), _ = self.kept(vendor, owner)
        named = Named(key=KEY_OF[owner], id=entry.id, handle=entry.handle)
        assert created.status_code in (200, 201)
        if vendor == "domainchief":
            below = {**STUDIO, "parent_handle": entry.handle, "address_city": SECRET}
            assert self.ask(vendor, _post(path, below), KEY_OF[owner]).status_code == 201
        return named

    def kept(self, vendor: str, owner: str) -> tuple[tuple[Entry, ...], int]:
        """All entries of an owner by this vendor's calls, and their number."""
        account = ACCOUNT if owner == "mine" else owner
        return self.store.list_entries(
            AddressBook(account=account, vendor=vendor), Listing(sort=(("id", False),))
        )


def _post(path: str, value: Any) -> Call:
    return Call(method="POST", path=path, body=json.dumps(value).encode())


@contextmanager
def _world(where: str) -> Iterator[World]:
    application = create_app(Settings(api_keys=KEYS, database_url=where, log_requests=False))
    with (
        closing(Store(where)) as store,
        TestClient(application, base_url=BASE, raise_server_exceptions=False) as client,
    ):
        store.migrate()
        yield World(client=client, store=store)


@pytest.fixture(scope="module")
def world(new_module_url: Callable[[], str]) -> Iterator[World]:
    """Where owners have contacts."""
    with _world(new_module_url()) as created:
        book = AddressBook(account="before", vendor="superoffice")
        created.store.create_entries(book, [draft(number) for number in range(BEFORE)], NOW)
        yield created


@pytest.fixture(scope="module")
def mine(world: World) -> Mapping[str, Named]:
    """What one owner has, by vendor."""
    return {vendor: world.furnish(vendor, "mine") for vendor in CREATIONS}


@pytest.fixture(scope="module")
def empty(new_module_url: Callable[[], str]) -> Iterator[World]:
    """Where no account has contacts."""
    with _world(new_module_url()) as created:
        yield created


MASKS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), mask)
    for pattern, mask in {
        r"\b\d{8}-app1-\d+": "STID",
        r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": "UUID",
        r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*": "TIME",
        r'("(?:id|value|contactid)":"?)\d+': r"\1ID",
        r"(<(?:id|value)>)\d+": r"\1ID",
        r"(/contact/)\d+": r"\1ID",
        r'("handle":"|/contacts/)[a-z0-9]{16}\b': r"\1HANDLE",
    }.items()
)
"""What differs in every answer, and what a contact that was created just now is called."""

PASSING: Final = ("x-request-id", "etag", "content-length", "date")
"""Headers that follow from what is masked."""


def _masked(text: str) -> str:
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    return text


def _comparable(answer: httpx2.Response) -> tuple[int, dict[str, str], str]:
    headers = {
        name: _masked(value) for name, value in answer.headers.items() if name not in PASSING
    }
    return answer.status_code, headers, _masked(answer.text)


def test_every_route_has_a_row() -> None:
    """A call without a row is a fault of this table."""
    policy = Policy()
    vendors = [make(policy) for make in VENDORS.values()]
    routes = {(vendor.name, route.name) for vendor in vendors for route in vendor.routes}
    assert routes == {(vendor, route) for vendor, route, _ in ROWS}


IGNORED: Final = {
    ("domainchief", "show", "by number"),
    ("domainchief", "create", "with its handle"),
    ("domainchief", "create", "a card below it"),
    ("marketingcloud", "createContact", "its number"),
    ("marketingcloud", "updateContact", "by key"),
    ("marketingcloud", "updateContact", "by its number"),
    ("marketingcloud", "updateContact", "a card"),
    ("superoffice", "create", "with its id"),
    ("superoffice", "create", "a card"),
    ("superoffice", "create", "its person"),
    ("superoffice", "validate", "with its id"),
    ("superoffice", "default", "nothing"),
}
"""Rows whose answer is the same for the owner: what they name is not looked at."""


def _judge_row(world: World, empty: World, number: int, *, widened: bool) -> None:
    """Ask what a row asks, as a stranger and as the owner, and judge the answers."""
    row, pair = list(ROWS)[number], 2 * number + widened
    vendor, owner, key = row[0], f"owner{pair}", KEY_OF[f"stranger{pair}"]
    named = world.furnish(vendor, owner)
    call = ROWS[row](replace(named, key=key))
    more = _widening(owner) if widened else {}
    before = world.kept(vendor, owner)
    answer = world.ask(vendor, call, key, **more)
    assert _comparable(answer) == _comparable(empty.ask(vendor, call, key, **more))
    assert answer.status_code < 500
    if SECRET.encode() not in call.body:
        assert SECRET.lower() not in answer.text.lower()
    assert world.kept(vendor, owner) == before
    own = world.ask(vendor, ROWS[row](named), named.key, **more)
    assert (_comparable(own) == _comparable(answer)) == (row in IGNORED)


each_row: Final = pytest.mark.parametrize(
    "number", range(len(ROWS)), ids=["-".join(row) for row in ROWS]
)


@each_row
def test_a_stranger_learns_and_changes_nothing(world: World, empty: World, number: int) -> None:
    """The response is the one where no account has contacts, reveals nothing of the owner's and
    leaves them as they are. The owner's response is another."""
    _judge_row(world, empty, number, widened=False)


@each_row
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_header_makes_a_stranger_the_owner(world: World, empty: World, number: int) -> None:
    """Whatever team, owner or session the headers name, a stranger learns and changes nothing."""
    _judge_row(world, empty, number, widened=True)


SHOWS: Final[Mapping[str, tuple[str, Callable[[str], dict[str, str]]]]] = {
    "Basic": ("autodns", lambda key: {"authorization": basic(key)}),
    "Basic of any user": ("autodns", lambda key: {"authorization": basic(key, "mine@4")}),
    "Bearer": ("domainchief", lambda key: {"authorization": f"Bearer {key}"}),
    "a password": ("superoffice", lambda key: {"authorization": basic(key)}),
    "a ticket": ("superoffice", lambda key: {"authorization": f"SoTicket {key}"}),
    "a token": ("superoffice", lambda key: {"authorization": f"Bearer {key}"}),
}


def _shown(named: Named, vendor: str) -> Call:
    paths = {
        "autodns": f"/contact/{named.id}",
        "domainchief": f"{CONTACTS}/{named.handle}",
        "superoffice": f"{OFFICE}/{named.id}",
    }
    return Call(method="GET", path=paths[vendor])


@pytest.mark.parametrize("how", SHOWS)
def test_the_account_is_the_keys(
    world: World, empty: World, mine: Mapping[str, Named], how: str
) -> None:
    """However a key is sent, the owner's shows the contact and another does not."""
    vendor, headers = SHOWS[how]
    call = _shown(mine[vendor], vendor)
    assert SECRET in world.ask(vendor, call, **headers(MINE)).text
    response = world.ask(vendor, call, **headers(THEIRS))
    assert _comparable(response) == _comparable(empty.ask(vendor, call, **headers(THEIRS)))
    assert response.status_code == (400 if vendor == "autodns" else 404)


@pytest.mark.parametrize(("key", "beside"), [(MINE, THEIRS), (THEIRS, MINE)])
def test_the_key_in_a_request_to_the_gateway_counts(
    world: World, mine: Mapping[str, Named], key: str, beside: str
) -> None:
    """auth/password is the key, whatever stands in a header beside it."""
    task = f"<code>0304</code><handle><id>{mine['autodns'].id}</id></handle>"
    response = world.ask("autodns", xml(task, key=key), authorization=basic(beside))
    assert (SECRET in response.text, "EF03016" in response.text) == (key == MINE, key == THEIRS)


BESIDE: Final = {
    "a token in the query": ("domainchief", f"?access_token={MINE}", {}),
    "a key in the query": ("autodns", f"?key={MINE}", {}),
    "another header": ("superoffice", "", {"x-api-key": MINE, "so-apptoken": MINE}),
    "an owner": ("autodns", "", {"x-domainrobot-owner-user": ACCOUNT}),
    "a team": ("domainchief", "", {"x-chief-team": ACCOUNT}),
}


@pytest.mark.parametrize("what", BESIDE)
def test_nothing_beside_a_key_widens_what_it_sees(
    world: World, mine: Mapping[str, Named], what: str
) -> None:
    """The owner's name or key in another place changes nothing for a stranger, and is no key."""
    vendor, query, headers = BESIDE[what]
    shown = _shown(mine[vendor], vendor)
    call = replace(shown, path=shown.path + query)
    response = world.ask(vendor, call, THEIRS, **headers)
    assert response.status_code == (400 if vendor == "autodns" else 404)
    assert world.ask(vendor, call, **headers).status_code == 401


@pytest.mark.parametrize("key", [MINE, THEIRS])
def test_a_granted_token_is_the_secret_that_was_judged(world: World, key: str) -> None:
    """client_secret, and Basic before it, and an older client's clientSecret: the token opens that
    key's contacts and no others."""
    other = MINE if key == THEIRS else THEIRS
    through = {"grant_type": "client_credentials", "client_id": "mine", "client_secret": key}
    given = [
        world.client.post("/marketingcloud/v2/token", json=through),
        world.client.post("/marketingcloud/v2/token", data=through),
        world.client.post(
            "/marketingcloud/v2/token",
            json={**through, "client_secret": other},
            headers={"authorization": basic(key)},
        ),
    ]
    older = world.client.post(
        "/marketingcloud/v1/requestToken",
        json={"clientId": "mine", "clientSecret": key},
        headers={"authorization": basic(other)},
    )
    assert [answer.json()["access_token"] for answer in given] == [key] * 3
    assert older.json()["accessToken"] == key


@pytest.mark.parametrize(
    ("of", "through"), [("autodns", "superoffice"), ("superoffice", "autodns")]
)
def test_a_number_names_nothing_through_another_vendor(
    world: World, empty: World, mine: Mapping[str, Named], of: str, through: str
) -> None:
    """The owner's own key shows what was created through one vendor's calls by these alone."""
    call = _shown(mine[of], through)
    response = world.ask(through, call, MINE)
    assert _comparable(response) == _comparable(empty.ask(through, call, MINE))
    assert SECRET not in response.text
