"""Hold a request's body while it arrives.

`Body` is the whole of it or nothing; that of a multipart form, which may lose its largest part, is
`apis.createcontact.forms.bounded`.
"""

from typing import Protocol

from vcardsvc.errors import Refused
from vcardsvc.http import request as heads


class Held(Protocol):
    """A body that arrives piece by piece."""

    @property
    def ceiling(self) -> int:
        """Bytes that it may have."""
        ...

    @property
    def cuttable(self) -> bool:
        """Whether a body over the ceiling may yet be held in part."""
        ...

    def take(self, data: bytes) -> bool:
        """Hold more; False when that is over the ceiling."""
        ...

    def refusal(self) -> Refused:
        """Say why nothing is held any more."""
        ...

    def octets(self) -> bytes:
        """Return what is held."""
        ...


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
