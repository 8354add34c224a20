"""Writes the XML gateway's responses: a result for each task, in the order of the request.

    <response><result><data/><status/><msg/><ctid/></result>...<stid/></response>

A fault of a task is HTTP 200 with its own status; a request refused before its tasks are read keeps
its HTTP status.

Source: the vendor's XML basics; what its clients read.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from vcardsvc.apis.autodns.caller import TaskContext, xml_caller
from vcardsvc.apis.autodns.errors import (
    E00000,
    EF00000,
    Language,
    Operation,
    error_headers,
    notice,
    sentence,
    stid_header,
    vendor_problem,
)
from vcardsvc.apis.autodns.gateway.request import (
    ELEMENTS,
    is_request,
    parse_request,
    task_context,
    tasks_of,
)
from vcardsvc.apis.autodns.members import LETTERS
from vcardsvc.apis.autodns.request import validator_of
from vcardsvc.apis.autodns.response import NOTED, STARTED, SUCCESS, TaskResult
from vcardsvc.apis.base import Request, Response, logged
from vcardsvc.errors import Problem, Refused
from vcardsvc.formats.xml import XML, Element, Node, xml_document
from vcardsvc.model.address_book import Entry
from vcardsvc.validation.fields import Policy

OBJECT: Final = "handle"
"""The type of a contact in XML."""

_UNPARSABLE: Final = frozenset(("E100", "E108"))
"""The shared codes of a body that is missing or no XML: no task of it can have failed."""

_OF_A_TASK: Final = frozenset((400, 403, 404, 406, 422))
"""The statuses for which a refused body is parsed once more, to name its task. Not 401: callers
without a key could delay all others with large bodies."""


def xml_response(
    results: tuple[TaskResult, ...], stid: str, ctid: str, language: Language, status: int = 200
) -> Response:
    """Return the response with these results, under 200 unless the request itself is refused."""
    children: list[Node] = [("result", _result(result, language)) for result in results]
    children.append(("stid", stid))
    if ctid:
        children.append(("ctid", ctid))
    body = xml_document(("response", children))
    problems = [problem for result in results for problem in result.problems]
    headers = error_headers(problems[0]) if problems and status != 200 else ()
    response = Response(
        status=status,
        headers=(
            (b"content-type", XML.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"x-content-type-options", b"nosniff"),
            stid_header(stid),
            *headers,
        ),
        chunks=(body,),
        failed=bool(problems),
    )
    return logged(response, problems) if problems else response


def error_response(
    policy: Policy, request: Request, problems: tuple[Problem, ...], stid: str, *, routed: bool
) -> Response:
    """Return the one result of a refused request: of its task if the fault may be a task's.
    `routed`: the request was to the gateway, and not to an unknown path."""
    first, validator = problems[0], validator_of(policy)
    of_a_task = first.http_status in _OF_A_TASK and first.code.name not in _UNPARSABLE
    is_whole = not (routed and of_a_task)
    root = Element("request", {}) if is_whole else _root(request)
    tasks = tasks_of(root)
    operation: Operation = "create" if routed and is_whole else "other"
    if is_request(root, tasks):
        operation = tasks[0].operation
    caller = xml_caller(request, root, validator)
    context = TaskContext(operation=operation)
    if len(tasks) == 1:
        context = task_context(tasks[0], operation, validator)
    own = tuple(vendor_problem(problem, operation) for problem in problems)
    status = 200 if own[0].http_status == 400 and not is_whole else own[0].http_status
    result = TaskResult(task=context, problems=own)
    return xml_response((result,), stid, caller.ctid, caller.language, status)


def _root(request: Request) -> Element:
    """Return the root element of a refused request; an empty request if it does not parse."""
    try:
        return parse_request(request.body)
    except Refused:
        return Element("request", {})


def _result(result: TaskResult, language: Language) -> list[Node]:
    task = result.task
    shown = () if task.operation == "delete" else result.entries
    nodes: list[Node] = [("data", [("handle", _handle(entry)) for entry in shown])]
    if result.problems:
        first = result.problems[0]
        if first.code is EF00000:
            first = replace(first, code=E00000)
        text = sentence(first, language)
        nodes.append(("status", _status(first.code.name, text, "error", task.value)))
        nodes += [("msg", _message(problem, language)) for problem in result.problems]
    else:
        status, id = SUCCESS[task.operation], str(result.entries[0].id)
        nodes.append(("status", _status(status.name, status.text(language), "success", id)))
        if task.reply_to:
            nodes.append(("msg", _started(language)))
    if task.ctid:
        nodes.append(("ctid", task.ctid))
    return nodes


def _status(code: str, text: str, kind: str, value: str) -> list[Node]:
    contact: list[Node] = [("type", OBJECT), ("value", value)]
    return [("code", code), ("text", text), ("type", kind), ("object", contact)]


def _message(problem: Problem, language: Language) -> list[Node]:
    message: list[Node] = [("code", problem.code.name), ("text", sentence(problem, language))]
    if notice(problem):
        message.append(("help", notice(problem)))
    message.append(("type", "error"))
    if problem.field is not None:
        name = problem.field.split("/")[1]
        message.append(("object", [("type", name), ("value", problem.field)]))
    elif problem.code is EF00000:
        message.append(("object", [("type", "XML parser"), ("value", "")]))
    return message


def _started(language: Language) -> list[Node]:
    return [
        ("code", STARTED.name),
        ("text", STARTED.text(language)),
        ("help", NOTED),
        ("type", "notify"),
    ]


def _handle(entry: Entry) -> list[Node]:
    fields = dict(entry.vendor_fields)
    nodes: list[Node] = [("id", str(entry.id))]
    owners = [(name, fields.pop(name)) for name in ("owner", "updater") if name in fields]
    for name, value in fields.items():
        nodes += _elements(ELEMENTS.get(name, name), _xml_value(name, value))
    for name, owner in owners:
        nodes.append((name, [("user", str(owner["user"])), ("context", str(owner["context"]))]))
    nodes.append(("created", _timestamp(entry.created_at)))
    nodes.append(("updated", _timestamp(entry.updated_at)))
    return nodes


def _xml_value(name: str, value: Any) -> Any:
    """Return a field as XML has it: the protection as a letter, a reference as its bare name."""
    if name == "protection":
        return LETTERS[value]
    if name == "nicRef":
        return [_reference(one) for one in value]
    return value


def _reference(value: Any) -> Any:
    """Return the name of a reference, which JSON has bare or in an object of its own."""
    if type(value) is not dict:
        return value
    inside = value.get("nic")
    nic = inside if type(inside) is dict else {}
    return value.get("name") or nic.get("label") or nic.get("name") or ""


def _elements(name: str, value: Any) -> list[Node]:
    """Return the elements of a value: one for each of a list, nested ones for an object."""
    if type(value) is list:
        return [node for one in value for node in _elements(name, one)]
    if type(value) is dict:
        return [(name, [node for key, one in value.items() for node in _elements(key, one)])]
    if type(value) is bool:
        return [(name, "true" if value else "false")]
    return [(name, "" if value is None else str(value))]


def _timestamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
