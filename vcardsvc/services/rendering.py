"""Renders what cards and conversions have alike: a target's profile, a stored link, a QR code."""

from dataclasses import replace
from typing import Literal

from msgspec import structs

from vcardsvc import vcard
from vcardsvc.errors import E406, Problem, Refused
from vcardsvc.messengers.losses import INSECURE_LINK
from vcardsvc.messengers.platforms import Platform
from vcardsvc.model.conversion import ConversionRequest
from vcardsvc.model.request import CardRequest, Document, Link, Loss, RenderOptions, Target
from vcardsvc.services.executor import Executor
from vcardsvc.services.links import Links
from vcardsvc.vcard.losses import loss


def chosen_profile(options: RenderOptions, default: Target, mms_limit: int) -> vcard.Profile:
    """Return the profile of the target that was chosen, or else of the default; a card for MMS
    holds at most `mms_limit` bytes."""
    profile = vcard.profile(options.target or default, options.version)
    return replace(profile, ceiling=mms_limit) if profile.name == "mms" else profile


def file_ceiling(profile: vcard.Profile) -> int:
    """Return the most bytes of a file of several cards; 0 for a target whose ceiling, if it has
    one, is that of each card. An MMS holds one file, Telegram takes one card in a message."""
    return profile.ceiling if profile.name == "mms" else 0


async def stored_link(
    links: Links,
    document: Document,
    request: CardRequest | ConversionRequest,
    owner: str,
    base_url: str,
) -> Link:
    """Store the document under a new link, as the request says. Raises Refused when there can be
    none."""
    options = request.options
    if request.filename and options.form != "qr":  # there it is the image's name
        document = structs.replace(document, filename=request.filename)
    return await links.stored(document, owner, base_url, ttl=options.ttl, once=options.once)


def link_losses(platform: Platform, link: Link) -> tuple[Loss, ...]:
    """Return a loss for a link of http, if the platform fetches https addresses alone."""
    refused = platform.secure and not link.url.startswith("https://")
    return (loss(INSECURE_LINK, "card"),) if refused else ()


async def qr_code(executor: Executor, octets: bytes, image: Literal["svg", "png"]) -> Document:
    """Return the QR code of these octets, drawn in a thread: a large one takes a tenth of a second.

    Raises Refused: E406 for more than a code holds, and what the executor raises.
    """
    from vcardsvc.vcard.qr import TooLong, qr

    try:
        return await executor.run(qr, octets, image)
    except TooLong as fault:
        detail = f"{fault} Ask with content=link."
        raise Refused(Problem(code=E406, cause="qr-ceiling", detail=detail)) from None
