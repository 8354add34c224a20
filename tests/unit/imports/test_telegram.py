"""Reads contacts that Telegram's Bot API carries."""

from typing import Any

import pytest

from vcardsvc.imports.telegram import read_telegram
from vcardsvc.model.card import Property
from vcardsvc.vcard.parser.read_file import NotACard

CONTACT: dict[str, Any] = {
    "phone_number": "447700900123",
    "first_name": "Priya",
    "last_name": "Example",
    "user_id": 987654321,
}
NAME = Property(name="N", value=(("Example",), ("Priya",), (), (), ()))
ACCOUNT = Property(
    name="IMPP",
    value="tg://user?id=987654321",
    kind="uri",
    params=(("SERVICE-TYPE", ("Telegram",)),),
)


def vcard(*lines: str) -> str:
    """A card with these lines as Telegram carries it."""
    return "\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD"])


def test_a_contact_without_a_card_has_its_members() -> None:
    assert read_telegram({"message": {"contact": CONTACT}}).cards[0].properties == (
        NAME,
        Property(name="FN", value="Priya Example"),
        Property(name="TEL", value="+447700900123"),
        ACCOUNT,
    )


def test_a_card_is_completed_by_the_members() -> None:
    """The name in parts is added where the card has the whole one alone, and a number once."""
    card = vcard("FN:Priya E.", "TEL;TYPE=CELL:+44 7700 900123", "NOTE:Hi")

    assert read_telegram({**CONTACT, "vcard": card}).cards[0].properties == (
        Property(name="FN", value="Priya E."),
        Property(name="TEL", value="+44 7700 900123", types=("cell",)),
        Property(name="NOTE", value="Hi"),
        NAME,
        ACCOUNT,
    )


def test_what_cannot_be_read_of_a_card_is_named() -> None:
    several = f"{vcard('FN:A')}\n{vcard('FN:B')}"

    for text in ("no card", several):
        file = read_telegram({"result": [{"message": {"contact": {**CONTACT, "vcard": text}}}]})
        assert [one.place for one in file.problems] == ["/result/0/message/contact/vcard"]


@pytest.mark.parametrize("value", [{}, [], "text", {"message": {"text": "Hello"}}])
def test_other_json_holds_no_contact(value: Any) -> None:
    with pytest.raises(NotACard):
        read_telegram(value)


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        (("FN:Priya E.", "N:E.;Priya;;;"), ["/first_name"]),
        (("FN:Dr. Priya Example", "N:Example;Priya;;Dr.;"), []),
        (("FN:priya  example", "N:;;;;"), []),
        (("N:E.;Priya;;;",), []),
    ],
)
def test_a_name_that_differs_from_the_cards_is_named(
    lines: tuple[str, ...], places: list[str]
) -> None:
    """What the card has not is added; a name beside both of its own has no place."""
    file = read_telegram({**CONTACT, "vcard": vcard(*lines)})
    assert [one.place for one in file.problems] == places
    assert "Example" not in "".join(one.text for one in file.problems)
