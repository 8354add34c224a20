"""AutoDNS (InterNetX): contacts of domains, in JSON and through the XML gateway.

    POST /contact   GET, PUT, DELETE /contact/{id}   POST /contact/_search   POST / (XML)

The key rides where the vendor's clients put their secret: the password of HTTP Basic, or
auth/password in the body. What must never enter here: how a word is checked or an answer laid out;
each has a file of its own beside this one.

Sources: the vendor's pages of ContactCreate, ContactList, JSON and XML basics; its OpenAPI; the
source of its JavaScript and Python clients.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from vcardsvc.apis.autodns import caller, envelope, gateway, results
from vcardsvc.apis.autodns.caller import INT32, Caller
from vcardsvc.apis.autodns.codes import (
    CODES,
    E00000,
    E0301,
    EF00000,
    EF030110,
    EF03016,
    NAMING,
    Call,
    own,
)
from vcardsvc.apis.autodns.fields import (
    alias,
    completed,
    identity,
    read_change,
    read_contact,
    searched,
)
from vcardsvc.apis.autodns.results import Line, Result, Said
from vcardsvc.apis.autodns.search import read_query
from vcardsvc.apis.base import Request, Response, Route, json_object, query_options
from vcardsvc.apis.xml import Element
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import (
    Bulk,
    Command,
    CommandResult,
    Create,
    Delete,
    Draft,
    Entry,
    Get,
    Update,
)
from vcardsvc.model.contact import Contact
from vcardsvc.validation.fields import Policy, Validator

__all__ = ["CODES", "Autodns"]

JSON: Final = frozenset((b"application/json",))
ANY: Final = JSON | {b""}
MARKUP: Final = frozenset((b"application/xml", b"text/xml"))

ONE: Final = "/contact/{id}"

ID: Final = r"(?!_|(?:case|verification)(?:\.|\Z))[^/]+"
"""What an id may be in a path: none of the vendor's further calls (`/contact/_comment`)."""

ROUTES: Final = (
    Route(name="create", method="POST", path="/contact", content_types=JSON, cards=True),
    Route(name="list", method="POST", path="/contact/_search", content_types=ANY, cards=True),
    Route(name="info", method="GET", path=ONE, cards=True, parameter=ID),
    Route(name="update", method="PUT", path=ONE, content_types=JSON, cards=True, parameter=ID),
    Route(name="delete", method="DELETE", path=ONE, parameter=ID),
    Route(
        name="gateway",
        method="POST",
        path="/",
        content_types=MARKUP,
        key_in_body=True,
        any_type=True,
        cards=True,
    ),
)

GATEWAY: Final = "gateway"

_CALLS: Final[Mapping[str, Call]] = {
    "create": "create",
    "list": "list",
    "info": "info",
    "update": "update",
    "delete": "delete",
}
_NAMELESS: Final = tuple(
    replace(route, path="/contact") for route in ROUTES if route.name in NAMING
)
"""Those that name a contact, without an id, for which the vendor has a code of its own."""

_SERVED: Final = (
    f"Served are: {', '.join(f'{one.method} {one.path}' for one in ROUTES)} (XML, tasks "
    f"{', '.join(f'{code} {call}' for code, call in gateway.CALLS.items())})."
)

_KEYS: Final = re.compile(r"keys(?:\[[0-9]*\])?")
"""The ways to spell the option in a query; PHP's own writes keys[0]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Autodns:
    """The calls of AutoDNS under an operator's policy; of it the region of numbers is used, names
    are free. `stid` makes the id of a transaction, `token` the end of a generated alias."""

    policy: Policy
    stid: Callable[[], str] = field(default=results.stid)
    token: Callable[[], str] = field(default=results.token)
    name: str = "autodns"
    routes: tuple[Route, ...] = (*ROUTES, *_NAMELESS)

    def credential(self, route: Route, ask: Request) -> bytes | None:
        """The password of HTTP Basic; of the gateway auth/password, else that."""
        said = ""
        if route.name == GATEWAY and ask.body.strip():
            auth = gateway.request(ask.body).first("auth")
            said = auth.said("password") if auth else ""
        maybe_basic = caller.basic(ask)
        return said.encode() or (maybe_basic[1] if maybe_basic else None)

    def read(self, route: Route, ask: Request) -> Command | Response:
        """What the caller wants of the book. Raises Refused with every problem."""
        if route.name == GATEWAY:
            return self._request(ask)
        validator = self._validator()
        options = query_options(ask.query) if ask.query else {}
        who = caller.of_headers(ask, options, validator)
        call = _CALLS[route.name]
        value = ask.params.get("id", "")
        line = Line(call=call, ctid=who.ctid, reply_to=who.reply_to, value=value)
        said = Said(caller=who, lines=(line,))
        if call == "create":
            draft = self._draft(validator, json_object(ask.body), who, forced=_forced(options))
            validator.raise_problems()
            return Create(drafts=(draft,), context=said)
        if call == "list":
            validator.raise_problems()
            query = json_object(ask.body) if ask.body.strip() not in (b"", b"null") else {}
            return read_query(query, validator, said)
        members = json_object(ask.body) if call == "update" else {}
        return self._named(validator, call, _ref(value), members, said)

    def _named(
        self, validator: Validator, call: Call, ref: int, members: Mapping[str, Any], said: Said
    ) -> Get | Update | Delete:
        """The task for one contact of the book. Raises Refused with every problem."""
        if call == "update":
            if str(members.get("id") or ref).lstrip("0") != str(ref):
                validator.refuse(E0301, ("id",), "id", "It is another one than the path has.")
            words, contact = read_change(validator, members)
            validator.raise_problems()
            edit = _Edit(validator.policy, words, contact, said.caller)
            return Update(ref=ref, edit=edit, context=said)
        validator.raise_problems()
        return Delete(ref=ref, context=said) if call == "delete" else Get(ref=ref, context=said)

    def _validator(self) -> Validator:
        return Validator(Policy(names="relaxed", region=self.policy.region))

    def _draft(
        self, validator: Validator, members: Mapping[str, Any], who: Caller, *, forced: bool
    ) -> Draft:
        words, contact = read_contact(validator, members)
        named = bool(words.get("alias"))
        if not named:
            words = {**words, "alias": alias(words, self.token())}
        words = {"owner": who.owner, "updater": who.updater, "alias": words["alias"], **words}
        return Draft(
            contacts=(contact,),
            vendor_fields=words,
            dedupe_key=identity(words),
            forced=forced,
            is_same=results.same(words, named=named),
            metadata=searched(words),
        )

    def _request(self, ask: Request) -> Command | Response:
        """The task of an XML request. Raises Refused for a fault of all of it, or of its only
        task."""
        root, validator = gateway.request(ask.body), self._validator()
        who = caller.of_request(ask, root, validator)
        orders = gateway.orders(root)
        if not _is_request(root, orders):
            detail = f"A request has 1 to {gateway.TASKS} tasks."
            validator.refuse(EF00000, (), "tasks", detail)
        validator.raise_problems()
        read = [self._order(order, who) for order in orders]
        lines = tuple(line for line, _ in read)
        if len(lines) == 1 and lines[0].problems:
            raise Refused(*lines[0].problems)
        if not any(maybe_wanted for _, maybe_wanted in read):
            said = Said(caller=who, lines=lines)
            return self._answered(results.created(said, (), CommandResult()), who)
        tasks = tuple(_tasks(read, who))
        return tasks[0] if len(tasks) == 1 else Bulk(commands=tasks, context=tasks[0].context)

    def _order(
        self, order: gateway.CardRequest, who: Caller
    ) -> tuple[Line, Draft | Get | Update | Delete | None]:
        """One task: what it wants, or what is wrong with it."""
        validator = self._validator()
        call = gateway.CALLS.get(order.code, "other")
        line = _line(order, call, validator)
        try:
            wanted = self._wanted(validator, call, order, Said(caller=who, lines=(line,)))
            validator.raise_problems()
        except Refused as refused:
            told = tuple(own(one, call, entry=call in NAMING) for one in refused.problems)
            return replace(line, problems=told), None
        return line, wanted

    def _wanted(
        self, validator: Validator, call: Call, order: gateway.CardRequest, said: Said
    ) -> Draft | Get | Update | Delete:
        """What a task wants. It names a contact by its id; by its alias it can be shown."""
        if call == "other":
            detail = f"A task of this code is not served. {_SERVED}"
            raise Refused(Problem(code=E00000, field="/code", cause="code", detail=detail))
        if call == "create":
            return self._draft(validator, order.members, said.caller, forced=order.forced)
        if order.id or not order.alias:
            return self._named(validator, call, _ref(order.id), order.members, said)
        if call != "info":
            validator.refuse(EF030110, ("id",), "alias", "A task of this code takes the ID.")
        alias = caller.line(validator, order.alias, "alias")
        validator.raise_problems()
        return Get(metadata=searched({"alias": alias}), context=said)

    def response(self, route: Route, ask: Request, task: Command, found: CommandResult) -> Response:
        """The envelope, or the response, of what the task came to."""
        said: Said = task.context
        told = results.of_task(task, found)
        if route.name == GATEWAY:
            return self._answered(told, said.caller)
        return envelope.answer(told[0], self.stid(), said.caller.ctid, said.caller.language)

    def _answered(self, told: tuple[Result, ...], who: Caller) -> Response:
        return gateway.answer(told, self.stid(), who.ctid, who.language)

    def error_response(
        self, maybe_route: Route | None, ask: Request, problems: tuple[Problem, ...]
    ) -> Response:
        """The envelope with its messages; through the gateway one result. A fault of a task is 400
        in JSON and 200 in XML, what the door refuses has its own status in both."""
        if maybe_route is None:
            markup = b"xml" in ask.content_type.lower()
            call: Call = "other"
            problems = tuple(_beside(one, _SERVED) for one in problems)
        else:
            markup = maybe_route.name == GATEWAY
            call = _CALLS.get(maybe_route.name, "create")
        if markup:
            return self._response(ask, problems, routed=maybe_route is not None)
        entry = call in NAMING
        said = tuple(own(problem, call, entry=entry) for problem in problems)
        who = caller.of_headers(ask, _lenient(ask), self._validator())
        value = ask.params.get("id", "") if entry else ""
        return envelope.refusal(said, self.stid(), who.ctid, who.language, value)

    def _response(self, ask: Request, problems: tuple[Problem, ...], *, routed: bool) -> Response:
        first = problems[0]
        of_a_task = first.http_status in _OF_A_TASK and first.code.name not in _PARSING
        whole = not (routed and of_a_task)
        root = Element("request", {}) if whole else _root(ask)
        orders = gateway.orders(root)
        call: Call = "create" if routed and whole else "other"
        if _is_request(root, orders):
            call = gateway.CALLS.get(orders[0].code, "other")
        who = caller.of_request(ask, root, self._validator())
        told = tuple(own(problem, call, entry=call in NAMING) for problem in problems)
        line = _line(orders[0], call, self._validator()) if len(orders) == 1 else Line(call=call)
        result = Result(line=line, problems=told)
        status = 200 if told[0].http_status == 400 and not whole else told[0].http_status
        return gateway.answer((result,), self.stid(), who.ctid, who.language, status)

    def path_of(self, entry: Entry) -> str:
        """The path of a contact."""
        return f"/contact/{entry.id}"


_PARSING: Final = frozenset(("E100", "E108"))
"""Codes of a body that is missing or no XML: then there is no task that could have failed."""

_OF_A_TASK: Final = frozenset((400, 403, 404, 406, 422))
"""Statuses for which a body is read once more, to say which task it was. Not for 401: whoever has
no key could keep everybody waiting with large ones."""


STAYING: Final = ("alias", "type", "protection")
"""What a change that says nothing of it leaves as it was: the vendor's own example of an update has
neither a type nor a protection."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """A contact's words put in the place of an entry's. The owner stays; the user who asks is the
    updater."""

    policy: Policy
    vendor_fields: Mapping[str, Any]
    contact: Contact
    who: Caller

    def __call__(self, entry: Entry) -> Draft:
        """Raises Refused where they make no whole contact."""
        validator = Validator(self.policy)
        kept = {name: entry.vendor_fields[name] for name in STAYING if name in entry.vendor_fields}
        said = {name: self.vendor_fields[name] for name in STAYING if self.vendor_fields.get(name)}
        words = completed(validator, {**self.vendor_fields, **kept, **said})
        validator.raise_problems()
        owner = entry.vendor_fields.get("owner", self.who.owner)
        return Draft(
            contacts=(self.contact,),
            vendor_fields={"owner": owner, "updater": self.who.updater, **words},
            dedupe_key=identity(words),
            metadata=searched(words),
        )


def _is_request(root: Element, orders: Sequence[gateway.CardRequest]) -> bool:
    return root.name == "request" and 1 <= len(orders) <= gateway.TASKS


def _tasks(
    read: Sequence[tuple[Line, Draft | Get | Update | Delete | None]], who: Caller
) -> Iterator[Create | Get | Update | Delete]:
    """The tasks in the order of a request. Those that create, with those that were refused among
    them, are kept in one step as long as no other task stands between."""
    for together, some in groupby(read, key=lambda one: isinstance(one[1], Draft | None)):
        lines, wanted = zip(*some, strict=True)
        if together:
            drafts = tuple(one for one in wanted if one is not None)
            yield Create(drafts=drafts, context=Said(caller=who, lines=lines))
        else:
            yield from wanted


def _beside(problem: Problem, detail: str) -> Problem:
    return replace(problem, detail=" ".join(filter(None, (problem.detail, detail))))


def _line(order: gateway.CardRequest, call: Call, validator: Validator) -> Line:
    """What is remembered of an XML task; a wrong id of its own or address is refused."""
    ctid = caller.line(validator, order.ctid, "ctid")
    reply_to = caller.mail(validator, order.reply_to, "reply_to")
    if order.handles > 1:
        validator.refuse(E0301, ("handle",), "handles", "A task has one contact.")
    value = order.id or order.alias if call in NAMING else ""
    return Line(call=call, ctid=ctid, reply_to=reply_to, value=value)


def _ref(said: str) -> int:
    """The id of a contact. Raises Refused: EF030110 for none, EF03016 for one that cannot be."""
    if not said.isascii() or not said.isdigit():
        raise Refused(Problem(code=EF030110, cause="id"))
    if len(said) > len(str(INT32)) or not 0 < int(said) <= INT32:
        raise Refused(Problem(code=EF03016, cause="id"))
    return int(said)


def _forced(options: Mapping[str, list[str]]) -> bool:
    said = (value for name, each in options.items() if _KEYS.fullmatch(name) for value in each)
    return any(gateway.FORCE in value.split(",") for value in said)


def _lenient(ask: Request) -> Mapping[str, list[str]]:
    """The options of a query, none where they cannot be read."""
    try:
        return query_options(ask.query)
    except Refused:
        return {}


def _root(ask: Request) -> Element:
    """The request, an empty one where it cannot be read."""
    try:
        return gateway.request(ask.body)
    except Refused:
        return Element("request", {})
