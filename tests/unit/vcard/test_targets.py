"""What each reader's card says: whole cards by equality, and what all profiles have in common."""

import re
from itertools import product
from typing import Final

import pytest
from msgspec import structs

from tests.support.target_cards import FULL, VERSIONS, lines_of
from vcardsvc.model.contact import Contact, Phone, PhoneLabel
from vcardsvc.model.request import Target, Version
from vcardsvc.vcard import PROFILES, profile, write

COMPANY: Final = Contact(organization="Brandt; Sons", phones=(Phone(number="1", label="main"),))

NOTE: Final = r"NOTE:One\, two\;\nthree\\n"
N: Final = r"N:Ó Néill;Zoë;;;M.D.\; Ph.D."
FN: Final = r"FN:Zoë Ó Néill M.D.\; Ph.D."
ORG: Final = r"ORG:Brandt\, Sons\; Co\\"
SHORT: Final = (NOTE, "TITLE:Head of Sales", N, FN, ORG)
TEXTS: Final = (*SHORT[:3], r"UID:crm\;7", FN, ORG)
PRODID: Final = "PRODID:-//vcardsvc//vcardsvc//EN"
STREET: Final = r"Weg 1\; Hof\nKöln\, Deutschland"
EMAILS: Final = (
    "EMAIL;TYPE=WORK,INTERNET:z@work.example",
    "EMAIL;TYPE=HOME,INTERNET:z@home.example",
    "EMAIL;TYPE=WORK,INTERNET:zoe@work.example",
    "EMAIL;TYPE=HOME,INTERNET:zoe@home.example",
)
PLACES: Final = tuple(one.replace(",INTERNET", "") for one in EMAILS)
ADDRESSES: Final = (
    f"ADR;TYPE=WORK:;;{STREET};;;;",
    "ADR;TYPE=HOME:;;1 High Street;;;;",
    "ADR;TYPE=HOME:;;2 High Street;;;;",
)
WEBSITES: Final = (
    "URL:https://zoe.example",
    "item1.URL:https://shop.example",
    "item1.X-ABLabel:Shop",
    "item2.URL:https://blog.example",
    "item2.X-ABLabel:Blog",
    "item3.URL:https://odd.example",
    r"item3.X-ABLabel:a\;b\,c\\",
)
PLAIN_WEBSITES: Final = (
    "URL:https://zoe.example",
    "URL:https://shop.example",
    "URL:https://blog.example",
    "URL:https://odd.example",
)

UNIVERSAL_PHONES: Final = (
    "TEL;TYPE=WORK,VOICE:+442079460958p12",
    "TEL;TYPE=HOME,VOICE:020 7946 0958 ext. 7",
    "TEL;TYPE=CELL,VOICE:+16502530000",
    "TEL;TYPE=FAX,WORK:+16502530001",
    "TEL;TYPE=PAGER:1-800-FLOWERS",
    "TEL;TYPE=MAIN:1-800-FLOWERS",
    "TEL;TYPE=MAIN:(+44) 20 7946 0000",
    r"TEL;TYPE=OTHER,VOICE:555\,9",
)
UNIVERSAL: Final = (*TEXTS, *UNIVERSAL_PHONES, *EMAILS, *ADDRESSES, *WEBSITES, PRODID)

CARDS: Final[dict[Target, tuple[str, ...]]] = {
    "universal": UNIVERSAL,
    "apple": (
        *TEXTS,
        *(one.replace("FAX,WORK", "WORK,FAX") for one in UNIVERSAL_PHONES),
        *EMAILS,
        f"item1.ADR;TYPE=WORK:;;{STREET};;;;",
        "item1.X-ABADR:de",
        "ADR;TYPE=HOME:;;1 High Street;;;;",
        "ADR;TYPE=HOME:;;2 High Street;;;;",
        "item2.URL:https://zoe.example",
        "item2.X-ABLabel:_$!<HomePage>!$_",
        "item3.URL:https://shop.example",
        "item3.X-ABLabel:Shop",
        "item4.URL:https://blog.example",
        "item4.X-ABLabel:Blog",
        "item5.URL:https://odd.example",
        r"item5.X-ABLabel:a\;b\,c\\",
        PRODID,
    ),
    "android": (
        *TEXTS,
        "TEL;TYPE=WORK,VOICE:+442079460958p12",
        "TEL;TYPE=HOME,VOICE:020 7946 0958p7",
        "TEL;TYPE=CELL:+16502530000",
        "TEL;TYPE=FAX,WORK:+16502530001",
        "TEL;TYPE=PAGER:1-800-FLOWERS",
        "TEL;TYPE=PREF:1-800-3569377",
        "TEL;TYPE=X-Main:+44 20 7946 0000",
        "TEL;TYPE=VOICE:555p9",
        *PLACES,
        *ADDRESSES,
        "URL:https://zoe.example",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/website;https://shop.example;0;Shop",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/website;https://blog.example;0;Blog",
        r"X-ANDROID-CUSTOM:vnd.android.cursor.item/website;https://odd.example;0;a\\\;b\,c\\\\",
        PRODID,
    ),
    "outlook": (
        NOTE,
        "TITLE:Head of Sales",
        N.replace("N:", "N;CHARSET=UTF-8:"),
        r"UID:crm\;7",
        FN.replace("FN:", "FN;CHARSET=UTF-8:"),
        ORG,
        "TEL;TYPE=WORK,VOICE:+442079460958p12",
        "TEL;TYPE=HOME,VOICE:020 7946 0958 ext. 7",
        "TEL;TYPE=CELL:+16502530000",
        "TEL;TYPE=WORK,FAX:+16502530001",
        "TEL;TYPE=PAGER:1-800-FLOWERS",
        "TEL;TYPE=PREF:1-800-FLOWERS",
        r"TEL;TYPE=VOICE:555\,9",
        *EMAILS[:3],
        f"ADR;TYPE=WORK;CHARSET=UTF-8:;;{STREET};;;;",
        "ADR;TYPE=HOME:;;1 High Street;;;;",
        "URL;TYPE=WORK:https://zoe.example",
        "URL;TYPE=HOME:https://shop.example",
        PRODID,
    ),
    "whatsapp": (
        *TEXTS,
        "TEL;type=WORK;type=VOICE:+442079460958p12",
        "TEL;type=HOME;type=VOICE:020 7946 0958 ext. 7",
        "TEL;type=CELL;type=VOICE;waid=16502530000:+16502530000",
        "TEL;type=FAX;type=WORK:+16502530001",
        "TEL;type=PAGER:1-800-FLOWERS",
        "TEL;type=X-Main:1-800-FLOWERS",
        "TEL;type=X-Main:(+44) 20 7946 0000",
        r"TEL;type=X-Other:555\,9",
        *(one.replace("TYPE=", "type=").replace(",INTERNET", ";type=INTERNET") for one in EMAILS),
        *(one.replace("TYPE=", "type=") for one in ADDRESSES),
        "URL;type=HOMEPAGE:https://zoe.example",
        "URL;type=OTHER:https://shop.example",
        "URL;type=BLOG:https://blog.example",
        "URL;type=OTHER:https://odd.example",
        PRODID,
    ),
    "telegram": (
        "NOTE:One, two;, three\\n",
        "TITLE:Head of Sales",
        N.replace("N:", "N;CHARSET=UTF-8:"),
        "FN;CHARSET=UTF-8:Zoë Ó Néill M.D.; Ph.D.",
        r"ORG:Brandt, Sons\; Co\\",
        "TEL;WORK:+442079460958p12",
        "TEL;HOME:020 7946 0958 ext. 7",
        "TEL;CELL:+16502530000",
        "TEL;FAX:+16502530001",
        "TEL;PAGER:1-800-FLOWERS",
        "TEL;MAIN:1-800-FLOWERS",
        "TEL;MAIN:(+44) 20 7946 0000",
        "TEL;OTHER:555,9",
        *(one.replace("TYPE=", "") for one in PLACES),
        r"ADR;WORK;CHARSET=UTF-8:;;Weg 1\; Hof, Köln, Deutschland;;;;",
        "ADR;HOME:;;1 High Street;;;;",
        "ADR;HOME:;;2 High Street;;;;",
        *PLAIN_WEBSITES,
    ),
    "signal": UNIVERSAL,
    "mms": UNIVERSAL,
    "qr": (
        *SHORT,
        "TEL;TYPE=WORK:+442079460958p12",
        "TEL;TYPE=HOME:020 7946 0958 ext. 7",
        "TEL;TYPE=CELL:+16502530000",
        "TEL;TYPE=FAX,WORK:+16502530001",
        "TEL;TYPE=PAGER:1-800-FLOWERS",
        "TEL;TYPE=MAIN:1-800-FLOWERS",
        "TEL;TYPE=MAIN:(+44) 20 7946 0000",
        r"TEL;TYPE=OTHER:555\,9",
        *PLACES,
        *ADDRESSES,
        *PLAIN_WEBSITES,
    ),
}
"""Every line between VERSION and END, unfolded, of the card of FULL."""


def test_every_target_has_a_card_in_this_table() -> None:
    """No reader is left out of the table above, and it stands in the order of the profiles."""
    assert list(CARDS) == list(PROFILES)


@pytest.mark.parametrize("target", CARDS)
def test_each_readers_card_line_by_line(target: Target) -> None:
    """A contact with everything makes this card for this reader."""
    version = "2.1" if target == "telegram" else "3.0"
    assert lines_of(FULL, target) == [f"VERSION:{version}", *CARDS[target]]


COMPANY_CARDS: Final[dict[Target, list[str]]] = {
    "apple": ["N:;;;;", r"FN:Brandt\; Sons", r"ORG:Brandt\; Sons", "X-ABShowAs:COMPANY"],
    "android": ["N:;;;;", r"FN:Brandt\; Sons", r"ORG:Brandt\; Sons"],
    "telegram": ["N:;;;;", "FN:Brandt; Sons", r"ORG:Brandt\; Sons"],
}


@pytest.mark.parametrize("target", COMPANY_CARDS)
def test_a_company_without_a_person_is_shown_by_its_name(target: Target) -> None:
    """FN is the company's name, and Apple is reported not to take it for somebody's."""
    found = [
        one for one in lines_of(COMPANY, target) if one.startswith(("N:", "FN:", "ORG:", "X-AB"))
    ]
    assert found == COMPANY_CARDS[target]


@pytest.mark.parametrize("name", ["ACME", ""])
def test_a_person_who_is_called_like_the_company_is_the_company(name: str) -> None:
    """Apple shows the company where the name is no other, in any case; else the person."""
    company = Contact(first=name, organization="Acme")
    person = Contact(first="Ann", organization="Acme")
    assert "X-ABShowAs:COMPANY" in lines_of(company, "apple")
    assert "X-ABShowAs:COMPANY" not in lines_of(person, "apple")


WAIDS: Final[list[tuple[PhoneLabel, str | None, str]]] = [
    ("mobile", "+16502530000", "TEL;type=CELL;type=VOICE;waid=16502530000:+16502530000"),
    ("work", "+442079460958", "TEL;type=WORK;type=VOICE;waid=442079460958:+442079460958"),
    ("main", "+442079460958", "TEL;type=X-Main;waid=442079460958:+442079460958"),
    ("other", "+442079460958", "TEL;type=X-Other;waid=442079460958:+442079460958"),
    ("mobile", "+16502530000p12", "TEL;type=CELL;type=VOICE:+16502530000p12"),
    ("mobile", None, "TEL;type=CELL;type=VOICE:16502530000"),
    ("fax", "+16502530000", "TEL;type=FAX;type=WORK:+16502530000"),
    ("pager", "+16502530000", "TEL;type=PAGER:+16502530000"),
]


@pytest.mark.parametrize(("label", "e164", "line"), WAIDS)
def test_whatsapp_hears_of_accounts_that_can_be(
    label: PhoneLabel, e164: str | None, line: str
) -> None:
    """A valid number names its account; an extension, a fax, a pager and a guess have none."""
    phone = Phone(number="16502530000", label=label, e164=e164)
    assert lines_of(Contact(first="A", phones=(phone,)), "whatsapp")[4:-1] == [line]


EVERY: Final = tuple(product(PROFILES, VERSIONS))


@pytest.mark.parametrize(("target", "version"), EVERY)
def test_one_person_has_one_uid(target: Target, version: Version) -> None:
    """Every card that writes a UID writes the same; those for little room write none."""
    contact = structs.replace(FULL, uid="")
    found = [one for one in lines_of(contact, target, version) if one.startswith("UID")]
    expected = [one for one in lines_of(contact, "universal") if one.startswith("UID")]
    assert found == ([] if target in ("telegram", "qr") else expected)


@pytest.mark.parametrize(("target", "version"), EVERY)
def test_types_are_plain_words(target: Target, version: Version) -> None:
    """No TYPE needs quotes: Android and iOS show the raw text of a quoted list as a label."""
    chosen = profile(target, version)
    types = (chosen.phone_types, chosen.phone_again, chosen.email_types, chosen.address_types)
    words = [word for table in types for values in table.values() for word in values]
    words += chosen.website_types
    assert len(words) >= 11
    assert [word for word in words if not re.fullmatch("[A-Za-z0-9-]+", word)] == []


@pytest.mark.parametrize(("target", "version"), EVERY)
def test_files_are_named_as_messaging_takes_them(target: Target, version: Version) -> None:
    """A file's name is ASCII, without blanks, at most 20 characters, and ends in .vcf."""
    card = write(FULL, profile(target, version))
    assert re.fullmatch(r"[A-Za-z0-9_.-]{1,16}\.vcf", card.filename)
    assert card.content_type == "text/vcard; charset=utf-8"


@pytest.mark.parametrize(("target", "version"), EVERY)
def test_a_card_is_cut_at_no_line_but_where_it_is_folded(target: Target, version: Version) -> None:
    """Lines have 75 octets at most where they are folded; Android's, Telegram's and a QR code's
    are never folded, since these readers lose what follows, or have no room for it."""
    chosen = profile(target, version)
    contact = structs.replace(FULL, note="Ärger " * 40, title="x" * 200)
    rows = write(contact, chosen).octets.removesuffix(b"\r\n").split(b"\r\n")
    continued = [row for row in rows if row.startswith(b" ")]
    if target in ("android", "telegram", "qr") or version == "2.1":
        assert continued == []
    else:
        assert max(map(len, rows)) <= 75
        assert len(continued) >= 4
