"""Reads Domain Chief's requests: the team, the query and the body, into a command.

A team is echoed and decides nothing: a key opens the contacts of its own account, whatever the
X-Chief-Team header claims.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.apis.base import Headers, Request, query_options
from vcardsvc.apis.domainchief.errors import REQUIRED, STRING, TOO_MANY
from vcardsvc.apis.domainchief.listing import (
    Options,
    array,
    check_expansions,
    read_expand,
    read_listing,
)
from vcardsvc.apis.domainchief.mapping import HANDLE, apply_change, read_change, read_draft
from vcardsvc.errors import E100, E403, E404, Problem, Refused
from vcardsvc.formats.json import json_value
from vcardsvc.model.address_book import Command, Create, Delete, Get, GetMany, Update
from vcardsvc.validation import countries
from vcardsvc.validation.fields import Policy, Validator

HANDLES: Final = 100
"""Handles of one batch (the vendor's limit)."""

TEAM: Final = 64
"""Characters of a team's id or short name. The vendor states no limit."""

_TEAM: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,%d}" % (TEAM - 1))
"""A team's id, or its short name: the vendor's own client sends that."""

_TEAM_HEADER: Final = b"x-chief-team"

NO_TEAM: Final = "The X-Chief-Team header names no team."
NO_OBJECT: Final = "The request body must be a JSON object."


def team_headers(request: Request) -> Headers:
    """Return the team's header for the response, as it came; () for a text that is no team."""
    team = request.headers.get(_TEAM_HEADER, b"")
    return ((_TEAM_HEADER, team),) if _TEAM.fullmatch(team) else ()


def read_command(policy: Policy, name: str, request: Request) -> Command:
    """Return the command of a request to the route of this name.

    Raises Refused with every problem: 403 for a team of a wrong form, 404 for a handle of one, 400
    for a body that is no JSON object, the codes of `errors` for its members and the query.
    """
    if request.headers.get(_TEAM_HEADER) and not team_headers(request):
        raise Refused(Problem(code=E403, cause="team", detail=NO_TEAM))
    options = query_options(request.query) if request.query else {}
    validator = Validator(policy)
    if name == "list":
        return read_listing(validator, options)
    if name == "batch":
        return _read_batch(validator, options, _read_body(request))
    expand = False
    if options:
        expand = read_expand(validator, options)
        validator.raise_problems()
    if name == "create":
        return Create(drafts=(read_draft(validator, _read_body(request)),), expand=expand)
    handle = _read_handle(request)
    if name == "show":
        return Get(ref=handle, expand=expand)
    if name == "delete":
        return Delete(ref=handle)
    change = read_change(validator, _read_body(request))
    # The tables are loaded here: while the change is applied, others wait to write.
    countries.preload()
    return Update(ref=handle, expand=expand, edit=lambda entry: apply_change(change, entry))


def _read_body(request: Request) -> dict[str, Any]:
    """Return the members of a body; none of an empty body, as Laravel does, and of an empty list,
    which is how PHP writes an empty object. Raises Refused for another value."""
    value = json_value(request.body) if request.body.strip() else {}
    if value == []:
        return {}
    if type(value) is not dict:
        raise Refused(Problem(code=E100, cause="not-an-object", detail=NO_OBJECT))
    return value


def _read_handle(request: Request) -> str:
    """Return the handle in the path. Raises Refused (E404) for a text that is no handle."""
    handle = request.params.get("contactHandle", "")
    if not HANDLE.fullmatch(handle):
        raise Refused(Problem(code=E404, cause="handle"))
    return handle


def _read_batch(validator: Validator, options: Options, body: Mapping[str, Any]) -> GetMany:
    """Return the command that reads contacts by handle, each once; texts that are no handles are
    left out. Raises Refused with every problem."""
    handles = array(validator, body, "contacts")
    if not handles and not validator.problems:
        validator.refuse(REQUIRED, ("contacts",), "missing")
    if len(handles) > HANDLES:
        validator.refuse(TOO_MANY, ("contacts",), "count", str(HANDLES))
    for index, handle in enumerate(handles[:HANDLES]):
        if type(handle) is not str:
            validator.refuse(STRING, ("contacts", index), "type")
    in_body = check_expansions(validator, array(validator, body, "expand"))
    in_query = read_expand(validator, options)
    validator.raise_problems()
    refs = tuple(dict.fromkeys(handle for handle in handles if HANDLE.fullmatch(handle)))
    return GetMany(refs=refs, expand=in_body or in_query)
