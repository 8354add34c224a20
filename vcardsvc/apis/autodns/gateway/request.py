"""Reads the XML gateway's requests of one or more tasks into a command.

    <request><auth/><owner/><language/><task><code>0301</code><ctid/><reply_to/><handle/></task>...

Each task is judged for itself: one with problems is not carried out, and its result says why. The
members of a `handle` get their names in JSON, so that both transports share all checks.

Source: the vendor's XML basics and ContactCreate; the requests of its clients.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from vcardsvc.apis.autodns.caller import (
    CallerContext,
    RequestContext,
    TaskContext,
    read_email,
    read_line,
    xml_caller,
)
from vcardsvc.apis.autodns.errors import (
    E00000,
    E0301,
    EF00000,
    EF030110,
    ON_EXISTING,
    SERVED,
    Operation,
    vendor_problem,
)
from vcardsvc.apis.autodns.mapping import search_pairs
from vcardsvc.apis.autodns.request import (
    FORCE,
    read_draft,
    read_entry_command,
    validator_of,
)
from vcardsvc.apis.base import Request
from vcardsvc.errors import E100, E108, Problem, Refused
from vcardsvc.formats.json import BOM
from vcardsvc.formats.xml import Element, xml_tree
from vcardsvc.model.address_book import Bulk, Create, Delete, Draft, Get, Update
from vcardsvc.validation.fields import Policy, Validator

TASKS: Final = 100
"""Tasks of a request."""

OPERATIONS: Final[Mapping[str, Operation]] = {
    "0301": "create",
    "0302": "update",
    "0303": "delete",
    "0304": "info",
}

ELEMENTS: Final = {
    "nicRef": "nic_ref",
    "extensions": "extension",
    "confirmOwnerConsent": "confirm_owner_consent",
}
"""The members whose element has another name."""

_MEMBERS: Final = {element: name for name, element in ELEMENTS.items()}

REPEATED: Final = frozenset(("address", "remarks"))
"""The members with an element for each of their lines."""

_NOT_SET: Final = frozenset(("0", "false", "no"))

_START: Final = 200
"""Octets of a body that are searched for the start of another format."""

_OTHER_FORMATS: Final = (
    (re.compile(rb"[{\[]"), "It looks like JSON, which POST /contact takes."),
    (re.compile(rb"--"), "It looks like multipart/form-data."),
    (re.compile(rb"[^\s<>{}]*=|%3[cC]"), "It looks like a form."),
)
"""The starts of other formats, and the detail for their sender."""

_XML: Final = "The body itself must be the XML of a request."
_EMPTY: Final = Element("", {})

EntryCommand = Get | Update | Delete


def parse_request(body: bytes) -> Element:
    """Return the root element of a body, whose content type does not count.

    Raises Refused: E100 for an empty body, E108 for one that is no XML, with a detail that names
    the other format, and as `xml_tree` does.
    """
    start = body.removeprefix(BOM).lstrip()[:_START]
    if not start:
        raise Refused(Problem(code=E100, cause="no-body", detail=_XML))
    if not start.startswith(b"<"):
        formats = (detail for pattern, detail in _OTHER_FORMATS if pattern.match(start))
        detail = " ".join((_XML, *formats)[:2])
        raise Refused(Problem(code=E108, cause="not-xml", detail=detail))
    return xml_tree(body)


def password(body: bytes) -> str:
    """Return auth/password of a request; "" without one. Raises Refused as `parse_request`."""
    maybe_auth = parse_request(body).first("auth") if body.strip() else None
    return maybe_auth.text_of("password") if maybe_auth else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Holds a task of a request: its code of four digits, the id and alias of its contact, the
    number of its handles, and the members of the first."""

    code: str
    id: str
    alias: str
    ctid: str
    reply_to: str
    forced: bool
    handles: int
    members: Mapping[str, Any]

    @property
    def operation(self) -> Operation:
        """Return the operation of the code; "other" for one that is not served."""
        return OPERATIONS.get(self.code, "other")


def tasks_of(root: Element) -> list[Task]:
    """Return the tasks of a request, at most one more than TASKS."""
    return [_task(element) for element in root.all("task")[: TASKS + 1]]


def _task(element: Element) -> Task:
    handle = element.first("handle") or _EMPTY
    return Task(
        code=f"{element.text_of('code'):0>4}",
        id=handle.text_of("id"),
        alias=handle.text_of("alias"),
        ctid=element.text_of("ctid"),
        reply_to=element.text_of("reply_to") or handle.text_of("reply_to"),
        forced=_is_forced(element) or _is_forced(handle),
        handles=len(element.all("handle")),
        members=_members(element, handle),
    )


def _is_forced(element: Element) -> bool:
    """Return whether the key is set, as a key (the vendor's page has a stray > in it) or as an
    element."""
    keys = (key.text.strip().rstrip(">") for key in element.all("key"))
    flags = (flag.text.strip().lower() for flag in element.all(FORCE))
    return FORCE in keys or any(flag not in _NOT_SET for flag in flags)


def _members(task: Element, handle: Element) -> dict[str, Any]:
    """Return the members by their names in JSON, also the one that the vendor has beside the
    handle.

    Elements in the place of a text become an object, which is refused as in JSON.
    """
    members: dict[str, Any] = {}
    for child in (*task.all("confirm_owner_consent"), *handle.children):
        name = _MEMBERS.get(child.name, child.name)
        value = _value(child)
        if name in REPEATED:
            lines = [value] if child.children else child.text.splitlines()
            members.setdefault(name, []).extend(lines)
        elif name == "nicRef":
            members.setdefault(name, []).append(value if child.children else {"name": value})
        elif name == "extensions":
            members.setdefault(name, value or {})
        else:
            members.setdefault(name, value)
    return members


def _value(element: Element) -> Any:
    """Return an element's children by name, several of one name as a list; its text if it has no
    children."""
    if not element.children:
        return element.text.strip()
    # In one pass: with one for each name, 20,000 children would take half a minute.
    values: dict[str, list[Any]] = {}
    for child in element.children:
        values.setdefault(child.name, []).append(_value(child))
    return {name: one[0] if len(one) == 1 else one for name, one in values.items()}


def is_request(root: Element, tasks: Sequence[Task]) -> bool:
    """Return whether a root element is a request of 1 to TASKS tasks."""
    return root.name == "request" and 1 <= len(tasks) <= TASKS


def read_command(
    policy: Policy, request: Request, token: Callable[[], str]
) -> Create | EntryCommand | Bulk:
    """Return the command of a request. A Create without drafts stands for tasks that all have
    problems. `token` makes the end of a generated alias.

    Raises Refused for a request that is none (EF00000) or says a wrong caller (E0301), and with the
    problems of its only task.
    """
    root, validator = parse_request(request.body), validator_of(policy)
    caller = xml_caller(request, root, validator)
    tasks = tasks_of(root)
    if not is_request(root, tasks):
        detail = f"A request has 1 to {TASKS} tasks."
        validator.refuse(EF00000, (), "tasks", detail)
    validator.raise_problems()
    pairs = [_read_task(task, caller, policy, token) for task in tasks]
    if len(pairs) == 1 and pairs[0][0].problems:
        raise Refused(*pairs[0][0].problems)
    commands = tuple(_grouped(pairs, caller))
    if len(commands) == 1:
        return commands[0]
    return Bulk(commands=commands, context=commands[0].context)


def _read_task(
    task: Task, caller: CallerContext, policy: Policy, token: Callable[[], str]
) -> tuple[TaskContext, Draft | EntryCommand | None]:
    """Return the context of a task, and its draft or command; None if it has problems."""
    validator = validator_of(policy)
    context = task_context(task, task.operation, validator)
    try:
        work = _read_work(validator, task, RequestContext(caller=caller, tasks=(context,)), token)
        validator.raise_problems()
    except Refused as refused:
        problems = tuple(vendor_problem(one, task.operation) for one in refused.problems)
        return replace(context, problems=problems), None
    return context, work


def task_context(task: Task, operation: Operation, validator: Validator) -> TaskContext:
    """Return what the response repeats of a task. A wrong form of its own id or address is
    refused."""
    ctid = read_line(validator, task.ctid, "ctid")
    reply_to = read_email(validator, task.reply_to, "reply_to")
    if task.handles > 1:
        validator.refuse(E0301, ("handle",), "handles", "A task has one contact.")
    value = task.id or task.alias if operation in ON_EXISTING else ""
    return TaskContext(operation=operation, ctid=ctid, reply_to=reply_to, value=value)


def _read_work(
    validator: Validator, task: Task, context: RequestContext, token: Callable[[], str]
) -> Draft | EntryCommand:
    """Return the draft of a task that creates, else its command. An alias names a contact for 0304
    only, because several may have it. Raises Refused with problems; others are recorded."""
    operation = task.operation
    if operation == "other":
        detail = f"A task of this code is not served. {SERVED}"
        raise Refused(Problem(code=E00000, field="/code", cause="code", detail=detail))
    if operation == "create":
        return read_draft(validator, task.members, context.caller, token, forced=task.forced)
    if task.id or not task.alias:
        return read_entry_command(validator, operation, task.id, task.members, context)
    if operation != "info":
        validator.refuse(EF030110, ("id",), "alias", "A task of this code takes the ID.")
    alias = read_line(validator, task.alias, "alias")
    validator.raise_problems()
    return Get(metadata=search_pairs({"alias": alias}), context=context)


def _grouped(
    pairs: Sequence[tuple[TaskContext, Draft | EntryCommand | None]], caller: CallerContext
) -> Iterator[Create | EntryCommand]:
    """Yield the commands in the order of the request. Tasks that create are one command, also with
    refused ones between them, as long as no other command stands between."""
    for is_create, group in groupby(pairs, key=lambda pair: isinstance(pair[1], Draft | None)):
        contexts, works = zip(*group, strict=True)
        if is_create:
            drafts = tuple(draft for draft in works if draft is not None)
            yield Create(drafts=drafts, context=RequestContext(caller=caller, tasks=contexts))
        else:
            yield from works
