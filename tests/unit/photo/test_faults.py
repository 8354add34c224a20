"""What does not reach the pixels decides nothing; what is missing of them does.

CONTRACT row: section 5, "Pixels" (amended).
"""

import zlib

import pytest

from tests.support import faulty_images as pictures
from tests.support.cpu_budget import within_cpu_budget
from tests.support.images import QUARTERS, chunk, noise, saved, seen
from vcardsvc.errors import FIRST_FRAME, FLATTENED
from vcardsvc.model.contact import Photo
from vcardsvc.photo.decoder import Budget, Limits, render

LIMITS, BUDGET = Limits(), Budget()

SHOWN = {
    f"{kind}: {name}": data
    for kind, table in {
        "png": pictures.PNG_SHOWN | pictures.PNG_SHOWN_HERE,
        "jpeg": pictures.JPEG_SHOWN | pictures.JPEG_SHOWN_HERE,
        "gif": pictures.GIF_SHOWN,
        "exif": pictures.UNTURNED,
    }.items()
    for name, data in table.items()
}
ANIMATED = pictures.ANIMATED | pictures.GIF_ANIMATED
DAMAGED = {
    f"{kind}: {name}": data
    for kind, table in {
        "png": pictures.PNG_DAMAGED,
        "jpeg": pictures.JPEG_DAMAGED,
        "gif": pictures.GIF_DAMAGED,
    }.items()
    for name, data in table.items()
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_thrown_away_does_not_decide(name: str) -> None:
    """A fault outside the pixels leaves the picture as it is, upright and without a note on it."""
    photo = render(SHOWN[name], LIMITS, BUDGET)
    assert isinstance(photo, Photo), photo
    animated = name.removeprefix("png: ") in pictures.PNG_SHOWN_HERE
    assert (seen(photo), photo.notes) == (QUARTERS, (FIRST_FRAME,) * animated)


@pytest.mark.parametrize("name", ANIMATED)
def test_nothing_behind_the_first_frame_is_looked_at(name: str) -> None:
    """The first frame of an animation is used, and noted, whatever the second one is."""
    photo = render(ANIMATED[name], LIMITS, BUDGET)
    assert isinstance(photo, Photo), photo
    assert (seen(photo), photo.notes) == (QUARTERS, (FIRST_FRAME,))


@pytest.mark.parametrize("name", pictures.TURNED)
def test_exif_turns_a_picture(name: str) -> None:
    """The orientation of IFD0 is found in every order of octets and at every place."""
    photo = render(pictures.TURNED[name], LIMITS, BUDGET)
    assert isinstance(photo, Photo), photo
    assert (seen(photo), (photo.width, photo.height)) == (
        ("blue", "red", "yellow", "lime"), (180, 240),
    )  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_every_row_must_be_there(name: str) -> None:
    """A file that has not all the pixels of its picture is damaged, whatever it ends with."""
    assert render(DAMAGED[name], LIMITS, BUDGET) == "damaged"


@pytest.mark.parametrize("name", pictures.UNCOVERED)
def test_what_a_gif_leaves_uncovered_is_white(name: str) -> None:
    """The canvas round a small first frame is white and noted, not the background colour."""
    frame, size, corner = pictures.UNCOVERED[name]
    photo = render(pictures.gif(frame, size=size, palette=b"\0\0\xff" * 4), LIMITS, BUDGET)
    assert isinstance(photo, Photo), photo
    colours = ["white"] * 4
    colours[corner] = "blue"
    assert (seen(photo), photo.notes) == (tuple(colours), (FLATTENED,))


def test_a_gif_without_a_palette_is_black() -> None:
    """Indices that have no colour are black, as in browsers."""
    photo = render(pictures.gif(pictures.WHOLE, palette=b""), LIMITS, BUDGET)
    assert seen(photo) == ("black",) * 4


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (5, 5), (8, 8), (9, 7), (33, 17)])
def test_the_rows_of_any_size_are_counted(size: tuple[int, int], interlaced: bool) -> None:
    """A PNG of any size, interlaced (PNG 8.1) or not, is whole with its last row alone."""
    width, height = size
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
              (0, 1, 1, 2)) if interlaced else ((0, 0, 1, 1),)  # fmt: skip
    lines = b""
    for left, top, across, down in passes:
        columns = len(range(left, width, across))
        lines += (b"\0" + bytes(3 * columns)) * (len(range(top, height, down)) if columns else 0)
    header = width.to_bytes(4) + height.to_bytes(4) + bytes((8, 2, 0, 0, interlaced))

    def created(octets: bytes) -> bytes:
        parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(octets)), pictures.IEND
        return pictures.SIGNATURE + b"".join(parts)

    outcome = [render(created(octets), LIMITS, BUDGET) for octets in (lines, lines[:-1])]
    assert (isinstance(outcome[0], Photo), outcome[1]) == (True, "damaged")


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"subsampling": 0}, {"optimize": True}]
)
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("size", [(17, 33), (33, 17), (100, 75), (640, 9)])
def test_a_jpeg_is_whole_to_its_last_octet(
    size: tuple[int, int], mode: str, options: dict[str, object]
) -> None:
    """A JPEG of noise of any size is drawn without its end, and not when its first scan is cut."""
    data = saved(noise(size).convert(mode), "JPEG", quality=90, **options)
    whole = render(data[:-2], LIMITS, BUDGET)
    assert whole == render(data, LIMITS, BUDGET)
    assert isinstance(whole, Photo)
    start, end = pictures.first_scan(data)
    cut = data[: start + (end - start) * 3 // 4] + pictures.EOI
    assert render(cut, LIMITS, BUDGET) == "damaged"


COSTLY = {
    "chunks": pictures.png(chunk(b"abCd", b"") * 430_000),
    "pixels in an octet each": pictures.png(
        pixels=chunk(b"IDAT", b"\0") * 400_000
    ),
    "comments of a JPEG": pictures.with_segments(b"\xff\xfe\0\6abcd" * 600_000),
    "filling of a JPEG": pictures.BASELINE[:2] + b"\xff" * 5_000_000,
    "filling of a scan": pictures.BASELINE[:-2] + b"\xff" * 5_000_000,
    "restarts": pictures.KINDS["progressive, with restarts"][:-2] + b"\xff\xd0" * 2_500_000,
    "sub-blocks of a GIF": pictures.gif(b"!\xfe" + b"\1x" * 2_600_000, end=b""),
    "garbage in a GIF": pictures.gif(pictures.WHOLE, end=b"\0" * 5_000_000),
    "entries of EXIF": pictures.with_exif(b"MM\0*\0\0\0\x08\xff\xff" + bytes(60_000)),
}  # fmt: skip


@pytest.mark.parametrize("name", COSTLY)
def test_a_file_of_many_parts_is_cheap(name: str) -> None:
    """What is left out costs no more than a look at each of its octets."""
    assert len(COSTLY[name]) <= LIMITS.max_bytes
    within_cpu_budget(LIMITS.timeout, lambda: render(COSTLY[name], LIMITS, BUDGET))
