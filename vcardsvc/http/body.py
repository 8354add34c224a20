"""What is held of a request's body while it comes.

`Body` is the whole of it or nothing; the multipart form's, which may lose its largest part, is
`dialects.forms.bounded`.
"""

from vcardsvc.errors import Refused
from vcardsvc.http import request as heads


class Body:
    """A body of at most `ceiling` bytes. Once it is longer nothing of it is held."""

    cuttable = False
    """Whether a body over the ceiling may yet be held in part."""
    cut: frozenset[int] = frozenset()
    """The parts, by their place from 0, whose octets were read past."""

    def __init__(self, ceiling: int) -> None:
        self.ceiling = ceiling
        self.size = 0
        self._pieces: list[bytes] = []

    def take(self, data: bytes) -> bool:
        """Hold more; False when that is over the ceiling."""
        self.size += len(data)
        if self.size > self.ceiling:
            self.clear()
            return False
        self._pieces.append(data)
        return True

    def clear(self) -> None:
        """Hold nothing any more."""
        self._pieces.clear()
        self.size = 0

    def refusal(self) -> Refused:
        """Why nothing is held any more."""
        return heads.too_large(self.ceiling)

    def octets(self) -> bytes:
        """What is held."""
        return b"".join(self._pieces) if len(self._pieces) != 1 else bytes(self._pieces[0])
