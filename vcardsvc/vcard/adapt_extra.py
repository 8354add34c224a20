"""Adapts the further properties of a contact to the reader of a profile, and lists every loss."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec import structs

from vcardsvc.model.card import Property
from vcardsvc.model.contact import Contact
from vcardsvc.model.request import Loss
from vcardsvc.vcard.adapt_card import read_as, unread_dates
from vcardsvc.vcard.card_text import extra_lines
from vcardsvc.vcard.losses import loss
from vcardsvc.vcard.profile import Profile


def adapt_extra(contact: Contact, profile: Profile) -> tuple[Contact, tuple[Loss, ...]]:
    """Return the contact with the further properties that this profile's reader accepts, and the
    losses, whose index is one into `contact.extra`."""
    extra: list[Property] = []
    places: list[int] = []
    losses: list[Loss] = []
    for place, prop in enumerate(contact.extra):
        read, kinds = read_as(prop, profile)
        extra += read
        places += [place] * len(read)
        losses += [loss(kind, "extra", place) for kind in kinds]
    adapted = structs.replace(contact, extra=tuple(extra))
    named = {each.index for each in losses}
    losses += [each for each in written_losses(adapted, profile, places) if each.index not in named]
    return adapted, tuple(losses)


def written_losses(
    contact: Contact, profile: Profile, places: Sequence[int] = ()
) -> Iterator[Loss]:
    """Yield what the profile's version does not hold of further properties; `places` are those that
    the losses name instead of their own."""
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for at, prop in enumerate(contact.extra):
        by_name[prop.name].append(places[at] if places else at)
    if profile.is_lossless:  # else `read_as` names them
        yield from (loss(kind, "extra", at) for at, kind in unread_dates(contact.extra))
    for lost in extra_lines(contact.extra, profile, 0)[1]:
        index = by_name[lost.name][lost.index]
        yield Loss(part="extra", index=index, code=lost.code, reason=lost.reason)
