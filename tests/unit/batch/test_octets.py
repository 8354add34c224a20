"""The encodings of tables."""

import codecs
import io

import pytest

from vcardsvc.batch.octets import CHUNK, Utf8
from vcardsvc.batch.run import open_file
from vcardsvc.model.batch import BatchOptions, Row

TEXT = "Vorname,Nachname\nJörg,Müller\nZoë,Ångström\n"


def _read(octets: bytes, encoding: str = "") -> tuple[str, str, bool, bool]:
    """The text, the encoding, whether there is a mark, whether two encodings are mixed."""
    reader = Utf8(io.BytesIO(octets), encoding)
    text = io.BufferedReader(reader).read().decode()
    return text, reader.encoding, reader.marked, reader.mixed


@pytest.mark.parametrize(
    ("octets", "encoding", "marked"),
    [
        (TEXT.encode(), "utf-8", False),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8", True),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le", True),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be", True),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "utf-32-le", True),
        (codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "utf-32-be", True),
        (TEXT.encode("utf-16-le"), "utf-16-le", False),
        (TEXT.encode("utf-16-be"), "utf-16-be", False),
        (TEXT.encode("cp1252"), "windows-1252", False),
    ],
)
def test_the_file_shows_its_encoding(octets: bytes, encoding: str, marked: bool) -> None:
    """A mark, zeros in every other octet, or the first octets that are no ASCII show it."""
    assert _read(octets) == (TEXT, encoding, marked, False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf8", "UTF-8"])
def test_a_mark_is_no_part_of_the_text_under_a_named_encoding(encoding: str) -> None:
    """A caller who names UTF-8 gets the first name of a column without the mark."""
    assert _read(codecs.BOM_UTF8 + TEXT.encode(), encoding)[0] == TEXT


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_named_encoding_with_a_mark(codec: str) -> None:
    """The mark of UTF-16 and UTF-32 is no part of the text, whatever of them is named."""
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(codec, b"")
    assert _read(mark + TEXT.encode(codec), codec)[0] == TEXT


def test_a_named_encoding_replaces_what_the_file_shows() -> None:
    """Windows-1250 cannot be told from Windows-1252; its name tells."""
    text = "Łukasz,Żółw\n"
    assert _read(text.encode("cp1250"), "windows-1250")[0] == text
    assert _read("Jörg\n".encode("cp1252"), "iso-8859-1")[0] == "Jörg\n"


def test_an_unknown_encoding_is_refused() -> None:
    """A name that is none raises ValueError, and one of Python's own alone is none."""
    for name in ("klingon", "rot13", "zlib", "unicode_escape"):
        with pytest.raises(ValueError, match="unknown encoding"):
            Utf8(io.BytesIO(b""), name)


def test_octets_of_another_program_in_a_utf_8_file_are_read_as_windows_1252() -> None:
    """A file of two programs loses nothing, and is said to be mixed."""
    far = "Jörg\n".encode() + b"x" * CHUNK + "\nZoë\n".encode("cp1252") + "太郎\n".encode()
    assert _read(far) == (f"Jörg\n{'x' * CHUNK}\nZoë\n太郎\n", "utf-8", False, True)


@pytest.mark.parametrize("before", range(4))
def test_a_character_between_two_chunks_is_whole(before: int) -> None:
    """The octets of a character may come in two reads."""
    text = "a" * (CHUNK - before) + "🚀é太"
    assert _read(text.encode()) == (text, "utf-8", False, False)
    utf_16 = "a" * (CHUNK // 2 - before) + "🚀é太"
    assert _read(codecs.BOM_UTF16_LE + utf_16.encode("utf-16-le"))[0] == utf_16


def test_a_mark_in_pieces_is_found() -> None:
    """A reader that gives an octet at a time gives the same text."""

    class Slow(io.RawIOBase):
        """Gives an octet at a time."""

        def __init__(self, octets: bytes) -> None:
            self._octets = io.BytesIO(octets)

        def readable(self) -> bool:
            """Return True."""
            return True

        def read(self, _: int = -1) -> bytes:
            """Return one octet."""
            return self._octets.read(1)

    for codec in ("utf-8-sig", "utf-16", "utf-32"):
        reader = Utf8(Slow(TEXT.encode(codec)))  # type: ignore[arg-type]  # it reads
        assert io.BufferedReader(reader).read().decode() == TEXT


def test_octets_that_windows_1252_leaves_free_are_controls() -> None:
    """No octet stops a file: the free ones of Windows-1252 are the controls of their number."""
    assert _read(b"\xe9\x81\x8d\x8f\x90\x9d,\n")[0] == "é\x81\x8d\x8f\x90\x9d,\n"


def test_halves_of_characters_in_utf_16_are_replaced() -> None:
    """A lone surrogate becomes the sign for it, and none goes on."""
    assert _read(b"\xff\xfea\x00\x00\xd8b\x00")[0] == "a\ufffdb"


def test_an_empty_file_is_an_empty_text() -> None:
    """A file without octets, and one with a mark alone, have no text."""
    assert _read(b"")[0] == ""
    assert _read(codecs.BOM_UTF16_LE)[0] == ""


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("text/csv; charset=iso-8859-2", "iso-8859-2"),
        ("text/csv; charset=utf-8", "windows-1252"),
        ("text/csv; charset=klingon", "windows-1252"),
        ("text/csv", "windows-1252"),
    ],
)
def test_a_charset_of_the_content_type_counts(content_type: str, encoding: str) -> None:
    """UTF-8, which clients add to every text, says no more than the file itself."""
    file = io.BytesIO("Name\nŠimon Novák".encode("iso-8859-2"))
    source = open_file(file, content_type, "", BatchOptions())
    assert [row.cells for row in source.records if isinstance(row, Row)] == [
        ["Šimon Novák" if encoding == "iso-8859-2" else "©imon Novák"]
    ]
    assert source.encoding == encoding


def test_one_octet_of_another_program_is_no_other_encoding() -> None:
    """Wherever it stands, the characters around it are UTF-8."""
    octets = b"First Name,Last Name\nM\xfcller,x\n" + "Jörg,Ångström\n".encode()
    text, encoding, _, mixed = _read(octets)
    assert text.splitlines()[1:] == ["Müller,x", "Jörg,Ångström"]
    assert (encoding, mixed) == ("utf-8", True)
    text, encoding, _, mixed = _read("Müller,Zoë,Ångström,Ã¼\n".encode("cp1252"))
    assert (text, encoding, mixed) == ("Müller,Zoë,Ångström,Ã¼\n", "windows-1252", False)


@pytest.mark.parametrize("name", ["utf8", "UTF-8", "utf_8"])
def test_utf_8_by_any_name(name: str) -> None:
    """Octets that are none are read as Windows-1252, however the encoding is spelled."""
    assert _read(b"M\xfcller", name) == ("Müller", "utf-8", False, True)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_found_by_its_zeros(codec: str) -> None:
    """The name alone does not say the order of octets."""
    assert _read(TEXT.encode(codec), "utf-16")[:2] == (TEXT, codec)
