"""Reads a request to create or change a contact as a command."""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.apis.base import Request, query_options
from vcardsvc.apis.marketingcloud.errors import (
    OBJECT_EXISTS,
    REQUIRED,
    TOKEN_IN_URL,
    VALUE,
    WRONG_TYPE,
)
from vcardsvc.apis.marketingcloud.mapping import NAMES, draft, lookup, photo_url
from vcardsvc.apis.marketingcloud.sets import (
    Sets,
    merged,
    read_sets,
    stored_sets,
    write_sets,
)
from vcardsvc.errors import Problem, Refused
from vcardsvc.formats.json import json_value
from vcardsvc.model.address_book import Create, Draft, Entry, Upsert
from vcardsvc.validation.fields import Policy, Validator

KEY: Final = 254
"""Characters of a contactKey or contactID: the width of the vendor's own column. The limit is ours,
since every key is in an index."""


def read_create(request: Request, policy: Policy) -> Create:
    """Read POST of a contact. Raises Refused with every problem."""
    names, sets = _read(request, policy, whole=True)
    return Create(drafts=(draft(names, sets),))


def read_update(request: Request, policy: Policy) -> Upsert:
    """Read PATCH of a contact, which changes or creates it. Raises Refused with every problem."""
    names, sets = _read(request, policy, whole=False)
    return Upsert(
        named=Draft(contacts=(), vendor_fields={}, **lookup(names), photo_url=photo_url(sets)),
        make=lambda maybe_entry: _changed(maybe_entry, names, sets, policy),
    )


def _read(request: Request, policy: Policy, *, whole: bool) -> tuple[dict[str, str], Sets]:
    """Return the names and the attribute sets of a body, which are a whole contact or a change."""
    if has_token_in_url(request):
        raise Refused(Problem(code=TOKEN_IN_URL, cause="token-in-url"))
    body = json_value(request.body)
    if type(body) is not dict:
        detail = "The request must be an object."
        raise Refused(Problem(code=WRONG_TYPE, cause="not-an-object", detail=detail))
    validator = Validator(policy)
    names = _names(validator, body)
    sets = read_sets(validator, body.get("attributeSets"), whole=whole)
    validator.raise_problems()
    return names, sets


def has_token_in_url(request: Request) -> bool:
    """Return whether the query has an `access_token`."""
    return bool(request.query) and "access_token" in query_options(request.query)


def _names(validator: Validator, body: Mapping[str, Any]) -> dict[str, str]:
    """Return the contactKey, the contactID or both."""
    names = {}
    for member in NAMES:
        value = body.get(member)
        is_number = member == "contactID" and type(value) is int
        text = validator.line(str(value) if is_number else value, (member,))
        if len(text) > KEY:
            validator.refuse(VALUE, (member,), "too-long", f"It holds {KEY} characters at most.")
        elif text:
            names[member] = text
    if not names and not validator.problems:
        detail = "A contactKey or a contactID must be given."
        validator.refuse(REQUIRED, ("contactKey",), "no-key", detail)
    return names


def _changed(
    maybe_entry: Entry | None, names: Mapping[str, str], sent: Sets, policy: Policy
) -> Draft:
    """Return the draft of a contact after a change, or of a new one.

    Raises Refused if a required attribute is missing after the change, and if the names are those
    of two contacts.
    """
    stored = maybe_entry.vendor_fields if maybe_entry else {}
    if maybe_entry:
        _require_names(stored, names)
    validator = Validator(policy)
    after = merged(stored_sets(stored.get("attributeSets", ())), sent)
    sets = read_sets(validator, write_sets(after))
    validator.raise_problems()
    return draft({**{name: stored[name] for name in NAMES if name in stored}, **names}, sets)


def _require_names(stored: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Raises Refused if a stored contact does not have all names of a change. A contact without a
    contactID can get one; its contactKey never changes."""
    for name, value in names.items():
        if stored.get(name, "" if name == "contactKey" else value) != value:
            detail = f"Its {name} is another contact's, or this contact has another one."
            field = f"/{name}"
            raise Refused(
                Problem(code=OBJECT_EXISTS, field=field, cause="name-taken", detail=detail)
            )
