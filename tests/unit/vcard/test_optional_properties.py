"""Cards of contacts with further properties, preferred entries and labels of one's own."""

from typing import Any, Final

import pytest
from msgspec import structs

from vcardsvc.model.card import Property
from vcardsvc.model.contact import Address, Contact, Email, Phone, Website
from vcardsvc.model.request import Target, Version
from vcardsvc.vcard import adapted, profile, write
from vcardsvc.vcard.properties import uid

JANE: Final = Contact(first="Jane", last="Doe", organization="ACME")
MARKED: Final = structs.replace(
    JANE,
    phones=(
        Phone(number="1", label="mobile", preferred=True),
        Phone(number="2", label="other", own_label="Desk, 2nd"),
        Phone(number="3", label="main"),
    ),
    emails=(Email(address="j@e.example", preferred=True, own_label="Team"),),
    addresses=(Address(text="Street", box="PO 1", extended="Flat", country="us", own_label="X"),),
    websites=(Website(url="https://e.example", label="Blog"),),
)


def lines(contact: Contact, target: Target, version: Version | None = None) -> list[str]:
    """Return the unfolded lines of the target's card."""
    own = profile(target, version or "")
    text = write(adapted(contact, own)[0], own).octets.decode()
    return text.replace("\r\n ", "").split("\r\n")[2:-2]


def entries(contact: Contact, target: Target, version: Version | None = None) -> list[str]:
    """Return the lines of numbers, addresses and websites."""
    found = [one for one in lines(contact, target, version) if not one.startswith(OTHERS)]
    return [one for one in found if one[0] != "N"]


OTHERS: Final = ("UID", "FN", "ORG", "PRODID", "KIND", "N:")

MARKS: Final[list[tuple[Target, Version | None, list[str]]]] = [
    ("universal", None, [
        "TEL;TYPE=CELL,VOICE,PREF:1",
        'TEL;TYPE="X-Desk, 2nd":2',
        "TEL;TYPE=MAIN:3",
        "EMAIL;TYPE=X-Team,PREF:j@e.example",
        "ADR;TYPE=X-X:PO 1;Flat;Street;;;;",
        "item1.URL:https://e.example",
        "item1.X-ABLabel:Blog",
    ]),
    ("apple", None, [
        "TEL;TYPE=CELL,VOICE,PREF:1",
        "item1.TEL;TYPE=OTHER,VOICE:2",
        "item1.X-ABLabel:Desk\\, 2nd",
        "TEL;TYPE=MAIN:3",
        "item2.EMAIL;TYPE=PREF:j@e.example",
        "item2.X-ABLabel:Team",
        "item3.ADR:PO 1;Flat;Street;;;;",
        "item3.X-ABLabel:X",
        "item3.X-ABADR:us",
        "item4.URL:https://e.example",
        "item4.X-ABLabel:Blog",
    ]),
    ("android", None, [
        "TEL;TYPE=CELL,PREF:1",
        'TEL;TYPE="X-Desk, 2nd":2',
        "TEL;TYPE=X-Main:3",
        "EMAIL;TYPE=X-Team,PREF:j@e.example",
        "ADR;TYPE=X-X:PO 1;Flat;Street;;;;",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/website;https://e.example;0;Blog",
    ]),
    ("outlook", None, [
        "TEL;TYPE=CELL:1",
        "TEL;TYPE=VOICE:2",
        "TEL;TYPE=PREF:3",
        "EMAIL;TYPE=WORK,INTERNET,PREF:j@e.example",
        "ADR;TYPE=WORK:PO 1;Flat;Street;;;;",
        "URL;TYPE=WORK:https://e.example",
    ]),
    ("universal", "4.0", [
        "TEL;TYPE=CELL,VOICE;PREF=1:1",
        "item1.TEL;TYPE=VOICE:2",
        "item1.X-ABLabel:Desk\\, 2nd",
        "TEL;TYPE=MAIN-NUMBER:3",
        "item2.EMAIL;PREF=1:j@e.example",
        "item2.X-ABLabel:Team",
        "item3.ADR;CC=US:PO 1;Flat;Street;;;;",
        "item3.X-ABLabel:X",
        "item4.URL:https://e.example",
        "item4.X-ABLabel:Blog",
    ]),
    ("universal", "2.1", [
        "TEL;CELL;VOICE;PREF:1",
        "TEL;OTHER;VOICE:2",
        "TEL;MAIN:3",
        "EMAIL;X-Team;PREF:j@e.example",
        "ADR;X-X:PO 1;Flat;Street;;;;",
        "item1.URL:https://e.example",
        "item1.X-ABLabel:Blog",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("target", "version", "expected"), MARKS)
def test_preferred_entries_and_labels_of_ones_own(
    target: Target, version: Version | None, expected: list[str]
) -> None:
    """Each target gets them as its reader knows them; one main number is no longer the preferred
    one."""
    assert entries(MARKED, target, version) == expected


def test_a_label_adds_no_line() -> None:
    """A control character in a label raises ValueError, whatever wrote it there."""
    phone = Phone(number="1", label="other", own_label="a\rTEL:2")
    for target in ("universal", "apple"):
        with pytest.raises(ValueError, match="control character"):
            write(structs.replace(JANE, phones=(phone,)), profile(target))


COMPANIES: Final[list[tuple[Target, Version | None, list[str]]]] = [
    ("universal", None, ["N:Doe;Jane;;;", "FN:ACME", "ORG:ACME", "X-ABShowAs:COMPANY"]),
    ("apple", None, ["N:Doe;Jane;;;", "FN:ACME", "ORG:ACME", "X-ABShowAs:COMPANY"]),
    ("android", None, ["N:Doe;Jane;;;", "FN:ACME", "ORG:ACME"]),
    ("universal", "4.0", ["KIND:org", "N:Doe;Jane;;;", "FN:ACME", "ORG:ACME"]),
]


@pytest.mark.parametrize(("target", "version", "expected"), COMPANIES)
def test_a_company_with_a_person(
    target: Target, version: Version | None, expected: list[str]
) -> None:
    """The organization is the name of the card; Apple's readers are told so."""
    company = structs.replace(JANE, company=True)
    found = [one for one in lines(company, target, version) if not one.startswith(("UID", "PROD"))]
    assert found == expected


UIDS: Final[list[dict[str, Any]]] = [
    {"company": True},
    {"phones": (Phone(number="1", preferred=True),)},
    {"phones": (Phone(number="1", own_label="a"),)},
    {"emails": (Email(address="a@e.example", preferred=True),)},
    {"emails": (Email(address="a@e.example", own_label="a"),)},
    {"addresses": (Address(text="a", own_label="a"),)},
    {"addresses": (Address(text="a", box="a"),)},
    {"addresses": (Address(text="a", extended="a"),)},
    {"extra": (Property(name="ROLE", value="a"),)},
    {"extra": (Property(name="NICKNAME", value=("a",)),)},
    {"extra": (Property(name="ROLE", value="a", label="a"),)},
    {"extra": (Property(name="ROLE", value="a", types=("a",)),)},
    {"extra": (Property(name="ROLE", value="a", params=(("A", ("a",)),)),)},
]


def test_every_optional_member_counts_for_the_uid() -> None:
    """No two of these contacts have one identity, and that of a plain contact stays."""
    found = {uid(structs.replace(JANE, **changes)) for changes in UIDS}
    found |= {uid(structs.replace(JANE, phones=(Phone(number="1"),))), uid(JANE)}
    assert len(found) == len(UIDS) + 2
    assert uid(JANE) == "urn:uuid:fd7e11a0-42f0-5ab2-afe3-791c4412a133"


def extra(name: str, value: Any = "x", **more: Any) -> Property:
    """Return a property of this name."""
    return Property(name=name, value=value, **more)


def chat(service: str, uri: str) -> Property:
    """Return an address at this messenger."""
    return extra("IMPP", uri, kind="uri", params=(("SERVICE-TYPE", (service,)),))


BORN: Final = extra("BDAY", "19900514", kind="date-and-or-time")
YEAR: Final = extra("BDAY", "1990", kind="date-and-or-time")
WED: Final = extra("ANNIVERSARY", "20010203", kind="date-and-or-time")
RELATED: Final = extra("RELATED", "Ann; B", types=("spouse",))
ROW: Final = "X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;"

READ: Final[list[tuple[Target, Version | None, Property, list[str], str]]] = [
    ("universal", None, BORN, ["BDAY:1990-05-14"], ""),
    ("universal", "4.0", BORN, ["BDAY:19900514"], ""),
    ("universal", None, extra("PRONOUNS"), ["PRONOUNS:x"], ""),
    ("mms", None, extra("TZ", "UTC"), ["TZ;VALUE=text:UTC"], ""),
    ("apple", None, YEAR, ["BDAY:1990"], "unread"),
    ("apple", None, extra("ROLE"), ["ROLE:x"], "unread"),
    ("apple", None, WED, ["item1.X-ABDATE:2001-02-03",
                          "item1.X-ABLabel:_$!<Anniversary>!$_"], ""),
    ("apple", "4.0", WED, ["ANNIVERSARY:20010203"], "unread"),
    ("apple", None, extra("NICKNAME", ("a, b",)), ["NICKNAME:a\\, b"], ""),
    ("android", None, WED, ["ANNIVERSARY:2001-02-03"], ""),
    ("android", None, RELATED, [f"{ROW}Ann\\\\\\; B;14"], ""),
    ("android", None, chat("Jabber", "xmpp:j%20k"), ["X-JABBER:j k"], ""),
    ("android", None, chat("Discord", "x-apple:j"), ["IMPP;X-SERVICE-TYPE=Discord:x-apple:j"],
     "unread"),
    ("outlook", None, RELATED, ["X-MS-SPOUSE:Ann\\; B"], ""),
    ("outlook", None, extra("GEO", "geo:1,2", kind="uri"), ["GEO:1;2"], "unread"),
    ("whatsapp", None, extra("NICKNAME", ("a",)), ["NICKNAME:a"], "unread"),
    ("telegram", None, BORN, ["BDAY:1990-05-14"], ""),
    ("telegram", None, extra("NICKNAME", ("a",)), [], "dropped"),
    ("signal", None, BORN, ["BDAY:1990-05-14"], "unread"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "version", "prop", "expected", "code"), READ)
def test_what_each_reader_gets_of_further_properties(
    target: Target, version: Version | None, prop: Property, expected: list[str], code: str
) -> None:
    """Each is written as the reader knows it; one that it does not show is named."""
    contact = Contact(first="Jane", extra=(prop,))
    found = lines(contact, target, version)
    assert found[: len(expected)] == expected
    assert found[len(expected)].startswith(("N:", "KIND:"))
    losses = adapted(contact, profile(target, version or ""))[1]
    assert [(one.part, one.index, one.code) for one in losses] == (
        [("extra", 0, code)] if code else []
    )


def test_a_loss_names_its_property() -> None:
    """The index is that in the whole contact, though others were left out or written in two."""
    label = extra("RELATED", "x", label="Coach, the")
    contact = Contact(first="Jane", extra=(extra("NICKNAME", ("a",)), WED, label, BORN))
    losses = adapted(contact, profile("telegram"))[1]
    assert [one.index for one in losses] == [0, 1, 2]
    long = structs.replace(contact, note="x" * 3000, extra=(extra("ROLE", "y" * 3000), BORN))
    shrunk, losses = adapted(long, profile("telegram"))
    assert shrunk.extra == (BORN,)
    assert ("extra", 0, "dropped") in [(one.part, one.index, one.code) for one in losses]


def test_further_properties_stand_in_front() -> None:
    """Telegram takes a line that begins with N behind the name for the name, and Android 5 glues a
    folded line onto N, ADR and ORG."""
    properties = (extra("NICKNAME", ("J" * 80,)), extra("RELATED", "Bob", types=("spouse",)))
    contact = structs.replace(MARKED, extra=properties)
    assert lines(contact, "apple")[:3] == [
        f"NICKNAME:{'J' * 80}",
        "item5.X-ABRELATEDNAMES:Bob",
        "item5.X-ABLabel:_$!<Spouse>!$_",
    ]
    assert lines(contact, "telegram")[0] == "N:Doe;Jane;;;"
