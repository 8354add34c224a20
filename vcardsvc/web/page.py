"""Render the web page: the form of a contact for browsers, its static files, the failure page.

The page works without JavaScript. It returns everything that was typed, escaped, except a key; each
problem stands beside its field and is linked from a summary. No request leaves the page's own
origin, and the HTML holds no script or style. The rules about fields are those of `validation`.
The only address of another site is the caller's own, to which the failure page links back.
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
    Problem,
    Refused,
)
from vcardsvc.model.request import Target
from vcardsvc.validation.fields import ENTRIES, HOMEPAGE, PHONE_LABELS, PLACE_LABELS

if TYPE_CHECKING:
    from jinja2 import Template

Values = Mapping[str, str | bytes]
"""The fields of a form by name, as sent; a file is bytes."""

KEY: Final = "api-key"
"""The field of the key, whose value is never sent back."""

DIGEST: Final = 16
"""Hexadecimal digits of a file's SHA-256 in its URL: enough to tell two releases apart."""

A_YEAR: Final = 31_536_000
"""Seconds for which a browser caches a file that never changes (RFC 9111 has no maximum)."""

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
"""Every target with its label."""

MESSAGES: Final[Mapping[str, str]] = {
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
"""The messages for people, by code or cause, where a code's own text is about requests, JSON and
members."""

FIELD_MESSAGES: Final[Mapping[str, str]] = {
    **MESSAGES,
    E113.name: "There were too many requests just now.",
    E1516.name: "Letters, digits, spaces and periods here.",
    "photo-limit": "This photo is too large: choose a smaller one.",
}
"""The same for a problem that is shown beside its field."""

_ABOUT_JSON: Final = frozenset((E100, E101, E104, E108, E1524))
"""Codes whose details are about JSON."""

_NAMED_CHARACTER: Final = r"""("(.)") \(U\+[^)]*\)"""
"""The character in a text of E1516: `"!" (U+0021 EXCLAMATION MARK)`."""

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
    "lists.js": b"text/javascript; charset=utf-8",
    "docs.css": b"text/css; charset=utf-8",
    "docs.js": b"text/javascript; charset=utf-8",
}
"""The static files, with their media types."""

_UNNEEDED: Final[Mapping[str, tuple[tuple[bytes, bytes], ...]]] = {
    ".css": (
        (rb"(?s:/\*.*?\*/)\n?|^[ \t]+", b""),
        (rb"\s*([{};,>])\s*|(:) +", rb"\1\2"),
        (rb";}", rb"}"),
    ),
    ".js": (
        (rb"^[ \t]*//.*\n|^[ \t]+|(?<=[;{,(\[])\n|\n(?=\})", b""),
        (rb" (=>|=|[!=]==|&&|\|\||\?\??|:) |(?<=\{) | (?=[{}])|(?<=\bif) (?=\()", rb"\1"),
    ),
    ".html": ((rb">\n+<", b"><"),),
}
"""Comments on lines of their own, indentation, line breaks and blanks without a meaning, a fifth of
the page's bytes: removed when a file is read, and from a page that is written. No string in a file
holds any of it; a test compares them."""

_COLOURS: Final = rb"^(?::root|@media \(prefers-color-scheme: dark\)) \{.*?^\}$"
"""The rules of page.css with colours and fonts, which are put in front of docs.css."""

_TEMPLATES: Final = ("base.html", "page.html", "failure.html", "docs.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Holds a field of the form: its name, id, label, value and errors.

    `whose` completes the label for screen readers; `options` are the choices of a select, (value,
    label); `kind` selects the markup. `fill` is HTML's autocomplete; only a secret has "off",
    because a browser's Back empties such a field. `keys` is HTML's inputmode.
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
        """The label for screen readers: "Number of phone 2"."""
        return self.label + self.whose


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Holds a list of the form: its legend, the noun of one entry, and its rows of controls."""

    id: str
    legend: str
    one: str
    rows: tuple[tuple[Control, ...], ...]

    @property
    def opened(self) -> bool:
        """Return whether a row beyond the first has a value or an error."""
        rest = (control for row in self.rows[1:] for control in row)
        return any(control.errors or (control.value and not control.options) for control in rest)


def _named(*parts: str | int, **more: Any) -> Control:
    """Return the control of a JSON pointer's parts, named `phone[0][number]`."""
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
"""The fields outside of lists."""

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
"""The lists: the member of the request, its legend, the noun of one entry, an entry's members."""


def _entry(member: str, one: str, index: int, inner: str, more: Mapping[str, Any]) -> Control:
    # A browser fills in the first address. Sections of their own keep it from filling in the
    # others with the same.
    fill = more.get("fill", "")
    own = f"section-{index + 1} {fill}" if fill and index else fill
    return _named(member, index, inner, whose=f" of {one} {index + 1}", **{**more, "fill": own})


ROWS: Final[Mapping[str, tuple[tuple[Control, ...], ...]]] = {
    member: tuple(
        tuple(_entry(member, one, index, inner, more) for inner, more in members)
        for index in range(ENTRIES)
    )
    for member, _, one, members in LISTS
}
"""The controls of each list, row by row."""

MORE: Final[tuple[tuple[str, tuple[Control, ...]], ...]] = (
    ("Name", (
        _named("name", "prefix", label="Prefix", fill="honorific-prefix"),
        _named("name", "middle-name", label="Middle name", fill="additional-name"),
        _named("name", "nickname", label="Nickname", fill="nickname"),
        _named("pronouns", label="Pronouns"),
        _named("name", "phonetic-first-name", label="First name as it sounds"),
        _named("name", "phonetic-last-name", label="Last name as it sounds"),
    )),
    ("Work", (
        _named("department", label="Department"),
        _named("role", label="Role"),
        _named("company-card", label="It is a company’s card", kind="flag"),
    )),
    ("Person", (
        _named("birthday", label="Birthday: 1990-05-14", fill="bday"),
        _named("anniversary", label="Anniversary: --05-14"),
        _named("related", 0, "name", label="Related person"),
        _named("related", 0, "relation", label="Relation"),
        _named("language", label="Language: en", fill="language"),
        _named("categories", label="Categories: a, b"),
    )),
    ("Online", (
        _named("social-profile", 0, "service", label="Network"),
        _named("social-profile", 0, "user", label="User name"),
        _named("social-profile", 0, "url", label="Profile’s address"),
        _named("im", 0, "service", label="Messenger"),
        _named("im", 0, "address", label="Address there"),
    )),
    ("Place", (
        _named("geo", "latitude", label="Latitude"),
        _named("geo", "longitude", label="Longitude"),
        _named("time-zone", label="Time zone: Europe/Paris"),
    )),
)  # fmt: skip
"""The optional fields, by legend; of a list one entry."""

_KEY: Final = Control(name=KEY, id="f-api-key", label="API key", kind="secret", fill="off")


def _all_controls() -> Iterator[Control]:
    yield from PLAIN
    for rows in ROWS.values():
        for row in rows:
            yield from row
    for _, controls in MORE:
        yield from controls


CONTROLS: Final[Mapping[str, Control]] = {
    control.id: control for control in (*_all_controls(), _KEY)
}
"""Every field by id."""


def _control_id(problem: Problem) -> str:
    """Return the id of the field beside which a problem is shown, "" for none: its own, or the
    first of its list or object."""
    if problem.code is E104:
        return _KEY.id
    if not problem.field:
        return ""
    id = "f" + problem.field.replace("/", "-")
    if id in CONTROLS:
        return id
    first = next((known for known in CONTROLS if known.startswith(f"{id}-")), "")
    # Several texts in one field have pointers of their own.
    whole = id.rpartition("-")[0]
    return first or (whole if whole in CONTROLS else "")


def _sentence(problem: Problem, messages: Mapping[str, str]) -> str:
    """Return the message for a problem: that of `messages`, or the code's own text."""
    message = messages.get(problem.cause) or messages.get(problem.code.name, problem.code.info)
    if not problem.detail or problem.code in _ABOUT_JSON:
        return message
    detail = re.sub(_NAMED_CHARACTER, _quoted_character, problem.detail)
    return f"{message} {detail}"


def _quoted_character(match: "re.Match[str]") -> str:
    """Return a character in quotes, followed by its name if it is invisible."""
    return match[1] if match[2].isprintable() and not match[2].isspace() else match[0]


def _text(values: Values, name: str) -> str:
    value = values.get(name, "")
    return value if isinstance(value, str) else ""


def _filled(control: Control, values: Values, errors: Mapping[str, list[str]]) -> Control:
    """Return the control with its submitted value and its errors."""
    value = _text(values, control.name)
    options = control.options
    if options:
        known = {one.casefold(): one for one, _ in options}
        value = known.get(value.strip().casefold(), value) if value.strip() else options[0][0]
        # An unknown value stays, as an option of its own, so that its error can be understood.
        options += () if value in known.values() else ((value, value),)
    return replace(control, value=value, options=options, errors=tuple(errors.get(control.id, ())))


def page(
    values: Values,
    problems: tuple[Problem, ...] = (),
    form_key: str = "",
    photo_limit: int = 0,
) -> Response:
    """Return the page with all `values`: status 200, or that of the first problem.

    `form_key` is a publishable key that the form sends; without one, or when it is refused, the
    page asks for a key. The page warns of a photo over `photo_limit` bytes before it sends one;
    0: it does not.
    """
    errors: dict[str, list[str]] = {}
    summary = []
    for problem in problems:
        id, sentence = _control_id(problem), _sentence(problem, FIELD_MESSAGES)
        errors.setdefault(id, []).append(sentence)
        label = CONTROLS[id].full_label if id else ""
        summary.append((id, label, sentence, problem.code.name))
    filled = {id_: _filled(one, values, errors) for id_, one in CONTROLS.items() if one is not _KEY}
    groups = [
        Group(id=f"f-{member}", legend=legend, one=one,
              rows=tuple(tuple(filled[control.id] for control in row) for row in ROWS[member]))
        for member, legend, one, _ in LISTS
    ]  # fmt: skip
    more = [(legend, [filled[one.id] for one in controls]) for legend, controls in MORE]
    html = template("page.html").render(
        addresses=addresses(),
        fields=filled,
        groups=groups,
        more=more,
        more_opened=any(one.value or one.errors for _, controls in more for one in controls),
        summary=summary,
        homepage=HOMEPAGE,
        messages=FIELD_MESSAGES,
        photo_limit=photo_limit,
        form_key=form_key,
        key=_filled(_KEY, {}, errors),
        asks_key=not form_key or _KEY.id in errors,
        photo_again=bool(problems) and bool(values.get("photo")),
    )
    status = problems[0].http_status if problems else 200
    return _response(html, _PERSONAL if values or problems else _FRESH, status)


def failure(problems: tuple[Problem, ...], back: str = "") -> Response:
    """Return a plain page that lists the problems, at least one, for forms of other sites.

    `back` is the address of the form (a Referer); any scheme but http and https is left out.
    """
    html = template("failure.html").render(
        addresses=addresses(),
        problems=[(_sentence(problem, MESSAGES), problem.code.name) for problem in problems],
        back=back if back.lower().startswith(("http://", "https://")) else "",
    )
    return _response(html, _PERSONAL, problems[0].http_status)


def asset(name: str, query: bytes = b"") -> Response:
    """Return a file under `/static/`. With its hash as the query (`v=HASH`) it is cached for a
    year, else revalidated each time. Raises Refused: E404 for an unknown file."""
    if name not in _ASSETS:
        raise Refused(Problem(code=E404, cause="path"))
    body = _files()[name]
    own = query == f"v={_hash(body)}".encode()
    headers = ((b"content-type", _ASSETS[name]), _IMMUTABLE if own else _FRESH)
    length = (b"content-length", b"%d" % len(body))
    return Response(status=200, headers=(*headers, length, *HEADERS), chunks=(body,))


def preload() -> None:
    """Read every file, so that an upgrade in place can neither remove one nor mix two releases.

    Jinja2 is not loaded: the first `page` does that.
    """
    _files()


def _response(html: str, caching: tuple[bytes, bytes], status: int) -> Response:
    # "replace": UTF-8 cannot hold a lone surrogate.
    body = _squeezed(html.encode("utf-8", "replace"), ".html")
    length = (b"content-length", b"%d" % len(body))
    return Response(status=status, headers=(_HTML, caching, length, *HEADERS), chunks=(body,))


@functools.cache
def _files() -> Mapping[str, bytes]:
    here = Path(__file__).parent
    assets = {name: (here / "static" / name).read_bytes() for name in _ASSETS}
    colours = re.findall(_COLOURS, assets["page.css"], re.MULTILINE | re.DOTALL)
    assets["docs.css"] = b"\n".join((*colours, assets["docs.css"]))
    return {
        **{name: _squeezed(asset, Path(name).suffix) for name, asset in assets.items()},
        **{name: (here / "templates" / name).read_bytes() for name in _TEMPLATES},
    }


def _squeezed(body: bytes, suffix: str) -> bytes:
    """Return a file without what its readers do not need."""
    for pattern, kept in _UNNEEDED[suffix]:
        body = re.sub(pattern, kept, body, flags=re.M)
    return body


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:DIGEST]


@functools.cache
def addresses() -> Mapping[str, str]:
    """Return the paths of the assets by name, with an underscore for the dot, for templates."""
    return {name.replace(".", "_"): f"/static/{name}?v={_hash(_files()[name])}" for name in _ASSETS}


@functools.cache
def template(name: str) -> "Template":
    """Return the template of this name, compiled once."""
    # Imported here: it takes 40 ms, and many processes never show a page.
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
