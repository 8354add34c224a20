"""Labels of phones, e-mails and addresses."""

import pytest

from vcardsvc.batch.labels import PHONE_FIELDS, place_of, types_of


@pytest.mark.parametrize(
    ("label", "types", "own"),
    [
        ("Work", ("work",), ""),
        ("HOME", ("home",), ""),
        ("Mobile", ("cell",), ""),
        ("Work Fax", ("work", "fax"), ""),
        ("work-fax", ("work", "fax"), ""),
        ("homeFax", ("home", "fax"), ""),
        ("Geschäftlich", ("work",), ""),
        ("Privat", ("home",), ""),
        ("携帯", ("cell",), ""),
        ("Other", ("other",), ""),
        ("", (), ""),
        ("Reception", (), "Reception"),
    ],
)
def test_types_of_a_label(label: str, types: tuple[str, ...], own: str) -> None:
    """A label that people see has types in any case and many languages, or is one's own."""
    assert types_of(label) == (types, own)


def test_the_label_of_a_field_has_types() -> None:
    """Fields know phones of every kind, and three places of other entries."""
    assert (place_of("work"), place_of("other"), place_of("Reception")) == (
        ("work",), ("other",), ()
    )  # fmt: skip
    assert PHONE_FIELDS["work-fax"] == ("work", "fax")
