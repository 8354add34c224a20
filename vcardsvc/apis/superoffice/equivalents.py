"""Members of an entity that say one thing twice: the forms of an address, and the dictionaries.

    Address: Street and Postal, in parts  =  LocalizedAddress, in fields  =  Formatted, as a text
    CustomFields  =  UserDefinedFields and ExtraFields together, and what is its own

An answer has every form, whichever was given (`completed`). A caller who reads an entity, changes
one form and sends all of it back has changed the others as well (`reconciled`). Kept are the forms
that somebody gave. What must never enter here: a judgement of a value.

Source: the vendor's reference: only one form needs to be modified for a change to be registered.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.apis.superoffice.addresses import KINDS, STREET, localized, means

Words = Mapping[str, Any]

_ROWS: Final = (
    *((name,) for name in STREET),
    ("Zipcode", "City"),
    ("County",),
    ("State",),
)
"""The parts of an address, row by row, as the vendor's layouts have them in most countries."""

_PARTS: Final = tuple(name for row in _ROWS for name in row)

CUSTOM: Final = "CustomFields"
DICTIONARIES: Final = ("UserDefinedFields", "ExtraFields")
"""The two that CustomFields combines."""


def completed(words: Words) -> dict[str, Any]:
    """The entity with every form of what is given in one of them."""
    made = dict(words)
    combined = {key: value for name in DICTIONARIES for key, value in words.get(name, {}).items()}
    if combined:
        made[CUSTOM] = {**combined, **words.get(CUSTOM, {})}
    if words.get("Address"):
        made["Address"] = _address(words["Address"])
    return made


def reconciled(sent: Words, kept: Words) -> dict[str, Any]:
    """The entity that a caller wants who was told `kept` and sends `sent`: of two forms of one
    thing the one that was changed."""
    told = completed(kept)
    made = {**sent, **_dictionaries(sent, told)}
    if sent.get("Address") and kept.get("Address"):
        made["Address"] = _changed(sent["Address"], kept["Address"], told["Address"])
    return made


def _address(address: Words) -> dict[str, Any]:
    """An address in all of its forms. What is given in two forms is told as it is given."""
    spoken = localized(address)
    made, rows = dict(address), _said_rows(address)
    typed = all(any(means(said, kind) for kind in KINDS) for said in spoken)
    for kind in KINDS:
        own = address.get(kind) or {}
        fields = next((parts for said, parts in spoken.items() if means(said, kind)), {})
        given = {name: own[name] for name in _PARTS if own.get(name)}
        parts = given or _one_line(fields) or _lines(own.get("Formatted", ""))
        if not parts and kind == KINDS[0] and not any(address.get(one) for one in KINDS):
            first = next(iter(spoken.values()), {}) if not typed else {}
            parts = _one_line(first) or ({} if rows else _lines(address.get("Formatted", "")))
        if parts:
            made[kind] = {**own, **parts, "Formatted": own.get("Formatted") or _text(parts)}
        if parts and not fields and typed:
            rows = [*rows, *_fields(kind, parts)]
    if rows:
        made["LocalizedAddress"] = rows
    lines = (" ".join(one["Value"] for one in row if one.get("Value")) for row in rows)
    made["Formatted"] = address.get("Formatted") or "\n".join(filter(None, lines))
    return made


def _said_rows(address: Words) -> list[Any]:
    """The localized rows, where any of them has a value: the vendor's blank layout has none."""
    rows = address.get("LocalizedAddress", ())
    return list(rows) if any(one.get("Value") for row in rows for one in row) else []


def _one_line(parts: Mapping[str, str]) -> dict[str, str]:
    return {name: ", ".join(value.split("\n")) for name, value in parts.items()}


def _lines(text: str) -> dict[str, str]:
    """A free text as the lines of a street, the last of them with all that is left."""
    first, second, *others = [*filter(None, map(str.strip, text.split("\n"))), "", ""]
    lines = (first, second, ", ".join(filter(None, others)))
    return {name: line for name, line in zip(STREET, lines, strict=True) if line}


def _fields(kind: str, parts: Mapping[str, str]) -> list[list[dict[str, str]]]:
    """The localized rows of an address in parts, under the names that the vendor gives fields."""
    rows = [
        [
            {
                "Name": f"{kind}{name}",
                "Value": parts[name],
                "AddressType": f"Contact{kind}Address",
            }
            for name in row
            if parts.get(name)
        ]
        for row in _ROWS
    ]
    return list(filter(None, rows))


def _text(parts: Mapping[str, str]) -> str:
    rows = (" ".join(parts[name] for name in row if parts.get(name)) for row in _ROWS)
    return "\n".join(filter(None, rows))


_FORMS: Final = (KINDS, ("LocalizedAddress",), ("Formatted",))
"""The members that each form of an address has."""


def _changed(sent: Words, kept: Words, told: Words) -> dict[str, Any]:
    """An address in the forms that the caller changed; in those that are kept where none was."""
    changed = [form for form in _FORMS if _given(sent, form) not in ({}, _given(told, form))]
    source = sent if changed else kept
    forms = changed or _FORMS
    own = {name for form in _FORMS for name in form}
    made = {name: value for name, value in sent.items() if name not in own}
    made |= {name: source[name] for form in forms for name in form if name in source}
    return {
        name: _without_old_text(value, told.get(name) or {})
        if name in KINDS and value and changed
        else value
        for name, value in made.items()
    }


def _given(address: Words, form: tuple[str, ...]) -> dict[str, Any]:
    """What an address says in one form, without what is empty."""
    said = {name: _bare(address[name]) for name in form if address.get(name) is not None}
    return {name: one for name, one in said.items() if one or name in KINDS}


def _bare(said: Any) -> Any:
    """Without empty members and rows; of a localized field its name, type and value alone."""
    if isinstance(said, Mapping):
        return {name: one for name, one in said.items() if one}
    if isinstance(said, list):
        rows = [
            [
                (one.get("Name"), one.get("AddressType"), one["Value"])
                for one in row
                if one.get("Value")
            ]
            for row in said
        ]
        return [row for row in rows if any(value for *_, value in row)]
    return said


def _without_old_text(parts: Words, told: Words) -> Words:
    """A street without the text of what it was before."""
    same = parts.get("Formatted") == told.get("Formatted")
    return {name: one for name, one in parts.items() if not (same and name == "Formatted")}


def _dictionaries(sent: Words, told: Words) -> dict[str, dict[str, str]]:
    """The dictionaries after a change of one of two that say the same. What was changed in
    CustomFields counts in the other as well, and what was not follows it."""
    custom = dict(sent.get(CUSTOM, {}))
    made: dict[str, dict[str, str]] = {}
    for name in DICTIONARIES if custom else ():
        own = dict(sent.get(name, {}))
        if not own:
            continue
        for key in {**told.get(name, {}), **own}:
            before = told[CUSTOM].get(key) if told.get(CUSTOM) else None
            maybe_new = custom.pop(key, None)
            if maybe_new is not None and maybe_new != before:
                own[key] = maybe_new
            elif maybe_new is None and own.get(key) == before:
                own.pop(key, None)
        made[name] = own
    return {**made, CUSTOM: custom} if made else {}
