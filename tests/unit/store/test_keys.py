"""Keys in the store: what each kind may have, and what becomes of an older release's."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.support import databases as stores
from vcardsvc.store import HEAD, TABLES, KeyRow, Store

SITE, SHOP = "https://example.com", "https://shop.example:8443"
THANKS = "https://example.com/thanks?a=b"
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_publishable_key_comes_back_whole(store: Store) -> None:
    """Its kind, origins, redirects and the form key's text are kept; a secret key has none."""
    publishable: Any = {"kind": "publishable", "origins": (SITE, SHOP), "redirects": (THANKS,)}
    form: Any = {"kind": "publishable", "origins": ("self",), "text": "vcp_shown"}
    store.add_key("laptop", stores.digest(1))
    store.add_key("web", stores.digest(2), **publishable)
    store.add_key("form", stores.digest(3), **form)
    kept = store.list_keys()
    created = [row.created_at for row in kept]
    assert kept == tuple(
        KeyRow(
            name=name,
            digest=stores.digest(n),
            created_at=at,
            revoked_at=None,
            account=name,
            **has,
        )
        for n, at, (name, has) in zip(
            (1, 2, 3),
            created,
            (("laptop", {"kind": "secret"}), ("web", publishable), ("form", form)),
            strict=True,
        )
    )


@pytest.mark.parametrize(
    "has",
    [
        {"account": "two words"},
        {"account": "a" * 65},
        {"kind": "publishable"},
        {"origins": (SITE,)},
        {"redirects": (THANKS,)},
        {"text": "vcs_secret"},
        {"kind": "publishable", "origins": ("https://a.example https://b.example",)},
        {"kind": "publishable", "origins": ("",)},
        {"kind": "publishable", "origins": (SITE,), "redirects": ("https://a.example/\n",)},
    ],
)
def test_what_a_key_of_its_kind_cannot_have_is_refused(store: Store, has: Any) -> None:
    """A publishable key without origin, a secret one with a text, blanks, and an account that could
    break a log line are not kept."""
    before = store.change_counter()
    with pytest.raises(ValueError, match=r"a key's (origins|account)"):
        store.add_key("web", stores.digest(1), **has)
    assert (store.list_keys(), store.change_counter()) == ((), before)


OLD = "2026-01-02 03:04:05+00:00"
KEY_ROWS: tuple[tuple[str, tuple[object, ...]], ...] = (
    (
        "INSERT INTO api_key (name, digest, created_at) VALUES (%s, %s, %s)",
        ("laptop", stores.digest(1), OLD),
    ),
    (
        "INSERT INTO api_key (name, digest, created_at, revoked_at) VALUES (%s, %s, %s, %s)",
        ("server", stores.digest(2), OLD, OLD),
    ),
    ("UPDATE change_counter SET value = %s", (77,)),
)
LINK_ROW: tuple[str, tuple[object, ...]] = (
    "INSERT INTO link (digest, owner, size, etag, content_type, filename, once, created_at, "
    "expires_at, octets) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
    (stores.digest(9), "laptop", 3, "e", "text/vcard", "a.vcf", False, OLD, OLD, b"ABC"),
)
WEB_ROW: tuple[str, tuple[object, ...]] = (
    "INSERT INTO api_key (name, digest, kind, created_at, origins) VALUES (%s, %s, %s, %s, %s)",
    ("web", stores.digest(3), "publishable", OLD, SITE),
)
MORE: dict[str, tuple[tuple[str, tuple[object, ...]], ...]] = {
    "0001": (),
    "0002": (LINK_ROW,),
    "0003": (LINK_ROW, WEB_ROW),
}
"""By revision: what its release could keep beside keys."""


@pytest.mark.parametrize("revision", MORE)
def test_an_older_database_keeps_its_keys_and_links(
    new_url: Callable[[], str], revision: str
) -> None:
    """Every key of an older release has an account by its name afterwards, and a kind; revoked
    keys and links stay as they are, and the book is empty and ready."""
    database_url = new_url()
    stores.migrate_to(revision, database_url)
    for statement, values in (*KEY_ROWS, *MORE[revision]):
        stores.sql(database_url, statement, *values)
    store = Store(database_url)
    assert store.migrate() == HEAD
    web = ("web", 3, None, "publishable", (SITE,))
    there = (("laptop", 1, None, "secret", ()), ("server", 2, AT, "secret", ()))
    expected = tuple(
        KeyRow(
            name=name,
            digest=stores.digest(number),
            created_at=AT,
            revoked_at=revoked,
            kind=kind,
            origins=origins,
            account=name,
        )
        for name, number, revoked, kind, origins in (*there, *([web] if revision == "0003" else []))
    )
    assert (store.change_counter(), store.list_keys()) == (77, expected)
    link = store.read_link(stores.digest(9))
    assert (link.octets if link else None) == (None if revision == "0001" else b"ABC")
    store.add_key("shop", stores.digest(4), kind="publishable", origins=(SITE,), account="laptop")
    kept = store.list_keys()
    assert (kept[-1].name, kept[-1].account) == ("shop", "laptop")
    assert store.address_books() == ()
    with store._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), TABLES) == []
    store.close()
