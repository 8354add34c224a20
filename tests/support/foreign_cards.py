"""Small foreign cards for tests, and the smallest photos of three types (headers alone)."""

import base64

JPEG = bytes.fromhex("ffd8 ffe0 0004 0000 ff ffc2 000b 08 0140 00f0 01 01 11 00 ffd9")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (320).to_bytes(4) + (200).to_bytes(4)
GIF = b"GIF89a" + bytes.fromhex("4001 c800")


def coded(octets: bytes) -> str:
    """Octets as a PHOTO holds them."""
    return base64.b64encode(octets).decode()


def octets(*lines: str) -> bytes:
    """Lines as a file."""
    return "".join(f"{line}\r\n" for line in lines).encode()


def card(*lines: str, version: str = "3.0") -> bytes:
    """A small card without a fault, with these lines before its N (line 3 is the first)."""
    name = ("N:Appleseed;John;;;", "FN:John Appleseed")
    return octets("BEGIN:VCARD", f"VERSION:{version}", *lines, *name, "END:VCARD")


SMALL = card()
"""A card without a fault."""
