"""The names of fields."""

import pytest

from vcardsvc.batch.fields import ENTRIES, TEXTS, Field, parse_field


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("first", Field("first")),
        ("phonetic-last", Field("phonetic-last")),
        ("ignore", Field("ignore")),
        ("phone", Field("phone", part="value")),
        ("phone.mobile", Field("phone", label="mobile", part="value")),
        ("phone.Reception desk", Field("phone", label="Reception desk", part="value")),
        ("phone.My.Own", Field("phone", label="My.Own", part="value")),
        ("email-2.value", Field("email", 2, part="value")),
        ("email-2.label", Field("email", 2, part="label")),
        ("email-2", Field("email", 2, part="value")),
        ("address.home.postal-code", Field("address", label="home", part="postal-code")),
        ("address.city", Field("address", part="city")),
        ("organization", Field("organization")),
        ("organization-2.name", Field("organization", 2, part="name")),
        ("birthday.year", Field("birthday", part="year")),
        ("social.linkedin", Field("social", label="linkedin", part="value")),
    ],
)
def test_parts_of_a_field(text: str, field: Field) -> None:
    """A field is a kind with a number, a label and a part."""
    assert parse_field(text) == field


@pytest.mark.parametrize(
    "text",
    ["", "fax", "First", "first.name", "address", "address.home", "birthday.week", "phone.",
     "phone-99999", "organization.boss", "phone mobile", "ignore.x", f"phone.{'x' * 101}"],
)  # fmt: skip
def test_a_text_that_names_no_field(text: str) -> None:
    """An unknown kind or part, and an address without a part, are none."""
    assert parse_field(text) is None


def test_every_text_and_every_part_is_a_field() -> None:
    """The tables name fields alone."""
    names = [*TEXTS, *(f"{kind}.{part}" for kind, parts in ENTRIES.items() for part in parts)]
    assert [name for name in names if parse_field(name) is None] == []
