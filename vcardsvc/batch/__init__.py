"""Reads lists of contacts of any format and writes a card for each row, in constant memory.

    from vcardsvc.batch import cards
    for result in cards(csv.DictReader(file)):
        ...

`cards` is pure and can be pickled: from rows to results, nothing else. `run` opens whole files for
the service and the command line, `process` is the process of one batch of the service.

A row goes through `table`, `xlsx`, `json_array` or `card_files` (octets to records), `columns` and
`people` (a record to a person, by the tables of `dialects`), `results` (a person to a card, or why
there is none), `writing` and `outputs` (results to octets).
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from vcardsvc.batch.results import cards
    from vcardsvc.model.batch import BatchOptions, RowResult

__all__ = ["BatchOptions", "RowResult", "cards"]

_HOMES: Final = {
    "cards": "vcardsvc.batch.results",
    "BatchOptions": "vcardsvc.model.batch",
    "RowResult": "vcardsvc.model.batch",
}


def __getattr__(name: str) -> Any:
    """Return a name of this package, imported when it is first used: the edge needs the media types
    alone, and the rest would take 100 ms of a request."""
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
