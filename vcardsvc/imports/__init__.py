"""Reads contacts in the JSON of messengers and address books into cards, one module a source.

Strategy: each reader takes a JSON value of its source (a whole webhook, a page of a list, or one
contact), and turns it into the properties of vCard 4.0. `JsonObject` remembers which members were
taken; every other member that holds something is named, so nothing is lost in silence.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from vcardsvc.imports.graph import read_graph
from vcardsvc.imports.people import read_people
from vcardsvc.imports.telegram import read_telegram
from vcardsvc.imports.whatsapp import read_whatsapp
from vcardsvc.vcard.parser.read_file import ReadFile

READERS: Final[Mapping[str, Callable[[Any], ReadFile]]] = {
    "whatsapp": read_whatsapp,
    "telegram": read_telegram,
    "people": read_people,
    "graph": read_graph,
}
"""The reader of each source. It raises NotACard for a value that holds no contact of it."""
