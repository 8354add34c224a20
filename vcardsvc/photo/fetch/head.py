"""Removes malformed lines from the head of a response, before the strict parser reads it.

    HTTP/1.1 200 OK            kept in any case
    Content-Type: image/png    kept
    X Powered By: us           dropped: the name of a header has no blanks
    Content-Length : 5         kept for the parser to refuse: it would frame the body

Browsers do so; h11 would refuse a photo for any such line. Lines that frame the body stay as they
are, so that two readers cannot find two ends of one body. A folded line (RFC 9112 section 5.2) is
joined with its continuations.
"""

import re
from collections.abc import Iterator

FRAMING = (b"content-length", b"transfer-encoding")
"""Headers that determine where a body ends (RFC 9112 section 6)."""

# RFC 9110 sections 5.1, 5.5 and 5.6.2; of the controls only those that separate lines or
# texts are refused, as in h11: cookies with others are common.
_FIELD = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\x00\n\r\v\f]*")
_END = re.compile(rb"\n\r?\n")
_INFORMATIONAL = re.compile(rb"HTTP/[0-9]\.[0-9] 1(?!01)[0-9][0-9](?![0-9])")


class ResponseHeads:
    """Collects the heads of a response; `read` returns what the parser is to read.

    `done`: the head of the response was returned, after those of 1xx before it.
    """

    def __init__(self) -> None:
        self.done = False
        self._rest = bytearray()

    def read(self, data: bytes) -> bytes:
        """Return the heads that are complete, b"" if none is, and after the last one what follows.
        Without `data` the connection has ended, and the rest is returned unchanged."""
        rest = self._rest
        before = max(0, len(rest) - 2)  # the end of a head may have come in part
        rest += data
        heads: list[bytes] = []
        while data and not rest.startswith((b"\n", b"\r\n")):
            end = _END.search(rest, before)
            if end is None:
                return b"".join(heads)
            head, before = bytes(rest[: end.end()]), 0
            del rest[: end.end()]
            heads.append(without_faults(head))
            if not _INFORMATIONAL.match(head):
                break
        self.done = True
        return b"".join((*heads, bytes(rest)))


def without_faults(head: bytes) -> bytes:
    """Remove malformed lines from a head, except those that frame the body."""
    start, _, rest = head.partition(b"\n")
    lines = [line for line in _unfolded(rest) if _FIELD.fullmatch(line) or _frames(line)]
    return b"\n".join((start, *lines, b"", b""))


def _unfolded(lines: bytes) -> Iterator[bytes]:
    """Yield the header lines, each joined with its continuations."""
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
    """Return whether a line names a header that frames the body, even malformed."""
    name = line.partition(b":")[0].lower()
    return any(framing in name for framing in FRAMING)
