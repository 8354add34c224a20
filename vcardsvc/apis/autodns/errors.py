"""Defines AutoDNS's error codes in both of its languages, and writes errors in the JSON envelope.

    E0301 error of a task; EF03010 ... EF030110 the fault in it
    E00000 error of a request without a task on contacts; EF00000 of one that does not parse

    {"stid", "ctid", "messages": [{"text", "notice", "code", "status", "objects"}], "status": {}}

A text of the vendor's is printed to the letter, because clients compare it; what we add stands in
the `notice`.

Sources: the vendor's page of ContactCreate (EF03010 to EF030110), of AutoDNS messages (E is the
state of a task, EF a fault in it); responses that its clients have recorded (E00000, EF00000).
E0301 to E0304 and the German text of E00000 are ours: the vendor publishes no code for an e-mail, a
country, a postal code or a body that does not parse.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from vcardsvc.apis.base import Headers, Response, logged
from vcardsvc.apis.json import json_response
from vcardsvc.errors import Code, Problem

Operation = Literal["create", "update", "delete", "info", "list", "other"]
"""An operation on contacts; "other" is none of these."""

Language = Literal["en", "de"]


ON_EXISTING: Final[frozenset[Operation]] = frozenset(("info", "update", "delete"))
"""The operations on one existing contact, which the request names."""

CHALLENGE: Final = (b"www-authenticate", b'Basic realm="AutoDNS", charset="UTF-8"')

OBJECT: Final = "Contact"
"""The type of a contact in the envelope."""

_BEFORE: Final = (401, 403, 404, 405, 406, 408, 413, 415, 429)
"""The statuses of a request that is refused before its task is read."""


def _generic(name: str, verb: str) -> Code:
    return Code(
        name=name,
        status=400,
        others=_BEFORE,
        info=f"Domain contact could not be {verb}.",
        when=f"the contact could not be {verb} and the vendor has no code of its own for the "
        "fault: a wrong type, e-mail, country, postal code, header or "
        "option; 401 user or password, 406 the form asked for, "
        "408 a slow body, 413 a large one, 415 its type, 429 the rate limit",
    )


GENERIC: Final[Mapping[Operation, Code]] = {
    "create": _generic("E0301", "created"),
    "update": _generic("E0302", "updated"),
    "delete": _generic("E0303", "deleted"),
    "info": _generic("E0304", "inquired"),
    "other": Code(
        name="E00000",
        status=400,
        others=_BEFORE,
        info="Errors occurred during processing.",
        when="the request asks for nothing that is done with contacts here: 404 no such route, 405 "
        "the method, an XML task of another code than 0301 to 0304; in XML also beside EF00000",
    ),
}
E0301: Final = GENERIC["create"]
E00000: Final = GENERIC["other"]

SERVED: Final = (
    "Served are: POST /contact, POST /contact/_search, GET /contact/{id}, PUT /contact/{id}, "
    "DELETE /contact/{id}, POST / (XML, tasks 0301 create, 0302 update, 0303 delete, 0304 info)."
)
"""The detail of E00000: every route, and every task of the gateway."""

EF00000: Final = Code(
    name="EF00000",
    status=400,
    info="Parser error.",
    when="the body is missing, does not parse, or is no request of 1 to 100 tasks; in XML the "
    "status beside it is E00000, in JSON it has none",
)

EF03010: Final = Code(
    name="EF03010",
    status=400,
    info="Invalid phone number.",
    when="`phone` is no number in international form: +, country code, digits and - . / ( )",
)
EF03011: Final = Code(
    name="EF03011", status=400, info="Invalid fax number.", when="`fax` is no such number"
)
EF03012: Final = Code(
    name="EF03012",
    status=400,
    info="Comments are too long.",
    when="`comment`, or all `remarks` together, hold more than 2,000 characters",
)
EF03013: Final = Code(
    name="EF03013",
    status=503,
    info="Internal error - NIC member ID of the root user could not be inquired.",
    when="our own fault: overloaded, shutting down, or the contact book is away",
)
EF03014: Final = Code(
    name="EF03014",
    status=500,
    info="Internal error - Invalid domain contact.",
    when="our own fault, any other",
)
EF03015: Final = Code(
    name="EF03015",
    status=400,
    info="Maximum number of characters has been exceeded.",
    when="a text holds more than 255 characters, or an address more than 2,000 or 20 lines",
)
EF03016: Final = Code(
    name="EF03016",
    status=400,
    others=(403,),
    info="User is not authorized for this domain contact.",
    when="the account has no contact of this id or alias (one text for unknown and for foreign); "
    "403 the key may not do this",
)
EF03017: Final = Code(
    name="EF03017",
    status=400,
    info="Invalid first name.",
    when="`fname` has no letter, or holds a character that cannot be shown",
)
EF03018: Final = Code(
    name="EF03018",
    status=400,
    info="Invalid last name.",
    when="`lname` is missing (a PERSON needs one, a ROLE one or an organization), has no letter, "
    "or holds a character that cannot be shown",
)
EF03019: Final = Code(
    name="EF03019",
    status=400,
    info="Invalid organization.",
    when="`organization` is missing for type ORG, or is no text of one line",
)
EF030110: Final = Code(
    name="EF030110",
    status=400,
    info="ID or alias of the domain contact have to be entered.",
    when="the contact to be shown, changed or deleted is not named: no id, or one that is none",
)

CODES: Final[tuple[Code, ...]] = (
    EF03010, EF03011, EF03012, EF03013, EF03014, EF03015, EF03016, EF03017, EF03018, EF03019,
    EF030110, *GENERIC.values(), EF00000,
)  # fmt: skip
"""All codes, in the order of the documentation's table."""

_OWN: Final = frozenset(code.name for code in CODES)

GERMAN: Final[Mapping[str, str]] = {
    "EF03010": "Ungültige Telefonnummer.",
    "EF03011": "Ungültige Faxnummer.",
    "EF03012": "Die Kommentare sind zu lang.",
    "EF03013": "Interner Fehler - Die NIC-Mitglieds-ID des Root-Benutzers konnte nicht ermittelt "
    "werden.",
    "EF03014": "Interner Fehler - Ungültiger Domain-Kontakt.",
    "EF03015": "Die maximale Anzahl an Zeichen wurde überschritten.",
    "EF03016": "Der Benutzer ist für diesen Domain-Kontakt nicht berechtigt.",
    "EF03017": "Ungültiger Vorname.",
    "EF03018": "Ungültiger Nachname.",
    "EF03019": "Ungültige Organisation.",
    "EF030110": "ID oder Alias des Domain-Kontakts müssen angegeben werden.",
    "E0301": "Domain-Kontakt konnte nicht angelegt werden.",
    "E0302": "Domain-Kontakt konnte nicht aktualisiert werden.",
    "E0303": "Domain-Kontakt konnte nicht gelöscht werden.",
    "E0304": "Domain-Kontakt-Daten konnten nicht ermittelt werden.",
    "E00000": "Bei der Verarbeitung sind Fehler aufgetreten.",
    "EF00000": "Fehler beim Lesen des Auftrages.",
}
"""The texts in German by code."""

_FIELDS: Final[Mapping[str, Code]] = {
    "phone": EF03010,
    "fax": EF03011,
    "fname": EF03017,
    "lname": EF03018,
    "organization": EF03019,
}
"""The members with a code of their own for all their faults."""

_DETAILS: Final[Mapping[int, str]] = {
    401: "User and password are missing or not valid.",
    404: "This call is not served.",
    405: "This route does not serve the method.",
    406: "The contact cannot be written in the form asked for.",
    408: "The body came too slowly.",
    413: "The body is too large.",
    415: "The content type or content encoding is not served.",
    429: "The rate limit has been reached.",
}
"""The details of the generic code by HTTP status, for requests refused before their tasks are
read."""

_UNREAD: Final = frozenset(("E100", "E108"))
"""The shared codes of a body that is missing, is no object, or does not parse."""

_UNREADABLE: Final = "The body must be a JSON object."

SAME_NAME: Final = Problem(
    code=E0301,
    cause="same-name",
    detail="There is a domain contact of this name with other data; force_handle_create makes "
    "another one.",
)
"""The problem of a contact whose name an existing contact of other data has."""


def vendor_problem(problem: Problem, operation: Operation) -> Problem:
    """Return the problem with a code of this vendor. An unknown entry is EF03016 for an operation
    on an existing contact."""
    generic = GENERIC["info" if operation == "list" else operation]
    if problem.code.name in _OWN:
        return replace(problem, code=generic) if problem.code is E0301 else problem
    status = problem.http_status
    if status == 422 or (status == 400 and problem.field):
        member = (problem.field or "").split("/")[1:2]
        code = _FIELDS.get(member[0], generic) if member else generic
        return replace(problem, code=code, status=None, detail=problem.info)
    if status == 403 or (status == 404 and operation in ON_EXISTING):
        return replace(problem, code=EF03016, status=403 if status == 403 else None, detail="")
    if status >= 500:
        return replace(problem, code=EF03013 if status == 503 else EF03014, status=None, detail="")
    if status == 400 and problem.code.name in _UNREAD:
        return replace(problem, code=EF00000, detail=problem.detail or _UNREADABLE)
    detail = " ".join(filter(None, (_DETAILS.get(status, ""), problem.detail)))
    known = status if status in generic.others else None
    return replace(problem, code=generic, status=known, detail=detail)


def sentence(problem: Problem, language: Language) -> str:
    """Return the text of a problem: the vendor's to the letter, ours followed by the detail."""
    text = GERMAN[problem.code.name] if language == "de" else problem.code.info
    return f"{text} {problem.detail}" if problem.detail and _is_ours(problem) else text


def notice(problem: Problem) -> str:
    """Return the detail beside a text of the vendor's, in English; "" for none."""
    return "" if _is_ours(problem) else problem.detail


def _is_ours(problem: Problem) -> bool:
    return problem.code in GENERIC.values() and problem.code is not E00000


def error_response(
    problems: tuple[Problem, ...], stid: str, ctid: str, language: Language, value: str = ""
) -> Response:
    """Return the envelope with a message for each problem of this vendor's codes; the first has the
    status. `value` names the contact."""
    first = problems[0]
    body: dict[str, Any] = {"stid": stid}
    if ctid:
        body["ctid"] = ctid
    body["messages"] = [_message(problem, language) for problem in problems]
    body["status"] = {"type": "ERROR"}
    if first.code is not EF00000:
        text = sentence(first, language)
        body["status"] = {"code": first.code.name, "text": text, "type": "ERROR"}
    body["object"] = {"type": OBJECT, "value": value} if value else {"type": OBJECT}
    headers = (stid_header(stid), *error_headers(first))
    return logged(json_response(first.http_status, body, *headers), problems)


def _message(problem: Problem, language: Language) -> Mapping[str, Any]:
    message: dict[str, Any] = {"text": sentence(problem, language)}
    if notice(problem):
        message["notice"] = notice(problem)
    message |= {"code": problem.code.name, "status": "ERROR"}
    if problem.field is not None:
        name = problem.field.split("/")[1]
        message["objects"] = [{"type": name, "value": problem.field}]
    elif problem.code is EF00000:
        message["objects"] = [{"type": "OTHER"}]
    return message


def stid_header(stid: str) -> tuple[bytes, bytes]:
    """Return the header with the id of the transaction."""
    return (b"x-domainrobot-stid", stid.encode())


def error_headers(first: Problem) -> Headers:
    """Return the headers that go with the status of the first problem."""
    headers: Headers = ()
    if first.http_status == 401:
        headers = (CHALLENGE,)
    if first.retry_after is not None:
        headers = (*headers, (b"retry-after", b"%d" % first.retry_after))
    return headers
