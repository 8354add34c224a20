"""Cards that Hypothesis draws in the names of programs' dialects, as octets: clean ones, every
value of which is unlike all others of the card."""

import base64
import quopri
from typing import Final

from hypothesis import strategies as st

from tests.support.foreign_cards import JPEG

WORD: Final = st.sampled_from(
    ["Ana", "Łukasz", "李小龙", "a b", "O'Neil", "R&D", "100%", "a=b", "x, y", "1; 2", "C:\\new",
     'the "one"', "two\nlines", "#1 <b>", "é", "long " * 20 + "end", "^n", "=41", "a:b", "\\, \\;"]
) | st.text(st.characters(exclude_categories=("C", "Z", "M")), min_size=1, max_size=12)  # fmt: skip
LINE: Final = WORD.map(lambda text: text.replace("\n", " "))
NAME: Final = st.text(st.characters(categories=["L"]), min_size=1, max_size=8)
HANDLE: Final = st.sampled_from(["anna", "a.b", "a_b-c", "anna@example.com", "Ünal", "a b"])
DATE: Final = st.sampled_from(["1990-05-14", "2001-12-31", "1985-01-02"])
TYPES: Final = st.sampled_from(["", "HOME", "WORK", "CELL", "HOME,VOICE", "WORK,FAX", "PAGER"])
LABEL: Final = (
    st.sampled_from(
        ["_$!<Spouse>!$_", "_$!<Mother>!$_", "_$!<Friend>!$_", "_$!<Assistant>!$_", "sister",
         "Onkel", "Můj", "_$!<Other>!$_", "_$!<Anniversary>!$_", "A, B; C", "Ferienhaus"]
    )
    | NAME
)  # fmt: skip
PARAM: Final = st.sampled_from(
    ["", "", "", ";LANGUAGE=de", ";X-EVOLUTION-UI-SLOT=7", ';X-FOO="p;q"', ";X-ABC=v1"]
)
TEXTS: Final = [
    "NOTE",
    "TITLE",
    "ROLE",
    "X-PHONETIC-FIRST-NAME",
    "X-PHONETIC-LAST-NAME",
    "X-SPOUSE",
    "X-MANAGER",
    "X-ASSISTANT",
    "X-EVOLUTION-SPOUSE",
    "X-EVOLUTION-MANAGER",
    "X-MS-SPOUSE",
    "X-MS-MANAGER",
    "X-MS-ASSISTANT",
    "X-MS-CHILD",
    "X-KADDRESSBOOK-X-SPOUSESNAME",
    "X-KADDRESSBOOK-X-PROFESSION",
    "X-NICKNAME",
    "MAILER",
]
HANDLES: Final = [
    "X-AIM",
    "X-ICQ",
    "X-JABBER",
    "X-MSN",
    "X-YAHOO",
    "X-SKYPE-USERNAME",
    "X-GOOGLE-TALK",
    "X-QQ",
    "X-GADUGADU",
]


@st.composite
def dialect_files(draw: st.DrawFn) -> bytes:
    """A file of one card of 2.1, 3.0 or 4.0."""
    return _Drawing(draw).file()


class _Drawing:
    """Draws one card."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._version = draw(st.sampled_from(["2.1", "3.0", "4.0"]))
        self._count = 0
        self._lines = list[bytes]()

    def file(self) -> bytes:
        """The octets of the card."""
        family, given = self._text(NAME), self._text(NAME)
        self._structured("N", [family, given, "", "", ""])
        self._line("FN", f"{given} {family}")
        rows = [
            self._plain, self._number, self._address, self._website, self._related, self._date,
            self._social, self._row, self._handle, self._list, self._units, self._birthday,
            self._unknown, self._binary, self._grouped,
        ]  # fmt: skip
        for row in self._draw(st.lists(st.sampled_from(rows), max_size=8)):
            row()
        head = [b"BEGIN:VCARD", f"VERSION:{self._version}".encode()]
        return b"".join(line + b"\r\n" for line in [*head, *self._lines, b"END:VCARD"])

    def _text(self, strategy: st.SearchStrategy[str] = WORD) -> str:
        self._count += 1
        return f"{self._draw(strategy).strip()}{self._count}z"

    def _escaped(self, text: str) -> str:
        for mark in "\\;,":
            text = text.replace(mark, "\\" + mark)
        return text.replace("\n", "\\n")

    def _line(self, name: str, text: str, raw: bool = False) -> None:
        """A line with this text, as its version writes texts."""
        if self._version != "2.1":
            value = (text if raw else self._escaped(text)).encode()
        elif text.isascii() and "\n" not in text:
            value = text.encode()
        else:
            name += ";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE"
            octets = text.replace("\n", "\r\n").encode()
            value = quopri.encodestring(octets.replace(b"\r\n", b"\0"), quotetabs=True)
            value = value.replace(b"=\n", b"=\r\n").replace(b"=00", b"=0D=0A")
            value = value.replace(b"\0", b"=0D=0A")
        self._lines.append(name.encode() + b":" + value)

    def _structured(self, name: str, parts: list[str]) -> None:
        if self._version == "2.1":  # a comma parts nothing there
            parts = [part.replace("\\", "\\\\").replace(";", "\\;") for part in parts]
            self._line(name, ";".join(parts))
        else:
            self._line(name, ";".join(map(self._escaped, parts)), raw=True)

    def _types(self, name: str) -> str:
        types = self._draw(TYPES)
        if not types:
            return name
        bare = self._version == "2.1"
        return f"{name};{types.replace(',', ';')}" if bare else f"{name};TYPE={types}"

    def _plain(self) -> None:
        name = self._draw(st.sampled_from(TEXTS))
        self._line(name + self._draw(PARAM), self._text())

    def _number(self) -> None:
        self._count += 1
        number = self._draw(st.sampled_from(["+49 30 55501{}", "030/55502{}", "+4930555{}"]))
        self._line(self._types("TEL"), number.format(f"{self._count:02}"))
        self._line(self._types("EMAIL") + self._draw(PARAM), f"a{self._text(NAME)}@example.com")

    def _address(self) -> None:
        parts = ["", *(self._text(LINE) for _ in range(6))]
        self._structured(self._types("ADR"), parts)

    def _group(self) -> str:
        self._count += 1
        return f"item{self._count}."

    def _labelled(self, name: str, text: str) -> None:
        group = self._group()
        self._line(group + name, text)
        self._line(group + "X-ABLabel", self._draw(LABEL))

    def _website(self) -> None:
        self._labelled("URL", f"https://example.com/{self._count}?a=b")

    def _related(self) -> None:
        self._labelled("X-ABRELATEDNAMES", self._text(LINE))

    def _date(self) -> None:
        self._labelled("X-ABDATE", self._draw(DATE))

    def _grouped(self) -> None:
        group = self._group()
        self._line(group + "EMAIL", f"b{self._text(NAME)}@example.com")
        self._line(group + "TEL", f"+49 30 66601{self._count:02}")
        self._line(group + "X-ABLabel", self._draw(LABEL))

    def _social(self) -> None:
        service = self._draw(st.sampled_from(["twitter", "facebook", "Mastodon", "flickr"]))
        user = self._text(NAME)
        name = f"X-SOCIALPROFILE;type={service};x-user={user}"
        self._line(name, f"https://{service}.example/{user}", raw=True)

    def _row(self) -> None:
        row = self._draw(st.sampled_from(["nickname", "contact_event", "relation", "website", "x"]))
        label = ""
        kind = "1"
        if row == "contact_event":
            value, kind = self._draw(DATE), self._draw(st.sampled_from("0123"))
        elif row == "relation":
            value, kind = self._text(NAME), str(self._draw(st.integers(0, 14)))
        elif row == "website":
            value, kind = f"https://example.org/{self._text(st.just('w'))}", "0"
        else:
            value = self._text(NAME)
        if kind == "0":
            label = self._text(NAME)
        row = f"vnd.android.cursor.item/{row};{value};{kind};{label}" + ";" * 12
        self._line("X-ANDROID-CUSTOM", row, raw=True)

    def _handle(self) -> None:
        name = self._draw(st.sampled_from(HANDLES))
        self._line(self._draw(st.sampled_from([name, self._types(name)])), self._text(HANDLE))

    def _list(self) -> None:
        name = self._draw(st.sampled_from(["NICKNAME", "CATEGORIES"]))
        texts = [self._text(LINE) for _ in range(self._draw(st.integers(1, 3)))]
        if self._version == "2.1":
            self._line(name, ",".join(text.replace("\\", "").replace(",", "") for text in texts))
        else:
            self._line(name, ",".join(map(self._escaped, texts)), raw=True)

    def _units(self) -> None:
        self._structured("ORG", [self._text(LINE) for _ in range(self._draw(st.integers(1, 3)))])

    def _birthday(self) -> None:
        if self._version != "2.1" and self._draw(st.booleans()):
            self._line("BDAY;X-APPLE-OMIT-YEAR=1604", "1604-05-14")
        else:
            name = self._draw(st.sampled_from(["BDAY", "X-ANNIVERSARY", "X-MS-ANNIVERSARY"]))
            self._line(name, self._draw(DATE))

    def _unknown(self) -> None:
        self._line(f"X-SOMETHING{self._draw(PARAM)}", self._text(LINE), raw=True)

    def _binary(self) -> None:
        coded = base64.b64encode(JPEG).decode()
        if self._version == "4.0":
            self._line("LOGO", f"data:image/jpeg;base64,{coded}", raw=True)
        elif self._version == "3.0":
            self._line("LOGO;ENCODING=b;TYPE=JPEG", coded, raw=True)
        else:
            self._lines += [f"LOGO;ENCODING=BASE64;JPEG:{coded}".encode(), b""]
