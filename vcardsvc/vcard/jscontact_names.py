"""Maps FN, N and the phonetic names to a JSContact Name (RFC 9553 section 2.2.1) and back.

A list of a component's texts is as many components of its kind. N repeats a second surname and a
generation in its first and fifth component (RFC 9554); JSContact has each once.
"""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final, Literal

from vcardsvc.model.card import Property
from vcardsvc.vcard.kinds import counted

GENERATIONS: Final = frozenset(
    {
        *("jr", "sr", "junior", "senior", "1st", "2nd", "3rd", "4th", "5th"),
        *("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"),
    }
)
"""Suffixes that distinguish people of one name, in lower case without a period."""

PHONETIC: Final = {
    "X-PHONETIC-LAST-NAME": "surname",
    "X-PHONETIC-FIRST-NAME": "given",
    "X-PHONETIC-MIDDLE-NAME": "given2",
}
"""The kind of component whose sound a property tells."""

SCRIPTS: Final = {
    "LATIN": "Latn", "KATAKANA": "Kana", "HIRAGANA": "Hira", "HANGUL": "Hang", "CYRILLIC": "Cyrl",
    "BOPOMOFO": "Bopo", "CJK": "Hani", "GREEK": "Grek", "ARABIC": "Arab", "HEBREW": "Hebr",
    "THAI": "Thai", "DEVANAGARI": "Deva",
}  # fmt: skip
"""The script (ISO 15924) by the first word of a letter's name in Unicode."""

_KINDS: Final = ("surname", "given", "given2", "title", "credential", "surname2", "generation")
"""The kind of each component of N; a suffix that is a generation is one."""
_DISPLAYED: Final = ("title", "given", "given2", "surname", "surname2", "generation", "credential")
"""The order in which names are written."""
_SORTED: Final = ("surname", "given")
"""The kinds that SORT-AS has texts for, in its order."""

Components = tuple[tuple[str, ...], ...]


def suffix_kind(suffix: str) -> Literal["generation", "credential"]:
    """Return the kind of name component of a suffix (RFC 9553 section 2.2.1).

    A generation marker (Jr., III) is "generation". Any other suffix is "credential", as in RFC 9555
    for the suffix of an N. A suffix that holds both is not split.
    """
    return "generation" if suffix.lower().removesuffix(".") in GENERATIONS else "credential"


def components(each: Property) -> Components:
    """Return the components of a structured value; () for another."""
    value = each.value if isinstance(each.value, tuple) else ()
    return tuple(part for part in value if isinstance(part, tuple))


def trimmed(value: Components) -> Components:
    """Return N without its sixth and seventh component if they say nothing beside the others."""
    second, generation = value[5:6] or ((),), value[6:7] or ((),)
    known = [text for text in value[4:5][0] if suffix_kind(text) == "generation"] if value else []
    return value[:5] if not second[0] and generation[0] in ((), tuple(known)) else value


def name_of(full: str, value: Components, phonetic: Mapping[str, str]) -> dict[str, Any]:
    """Return the Name of FN and N, either of which may be empty, and of the sound by kind."""
    listed: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for kind, texts in zip(_KINDS, value, strict=False):
        for text in texts:
            listed[suffix_kind(text) if kind == "credential" else kind].append(text)
    for kind, repeated in (("surname", "surname2"), ("credential", "generation")):
        listed[kind] = [text for text in listed[kind] if text not in listed[repeated]]
    listed["generation"] = list(dict.fromkeys(listed["generation"]))
    parts = [{"kind": kind, "value": text} for kind in _DISPLAYED for text in listed[kind] if text]
    name: dict[str, Any] = {}
    if parts:
        script_of_all = _with_sounds(parts, phonetic)
        ordered = full == " ".join(each["value"] for each in parts)
        name = {"components": parts, **({"isOrdered": True} if ordered else {}), **script_of_all}
    return {**name, "full": full} if full else name


def _with_sounds(components: list[dict[str, str]], phonetic: Mapping[str, str]) -> dict[str, str]:
    """Set the sound of the first component of each kind, and return the script of all."""
    for kind, text in phonetic.items():
        next(each for each in components if each["kind"] == kind)["phonetic"] = text
    return {"phoneticScript": script(next(iter(phonetic.values())))} if phonetic else {}


def script(text: str) -> str:
    """Return the script of a text's first letter; "" if it is none of SCRIPTS."""
    letter = next((each for each in text if each.isalpha()), "")
    return SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0], "") if letter else ""


def components_of(name: Mapping[str, Any]) -> Components:
    """Return the value of N for a Name; () for one without components that N has."""
    listed: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for each in _objects(name.get("components")):
        kind, text = each.get("kind"), each.get("value")
        if kind in _KINDS and isinstance(text, str) and text:
            listed[kind].append(text)
    if not any(listed.values()):
        return ()
    second, generation = tuple(listed["surname2"]), tuple(listed["generation"])
    suffixes = (*generation, *listed["credential"])
    value = (
        (*listed["surname"], *second),
        *(tuple(listed[kind]) for kind in ("given", "given2", "title")),
        suffixes,
        second,
        generation,
    )
    return counted("N", trimmed(value))


def sounds_of(name: Mapping[str, Any]) -> dict[str, str]:
    """Return the sound of components by the property that tells it."""
    found: dict[str, str] = {}
    for each in _objects(name.get("components")):
        kind, sound = each.get("kind"), each.get("phonetic")
        if isinstance(sound, str) and sound and isinstance(kind, str):
            found.setdefault(kind, sound)
    return {name: found[kind] for name, kind in PHONETIC.items() if kind in found}


def sort_as(each: Property) -> dict[str, str]:
    """Return the parameter SORT-AS of N as the Name's `sortAs`."""
    texts = next((texts for name, texts in each.params if name == "SORT-AS"), ())
    return {kind: text for kind, text in zip(_SORTED, texts, strict=False) if text}


def sort_as_of(value: Any) -> tuple[str, ...]:
    """Return `sortAs` of a Name as the values of SORT-AS."""
    if not isinstance(value, dict):
        return ()
    texts = [
        text if isinstance(text, str) else "" for text in (value.get(kind) for kind in _SORTED)
    ]
    return tuple(texts if texts[1] else texts[:1]) if any(texts) else ()


def _objects(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
