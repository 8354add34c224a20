"""createcontact from an HTML form: its fields in, the action's own request out, read by `native`.

A file `photo` (or `file`, `files[]` and the like) is the photo, `target`, `as`, `photo-rule` and
the other options of the query may be fields (the query wins), `api-key` is the key and `redirect`
where the browser wants to go. What must never enter here: a rule about a field (that is `rules`), a
judgement of the key or of where a browser may be sent (that is the door's), or a file on disk.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from vcardsvc.apis.base import Request, Response, query_options
from vcardsvc.apis.createcontact.forms.bounded import BoundedBody
from vcardsvc.apis.createcontact.forms.fields import (
    BODY_LIMIT,
    MULTIPART,
    URLENCODED,
    Fields,
    Upload,
    boundary_of,
    fields,
)
from vcardsvc.apis.createcontact.forms.names import KEY, OPTIONS, REDIRECT, Sorted, Written
from vcardsvc.apis.createcontact.native import Native
from vcardsvc.errors import E100, E1523, Code, Problem, Refused
from vcardsvc.model.request import CardRequest, CardResult
from vcardsvc.validation import fields as rules
from vcardsvc.validation.invisible import BLANKS

__all__ = [
    "MULTIPART",
    "BoundedBody",
    "Fields",
    "Forms",
    "Opened",
    "Upload",
    "boundary_of",
    "fields",
    "request",
]

CHECKED: Final = {"once": {"on": "true"}}
"""What a checkbox without a value says when it is ticked (HTML, the default/on value)."""

UNNAMED: Final = "unnamed"
"""The name, in a note, of a field that has none."""

_PHOTO_TEXT: Final = re.compile(rb"(?:\A|&)photo=[^&]*/[^&]*")


def request(form: Fields) -> dict[str, Any]:
    """The action's own request (see `native`) that these fields stand for, `action` filled in."""
    return Written(Sorted(form)).request


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedForm:
    """A form that was parted but not yet judged: the key comes first.

    `maybe_credential` is the text of its field `api-key` as an x-api-key header would hold it, None
    when there is none; `redirect` the address it asks to be sent to, "" for none, not yet judged;
    `ignored` the names of fields that are none of ours; `maybe_upload` the photo's bytes, or why it
    has none.
    """

    native: Native
    ask: Request
    fields: Fields = field(repr=False)
    request: Mapping[str, Any]
    names: Mapping[str, str]
    redirect: str = ""
    ignored: tuple[str, ...] = field(default=(), repr=False)
    maybe_upload: bytes | Code | None = field(default=None, repr=False)
    maybe_credential: bytes | None = field(default=None, repr=False)

    @property
    def values(self) -> dict[str, str | bytes]:
        """What was sent, by the names of the fields; of several of one name the last."""
        return {
            name: said.data if isinstance(said, Upload) else said
            for name, said in self.fields.pairs
        }

    def card_request(self) -> CardRequest:
        """The order. Raises Refused with every problem, its pointers into the action's request;
        with 413 for files over the ceiling of all, unless the photo may be dropped."""
        files = [one for _, one in self.fields.pairs if isinstance(one, Upload)]
        if any(file.cut for file in files) and not _drops(self.ask.query):
            detail = "The files are too large; photo=drop goes without the photo."
            raise Refused(Problem(code=E100, cause="body-limit", status=413, detail=detail))
        order = self.native.card_request(dict(self.request), self.ask, self.maybe_upload)
        if not self.ignored:
            return order
        notes = rules.ignored([name or UNNAMED for name in self.ignored], frozenset())
        return replace(order, notes=(*order.notes, *notes))

    def field_name(self, pointer: str) -> str:
        """The name, as it was sent, of the field that a problem's pointer means; of the first one
        below it where it means several; "" when none was sent."""
        below = (name for place, name in self.names.items() if place.startswith(f"{pointer}/"))
        return self.names.get(pointer) or next(below, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """The createcontact dialect of HTML forms; `body_limit` is in bytes, files not counted."""

    native: Native
    body_limit: int = BODY_LIMIT
    path: str = "/"
    content_types: frozenset[bytes] = frozenset((URLENCODED, MULTIPART))

    def parse_form(self, ask: Request) -> ParsedForm:
        """The form in `ask`. Raises Refused as `fields` does."""
        pairs = fields(ask.content_type, _with_pluses(ask), self.body_limit, ask.cut)
        form = Sorted(pairs)
        written = Written(form)
        key = form.said(KEY)
        return ParsedForm(
            native=self.native,
            ask=Request(query=_query(form, ask.query), accept=ask.accept),
            fields=pairs,
            request=written.request,
            names=written.names,
            redirect=form.said(REDIRECT).text.strip(BLANKS),
            ignored=tuple(form.ignored),
            maybe_upload=_bytes_or_fault(form.maybe_upload),
            maybe_credential=key.text.strip(BLANKS).encode() if key else None,
        )

    def read(self, ask: Request) -> CardRequest:
        """The order in `ask`. Raises Refused as `opened` and its `order` do."""
        return self.parse_form(ask).card_request()

    def card_response(self, order: CardRequest, outcome: CardResult) -> Response:
        """As the JSON of the action is answered."""
        return self.native.card_response(order, outcome)

    def error_response(self, problems: tuple[Problem, ...]) -> Response:
        """As the JSON of the action is answered."""
        return self.native.error_response(problems)


def _query(form: Sorted, query: bytes) -> bytes:
    """The query with the form's options before it: of several the last one counts."""
    from urllib.parse import urlencode

    said = {
        option: CHECKED.get(option, {}).get(form.said(name).text, form.said(name).text)
        for name, option in OPTIONS.items()
        if form.said(name)
    }
    return b"&".join(filter(None, (urlencode(said).encode(), query)))


def _drops(query: bytes) -> bool:
    """Whether the sender goes without a photo that cannot be had."""
    return bool(query) and query_options(query).get("photo", ())[-1:] == ["drop"]


def _bytes_or_fault(upload: Upload | None) -> bytes | Code | None:
    if upload is None:
        return None
    return E1523 if upload.cut else upload.data


def _with_pluses(ask: Request) -> bytes:
    """The body; where it has the photo in base64 that nobody encoded, its pluses are encoded, which
    would read as blanks. Who encodes writes no `/` either."""
    if not ask.content_type.lower().startswith(URLENCODED):
        return ask.body
    return _PHOTO_TEXT.sub(lambda found: found[0].replace(b"+", b"%2B"), ask.body, count=1)
