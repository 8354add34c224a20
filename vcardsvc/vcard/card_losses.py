"""Defines every kind of loss of a card's properties: its code and its reason.

The kinds of a contact are in `losses`. A reason describes a version or a reader and holds no value
of a card.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from vcardsvc.errors import DOUBTFUL, DROPPED, ENCODED, JOINED, PARAMETER, RELABELLED, UNREAD
from vcardsvc.model.card import CardLoss, Property
from vcardsvc.model.request import Target
from vcardsvc.vcard.losses import LossKind

NAME_BROKEN = LossKind(code=DROPPED, reason="Its name is none that a card may hold.")
GROUP_BROKEN = LossKind(
    code=PARAMETER, reason="The name of its group is none that a card may hold."
)
GROUP_LOST = LossKind(code=PARAMETER, reason="Its group is left out: the group has another label.")
GROUP_UNREAD = LossKind(
    code=PARAMETER, reason="Its group is left out: this reader reads no line with a group."
)
PARAMETER_BROKEN = LossKind(
    code=PARAMETER, reason="A parameter is left out whose name is none that a card may hold."
)
PARAMETER_RESERVED = LossKind(
    code=PARAMETER, reason="A parameter has a name that means something else in this form."
)
PARAMETER_XML = LossKind(
    code=PARAMETER, reason="A parameter has a name that XML elements cannot have."
)
NAME_XML = LossKind(code=DROPPED, reason="XML has no element of this name.")
CHARACTERS_XML = LossKind(code=DROPPED, reason="Characters that XML cannot hold became U+FFFD.")
NONCHARACTERS = LossKind(code=DROPPED, reason="Noncharacters of Unicode became U+FFFD.")
PARAMETER_V21 = LossKind(
    code=PARAMETER,
    reason="vCard 2.1 has no place for one of its parameters, or for its characters.",
)
TYPE_V21 = LossKind(
    code=RELABELLED, reason="A type is left out that is no single word, as vCard 2.1 needs it."
)
CONTROLS = LossKind(code=DROPPED, reason="Control characters are left out of it.")
URI_ENCODED = LossKind(
    code=ENCODED, reason="Characters that a URI cannot hold are percent-encoded."
)
RANK_LOST = LossKind(
    code=RELABELLED, reason="Before vCard 4.0 there is one preferred entry, and no order of others."
)
LISTS_V21 = LossKind(
    code=JOINED, reason="vCard 2.1 has one text in each component; several became one."
)
COMPONENTS_LOST = LossKind(
    code=JOINED,
    reason="The newer components of vCard 4.0 became part of the older ones.",
)
SORT_JOINED = LossKind(code=JOINED, reason="Before vCard 4.0 there is one text to sort by.")
LABEL_LOST = LossKind(
    code=RELABELLED, reason="It stands without its label: this reader has no labels of one's own."
)
LABEL_TWICE = LossKind(
    code=PARAMETER, reason="Before vCard 4.0 this address has no place for the text of its label."
)
GEO_LOST = LossKind(
    code=DROPPED, reason="Before vCard 4.0 a place has a latitude and a longitude alone."
)
AGENT_NAMED = LossKind(
    code=DROPPED, reason="Of the card inside the card, the name alone has a place in this version."
)
MEDIA_TYPE_BROKEN = LossKind(
    code=PARAMETER, reason="Its media type is left out: it is none that a card may hold."
)

V40_PARAMETERS: Final[Mapping[str, LossKind]] = MappingProxyType(
    {
        name: LossKind(code=PARAMETER, reason=f"{text} (parameter {name}) needs vCard 4.0.")
        for name, text in {
            "ALTID": "That it is the same in another language",
            "PID": "Its number for synchronization",
            "MEDIATYPE": "The media type of its link",
            "CALSCALE": "Its calendar",
            "SORT-AS": "The text to sort by",
            "GEO": "The place of the entry",
            "TZ": "The time zone of the entry",
            "CC": "The code of the country",
            "INDEX": "Its place in a list",
            "LEVEL": "How much or how well",
            "PROP-ID": "Its identity",
            "CREATED": "When it was added",
            "AUTHOR": "Who wrote it",
            "AUTHOR-NAME": "The name of who wrote it",
            "DERIVED": "That it was made of others",
            "PHONETIC": "How it is pronounced",
            "SCRIPT": "Its script",
            "SERVICE-TYPE": "The service",
            "USERNAME": "The name of the user there",
            "JSCOMPS": "The order of its components",
            "JSPTR": "Its place in JSContact",
        }.items()
    }
)
"""Parameters that vCard 4.0 added (RFC 6350 section 5, 6715, 8605, 9554, 9555)."""


class CardPlaces:
    """Names the properties of a card by their places in it."""

    def __init__(self, properties: Sequence[Property]) -> None:
        self._properties = properties
        counts: dict[str, int] = {}
        self._indices = []
        for prop in properties:
            index = counts.get(prop.name, 0)
            self._indices.append(index)
            counts[prop.name] = index + 1

    def loss(self, place: int, code: str, reason: str) -> CardLoss:
        """Return the loss of the property at this place; of the whole card at -1."""
        if place < 0:
            return CardLoss(name="", index=0, code=code, reason=reason)
        prop = self._properties[place]
        return CardLoss(
            name=prop.name, index=self._indices[place], code=code, reason=reason, line=prop.line
        )


TYPES_UNSAID = LossKind(
    code=RELABELLED, reason="A type has no place in the form that its reader knows."
)
LABEL_UNSAID = LossKind(
    code=RELABELLED, reason="Its label has no place in the form that its reader knows."
)
PARAMETER_UNSAID = LossKind(
    code=DROPPED, reason="A parameter has no place in the form that its reader knows."
)
TYPES_LOST = LossKind(
    code=RELABELLED, reason="This reader knows one kind of a number; its other types are left out."
)
TYPES_BESIDE_LABEL = LossKind(
    code=RELABELLED, reason="Android shows a label of one's own only without types beside it."
)
PHOTO_LINK = LossKind(code=UNREAD, reason="This reader shows no photo behind a link.")
PHOTO_FORMAT = LossKind(code=UNREAD, reason="Few readers show a photo of this format.")
PHOTO_OUTLOOK = LossKind(code=DROPPED, reason="Outlook takes photos of up to 36 kB.")
FILE_DROPPED = LossKind(code=DROPPED, reason="This reader's card has no room for files.")
DATE_APPLE = LossKind(
    code=UNREAD,
    reason="Apple shows a whole date, or a day and a month, with a time in UTC or none; no other.",
)
YEAR_1604 = LossKind(
    code=DOUBTFUL, reason="The year 1604 stands for none, as Apple has it: other readers show it."
)
SECOND_ANDROID = LossKind(code=DROPPED, reason="Android makes a second entry of a second one.")
SECOND_OUTLOOK = LossKind(code=DROPPED, reason="Outlook keeps one of them.")
NOTES_APPLE = LossKind(code=JOINED, reason="Apple keeps one note; several became one.")
JSPROP_LOST = LossKind(
    code=DROPPED, reason="What JSContact alone can say has no place before vCard 4.0."
)
WEBSITE_ENCODED = LossKind(
    code=ENCODED, reason="Characters at which Apple cuts the address are percent-encoded."
)
NO_ROOM = LossKind(
    code=DROPPED, reason="This reader's card has no room for what its people do not see."
)
NO_MEMBER = LossKind(
    code=DROPPED, reason="The platform's message has no place for a type, parameter or part of it."
)

_LIVES: Final = ("ROLE", "GENDER", "GRAMGENDER", "PRONOUNS", "LANG", "CATEGORIES")
_PLACES: Final = ("GEO", "TZ", "BIRTHPLACE", "DEATHPLACE", "DEATHDATE")
_INTERESTS: Final = ("EXPERTISE", "HOBBY", "INTEREST", "ORG-DIRECTORY", "CONTACT-URI")
_FILES: Final = ("LOGO", "SOUND", "KEY")
_OTHERS: Final = ("AGENT", "MEMBER", "CALURI", "CALADRURI", "FBURL", "SOURCE")
_PHONETIC: Final = (
    "X-PHONETIC-FIRST-NAME", "X-PHONETIC-MIDDLE-NAME", "X-PHONETIC-LAST-NAME", "X-MAIDENNAME",
)  # fmt: skip
_DATES: Final = ("BDAY", "ANNIVERSARY", "X-ABDATE")
_SOCIAL: Final = ("IMPP", "SOCIALPROFILE")


def _rows(kind: LossKind, *names: str) -> dict[str, LossKind]:
    return dict.fromkeys(names, kind)


APPLE_SHOWS_NOT = LossKind(code=UNREAD, reason="Apple's contacts have no place for it.")
APPLE_V30_ALONE = LossKind(
    code=UNREAD, reason="Apple's reader knows its own names of 3.0 for it, and not those of 4.0."
)
ANDROID_SHOWS_NOT = LossKind(code=UNREAD, reason="Android's reader skips it.")
ANDROID_PHONETIC = LossKind(code=UNREAD, reason="Android's reader has no maiden name.")
ANDROID_LOGO = LossKind(code=UNREAD, reason="Android takes a logo for a further photo.")
OUTLOOK_SHOWS_NOT = LossKind(code=UNREAD, reason="Outlook's import has no field for it.")
WHATSAPP_SHOWS_NOT = LossKind(
    code=UNREAD,
    reason="WhatsApp shows names, numbers, e-mails, addresses, websites, company and birthday.",
)
TELEGRAM_SHOWS_NOT = LossKind(
    code=DROPPED, reason="Telegram does not show it, and its 2,048 bytes are for what it shows."
)
ENVELOPE_TELEGRAM = LossKind(
    code=PARAMETER, reason="Telegram shows the address, and no other text of it."
)
SIGNAL_SHOWS_NOT = LossKind(
    code=UNREAD, reason="Signal on Android shows names, numbers, e-mails and addresses."
)

NOT_SHOWN: Final[Mapping[Target, Mapping[str, LossKind]]] = MappingProxyType(
    {
        # APPLE.md, "Dates, messaging, relations", "PHOTO" and "unknown property"
        "apple": _rows(
            APPLE_SHOWS_NOT, *_LIVES, *_PLACES, *_INTERESTS, *_FILES, *_OTHERS, "X-PHONETIC-ORG"
        ),
        # com.android.vcard.VCardEntry.addProperty, whose chain of names ends with them
        "android": {
            **_rows(ANDROID_SHOWS_NOT, *_LIVES, *_PLACES, *_INTERESTS, *_OTHERS, *_SOCIAL),
            **_rows(ANDROID_SHOWS_NOT, "SOUND", "KEY", "X-PHONETIC-ORG"),
            "X-MAIDENNAME": ANDROID_PHONETIC,
            "LOGO": ANDROID_LOGO,
        },
        # MS-OXVCARD section 2.1.3: the properties with a field; KEY, FBURL, CATEGORIES, ROLE have
        "outlook": _rows(
            OUTLOOK_SHOWS_NOT, "GENDER", "GRAMGENDER", "PRONOUNS", "LANG", *_PLACES, *_INTERESTS,
            "LOGO", "SOUND", "AGENT", "MEMBER", "CALURI", "CALADRURI", "SOURCE", *_PHONETIC,
            "X-PHONETIC-ORG", *_SOCIAL, "X-ABDATE", "RELATED",
        ),
        # the members of a contact in WhatsApp's Cloud API, of which its vCards are made
        "whatsapp": _rows(
            WHATSAPP_SHOWS_NOT, *_LIVES, *_PLACES, *_INTERESTS, *_FILES, *_OTHERS, *_PHONETIC,
            "X-PHONETIC-ORG", *_SOCIAL, "NICKNAME", "ANNIVERSARY", "X-ABDATE", "RELATED",
        ),
        # CONSUMERS.md 3.1 and 3.3: lines that begin with N are the name; the others it skips
        "telegram": _rows(
            TELEGRAM_SHOWS_NOT, "GENDER", "GRAMGENDER", "PRONOUNS", "LANG", "CATEGORIES", *_PLACES,
            *_INTERESTS, *_FILES, *_OTHERS, *_PHONETIC, "X-PHONETIC-ORG", *_SOCIAL, "NICKNAME",
            "ANNIVERSARY", "X-ABDATE", "RELATED",
        ),
        # CONSUMERS.md 3.1: the model of a shared contact in Signal-Android
        "signal": _rows(
            SIGNAL_SHOWS_NOT, *_LIVES, *_PLACES, *_INTERESTS, *_FILES, *_OTHERS, *_PHONETIC,
            "X-PHONETIC-ORG", *_SOCIAL, *_DATES, "RELATED",
        ),
    }
)  # fmt: skip
"""The properties that a reader does not show, with the reason; from the source named beside."""

NOT_SHOWN_IN_V40: Final[Mapping[Target, Mapping[str, LossKind]]] = MappingProxyType(
    {"apple": _rows(APPLE_V30_ALONE, "ANNIVERSARY", "RELATED", "SOCIALPROFILE")}
)
"""The same, for a target's cards in 4.0 alone."""

NO_ROOM_FOR: Final = ("UID", "PRODID", "REV", "CLASS", "KIND")
"""Properties that no reader shows, which a card without them for want of room does not hold."""
