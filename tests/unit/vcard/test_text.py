"""The spelling of a card: escapes, folds, chunks, and what can never become structure."""

import re
from collections.abc import Callable

import pytest

from vcardsvc.model.contact import Contact, Website
from vcardsvc.model.request import Target
from vcardsvc.vcard import profile, write
from vcardsvc.vcard.parser import read
from vcardsvc.vcard.properties import Value
from vcardsvc.vcard.text import LINE, assemble, escape, fold

ESCAPES = [
    ("plain", "plain"),
    ("a;b", "a\\;b"),
    ("a,b", "a\\,b"),
    ("a\\b", "a\\\\b"),
    ("a\nb", "a\\nb"),
    ("\\n", "\\\\n"),
    ("\\;,\n", "\\\\\\;\\,\\n"),
    (":", ":"),
    ('"', '"'),
]


@pytest.mark.parametrize(("text", "written"), ESCAPES)
def test_text_is_escaped_and_read_back(text: str, written: str) -> None:
    """Each special character is written behind a backslash, and reading it back gives the text."""
    assert escape(text) == written
    back = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], written)
    assert back == text


FOLDS = [
    ("a" * 75, ["a" * 75]),
    ("a" * 76, ["a" * 75, "a"]),
    ("a" * 149, ["a" * 75, "a" * 74]),
    ("a" * 150, ["a" * 75, "a" * 74, "a"]),
    # three octets each: 25 fill a line, 24 a continuation
    ("李" * 50, ["李" * 25, "李" * 24, "李"]),
    ("a" + "李" * 25, ["a" + "李" * 24, "李"]),
    ("😀" * 19, ["😀" * 18, "😀"]),
    # not beside a blank where there is a choice
    ("a" * 74 + " b", ["a" * 73, "a b"]),
    ("a" * 75 + " b", ["a" * 74, "a b"]),
    ("a" * 73 + "  b", ["a" * 72, "a  b"]),
    # not within an escape
    ("a" * 74 + "\\nb", ["a" * 74, "\\nb"]),
    ("a" * 73 + "\\\\\\;", ["a" * 73, "\\\\\\;"]),
    # no choice: blanks all the way
    (" " * 80, [" " * 75, " " * 5]),
    ("\u0301" * 40, ["\u0301" * 37, "\u0301" * 3]),
]


@pytest.mark.parametrize(("line", "pieces"), FOLDS)
def test_a_long_line_is_folded_where_no_reader_stumbles(line: str, pieces: list[str]) -> None:
    """Pieces have 75 octets at most with their blank and end between characters."""
    assert fold(line).split("\r\n ") == pieces
    assert all(len(row.encode()) <= 75 for row in fold(line).split("\r\n"))


CONTROLS = ["\r", "\x00", "\x1b", "\x1e", "\x1f", "\x7f", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("character", CONTROLS)
@pytest.mark.parametrize("wrap", [lambda text: text, lambda text: ("", text, "")])
def test_no_value_opens_a_line_of_its_own(wrap: Callable[[str], Value], character: str) -> None:
    """A control character in any value is a fault of ours that stops the card."""
    with pytest.raises(ValueError, match="control character"):
        assemble([("NOTE:", wrap(f"a{character}b"))])


def test_a_newline_in_an_address_on_the_web_stays_in_its_line() -> None:
    """What has no business in a URL is escaped like any text, and opens no line."""
    chunks = assemble([("URL:", "https://example.com/\nNOTE:x")])
    assert b"\r\nURL:https://example.com/\\nNOTE:x\r\n" in b"".join(chunks)


def test_a_photo_is_folded() -> None:
    """No line of a card with a photo is over 75 octets, and the card ends behind it."""
    octets = b"".join(assemble([("FN:", "John")], bytes(100_000)))
    assert max(map(len, octets.split(b"\r\n"))) == 75
    assert octets.endswith(b"\r\nEND:VCARD\r\n")


@pytest.mark.parametrize("size", [1, 2, 3, 35, 36, 37, 90, 91, 92, 1000])
def test_a_photo_of_any_size_comes_back(size: int) -> None:
    """The folded base64 of every length decodes to the very bytes."""
    import base64

    jpeg = bytes(range(256)) * 4
    octets = b"".join(assemble([("FN:", "John")], jpeg[:size]))
    unfolded = octets.replace(b"\r\n ", b"").split(b"\r\n")[3]
    assert unfolded.startswith(b"PHOTO;ENCODING=b;TYPE=JPEG:")
    assert base64.b64decode(unfolded.split(b":", 1)[1], validate=True) == jpeg[:size]


@pytest.mark.parametrize("target", ["universal", "apple", "signal", "mms", "qr"])
@pytest.mark.parametrize("text", ["C:\\", "a\\\\\\", "é\\", "a;b\\", "a\nb\\"])
def test_no_line_of_two_ends_in_a_backslash_that_takes_the_next(target: Target, text: str) -> None:
    """Apple's reader takes a line end behind a lone backslash, and the next line, for text."""
    site = Website(url="https://a.example", label=text.replace("\n", " "))
    contact = Contact(first="Ann", suffix=site.label, title=text, note=text, websites=(site,))
    octets = b"".join(write(contact, profile(target, "2.1")).chunks)
    for line in octets.split(b"\r\n"):
        assert (len(line) - len(line.rstrip(b"\\"))) % 2 == 0
    (card,) = read(octets)
    written = text.replace("\\", "\\\\") if target == "apple" else text  # Apple alone unescapes 2.1
    assert (card.contact.title, card.contact.note) == (written, written)


@pytest.mark.parametrize("target", ["universal", "signal", "mms"])
@pytest.mark.parametrize("text", ["Kopf; " + "é" * 60, "a;" + "=" * 80, "a; " + "李" * 40])
def test_no_fold_of_four_costs_the_card_in_apples_reader(target: Target, text: str) -> None:
    """Behind a bare semicolon, at which Apple ends a title, no line opens as no property does."""
    contact = Contact(first="Ann", suffix=text, title=text, note=text)
    octets = b"".join(write(contact, profile(target, "4.0")).chunks)
    assert [len(line) > LINE for line in octets.split(b"\r\n")].count(True) == 2
    (card,) = read(octets)
    assert card.contact.title == text
    assert not {one.code for one in card.findings} & {"folded-and-dropped", "line-start"}
