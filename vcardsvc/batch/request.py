"""Reads the options of a batch from the query and the Accept header.

    ?as=zip ?target=apple ?version=4.0 ?map={"Column": "phone.mobile"} ?dialect= ?encoding=
    ?delimiter= ?names=strict ?company=card ?photo=drop ?split=3000 ?cards=jscontact

`as` takes precedence over Accept.
"""

from collections.abc import Mapping
from json import dumps
from typing import Any, Final, get_args

from vcardsvc.apis.accept import parse_accept
from vcardsvc.apis.base import Request, query_options
from vcardsvc.apis.render_options import QueryOptions
from vcardsvc.batch.columns import NAMES
from vcardsvc.batch.fields import parse_field
from vcardsvc.batch.unknown_columns import FIELDS, quoted
from vcardsvc.errors import E406, E1527, Refused
from vcardsvc.formats.json import json_value
from vcardsvc.model.batch import BatchForm, BatchOptions, CardForm
from vcardsvc.model.request import JSContactVersion, PhotoRule, Target, Version
from vcardsvc.validation.fields import Policy, Validator
from vcardsvc.vcard.parser.octets import codec_of

MAP: Final = 1_000
"""The most columns of a map."""

SPLIT: Final = 50_000
"""The most cards of a file: what iCloud imports."""

DELIMITERS: Final[Mapping[str, str]] = {
    "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|",
    ",": ",", ";": ";", "\t": "\t", "|": "|",
}  # fmt: skip
"""The delimiters, by their names and as they are."""

CHOICES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "as": ("form", get_args(BatchForm)),
    "cards": ("card_form", get_args(CardForm)),
    "target": ("target", get_args(Target)),
    "version": ("version", get_args(Version)),
    "names": ("names", ("relaxed", "strict")),
    "company": ("company", ("error", "card")),
    "photo": ("photo", get_args(PhotoRule)),
    "dialect": ("dialect", NAMES),
}
"""The options with a list of values: the attribute of BatchOptions, and the values."""

KNOWN: Final = frozenset((*CHOICES, "map", "encoding", "delimiter", "split"))
"""Every option of a query."""

_FORMS: Final[Mapping[str, BatchForm]] = {
    "text/vcard": "card",
    "text/x-vcard": "card",
    "text/directory": "card",
    "application/vcard+json": "jcard",
    "application/vcard+xml": "xcard",
    "application/jscontact+json": "jscontact",
    "application/zip": "zip",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/json": "report",
}
"""The forms by media type."""

_ANY: Final = frozenset(("*/*", "text/*", "application/*", "text/html"))
"""Ranges that name no form and get the cards."""


def read_options(request: Request, policy: Policy) -> BatchOptions:
    """Return the options of a batch. Raises Refused with every problem of them (E1527, E406)."""
    validator = Validator(policy)
    options = query_options(request.query) if request.query else {}
    chosen: dict[str, Any] = {"labels": policy.labels, "region": policy.region}
    if "as" not in options:
        chosen |= _accepted(validator, request.accept)
    for name, (attribute, values) in CHOICES.items():
        for value in options.get(name, ())[-1:]:
            if value in values:
                chosen[attribute] = value
            else:
                _refuse(validator, name, f"{name} is one of: {', '.join(values)}.")
    chosen |= _details(validator, options)
    chosen["columns"] = _map(validator, options)
    for name in sorted(options.keys() - KNOWN):
        known = ", ".join(sorted(KNOWN))
        _refuse(validator, name[:40], f"There is no such option; there are: {known}.")
    validator.raise_problems()
    return BatchOptions(**chosen)


def _details(validator: Validator, options: QueryOptions) -> dict[str, Any]:
    """Return the options without a list of values."""
    chosen: dict[str, Any] = {}
    for value in options.get("encoding", ())[-1:]:
        chosen["encoding"] = value
        if not codec_of(value):
            _refuse(validator, "encoding", "encoding is the name of a character encoding.")
    for value in options.get("delimiter", ())[-1:]:
        chosen["delimiter"] = DELIMITERS.get(value, "")
        if value not in DELIMITERS:
            _refuse(validator, "delimiter", "delimiter is comma, semicolon, tab or pipe.")
    for value in options.get("split", ())[-1:]:
        is_number = value.isascii() and value.isdecimal() and len(value) < 6
        chosen["split"] = int(value) if is_number else 0
        if not is_number or not 1 <= int(value) <= SPLIT:
            _refuse(validator, "split", f"split is a whole number from 1 to {SPLIT}.")
    return chosen


def _refuse(validator: Validator, name: str, detail: str) -> None:
    validator.refuse(E1527, (), name if name in KNOWN else "option", detail)


def _map(validator: Validator, options: QueryOptions) -> tuple[tuple[str, str], ...]:
    """Return the columns of `map`: a JSON object of their names and fields."""
    for value in options.get("map", ())[-1:]:
        try:
            columns = json_value(value.encode())
        except Refused:
            columns = None
        if type(columns) is not dict or len(columns) > MAP:
            detail = 'map is a JSON object such as {"Column": "phone.mobile"}.'
            _refuse(validator, "map", detail)
            return ()
        for name, field in columns.items():
            if type(field) is not str or parse_field(field) is None:
                given = field if type(field) is str else dumps(field)
                detail = (
                    f"map: {quoted([given])}, given for {quoted([name])}, is no field. "
                    f"Use one of {FIELDS}, such as custom.Customer or ignore."
                )
                _refuse(validator, "map", detail)
                return ()
        return tuple(columns.items())
    return ()


def _accepted(validator: Validator, accept: bytes) -> dict[str, Any]:
    """Return the attributes that an Accept header names; the cards where it names none."""
    ranges = parse_accept(accept) if accept else ()
    if not ranges:
        return {}
    found = []
    for one in ranges:
        form = "card" if one.name in _ANY else _FORMS.get(one.name)
        if form is not None and one.quality > 0:
            found.append((one.quality, one.name in _FORMS, form, one))
    if not found:
        acceptable = ", ".join(_FORMS)
        validator.refuse(E406, (), "accept", f"Accept one of: {acceptable}.")
        return {}
    _, _, form, best = max(found, key=lambda each: each[:2])
    chosen: dict[str, Any] = {"form": form}
    version = best.parameters.get("version", "")
    if form == "card" and version in get_args(Version):
        chosen["version"] = version
    if form == "jscontact" and version in get_args(JSContactVersion):
        chosen["jscontact"] = version
    return chosen
