"""A vendor's call on its way through the door: its key, its body, its task, its answer or cards.

Promises: whatever is wrong is said the way this vendor says it; the account is the key's, whatever
a header claims. What must never enter here: a vendor's words.
"""

import asyncio
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from starlette.types import Receive, Scope

from vcardsvc import heads
from vcardsvc.contact import THE_CARD, Contact, Note, Order, Outcome, Wanted
from vcardsvc.dialects.base import Ask, Headers, Reply, Route, Vendor, query_options
from vcardsvc.dialects.wanted import Disposition, cards_wanted, named
from vcardsvc.door import Door, Trace, unless_gone
from vcardsvc.entry import AddressBook, Batch, Found, Keep, Listing, Task
from vcardsvc.errors import E403, E404, Problem, Refused
from vcardsvc.keys import SECRET
from vcardsvc.mounts import Match
from vcardsvc.public import base_url
from vcardsvc.rules import Policy, Reading
from vcardsvc.service import entries

SHORT: Final = 16 * 1024
"""Bytes of a body whose echo is written within a millisecond."""

SEVERAL: Final = "contacts.vcf"
"""The name of a file of several contacts."""


Notes = tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Cards that are wanted instead of the vendor's answer: as what, in a file of which name (""
    for the form's own); `photo_required` where the caller says so himself."""

    wanted: Wanted
    filename: str
    disposition: Disposition
    photo_required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A vendor's call whose key was admitted."""

    door: Door
    vendor: Vendor
    route: Route
    ask: Ask
    owner: str
    base_url: str

    @property
    def book(self) -> AddressBook:
        """The one address book that this call reaches into."""
        return AddressBook(account=self.ask.account, vendor=self.vendor.name)


async def answer(match: Match, door: Door, scope: Scope, receive: Receive, trace: Trace) -> Reply:
    """What a vendor's call is answered with."""
    ask = Ask(
        query=scope["query_string"],
        accept=heads.accept(trace.headers, scope["headers"]),
        content_type=trace.headers.get(b"content-type", b""),
        headers=trace.headers,
        params=match.params,
    )
    trace.challenge = ()  # the vendor's own says which scheme it is
    trace.tell = partial(match.vendor.refused, match.maybe_route, ask)
    door.enter()
    route = _route(match, trace)
    base = base_url(door.settings, scope)
    ask = replace(ask, base_url=base + match.prefix)
    trace.tell = partial(match.vendor.refused, route, ask)
    ask = await _admitted(match.vendor, route, ask, door, scope, receive, trace)
    trace.tell = partial(match.vendor.refused, route, ask)
    call = Call(
        door=door, vendor=match.vendor, route=route, ask=ask, owner=trace.key, base_url=base
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


async def _admitted(
    vendor: Vendor,
    route: Route,
    ask: Ask,
    door: Door,
    scope: Scope,
    receive: Receive,
    trace: Trace,
) -> Ask:
    """The ask with its body and the account of its key, which is judged first, unless it is in the
    body."""
    if route.key_in_body:
        ask = await _with_body(route, ask, door, receive, trace)
        trace.tell = partial(vendor.refused, route, ask)
    credential = partial(vendor.credential, route, ask)
    given = await asyncio.to_thread(credential) if ask.body else credential()
    await door.admit(given, scope, trace)
    key = trace.maybe_key
    if key is None or key.kind != SECRET:
        detail = "A publishable key opens no contact book."
        raise Refused(Problem(code=E403, cause="publishable", detail=detail))
    if not route.key_in_body:
        ask = await _with_body(route, ask, door, receive, trace)
    return replace(ask, account=key.account)


async def _with_body(route: Route, ask: Ask, door: Door, receive: Receive, trace: Trace) -> Ask:
    if not route.content_types:
        return ask
    media_type = heads.media_type(ask.headers)
    if media_type not in route.content_types or (not media_type and ask.content_type):
        offered = ", ".join(sorted(one.decode() for one in route.content_types if one))
        raise heads.unserved("content-type", 415, f"Send content-type: {offered}.")
    body = await door.body(ask.headers, receive, door.settings.body_limit)
    trace.received = len(body)
    return replace(ask, body=body)


def _cards(call: Call, *, suffix: bool) -> Cards | None:
    """As what cards are wanted; None where the vendor's own answer is. Raises Refused: E1527,
    E406."""
    options = query_options(call.ask.query) if call.ask.query else {}
    reading = Reading(Policy())
    max_ttl = call.door.settings.link_max_ttl
    maybe_wanted = cards_wanted(reading, options, call.ask.accept, max_ttl)
    if maybe_wanted is None and suffix:
        maybe_wanted = THE_CARD
    reading.done()
    if maybe_wanted is None:
        return None
    filename, disposition = named(reading, options, maybe_wanted)
    reading.done()
    return Cards(
        wanted=maybe_wanted,
        filename=filename,
        disposition=disposition,
        photo_required=options.get("photo", ())[-1:] == ["require"],
    )


async def _answered(call: Call, maybe_cards: Cards | None, receive: Receive) -> Reply:
    if maybe_cards is not None:  # whatever Accept says is about them, and no vendor's business
        call = replace(call, ask=replace(call.ask, accept=b""))
    read = partial(call.vendor.read, call.route, call.ask)
    # In a thread: 256 KiB made to be slow, or a vendor's tables at their first use, take some
    # tenths of a second, in which nobody else would be answered.
    task = await asyncio.to_thread(read) if call.ask.body else read()
    if isinstance(task, Reply):
        return task
    if maybe_cards is None:
        return await _told(call, task, await _done(call, task, receive))
    if isinstance(task, Listing) and task.whole and not task.sort:
        return await _streamed(call, task, maybe_cards)
    if isinstance(task, Keep) and maybe_cards.photo_required:
        task = replace(task, photo_required=True)
    found = await _done(call, task, receive)
    own = await _told(call, task, found)
    if own.status >= 400 or own.failed:
        return own
    if isinstance(task, Batch | Listing):
        return await _several(call, found, maybe_cards)
    return await _written(call, found, maybe_cards)


async def _done(call: Call, task: Task, receive: Receive) -> Found:
    """What the task came to; a caller who hangs up ends the fetch of his photo."""
    work = entries.done(call.door.service, call.book, task)
    if isinstance(task, Keep) and any(draft.photo_url for draft in task.drafts):
        return await unless_gone(work, receive)
    return await work


async def _told(call: Call, task: Task, found: Found) -> Reply:
    """The vendor's answer; in a thread, but for the echo of a short body: what is told of entries
    that were kept before may be long."""
    done = partial(call.vendor.done, call.route, call.ask, task, found)
    short = isinstance(task, Keep) and len(call.ask.body) <= SHORT
    return done() if short else await asyncio.to_thread(done)


async def _streamed(call: Call, listing: Listing, cards: Cards) -> Reply:
    """All cards of the list, however many there are."""
    content_type, stream = await entries.whole_list(
        call.door.service, call.book, listing, cards.wanted
    )
    said = f"{cards.disposition}; filename={cards.filename or SEVERAL}"
    headers: Headers = (
        (b"content-type", content_type.encode()),
        (b"content-disposition", said.encode()),
        (b"x-content-type-options", b"nosniff"),
    )
    return Reply(status=200, headers=headers, chunks=(), maybe_stream=stream)


async def _several(call: Call, found: Found, cards: Cards, notes: Notes = ()) -> Reply:
    """The cards of what was found, in one file."""
    service = call.door.service
    whole = replace(await entries.several(service, found.entries, cards.wanted), filename=SEVERAL)
    order = Order(contact=Contact(), wanted=cards.wanted)
    return _accepted(call, order, Outcome(maybe_document=whole, notes=notes), cards)


async def _written(call: Call, found: Found, cards: Cards) -> Reply:
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
        call.door.service, entry, cards.wanted, call.owner, call.base_url
    )
    reply = _accepted(call, order, replace(outcome, notes=(*notes, *outcome.notes)), cards)
    where = call.vendor.where(entry)
    location = (b"content-location", f"{call.ask.base_url}{where}".encode())
    return replace(reply, headers=(*reply.headers, location)) if where else reply


def _accepted(call: Call, order: Order, outcome: Outcome, cards: Cards) -> Reply:
    """As createcontact answers with a card."""
    order = replace(order, filename=cards.filename, disposition=cards.disposition)
    return call.door.spoken.accepted(order, outcome)
