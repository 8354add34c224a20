"""Reads AutoDNS's JSON requests into commands; the XML gateway shares what they have in common.

    POST /contact   GET, PUT, DELETE /contact/{id}   POST /contact/_search
    ?keys[]=force_handle_create   ?ctid=   ?replyTo=

Source: the vendor's pages of ContactCreate and JSON basics; the source of its JavaScript and Python
clients.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from vcardsvc.apis.autodns.caller import (
    INT32,
    CallerContext,
    RequestContext,
    TaskContext,
    json_caller,
)
from vcardsvc.apis.autodns.errors import E0301, EF030110, EF03016, Operation
from vcardsvc.apis.autodns.mapping import (
    complete,
    dedupe_key,
    generated_alias,
    is_same,
    read_change,
    read_contact,
    search_pairs,
)
from vcardsvc.apis.autodns.search import read_query
from vcardsvc.apis.base import Request, query_options
from vcardsvc.errors import Problem, Refused
from vcardsvc.formats.json import json_object
from vcardsvc.model.address_book import Command, Create, Delete, Draft, Entry, Get, Update
from vcardsvc.model.contact import Contact
from vcardsvc.validation.fields import Policy, Validator

FORCE: Final = "force_handle_create"
"""The key that creates another contact of an existing name."""

_KEYS: Final = re.compile(r"keys(?:\[[0-9]*\])?")
"""The spellings of the option in a query; PHP's own writes keys[0]."""

STAYING: Final = ("alias", "type", "protection")
"""The members that stay as they are when an update does not have them: the vendor's own example of
an update has neither a type nor a protection."""


def validator_of(policy: Policy) -> Validator:
    """Return a validator with the operator's region. The vendor's names are free."""
    return Validator(Policy(names="relaxed", region=policy.region))


def read_command(
    policy: Policy, operation: Operation, request: Request, token: Callable[[], str]
) -> Command:
    """Return the command of a JSON request. `token` makes the end of a generated alias.

    Raises Refused: EF030110 and EF03016 for an id, EF00000 for a body that is no JSON object (by
    its shared code), else every problem of the headers and the members.
    """
    validator = validator_of(policy)
    options = query_options(request.query) if request.query else {}
    caller = json_caller(request, options, validator)
    value = request.params.get("id", "")
    task = TaskContext(operation=operation, ctid=caller.ctid, reply_to=caller.reply_to, value=value)
    context = RequestContext(caller=caller, tasks=(task,))
    if operation == "create":
        members, forced = json_object(request.body), _is_forced(options)
        draft = read_draft(validator, members, caller, token, forced=forced)
        validator.raise_problems()
        return Create(drafts=(draft,), context=context)
    if operation == "list":
        validator.raise_problems()
        is_empty = request.body.strip() in (b"", b"null")
        return read_query({} if is_empty else json_object(request.body), validator, context)
    members = json_object(request.body) if operation == "update" else {}
    return read_entry_command(validator, operation, value, members, context)


def read_draft(
    validator: Validator,
    members: Mapping[str, Any],
    caller: CallerContext,
    token: Callable[[], str],
    *,
    forced: bool,
) -> Draft:
    """Return the draft of a new contact; its problems are recorded."""
    fields, contact = read_contact(validator, members)
    has_alias = bool(fields.get("alias"))
    if not has_alias:
        fields = {**fields, "alias": generated_alias(fields, token())}
    server_set = {"owner": caller.owner, "updater": caller.updater, "alias": fields["alias"]}
    fields = {**server_set, **fields}
    return Draft(
        contacts=(contact,),
        vendor_fields=fields,
        dedupe_key=dedupe_key(fields),
        forced=forced,
        is_same=is_same(fields, with_alias=has_alias),
        metadata=search_pairs(fields),
    )


def read_entry_command(
    validator: Validator,
    operation: Operation,
    id: str,
    members: Mapping[str, Any],
    context: RequestContext,
) -> Get | Update | Delete:
    """Return the command on the existing contact of this id. Raises Refused with every problem:
    EF030110 for a text that is no id, EF03016 for a number that no contact can have."""
    if not id.isascii() or not id.isdigit():
        raise Refused(Problem(code=EF030110, cause="id"))
    if len(id) > len(str(INT32)) or not 0 < int(id) <= INT32:
        raise Refused(Problem(code=EF03016, cause="id"))
    ref = int(id)
    if operation == "update":
        if str(members.get("id") or ref).lstrip("0") != str(ref):
            validator.refuse(E0301, ("id",), "id", "It is another one than the path has.")
        fields, contact = read_change(validator, members)
        validator.raise_problems()

        def edit(entry: Entry) -> Draft:
            return _replace(validator.policy, fields, contact, context.caller, entry)

        return Update(ref=ref, edit=edit, context=context)
    validator.raise_problems()
    if operation == "delete":
        return Delete(ref=ref, context=context)
    return Get(ref=ref, context=context)


def _replace(
    policy: Policy, fields: Mapping[str, Any], contact: Contact, caller: CallerContext, entry: Entry
) -> Draft:
    """Return the draft that an update makes of an entry: the fields replace all of its own but
    those that stay, the owner among them. Raises Refused if they make no complete contact."""
    validator = Validator(policy)
    existing = entry.vendor_fields
    staying = {name: existing[name] for name in STAYING if name in existing}
    staying |= {name: fields[name] for name in STAYING if fields.get(name)}
    completed = complete(validator, {**fields, **staying})
    validator.raise_problems()
    owner = existing.get("owner", caller.owner)
    return Draft(
        contacts=(contact,),
        vendor_fields={"owner": owner, "updater": caller.updater, **completed},
        dedupe_key=dedupe_key(completed),
        metadata=search_pairs(completed),
    )


def _is_forced(options: Mapping[str, list[str]]) -> bool:
    values = (value for name, each in options.items() if _KEYS.fullmatch(name) for value in each)
    return any(FORCE in value.split(",") for value in values)


def error_options(request: Request) -> Mapping[str, list[str]]:
    """Return the options of a refused request; none if the query cannot be read."""
    try:
        return query_options(request.query)
    except Refused:
        return {}
