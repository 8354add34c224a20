"""Salesforce Marketing Cloud: its call that creates a contact, and the token its clients ask first.

    POST /contacts/v1/contacts {"contactKey", "contactID", "attributeSets": [{"name", "items":
        [{"values": [{"name", "value"}]}]}]}
    POST /v2/token {"grant_type": "client_credentials", "client_id", "client_secret"}

Source: the vendor's page of the call, and its pages on errors, rate limits and access tokens.
`sets` knows the attribute sets, `person` what a card says of them, `token` the other call, `faults`
every way to refuse. What must never enter here: storing, fetching, or a card.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from vcardsvc.dialects.base import Ask, Reply, Route, json_reply, json_value, query_options
from vcardsvc.dialects.marketingcloud import token
from vcardsvc.dialects.marketingcloud.faults import (
    CODES,
    OBJECT_EXISTS,
    REQUIRED,
    TOKEN_IN_URL,
    TOKEN_ONLY_IN_URL,
    VALUE,
    WRONG_TYPE,
    info,
    oauth_refused,
    refused,
)
from vcardsvc.dialects.marketingcloud.person import contact, photo_url
from vcardsvc.dialects.marketingcloud.sets import attribute_sets, spelled
from vcardsvc.entry import Draft, Entry, Found, Keep, Task
from vcardsvc.errors import Problem, Refused
from vcardsvc.rules import Policy, Reading

__all__ = ["CODES", "MarketingCloud"]

KEY: Final = 254
"""Characters of a contactKey or contactID: the width of the vendor's own column, ours to insist on
since every key stands in an index."""

CREATE: Final = Route(
    name="createContact",
    method="POST",
    path="/contacts/v1/contacts",
    content_types=frozenset((b"application/json",)),
    cards=True,
)
TOKEN: Final = Route(
    name="requestToken",
    method="POST",
    path="/v2/token",
    content_types=frozenset((b"application/json", token.FORM)),
    key_in_body=True,
)


def _message_id() -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketingCloud:
    """The vendor's calls under an operator's policy. `message_id` gives each half of a call the
    UUID that the vendor's support would ask for."""

    policy: Policy
    message_id: Callable[[], str] = _message_id
    name: str = "marketingcloud"
    routes: tuple[Route, ...] = (CREATE, TOKEN)

    def credential(self, route: Route, ask: Ask) -> bytes | None:
        """The bearer token of a call; the client's secret where a token is asked for."""
        if route.name == TOKEN.name:
            return token.secret(ask)
        scheme, _, key = ask.headers.get(b"authorization", b"").strip().partition(b" ")
        if scheme.lower() == b"bearer" and key.strip():
            return key.strip()
        if _token_in_url(ask):
            raise Refused(Problem(code=TOKEN_ONLY_IN_URL, cause="token-in-url"))
        return None

    def read(self, route: Route, ask: Ask) -> Task | Reply:
        """The contact to be kept, or a token. Raises Refused with every problem, in the order of
        the vendor's example."""
        if route.name == TOKEN.name:
            return token.granted(ask)
        if _token_in_url(ask):
            raise Refused(Problem(code=TOKEN_IN_URL, cause="token-in-url"))
        request = json_value(ask.body)
        if type(request) is not dict:
            detail = "The request must be an object."
            raise Refused(Problem(code=WRONG_TYPE, cause="not-an-object", detail=detail))
        draft = self._draft(request)
        return Keep(drafts=(draft,), said=draft.words)

    def _draft(self, request: dict[str, Any]) -> Draft:
        reading = Reading(self.policy)
        names = _names(reading, request)
        found = attribute_sets(reading, request.get("attributeSets"))
        reading.done()
        key = names.get("contactKey") or names["contactID"]
        return Draft(
            contacts=(contact(key, found),),
            words={**names, "attributeSets": spelled(found)},
            handle=key,
            photo_url=photo_url(found),
        )

    def done(self, route: Route, ask: Ask, task: Task, found: Found) -> Reply:
        """The vendor's success; 30004 when the key is another contact's already."""
        (entry,), (fresh,) = found.entries, found.fresh
        if not fresh and _same(entry.words) != _same(task.said):
            detail = "A contact with this contactKey has other data."
            taken = Problem(
                code=OBJECT_EXISTS, field="/contactKey", cause="key-taken", detail=detail
            )
            return self.refused(route, ask, (taken,))
        return json_reply(
            200,
            {
                "operationStatus": "OK",
                "rowsAffetcted": int(fresh),
                "contactKey": entry.handle,
                "contactId": entry.id,
                "contactTypeID": 0,
                "isNewContactKey": False,
                "requestServiceMessageID": self.message_id(),
                "hasErrors": False,
                "resultMessages": [_warning(one) for one in found.photo_problems if one],
                "serviceMessageID": self.message_id(),
            },
        )

    def refused(self, maybe_route: Route | None, ask: Ask, problems: tuple[Problem, ...]) -> Reply:
        """The vendor's error object; where a token is asked for, the one of OAuth 2.0."""
        if maybe_route is not None and maybe_route.name == TOKEN.name:
            return oauth_refused(problems)
        return refused(problems)

    def where(self, entry: Entry) -> str:
        """Nowhere: the vendor documents no call that shows a contact."""
        return ""


def _token_in_url(ask: Ask) -> bool:
    return bool(ask.query) and "access_token" in query_options(ask.query)


def _names(reading: Reading, request: Mapping[str, Any]) -> dict[str, str]:
    """What the caller calls the contact: contactKey, contactID or both."""
    names = {}
    for member in ("contactKey", "contactID"):
        said = request.get(member)
        number = member == "contactID" and type(said) is int
        text = reading.line(str(said) if number else said, (member,))
        if len(text) > KEY:
            reading.refuse(VALUE, (member,), "too-long", f"It holds {KEY} characters at most.")
        elif text:
            names[member] = text
    if not names and not reading.problems:
        detail = "A contactKey or a contactID must be given."
        reading.refuse(REQUIRED, ("contactKey",), "no-key", detail)
    return names


def _same(words: Mapping[str, Any]) -> str:
    """A text that two contacts share when all is the same but the order of their sets."""
    ordered = sorted(words["attributeSets"], key=lambda one: str(one["name"]))
    return json.dumps({**words, "attributeSets": ordered}, sort_keys=True)


def _warning(problem: Problem) -> dict[str, str]:
    """Why a contact was kept without its photo."""
    return {
        "message": info(problem),
        "resultClass": "Picture Url",
        "resultCode": problem.code.name,
        "resultType": "Warning",
    }
