"""Readers of other hands find what programs wrote in the cards that it is converted to."""

from collections.abc import Callable
from typing import Any, Final

import pytest
import vobject

from tests.support.dialect_cards import DIALECTS
from tests.support.readers import Name, Reader
from tests.support.recorded_cards import plain, seen
from vcardsvc.model.card import Card, Property
from vcardsvc.model.request import Version
from vcardsvc.vcard import profile
from vcardsvc.vcard.adaptation import number_of
from vcardsvc.vcard.card_text import card_text, with_full_name
from vcardsvc.vcard.jcard import jcard
from vcardsvc.vcard.xcard import xcard

CARDS: Final = [
    pytest.param(card, id=f"{dialect.name}-{at}")
    for dialect in DIALECTS
    for at, card in enumerate(dialect.cards)
    if any(prop.name == "FN" for prop in card.properties)
]
"""The cards of the dialects, as our reader gives them; a card without a name gets one."""


def first(card: Card, name: str) -> Property | None:
    """The first property of a name."""
    return next((prop for prop in card.properties if prop.name == name), None)


def values(card: Card, name: str) -> list[str]:
    """The texts of all properties of a name."""
    return [str(prop.value) for prop in card.properties if prop.name == name]


def parts(prop: Property) -> list[str]:
    """The components of a value, as all readers show several texts of one."""
    assert isinstance(prop.value, tuple)
    return [",".join(texts) for texts in prop.value]


def refused_by_ez(card: Card) -> bool:
    """Whether ez-vcard refuses the card: it does so for a REV that is no date."""
    return any(prop.name == "REV" and prop.kind == "text" for prop in card.properties)


def fields_of(card: Card, version: Version) -> dict[str, Any]:
    """What a reader shall find in the card of this version, in the shape of `seen`."""
    n, org = first(card, "N"), first(card, "ORG")
    numbers = [prop for prop in card.properties if prop.name == "TEL"]
    return {
        "version": version,
        "fn": values(card, "FN")[0],
        "n": parts(n)[:5] if n else [],
        "org": parts(org) if org else None,
        "title": next(iter(values(card, "TITLE")), None),
        "note": next(iter(values(card, "NOTE")), None),
        "tels": [
            str(prop.value) if version == "4.0" else number_of(prop) or str(prop.value)
            for prop in numbers
        ],
        "emails": values(card, "EMAIL"),
        "adrs": [
            parts(prop) for prop in card.properties if prop.name == "ADR" and any(parts(prop))
        ],
        "urls": values(card, "URL"),
    }


@pytest.mark.parametrize("version", ["3.0", "4.0"])
@pytest.mark.parametrize("name", ["ez", "ical", "sabre"])
@pytest.mark.parametrize("card", CARDS)
def test_a_reader_finds_the_fields_of_a_converted_card(
    reader_of: Callable[[Name], Reader], name: Name, card: Card, version: Version
) -> None:
    """Every field that it knows is equal."""
    octets = b"".join(card_text(card, profile("universal", version))[0])
    found = reader_of(name).card(octets)
    if name == "ez" and refused_by_ez(card):
        assert "REV property" in found["error"]
        return
    assert "error" not in found, (found, octets.decode())
    assert plain(seen(found)) == plain(fields_of(card, version))


def cut(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as Evolution's library shows them: a bare semicolon, which 4.0 does not escape in
    a text, ends it."""
    if fields["version"] != "4.0":
        return fields
    texts = {name: fields[name] for name in ("fn", "title", "note") if fields[name]}
    return fields | {name: text.partition(";")[0] for name, text in texts.items()}


@pytest.mark.parametrize("version", ["3.0", "4.0"])
@pytest.mark.parametrize("card", CARDS)
def test_evolution_finds_the_fields_of_a_converted_card(
    reader_of: Callable[[Name], Reader], card: Card, version: Version
) -> None:
    """Every field that it knows is equal."""
    octets = b"".join(card_text(card, profile("universal", version))[0])
    found = reader_of("eds").card(octets)
    assert "error" not in found, (found, octets.decode())
    assert plain(seen(found)) == plain(cut(fields_of(card, version)))


@pytest.mark.parametrize("name", ["ez", "ical"])
@pytest.mark.parametrize("card", CARDS)
def test_a_reader_finds_the_fields_of_a_converted_jcard(
    reader_of: Callable[[Name], Reader], name: Name, card: Card
) -> None:
    """Every field that it knows is equal in jCard too."""
    found = reader_of(name).jcard(jcard(with_full_name(card))[0].octets)
    if name == "ez" and refused_by_ez(card):
        assert "rev property" in found["error"]
        return
    assert "error" not in found, found
    assert plain(seen(found)) == plain(fields_of(card, "4.0"))


@pytest.mark.parametrize("card", CARDS)
def test_ez_vcard_finds_the_fields_of_a_converted_xcard(
    reader_of: Callable[[Name], Reader], card: Card
) -> None:
    """And in xCard."""
    found = reader_of("ez").xcard(xcard(with_full_name(card))[0].octets)
    if refused_by_ez(card) or first(card, "MEMBER"):
        # RFC 6351 has MEMBER as <uri>, ez-vcard expects <text>
        assert "rev property" in found["error"] or "member property" in found["error"]
        return
    assert "error" not in found, found
    assert plain(seen(found)) == plain(fields_of(card, "4.0"))


@pytest.mark.parametrize("card", CARDS)
def test_vobject_finds_the_fields_of_a_converted_card(card: Card) -> None:
    """It reads 3.0."""
    octets = b"".join(card_text(card, profile("universal"))[0])
    found = vobject.readOne(octets.decode()).contents
    fields = fields_of(card, "3.0")
    assert found["fn"][0].value == fields["fn"]
    assert [one.value for one in found.get("tel", [])] == fields["tels"]
    assert [one.value for one in found.get("email", [])] == fields["emails"]
    assert [one.value for one in found.get("note", [])][:1] == [fields["note"]] * bool(
        fields["note"]
    )
