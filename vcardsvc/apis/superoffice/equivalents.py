"""Keeps the equivalent members of an entity consistent: the forms of an address, the dictionaries.

    Address: Street and Postal, in parts  =  LocalizedAddress, in fields  =  Formatted, as a text
    CustomFields  =  UserDefinedFields and ExtraFields together, and keys of its own

Stored are the forms that were sent. A response has every form (`completed`). A caller who reads an
entity, changes one form and sends all of it back has changed the others as well (`reconciled`).

Source: the vendor's reference: only one form needs to be modified for a change to be registered.
"""

from collections.abc import Mapping
from typing import Any, Final

Members = Mapping[str, Any]

KINDS: Final = ("Street", "Postal")

STREET: Final = ("Address1", "Address2", "Address3")

_ROWS: Final = (
    *((name,) for name in STREET),
    ("Zipcode", "City"),
    ("County",),
    ("State",),
)
"""The parts of an address in rows, as in the vendor's layouts of most countries."""

PARTS: Final = tuple(name for row in _ROWS for name in row)

_PART_NAMES: Final = {**{name.lower(): name for name in PARTS}, "zip": "Zipcode"}
"""The parts of an address by the names of localized fields, in lower case."""

CUSTOM: Final = "CustomFields"
DICTIONARIES: Final = ("UserDefinedFields", "ExtraFields")
"""The two that CustomFields combines."""


def is_of_kind(address_type: str, kind: str) -> bool:
    """Return whether an AddressType (`Street`, `PostalAddress`, `ContactStreetAddress`) has this
    kind."""
    return kind.lower() in address_type.lower()


def localized(address: Members) -> dict[str, dict[str, str]]:
    """Return the parts of each localized address by its AddressType. A field of an unknown name is
    a line of the street."""
    found: dict[str, dict[str, str]] = {}
    for field in (field for row in address.get("LocalizedAddress", ()) for field in row):
        if value := field.get("Value", ""):
            address_type, name = _part_of(field.get("AddressType", ""), field.get("Name", ""))
            parts = found.setdefault(address_type, {})
            parts[name] = f"{parts[name]}\n{value}" if parts.get(name) else value
    for parts in found.values():
        for name in parts.keys() - set(STREET):  # only a street may have line breaks
            parts[name] = " ".join(parts[name].split())
    return found


def _part_of(address_type: str, field_name: str) -> tuple[str, str]:
    """Return the AddressType and the part of a localized field. The vendor's own names have both:
    `StreetZipcode`."""
    name = field_name.lower()
    if name in _PART_NAMES:
        return address_type, _PART_NAMES[name]
    prefix = next((kind for kind in KINDS if name.startswith(kind.lower())), "")
    part = _PART_NAMES.get(name.removeprefix(prefix.lower()), "Address3")
    return address_type or prefix, part


def completed(entity: Members) -> dict[str, Any]:
    """Return the entity with every form of the members that have one of them."""
    complete = dict(entity)
    combined: dict[str, str] = {}
    for name in DICTIONARIES:
        combined |= entity.get(name, {})
    if combined:
        complete[CUSTOM] = {**combined, **entity.get(CUSTOM, {})}
    if entity.get("Address"):
        complete["Address"] = _complete_address(entity["Address"])
    return complete


def reconciled(sent: Members, stored: Members) -> dict[str, Any]:
    """Return the entity that a caller means by `sent` who was shown `stored`: of two equivalent
    forms the changed one."""
    shown = completed(stored)
    entity = {**sent, **_reconciled_dictionaries(sent, shown)}
    if sent.get("Address") and stored.get("Address"):
        entity["Address"] = _reconciled_address(
            sent["Address"], stored["Address"], shown["Address"]
        )
    return entity


def _complete_address(address: Members) -> dict[str, Any]:
    """Return an address in all of its forms; forms that are there stay as they are."""
    by_type = localized(address)
    complete, rows = dict(address), _filled_rows(address)
    typed = all(any(is_of_kind(one, kind) for kind in KINDS) for one in by_type)
    for kind in KINDS:
        own = address.get(kind) or {}
        fields = next((parts for one, parts in by_type.items() if is_of_kind(one, kind)), {})
        given = {name: own[name] for name in PARTS if own.get(name)}
        parts = given or _in_one_line(fields) or _street_of(own.get("Formatted", ""))
        if not parts and kind == KINDS[0] and not any(address.get(one) for one in KINDS):
            first = next(iter(by_type.values()), {}) if not typed else {}
            text = "" if rows else address.get("Formatted", "")
            parts = _in_one_line(first) or _street_of(text)
        if parts:
            complete[kind] = {**own, **parts, "Formatted": own.get("Formatted") or _format(parts)}
        if parts and not fields and typed:
            rows = [*rows, *_localized_rows(kind, parts)]
    if rows:
        complete["LocalizedAddress"] = rows
    lines = (" ".join(one["Value"] for one in row if one.get("Value")) for row in rows)
    complete["Formatted"] = address.get("Formatted") or "\n".join(filter(None, lines))
    return complete


def _filled_rows(address: Members) -> list[Any]:
    """Return the localized rows; none if none has a value, as in the vendor's blank layout."""
    rows = address.get("LocalizedAddress", ())
    return list(rows) if any(field.get("Value") for row in rows for field in row) else []


def _in_one_line(parts: Mapping[str, str]) -> dict[str, str]:
    return {name: ", ".join(value.split("\n")) for name, value in parts.items()}


def _street_of(text: str) -> dict[str, str]:
    """Return a free text as the lines of a street; the last line has all that is left."""
    first, second, *others = [*filter(None, map(str.strip, text.split("\n"))), "", ""]
    lines = (first, second, ", ".join(filter(None, others)))
    return {name: line for name, line in zip(STREET, lines, strict=True) if line}


def _localized_rows(kind: str, parts: Mapping[str, str]) -> list[list[dict[str, str]]]:
    """Return the localized rows of an address in parts, with the vendor's names of fields."""
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


def _format(parts: Mapping[str, str]) -> str:
    rows = (" ".join(parts[name] for name in row if parts.get(name)) for row in _ROWS)
    return "\n".join(filter(None, rows))


_FORMS: Final = (KINDS, ("LocalizedAddress",), ("Formatted",))
"""The members of each form of an address."""


def _reconciled_address(sent: Members, stored: Members, shown: Members) -> dict[str, Any]:
    """Return an address in the forms that the caller changed; without a change in the stored
    ones."""
    changed = [form for form in _FORMS if _content(sent, form) not in ({}, _content(shown, form))]
    source = sent if changed else stored
    forms = changed or _FORMS
    own = {name for form in _FORMS for name in form}
    address = {name: value for name, value in sent.items() if name not in own}
    address |= {name: source[name] for form in forms for name in form if name in source}
    for kind in KINDS if changed else ():
        parts, before = address.get(kind), shown.get(kind) or {}
        if parts and parts.get("Formatted") == before.get("Formatted"):
            # The text is that of the address before the change.
            address[kind] = {name: one for name, one in parts.items() if name != "Formatted"}
    return address


def _content(address: Members, form: tuple[str, ...]) -> dict[str, Any]:
    """Return the members of an address in one form, without the empty ones."""
    given = {name: _without_empty(address[name]) for name in form if address.get(name) is not None}
    return {name: value for name, value in given.items() if value or name in KINDS}


def _without_empty(value: Any) -> Any:
    """Return a form without empty members and rows; of localized fields name, type and value."""
    if isinstance(value, Mapping):
        return {name: one for name, one in value.items() if one}
    if isinstance(value, list):
        rows = [
            [
                (one.get("Name"), one.get("AddressType"), one["Value"])
                for one in row
                if one.get("Value")
            ]
            for row in value
        ]
        return [row for row in rows if row]
    return value


def _reconciled_dictionaries(sent: Members, shown: Members) -> dict[str, dict[str, str]]:
    """Return the dictionaries after a change. A key that was changed in CustomFields is changed in
    the other dictionary as well; a key that was not follows the other dictionary."""
    custom = dict(sent.get(CUSTOM, {}))
    dictionaries: dict[str, dict[str, str]] = {}
    for name in DICTIONARIES if custom else ():
        own = dict(sent.get(name, {}))
        if not own:
            continue
        for key in {**shown.get(name, {}), **own}:
            before = shown[CUSTOM].get(key) if shown.get(CUSTOM) else None
            maybe_new = custom.pop(key, None)
            if maybe_new is not None and maybe_new != before:
                own[key] = maybe_new
            elif maybe_new is None and own.get(key) == before:
                own.pop(key, None)
        dictionaries[name] = own
    return {**dictionaries, CUSTOM: custom} if dictionaries else {}
