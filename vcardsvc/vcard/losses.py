"""Defines every kind of loss in a card: its code and its reason.

The report and the Vcard-Notes header come from this table. A reason describes a reader and
holds no value of a caller.
"""

from dataclasses import dataclass

from vcardsvc.errors import (
    CUT,
    DIGITS,
    DOUBTFUL,
    DROPPED,
    EXTENSION,
    JOINED,
    RELABELLED,
    SMALLER,
    UNREAD,
)
from vcardsvc.model.request import Loss, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class LossKind:
    """Holds a kind of loss: a code of `errors.NOTES` and a sentence for people."""

    code: str
    reason: str


OWN_LABEL_LOST = LossKind(
    code=RELABELLED, reason="This reader, or this version, has no labels of one's own."
)
PREFERRED_LOST = LossKind(code=DROPPED, reason="This reader marks no such entry as preferred.")
COMPANY_UNREAD = LossKind(
    code=UNREAD, reason="This reader shows the person's name, and the company below it."
)
PHOTO_TELEGRAM = LossKind(code=DROPPED, reason="Telegram's 2,048 bytes have no room for a photo.")
PHOTO_QR = LossKind(code=DROPPED, reason="A QR code has no room for a photo.")
PHOTO_SMALLER = LossKind(
    code=SMALLER, reason="The photo is made smaller than usual, to fit what this reader takes."
)
PHONES_OUTLOOK = LossKind(
    code=DROPPED, reason="Outlook has no place left for another number of this kind."
)
PHONE_LABEL_OUTLOOK = LossKind(
    code=RELABELLED, reason="Outlook keeps no more numbers of this kind; it stands as another one."
)
MAIN_OUTLOOK = LossKind(code=RELABELLED, reason="Outlook calls a main number Primary.")
EMAILS_OUTLOOK = LossKind(code=DROPPED, reason="Outlook keeps three e-mail addresses.")
ADDRESSES_OUTLOOK = LossKind(
    code=DROPPED, reason="Outlook keeps one business and one home address."
)
WEBSITES_OUTLOOK = LossKind(
    code=DROPPED, reason="Outlook keeps one business and one personal website."
)
WEBSITE_LABEL_OUTLOOK = LossKind(
    code=RELABELLED, reason="Outlook knows business and personal websites, and no other label."
)
WEBSITE_LABEL_WHATSAPP = LossKind(
    code=RELABELLED, reason="WhatsApp knows seven kinds of website, and no other label."
)
WEBSITE_LABEL_TELEGRAM = LossKind(
    code=RELABELLED, reason="Telegram shows websites without a label."
)
WEBSITE_LABEL_QR = LossKind(
    code=RELABELLED, reason="Labels of websites are left out of a QR code, to keep it small."
)
LINES_TELEGRAM = LossKind(code=JOINED, reason="Telegram shows one line; line breaks became commas.")
UNREAD_SIGNAL = LossKind(code=UNREAD, reason="Signal on Android does not show it.")
EXTENSION_ANDROID = LossKind(
    code=EXTENSION,
    reason="The extension stands behind a pause (p): Android glues any other onto the number.",
)
LETTERS_ANDROID = LossKind(
    code=DIGITS,
    reason="Android keeps digits only: letters became those of their keys or are left out.",
)
WORDS_ANDROID = LossKind(
    code=DROPPED, reason="Android keeps digits only, and this number has none."
)
GLUED_ANDROID = LossKind(
    code=DIGITS, reason="Android glues what stands behind the number onto it and dials that."
)
DIGITS_ANDROID = LossKind(
    code=DIGITS, reason="Android keeps digits and a leading + only, and dials another number."
)
UNDIALLED_ANDROID = LossKind(
    code=UNREAD, reason="Android keeps digits only, and this number has none: it shows no number."
)
CUT_TO_FIT = LossKind(code=CUT, reason="It is cut, to fit the bytes that this reader takes.")
LEFT_OUT_TO_FIT = LossKind(
    code=DROPPED, reason="It is left out, to fit the bytes that this reader takes."
)

UID_LOST = LossKind(
    code=DROPPED, reason="There is no room for an identity: saved twice, it is two contacts."
)
NO_WAID = LossKind(
    code=DOUBTFUL,
    reason="No WhatsApp account is known of this number: it offers Invite instead of Message.",
)
WAID_VERSION = LossKind(
    code=DROPPED,
    reason="Only 3.0 names the WhatsApp account of a number: it offers Invite instead of Message.",
)
CARD_V40_ANDROID = LossKind(
    code=UNREAD, reason="Android's own contacts refuse a 4.0 card; some other apps read it."
)
PHOTO_V40_ANDROID = LossKind(code=UNREAD, reason="Android shows no photo of a 4.0 card.")
SECOND_ANDROID = LossKind(
    code=CUT, reason="Android glues a second number onto the first; the first is written."
)
TRUNK_ANDROID = LossKind(
    code=DIGITS, reason="The (0) behind a country code is left out: Android would dial it."
)
UID_APPLE = LossKind(
    code=UNREAD, reason="Apple keeps no identity of a card: saved twice, it is two contacts."
)
ACCENTS_APPLE = LossKind(
    code=UNREAD, reason="Apple reads UTF-8 in 3.0 alone: it shows other characters in these places."
)
LABEL_APPLE = LossKind(
    code=RELABELLED, reason="Apple reads TYPE= in 3.0 alone: it shows this entry without its label."
)
SEMICOLON_APPLE = LossKind(code=CUT, reason="Apple ends this text at its first semicolon.")
BACKSLASH_APPLE = LossKind(code=UNREAD, reason="Apple drops a backslash in 2.1.")
TEL_URI_APPLE = LossKind(code=UNREAD, reason="Apple shows the `tel:` in front of the number.")
PHOTO_V40_APPLE = LossKind(code=UNREAD, reason="Apple and Android show no photo of a 4.0 card.")
LOSSES: tuple[LossKind, ...] = (
    PHOTO_TELEGRAM, PHOTO_QR, PHOTO_SMALLER, PHONES_OUTLOOK, PHONE_LABEL_OUTLOOK, MAIN_OUTLOOK,
    EMAILS_OUTLOOK, ADDRESSES_OUTLOOK, WEBSITES_OUTLOOK, WEBSITE_LABEL_OUTLOOK,
    WEBSITE_LABEL_WHATSAPP, WEBSITE_LABEL_TELEGRAM, WEBSITE_LABEL_QR, LINES_TELEGRAM,
    UNREAD_SIGNAL, EXTENSION_ANDROID, LETTERS_ANDROID, WORDS_ANDROID, GLUED_ANDROID,
    DIGITS_ANDROID, UNDIALLED_ANDROID, CUT_TO_FIT, LEFT_OUT_TO_FIT, UID_LOST, NO_WAID,
    WAID_VERSION, CARD_V40_ANDROID, PHOTO_V40_ANDROID, SECOND_ANDROID, TRUNK_ANDROID,
    UID_APPLE, ACCENTS_APPLE, LABEL_APPLE, SEMICOLON_APPLE, BACKSLASH_APPLE, TEL_URI_APPLE,
    PHOTO_V40_APPLE, OWN_LABEL_LOST, PREFERRED_LOST, COMPANY_UNREAD,
)  # fmt: skip
"""Every kind of loss; a test covers each."""


class CannotRender(ValueError):
    """Says that a reader or vendor refuses a contact: the `part` at fault and the `reason`."""

    def __init__(self, part: Part, reason: str) -> None:
        super().__init__(reason)
        self.part = part
        self.reason = reason


def loss(kind: LossKind, part: Part, index: int | None = None, member: str = "") -> Loss:
    """Return a loss of this kind in this part of a contact."""
    return Loss(part=part, index=index, member=member, code=kind.code, reason=kind.reason)
