"""The head of a response, before the strict parser reads it: lines out of the grammar are dropped.

    HTTP/1.1 200 OK            kept, whatever it is
    Content-Type: image/png    kept
    X Powered By: us           dropped: no name of a header has blanks
    Content-Length : 5         kept, for the parser to refuse: it would frame the body

As browsers do, and unlike h11, which refuses a photo for any such line. What frames the body is
left as it is: two readers must not find two ends of one body. A folded line (RFC 9112 section 5.2)
is one with those that it continues.
"""

import re
from collections.abc import Iterator

FRAMING = (b"content-length", b"transfer-encoding")
"""Headers that say where a body ends (RFC 9112 section 6)."""

# RFC 9110 sections 5.1, 5.5 and 5.6.2; of the controls only those that part lines or texts are
# refused, as h11 does: cookies with others are common.
_FIELD = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\x00\n\r\v\f]*")
_END = re.compile(rb"\n\r?\n")
_INFORMATIONAL = re.compile(rb"HTTP/[0-9]\.[0-9] 1(?!01)[0-9][0-9](?![0-9])")


class Heads:
    """What comes of a connection until the body begins; `read` gives what the parser shall see.

    `done` once the head of the response is through; those of 1xx before it are none.
    """

    def __init__(self) -> None:
        self.done = False
        self._rest = bytearray()

    def read(self, data: bytes) -> bytes:
        """The whole heads among what has come, b"" for none yet; behind the last of them what
        follows. Without `data` the connection has ended, and the rest is given as it is."""
        rest = self._rest
        before = max(0, len(rest) - 2)  # the end of a head may have come in part
        rest += data
        found: list[bytes] = []
        while data and not rest.startswith((b"\n", b"\r\n")):
            end = _END.search(rest, before)
            if end is None:
                return b"".join(found)
            head, before = bytes(rest[: end.end()]), 0
            del rest[: end.end()]
            found.append(without_faults(head))
            if not _INFORMATIONAL.match(head):
                break
        self.done = True
        return b"".join((*found, bytes(rest)))


def without_faults(head: bytes) -> bytes:
    """The head without the lines that no grammar allows, those excepted that frame the body."""
    start, _, rest = head.partition(b"\n")
    lines = [line for line in _unfolded(rest) if _FIELD.fullmatch(line) or _frames(line)]
    return b"\n".join((start, *lines, b"", b""))


def _unfolded(lines: bytes) -> Iterator[bytes]:
    """The header lines, each with its continuations; one that continues nothing stands alone."""
    whole: list[bytes] = []
    for line in lines.split(b"\n")[:-2]:
        line = line.removesuffix(b"\r")
        if whole and line.startswith((b" ", b"\t")):
            whole.append(line.lstrip(b" \t"))
            continue
        if whole:
            yield b" ".join(whole)
        whole = [line]
    if whole:
        yield b" ".join(whole)


def _frames(line: bytes) -> bool:
    """Whether a line names a header that frames the body, however badly."""
    name = line.partition(b":")[0].lower()
    return any(one in name for one in FRAMING)
