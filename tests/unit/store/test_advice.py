"""What an operator reads of a store that cannot be used: where it is, and one mend."""

import sys

import pytest

from vcardsvc.store import CAUSES, Store, StoreAway
from vcardsvc.store.remedies import REMEDIES, SERVER_REMEDIES, location, remedy

PLACES: tuple[tuple[str, str], ...] = (
    ("sqlite:////srv/cards.db", "/srv/cards.db"),
    ("sqlite:///:memory:", ""),
    ("sqlite://", ""),
    ("no url: secret", ""),
    ("mysql://user:secret@db.example/cards", ""),
    ("postgresql://user:secret@db.example/cards", "the database cards at db.example:5432"),
    ("postgresql://user:secret@[::1]:6000/cards", "the database cards at [::1]:6000"),
    ("postgresql:///cards?password=secret", "the database cards at localhost:5432"),
)
"""URLs, and the places that messages name: without users, passwords and options."""


@pytest.mark.parametrize(("where", "sentence"), PLACES)
def test_a_place_is_reported_without_what_opens_it(where: str, sentence: str) -> None:
    """It reveals no password."""
    try:
        assert location(where) == sentence
    except ImportError:
        pytest.skip("a driver is not installed")


def test_every_cause_has_a_mend() -> None:
    """What can be away can be mended, in one sentence."""
    assert list(REMEDIES) == list(CAUSES)
    assert set(SERVER_REMEDIES) < set(CAUSES)
    assert {text[-1] for text in [*REMEDIES.values(), *SERVER_REMEDIES.values()]} == {"."}


def test_a_server_has_mends_of_its_own() -> None:
    """It has no file whose rights could be changed."""
    for cause in CAUSES:
        sentence = remedy(cause, "postgresql://user:secret@db.example/cards")
        assert sentence == (SERVER_REMEDIES.get(cause) or REMEDIES[cause])


def test_a_driver_that_is_not_installed_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not the URL that is wrong then."""
    monkeypatch.setitem(sys.modules, "vcardsvc.store.postgresql", None)
    with pytest.raises(StoreAway) as away:
        Store("postgresql://user:secret@db.example/cards")
    assert (away.value.cause, away.value.__cause__) == ("store-driver", None)
