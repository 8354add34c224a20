"""Keys for browsers: what is public by nature is good for its own origins, and there alone."""

import asyncio
import itertools
import re

import pytest

from tests.support.service import http_request
from vcardsvc.errors import Refused
from vcardsvc.http.authentication import Authenticator
from vcardsvc.http.error_rendering import RequestFailed
from vcardsvc.services.keys import NO_KEY, Key, Keys, add_form_key, digest, new_key
from vcardsvc.services.rate_limits import RateLimits
from vcardsvc.settings import Settings
from vcardsvc.store import Store

SITE = "https://example.com"
SHOP = "https://shop.example"
BASE = "https://cards.example.net"
GIVEN = (("laptop", "0123456789abcdef", "laptop"),)
FORM_KEY = "vcp_a-form-key-of-the-tests"

Case = tuple[bytes | None, bytes | None, bytes | None]

SECRET = Key(name="laptop", account="laptop", kind="secret", origins=(), redirects=())
WEB = Key(
    name="web",
    account="web",
    kind="publishable",
    origins=(SITE, SHOP),
    redirects=("https://example.com/thanks",),
)
FORM = Key(name="form", account="form", kind="publishable", origins=("self",), redirects=())


@pytest.fixture
def store(store: Store) -> Store:
    """A migrated store with a secret key and a publishable one."""
    store.add_key("laptop", digest("laptop-key"))
    store.add_key(
        "web",
        digest("web-key"),
        kind="publishable",
        origins=WEB.origins,
        redirects=WEB.redirects,
    )
    return store


def _loaded(store: Store, form_key: str = "") -> Keys:
    keys = Keys(store=store, form_key=form_key)
    asyncio.run(keys.load())
    return keys


def _admitted(
    keys: Keys, presented: bytes | None, origin: bytes | None, referer: bytes | None, at: str = BASE
) -> Key | None:
    """The key in a form's field, if it is let in from there; the service is reached at `at`."""
    authenticator = Authenticator(Settings(public_url=at), keys, RateLimits(publishable="off"))
    values = {b"origin": origin, b"referer": referer}
    headers = [(name, value) for name, value in values.items() if value is not None]
    request = http_request(headers)
    try:
        return asyncio.run(authenticator.authenticate(request, presented, "/api-key")).key
    except (Refused, RequestFailed):
        return None


def test_a_new_publishable_key_differs_from_a_secret_one() -> None:
    """It has a prefix of its own, and is as long and random."""
    keys = [new_key("publishable") for _ in range(100)]
    assert {(key[:4], len(key)) for key in keys} == {("vcp_", 47)}
    assert len(set(keys)) == len(keys)


def test_keys_of_both_kinds_are_loaded_whole(store: Store) -> None:
    """A presented key of either kind comes back with its kind, origins and redirects."""
    keys = _loaded(store)
    assert [keys.check(key) for key in (b"laptop-key", b"web-key", b"none")] == [SECRET, WEB, None]
    assert (keys.origins, keys.form_key) == (frozenset((SITE, SHOP)), "")


PRESENTED = {b"laptop-key": SECRET, b"web-key": WEB, b"form-key": FORM, b"wrong": None, None: None}
ORIGINS = {
    None: None,
    b"https://example.com": SITE,
    b"HTTPS://SHOP.example:443": SHOP,
    b"https://cards.example.net": BASE,
    b"null": "",
    b"https://evil.example": "",
}
REFERERS = {None: "", b"https://shop.example/form": SHOP, b"https://evil.example/": ""}
GOOD: dict[bytes | None, set[str]] = {b"web-key": {SITE, SHOP}, b"form-key": {BASE}}


def test_only_a_publishable_key_from_its_origin_passes(store: Store) -> None:
    """Of every kind of key, origin and referer: the key where it may be used, else none."""
    store.add_key(
        "form", digest("form-key"), kind="publishable", origins=("self",), text="form-key"
    )
    keys = _loaded(store)
    expected: dict[Case, Key | None] = {}
    found: dict[Case, Key | None] = {}
    for case in itertools.product(PRESENTED, ORIGINS, REFERERS):
        presented, origin, referer = case
        comes_from = REFERERS[referer] if ORIGINS[origin] is None else ORIGINS[origin]
        good = comes_from in GOOD.get(presented, set())
        expected[case] = PRESENTED[presented] if good else None
        found[case] = _admitted(keys, presented, origin, referer, f"{BASE}/v1")
    assert found == expected
    assert len([key for key in found.values() if key]) == 2 * 3 + 1 + 1 * 3


def test_a_revoked_publishable_key_takes_its_origins_with_it(store: Store) -> None:
    """Nothing answers the origins of a key that is dead."""
    store.add_key("shop", digest("shop-key"), kind="publishable", origins=(SHOP,))
    store.revoke_key("web")
    keys = _loaded(store)
    assert (keys.check(b"web-key"), keys.origins) == (None, frozenset((SHOP,)))


def test_a_key_of_an_unknown_kind_opens_nothing(store: Store) -> None:
    """A row that somebody wrote by other means is no key."""
    with store._writer.begin() as connection:
        connection.exec_driver_sql("UPDATE api_key SET kind = 'wizard' WHERE name = 'laptop'")
    keys = _loaded(store)
    assert [keys.check(key) for key in (b"laptop-key", b"web-key")] == [None, WEB]


def test_the_form_key_is_created_once_and_kept_readable(store: Store) -> None:
    """It is a publishable key of the service's own origin, whose text every worker reads."""
    assert [add_form_key(store), add_form_key(store)] == [True, False]
    keys = _loaded(store)
    assert re.fullmatch(r"vcp_[\w-]{43}", keys.form_key)
    assert keys.check(keys.form_key.encode()) == FORM
    assert keys.origins == {SITE, SHOP}
    kept = store.list_keys()
    texts = [(row.name, row.text) for row in kept]
    assert texts == [("laptop", ""), ("web", ""), ("form", keys.form_key)]


def test_a_form_key_that_was_revoked_is_not_created_again(store: Store) -> None:
    """An operator who revokes it has none, and the page learns of it."""
    add_form_key(store)
    store.revoke_key("form")
    assert (add_form_key(store), _loaded(store).form_key) == (False, "")


def test_a_key_that_was_named_form_is_not_shown(store: Store) -> None:
    """Where the name is taken by a key of another purpose, there is no form key, and that key
    stays."""
    store.add_key("form", digest("own-key"))
    assert (add_form_key(store), _loaded(store).form_key) == (False, "")
    assert _loaded(store).check(b"own-key") == Key(name="form", account="form")


def test_a_form_key_that_another_process_makes_meanwhile_is_taken(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who saw none, and then finds one, leaves it as it is."""
    add_form_key(store)
    created = _loaded(store).form_key
    monkeypatch.setattr(store, "list_keys", lambda: ())
    assert add_form_key(store) is False
    monkeypatch.undo()
    assert _loaded(store).form_key == created


def test_a_given_form_key_stands_beside_given_keys() -> None:
    """Without a store the environment's form key is the page's, for its own origin alone."""
    keys = Keys(GIVEN, form_key=FORM_KEY)
    asyncio.run(keys.load())
    assert keys.form_key == FORM_KEY
    own, other = BASE.encode(), SITE.encode()
    found = [_admitted(keys, FORM_KEY.encode(), one, None) for one in (own, other)]
    assert found == [FORM, None]
    assert keys.check(b"0123456789abcdef") == SECRET
    assert (Keys(GIVEN).form_key, keys.origins) == ("", frozenset())


def test_a_given_form_key_wins_over_the_stores(store: Store) -> None:
    """The environment's is shown; what the store has stays good for pages that are open."""
    add_form_key(store)
    kept = _loaded(store).form_key
    keys = _loaded(store, FORM_KEY)
    assert keys.form_key == FORM_KEY
    assert [keys.check(key.encode()) for key in (kept, FORM_KEY)] == [FORM, FORM]


def test_an_empty_form_key_opens_nothing() -> None:
    """Where there is none, who presents nothing is not taken for the page."""
    keys = Keys(GIVEN)
    assert _admitted(keys, b"", BASE.encode(), None) is None
    assert digest("") == NO_KEY
