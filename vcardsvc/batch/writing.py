"""Writes the card of a row in the form, for the target and in the version of a batch, and what
stands around and between the cards of a file."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from vcardsvc import vcard
from vcardsvc.model.batch import BatchOptions, CardForm
from vcardsvc.model.card import Card, CardLoss
from vcardsvc.model.request import Document
from vcardsvc.vcard.card_text import card_text, with_full_name
from vcardsvc.vcard.jcard import jcard
from vcardsvc.vcard.jscontact import jscontact
from vcardsvc.vcard.profile import Profile
from vcardsvc.vcard.property_losses import Losses
from vcardsvc.vcard.xcard import CONTENT_TYPE, HEAD, TAIL, xcard

Written = tuple[bytes, tuple[CardLoss, ...]]
CardWriter = Callable[[Card], Written]


class Frame(NamedTuple):
    """Holds what a file of cards begins with, what stands between two of them, what it ends with,
    its media type, and the end of its name."""

    head: bytes
    between: bytes
    tail: bytes
    content_type: str
    ending: str


_VCARD: Final = Frame(b"", b"", b"", "text/vcard; charset=utf-8", ".vcf")


def frame_of(form: CardForm) -> Frame:
    """Return what stands around the cards of this form: several of JSON are an array."""
    if form == "jcard":
        return Frame(b"[", b",\n", b"]\n", "application/vcard+json", ".json")
    if form == "jscontact":
        return Frame(b"[", b",\n", b"]\n", "application/jscontact+json", ".json")
    if form == "xcard":
        return Frame(HEAD.encode(), b"\n", TAIL.encode(), CONTENT_TYPE, ".xml")
    return _VCARD


def card_form(options: BatchOptions) -> CardForm:
    """Return the form of the cards of a batch."""
    form = options.form
    if form == "ndjson" or form == "zip" or form == "report":  # mypy narrows these
        return options.card_form
    return form


def writer_of(options: BatchOptions) -> CardWriter:
    """Return what writes one card."""
    form = card_form(options)
    if form == "jcard":
        return lambda card: _document(*jcard(with_full_name(card)))
    if form == "xcard":
        head, tail = len(HEAD.encode()), len(TAIL.encode())

        def xml(card: Card) -> Written:
            octets, losses = _document(*xcard(with_full_name(card)))
            return octets[head : len(octets) - tail], losses

        return xml
    if form == "jscontact":
        version = options.jscontact
        return lambda card: _document(*jscontact(with_full_name(card), version))
    return partial(_text, profile=profile_of(options), region=options.region)


def profile_of(options: BatchOptions) -> Profile:
    """Return the profile of the target of a batch; a card for MMS has its own ceiling."""
    profile = vcard.profile(options.target or "universal", options.version)
    if profile.name == "mms":
        return replace(profile, ceiling=options.mms_limit)
    return profile


def _document(document: Document, losses: Losses) -> Written:
    return document.octets, tuple(losses)


def _text(card: Card, profile: Profile, region: str) -> Written:
    chunks, losses = card_text(card, profile, region)
    return b"".join(chunks), losses
