"""Writes the names of countries that `countries` knows, from phonenumbers' own tables.

python -m tests.support.country_names
"""

from collections.abc import Mapping

from vcardsvc.validation.countries import COUNTRY_NAMES


def of_the_library() -> Mapping[str, str]:
    """Every name of a country in any language of the library, in lower case, with its region."""
    from phonenumbers.geodata.locale import LOCALE_DATA

    return {
        name.casefold(): region
        for region, languages in LOCALE_DATA.items()
        for name in languages.values()
        if not name.startswith("*")
    }


if __name__ == "__main__":
    text = "".join(f"{name}\t{region}\n" for name, region in sorted(of_the_library().items()))
    COUNTRY_NAMES.write_text(text, encoding="utf-8")
