"""What a caller wants a contact as: query options and the Accept header, for every dialect.

    ?target=apple ?version=4.0 ?as=jcard ?photo=drop ?ttl=3600 ?once=true ?content=link

`as` beats Accept, `version` beats the target's own and Accept's. What must never enter here: what a
target reads (that is the profiles'), or a vendor's words.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal, get_args

from vcardsvc.errors import E406, E1527
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

REMEMBERED: Final = 256
"""Accept headers whose meaning is remembered, and the bytes of the longest of them: callers send a
few, again and again."""

_FLAGS: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "target": {word: word for word in get_args(Target)},
    "version": {word: word for word in get_args(Version)},
    "as": {word: word for word in get_args(Form)},
    "photo": {word: word for word in get_args(PhotoRule)},
    "once": _FLAGS,
    "content": {"card": "card", "link": "link"},
}
"""Every option with a list of values, by its name in the query, and what each value means."""

KNOWN: Final = frozenset((*OPTIONS, "ttl", "filename", "disposition"))
"""Every option of a query."""

MEMBERS: Final = {"as": "form"}
"""Options whose name in RenderOptions is another one."""

ASKING: Final = ("target", "version", "as")
"""Options by which a vendor's caller asks for cards."""

TTL_DIGITS: Final = 9
TTL_MINIMUM: Final = 1

FILENAME: Final = 20
"""Characters of a file name: what a messaging API accepts for an attachment."""

_FILENAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", re.IGNORECASE)
_SUFFIXES: Final[Mapping[Form, str]] = {
    "jcard": ".json",
    "xcard": ".xml",
    "jscontact": ".json",
    "whatsapp": ".json",
    "telegram": ".json",
}
"""What the name of a file ends in, where that is not `.vcf` or a QR code's own. A message of
Twilio's names the card behind its link."""

Disposition = Literal["inline", "attachment"]
AS_USUAL: Final[tuple[str, Disposition]] = ("", "inline")
"""The file's name and disposition for whoever says nothing."""
_DISPOSITIONS: Final[Mapping[str, Disposition]] = {"inline": "inline", "attachment": "attachment"}

_FORMS: Final[Mapping[str, Form]] = {
    "text/vcard": "card",
    "text/x-vcard": "card",
    "text/directory": "card",
    "application/vcard+json": "jcard",
    "application/vcard+xml": "xcard",
    "application/jscontact+json": "jscontact",
}
"""Media types that name a form (RFC 6350, 7095, 6351, 9553, and the two older names of a card)."""

_COVERED: Final[Mapping[str, Form]] = {
    "*/*": "card",
    "text/*": "card",
    "application/*": "card",
    "application/json": "card",
    "text/html": "card",
}
"""What the wildcards get, and the callers who never asked for a form: browsers, and whoever reads
the failures' JSON."""

PIECES: Final = 64
"""Ranges of an Accept header that are looked at, and parameters of each; browsers send ten. Without
an end 64 KiB of commas would hold everybody up for 0.1 s."""

_SPLIT: Final = {
    mark: re.compile(rf'(?:"(?:[^"\\]|\\.)*"?|[^"{mark}])+', re.DOTALL) for mark in ",;"
}
"""The pieces between these marks, which may stand in quoted strings (RFC 9110 section 5.6.4). A
quote that is never closed goes to the end: no header makes the search start over."""

_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)

JSCONTACT: Final[JSContactVersion] = "2.0"
"""The version of JSContact that is written where none is named (RFC 9982)."""

WORDS: Final = ", ".join(_FORMS)

Choice = tuple[Form, str]
"""A form, and a version or ""."""


Options = Mapping[str, list[str]]
"""The options of a query, every value of each in order; the last one counts."""


def render_options(
    validator: Validator, options: Options, accept: bytes, max_ttl: int
) -> RenderOptions:
    """What the caller wants; what cannot be is refused in `validator` (E1527, E406).

    `max_ttl` is the longest life of a link, in seconds. Other options are nobody's here.
    """
    if not options and accept in (b"", b"*/*"):
        return DEFAULT_OPTIONS
    chosen: dict[str, Any] = {}
    for name, values in OPTIONS.items():
        for said in options.get(name, ())[-1:]:
            if said in values:
                chosen[MEMBERS.get(name, name)] = values[said]
            else:
                validator.refuse(E1527, (), name, f"{name} is one of: {', '.join(values)}.")
    for said in options.get("ttl", ())[-1:]:
        chosen["ttl"] = _seconds(validator, said, max_ttl)
    if "as" not in options:
        chosen = {**_chosen_by(_accepted(validator, accept)), **chosen}
    elif accept:
        chosen |= _details(chosen.get("form"), accept)
    if chosen.get("form") == "twilio" and chosen.get("once"):
        detail = "once is not for as=twilio: Twilio may fetch a card more than once."
        validator.refuse(E1527, (), "once", detail)
    found = RenderOptions(**chosen)
    return DEFAULT_OPTIONS if found == DEFAULT_OPTIONS else found


def vendor_options(
    validator: Validator, options: Options, accept: bytes, max_ttl: int
) -> RenderOptions | None:
    """What a caller of a vendor wants cards as; None when the vendor's own answer is wanted.

    Cards are asked for by name: by an option (`target`, `version`, `as`), or by an Accept header
    that likes one of their media types best. What cannot be is refused in `validator`, as above.
    """
    if any(name in options for name in ASKING):
        # A header that names none of our forms is one that the vendor's client always sends.
        heard = "as" in options or any(name in _FORMS for name, _ in _ranges(accept))
        return render_options(validator, options, accept if heard else b"", max_ttl)
    ranges = _ranges(accept) if accept not in (b"", b"*/*") else []
    named = [(_quality(said.get("q", "1")), name) for name, said in ranges]
    best = max((quality for quality, _ in named), default=0.0)
    if best and any(name in _FORMS for quality, name in named if quality == best):
        return render_options(validator, options, accept, max_ttl)
    return None


def file_name(
    validator: Validator, options: Options, what: RenderOptions
) -> tuple[str, Disposition]:
    """The name that the file shall have ("" for the form's own), and how browsers take it."""
    filename, disposition = AS_USUAL
    ends = f".{what.image}" if what.form == "qr" else _SUFFIXES.get(what.form, ".vcf")
    for value in options.get("filename", ())[-1:]:
        filename = value
        good = len(value) <= FILENAME and _FILENAME.fullmatch(value)
        if not good or not value.lower().endswith(ends):
            detail = f"filename has at most {FILENAME} letters, digits, - _ . and ends in {ends}."
            validator.refuse(E1527, (), "filename", detail)
    for value in options.get("disposition", ())[-1:]:
        disposition = _DISPOSITIONS.get(value, disposition)
        if value not in _DISPOSITIONS:
            validator.refuse(E1527, (), "disposition", "disposition is inline or attachment.")
    return filename, disposition


def _seconds(validator: Validator, said: str, max_ttl: int) -> int:
    whole = said.isascii() and said.isdigit() and len(said) <= TTL_DIGITS
    if not whole or not TTL_MINIMUM <= int(said) <= max_ttl:
        detail = f"ttl is a whole number of seconds from {TTL_MINIMUM} to {max_ttl}."
        validator.refuse(E1527, (), "ttl", detail)
        return 0
    return int(said)


def _chosen_by(choice: Choice) -> dict[str, Any]:
    """What an Accept header chooses: a form, and a version of vCard or JSContact."""
    form, version = choice
    return {"form": form, "jscontact" if form == "jscontact" else "version": version}


def _details(form: Form | None, accept: bytes) -> dict[str, str]:
    """What an Accept header says of a form that the query names."""
    if form == "qr" and _prefers_png(accept):
        return {"image": "png"}
    if form == "jscontact" and (choice := _best(accept)) and choice[0] == form:
        return {"jscontact": choice[1]}
    return {}


def _accepted(validator: Validator, accept: bytes) -> Choice:
    if not accept:
        return ("card", "")
    maybe_choice = _best(accept)
    if maybe_choice is None:
        validator.refuse(E406, (), "accept", f"Accept one of: {WORDS}.")
        return ("card", "")
    return maybe_choice


def _best(accept: bytes) -> Choice | None:
    choose = _choice if len(accept) <= REMEMBERED else _choice.__wrapped__
    return choose(accept)


@lru_cache(maxsize=REMEMBERED)
def _choice(accept: bytes) -> Choice | None:
    """The best of an Accept header (RFC 9110 section 12.5.1) that can be written, None when nothing
    can. Among equals the more telling one wins, then the first. A wildcard says nothing of a card
    that is named beside it: with it the card is the last resort."""
    ranges = _ranges(accept)
    named = any(_FORMS.get(media_type) == "card" for media_type, _ in ranges)
    found: list[tuple[float, bool, Choice]] = []
    for media_type, parameters in ranges:
        quality = _quality(parameters.get("q", "1"))
        maybe_choice = _form(media_type, parameters)
        if quality > 0 and maybe_choice is not None:
            last = named and _COVERED.get(media_type) == "card"
            found.append((0.0 if last else quality, media_type in _FORMS, maybe_choice))
    if not found:
        # A list without a member is no wish (RFC 9110 section 5.6.1).
        return None if ranges else ("card", "")
    return max(found, key=lambda one: one[:2])[2]


def _form(media_type: str, parameters: Mapping[str, str]) -> Choice | None:
    version = parameters.get("version", "")
    form = _FORMS.get(media_type)
    if form == "card" and version in ("", *OPTIONS["version"]):
        return (form, version)
    if form == "jscontact":
        known = version in ("", *get_args(JSContactVersion))
        return (form, version or JSCONTACT) if known else None
    if form is not None and form != "card":
        return (form, "")
    covered = _COVERED.get(media_type)
    return (covered, "") if covered is not None else None


def _ranges(accept: bytes) -> list[tuple[str, dict[str, str]]]:
    """(media type, parameters) of each range, in lower case; parameter values without quotes."""
    ranges = []
    for part in _split(accept.decode("latin-1").lower(), ","):
        media_type, *rest = (one.strip() for one in _split(part, ";"))
        pairs = (one.partition("=") for one in rest)
        parameters = {name.strip(): _unquoted(value.strip()) for name, _, value in pairs}
        if media_type:
            ranges.append((media_type, parameters))
    return ranges


def _split(text: str, mark: str) -> list[str]:
    """The first parts of a list; its mark may stand in quoted strings."""
    parts = (_SPLIT[mark].findall(text) or [""]) if '"' in text else text.split(mark, PIECES)
    return parts[:PIECES]


def _unquoted(value: str) -> str:
    return _ESCAPE.sub(r"\1", value.strip('"')) if value.startswith('"') else value


def _quality(said: str) -> float:
    try:
        return min(1.0, max(0.0, float(said)))
    except ValueError:
        return 1.0


def _prefers_png(accept: bytes) -> bool:
    """Whether an Accept header likes PNG better than SVG, which is what a QR code is else."""
    likes = {name: _quality(said.get("q", "1")) for name, said in _ranges(accept)}
    png, svg = _liking(likes, "image/png"), _liking(likes, "image/svg+xml")
    return png > svg and png[0] > 0


def _liking(likes: Mapping[str, float], image: str) -> tuple[float, int]:
    """How well this image is liked, and how closely it was named: by the range that is nearest to
    it (RFC 9110 section 12.5.1)."""
    for far, name in enumerate((image, "image/*", "*/*")):
        if name in likes:
            return likes[name], -far
    return 0.0, -3
