"""Puts the photos of a list's cards in: those at a URL, and those that a target does not take."""

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from msgspec import structs

from vcardsvc import vcard
from vcardsvc.batch.writing import card_form, profile_of
from vcardsvc.errors import REASONS, SMALLER
from vcardsvc.model.batch import BatchOptions, RowError, RowNote
from vcardsvc.model.card import Binary, Card, Property
from vcardsvc.validation.urls import is_web
from vcardsvc.vcard.adapt_card import photo_fits
from vcardsvc.vcard.card_text import card_text
from vcardsvc.vcard.profile import Profile

PHOTO: Final = "PHOTO"
PLACE: Final = "photo"
"""The field of a photo in notes and errors."""

WithPhotos = tuple[Card, list[RowNote], list[RowError]]


class PhotoSource(Protocol):
    """Fetches and draws photos; the service does both under its guard."""

    def at_url(self, url: str, side: int, octets: int) -> bytes | str:
        """Return the photo at a URL as JPEG within a budget, or the code why there is none."""
        ...

    def drawn(self, data: bytes, side: int, octets: int) -> bytes | str:
        """Return a photo as JPEG within a budget, or the code why there is none."""
        ...


def with_photos(source: PhotoSource, options: BatchOptions) -> Callable[[Card], WithPhotos]:
    """Return what puts the photos of a card in. A photo that cannot be used is noted, or an error
    where photos are required."""
    profile = profile_of(options) if card_form(options) == "card" else None
    return partial(_card, source, options, profile)


def _card(
    source: PhotoSource, options: BatchOptions, maybe_profile: Profile | None, card: Card
) -> WithPhotos:
    notes: list[RowNote] = []
    errors: list[RowError] = []
    if all(one.name != PHOTO for one in card.properties):
        return card, notes, errors
    if maybe_profile is not None and not maybe_profile.photo:
        return card, notes, errors
    side, octets = options.photo_side, options.photo_budget
    if maybe_profile is not None:
        size = partial(_text_size, card, maybe_profile)
        side, octets = vcard.photo_limits(size, maybe_profile, side, octets)
    properties: list[Property] = []
    for one in card.properties:
        answer = _answer(source, one, side, octets) if one.name == PHOTO else None
        if answer is None:
            properties.append(one)
        elif isinstance(answer, bytes):
            if isinstance(one.value, Binary):
                notes.append(RowNote(field=PLACE, code=SMALLER, reason=REASONS[SMALLER]))
            jpeg = Binary(data=answer, media_type="image/jpeg")
            properties.append(structs.replace(one, value=jpeg, kind="binary"))
        elif options.photo == "require":
            errors.append(RowError(code=answer, info=REASONS.get(answer, ""), field=PLACE))
        else:
            notes.append(RowNote(field=PLACE, code=answer, reason=REASONS.get(answer, "")))
    return structs.replace(card, properties=tuple(properties)), notes, errors


def _answer(source: PhotoSource, one: Property, side: int, octets: int) -> bytes | str | None:
    """Return the photo, the code why there is none, or None where it stays as it is."""
    if isinstance(one.value, Binary):
        return None if photo_fits(one.value, octets) else source.drawn(one.value.data, side, octets)
    if is_web(one.value):
        return source.at_url(one.value, side, octets)
    return None


def _text_size(card: Card, profile: Profile) -> int:
    """Return the bytes of the card without its photos."""
    text = [one for one in card.properties if one.name != PHOTO]
    chunks, _ = card_text(Card(properties=tuple(text)), profile)
    return sum(map(len, chunks))
