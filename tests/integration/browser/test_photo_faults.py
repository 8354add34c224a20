"""Pictures with faults beside their pixels: a card's photo shows what Chromium shows.

CONTRACT row: section 5, "Pixels" (amended).
"""

import base64
import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.support import faulty_images as pictures
from tests.support.images import saved
from vcardsvc.model.contact import Photo
from vcardsvc.photo.decoder import Budget, Limits, render
from vcardsvc.photo.pixels import sniff

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.support.browser.chromium import Seen

THUMBNAIL = (24, 18)
CLOSE = 10
"""The mean difference of two thumbnails, of 255, that is not visible."""

TABLES = {
    "png": pictures.PNG_SHOWN,
    "jpeg": pictures.JPEG_SHOWN,
    "gif": pictures.GIF_SHOWN,
    "animated": pictures.ANIMATED | pictures.GIF_ANIMATED,
    "turned": pictures.TURNED,
    "unturned": pictures.UNTURNED,
    "uncovered": {
        name: pictures.gif(frame, size=size)
        for name, (frame, size, _) in pictures.UNCOVERED.items()
    },
}

DRAWN = """async (address) => {
  const image = new Image();
  image.src = address;
  await new Promise((done) => { image.onload = done; image.onerror = done; });
  if (!image.naturalWidth) return "";
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}"""
"""A picture on white, as a PNG in base64; "" when the browser shows none."""


def shown(page: "Page", data: bytes) -> Image.Image | None:
    """What Chromium shows of a file."""
    kind = sniff(data).lower()
    address = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    drawn: str = page.evaluate(DRAWN, address)
    return Image.open(io.BytesIO(base64.b64decode(drawn))) if drawn else None


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures as thumbnails, the largest there is for other sizes."""
    if one.size != other.size:
        return 255
    first, second = (
        each.convert("RGB").resize(THUMBNAIL, Image.Resampling.BOX).tobytes()
        for each in (one, other)
    )
    return sum(abs(a - b) for a, b in zip(first, second, strict=True)) / len(first)


def test_a_difference_is_seen() -> None:
    """Another orientation and another colour are no small difference."""
    turned = pictures.PICTURE.transpose(Image.Transpose.ROTATE_180)
    assert difference(pictures.PICTURE, pictures.PICTURE) == 0
    assert difference(pictures.PICTURE, turned) > CLOSE
    assert difference(pictures.PICTURE, Image.open(io.BytesIO(saved(turned, "PNG")))) > CLOSE


@pytest.mark.parametrize("table", TABLES)
def test_a_photo_shows_what_a_browser_shows(
    table: str, profile: tuple["BrowserContext", "Seen"]
) -> None:
    """The photo of every file that has one is close to what Chromium shows of it."""
    page = profile[0].new_page()
    far = {}
    for name, data in TABLES[table].items():
        maybe_shown, photo = shown(page, data), render(data, Limits(), Budget())
        assert isinstance(photo, Photo), (name, photo)
        if maybe_shown is None:
            far[name] = "Chromium shows nothing"
        elif (distance := difference(maybe_shown, Image.open(io.BytesIO(photo.jpeg)))) >= CLOSE:
            far[name] = f"{distance:.1f}"
    assert far == {}
