"""Finds faults in the parameters of a line, by the version of its card."""

import re
from collections.abc import Iterator
from functools import lru_cache

from vcardsvc.vcard.parser.lines import Line, Parameter

NEWER = frozenset({
    "ALTID", "AUTHOR", "AUTHOR-NAME", "CALSCALE", "CC", "CREATED", "DERIVED", "GEO", "INDEX",
    "JSCOMPS", "JSPTR", "LABEL", "LEVEL", "MEDIATYPE", "PHONETIC", "PID", "PREF", "PROP-ID",
    "SCRIPT", "SORT-AS", "TZ",
})  # fmt: skip
"""Parameters of 4.0 alone: RFC 6350 section 5, RFC 6715, 8605, 9554, 9555. SERVICE-TYPE is not
among them, because Apple reads it in 3.0."""
OF_2_1 = frozenset({"TYPE", "VALUE", "ENCODING", "CHARSET", "LANGUAGE"})
"""Named parameters that Android's reader of 2.1 accepts; so does it names with X-."""
VALUE_TYPES = {
    "2.1": frozenset({"INLINE", "URL", "CONTENT-ID", "CID"}),
    "3.0": frozenset({
        "BINARY", "BOOLEAN", "DATE", "DATE-TIME", "FLOAT", "INTEGER", "PHONE-NUMBER", "PTEXT",
        "TEXT", "TIME", "URI", "UTC-OFFSET", "VCARD",
    }),
    "4.0": frozenset({
        "BOOLEAN", "DATE", "DATE-AND-OR-TIME", "DATE-TIME", "FLOAT", "INTEGER", "LANGUAGE-TAG",
        "TEXT", "TIME", "TIMESTAMP", "URI", "UTC-OFFSET",
    }),
}  # fmt: skip
"""The values of VALUE: vCard 2.1 section 2.1.4.1, RFC 2426 section 4, RFC 6350 section 5.2."""
ENCODINGS = frozenset({"7BIT", "8BIT", "QUOTED-PRINTABLE", "BASE64", "B"})
"""Values of ENCODING that Android's reader accepts in some version; so does X-."""

_CHARSET = re.compile(
    r"utf(?:7|8|16(?:be|le)?|32)|(?:us)?ascii|iso8859(?:[1-9]|1[0-13-6])|latin(?:[1-9]|10)"
    r"|(?:windows|cp)125[0-8]|windows(?:31j|874)|(?:x?sjis|shiftjis|ms932|cp932|csshiftjis)"
    r"|eucjp|euckr|euctw|euccn|iso2022(?:jp[123]?|kr|cn)|ksc56011987|gb2312|gbk|cp936|gb18030"
    r"|hzgb2312|big5(?:hkscs)?|cp950|koi8[ru]|mac(?:intosh|roman)|xmacroman|tis620|viscii"
    r"|(?:ibm|cp)(?:437|8(?:5[0-25-8]|6[0-69])|037|1047)"
)
"""Encodings that Java and Apple know, without their hyphens."""
_NAME = re.compile(r"[A-Z0-9-]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_ANDROID_LANGUAGE = re.compile(r"[A-Za-z]+-[A-Za-z]+")
_PREFERENCE = re.compile(r"[1-9][0-9]?|100")
_PID = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SECOND_PARAMETER = re.compile(
    r"(?:TYPE|PREF|VALUE|ENCODING|CHARSET|LANGUAGE|ALTID|PID|X-[A-Z0-9-]+)=", re.IGNORECASE
)
_GRAMMAR = {"PREF": _PREFERENCE, "PID": _PID, "LANGUAGE": _LANGUAGE}
"""The grammar of each value of a parameter, RFC 6350 sections 5.1, 5.3 and 5.5."""
_SINGLE = ("PREF", "LANGUAGE", "VALUE", "ENCODING", "CHARSET", "ALTID")
"""Parameters with one value."""


def parameter_codes(line: Line, version: str) -> tuple[str, ...]:
    """Return the codes of what is wrong with the parameters of a line, empty ones included."""
    return _codes(line.parameters, version) if line.parameters else ()


@lru_cache(maxsize=1024)  # a file repeats few of them
def _codes(parameters: tuple[Parameter, ...], version: str) -> tuple[str, ...]:
    found: list[str] = []
    for parameter in parameters:
        found += _emptiness(parameter, version)
        if parameter.name:
            found += _name(parameter, version)
        found += _values(parameter, version)
    charset = next((one.values[0] for one in parameters if one.name == "CHARSET"), "")
    if charset and not _CHARSET.fullmatch(re.sub(r"[-_:]", "", charset[:40]).lower()):
        found.append("unknown-charset")
    return tuple(found)


def _emptiness(parameter: Parameter, version: str) -> Iterator[str]:
    if all(parameter.values):
        return
    if parameter.quoted and parameter.name == "TYPE" and version != "2.1":
        yield "empty-type"
    else:
        yield "empty-parameter"


def _name(parameter: Parameter, version: str) -> Iterator[str]:
    name = parameter.name
    if not _NAME.fullmatch(name):
        yield "parameter-name"
    elif version in ("2.1", "") and not name.startswith("X-"):
        values = parameter.values
        refused = name not in OF_2_1 or (
            name == "LANGUAGE" and not _ANDROID_LANGUAGE.fullmatch(values[0])
        )
        if refused:
            yield "named-parameter"
    elif version == "3.0" and name in NEWER:
        yield "newer-parameter"


def _values(parameter: Parameter, version: str) -> Iterator[str]:
    name, values = parameter.name, parameter.values
    if (
        parameter.torn
        or (parameter.quoted and version == "2.1")
        or (not parameter.quoted and any(map(_SECOND_PARAMETER.match, values)))
        or (name in _SINGLE and len(values) > 1)
        or (name in _GRAMMAR and not all(map(_GRAMMAR[name].fullmatch, filter(None, values))))
    ):
        yield "parameter-value"
    value = values[0].upper()
    if not value or value.startswith("X-"):
        return
    if name == "VALUE" and value not in VALUE_TYPES.get(version, {value}):
        yield "value-type"
    if name == "ENCODING" and value not in ENCODINGS:
        yield "unknown-encoding"
    elif name == "ENCODING" and version == "4.0" and value != "QUOTED-PRINTABLE":
        yield "older-parameter"
