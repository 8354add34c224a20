"""Adapts a contact to the reader of a profile, and lists every loss.

Strategy: whatever a profile omits, cuts or relabels is changed in the contact before a line is
written, so that every change has its loss.
"""

from collections.abc import Iterable
from typing import Any

from msgspec import structs

from vcardsvc.model.contact import Address, Contact, Email, Phone, PhoneLabel, Website
from vcardsvc.model.request import Loss, Part
from vcardsvc.vcard.android import dialable, misdialled
from vcardsvc.vcard.apple import LABELLED, lost_by_apple
from vcardsvc.vcard.losses import (
    COMPANY_UNREAD,
    GLUED_ANDROID,
    LINES_TELEGRAM,
    NO_WAID,
    OWN_LABEL_LOST,
    PHONE_LABEL_OUTLOOK,
    PREFERRED_LOST,
    UID_LOST,
    WORDS_ANDROID,
    LossKind,
    loss,
)
from vcardsvc.vcard.profile import Profile
from vcardsvc.vcard.properties import tel_uri, website_types, whatsapp_account


def adapt(contact: Contact, profile: Profile) -> tuple[Contact, tuple[Loss, ...]]:
    """Return the contact that this profile's reader accepts, and the losses; the photo is
    unchanged.

    The index of a loss is an index into the lists of `contact`.
    """
    losses = list(_unread(contact, profile))
    if profile.card_unread:
        losses.insert(0, loss(profile.card_unread, "card"))
    if contact.uid and "UID" not in profile.order:
        losses.append(loss(UID_LOST, "uid"))
    if profile.apple:
        losses += lost_by_apple(contact, profile)
    elif contact.company and (contact.first or contact.last):
        losses.append(loss(COMPANY_UNREAD, "company"))
    contact = _unmarked(contact, profile, losses)
    adapted = structs.replace(
        contact,
        phones=_phones(contact.phones, profile, losses),
        emails=_emails(contact.emails, profile, losses),
        addresses=_addresses(contact.addresses, profile, losses),
        websites=_websites(contact.websites, profile, losses),
    )
    return (adapted if profile.lines else _joined(adapted, losses)), tuple(losses)


def _unmarked(contact: Contact, profile: Profile, losses: list[Loss]) -> Contact:
    """Return the contact without labels of its own and preferences that this profile cannot
    write."""
    for part in LABELLED:
        entries = []
        for index, entry in enumerate(getattr(contact, part)):
            if entry.own_label and not _can_label(entry.own_label, profile):
                losses.append(loss(OWN_LABEL_LOST, part, index, "own_label"))
                entry = structs.replace(entry, own_label="")
            if part not in profile.preferring and getattr(entry, "preferred", False):
                losses.append(loss(PREFERRED_LOST, part, index, "preferred"))
                entry = structs.replace(entry, preferred=False)
            entries.append(entry)
        changes: dict[str, Any] = {part: tuple(entries)}
        contact = structs.replace(contact, **changes)
    return contact


def _can_label(label: str, profile: Profile) -> bool:
    """Return whether a profile writes this label; in 2.1 a type is one word of ASCII."""
    if profile.labels == "none":
        return False
    return profile.labels == "grouped" or profile.version != "2.1" or _is_word(label)


def _is_word(label: str) -> bool:
    return label.isascii() and label.replace("-", "").isalnum()


def _unread(contact: Contact, profile: Profile) -> Iterable[Loss]:
    kind = profile.unread_kind
    if kind is None:
        return
    for part in profile.unread:
        value = getattr(contact, part)
        if isinstance(value, tuple):
            yield from (loss(kind, part, index) for index in range(len(value)))
        elif value:
            yield loss(kind, part)


def _phones(phones: tuple[Phone, ...], profile: Profile, losses: list[Loss]) -> tuple[Phone, ...]:
    kept = []
    labels = _labels(phones, profile)
    for index, (phone, maybe_label) in enumerate(zip(phones, labels, strict=True)):
        if maybe_label is None:
            losses += _maybe_loss(profile.phones_lost, "phones", index)
            continue
        if maybe_label != phone.label:
            losses.append(loss(PHONE_LABEL_OUTLOOK, "phones", index, "label"))
        elif maybe_label == "main":
            losses += _maybe_loss(profile.main_lost, "phones", index, "label")
        if whatsapp_account(phone):
            losses += _maybe_loss(profile.waid_lost, "phones", index, "number")
        elif profile.waid or profile.waid_lost:
            losses.append(loss(NO_WAID, "phones", index, "number"))
        maybe_phone: Phone | None = structs.replace(phone, label=maybe_label)
        if profile.dialable and phone.label != "pager" and phone.e164 is None:
            maybe_phone = _dialable(phone, index, losses)
        if maybe_phone is not None:
            kept.append(maybe_phone)
    if profile.android:
        losses += misdialled_losses(phones, profile)
    return tuple(kept)


def _labels(phones: tuple[Phone, ...], profile: Profile) -> list[PhoneLabel | None]:
    """Return the label under which each number is kept; None if the reader has no place for it.

    Numbers with a label of their own go first, then the others take the labels that are left.
    """
    if not profile.capacity:
        return [phone.label for phone in phones]
    labels: list[PhoneLabel | None] = [None] * len(phones)
    space = dict(profile.capacity)

    def place(index: int, *candidates: PhoneLabel) -> None:
        for label in candidates:
            if labels[index] is None and space[label] > 0:
                labels[index] = label
                space[label] -= 1

    for index, phone in enumerate(phones):
        place(index, phone.label)
    for index in range(len(phones)):
        place(index, *profile.fallback)
    return labels


def _maybe_loss(kind: LossKind | None, part: Part, index: int, member: str = "") -> list[Loss]:
    return [loss(kind, part, index, member)] if kind else []


def _dialable(phone: Phone, index: int, losses: list[Loss]) -> Phone | None:
    """Return the phone with the number that Android dials as intended; None without digits."""
    maybe_number, kinds = dialable(phone.number)
    for kind in kinds:
        losses.append(loss(kind, "phones", index, "" if kind is WORDS_ANDROID else "number"))
    return None if maybe_number is None else structs.replace(phone, number=maybe_number)


def misdialled_losses(phones: tuple[Phone, ...], profile: Profile) -> tuple[Loss, ...]:
    """Return a loss for each number that Android dials otherwise than intended."""
    losses = []
    for index, phone in enumerate(phones):
        maybe_kind = None
        if phone.label == "pager":
            continue
        if phone.e164 is None:
            maybe_kind = None if profile.dialable else misdialled(phone.number)
        elif profile.version == "4.0" and ";ext=" in tel_uri(phone.e164):
            maybe_kind = GLUED_ANDROID
        if maybe_kind:
            losses.append(loss(maybe_kind, "phones", index, "number"))
    return tuple(losses)


def _emails(emails: tuple[Email, ...], profile: Profile, losses: list[Loss]) -> tuple[Email, ...]:
    keep = profile.emails or len(emails)
    for index in range(keep, len(emails)):
        losses += _maybe_loss(profile.emails_lost, "emails", index)
    return emails[:keep]


def _addresses(
    addresses: tuple[Address, ...], profile: Profile, losses: list[Loss]
) -> tuple[Address, ...]:
    if not profile.addresses:
        return addresses
    kept: list[Address] = []
    for index, address in enumerate(addresses):
        same = sum(other.label == address.label for other in kept)
        if same >= profile.addresses:
            losses += _maybe_loss(profile.addresses_lost, "addresses", index)
        else:
            kept.append(address)
    return tuple(kept)


def _websites(
    websites: tuple[Website, ...], profile: Profile, losses: list[Loss]
) -> tuple[Website, ...]:
    kinds = website_types(websites, profile) if profile.websites == "typed" else ()
    kept = []
    for index, website in enumerate(websites):
        if kinds and not kinds[index]:
            losses += _maybe_loss(profile.websites_lost, "websites", index)
            continue
        kept.append(website)
        if website.label and not (kinds and kinds[index] == website.label.upper()):
            losses += _maybe_loss(profile.website_label_lost, "websites", index, "label")
    return tuple(kept)


def _joined(contact: Contact, losses: list[Loss]) -> Contact:
    """Replace line breaks by commas, for a reader of single lines."""
    parts: tuple[Part, ...] = ("organization", "title", "note")
    for part in parts:
        if "\n" in getattr(contact, part):
            losses.append(loss(LINES_TELEGRAM, part))
    addresses = []
    for index, address in enumerate(contact.addresses):
        if "\n" in address.text:
            losses.append(loss(LINES_TELEGRAM, "addresses", index, "text"))
        addresses.append(structs.replace(address, text=one_line(address.text)))
    return structs.replace(
        contact,
        organization=one_line(contact.organization),
        title=one_line(contact.title),
        note=one_line(contact.note),
        addresses=tuple(addresses),
    )


def one_line(text: str) -> str:
    """Return the text with commas instead of its line breaks."""
    if "\n" not in text:
        return text
    lines = (line.strip().rstrip(",") for line in text.split("\n"))
    return ", ".join(line for line in lines if line) or text.replace("\n", " ")
