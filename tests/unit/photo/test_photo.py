"""Honest photos of every kind: what they look like on the card, and that nothing else is on it.

CONTRACT rows: section 5, "Pixels" and "Out"; section 4, PHOTO.
"""

import io
import re
import struct

import pytest
from msgspec import structs
from PIL import Image, ImageCms

from tests.support import images
from tests.support.images import QUARTERS, chunk, plain, png, quarters, saved, seen
from vcardsvc.errors import FIRST_FRAME, FLATTENED
from vcardsvc.model.contact import Photo
from vcardsvc.photo import pixels
from vcardsvc.photo.decoder import Budget, Limits, render
from vcardsvc.photo.picture import PROFILE_BYTES

LIMITS, BUDGET = Limits(), Budget()
MARKS = re.compile(rb"\xff[\xc0-\xcf\xda-\xfe]")


def drawn(data: bytes, budget: Budget = BUDGET) -> Photo:
    """The photo of a file that has one."""
    photo = render(data, LIMITS, budget)
    assert isinstance(photo, Photo), photo
    return photo


def grey(depth: int, row: bytes, key: int) -> bytes:
    """A grey PNG with one transparent shade."""
    return png((16, 16), depth, 0, row, chunk(b"tRNS", struct.pack(">H", key)))


def rgb(depth: int, row: bytes, *key: int) -> bytes:
    """A PNG with one transparent colour."""
    return png((16, 16), depth, 2, row * 16, chunk(b"tRNS", struct.pack(">HHH", *key)))


def palette(alphas: bytes) -> bytes:
    """A PNG of index 0, which is red, and these alphas for its colours."""
    colours = chunk(b"PLTE", b"\xff\0\0\0\0\xff"), chunk(b"tRNS", alphas)
    return png((16, 16), 8, 3, b"\0" * 16, *colours)


LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
SWAPPED = images.swapped_profile()
CYAN = plain("CMYK", colour=(255, 0, 0, 0))
HALF_RED = plain("RGBA", colour=(255, 0, 0, 128))

ONE_COLOUR = {
    "jpeg": (saved(plain(), "JPEG"), "red", ()),
    "jpeg grey": (saved(plain("L", colour=128), "JPEG"), "grey", ()),
    "jpeg progressive": (saved(plain(), "JPEG", progressive=True), "red", ()),
    "jpeg cmyk": (saved(CYAN, "JPEG"), "cyan", ()),
    "jpeg cmyk, no adobe marker": (saved(CYAN, "JPEG").replace(b"Adobe", b"Other"), "cyan", ()),
    "jpeg cmyk, profile": (
        saved(CYAN, "JPEG", icc_profile=images.red_cmyk_profile()), "red", (),
    ),
    "jpeg, profile": (saved(plain(), "JPEG", icc_profile=SWAPPED), "lime", ()),
    "jpeg grey, profile for colours": (
        saved(plain("L", colour=128), "JPEG", icc_profile=SWAPPED), "grey", (),
    ),
    "jpeg, broken profile": (saved(plain(), "JPEG", icc_profile=SWAPPED[:99]), "red", ()),
    "jpeg, random profile": (saved(plain(), "JPEG", icc_profile=b"\7" * 999), "red", ()),
    "jpeg, profile of another mode": (saved(plain(), "JPEG", icc_profile=LAB), "red", ()),
    "jpeg, profile over the ceiling": (
        saved(plain(), "JPEG", icc_profile=SWAPPED + b"\0" * PROFILE_BYTES), "red", (),
    ),
    "png, profile": (saved(plain(), "PNG", icc_profile=SWAPPED), "lime", ()),
    "png, profile, transparent": (
        saved(HALF_RED, "PNG", icc_profile=SWAPPED), "palegreen", (FLATTENED,),
    ),
    "png palette, profile": (
        saved(plain().convert("P"), "PNG", icc_profile=SWAPPED), "lime", (),
    ),
    "png 1": (png((16, 16), 1, 0, b"\xff\xff"), "white", ()),
    "png 1, transparent": (grey(1, b"\0\0", 0), "white", (FLATTENED,)),
    "png 1, other key": (grey(1, b"\0\0", 1), "black", ()),
    "png 2, transparent": (grey(2, b"\x55" * 4, 1), "white", (FLATTENED,)),
    "png 4, transparent": (grey(4, b"\x77" * 8, 7), "white", (FLATTENED,)),
    "png 4, other key": (grey(4, b"\x77" * 8, 8), "grey", ()),
    "png 8, transparent": (grey(8, b"\0" * 16, 0), "white", (FLATTENED,)),
    "png 8, key that cannot be": (grey(8, b"\0" * 16, 999), "black", ()),
    "png 16": (png((16, 16), 16, 0, b"\x80\x01" * 16), "grey", ()),
    "png 16, transparent": (grey(16, b"\x80\x01" * 16, 0x8001), "white", (FLATTENED,)),
    "png 16, other key": (grey(16, b"\x80\x01" * 16, 0x8002), "grey", ()),
    "png 16 rgb": (png((16, 16), 16, 2, b"\xff\xff\0\0\0\0" * 16), "red", ()),
    "png 16 rgba": (
        png((16, 16), 16, 6, b"\xff\xff\0\0\0\0\x80\0" * 16), "pink", (FLATTENED,),
    ),
    "png 16 grey and alpha": (
        png((16, 16), 16, 4, b"\0\0\x80\0" * 16), "grey", (FLATTENED,),
    ),
    "png rgb, transparent": (rgb(8, b"\xff\0\0", 255, 0, 0), "white", (FLATTENED,)),
    "png rgb, other key": (rgb(8, b"\xff\0\0", 255, 0, 1), "red", ()),
    "png 16 rgb, transparent": (
        rgb(16, b"\xff\xff\0\0\0\0", 65535, 0, 0), "white", (FLATTENED,),
    ),
    "png palette": (png((16, 16), 1, 3, b"\0\0", chunk(b"PLTE", b"\xff\0\0")), "red", ()),
    "png palette, half": (palette(b"\x80\xff"), "pink", (FLATTENED,)),
    "png palette, transparent": (palette(b"\0\xff"), "white", (FLATTENED,)),
    "png palette, other index": (palette(b"\xff\0"), "red", ()),
    "png grey and alpha": (
        saved(plain("LA", colour=(0, 128)), "PNG"), "grey", (FLATTENED,),
    ),
    "png rgba": (saved(HALF_RED, "PNG"), "pink", (FLATTENED,)),
    "png rgba, opaque": (saved(plain("RGBA"), "PNG"), "red", ()),
    "gif": (saved(plain().convert("P"), "GIF"), "red", ()),
    "gif grey": (saved(plain("L", colour=128), "GIF"), "grey", ()),
    "gif transparent": (
        saved(plain("P", colour=1), "GIF", transparency=1), "white", (FLATTENED,),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_COLOUR)
def test_a_colour_stays_what_it_looks_like(name: str) -> None:
    """Every mode, depth, transparency and profile comes out in the colour that people see."""
    data, colour, notes = ONE_COLOUR[name]
    photo = drawn(data)
    assert (seen(photo), photo.notes) == ((colour,) * 4, notes)


@pytest.mark.parametrize("kind", ["GIF", "JPEG", "PNG"])
def test_the_three_types_are_read(kind: str) -> None:
    """A GIF, a JPEG and a PNG of the same picture give the same picture."""
    photo = drawn(saved(quarters(), kind))
    assert (seen(photo), structs.replace(photo, jpeg=b"")) == (
        QUARTERS, Photo(jpeg=b"", width=64, height=48),
    )  # fmt: skip


UPRIGHT = {
    1: ("red", "lime", "blue", "yellow"),
    2: ("lime", "red", "yellow", "blue"),
    3: ("yellow", "blue", "lime", "red"),
    4: ("blue", "yellow", "red", "lime"),
    5: ("red", "blue", "lime", "yellow"),
    6: ("blue", "red", "yellow", "lime"),
    7: ("yellow", "lime", "blue", "red"),
    8: ("lime", "yellow", "red", "blue"),
    9: ("red", "lime", "blue", "yellow"),
}
"""Where the corners of QUARTERS must be seen, by EXIF 2.32, tag 0112 (9 means nothing)."""


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_stands_upright(orientation: int, kind: str) -> None:
    """All orientations of EXIF are turned upright, the sides exchanged with them."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = drawn(saved(quarters((64, 32)), kind, exif=exif))
    size = (32, 64) if orientation in {5, 6, 7, 8} else (64, 32)
    assert (seen(photo), (photo.width, photo.height)) == (UPRIGHT[orientation], size)


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0MM\0*\0\0\0\x08\0\x09" + b"\xff" * 99])
def test_broken_exif_says_nothing(exif: bytes) -> None:
    """A photo whose EXIF cannot be read is taken as it lies."""
    assert seen(drawn(saved(quarters(), "JPEG", exif=exif))) == QUARTERS


def test_nothing_of_the_metadata_comes_out() -> None:
    """EXIF, GPS, XMP, comments and profiles are gone, and what is left is a baseline JPEG."""
    data = images.with_metadata(quarters())
    jpeg = drawn(data).jpeg
    assert data.count(images.GPS) == 4
    assert images.GPS not in jpeg
    body = jpeg[: jpeg.index(b"\xff\xda") + 2]
    assert {mark.hex() for mark in MARKS.findall(body)} == {"ffe0", "ffdb", "ffc0", "ffc4", "ffda"}


@pytest.mark.parametrize("kind", ["GIF", "JPEG", "PNG"])
def test_trailing_bytes_are_gone(kind: str) -> None:
    """What hides behind an image (an archive, a page) does not change it, nor come out of it."""
    data = saved(quarters(), kind)
    tail = b"PK\x03\x04<script>\xff\xda\0\x02" * 9999
    assert drawn(data + tail) == drawn(data)


SIZES = {
    (1, 1): (1, 1),
    (720, 720): (720, 720),
    (721, 9): (720, 9),
    (900, 1200): (540, 720),
    (3000, 2000): (720, 480),
    (20_000, 1): (720, 1),
    (1, 20_000): (1, 720),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_is_shrunk_and_never_enlarged(size: tuple[int, int], kind: str) -> None:
    """The longer side is at most the budget's, the shape is kept, small photos stay as they are."""
    photo = drawn(saved(quarters(size), kind))
    assert (photo.width, photo.height) == SIZES[size]


def test_a_large_photo_is_put_together_right() -> None:
    """An image that is shrunk square by square shows the same picture, to its very edges."""
    photo = drawn(saved(quarters((5003, 2999)), "PNG"))
    with Image.open(io.BytesIO(photo.jpeg)) as image:
        whole = quarters((720, 432))
        there, expected = image.tobytes(), whole.tobytes()
    assert sum(abs(a - b) > 40 for a, b in zip(there, expected, strict=True)) < len(expected) * 0.01


@pytest.mark.parametrize("harsh", [False, True])
@pytest.mark.parametrize("size", [(720, 720), (720, 3), (33, 700)])
@pytest.mark.parametrize("limit", [2_000, 10_000, 100_000])
def test_the_budget_holds_for_any_photo(
    limit: int, size: tuple[int, int], harsh: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noise, which compresses worst, fits the budget too, after four encodings at most."""
    encodings: list[int] = []
    encode = pixels._jpeg

    def counted(image: Image.Image, quality: int) -> bytes:
        encodings.append(quality)
        return encode(image, quality)

    monkeypatch.setattr(pixels, "_jpeg", counted)
    photo = drawn(saved(images.noise(size, harsh=harsh), "PNG"), Budget(side=720, bytes=limit))
    assert len(photo.jpeg) <= limit
    assert len(encodings) <= 4
    assert photo.width * photo.height >= min(size[0] * size[1], limit) / 4


@pytest.mark.parametrize("seed", range(8))
def test_the_last_encoding_cannot_fail(seed: int) -> None:
    """The size that is reckoned to fit does so for random colours at their harshest."""
    for size in ((720, 720), (720, 60), (100, 90)):
        fitted = pixels._certain(size, 2_000)
        assert len(pixels._jpeg(images.noise(fitted, seed, harsh=True), 30)) <= 2_000


def test_a_small_budget_is_kept_by_a_smaller_picture() -> None:
    """Another side and another weight of the card's photo are kept."""
    photo = drawn(saved(quarters((500, 400)), "JPEG"), Budget(side=100, bytes=2_000))
    assert (photo.width, photo.height, len(photo.jpeg) <= 2_000) == (100, 80, True)


FRAMES = [plain(colour=name) for name in ("red", "lime", "blue")]
CLEAR = [plain("RGBA", colour=(255, 0, 0, alpha)) for alpha in (128, 255)]
ANIMATED = {
    "gif": (
        saved(FRAMES[0], "GIF", save_all=True, append_images=FRAMES[1:]), "red", (FIRST_FRAME,),
    ),
    "apng": (
        saved(FRAMES[0], "PNG", save_all=True, append_images=FRAMES[1:]), "red", (FIRST_FRAME,),
    ),
    "apng, transparent": (
        saved(CLEAR[0], "PNG", save_all=True, append_images=CLEAR[1:]),
        "pink",
        (FIRST_FRAME, FLATTENED),
    ),
    "apng of one frame": (saved(FRAMES[0], "PNG", save_all=True), "red", ()),
    "gif of one frame": (saved(FRAMES[0], "GIF", save_all=True), "red", ()),
}  # fmt: skip


@pytest.mark.parametrize("name", ANIMATED)
def test_an_animation_shows_its_first_frame(name: str) -> None:
    """Of several frames the first is used, and a note says so."""
    data, colour, notes = ANIMATED[name]
    photo = drawn(data)
    assert (seen(photo), photo.notes) == ((colour,) * 4, notes)


def test_one_clear_pixel_is_noted() -> None:
    """A note tells of transparency even where the shrunk picture hardly shows it."""
    image = plain("RGBA", (3000, 3000))
    image.putpixel((2999, 1500), (0, 0, 0, 254))
    assert drawn(saved(image, "PNG")).notes == (FLATTENED,)


def test_the_same_bytes_give_the_same_photo() -> None:
    """The photo is a function of the file."""
    data = saved(images.noise((900, 700)), "PNG")
    assert drawn(data) == drawn(data)
