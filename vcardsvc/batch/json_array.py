"""Cuts an array of JSON into the texts of its values, without holding all of it.

Strategy: strings and brackets are counted and nothing is parsed: `formats.json` reads each value as
strictly as a request, and one that is broken costs none but itself, as far as its brackets allow.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from vcardsvc.batch.faults import NotAList

CHUNK: Final = 64 * 1024
VALUE: Final = 1024 * 1024
"""The most octets of one value."""

_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},"]', re.DOTALL)
_BLANKS: Final = b" \t\r\n"
_BOM: Final = b"\xef\xbb\xbf"

NO_JSON: Final = "It is no JSON array of contacts: it begins with neither [ nor {."


Value = tuple[int, bytes]
"""The line where a value begins, from 1, and its text."""


def objects(file: BinaryIO) -> Iterator[Value]:
    """Yield each value of the array, or objects that stand one behind the other.

    What follows the array, and an array without its end, is yielded as a text that is no JSON.
    Raises NotAList for a file that begins with neither, and for a value over VALUE.
    """
    buffer = _more(file, b"").removeprefix(_BOM)
    while not buffer.strip(_BLANKS) and (grown := _more(file, buffer)) != buffer:
        buffer = grown
    line = 1 + _lines(buffer[: len(buffer) - len(buffer.lstrip(_BLANKS))])
    buffer = buffer.lstrip(_BLANKS)
    if buffer.startswith(b"["):
        yield from _values(file, buffer, line)
    elif buffer.startswith(b"{"):
        yield from _objects(file, buffer, line)
    else:
        raise NotAList("json", NO_JSON)


def _lines(octets: bytes) -> int:
    """Return how many lines end in these octets."""
    return octets.count(b"\n") or octets.count(b"\r")


def _value(line: int, raw: bytes) -> Value:
    """Return a value without the blanks around it, and its line; `line` is that of the blanks."""
    text = raw.strip(_BLANKS)
    return line + _lines(raw[: raw.find(text)]), text


def _values(file: BinaryIO, buffer: bytes, line: int) -> Iterator[Value]:
    """Yield what stands between the brackets of the array that the buffer begins with."""
    start, at, depth = 1, 1, 0
    while True:
        match = _TOKEN.search(buffer, at)
        if match is None or match[0] == b'"':
            # What follows is no token yet: the end of a string may still come.
            at = (match.start() if match else len(buffer)) - start
            grown = _more(file, buffer[start:])
            if len(grown) == len(buffer) - start:
                place, text = _value(line, grown)
                yield place, text or b"["
                return
            buffer, start = grown, 0
            continue
        token, at = match[0], match.end()
        if token in b"[{":
            depth += 1
        elif depth:
            depth -= token in b"]}"
        elif token in b",]}":
            place, text = _value(line, buffer[start : match.start()])
            line += _lines(buffer[start:at])
            if text or token == b",":
                yield place, text or b","
            if token != b",":
                place, text = _value(line, _rest(file, buffer[at:]))
                if text:
                    yield place, text
                return
            start = at


def _objects(file: BinaryIO, buffer: bytes, line: int) -> Iterator[Value]:
    """Yield objects without an array around them; what follows the last is a text that is no
    JSON."""
    start = at = depth = 0
    while True:
        match = _TOKEN.search(buffer, at)
        if match is None or match[0] == b'"':
            at = (match.start() if match else len(buffer)) - start
            grown = _more(file, buffer[start:])
            if len(grown) == len(buffer) - start:
                if grown.strip(_BLANKS):
                    yield _value(line, grown)
                return
            buffer, start = grown, 0
            continue
        token, at = match[0], match.end()
        if token in b"[{":
            depth += 1
        elif token in b"]}":
            depth -= 1
            if depth <= 0:
                yield _value(line, buffer[start:at])
                line += _lines(buffer[start:at])
                start, depth = at, 0


def _more(file: BinaryIO, buffer: bytes) -> bytes:
    if len(buffer) > VALUE:
        raise NotAList("value-length", "A value of the JSON has over 1 MB.", too_large=True)
    return buffer + (file.read(CHUNK) or b"")


def _rest(file: BinaryIO, buffer: bytes) -> bytes:
    while (grown := _more(file, buffer)) != buffer:
        buffer = grown
    return buffer
