"""Fictional cards as programs write them, and what the reader makes of each."""

from typing import Any, Final, NamedTuple

from tests.support.foreign_cards import JPEG, PNG
from vcardsvc.model.card import Binary, Card, Property, Value

JPEG_BINARY: Final = Binary(data=JPEG, media_type="image/jpeg")
PNG_BINARY: Final = Binary(data=PNG, media_type="image/png")


class Dialect(NamedTuple):
    """A file of a program, and its cards in the terms of the model."""

    name: str
    octets: bytes
    cards: tuple[Card, ...]


def file(text: str, charset: str = "utf-8") -> bytes:
    """A text as octets, with CR LF as line end."""
    return text.lstrip("\n").replace("\n", "\r\n").encode(charset)


def one(name: str, value: Value, line: int, **others: Any) -> Property:
    """A property that was read on this line."""
    return Property(name=name, value=value, line=line, **others)


IOS: Final = Dialect(
    "iOS and macOS: groups, X-ABLabel, X-ABADR, a birthday without a year.",
    file("""
BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.4//EN
N:Nováková;Jana;Marie;Mgr.;
FN:Mgr. Jana Marie Nováková
NICKNAME:Janička
X-PHONETIC-FIRST-NAME:Yana
ORG:Pekárna U Mlýna\\, s.r.o.;Prodej
TITLE:Vedoucí
EMAIL;type=INTERNET;type=WORK;type=pref:jana@example.com
TEL;type=CELL;type=VOICE;type=pref:+420 601 123 456
TEL;type=IPHONE;type=CELL;type=VOICE:+420 601 123 457
item1.TEL:+420 222 333 444
item1.X-ABLabel:Chata
item2.ADR;type=HOME;type=pref:;;Dlouhá 12\\nbyt 4;Praha;;110 00;Česko
item2.X-ABADR:cz
item3.URL;type=pref:http\\://www.example.com/~jana
item3.X-ABLabel:_$!<HomePage>!$_
BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-14
item4.X-ABDATE;type=pref:2010-06-12
item4.X-ABLabel:_$!<Anniversary>!$_
item5.X-ABDATE:2001-09-01
item5.X-ABLabel:První den
item6.X-ABRELATEDNAMES:Petr Novák
item6.X-ABLabel:_$!<Spouse>!$_
item7.X-ABRELATEDNAMES;type=pref:Eva Malá
item7.X-ABLabel:_$!<Mother>!$_
X-SOCIALPROFILE;type=twitter;x-user=janicka:http://twitter.com/janicka
IMPP;X-SERVICE-TYPE=Skype;type=HOME;type=pref:skype:jana.novakova
NOTE:Ráda čte\\; nevolat po 20:00.\\nDruhý řádek.
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAEAAD//8IACwgB
 QADwAQERAP/Z
UID:4a0c3c5e-1d2f-4b6a-9d0e-000000000001
X-ABUID:4A0C3C5E-0000-4B6A-9D0E-000000000001:ABPerson
REV:2024-03-02T08:15:30Z
END:VCARD
"""),
    (
        Card(
            version="3.0",
            properties=(
                one("PRODID", "-//Apple Inc.//iPhone OS 17.4//EN", 3),
                one("N", (("Nováková",), ("Jana",), ("Marie",), ("Mgr.",), ()), 4),
                one("FN", "Mgr. Jana Marie Nováková", 5),
                one("NICKNAME", ("Janička",), 6),
                one("X-PHONETIC-FIRST-NAME", "Yana", 7),
                one("ORG", (("Pekárna U Mlýna, s.r.o.",), ("Prodej",)), 8),
                one("TITLE", "Vedoucí", 9),
                one("EMAIL", "jana@example.com", 10, types=("work",), pref=1),
                one("TEL", "+420 601 123 456", 11, types=("cell", "voice"), pref=1),
                one("TEL", "+420 601 123 457", 12, types=("iphone", "cell", "voice")),
                one("TEL", "+420 222 333 444", 13, label="Chata"),
                one(
                    "ADR",
                    ((), (), ("Dlouhá 12\nbyt 4",), ("Praha",), (), ("110 00",), ("Česko",)),
                    15,
                    types=("home",),
                    pref=1,
                    params=(("CC", ("CZ",)),),
                ),
                one(
                    "URL", "http://www.example.com/~jana", 17, kind="uri", pref=1, label="HomePage"
                ),
                one("BDAY", "--0514", 19, kind="date-and-or-time"),
                one("ANNIVERSARY", "20100612", 20, kind="date-and-or-time", pref=1),
                one("X-ABDATE", "20010901", 22, kind="date-and-or-time", label="První den"),
                one("RELATED", "Petr Novák", 24, types=("spouse",)),
                one("RELATED", "Eva Malá", 26, types=("parent",), pref=1, label="Mother"),
                one(
                    "SOCIALPROFILE",
                    "http://twitter.com/janicka",
                    28,
                    kind="uri",
                    params=(("SERVICE-TYPE", ("twitter",)), ("USERNAME", ("janicka",))),
                ),
                one(
                    "IMPP",
                    "skype:jana.novakova",
                    29,
                    kind="uri",
                    types=("home",),
                    pref=1,
                    params=(("SERVICE-TYPE", ("Skype",)),),
                ),
                one("NOTE", "Ráda čte; nevolat po 20:00.\nDruhý řádek.", 30),
                one("PHOTO", JPEG_BINARY, 31, kind="binary"),
                one("UID", "4a0c3c5e-1d2f-4b6a-9d0e-000000000001", 33),
                one("X-ABUID", "4A0C3C5E-0000-4B6A-9D0E-000000000001:ABPerson", 34, kind="unknown"),
                one("REV", "20240302T081530Z", 35, kind="timestamp"),
            ),
        ),
    ),
)

ICLOUD: Final = Dialect(
    "iCloud: a company and a group of contacts.",
    file("""
BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iCloud Web Address Book 2413B20//EN
N:;;;;
FN:Zahrada s.r.o.
ORG:Zahrada s.r.o.;
X-ABShowAs:COMPANY
item1.EMAIL;type=pref:info@example.org
item1.X-ABLabel:Objednávky
item2.EMAIL:servis@example.org
item2.URL:https://example.org
item2.X-ABLabel:Servis
END:VCARD
BEGIN:VCARD
VERSION:3.0
N:Rodina;;;;
FN:Rodina
X-ADDRESSBOOKSERVER-KIND:group
X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:4a0c3c5e-1d2f-4b6a-9d0e-000000000001
UID:4a0c3c5e-1d2f-4b6a-9d0e-0000000000aa
END:VCARD
"""),
    (
        Card(
            version="3.0",
            properties=(
                one("PRODID", "-//Apple Inc.//iCloud Web Address Book 2413B20//EN", 3),
                one("N", ((), (), (), (), ()), 4),
                one("FN", "Zahrada s.r.o.", 5),
                one("ORG", (("Zahrada s.r.o.",),), 6),
                one("KIND", "org", 7),
                one("EMAIL", "info@example.org", 8, pref=1, label="Objednávky"),
                one("EMAIL", "servis@example.org", 10, label="Servis", group="item2"),
                one("URL", "https://example.org", 11, kind="uri", label="Servis", group="item2"),
            ),
        ),
        Card(
            version="3.0",
            properties=(
                one("N", (("Rodina",), (), (), (), ()), 16),
                one("FN", "Rodina", 17),
                one("KIND", "group", 18),
                one("MEMBER", "urn:uuid:4a0c3c5e-1d2f-4b6a-9d0e-000000000001", 19, kind="uri"),
                one("UID", "4a0c3c5e-1d2f-4b6a-9d0e-0000000000aa", 20),
            ),
        ),
    ),
)

ANDROID: Final = Dialect(
    "Android: 2.1 in quoted-printable with soft breaks, rows of its database.",
    file("""
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=C3=BC=6C=6C=65=72;=4A=C3=BC=72=67=65=6E;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4A=C3=BC=72=67=65=6E=20=4D=C3=BC=6C=6C=65=72
X-PHONETIC-LAST-NAME:Mueller
TEL;CELL;PREF:+49-151-555-0101
TEL;X-Ferienhaus:030-5550102
EMAIL;HOME:juergen@example.de
ADR;HOME;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;=48=61=75=70=74=73=74=72=2E=20=33=0D=0A=48=
=69=6E=74=65=72=68=61=75=73;Berlin;;10115;Deutschland
ORG:Muster GmbH;Einkauf
TITLE:Einkauf; Lager
NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=45=72=73=74=65=20=5A=65=69=6C=65=0D=0A=7A=77=
=65=69=74=65=
=20=5A=65=69=6C=65
URL:https://example.de/j
BDAY:1979-11-30
X-ANDROID-CUSTOM;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=
vnd.android.cursor.item/nickname;=4A=C3=BC=72=67;1;;;;;;;;;;;;;
X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2005-08-20;1;;;;;;;;;;;;;
X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;--02-03;0;Namenstag;;;;;;;;;;;;
X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Heike;14;;;;;;;;;;;;;
X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Otto;0;Onkel;;;;;;;;;;;;
X-ANDROID-CUSTOM:vnd.android.cursor.item/website;https://example.de/blog;0;Blog;;;;;;;;;;;;
X-ANDROID-CUSTOM:vnd.android.cursor.item/sip_address;j@example.de;1;;;;;;;;;;;;;
X-SKYPE-USERNAME:juergen.m
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAEAAD//8IACwgB
 QADwAQERAP/Z

END:VCARD
"""),
    (
        Card(
            version="2.1",
            properties=(
                one("N", (("Müller",), ("Jürgen",), (), (), ()), 3),
                one("FN", "Jürgen Müller", 4),
                one("X-PHONETIC-LAST-NAME", "Mueller", 5),
                one("TEL", "+49-151-555-0101", 6, types=("cell",), pref=1),
                one("TEL", "030-5550102", 7, label="Ferienhaus"),
                one("EMAIL", "juergen@example.de", 8, types=("home",)),
                one(
                    "ADR",
                    (
                        (),
                        (),
                        ("Hauptstr. 3\nHinterhaus",),
                        ("Berlin",),
                        (),
                        ("10115",),
                        ("Deutschland",),
                    ),
                    9,
                    types=("home",),
                ),
                one("ORG", (("Muster GmbH",), ("Einkauf",)), 11),
                one("TITLE", "Einkauf; Lager", 12),
                one("NOTE", "Erste Zeile\nzweite Zeile", 13),
                one("URL", "https://example.de/j", 16, kind="uri"),
                one("BDAY", "19791130", 17, kind="date-and-or-time"),
                one("NICKNAME", ("Jürg",), 18),
                one("ANNIVERSARY", "20050820", 20, kind="date-and-or-time"),
                one("X-ABDATE", "--0203", 21, kind="date-and-or-time", label="Namenstag"),
                one("RELATED", "Heike", 22, types=("spouse",)),
                one("RELATED", "Otto", 23, label="Onkel"),
                one("URL", "https://example.de/blog", 24, kind="uri", label="Blog"),
                one(
                    "X-ANDROID-CUSTOM",
                    "vnd.android.cursor.item/sip_address;j@example.de;1;;;;;;;;;;;;;",
                    25,
                    kind="unknown",
                ),
                one(
                    "IMPP",
                    "skype:juergen.m",
                    26,
                    kind="uri",
                    params=(("SERVICE-TYPE", ("Skype",)),),
                ),
                one("PHOTO", JPEG_BINARY, 27, kind="binary"),
            ),
        ),
    ),
)

SAMSUNG: Final = Dialect(
    "Samsung: 2.1 with a line break in quoted-printable, base64 without indentation.",
    file("""
BEGIN:VCARD
VERSION:2.1
N:Kim;Min-jun;;;
FN:Min-jun Kim
TEL;WORK;FAX:02-555-0103
EMAIL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=EB=A9=94=EC=9D=BC):minjun@example.kr
NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=EB=A9=94=EB=AA=A8=0D=0A=
=EB=91=98
X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;1990-01-01;3;;;;;;;;;;;;;
PHOTO;ENCODING=BASE64;PNG:
iVBORw0KGgoAAAAN
SUhEUgAAAUAAAADI

END:VCARD
"""),
    (
        Card(
            version="2.1",
            properties=(
                one("N", (("Kim",), ("Min-jun",), (), (), ()), 3),
                one("FN", "Min-jun Kim", 4),
                one("TEL", "02-555-0103", 5, types=("work", "fax")),
                one("EMAIL", "minjun@example.kr", 6, label="메일"),
                one("NOTE", "메모\n둘", 7),
                one("BDAY", "19900101", 9, kind="date-and-or-time"),
                one("PHOTO", PNG_BINARY, 10, kind="binary"),
            ),
        ),
    ),
)

OUTLOOK: Final = Dialect(
    "Outlook: 2.1 in Windows-1252 with LABEL and names with X-MS.",
    file(
        """
BEGIN:VCARD
VERSION:2.1
N;LANGUAGE=de-de;CHARSET=Windows-1252:Groß;Käthe;;Dr.
FN;CHARSET=Windows-1252:Dr. Käthe Groß
ORG:Beispiel AG;Vertrieb
TITLE:Leiterin
NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=Windows-1252:Gr=FC=DFe=0D=0A=
=0D=0Aaus Wien=
\x20
TEL;WORK;VOICE:+43 1 5550104
TEL;HOME;VOICE:+43 1 5550105
TEL;CELL;VOICE:+43 660 5550106
TEL;WORK;FAX:+43 1 5550107
ADR;WORK;PREF;CHARSET=Windows-1252:;Zi. 5;Straße 1;Wien;;1010;Österreich
LABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE;CHARSET=Windows-1252:Stra=DFe 1=0D=0A=
1010 Wien=0D=0A=
=D6sterreich
X-MS-OL-DEFAULT-POSTAL-ADDRESS:2
URL;WORK:http://www.example.at
ROLE:Vertrieb
BDAY:19650704
X-MS-ANNIVERSARY:19900602
X-MS-SPOUSE:Franz
X-MS-MANAGER;CHARSET=Windows-1252:Frau Müller
X-MS-ASSISTANT:Sepp
X-MS-IMADDRESS:kaethe@example.at
EMAIL;PREF;INTERNET:kaethe@example.at
X-MS-OL-DESIGN;CHARSET=utf-8:<card><img a="b:c"/></card>
REV:20240215T101112Z
END:VCARD
""",
        "cp1252",
    ),
    (
        Card(
            version="2.1",
            properties=(
                one(
                    "N",
                    (("Groß",), ("Käthe",), (), ("Dr.",), ()),
                    3,
                    params=(("LANGUAGE", ("de-de",)),),
                ),
                one("FN", "Dr. Käthe Groß", 4),
                one("ORG", (("Beispiel AG",), ("Vertrieb",)), 5),
                one("TITLE", "Leiterin", 6),
                one("NOTE", "Grüße\n\naus Wien ", 7),
                one("TEL", "+43 1 5550104", 10, types=("work", "voice")),
                one("TEL", "+43 1 5550105", 11, types=("home", "voice")),
                one("TEL", "+43 660 5550106", 12, types=("cell", "voice")),
                one("TEL", "+43 1 5550107", 13, types=("work", "fax")),
                one(
                    "ADR",
                    ((), ("Zi. 5",), ("Straße 1",), ("Wien",), (), ("1010",), ("Österreich",)),
                    14,
                    types=("work",),
                    pref=1,
                    params=(("LABEL", ("Straße 1\n1010 Wien\nÖsterreich",)),),
                ),
                one("X-MS-OL-DEFAULT-POSTAL-ADDRESS", "2", 18, kind="unknown"),
                one("URL", "http://www.example.at", 19, kind="uri", types=("work",)),
                one("ROLE", "Vertrieb", 20),
                one("BDAY", "19650704", 21, kind="date-and-or-time"),
                one("ANNIVERSARY", "19900602", 22, kind="date-and-or-time"),
                one("RELATED", "Franz", 23, types=("spouse",)),
                one("RELATED", "Frau Müller", 24, label="Manager"),
                one("RELATED", "Sepp", 25, types=("agent",), label="Assistant"),
                one("IMPP", "im:kaethe@example.at", 26, kind="uri"),
                one("EMAIL", "kaethe@example.at", 27, pref=1),
                one("X-MS-OL-DESIGN", '<card><img a="b:c"/></card>', 28, kind="unknown"),
                one("REV", "20240215T101112Z", 29, kind="timestamp"),
            ),
        ),
    ),
)

GOOGLE: Final = Dialect(
    "Google: 3.0 with escaped URLs and labels in groups.",
    file("""
BEGIN:VCARD
VERSION:3.0
FN:Mr. João da Silva Jr.
N:da Silva;João;Carlos;Mr.;Jr.
NICKNAME:Jo,Joca
EMAIL;TYPE=INTERNET;TYPE=HOME:joao@example.com
item1.EMAIL;TYPE=INTERNET:escola@example.com
item1.X-ABLabel:Escola
TEL;TYPE=CELL:+55 11 95555-0108
item2.TEL:+55 11 5555-0109
item2.X-ABLabel:_$!<Main>!$_
ADR;TYPE=HOME:;Apto 3;Rua das Flores\\, 5;São Paulo;SP;01000-000;BR;Rua das
  Flores\\, 5\\nApto 3\\nSão Paulo - SP\\n01000-000\\nBR
ORG:Padaria\\; Filhos;Vendas
TITLE:Gerente
BDAY:--0229
item3.URL:https\\://www.example.com/?a=1\\,2
item3.X-ABLabel:PROFILE
item4.X-ABDATE:2012-10-07
item4.X-ABLabel:_$!<Anniversary>!$_
item5.X-ABRELATEDNAMES:Ana
item5.X-ABLabel:sister
CATEGORIES:myContacts,Amigos
NOTE:Gosta de café
PHOTO:https://lh3.example.com/contacts/AbC=s100
END:VCARD
"""),
    (
        Card(
            version="3.0",
            properties=(
                one("FN", "Mr. João da Silva Jr.", 3),
                one("N", (("da Silva",), ("João",), ("Carlos",), ("Mr.",), ("Jr.",)), 4),
                one("NICKNAME", ("Jo", "Joca"), 5),
                one("EMAIL", "joao@example.com", 6, types=("home",)),
                one("EMAIL", "escola@example.com", 7, label="Escola"),
                one("TEL", "+55 11 95555-0108", 9, types=("cell",)),
                one("TEL", "+55 11 5555-0109", 10, label="Main"),
                one(
                    "ADR",
                    (
                        (),
                        ("Apto 3",),
                        ("Rua das Flores, 5",),
                        ("São Paulo",),
                        ("SP",),
                        ("01000-000",),
                        ("BR",),
                    ),
                    12,
                    types=("home",),
                    params=(
                        ("LABEL", ("Rua das Flores, 5\nApto 3\nSão Paulo - SP\n01000-000\nBR",)),
                    ),
                ),
                one("ORG", (("Padaria; Filhos",), ("Vendas",)), 14),
                one("TITLE", "Gerente", 15),
                one("BDAY", "--0229", 16, kind="date-and-or-time"),
                one("URL", "https://www.example.com/?a=1,2", 17, kind="uri", label="PROFILE"),
                one("ANNIVERSARY", "20121007", 19, kind="date-and-or-time"),
                one("RELATED", "Ana", 21, types=("sibling",), label="sister"),
                one("CATEGORIES", ("myContacts", "Amigos"), 23),
                one("NOTE", "Gosta de café", 24),
                one("PHOTO", "https://lh3.example.com/contacts/AbC=s100", 25, kind="uri"),
            ),
        ),
    ),
)

NOKIA: Final = Dialect(
    "Nokia: 2.1, types bare, ISO-8859-1 by CHARSET, a second card.",
    file(
        """
BEGIN:VCARD
VERSION:2.1
REV:20060314T120000Z
UID:00000001
N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Mets=E4l=E4inen;P=E4ivi;;;
TEL;PREF;CELL;VOICE:+358405550110
TEL;HOME;VOICE:095550111
EMAIL;INTERNET:paivi@example.fi
X-CLASS:private
TITLE;CHARSET=ISO-8859-1:Myyjä
GEO:60.17;24.94
TZ:+02:00
BDAY:1970-02-03
END:VCARD
BEGIN:VCARD
VERSION:2.1
N:Taksi
TEL;VOICE:0100123
END:VCARD
""",
        "latin-1",
    ),
    (
        Card(
            version="2.1",
            properties=(
                one("REV", "20060314T120000Z", 3, kind="timestamp"),
                one("UID", "00000001", 4),
                one("N", (("Metsäläinen",), ("Päivi",), (), (), ()), 5),
                one("TEL", "+358405550110", 6, types=("cell", "voice"), pref=1),
                one("TEL", "095550111", 7, types=("home", "voice")),
                one("EMAIL", "paivi@example.fi", 8),
                one("X-CLASS", "private", 9, kind="unknown"),
                one("TITLE", "Myyjä", 10),
                one("GEO", "geo:60.17,24.94", 11, kind="uri"),
                one("TZ", "+0200", 12, kind="utc-offset"),
                one("BDAY", "19700203", 13, kind="date-and-or-time"),
            ),
        ),
        Card(
            version="2.1",
            properties=(
                one("N", (("Taksi",), (), (), (), ()), 17),
                one("TEL", "0100123", 18, types=("voice",)),
            ),
        ),
    ),
)

EVOLUTION: Final = Dialect(
    "Evolution: 3.0 with X-EVOLUTION, slots of its window, services of chats.",
    file("""
BEGIN:VCARD
VERSION:3.0
UID:pas-id-5F00000000000001
FN:Léa Dupont
N:Dupont;Léa;;;
X-EVOLUTION-FILE-AS:Dupont\\, Léa
EMAIL;TYPE=WORK;X-EVOLUTION-UI-SLOT=1:lea@example.fr
TEL;X-EVOLUTION-UI-SLOT=1;TYPE="WORK,VOICE":+33 1 55 50 01 12
ADR;TYPE=WORK:;;5 rue A;Paris;;75001;France
LABEL;TYPE=WORK:5 rue A\\n75001 Paris
X-EVOLUTION-SPOUSE:Luc
X-EVOLUTION-MANAGER:Zoé
X-EVOLUTION-ASSISTANT:Max
X-EVOLUTION-ANNIVERSARY:2008-07-05
X-EVOLUTION-BLOG-URL:http://blog.example.fr
X-AIM;TYPE=HOME;X-EVOLUTION-UI-SLOT=1:lea.d
X-JABBER;X-EVOLUTION-UI-SLOT=2:lea@jabber.example.fr
X-MOZILLA-HTML:FALSE
CALURI:http://example.fr/cal
FBURL:http://example.fr/fb
CATEGORIES:Business,Holiday Cards
SORT-STRING:Dupont
KEY;TYPE=PGP;ENCODING=b:cGdw
REV:2023-12-01T00:00:00Z
END:VCARD
""").replace(b"\r", b""),
    (
        Card(
            version="3.0",
            properties=(
                one("UID", "pas-id-5F00000000000001", 3),
                one("FN", "Léa Dupont", 4),
                one(
                    "N", (("Dupont",), ("Léa",), (), (), ()), 5, params=(("SORT-AS", ("Dupont",)),)
                ),
                one("X-EVOLUTION-FILE-AS", "Dupont\\, Léa", 6, kind="unknown"),
                one(
                    "EMAIL",
                    "lea@example.fr",
                    7,
                    types=("work",),
                    params=(("X-EVOLUTION-UI-SLOT", ("1",)),),
                ),
                one(
                    "TEL",
                    "+33 1 55 50 01 12",
                    8,
                    types=("work", "voice"),
                    params=(("X-EVOLUTION-UI-SLOT", ("1",)),),
                ),
                one(
                    "ADR",
                    ((), (), ("5 rue A",), ("Paris",), (), ("75001",), ("France",)),
                    9,
                    types=("work",),
                    params=(("LABEL", ("5 rue A\n75001 Paris",)),),
                ),
                one("RELATED", "Luc", 11, types=("spouse",)),
                one("RELATED", "Zoé", 12, label="Manager"),
                one("RELATED", "Max", 13, types=("agent",), label="Assistant"),
                one("ANNIVERSARY", "20080705", 14, kind="date-and-or-time"),
                one("X-EVOLUTION-BLOG-URL", "http://blog.example.fr", 15, kind="unknown"),
                one(
                    "IMPP",
                    "aim:lea.d",
                    16,
                    kind="uri",
                    types=("home",),
                    params=(("SERVICE-TYPE", ("AIM",)), ("X-EVOLUTION-UI-SLOT", ("1",))),
                ),
                one(
                    "IMPP",
                    "xmpp:lea@jabber.example.fr",
                    17,
                    kind="uri",
                    params=(("SERVICE-TYPE", ("Jabber",)), ("X-EVOLUTION-UI-SLOT", ("2",))),
                ),
                one("X-MOZILLA-HTML", "FALSE", 18, kind="unknown"),
                one("CALURI", "http://example.fr/cal", 19, kind="uri"),
                one("FBURL", "http://example.fr/fb", 20, kind="uri"),
                one("CATEGORIES", ("Business", "Holiday Cards"), 21),
                one(
                    "KEY", Binary(data=b"pgp", media_type="application/pgp-keys"), 23, kind="binary"
                ),
                one("REV", "20231201T000000Z", 24, kind="timestamp"),
            ),
        ),
    ),
)

KDE: Final = Dialect(
    "KDE: X-KADDRESSBOOK.",
    file("""
BEGIN:VCARD
VERSION:3.0
ADR;TYPE=home:;;Hauptstrasse 1;Bern;;3000;Schweiz
BDAY:1980-01-02
CLASS:PRIVATE
EMAIL;TYPE=PREF:reto@example.ch
FN:Reto Meier
GEO:46.94798;7.44743
N:Meier;Reto;;;
TEL;TYPE=HOME,PREF:+41 31 555 01 13
TZ:+01:00
UID:AbCdEf1234
X-KADDRESSBOOK-BlogFeed:http://blog.example.ch
X-KADDRESSBOOK-X-Anniversary:2006-05-06
X-KADDRESSBOOK-X-AssistantsName:Urs
X-KADDRESSBOOK-X-ManagersName:Vreni
X-KADDRESSBOOK-X-SpousesName:Heidi
X-KADDRESSBOOK-X-Profession:Lehrer
X-KADDRESSBOOK-X-IMAddress:reto@im.example.ch
AGENT:BEGIN:VCARD\\nFN:Urs\\, Assistent\\nEND:VCARD\\n
END:VCARD
"""),
    (
        Card(
            version="3.0",
            properties=(
                one(
                    "ADR",
                    ((), (), ("Hauptstrasse 1",), ("Bern",), (), ("3000",), ("Schweiz",)),
                    3,
                    types=("home",),
                ),
                one("BDAY", "19800102", 4, kind="date-and-or-time"),
                one("CLASS", "PRIVATE", 5),
                one("EMAIL", "reto@example.ch", 6, pref=1),
                one("FN", "Reto Meier", 7),
                one("GEO", "geo:46.94798,7.44743", 8, kind="uri"),
                one("N", (("Meier",), ("Reto",), (), (), ()), 9),
                one("TEL", "+41 31 555 01 13", 10, types=("home",), pref=1),
                one("TZ", "+0100", 11, kind="utc-offset"),
                one("UID", "AbCdEf1234", 12),
                one("X-KADDRESSBOOK-BLOGFEED", "http://blog.example.ch", 13, kind="unknown"),
                one("ANNIVERSARY", "20060506", 14, kind="date-and-or-time"),
                one("RELATED", "Urs", 15, types=("agent",), label="Assistant"),
                one("RELATED", "Vreni", 16, label="Manager"),
                one("RELATED", "Heidi", 17, types=("spouse",)),
                one("X-KADDRESSBOOK-X-PROFESSION", "Lehrer", 18, kind="unknown"),
                one("IMPP", "im:reto@im.example.ch", 19, kind="uri"),
                one("AGENT", "BEGIN:VCARD\nFN:Urs, Assistent\nEND:VCARD", 20, kind="vcard"),
            ),
        ),
    ),
)

THUNDERBIRD: Final = Dialect(
    "Thunderbird: 4.0.",
    file("""
BEGIN:VCARD
VERSION:4.0
N:Rossi;Anna;Maria,Luisa;;
FN:Anna Rossi
EMAIL;PREF=1:anna@example.it
TEL;VALUE=uri;TYPE="voice,home":tel:+39-06-555-0114
TEL;TYPE=cell;VALUE=TEXT:+39 333 555 0115
ADR;LABEL="Via Roma 1\\n00100 Roma";TYPE=home:;;Via Roma 1;Roma;RM;00100;Italia
BDAY;VALUE=DATE:19880917
ANNIVERSARY;VALUE=DATE:20150523
TZ;VALUE=TEXT:Europe/Rome
IMPP:matrix:u/anna:example.it
RELATED;TYPE=spouse;VALUE=text:Marco
RELATED;TYPE=friend:urn:uuid:4a0c3c5e-1d2f-4b6a-9d0e-0000000000bb
GENDER:F;lei
LANG;PREF=1:it
KIND:individual
NOTE:Una nota\\, con virgola; e punto
X-CUSTOM1;VALUE=TEXT:uno\\, due
X-CUSTOM2:tre\\, quattro
PHOTO;VALUE=URL:data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAUAAAADI
UID:urn:uuid:4a0c3c5e-1d2f-4b6a-9d0e-0000000000cc
END:VCARD
"""),
    (
        Card(
            version="4.0",
            properties=(
                one("N", (("Rossi",), ("Anna",), ("Maria", "Luisa"), (), ()), 3),
                one("FN", "Anna Rossi", 4),
                one("EMAIL", "anna@example.it", 5, pref=1),
                one("TEL", "tel:+39-06-555-0114", 6, kind="uri", types=("voice", "home")),
                one("TEL", "+39 333 555 0115", 7, types=("cell",)),
                one(
                    "ADR",
                    ((), (), ("Via Roma 1",), ("Roma",), ("RM",), ("00100",), ("Italia",)),
                    8,
                    types=("home",),
                    params=(("LABEL", ("Via Roma 1\n00100 Roma",)),),
                ),
                one("BDAY", "19880917", 9, kind="date-and-or-time"),
                one("ANNIVERSARY", "20150523", 10, kind="date-and-or-time"),
                one("TZ", "Europe/Rome", 11),
                one("IMPP", "matrix:u/anna:example.it", 12, kind="uri"),
                one("RELATED", "Marco", 13, types=("spouse",)),
                one(
                    "RELATED",
                    "urn:uuid:4a0c3c5e-1d2f-4b6a-9d0e-0000000000bb",
                    14,
                    kind="uri",
                    types=("friend",),
                ),
                one("GENDER", (("F",), ("lei",)), 15),
                one("LANG", "it", 16, kind="language-tag", pref=1),
                one("KIND", "individual", 17),
                one("NOTE", "Una nota, con virgola; e punto", 18),
                one("X-CUSTOM1", "uno, due", 19),
                one("X-CUSTOM2", "tre\\, quattro", 20, kind="unknown"),
                one("PHOTO", PNG_BINARY, 21, kind="binary"),
                one("UID", "urn:uuid:4a0c3c5e-1d2f-4b6a-9d0e-0000000000cc", 22, kind="uri"),
            ),
        ),
    ),
)

WHATSAPP: Final = Dialect(
    "WhatsApp: waid, groups without a partner, a photo in it.",
    file("""
BEGIN:VCARD
VERSION:3.0
N:;Lucía;;;
FN:Lucía
item1.TEL;waid=34600555116:+34 600 55 51 16
item1.X-ABLabel:Mobile
TEL;type=CELL;type=VOICE;waid=34600555117:+34 600 55 51 17
X-WA-BIZ-NAME:Flores Lucía
X-WA-BIZ-DESCRIPTION:Flores\\, ramos
END:VCARD
""").replace(b"\r", b""),
    (
        Card(
            version="3.0",
            properties=(
                one("N", ((), ("Lucía",), (), (), ()), 3),
                one("FN", "Lucía", 4),
                one(
                    "TEL",
                    "+34 600 55 51 16",
                    5,
                    label="Mobile",
                    params=(("WAID", ("34600555116",)),),
                ),
                one(
                    "TEL",
                    "+34 600 55 51 17",
                    7,
                    types=("cell", "voice"),
                    params=(("WAID", ("34600555117",)),),
                ),
                one("X-WA-BIZ-NAME", "Flores Lucía", 8, kind="unknown"),
                one("X-WA-BIZ-DESCRIPTION", "Flores\\, ramos", 9, kind="unknown"),
            ),
        ),
    ),
)

NOTES: Final = Dialect(
    "Lotus Notes: 3.0, folded by tabs, gender and assistant in its own names.",
    file("""
BEGIN:VCARD
VERSION:3.0
CATEGORIES:Kunden,Wien
FN:Erika Mustermann
N:Mustermann;Erika;B.;Frau;
X-LOTUS-ASSISTANT-PHONE:+43 1 5550120
X-ASSISTANT:Otto
X-GENDER:Female
X-WAB-GENDER:1
X-SPOUSE:Max
X-CHILDREN:Lea
NOTE:Eine lange Zeile\\, die gefaltet
\t ist.
TEL;TYPE=WORK,VOICE,MSG,PREF:+43 1 5550121
EMAIL;TYPE=INTERNET,PREF:erika@example.at
END:VCARD
"""),
    (
        Card(
            version="3.0",
            properties=(
                one("CATEGORIES", ("Kunden", "Wien"), 3),
                one("FN", "Erika Mustermann", 4),
                one("N", (("Mustermann",), ("Erika",), ("B.",), ("Frau",), ()), 5),
                one("X-LOTUS-ASSISTANT-PHONE", "+43 1 5550120", 6, kind="unknown"),
                one("RELATED", "Otto", 7, types=("agent",), label="Assistant"),
                one("GENDER", (("F",),), 8),
                one("RELATED", "Max", 10, types=("spouse",)),
                one("RELATED", "Lea", 11, types=("child",)),
                one("NOTE", "Eine lange Zeile, die gefaltet ist.", 12),
                one("TEL", "+43 1 5550121", 14, types=("work", "voice", "msg"), pref=1),
                one("EMAIL", "erika@example.at", 15, pref=1),
            ),
        ),
    ),
)

EXCHANGE: Final = Dialect(
    "Exchange: a BOM, folds within characters.",
    b"\xef\xbb\xbf"
    + file("""
BEGIN:VCARD
PROFILE:VCARD
VERSION:3.0
MAILER:Microsoft Exchange
PRODID:Microsoft Exchange
FN:Αλέξης
N:;Αλέξης;;;
NOTE;ENCODING=QUOTED-PRINTABLE:caf=C3=A9\\, bar
TEL;TYPE=WORK:+30 21 0555 0122
TEL;TYPE=CAR:
X-MS-CARDPICTURE;TYPE=GIF;ENCODING=BASE64:R0lGODlh
REV;VALUE=DATE-TIME:2022-05-06T07:08:09,123Z
END:VCARD
""").replace(b"FN:\xce\x91\xce\xbb\xce", b"FN:\xce\x91\xce\xbb\xce\r\n "),
    (
        Card(
            version="3.0",
            properties=(
                one("PROFILE", "VCARD", 2),
                one("MAILER", "Microsoft Exchange", 4),
                one("PRODID", "Microsoft Exchange", 5),
                one("FN", "Αλέξης", 6),
                one("N", ((), ("Αλέξης",), (), (), ()), 8),
                one("NOTE", "café, bar", 9),
                one("TEL", "+30 21 0555 0122", 10, types=("work",)),
                one(
                    "X-MS-CARDPICTURE",
                    Binary(data=b"GIF89a", media_type="image/gif"),
                    12,
                    kind="binary",
                ),
                one("REV", "2022-05-06T07:08:09,123Z", 13),
            ),
        ),
    ),
)

DIALECTS: Final = (
    IOS,
    ICLOUD,
    ANDROID,
    SAMSUNG,
    OUTLOOK,
    GOOGLE,
    NOKIA,
    EVOLUTION,
    KDE,
    THUNDERBIRD,
    WHATSAPP,
    NOTES,
    EXCHANGE,
)
