"""Names the files of an archive: readable, unique in any case, and allowed on every system."""

import re
import unicodedata
from typing import Final

LONGEST: Final = 80
"""The most characters of a name without its end."""

OCTETS: Final = 200
"""The most octets of them in UTF-8: file systems allow 255, some of which a number and the end
take."""

_FORBIDDEN: Final = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+'
)
"""Characters that Windows does not allow in a name, and those that are invisible."""

_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
"""Names of devices of Windows."""


class Names:
    """Gives each file a name that none before has; `ending` is `.vcf` or that of another form."""

    def __init__(self, ending: str) -> None:
        self._ending = ending
        self._counts: dict[str, int] = {"report": 1, "failed": 1}
        self._files = 0

    def new(self, text: str) -> str:
        """Return the name of the file of a contact with this name."""
        name = unicodedata.normalize("NFC", _FORBIDDEN.sub(" ", text))
        name = (
            " ".join(name.split())[:LONGEST]
            .encode("utf-8", "ignore")[:OCTETS]
            .decode("utf-8", "ignore")
        )
        name = name.strip(" .") or "contact"
        if _RESERVED.match(name):
            name = f"_{name}"
        return f"{self._unique(name)}{self._ending}"

    def numbered(self) -> str:
        """Return the name of the next file of many contacts."""
        self._files += 1
        return f"{self._unique(f'contacts-{self._files:03}')}{self._ending}"

    def _unique(self, name: str) -> str:
        key = name.casefold()
        count = self._counts.get(key, 0) + 1
        numbered = name
        while count > 1 and (numbered := f"{name} ({count})").casefold() in self._counts:
            count += 1
        self._counts[numbered.casefold()] = 1
        self._counts[key] = count
        return numbered
