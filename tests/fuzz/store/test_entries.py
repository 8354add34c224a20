"""Any entry that is stored reads back equal."""

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.entries import DRAFTS, NOW, stored_entries
from tests.support.hypothesis_profiles import examples
from vcardsvc.model.address_book import AddressBook, Draft, Entry
from vcardsvc.store import Store

drawn = examples(30, HealthCheck.function_scoped_fixture)


@drawn
@given(drafts=st.lists(DRAFTS, min_size=1, max_size=5), there=st.lists(DRAFTS, max_size=3))
def test_what_is_kept_reads_back_equal(
    store: Store, drafts: list[Draft], there: list[Draft]
) -> None:
    """Any drafts, on top of any others, read back equal, and the counter is right."""
    book = AddressBook(account=f"account-{next(_BOOKS)}", vendor="v")
    store.create_entries(book, there, NOW)
    results = store.create_entries(book, drafts, NOW)
    assert len(results) == len(drafts)
    refs = [entry.id for entry, _ in results]
    assert store.read_entries(book, refs) == tuple(entry for entry, _ in results)
    for candidate, (entry, fresh) in zip(drafts, results, strict=True):
        if fresh:
            assert _contents(candidate) == _contents(entry)
            assert (candidate.photo, candidate.handle) == (entry.photo, entry.handle)
        else:
            assert candidate.dedupe_key or candidate.handle == entry.handle
    kept = stored_entries(store, book)
    assert len([entry for entry in kept if entry.default]) <= 1
    assert {entry.parent for entry in kept} <= {"", *(entry.handle for entry in kept)}


_BOOKS = iter(range(10**9))


def _contents(results: Draft | Entry) -> tuple[object, ...]:
    return (results.contacts, results.vendor_fields, results.metadata)
