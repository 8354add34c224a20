"""createcontact: the action's own JSON in; a text/vcard download or its failure JSON out.

    {"action": "createcontact", "name": {"first-name", "last-name", "suffix"}, "organization",
     "title", "photo-url" | "photo", "note", "phone": [{"number", "label"}], "email": [{"id",
     "label"}], "physical-address": [{"address", "label"}], "website": [{"url", "label"}], "uid"}

Source: the public description of the action (Create Contact API V2). Members are read in the order
above, each field has one problem at most, and all problems are told at once.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from vcardsvc.contact import Address, Contact, Email, Note, Order, Phone, Website
from vcardsvc.dialects.base import Ask, Headers, Reply, Written, json_object, query_options
from vcardsvc.errors import E101, E1515, E1524, E1527, Problem, Refused
from vcardsvc.rules import Policy, Reading

ACTION: Final = "createcontact"

NOTES: Final = 20
"""Notes in a Vcard-Notes header."""

FILENAME: Final = 20
"""Characters of a file name: what a messaging API accepts for an attachment."""

_FILENAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\.vcf", re.IGNORECASE)
_TYPE: Final = (b"content-type", b"text/vcard; charset=utf-8")
_NOSNIFF: Final = (b"x-content-type-options", b"nosniff")
_FAILURE_TYPE: Final = (b"content-type", b"application/json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """The createcontact dialect under an operator's policy."""

    policy: Policy
    path: str = "/"
    content_types: frozenset[bytes] = frozenset((b"application/json",))

    def read(self, ask: Ask) -> Order:
        """The order in `ask`. Raises Refused with every problem, in the order of the members."""
        request = json_object(ask.body)
        action = request.get("action")
        if type(action) is not str or action.strip().lower() != ACTION:
            raise Refused(Problem(code=E101, field="/action", cause="action"))
        reading = Reading(self.policy)
        filename, disposition = _options(reading, ask.query) if ask.query else _DEFAULTS
        first, last, suffix = _name(reading, request)
        organization = reading.block(request.get("organization"), ("organization",))
        title = reading.block(request.get("title"), ("title",))
        photo_url, photo = _photo(reading, request)
        contact = Contact(
            first=first,
            last=last,
            suffix=suffix,
            organization=organization,
            title=title,
            note=reading.block(request.get("note"), ("note",)),
            phones=_phones(reading, request.get("phone")),
            emails=_emails(reading, request.get("email")),
            addresses=_addresses(reading, request.get("physical-address")),
            websites=_websites(reading, request.get("website")),
            uid=reading.uid(request.get("uid"), ("uid",)),
        )
        return Order(
            contact=contact,
            photo_url=photo_url,
            photo_bytes=photo,
            filename=filename,
            disposition=disposition,
            notes=reading.done(),
        )

    def accepted(self, order: Order, card: Written, notes: Iterable[Note]) -> Reply:
        """200 with the card."""
        name = f"{order.disposition}; filename={order.filename}"
        headers: Headers = (
            _TYPE,
            (b"content-disposition", name.encode()),
            (b"content-length", b"%d" % card.size),
            (b"etag", card.etag.encode()),
            _NOSNIFF,
        )
        said = dict.fromkeys(f"{note.field};{note.code}" for note in notes)
        if said:
            value = ", ".join(list(said)[:NOTES])
            headers = (*headers, (b"vcard-notes", value.encode()))
        return Reply(status=200, headers=headers, chunks=card.chunks)

    def refused(self, problems: tuple[Problem, ...]) -> Reply:
        """The failure JSON, with the first problem's status."""
        first = problems[0]
        body = json.dumps(
            {
                "status": "failure",
                "error-code": first.code.name,
                "error-info": first.info,
                "errors": [_told(problem) for problem in problems],
            },
            ensure_ascii=False,
        ).encode()
        headers: Headers = (_FAILURE_TYPE, (b"content-length", b"%d" % len(body)), _NOSNIFF)
        if first.retry_after is not None:
            headers = (*headers, (b"retry-after", b"%d" % first.retry_after))
        return Reply(status=first.http_status, headers=headers, chunks=(body,))


def _told(problem: Problem) -> dict[str, str]:
    told = {"error-code": problem.code.name, "error-info": problem.info}
    return told if problem.field is None else {**told, "field": problem.field}


Disposition = Literal["inline", "attachment"]
_DEFAULTS: Final[tuple[str, Disposition]] = ("contact.vcf", "inline")
_DISPOSITIONS: Final[dict[str, Disposition]] = {"inline": "inline", "attachment": "attachment"}


def _options(reading: Reading, query: bytes) -> tuple[str, Disposition]:
    options = query_options(query)
    filename, disposition = _DEFAULTS
    for value in options.get("filename", ())[-1:]:
        filename = value
        if len(value) > FILENAME or not _FILENAME.fullmatch(value):
            detail = f"filename has at most {FILENAME} letters, digits, - _ . and ends in .vcf."
            reading.refuse(E1527, (), "filename", detail)
    for value in options.get("disposition", ())[-1:]:
        disposition = _DISPOSITIONS.get(value, disposition)
        if value not in _DISPOSITIONS:
            reading.refuse(E1527, (), "disposition", "disposition is inline or attachment.")
    return filename, disposition


def _name(reading: Reading, request: dict[str, Any]) -> tuple[str, str, str]:
    before = len(reading.problems)
    name = reading.mapping(request.get("name"), ("name",))
    first = reading.name(name.get("first-name"), ("name", "first-name"))
    last = reading.name(name.get("last-name"), ("name", "last-name"))
    if not first and not last and len(reading.problems) == before:
        reading.refuse(E1515, ("name",), "name-missing")
    return first, last, reading.line(name.get("suffix"), ("name", "suffix"))


def _photo(reading: Reading, request: dict[str, Any]) -> tuple[str, bytes]:
    url = reading.line(request.get("photo-url"), ("photo-url",))
    file = reading.line(request.get("photo"), ("photo",))
    if url and file:
        reading.refuse(E1524, ("photo",), "two-photos", "Send either photo-url or photo.")
        return "", b""
    return url, reading.base64(file, ("photo",))


def _phones(reading: Reading, value: Any) -> tuple[Phone, ...]:
    phones = []
    for index, said, entry in reading.entries(value, "phone", "number"):
        number, e164 = reading.phone(said, ("phone", index, "number"))
        label = reading.phone_label(entry.get("label"), ("phone", index, "label"))
        phones.append(Phone(number=number, label=label, e164=e164))
    return tuple(phones)


def _emails(reading: Reading, value: Any) -> tuple[Email, ...]:
    emails = []
    for index, said, entry in reading.entries(value, "email", "id"):
        address = reading.line(said, ("email", index, "id"))
        label = reading.email_label(entry.get("label"), ("email", index, "label"))
        emails.append(Email(address=address, label=label))
    return tuple(emails)


def _addresses(reading: Reading, value: Any) -> tuple[Address, ...]:
    addresses = []
    for index, said, entry in reading.entries(value, "physical-address", "address"):
        text = reading.block(said, ("physical-address", index, "address"))
        label = reading.address_label(entry.get("label"), ("physical-address", index, "label"))
        addresses.append(Address(text=text, label=label))
    return tuple(addresses)


def _websites(reading: Reading, value: Any) -> tuple[Website, ...]:
    websites = []
    for index, said, entry in reading.entries(value, "website", "url"):
        url = reading.website(said, ("website", index, "url"))
        label = reading.website_label(entry.get("label"), ("website", index, "label"))
        websites.append(Website(url=url, label=label))
    return tuple(websites)
