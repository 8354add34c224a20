"""Creates the card of a request, for the handlers of createcontact."""

from typing import Final

from vcardsvc.errors import E403, Problem, Refused
from vcardsvc.http.authentication import Caller
from vcardsvc.http.base_url import base_url
from vcardsvc.http.context import AppContext
from vcardsvc.http.disconnect import unless_disconnected
from vcardsvc.http.request import HttpRequest
from vcardsvc.model.request import DEFAULT_OPTIONS, CardRequest, CardResult, RenderOptions
from vcardsvc.validation.origins import SELF

NO_LINKS: Final = "The page's own key makes no links: take a key of your own."


async def create_card(
    context: AppContext, request: HttpRequest, caller: Caller, card_request: CardRequest
) -> CardResult:
    """Return the result of a card request for this caller; a photo's fetch ends when the caller
    hangs up.

    Raises Refused and ClientDisconnected.
    """
    options = card_request.options
    base = ""
    if options is not DEFAULT_OPTIONS:
        base = link_base_url(context, request, caller, options)
    work = context.cards.create(card_request, caller.key.name, base)
    if card_request.photo_url or card_request.photo_bytes:
        return await unless_disconnected(work, request.receive)
    return await work


def link_base_url(
    context: AppContext, request: HttpRequest, caller: Caller, options: RenderOptions
) -> str:
    """Return what a link begins with; "" where these options make none. Raises Refused (E403) where
    the caller may make none."""
    if not options.links:
        return ""
    if SELF in caller.key.origins:
        raise Refused(Problem(code=E403, cause="form-key-link", detail=NO_LINKS))
    return base_url(context.settings, request)
