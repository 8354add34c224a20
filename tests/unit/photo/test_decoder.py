"""Photos that lie, bombs and broken files, and the processes that must outlive them.

CONTRACT rows: section 3, E1522, E1523 and E503; section 5, "Budget" (slots) and "Pixels".
"""

import asyncio
import struct
import zlib

import pytest

from tests.support import images
from tests.support.cpu_budget import within_cpu_budget
from tests.support.decoding import BUDGET, FIELD, GIF, JPEG, LIMITS, PNG, SLOW, answer
from tests.support.images import chunk, plain, png, saved
from vcardsvc.errors import E1522, E1523, Problem
from vcardsvc.model.contact import Photo
from vcardsvc.photo import child
from vcardsvc.photo.decoder import Decoder, render

PROGRESSIVE = saved(images.noise((64, 64)), "JPEG", progressive=True)
NOISE = {kind: saved(images.noise((64, 64)), kind) for kind in ("JPEG", "PNG", "GIF")}
IDAT = PNG.index(b"IDAT") + 8
BIG_JPEG = JPEG.replace(struct.pack(">HH", 48, 64), struct.pack(">HH", 65500, 65500), 1)
SEGMENT = b"\xff\xe1" + struct.pack(">H", 60_002) + b"\xff\xda\0\x02" * 15_000
INFLATED = zlib.compress(b"a" * 2_000_000)

CAUSE = {
    "nothing": (b"", "not-an-image"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not-an-image"),
    "html": (b"<!doctype html><script>1</script>", "not-an-image"),
    "pdf": (b"%PDF-1.7\n", "not-an-image"),
    "webp": (saved(plain(), "WEBP"), "not-an-image"),
    "bmp": (saved(plain(), "BMP"), "not-an-image"),
    "tiff": (saved(plain(), "TIFF"), "not-an-image"),
    "ico": (saved(plain(), "ICO"), "not-an-image"),
    "psd": (b"8BPS\0\1" + bytes(99), "not-an-image"),
    "jpeg 2000": (saved(plain(), "JPEG2000"), "not-an-image"),
    "a space before": (b" " + PNG, "not-an-image"),
    "gif of another year": (GIF.replace(b"GIF87a", b"GIF88a"), "not-an-image"),
    "html behind a jpeg's magic": (b"\xff\xd8\xff<script>", "damaged"),
    "webp behind a gif's magic": (b"GIF89a" + saved(plain(), "WEBP"), "damaged"),
    "png behind a jpeg's magic": (b"\xff\xd8\xff" + PNG, "damaged"),
    "bare jpeg": (JPEG[:3], "damaged"),
    "bare png": (PNG[:8], "damaged"),
    "bare gif": (GIF[:6], "damaged"),
    "half a jpeg": (NOISE["JPEG"][:-1000], "damaged"),
    "half a first scan of a progressive jpeg": (PROGRESSIVE[:270], "damaged"),
    "a progressive jpeg without its finest detail": (PROGRESSIVE[:-1000], ""),
    "half a png": (NOISE["PNG"][:-1000], "damaged"),
    "half a gif": (NOISE["GIF"][:-1000], "damaged"),
    "a png without its end": (PNG[:-12], ""),
    "a wrong sum of the header": (PNG[:29] + b"\0\0\0\0" + PNG[33:], "damaged"),
    "a wrong sum of the pixels": (PNG[:IDAT] + b"\1" + PNG[IDAT + 1 :], "damaged"),
    "a wrong sum of the end": (PNG[:-1] + b"\0", ""),
    "no width": (png((0, 9), 8, 0, b""), "damaged"),
    "a depth that is none": (png((9, 9), 3, 0, bytes(9)), "damaged"),
    "12 bits of jpeg": (JPEG.replace(b"\0\x11\x08", b"\0\x11\x0c", 1), "damaged"),
    "a text bomb": (png((9, 9), 8, 0, bytes(9), chunk(b"zTXt", b"a\0\0" + INFLATED)), ""),
    "a profile bomb": (png((9, 9), 8, 0, bytes(9), chunk(b"iCCP", b"a\0\0" + INFLATED)), ""),
    "100 scans": (images.scan_bomb(100), ""),
    "101 scans": (images.scan_bomb(101), "scans"),
    "20,000 scans": (SLOW, "scans"),
    "scans named within a segment": (JPEG[:2] + SEGMENT + JPEG[2:], ""),
    "scans behind a lying restart": (
        JPEG[:-2] + b"\xff\x02\xff\xff" + images.scan_bomb(200)[2:], "scans",
    ),
    "scans behind the end": (JPEG + b"\xff\xda\0\x02" * 999, ""),
    "a huge jpeg": (BIG_JPEG, "pixels"),
    "a huge png": (png((2**31 - 1, 2**31 - 1), 8, 6, b"", rows=1), "pixels"),
    "a huge screen": (images.gif(1, (65535, 65535)), "pixels"),
    "one pixel over": (png((32_000_001, 1), 1, 0, bytes(4_000_001)), "pixels"),
    "as many pixels as may be": (png((32_000_000, 1), 1, 0, bytes(4_000_000)), ""),
    "10,000 frames": (images.gif(10_000), ""),
    "one byte over": (PNG + bytes(LIMITS.max_bytes - len(PNG) + 1), "too-large"),
    "as many bytes as may be": (PNG + bytes(LIMITS.max_bytes - len(PNG)), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CAUSE)
def test_a_lie_is_found_out(name: str) -> None:
    """Each kind of lie, damage and bomb has its cause, and what only looks like one is drawn."""
    data, cause = CAUSE[name]
    outcome = render(data, LIMITS, BUDGET)
    assert ("" if isinstance(outcome, Photo) else outcome) == cause


def test_bombs_are_cheap() -> None:
    """20,000 scans and 10,000 frames are judged without walking over them all."""
    frames = images.gif(10_000)

    def work() -> None:
        render(SLOW, LIMITS, BUDGET)
        render(frames, LIMITS, BUDGET)

    within_cpu_budget(1.0, work)


DRAWN = {"jpeg": JPEG, "png": PNG, "gif": GIF, "many frames": images.gif(9)}
PROBLEM = {
    "svg": (b"<svg/>", Problem(code=E1522, field=FIELD, cause="not-an-image")),
    "half": (NOISE["PNG"][:-1000], Problem(code=E1522, field=FIELD, cause="damaged")),
    "scans": (SLOW, Problem(code=E1523, field=FIELD, cause="scans")),
    "pixels": (BIG_JPEG, Problem(code=E1523, field=FIELD, cause="pixels")),
    "a frame beyond its screen": (
        GIF.replace(struct.pack("<HHHH", 0, 0, 64, 48), b"\xff" * 8, 1),
        Problem(code=E1523, field=FIELD, cause="pixels"),
    ),
    "bytes": (PNG + bytes(LIMITS.max_bytes), Problem(code=E1523, field=FIELD, cause="too-large")),
}


@pytest.mark.decoder_processes
@pytest.mark.parametrize("name", DRAWN)
def test_a_child_draws_what_render_draws(
    name: str, runner: asyncio.Runner, decoder: Decoder
) -> None:
    """A photo is the same to the byte in a child and in this process."""
    assert runner.run(answer(decoder, DRAWN[name])) == render(DRAWN[name], LIMITS, BUDGET)


@pytest.mark.decoder_processes
@pytest.mark.parametrize("name", PROBLEM)
def test_a_cause_becomes_a_problem(name: str, runner: asyncio.Runner, decoder: Decoder) -> None:
    """A photo that cannot be drawn is a problem of the member that named it."""
    data, problem = PROBLEM[name]
    assert runner.run(answer(decoder, data)) == problem


@pytest.mark.decoder_processes
def test_more_photos_than_slots_are_all_drawn(runner: asyncio.Runner, decoder: Decoder) -> None:
    """Photos that come together wait for a slot and are drawn in turn."""

    async def together() -> list[Photo | Problem]:
        return await asyncio.gather(*(answer(decoder, JPEG) for _ in range(12)))

    assert runner.run(together()) == [render(JPEG, LIMITS, BUDGET)] * 12


ANSWERS: dict[str, Photo | str] = {
    "a photo": Photo(jpeg=b"\xff\xd8", width=7, height=5),
    "notes": Photo(jpeg=b"", width=1, height=1, notes=("first-frame", "flattened"), squeezed=True),
    "a cause": "damaged",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read_as_it_was_written(name: str) -> None:
    """What a decoder process sends is the photo or the cause that it came to."""
    octets = child.pack_response(ANSWERS[name])
    head, jpeg = child.RESPONSE.unpack(octets[: child.RESPONSE.size])
    rest = octets[child.RESPONSE.size :]
    assert len(rest) == head + jpeg
    assert child.unpack_response(rest[:head], rest[head:]) == ANSWERS[name]
