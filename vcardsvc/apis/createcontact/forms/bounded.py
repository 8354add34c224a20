"""A multipart body under a ceiling: its largest part gives way, read past and dropped.

Only for a sender who goes without a photo that is too large; the form itself says so, perhaps
behind the photo. The octets are searched for delimiters (RFC 2046 section 5.1.1), nothing else of
them is read. Until the ceiling is reached, nothing is searched.
"""

import re
from typing import Final

from vcardsvc.apis.createcontact.forms.fields import HEADER_BYTES, HEADERS

CUTS: Final = 8
"""Parts that may be cut: each takes a search of all that is held, and a form has one photo."""

_END_OF_HEADERS: Final = b"\r\n\r\n"


class BoundedBody:
    """A multipart body of which at most `ceiling` bytes are held."""

    cuttable = True

    def __init__(self, boundary: bytes, ceiling: int) -> None:
        self.ceiling = ceiling
        self.cut: frozenset[int] = frozenset()
        self._delimiter = b"\r\n--" + boundary
        # The first delimiter has no line end before it, and here it is found as the others are.
        self._held = bytearray(b"\r\n")
        self._maybe_tail: bytes | None = None

    @property
    def size(self) -> int:
        """Bytes that are held."""
        return len(self._held)

    def take(self, data: bytes) -> bool:
        """Hold more, or read past it; False when even without its largest parts it is too long."""
        if self._maybe_tail is not None:
            data = self._maybe_tail + data
            at = data.find(self._delimiter)
            if at < 0:
                self._maybe_tail = self._end_of(data)
                return True
            self._maybe_tail, data = None, data[at:]
        self._held += data
        while len(self._held) > self.ceiling + 2:
            if not self._cut_largest():
                self.clear()
                return False
        return True

    def clear(self) -> None:
        """Hold nothing any more."""
        self._held.clear()

    def octets(self) -> bytes:
        """What is held; of a part that was cut the headers alone."""
        return bytes(memoryview(self._held)[2:]) + (self._maybe_tail or b"")

    def _cut_largest(self) -> bool:
        """Drop the octets of the largest part; False when there is nothing to drop."""
        starts = [found.end() for found in re.finditer(re.escape(self._delimiter), self._held)]
        if not starts or len(self.cut) == CUTS:
            return False
        ends = [start - len(self._delimiter) for start in starts[1:]] + [len(self._held)]
        place = max(range(len(starts)), key=lambda one: ends[one] - starts[one])
        start, end = starts[place], ends[place]
        headers = self._held.find(_END_OF_HEADERS, start, start + HEADERS * HEADER_BYTES)
        begin = headers + len(_END_OF_HEADERS)
        if headers < 0 or begin >= end:
            return False
        if end == len(self._held):
            self._maybe_tail = self._end_of(self._held[begin:])
        del self._held[begin:end]
        self.cut |= {place}
        return True

    def _end_of(self, data: bytes | bytearray) -> bytes:
        """As many octets as may be the beginning of a delimiter."""
        return bytes(data[1 - len(self._delimiter) :])
