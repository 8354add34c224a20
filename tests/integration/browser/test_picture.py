"""The README's picture is one of the page as it is."""

import io
from typing import TYPE_CHECKING, Final

from PIL import Image

from tests.support.browser.picture import PICTURE, SIZE, taken
from tests.support.browser.sites import Web
from tests.support.service import TOP

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BYTES: Final = 150_000
"""What a reader of the README has to load at most."""


def test_the_readme_shows_the_picture() -> None:
    """The README has it, with words for those who do not see it."""
    readme = (TOP / "README.md").read_text()
    name = PICTURE.relative_to(TOP)
    before, found, _ = readme.partition(f"]({name})")
    assert found
    assert len(before.rpartition("![")[2]) > 20


def test_the_picture_is_small() -> None:
    """It is a PNG of 1200 by 900 pixels in a palette, under 150 kB."""
    octets = PICTURE.read_bytes()
    with Image.open(io.BytesIO(octets)) as image:
        assert (image.format, image.mode, image.size) == ("PNG", "P", SIZE)
    assert len(octets) < BYTES


def test_the_picture_can_be_taken(browser: "Browser", web: Web) -> None:
    """The page of today gives a picture of the same kind and size."""
    octets = taken(browser, web.service.url)
    with Image.open(io.BytesIO(octets)) as image, Image.open(PICTURE) as kept:
        now, then = (image.format, image.mode, image.size), (kept.format, kept.mode, kept.size)
    assert now == then
    assert len(octets) < BYTES
