"""Composes the JSON API of createcontact, which is served at `POST /`."""

from dataclasses import dataclass

from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.createcontact import errors, ordinary, response
from vcardsvc.apis.createcontact.request import read_card_request
from vcardsvc.errors import Problem
from vcardsvc.formats.json import json_object
from vcardsvc.model.request import CardRequest, CardResult
from vcardsvc.validation.fields import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonApi:
    """Reads createcontact requests in JSON and writes their responses.

    `policy` is the operator's, `max_ttl` the longest life of a link in seconds.
    """

    policy: Policy
    max_ttl: int
    content_types: frozenset[bytes] = frozenset((b"application/json",))

    def read(self, request: Request) -> CardRequest:
        """Return the card request. Raises Refused as `json_object` and `read_card_request` do."""
        if not request.query and request.accept in ordinary.ACCEPT:
            maybe_card_request = ordinary.read(request.body, self.policy)
            if maybe_card_request is not None:
                return maybe_card_request
        return read_card_request(json_object(request.body), request, self.policy, self.max_ttl)

    def card_response(self, card_request: CardRequest, result: CardResult) -> Response:
        """Return the document, or the link or the reports as JSON."""
        return response.card_response(card_request, result)

    def error_response(self, problems: tuple[Problem, ...]) -> Response:
        """Return the failure JSON."""
        return errors.error_response(problems)
