"""Takes a whole name apart, and puts one together.

Grace Holloway          two words are first and last
Holloway, Grace         a comma: the last name stands first
山田 太郎               of two words in Chinese characters, kana or hangul, too
Dr. Ada Thornbury, PhD  titles in front and degrees behind are what they are
Ludwig van Beethoven    of more words the last one is the last name, with its particles
"""

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import Final

_TITLES: Final = frozenset(
    (
        "dr", "dr.", "prof", "prof.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "miss", "sir",
        "herr", "frau", "hr.", "fr.", "dipl.-ing.", "ing.", "mme", "mlle", "m.", "sr.", "sra.",
        "don", "doña", "sig.", "dott.", "rev", "rev.", "capt.",
    )
)  # fmt: skip
"""Words in front of a name, in lower case."""

_DEGREES: Final = frozenset(
    (
        "phd", "ph.d.", "md", "m.d.", "mba", "pmp", "cpa", "esq", "esq.", "jr", "jr.", "sr",
        "sr.", "ii", "iii", "iv", "bsc", "msc", "dds", "rn",
    )
)  # fmt: skip
"""Words behind a name, in lower case."""

_PARTICLES: Final = frozenset(
    (
        "van", "von", "der", "den", "de", "da", "di", "du", "del", "della", "dela", "la", "le",
        "las", "los", "dos", "das", "zu", "zum", "zur", "af", "av", "bin", "ibn", "al", "el",
        "ter", "ten", "y", "e", "st.", "san", "santa",
    )
)  # fmt: skip
"""Words that belong to the last name behind them, in lower case."""


_PATRONYMICS: Final = ("вич", "вна", "ична", "ївна", "йович", "оглы", "кызы", "уулу")
"""How names from the father's end, in Russian and Ukrainian spelling."""

_EAST_ASIAN: Final = re.compile(r"[々〇\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")
"""Words in Chinese characters, kana or hangul: of two of them the last name stands first."""


def full_name(texts: Mapping[str, str]) -> str:
    """Return prefix, first, middle, last name and suffix."""
    get = texts.get
    if "prefix" in texts or "middle" in texts or "suffix" in texts:
        names = ("prefix", "first", "middle", "last", "suffix")
        return " ".join([text for name in names if (text := get(name))])
    first, last = get("first", ""), get("last", "")
    return f"{first} {last}" if first and last else first or last


def is_east_asian(name: str) -> bool:
    """Return whether a name is in Chinese characters, kana or hangul, where people read the last
    name first."""
    return _EAST_ASIAN.fullmatch(name) is not None


def parts_of(name: str) -> dict[str, str]:
    """Return the parts of a whole name: prefix, first, last, suffix."""
    found: dict[str, str] = {}
    pieces = list(filter(None, map(str.strip, name.split(","))))
    while len(pieces) > 1 and all(word.lower() in _DEGREES for word in pieces[-1].split()):
        found["suffix"] = " ".join(filter(None, (pieces.pop(), found.get("suffix", ""))))
    if len(pieces) > 1:
        found["last"] = pieces.pop(0)
    words = " ".join(pieces).split()
    while len(words) > 1 and words[0].lower() in _TITLES:
        found["prefix"] = " ".join(filter(None, (found.get("prefix", ""), words.pop(0))))
    while len(words) > 2 and words[-1].lower() in _DEGREES:
        found["suffix"] = " ".join(filter(None, (words.pop(), found.get("suffix", ""))))
    if "last" in found or len(words) < 2:
        found["first"] = " ".join(words)
        return found
    if len(words) == 2 and is_east_asian(name):
        found["last"], found["first"] = words
        return found
    at = len(words) - 1
    while at > 1 and words[at - 1].lower() in _PARTICLES:
        at -= 1
    found["first"], found["last"] = " ".join(words[:at]), " ".join(words[at:])
    return found


def parts_of_last_first(name: str) -> tuple[dict[str, str], bool]:
    """Return the parts of a whole name whose last name stands first, and whether it is not known
    where the last name ends.

    It ends with the first word behind its particles, or with the last of the words in capitals
    ("DUPONT DURAND Jean"). A patronymic behind the first name is the middle name.
    """
    words = name.split()
    if "," in name or len(words) < 2:
        return parts_of(name), False
    found: dict[str, str] = {}
    end = 1
    capitals = list(takewhile(str.isupper, words))
    if 0 < len(capitals) < len(words) and any(len(word) > 2 for word in capitals):
        end = len(capitals)
    else:
        while end < len(words) - 1 and words[end - 1].lower() in _PARTICLES:
            end += 1
    first = words[end:]
    if len(first) > 1 and first[-1].lower().endswith(_PATRONYMICS):
        found["middle"] = first.pop()
    found["last"], found["first"] = " ".join(words[:end]), " ".join(first)
    return found, end == 1 and len(first) > 1
