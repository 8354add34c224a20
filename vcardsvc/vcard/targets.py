"""Defines the profile of every target, as data.

Every value has its reason beside it, from the readers' sources, from their vendors' documentation,
or from running them.
"""

import dataclasses
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

from vcardsvc.model.request import Target, Version
from vcardsvc.vcard.losses import (
    ADDRESSES_OUTLOOK,
    CARD_V40_ANDROID,
    EMAILS_OUTLOOK,
    MAIN_OUTLOOK,
    PHONES_OUTLOOK,
    PHOTO_QR,
    PHOTO_TELEGRAM,
    PHOTO_V40_ANDROID,
    PHOTO_V40_APPLE,
    UNREAD_SIGNAL,
    WEBSITE_LABEL_OUTLOOK,
    WEBSITE_LABEL_QR,
    WEBSITE_LABEL_TELEGRAM,
    WEBSITE_LABEL_WHATSAPP,
    WEBSITES_OUTLOOK,
)
from vcardsvc.vcard.profile import ORDER, PLACES, Profile, types_of

APPLE_ORDER: Final = (*ORDER[:6], "X-ABSHOWAS", *ORDER[6:])
"""With X-ABShowAs, without which a company without a person is shown as a person."""

SHORT_ORDER: Final = ("NOTE", "TITLE", "N", "FN", "ORG", "TEL", "EMAIL", "ADR", "URL")
"""For readers with a small limit, which keep neither UID nor PRODID."""


UNIVERSAL: Final = Profile(
    name="universal",
    doc="the card that loses least everywhere",
    phone_types=types_of(
        work=("WORK", "VOICE"),
        home=("HOME", "VOICE"),
        mobile=("CELL", "VOICE"),  # MOBILE is not registered: several readers show no type
        fax=("FAX", "WORK"),  # FAX alone reads as home fax up to Android 14
        pager=("PAGER",),
        main=("MAIN",),  # with VOICE beside it Android forgets the label
        other=("OTHER", "VOICE"),  # untyped reads as home up to Android 14
    ),
    email_types=types_of(
        work=("WORK", "INTERNET"),  # INTERNET alone becomes a label "INTERNET" on Android
        home=("HOME", "INTERNET"),  # and one messenger reads the first value only
    ),
    address_types=PLACES,
    apple=True,
    photo_v40=PHOTO_V40_APPLE,
    android=True,
    is_lossless=True,
)
"""The card that loses least everywhere."""

APPLE: Final = dataclasses.replace(
    UNIVERSAL,
    name="apple",
    doc="every website with an X-ABLabel (`_$!<HomePage>!$_` for the homepage), X-ABADR where an "
    "address ends with a country, X-ABShowAs for a company without a person, the photo in one line",
    phone_types=types_of(
        work=("WORK", "VOICE"),
        home=("HOME", "VOICE"),
        mobile=("CELL", "VOICE"),
        fax=("WORK", "FAX"),  # Apple's own word order (Siebel CardDAV tables)
        pager=("PAGER",),
        main=("MAIN",),
        other=("OTHER", "VOICE"),
    ),
    labels="grouped",  # an X-ABLabel beats every TYPE
    websites="all-grouped",  # X-ABLabel, and _$!<HomePage>!$_ as its own exports have it
    order=APPLE_ORDER,
    address_country=True,  # X-ABADR sets the layout of an address
    photo_folded=False,  # older readers of wrapped base64; today's takes a fold with a blank
    in_v21=MappingProxyType({"backslashes_doubled": True}),  # a raw one is eaten
    in_v40=MappingProxyType(
        # no UTF-8 without it; a bare semicolon cuts; `tel:` stays in the number
        {"charset": True, "semicolons_escaped": True, "tel_uris": False}
    ),
    android=False,
    is_lossless=False,
)
"""iPhone, iPad and Mac: Apple's Contacts, Messages and Mail."""

ANDROID: Final = dataclasses.replace(
    UNIVERSAL,
    name="android",
    apple=False,
    doc="no folded text; `main` is PREF, a second one X-Main; labelled websites are "
    "X-ANDROID-CUSTOM rows; extensions stand behind a pause, letters in a number become digits",
    folded=False,  # 5 to 7.1 append a folded line to N, ADR and ORG; any length is read
    phone_types=types_of(
        work=("WORK", "VOICE"),
        home=("HOME", "VOICE"),
        mobile=("CELL",),
        fax=("FAX", "WORK"),
        pager=("PAGER",),
        main=("PREF",),  # PREF alone is Android's own Main, and the default number
        other=("VOICE",),
    ),
    phone_again=types_of(main=("X-Main",)),  # one default number a card; X- alone is a custom label
    email_types=PLACES,  # Android ignores INTERNET
    websites="custom-row",  # the one way to a label: URL lines are all "Homepage"
    photo_v40=PHOTO_V40_ANDROID,  # it knows no data: URI
    card_v40=CARD_V40_ANDROID,  # run: the app tries 2.1 and 3.0 only
    dialable=True,  # it dials every other extension than p as part of the number
    is_lossless=False,
)
"""Android's own contacts and what is built on its reader, 5 to 16 (run against its builds)."""

OUTLOOK: Final = dataclasses.replace(
    UNIVERSAL,
    name="outlook",
    apple=False,
    doc="three e-mails; one business and one home address and website; two business and two home "
    "numbers, one of each other kind; CHARSET=UTF-8 where a line is not ASCII; photo up to 36 kB",
    charset=True,  # the known cure for accents in old builds; strict readers get other cards
    phone_types=types_of(
        work=("WORK", "VOICE"),
        home=("HOME", "VOICE"),
        mobile=("CELL",),
        fax=("WORK", "FAX"),
        pager=("PAGER",),
        main=("PREF",),  # the Primary number
        other=("VOICE",),
    ),
    # MS-OXVCARD: two business and two home numbers, one of each other kind
    capacity=MappingProxyType(
        {"work": 2, "home": 2, "mobile": 1, "fax": 1, "pager": 1, "main": 1, "other": 1}
    ),
    fallback=("other", "main"),
    phones_lost=PHONES_OUTLOOK,
    main_lost=MAIN_OUTLOOK,
    emails=3,  # MS-OXVCARD
    emails_lost=EMAILS_OUTLOOK,
    addresses=1,  # a business and a home address
    addresses_lost=ADDRESSES_OUTLOOK,
    labels="none",  # MS-OXVCARD
    preferring=("emails",),  # a number with PREF is the Primary one
    websites="typed",
    website_types=("WORK", "HOME"),  # MS-OXVCARD: business and personal page, others dropped
    websites_kept=1,
    websites_lost=WEBSITES_OUTLOOK,
    website_label_lost=WEBSITE_LABEL_OUTLOOK,
    photo_bytes=36_000,  # Exchange ActiveSync takes 48 KB of base64
    android=False,
    is_lossless=False,
)
"""Outlook and Exchange (MS-OXVCARD)."""

WHATSAPP: Final = dataclasses.replace(
    UNIVERSAL,
    name="whatsapp",
    apple=False,
    doc="`type=` repeated, `waid=` on valid numbers (else it offers Invite instead of Message), "
    "types for websites instead of labels",
    style="repeated",  # as WhatsApp and its clients write it
    phone_types=types_of(
        work=("WORK", "VOICE"),
        home=("HOME", "VOICE"),
        mobile=("CELL", "VOICE"),
        fax=("FAX", "WORK"),
        pager=("PAGER",),
        main=("X-Main",),  # it does not know MAIN; X- is a custom label
        other=("X-Other",),
    ),
    websites="typed",
    website_types=("OTHER", "HOME", "WORK", "HOMEPAGE", "BLOG", "PROFILE", "FTP"),
    website_label_lost=WEBSITE_LABEL_WHATSAPP,
    waid=True,  # without it the card offers Invite instead of Message
    android=False,
    is_lossless=False,
)
"""WhatsApp, sent by a client as a vCard (its Cloud API takes JSON: `messengers.whatsapp`)."""

TELEGRAM: Final = dataclasses.replace(
    UNIVERSAL,
    name="telegram",
    apple=False,
    doc="2.1 with bare types, nothing folded, one line a text, no photo, UID or labels "
    "of websites; cut to 2,048 bytes",
    version="2.1",  # where bare types are legal, and text is not escaped: it unescapes nothing
    folded=False,  # a continuation replaces its line
    charset=True,
    style="bare",  # with TYPE= the label is "Tel"
    phone_types=types_of(
        work=("WORK",),
        home=("HOME",),
        mobile=("CELL",),
        fax=("FAX",),
        pager=("PAGER",),
        main=("MAIN",),
        other=("OTHER",),
    ),
    email_types=PLACES,
    labels="none",  # it shows a bare parameter, which 2.1 allows for known words alone
    groups=False,  # only lines that start with TEL count as numbers
    preferring=(),
    websites="plain",  # a group prefix hides the line
    website_label_lost=WEBSITE_LABEL_TELEGRAM,
    order=SHORT_ORDER,  # NOTE before N: every line that starts with N is taken for the name
    lines=False,  # quoted-printable is not decoded in a note or an address
    photo=False,
    photo_lost=PHOTO_TELEGRAM,
    ceiling=2_048,  # Bot API, sendContact
    android=False,
    is_lossless=False,
)
"""Telegram, as a bot's contact or an opened file."""

SIGNAL: Final = dataclasses.replace(
    UNIVERSAL,
    name="signal",
    doc="the universal card; the notes say what Signal does not show",
    # The types are those of universal: Signal reads the first one, home, cell, work, or a label.
    unread=("unit", "title", "note", "photo", "websites"),  # of ORG, the first component alone
    unread_kind=UNREAD_SIGNAL,
    is_lossless=False,
)
"""Signal on Android; on iPhone it is Apple's reader."""

MMS_CEILING: Final = 295_000
"""Bytes of a card for MMS: 300 kB, which every operator accepts, less the rest of the message."""

MMS: Final = dataclasses.replace(
    UNIVERSAL,
    name="mms",
    doc="text is cut and the photo shrunk until the whole card fits `VCARDSVC_MMS_LIMIT`",
    ceiling=MMS_CEILING,
    is_lossless=False,
)
"""A card as the attachment of an MMS, for any phone."""

QR_CEILING: Final = 858
"""Bytes in a QR code of version 20, level L, byte mode (ISO/IEC 18004:2015 table 7): phones read it
from a screen or a printed card. Codes up to version 40 exist, with more modules than phones
read."""

QR: Final = dataclasses.replace(
    UNIVERSAL,
    name="qr",
    doc="nothing folded, short types, no photo, UID, PRODID or labels of websites",
    folded=False,  # three octets a fold
    phone_types=types_of(
        work=("WORK",),
        home=("HOME",),
        mobile=("CELL",),
        fax=("FAX", "WORK"),
        pager=("PAGER",),
        main=("MAIN",),
        other=("OTHER",),  # VOICE alone is a label of its own, or none, on Apple's devices
    ),
    email_types=PLACES,
    websites="plain",
    website_label_lost=WEBSITE_LABEL_QR,
    order=SHORT_ORDER,
    photo=False,
    photo_lost=PHOTO_QR,
    ceiling=QR_CEILING,
    cut=False,
    is_lossless=False,
)
"""Phone cameras: as short as possible. In 3.0, since iPhones read accents wrongly in 4.0."""

PROFILES: Final[Mapping[Target, Profile]] = MappingProxyType(
    {
        each.name: each
        for each in (UNIVERSAL, APPLE, ANDROID, OUTLOOK, WHATSAPP, TELEGRAM, SIGNAL, MMS, QR)
    }
)
"""Every target, in the order of the table in docs/targets.md."""


@lru_cache(maxsize=64)
def profile(target: Target, version: Version | Literal[""] = "") -> Profile:
    """Return the profile of `target`, in `version` or else in the target's own."""
    own = PROFILES[target]
    return own.in_version(version) if version else own
