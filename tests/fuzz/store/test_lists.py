"""Any page of a list is what a look at every entry gives."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.entries import NOW, draft, listed, walk
from tests.support.hypothesis_profiles import examples
from vcardsvc.model.address_book import (
    HIDDEN,
    AddressBook,
    Begins,
    Condition,
    Contains,
    Draft,
    Either,
    Equal,
    Every,
    Field,
    Listing,
    Member,
    Missing,
    Numbered,
)
from vcardsvc.model.contact import Contact
from vcardsvc.store import Store, filters

drawn = examples(60, HealthCheck.function_scoped_fixture)

ACCOUNTS = (f"account-{number}" for number in itertools.count())

WORDS = ("ada", "adam", "alan", "bob", "Ålan", "+1 650 253 0000", "x")
VALUES = ("1", "12", "2", "a%", "1_2", "/", "1\\2", "é", "1\n2")
SMALL = st.builds(
    Draft,
    contacts=st.builds(
        Contact, first=st.sampled_from(WORDS), organization=st.sampled_from(("", *WORDS))
    ).map(lambda contact: (contact,)),
    vendor_fields=st.just({}),
    handle=st.sampled_from(["", *"abcdABCDäÄ", "a-1", "a-2", "\U0001f600", "\uffff"]),
    parent=st.sampled_from(["", "a", "b", "A"]),
    default=st.booleans(),
    metadata=st.builds(
        lambda texts, numbers: {**texts, **numbers},
        st.dictionaries(st.sampled_from(["k", "l", HIDDEN]), st.sampled_from(VALUES), max_size=2),
        st.dictionaries(st.just("n"), st.sampled_from(["1", "12", "2"]), max_size=1),
    ),
)
FIELDS: tuple[Field | Member, ...] = (
    "id", "handle", "default", "updated",
    *(Member(key=key) for key in "kl"),
    Member(key="n", number=True),
)  # fmt: skip
SORTS = st.lists(st.tuples(st.sampled_from(FIELDS), st.booleans()), max_size=3).map(tuple)
PIECES = st.sampled_from(
    [("", ""), ("1", ""), ("12", ""), ("", "2"), ("", "2", ""), ("1", "2"), ("1", "2", ""),
     ("", "%", ""), ("", "_"), ("/", ""), ("", "\\", ""), ("", "é"), ("", "\0", "")]
)  # fmt: skip
KEYS, PARTS = st.sampled_from("kl"), st.sampled_from(["1", "12", "2", "%", "_"])
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    st.builds(Equal, key=KEYS, value=PARTS)
    | st.builds(Begins, key=KEYS, value=PARTS)
    | st.builds(Contains, key=KEYS, value=PARTS)
    | st.builds(Missing, key=KEYS)
    | st.builds(Numbered, id=st.integers(1, 60)),
    lambda inner: (
        st.builds(Every, of=st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Either, of=st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=3,
)
LISTINGS = st.builds(
    Listing,
    query=st.sampled_from(["", " ", "!", "a", "ad", "al bo", "ADA", "å", "6502530000", "0 a b"]),
    parent=st.sampled_from([None, None, "a", "b", "nobody", "\0"]),
    metadata=st.dictionaries(st.sampled_from("kl"), st.sampled_from("12"), max_size=2),
    like=st.dictionaries(st.sampled_from("kl"), PIECES, max_size=2),
    where=st.none() | CONDITIONS,
    sort=SORTS,
    hidden=st.booleans(),
    skip=st.integers(0, 3),
    page=st.integers(1, 4),
    per_page=st.integers(1, 5),
)


MANY: tuple[Listing, ...] = (
    Listing(query="a ad b bo x", metadata={"k": "1"}),
    Listing(query="a al", metadata={"k": "1", "l": "2"}, parent="a", sort=(("handle", False),)),
    Listing(query="a al", metadata={"k": "1", "l": "2"}, parent="a", sort=(("default", True),)),
)
"""Many filters at once."""


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("few", "many"), [(0, 0), (3, 5), (1_000, 20_000)])
def test_a_page_is_what_a_look_at_every_entry_gives(
    store: Store, few: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For any entries and any listing, whichever way it is answered, on both databases."""
    monkeypatch.setattr(filters, "FEW", few)
    monkeypatch.setattr(filters, "MANY", many)

    @drawn
    @given(drafts=st.lists(SMALL, max_size=14), listings=st.lists(LISTINGS, min_size=3, max_size=8))
    def judged(drafts: list[Draft], listings: list[Listing]) -> None:
        book = AddressBook(account=next(ACCOUNTS), vendor="v")
        store.create_entries(book, [*drafts, draft(99)], NOW)
        entries = tuple(entry for _, entry in store.entries_after(book))
        for listing in (*listings, *MANY):
            found, total = store.list_entries(book, listing)
            assert ([entry.id for entry in found], total) == listed(entries, listing)
            assert all(each in entries for each in found)
            every = replace(listing, sort=(), page=1, skip=0, per_page=100)
            walked = [entry.id for entry in walk(store, book, 2, listing=listing)]
            assert walked == listed(entries, every)[0]

    judged()
