"""The web page: a contact's form for browsers, whole without a script, and what it is drawn with.

Promises: whatever was typed comes back, escaped, with each problem beside its field and linked from
a summary; no request leaves the page's own origin, and no script or style stands in the HTML.
What must never enter here: a rule about a field, a key that somebody typed, or an address of
another site in a page of ours. The one such address, the way back of `failure`, is the caller's.
"""

import functools
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vcardsvc.apis.base import Headers, Response
from vcardsvc.errors import (
    E100,
    E101,
    E104,
    E108,
    E113,
    E404,
    E1516,
    E1520,
    E1524,
    REASONS,
    Problem,
    Refused,
)
from vcardsvc.model.request import Note, Target
from vcardsvc.validation.fields import ENTRIES, HOMEPAGE, PHONE_LABELS, PLACE_LABELS

if TYPE_CHECKING:
    from jinja2 import Template

Values = Mapping[str, str | bytes]
"""A form's fields by their names, as sent; bytes are a file's."""

KEY: Final = "api-key"
"""The field of the key. What was typed there is never sent back."""

DIGEST: Final = 16
"""Hexadecimal digits of a file's SHA-256 in its address: enough to tell two releases apart."""

A_YEAR: Final = 31_536_000
"""Seconds for which a browser keeps what never changes (RFC 9111 names no end; a year is usual)."""

TARGETS: Final[Mapping[Target, str]] = {
    "universal": "Any phone or program",
    "apple": "iPhone, iPad, Mac",
    "android": "Android",
    "outlook": "Outlook",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "signal": "Signal",
    "mms": "Text message (MMS)",
    "qr": "QR code",
}
"""Every reader a card can be made for, in words for people."""

WORDS: Final[Mapping[str, str]] = {
    E100.name: "The form could not be read.",
    E101.name: "The form asks for something that is not done here.",
    E104.name: "The API key is missing or not valid.",
    E108.name: "The form could not be read.",
    E1520.name: "No photo may be fetched from this address. It has to begin with http:// or "
    "https:// and to lead to a public host.",
    E1524.name: "The form holds something of another kind than this field takes.",
    "body-limit": "What was sent is too large: choose a smaller photo.",
    "two-photos": "Give a photo or its address, not both.",
}
"""What a person reads, by code or cause, where a code's own text speaks of requests, JSON and
members."""

BESIDE: Final[Mapping[str, str]] = {
    **WORDS,
    E113.name: "There were too many requests just now.",
    E1516.name: "Letters, digits, spaces and periods here.",
    "photo-limit": "This photo is too large: choose a smaller one.",
}
"""The same for a problem that stands beside its field."""

_SPEAKS_OF_JSON: Final = frozenset((E100, E101, E104, E108, E1524))
"""Codes whose details are for programmers too."""

_NAMED_CHARACTER: Final = r"""("(.)") \(U\+[^)]*\)"""
"""How a text of E1516 shows the character that is not allowed: `"!" (U+0021 EXCLAMATION MARK)`."""

HEADERS: Final[Headers] = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; "
        b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        b"require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (
        b"permissions-policy",
        b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_HTML: Final = (b"content-type", b"text/html; charset=utf-8")
_FRESH: Final = (b"cache-control", b"no-cache")
_PERSONAL: Final = (b"cache-control", b"no-store")
_IMMUTABLE: Final = (b"cache-control", b"public, max-age=%d, immutable" % A_YEAR)

_ASSETS: Final[Mapping[str, bytes]] = {
    "page.css": b"text/css; charset=utf-8",
    "page.js": b"text/javascript; charset=utf-8",
    "docs.css": b"text/css; charset=utf-8",
    "docs.js": b"text/javascript; charset=utf-8",
}
"""What a page is drawn with, and its media types."""

_FOR_PROGRAMMERS: Final[Mapping[str, bytes]] = {
    ".css": rb"(?s:/\*.*?\*/)\n?|^[ \t]+",
    ".js": rb"^[ \t]*//.*\n|^[ \t]+",
}
"""What no browser needs of an asset: comments of whole lines, and indentation. It is left out when
the file is read, a sixth of the page's weight; no text in a file goes over several lines."""

_COLOURS: Final = rb"^(?::root|@media \(prefers-color-scheme: dark\)) \{.*?^\}$"
"""The rules of page.css that hold its colours and fonts: docs.css begins with them."""

_TEMPLATES: Final = ("base.html", "page.html", "failure.html", "docs.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One field of the form: its name there, its id, its label and what the browser may fill in.

    `whose` ends the label for those who do not see where it stands; `options` are the choices of a
    select, value and words; `kind` is a macro of the template. `fill` is the autocomplete of HTML;
    it is "off" for a secret alone, because a browser's Back empties such a field.
    """

    name: str
    id: str
    label: str
    kind: str = "line"
    whose: str = ""
    fill: str = ""
    keys: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    value: str = ""
    errors: tuple[str, ...] = ()

    @property
    def full_label(self) -> str:
        """The label as it is read out: "Number of phone 2"."""
        return self.label + self.whose


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A list of the form: its legend, what one entry is called, and its rows of controls."""

    id: str
    legend: str
    one: str
    rows: tuple[tuple[Control, ...], ...]

    @property
    def opened(self) -> bool:
        """Whether a row beyond the first holds anything, or something wrong."""
        rest = (control for row in self.rows[1:] for control in row)
        return any(control.errors or (control.value and not control.options) for control in rest)


def _named(*parts: str | int, **more: Any) -> Control:
    """The control of a JSON pointer's parts: `phone[0][number]`, and its id without brackets."""
    head, *rest = map(str, parts)
    name = head + "".join(f"[{part}]" for part in rest)
    return Control(name=name, id="f-" + "-".join((head, *rest)), **more)


def _choices(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, label.capitalize()) for label in dict.fromkeys(labels.values()))


PLAIN: Final[tuple[Control, ...]] = (
    _named("name", "first-name", label="First name", fill="given-name"),
    _named("name", "last-name", label="Last name", fill="family-name"),
    _named("name", "suffix", label="Suffix", fill="honorific-suffix"),
    _named("title", label="Job title", fill="organization-title"),
    _named("organization", label="Organization", fill="organization"),
    _named("photo", label="Photo", kind="file"),
    _named("photo-url", label="Address of a photo on the web", fill="photo", keys="url"),
    _named("note", label="Note", kind="area"),
    _named("target", label="Made for", kind="choice", options=tuple(TARGETS.items())),
)
"""The fields that are there once."""

_KINDS: Final = {"kind": "choice", "label": "Kind"}
_PHONE: Final = {**_KINDS, "options": _choices(PHONE_LABELS)}
_PLACE: Final = {**_KINDS, "options": _choices(PLACE_LABELS)}

LISTS: Final[tuple[tuple[str, str, str, tuple[tuple[str, Mapping[str, Any]], ...]], ...]] = (
    ("phone", "Phone", "phone",
     (("number", {"label": "Number", "kind": "phone", "fill": "tel", "keys": "tel"}),
      ("label", _PHONE))),
    ("email", "E-mail", "e-mail",
     (("id", {"label": "Address", "fill": "email", "keys": "email"}), ("label", _PLACE))),
    ("physical-address", "Address", "address",
     (("address", {"label": "Street, town, country", "kind": "area", "fill": "street-address"}),
      ("label", _PLACE))),
    ("website", "Website", "website",
     (("url", {"label": "Address", "fill": "url", "keys": "url"}),
      ("label", {"label": "Label", "kind": "website_label"}))),
)  # fmt: skip
"""The lists: the member of the request, its legend, one of them, the members of an entry."""


def _entry(member: str, one: str, index: int, inner: str, more: Mapping[str, Any]) -> Control:
    # A browser fills in one address of a person: the first. A section of its own keeps it from
    # filling in the others along with that.
    fill = more.get("fill", "")
    own = f"section-{member}-{index + 1} {fill}" if fill and index else fill
    return _named(member, index, inner, whose=f" of {one} {index + 1}", **{**more, "fill": own})


ROWS: Final[Mapping[str, tuple[tuple[Control, ...], ...]]] = {
    member: tuple(
        tuple(_entry(member, one, index, inner, more) for inner, more in members)
        for index in range(ENTRIES)
    )
    for member, _, one, members in LISTS
}
"""The controls of each list, row by row."""

_KEY: Final = Control(name=KEY, id="f-api-key", label="API key", kind="secret", fill="off")


def _every() -> Iterator[Control]:
    yield from PLAIN
    for rows in ROWS.values():
        for row in rows:
            yield from row


CONTROLS: Final[Mapping[str, Control]] = {control.id: control for control in (*_every(), _KEY)}
"""Every field by its id."""


def _place(problem: Problem) -> str:
    """The id of the field that a problem stands beside, "" for none: its own, or the first of the
    list or object that it is about."""
    if problem.code is E104:
        return _KEY.id
    if not problem.field:
        return ""
    wanted = "f" + problem.field.replace("/", "-")
    if wanted in CONTROLS:
        return wanted
    return next((known for known in CONTROLS if known.startswith(f"{wanted}-")), "")


def _sentence(problem: Problem, known: Mapping[str, str]) -> str:
    """What a person reads of a problem, in the `known` words or else in the code's own."""
    words = known.get(problem.cause) or known.get(problem.code.name, problem.code.info)
    if not problem.detail or problem.code in _SPEAKS_OF_JSON:
        return words
    detail = re.sub(_NAMED_CHARACTER, _shown_character, problem.detail)
    return f"{words} {detail}"


def _shown_character(found: "re.Match[str]") -> str:
    """A character in quotes; its name stays behind it only where it cannot be seen."""
    return found[1] if found[2].isprintable() and not found[2].isspace() else found[0]


def _text(values: Values, name: str) -> str:
    value = values.get(name, "")
    return value if isinstance(value, str) else ""


def _filled(control: Control, values: Values, errors: Mapping[str, list[str]]) -> Control:
    """The control with what was sent and what is wrong with it."""
    value = _text(values, control.name)
    options = control.options
    if options:
        known = {one.casefold(): one for one, _ in options}
        value = known.get(value.strip().casefold(), value) if value.strip() else options[0][0]
        # What no option says is kept all the same: its error would speak of nothing else.
        options += () if value in known.values() else ((value, value),)
    return replace(control, value=value, options=options, errors=tuple(errors.get(control.id, ())))


def _label(field: str) -> str:
    """The words for a field of a note: a JSON pointer without its first slash."""
    wanted = "f-" + field.replace("/", "-")
    if wanted in CONTROLS:
        return CONTROLS[wanted].full_label
    member, _, index = field.partition("/")
    for name, legend, one, _ in LISTS:
        if name == member:
            return f"{one.capitalize()} {int(index) + 1}" if index.isdecimal() else legend
    return ""


def page(
    values: Values,
    problems: tuple[Problem, ...] = (),
    form_key: str = "",
    notes: tuple[Note, ...] = (),
    photo_limit: int = 0,
) -> Response:
    """The page with everything in `values` still there: 200, or the leading problem's status.

    `form_key` is a publishable key that the form sends; without one, or when it is refused, the
    page asks for a key. `notes` say what was changed. `photo_limit` is the greatest photo's bytes,
    of which the page warns before it sends one; 0: it does not.
    """
    errors: dict[str, list[str]] = {}
    summary = []
    for problem in problems:
        place, sentence = _place(problem), _sentence(problem, BESIDE)
        errors.setdefault(place, []).append(sentence)
        label = CONTROLS[place].full_label if place else ""
        summary.append((place, label, sentence, problem.code.name))
    filled = {id_: _filled(one, values, errors) for id_, one in CONTROLS.items() if one is not _KEY}
    groups = [
        Group(id=f"f-{member}", legend=legend, one=one,
              rows=tuple(tuple(filled[control.id] for control in row) for row in ROWS[member]))
        for member, legend, one, _ in LISTS
    ]  # fmt: skip
    html = template("page.html").render(
        addresses=addresses(),
        fields=filled,
        groups=groups,
        summary=summary,
        notes=[(_label(note.field), REASONS.get(note.code, note.code)) for note in notes],
        homepage=HOMEPAGE,
        messages=BESIDE,
        photo_limit=photo_limit,
        form_key=form_key,
        key=_filled(_KEY, {}, errors),
        asks_key=not form_key or _KEY.id in errors,
        photo_again=bool(problems) and bool(values.get("photo")),
    )
    status = problems[0].http_status if problems else 200
    return _reply(html, _PERSONAL if values or problems else _FRESH, status)


def failure(problems: tuple[Problem, ...], back: str = "") -> Response:
    """A plain page that lists at least one problem, for forms that stand on other sites.

    `back` is where the form stands (a Referer); anything but http and https is left out.
    """
    html = template("failure.html").render(
        addresses=addresses(),
        problems=[(_sentence(problem, WORDS), problem.code.name) for problem in problems],
        back=back if back.lower().startswith(("http://", "https://")) else "",
    )
    return _reply(html, _PERSONAL, problems[0].http_status)


def asset(name: str, query: bytes = b"") -> Response:
    """One of the files under `/static/`. With its own hash as the query (`v=HASH`) it may
    be kept for ever; else it is asked for again each time. Raises Refused (E404)."""
    if name not in _ASSETS:
        raise Refused(Problem(code=E404, cause="path"))
    body = _files()[name]
    own = query == f"v={_hash(body)}".encode()
    headers = ((b"content-type", _ASSETS[name]), _IMMUTABLE if own else _FRESH)
    length = (b"content-length", b"%d" % len(body))
    return Response(status=200, headers=(*headers, length, *HEADERS), chunks=(body,))


def preload() -> None:
    """Read every file: an upgrade in place must not pull one away, or mix two releases. Cheap;
    Jinja2 itself is loaded by the first page, or by who calls `page` ahead of it."""
    _files()


def _reply(html: str, caching: tuple[bytes, bytes], status: int) -> Response:
    # A lone surrogate is no text that UTF-8 can hold.
    body = html.encode("utf-8", "replace")
    length = (b"content-length", b"%d" % len(body))
    return Response(status=status, headers=(_HTML, caching, length, *HEADERS), chunks=(body,))


@functools.cache
def _files() -> Mapping[str, bytes]:
    here = Path(__file__).parent
    assets = {name: (here / "static" / name).read_bytes() for name in _ASSETS}
    colours = re.findall(_COLOURS, assets["page.css"], re.MULTILINE | re.DOTALL)
    assets["docs.css"] = b"\n".join((*colours, assets["docs.css"]))
    return {
        **{
            name: re.sub(_FOR_PROGRAMMERS[Path(name).suffix], b"", asset, flags=re.M)
            for name, asset in assets.items()
        },
        **{name: (here / "templates" / name).read_bytes() for name in _TEMPLATES},
    }


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:DIGEST]


@functools.cache
def addresses() -> Mapping[str, str]:
    """The paths of the assets, by name; a dot is no part of a name in a template."""
    return {name.replace(".", "_"): f"/static/{name}?v={_hash(_files()[name])}" for name in _ASSETS}


@functools.cache
def template(name: str) -> "Template":
    """The template of this name, compiled once."""
    # Imported here: it is 40 ms that a start without a page would pay for.
    from jinja2 import DictLoader, Environment, StrictUndefined

    sources = {one: _files()[one].decode() for one in _TEMPLATES}
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
