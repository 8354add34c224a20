"""A server's store before its library is loaded: the keys are the same, the rest waits."""

from pathlib import Path

import pytest

from tests.support import databases as stores
from tests.support.link_rows import MANY, NOW, link_row
from vcardsvc.store import Store, StoreAway
from vcardsvc.store.deferred import DeferredStore, open_store
from vcardsvc.store.key_file import KeyFile, key_file


def test_the_driver_alone_reads_the_same_keys(lite: Store, path: Path) -> None:
    """Every member of every key is read as the store reads it."""
    lite.add_key("laptop", stores.digest(1))
    lite.add_key("tablet", stores.digest(2), account="laptop")
    lite.add_key(
        "form",
        stores.digest(3),
        kind="publishable",
        origins=("https://a.example", "https://b.example"),
        redirects=("https://a.example/thanks",),
        text="vcp_form",
    )
    lite.revoke_key("laptop")
    maybe_file = key_file(stores.url(path))
    assert maybe_file is not None
    assert maybe_file.list_keys() == lite.list_keys()
    assert maybe_file.change_counter() == lite.change_counter()


@pytest.mark.parametrize(
    ("url", "usual"),
    [
        ("sqlite:////var/lib/keys.db", True),
        ("sqlite:///keys.db", True),
        ("sqlite:////srv/a@b:c d#e/ö.db", True),
        ("sqlite:////var/lib/a%20b.db", False),
        ("sqlite:////var/lib/keys.db?mode=ro", False),
        ("sqlite:///:memory:", False),
        ("sqlite:///", False),
        ("sqlite://", False),
        ("sqlite+pysqlite:////var/lib/keys.db", False),
        ("postgresql://user@host/keys", False),
        ("", False),
    ],
)
def test_a_file_is_read_alone_where_its_url_is_usual(url: str, usual: bool) -> None:
    """The path is the one that the store opens; every other URL is left to it."""
    maybe_file = key_file(url)
    assert (maybe_file is not None) is usual
    assert maybe_file is None or maybe_file._path == Store(url)._path


def test_the_first_call_loads_the_store(lite: Store, path: Path) -> None:
    """The keys need no store; a link is stored and read by it, and closing closes it."""
    store = DeferredStore(stores.url(path), KeyFile(path))
    assert (store.list_keys(), store.change_counter()) == ((), lite.change_counter())
    store.close()
    assert not vars(store)["_maybe_store"]
    kept = link_row()
    store.add_link(kept, MANY)
    assert vars(store)["_maybe_store"]
    assert store.read_link(kept.digest) == lite.read_link(kept.digest) == kept
    assert store.count_links(kept.owner, NOW) == 1
    store.add_key("laptop", stores.digest(1))
    assert store.list_keys() == lite.list_keys()
    store.close()


def test_a_url_of_no_store_is_refused_at_once() -> None:
    """A deferred store has a path; where there is none the store itself says why."""
    with pytest.raises(StoreAway) as away:
        open_store("sqlite:///:memory:")
    assert away.value.cause == "store-url"
