"""Holds a multipart body under a ceiling: the octets of its largest parts are dropped.

It is for a form that may lose its photo: `photo=drop` may stand behind the photo. Strategy: nothing
is searched until the ceiling is reached; then delimiters are (RFC 2046 section 5.1.1), and nothing
else of the octets is read.
"""

import re
from typing import Final

from vcardsvc.apis.createcontact.forms.parsing import HEADER_BYTES, HEADERS

CUTS: Final = 8
"""The most parts that are cut: each takes a search of all that is held, and a form has one
photo."""

_END_OF_HEADERS: Final = b"\r\n\r\n"


class BoundedBody:
    """Holds at most `ceiling` bytes of a multipart body; `cut` are the indices of the parts whose
    octets were dropped."""

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
        """Return the bytes that are held."""
        return len(self._held)

    def take(self, data: bytes) -> bool:
        """Hold more, or skip it; False if the body is too long even without its largest parts."""
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
        """Drop all that is held."""
        self._held.clear()

    def octets(self) -> bytes:
        """Return what is held; of a part that was cut the headers alone."""
        return bytes(memoryview(self._held)[2:]) + (self._maybe_tail or b"")

    def _cut_largest(self) -> bool:
        """Drop the octets of the largest part; False without any."""
        starts = [found.end() for found in re.finditer(re.escape(self._delimiter), self._held)]
        if not starts or len(self.cut) == CUTS:
            return False
        ends = [start - len(self._delimiter) for start in starts[1:]] + [len(self._held)]
        index = max(range(len(starts)), key=lambda one: ends[one] - starts[one])
        start, end = starts[index], ends[index]
        headers = self._held.find(_END_OF_HEADERS, start, start + HEADERS * HEADER_BYTES)
        begin = headers + len(_END_OF_HEADERS)
        if headers < 0 or begin >= end:
            return False
        if end == len(self._held):
            self._maybe_tail = self._end_of(self._held[begin:])
        del self._held[begin:end]
        self.cut |= {index}
        return True

    def _end_of(self, data: bytes | bytearray) -> bytes:
        """Return as many last octets as the beginning of a delimiter may have."""
        return bytes(data[1 - len(self._delimiter) :])
