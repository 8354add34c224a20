"""Dates of any version are written in basic form, and in extended form."""

import pytest

from vcardsvc.vcard.date_forms import (
    basic_date,
    basic_offset,
    extended_date,
    extended_offset,
    is_timestamp,
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1990-05-14", "19900514"),
        ("19900514", "19900514"),
        ("1990-02-29", ""),
        ("1992-02-29", "19920229"),
        ("--05-14", "--0514"),
        ("--0514", "--0514"),
        ("--02-29", "--0229"),
        ("--0230", ""),
        ("---14", "---14"),
        ("1990", "1990"),
        ("1990-05", "1990-05"),
        ("1990-13", ""),
        ("--05", "--05"),
        ("1604-05-14", "--0514"),
        ("1604", "1604"),
        ("1990-05-14T10:22:00Z", "19900514T102200Z"),
        ("19900514T102200", "19900514T102200"),
        ("1990-05-14T10:22:00.000Z", "19900514T102200Z"),
        ("1990-05-14T10:22:00.123Z", ""),
        ("1990-05-14T10:22:00+01:00", "19900514T102200+0100"),
        ("1990-05-14T10:22", "19900514T1022"),
        ("1990-05-14T10", "19900514T10"),
        ("1990-05-14T24:00:00", ""),
        ("T10:22:00", "T102200"),
        ("T-22:00", "T-2200"),
        ("T-22", "T-22"),
        ("T--22Z", "T--22Z"),
        ("T-61", ""),
        ("00000000", ""),
        ("0000", ""),
        ("1990-0514", "19900514"),
        ("199005-14", "19900514"),
        ("14.5.1990", ""),
        ("", ""),
        ("1" * 100, ""),
        ("١٩٩٠-٠٥-١٤", ""),
    ],
)
def test_a_date_is_written_in_basic_form(written: str, expected: str) -> None:
    """What is no date, or none of the calendar, gives nothing."""
    assert basic_date(written) == expected


def test_the_omitted_year_means_none() -> None:
    """X-APPLE-OMIT-YEAR may name another year than 1604."""
    assert basic_date("1900-05-14", "1900") == "--0514"
    assert basic_date("1990-05-14", "1900") == "19900514"


@pytest.mark.parametrize(
    ("basic", "expected"),
    [("19900514T102200Z", True), ("19900514T10", True), ("19900514", False), ("--0514T10", False)],
)
def test_a_moment_is_a_whole_date_and_a_time(basic: str, expected: bool) -> None:
    """RFC 6350 section 4.3.5."""
    assert is_timestamp(basic) is expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("-05:00", "-0500"),
        ("+0530", "+0530"),
        ("+02", "+02"),
        ("Z", "Z"),
        ("+15:00", ""),
        ("Europe/Rome", ""),
        ("-5", ""),
    ],
)
def test_an_offset_is_written_in_basic_form(written: str, expected: str) -> None:
    """RFC 6350 section 4.7."""
    assert basic_offset(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("19900514", "1990-05-14"),
        ("--0514", "--05-14"),
        ("---14", "---14"),
        ("1990", "1990"),
        ("1990-05", "1990-05"),
        ("--05", "--05"),
        ("19900514T102200Z", "1990-05-14T10:22:00Z"),
        ("19900514T1022+0100", "1990-05-14T10:22+01:00"),
        ("--0514T10-05", "--05-14T10-05"),
        ("T102200", "T10:22:00"),
        ("T-2200", "T-22:00"),
        ("T--22", "T--22"),
        ("1990-13", ""),
    ],
)
def test_a_date_is_written_in_extended_form(written: str, expected: str) -> None:
    """Both forms say the same."""
    assert extended_date(written) == expected
    assert basic_date(expected) == (written if expected else "")


def test_an_offset_is_written_in_extended_form() -> None:
    """What is none gives nothing."""
    assert [extended_offset(one) for one in ("-0500", "-05", "Z", "x")] == ["-05:00", "-05", "", ""]
