"""Reads createcontact requests as cards to convert; `action` may be missing."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from vcardsvc.apis.base import Request
from vcardsvc.apis.createcontact.mapping import ACTION
from vcardsvc.apis.createcontact.request import read_card_request
from vcardsvc.errors import E1520, E1522, REASONS, Problem, Refused
from vcardsvc.model.card import Binary, Card, Property
from vcardsvc.model.conversion import CardNote
from vcardsvc.model.request import CardRequest, Note
from vcardsvc.validation.fields import Policy
from vcardsvc.validation.urls import is_web
from vcardsvc.vcard.contact_card import card_of
from vcardsvc.vcard.data_uris import media_type
from vcardsvc.vcard.parser.read_file import NotACard

ABSENT: Final = "The JSON holds no createcontact request."

IMAGES: Final = ("image/jpeg", "image/png", "image/gif")
"""The media types of photos that createcontact takes."""

PROBLEMS: Final = 1_000
"""The problems after which no further request of an array is read."""


def read_createcontact(
    value: Any, policy: Policy, *, photos: bool = False
) -> tuple[tuple[Card, ...], tuple[CardNote, ...]]:
    """Return the card of a request, or of each request of an array, and the notes on them. A photo
    that is no image is left out and noted, or with `photos` refused.

    Raises Refused with the problems of all requests, those of an array under their index, and
    NotACard for another value than objects.
    """
    requests = value if type(value) is list else [value]
    if not requests or any(type(one) is not dict for one in requests):
        raise NotACard(ABSENT)
    query = Request() if photos else Request(query=b"photo=drop")
    cards, notes = [], []
    problems: list[Problem] = []
    for index, members in enumerate(requests):
        try:
            request = read_card_request({"action": ACTION, **members}, query, policy, 0)
        except Refused as refused:
            problems += _placed(refused, f"/{index}" if requests is value else "")
            if len(problems) >= PROBLEMS:
                break
            continue
        photo, faults = photo_of(request)
        if photos and faults:
            problems += _placed(Refused(*faults), f"/{index}" if requests is value else "")
        card = card_of(request.contact)
        cards.append(Card(properties=(*card.properties, *photo)))
        notes += [
            CardNote(field=f"card/{index}/{note.field}", code=note.code, reason=REASONS[note.code])
            for note in (*request.notes, *map(dropped, faults))
        ]
    if problems:
        raise Refused(*problems)
    return tuple(cards), tuple(notes)


def photo_of(request: CardRequest) -> tuple[tuple[Property, ...], tuple[Problem, ...]]:
    """Return the photo of a request as a property, and what is wrong with one that is left out:
    octets that are no image, an address that is not of the web."""
    if request.photo_url:
        if not is_web(request.photo_url):
            return (), (Problem(code=E1520, field="/photo-url", cause="scheme"),)
        return (Property(name="PHOTO", value=request.photo_url, kind="uri"),), ()
    if request.photo_bytes:
        if media_type(request.photo_bytes) not in IMAGES:
            return (), (Problem(code=E1522, field="/photo", cause="type"),)
        return (Property(name="PHOTO", value=Binary(data=request.photo_bytes), kind="binary"),), ()
    return (), ()


def dropped(fault: Problem) -> Note:
    """Return the note on a part of a request that is left out."""
    return Note(field=(fault.field or "")[1:], code=fault.code.name)


def _placed(refused: Refused, place: str) -> Iterator[Problem]:
    """Yield the problems of the request at this JSON pointer."""
    for problem in refused.problems:
        yield replace(problem, field=f"{place}{problem.field or ''}" or None)
