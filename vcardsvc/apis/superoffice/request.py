"""Reads a request as a command, or answers it at once if it needs no stored contact.

There is one `read_...` function for each call of the vendor. A body of any of its seven content
types becomes a tree of an entity with canonical names, which is validated, indexed and mapped to
contacts.
"""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, Final

from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.superoffice import archive
from vcardsvc.apis.superoffice.columns import index
from vcardsvc.apis.superoffice.dates import KEEP_OFFSETS, Clock, parse_clock
from vcardsvc.apis.superoffice.entity import (
    FAULTS,
    INT32,
    blank,
    canonical,
    full_entity,
    validated,
    with_all_members,
)
from vcardsvc.apis.superoffice.equivalents import reconciled
from vcardsvc.apis.superoffice.errors import INVALID, location, message
from vcardsvc.apis.superoffice.form_body import read_form
from vcardsvc.apis.superoffice.mapping import contacts
from vcardsvc.apis.superoffice.negotiation import (
    OFFERED,
    Representation,
    negotiate,
    represent,
)
from vcardsvc.apis.superoffice.patch import merged, patched
from vcardsvc.apis.superoffice.response import HEADER, Context, require_unmodified
from vcardsvc.apis.superoffice.schema import ENTITY
from vcardsvc.apis.superoffice.select import selection
from vcardsvc.apis.superoffice.xml_body import read_xml
from vcardsvc.errors import E100, E404, E406, Problem, Refused
from vcardsvc.formats.json import json_value
from vcardsvc.model.address_book import Create, Delete, Draft, Entry, Get, Listing, Update
from vcardsvc.validation.fields import Policy, Validator

MESSAGES: Final = "ArrayOfKeyValueOfstringstring"
"""The root element of Validate's response: .NET's name of a dictionary."""

_ID: Final = re.compile(r"[0-9]{1,10}")

_JSON_PATCH: Final = "application/json-patch+json"
_MERGE_PATCH: Final = "application/merge-patch+json"
_JSON_TYPES: Final = frozenset(("application/json", "text/json", _JSON_PATCH, _MERGE_PATCH))

Patch = Callable[[dict[str, Any]], Any]
"""Returns the tree of an entity after a change; it may be called more than once."""


def read_list(request: Request, policy: Policy) -> Listing:
    """Read GET Contact: rows of an archive."""
    query = archive.read_query(request.query)
    representation = _representation(request)
    if query.format:
        representation = Representation(
            media_type=f"application/{query.format}", language=representation.language
        )
    context = Context(
        representation=representation, clock=_clock(request), selection={}, maybe_query=query
    )
    return replace(query.listing, context=context)


def read_default(request: Request, policy: Policy) -> Response:
    """Answer GET Contact/default: a new entity."""
    context = _context(request)
    return context.entity_response(full_entity(blank(), context.clock))


def read_validate(request: Request, policy: Policy) -> Response:
    """Answer POST Contact/Validate: messages by field, none for a valid entity."""
    context, validator = _context(request), Validator(policy)
    _draft(read_entity(request), validator, context)
    messages = {location(one): message(one) for one in reversed(validator.problems)}
    return represent(messages, MESSAGES, "map", context.representation)


def read_create(request: Request, policy: Policy) -> Create:
    """Read POST Contact. Raises Refused with every problem."""
    context = _context(request)
    return Create(drafts=(_valid_draft(read_entity(request), policy, context),), context=context)


def read_show(request: Request, policy: Policy) -> Get:
    """Read GET Contact/{id}."""
    context = _context(request)
    return Get(ref=_contact_id(request), context=context)


def read_delete(request: Request, policy: Policy) -> Delete:
    """Read DELETE Contact/{id}."""
    ref = _contact_id(request)
    return Delete(ref=ref, check=lambda entry: require_unmodified(request, entry))


def read_replace(request: Request, policy: Policy) -> Update:
    """Read PUT Contact/{id}: an entity that replaces the stored one, or a patch."""
    return _read_change(request, policy, partial=False)


def read_update(request: Request, policy: Policy) -> Update:
    """Read PATCH Contact/{id}: a patch, or the members to change."""
    return _read_change(request, policy, partial=True)


def _read_change(request: Request, policy: Policy, *, partial: bool) -> Update:
    context, ref = _context(request), _contact_id(request)
    maybe_patch = read_patch(request, partial=partial)
    if maybe_patch is None:
        # Validated here: `edit` runs while other writers wait.
        sent = _valid_draft(read_entity(request), policy, context)

    def edit(entry: Entry) -> Draft:
        require_unmodified(request, entry)
        stored = entry.vendor_fields
        if maybe_patch:
            tree = _object(maybe_patch(with_all_members(stored)))
            return _valid_draft(tree, policy, context, stored)
        if reconciled(sent.vendor_fields, stored) == sent.vendor_fields:
            return sent
        return _valid_draft(dict(sent.vendor_fields), policy, context, stored)

    return Update(ref=ref, edit=edit, context=context)


def _valid_draft(
    tree: dict[str, Any],
    policy: Policy,
    context: Context,
    maybe_stored: Mapping[str, Any] | None = None,
) -> Draft:
    """Return the draft of an entity. Raises Refused with every problem."""
    validator = Validator(policy)
    draft = _draft(tree, validator, context, maybe_stored)
    validator.raise_problems()
    return draft


def _draft(
    tree: dict[str, Any],
    validator: Validator,
    context: Context,
    maybe_stored: Mapping[str, Any] | None = None,
) -> Draft:
    """Return the draft of an entity; in a change `maybe_stored` is the entity before it."""
    entity = validated(validator, tree, context.clock)
    if maybe_stored is not None:
        entity = reconciled(entity, maybe_stored)
    people = contacts(entity, validator, context.representation.language)
    # With FAULTS problems not all of the tree was read, in which there could be a name.
    complete = len(validator.problems) < FAULTS
    if complete and not people and not any(one.field == "/Name" for one in validator.problems):
        detail = "A contact must have a name, or a person with one."
        validator.refuse(INVALID, ("Name",), "name-missing", detail)
    return Draft(contacts=people, vendor_fields=entity, metadata=index(entity))


def _context(request: Request) -> Context:
    """Return how the response is written. Raises Refused: E406, INVALID, E1527."""
    return Context(
        representation=_representation(request),
        clock=_clock(request),
        selection=selection(request.query) if request.query else {},
    )


def _representation(request: Request) -> Representation:
    maybe_representation = negotiate(request)
    if maybe_representation is None:
        detail = f"Accept one of: {', '.join(OFFERED)}."
        raise Refused(Problem(code=E406, cause="accept", detail=detail))
    return maybe_representation


def _clock(request: Request) -> Clock:
    """Return the clock of SO-TimeZone. Raises Refused (INVALID) for an unknown zone."""
    if b"so-timezone" not in request.headers:
        return KEEP_OFFSETS
    header = request.headers[b"so-timezone"].decode("latin-1")
    maybe_clock = parse_clock(header) if len(header) <= HEADER else None
    if maybe_clock is None:
        detail = "The time zone of SO-TimeZone is not known."
        raise Refused(Problem(code=INVALID, cause="time-zone", detail=detail))
    return maybe_clock


def _contact_id(request: Request) -> int:
    """Return the id of the path. Raises Refused (E404) for one that no contact can have."""
    text = request.params["id"]
    if not _ID.fullmatch(text) or not 0 < int(text) < INT32:
        raise Refused(Problem(code=E404, cause="id"))
    return int(text)


def read_entity(request: Request) -> dict[str, Any]:
    """Return the tree of the entity in a body. Raises Refused: E100, E108, and INVALID for a patch
    that cannot be applied and for a member that is given twice."""
    return _object(_READERS[_media_type(request)](request.body))


def read_patch(request: Request, *, partial: bool) -> Patch | None:
    """Return the change that a body makes to a stored entity with all of its members: a patch, or
    with `partial` the members of an entity. None for a body that replaces the entity.

    Raises Refused as `read_entity` does; so does the patch itself, if it cannot be applied.
    """
    media_type = _media_type(request)
    if not partial and media_type not in (_JSON_PATCH, _MERGE_PATCH):
        return None
    value = json_value(request.body) if media_type in _JSON_TYPES else None
    if media_type == _JSON_PATCH or (partial and type(value) is list):
        # Copied: a patch changes the document, and the values that it adds.
        return lambda entity: _without_blank(
            canonical(ENTITY, patched(deepcopy(entity), deepcopy(value)))
        )
    in_json = media_type in _JSON_TYPES
    tree = _object(canonical(ENTITY, value) if in_json else _READERS[media_type](request.body))
    return lambda entity: _without_blank(merged(entity, tree))


def _media_type(request: Request) -> str:
    return request.content_type.partition(b";")[0].strip().lower().decode("latin-1")


def _object(tree: Any) -> dict[str, Any]:
    """Return the tree of an entity. Raises Refused (E100) for any other value."""
    if type(tree) is not dict:
        raise Refused(Problem(code=E100, cause="not-an-object", detail="It must be an object."))
    return tree


def _read_json(body: bytes) -> Any:
    return canonical(ENTITY, json_value(body))


def _read_json_patch(body: bytes) -> Any:
    # Once more canonical: `copy` can bring members to objects of another shape.
    return _without_blank(canonical(ENTITY, patched(blank(), json_value(body))))


def _read_merge_patch(body: bytes) -> Any:
    return _without_blank(merged(blank(), canonical(ENTITY, json_value(body))))


def _without_blank(tree: Any) -> Any:
    """Return a patched entity without the members that still are those of the blank entity."""
    return _difference(tree, blank())


def _difference(tree: Any, blank_tree: Mapping[str, Any]) -> Any:
    if type(tree) is not dict:
        return tree
    return {
        name: _difference(value, blank_tree[name]) if type(blank_tree.get(name)) is dict else value
        for name, value in tree.items()
        if value != blank_tree.get(name)
    }


_READERS: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "application/json": _read_json,
    "text/json": _read_json,
    "application/xml": read_xml,
    "text/xml": read_xml,
    "application/x-www-form-urlencoded": read_form,
    _JSON_PATCH: _read_json_patch,
    _MERGE_PATCH: _read_merge_patch,
}

MEDIA_TYPES: Final = tuple(_READERS)
"""The content types of the vendor's table, in its order."""
