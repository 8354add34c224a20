"""Converts the labels of properties to properties of their own and back.

vCard has no labels of one's own. Readers know Apple's: a group of the property and an X-ABLABEL; an
X-ABADR there is the country of an address.
"""

from collections.abc import Sequence
from itertools import count
from typing import Final

from msgspec import structs

from vcardsvc.model.card import Property

X_ABLABEL: Final = "X-ABLABEL"
X_ABADR: Final = "X-ABADR"
OF_GROUPS: Final = frozenset((X_ABLABEL, X_ABADR))
"""Apple's properties that belong to the others of their group: a label, and a country."""

_OPENING: Final = "_$!<"
_CLOSING: Final = ">!$_"


def with_label_properties(properties: Sequence[Property]) -> tuple[Property, ...]:
    """Return the properties with an X-ABLABEL behind each that has a label, in a group with it.

    A group whose properties share one label keeps it, with one X-ABLABEL; every other property with
    a label gets a group of its own: item1, item2, ...
    """
    if not any(each.label for each in properties):
        return tuple(properties)
    labels: dict[str, set[str]] = {}
    for each in properties:
        labels.setdefault(each.group.lower(), set()).add(each.label)
    labels.pop("", None)
    fresh = (f"item{number}" for number in count(1) if f"item{number}" not in labels)
    written, named = [], set()
    for each in properties:
        group = each.group
        if each.label and len(labels.get(group.lower(), ())) != 1:
            group = next(fresh)
        written.append(structs.replace(each, group=group, label=""))
        if each.label and group.lower() not in named:
            named.add(group.lower())
            written.append(Property(name=X_ABLABEL, value=each.label, group=group))
    return tuple(written)


def with_labels(properties: Sequence[Property]) -> list[Property]:
    """Return the properties with the label and the country of their group, the last ones there.

    A label is without Apple's frame `_$!<...>!$_`. A property that was in a group alone with them
    loses the group. An X-ABLABEL of no other property stays, as an X-ABADR of no ADR does, and both
    where they have parameters.
    """
    groups: dict[str, list[int]] = {}
    for at, one in enumerate(properties):
        if one.group:
            groups.setdefault(one.group.upper(), []).append(at)
    found: list[Property | None] = [*properties]
    for places in groups.values():
        if len(places) > 1:
            members = _labelled([properties[at] for at in places])
            for at, member in zip(places, members, strict=True):
                found[at] = member
    return list(filter(None, found))


def _labelled(members: list[Property]) -> Sequence[Property | None]:
    """Return the properties of one group with its label and its country, None for these two."""
    maybe_label = maybe_country = None
    others, has_address = 0, False
    for one in members:
        is_text = isinstance(one.value, str) and not (one.params or one.types or one.label)
        if one.name == X_ABLABEL and is_text:
            maybe_label = one
        elif one.name == X_ABADR and is_text:
            maybe_country = one
        else:
            others += 1
            has_address = has_address or (one.name == "ADR" and not one.param("CC"))
    if maybe_country is not None and not has_address:
        maybe_country = None
        others += 1
    if not others or (maybe_label is None and maybe_country is None):
        return members
    return [
        None
        if one is maybe_label or one is maybe_country
        else _of_group(one, maybe_label, maybe_country, alone=others == 1 or one.name == X_ABLABEL)
        for one in members
    ]


def _of_group(
    one: Property, maybe_label: Property | None, maybe_country: Property | None, *, alone: bool
) -> Property:
    """Return a property with the label and the country of its group, which it leaves if it is
    `alone` there."""
    label, types, params = one.label, one.types, one.params
    if maybe_label is not None and one.name not in OF_GROUPS:
        label = _unwrapped(str(maybe_label.value))
        types = (*types, f"x-{one.label.lower()}") if one.label else types
    if maybe_country is not None and one.name == "ADR" and not one.param("CC"):
        params = (*params, ("CC", (str(maybe_country.value).strip().upper(),)))
    group = "" if alone else one.group
    return structs.replace(one, types=types, label=label, params=params, group=group)


def _unwrapped(label: str) -> str:
    bare = label.strip()
    is_framed = bare.startswith(_OPENING) and bare.endswith(_CLOSING)
    return bare[len(_OPENING) : -len(_CLOSING)] if is_framed else label
