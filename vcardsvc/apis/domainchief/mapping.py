"""Maps the members of Domain Chief's contacts to drafts: reads a new contact and an update, and
writes the card's contact.

    {"first_name", "last_name", "address_street", "address_house_number", "address_postal_code",
     "address_city", "address_country_code", "email", "phone", "company_name", ...}

All problems are reported at once, at most one for each member, in the order of the table.

Source: the vendor's page on contacts.
"""

import json
import re
import secrets
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from vcardsvc.apis.domainchief.errors import (
    ACCEPTED,
    BOOLEAN,
    EMAIL,
    PHONE,
    PROHIBITED,
    REQUIRED,
    SELECTED,
    TOO_LONG,
    URL,
)
from vcardsvc.apis.domainchief.metadata import (
    EXTENSION_DATA,
    METADATA,
    merge_metadata,
    read_extension_data,
    read_metadata,
)
from vcardsvc.errors import Code, Problem, Refused
from vcardsvc.model.address_book import Draft, Entry
from vcardsvc.model.contact import Address, Contact, Email, Phone, Website
from vcardsvc.validation import phones, urls
from vcardsvc.validation.countries import is_country, nation, state, street
from vcardsvc.validation.fields import Validator
from vcardsvc.validation.invisible import BLANKS

TEXT: Final = 255
"""Characters of a text: Laravel's usual column. The vendor states no limit."""

LOCAL_PART: Final = 64
"""Characters before the @ (RFC 5321 section 4.5.3.1.1)."""

HANDLE_LETTERS: Final = string.ascii_lowercase + string.digits
HANDLE_LENGTH: Final = 16
"""Characters of a new handle: 82 bits, too many to guess. The vendor's are opaque."""

HANDLE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""The form of a handle; other texts name no contact."""

_LABEL: Final = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_LOCAL: Final = re.compile(r"[^\s@\"(),:;<>\[\]\\.]+(?:\.[^\s@\"(),:;<>\[\]\\.]+)*")
_URL: Final = re.compile(r"https?://[^\s/?#@:]+(?::[0-9]{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)

_TRUE: Final = (True, 1, "1", "true")
_FALSE: Final = (False, 0, "0", "false")
_ABSENT: Final = (None, "")
"""The values that Laravel takes for a boolean or for none, and the two words of a form."""


def _email(text: str) -> str | None:
    local, _, domain = text.rpartition("@")
    labels = domain.split(".")
    is_local = len(local) <= LOCAL_PART and _LOCAL.fullmatch(local)
    is_email = is_local and len(labels) > 1 and all(map(_LABEL.fullmatch, labels))
    return text if is_email else None


def _phone(text: str) -> str | None:
    """Return an international number as typed; "" for invisible characters alone."""
    number = phones.read(text, "")
    is_international = number.typed.startswith("+") and number.e164 is not None
    return number.typed if is_international or not number.typed else None


def _country(text: str) -> str | None:
    return text if is_country(text) else None


def _url(text: str) -> str | None:
    return text if _URL.fullmatch(text) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Holds a format of texts: `parse` returns the text that is kept, or None for another format,
    which is refused with `code`; `cause` is for the log."""

    parse: Callable[[str], str | None]
    code: Code
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Holds the rules of a text member: `limit` is in characters, None where the format has its
    own; no update changes a `fixed` member."""

    name: str
    required: bool = False
    fixed: bool = False
    limit: int | None = TEXT
    maybe_format: Format | None = None


_COUNTRY: Final = Format(parse=_country, code=SELECTED, cause="country")
_EMAIL: Final = Format(parse=_email, code=EMAIL, cause="email")
_PHONE: Final = Format(parse=_phone, code=PHONE, cause="phone")
_WEB: Final = Format(parse=_url, code=URL, cause="url")

TEXT_MEMBERS: Final = (
    Member(name="first_name", required=True, fixed=True),
    Member(name="last_name", required=True, fixed=True),
    Member(name="address_street", required=True),
    Member(name="address_house_number", required=True),
    Member(name="address_postal_code", required=True),
    Member(name="address_city", required=True),
    Member(name="address_country_code", required=True, fixed=True, maybe_format=_COUNTRY),
    Member(name="email", required=True, maybe_format=_EMAIL),
    Member(name="phone", required=True, limit=None, maybe_format=_PHONE),
    Member(name="company_name", fixed=True),
    Member(name="company_registration_number"),
    Member(name="company_trading_name"),
    Member(name="company_url", maybe_format=_WEB),
    Member(name="vat_registration"),
    Member(name="address_state"),
)
"""The text members of a contact, in the order of the vendor's page."""

NOTE_LABELS: Final = (
    ("company_trading_name", "Trading name"),
    ("company_registration_number", "Registration number"),
    ("vat_registration", "VAT"),
)
"""The members without a vCard property, and their labels in the card's note, where every reader
shows them."""

PARENT: Final = "parent_handle"
DEFAULT: Final = "is_default"
DUPLICATE: Final = "allow_duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Holds an update: in `vendor_fields` None removes a value, and an absent member stays.

    `maybe_parent` is "" for a text that is no handle, which removes the parent. `fixed` members
    must have the contact's own values: until these are known, the other `problems` wait.
    """

    vendor_fields: Mapping[str, Any]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    maybe_metadata: Mapping[str, str] | None = None
    maybe_parent: str | None = None
    default: bool = False


def read_draft(validator: Validator, body: Mapping[str, Any]) -> Draft:
    """Return the draft of a new contact. Raises Refused with every problem."""
    vendor_fields = _read_texts(validator, body, TEXT_MEMBERS)
    vendor_fields[EXTENSION_DATA] = None
    if EXTENSION_DATA in body:
        vendor_fields[EXTENSION_DATA] = read_extension_data(validator, body[EXTENSION_DATA])
    parent = _read_parent(validator, body[PARENT]) if PARENT in body else ""
    default = _read_flag(validator, body, DEFAULT)
    forced = _read_flag(validator, body, DUPLICATE)
    metadata = read_metadata(validator, body[METADATA]) if METADATA in body else None
    validator.raise_problems()
    return _draft(
        vendor_fields,
        handle="".join(secrets.choice(HANDLE_LETTERS) for _ in range(HANDLE_LENGTH)),
        forced=forced,
        parent=parent,
        default=default,
        metadata=merge_metadata({}, metadata) if metadata else {},
    )


def read_change(validator: Validator, body: Mapping[str, Any]) -> Change:
    """Return the change of an update. Raises Refused with every problem, unless the update has
    `fixed` members."""
    given = [member for member in TEXT_MEMBERS if member.name in body]
    vendor_fields = _read_texts(validator, body, (one for one in given if not one.fixed))
    fixed = {one.name: _fixed_value(validator, one, body) for one in given if one.fixed}
    if EXTENSION_DATA in body:
        vendor_fields[EXTENSION_DATA] = read_extension_data(validator, body[EXTENSION_DATA])
    change = Change(
        vendor_fields=vendor_fields,
        fixed=fixed,
        maybe_parent=_read_parent(validator, body[PARENT]) if PARENT in body else None,
        default=_read_accepted(validator, body.get(DEFAULT)),
        maybe_metadata=read_metadata(validator, body[METADATA]) if METADATA in body else None,
    )
    if not fixed:
        validator.raise_problems()
    return replace(change, problems=tuple(validator.problems))


def apply_change(change: Change, entry: Entry) -> Draft:
    """Return the draft that an update makes of an entry. Raises Refused for fixed members of
    another value, with the update's other problems, and for too much metadata."""
    prohibited = [
        Problem(code=PROHIBITED, field=f"/{name}", cause="fixed")
        for name, value in change.fixed.items()
        if value != entry.vendor_fields.get(name)
    ]
    if prohibited or change.problems:
        raise Refused(*prohibited, *change.problems)
    return _draft(
        {**entry.vendor_fields, **change.vendor_fields},
        handle=entry.handle,
        parent=entry.parent if change.maybe_parent is None else change.maybe_parent,
        default=change.default,
        metadata=merge_metadata(entry.metadata, change.maybe_metadata),
    )


def _read_texts(
    validator: Validator, body: Mapping[str, Any], members: Iterable[Member]
) -> dict[str, Any]:
    """Return the texts of these members by name, None for one that is absent or blank. Of each
    member at most one problem is recorded; its text does not count then."""
    texts: dict[str, Any] = {}
    for member in members:
        before, value = len(validator.problems), body.get(member.name)
        pointer = (member.name,)
        text: str | None = "" if value is None else validator.line(value, pointer)
        if text and member.limit is not None and len(text) > member.limit:
            validator.refuse(TOO_LONG, pointer, "length", str(member.limit))
        elif text and member.maybe_format:
            text = member.maybe_format.parse(text)
            if text is None:
                validator.refuse(member.maybe_format.code, pointer, member.maybe_format.cause)
        if member.required and not text and len(validator.problems) == before:
            validator.refuse(REQUIRED, pointer, "missing")
        texts[member.name] = text or None
    return texts


def _fixed_value(validator: Validator, member: Member, body: Mapping[str, Any]) -> Any:
    """Return a fixed member as a contact would have it; a value of another form as it is."""
    of_this = Validator(validator.policy)
    texts = _read_texts(of_this, body, (member,))
    return body[member.name] if of_this.problems else texts[member.name]


def _read_parent(validator: Validator, value: Any) -> str:
    """Return the parent's handle; "" for a text that is no handle, which a create ignores and an
    update takes for no parent."""
    if type(value) is not str:
        return validator.line(value, (PARENT,))
    text = value.strip(BLANKS)
    return text if HANDLE.fullmatch(text) else ""


def _read_flag(validator: Validator, body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name)
    if value in _ABSENT or value in _FALSE:
        return False
    if value not in _TRUE:
        validator.refuse(BOOLEAN, (name,), "type")
    return True


def _read_accepted(validator: Validator, value: Any) -> bool:
    """Return whether an update sets the default. It cannot leave a team without one."""
    if value in _ABSENT:
        return False
    if value not in _TRUE:
        validator.refuse(ACCEPTED, (DEFAULT,), "not-true")
    return True


def _draft(vendor_fields: dict[str, Any], **others: Any) -> Draft:
    if vendor_fields["address_state"]:
        country = vendor_fields["address_country_code"]
        vendor_fields["address_state"] = state(country, vendor_fields["address_state"])
    contact = _contact(vendor_fields)
    return Draft(
        contacts=(contact,),
        vendor_fields=vendor_fields,
        dedupe_key=_dedupe_key(contact, vendor_fields),
        **others,
    )


def _contact(vendor_fields: Mapping[str, Any]) -> Contact:
    """Return the card's contact: a person, and of a company if it has one."""
    country = vendor_fields["address_country_code"]
    number = vendor_fields["phone"]
    url = vendor_fields["company_url"]
    maybe_url = urls.read(url) if url else None
    address = Address(
        text=street(
            country, vendor_fields["address_street"], vendor_fields["address_house_number"]
        ),
        locality=vendor_fields["address_city"],
        region=vendor_fields["address_state"] or "",
        code=vendor_fields["address_postal_code"],
        country=country.lower(),
        nation=nation(country),
    )
    notes = (
        f"{label}: {vendor_fields[name]}" for name, label in NOTE_LABELS if vendor_fields[name]
    )
    return Contact(
        first=vendor_fields["first_name"],
        last=vendor_fields["last_name"],
        organization=vendor_fields["company_name"] or "",
        phones=(Phone(number=number, e164=phones.e164(number, "")),),
        emails=(Email(address=vendor_fields["email"]),),
        addresses=(address,),
        websites=(Website(url=maybe_url.text),) if maybe_url else (),
        note="\n".join(notes),
    )


def _dedupe_key(contact: Contact, vendor_fields: Mapping[str, Any]) -> bytes:
    """Return the key that identical contacts share: every detail, the number in E.164.

    The parent, the default flag and the metadata are no details: they say where a contact stands
    among others.
    """
    email = vendor_fields["email"].lower()
    details = {**vendor_fields, "phone": contact.phones[0].e164, "email": email}
    return sha256(json.dumps(details, sort_keys=True).encode()).digest()
