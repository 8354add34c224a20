"""Reads a createcontact request from an HTML form: its fields become the members, and the query.

The file `photo` (or `file`, `files[]` and similar) is the photo. The options of the query may be
fields; the query takes precedence. `api-key` holds the key, `redirect` the URL that the browser is
redirected to. The caller of this module checks both.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from msgspec import structs

from vcardsvc.apis.base import Request, query_options
from vcardsvc.apis.createcontact import ordinary
from vcardsvc.apis.createcontact.forms.mapping import KEY, REDIRECT, FormFields
from vcardsvc.apis.createcontact.forms.parsing import URLENCODED, Field, Upload, parse_fields
from vcardsvc.apis.createcontact.request import read_card_request
from vcardsvc.errors import E100, E1523, Code, Problem, Refused
from vcardsvc.model.request import CardRequest
from vcardsvc.validation.fields import Policy, ignored
from vcardsvc.validation.invisible import BLANKS

CHECKED: Final = {"once": {"on": "true"}}
"""The values of options for the value of a checkbox that has none of its own (HTML, the default/on
mode)."""

UNNAMED: Final = "unnamed"
"""The name of a nameless field in its note."""

_PHOTO_TEXT: Final = re.compile(rb"(?:\A|&)photo=[^&]*/[^&]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlForm:
    """Holds the fields of a form before validation: the `apis.base.ParsedForm` of createcontact.

    `members` are those of the request in JSON, `request` has the query with the form's options,
    `ignored` are the names of unknown fields, `maybe_upload` is the photo's file or the code of
    what is wrong with it. The redirect is unchecked.
    """

    policy: Policy
    max_ttl: int
    request: Request
    fields: tuple[Field, ...] = field(repr=False)
    members: dict[str, Any] = field(repr=False)
    redirect: str = ""
    ignored: tuple[str, ...] = field(default=(), repr=False)
    maybe_upload: bytes | Code | None = field(default=None, repr=False)
    maybe_credential: bytes | None = field(default=None, repr=False)

    @property
    def values(self) -> Mapping[str, str | bytes]:
        """Return the values by field name, of several of one name the last; of a file its
        octets."""
        return {
            name: value.data if isinstance(value, Upload) else value for name, value in self.fields
        }

    def card_request(self) -> CardRequest:
        """Return the card request. Raises Refused as `read_card_request` does, and E100 with 413
        for files over the ceiling of the body, unless `photo=drop`."""
        files = [value for _, value in self.fields if isinstance(value, Upload)]
        if any(file.cut for file in files) and not _drops_photo(self.request.query):
            detail = "The files are too large; photo=drop goes without the photo."
            raise Refused(Problem(code=E100, cause="body-limit", status=413, detail=detail))
        card_request = self._ordinary() or read_card_request(
            self.members, self.request, self.policy, self.max_ttl, self.maybe_upload
        )
        if not self.ignored:
            return card_request
        notes = ignored([name or UNNAMED for name in self.ignored], frozenset())
        return structs.replace(card_request, notes=(*card_request.notes, *notes))

    def _ordinary(self) -> CardRequest | None:
        """Return the card request of an ordinary form without options; None for any other."""
        if self.request.query or self.request.accept not in ordinary.ACCEPT:
            return None
        if self.maybe_upload is not None:
            return None
        return ordinary.read_members(self.members, self.policy)


def read_form(request: Request, policy: Policy, max_ttl: int, body_limit: int) -> HtmlForm:
    """Return the form in a request's body. Raises Refused as `parse_fields` does."""
    body = _with_encoded_pluses(request)
    fields = parse_fields(request.content_type, body, body_limit, request.cut)
    form = FormFields(fields)
    return HtmlForm(
        policy=policy,
        max_ttl=max_ttl,
        request=Request(query=_query(form, request.query), accept=request.accept),
        fields=fields,
        members=form.members(),
        redirect=form.text(REDIRECT).strip(BLANKS),
        ignored=tuple(form.ignored),
        maybe_upload=_octets_or_code(form.maybe_upload),
        maybe_credential=form.text(KEY).strip(BLANKS).encode() or None,
    )


def _query(form: FormFields, query: bytes) -> bytes:
    """Return the query with the form's options before it: the last value of an option counts."""
    options = {
        option: CHECKED.get(option, {}).get(text, text) for option, text in form.options().items()
    }
    return b"&".join(filter(None, (urlencode(options).encode(), query))) if options else query


def _drops_photo(query: bytes) -> bool:
    return bool(query) and query_options(query).get("photo", ())[-1:] == ["drop"]


def _octets_or_code(maybe_upload: Upload | None) -> bytes | Code | None:
    if maybe_upload is None:
        return None
    return E1523 if maybe_upload.cut else maybe_upload.data


def _with_encoded_pluses(request: Request) -> bytes:
    """Return the body, with encoded pluses in a photo in base64 whose sender did not encode it:
    they would be read as blanks. An encoded photo holds no `/` either."""
    if not request.content_type.lower().startswith(URLENCODED):
        return request.body
    return _PHOTO_TEXT.sub(lambda found: found[0].replace(b"+", b"%2B"), request.body, count=1)
