"""The JSON envelope: {"stid", "ctid", "messages": [...], "status": {...}, "object": {...}, "data"}.

Source: the responses of ContactCreate and ContactList, the OpenAPI's JsonResponseDataContact. What
must never enter here: XML, or a decision.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from vcardsvc.apis.autodns.codes import (
    EF00000,
    NOTED,
    STARTED,
    SUCCESS,
    Language,
    Status,
    notice,
    told,
)
from vcardsvc.apis.autodns.results import Result
from vcardsvc.apis.base import Headers, Response, json_reply
from vcardsvc.errors import Problem
from vcardsvc.model.address_book import Entry

CHALLENGE: Final = (b"www-authenticate", b'Basic realm="AutoDNS", charset="UTF-8"')

OBJECT: Final = "Contact"


def text(status: Status, language: Language) -> str:
    """The sentence of a good answer."""
    return status.german if language == "de" else status.info


def moment(at: datetime) -> str:
    """A time as the vendor writes it, milliseconds and an offset without colon, in UTC."""
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"


def contact(entry: Entry) -> dict[str, Any]:
    """A contact as answers have it: what the server sets, then the words of its caller."""
    words = dict(entry.vendor_fields)
    given: dict[str, Any] = {
        name: words.pop(name) for name in ("owner", "updater") if name in words
    }
    return {
        "created": moment(entry.created_at),
        "updated": moment(entry.updated_at),
        "id": entry.id,
        **given,
        **words,
    }


def answer(result: Result, stid: str, ctid: str, language: Language) -> Response:
    """The answer of a task that was done, or whose problems are its own."""
    if result.problems:
        return refusal(result.problems, stid, ctid, language, result.line.value)
    call, status = result.line.call, SUCCESS[result.line.call]
    body: dict[str, Any] = {"stid": stid}
    if ctid:
        body["ctid"] = ctid
    if result.line.reply_to:
        body["messages"] = [_noted(language)]
    body["status"] = {"code": status.name, "text": text(status, language), "type": "SUCCESS"}
    if call == "list":
        body["object"] = {"type": OBJECT, "summary": result.total}
    else:
        body["object"] = {"type": OBJECT, "value": str(result.entries[0].id)}
    if call != "delete":
        body["data"] = [contact(entry) for entry in result.entries]
    return json_reply(200, body, _named(stid))


def refusal(
    problems: tuple[Problem, ...], stid: str, ctid: str, language: Language, value: str = ""
) -> Response:
    """What was wrong, in problems of this vendor's; the first leads."""
    first = problems[0]
    body: dict[str, Any] = {"stid": stid}
    if ctid:
        body["ctid"] = ctid
    body["messages"] = [_message(problem, language) for problem in problems]
    body["status"] = {"type": "ERROR"}
    if first.code is not EF00000:
        body["status"] = {"code": first.code.name, "text": told(first, language), "type": "ERROR"}
    body["object"] = {"type": OBJECT, "value": value} if value else {"type": OBJECT}
    return json_reply(first.http_status, body, _named(stid), *extra(first))


def extra(first: Problem) -> Headers:
    """The headers that go with a status."""
    headers: Headers = ()
    if first.http_status == 401:
        headers = (CHALLENGE,)
    if first.retry_after is not None:
        headers = (*headers, (b"retry-after", b"%d" % first.retry_after))
    return headers


def _named(stid: str) -> tuple[bytes, bytes]:
    return (b"x-domainrobot-stid", stid.encode())


def _message(problem: Problem, language: Language) -> Mapping[str, Any]:
    message: dict[str, Any] = {"text": told(problem, language)}
    if notice(problem):
        message["notice"] = notice(problem)
    message |= {"code": problem.code.name, "status": "ERROR"}
    if problem.field is not None:
        name = problem.field.split("/")[1]
        message["objects"] = [{"type": name, "value": problem.field}]
    elif problem.code is EF00000:
        message["objects"] = [{"type": "OTHER"}]
    return message


def _noted(language: Language) -> Mapping[str, Any]:
    return {
        "text": text(STARTED, language),
        "notice": NOTED,
        "code": STARTED.name,
        "status": "NOTIFY",
    }
