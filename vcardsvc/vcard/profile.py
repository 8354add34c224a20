"""The shape of a profile: everything by which one reader's card differs from another's.

A profile says; it never does. What must never enter here: a reader's name, or a contact.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

from vcardsvc.model.contact import PhoneLabel
from vcardsvc.model.request import Part, Target, Version
from vcardsvc.vcard.losses import WAID_VERSION, Row

Types = tuple[str, ...]
Style = Literal["list", "repeated", "bare"]
Websites = Literal["grouped", "all-grouped", "custom-row", "typed", "plain"]

ORDER: Final = (
    "NOTE", "TITLE", "N", "UID", "FN", "ORG", "TEL", "EMAIL", "ADR", "URL", "PRODID",
)  # fmt: skip
"""Two readers make the order matter: Telegram takes a NOTE after N for the name, and Android 5 to
7.1 glues a folded line onto an N, ADR or ORG right before it, so short lines stand there."""


def types_of(**types: Types) -> Mapping[str, Types]:
    """TYPE values by label."""
    return MappingProxyType(types)


FOUR_PHONES: Final = types_of(
    work=("WORK", "VOICE"),
    home=("HOME", "VOICE"),
    mobile=("CELL", "VOICE"),
    fax=("FAX", "WORK"),
    pager=("PAGER",),
    main=("MAIN-NUMBER",),  # RFC 7852 section 11.5.7; with VOICE beside it Android forgets it
    other=("VOICE",),  # RFC 6350 section 6.4.1 has no word for it
)
"""The TYPE values of vCard 4.0, all of them registered (IANA vCard elements)."""

PLACES: Final = types_of(work=("WORK",), home=("HOME",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one group of readers wants a card spelled, and what it takes of it.

    - `doc`: what is different from the universal card, for the README's table.
    - `version`, `folded` (lines over 75 octets), `photo_folded`, `charset` (CHARSET=UTF-8 on every
      line that is not ASCII), `style` (of TYPE: one list, repeated, or bare words).
    - `phone_types`, `email_types`, `address_types`: the TYPE values of each of our labels;
      `phone_again`: of a label's second and further numbers.
    - `capacity`: how many numbers of a label the reader keeps (absent: any), `fallback`: the labels
      that take those beyond it. `emails`, `addresses` (of one label), `websites_kept`: the same.
    - `websites`: how a website and its label are written, `website_types` the words for labels, the
      first for all others.
    - `order` of the properties. `lines`: whether a text may hold line breaks.
    - `android`: its cards land on Android telephones too. `dialable`: numbers are written as
      Android keeps them. `waid`: valid ones carry WhatsApp's name of their account.
      `address_country`: known countries are told in Apple's X-ABADR.
    - `photo`: whether there is one, at most `photo_side` pixels and `photo_bytes` (0: as the
      settings say). `ceiling`: bytes of the whole card (0: any number); `cut`: whether it is cut to
      fit, or given as it is for the caller to judge. `photo_four`: what becomes of it in 4.0,
      `card_four`: of the whole card.
    - `apple`: whether the card may land in Apple's reader, whose losses are then told.
      `tel_uris`, `semicolons_escaped`: how 4.0 is spelled, `backslashes_doubled`: how 2.1 is.
      `in_two`, `in_four`: fields that have other values in these versions.
    - `unread`: what is written although this reader does not show it.
    - `filename` (ASCII, at most 20 characters) and `content_type` of the file.

    The heads are derived: what a line begins with, by label, its colon included. So is `usual`:
    whether lines are spelled as in most cards, for which there is a faster way.
    """

    name: Target
    doc: str
    version: Version = "3.0"
    folded: bool = True
    photo_folded: bool = True
    charset: bool = False
    style: Style = "list"
    phone_types: Mapping[str, Types] = field(hash=False)
    phone_again: Mapping[str, Types] = field(hash=False, default_factory=dict)
    email_types: Mapping[str, Types] = field(hash=False)
    address_types: Mapping[str, Types] = field(hash=False)
    capacity: Mapping[PhoneLabel, int] = field(hash=False, default_factory=dict)
    fallback: tuple[PhoneLabel, ...] = ()
    phones_lost: Row | None = None
    main_lost: Row | None = None
    emails: int = 0
    emails_lost: Row | None = None
    addresses: int = 0
    addresses_lost: Row | None = None
    websites: Websites = "grouped"
    website_types: tuple[str, ...] = ()
    websites_kept: int = 0
    websites_lost: Row | None = None
    website_label_lost: Row | None = None
    order: tuple[str, ...] = ORDER
    lines: bool = True
    android: bool = False
    dialable: bool = False
    waid: bool = False
    waid_lost: Row | None = None
    address_country: bool = False
    photo: bool = True
    photo_lost: Row | None = None
    photo_side: int = 0
    photo_bytes: int = 0
    ceiling: int = 0
    cut: bool = True
    photo_unread: Row | None = None
    photo_four: Row | None = None
    card_unread: Row | None = None
    card_four: Row | None = None
    apple: bool = False
    tel_uris: bool = True
    semicolons_escaped: bool = False
    backslashes_doubled: bool = False
    in_two: Mapping[str, Any] = field(hash=False, default_factory=dict)
    in_four: Mapping[str, Any] = field(hash=False, default_factory=dict)
    unread: tuple[Part, ...] = ()
    unread_row: Row | None = None
    filename: str = "contact.vcf"  # Twilio: at most 20 characters; iPhones want .vcf
    content_type: str = "text/vcard; charset=utf-8"  # RFC 6350; text/plain breaks iOS
    carries_all: bool = False
    usual: bool = field(init=False, repr=False)
    phone_heads: Mapping[str, str] = field(init=False, hash=False, repr=False)
    again_heads: Mapping[str, str] = field(init=False, hash=False, repr=False)
    email_heads: Mapping[str, str] = field(init=False, hash=False, repr=False)
    address_heads: Mapping[str, str] = field(init=False, hash=False, repr=False)

    def __post_init__(self) -> None:
        for name, prop, types in (
            ("phone_heads", "TEL", self.phone_types),
            ("again_heads", "TEL", self.phone_again),
            ("email_heads", "EMAIL", self.email_types),
            ("address_heads", "ADR", self.address_types),
        ):
            heads = {
                label: f"{prop}{typed(values, self.style)}:" for label, values in types.items()
            }
            object.__setattr__(self, name, MappingProxyType(heads))
        usual = self.version == "3.0" and self.folded and not self.charset
        object.__setattr__(self, "usual", usual)

    def in_version(self, version: Version) -> "Profile":
        """This profile spelled in another version, with what that version makes its reader lose."""
        if version == self.version:
            return self
        other = dataclasses.replace(
            self,
            version=version,
            charset=False,
            style="bare" if version == "2.1" else "list",
            waid=False,
            waid_lost=WAID_VERSION if self.waid else None,
            carries_all=self.carries_all and not self.apple,
        )
        if version != "4.0":
            return dataclasses.replace(other, **self.in_two)
        return dataclasses.replace(
            other,
            phone_types=FOUR_PHONES,
            phone_again={},
            main_lost=None,
            email_types=PLACES,  # INTERNET went with 3.0
            photo_unread=self.photo_four,
            card_unread=self.card_four,
            order=("KIND", *self.order) if "UID" in self.order else self.order,
            **self.in_four,
        )


def typed(types: Types, style: Style) -> str:
    """The TYPE parameters of a line, with their semicolons: "" for none.

    A list is never quoted (Android and iOS then show the raw text), and 2.1 knows bare words only.
    """
    if not types:
        return ""
    if style == "list":
        return f";TYPE={','.join(types)}"
    return "".join(f";{'type=' if style == 'repeated' else ''}{one}" for one in types)
