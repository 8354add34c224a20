"""The names of columns in sheets of one's own, as FIELDs."""

from collections import defaultdict

import pytest

from tests.support.column_names import columns, no_fields, spelling_key
from vcardsvc.batch.dialects import generic
from vcardsvc.batch.dialects.generic import GENERIC, LAST_BESIDE_FIRST, WHOLE_IF_ALONE

PLAIN = "First Name,Last Name,Phone,Email"
GERMAN = "Vorname,Nachname,Telefon,E-Mail"
EXCEL = "First Name,Last Name,Company,Job Title,Mobile,Email,Postal Code,Birthday,Notes"
FAILED_ROWS = "Row,Line,Error Code,Error,Error Field,Error Column"


def test_every_spelling_is_a_field() -> None:
    """The spellings name FIELDs alone."""
    assert no_fields(GENERIC) == {}


def test_spellings_are_normalized() -> None:
    """A spelling is case-folded, all but its letters and digits one blank."""
    assert [spelling for spelling in GENERIC if spelling != spelling_key(spelling)] == []


def test_no_spelling_has_two_fields() -> None:
    """A spelling means the same in every language."""
    fields = defaultdict(set)
    for language in generic._LANGUAGES:
        for field, spellings in language.items():
            for spelling in spellings.split(", "):
                fields[spelling].add(field)
    assert {spelling: found for spelling, found in fields.items() if len(found) > 1} == {}


@pytest.mark.parametrize("header", [PLAIN, GERMAN, EXCEL, FAILED_ROWS])
def test_every_column_of_a_sheet_is_known(header: str) -> None:
    """The header of a sheet has no column that is unknown."""
    assert [one for one in columns(header) if spelling_key(one) not in GENERIC] == []


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("first_name", "first"),
        ("Surname", "last"),
        ("FULL NAME", "name"),
        ("Title", "title"),
        ("E-Mail", "email"),
        ("Cell #", "phone.mobile"),
        ("Zip/Postal Code", "address.postal-code"),
        ("Address Line 2", "address.street-2"),
        ("LinkedIn URL", "social.linkedin"),
        ("ID", "uid"),
        ("Error-Code", "ignore"),
        ("E-Mail_Adresse", "email"),
        ("Titel", "prefix"),
        ("Straße", "address.street"),
        ("PLZ", "address.postal-code"),
        ("Ort", "address.city"),
        ("Tel. (geschäftlich)", "phone.work"),
        ("Handy-Nr.", "phone.mobile"),
        ("Geb.-Datum", "birthday"),
        ("Prénom", "first"),
        ("Code postal", "address.postal-code"),
        ("Nombre y apellidos", "name"),
        ("Correo electrónico", "email"),
        ("Cognome", "last"),
        ("C.A.P.", "address.postal-code"),
        ("Telemóvel", "phone.mobile"),
        ("Voor- en achternaam", "name"),
        ("Nr telefonu", "phone"),
        ("Kraj", "address.country"),
        ("E-postadress", "email"),
        ("Tlf. nr.", "phone"),
        ("Poststed", "address.city"),
        ("Sähköpostiosoite", "email"),
        ("Jméno a příjmení", "name"),
        ("PSČ", "address.postal-code"),
        ("Priezvisko", "last"),
        ("Születési dátum", "birthday"),
        ("İş Telefonu", "phone.work"),
        ("iş telefonu", "phone.work"),
        ("Ф.И.О.", "name-last-first"),
        ("Моб. телефон", "phone.mobile"),
        ("Ім’я", "first"),
        ("Ім'я", "first"),
        ("Επώνυμο", "last"),
        ("Αριθμός τηλεφώνου", "phone"),
        ("氏名", "name-last-first"),
        ("郵便番号", "address.postal-code"),
        ("手机号", "phone.mobile"),
        ("手機號碼", "phone.mobile"),
        ("聯絡人", "name"),
        ("휴대폰 번호", "phone.mobile"),
    ],
)
def test_spelling_that_people_use(name: str, field: str) -> None:
    """A spelling of a sheet has the FIELD that its writer means."""
    assert GENERIC[spelling_key(name)] == field


def test_whole_name_if_alone_is_a_name() -> None:
    """A spelling of the whole name, if alone, is one of a first or last name otherwise."""
    assert {GENERIC[spelling] for spelling in WHOLE_IF_ALONE} == {"first", "last"}


def test_last_name_beside_a_first_is_a_whole_name_otherwise() -> None:
    """A spelling of the last name, beside a first, is one of the whole name otherwise."""
    whole = {"name", "name-last-first"}
    assert {GENERIC[spelling] for spelling in LAST_BESIDE_FIRST} == whole
