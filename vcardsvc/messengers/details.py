"""Names what a card that was read says of an entry beside the contact in a message."""

from collections.abc import Iterable, Iterator

from vcardsvc.errors import DROPPED
from vcardsvc.model.request import Loss
from vcardsvc.vcard.card_losses import NO_MEMBER
from vcardsvc.vcard.contact_view import ContactView, partly_held
from vcardsvc.vcard.losses import loss


def details_lost(view: ContactView, losses: Iterable[Loss]) -> Iterator[Loss]:
    """Yield a loss for each entry in a message whose property in the card says more; `losses` are
    those of the message."""
    lost = {(one.part, one.index or 0) for one in losses if one.code == DROPPED and not one.member}
    for part, index in partly_held(view):
        if (part, index) not in lost:
            yield loss(NO_MEMBER, part, index)
