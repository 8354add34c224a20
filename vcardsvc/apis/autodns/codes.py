"""What AutoDNS says: its codes and texts in both of its languages, and how a foreign fault is said.

    S0301 success, N0301 notify, E0301 error of a task; EF03010 ... EF030110 what was wrong with it
    E00000 error of a request that has no task of a contact; EF00000 it cannot be read

What must never enter here: how an answer is laid out, or a caller's value.

Sources: the vendor's page of ContactCreate (EF03010 to EF030110, S0301, the text of N0301), of
ContactList (S0304), of job notifications (the German text), of AutoDNS messages (S, N and E are
states of a task, EF what was wrong); answers that its clients have recorded (E00000, EF00000).
E0301 to E0304, the texts of S0302 and S0303 and the German one of E00000 are ours: the
vendor publishes no code for an e-mail, a country, a postal code or a body that does not parse.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from vcardsvc.errors import Code, Problem

Call = Literal["create", "update", "delete", "info", "list", "other"]
"""What is done with contacts; "other" is none of these."""

Language = Literal["en", "de"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A good answer of a task: its code, its text in English and German."""

    name: str
    info: str
    german: str


NAMING: Final[frozenset[Call]] = frozenset(("info", "update", "delete"))
"""Calls that name a contact of the book."""

SUCCESS: Final[Mapping[Call, Status]] = {
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
"""Told beside the success when an address for notifications was given."""

NOTED: Final = "The address for replies was noted; this answer is final, nothing is mailed."

_BEFORE: Final = (401, 403, 404, 405, 406, 408, 413, 415, 429)
"""Statuses of what is refused before a task is looked at."""


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


GENERIC: Final[Mapping[Call, Code]] = {
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
"""Every code of a failure, in the order of the README's table."""

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
"""The texts in German, by code; a test holds that no code lacks one."""

_FIELDS: Final[Mapping[str, Code]] = {
    "phone": EF03010,
    "fax": EF03011,
    "fname": EF03017,
    "lname": EF03018,
    "organization": EF03019,
}
"""Members whose every fault has a code of its own."""

_SAID: Final[Mapping[int, str]] = {
    401: "User and password are missing or not valid.",
    404: "This call is not served.",
    405: "This route does not serve the method.",
    406: "The contact cannot be written in the form asked for.",
    408: "The body came too slowly.",
    413: "The body is too large.",
    415: "The content type or content encoding is not served.",
    429: "The rate limit has been reached.",
}
"""What the generic code adds about a fault that the door found, by HTTP status."""

_UNREAD: Final = frozenset(("E100", "E108"))
"""Codes of a body that is missing, is another value than an object, or does not parse."""

_UNREADABLE: Final = "The body must be a JSON object."

FORCE: Final = Problem(
    code=E0301,
    cause="same-name",
    detail="There is a domain contact of this name with other data; force_handle_create makes "
    "another one.",
)
"""A contact of the same name and other data, and nobody said that another one is wanted."""


def own(problem: Problem, call: Call, *, entry: bool) -> Problem:
    """The problem in this vendor's words.

    `entry`: the call names a contact of the book, so that what is not found is that contact.
    """
    generic = GENERIC["info" if call == "list" else call]
    if problem.code.name in _OWN:
        return replace(problem, code=generic) if problem.code is E0301 else problem
    status = problem.http_status
    if status == 422 or (status == 400 and problem.field):
        member = (problem.field or "").split("/")[1:2]
        code = _FIELDS.get(member[0], generic) if member else generic
        return replace(problem, code=code, status=None, detail=problem.info)
    if status == 403 or (status == 404 and entry):
        return replace(problem, code=EF03016, status=403 if status == 403 else None, detail="")
    if status >= 500:
        return replace(problem, code=EF03013 if status == 503 else EF03014, status=None, detail="")
    if status == 400 and problem.code.name in _UNREAD:
        return replace(problem, code=EF00000, detail=problem.detail or _UNREADABLE)
    detail = " ".join(filter(None, (_SAID.get(status, ""), problem.detail)))
    known = status if status in generic.others else None
    return replace(problem, code=generic, status=known, detail=detail)


def told(problem: Problem, language: Language) -> str:
    """The vendor's own sentence for a problem, to the letter: clients compare it. What there is to
    say beside it stands in the `notice`, but behind a sentence that is ours anyway."""
    sentence = GERMAN[problem.code.name] if language == "de" else problem.code.info
    return f"{sentence} {problem.detail}" if problem.detail and _is_ours(problem) else sentence


def notice(problem: Problem) -> str:
    """What there is to say beside the vendor's own sentence, in English; "" for nothing."""
    return "" if _is_ours(problem) else problem.detail


def _is_ours(problem: Problem) -> bool:
    return problem.code in GENERIC.values() and problem.code is not E00000
