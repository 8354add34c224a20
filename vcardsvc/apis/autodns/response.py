"""Writes AutoDNS's responses in JSON, and the results of tasks that both transports write.

    {"stid", "ctid", "messages": [...], "status": {"code", "text", "type"}, "object", "data": [...]}

A create whose name an existing contact of other data has is a failure, unless it is forced.

Sources: the responses of ContactCreate (S0301, the text of N0301) and of ContactList (S0304), the
OpenAPI's JsonResponseDataContact, the vendor's page of job notifications (the German text). The
texts of S0302 and S0303 are ours.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from vcardsvc.apis.autodns.caller import TaskContext
from vcardsvc.apis.autodns.errors import (
    OBJECT,
    SAME_NAME,
    Language,
    Operation,
    error_response,
    stid_header,
    vendor_problem,
)
from vcardsvc.apis.base import Response, json_reply
from vcardsvc.errors import Problem
from vcardsvc.model.address_book import Bulk, Command, CommandResult, Create, Entry

STIDS: Final = 10**12
"""Ids of a day's transactions: of a million, two are equal once in a million days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Holds the status of a successful task: its code, its text in English and German."""

    name: str
    info: str
    german: str

    def text(self, language: Language) -> str:
        """Return the text in a language."""
        return self.german if language == "de" else self.info


SUCCESS: Final[Mapping[Operation, Status]] = {
    "create": Status(
        name="S0301",
        info="Domain contact was created successfully.",
        german="Domain-Kontakt wurde erfolgreich angelegt.",
    ),
    "update": Status(
        name="S0302",
        info="Domain contact was updated successfully.",
        german="Domain-Kontakt wurde erfolgreich aktualisiert.",
    ),
    "delete": Status(
        name="S0303",
        info="Domain contact was deleted successfully.",
        german="Domain-Kontakt wurde erfolgreich gelöscht.",
    ),
    "info": Status(
        name="S0304",
        info="Domain contact information was inquired successfully.",
        german="Domain-Kontakt-Daten wurden erfolgreich ermittelt.",
    ),
    "list": Status(
        name="S0304",
        info="Domain contact information was inquired successfully.",
        german="Domain-Kontakt-Daten wurden erfolgreich ermittelt.",
    ),
}

STARTED: Final = Status(
    name="N0301",
    info="Domain contact request has been started successfully.",
    german="Domain-Kontakt-Auftrag wurde erfolgreich gestartet.",
)
"""The message of a request that has an address for replies."""

NOTED: Final = "The address for replies was noted; this answer is final, nothing is mailed."


def new_stid() -> str:
    """Return an id of a transaction in the vendor's form, YYYYMMDD-app1-N."""
    return f"{datetime.now(UTC):%Y%m%d}-app1-{secrets.randbelow(STIDS)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """Holds the result of one task: entries, or problems of this vendor's codes. `total` goes with
    a list: the entries on all pages."""

    task: TaskContext
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    total: int = 0


def task_results(command: Command, result: CommandResult) -> tuple[TaskResult, ...]:
    """Return the results of a command's tasks, in the order of the request."""
    if isinstance(command, Bulk):
        pairs = zip(command.commands, result.results, strict=True)
        return tuple(one for part, of_part in pairs for one in _part_results(part, of_part))
    if isinstance(command, Create):
        return _create_results(command, result)
    task = command.context.tasks[0]
    return (TaskResult(task=task, entries=result.entries, total=result.total),)


def _part_results(
    command: Command, result: CommandResult | tuple[Problem, ...]
) -> tuple[TaskResult, ...]:
    """Return the results of the tasks of one of several commands; of a failed one their own
    problems, else those of the command."""
    if isinstance(result, CommandResult):
        return task_results(command, result)
    return tuple(
        TaskResult(
            task=task,
            problems=task.problems
            or tuple(vendor_problem(problem, task.operation) for problem in result),
        )
        for task in command.context.tasks
    )


def _create_results(command: Create, result: CommandResult) -> tuple[TaskResult, ...]:
    """Return the results of the tasks that create; those with problems have no draft."""
    created = iter(zip(command.drafts, result.entries, result.fresh, strict=True))
    results = []
    for task in command.context.tasks:
        if task.problems:
            results.append(TaskResult(task=task, problems=task.problems))
            continue
        draft, entry, fresh = next(created)
        if fresh or (draft.is_same and draft.is_same(entry)):
            results.append(TaskResult(task=task, entries=(entry,)))
        else:
            results.append(TaskResult(task=task, problems=(SAME_NAME,)))
    return tuple(results)


def json_response(result: TaskResult, stid: str, ctid: str, language: Language) -> Response:
    """Return the envelope of a task's result, whose transaction has the ids `stid` (ours) and
    `ctid` (the caller's)."""
    task = result.task
    if result.problems:
        return error_response(result.problems, stid, ctid, language, task.value)
    status = SUCCESS[task.operation]
    body: dict[str, Any] = {"stid": stid}
    if ctid:
        body["ctid"] = ctid
    if task.reply_to:
        body["messages"] = [_started(language)]
    body["status"] = {"code": status.name, "text": status.text(language), "type": "SUCCESS"}
    if task.operation == "list":
        body["object"] = {"type": OBJECT, "summary": result.total}
    else:
        body["object"] = {"type": OBJECT, "value": str(result.entries[0].id)}
    if task.operation != "delete":
        body["data"] = [_contact(entry) for entry in result.entries]
    return json_reply(200, body, stid_header(stid))


def _contact(entry: Entry) -> dict[str, Any]:
    """Return a contact: the members that the server sets, then those of its caller."""
    fields = dict(entry.vendor_fields)
    owners: dict[str, Any] = {
        name: fields.pop(name) for name in ("owner", "updater") if name in fields
    }
    return {
        "created": _timestamp(entry.created_at),
        "updated": _timestamp(entry.updated_at),
        "id": entry.id,
        **owners,
        **fields,
    }


def _timestamp(at: datetime) -> str:
    """Return a time as the vendor writes it, in UTC: milliseconds, an offset without colon."""
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


def _started(language: Language) -> Mapping[str, Any]:
    return {
        "text": STARTED.text(language),
        "notice": NOTED,
        "code": STARTED.name,
        "status": "NOTIFY",
    }
