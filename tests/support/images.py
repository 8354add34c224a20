"""Makers of test images, in memory: honest ones by Pillow, odd and hostile ones byte by byte.

Nothing in here judges a photo; the tests do.
"""

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms

from vcardsvc.model.contact import Photo

COLOURS = {
    "black": (0, 0, 0),
    "blue": (0, 0, 255),
    "cyan": (0, 255, 255),
    "grey": (128, 128, 128),
    "lime": (0, 255, 0),
    "magenta": (255, 0, 255),
    "palegreen": (128, 255, 128),
    "pink": (255, 128, 128),
    "red": (255, 0, 0),
    "white": (255, 255, 255),
    "yellow": (255, 255, 0),
}
QUARTERS = ("red", "lime", "blue", "yellow")
"""Top left, top right, bottom left, bottom right of `quarters`."""

GPS = b"N0TFORYOU"
"""A word that stands in the metadata of `with_metadata`, and must not come out."""


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The file that Pillow makes of this image."""
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def plain(mode: str = "RGB", size: tuple[int, int] = (64, 48), colour: Any = "red") -> Image.Image:
    """An image of one colour."""
    return Image.new(mode, size, colour)


def quarters(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """An image of four colours, so that one sees which way is up."""
    image = Image.new("RGB", (2, 2))
    image.putdata([COLOURS[name] for name in QUARTERS])
    return image.resize(size, Image.Resampling.NEAREST)


def noise(size: tuple[int, int], seed: int = 1, *, harsh: bool = False) -> Image.Image:
    """What compresses worst: random bytes, or random full and empty ones."""
    data = random.Random(seed).randbytes(size[0] * size[1] * 3)
    return Image.frombytes("RGB", size, bytes(255 * (b & 1) for b in data) if harsh else data)


def seen(photo: Photo | str) -> tuple[str, ...]:
    """The colours of a photo's corners, in the order of QUARTERS, by their nearest names."""
    assert isinstance(photo, Photo), photo
    with Image.open(io.BytesIO(photo.jpeg), formats=["JPEG"]) as image:
        assert (image.mode, image.size) == ("RGB", (photo.width, photo.height))
        right, bottom = image.width * 7 // 8, image.height * 7 // 8
        left, top = image.width // 8, image.height // 8
        spots = [(left, top), (right, top), (left, bottom), (right, bottom)]
        return tuple(_nearest(image.getpixel(spot)) for spot in spots)


def _nearest(pixel: Any) -> str:
    def distance(name: str) -> int:
        return sum((a - b) ** 2 for a, b in zip(COLOURS[name], pixel, strict=True))

    return min(COLOURS, key=distance)


def with_metadata(image: Image.Image, orientation: int = 1) -> bytes:
    """A JPEG that says how it lies, where it was taken, and more."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = GPS.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 0.0), 29: GPS.decode()})
    return saved(image, "JPEG", quality=95, exif=exif, comment=GPS, xmp=b"<x>" + GPS + b"</x>")


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG (PNG 5.3)."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    size: tuple[int, int], depth: int, colour: int, row: bytes, *extra: bytes, rows: int = -1
) -> bytes:
    """A PNG of equal rows, with extra chunks before its pixels (PNG 11.2.1).

    `rows` are those that are really there, all of them when negative.
    """
    header = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0)
    squeezer = zlib.compressobj(1)
    lines = [squeezer.compress(b"\0" + row) for _ in range(rows if rows >= 0 else size[1])]
    pixels = b"".join(lines) + squeezer.flush()
    parts = (chunk(b"IHDR", header), *extra, chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def gif(frames: int, size: tuple[int, int] = (1, 1)) -> bytes:
    """A GIF of black and white frames of one pixel each (GIF89a 18 to 22)."""
    screen = b"GIF89a" + struct.pack("<HHBBB", *size, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return screen + frame * frames + b";"


def scan_bomb(scans: int, size: tuple[int, int] = (64, 64)) -> bytes:
    """A progressive JPEG that repeats its last scan: 20 bytes that cost a pass over the image."""
    jpeg = saved(plain(size=size), "JPEG", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:-2] + jpeg[last:-2] * (scans - jpeg.count(b"\xff\xda")) + jpeg[-2:]


def swapped_profile() -> bytes:
    """A colour profile in which red is green and green is red: sRGB's own, two tags exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"????"), (b"gXYZ", b"rXYZ"), (b"????", b"gXYZ")):
        profile = profile.replace(old, new, 1)
    return profile


def red_cmyk_profile() -> bytes:
    """A profile of a printer that prints every ink in the same red (ICC.1:2001-04, lut8Type)."""
    ramp = bytes(range(256))
    matrix = struct.pack(">9I", *(0x10000 if at % 4 == 0 else 0 for at in range(9)))
    red = bytes((75 * 255 // 100, 128 + 100, 128 + 90))
    table = b"mft1" + bytes((0, 0, 0, 0, 4, 3, 2, 0)) + matrix + ramp * 4 + red * 16 + ramp * 3
    d50 = struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    head = b"\0" * 4 + struct.pack(">I", 0x02400000) + b"prtrCMYKLab " + b"\0" * 12 + b"acsp"
    head += b"\0" * 28 + d50 + b"\0" * 48
    tags = struct.pack(">I4sII", 1, b"A2B0", 144, len(table))
    return struct.pack(">I", 4 + len(head) + len(tags) + len(table)) + head + tags + table
