"""Defines a conversion: cards of any format in, a document of another format out."""

from typing import Literal

from msgspec import Struct

from vcardsvc.model.card import Card
from vcardsvc.model.request import (
    DEFAULT_OPTIONS,
    Document,
    Link,
    RenderOptions,
    Target,
    Version,
)


class CardNote(Struct, frozen=True, kw_only=True, gc=False):
    """Names a place of the cards that was dropped, cut or changed, or could not be read.

    `field` is the place: `card/0/TEL/1`, `card/0/line/12`, or a JSON pointer without its first
    slash. `code` is one of `errors.NOTES`, `reason` a sentence for people.
    """

    field: str
    code: str
    reason: str


class ConversionRequest(Struct, frozen=True, kw_only=True):
    """Asks for these cards, rendered as `options` says, in a file called `filename` ("" for the
    form's default). `notes` name what could not be read of them; `size` is that of the body they
    were in, in octets."""

    cards: tuple[Card, ...]
    options: RenderOptions = DEFAULT_OPTIONS
    filename: str = ""
    disposition: Literal["inline", "attachment"] = "inline"
    notes: tuple[CardNote, ...] = ()
    size: int = 0


class ConversionReport(Struct, frozen=True, kw_only=True):
    """Describes the cards of one target: their version, their size in bytes together, and what is
    lost. `ceiling` is the most bytes that the target accepts, of one card or for MMS of them all
    (None: any number), `fits` says whether the cards are within it."""

    target: Target
    version: Version
    size: int
    fits: bool
    ceiling: int | None
    losses: tuple[CardNote, ...]


class ConversionResult(Struct, frozen=True, kw_only=True):
    """Holds what a conversion produced: a document or reports, the link if one was stored, and the
    notes."""

    maybe_document: Document | None = None
    maybe_link: Link | None = None
    reports: tuple[ConversionReport, ...] = ()
    notes: tuple[CardNote, ...] = ()
