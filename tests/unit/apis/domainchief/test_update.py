"""Domain Chief's updates: changes, prohibited members, and the limits of metadata."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.domainchief import (
    ENTRY,
    EVERYTHING,
    PARENTS,
    STUDIO,
    VENDOR_FIELDS,
    draft_of,
    errors_of,
    request_of,
    updated_draft,
)
from vcardsvc.errors import Refused
from vcardsvc.model.address_book import Draft, Entry

FIXED = ["first_name", "last_name", "company_name", "address_country_code"]


@pytest.mark.parametrize("value", ["US", None, "", 1, ["US"], {}, "x" * 300, "a\nb"])
@pytest.mark.parametrize("name", FIXED)
def test_an_update_cannot_change_a_fixed_member(name: str, value: Any) -> None:
    """Another name, company or country is refused, of whatever form."""
    assert errors_of("update", request_of({name: value}, handle="one")) == {
        name: [f"The {name.replace('_', ' ')} field is prohibited."]
    }


REPEATED: dict[str, dict[str, Any]] = {
    "as they are": {name: STUDIO[name] for name in FIXED},
    "one of them": {"last_name": STUDIO["last_name"]},
    "blanks around": {"first_name": f" {STUDIO['first_name']} "},
}


@pytest.mark.parametrize("case", REPEATED)
def test_an_update_may_repeat_a_fixed_member(case: str) -> None:
    """A client that sends the whole contact back changes only what differs."""
    assert updated_draft(REPEATED[case]) == _unchanged(ENTRY)
    moved = updated_draft({**REPEATED[case], "address_city": "Haarlem"})
    assert moved == updated_draft({"address_city": "Haarlem"})


@pytest.mark.parametrize("value", [None, ""])
def test_an_update_may_repeat_that_there_is_no_company(value: Any) -> None:
    """Null and an empty text are no company, as the contact has none."""
    entry = replace(ENTRY, vendor_fields={**VENDOR_FIELDS, "company_name": None})
    assert updated_draft({"company_name": value}, entry) == updated_draft({}, entry)
    with pytest.raises(Refused):
        updated_draft({"company_name": "Example Studio BV"}, entry)


def test_all_problems_of_an_update_are_reported_at_once() -> None:
    """Prohibited members come first; the others are reported also if a repeated member is right."""
    body = {"email": "nobody", "first_name": "Jan", "last_name": "Koenders"}
    email = {"email": ["The email field must be a valid email address."]}
    prohibited = {"first_name": ["The first name field is prohibited."]}
    assert errors_of("update", request_of(body, handle="one")) == {**prohibited, **email}
    assert errors_of("update", request_of({**body, "first_name": "Amina"}, handle="one")) == email


def _unchanged(entry: Entry, **more: Any) -> Draft:
    """Return the draft that leaves an entry as it is, but for these changes."""
    draft = Draft(
        contacts=entry.contacts,
        vendor_fields=entry.vendor_fields,
        handle=entry.handle,
        dedupe_key=draft_of(STUDIO).dedupe_key,
        parent=entry.parent,
        metadata=entry.metadata,
    )
    return replace(draft, **more)


@pytest.mark.parametrize("body", [{}, [], None, {"unknown": 1}, {"allow_duplicate": True}])
def test_an_update_of_nothing_changes_nothing(body: Any) -> None:
    """Omitted members stay; `allow_duplicate` is unknown here, and PHP writes {} as []."""
    entry = replace(ENTRY, parent="p", metadata={"a": "b"})
    assert updated_draft(body, entry) == _unchanged(entry)


def test_an_update_changes_its_members() -> None:
    """Vendor fields, card and dedupe key are those of the whole contact afterwards."""
    changes = {
        name: EVERYTHING[name]
        for name in ("company_trading_name", "company_url", "vat_registration", "extension_data")
    }
    moved = {**changes, "address_state": "noord-holland", "address_city": "Haarlem"}
    draft, anew = updated_draft(moved), draft_of({**STUDIO, **moved})
    assert draft == replace(anew, handle=ENTRY.handle)
    assert draft.vendor_fields["address_state"] == "NH"


@pytest.mark.parametrize("value", [None, ""])
def test_an_update_removes_an_optional_member(value: Any) -> None:
    """Null and an empty text are no value; for a required member they are refused."""
    entry = replace(ENTRY, vendor_fields={**VENDOR_FIELDS, "vat_registration": "NL001234567B01"})
    assert updated_draft({"vat_registration": value}, entry) == _unchanged(ENTRY)
    assert errors_of("update", request_of({"address_city": value}, handle="one")) == {
        "address_city": ["The address city field is required."]
    }


@pytest.mark.parametrize("value", [True, 1, "1"])
def test_an_update_makes_a_contact_the_default(value: Any) -> None:
    """True is read in any spelling."""
    assert updated_draft({"is_default": value}) == _unchanged(ENTRY, default=True)


@pytest.mark.parametrize("value", [None, ""])
def test_an_update_without_a_default_leaves_it(value: Any) -> None:
    """Null and an empty text change nothing."""
    assert updated_draft({"is_default": value}) == _unchanged(ENTRY)


@pytest.mark.parametrize("value", [False, 0, "no", [], 2])
def test_an_update_cannot_take_the_default_away(value: Any) -> None:
    """The member is true or absent."""
    assert errors_of("update", request_of({"is_default": value}, handle="one")) == {
        "is_default": ["The is default field must be accepted."]
    }


@pytest.mark.parametrize(("value", "parent"), PARENTS)
def test_an_invalid_parent_removes_the_parent_on_update(value: Any, parent: str) -> None:
    """Null and a text that is no handle remove the parent."""
    entry = replace(ENTRY, parent="before")
    assert updated_draft({"parent_handle": value}, entry) == _unchanged(entry, parent=parent)


MERGED: list[tuple[Any, dict[str, str]]] = [
    ({"b": "3", "c": "4"}, {"a": "1", "b": "3", "c": "4"}),
    ({"a": ""}, {"b": "2"}),
    ({"z": ""}, {"a": "1", "b": "2"}),
    ({}, {}),
    ([], {}),
    (None, {"a": "1", "b": "2"}),
    ({"a": " "}, {"a": " ", "b": "2"}),
    ({"tag": "x" * 500, "k" * 40: "é"}, {"a": "1", "b": "2", "tag": "x" * 500, "k" * 40: "é"}),
]


@pytest.mark.parametrize(("sent", "after"), MERGED)
def test_metadata_is_merged(sent: Any, after: dict[str, str]) -> None:
    """A key with "" is removed, an empty object removes all, and null changes nothing."""
    entry = replace(ENTRY, metadata={"a": "1", "b": "2"})
    assert updated_draft({"metadata": sent}, entry) == _unchanged(entry, metadata=after)


BAD_METADATA: list[tuple[Any, str, str]] = [
    ("text", "metadata", "The metadata field must be an array."),
    ([1], "metadata", "The metadata field must be an array."),
    ({"a": 123}, "metadata.a", "The metadata.a field must be a string."),
    ({"a": None}, "metadata.a", "The metadata.a field must be a string."),
    ({"a/b~c_d": 1}, "metadata.a/b~c_d", "The metadata.a/b~c_d field must be a string."),
    ({"{limit}": 1}, "metadata.{limit}", "The metadata.{limit} field must be a string."),
    (
        {"a": "x" * 501},
        "metadata.a",
        "The metadata.a field must not be greater than 500 characters.",
    ),
    ({"a": "\x00"}, "metadata.a", "The metadata.a field format is invalid."),
    ({"": "x"}, "metadata.key", "The metadata.key field format is invalid."),
    ({"customer[id]": "x"}, "metadata.key", "The metadata.key field format is invalid."),
    ({"a\x00": "x"}, "metadata.key", "The metadata.key field format is invalid."),
    (
        {"k" * 41: "x"},
        "metadata.key",
        "The metadata.key field must not be greater than 40 characters.",
    ),
    (
        {str(number): "x" for number in range(51)},
        "metadata",
        "The metadata field must not have more than 50 items.",
    ),
    (
        {str(number): "" for number in range(101)},
        "metadata",
        "The metadata field must not have more than 50 items.",
    ),
]


@pytest.mark.parametrize(("sent", "member", "message"), BAD_METADATA)
def test_metadata_has_its_limits(sent: Any, member: str, message: str) -> None:
    """A create and an update allow 50 keys of 40 characters without brackets, and values of 500."""
    assert errors_of("create", request_of({**STUDIO, "metadata": sent})) == {member: [message]}
    assert errors_of("update", request_of({"metadata": sent}, handle="one")) == {member: [message]}


def test_fifty_keys_are_the_most_after_merging() -> None:
    """A fifty-first key is refused, unless another one is removed."""
    entry = replace(ENTRY, metadata={str(number): "x" for number in range(50)})
    assert len(draft_of({**STUDIO, "metadata": entry.metadata}).metadata) == 50
    with pytest.raises(Refused) as raised:
        updated_draft({"metadata": {"one more": "x"}}, entry)
    assert [(one.field, one.cause) for one in raised.value.problems] == [("/metadata", "count")]
    after = updated_draft({"metadata": {"one more": "x", "0": ""}}, entry).metadata
    assert len(after) == 50


def test_a_key_without_a_value_is_not_stored_on_create() -> None:
    """A create has no metadata yet to remove."""
    assert draft_of({**STUDIO, "metadata": {"a": "", "b": "1"}}).metadata == {"b": "1"}
