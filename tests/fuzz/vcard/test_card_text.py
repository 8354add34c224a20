"""Any card is written, and read again as it was."""

import re
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.support.canonical_cards import WILD_CARDS, canonical_cards
from tests.support.hypothesis_profiles import examples
from vcardsvc.model.card import Card, Property
from vcardsvc.model.request import Version
from vcardsvc.vcard import PROFILES, CannotRender, profile
from vcardsvc.vcard.card_text import card_text, version_text
from vcardsvc.vcard.parser.reader import read_cards

VERSIONS: Final[tuple[Version, ...]] = ("2.1", "3.0", "4.0")
HEAD: Final = re.compile(
    r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)"
    r'(?:;[A-Za-z0-9-]+(?:=(?:[^";:,\x00-\x08\x0a-\x1f]*|"[^"\x00-\x08\x0a-\x1f]*")'
    r'(?:,(?:[^";:,\x00-\x08\x0a-\x1f]*|"[^"\x00-\x08\x0a-\x1f]*"))*)?)*:'
)
"""A content line up to its value, RFC 6350 section 3.3."""

HARD: Final = (
    st.tuples(
        st.sampled_from(("", "", "item1.", "item2.", "foo.")),
        st.sampled_from(
            (
                "ADR;TYPE=HOME:;;s;;;;",
                "ADR;TYPE=HOME;LABEL=a:;;;;;;",
                "ADR;TYPE=HOME;CC=de;LABEL=a;LANGUAGE=de-DE:;;s;;;;",
                "AGENT:Jo",
                "ANNIVERSARY:19900514",
                "EMAIL;TYPE=x-foo:a@b.example",
                "EMAIL;PREF=1:b@b.example",
                "GENDER:Male",
                "GENDER:M",
                "KIND:individual",
                "KIND;X-FOO=q:individual",
                "KIND:org",
                "LABEL;TYPE=HOME:Street",
                "RELATED;TYPE=spouse,friend;VALUE=text:Jane",
                "RELATED;VALUE=text:Jo",
                "SORT-STRING:aaa",
                "TEL;TYPE=cell:1",
                "TEL;TYPE=x-foo,home:2",
                "TZ;VALUE=text:-0500",
                "TZ:-0500",
                "TZ:Europe/Berlin",
                "URL;TYPE=x-foo:http://e.example",
                "X-ABDATE:1990-01-02",
                "X-ABLabel:foo",
                "X-SPOUSE:Jane",
            )
        ),
    )
    .map("".join)
    .filter(lambda line: ".SORT" not in line)
)
"""A line that a reader takes for something else unless it is written in another way."""


def _of_one(line: str) -> str:
    """What a card has once, whatever its group."""
    return next((name for name in ("SORT-STRING", "ANNIVERSARY") if name in line), line)


ADDED: Final = 3
"""The most lines that one property becomes."""


def written(card: Card, version: Version) -> bytes:
    """The octets of the card in the universal profile, without a look at its readers."""
    return b"".join(version_text(card, profile("universal", version))[0])


def read(octets: bytes) -> tuple[Property, ...]:
    """The properties of the one card, without the numbers of their lines."""
    (card,) = read_cards(octets).cards
    return tuple(structs.replace(prop, line=0) for prop in card.properties)


@pytest.mark.parametrize("version", VERSIONS)
@examples(200)
@given(card=canonical_cards())
def test_a_card_is_read_as_it_was_written(version: Version, card: Card) -> None:
    """What every version holds comes back, and is written in the same octets."""
    octets = written(card, version)
    assert read(octets) == card.properties
    assert written(Card(properties=read(octets)), version) == octets


@pytest.mark.parametrize("version", VERSIONS)
@examples(200)
@given(card=WILD_CARDS)
def test_no_value_adds_a_line(version: Version, card: Card) -> None:
    """Every line of any card is one of the grammar, and stands for one of its properties."""
    octets = written(card, version)
    text = octets.decode()
    if version == "2.1":
        text = re.sub(r"=\r\n", "", text)
        text = re.sub(r"\r\n\r\n", "\r\n", text)
    lines = text.replace("\r\n ", "").split("\r\n")
    assert (lines[:2], lines[-2:]) == (["BEGIN:VCARD", f"VERSION:{version}"], ["END:VCARD", ""])
    heads = [HEAD.match(line) for line in lines[2:-2]]
    assert all(heads)
    assert len(heads) <= 2 + ADDED * len(card.properties)
    names = {head[1].upper() for head in heads if head}
    assert not names & {"BEGIN", "END", "VERSION", "EVIL"}


@pytest.mark.parametrize("target", PROFILES)
@examples(60)
@given(card=canonical_cards())
def test_a_readers_card_is_stable(target: str, card: Card) -> None:
    """The card of each target, read and written again, has the same octets."""
    chosen = PROFILES[target]  # type: ignore[index]
    try:
        octets = b"".join(card_text(card, chosen)[0])
    except CannotRender:
        return
    again = Card(properties=read(octets))
    assert b"".join(card_text(again, chosen)[0]) == octets


@pytest.mark.parametrize("target", PROFILES)
@examples(60)
@given(card=WILD_CARDS)
def test_any_card_is_written_for_every_reader(target: str, card: Card) -> None:
    """Nothing is raised but CannotRender, and losses are those of properties of the card."""
    try:
        _, losses = card_text(card, PROFILES[target])  # type: ignore[index]
    except CannotRender:
        return
    names = {prop.name for prop in card.properties}
    assert {loss.name for loss in losses} <= {"", "FN", "N"} | names


@pytest.mark.parametrize("target", PROFILES)
@examples(60)
@given(
    version=st.sampled_from(VERSIONS),
    lines=st.lists(HARD, max_size=6, unique_by=_of_one),
    n=st.booleans(),
)
def test_a_second_conversion_changes_nothing(
    target: str, version: Version, lines: list[str], n: bool
) -> None:
    """A card of any version with groups, labels and dialects is the same the second time."""
    names = ["FN:A", "N:A;;;;"] if n else ["FN:A"]
    card = "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *names, *lines, "END:VCARD", ""])
    chosen = PROFILES[target]  # type: ignore[index]
    try:
        octets = b"".join(card_text(Card(properties=read(card.encode())), chosen)[0])
    except CannotRender:
        return
    assert b"".join(card_text(Card(properties=read(octets)), chosen)[0]) == octets
