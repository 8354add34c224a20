"""Names the properties of a card that another form cannot hold, or not whole."""

from collections import Counter
from collections.abc import Callable, Iterable

from vcardsvc.model.card import CardLoss, Property
from vcardsvc.vcard.losses import LossKind

Losses = tuple[CardLoss, ...]


def lost(properties: Iterable[Property], kinds: Callable[[Property], Iterable[LossKind]]) -> Losses:
    """Return a loss of each of the kinds that `kinds` has for a property."""
    seen: Counter[str] = Counter()
    losses = []
    for each in properties:
        for kind in kinds(each):
            losses.append(
                CardLoss(
                    name=each.name,
                    index=seen[each.name],
                    code=kind.code,
                    reason=kind.reason,
                    line=each.line,
                )
            )
        seen[each.name] += 1
    return tuple(losses)
