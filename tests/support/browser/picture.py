"""The README's picture of the page, taken from the running service.

`python -m tests.support.browser.picture` writes it anew, to `samples/page.png`. It shows no real
person.
"""

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from tests.support.browser.chromium import context_of, launched
from tests.support.browser.filling import fill
from tests.support.browser.sites import UNLIMITED
from tests.support.samples import SAMPLES
from tests.support.service import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload

PICTURE: Final = SAMPLES / "page.png"
SIZE: Final = (1200, 900)
COLOURS: Final = 128
"""Of the palette: the page has few, its photo some more."""


def face(side: int = 480) -> bytes:
    """The fictional person's photo, a PNG: drawn, because a real one is somebody's."""
    scale = side / 480

    def box(*corners: int) -> list[float]:
        return [corner * scale for corner in corners]

    image = Image.new("RGB", (side, side), (190, 214, 222))
    draw = ImageDraw.Draw(image)
    draw.ellipse(box(118, 70, 362, 340), fill=(44, 32, 30))
    draw.rounded_rectangle(box(90, 350, 390, 600), 110 * scale, fill=(11, 107, 96))
    draw.rounded_rectangle(box(205, 290, 275, 385), 30 * scale, fill=(139, 92, 66))
    draw.ellipse(box(150, 110, 330, 335), fill=(156, 105, 77))
    draw.chord(box(140, 88, 340, 300), 190, 350, fill=(44, 32, 30))
    for left in (192, 262):
        draw.ellipse(box(left, 212, left + 24, 232), fill=(44, 32, 30))
    draw.arc(box(200, 236, 280, 296), 25, 155, fill=(110, 50, 44), width=round(7 * scale))
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def taken(browser: "Browser", url: str) -> bytes:
    """The picture of the service at `url`, as this browser draws it in the light: a PNG."""
    with context_of(browser, SIZE, color_scheme="light") as (context, _):
        page = context.new_page()
        page.goto(url)
        fill(page)
        photo: FilePayload = {"name": "amelie.png", "mimeType": "image/png", "buffer": face()}
        page.set_input_files("#f-photo", photo)
        page.wait_for_selector("#preview img.round")
        page.select_option("#f-target", "outlook")
        page.locator("#notes li", has_text="Outlook").first.wait_for()
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = drawn.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    target = io.BytesIO()
    few.save(target, "PNG", optimize=True)
    return target.getvalue()


def write(path: Path = PICTURE) -> None:
    """Start the service, take its picture and keep it at `path`. Raises Missing."""
    with (
        TemporaryDirectory() as name,
        serving(Path(name), UNLIMITED, store=True) as service,
        launched(Path(name)) as browser,
    ):
        path.write_bytes(taken(browser, service.url))


if __name__ == "__main__":
    write()
