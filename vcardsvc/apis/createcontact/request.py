"""Reads a createcontact request: its members, query and Accept header into a CardRequest.

Strategy: the members are read in the order of the action's description, then the optional ones,
which is the order of the problems. All problems are raised together, at most one for each field.
"""

from typing import Any, Final

from vcardsvc.apis.base import Request, query_options
from vcardsvc.apis.createcontact.mapping import (
    ACTION,
    FLAG,
    MEMBERS,
    read_addresses,
    read_emails,
    read_name,
    read_phones,
    read_websites,
)
from vcardsvc.apis.createcontact.optional import has_optional, with_optional
from vcardsvc.apis.render_options import DEFAULT_FILE, OPTION_NAMES, file_name, render_options
from vcardsvc.errors import E101, E1522, E1524, Code, Problem, Refused
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import CardRequest, RenderOptions
from vcardsvc.validation.fields import Policy, Validator

NOT_BASE64: Final = "It must be base64 of the file, or data:image/...;base64,... with it."


def read_card_request(
    members: dict[str, Any],
    request: Request,
    policy: Policy,
    max_ttl: int,
    maybe_upload: bytes | Code | None = None,
) -> CardRequest:
    """Return the card request of these members and of the query and Accept header of `request`.

    `max_ttl` is the longest life of a link in seconds. `maybe_upload` is the photo's file from
    outside the members, or the code of what is wrong with it. Raises Refused with every problem:
    E101 alone for another action, then those of the options, then those of the members.
    """
    action = members.get("action")
    if type(action) is not str or action.strip().lower() != ACTION:
        raise Refused(Problem(code=E101, field="/action", cause="action"))
    validator = Validator(policy)
    options = query_options(request.query) if request.query else {}
    render = render_options(validator, options, request.accept, max_ttl)
    filename, disposition = file_name(validator, options, render) if options else DEFAULT_FILE
    if options and not options.keys() <= OPTION_NAMES:
        validator.ignored(options, OPTION_NAMES)
    required = members.get(FLAG) is not True
    first, last, suffix = read_name(validator, members.get("name"), required=required)
    organization = validator.block(members.get("organization"), ("organization",))
    title = validator.block(members.get("title"), ("title",))
    photo_url, photo_bytes = _photo(validator, members, render, maybe_upload)
    contact = Contact(
        first=first,
        last=last,
        suffix=suffix,
        organization=organization,
        title=title,
        note=validator.block(members.get("note"), ("note",)),
        phones=read_phones(validator, members.get("phone")),
        emails=read_emails(validator, members.get("email")),
        addresses=read_addresses(validator, members.get("physical-address")),
        websites=read_websites(validator, members.get("website")),
        uid=validator.uid(members.get("uid"), ("uid",)),
    )
    if has_optional(members):
        contact = with_optional(validator, members, contact)
    if not members.keys() <= MEMBERS:
        validator.ignored(members, MEMBERS)
    return CardRequest(
        contact=contact,
        options=render,
        photo_url=photo_url,
        photo_bytes=photo_bytes,
        filename=filename,
        disposition=disposition,
        notes=validator.raise_problems(),
        maybe_indices=validator.maybe_indices,
    )


def _photo(
    validator: Validator,
    members: dict[str, Any],
    render: RenderOptions,
    maybe_upload: bytes | Code | None,
) -> tuple[str, bytes]:
    """Return the photo's URL and its octets, of which one at most is not empty. A file that cannot
    be used is refused, or noted under `photo=drop`."""
    url = validator.line(members.get("photo-url"), ("photo-url",))
    text = validator.block(members.get("photo"), ("photo",))
    if (url and text) or (maybe_upload is not None and (url or text)):
        validator.refuse(E1524, ("photo",), "two-photos", "Send either photo-url or photo.")
        return "", b""
    if render.photo == "none":
        return "", b""
    maybe_octets, code, fault = None, E1522, ("base64", NOT_BASE64)
    if isinstance(maybe_upload, Code):
        code, fault = maybe_upload, ("upload", "")
    elif maybe_upload is not None:
        maybe_octets, fault = maybe_upload or None, ("empty-file", "The file is empty.")
    else:
        maybe_octets = (validator.base64(text) or None) if text else b""
    if maybe_octets is not None:
        return url, maybe_octets
    if render.photo == "drop":
        validator.note(("photo",), code.name)
    else:
        validator.refuse(code, ("photo",), *fault)
    return url, b""
