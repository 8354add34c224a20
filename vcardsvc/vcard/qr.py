"""A card or a link, octet by octet -> a QR code, as SVG or PNG.

The code holds the very octets it is given, in byte mode, and nothing before them: no ECI header,
because the readers of phones take UTF-8 by themselves and some show a header as text. What must
never enter here: a photo, or more than a phone reads off a screen.
"""

from io import BytesIO
from typing import TYPE_CHECKING, Final, Literal

from vcardsvc.model.request import Document
from vcardsvc.vcard.document import document
from vcardsvc.vcard.targets import QR_CEILING

if TYPE_CHECKING:
    from segno import QRCode

QUIET_ZONE: Final = 4
"""White modules on every side (ISO/IEC 18004:2015 section 6.3.8)."""

PNG_SIDE: Final = 600
"""Pixels that a side has at least: a code of any size is sharp where it is shown or printed."""

SVG_MODULE: Final = 8
"""Pixels of a module where nobody says how large the image shall be."""

Image = Literal["svg", "png"]


class TooLong(ValueError):
    """So many octets do not fit into a code that phones read: `size`, beyond QR_CEILING."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The card has {size} octets, and a QR code that phones read holds {QR_CEILING}: "
            "a link to the card fits."
        )
        self.size = size


def qr(octets: bytes, image: Image = "svg") -> Document:
    """The QR code of `octets`: contact.svg (image/svg+xml) or contact.png (image/png).

    Black on white, whatever stands behind it, the quiet zone included. The error correction is
    level L or the highest that costs no larger version. The same octets and segno give the same
    image. Takes up to 0.1 s of a processor: call it in a thread. Raises TooLong over QR_CEILING
    octets (ISO/IEC 18004:2015).
    """
    if len(octets) > QR_CEILING:
        raise TooLong(len(octets))
    # Imported here: one contact in hundreds becomes a code, and a start would pay for it.
    import segno

    code = segno.make_qr(octets, error="L", mode="byte", boost_error=True)
    drawn = _svg(code) if image == "svg" else _png(code)
    return document((drawn,), *_FILES[image])


_FILES: Final = {
    "svg": ("image/svg+xml", "contact.svg"),
    "png": ("image/png", "contact.png"),
}


def _svg(code: "QRCode") -> bytes:
    out = BytesIO()
    code.save(
        out,
        kind="svg",
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        scale=SVG_MODULE,
        unit="px",  # without a unit segno leaves the viewBox out
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    # Rows are strokes side by side: smoothed edges would leave grey hairlines between them.
    return out.getvalue().replace(b"<svg ", b'<svg shape-rendering="crispEdges" ', 1)


def _png(code: "QRCode") -> bytes:
    side = code.symbol_size(border=QUIET_ZONE)[0]
    out = BytesIO()
    code.save(
        out, kind="png", border=QUIET_ZONE, scale=-(-PNG_SIDE // side), dark="#000", light="#fff"
    )
    return out.getvalue()
