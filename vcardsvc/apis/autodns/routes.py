"""Lists AutoDNS's routes, and composes its API of the two transports: JSON and the XML gateway.

    POST /contact   GET, PUT, DELETE /contact/{id}   POST /contact/_search   POST / (XML)

The key is where the vendor's clients put their secret: the password of HTTP Basic, or auth/password
in the body.

Sources: the vendor's pages of ContactCreate, ContactList, JSON and XML basics; its OpenAPI; the
source of its JavaScript and Python clients.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, cast

from vcardsvc.apis.autodns.caller import basic_credentials, json_caller
from vcardsvc.apis.autodns.errors import (
    ON_EXISTING,
    SERVED,
    Operation,
    error_response,
    vendor_problem,
)
from vcardsvc.apis.autodns.gateway import request as gateway_request
from vcardsvc.apis.autodns.gateway import response as gateway_response
from vcardsvc.apis.autodns.mapping import alias_token
from vcardsvc.apis.autodns.request import error_options, read_command, validator_of
from vcardsvc.apis.autodns.response import json_response, new_stid, task_results
from vcardsvc.apis.base import Request, Response, Route
from vcardsvc.errors import Problem
from vcardsvc.model.address_book import Command, CommandResult, Create, Entry
from vcardsvc.validation.fields import Policy

JSON: Final = frozenset((b"application/json",))
JSON_OR_NONE: Final = JSON | {b""}
MARKUP: Final = frozenset((b"application/xml", b"text/xml"))

CONTACT: Final = "/contact/{id}"

ID: Final = r"(?!_|(?:case|verification)(?:\.|\Z))[^/]+"
"""An id in a path: none of the vendor's further calls (`/contact/_comment`)."""

GATEWAY: Final = "gateway"

ROUTES: Final = (
    Route(name="create", method="POST", path="/contact", content_types=JSON, cards=True),
    Route(
        name="list", method="POST", path="/contact/_search", content_types=JSON_OR_NONE, cards=True
    ),
    Route(name="info", method="GET", path=CONTACT, cards=True, parameter=ID),
    Route(name="update", method="PUT", path=CONTACT, content_types=JSON, cards=True, parameter=ID),
    Route(name="delete", method="DELETE", path=CONTACT, parameter=ID),
    Route(
        name=GATEWAY,
        method="POST",
        path="/",
        content_types=MARKUP,
        key_in_body=True,
        any_type=True,
        cards=True,
    ),
)

_WITHOUT_ID: Final = tuple(
    replace(route, path="/contact") for route in ROUTES if route.name in ON_EXISTING
)
"""The routes of one contact without its id, for which the vendor has a code of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Autodns:
    """Reads AutoDNS's requests and writes its responses, with the region of an operator's policy.

    `stid` makes the id of a transaction, `token` the end of a generated alias.
    """

    policy: Policy
    stid: Callable[[], str] = new_stid
    token: Callable[[], str] = alias_token
    name: str = "autodns"
    routes: tuple[Route, ...] = (*ROUTES, *_WITHOUT_ID)

    def credential(self, route: Route, request: Request) -> bytes | None:
        """Return the gateway's auth/password, else the password of HTTP Basic."""
        password = gateway_request.password(request.body) if route.name == GATEWAY else ""
        maybe_basic = basic_credentials(request)
        return password.encode() or (maybe_basic[1] if maybe_basic else None)

    def read(self, route: Route, request: Request) -> Command | Response:
        """Return the command of a request, or the response if all its tasks are refused. Raises
        Refused with every problem."""
        if route.name != GATEWAY:
            operation = cast("Operation", route.name)
            return read_command(self.policy, operation, request, self.token)
        command = gateway_request.read_command(self.policy, request, self.token)
        if isinstance(command, Create) and not command.drafts:
            return self.response(route, request, command, CommandResult())
        return command

    def response(
        self, route: Route, request: Request, command: Command, result: CommandResult
    ) -> Response:
        """Return the envelope of the command's result; the gateway's has a result for each task."""
        results, caller = task_results(command, result), command.context.caller
        if route.name == GATEWAY:
            return gateway_response.xml_response(results, self.stid(), caller.ctid, caller.language)
        return json_response(results[0], self.stid(), caller.ctid, caller.language)

    def error_response(
        self, maybe_route: Route | None, request: Request, problems: tuple[Problem, ...]
    ) -> Response:
        """Return the envelope with a message for each problem; the gateway's has one result. A
        fault of a task is HTTP 400 in JSON and 200 in XML; other faults have their own status."""
        if maybe_route is None:
            problems = tuple(_with_detail(problem, SERVED) for problem in problems)
        is_xml = (
            b"xml" in request.content_type.lower()
            if maybe_route is None
            else maybe_route.name == GATEWAY
        )
        if is_xml:
            return gateway_response.error_response(
                self.policy, request, problems, self.stid(), routed=maybe_route is not None
            )
        operation = cast("Operation", maybe_route.name if maybe_route else "other")
        own = tuple(vendor_problem(problem, operation) for problem in problems)
        caller = json_caller(request, error_options(request), validator_of(self.policy))
        value = request.params.get("id", "") if operation in ON_EXISTING else ""
        return error_response(own, self.stid(), caller.ctid, caller.language, value)

    def path_of(self, entry: Entry) -> str:
        """Return the path of a contact."""
        return f"/contact/{entry.id}"


def _with_detail(problem: Problem, detail: str) -> Problem:
    return replace(problem, detail=" ".join(filter(None, (problem.detail, detail))))
