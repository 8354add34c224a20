"""Reads a request to convert cards: its query, its Accept header and its body.

?from=whatsapp beside the options of createcontact: target, version, as, photo, ttl, once, ...
"""

from typing import Final

from msgspec import Struct, structs

from vcardsvc.apis.base import Request, query_options
from vcardsvc.apis.convert.files import SOURCES, CardFile, Reading, read_file
from vcardsvc.apis.render_options import (
    FLAGS,
    OPTION_NAMES,
    Disposition,
    file_name,
    render_options,
)
from vcardsvc.errors import E1527, REASONS
from vcardsvc.model.conversion import CardNote, ConversionRequest
from vcardsvc.model.request import PhotoRule, RenderOptions
from vcardsvc.validation.fields import Policy, Validator

PHOTO_RULE: Final[PhotoRule] = "drop"
"""The rule for photos where the query names none: one photo that is away is no reason to lose a
whole file."""

LARGE_BODY: Final = 16 * 1024
"""Bytes of a body that is read in a thread: reading them takes about a millisecond, or ten where
its lines are short."""

KNOWN: Final = OPTION_NAMES | {"from", "fix"}


class ReadOptions(Struct, frozen=True, kw_only=True):
    """Holds the options of a query and an Accept header, and notes on those that were ignored."""

    render: RenderOptions
    filename: str
    disposition: Disposition
    maybe_source: str | None
    fix: bool
    notes: tuple[CardNote, ...]

    @property
    def reading(self) -> Reading:
        """Return how a file is read."""
        return Reading(maybe_source=self.maybe_source, photos=self.render.photo == "require")


def read_options(request: Request, policy: Policy, max_ttl: int) -> ReadOptions:
    """Return the options of a request. `max_ttl` is the longest life of a link in seconds. Raises
    Refused with every problem of them."""
    validator = Validator(policy)
    options = query_options(request.query) if request.query else {}
    render = render_options(validator, options, request.accept, max_ttl)
    if "photo" not in options:
        render = structs.replace(render, photo=PHOTO_RULE)
    filename, disposition = file_name(validator, options, render)
    maybe_source, fix = None, False
    for value in options.get("from", ())[-1:]:
        maybe_source = value
        if value not in SOURCES:
            validator.refuse(E1527, (), "from", f"from is one of: {', '.join(SOURCES)}.")
    for value in options.get("fix", ())[-1:]:
        fix = FLAGS.get(value, False)
        if value not in FLAGS:
            validator.refuse(E1527, (), "fix", f"fix is one of: {', '.join(FLAGS)}.")
    validator.ignored(options, KNOWN)
    notes = [
        CardNote(field=note.field, code=note.code, reason=REASONS[note.code])
        for note in validator.raise_problems()
    ]
    return ReadOptions(
        render=render,
        filename=filename,
        disposition=disposition,
        maybe_source=maybe_source,
        fix=fix,
        notes=tuple(notes),
    )


def read_conversion(
    request: Request, media_type: bytes, policy: Policy, max_ttl: int, most: int
) -> ConversionRequest:
    """Return the conversion of at most `most` cards. Raises Refused as `read_options` and
    `read_file` do."""
    options = read_options(request, policy, max_ttl)
    file = read_file(request, media_type, options.reading, policy, most)
    return conversion_of(options, file, len(request.body))


def conversion_of(options: ReadOptions, file: CardFile, size: int = 0) -> ConversionRequest:
    """Return the conversion of the cards of a file, in a body of this many octets."""
    return ConversionRequest(
        cards=file.cards,
        options=options.render,
        filename=options.filename,
        disposition=options.disposition,
        notes=(*options.notes, *file.notes),
        size=size,
    )
