"""contact + profile -> properties -> octets: the card, whole before its first octet leaves.

`properties` decides what is said and to whom, `text` how it is spelled. The writer trusts nothing:
a value that could open a line of its own raises ValueError instead of reaching a phone.
"""

from vcardsvc.card.profiles import UNIVERSAL, Profile
from vcardsvc.card.properties import properties
from vcardsvc.card.text import Card, assemble
from vcardsvc.contact import Contact

__all__ = ["UNIVERSAL", "Card", "Profile", "write"]


def write(contact: Contact, profile: Profile = UNIVERSAL) -> Card:
    """The card of `contact` as `profile`'s readers read it best.

    The same contact, profile and release give the same octets.
    """
    photo = contact.photo
    return assemble(properties(contact, profile), photo.jpeg if photo else b"")
