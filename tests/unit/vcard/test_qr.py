"""What a QR code holds: read back by decoders of other hands, from the pixels."""

import io
import re

import pytest
import zxingcpp
from PIL import Image

from tests.support.qr_contents import CONTENTS
from vcardsvc.vcard.qr import PNG_SIDE, QUIET_ZONE, TooLong, qr
from vcardsvc.vcard.targets import QR_CEILING

MODULES = re.compile(r"([Mmh])(-?[\d.]+) ?(-?[\d.]+)?")


def drawn(svg: bytes) -> Image.Image:
    """The picture that this SVG draws, four pixels a module: a rectangle, then rows of strokes."""
    text = svg.decode()
    side, scale = re.findall(r'viewBox="0 0 (\d+) \1".*?scale\((\d+)\)', text)[0]
    modules = int(side) // int(scale)
    light, dark = re.findall(r'<path (fill="#fff"|stroke="#000") d="([^"]+)"/>', text)
    assert light == ('fill="#fff"', f"M0 0h{modules}v{modules}h-{modules}z")
    picture = Image.new("L", (modules, modules), 255)
    x = y = 0.0
    for command, first, second in MODULES.findall(dark[1]):
        if command == "h":
            picture.paste(0, (int(x), int(y), int(x) + int(first), int(y) + 1))
            x += int(first)
        else:
            x = float(first) + (x if command == "m" else 0)
            y = float(second) + (y if command == "m" else 0)
    return picture.resize((modules * 4, modules * 4), Image.Resampling.NEAREST)


def pictured(octets: bytes) -> Image.Image:
    """The picture in a PNG."""
    picture = Image.open(io.BytesIO(octets))
    picture.load()
    assert picture.format == "PNG"
    return picture.convert("L")


def read(picture: Image.Image) -> tuple[bytes, str]:
    """What the one code in a picture holds, and its AIM identifier (]Q1: no ECI)."""
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return found.bytes, found.symbology_identifier


@pytest.mark.parametrize("name", CONTENTS)
def test_a_decoder_reads_the_very_octets(name: str) -> None:
    """Both images hold each octet of what was requested, without an ECI header."""
    octets = CONTENTS[name]
    assert read(drawn(qr(octets, "svg").octets)) == (octets, "]Q1")
    assert read(pictured(qr(octets, "png").octets)) == (octets, "]Q1")


def test_a_code_that_phones_cannot_read_is_refused() -> None:
    """858 octets fit into version 20; one more is refused, with its size and the way out."""
    assert QR_CEILING == 858
    assert len(CONTENTS["the-most"]) == 858
    assert pictured(qr(CONTENTS["the-most"], "png").octets).width == (97 + 2 * QUIET_ZONE) * 6
    with pytest.raises(TooLong, match=r"859 octets.* 858: a link") as refused:
        qr(CONTENTS["the-most"] + b"!")
    assert refused.value.size == 859


@pytest.mark.parametrize("size", [1, 20, 100, 300, 858])
def test_a_png_is_large_and_its_modules_are_square(size: int) -> None:
    """A side has at least 600 pixels, whole ones a module, and a quiet zone of four modules."""
    picture = pictured(qr(bytes(size), "png").octets)
    modules = drawn(qr(bytes(size), "svg").octets).width // 4
    assert picture.width == picture.height >= PNG_SIDE
    small = picture.resize((modules, modules), Image.Resampling.NEAREST)
    assert picture.width % modules == 0
    assert small.resize(picture.size, Image.Resampling.NEAREST).tobytes() == picture.tobytes()
    assert small.point(lambda pixel: 255 - pixel).getbbox() == (
        QUIET_ZONE,
        QUIET_ZONE,
        modules - QUIET_ZONE,
        modules - QUIET_ZONE,
    )


def test_the_free_correction_is_taken() -> None:
    """A short text fills the room of its version with a higher error correction level."""
    (low,) = zxingcpp.read_barcodes(pictured(qr(CONTENTS["the-most"], "png").octets))
    (high,) = zxingcpp.read_barcodes(pictured(qr(b"x", "png").octets))
    assert (low.ec_level, high.ec_level) == ("L", "H")


def test_an_svg_stands_alone_on_any_page() -> None:
    """It names no other file, scales by its viewBox and brings its own white ground."""
    text = qr(b"x", "svg").octets.decode()
    assert text.startswith(
        '<svg shape-rendering="crispEdges" xmlns="http://www.w3.org/2000/svg" '
        'width="232px" height="232px" viewBox="0 0 232 232">'
        '<g transform="scale(8)"><path fill="#fff" d="M0 0h29v29h-29z"/><path stroke="#000" d="M'
    )
    assert text.count("http") == 1
    assert text.endswith('"/></g></svg>')


def test_an_image_is_a_file_of_its_kind() -> None:
    """Type and name say which image it is; the same octets give the same image."""
    svg, png = qr(b"x", "svg"), qr(b"x", "png")
    assert (svg.content_type, svg.filename) == ("image/svg+xml", "contact.svg")
    assert (png.content_type, png.filename) == ("image/png", "contact.png")
    assert qr(b"x") == svg
    assert qr(b"x", "png") == png
    assert (svg.size, png.size) == (len(svg.octets), len(png.octets))
