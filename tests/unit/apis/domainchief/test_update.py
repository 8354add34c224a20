"""Domain Chief's update: what it changes, what it refuses, and the limits of metadata."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.domainchief import (
    ENTRY,
    EVERYTHING,
    PARENTS,
    STUDIO,
    WORDS,
    ask,
    kept,
    updated,
    wrong,
)
from vcardsvc.errors import Refused
from vcardsvc.model.address_book import Draft, Entry

FIXED = ["first_name", "last_name", "company_name", "address_country_code"]


@pytest.mark.parametrize("value", ["US", None, "", 1, ["US"], {}, "x" * 300, "a\nb"])
@pytest.mark.parametrize("name", FIXED)
def test_an_update_cannot_change_who_it_is(name: str, value: Any) -> None:
    """The name, the company's and the country are refused, whatever else they say."""
    assert wrong("update", ask({name: value}, handle="one")) == {
        name: [f"The {name.replace('_', ' ')} field is prohibited."]
    }


REPEATED: dict[str, dict[str, Any]] = {
    "as they are": {name: STUDIO[name] for name in FIXED},
    "one of them": {"last_name": STUDIO["last_name"]},
    "blanks around": {"first_name": f" {STUDIO['first_name']} "},
}


@pytest.mark.parametrize("case", REPEATED)
def test_an_update_may_repeat_who_it_is(case: str) -> None:
    """A client that sends the whole contact back changes what it has changed."""
    assert updated(REPEATED[case]) == _kept_again(ENTRY)
    moved = updated({**REPEATED[case], "address_city": "Haarlem"})
    assert moved == updated({"address_city": "Haarlem"})


@pytest.mark.parametrize("value", [None, ""])
def test_an_update_may_repeat_that_there_is_no_company(value: Any) -> None:
    """Null and an empty text are no company, as the contact has none."""
    entry = replace(ENTRY, vendor_fields={**WORDS, "company_name": None})
    assert updated({"company_name": value}, entry) == updated({}, entry)
    with pytest.raises(Refused):
        updated({"company_name": "Example Studio BV"}, entry)


def test_all_that_is_wrong_with_an_update_is_told_at_once() -> None:
    """What cannot be changed first; also where a member that may be repeated is right."""
    body = {"email": "nobody", "first_name": "Jan", "last_name": "Koenders"}
    email = {"email": ["The email field must be a valid email address."]}
    prohibited = {"first_name": ["The first name field is prohibited."]}
    assert wrong("update", ask(body, handle="one")) == {**prohibited, **email}
    assert wrong("update", ask({**body, "first_name": "Amina"}, handle="one")) == email


def _kept_again(entry: Entry, **more: Any) -> Draft:
    """The draft that leaves an entry as it is, but for this."""
    draft = Draft(
        contacts=entry.contacts,
        vendor_fields=entry.vendor_fields,
        handle=entry.handle,
        dedupe_key=kept(STUDIO).dedupe_key,
        parent=entry.parent,
        metadata=entry.metadata,
    )
    return replace(draft, **more)


@pytest.mark.parametrize("body", [{}, [], None, {"unknown": 1}, {"allow_duplicate": True}])
def test_an_update_of_nothing_changes_nothing(body: Any) -> None:
    """Omitted members stay; no `allow_duplicate` is known here, and PHP writes {} as []."""
    entry = replace(ENTRY, parent="p", metadata={"a": "b"})
    assert updated(body, entry) == _kept_again(entry)


def test_an_update_changes_what_it_has() -> None:
    """The words, the card and the identity are those of the whole contact afterwards."""
    changes = {
        name: EVERYTHING[name]
        for name in ("company_trading_name", "company_url", "vat_registration", "extension_data")
    }
    moved = {**changes, "address_state": "noord-holland", "address_city": "Haarlem"}
    draft, anew = updated(moved), kept({**STUDIO, **moved})
    assert draft == replace(anew, handle=ENTRY.handle)
    assert draft.vendor_fields["address_state"] == "NH"


@pytest.mark.parametrize("value", [None, ""])
def test_an_update_takes_an_optional_member_away(value: Any) -> None:
    """Null and an empty text are no value; a required member is refused."""
    entry = replace(ENTRY, vendor_fields={**WORDS, "vat_registration": "NL001234567B01"})
    assert updated({"vat_registration": value}, entry) == _kept_again(ENTRY)
    assert wrong("update", ask({"address_city": value}, handle="one")) == {
        "address_city": ["The address city field is required."]
    }


@pytest.mark.parametrize("value", [True, 1, "1"])
def test_an_update_makes_a_contact_the_default(value: Any) -> None:
    """True in any spelling."""
    assert updated({"is_default": value}) == _kept_again(ENTRY, default=True)


@pytest.mark.parametrize("value", [None, ""])
def test_an_update_without_a_default_leaves_it(value: Any) -> None:
    """Unset is no change."""
    assert updated({"is_default": value}) == _kept_again(ENTRY)


@pytest.mark.parametrize("value", [False, 0, "no", [], 2])
def test_an_update_cannot_take_the_default_away(value: Any) -> None:
    """True or unset only."""
    assert wrong("update", ask({"is_default": value}, handle="one")) == {
        "is_default": ["The is default field must be accepted."]
    }


@pytest.mark.parametrize(("value", "parent"), PARENTS)
def test_an_invalid_parent_takes_the_parent_away_on_update(value: Any, parent: str) -> None:
    """An omitted one stays, null and what can be no handle remove it."""
    entry = replace(ENTRY, parent="before")
    assert updated({"parent_handle": value}, entry) == _kept_again(entry, parent=parent)


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
    """A key with "" is removed, an empty object removes all, null is not there."""
    entry = replace(ENTRY, metadata={"a": "1", "b": "2"})
    assert updated({"metadata": sent}, entry) == _kept_again(entry, metadata=after)


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
    """On create as on update: keys of 40 characters without brackets, texts of 500, 50 keys."""
    assert wrong("create", ask({**STUDIO, "metadata": sent})) == {member: [message]}
    assert wrong("update", ask({"metadata": sent}, handle="one")) == {member: [message]}


def test_fifty_keys_are_the_most_after_merging() -> None:
    """Fifty stand, one more is refused when it comes, and one can go for another."""
    entry = replace(ENTRY, metadata={str(number): "x" for number in range(50)})
    assert len(kept({**STUDIO, "metadata": entry.metadata}).metadata) == 50
    with pytest.raises(Refused) as refused:
        updated({"metadata": {"one more": "x"}}, entry)
    assert [(one.field, one.cause) for one in refused.value.problems] == [("/metadata", "count")]
    after = updated({"metadata": {"one more": "x", "0": ""}}, entry).metadata
    assert len(after) == 50


def test_a_key_without_a_value_is_not_kept_on_create() -> None:
    """There is nothing to remove yet."""
    assert kept({**STUDIO, "metadata": {"a": "", "b": "1"}}).metadata == {"b": "1"}
