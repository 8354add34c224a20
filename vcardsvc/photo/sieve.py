"""What a file says about its picture, without what does not reach the pixels.

Each format has a module that reads a file into this form: chunks, segments and blocks that nobody
sees are left out before Pillow sees the file, so that their faults decide nothing.
"""

from dataclasses import dataclass
from typing import Final

from vcardsvc.photo.exif import UPRIGHT

PROFILE_BYTES: Final = 4 * 1024 * 1024
"""The largest colour profile that is applied; those of printers reach 2 MiB."""


class Damaged(Exception):
    """Tells that a file has no whole picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Essence:
    """The picture of a file: `data` is a file of the same format that holds nothing else.

    `size` in pixels is the whole canvas; the picture in `data` begins at `offset` of it.
    `orientation` as in EXIF, from 1 to 8. `profile` is an ICC profile, not judged yet, b"" without
    one. `animated` when the file announces, or begins, more than one frame.
    """

    data: bytes
    size: tuple[int, int]
    offset: tuple[int, int] = (0, 0)
    orientation: int = UPRIGHT
    profile: bytes = b""
    animated: bool = False
