"""Two clients of Marketing Cloud, sfmc-sdk and fuel-rest, pointed at the service.

Both ask for a token first, and find in its answer where the REST calls are.
"""

import json
from typing import Any

from tests.support.clients import pointed
from tests.support.clients.cards import lines
from tests.support.service import Served

PATH = "/contacts/v1/contacts"
NO_KEY = "no-key-of-the-tests-0123456789"
DENIED = "Client authentication failed."
MISSING = "Missing Required Field: A contactKey or a contactID must be given. (/contactKey)"


def _person(key: str) -> dict[str, Any]:
    values: dict[str, dict[str, Any]] = {
        "Email Addresses": {"Email Address": "ann@example.com", "HTML Enabled": True},
        "Email Demographics": {"First Name": "Ann", "Last Name": "Lee"},
    }
    return {"contactKey": key, "attributeSets": [_set(*one) for one in values.items()]}


def _set(name: str, values: dict[str, Any]) -> dict[str, Any]:
    pairs = [{"name": key, "value": value} for key, value in values.items()]
    return {"name": name, "items": [{"values": pairs}]}


def _unmarked(result: dict[str, Any]) -> dict[str, Any]:
    """The vendor's answer without what is drawn or counted."""
    assert result.pop("contactId") > 0
    assert result.pop("requestServiceMessageID") != result.pop("serviceMessageID")
    return result


def _response(key: str, rows: int) -> dict[str, Any]:
    return {
        "operationStatus": "OK",
        "rowsAffetcted": rows,
        "contactKey": key,
        "contactTypeID": 0,
        "isNewContactKey": False,
        "hasErrors": False,
        "resultMessages": [],
    }


def _card(served: Served, person: dict[str, Any]) -> list[str]:
    """The card of a contact that is there: no call of the vendor's shows one, but the same create
    again finds it."""
    answer = served.ask(
        "POST",
        f"/marketingcloud{PATH}",
        json.dumps(person).encode(),
        authorization=f"Bearer {served.key}",
        content_type="application/json",
        accept="text/vcard",
    )
    return lines(answer)


CARD = [
    "BEGIN:VCARD",
    "N:Lee;Ann;;;",
    "FN:Ann Lee",
    "EMAIL;TYPE=WORK,INTERNET:ann@example.com",
    "END:VCARD",
]


def test_sfmc_sdk_creates_a_contact(booked: Served) -> None:
    """The SDK gets its token and creates; the contact is a card, the same again changes nothing."""
    person = _person("of-sfmc-sdk")
    with pointed("sfmc", booked) as client:
        assert _unmarked(client.call("post", PATH, person)) == _response("of-sfmc-sdk", 1)
        assert _unmarked(client.call("post", PATH, person)) == _response("of-sfmc-sdk", 0)
    assert _card(booked, person) == CARD


def test_sfmc_sdk_tells_what_was_wrong(booked: Served) -> None:
    """The SDK's own error has the vendor's code and message; a wrong secret is OAuth's error."""
    person = _person("of-sfmc-sdk-wrong")
    with pointed("sfmc", booked) as client:
        keyless = {"attributeSets": person["attributeSets"]}
        assert client.fails("post", PATH, keyless) == _rest_error(10002, MISSING)
    with pointed("sfmc", booked, NO_KEY) as client:
        assert client.fails("post", PATH, person) == _rest_error("invalid_client", DENIED)


def _rest_error(code: Any, message: str) -> dict[str, Any]:
    return {"name": "RestError", "code": code, "message": message}


def test_fuel_rest_creates_a_contact(booked: Served) -> None:
    """The client gets its token, creates, and the contact is a card."""
    person = _person("of-fuel-rest")
    with pointed("fuel", booked) as client:
        result = client.call("post", PATH, person)
    assert (result["status"], _unmarked(result["body"])) == (200, _response("of-fuel-rest", 1))
    assert _card(booked, person) == CARD


def test_fuel_rest_tells_what_was_wrong(booked: Served) -> None:
    """A refused call comes back with its status and the vendor's error; without a token there is no
    call."""
    person = _person("of-fuel-rest-wrong")
    with pointed("fuel", booked) as client:
        result = client.call("post", PATH, {"attributeSets": person["attributeSets"]})
        body = {"message": MISSING, "errorcode": 10002, "documentation": ""}
        assert result == {"status": 400, "body": body}
    with pointed("fuel", booked, NO_KEY) as client:
        thrown = client.fails("post", PATH, person)
    assert (thrown["message"], thrown["body"]["error"]) == ("No access token", "invalid_client")


def test_a_key_that_is_taken_is_reported(booked: Served) -> None:
    """Another contact under a key that is there reaches the libraries as the vendor's error."""
    person = _person("taken")
    other = {**person, "contactID": "other"}
    with pointed("sfmc", booked) as client:
        client.call("post", PATH, person)
        assert client.fails("post", PATH, other)["code"] == 30004
    with pointed("fuel", booked) as client:
        assert client.call("post", PATH, other)["body"]["errorcode"] == 30004


def test_the_clients_change_a_contact(booked: Served) -> None:
    """PATCH creates a contact, and changes one that is there; what it does not name stays."""
    person = _person("of-a-change")
    names = _set("Email Demographics", {"Last Name": "Li"})
    with pointed("sfmc", booked) as client:
        created = client.call("patch", PATH, person)
        changed = client.call("patch", PATH, {**person, "attributeSets": [names]})
        assert created["contactId"] == changed["contactId"]
        assert _unmarked(changed) == _response("of-a-change", 1)
    with pointed("fuel", booked) as client:
        again = client.call("patch", PATH, {**person, "attributeSets": [names]})
    assert (again["status"], again["body"]["contactId"]) == (200, created["contactId"])
    whole = [person["attributeSets"][0], _set("Email Demographics", {"First Name": "Ann"})]
    whole[1]["items"][0]["values"].append({"name": "Last Name", "value": "Li"})
    assert _card(booked, {**person, "attributeSets": whole})[1:3] == ["N:Li;Ann;;;", "FN:Ann Li"]


def test_fuel_rest_gets_its_token_the_older_way(booked: Served) -> None:
    """A client without authVersion asks at /v1/requestToken, and creates a contact with it."""
    person = _person("of-an-older-client")
    with pointed("fuel", booked) as client:
        result = client.call("postAsOlder", PATH, person)
    assert (result["status"], _unmarked(result["body"])) == (
        200,
        _response("of-an-older-client", 1),
    )
    with pointed("fuel", booked, NO_KEY) as client:
        thrown = client.fails("postAsOlder", PATH, person)
    assert (thrown["message"], thrown["body"]["message"]) == ("No access token", "Not Authorized")
