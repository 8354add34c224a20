"""Reads how a contact is rendered from the query's options and the Accept header, for every API.

    ?target=apple ?version=4.0 ?as=jcard ?photo=drop ?ttl=3600 ?once=true ?content=link

`as` takes precedence over Accept, `version` over the target's version and Accept's.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal, get_args

from vcardsvc.apis.accept import Range, best_of, parse_accept
from vcardsvc.errors import E406, E1527
from vcardsvc.messengers.platforms import KINDS, PLATFORMS
from vcardsvc.model.request import (
    DEFAULT_OPTIONS,
    Form,
    JSContactVersion,
    PhotoRule,
    RenderOptions,
    Target,
    Version,
)
from vcardsvc.validation.fields import Validator

CACHED: Final = 256
"""The most Accept headers whose choice is cached, and the most bytes of each: callers send a few,
again and again."""

FLAGS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
"""The spellings of yes and no in a query."""

OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "target": {value: value for value in get_args(Target)},
    "version": {value: value for value in get_args(Version)},
    "as": {value: value for value in get_args(Form)},
    "photo": {value: value for value in get_args(PhotoRule)},
    "once": FLAGS,
    "content": {"card": "card", "link": "link"},
}
"""The options with a list of values, by name in the query, and the meaning of each value."""

OPTION_NAMES: Final = frozenset((*OPTIONS, "ttl", "filename", "disposition"))
"""Every option of a query."""

_ATTRIBUTES: Final = {"as": "form"}
"""The attributes of RenderOptions that have another name than their option."""

CARD_OPTIONS: Final = ("target", "version", "as")
"""The options that make a vendor's response cards."""

TTL_DIGITS: Final = 9
TTL_MINIMUM: Final = 1

FILENAME: Final = 20
"""The most characters of a file name: what a messaging API accepts for an attachment."""

_FILENAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", re.IGNORECASE)
_SUFFIXES: Final[Mapping[str, str]] = {
    "jcard": ".json",
    "xcard": ".xml",
    "jscontact": ".json",
    **{name: ".json" for name, one in PLATFORMS.items() if not one.names_card},
}
"""The suffixes of file names where they are not `.vcf` nor a QR code's. The file name of a message
with a link is that of the card behind it."""

Disposition = Literal["inline", "attachment"]
DEFAULT_FILE: Final[tuple[str, Disposition]] = ("", "inline")
"""The file name ("": the form's) and the disposition of a request that names none."""
_DISPOSITIONS: Final[Mapping[str, Disposition]] = {"inline": "inline", "attachment": "attachment"}

_FORMS: Final[Mapping[str, Form]] = {
    "text/vcard": "card",
    "text/x-vcard": "card",
    "text/directory": "card",
    "application/vcard+json": "jcard",
    "application/vcard+xml": "xcard",
    "application/jscontact+json": "jscontact",
}
"""The forms by media type (RFC 6350, 7095, 6351, 9553, and the two older types of a card)."""

_CARD_BY_DEFAULT: Final = frozenset(
    ("*/*", "text/*", "application/*", "application/json", "text/html")
)
"""Ranges that name no form and get the card: wildcards, browsers, and clients that expect JSON, as
failures have."""

_QR_IMAGES: Final = ("image/svg+xml", "image/png")
"""The media types of a QR code; the first is the default."""

JSCONTACT: Final[JSContactVersion] = "2.0"
"""The version of JSContact where none is named (RFC 9982)."""

ACCEPTABLE: Final = ", ".join(_FORMS)

Choice = tuple[Form, str]
"""A form, and a version or ""."""

QueryOptions = Mapping[str, list[str]]
"""The options of a query, every value of each in order; the last one counts."""


def render_options(
    validator: Validator, options: QueryOptions, accept: bytes, max_ttl: int
) -> RenderOptions:
    """Return how the caller wants the contact; bad values are refused in `validator` (E1527, E406).

    `max_ttl` is the longest life of a link in seconds. Unknown options are not read.
    """
    if not options and accept in (b"", b"*/*"):
        return DEFAULT_OPTIONS
    chosen: dict[str, Any] = {}
    for name, values in OPTIONS.items():
        for value in options.get(name, ())[-1:]:
            if value in values:
                chosen[_ATTRIBUTES.get(name, name)] = values[value]
            else:
                validator.refuse(E1527, (), name, f"{name} is one of: {', '.join(values)}.")
    for value in options.get("ttl", ())[-1:]:
        chosen["ttl"] = _seconds(validator, value, max_ttl)
    if "as" not in options:
        chosen = {**_attributes(_accepted(validator, accept)), **chosen}
    elif accept:
        chosen |= _details(chosen.get("form"), accept)
    if chosen.get("once") and chosen.get("form") in KINDS["link"]:
        name, title = chosen["form"], PLATFORMS[chosen["form"]].title
        detail = f"once is not for as={name}: {title} may fetch a card more than once."
        validator.refuse(E1527, (), "once", detail)
    render = RenderOptions(**chosen)
    return DEFAULT_OPTIONS if render == DEFAULT_OPTIONS else render


def vendor_options(
    validator: Validator, options: QueryOptions, accept: bytes, max_ttl: int
) -> RenderOptions | None:
    """Return how a vendor's caller wants cards; None if it wants the vendor's own response.

    Cards are named by an option (`target`, `version`, `as`), or by an Accept header that prefers
    one of their media types. Bad values are refused as in `render_options`.
    """
    if any(name in options for name in CARD_OPTIONS):
        # An Accept header that names no form is one that the vendor's client always sends.
        counts = "as" in options or any(one.name in _FORMS for one in parse_accept(accept))
        return render_options(validator, options, accept if counts else b"", max_ttl)
    ranges = parse_accept(accept) if accept not in (b"", b"*/*") else ()
    best = max((one.quality for one in ranges), default=0.0)
    if best and any(one.name in _FORMS for one in ranges if one.quality == best):
        return render_options(validator, options, accept, max_ttl)
    return None


def file_name(
    validator: Validator, options: QueryOptions, render: RenderOptions
) -> tuple[str, Disposition]:
    """Return the file name ("" for the form's) and the disposition; bad values are refused in
    `validator` (E1527)."""
    filename, disposition = DEFAULT_FILE
    suffix = f".{render.image}" if render.form == "qr" else _SUFFIXES.get(render.form, ".vcf")
    for value in options.get("filename", ())[-1:]:
        filename = value
        is_name = len(value) <= FILENAME and _FILENAME.fullmatch(value)
        if not is_name or not value.lower().endswith(suffix):
            detail = f"filename has at most {FILENAME} letters, digits, - _ . and ends in {suffix}."
            validator.refuse(E1527, (), "filename", detail)
    for value in options.get("disposition", ())[-1:]:
        disposition = _DISPOSITIONS.get(value, disposition)
        if value not in _DISPOSITIONS:
            validator.refuse(E1527, (), "disposition", "disposition is inline or attachment.")
    return filename, disposition


def names_card(render: RenderOptions) -> bool:
    """Return whether a file name is that of the card in or behind a message, which is JSON."""
    return render.form in PLATFORMS and PLATFORMS[render.form].names_card


def _seconds(validator: Validator, text: str, max_ttl: int) -> int:
    is_whole = text.isascii() and text.isdigit() and len(text) <= TTL_DIGITS
    if not is_whole or not TTL_MINIMUM <= int(text) <= max_ttl:
        detail = f"ttl is a whole number of seconds from {TTL_MINIMUM} to {max_ttl}."
        validator.refuse(E1527, (), "ttl", detail)
        return 0
    return int(text)


def _attributes(choice: Choice) -> dict[str, Any]:
    """Return the attributes of RenderOptions for a choice."""
    form, version = choice
    return {"form": form, "jscontact" if form == "jscontact" else "version": version}


def _details(form: Form | None, accept: bytes) -> dict[str, str]:
    """Return the attributes that an Accept header adds to a form of the query."""
    if form == "qr" and _prefers_png(accept):
        return {"image": "png"}
    if form == "jscontact" and (choice := _best(accept)) and choice[0] == form:
        return {"jscontact": choice[1]}
    return {}


def _accepted(validator: Validator, accept: bytes) -> Choice:
    """Return the choice of an Accept header, or the card, also where E406 is refused."""
    if not accept:
        return ("card", "")
    maybe_choice = _best(accept)
    if maybe_choice is None:
        validator.refuse(E406, (), "accept", f"Accept one of: {ACCEPTABLE}.")
        return ("card", "")
    return maybe_choice


def _best(accept: bytes) -> Choice | None:
    choose = _choice if len(accept) <= CACHED else _choice.__wrapped__
    return choose(accept)


@lru_cache(maxsize=CACHED)
def _choice(accept: bytes) -> Choice | None:
    """Return the best choice of an Accept header (RFC 9110 section 12.5.1); None without any.

    Among equals a named form comes before a default, then the first range counts. A default does
    not apply to a card that is named beside it: there it is the last resort.
    """
    ranges = parse_accept(accept)
    card_named = any(_FORMS.get(one.name) == "card" for one in ranges)
    found: list[tuple[float, bool, Choice]] = []
    for one in ranges:
        maybe_choice = _choice_of(one)
        if one.quality > 0 and maybe_choice is not None:
            is_last = card_named and one.name in _CARD_BY_DEFAULT
            found.append((0.0 if is_last else one.quality, one.name in _FORMS, maybe_choice))
    if not found:
        # An empty list is as good as no header (RFC 9110 section 5.6.1).
        return None if ranges else ("card", "")
    return max(found, key=lambda one: one[:2])[2]


def _choice_of(one: Range) -> Choice | None:
    """Return the form and version that a range names; None for a range of anything else."""
    version = one.parameters.get("version", "")
    form = _FORMS.get(one.name)
    if form == "card" and version in ("", *OPTIONS["version"]):
        return (form, version)
    if form == "jscontact":
        is_known = version in ("", *get_args(JSContactVersion))
        return (form, version or JSCONTACT) if is_known else None
    if form is not None and form != "card":
        return (form, "")
    return ("card", "") if one.name in _CARD_BY_DEFAULT else None


def _prefers_png(accept: bytes) -> bool:
    """Return whether an Accept header prefers PNG to SVG. Of several ranges of one name the last
    counts."""
    last = {one.name: one for one in parse_accept(accept)}
    return best_of(tuple(last.values()), _QR_IMAGES) == "image/png"
