"""Writes the further names of states that `places` knows, beside those of ISO 3166-2 itself.

    npm pack cldr-subdivisions-full cldr-core    pip download --no-deps iso3166-2    (unpacked)
    python -m tests.support.state_names subdivisions/en/en.json territoryInfo.json iso3166-2.json

English names are those of Unicode's CLDR and the first that iso3166-2 tells; names in a country's
own languages those of iso3166-2, and of the translations that pycountry brings. A country's
languages are those that CLDR's territory information calls official, or that one of a hundred of
its people speaks. Where two of these call two states alike, the one named first here counts.
"""

import gettext
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import pycountry

from vcardsvc.validation.countries import STATE_NAMES, spellings

_NAMED: Final = re.compile(r"[', ]*([^()]+?)'? \(([a-z]{3})\)(?:, |$)")
"""`Genf (deu), 'Flamande, Région (fra)'`: a name and its language, as iso3166-2 has them."""

SPOKEN: Final = 1.0
"""Of a hundred people, how many speak a language that is a country's own though not official."""

_NORWEGIAN: Final = {"nb": "no"}
"""What CLDR and gettext call Norwegian otherwise than ISO 639-1."""

HEAD: Final = """\
# Names of states (ISO 3166-2) in English and in the languages of their country.
# Sources: Unicode CLDR (cldr-subdivisions-full, Unicode License v3, (c) Unicode, Inc.);
# iso3166-2 (MIT, (c) AJ McKenna); iso-codes by way of pycountry (LGPL 2.1).
"""


@dataclass(frozen=True, slots=True)
class _Data:
    """What the packages have: CLDR's English names by code, its territories, iso3166-2's states."""

    english: Mapping[str, str]
    territories: Mapping[str, Any]
    others: Mapping[str, Any]

    def languages(self, country: str) -> set[str]:
        """English and a country's own, by their codes of two letters where they have one."""
        spoken = self.territories.get(country, {}).get("languagePopulation", {})
        return {"en"} | {
            _NORWEGIAN.get(code.split("_")[0], code.split("_")[0])
            for code, language in spoken.items()
            if language.get("_officialStatus")
            or float(language.get("_populationPercent", 0)) >= SPOKEN
        }

    def local(self, state: Any) -> list[tuple[str, str]]:
        """The other names of a state with their languages, as iso3166-2 has them."""
        states = self.others.get(state.country_code, {})
        return _NAMED.findall(states.get(state.code, {}).get("localOtherName") or "")


def _usual(state: Any, data: _Data) -> list[str]:
    """CLDR's English name."""
    maybe_name = data.english.get(state.code.replace("-", "").lower())
    return [maybe_name] if maybe_name else []


def _translated(state: Any, data: _Data) -> list[str]:
    """The translations that pycountry brings, in English and the country's languages."""
    languages = data.languages(state.country_code)
    found = []
    for locale, messages in _translations().items():
        language = re.split("[_@]", locale)[0]
        if _NORWEGIAN.get(language, language) in languages:
            found += messages.gettext(state.name).split("; ")
    return found


@cache
def _translations() -> Mapping[str, gettext.GNUTranslations]:
    locales = Path(pycountry.__file__).with_name("locales")
    found = {}
    for path in sorted(locales.glob("*/LC_MESSAGES/iso3166-2.mo")):
        with path.open("rb") as file:
            found[path.parts[-3]] = gettext.GNUTranslations(file)
    return found


def _local(state: Any, data: _Data) -> list[str]:
    """Those names of iso3166-2 that are in the country's languages."""
    languages = data.languages(state.country_code)
    reported = data.local(state)
    return [name for name, of in reported if of != "eng" and _short(of) in languages]


def _english(state: Any, data: _Data) -> list[str]:
    """The first English one of iso3166-2: behind it there are nicknames."""
    return [name for name, of in data.local(state) if of == "eng"][:1]


def _short(language: str) -> str:
    """A language's code of two letters, or of three where it has no other."""
    return getattr(pycountry.languages.get(alpha_3=language), "alpha_2", language)


SOURCES: Final = (_usual, _translated, _local, _english)
"""Where further names come from, the most trusted first."""


def names(
    english: Mapping[str, str], territories: Mapping[str, Any], others: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Each code that has letters with each further name, where no other state of the country has
    that name, and ISO 3166-2 none like it."""
    lettered = [one for one in pycountry.subdivisions if one.code[3:].isalpha()]
    known = _by_spelling(
        (one.code, language) for one in lettered for language in (one.name, one.code[3:])
    )
    for source in SOURCES:
        reported = [
            (one.code, name)
            for one in lettered
            for name in source(one, _Data(english, territories, others))
        ]
        found = _by_spelling(reported)
        for code, name in reported:
            of_others = set().union(
                *(found[code[:2], one] | known[code[:2], one] for one in spellings(name))
            ) - {code}
            new = any(code not in known[code[:2], one] for one in spellings(name))
            if new and not of_others:
                yield code, name
                for one in spellings(name):
                    known[code[:2], one] = {code}


_Names = defaultdict[tuple[str, str], set[str]]


def _by_spelling(reported: Iterable[tuple[str, str]]) -> _Names:
    """The codes that have a name, by country and folded spelling."""
    found: _Names = defaultdict(set)
    for code, name in reported:
        for one in spellings(name):
            found[code[:2], one].add(code)
    return found


def _read(path: str, *inside: str) -> Any:
    found = json.loads(Path(path).read_text("utf-8"))
    for name in inside:
        found = found[name]
    return found


if __name__ == "__main__":
    english = _read(sys.argv[1], "subdivisions", "localeDisplayNames", "subdivisions")
    territories = _read(sys.argv[2], "supplemental", "territoryInfo")
    rows = sorted(names(english, territories, _read(sys.argv[3])))
    STATE_NAMES.write_text(HEAD + "".join(f"{code}\t{name}\n" for code, name in rows), "utf-8")
