"""xCard: whole documents by equality, odd texts, and what XML cannot hold."""

from xml.etree import ElementTree

import pytest

from tests.support.documents import xcard
from tests.support.sample_contacts import FULL, ODD, SMALL
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document
from vcardsvc.vcard.xcard import escape

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<vcards xmlns="urn:ietf:params:xml:ns:vcard-4.0"><vcard>'
)
SPACE = "{urn:ietf:params:xml:ns:vcard-4.0}"


def phone(types: str, value: str, pref: str = "") -> str:
    """A TEL as it shall stand."""
    texts = "".join(f"<text>{one}</text>" for one in types.split())
    return f"<tel><parameters>{pref}<type>{texts}</type></parameters>{value}</tel>"


def email(label: str) -> str:
    """An EMAIL as it shall stand."""
    return (
        f"<email><parameters><type><text>{label}</text></type></parameters>"
        f"<text>{label}@example.com</text></email>"
    )


def address(parameters: str, street: str) -> str:
    """An ADR as it shall stand."""
    return (
        f"<adr><parameters>{parameters}</parameters><pobox></pobox><ext></ext>"
        f"<street>{street}</street><locality></locality><region></region><code></code>"
        "<country></country></adr>"
    )


def test_a_full_contact_is_this_xcard() -> None:
    """All that a contact can say, as a whole document."""
    assert xcard(FULL).octets.decode() == (
        f"{HEAD}<kind><text>individual</text></kind>"
        "<prodid><text>-//vcardsvc//vcardsvc//EN</text></prodid>"
        "<uid><uri>crm 4711</uri></uid>"
        "<fn><text>John Appleseed Jr.</text></fn>"
        "<n><surname>Appleseed</surname><given>John</given><additional></additional>"
        "<prefix></prefix><suffix>Jr.</suffix></n>"
        "<org><text>Dunder Mifflin</text></org>"
        "<title><text>Account Manager</text></title>"
        "<note><text>Line one,\nline \\two;</text></note>"
        + phone("work voice", "<text>555 0</text>")
        + phone("home voice", "<text>555 1</text>")
        + phone("cell voice", "<text>555 2</text>")
        + phone("fax work", "<text>555 3</text>")
        + phone("pager", "<text>555 4</text>")
        + phone("main-number", "<text>555 5</text>", "<pref><integer>1</integer></pref>")
        + phone("voice", "<text>555 6</text>")
        + phone("main-number", "<uri>tel:+16502530000;ext=12</uri>")
        + phone("work voice", "<uri>tel:+4930123456</uri>")
        + email("work")
        + email("home")
        + address(
            "<type><text>work</text></type><cc><text>US</text></cc>", "1 Main St;\nScranton, PA"
        )
        + address("<type><text>home</text></type>", "Fake Address")
        + "<url><uri>https://example.com</uri></url>"
        '<group name="item1"><url><uri>https://example.com/a%2Cb</uri></url>'
        '<x-ablabel><text>Shop &amp; "Café"</text></x-ablabel></group>'
        '<group name="item2"><url><uri>http://blog.example</uri></url>'
        "<x-ablabel><text>Blog</text></x-ablabel></group>"
        "<photo><uri>data:image/jpeg;base64,/9hwaG90bw==</uri></photo>"
        "</vcard></vcards>\n"
    )


def test_a_mononym_is_this_xcard() -> None:
    """The least that a contact can say, and what the octets are."""
    octets = (
        f"{HEAD}<kind><text>individual</text></kind>"
        "<prodid><text>-//vcardsvc//vcardsvc//EN</text></prodid>"
        "<uid><uri>urn:uuid:dea511a7-60c7-5e5b-8aa3-4c98ceb1662c</uri></uid>"
        "<fn><text>Suharto</text></fn>"
        "<n><surname>Suharto</surname><given></given><additional></additional>"
        "<prefix></prefix><suffix></suffix></n></vcard></vcards>\n"
    ).encode()
    assert xcard(SMALL) == Document(
        chunks=(octets,),
        size=len(octets),
        etag='"3c06e1afd53b0140213ac10daeef84c7"',
        content_type="application/vcard+xml; charset=utf-8",
        filename="contact.xml",
    )


@pytest.mark.parametrize("text", [*ODD.split(" "), ODD, "\t", "\n", "\U0001fffe", "\U0010ffff"])
def test_odd_texts_stand_as_they_are(text: str) -> None:
    """Markup is escaped once, and an XML reader finds the text again."""
    found = ElementTree.fromstring(xcard(Contact(first="J", suffix=text, note=text)).octets)  # noqa: S314 - our own octets
    assert found.findtext(f".//{SPACE}note/{SPACE}text") == text
    assert found.findtext(f".//{SPACE}n/{SPACE}suffix") == text


@pytest.mark.parametrize("character", "\x00\x08\x0b\x0c\r\x1f\ufffe\uffff\ud800")
def test_what_xml_cannot_hold_becomes_a_replacement_character(character: str) -> None:
    """A character outside of XML's own set never makes the document unreadable."""
    assert escape(f"a{character}b") == "a\ufffdb"
