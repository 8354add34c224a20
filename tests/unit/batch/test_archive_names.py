"""The names of files in an archive."""

import pytest

from vcardsvc.batch.archive_names import Names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada Nowak", "Ada Nowak.vcf"),
        ("Zoë Ångström", "Zoë Ångström.vcf"),
        ("Zoë", "Zoë.vcf"),
        ("太郎", "太郎.vcf"),
        ("a/b\\c:d*e?f", "a b c d e f.vcf"),
        ("../../etc/passwd", "etc passwd.vcf"),
        ("  .hidden. ", "hidden.vcf"),
        ("a\0b\nc\u202ed\u200be", "a b c d e.vcf"),
        ("", "contact.vcf"),
        ("...", "contact.vcf"),
        ("CON", "_CON.vcf"),
        ("com1", "_com1.vcf"),
        ("nul.txt", "_nul.txt.vcf"),
        ("Console", "Console.vcf"),
        ("report", "report (2).vcf"),
        ("Failed", "Failed (2).vcf"),
        ("x" * 300, f"{'x' * 80}.vcf"),
        ("🚀" * 100, f"{'🚀' * 50}.vcf"),
        ("\ud800Ada", "Ada.vcf"),
    ],
)
def test_a_name_is_allowed_on_every_system(text: str, name: str) -> None:
    """What a file system refuses or a person cannot see is left out."""
    assert Names(".vcf").new(text) == name


def test_a_name_that_another_file_has_is_counted() -> None:
    """Names that differ in case alone are one name on some systems."""
    names = Names(".json")
    assert [names.new(text) for text in ("Ada", "ada", "ADA (2)", "Ada", "ADA", "Straße")] == [
        "Ada.json", "ada (2).json", "ADA (2) (2).json", "Ada (3).json", "ADA (4).json",
        "Straße.json",
    ]  # fmt: skip
    assert names.new("STRASSE") == "STRASSE (2).json"


def test_many_files_of_one_name_take_no_time() -> None:
    """Names that were counted already are not tried one by one again for each file."""
    names = Names(".vcf")
    for number in range(2, 4_000):
        names.new(f"Ada ({number})")
    found = {names.new("Ada") for _ in range(4_000)}
    assert len(found) == 4_000
    assert "Ada (7998).vcf" in found


def test_files_of_many_contacts_have_numbers() -> None:
    """A contact of the same name does not take a number's place."""
    names = Names(".vcf")
    assert [names.new("Contacts-001"), names.numbered(), names.numbered()] == [
        "Contacts-001.vcf", "contacts-001 (2).vcf", "contacts-002.vcf"
    ]  # fmt: skip
