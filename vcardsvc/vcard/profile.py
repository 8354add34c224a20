"""Defines a profile: everything in which the cards of two targets differ, as data."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

from vcardsvc.model.contact import PhoneLabel
from vcardsvc.model.request import Part, Target, Version
from vcardsvc.vcard.losses import WAID_VERSION, LossKind

Types = tuple[str, ...]
Style = Literal["list", "repeated", "bare"]
Labels = Literal["grouped", "typed", "none"]
Websites = Literal["grouped", "all-grouped", "custom-row", "typed", "plain"]

ORDER: Final = (
    "NOTE", "TITLE", "N", "UID", "FN", "ORG", "TEL", "EMAIL", "ADR", "URL", "PRODID",
)  # fmt: skip
"""The order of properties. It matters to two readers: Telegram reads a NOTE after N as the name,
and Android 5 to 7.1 appends a folded line to an N, ADR or ORG before it, so short lines follow
these."""


def types_of(**types: Types) -> Mapping[str, Types]:
    """Return TYPE values by label."""
    return MappingProxyType(types)


PHONE_TYPES_V40: Final = types_of(
    work=("WORK", "VOICE"),
    home=("HOME", "VOICE"),
    mobile=("CELL", "VOICE"),
    fax=("FAX", "WORK"),
    pager=("PAGER",),
    main=("MAIN-NUMBER",),  # RFC 7852 section 11.5.7; Android ignores it beside VOICE
    other=("VOICE",),  # RFC 6350 section 6.4.1 has no type for it
)
"""The TYPE values of vCard 4.0, all of them registered (IANA vCard elements)."""

PLACES: Final = types_of(work=("WORK",), home=("HOME",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Describes how the card of one target is written, and how much its readers keep.

    - `doc`: the differences from the universal card, for the documentation's table.
    - `version`, `folded` (lines over 75 octets), `photo_folded`, `charset` (CHARSET=UTF-8 on every
      line that is not ASCII), `style` (of TYPE: one list, repeated, or without TYPE=).
    - `phone_types`, `email_types`, `address_types`: the TYPE values of each label; `phone_again`:
      of the second and further numbers of a label.
    - `capacity`: how many numbers of a label the reader keeps (absent: any), `fallback`: the labels
      that further numbers get. `emails`, `addresses` (of one label), `websites_kept`: the same.
    - `websites`: how a website and its label are written; `website_types`: the types for labels,
      the first of them for other labels.
    - `labels`: how a label of one's own is written: in a group with X-ABLabel, as a type with X-
      where numbers, e-mails and addresses have it, or not at all. `groups`: whether the reader
      reads lines with a group. `preferring`: the lists whose preferred entry is marked.
    - `order` of the properties. `lines`: whether a text may hold line breaks.
    - `android`: whether Android telephones read these cards. `dialable`: whether numbers are
      written as Android stores them. `waid`: whether valid numbers name their WhatsApp account.
      `address_country`: whether a known country is written as Apple's X-ABADR.
    - `photo`: whether there is one, of at most `photo_side` pixels and `photo_bytes` (0: the
      operator's limit). `ceiling`: the most bytes of the card (0: any number); `cut`: whether the
      contact is shrunk to fit, or written whole for the caller to judge. `photo_v40`, `card_v40`:
      the losses of the photo and of the whole card in 4.0.
    - `apple`: whether Apple's reader may read the card, so that its losses are listed.
      `tel_uris`, `semicolons_escaped`: for 4.0, `backslashes_doubled`: for 2.1.
      `in_v21`, `in_v40`: fields with other values in these versions.
    - `unread`: parts that are written although this reader does not show them.
    - `filename` (ASCII, at most 20 characters) and `content_type` of the file.
    - `is_lossless`: whether the reader keeps every contact whole.

    The prefixes are derived: the start of a line up to its colon, by label. So is `usual`: whether
    lines are written as in most cards, for which there is a faster function. `card_prefixes` keeps
    those of cards that were read, by name, types, type of value and rank.
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
    phones_lost: LossKind | None = None
    main_lost: LossKind | None = None
    emails: int = 0
    emails_lost: LossKind | None = None
    addresses: int = 0
    addresses_lost: LossKind | None = None
    preferring: tuple[Part, ...] = ("phones", "emails")
    websites: Websites = "grouped"
    website_types: tuple[str, ...] = ()
    websites_kept: int = 0
    websites_lost: LossKind | None = None
    website_label_lost: LossKind | None = None
    order: tuple[str, ...] = ORDER
    labels: Labels = "typed"
    groups: bool = True
    lines: bool = True
    android: bool = False
    dialable: bool = False
    waid: bool = False
    waid_lost: LossKind | None = None
    address_country: bool = False
    photo: bool = True
    photo_lost: LossKind | None = None
    photo_side: int = 0
    photo_bytes: int = 0
    ceiling: int = 0
    cut: bool = True
    photo_unread: LossKind | None = None
    photo_v40: LossKind | None = None
    card_unread: LossKind | None = None
    card_v40: LossKind | None = None
    apple: bool = False
    tel_uris: bool = True
    semicolons_escaped: bool = False
    backslashes_doubled: bool = False
    in_v21: Mapping[str, Any] = field(hash=False, default_factory=dict)
    in_v40: Mapping[str, Any] = field(hash=False, default_factory=dict)
    unread: tuple[Part, ...] = ()
    unread_kind: LossKind | None = None
    filename: str = "contact.vcf"  # Twilio: at most 20 characters; iPhones want .vcf
    content_type: str = "text/vcard; charset=utf-8"  # RFC 6350; text/plain breaks iOS
    is_lossless: bool = False
    usual: bool = field(init=False, repr=False)
    phone_prefixes: Mapping[str, str] = field(init=False, hash=False, repr=False)
    phone_again_prefixes: Mapping[str, str] = field(init=False, hash=False, repr=False)
    email_prefixes: Mapping[str, str] = field(init=False, hash=False, repr=False)
    address_prefixes: Mapping[str, str] = field(init=False, hash=False, repr=False)
    card_prefixes: dict[tuple[str, Types, str, int], str] = field(
        init=False, hash=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        for name, prop, types in (
            ("phone_prefixes", "TEL", self.phone_types),
            ("phone_again_prefixes", "TEL", self.phone_again),
            ("email_prefixes", "EMAIL", self.email_types),
            ("address_prefixes", "ADR", self.address_types),
        ):
            prefixes = {
                label: f"{prop}{type_parameters(values, self.style)}:"
                for label, values in types.items()
            }
            object.__setattr__(self, name, MappingProxyType(prefixes))
        usual = self.version == "3.0" and self.folded and not self.charset
        object.__setattr__(self, "usual", usual)

    def in_version(self, version: Version) -> "Profile":
        """Return this profile in another version, with the losses of that version."""
        if version == self.version:
            return self
        other = dataclasses.replace(
            self,
            version=version,
            labels="grouped" if version == "4.0" and self.labels == "typed" else self.labels,
            charset=False,
            style="bare" if version == "2.1" else "list",
            waid=False,
            waid_lost=WAID_VERSION if self.waid else None,
            is_lossless=self.is_lossless and not self.apple,
        )
        if version != "4.0":
            return dataclasses.replace(other, **self.in_v21)
        return dataclasses.replace(
            other,
            phone_types=PHONE_TYPES_V40,
            phone_again={},
            main_lost=None,
            email_types=PLACES,  # 4.0 has no INTERNET
            photo_unread=self.photo_v40,
            card_unread=self.card_v40,
            order=("KIND", *self.order) if "UID" in self.order else self.order,
            **self.in_v40,
        )


def type_parameters(types: Types, style: Style) -> str:
    """Return the TYPE parameters of a line, each after its semicolon; "" without types.

    A list is not quoted (Android and iOS show a quoted one as text); 2.1 has no `TYPE=`.
    """
    if not types:
        return ""
    if style == "list":
        return f";TYPE={','.join(types)}"
    return "".join(f";{'type=' if style == 'repeated' else ''}{each}" for each in types)
