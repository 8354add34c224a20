"""Maps ADR to a JSContact Address (RFC 9553 section 2.5.1) and back.

An address of free text is `full` alone, never a component "name", which is the street; where its
other parts are known, its text is the street, and `full` the whole. The order of components depends
on the country and is not written.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.model.card import Property
from vcardsvc.vcard.jscontact_names import Components, components
from vcardsvc.vcard.kinds import counted

_SEVEN: Final = (
    "postOfficeBox", "apartment", "name", "locality", "region", "postcode", "country",
)  # fmt: skip
"""The kind of each component of ADR (RFC 9555 section 2.5.1)."""
_MORE: Final = (
    "room", "apartment", "floor", "number", "name", "building", "block", "subdistrict", "district",
    "landmark", "direction",
)  # fmt: skip
"""The kinds of the components that RFC 9554 adds."""
_OLD: Final = frozenset(_SEVEN)
_KNOWN: Final = _OLD | frozenset(_MORE)


def address_of(each: Property) -> dict[str, Any]:
    """Return the Address of ADR, without its parameters but LABEL.

    What its components do not tell of LABEL is left to the parameter.
    """
    parts = _parts(each)
    label = each.param("LABEL")
    free = not label and [part["kind"] for part in parts] == ["name"]
    full = label or envelope(parts)
    address: dict[str, Any] = {"full": full} if full else {}
    return address if free or not parts else {**address, "components": parts}


def says_label(each: Property) -> bool:
    """Return whether `full` of the Address is enough to tell the parameter LABEL."""
    parts = _parts(each)
    return bool(parts) and envelope(parts) != each.param("LABEL")


def parts_of(address: Mapping[str, Any]) -> tuple[Components, str]:
    """Return the components of ADR, and the LABEL that `full` is ("" if the components tell it)."""
    listed: dict[str, list[str]] = {}
    parts = []
    found = address.get("components")
    for each in found if isinstance(found, list) else ():
        kind, text = (each.get("kind"), each.get("value")) if isinstance(each, dict) else ("", "")
        if isinstance(kind, str) and isinstance(text, str) and text and kind in _KNOWN:
            listed.setdefault(kind, []).append(text)
            parts.append({"kind": kind, "value": text})
    full = address.get("full")
    full = full if isinstance(full, str) else ""
    if not parts:
        listed = {"name": [full]} if full else {}
    texts = {kind: tuple(values) for kind, values in listed.items()}
    seven = tuple(texts.get(kind, ()) for kind in _SEVEN)
    value = seven if texts.keys() <= _OLD else counted("ADR", _whole(texts))
    return value, full if parts and full != envelope(parts) else ""


def envelope(parts: list[dict[str, str]]) -> str:
    """Return the whole address in lines, as on an envelope."""
    if len(parts) < 2:
        return parts[0]["value"] if parts else ""
    texts: dict[str, list[str]] = {}
    for each in parts:
        texts.setdefault(each["kind"], []).append(each["value"])

    def joined(mark: str, *kinds: str) -> str:
        return mark.join([text for kind in kinds if kind in texts for text in texts[kind]])

    street = joined(" ", "number", "name") if "number" in texts else joined("\n", "name")
    town = ", ".join(filter(None, (joined(", ", "locality"), joined(" ", "region", "postcode"))))
    lines = (
        joined("\n", "postOfficeBox", "building", "floor", "apartment", "room"),
        street,
        joined("\n", "block", "subdistrict", "district", "landmark", "direction"),
        town,
        joined("\n", "country"),
    )
    return "\n".join(filter(None, lines))


def _whole(texts: Mapping[str, tuple[str, ...]]) -> Components:
    """Return the 18 components of RFC 9554, the older ones filled from the others."""
    inside = tuple(
        text for kind in ("room", "apartment", "floor", "building") for text in texts.get(kind, ())
    )
    street = (*texts.get("number", ()), *texts.get("name", ()))
    old = tuple(texts.get(kind, ()) for kind in _SEVEN)
    more = tuple(texts.get(kind, ()) for kind in _MORE)
    return (old[0], inside, street, *old[3:], *more)


def _parts(each: Property) -> list[dict[str, str]]:
    """Return the components of an address, the street first; of the 18 components of ADR, without
    the two that repeat others."""
    value = components(each)
    pairs = list(zip((*_SEVEN, *_MORE), value, strict=False))
    if any(value[len(_SEVEN) :]):
        pairs = [pair for at, pair in enumerate(pairs) if at not in (1, 2)]
    pairs.sort(key=lambda pair: pair[0] != "name")
    return [{"kind": kind, "value": text} for kind, texts in pairs for text in texts if text]
