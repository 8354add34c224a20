"""Keys in the store: what each kind may have, and what becomes of an older release's."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, func, inspect, select

from tests.support import databases as stores
from tests.support.documentation import block
from vcardsvc.store import HEAD, TABLES, KeyRow, Store
from vcardsvc.store.key_file import key_file

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
ACCOUNTS: tuple[str, tuple[object, ...]] = ("UPDATE api_key SET account = name", ())
MORE: dict[str, tuple[tuple[str, tuple[object, ...]], ...]] = {
    "0001": (),
    "0002": (LINK_ROW,),
    "0003": (LINK_ROW, WEB_ROW),
    "0004": (LINK_ROW, ACCOUNTS),
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


HOUR = timedelta(hours=1)


def test_the_documented_way_back_leads_to_the_former_release(
    new_url: Callable[[], str],
) -> None:
    """The tables are those of its revision, keys are kept, and a later start migrates again."""
    former, database_url = new_url(), new_url()
    stores.migrate_to("0004", former)
    store = Store(database_url)
    if database_url.startswith("sqlite"):
        stores.migrate_to(HEAD, database_url)
    store.migrate()
    store.add_key("web", stores.digest(1))
    now = datetime.now(UTC)
    store.rotate_key("web", stores.digest(2), now=now, until=now + HOUR)
    store.close()
    for statement in block("deployment", "back").split(";")[1:-2]:
        stores.sql(database_url, statement)
    assert _columns(database_url) == _columns(former)
    store = Store(database_url)
    assert store.migrate() == HEAD
    assert _secrets(store) == [(stores.digest(2), None)]
    store.close()


def _columns(database_url: str) -> dict[str, set[str]]:
    """The names of the columns of each table."""
    store = Store(database_url)
    inspector = inspect(store._engine)
    found = {
        table: {column["name"] for column in inspector.get_columns(table)}
        for table in inspector.get_table_names()
    }
    store.close()
    return found


def _secrets(store: Store) -> list[tuple[bytes, datetime | None]]:
    """The digest of each secret, and its end."""
    return [(row.digest, row.expires_at) for row in store.list_keys()]


def test_a_rotated_key_has_two_secrets(store: Store, database_url: str) -> None:
    """The former one keeps its date and its last use, and ends; both have name and account."""
    publishable: Any = {"kind": "publishable", "origins": (SITE,), "redirects": (THANKS,)}
    store.add_key("web", stores.digest(1), account="sales", **publishable)
    [before] = store.list_keys()
    store.note_uses([stores.digest(1)], date(2026, 1, 1))
    counter = store.change_counter()
    now = before.created_at + HOUR
    assert store.rotate_key("web", stores.digest(2), now=now, until=now + HOUR, text="vcp_new")
    assert store.change_counter() > counter
    old, new = store.list_keys()
    assert old == replace(before, last_used_on=date(2026, 1, 1), expires_at=now + HOUR)
    assert new == replace(before, digest=stores.digest(2), created_at=now)
    if database_url.startswith("sqlite"):
        file = key_file(database_url)
        assert file is not None
        assert file.list_keys() == (old, new)


def test_no_secret_outlives_a_newer_one(store: Store) -> None:
    """A second rotation adds a third secret, and ends earlier ones with the second at the
    latest; one without an overlap ends them all."""
    store.add_key("web", stores.digest(1))
    now = store.list_keys()[0].created_at
    store.rotate_key("web", stores.digest(2), now=now, until=now + 9 * HOUR)
    store.rotate_key("web", stores.digest(3), now=now + HOUR, until=now + 2 * HOUR)
    assert _secrets(store) == [
        (stores.digest(1), now + 2 * HOUR),
        (stores.digest(2), now + 2 * HOUR),
        (stores.digest(3), None),
    ]
    store.rotate_key("web", stores.digest(4), now=now + 3 * HOUR, until=now + 9 * HOUR)
    assert _secrets(store) == [(stores.digest(3), now + 9 * HOUR), (stores.digest(4), None)]
    store.rotate_key("web", stores.digest(5), now=now + 4 * HOUR, until=now + 4 * HOUR)
    assert _secrets(store) == [(stores.digest(5), None)]


def test_a_revoked_key_loses_its_former_secrets(store: Store) -> None:
    """It cannot be rotated any more, and neither can a key that never was."""
    store.add_key("web", stores.digest(1))
    now = datetime.now(UTC)
    store.rotate_key("web", stores.digest(2), now=now, until=now + HOUR)
    store.revoke_key("web")
    counter = store.change_counter()
    for name in ("web", "nobody", "w'eb"):
        assert not store.rotate_key(name, stores.digest(3), now=now, until=now + HOUR)
    assert _secrets(store) == [(stores.digest(2), None)]
    assert store.change_counter() == counter


def test_a_rotation_deletes_the_ended_secrets_of_every_key(store: Store) -> None:
    """What no key is valid by any more is not kept."""
    store.add_key("a", stores.digest(1))
    store.add_key("b", stores.digest(2))
    now = datetime.now(UTC)
    store.rotate_key("a", stores.digest(3), now=now, until=now + HOUR)
    store.rotate_key("b", stores.digest(4), now=now, until=now + 3 * HOUR)
    store.rotate_key("b", stores.digest(5), now=now + 2 * HOUR, until=now + 2 * HOUR)
    assert {digest for digest, _ in _secrets(store)} == {stores.digest(3), stores.digest(5)}
    ended = select(func.count()).select_from(TABLES.tables["replaced_secret"])
    with store._engine.connect() as connection:
        assert connection.execute(ended).scalar_one() == 0


TABLE = re.compile(
    r"(?:UPDATE|DELETE FROM|INSERT INTO|FROM) "
    r"(change_counter|api_key|replaced_secret)\b"
)


def test_every_change_locks_rows_in_one_order(store: Store) -> None:
    """The counter, keys, former secrets by digest: on PostgreSQL two changes would otherwise wait
    for each other. A key is locked where it is read, and former secrets before they are changed."""
    store.add_key("a", stores.digest(1))
    now = datetime.now(UTC)
    engines = {store._engine, store._quick}
    order = ("change_counter", "api_key", "replaced_secret")
    changes: dict[str, Callable[[], object]] = {
        "rotate": lambda: store.rotate_key("a", stores.digest(2), now=now, until=now + HOUR),
        "note": lambda: store.note_uses([stores.digest(1), stores.digest(2)], now.date()),
        "revoke": lambda: store.revoke_key("a"),
    }
    for name, change in changes.items():
        statements: list[str] = []

        def note(*arguments: Any, statements: list[str] = statements) -> None:
            text = " ".join(arguments[2].split())
            # SQLite locks all at once, and has no SELECT that locks.
            if store.single_writer or not text.startswith("SELECT") or "FOR UPDATE" in text:
                statements.append(text)

        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        try:
            change()
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", note)
        first_locked = list(dict.fromkeys(TABLE.findall(" ".join(statements))))
        assert first_locked == list(order[name == "note" :])
        if name != "note":
            first = next(one for one in statements if "replaced_secret" in one)
            assert "ORDER BY replaced_secret.digest" in first


def test_the_form_key_alone_keeps_its_text(store: Store) -> None:
    """The page needs the new one; the text of another key is never stored."""
    store.add_key("form", stores.digest(1), kind="publishable", origins=("self",), text="vcp_old")
    store.add_key("web", stores.digest(2))
    now = datetime.now(UTC)
    store.rotate_key("form", stores.digest(3), now=now, until=now + HOUR, text="vcp_new")
    store.rotate_key("web", stores.digest(4), now=now, until=now + HOUR, text="vcs_new")
    assert {row.digest: row.text for row in store.list_keys()} == {
        stores.digest(1): "",
        stores.digest(2): "",
        stores.digest(3): "vcp_new",
        stores.digest(4): "",
    }


def test_the_last_use_never_goes_back(store: Store) -> None:
    """A later day replaces an earlier one, of the present and of a former secret; the counter by
    which workers learn of changes stays."""
    for number in (1, 2, 3):
        store.add_key(f"k{number}", stores.digest(number))
    now = datetime.now(UTC)
    store.rotate_key("k2", stores.digest(4), now=now, until=now + HOUR)
    counter = store.change_counter()
    store.note_uses([stores.digest(2), stores.digest(1), stores.digest(9)], date(2026, 3, 2))
    store.note_uses([stores.digest(1), stores.digest(2)], date(2026, 3, 1))
    store.note_uses([stores.digest(4)], date(2026, 3, 3))
    used = {row.digest: row.last_used_on for row in store.list_keys()}
    assert used == {
        stores.digest(1): date(2026, 3, 2),
        stores.digest(2): date(2026, 3, 2),
        stores.digest(3): None,
        stores.digest(4): date(2026, 3, 3),
    }
    assert store.change_counter() == counter
