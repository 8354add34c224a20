"""Shrinks a card until it fits a number of bytes.

Strategy: first every property that is larger than its share is cut, then properties are removed in
the order of LADDER, the last of a name first. The name and the first number stay to the end.
"""

from collections.abc import Callable
from typing import Final

from msgspec import structs

from vcardsvc.model.card import Binary, Property, Value
from vcardsvc.validation.graphemes import boundary
from vcardsvc.vcard.losses import CUT_TO_FIT, LEFT_OUT_TO_FIT, CannotRender, LossKind

Placed = tuple[int, Property]
Size = Callable[[list[Placed]], int]

SHARE: Final = 8
"""A property may take one SHARE-th of the ceiling before others are removed."""

LADDER: Final = ("NOTE", "URL", "TITLE", "ADR", "EMAIL", "ORG", "TEL", "N", "FN")
"""The properties in the order of their removal; those that are not listed go before."""

NAMES: Final = ("N", "FN")
"""Properties that are cut, and never removed."""

CUT: Final = (*NAMES, "NOTE", "TITLE", "ORG")
"""Properties that are cut before they are removed."""

ROUNDS: Final = 4
"""How often the whole card is measured: the number of a group in it may be longer than alone."""


def shrink_card(
    placed: list[Placed], size: Size, ceiling: int
) -> tuple[list[Placed], list[tuple[int, LossKind]]]:
    """Return properties whose card has at most `ceiling` bytes, as `size` measures it, and the
    losses.

    Raises CannotRender if no card of these fits.
    """
    over = size(placed) - ceiling
    if over <= 0:
        return placed, []
    frame = size([])
    kept: list[Placed | None] = list(placed)
    octets = [size([each]) - frame for each in placed]
    lost: dict[int, LossKind] = {}
    for _ in range(ROUNDS):
        for share in (ceiling // SHARE, 0):
            for at in _ranked(placed):
                each = kept[at]
                if over <= 0:
                    break
                if each is None or octets[at] <= share:
                    continue
                maybe_less = _shortened(each, max(share, octets[at] - over), size, frame)
                if maybe_less is None and each[1].name in NAMES:
                    continue
                less = size([maybe_less]) - frame if maybe_less else 0
                over -= octets[at] - less
                kept[at], octets[at] = maybe_less, less
                lost[at] = CUT_TO_FIT if maybe_less else LEFT_OUT_TO_FIT
        left = [each for each in kept if each]
        over = size(left) - ceiling
        if over <= 0:
            return left, [(placed[at][0], kind) for at, kind in sorted(lost.items())]
    raise CannotRender("first", f"No card of this contact fits {ceiling} bytes.")


def _ranked(placed: list[Placed]) -> list[int]:
    """Return the indices of properties in the order of their removal; the first number is as
    precious as the name."""
    ranks = {name: rank for rank, name in enumerate(LADDER, start=1)}
    first = next((at for at, (_, prop) in enumerate(placed) if prop.name == "TEL"), -1)
    return sorted(
        range(len(placed)),
        key=lambda at: (
            (ranks["TEL"] + (at == first), -at)
            if placed[at][1].name == "TEL"
            else (ranks.get(placed[at][1].name, 0), -at)
        ),
    )


def _shortened(each: Placed, octets: int, size: Size, frame: int) -> Placed | None:
    """Return the property cut to at most so many bytes, None if it is not cut or nothing is
    left."""
    place, prop = each
    if prop.name not in CUT or isinstance(prop.value, Binary):
        return None
    low, high = 0, max(map(len, _texts(prop.value)), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        cut = structs.replace(prop, value=_cut(prop.value, middle))
        if size([(place, cut)]) - frame <= octets:
            low = middle
        else:
            high = middle - 1
    if not low:
        return None
    return place, structs.replace(prop, value=_cut(prop.value, low))


def _texts(value: Value) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Binary):
        return []
    return [text for each in value for text in ((each,) if isinstance(each, str) else each)]


def _cut(value: Value, limit: int) -> Value:
    """Return the value, of each text `limit` code points at most and no part of a cluster; the
    first cluster of a longer one is cut."""
    if isinstance(value, str):
        end = boundary(value, limit) or limit
        return value if end >= len(value) else value[:end].rstrip() or value[:end]
    if isinstance(value, Binary):
        return value
    return tuple([_cut(each, limit) for each in value])  # type: ignore[return-value]  # the same types as before
