"""Every sample of the vendors' calls is sent again, and its cards are read by foreign readers."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
import vobject

from tests.support import strict_vcard as strict
from tests.support.samples import Message, parse
from tests.support.vendor_cards import CARDS, FOR_ALL, cards_of, found_in
from tests.support.vendor_samples import (
    AFTER,
    FOLDER,
    VENDORS,
    Calls,
    calls,
    card_file,
    is_card,
    names,
    reply_file,
)

EXAMPLES: Final = (
    "autodns/create",
    "autodns/xml-create",
    "domainchief/create-company",
    "marketingcloud/the-vendors-example",
    "superoffice/create",
)
"""The requests of the vendors' own pages."""

NO_CARD: Final = {"autodns/xml-several-forced", "autodns/xml-several-codes"}
"""What makes a contact and leads to no card itself, since another task of the request failed; the
sample autodns/show-as-card shows one."""

ADDRESS: Final = ("box", "extended", "street", "city", "region", "code", "country")
"""vobject's names for the components of ADR."""


@pytest.fixture(scope="module")
def service() -> Iterator[Calls]:
    """The service that the samples were recorded from."""
    with calls() as found:
        yield found


def _recorded(name: str) -> Message:
    return parse(reply_file(name).read_bytes())


def _status(name: str) -> int:
    return int(_recorded(name).start.split(" ")[1])


@pytest.mark.parametrize("name", names())
def test_a_sample_comes_back_as_recorded(service: Calls, name: str) -> None:
    """Status, headers, octets and cards are those of the files."""
    cards = card_file(name).read_bytes() if card_file(name).exists() else b""
    assert service.answered(name) == (_recorded(name), cards)


def test_a_contact_that_is_created_has_its_card(service: Calls) -> None:
    """Where there are more contacts afterwards than before, the samples have the cards."""
    created = {name for name in names() if service.ask(name)[1] > 0}
    assert created - set(CARDS) == NO_CARD


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_of_the_vendors_own_makes_a_contact(name: str) -> None:
    """It is among the samples, and its answer is a success that leads to a card."""
    assert _status(name) == (201 if name.startswith("domainchief/") else 200)
    assert name in CARDS


def _code(name: str) -> Any:
    """The code of a failure as its vendor says it."""
    text = json.loads(_recorded(name).body)
    return text["status"]["code"] if name.startswith("autodns/") else text["errorcode"]


CODES: Final = {
    name: found[1]
    for name in names()
    if (found := re.search(r"/(e0301|ef0301\d+|\d+)-", name)) and "xml" not in name
}
"""The samples that are named after the code they show."""


@pytest.mark.parametrize("name", CODES)
def test_a_sample_shows_the_code_in_its_name(name: str) -> None:
    """The failure that comes back has the code that its author meant."""
    assert str(_code(name)).lower() == CODES[name]
    assert _status(name) >= 400


def test_autodns_shows_every_code_that_a_caller_can_provoke() -> None:
    """EF03010 to EF030110, those of our own faults (13, 14) left out: in one sample or another."""
    text = b"".join(_recorded(name).body for name in names() if name.startswith("autodns/"))
    shown = {int(number) for number in re.findall(rb'"code":"EF0301(\d+)"', text)}
    assert shown == {*range(11)} - {3, 4}


def test_marketing_cloud_shows_every_code_of_a_request() -> None:
    """10000 is the one without a cause of its own."""
    shown = {int(code) for name, code in CODES.items() if name.startswith("marketingcloud/1000")}
    assert shown == {*range(10001, 10007)}


def test_every_folder_is_a_vendors() -> None:
    """Beside createcontact's, there are the vendors' folders, and each has samples."""
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert folders == {*VENDORS, "createcontact"}
    assert {name.partition("/")[0] for name in names()} == set(VENDORS)


def test_what_goes_before_a_sample_is_one() -> None:
    """The table of what goes before names samples, none of which needs others out of order."""
    known = set(names())
    assert known >= set(AFTER) | {before for all_ in AFTER.values() for before in all_}
    for all_ in AFTER.values():
        for place, before in enumerate(all_):
            assert AFTER.get(before, all_[:place]) == all_[:place]


def test_several_cards_are_in_one_file() -> None:
    """Of a company with a person, and of a list, there is one file of two cards."""
    assert {name for name in CARDS if len(cards_of(name)) == 2} == {
        "autodns/list-as-cards",
        "domainchief/list-as-cards",
        "superoffice/create",
        "superoffice/create-card",
        "superoffice/create-xml",
        "superoffice/list-as-cards",
        "superoffice/show-as-cards",
        "superoffice/show-as-cards-4.0",
    }
    assert all(len(cards_of(name)) in (1, 2) for name in CARDS)


@pytest.mark.parametrize("name", FOR_ALL)
def test_a_card_keeps_the_rules(name: str) -> None:
    """Every line of every card has the one form that we write."""
    for card in cards_of(name):
        assert strict.parse(card).fn


def _by_vobject(card: bytes) -> dict[str, Any]:
    found = vobject.readOne(card.decode())
    name = found.n.value
    every = {
        one: [each.value for each in found.contents.get(one, [])]
        for one in ("org", "title", "note", "tel", "email", "adr", "url")
    }
    return {
        "version": found.version.value,
        "fn": found.fn.value,
        "n": [name.family, name.given, name.additional, name.prefix, name.suffix],
        **{one: every[one][0] if every[one] else None for one in ("org", "title", "note")},
        "tels": every["tel"],
        "emails": every["email"],
        "adrs": [[getattr(one, part) for part in ADDRESS] for one in every["adr"]],
        "urls": every["url"],
    }


@pytest.mark.parametrize("name", FOR_ALL)
def test_vobject_finds_what_the_strict_reader_finds(name: str) -> None:
    """vobject finds every field of every card."""
    assert [_by_vobject(card) for card in cards_of(name)] == [
        found_in(card) for card in cards_of(name)
    ]


def test_a_reply_with_a_card_has_no_body_of_its_own() -> None:
    """The octets stand in the folder of cards alone, as long as the head says."""
    for name in names():
        reply = _recorded(name)
        if is_card(reply):
            assert reply.body == b""
            size = len(card_file(name).read_bytes())
            assert dict(reply.headers).get("content-length", str(size)) == str(size)
