"""Evolution's address book library as a reader: one JSON line in, one JSON line out (see
__init__.py). It reads vCard text alone. Run by Debian's own Python, so it imports nothing of ours.

It prints what the library found and mends nothing: the library splits every value at a bare
semicolon, whatever the property, and shows the first part of a text.
"""

import base64
import hashlib
import json
import sys
from typing import Any

import gi  # type: ignore[import-not-found] # Debian's Python has it, no venv does

gi.require_version("EBookContacts", "1.2")
from gi.repository import EBookContacts  # type: ignore[import-not-found] # noqa: E402 - its version is chosen first


def named(card: Any, name: str) -> list[Any]:
    """The attributes of that name."""
    return [one for one in card.get_attributes() if one.get_name().upper() == name]


def first(card: Any, name: str) -> str | None:
    """The first value of the first of them."""
    return next((one.get_values()[0] for one in named(card, name) if one.get_values()), None)


def parts(card: Any, name: str) -> list[str] | None:
    """The components of the first of them."""
    return next((one.get_values() for one in named(card, name)), None)


def values_of(attribute: Any, name: str) -> list[str]:
    """The values of a parameter."""
    found = [one for one in attribute.get_params() if one.get_name().upper() == name]
    return [value for one in found for value in one.get_values()]


def entry(attribute: Any) -> dict[str, Any]:
    """What every entry of a list has."""
    pref = values_of(attribute, "PREF")
    types = sorted(value.upper() for value in values_of(attribute, "TYPE"))
    return {"types": types, "pref": pref[0] if pref else None}


def valued(attribute: Any) -> dict[str, Any]:
    """A number or an address of mail."""
    values = attribute.get_values()
    return {**entry(attribute), "value": values[0] if values else ""}


def place(attribute: Any) -> dict[str, Any]:
    """A physical address."""
    country = values_of(attribute, "CC")
    head = {**entry(attribute), "country": country[0] if country else None}
    return {**head, "parts": attribute.get_values()}


def website(card: Any, attribute: Any) -> dict[str, Any]:
    """A website and the label of its group."""
    group = attribute.get_group()
    labels = [one for one in named(card, "X-ABLABEL") if group and one.get_group() == group]
    return {
        "value": valued(attribute)["value"],
        "label": valued(labels[0])["value"] if labels else None,
    }


def picture(card: Any) -> str | None:
    """The digest of the photo that stands in the card."""
    photos = named(card, "PHOTO")
    value = photos[0].get_values()[0] if photos else "http:"
    if value.startswith("http"):
        return None
    coded = value.partition(",")[2] if value.startswith("data:") else value
    return hashlib.sha256(base64.b64decode(coded)).hexdigest()


def found(card: Any) -> dict[str, Any]:
    """The whole card."""
    return {
        "version": first(card, "VERSION"),
        "kind": first(card, "KIND"),
        "prodid": first(card, "PRODID"),
        "uid": first(card, "UID"),
        "fn": first(card, "FN"),
        "n": parts(card, "N") or [],
        "org": parts(card, "ORG"),
        "title": first(card, "TITLE"),
        "note": first(card, "NOTE"),
        "tels": [valued(one) for one in named(card, "TEL")],
        "emails": [valued(one) for one in named(card, "EMAIL")],
        "adrs": [place(one) for one in named(card, "ADR")],
        "urls": [website(card, one) for one in named(card, "URL")],
        "photo": picture(card),
    }


def main() -> None:
    """Answers every line until there are no more."""
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["format"] != "vcard":
                raise ValueError(f"no {request['format']} here")
            answer = found(EBookContacts.VCard.new_from_string(request["text"]))
        except Exception as fault:
            answer = {"error": repr(fault)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
