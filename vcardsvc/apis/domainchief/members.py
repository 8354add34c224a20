"""The members of a contact: read for a create or an update, and made into what is kept.

    {"first_name", "last_name", "address_street", "address_house_number", "address_postal_code",
     "address_city", "address_country_code", "email", "phone", "company_name", ...}

Source: the vendor's page on contacts. Everything wrong is told at once, at most one problem for
each member, in the order of the table. What must never enter here: HTTP.
"""

import json
import re
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from vcardsvc.apis.domainchief.codes import (
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
from vcardsvc.apis.domainchief.metadata import extension_data, merged, metadata
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import Draft, Entry
from vcardsvc.model.contact import Address, Contact, Email, Phone, Website
from vcardsvc.validation.countries import is_country, nation, state, street
from vcardsvc.validation.fields import Policy, Validator
from vcardsvc.validation.invisible import BLANKS

TEXT: Final = 255
"""Characters of a text: Laravel's usual column. The vendor states no limit."""

LOCAL_PART: Final = 64
"""Characters before the @ (RFC 5321 section 4.5.3.1.1)."""

HANDLE_LETTERS: Final = string.ascii_lowercase + string.digits
HANDLE_LENGTH: Final = 16
"""Characters of a new handle: 82 bits, which nobody guesses. The vendor's are opaque."""

HANDLE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What may be a handle at all; others name nothing."""

_LABEL: Final = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_LOCAL: Final = re.compile(r"[^\s@\"(),:;<>\[\]\\.]+(?:\.[^\s@\"(),:;<>\[\]\\.]+)*")
_URL: Final = re.compile(r"https?://[^\s/?#@:]+(?::[0-9]{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)

_TRUE: Final = (True, 1, "1", "true")
_FALSE: Final = (False, 0, "0", "false")
_ABSENT: Final = (None, "")
"""What Laravel takes for a boolean or for none, and the two words that a form would have."""


def _line(validator: Validator, value: Any, name: str) -> str:
    text = validator.line(value, (name,))
    if len(text) <= TEXT:
        return text
    validator.refuse(TOO_LONG, (name,), "length", str(TEXT))
    return ""


def _email(validator: Validator, value: Any, name: str) -> str:
    text = _line(validator, value, name)
    local, _, domain = text.rpartition("@")
    labels = domain.split(".")
    right = len(local) <= LOCAL_PART and _LOCAL.fullmatch(local) and len(labels) > 1
    if text and not (right and all(map(_LABEL.fullmatch, labels))):
        validator.refuse(EMAIL, (name,), "email")
    return text


def _phone(validator: Validator, value: Any, name: str) -> str:
    before = len(validator.problems)
    number, maybe_e164 = validator.phone(value, (name,))
    if len(validator.problems) > before or not number:
        return ""
    if not number.startswith("+") or maybe_e164 is None:
        validator.refuse(PHONE, (name,), "phone")
    return number


def _country(validator: Validator, value: Any, name: str) -> str:
    before = len(validator.problems)
    code = _line(validator, value, name)
    if code and len(validator.problems) == before and not is_country(code):
        validator.refuse(SELECTED, (name,), "country")
    return code


def _url(validator: Validator, value: Any, name: str) -> str:
    text = _line(validator, value, name)
    if text and not _URL.fullmatch(text):
        validator.refuse(URL, (name,), "url")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One text of a contact: how it is read, whether it must be there, and stay as it is."""

    name: str
    read: Callable[[Validator, Any, str], str] = _line
    required: bool = False
    fixed: bool = False


MEMBERS: Final = (
    Member(name="first_name", required=True, fixed=True),
    Member(name="last_name", required=True, fixed=True),
    Member(name="address_street", required=True),
    Member(name="address_house_number", required=True),
    Member(name="address_postal_code", required=True),
    Member(name="address_city", required=True),
    Member(name="address_country_code", read=_country, required=True, fixed=True),
    Member(name="email", read=_email, required=True),
    Member(name="phone", read=_phone, required=True),
    Member(name="company_name", fixed=True),
    Member(name="company_registration_number"),
    Member(name="company_trading_name"),
    Member(name="company_url", read=_url),
    Member(name="vat_registration"),
    Member(name="address_state"),
)
"""The texts of a contact, in the order of the vendor's page."""

NOTED: Final = (
    ("company_trading_name", "Trading name"),
    ("company_registration_number", "Registration number"),
    ("vat_registration", "VAT"),
)
"""Members that vCard has no property for, and the word before each in the note of the card: there
every reader shows them."""

EXTENSION_DATA: Final = "extension_data"
PARENT: Final = "parent_handle"
DEFAULT: Final = "is_default"
DUPLICATE: Final = "allow_duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What an update has: `words` with None for what it takes away; None is not there at all.

    `maybe_parent` is "" for what can be no handle, which takes the parent away. `fixed` are members
    that no update changes: they pass where the contact has these very values, and until that is
    known the other `problems` wait.
    """

    vendor_fields: Mapping[str, Any]
    fixed: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    maybe_metadata: Mapping[str, str] | None = None
    maybe_parent: str | None = None
    default: bool = False


def created(policy: Policy, request: Mapping[str, Any]) -> Draft:
    """The draft of a new contact. Raises Refused with every problem."""
    validator = Validator(policy)
    texts = {one.name: _required(validator, one, request) for one in MEMBERS}
    words: dict[str, Any] = {name: text or None for name, text in texts.items()}
    words[EXTENSION_DATA] = extension_data(validator, request.get(EXTENSION_DATA), EXTENSION_DATA)
    parent = _parent(validator, request.get(PARENT))
    default = _flag(validator, request, DEFAULT)
    forced = _flag(validator, request, DUPLICATE)
    pairs = metadata(validator, request.get("metadata"))
    validator.raise_problems()
    return _draft(
        policy,
        words,
        handle="".join(secrets.choice(HANDLE_LETTERS) for _ in range(HANDLE_LENGTH)),
        forced=forced,
        parent=parent,
        default=default,
        metadata=merged({}, pairs),
    )


def sent(policy: Policy, request: Mapping[str, Any]) -> Sent:
    """What an update changes. Raises Refused with every problem, unless it has `fixed` members."""
    validator = Validator(policy)
    given = [one for one in MEMBERS if one.name in request]
    words: dict[str, Any] = {
        one.name: _required(validator, one, request) or None for one in given if not one.fixed
    }
    fixed = {one.name: _repeated(policy, one, request) for one in given if one.fixed}
    if EXTENSION_DATA in request:
        words[EXTENSION_DATA] = extension_data(validator, request[EXTENSION_DATA], EXTENSION_DATA)
    found = Sent(
        vendor_fields=words,
        fixed=fixed,
        maybe_parent=_parent(validator, request[PARENT]) if PARENT in request else None,
        default=_accepted(validator, request.get(DEFAULT)),
        maybe_metadata=metadata(validator, request.get("metadata")),
    )
    if not fixed:
        validator.raise_problems()
    return replace(found, problems=tuple(validator.problems))


def _repeated(policy: Policy, member: Member, request: Mapping[str, Any]) -> Any:
    """A fixed member as a contact would have it; what could be no such value stays as it is."""
    validator = Validator(policy)
    text = member.read(validator, request[member.name], member.name)
    return request[member.name] if validator.problems else text or None


def changed(policy: Policy, change: Sent, entry: Entry) -> Draft:
    """What an update makes of an entry. Raises Refused for fixed members of another value, with the
    update's other problems, and for too much metadata."""
    other = [name for name, value in change.fixed.items() if value != entry.vendor_fields.get(name)]
    prohibited = [Problem(code=PROHIBITED, field=f"/{name}", cause="fixed") for name in other]
    if prohibited or change.problems:
        raise Refused(*prohibited, *change.problems)
    return _draft(
        policy,
        {**entry.vendor_fields, **change.vendor_fields},
        handle=entry.handle,
        parent=entry.parent if change.maybe_parent is None else change.maybe_parent,
        default=change.default,
        metadata=merged(entry.metadata, change.maybe_metadata),
    )


def _required(validator: Validator, member: Member, request: Mapping[str, Any]) -> str:
    before = len(validator.problems)
    text = member.read(validator, request.get(member.name), member.name)
    if member.required and not text and len(validator.problems) == before:
        validator.refuse(REQUIRED, (member.name,), "missing")
    return text


def _parent(validator: Validator, value: Any) -> str:
    """The handle; "" for a text that can be none: an invalid one is ignored, or takes the parent
    away."""
    if type(value) is not str:
        return validator.line(value, (PARENT,))
    text = value.strip(BLANKS)
    return text if HANDLE.fullmatch(text) else ""


def _flag(validator: Validator, request: Mapping[str, Any], name: str) -> bool:
    value = request.get(name)
    if value in _ABSENT or value in _FALSE:
        return False
    if value not in _TRUE:
        validator.refuse(BOOLEAN, (name,), "type")
    return True


def _accepted(validator: Validator, value: Any) -> bool:
    """True, or not there: an update cannot leave a team without its default."""
    if value in _ABSENT:
        return False
    if value not in _TRUE:
        validator.refuse(ACCEPTED, (DEFAULT,), "not-true")
    return True


def _draft(policy: Policy, words: Mapping[str, Any], **rest: Any) -> Draft:
    said = dict(words)
    if said["address_state"]:
        said["address_state"] = state(said["address_country_code"], said["address_state"])
    contact = _contact(policy, said)
    return Draft(
        contacts=(contact,), vendor_fields=said, dedupe_key=_identity(contact, said), **rest
    )


def _contact(policy: Policy, words: Mapping[str, Any]) -> Contact:
    """What the card says: a person, and of a company where there is one."""
    validator = Validator(policy)
    country = words["address_country_code"]
    number, maybe_e164 = validator.phone(words["phone"], ("phone",))
    url = validator.website(words["company_url"], ("company_url",))
    address = Address(
        text=street(country, words["address_street"], words["address_house_number"]),
        locality=words["address_city"],
        region=words["address_state"] or "",
        code=words["address_postal_code"],
        country=country.lower(),
        nation=nation(country),
    )
    return Contact(
        first=words["first_name"],
        last=words["last_name"],
        organization=words["company_name"] or "",
        phones=(Phone(number=number, e164=maybe_e164),),
        emails=(Email(address=words["email"]),),
        addresses=(address,),
        websites=(Website(url=url),) if url else (),
        note="\n".join(f"{label}: {words[name]}" for name, label in NOTED if words[name]),
    )


def _identity(contact: Contact, words: Mapping[str, Any]) -> bytes:
    """What identical contacts share: every detail, the number as it is dialled.

    Not the handle of a parent, the default flag or metadata: they say where a contact stands, not
    who it is.
    """
    details = {**words, "phone": contact.phones[0].e164, "email": words["email"].lower()}
    return sha256(json.dumps(details, sort_keys=True).encode()).digest()
