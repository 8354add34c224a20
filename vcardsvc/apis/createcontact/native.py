"""createcontact: the action's own JSON in; a text/vcard download or its failure JSON out.

    {"action": "createcontact", "name": {"first-name", "last-name", "suffix"}, "organization",
     "title", "photo-url" | "photo", "note", "phone": [{"number", "label"}], "email": [{"id",
     "label"}], "physical-address": [{"address", "label"}], "website": [{"url", "label"}], "uid"}

Source: the public description of the action (Create Contact API V2). Members are read in the order
above, each field has one problem at most, and all problems are told at once.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from vcardsvc.apis.base import Headers, Request, Response, json_object, query_options
from vcardsvc.apis.render_options import AS_USUAL, KNOWN, Options, file_name, render_options
from vcardsvc.errors import E101, E1515, E1522, E1524, REASONS, Code, Problem, Refused
from vcardsvc.model.contact import Address, Contact, Email, Phone, Website
from vcardsvc.model.request import CardRequest, CardResult, Link, Loss, Part, RenderOptions, Report
from vcardsvc.validation.fields import Policy, Validator

ACTION: Final = "createcontact"

NOTES: Final = 20
"""Notes in a Vcard-Notes header."""

FIELDS: Final[dict[Part, str]] = {
    "first": "name/first-name",
    "last": "name/last-name",
    "suffix": "name/suffix",
    "organization": "organization",
    "title": "title",
    "note": "note",
    "photo": "photo-url",
    "uid": "uid",
    "card": "",
    "phones": "phone",
    "emails": "email",
    "addresses": "physical-address",
    "websites": "website",
}
"""Our parts of a contact, as the action calls them."""

NOT_BASE64: Final = "It must be base64 of the file, or data:image/...;base64,... with it."

MEMBERS: Final[dict[tuple[Part, str], str]] = {("addresses", "text"): "address"}
"""Members of entries whose name is another one in the action."""

REQUEST: Final = frozenset(
    (
        "action", "name", "organization", "title", "photo-url", "photo", "note",
        "phone", "email", "physical-address", "website", "uid",
    )
)  # fmt: skip
NAME: Final = frozenset(("first-name", "last-name", "suffix"))
"""The members of a request and of its name; those of an entry stand where it is read."""

_HEADER_NOTE: Final = re.compile(r"[A-Za-z0-9/~._\[\]-]+;[A-Za-z0-9-]+")
_HEADER_FIELD: Final = "/~-._[]"
"""What stands in a note's field beside letters and digits; all else is percent-encoded there."""

_NAMELESS: Final = "%22%22"
"""The member whose name is an empty text, as a header's note names it."""

_NOSNIFF: Final = (b"x-content-type-options", b"nosniff")
_JSON: Final = (b"content-type", b"application/json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """The createcontact dialect under an operator's policy; `max_ttl` is the longest life of a
    link in seconds."""

    policy: Policy
    max_ttl: int = 2_592_000
    path: str = "/"
    content_types: frozenset[bytes] = frozenset((b"application/json",))

    def read(self, ask: Request) -> CardRequest:
        """The order in `ask`. Raises Refused with every problem, in the order of the members."""
        return self.card_request(json_object(ask.body), ask)

    def card_request(
        self, request: dict[str, Any], ask: Request, maybe_upload: bytes | Code | None = None
    ) -> CardRequest:
        """The order in a request that another door has parsed; of `ask` the query and Accept are
        read. `maybe_upload` is a photo's file that came beside it, or the code of what is wrong
        with it. Raises Refused like `read`."""
        action = request.get("action")
        if type(action) is not str or action.strip().lower() != ACTION:
            raise Refused(Problem(code=E101, field="/action", cause="action"))
        validator = Validator(self.policy)
        options = query_options(ask.query) if ask.query else _NONE
        what = render_options(validator, options, ask.accept, self.max_ttl)
        filename, disposition = file_name(validator, options, what) if options else AS_USUAL
        if options and not options.keys() <= KNOWN:
            validator.ignored(options, KNOWN)
        first, last, suffix = _name(validator, request)
        organization = validator.block(request.get("organization"), ("organization",))
        title = validator.block(request.get("title"), ("title",))
        photo_url, photo = _photo(validator, request, what, maybe_upload)
        contact = Contact(
            first=first,
            last=last,
            suffix=suffix,
            organization=organization,
            title=title,
            note=validator.block(request.get("note"), ("note",)),
            phones=_phones(validator, request.get("phone")),
            emails=_emails(validator, request.get("email")),
            addresses=_addresses(validator, request.get("physical-address")),
            websites=_websites(validator, request.get("website")),
            uid=validator.uid(request.get("uid"), ("uid",)),
        )
        if not request.keys() <= REQUEST:
            validator.ignored(request, REQUEST)
        return CardRequest(
            contact=contact,
            options=what,
            photo_url=photo_url,
            photo_bytes=photo,
            filename=filename,
            disposition=disposition,
            notes=validator.raise_problems(),
            maybe_indices=validator.maybe_indices,
        )

    def card_response(self, order: CardRequest, outcome: CardResult) -> Response:
        """200 with the document or the report; 201 where a link was made."""
        document = outcome.maybe_document
        if document is None:
            return self._told(order, outcome)
        asked = "" if order.options.form == "twilio" else order.filename
        name = f"{order.disposition}; filename={asked or document.filename}"
        headers: Headers = (
            (b"content-type", document.content_type.encode()),
            (b"content-disposition", name.encode()),
            (b"content-length", b"%d" % document.size),
            (b"etag", document.etag.encode()),
            _NOSNIFF,
        )
        return _answer(order, outcome, headers, document.chunks)

    def _told(self, order: CardRequest, outcome: CardResult) -> Response:
        """A report, or the address of a card, as JSON."""
        link = outcome.maybe_link
        body = _json(_link(link) if link else _reports(order, outcome))
        headers: Headers = (_JSON, (b"content-length", b"%d" % len(body)), _NOSNIFF)
        return _answer(order, outcome, headers, (body,))

    def error_response(self, problems: tuple[Problem, ...]) -> Response:
        """The failure JSON, with the first problem's status."""
        first = problems[0]
        body = _json(
            {
                "status": "failure",
                "error-code": first.code.name,
                "error-info": first.info,
                "errors": [_told(problem) for problem in problems],
            }
        )
        headers: Headers = (_JSON, (b"content-length", b"%d" % len(body)), _NOSNIFF)
        if first.retry_after is not None:
            headers = (*headers, (b"retry-after", b"%d" % first.retry_after))
        return Response(status=first.http_status, headers=headers, chunks=(body,))


def _answer(
    order: CardRequest, outcome: CardResult, headers: Headers, chunks: tuple[bytes, ...]
) -> Response:
    """The answer with its notes, and with the address of a link that was made."""
    said = [_header_note(note) for note in _notes(order, outcome)[:NOTES]]
    if said:
        headers = (*headers, (b"vcard-notes", ", ".join(said).encode()))
    link = outcome.maybe_link
    if link is not None:
        headers = (*headers, (b"location", link.url.encode()))
    return Response(status=200 if link is None else 201, headers=headers, chunks=chunks)


def _told(problem: Problem) -> dict[str, str]:
    told = {"error-code": problem.code.name, "error-info": problem.info}
    return told if problem.field is None else {**told, "field": problem.field}


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _notes(order: CardRequest, outcome: CardResult) -> list[str]:
    """`field;code` of all that was ignored, cut, changed or lost, each once."""
    if not outcome.notes and not outcome.losses:
        return []
    said = [f"{note.field};{note.code}" for note in outcome.notes]
    said += [f"{_field(order, loss) or 'card'};{loss.code}" for loss in outcome.losses]
    return list(dict.fromkeys(said))


def _header_note(note: str) -> str:
    """A note as a header holds it: the name of an unknown member is the caller's own text."""
    if _HEADER_NOTE.fullmatch(note):
        return note
    from urllib.parse import quote

    field, _, code = note.rpartition(";")
    return f"{quote(field, safe=_HEADER_FIELD) or _NAMELESS};{code}"


def _field(order: CardRequest, loss: Loss) -> str:
    """Where in the request the lost thing stands: a JSON pointer without its first slash."""
    if loss.part == "photo" and order.photo_bytes:
        return "photo"
    field = FIELDS.get(loss.part, loss.part)
    if loss.index is None:
        return field
    places = (order.maybe_indices or {}).get(field, {})
    member = MEMBERS.get((loss.part, loss.member), loss.member)
    return "/".join(filter(None, (field, str(places.get(loss.index, loss.index)), member)))


def _pointer(order: CardRequest, loss: Loss) -> str:
    """The same as a JSON pointer; "" is the whole request (RFC 6901 section 5)."""
    field = _field(order, loss)
    return f"/{field}" if field else ""


def _link(link: Link) -> dict[str, Any]:
    return {
        "url": link.url,
        "expires": link.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "size": link.size,
        "content-type": link.content_type,
    }


def _reports(order: CardRequest, outcome: CardResult) -> dict[str, Any]:
    return {
        "notes": [
            {"field": f"/{note.field}", "code": note.code, "reason": REASONS[note.code]}
            for note in outcome.notes
        ],
        "targets": [_report(order, report) for report in outcome.reports],
    }


def _report(order: CardRequest, report: Report) -> dict[str, Any]:
    photo = report.photo
    return {
        "target": report.target,
        "version": report.version,
        "size": report.size,
        "ceiling": report.ceiling,
        "fits": report.fits,
        "photo": photo and {"size": len(photo.jpeg), "width": photo.width, "height": photo.height},
        "losses": [
            {"field": _pointer(order, loss), "code": loss.code, "reason": loss.reason}
            for loss in report.losses
        ],
    }


_NONE: Final[Options] = {}


def _name(validator: Validator, request: dict[str, Any]) -> tuple[str, str, str]:
    before = len(validator.problems)
    name = validator.mapping(request.get("name"), ("name",))
    if not name.keys() <= NAME:
        validator.ignored(name, NAME, ("name",))
    first = validator.name(name.get("first-name"), ("name", "first-name"))
    last = validator.name(name.get("last-name"), ("name", "last-name"))
    if not first and not last and len(validator.problems) == before:
        validator.refuse(E1515, ("name",), "name-missing")
    return first, last, validator.line(name.get("suffix"), ("name", "suffix"))


def _photo(
    validator: Validator,
    request: dict[str, Any],
    what: RenderOptions,
    maybe_upload: bytes | Code | None,
) -> tuple[str, bytes]:
    url = validator.line(request.get("photo-url"), ("photo-url",))
    file = validator.block(request.get("photo"), ("photo",))
    if (url and file) or (maybe_upload is not None and (url or file)):
        validator.refuse(E1524, ("photo",), "two-photos", "Send either photo-url or photo.")
        return "", b""
    if what.photo == "none":
        return "", b""
    maybe_bytes, code, fault = None, E1522, ("base64", NOT_BASE64)
    if isinstance(maybe_upload, Code):
        code, fault = maybe_upload, ("upload", "")
    elif maybe_upload is not None:
        maybe_bytes, fault = maybe_upload or None, ("empty-file", "The file is empty.")
    else:
        maybe_bytes = (validator.base64(file) or None) if file else b""
    if maybe_bytes is not None:
        return url, maybe_bytes
    if what.photo == "drop":
        validator.note(("photo",), code.name)
    else:
        validator.refuse(code, ("photo",), *fault)
    return url, b""


def _phones(validator: Validator, value: Any) -> tuple[Phone, ...]:
    phones = []
    for index, said, entry in validator.entries(value, "phone", "number"):
        number, e164 = validator.phone(said, ("phone", index, "number"))
        label = validator.phone_label(entry.get("label"), ("phone", index, "label"))
        phones.append(Phone(number=number, label=label, e164=e164))
    return tuple(phones)


def _emails(validator: Validator, value: Any) -> tuple[Email, ...]:
    emails = []
    for index, said, entry in validator.entries(value, "email", "id"):
        address = validator.email(said, ("email", index, "id"))
        label = validator.email_label(entry.get("label"), ("email", index, "label"))
        emails.append(Email(address=address, label=label))
    return tuple(emails)


def _addresses(validator: Validator, value: Any) -> tuple[Address, ...]:
    addresses = []
    for index, said, entry in validator.entries(value, "physical-address", "address"):
        text = validator.block(said, ("physical-address", index, "address"))
        label = validator.address_label(entry.get("label"), ("physical-address", index, "label"))
        addresses.append(Address(text=text, label=label))
    return tuple(addresses)


def _websites(validator: Validator, value: Any) -> tuple[Website, ...]:
    websites = []
    for index, said, entry in validator.entries(value, "website", "url"):
        url = validator.website(said, ("website", index, "url"))
        label = validator.website_label(entry.get("label"), ("website", index, "label"))
        websites.append(Website(url=url, label=label))
    return tuple(websites)
