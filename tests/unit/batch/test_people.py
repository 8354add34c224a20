"""What a careful person takes from the row of a table."""

import pytest

from tests.support.batches import notes_of, one_card, outcomes, results_of, table
from tests.support.cpu_budget import within_cpu_budget

NAMES = "First Name,Last Name"
ADA = "N:Nowak;Ada;;;"


def _ada(header: str, cells: str) -> list[str]:
    """The lines of the card of Ada Nowak with these cells, without her name."""
    found = one_card(f"{NAMES},{header}", f"Ada,Nowak,{cells}")
    assert isinstance(found, list)
    assert found[0] == ADA
    return found[1:]


def _ada_notes(header: str, cells: str) -> list[tuple[str, str, str]]:
    return notes_of(f"{NAMES},{header}", f"Ada,Nowak,{cells}")


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        ("+44 20 7946 0101", ["TEL:+44 20 7946 0101"]),
        ("07700 900102", ["TEL:07700 900102"]),
        ('"=""0123456"""', ["TEL:0123456"]),
        ("'+44 20 7946 0101", ["TEL:+44 20 7946 0101"]),
        ("4.47700900126E+11", ["TEL:447700900126"]),
        ("447700900126.0", ["TEL:447700900126"]),
        ("4.42E+11", []),
        ("n/a", []),
        ("-", []),
        ('"020 7946 0101, 020 7946 0102"', ["TEL:020 7946 0101", "TEL:020 7946 0102"]),
        ("020 7946 0101 / 07700 900102", ["TEL:020 7946 0101", "TEL:07700 900102"]),
        ('"020 7946 0101\n07700 900102"', ["TEL:020 7946 0101", "TEL:07700 900102"]),
        ("(202) 555-0106 x12", ["TEL:(202) 555-0106 x12"]),
        ('"(202) 555-0106, 12"', ["TEL:(202) 555-0106\\, 12"]),
    ],
)
def test_numbers_of_a_cell(cell: str, lines: list[str]) -> None:
    """Numbers stand as they were typed; no zero and no country is added."""
    assert _ada("Phone", cell) == lines


@pytest.mark.parametrize(
    ("cell", "notes"),
    [
        ("4.47700900126E+11", [("phone", "spreadsheet", "Phone")]),
        ("4.42E+11", [("phone", "spreadsheet", "Phone")]),
        ("n/a", [("phone", "placeholder", "Phone")]),
        ("-", []),
        ("07700 900102", []),
    ],
)
def test_what_a_spreadsheet_did_to_a_number_is_noted(
    cell: str, notes: list[tuple[str, str, str]]
) -> None:
    """A number with an exponent, and a word for nothing, are noted with their column."""
    assert _ada_notes("Phone", cell) == notes


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("Mobile", "TEL;TYPE=CELL:1"),
        ("Work Phone", "TEL;TYPE=WORK:1"),
        ("Home Phone", "TEL;TYPE=HOME:1"),
        ("Fax", "TEL;TYPE=FAX:1"),
        ("Pager", "TEL;TYPE=PAGER:1"),
        ("Company", "ORG:1"),
        ("Job Title", "TITLE:1"),
        ("Nickname", "NICKNAME:1"),
        ("Notes", "NOTE:1"),
        ("Website", "URL:1"),
        ("Tags", "CATEGORIES:1"),
        ("Telefon", "TEL:1"),
        ("Firma", "ORG:1"),
    ],
)
def test_a_column_is_found_by_its_name(header: str, line: str) -> None:
    """Sheets of one's own have columns in plain words."""
    assert _ada(header, "1") == [line]


@pytest.mark.parametrize(
    ("field", "lines"),
    [
        ("phone.Reception", ["TEL;TYPE=X-Reception:1"]),
        ("phone.work-fax", ["TEL;TYPE=WORK,FAX:1"]),
        ("phone.callback", ["item1.X-CUSTOM;VALUE=text:1", "item1.X-ABLabel:Callback"]),
        ("phone.assistant", ["item1.X-CUSTOM;VALUE=text:1", "item1.X-ABLabel:Assistant's phone"]),
        ("address.work.city", ["ADR;TYPE=WORK:;;;1;;;"]),
        ("related.spouse", ["item1.X-ABRELATEDNAMES:1", "item1.X-ABLabel:_$!<Spouse>!$_"]),
        ("website.Shop", ["item1.URL:1", "item1.X-ABLabel:Shop"]),
        ("custom.Badge", ["item1.X-CUSTOM;VALUE=text:1", "item1.X-ABLabel:Badge"]),
        ("custom", ["item1.X-CUSTOM;VALUE=text:1", "item1.X-ABLabel:Own"]),
        ("maiden-name", ["X-MAIDENNAME:1"]),
        ("office", ["X-OFFICE-LOCATION;VALUE=text:1"]),
        ("role", ["ROLE:1"]),
        ("ignore", []),
        ("uid", []),
    ],
)
def test_a_map_names_the_field_of_a_column(field: str, lines: list[str]) -> None:
    """The caller's map says what a column of his own holds."""
    found = one_card(f"{NAMES},Own", "Ada,Nowak,1", columns=(("own", field),))
    assert found == [ADA, *lines]


def test_a_map_stands_before_what_is_known() -> None:
    """A column whose name is known holds what the caller says."""
    found = one_card(f"{NAMES},Phone", "Ada,Nowak,1", columns=(("Phone", "note"),))
    assert found == [ADA, "NOTE:1"]


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        ("ada@example.com", ["EMAIL:ada@example.com"]),
        ('"a@example.com; b@example.com"', ["EMAIL:a@example.com", "EMAIL:b@example.com"]),
        ('"a@example.com\nb@example.com"', ["EMAIL:a@example.com", "EMAIL:b@example.com"]),
        ("ada at example.com", ["EMAIL:ada at example.com"]),
        ("/o=Acme/ou=First/cn=ada", []),
    ],
)
def test_addresses_of_a_cell(cell: str, lines: list[str]) -> None:
    """Several addresses are several; a name of Exchange's own is none."""
    assert _ada("Email", cell) == lines


def test_a_doubtful_address_is_kept_and_noted() -> None:
    """What was typed stays, and the note names its column."""
    assert _ada_notes("Email", "ada at example.com") == [("email", "doubtful", "Email")]
    assert _ada_notes("Email", "/o=Acme/cn=ada") == [("email", "dropped", "Email")]


def test_a_second_column_of_a_text() -> None:
    """Notes follow each other; of another text the first is kept, and the other one noted."""
    assert _ada("Notes,Notes", "one,two") == ["NOTE:one\\ntwo"]
    assert _ada("Company,Company", "Acme,Other") == ["ORG:Acme"]
    assert _ada_notes("Company,Company", "Acme,Other") == [("organization", "dropped", "Company")]
    assert _ada_notes("Company,Company", "Acme,Acme") == []


def test_columns_of_one_address() -> None:
    """Street, city and the rest are one address, its lines too."""
    header = "Street,Address Line 2,City,Zip,Country"
    assert _ada(header, "1 High St,Floor 2,London,W1,UK") == [
        "ADR:;;1 High St\\nFloor 2;London;;W1;UK"
    ]
    assert _ada(header, ",,London,,") == ["ADR:;;;London;;;"]
    assert _ada(header, ",,,,") == []


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("1990-05-14", "BDAY:1990-05-14"),
        ("14.5.1990", "BDAY:1990-05-14"),
        ("14/5/1990", "BDAY:1990-05-14"),
        ("--05-14", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-14"),
        ("sometime", "BDAY;VALUE=text:sometime"),
        ("0/0/00", ""),
        ("n/a", ""),
    ],
)
def test_a_birthday(cell: str, line: str) -> None:
    """A date is one, another text is kept as a text, and Outlook's zeros are nothing."""
    assert _ada("Birthday", cell) == ([line] if line else [])


def test_one_date_of_a_file_shows_the_order_of_all() -> None:
    """A day over 12 in a later row decides; without one the date is doubtful."""
    header = f"{NAMES},Birthday"
    decided = table(header, "Ada,Nowak,5/6/1990", "Ben,Nowak,14/6/1990")
    assert outcomes(decided)[0] == [ADA, "BDAY:1990-06-05"]
    assert _ada("Birthday", "5/6/1990") == ["BDAY:1990-05-06"]
    assert _ada_notes("Birthday", "5/6/1990") == [("birthday", "doubtful", "Birthday")]


THUNDERBIRD = "First Name,Last Name,Primary Email,Birth Year,Birth Month,Birth Day"


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ("1990,5,14", "BDAY:1990-05-14"),
        (",5,14", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-14"),
        (f"{'9' * 5000},5,14", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-14"),
        ("19900,5,14", "BDAY;VALUE=text:19900 5 14"),
        ("1990,13,14", "BDAY;VALUE=text:1990 13 14"),
        ("x,y,z", ""),
    ],
)
def test_a_birthday_in_three_columns(cells: str, line: str) -> None:
    """Thunderbird's year, month and day; no number is too long for the row."""
    found = one_card(THUNDERBIRD, f"Ada,Nowak,ada@example.com,{cells}")
    assert found == [ADA, "EMAIL:ada@example.com", *([line] if line else [])]


@pytest.mark.parametrize(
    ("header", "row", "lines"),
    [
        ("Name,Phone", "Grace Holloway,1", ["N:Holloway;Grace;;;", "TEL:1"]),
        ("Name,Phone", '"Holloway, Grace",1', ["N:Holloway;Grace;;;", "TEL:1"]),
        ("Name,Phone", "Cher-Ami,1", ["N:;Cher-Ami;;;", "TEL:1"]),
        ("Name,First Name,Phone", "Ada B. Nowak,Ada,1", ["N:;Ada;;;", "TEL:1"]),
        ("First Name,Last Name,Title", "Ada,Nowak,Boss", [ADA, "TITLE:Boss"]),
        ("Vorname,Nachname,Titel", "Ada,Nowak,Dr.", ["N:Nowak;Ada;;Dr.;"]),
    ],
)
def test_a_name_in_one_column(header: str, row: str, lines: list[str]) -> None:
    """A whole name is taken apart where no column has its parts."""
    assert one_card(header, row) == lines


GOOGLE = (
    "First Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,"
    "Address 1 - Label,Address 1 - Street,Address 1 - City,Event 1 - Label,Event 1 - Value,"
    "Custom Field 1 - Label,Custom Field 1 - Value"
)


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        (
            ",* Work,ada@example.com,Home,+44 1234567,,,,,,,",
            ["EMAIL;TYPE=WORK,INTERNET,PREF:ada@example.com", "TEL;TYPE=HOME:+44 1234567"],
        ),
        (",*,ada@example.com,,,,,,,,,", ["EMAIL;TYPE=PREF:ada@example.com"]),
        (
            ",Work,a@example.com ::: b@example.com,,,,,,,,,",
            ["EMAIL;TYPE=WORK,INTERNET:a@example.com", "EMAIL;TYPE=WORK,INTERNET:b@example.com"],
        ),
        (
            ",,,* Mobile,+44 1234567 ::: +44 7654321,,,,,,,",
            ["TEL;TYPE=CELL,PREF:+44 1234567", "TEL;TYPE=CELL:+44 7654321"],
        ),
        (",,,Boat,+44 1234567,,,,,,,", ["TEL;TYPE=X-Boat:+44 1234567"]),
        (
            ",,,,,Home,1 A St ::: 2 B St,London ::: Paris,,,,",
            ["ADR;TYPE=HOME:;;1 A St;London;;;", "ADR;TYPE=HOME:;;2 B St;Paris;;;"],
        ),
        (
            ",,,,,Home,1 A St ::: ,London ::: Paris,,,,",
            ["ADR;TYPE=HOME:;;1 A St;London;;;", "ADR;TYPE=HOME:;;;Paris;;;"],
        ),
        ("* myContacts ::: * starred ::: Own,,,,,,,,,,,", ["CATEGORIES:Own"]),
        ("* myContacts,,,,,,,,,,,", []),
        (
            ",,,,,,,,Anniversary,2015-06-01,Badge,4711",
            [
                "item1.X-ABDATE:2015-06-01",
                "item1.X-ABLabel:_$!<Anniversary>!$_",
                "item2.X-CUSTOM;VALUE=text:4711",
                "item2.X-ABLabel:Badge",
            ],
        ),
    ],
)
def test_entries_of_google(cells: str, lines: list[str]) -> None:
    """Labels stand beside values, a star marks the preferred, and values are joined alike."""
    assert one_card(GOOGLE, f"Ada,Nowak,{cells}") == [ADA, *lines]


def test_a_row_that_was_deleted_is_left_out() -> None:
    """Salesforce exports contacts that are no more."""
    octets = table(
        "Id,IsDeleted,AccountId,LastName,FirstName", "1,1,,Nowak,Ada", "2,0,,Nowak,Ben",
        "3,true,,Nowak,Cy", "4,false,,Nowak,Dee",
    )  # fmt: skip
    assert outcomes(octets) == [
        "skip: deleted", ["N:Nowak;Ben;;;"], "skip: deleted", ["N:Nowak;Dee;;;"]
    ]  # fmt: skip


def test_a_row_without_a_person_is_blank() -> None:
    """Blank cells, groups and the date of a connection make no person; a number does."""
    octets = table(
        "First Name,Last Name,Phone,Tags", ",,,", " , ,\t,", ",,,friends", ",,n/a,", ",,1,"
    )
    assert outcomes(octets) == ["skip: blank"] * 4 + ["error: no-name"]


def test_a_short_row_is_noted() -> None:
    """A row with fewer cells than columns is a card, and doubtful."""
    assert notes_of(f"{NAMES},Phone", "Ada,Nowak") == [("row", "doubtful", "")]


@pytest.mark.parametrize(
    ("cell", "lines"),
    [("f", ["X-GENDER:F"]), ("Männlich", ["X-GENDER:M"]), ("Unspecified", []), ("0", [])],
)
def test_a_gender(cell: str, lines: list[str]) -> None:
    """The words of exports for a gender, and for none."""
    assert _ada("Gender", cell) == lines


def test_names_in_columns_of_whole_names() -> None:
    """A column that names the last name first is read so; a particle belongs to the last name."""
    assert one_card("Nachname Vorname", "Müller Jörg") == ["N:Müller;Jörg;;;"]
    assert one_card("ФИО", "Петров Иван Сергеевич") == ["N:Петров;Иван;Сергеевич;;"]
    assert one_card("氏名", "山田 太郎") == ["N:山田;太郎;;;"]
    assert one_card("Voornaam,Tussenvoegsel,Achternaam", "Jan,van der,Berg") == [
        "N:van der Berg;Jan;;;"
    ]
    assert one_card("Anrede;Titel;Vorname;Nachname", "Frau;Prof. Dr.;Eva;Maier") == [
        "N:Maier;Eva;;Frau Prof. Dr.;"
    ]
    assert one_card("Name", '"Smith, John, MD"') == ["N:Smith;John;;;MD"]
    assert notes_of("Apellidos y Nombre", "García López María") == [
        ("name-last-first", "doubtful", "Apellidos y Nombre")
    ]


def test_the_full_name_is_in_the_order_of_its_language() -> None:
    """Names in Chinese characters stay as they are written; a comma at the end is none of them."""
    for header, cell, name in (
        ("氏名", "山田 太郎", "山田 太郎"), ("Nachname Vorname", "Müller Jörg", "Jörg Müller"),
        ("Name", '"Ada,"', "Ada"),
    ):  # fmt: skip
        [found] = results_of(table(header, cell))
        assert found.name == name


@pytest.mark.parametrize("mark", ["a{}b", "12345;a{}b", "{}x", "x{}", "a{}/{}b"])
@pytest.mark.parametrize("column", ["Spouse", "Skype", "Phone", "Email", "LinkedIn", "Name"])
def test_blanks_without_end_cost_no_time(column: str, mark: str) -> None:
    """A cell of the longest length is read in linear time."""
    cell = mark.format(*[" " * (120_000 // mark.count("{}"))] * 2)
    within_cpu_budget(0.5, lambda: one_card(f"{NAMES},{column}", f"Ada,Nowak,{cell}"))


def test_numbers_of_a_spreadsheet_are_whole_in_every_column() -> None:
    """An exponent is no part of a number, whatever the number is for."""
    assert _ada("WhatsApp", "4.47700900126E+11") == [
        "IMPP;X-SERVICE-TYPE=whatsapp:x-apple:447700900126"
    ]
    assert _ada("Assistant Phone", "447700900126.0") == [
        "item1.X-CUSTOM;VALUE=text:447700900126", "item1.X-ABLabel:Assistant's phone"
    ]  # fmt: skip
    assert _ada_notes("WhatsApp", "4.477E+11") == [("im.whatsapp", "spreadsheet", "WhatsApp")]


def test_an_address_may_stand_in_a_uri() -> None:
    """What a mailto: has beside the address is no part of it."""
    assert _ada("Email", "MAILTO:ada@example.com?subject=x") == ["EMAIL:ada@example.com"]


@pytest.mark.parametrize("cell", ["javascript:alert(1)", "data:text/html;base64,AAAA", "file:///a"])
def test_a_website_is_of_the_web(cell: str) -> None:
    """No card has a link that runs a program; the text is kept and noted."""
    cell = f'"{cell}"'
    assert not any("URL" in line for line in _ada("Website", cell))
    assert ("website", "doubtful", "Website") in _ada_notes("Website", cell)
    assert _ada("Photo", cell) == []
    assert _ada_notes("Photo", cell) == [("photo", "dropped", "Photo")]
