"""A card that was read is shrunk to the bytes that its reader takes."""

from typing import Final

import pytest

from vcardsvc.errors import CUT, DROPPED
from vcardsvc.model.card import Binary, Card, Property
from vcardsvc.vcard import CannotRender, profile
from vcardsvc.vcard.card_text import card_text
from vcardsvc.vcard.targets import MMS_CEILING

TELEGRAM: Final = profile("telegram")
NAMES: Final = (
    Property(name="N", value=(("Smith",), ("Ann",), (), (), ())),
    Property(name="FN", value="Ann Smith"),
    Property(name="TEL", value="5550100", types=("cell",)),
)


def shrunk(*properties: Property) -> tuple[bytes, list[tuple[str, int, str]]]:
    """The octets for Telegram, and the losses that are cuts or gaps: name, index, code."""
    chunks, losses = card_text(Card(properties=(*NAMES, *properties)), TELEGRAM)
    octets = b"".join(chunks)
    assert len(octets) <= TELEGRAM.ceiling
    return octets, [
        (loss.name, loss.index, loss.code) for loss in losses if "fit the bytes" in loss.reason
    ]


def test_a_long_note_is_cut_at_a_character() -> None:
    """All the rest stays."""
    octets, losses = shrunk(Property(name="NOTE", value="é" * 3_000))
    assert losses == [("NOTE", 0, CUT)]
    assert len(octets) > TELEGRAM.ceiling - 3
    assert b"TEL;CELL:5550100" in octets


def test_strangers_go_first_then_the_last_of_a_name() -> None:
    """Unknown properties, then websites, then e-mails."""
    properties = [Property(name="FOO", value="x" * 200, kind="unknown")]
    properties += [Property(name="EMAIL", value=f"{at}{'a' * 200}@b.example") for at in range(10)]
    octets, losses = shrunk(*properties)
    assert losses[0] == ("FOO", 0, DROPPED)
    assert [name for name, *_ in losses[1:]] == ["EMAIL"] * len(losses[1:])
    assert [index for _, index, _ in losses[1:]] == list(range(10 - len(losses[1:]), 10))
    assert b"EMAIL:0" in octets


def test_a_name_of_any_length_is_cut() -> None:
    """It never goes."""
    name = Property(name="N", value=(("n" * 5_000,), ("m" * 5_000,), (), (), ()))
    card = Card(properties=(name, Property(name="FN", value="f" * 5_000)))
    chunks, losses = card_text(card, TELEGRAM)
    assert sum(map(len, chunks)) <= TELEGRAM.ceiling
    assert [(loss.name, loss.code) for loss in losses] == [("N", CUT), ("FN", CUT)]


def test_a_photo_goes_before_texts() -> None:
    """One that no service has made smaller."""
    photo = Property(
        name="PHOTO",
        value=Binary(data=b"x" * MMS_CEILING, media_type="image/jpeg"),
        kind="binary",
    )
    chunks, losses = card_text(Card(properties=(*NAMES, photo)), profile("mms"))
    assert sum(map(len, chunks)) < 200
    assert [(loss.name, loss.code) for loss in losses] == [("PHOTO", DROPPED)]


def test_many_properties_are_shrunk_in_linear_time() -> None:
    """A card of strangers has thousands."""
    numbers = [Property(name="TEL", value=str(at), types=("cell",)) for at in range(3_000)]
    octets, losses = shrunk(*numbers)
    assert octets.count(b"TEL") + len(losses) == 3_001


def test_what_cannot_be_cut_is_refused() -> None:
    """Thousands of names."""
    names = [Property(name="FN", value="x")] * 1_000
    with pytest.raises(CannotRender):
        card_text(Card(properties=(*NAMES, *names)), TELEGRAM)
