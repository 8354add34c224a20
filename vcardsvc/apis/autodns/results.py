"""What a task came to, before it is said in JSON or XML: results, and what is remembered for them.

Promises: a contact of the same name and other data is a failure unless another one was wanted. What
must never enter here: a body's layout.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from vcardsvc.apis.autodns.caller import Caller
from vcardsvc.apis.autodns.codes import FORCE, NAMING, Call, own
from vcardsvc.errors import Problem
from vcardsvc.model.address_book import Bulk, Command, CommandResult, Create, Draft, Entry

STID: Final = 10**12
"""How many transactions of a day have ids of their own: two of a million collide once in a
million days."""

_GIVEN: Final = ("owner", "updater")
"""Words that are no data of the contact's."""


def stid() -> str:
    """A transaction's id in the vendor's form, YYYYMMDD-app1-N, new each time."""
    return f"{datetime.now(UTC):%Y%m%d}-app1-{secrets.randbelow(STID)}"


def token() -> str:
    """What makes a generated alias unlike others: eight hexadecimal digits."""
    return secrets.token_hex(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One task of a request: its call, its own id, what was wrong with it (then nothing is done).

    `value`: what the contact is called by.
    """

    call: Call
    ctid: str = ""
    reply_to: str = ""
    value: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is remembered of a request until its answer."""

    caller: Caller
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one task came to: entries, or problems. `total` is of a list: entries on all pages."""

    line: Line
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    total: int = 0


def created(said: Said, drafts: tuple[Draft, ...], found: CommandResult) -> tuple[Result, ...]:
    """The results of every task of a request that creates, in its order."""
    kept = iter(zip(drafts, found.entries, found.fresh, strict=True))
    results = []
    for line in said.lines:
        if line.problems:
            results.append(Result(line=line, problems=line.problems))
            continue
        draft, entry, fresh = next(kept)
        if fresh or (draft.is_same and draft.is_same(entry)):
            results.append(Result(line=line, entries=(entry,)))
        else:
            results.append(Result(line=line, problems=(FORCE,)))
    return tuple(results)


def several(task: Bulk, found: CommandResult) -> tuple[Result, ...]:
    """The results of every task of a request, in its order."""
    pairs = zip(task.commands, found.results, strict=True)
    return tuple(result for one, came in pairs for result in _of_one(one, came))


def _of_one(task: Command, came: CommandResult | tuple[Problem, ...]) -> tuple[Result, ...]:
    """The results of a task: that of its line, or of every line of those that create."""
    if isinstance(came, CommandResult):
        return of_task(task, came)
    return tuple(
        Result(
            line=line,
            problems=line.problems
            or tuple(own(one, line.call, entry=line.call in NAMING) for one in came),
        )
        for line in task.context.lines
    )


def of_task(task: Command, found: CommandResult) -> tuple[Result, ...]:
    """The results of what was done, in the order of the lines."""
    if isinstance(task, Bulk):
        return several(task, found)
    if isinstance(task, Create):
        return created(task.context, task.drafts, found)
    return (Result(line=task.context.lines[0], entries=found.entries, total=found.total),)


def same(words: Mapping[str, Any], *, named: bool) -> Callable[[Entry], bool]:
    """Whether an entry holds the same data as these words; an alias that nobody gave tells nothing,
    nor does a member that is empty, or a flag that is not set: XML has them, JSON leaves them out.
    """
    skipped = _GIVEN if named else (*_GIVEN, "alias")
    return lambda entry: _data(entry.vendor_fields, skipped) == _data(words, skipped)


def _data(words: Mapping[str, Any], skipped: tuple[str, ...]) -> dict[str, Any]:
    return {name: word for name, word in words.items() if word and name not in skipped}
