"""Draws a card or a link as a QR code, as SVG or PNG.

The code holds the given octets in byte mode without an ECI header: phones read UTF-8 by default,
and some show a header as text.
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
"""The least pixels a side, so that a code of any size is sharp on a screen and in print."""

SVG_MODULE: Final = 8
"""Pixels of a module in an image without a given size."""

Image = Literal["svg", "png"]


class TooLong(ValueError):
    """Says that `size` octets are more than QR_CEILING, the most in a code that phones read."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The card has {size} octets, and a QR code that phones read holds {QR_CEILING}: "
            "a link to the card fits."
        )
        self.size = size


def qr(octets: bytes, image: Image = "svg") -> Document:
    """Return the QR code of `octets`: contact.svg (image/svg+xml) or contact.png (image/png).

    The image is black on white, opaque, with its quiet zone. The error correction is level L, or a
    higher one that needs no larger version. Equal octets give equal images with one release of
    segno. Takes up to 0.1 s of a processor: call it in a thread. Raises TooLong for more than
    QR_CEILING octets (ISO/IEC 18004:2015).
    """
    if len(octets) > QR_CEILING:
        raise TooLong(len(octets))
    # Imported here: few contacts become a code, and the start would take longer.
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
    # Rows are adjacent strokes: smoothed edges would show grey hairlines between them.
    return out.getvalue().replace(b"<svg ", b'<svg shape-rendering="crispEdges" ', 1)


def _png(code: "QRCode") -> bytes:
    side = code.symbol_size(border=QUIET_ZONE)[0]
    out = BytesIO()
    code.save(
        out, kind="png", border=QUIET_ZONE, scale=-(-PNG_SIDE // side), dark="#000", light="#fff"
    )
    return out.getvalue()
