"""Salesforce Marketing Cloud: its call that creates a contact, and the token its clients ask first.

    POST /contacts/v1/contacts {"contactKey", "contactID", "attributeSets": [{"name", "items":
        [{"values": [{"name", "value"}]}]}]}
    POST /v2/token {"grant_type": "client_credentials", "client_id", "client_secret"}

Source: the vendor's page of the call, and its pages on errors, rate limits and access tokens.
`sets` knows the attribute sets, `person` what a card says of them, `token` the other call, `faults`
every way to refuse. What must never enter here: storing, fetching, or a card.

Both names are unique, each for itself: a contact is met by its contactID, else by its contactKey.
The contactID is the caller's own; the contactId of an answer is ours.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import uuid4

from vcardsvc.apis.base import Ask, Reply, Route, json_reply, json_value, query_options
from vcardsvc.apis.marketingcloud import token
from vcardsvc.apis.marketingcloud.faults import (
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
from vcardsvc.apis.marketingcloud.person import contact, photo_url
from vcardsvc.apis.marketingcloud.sets import attribute_sets, spelled
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import Draft, Entry, Found, Keep, Task
from vcardsvc.validation.fields import Policy, Validator

__all__ = ["CODES", "MarketingCloud"]

KEY: Final = 254
"""Characters of a contactKey or contactID: the width of the vendor's own column, ours to insist on
since every key stands in an index."""

NAMES: Final = ("contactKey", "contactID")
"""What the caller calls a contact; the key leads."""

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
        return Keep(drafts=(self._draft(request),))

    def _draft(self, request: dict[str, Any]) -> Draft:
        validator = Validator(self.policy)
        names = _names(validator, request)
        found = attribute_sets(validator, request.get("attributeSets"))
        validator.done()
        own_id = names.get("contactID", "")
        words = {**names, "attributeSets": spelled(found)}
        return Draft(
            contacts=(contact(_key(names), found),),
            words=words,
            # None where there is no contactKey: whatever stood here could be somebody's.
            handle=names.get("contactKey", ""),
            identity=sha256(own_id.encode()).digest() if own_id else b"",
            # By which the operator finds the contact: the vendor has no call that does.
            metadata={"contactID": own_id} if own_id else {},
            maybe_same=lambda entry: _same(entry.words, words),
            photo_url=photo_url(found),
        )

    def done(self, route: Route, ask: Ask, task: Task, found: Found) -> Reply:
        """The vendor's success; 30004 when a name is another contact's already."""
        assert isinstance(task, Keep)  # noqa: S101  # all that is read, but a token
        (entry,), (fresh,), (draft,) = found.entries, found.fresh, task.drafts
        if not fresh and not _same(entry.words, draft.words):
            return self.refused(route, ask, (_taken(entry.words, draft.words),))
        return json_reply(
            200,
            {
                "operationStatus": "OK",
                "rowsAffetcted": int(fresh),
                "contactKey": _key(entry.words),
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


def _names(validator: Validator, request: Mapping[str, Any]) -> dict[str, str]:
    """What the caller calls the contact: contactKey, contactID or both."""
    names = {}
    for member in NAMES:
        said = request.get(member)
        number = member == "contactID" and type(said) is int
        text = validator.line(str(said) if number else said, (member,))
        if len(text) > KEY:
            validator.refuse(VALUE, (member,), "too-long", f"It holds {KEY} characters at most.")
        elif text:
            names[member] = text
    if not names and not validator.problems:
        detail = "A contactKey or a contactID must be given."
        validator.refuse(REQUIRED, ("contactKey",), "no-key", detail)
    return names


def _key(words: Mapping[str, str]) -> str:
    """What a contact is answered as contactKey: its own, else its contactID."""
    return words.get("contactKey") or words["contactID"]


def _same(kept: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    """Whether a contact that is there has every name that was sent, and the same sets in whatever
    order; a caller may call it by one of its names."""
    named = all(kept.get(name) == sent[name] for name in NAMES if name in sent)
    return named and _sets(kept) == _sets(sent)


def _sets(words: Mapping[str, Any]) -> str:
    """The sets in one order, as text: to Python 1 and true are the same."""
    ordered = sorted(words["attributeSets"], key=lambda one: str(one["name"]))
    return json.dumps(ordered, sort_keys=True)


def _taken(kept: Mapping[str, Any], sent: Mapping[str, Any]) -> Problem:
    """The name that was sent and is that of the contact which is there; the key leads."""
    by_key = "contactKey" in sent and kept.get("contactKey") == sent["contactKey"]
    name = "contactKey" if by_key else "contactID"
    detail = f"A contact with this {name} has other data."
    return Problem(code=OBJECT_EXISTS, field=f"/{name}", cause="name-taken", detail=detail)


def _warning(problem: Problem) -> dict[str, str]:
    """Why a contact was kept without its photo."""
    return {
        "message": info(problem),
        "resultClass": "Picture Url",
        "resultCode": problem.code.name,
        "resultType": "Warning",
    }
