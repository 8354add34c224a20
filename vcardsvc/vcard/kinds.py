"""Lists what properties have by their names: the value type without the parameter VALUE, the fewest
components, and the words of media types.

Readers of vCard text take the type from here, and writers write VALUE where a property has another.
A property that is not listed is of the type `unknown`: its value stands as it was written.
"""

from typing import Final

from vcardsvc.model.card import ValueType

_TEXTS: Final = (
    "FN", "NOTE", "TITLE", "ROLE", "EMAIL", "TEL", "LABEL", "MAILER", "SORT-STRING", "PRODID",
    "CLASS", "NAME", "PROFILE", "KIND", "XML", "EXPERTISE", "HOBBY", "INTEREST", "BIRTHPLACE",
    "DEATHPLACE", "GRAMGENDER", "PRONOUNS", "JSPROP", "TZ", "N", "ADR", "ORG", "GENDER", "NICKNAME",
    "CATEGORIES", "CLIENTPIDMAP", "AGENT",
    "X-ABLABEL", "X-ABADR", "X-ABRELATEDNAMES", "X-ABSHOWAS", "X-ADDRESSBOOKSERVER-KIND",
    "X-ADDRESSBOOKSERVER-MEMBER", "X-MAIDENNAME", "X-PHONETIC-FIRST-NAME",
    "X-PHONETIC-MIDDLE-NAME", "X-PHONETIC-LAST-NAME", "X-PHONETIC-ORG", "X-NICKNAME", "X-GENDER",
    "X-WAB-GENDER", "X-AIM", "X-ICQ", "X-JABBER", "X-MSN", "X-YAHOO", "X-YAHOO-ID", "X-SKYPE",
    "X-SKYPE-USERNAME", "X-GADUGADU", "X-GOOGLE-TALK", "X-GTALK", "X-QQ", "X-SIP", "X-TWITTER",
    "X-GROUPWISE", "X-MS-IMADDRESS", "X-KADDRESSBOOK-X-IMADDRESS", "X-SPOUSE",
    "X-EVOLUTION-SPOUSE", "X-MS-SPOUSE", "X-KADDRESSBOOK-X-SPOUSESNAME", "X-ASSISTANT",
    "X-EVOLUTION-ASSISTANT", "X-MS-ASSISTANT", "X-KADDRESSBOOK-X-ASSISTANTSNAME", "X-MANAGER",
    "X-EVOLUTION-MANAGER", "X-MS-MANAGER", "X-KADDRESSBOOK-X-MANAGERSNAME", "X-CHILDREN",
    "X-MS-CHILD",
)  # fmt: skip
_URIS: Final = (
    "URL", "SOURCE", "IMPP", "MEMBER", "FBURL", "CALURI", "CALADRURI", "GEO", "ORG-DIRECTORY",
    "CONTACT-URI", "PHOTO", "LOGO", "SOUND", "KEY", "UID", "RELATED", "SOCIALPROFILE",
)  # fmt: skip
_DATES: Final = (
    "BDAY", "ANNIVERSARY", "DEATHDATE", "X-ABDATE", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY",
    "X-KADDRESSBOOK-X-ANNIVERSARY", "X-MS-ANNIVERSARY",
)  # fmt: skip

DEFAULT_KINDS: Final[dict[str, ValueType]] = {
    **dict.fromkeys(_TEXTS, "text"),
    **dict.fromkeys(_URIS, "uri"),
    **dict.fromkeys(_DATES, "date-and-or-time"),
    "REV": "timestamp",
    "CREATED": "timestamp",
    "LANG": "language-tag",
    "LANGUAGE": "language-tag",
}
"""RFC 6350 section 6 and its registry; the names of programs by what they write."""

MEDIA_TYPES: Final[dict[str, str]] = {
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "wave": "audio/wav",
    "wav": "audio/wav",
    "basic": "audio/basic",
    "mp3": "audio/mpeg",
    "aac": "audio/aac",
    "ogg": "audio/ogg",
    "pgp": "application/pgp-keys",
    "gpg": "application/gpg",
    "x509": "application/x509",
}
"""The media type of each value of TYPE that names a file format (2.1, 3.0)."""

TEL_TYPES: Final = {"mobile": "cell"}
"""The type of a number in RFC 6350 for one that programs write instead."""

LEAST: Final = {"N": 5, "ADR": 7, "CLIENTPIDMAP": 2}
"""The fewest components of a value (RFC 6350 sections 6.2.2, 6.3.1 and 6.7.7); others have one."""


def counted(name: str, parts: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Return the components of a property filled up to the fewest that it has, without empty ones
    behind these."""
    least, last = LEAST.get(name, 1), len(parts)
    if last >= least and parts[-1] and parts[-1][0]:
        return parts
    while last > least and not any(parts[last - 1]):
        last -= 1
    return (*parts[:last], *((),) * (least - last))
