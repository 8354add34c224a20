"""Handles a vendor's call: its key, its body, its command, and its response or cards.

Every problem is rendered as this vendor's error, by what is known of the request then. The account
is that of the key, whatever a header claims.
"""

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from msgspec import structs

from vcardsvc.apis.base import Headers, Request, Response, Route, VendorApi, query_options
from vcardsvc.apis.render_options import Disposition, file_name, render_options, vendor_options
from vcardsvc.errors import E403, E404, OVER_LIMIT, Problem, Refused
from vcardsvc.http.authentication import Caller
from vcardsvc.http.base_url import base_url
from vcardsvc.http.body import Body, read_body
from vcardsvc.http.conditional import matches
from vcardsvc.http.context import AppContext
from vcardsvc.http.disconnect import unless_disconnected
from vcardsvc.http.error_rendering import RENDERED, FailureContext, failed
from vcardsvc.http.request import HttpRequest, unserved
from vcardsvc.http.routing import Match
from vcardsvc.model.address_book import (
    AddressBook,
    Bulk,
    Command,
    CommandResult,
    Create,
    Draft,
    GetMany,
    Listing,
    Update,
    Upsert,
)
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import CardRequest, CardResult, Note, RenderOptions
from vcardsvc.services.keys import SECRET
from vcardsvc.validation.fields import Policy, Validator

SHORT: Final = 16 * 1024
"""Bytes of a body whose echo is written within a millisecond."""

FILE_NAME: Final = "contacts.vcf"
"""The name of a file of several contacts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOptions:
    """The options of a caller who wants cards instead of the vendor's response: how they are
    rendered, the name of their file ("" for the form's own), whether their photos are required."""

    render: RenderOptions
    filename: str
    disposition: Disposition
    photo_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A vendor's call of an authenticated caller. `base_url` is the service's own."""

    context: AppContext
    http: HttpRequest
    vendor: VendorApi
    route: Route
    request: Request
    owner: str
    base_url: str

    @property
    def address_book(self) -> AddressBook:
        """Return the only address book that this call reads and changes."""
        return AddressBook(account=self.request.account, vendor=self.vendor.name)


async def call(match: Match, context: AppContext, http: HttpRequest) -> Response:
    """Return the response to a vendor's call."""
    vendor = match.vendor
    request = Request(
        query=http.query,
        accept=http.accept,
        content_type=http.content_type,
        headers=http.headers,
        params=match.params,
    )
    maybe_caller = None
    try:
        context.load.refuse_if_busy()
        route = _route(match)
        base = base_url(context.settings, http)
        request = structs.replace(request, base_url=base + match.prefix)
        if route.key_in_body:
            request = await _with_body(context, http, route, request)
        maybe_caller = caller = await _authenticated(context, http, vendor, route, request)
        _require_secret(caller)
        if not route.key_in_body:
            request = await _with_body(context, http, route, request, caller.key.name)
        request = structs.replace(request, account=caller.key.account)
        response = await _respond(
            Call(
                context=context,
                http=http,
                vendor=vendor,
                route=route,
                request=request,
                owner=caller.key.name,
                base_url=base,
            ),
            with_suffix=match.suffix,
        )
    except RENDERED as fault:
        known = FailureContext(
            received=len(request.body),
            maybe_renderer=partial(vendor.error_response, match.maybe_route, request),
            challenge=(),  # the vendor's own error has one
        )
        if maybe_caller is not None:
            known = structs.replace(known, key=maybe_caller.key.name, headers=maybe_caller.headers)
        raise failed(fault, known) from None
    log = structs.replace(response.log, key=caller.key.name, received=len(request.body))
    return structs.replace(response, headers=(*response.headers, *caller.headers), log=log)


def _route(match: Match) -> Route:
    """Return the route. Raises Refused (E404) without one, and with 405 for another method."""
    if match.maybe_route is not None:
        return match.maybe_route
    if not match.allowed:
        raise Refused(Problem(code=E404, cause="path"))
    allowed = ", ".join(match.allowed)
    refused = unserved("method", 405, f"The methods here are: {allowed}.")
    raise failed(refused, FailureContext(headers=((b"allow", allowed.encode()),)))


async def _authenticated(
    context: AppContext, http: HttpRequest, vendor: VendorApi, route: Route, request: Request
) -> Caller:
    """Return the caller, whose key is where this vendor's clients put it."""
    find = partial(vendor.credential, route, request)
    presented = await asyncio.to_thread(find) if request.body else find()
    return await context.authenticator.authenticate(http, presented, detail="")


def _require_secret(caller: Caller) -> None:
    if caller.key.kind != SECRET:
        detail = "A publishable key opens no contact book."
        raise Refused(Problem(code=E403, cause="publishable", detail=detail))


async def _with_body(
    context: AppContext, http: HttpRequest, route: Route, request: Request, key: str = ""
) -> Request:
    """Return the request with its body, where the route has one."""
    if not route.content_types:
        return request
    media_type = http.media_type
    served = media_type in route.content_types and (media_type or not request.content_type)
    if not served and not route.any_type:
        offered = ", ".join(sorted(one.decode() for one in route.content_types if one))
        raise unserved("content-type", 415, f"Send content-type: {offered}.")
    if not route.any_type:  # a body of any type declares its encoding itself
        http.require_utf_8()
    body = await read_body(context, http, Body(context.settings.body_limit), key)
    return structs.replace(request, body=body)


async def _respond(call: Call, *, with_suffix: bool) -> Response:
    maybe_cards = _card_options(call, with_suffix=with_suffix) if call.route.cards else None
    if maybe_cards is not None:  # then Accept concerns the cards, not the vendor's response
        call = replace(call, request=structs.replace(call.request, accept=b""))
    read = partial(call.vendor.read, call.route, call.request)
    # In a thread: 256 KiB composed to be slow, or a vendor's tables at their first use, take some
    # tenths of a second.
    command = await asyncio.to_thread(read) if call.request.body else read()
    if isinstance(command, Response):
        return command
    if maybe_cards is None:
        return await _vendor_response(call, command, await _run(call, command))
    return await _respond_with_cards(call, command, maybe_cards)


async def _respond_with_cards(call: Call, command: Command, cards: CardOptions) -> Response:
    contacts, options = call.context.contacts, cards.render
    if isinstance(command, Listing) and command.whole and not command.sort:
        return await _stream(call, command, cards)
    if isinstance(command, Create | Upsert):
        command = _with_photo_rule(command, cards)
    if isinstance(command, Create | Upsert | Update | Bulk):
        await contacts.check(call.address_book, command, options)
    result = await _run(call, command)
    own = await _vendor_response(call, command, result)
    if own.status not in (200, 201) or own.failed:
        return own
    if isinstance(command, GetMany | Listing):
        more = result.total > len(result.entries)
        notes = (Note(field="contacts", code=OVER_LIMIT),) if more else ()
        response = await _file(call, result, cards, notes)
    else:
        response = await _card(call, result, cards)
    return _unless_known(call, _with_vendor_headers(response, own))


def _card_options(call: Call, *, with_suffix: bool) -> CardOptions | None:
    """Return how cards are rendered; None for the vendor's own response. Raises
    Refused: E1527, E406."""
    request, max_ttl = call.request, call.context.settings.link_max_ttl
    options = query_options(request.query) if request.query else {}
    validator = Validator(Policy())
    maybe_render = vendor_options(validator, options, request.accept, max_ttl)
    if maybe_render is None and with_suffix:
        maybe_render = render_options(validator, options, b"", max_ttl)
    validator.raise_problems()
    if maybe_render is None:
        return None
    filename, disposition = file_name(validator, options, maybe_render)
    validator.raise_problems()
    return CardOptions(
        render=maybe_render,
        filename=filename,
        disposition=disposition,
        photo_required=options.get("photo", ())[-1:] == ["require"],
    )


def _with_photo_rule(command: Create | Upsert, cards: CardOptions) -> Create | Upsert:
    """Return the command with its photos required, or without them, where the caller asks so."""
    without = cards.render.photo == "none"
    if isinstance(command, Upsert):
        named = replace(command.named, photo_url="") if without else command.named
        return replace(command, named=named, photo_required=cards.photo_required)
    if without:
        return replace(
            command, drafts=tuple(replace(draft, photo_url="") for draft in command.drafts)
        )
    return replace(command, photo_required=cards.photo_required)


async def _run(call: Call, command: Command) -> CommandResult:
    """Return the result of the command; the fetch of its photos ends when the caller hangs up."""
    work = call.context.contacts.run(call.address_book, command)
    if any(draft.photo_url for draft in _drafts(command)):
        return await unless_disconnected(work, call.http.receive)
    return await work


def _drafts(command: Command) -> tuple[Draft, ...]:
    """Return the drafts whose photos are fetched."""
    if isinstance(command, Upsert):
        return (command.named,)
    return command.drafts if isinstance(command, Create) else ()


async def _vendor_response(call: Call, command: Command, result: CommandResult) -> Response:
    """Return the vendor's own response; written in a thread, except for the echo of a short body,
    since stored entries may be long."""
    write = partial(call.vendor.response, call.route, call.request, command, result)
    short = isinstance(command, Create) and len(call.request.body) <= SHORT
    return write() if short else await asyncio.to_thread(write)


def _unless_known(call: Call, response: Response) -> Response:
    """Return 304 for a shown card that the caller has already (RFC 9110 section 13.1.2)."""
    known, etag = call.request.headers.get(b"if-none-match"), dict(response.headers).get(b"etag")
    if call.route.method != "GET" or not known or not etag or not matches(known, etag):
        return response
    headers = tuple(one for one in response.headers if not one[0].startswith(b"content-"))
    return structs.replace(response, status=304, headers=headers, chunks=(b"",))


def _with_vendor_headers(response: Response, own: Response) -> Response:
    """Return the cards with the status and the headers of the vendor's own response."""
    present = {name for name, _ in response.headers}
    headers = tuple(
        (name, value)
        for name, value in own.headers
        if name not in present and not name.startswith(b"content-")
    )
    status = own.status if response.status == 200 else response.status
    return structs.replace(response, status=status, headers=(*response.headers, *headers))


async def _stream(call: Call, listing: Listing, cards: CardOptions) -> Response:
    """Return the cards of the whole list, however long it is."""
    content_type, stream = await call.context.contacts.stream(
        call.address_book, listing, cards.render
    )
    disposition = f"{cards.disposition}; filename={cards.filename or FILE_NAME}"
    headers: Headers = (
        (b"content-type", content_type.encode()),
        (b"content-disposition", disposition.encode()),
        (b"x-content-type-options", b"nosniff"),
    )
    return Response(status=200, headers=headers, chunks=(), maybe_stream=stream)


async def _file(
    call: Call, result: CommandResult, cards: CardOptions, notes: tuple[Note, ...] = ()
) -> Response:
    """Return the cards of all entries in one file."""
    document = await call.context.contacts.file(result.entries, cards.render)
    card_request = CardRequest(contact=Contact(), options=cards.render)
    named = structs.replace(document, filename=FILE_NAME)
    return _card_response(call, card_request, CardResult(maybe_document=named, notes=notes), cards)


async def _card(call: Call, result: CommandResult, cards: CardOptions) -> Response:
    """Return one entry in any form with its location, or the cards of several entries."""
    notes = tuple(
        Note(field=(problem.field or "").removeprefix("/"), code=problem.code.name)
        for problem in result.photo_problems
        if problem is not None
    )
    if len(result.entries) != 1:
        return await _file(call, result, cards, notes)
    (entry,) = result.entries
    card_request, card_result = await call.context.contacts.card(
        entry, cards.render, call.owner, call.base_url
    )
    with_notes = structs.replace(card_result, notes=(*notes, *card_result.notes))
    response = _card_response(call, card_request, with_notes, cards)
    path = call.vendor.path_of(entry)
    location = (b"content-location", f"{call.request.base_url}{path}".encode())
    return structs.replace(response, headers=(*response.headers, location)) if path else response


def _card_response(
    call: Call, card_request: CardRequest, result: CardResult, cards: CardOptions
) -> Response:
    """Return a card as createcontact does."""
    card_request = structs.replace(
        card_request, filename=cards.filename, disposition=cards.disposition
    )
    return call.context.api.card_response(card_request, result)
