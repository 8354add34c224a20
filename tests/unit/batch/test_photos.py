"""The photos of cards in a list."""

from typing import Any

import pytest

from vcardsvc.batch.photos import with_photos
from vcardsvc.model.batch import BatchOptions, RowError, RowNote
from vcardsvc.model.card import Binary, Card, Property

URL = "https://example.com/ada.jpg"
JPEG = b"\xff\xd8\xff\xe0photo"
NAME = Property(name="FN", value="Ada")


class Source:
    """Answers each question with the same, and keeps it."""

    def __init__(self, answer: bytes | str) -> None:
        self.answer = answer
        self.asked: list[tuple[str, Any]] = []

    def at_url(self, url: str, side: int, octets: int) -> bytes | str:
        """Return the answer."""
        self.asked.append(("url", url))
        return self.answer

    def drawn(self, data: bytes, side: int, octets: int) -> bytes | str:
        """Return the answer."""
        self.asked.append(("data", len(data)))
        return self.answer


def _photo(value: Any) -> Card:
    return Card(properties=(NAME, Property(name="PHOTO", value=value, kind="uri")))


def _result(source: Source, card: Card, **options: Any) -> Any:
    chosen = BatchOptions(photo="drop").__class__(**{"photo": "drop", **options})
    found, notes, errors = with_photos(source, chosen)(card)
    return [one.value for one in found.properties if one.name == "PHOTO"], notes, errors


def test_a_photo_at_a_url_is_put_in() -> None:
    """A card has its photo as JPEG."""
    source = Source(JPEG)
    jpeg = Binary(data=JPEG, media_type="image/jpeg")
    assert _result(source, _photo(URL)) == ([jpeg], [], [])
    assert source.asked == [("url", URL)]


@pytest.mark.parametrize("rule", ["drop", "require"])
def test_a_photo_that_cannot_be_used(rule: str) -> None:
    """It is left out and noted, or an error where photos are required."""
    kept, notes, errors = _result(Source("E1529"), _photo(URL), photo=rule)
    assert kept == []
    assert [type(one) for one in notes + errors] == [RowNote if rule == "drop" else RowError]
    assert [(one.code, one.field) for one in notes + errors] == [("E1529", "photo")]


def test_a_photo_that_fits_stays() -> None:
    """Octets in the card that the target takes are not drawn anew."""
    source = Source("unused")
    small = Binary(data=JPEG, media_type="image/jpeg")
    assert _result(source, _photo(small)) == ([small], [], [])
    assert source.asked == []


def test_a_photo_that_is_too_large_is_drawn_anew() -> None:
    """It is noted that it is smaller now."""
    source = Source(JPEG)
    large = Binary(data=bytes(200_000), media_type="image/jpeg")
    kept, notes, errors = _result(source, _photo(large))
    assert (kept, [one.code for one in notes], errors) == (
        [Binary(data=JPEG, media_type="image/jpeg")], ["smaller"], []
    )  # fmt: skip
    assert source.asked == [("data", 200_000)]


@pytest.mark.parametrize("value", ["data:image/png;base64,xx", "ftp://example.com/a", "photo.jpg"])
def test_a_photo_that_is_no_url_stays_as_it_is(value: str) -> None:
    """Nothing but HTTP is asked for."""
    source = Source("unused")
    assert _result(source, _photo(value)) == ([value], [], [])
    assert source.asked == []


def test_a_card_without_a_photo_is_not_touched() -> None:
    """No question is asked."""
    source = Source("unused")
    assert _result(source, Card(properties=(NAME,))) == ([], [], [])
    assert source.asked == []
