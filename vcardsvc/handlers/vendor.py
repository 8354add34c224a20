"""A vendor's call on its way through the door: its key, its body, its task, its answer or cards.

Promises: whatever is wrong is said the way this vendor says it; the account is the key's, whatever
a header claims. What must never enter here: a vendor's words.
"""

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from starlette.types import Receive, Scope

from vcardsvc.apis.base import Headers, Request, Response, Route, VendorApi, query_options
from vcardsvc.apis.render_options import Disposition, cards_wanted, named
from vcardsvc.apis.render_options import wanted as card_wanted
from vcardsvc.errors import E403, E404, OVER_LIMIT, Problem, Refused
from vcardsvc.http import request as heads
from vcardsvc.http.base_url import base_url
from vcardsvc.http.body import Body
from vcardsvc.http.conditional import matches
from vcardsvc.http.cycle import Door, Trace, unless_gone
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
from vcardsvc.services import contact_cards as entries
from vcardsvc.services.keys import SECRET
from vcardsvc.validation.fields import Policy, Validator

SHORT: Final = 16 * 1024
"""Bytes of a body whose echo is written within a millisecond."""

SEVERAL: Final = "contacts.vcf"
"""The name of a file of several contacts."""


Notes = tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Cards that are wanted instead of the vendor's answer: as what, in a file of which name (""
    for the form's own); `photo_required` where the caller says so himself."""

    options: RenderOptions
    filename: str
    disposition: Disposition
    photo_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A vendor's call whose key was admitted."""

    door: Door
    vendor: VendorApi
    route: Route
    ask: Request
    owner: str
    base_url: str

    @property
    def book(self) -> AddressBook:
        """The one address book that this call reaches into."""
        return AddressBook(account=self.ask.account, vendor=self.vendor.name)


@dataclass(slots=True, kw_only=True)
class Asked:
    """A vendor's call on its way in: its route, once that is known, and what is known of the ask;
    a refusal is told by what is known by then."""

    vendor: VendorApi
    maybe_route: Route | None
    ask: Request

    def refused(self, problems: tuple[Problem, ...]) -> Response:
        """The vendor's way to say what is wrong."""
        return self.vendor.error_response(self.maybe_route, self.ask, problems)


async def answer(
    match: Match, door: Door, scope: Scope, receive: Receive, trace: Trace
) -> Response:
    """What a vendor's call is answered with."""
    ask = Request(
        query=scope["query_string"],
        accept=heads.accept(trace.headers, scope["headers"]),
        content_type=trace.headers.get(b"content-type", b""),
        headers=trace.headers,
        params=match.params,
    )
    asked = Asked(vendor=match.vendor, maybe_route=match.maybe_route, ask=ask)
    trace.challenge = ()  # the vendor's own says which scheme it is
    trace.tell = asked.refused
    door.enter()
    route = _route(match, trace)
    base = base_url(door.settings, scope)
    asked.ask = replace(ask, base_url=base + match.prefix)
    await _admit(asked, route, door, scope, receive, trace)
    call = Call(
        door=door,
        vendor=match.vendor,
        route=route,
        ask=asked.ask,
        owner=trace.key,
        base_url=base,
    )
    maybe_cards = _cards(call, suffix=match.suffix) if route.cards else None
    return await _answered(call, maybe_cards, receive)


def _route(match: Match, trace: Trace) -> Route:
    if match.maybe_route is not None:
        return match.maybe_route
    if not match.allowed:
        raise Refused(Problem(code=E404, cause="path"))
    allowed = ", ".join(match.allowed)
    trace.said = ((b"allow", allowed.encode()),)
    raise heads.unserved("method", 405, f"The methods here are: {allowed}.")


async def _admit(
    asked: Asked, route: Route, door: Door, scope: Scope, receive: Receive, trace: Trace
) -> None:
    """Give the ask its body and the account of its key, which is judged first, unless it is in the
    body."""
    if route.key_in_body:
        await _take_body(asked, route, door, scope, receive, trace)
    credential = partial(asked.vendor.credential, route, asked.ask)
    given = await asyncio.to_thread(credential) if asked.ask.body else credential()
    await door.admit(given, scope, trace, detail="")
    key = trace.maybe_key
    if key is None or key.kind != SECRET:
        detail = "A publishable key opens no contact book."
        raise Refused(Problem(code=E403, cause="publishable", detail=detail))
    if not route.key_in_body:
        await _take_body(asked, route, door, scope, receive, trace)
    asked.ask = replace(asked.ask, account=key.account)


async def _take_body(
    asked: Asked, route: Route, door: Door, scope: Scope, receive: Receive, trace: Trace
) -> None:
    if not route.content_types:
        return
    headers = asked.ask.headers
    media_type = heads.media_type(headers)
    served = media_type in route.content_types and (media_type or not asked.ask.content_type)
    if not served and not route.any_type:
        offered = ", ".join(sorted(one.decode() for one in route.content_types if one))
        raise heads.unserved("content-type", 415, f"Send content-type: {offered}.")
    if not route.any_type:  # such a body says itself how it is encoded
        heads.require_utf_8(headers)
    body = await door.body(scope, receive, trace, Body(door.settings.body_limit))
    trace.received = len(body)
    asked.ask = replace(asked.ask, body=body)


def _cards(call: Call, *, suffix: bool) -> Cards | None:
    """As what cards are wanted; None where the vendor's own answer is. Raises Refused: E1527,
    E406."""
    options = query_options(call.ask.query) if call.ask.query else {}
    validator = Validator(Policy())
    max_ttl = call.door.settings.link_max_ttl
    maybe_wanted = cards_wanted(validator, options, call.ask.accept, max_ttl)
    if maybe_wanted is None and suffix:
        maybe_wanted = card_wanted(validator, options, b"", max_ttl)
    validator.raise_problems()
    if maybe_wanted is None:
        return None
    filename, disposition = named(validator, options, maybe_wanted)
    validator.raise_problems()
    return Cards(
        options=maybe_wanted,
        filename=filename,
        disposition=disposition,
        photo_required=options.get("photo", ())[-1:] == ["require"],
    )


async def _answered(call: Call, maybe_cards: Cards | None, receive: Receive) -> Response:
    if maybe_cards is not None:  # whatever Accept says is about them, and no vendor's business
        call = replace(call, ask=replace(call.ask, accept=b""))
    read = partial(call.vendor.read, call.route, call.ask)
    # In a thread: 256 KiB made to be slow, or a vendor's tables at their first use, take some
    # tenths of a second, in which nobody else would be answered.
    task = await asyncio.to_thread(read) if call.ask.body else read()
    if isinstance(task, Response):
        return task
    if maybe_cards is None:
        return await _told(call, task, await _done(call, task, receive))
    wanted = maybe_cards.options
    if isinstance(task, Listing) and task.whole and not task.sort:
        return await _streamed(call, task, maybe_cards)
    if isinstance(task, Create | Upsert):
        task = _photos_as_wanted(task, maybe_cards)
    if isinstance(task, Create | Upsert | Update | Bulk):
        await entries.fit(call.door.service, call.book, task, wanted)
    found = await _done(call, task, receive)
    own = await _told(call, task, found)
    if own.status not in (200, 201) or own.failed:
        return own
    if isinstance(task, GetMany | Listing):
        more = found.total > len(found.entries)
        notes = (Note(field="contacts", code=OVER_LIMIT),) if more else ()
        reply = await _several(call, found, maybe_cards, notes)
    else:
        reply = await _written(call, found, maybe_cards)
    return _unless_known(call, _beside(reply, own))


def _unless_known(call: Call, reply: Response) -> Response:
    """304 for a card that is shown and that the caller has already (RFC 9110 section 13.1.2)."""
    known, etag = call.ask.headers.get(b"if-none-match"), dict(reply.headers).get(b"etag")
    if call.route.method != "GET" or not known or not etag or not matches(known, etag):
        return reply
    headers = tuple(one for one in reply.headers if not one[0].startswith(b"content-"))
    return replace(reply, status=304, headers=headers, chunks=(b"",))


def _photos_as_wanted(task: Create | Upsert, cards: Cards) -> Create | Upsert:
    """The photos required, or none of them fetched, where the caller says so."""
    if isinstance(task, Upsert):
        dropped = cards.options.photo == "none"
        named = replace(task.named, photo_url="") if dropped else task.named
        return replace(task, named=named, photo_required=cards.photo_required)
    if cards.options.photo == "none":
        return replace(task, drafts=tuple(replace(one, photo_url="") for one in task.drafts))
    return replace(task, photo_required=cards.photo_required)


def _beside(reply: Response, own: Response) -> Response:
    """The cards with what the vendor's own answer says beside its body: the status of what was
    made, its headers."""
    there = {name for name, _ in reply.headers}
    headers = tuple(
        (name, value)
        for name, value in own.headers
        if name not in there and not name.startswith(b"content-")
    )
    status = own.status if reply.status == 200 else reply.status
    return replace(reply, status=status, headers=(*reply.headers, *headers))


async def _done(call: Call, task: Command, receive: Receive) -> CommandResult:
    """What the task came to; a caller who hangs up ends the fetch of his photo."""
    work = entries.run(call.door.service, call.book, task)
    if any(draft.photo_url for draft in _drafts(task)):
        return await unless_gone(work, receive)
    return await work


def _drafts(task: Command) -> tuple[Draft, ...]:
    """The drafts whose photos are fetched."""
    if isinstance(task, Upsert):
        return (task.named,)
    return task.drafts if isinstance(task, Create) else ()


async def _told(call: Call, task: Command, found: CommandResult) -> Response:
    """The vendor's answer; in a thread, but for the echo of a short body: what is told of entries
    that were kept before may be long."""
    done = partial(call.vendor.response, call.route, call.ask, task, found)
    short = isinstance(task, Create) and len(call.ask.body) <= SHORT
    return done() if short else await asyncio.to_thread(done)


async def _streamed(call: Call, listing: Listing, cards: Cards) -> Response:
    """All cards of the list, however many there are."""
    content_type, stream = await entries.whole_list(
        call.door.service, call.book, listing, cards.options
    )
    said = f"{cards.disposition}; filename={cards.filename or SEVERAL}"
    headers: Headers = (
        (b"content-type", content_type.encode()),
        (b"content-disposition", said.encode()),
        (b"x-content-type-options", b"nosniff"),
    )
    return Response(status=200, headers=headers, chunks=(), maybe_stream=stream)


async def _several(call: Call, found: CommandResult, cards: Cards, notes: Notes = ()) -> Response:
    """The cards of what was found, in one file."""
    service = call.door.service
    whole = replace(await entries.several(service, found.entries, cards.options), filename=SEVERAL)
    order = CardRequest(contact=Contact(), options=cards.options)
    return _accepted(call, order, CardResult(maybe_document=whole, notes=notes), cards)


async def _written(call: Call, found: CommandResult, cards: Cards) -> Response:
    """One entry in any form, with the way to it; the cards of several that were kept at once."""
    notes = tuple(
        Note(field=(problem.field or "").removeprefix("/"), code=problem.code.name)
        for problem in found.photo_problems
        if problem is not None
    )
    if len(found.entries) != 1:
        return await _several(call, found, cards, notes)
    (entry,) = found.entries
    order, outcome = await entries.outcome(
        call.door.service, entry, cards.options, call.owner, call.base_url
    )
    reply = _accepted(call, order, replace(outcome, notes=(*notes, *outcome.notes)), cards)
    where = call.vendor.path_of(entry)
    location = (b"content-location", f"{call.ask.base_url}{where}".encode())
    return replace(reply, headers=(*reply.headers, location)) if where else reply


def _accepted(call: Call, order: CardRequest, outcome: CardResult, cards: Cards) -> Response:
    """As createcontact answers with a card."""
    order = replace(order, filename=cards.filename, disposition=cards.disposition)
    return call.door.spoken.card_response(order, outcome)
