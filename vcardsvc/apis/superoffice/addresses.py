"""A company's addresses on its card: the street's and the postal one, each once.

The vendor's address has three forms and asks for one of them only: in parts, in the localized
fields of a type, as free text. What must never enter here: a number, or a name.
"""

from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.model.contact import Address

Words = Mapping[str, Any]

KINDS: Final = ("Street", "Postal")

STREET: Final = ("Address1", "Address2", "Address3")
_PARTS: Final = (*STREET, "City", "County", "State", "Zipcode")

_PLACED: Final = {
    "address1": "Address1", "address2": "Address2", "address3": "Address3", "city": "City",
    "county": "County", "state": "State", "zipcode": "Zipcode", "zip": "Zipcode",
}  # fmt: skip
"""Localized fields whose names say which part of an address they are."""


def addresses(words: Words) -> tuple[Address, ...]:
    """Each address in its parts, else as it is localized, else as its own free text; the localized
    ones of another type, or of none, behind them. The text of both is for want of anything else."""
    address = words.get("Address") or {}
    by_type = localized(address)
    found: list[Address] = []
    for kind in KINDS:
        parts = address.get(kind) or {}
        spoken = [by_type.pop(one) for one in [*by_type] if means(one, kind)]
        if any(parts.get(name) for name in _PARTS):
            found.append(_structured(words, parts))
        elif spoken:
            found += [_structured(words, one) for one in spoken]
        elif text := parts.get("Formatted", ""):
            found.append(_nation(words, text=text))
    found += [_structured(words, parts) for parts in by_type.values()]
    if not found and (text := address.get("Formatted", "")):
        found = [_nation(words, text=text)]
    return tuple(dict.fromkeys(found))


def means(said: str, kind: str) -> bool:
    """Whether an AddressType (`Street`, `PostalAddress`, `ContactStreetAddress`) is this one."""
    return kind.lower() in said.lower()


def _structured(words: Words, parts: Words) -> Address:
    # A card has one region: the county stands before the state that it lies in.
    region = dict.fromkeys(filter(None, (parts.get("County"), parts.get("State"))))
    return _nation(
        words,
        text="\n".join(filter(None, (parts.get(name, "") for name in STREET))),
        locality=parts.get("City", ""),
        region=", ".join(region),
        code=parts.get("Zipcode", ""),
    )


def _nation(words: Words, **parts: str) -> Address:
    country = words.get("Country") or {}
    code = country.get("TwoLetterISOCountry", "")
    return Address(
        country=code.lower() if len(code) == 2 and code.isascii() and code.isalpha() else "",
        nation=country.get("EnglishName") or country.get("Name", ""),
        **parts,  # type: ignore[arg-type]
    )


def localized(address: Words) -> dict[str, dict[str, str]]:
    """The parts of each localized address, by its type; a field of another name is a line of the
    street."""
    found: dict[str, dict[str, str]] = {}
    for one in (field for row in address.get("LocalizedAddress", ()) for field in row):
        if value := one.get("Value", ""):
            kind, name = _place(one.get("AddressType", ""), one.get("Name", ""))
            parts = found.setdefault(kind, {})
            parts[name] = f"{parts[name]}\n{value}" if parts.get(name) else value
    return {kind: {**parts, **_one_line(parts)} for kind, parts in found.items()}


def _place(kind: str, said: str) -> tuple[str, str]:
    """The type of address that a field belongs to, and which part of it it is. The vendor's own
    names say both: `StreetZipcode`."""
    name = said.lower()
    if name in _PLACED:
        return kind, _PLACED[name]
    named = next((one for one in KINDS if name.startswith(one.lower())), "")
    return kind or named, _PLACED.get(name.removeprefix(named.lower()), "Address3")


def _one_line(parts: Mapping[str, str]) -> dict[str, str]:
    """All but the street, without the line breaks that only a street may have."""
    return {name: " ".join(said.split()) for name, said in parts.items() if name not in STREET}
