"""Small foreign cards for tests, and the smallest photos of three types (headers alone)."""

import base64

JPEG = bytes.fromhex("ffd8 ffe0 0004 0000 ff ffc2 000b 08 0140 00f0 01 01 11 00 ffd9")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (320).to_bytes(4) + (200).to_bytes(4)
GIF = b"GIF89a" + bytes.fromhex("4001 c800")


def coded(octets: bytes) -> str:
    """Octets as a PHOTO holds them."""
    return base64.b64encode(octets).decode()


OURS = (
    "BEGIN:VCARD",
    "VERSION:3.0",
    "NOTE:One\\, two\\; C:\\\\new\\nthree",
    "TITLE:Account Manager",
    "N:Appleseed;John;;;Jr.",
    "UID:urn:uuid:00000000-0000-5000-8000-000000000000",
    "FN:John Appleseed Jr.",
    "ORG:Dunder Mifflin\\; Scranton",
    "TEL;TYPE=WORK,VOICE:1",
    "TEL;TYPE=HOME,VOICE:2",
    "TEL;TYPE=CELL,VOICE:3",
    "TEL;TYPE=FAX,WORK:4",
    "TEL;TYPE=PAGER:5",
    "TEL;TYPE=MAIN:6",
    "TEL;TYPE=OTHER,VOICE:7",
    "EMAIL;TYPE=WORK,INTERNET:john@example.com",
    "EMAIL;TYPE=HOME,INTERNET:j@example.net",
    "ADR;TYPE=WORK:;;Fake Address\\, 2\\nScranton;;;;",
    "ADR;TYPE=HOME:;;Elsewhere;;;;",
    "URL:https://example.com",
    "item1.URL:https://example.com:8443/a%2Cb",
    "item1.X-ABLabel:Dunder Mifflin\\, Inc.",
    "PRODID:-//vcardsvc//vcardsvc//EN",
    f"PHOTO;ENCODING=b;TYPE=JPEG:{coded(JPEG)}",
    "END:VCARD",
)
"""A card as we write it, with a property of every kind."""


def octets(*lines: str) -> bytes:
    """Lines as a file."""
    return "".join(f"{line}\r\n" for line in lines).encode()


def card(*lines: str, version: str = "3.0") -> bytes:
    """A small card without a fault, with these lines before its N (line 3 is the first)."""
    name = ("N:Appleseed;John;;;", "FN:John Appleseed")
    return octets("BEGIN:VCARD", f"VERSION:{version}", *lines, *name, "END:VCARD")


SMALL = card()
"""A card without a fault."""
