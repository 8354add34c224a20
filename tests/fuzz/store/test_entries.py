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
    """Any drafts, on top of any others, come back as they were told, and the counter is right."""
    book = AddressBook(account=f"account-{next(_BOOKS)}", vendor="v")
    store.create_entries(book, there, NOW)
    told = store.create_entries(book, drafts, NOW)
    assert len(told) == len(drafts)
    refs = [entry.id for entry, _ in told]
    assert store.read_entries(book, refs) == tuple(entry for entry, _ in told)
    for wanted, (entry, fresh) in zip(drafts, told, strict=True):
        if fresh:
            assert _said(wanted) == _said(entry)
            assert (wanted.photo, wanted.handle) == (entry.photo, entry.handle)
        else:
            assert wanted.dedupe_key or wanted.handle == entry.handle
    kept = stored_entries(store, book)
    assert len([entry for entry in kept if entry.default]) <= 1
    assert {entry.parent for entry in kept} <= {"", *(entry.handle for entry in kept)}


_BOOKS = iter(range(10**9))


def _said(told: Draft | Entry) -> tuple[object, ...]:
    return (told.contacts, told.vendor_fields, told.metadata)
