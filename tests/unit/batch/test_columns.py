"""What the columns of a header hold."""

import pytest

from vcardsvc.batch.columns import Columns, columns_of, known_columns


def _columns(header: str, **options: str) -> Columns:
    return columns_of(header.split(","), dialect=options.get("dialect", ""))


@pytest.mark.parametrize(
    ("header", "dialect", "fields"),
    [
        ("First Name,Last Name,Shoe Size", "generic", ("first", "last", "")),
        ("Vorname,Nachname,Telefon,E-Mail", "generic", ("first", "last", "phone", "email")),
        (
            "First Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Jot 1 - Value",
            "google",
            ("first", "last", "categories", "email-1.label", "email-1.value", "ignore"),
        ),
        (
            "Name,Given Name,Group Membership,Phone 2 - Type,Phone 2 - Value",
            "google-old",
            ("name", "first", "categories", "phone-2.label", "phone-2.value"),
        ),
        (
            "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
            "linkedin",
            ("first", "last", "website", "email", "organization", "title", "ignore"),
        ),
    ],
)
def test_a_header_shows_its_program(header: str, dialect: str, fields: tuple[str, ...]) -> None:
    """Columns that no other program has show the dialect; others are looked up as people spell."""
    found = _columns(header)
    assert (found.dialect.name, found.header) == (dialect, tuple(header.split(",")))
    assert [one for one, want in zip(found.fields, fields, strict=True) if one != want] == []


def test_columns_are_found_by_name_and_never_by_place() -> None:
    """A header in another order has the same fields."""
    header = "First Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Notes"
    one, two = _columns(header), _columns(",".join(reversed(header.split(","))))
    assert two.fields == tuple(reversed(one.fields))


@pytest.mark.parametrize("name", [" first  NAME ", "First\tName", "FIRST NAME", "first name"])
def test_a_name_in_any_case_and_with_any_blanks(name: str) -> None:
    """Case and blanks say nothing."""
    assert columns_of([name]).fields == ("first",)


def test_a_dialect_may_be_given() -> None:
    """A caller names the program where the header shows another one."""
    header = "First Name,Last Name,Title"
    assert _columns(header).fields[2] == "title"
    outlook = _columns(header, dialect="outlook")
    assert (outlook.dialect.name, outlook.fields[2]) == ("outlook", "prefix")


def test_a_map_stands_before_every_dialect() -> None:
    """The caller's own names count first."""
    found = columns_of(["First Name", "Own"], {"FIRST  name": "last", "own": "phone.mobile"})
    assert found.fields == ("last", "phone.mobile")


def test_known_columns_are_counted() -> None:
    """Names that are known, and those of a map."""
    assert known_columns(["First Name", "Phone", "x", ""]) == 2
    assert known_columns(["First Name", "x"], {"x": "note"}) == 2
    assert known_columns([]) == 0
