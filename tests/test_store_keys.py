"""Keys in the store: what each kind may have, and what becomes of an older release's."""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from tests import stores
from vcardsvc.store import HEAD, TABLES, KeyRow, Store

SITE, SHOP = "https://example.com", "https://shop.example:8443"
THANKS = "https://example.com/thanks?a=b"
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database of this test lies."""
    return tmp_path / "keys.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """A migrated store without keys."""
    made = Store(stores.url(path))
    made.migrate()
    yield made
    made.close()


def test_a_publishable_key_comes_back_whole(store: Store) -> None:
    """Its kind, origins, redirects and the form key's text are kept; a secret key has none."""
    publishable: Any = {"kind": "publishable", "origins": (SITE, SHOP), "redirects": (THANKS,)}
    form: Any = {"kind": "publishable", "origins": ("self",), "text": "vcp_shown"}
    store.add_key("laptop", stores.digest(1))
    store.add_key("web", stores.digest(2), **publishable)
    store.add_key("form", stores.digest(3), **form)
    kept = store.keys()
    created = [row.created_at for row in kept]
    assert kept == tuple(
        KeyRow(name=name, digest=stores.digest(n), created_at=at, revoked_at=None, **has)
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
    """A publishable key without origin, a secret one with a text, and blanks are not kept."""
    before = store.change_counter()
    with pytest.raises(ValueError, match="a key's origins"):
        store.add_key("web", stores.digest(1), **has)
    assert (store.keys(), store.change_counter()) == ((), before)


OLD = "2026-01-02 03:04:05.000000"
KEY_ROWS: tuple[tuple[str, tuple[object, ...]], ...] = (
    (
        "INSERT INTO api_key (name, digest, created_at) VALUES (?, ?, ?)",
        ("laptop", stores.digest(1), OLD),
    ),
    (
        "INSERT INTO api_key (name, digest, scope, created_at, revoked_at) VALUES (?, ?, ?, ?, ?)",
        ("server", stores.digest(2), "secret", OLD, OLD),
    ),
    ("UPDATE change_counter SET value = ?", (77,)),
)
LINK_ROW: tuple[str, tuple[object, ...]] = (
    "INSERT INTO link (digest, owner, size, etag, content_type, filename, once, created_at, "
    "expires_at, octets) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    (stores.digest(9), "laptop", 3, "e", "text/vcard", "a.vcf", 0, OLD, OLD, b"ABC"),
)


def _made_by(path: Path, revision: str) -> None:
    """A database as the release of that revision left it, with rows."""
    store = Store(stores.url(path))
    path.touch()
    config = Config()
    config.set_main_option("script_location", "vcardsvc:migrations")
    with store._writer.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    store.close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for statement in (*KEY_ROWS, *([LINK_ROW] if revision != "0001" else [])):
            connection.execute(*statement)
        connection.commit()


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_an_older_database_keeps_its_keys_and_links(path: Path, revision: str) -> None:
    """Every key of an older release is a secret key afterwards, revoked or not; links stay."""
    _made_by(path, revision)
    store = Store(stores.url(path))
    assert store.migrate() == HEAD
    assert (store.change_counter(), store.keys()) == (
        77,
        tuple(
            KeyRow(
                name=name,
                digest=stores.digest(number),
                created_at=AT,
                revoked_at=revoked,
                kind="secret",
                origins=(),
                redirects=(),
                text="",
            )
            for name, number, revoked in (("laptop", 1, None), ("server", 2, AT))
        ),
    )
    link = store.read_link(stores.digest(9))
    assert (link.octets if link else None) == (b"ABC" if revision == "0002" else None)
    store.add_key("web", stores.digest(3), kind="publishable", origins=(SITE,))
    assert stores.names(store) == ["laptop", "server", "web"]
    with store._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), TABLES) == []
    store.close()
