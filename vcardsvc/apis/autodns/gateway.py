"""The XML gateway: a request of one or more tasks in, a response of as many results out.

    <request><auth/><owner/><language/><task><code>0301</code><ctid/><reply_to/><handle/></task>...
    <response><result><data/><status/><msg/><ctid/></result>...<stid/></response>

Source: the vendor's XML basics, ContactCreate, and what its clients send and read. What must never
enter here: JSON, or how XML is parsed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from vcardsvc.apis.autodns.codes import (
    E00000,
    EF00000,
    NOTED,
    STARTED,
    SUCCESS,
    Call,
    Language,
    notice,
    told,
)
from vcardsvc.apis.autodns.envelope import extra, text
from vcardsvc.apis.autodns.fields import LETTERS
from vcardsvc.apis.autodns.results import Result
from vcardsvc.apis.base import Response
from vcardsvc.apis.xml import XML, Element, Node, xml_document, xml_tree
from vcardsvc.errors import E100, E108, Problem, Refused
from vcardsvc.model.address_book import Entry

TASKS: Final = 100
"""Tasks of a request."""

CALLS: Final[Mapping[str, Call]] = {
    "0301": "create",
    "0302": "update",
    "0303": "delete",
    "0304": "info",
}

_START: Final = 200
"""Octets of a body that are looked at to say what it is instead of XML."""

OBJECT: Final = "handle"
"""What a contact is called in XML."""

FORCE: Final = "force_handle_create"
NOT: Final = frozenset(("0", "false", "no"))

ELEMENTS: Final = {
    "nicRef": "nic_ref",
    "extensions": "extension",
    "confirmOwnerConsent": "confirm_owner_consent",
}
"""Members whose element has another name."""

MANY: Final = frozenset(("address", "remarks"))
"""Members of which there are several elements, one for each."""

FLAGS: Final = {True: "true", False: "false"}


_BOM: Final = b"\xef\xbb\xbf"

_OTHERS: Final = (
    (re.compile(rb"[{\[]"), "It looks like JSON, which POST /contact takes."),
    (re.compile(rb"--"), "It looks like multipart/form-data."),
    (re.compile(rb"[^\s<>{}]*=|%3[cC]"), "It looks like a form."),
)
"""What a body that is no XML begins with."""


_XML: Final = "The body itself must be the XML of a request."


def request(body: bytes) -> Element:
    """The root element of a request, whatever its content type says. Raises Refused as `xml_tree`
    does; what is no XML at all is told what it looks like."""
    start = body.removeprefix(_BOM).lstrip()[:_START]
    if not start:
        raise Refused(Problem(code=E100, cause="no-body", detail=_XML))
    if not start.startswith(b"<"):
        kinds = (said for pattern, said in _OTHERS if pattern.match(start))
        said = (_XML, *kinds)
        raise Refused(Problem(code=E108, cause="not-xml", detail=" ".join(said[:2])))
    return xml_tree(body)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRequest:
    """One task as it came: its code of four digits, the names of its contact, how many it has, the
    members of the first."""

    code: str
    id: str
    alias: str
    ctid: str
    reply_to: str
    forced: bool
    handles: int
    members: Mapping[str, Any]


def orders(root: Element) -> list[CardRequest]:
    """Every task of a request; a code has its leading zero or not."""
    return [_order(task) for task in root.all("task")[: TASKS + 1]]


def _order(task: Element) -> CardRequest:
    handle = task.first("handle") or _NOTHING
    code = task.said("code")
    return CardRequest(
        code=f"{code:0>4}",
        id=handle.said("id"),
        alias=handle.said("alias"),
        ctid=task.said("ctid"),
        reply_to=task.said("reply_to") or handle.said("reply_to"),
        forced=_forced(task) or _forced(handle),
        handles=len(task.all("handle")),
        members=_members(task, handle),
    )


_NOTHING: Final = Element("", {})


def _forced(element: Element) -> bool:
    """Whether the key is set, as a key (the vendor's page has a stray > in it) or an element."""
    keys = (key.text.strip().rstrip(">") for key in element.all("key"))
    return FORCE in keys or any(said.text.strip().lower() not in NOT for said in element.all(FORCE))


def _members(task: Element, handle: Element) -> dict[str, Any]:
    """The members by their names in JSON; those that the vendor has beside the handle as well.

    Elements where text belongs become an object, which no member is read from: so they are refused
    like an object in JSON.
    """
    members: dict[str, Any] = {}
    named = {element: name for name, element in ELEMENTS.items()}
    for child in (*task.all("confirm_owner_consent"), *handle.children):
        name = named.get(child.name, child.name)
        said = _tree(child)
        if name in MANY:
            lines = [said] if child.children else child.text.splitlines()
            members.setdefault(name, []).extend(lines)
        elif name == "nicRef":
            members.setdefault(name, []).append(said if child.children else {"name": said})
        elif name == "extensions":
            members.setdefault(name, said or {})
        else:
            members.setdefault(name, said)
    return members


def _tree(element: Element) -> Any:
    """An element's children by name, several of one name as a list; its text where it has none."""
    if not element.children:
        return element.text.strip()
    # In one pass: 20,000 children of as many names would hold everybody up for half a minute.
    found: dict[str, list[Any]] = {}
    for child in element.children:
        found.setdefault(child.name, []).append(_tree(child))
    return {name: one[0] if len(one) == 1 else one for name, one in found.items()}


def answer(
    results: tuple[Result, ...], stid: str, ctid: str, language: Language, status: int = 200
) -> Response:
    """The response: 200 whatever the tasks came to, unless the door has refused the request."""
    children: list[Node] = [("result", _result(result, language)) for result in results]
    children.append(("stid", stid))
    if ctid:
        children.append(("ctid", ctid))
    body = xml_document(("response", children))
    problems = [problem for result in results for problem in result.problems]
    more = extra(problems[0]) if problems and status != 200 else ()
    return Response(
        status=status,
        headers=(
            (b"content-type", XML.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"x-content-type-options", b"nosniff"),
            (b"x-domainrobot-stid", stid.encode()),
            *more,
        ),
        chunks=(body,),
        failed=bool(problems),
    )


def _result(result: Result, language: Language) -> list[Node]:
    line = result.line
    told_of = () if line.call == "delete" else result.entries
    said: list[Node] = [("data", [("handle", _handle(entry)) for entry in told_of])]
    if result.problems:
        first = result.problems[0]
        if first.code is EF00000:
            first = replace(first, code=E00000)
        said.append(
            ("status", _status(first.code.name, told(first, language), "error", line.value))
        )
        said += [("msg", _message(problem, language)) for problem in result.problems]
    else:
        status = SUCCESS[line.call]
        value = str(result.entries[0].id)
        said.append(("status", _status(status.name, text(status, language), "success", value)))
    if line.reply_to and not result.problems:
        said.append(("msg", _noted(language)))
    if line.ctid:
        said.append(("ctid", line.ctid))
    return said


def _status(code: str, info: str, kind: str, value: str) -> list[Node]:
    what: list[Node] = [("type", OBJECT), ("value", value)]
    return [("code", code), ("text", info), ("type", kind), ("object", what)]


def _message(problem: Problem, language: Language) -> list[Node]:
    message: list[Node] = [
        ("code", problem.code.name),
        ("text", told(problem, language)),
    ]
    if notice(problem):
        message.append(("help", notice(problem)))
    message.append(("type", "error"))
    if problem.field is not None:
        name = problem.field.split("/")[1]
        message.append(("object", [("type", name), ("value", problem.field)]))
    elif problem.code is EF00000:
        message.append(("object", [("type", "XML parser"), ("value", "")]))
    return message


def _noted(language: Language) -> list[Node]:
    return [
        ("code", STARTED.name),
        ("text", text(STARTED, language)),
        ("help", NOTED),
        ("type", "notify"),
    ]


def _handle(entry: Entry) -> list[Node]:
    words = dict(entry.vendor_fields)
    said: list[Node] = [("id", str(entry.id))]
    owners = [(name, words.pop(name)) for name in ("owner", "updater") if name in words]
    for name, word in words.items():
        said += _element(ELEMENTS.get(name, name), _spelled(name, word))
    for name, who in owners:
        said.append((name, [("user", str(who["user"])), ("context", str(who["context"]))]))
    said.append(("created", _moment(entry.created_at)))
    said.append(("updated", _moment(entry.updated_at)))
    return said


def _spelled(name: str, word: Any) -> Any:
    """A word as XML has it: letters for the protection, the bare name of a reference."""
    if name == "protection":
        return LETTERS[word]
    if name == "nicRef":
        return [_reference(one) for one in word]
    return word


def _reference(one: Any) -> Any:
    """The name of a reference, which JSON has bare or in an object of its own."""
    if type(one) is not dict:
        return one
    inside = one.get("nic")
    nic = inside if type(inside) is dict else {}
    return one.get("name") or nic.get("label") or nic.get("name") or ""


def _element(name: str, word: Any) -> list[Node]:
    """The elements of a word: one for each of a list, one in another for what is in an object."""
    if type(word) is list:
        return [node for one in word for node in _element(name, one)]
    if type(word) is dict:
        return [(name, [node for key, one in word.items() for node in _element(key, one)])]
    if type(word) is bool:
        return [(name, FLAGS[word])]
    return [(name, "" if word is None else str(word))]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
