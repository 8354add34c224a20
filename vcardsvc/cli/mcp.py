"""Serve the tools for agents over stdin and stdout (MCP)."""

import asyncio
import contextlib
from typing import NoReturn

from vcardsvc.cli.application import app
from vcardsvc.cli.common import policy_of, settings_of, stop
from vcardsvc.cli.resources import COMMAND_LINE, photos_and_links
from vcardsvc.settings import PREFIX, Settings


@app.command()
def mcp() -> None:
    """Serve the tools for agents (MCP) over stdin and stdout, until stdin ends.

    An agent's program starts it. It needs no key, and no service that runs.
    """
    from vcardsvc.agents import sdk

    if not sdk.is_installed():
        stop(f"Agents need an extra that is not installed here: {sdk.INSTALL}")
    settings = settings_of(take=True)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    from vcardsvc.agents import sdk
    from vcardsvc.agents.tools import Tools
    from vcardsvc.services.cards import Cards
    from vcardsvc.services.conversion import Conversions
    from vcardsvc.telemetry import Telemetry

    policy, limit = policy_of(settings), settings.mms_limit
    telemetry = Telemetry()
    async with photos_and_links(settings, links=bool(settings.public_url)) as (photos, links):
        conversions = Conversions(photos=photos, links=links, policy=policy, mms_limit=limit)
        sdk.load()
        await sdk.serve_stdio(
            Tools(
                settings=settings,
                policy=policy,
                cards=Cards(photos=photos, links=links, mms_limit=limit),
                conversions=lambda: conversions,
                owner=COMMAND_LINE,
                base_url=lambda _: settings.public_url or _no_address(),
                on_fault=lambda fault: telemetry.fault("-", fault),
            )
        )


def _no_address() -> NoReturn:
    """Raise Refused (E406): a link needs an address to begin with."""
    from vcardsvc.errors import E406, Problem, Refused

    detail = f"A link needs an address to begin with: set {PREFIX}PUBLIC_URL."
    raise Refused(Problem(code=E406, cause="no-address", detail=detail))
