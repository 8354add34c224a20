"""The grammar of a typed telephone number: the number, and what is dialled behind it.

    dial-string = number [extension] *(pauses digits)
    number      = "+" / "00", digits and separators; in the plan of +1 letters too
    extension   = label digits              as phonenumbers reads it: x12, ext. 12, доб. 12, 12#
    pauses      = 1*("," / ";" / "p" / "w") each of them a pause of its own
    tel-uri     = "tel:" number *(";" name ["=" value])                    RFC 3966 section 3

It reads text alone: `phones` decides which number is valid. What must never enter here: a country,
or a guess. Letters stand in numbers of +1 only, which all have one length: elsewhere phonenumbers
would dial a word behind a number (`fax` as 329).
"""

import re
from dataclasses import dataclass
from typing import Final

from vcardsvc.validation.invisible import visible

URI: Final = 255
"""Characters of a `tel:` URI that is read; RFC 3966 has no limit, and no number needs so many."""

_FULL_WIDTH: Final = {point: chr(point - 0xFEE0) for point in range(0xFF01, 0xFF5F)}
_BLANKS: Final = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc"
_TILDES: Final = "\u2053\u223c"
_ASCII: Final = {
    **_FULL_WIDTH,
    **dict.fromkeys(map(ord, _BLANKS), " "),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _TILDES), "/"),
}
"""Every separator and full-width form that phonenumbers reads, in ASCII. A swung dash is a slash:
unlike ~ it is no mark of an extension."""

_SEPARATORS: Final = r" ().\[\]/~\-"
_NO_SEPARATORS: Final = dict.fromkeys(map(ord, " ().[]/~-"))
_LABEL: Final = "(?:e?xt(?:ensi(?:\u00f3|o\u0301?))?n?|доб|anexo)"
_SHORT_LABEL: Final = "(?:[x#~]|int)"
_DIAL_STRING: Final = re.compile(
    rf"(?P<number>\+*(?:[0-9{_SEPARATORS}]+?|[{_SEPARATORS}]*1[0-9a-z{_SEPARATORS}]+?))"
    r"(?:"
    rf"(?:;ext=|[ ,;]*{_LABEL}[:.]?[ ,-]*)(?P<named>[0-9]{{1,20}})#?"
    rf"|[ ,;]*{_SHORT_LABEL}[:.]?[ ,-]*(?P<marked>[0-9]{{1,9}})#?"
    r"|[ -]+(?P<hashed>[0-9]{1,6})#"
    r")?"
    r"(?P<dialled>(?: *(?:[,;]|(?<![a-z])[pw])[ ,;pw]*[:.]?[ -]*[0-9*#](?:[ -]?[0-9*#])*)*)"
)
"""Labels and lengths of extensions are those of phonenumbers (`_create_extn_pattern`)."""
_PAUSED: Final = re.compile(r"([ ,;pw:.]+)([0-9*# -]+)")
_LISTED: Final = re.compile(r"(?=(?:[ -]?[0-9]){6})[0-9]+(?:[ -][0-9]+)+")
"""Digits in groups, as people write a number, too many for an extension."""
_SECOND: Final = re.compile(r"[\\/] *x")
"""What phonenumbers takes for the start of a second number."""
_ALTERNATIVE: Final = re.compile(r"[/(\[~](?=[^0-9]*[0-9])")
_URI: Final = re.compile(r"tel: *(?://)?", re.IGNORECASE)
_CONTEXT: Final = re.compile(r"\+[0-9().\-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class DialString:
    """One number, and what a telephone dials behind it.

    `number` has no separators. `post_dial` is "" or `p` for each pause and the digits behind it.
    `shorter` are the numbers that end before a bracket or slash. `listed` are the digits behind a
    single comma or semicolon, which parts numbers in lists too.
    """

    number: str
    post_dial: str = ""
    shorter: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TelUri:
    """What a `tel:` URI says: the number with its extension, as it was typed.

    `local`: the number is dialled inside `context` only, digits that begin a global number, or ""
    where the context is a private one. `unread`: the URI says something more.
    """

    number: str
    local: bool = False
    context: str = ""
    unread: bool = False


def typed(text: str) -> str:
    """Return a number as it was typed, without invisible characters, with ASCII digits and +."""
    if text.isascii():
        return text
    return visible(text).translate(_Digits()).strip(_BLANKS + " ")


class _Digits(dict[int, str]):
    """Code points to digits and + in ASCII, each found out once."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        if character.isdecimal():
            character = str(int(character))
        self[point] = written = "+" if character == "\uff0b" else character
        return written


def dial_string(text: str) -> DialString | None:
    """Read a number as `typed` gives it; None when it holds anything else than one number."""
    plain = _trimmed(text if text.isascii() else typed(text).translate(_ASCII)).lower()
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    found = _DIAL_STRING.fullmatch(plain)
    if not found or _SECOND.search(plain):
        return None
    extension = found["named"] or found["marked"] or found["hashed"]
    paused = _PAUSED.findall(found["dialled"])
    listed = [digits.strip() for pauses, digits in paused if pauses.strip() in (",", ";")]
    if any(map(_LISTED.fullmatch, listed)):
        return None
    number = found["number"]
    return DialString(
        number=_bare(number),
        post_dial="".join(
            [f"p{extension}" if extension else ""]
            + [
                f"{'p' * sum(map(pauses.count, ',;pw'))}{_bare(digits)}"
                for pauses, digits in paused
            ]
        ),
        shorter=tuple(_bare(number[: at.start()]) for at in _ALTERNATIVE.finditer(number)),
        listed=tuple(map(_bare, listed)),
    )


def _bare(number: str) -> str:
    digits = number.translate(_NO_SEPARATORS).lstrip("+")
    return f"+{digits}" if number.startswith("+") else digits


def _trimmed(text: str) -> str:
    """The text from its first letter, digit, +, * or # to its last, as phonenumbers begins too."""
    start, end = 0, len(text)
    while start < end and not (text[start].isalnum() or text[start] in "+*#"):
        start += 1
    while start < end and not (text[end - 1].isalnum() or text[end - 1] in "*#"):
        end -= 1
    return text[start:end]


def tel_uri(text: str) -> TelUri | None:
    """Read a `tel:` URI; None when `text` is none, or holds what no line may hold."""
    scheme = _URI.match(text) if len(text) <= URI else None
    if not scheme:
        return None
    first, *parameters = text[scheme.end() :].split(";")
    number, context, extension = _decoded(first), None, ""
    unread = False
    for parameter in parameters:
        name, _, value = _decoded(parameter).partition("=")
        name = name.strip().lower()
        if name == "ext" and not extension:
            extension = f";ext={value.translate(_NO_SEPARATORS)}"
        elif name == "phone-context" and context is None:
            context = value
        elif name.isdecimal() and not value:
            number += f";{name}"
        else:
            unread = True
    number = f"{number}{extension}".strip()
    if not number or not number.isprintable():
        return None
    if context is None or number.startswith("+"):
        return TelUri(number=number, unread=unread or context is not None)
    known = _CONTEXT.fullmatch(context)
    return TelUri(
        number=number, local=True, context=context if known else "", unread=unread or not known
    )


def _decoded(text: str) -> str:
    if "%" not in text:
        return text
    from urllib.parse import unquote

    return visible(unquote(text))
