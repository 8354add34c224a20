"""The names of columns in Thunderbird's exports, as FIELDs."""

import pytest

from tests.support.column_names import column_key, columns, no_fields
from vcardsvc.batch.dialects.thunderbird import THUNDERBIRD, THUNDERBIRD_SECOND

ENGLISH = (
    "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,"
    "Work Phone,Home Phone,Fax Number,Pager Number,Mobile Number,Home Address,Home Address 2,"
    "Home City,Home State,Home ZipCode,Home Country,Work Address,Work Address 2,Work City,"
    "Work State,Work ZipCode,Work Country,Job Title,Department,Organization,Web Page 1,"
    "Web Page 2,Birth Year,Birth Month,Birth Day,Custom 1,Custom 2,Custom 3,Custom 4,Notes"
)
GERMAN = (
    "Vorname,Nachname,Anzeigename,Spitzname,Primäre E-Mail-Adresse,Sekundäre E-Mail-Adresse,"
    "Messenger-Name,Tel. dienstlich,Tel. privat,Fax-Nummer,Pager-Nummer,Mobil-Tel.-Nr.,"
    "Privat: Adresse,Privat: Adresse 2,Privat: Ort,Privat: Bundesland,Privat: PLZ,Privat: Land,"
    "Dienstlich: Adresse,Dienstlich: Adresse 2,Dienstlich: Ort,Dienstlich: Bundesland,"
    "Dienstlich: PLZ,Dienstlich: Land,Arbeitstitel,Abteilung,Organisation,Webseite 1,Webseite 2,"
    "Geburtsjahr,Geburtsmonat,Geburtstag,Benutzerdef. 1,Benutzerdef. 2,Benutzerdef. 3,"
    "Benutzerdef. 4,Notizen"
)


@pytest.mark.parametrize("language", THUNDERBIRD)
def test_every_column_is_a_field(language: str) -> None:
    """A language names FIELDs alone."""
    assert no_fields(THUNDERBIRD[language]) == {}


@pytest.mark.parametrize("language", THUNDERBIRD)
def test_names_are_normalized(language: str) -> None:
    """A name is case-folded, its inner blanks collapsed."""
    assert [name for name in THUNDERBIRD[language] if name != column_key(name)] == []


@pytest.mark.parametrize("language", THUNDERBIRD)
def test_language_has_every_field(language: str) -> None:
    """A language names the FIELDs that English does, but Swedish, whose custom ones are alike."""
    fields = set(THUNDERBIRD[language].values())
    fields |= set(THUNDERBIRD_SECOND.get(language, {}).values())
    lacking = {f"custom-{number}.value" for number in (2, 3, 4)} if language == "sv" else set()
    assert fields == set(THUNDERBIRD["en"].values()) - lacking


@pytest.mark.parametrize(("language", "header"), [("en", ENGLISH), ("de", GERMAN)])
def test_every_column_of_an_export_is_known(language: str, header: str) -> None:
    """The header of an export has no column that its language lacks."""
    assert [one for one in columns(header) if column_key(one) not in THUNDERBIRD[language]] == []


@pytest.mark.parametrize("language", THUNDERBIRD_SECOND)
def test_second_column_of_a_name_is_another_field(language: str) -> None:
    """A name that stands twice has one FIELD a column."""
    second = THUNDERBIRD_SECOND[language]
    assert no_fields(second) == {}
    assert [name for name, field in second.items() if THUNDERBIRD[language][name] == field] == []


@pytest.mark.parametrize(
    ("language", "name", "field"),
    [
        ("en", "Display Name", "name"),
        ("en", "Screen Name", "im"),
        ("en", "Birth Month", "birthday.month"),
        ("en", "Custom 4", "custom-4.value"),
        ("en", "Home County", "address.home.region"),
        ("de", "Geburtstag", "birthday.day"),
        ("fr", "Ville", "address.home.city"),
        ("pt", "Apelido", "nickname"),
        ("pt-PT", "Apelido", "last"),
        ("sv", "Visa", "name"),
    ],
)
def test_column_that_is_easily_mistaken(language: str, name: str, field: str) -> None:
    """A name that reads like another has the FIELD of its program."""
    assert THUNDERBIRD[language][column_key(name)] == field
