"""Two clients of AutoDNS, js-domainrobot-sdk and Python's domainrobot, pointed at the service."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.autodns import SEED
from tests.support.clients import USER, Client, pointed
from tests.support.clients.cards import card
from tests.support.service import Served

STID = re.compile(r"[0-9]{8}-app1-[0-9]+")
TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")
NO_KEY = "no-key-of-the-tests-0123456789"
UNKNOWN = "User is not authorized for this domain contact."

CARD = [
    "BEGIN:VCARD",
    "N:doe;Livia;;Dr.;",
    "FN:Dr. Livia doe",
    "ORG:Company",
    "TEL;TYPE=WORK,VOICE:+1-123-12345",
    "TEL;TYPE=FAX,WORK:+1-123-12345",
    "EMAIL;TYPE=WORK,INTERNET:johndoe@example.com",
    "ADR;TYPE=WORK:;;123 example street;example city;BY;12345;Germany",
    "END:VCARD",
]


@pytest.fixture(scope="module")
def client(booked: Served) -> Iterator[Client]:
    """InterNetX's own client for JavaScript, with the service's key as its password."""
    with pointed("autodns", booked) as client:
        yield client


def _model(name: str, **others: Any) -> dict[str, Any]:
    """A contact of its own: the book reuses one that is the same."""
    return {**SEED, "alias": name, "fname": name.title(), **others}


def _message_and_entry(result: Any) -> tuple[dict[str, Any], ...]:
    """Status and contacts of an answer, whose times and transaction are of the right form."""
    assert STID.fullmatch(result["stid"])
    for one in result.get("data", ()):
        assert TIME.fullmatch(one.pop("created"))
        assert TIME.fullmatch(one.pop("updated"))
    return result["status"], *result.get("data", ())


def _kept(id: int, model: dict[str, Any]) -> dict[str, Any]:
    who = {"context": 4, "user": USER}
    return {**model, "id": id, "owner": who, "updater": who, "protection": "SHOW_NONE"}


def _status(code: str, text: str, kind: str = "SUCCESS") -> dict[str, Any]:
    return {"code": code, "text": text, "type": kind}


CREATED = _status("S0301", "Domain contact was created successfully.")
UPDATED = _status("S0302", "Domain contact was updated successfully.")
DELETED = _status("S0303", "Domain contact was deleted successfully.")
SHOWN = _status("S0304", "Domain contact information was inquired successfully.")


def test_a_contact_lives_through_every_call(client: Client, booked: Served) -> None:
    """The library creates, shows, finds, changes and deletes; the card follows."""
    model = _model("livia")
    created = client.call("create", model)
    id = created["result"]["data"][0]["id"]
    assert created["status"] == 200
    assert created["stid"] == created["result"]["stid"]
    assert _message_and_entry(created["result"]) == (CREATED, _kept(id, model))
    assert _message_and_entry(client.call("info", id)["result"]) == (SHOWN, _kept(id, model))
    assert card(booked, f"/autodns/contact/{id}.vcf") == CARD
    found = client.call("list", _query("livia"), ["alias"])
    assert _message_and_entry(found["result"]) == (SHOWN, _kept(id, model))
    changed = client.call("update", {**model, "id": id, "city": "Ulm"})
    assert _message_and_entry(changed["result"]) == (UPDATED, _kept(id, {**model, "city": "Ulm"}))
    assert _message_and_entry(client.call("delete", id)["result"]) == (DELETED,)
    gone = client.fails("info", id)
    assert (gone["status"], gone["error"]["status"]) == (400, _status("EF03016", UNKNOWN, "ERROR"))


def _query(alias: str) -> dict[str, Any]:
    filters = [{"key": "alias", "value": alias, "operator": "EQUAL"}]
    return {"filters": filters, "view": {"limit": 10, "offset": 0}}


def test_the_librarys_own_model_and_headers_are_taken(client: Client) -> None:
    """A contact created by the library's class of it, and its header of a transaction."""
    modelled = client.call("model", _model("moira"))
    assert _message_and_entry(modelled["result"])[0] == CREATED
    marked = client.call("createMarked", _model("marcia"), "mine-1")
    assert (marked["result"]["ctid"], _message_and_entry(marked["result"])[0]) == (
        "mine-1",
        CREATED,
    )


def test_errors_reach_the_library(client: Client, booked: Served) -> None:
    """The library's exception has the status and the envelope; a wrong password is 401."""
    wrong = client.fails("create", _model("wanda", phone="no number"))
    assert (wrong["status"], wrong["error"]["status"]["code"]) == (400, "EF03010")
    with pointed("autodns", booked, NO_KEY) as stranger:
        assert stranger.fails("info", 1)["status"] == 401


@pytest.fixture
def robot(booked: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Python's client: it lives in this process, and asks no proxy of the machine's."""
    monkeypatch.setenv("NO_PROXY", "*")
    domainrobot = pytest.importorskip("domainrobot")
    with domainrobot.Domainrobot(
        USER, booked.key, context=4, base_url=f"{booked.url}autodns"
    ) as robot:
        yield robot


def test_pythons_client_lives_through_every_call(robot: Any, booked: Served) -> None:
    """The library's models hold what was kept, by every call that it has for contacts."""
    model = _model("petra")
    created = robot.contact.create(model)
    (contact,) = created.data
    id = contact.id
    assert (created.status_code, created.status) == (200, CREATED)
    assert (contact.fname, contact.country, contact.address) == ("Petra", "DE", SEED["address"])
    assert [one.id for one in robot.contact.info(id).data] == [id]
    assert [one.id for one in robot.contact.list(_query("petra"), keys=["alias"]).data] == [id]
    assert id in [one.id for one in robot.contact.list().data]
    assert robot.contact.update(id, {**model, "city": "Ulm"}).data[0].city == "Ulm"
    assert "ADR;TYPE=WORK:;;123 example street;Ulm;BY;12345;Germany" in card(
        booked, f"/autodns/contact/{id}.vcf"
    )
    assert robot.contact.delete(id).status == DELETED


def test_pythons_client_raises_what_was_wrong(robot: Any) -> None:
    """Its exception has the messages of the envelope."""
    domainrobot = pytest.importorskip("domainrobot.exceptions")
    with pytest.raises(domainrobot.DomainrobotApiError) as refused:
        robot.contact.info(999_999_999)
    assert (refused.value.status_code, str(refused.value)) == (400, UNKNOWN)
    assert STID.fullmatch(refused.value.stid)
