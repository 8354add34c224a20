"""Defines the picture of an image file, without data that does not change its pixels.

Each format has a module that reads a file into this form. Chunks, segments and blocks that do not
change the picture are removed before Pillow reads the file, so that their faults do not matter.
"""

from dataclasses import dataclass
from typing import Final

from vcardsvc.photo.exif import UPRIGHT

PROFILE_BYTES: Final = 4 * 1024 * 1024
"""Bytes of the largest colour profile that is applied; printers have up to 2 MiB."""


class Damaged(Exception):
    """Says that a file has no whole picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Holds the picture of a file: `data` is a file of the same format with nothing else.

    `size` in pixels is the whole canvas; the picture in `data` begins at `offset` on it.
    `orientation` is that of EXIF, from 1 to 8. `profile` is an unchecked ICC profile, b"" without
    one. `animated`: the file announces, or begins, more than one frame.
    """

    data: bytes
    size: tuple[int, int]
    offset: tuple[int, int] = (0, 0)
    orientation: int = UPRIGHT
    profile: bytes = b""
    animated: bool = False
