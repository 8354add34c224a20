"""Writes the result of a create or change as the vendor's response."""

from collections.abc import Callable, Mapping
from typing import Any

from vcardsvc.apis.base import Response, json_reply
from vcardsvc.apis.marketingcloud.errors import OBJECT_EXISTS, description, error_response
from vcardsvc.apis.marketingcloud.mapping import is_same, key_of
from vcardsvc.errors import Problem
from vcardsvc.model.address_book import Command, CommandResult, Create, Upsert


def response(command: Command, result: CommandResult, message_id: Callable[[], str]) -> Response:
    """Return the vendor's success, or 30004 if another contact has one of the names."""
    (entry,), (fresh,) = result.entries, result.fresh
    stored = entry.vendor_fields
    if isinstance(command, Create) and not fresh:
        sent = command.drafts[0].vendor_fields
        if not is_same(stored, sent):
            return error_response((_name_taken(stored, sent),))
    return json_reply(
        200,
        {
            "operationStatus": "OK",
            "rowsAffetcted": int(fresh or isinstance(command, Upsert)),
            "contactKey": key_of(stored),
            "contactId": entry.id,
            "contactTypeID": 0,
            "isNewContactKey": False,
            "requestServiceMessageID": message_id(),
            "hasErrors": False,
            "resultMessages": [_warning(one) for one in result.photo_problems if one],
            "serviceMessageID": message_id(),
        },
    )


def _name_taken(stored: Mapping[str, Any], sent: Mapping[str, Any]) -> Problem:
    """Return the problem of a name that a stored contact has, the contactKey first."""
    by_key = "contactKey" in sent and stored.get("contactKey") == sent["contactKey"]
    name = "contactKey" if by_key else "contactID"
    detail = f"A contact with this {name} has other data."
    return Problem(code=OBJECT_EXISTS, field=f"/{name}", cause="name-taken", detail=detail)


def _warning(problem: Problem) -> dict[str, str]:
    """Return the reason why a contact was stored without its photo."""
    return {
        "message": description(problem),
        "resultClass": "Picture Url",
        "resultCode": problem.code.name,
        "resultType": "Warning",
    }
