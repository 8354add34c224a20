"""Says which columns of a map a list does not have, and why a list without a known column is
refused."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Final

from vcardsvc.batch.cells import text_of
from vcardsvc.batch.columns import spelled
from vcardsvc.batch.faults import NotAList

SHOWN: Final = 20
"""Columns that a sentence names."""

NAME: Final = 40
"""The most characters of each."""

FIELDS: Final = "/docs/lists#fields"
"""Where the documentation has the fields of columns."""

_DELIMITERS: Final[Mapping[str, str]] = {
    ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars",
}  # fmt: skip


def unused_map(own: Iterable[str], header: Sequence[str], delimiter: str) -> tuple[str, ...]:
    """Return the columns of a map that a header, as the file has it, does not have.

    Raises NotAList where it has none of them: the list is another one, or was read otherwise.
    """
    present = frozenset([spelled(text_of(name)) for name in header])
    mapped = tuple(own)
    unused = tuple([name for name in mapped if spelled(name) not in present])
    if unused and len(unused) == len(mapped):
        read = _read("its columns are", header, delimiter)
        text = f"The map names {quoted(mapped)}, and the list has no such column. {read}"
        raise NotAList("map-unused", text)
    return unused


def none_known(cells: Sequence[str], delimiter: str) -> NotAList:
    """Return the refusal of a list whose columns are not known; `cells` are its first record."""
    more = ", and delimiter" if delimiter else ""
    read = _read("its first record is", cells, delimiter)
    text = (
        f"None of its columns is known. {read} Give them names such as First "
        f"name, Phone and E-mail: see {FIELDS}. Programs, curl and the command line may send map "
        f'instead, such as {{"Column": "first"}}{more}.'
    )
    return NotAList("columns-unknown", text)


def quoted(names: Iterable[str]) -> str:
    """Return names of columns for a sentence: each in quotes, cut, the first SHOWN of them."""
    rest = iter(names)
    shown = [_quoted(name) for name in islice(rest, SHOWN)]
    more = sum(1 for _ in rest)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _quoted(name: str) -> str:
    text = " ".join(name.split())
    cut = f"{text[:NAME]}…" if len(text) > NAME else text
    return json.dumps(cut.encode("utf-8", "replace").decode(), ensure_ascii=False)


def _read(what: str, cells: Sequence[str], delimiter: str) -> str:
    """Return how a record was read; `what` is the beginning of the sentence without a delimiter."""
    if not delimiter:
        return f"{what[:1].upper()}{what[1:]}: {quoted(cells)}."
    return f"Read with {_DELIMITERS.get(delimiter, _quoted(delimiter))}, {what}: {quoted(cells)}."
