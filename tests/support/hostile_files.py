"""Files of vCard text of about a megabyte that cost a careless reader much time."""

from typing import Final

_LINES: Final = (
    b"TEL;TYPE=CELL:+123456\n", b"NOTE:\\\\\\;\\,\n", b"N:a;,b;c\\,\n", b"NOTE:\xe9\n",
    b"a.TEL:1\na.X-ABLABEL:b\n", b"BEGIN:VCARD\nEND:VCARD\n", b"AGENT:\nBEGIN:VCARD\n",
    b"X;QUOTED-PRINTABLE:=41=\n", b"TEL;a=b,c\n", b"PHOTO;ENCODING=b:\nAAAA\n", b"X-AIM:a\n",
    b"BDAY:1990-05-14T10:11:12+01:00\n", b"LABEL:a\nADR:;;b;;;;\n",
)  # fmt: skip
_STARTS: Final = (
    b"TEL;", b"NOTE:", b"URL:", b"N:", b"ORG:", b"PHOTO:data:,", b"NOTE;QUOTED-PRINTABLE:",
)  # fmt: skip
_CHARACTERS: Final = (b";", b"\\", b"=", b'"', b"%41", b"=41", b"\n a", b"a,", b"\\;")

_OPEN: Final = b"BEGIN:VCARD\nVERSION:3.0\nFN:a\n"

HOSTILE_FILES: Final = (
    *(_OPEN + line * (900_000 // len(line)) for line in _LINES),
    *(_OPEN + start + one * (900_000 // len(one)) for start in _STARTS for one in _CHARACTERS),
)
"""Lines over and over, and one value or start of a line of one character over and over."""
