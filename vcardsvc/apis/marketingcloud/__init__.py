"""Salesforce Marketing Cloud: its calls that create and change a contact, and the token before.

    POST  /contacts/v1/contacts {"contactKey", "contactID", "attributeSets": [{"name", "items":
        [{"values": [{"name", "value"}]}]}]}
    PATCH /contacts/v1/contacts the same; a contact that is there is changed, else it is created
    POST  /v2/token {"grant_type": "client_credentials", "client_id", "client_secret"}
    POST  /v1/requestToken {"clientId", "clientSecret"}

Source: the vendor's page of the call, and its pages on errors, rate limits and access tokens.
`sets` knows the attribute sets, `person` what a card says of them, `token` the other calls,
`faults` every way to refuse. What must never enter here: storing, fetching, or a card.

Both names are unique, each for itself: a contact is met by its contactID, else by its contactKey.
The contactID is the caller's own; the contactId of an answer is ours.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final
from uuid import uuid4

from vcardsvc.apis.base import Request, Response, Route, json_reply, json_value, query_options
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
from vcardsvc.apis.marketingcloud.sets import Sets, attribute_sets, merged, spelled, unspelled
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.address_book import Command, CommandResult, Create, Draft, Entry, Upsert
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
UPDATE: Final = replace(CREATE, name="updateContact", method="PATCH")
TOKEN: Final = Route(
    name="requestToken",
    method="POST",
    path="/v2/token",
    content_types=frozenset((b"application/json", token.FORM)),
    key_in_body=True,
)
LEGACY_TOKEN: Final = replace(TOKEN, name="requestTokenV1", path="/v1/requestToken")


def _message_id() -> str:
    return str(uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketingCloud:
    """The vendor's calls under an operator's policy. `message_id` gives each half of a call the
    UUID that the vendor's support would ask for."""

    policy: Policy
    message_id: Callable[[], str] = _message_id
    name: str = "marketingcloud"
    routes: tuple[Route, ...] = (CREATE, UPDATE, TOKEN, LEGACY_TOKEN)

    def credential(self, route: Route, ask: Request) -> bytes | None:
        """The bearer token of a call; the client's secret where a token is asked for."""
        if route.name == TOKEN.name:
            return token.secret(ask)
        if route.name == LEGACY_TOKEN.name:
            return token.legacy_secret(ask)
        scheme, _, key = ask.headers.get(b"authorization", b"").strip().partition(b" ")
        if scheme.lower() == b"bearer" and key.strip():
            return key.strip()
        if _token_in_url(ask):
            raise Refused(Problem(code=TOKEN_ONLY_IN_URL, cause="token-in-url"))
        return None

    def read(self, route: Route, ask: Request) -> Command | Response:
        """The contact to be kept, or a token. Raises Refused with every problem, in the order of
        the vendor's example."""
        if route.name == TOKEN.name:
            return token.granted(ask)
        if route.name == LEGACY_TOKEN.name:
            return token.legacy_granted(ask)
        if _token_in_url(ask):
            raise Refused(Problem(code=TOKEN_IN_URL, cause="token-in-url"))
        request = json_value(ask.body)
        if type(request) is not dict:
            detail = "The request must be an object."
            raise Refused(Problem(code=WRONG_TYPE, cause="not-an-object", detail=detail))
        validator = Validator(self.policy)
        names = _names(validator, request)
        whole = route.name != UPDATE.name
        found = attribute_sets(validator, request.get("attributeSets"), whole=whole)
        validator.raise_problems()
        if whole:
            return Create(drafts=(self._draft(names, found),))
        return Upsert(
            named=Draft(contacts=(), vendor_fields={}, **_index(names), photo_url=photo_url(found)),
            make=lambda maybe_entry: self._changed(maybe_entry, names, found),
        )

    def _changed(self, maybe_entry: Entry | None, names: Mapping[str, str], sent: Sets) -> Draft:
        """What a contact is after a change, or a new one. Raises Refused where something is missing
        then, and where the names are those of two contacts."""
        kept = maybe_entry.vendor_fields if maybe_entry else {}
        if maybe_entry:
            _judge_names(kept, names)
        after = merged(unspelled(kept.get("attributeSets", ())), sent)
        validator = Validator(self.policy)
        found = attribute_sets(validator, spelled(after))
        validator.raise_problems()
        return self._draft({**{name: kept[name] for name in NAMES if name in kept}, **names}, found)

    def _draft(self, names: Mapping[str, str], found: Sets) -> Draft:
        words = {**names, "attributeSets": spelled(found)}
        return Draft(
            contacts=(contact(_key(names), found),),
            vendor_fields=words,
            **_index(names),
            is_same=lambda entry: _same(entry.vendor_fields, words),
            photo_url=photo_url(found),
        )

    def response(self, route: Route, ask: Request, task: Command, found: CommandResult) -> Response:
        """The vendor's success; 30004 when a name is another contact's already."""
        (entry,), (fresh,) = found.entries, found.fresh
        if isinstance(task, Create):
            (draft,) = task.drafts
            if not fresh and not _same(entry.vendor_fields, draft.vendor_fields):
                return self.error_response(
                    route, ask, (_taken(entry.vendor_fields, draft.vendor_fields),)
                )
        return json_reply(
            200,
            {
                "operationStatus": "OK",
                "rowsAffetcted": int(fresh or isinstance(task, Upsert)),
                "contactKey": _key(entry.vendor_fields),
                "contactId": entry.id,
                "contactTypeID": 0,
                "isNewContactKey": False,
                "requestServiceMessageID": self.message_id(),
                "hasErrors": False,
                "resultMessages": [_warning(one) for one in found.photo_problems if one],
                "serviceMessageID": self.message_id(),
            },
        )

    def error_response(
        self, maybe_route: Route | None, ask: Request, problems: tuple[Problem, ...]
    ) -> Response:
        """The vendor's error object; where a token is asked for, the one of OAuth 2.0."""
        if maybe_route is not None and maybe_route.name == TOKEN.name:
            return oauth_refused(problems)
        return refused(problems)

    def path_of(self, entry: Entry) -> str:
        """Nowhere: the vendor documents no call that shows a contact."""
        return ""


def _token_in_url(ask: Request) -> bool:
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


def _index(names: Mapping[str, str]) -> dict[str, Any]:
    """What a contact is found by: members of its draft."""
    own_id = names.get("contactID", "")
    return {
        # "" where there is no contactKey: whatever stood here could be somebody's.
        "handle": names.get("contactKey", ""),
        "dedupe_key": sha256(own_id.encode()).digest() if own_id else b"",
        # By which the operator finds the contact: the vendor has no call that does.
        "metadata": {"contactID": own_id} if own_id else {},
    }


def _judge_names(kept: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Raises Refused where the names of a change are not all those of the contact that it meets.
    A contactID may be given to a contact that has none; a contactKey stays as it was."""
    for name, said in names.items():
        if kept.get(name, "" if name == "contactKey" else said) != said:
            detail = f"Its {name} is another contact's, or this contact has another one."
            field = f"/{name}"
            raise Refused(
                Problem(code=OBJECT_EXISTS, field=field, cause="name-taken", detail=detail)
            )


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
