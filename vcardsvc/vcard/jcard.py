"""Writes a contact as jCard (RFC 7095): vCard 4.0 in JSON.

    ["vcard", [[name, parameters, value type, value, ...], ...]]      RFC 7095 sections 3.2 and 3.3
    a structured value is an array of its components                  section 3.3.1.3
    a property group is the parameter `group`                         section 3.3.1.2

Values have no vCard escapes: JSON escapes once.
"""

import json
from typing import Any, Final

from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Document
from vcardsvc.vcard.document import document
from vcardsvc.vcard.items import Item, items

CONTENT_TYPE: Final = "application/vcard+json"
"""RFC 7095 section 6.1. It registers no charset: JSON is UTF-8."""

FILENAME: Final = "contact.json"


def jcard(contact: Contact) -> Document:
    """Write the contact as jCard. Equal contacts give equal octets.

    Raises UnicodeEncodeError for a lone surrogate, which no contact holds.
    """
    properties: list[list[Any]] = [["version", {}, "text", "4.0"]]
    properties += [_property(item) for item in items(contact)]
    text = json.dumps(["vcard", properties], ensure_ascii=False, separators=(",", ":"))
    return document((text.encode(),), CONTENT_TYPE, FILENAME)


def _property(item: Item) -> list[Any]:
    parameters: dict[str, str | list[str]] = {}
    if item.group:
        parameters["group"] = item.group
    if item.types:
        # One value is a string, several are an array (section 3.4).
        parameters["type"] = item.types[0] if len(item.types) == 1 else list(item.types)
    if item.pref is not None:
        parameters["pref"] = str(item.pref)
    parameters.update(item.params)
    return [item.name, parameters, item.kind, item.value]
