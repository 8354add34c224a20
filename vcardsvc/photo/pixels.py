"""Renders an untrusted image as a small plain JPEG.

Strategy: the type is read from the first bytes, and pixels are counted before they are decoded.
Data that does not change pixels is removed before Pillow reads the file. The photo is always
encoded anew, which removes GPS positions, polyglots and trailing bytes: first frame, upright, sRGB,
on white, within its budget. This runs in a process that may be killed at any time, so it keeps no
state. Pillow is imported in functions: the main process imports this module without it.
"""

import contextlib
import io
import math
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, cast

from vcardsvc.errors import FIRST_FRAME, FLATTENED
from vcardsvc.model.contact import Photo
from vcardsvc.photo import gif, jpeg, png
from vcardsvc.photo.picture import Picture

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MIB = 1024 * 1024

BASE_MEMORY = 128 * MIB
"""Bytes of address space beside the pixels. Measured (VmPeak, x86-64, Pillow 13.0): an idle child
takes 38 MiB, tiles, colour tables and encoder 30 MiB more, memory kept from the photo before 16
MiB; the rest is for other systems."""

PIXEL_MEMORY = 12
"""Bytes of address space for each pixel. Measured on 32 megapixels: 4 for a square RGBA PNG, 16
bits or interlaced or not, 9 for a progressive CMYK JPEG, 12 for an image one pixel wide or high."""

BYTE_MEMORY = 4
"""Bytes of address space for each byte of the file: the pipe, the pickle and the file itself."""

GAP = 2
"""A photo is first reduced fast to this many times its final side, then resampled, as in Pillow's
thumbnails (`reducing_gap`), where 2 gives nearly the result of resampling alone."""

TILE = 1024
"""Pixels a side of the squares in which a large image is converted, so that memory never holds a
second copy of it."""

FILTER: Final = "BICUBIC"
"""The resampling filter. It takes three quarters of the time of LANCZOS, and looks the same.
Measured on widths of 900 to 4,000: 12 photos differ by 50 to 61 dB from LANCZOS, drawings and noise
by 43 to 49, at least 13 dB less than by the JPEG of quality 75; black text by 34, and by 30."""

OPAQUE: Final = frozenset(("L", "RGB", "CMYK"))
"""The modes that are reduced as they are, and have no transparent pixels."""

ALPHA: Final = frozenset(("LA", "RGBA"))
"""The modes that may have transparent pixels."""

WHITE = (255, 255, 255)

MAGIC: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
"""The first bytes of each type of file. Sources: T.81 B.1.1.2, PNG 5.2, GIF89a 17."""

MARKER = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]")
"""A JPEG marker that ends entropy-coded data. FF 00 is a stuffed byte, FF D0 to D7 a restart, and
the rest reserved; none of these has a length, and decoders step over them (T.81 B.1.1)."""

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA

TRANSPOSES: Final[dict[int, str]] = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
"""The transposition that turns each EXIF orientation upright; 1 is upright (EXIF 2.32, tag
0112)."""

QUALITIES: Final[tuple[tuple[int, float], ...]] = (
    (88, 1.00), (84, 0.87), (80, 0.76), (75, 0.66), (70, 0.58), (60, 0.47), (50, 0.39),
)  # fmt: skip
"""JPEG quality, and its size relative to that of the first one: measured, between that of a photo
and of noise. Below 50 a smaller picture looks better than a coarser one."""

LAST_QUALITY = 30
HEADER_BYTES = 700
UNIT_BYTES = 200
"""An upper bound: at quality 30 a JPEG takes at most 700 bytes of tables and 200 for each 16 x 16
pixels. Measured on random black, white and pure colours, the worst case: 104."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Holds the limits of a card's photo: `side` in pixels, `bytes` of JPEG (at least 2,000)."""

    side: int = 720
    bytes: int = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Holds the limits of decoding.

    `max_bytes` of the file, `max_pixels` before it is scaled down, `max_scans` of a JPEG (a file
    of 0.7 MB with 20,000 of them costs 53 s of CPU); `timeout` in seconds, after which a decoder is
    killed; `slots`, the number of decoders; `slot_timeout` in seconds, to wait for a free one;
    `memory` in bytes of address space of one decoder, computed from the others if None.
    """

    max_bytes: int = 5 * MIB
    max_pixels: int = 32_000_000
    max_scans: int = 100
    timeout: float = 3.0
    slots: int = 2
    slot_timeout: float = 2.0
    memory: int | None = None

    @property
    def address_space(self) -> int:
        """Return the bytes of address space that a decoder may use."""
        if self.memory is not None:
            return self.memory
        return BASE_MEMORY + PIXEL_MEMORY * self.max_pixels + BYTE_MEMORY * self.max_bytes


def precheck(data: bytes, limits: Limits) -> str:
    """Check a file without decoding it: return a cause, or "" if it can be decoded."""
    if len(data) > limits.max_bytes:
        return "too-large"
    return "" if sniff(data) else "not-an-image"


def sniff(data: bytes) -> str:
    """Return GIF, JPEG or PNG by the first bytes, or "" for another file."""
    return next((kind for magic, kind in MAGIC if data.startswith(magic)), "")


def count_scans(data: bytes, ceiling: int) -> int:
    """Count the scans of a JPEG as its decoder reads them, at most one over `ceiling`."""
    scans, at = 0, 2
    while scans <= ceiling and (marker := MARKER.search(data, at)):
        kind, at = data[marker.end() - 1], marker.end()
        if kind == EOI:
            break
        if kind == SOI:
            continue
        scans += kind == SOS
        at += max(2, int.from_bytes(data[at : at + 2]))
    return scans


def warm() -> None:
    """Load Pillow with its plugins, once in a process."""
    from PIL import Image

    # Our limit replaces Pillow's, which is fixed and may be below the operator's.
    Image.MAX_IMAGE_PIXELS = None
    _plugin("GIF")
    _jpeg(Image.new("RGB", (8, 8)), LAST_QUALITY)


def render(data: bytes, limits: Limits, budget: Budget) -> Photo | str:
    """Return the card's photo, or the cause (a key of CAUSES) why there is none.

    Never raises. The same bytes give the same photo.
    """
    if cause := precheck(data, limits):
        return cause
    if sniff(data) == "JPEG" and count_scans(data, limits.max_scans) > limits.max_scans:
        return "scans"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            picture = _read(data, limits.max_pixels)
            if math.prod(picture.size) > limits.max_pixels:
                return "pixels"
            return _rendered(picture, budget)
        except MemoryError:
            return "decoder-died"
        except Exception:
            return "damaged"


def _read(data: bytes, max_pixels: int) -> Picture:
    kind = sniff(data)
    if kind == "GIF":
        return gif.read_picture(data)
    read = jpeg.read_picture if kind == "JPEG" else png.read_picture
    return read(data, max_pixels)


def _rendered(picture: Picture, budget: Budget) -> Photo:
    from PIL import Image

    image: Image.Image = _opened(picture.data)
    whole = image.size == picture.size
    target = _fitted(picture.size, budget.side)
    image.draft(None, (target[0] * GAP, target[1] * GAP))
    image.load()
    if not whole:
        image = _on_canvas(image, picture)
    small, transparent = _shrunk(image, _key(image, picture.data), budget.side)
    del image  # frees up to 128 MB
    flat = _on_white(small.resize(target, Image.Resampling[FILTER]), picture.profile)
    if picture.orientation in TRANSPOSES:
        flat = flat.transpose(Image.Transpose[TRANSPOSES[picture.orientation]])
    octets, (width, height), squeezed = _encoded(flat, budget.bytes)
    notes = (FIRST_FRAME,) * picture.animated + (FLATTENED,) * transparent
    return Photo(jpeg=octets, width=width, height=height, notes=notes, squeezed=squeezed)


def _on_canvas(image: "Image", picture: Picture) -> "Image":
    """Paste the frame at its offset on a transparent canvas."""
    from PIL import Image

    canvas = Image.new("RGBA", picture.size, (*WHITE, 0))
    canvas.paste(image.convert("RGBA"), picture.offset)
    return canvas


def _opened(data: bytes) -> "ImageFile":
    return _plugin(sniff(data))(io.BytesIO(data))


def _plugin(kind: str) -> "Callable[[io.BytesIO], ImageFile]":
    """Return the plugin of a type. Image.open would try MPO for a JPEG, and warn if that fails."""
    from PIL import GifImagePlugin, JpegImagePlugin, PngImagePlugin

    return {
        "GIF": GifImagePlugin.GifImageFile,
        "JPEG": JpegImagePlugin.JpegImageFile,
        "PNG": PngImagePlugin.PngImageFile,
    }[kind]


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the size with a longer side of at most `side` pixels."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _key(image: "Image", data: bytes) -> tuple[int, ...] | None:
    """Return the colour that means transparent, in the bytes of `_planes`; None without one.

    Pillow returns the number in the file, which depends on the bit depth of a PNG.
    """
    maybe_key: Any = image.info.get("transparency")
    if maybe_key is None or image.mode not in {"1", "L", "I;16", "RGB"}:
        return None
    depth = data[24] if sniff(data) == "PNG" else 8
    if image.mode == "I;16":
        return maybe_key // 256, maybe_key % 256
    if image.mode == "RGB":
        return tuple(part >> 8 if depth == 16 else part for part in maybe_key)
    return (maybe_key * {2: 85, 4: 17}.get(depth, 1),)


def _shrunk(image: "Image", key: tuple[int, ...] | None, side: int) -> "tuple[Image, bool]":
    """Return the image at up to GAP times `side`, in L, LA, RGB, RGBA or CMYK, and whether it is
    transparent; if not, it has no alpha, which costs resampling a third more.

    An image whose mode needs no conversion is reduced as a whole. Any other is converted in
    squares, so that no conversion doubles the memory of 32 megapixels.
    """
    from PIL import Image

    width, height = image.size
    factor = max(1, max(image.size) // (GAP * side))
    if key is None and image.mode in OPAQUE:
        return (image.reduce(factor) if factor > 1 else image), False
    step = max(1, TILE // factor) * factor
    maybe_small: Image.Image | None = None
    transparent = False
    for top in range(0, height, step):
        for left in range(0, width, step):
            box = (left, top, min(left + step, width), min(top + step, height))
            tile = _plain(image.crop(box), key)
            transparent = transparent or _is_transparent(tile)
            if factor > 1:
                tile = tile.reduce(factor)
            if maybe_small is None:
                size = math.ceil(width / factor), math.ceil(height / factor)
                maybe_small = Image.new(tile.mode, size)
            maybe_small.paste(tile, (left // factor, top // factor))
    small = cast("Image.Image", maybe_small)
    if small.mode in ALPHA and not transparent:
        small = small.convert(small.mode[:-1])
    return small, transparent


def _is_transparent(tile: "Image") -> bool:
    return tile.mode in ALPHA and tile.getchannel("A").getextrema()[0] != 255


def _plain(tile: "Image", key: tuple[int, ...] | None) -> "Image":
    """Return the pixels in a mode that can be reduced; the key colour becomes transparent."""
    from PIL import ImageChops

    if tile.mode == "P":
        return tile.convert("RGBA" if "transparency" in tile.info else "RGB")
    plain, planes = _planes(tile)
    if key is not None:
        marks = [
            plane.point([0 if value == part else 255 for value in range(256)])
            for plane, part in zip(planes, key, strict=True)
        ]
        plain.putalpha(reduce(ImageChops.lighter, marks))
    return plain


def _planes(tile: "Image") -> "tuple[Image, list[Image]]":
    """Return the tile in 8 bits, and its planes; 16 bits of grey give a plane of high and one of
    low bytes. (Pillow's conversion clips 16 bits at 255 instead of scaling them.)"""
    from PIL import Image

    if tile.mode == "I;16":
        data = tile.tobytes()
        high, low = (Image.frombytes("L", tile.size, data[byte::2]) for byte in (1, 0))
        return high.copy(), [high, low]
    plain = tile.convert("L") if tile.mode == "1" else tile
    return plain, list(plain.split())


def _on_white(image: "Image", profile: bytes) -> "Image":
    from PIL import Image

    if image.mode not in ALPHA:
        return _srgb(image, profile)
    flat = Image.new("RGB", image.size, WHITE)
    colours = _srgb(image.convert(image.mode[:-1]), profile)
    flat.paste(colours, mask=image.getchannel("A"))
    return flat


def _srgb(image: "Image", profile: bytes) -> "Image":
    """Return the image in sRGB, by its profile if it is valid and of the same colour space."""
    if profile:
        with contextlib.suppress(Exception):
            return _managed(image, profile)
    return image if image.mode == "RGB" else image.convert("RGB")


def _managed(image: "Image", profile: bytes) -> "Image":
    from PIL import ImageCms

    source = ImageCms.getOpenProfile(io.BytesIO(profile))
    mode = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}[source.profile.xcolor_space.strip()]
    if image.mode == "L" and mode == "RGB":
        image = image.convert("RGB")
    srgb: Any = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB")
    return cast("Image", converted)


def _encoded(image: "Image", budget: int) -> tuple[bytes, tuple[int, int], bool]:
    """Return the image within `budget` bytes, its size, and whether its quality or size was
    reduced.

    At most four encodings: the first has the best quality. Two follow from the size of the one
    before, with a lower quality, then a smaller size. The last one fits for every image.
    """
    from PIL import Image

    quality, part = QUALITIES[0]
    octets = _jpeg(image, quality)
    if len(octets) <= budget:
        return octets, image.size, False
    for margin in (0.95, 0.85):
        if len(octets) <= budget:
            break
        part_needed = max(0.0, budget * margin - HEADER_BYTES) / len(octets) * part
        quality, part = next((row for row in QUALITIES if row[1] <= part_needed), QUALITIES[-1])
        shrink = min(1.0, math.sqrt(part_needed / part))
        side = max(1, int(max(image.size) * shrink))
        image = image.resize(_fitted(image.size, side), Image.Resampling[FILTER])
        octets = _jpeg(image, quality)
    if len(octets) > budget:
        image = image.resize(_certain(image.size, budget), Image.Resampling[FILTER])
        octets = _jpeg(image, LAST_QUALITY)
    return octets, image.size, True


def _certain(size: tuple[int, int], budget: int) -> tuple[int, int]:
    """Return the largest size of this shape that fits the budget at LAST_QUALITY for every
    image."""
    units = max(1, (budget - HEADER_BYTES) // UNIT_BYTES)
    side = max(size)
    while side > 1 and math.prod(math.ceil(n / 16) for n in _fitted(size, side)) > units:
        side -= 1
    return _fitted(size, side)


def _jpeg(image: "Image", quality: int) -> bytes:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality, optimize=True, subsampling="4:2:0")
    return target.getvalue()
