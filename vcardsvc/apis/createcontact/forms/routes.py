"""Composes the API of createcontact's forms, which is served at `POST /` beside the JSON API."""

from dataclasses import dataclass

from vcardsvc.apis.base import Request, Response
from vcardsvc.apis.createcontact import errors, response
from vcardsvc.apis.createcontact.forms.parsing import MULTIPART, URLENCODED
from vcardsvc.apis.createcontact.forms.request import HtmlForm, read_form
from vcardsvc.errors import Problem
from vcardsvc.model.request import CardRequest, CardResult
from vcardsvc.validation.fields import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlFormApi:
    """Reads createcontact requests from HTML forms; its responses are those of the JSON API.

    `policy` is the operator's, `max_ttl` the longest life of a link in seconds, `body_limit` the
    most bytes of a form without its files.
    """

    policy: Policy
    max_ttl: int
    body_limit: int
    content_types: frozenset[bytes] = frozenset((URLENCODED, MULTIPART))

    def parse_form(self, request: Request) -> HtmlForm:
        """Return the fields of the form. Raises Refused as `parse_fields` does."""
        return read_form(request, self.policy, self.max_ttl, self.body_limit)

    def read(self, request: Request) -> CardRequest:
        """Return the card request. Raises Refused as `parse_form` and its result do."""
        return self.parse_form(request).card_request()

    def card_response(self, card_request: CardRequest, result: CardResult) -> Response:
        """Return the document, or the link or the reports as JSON."""
        return response.card_response(card_request, result)

    def error_response(self, problems: tuple[Problem, ...]) -> Response:
        """Return the failure JSON."""
        return errors.error_response(problems)
