"""Serve the comparison: one Starlette route that reads JSON and returns a fixed card.

It runs as the service does: one worker of uvicorn, uvloop, httptools, no access log.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Final, Literal

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

CARD: Final = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Appleseed;John;;;\r\nFN:John Appleseed\r\n"
    b"TEL;TYPE=WORK,VOICE:10000000000\r\nEND:VCARD\r\n"
)


def application(card: bytes = CARD) -> Starlette:
    """Return an application that answers every request with `card`."""

    async def respond(request: Request) -> Response:
        await request.json()
        return Response(card, media_type="text/vcard")

    return Starlette(routes=[Route("/", respond, methods=["POST"])])


def config(
    application: ASGIApp, *, port: int = 0, http: type[asyncio.Protocol] | Literal["auto"] = "auto"
) -> uvicorn.Config:
    """Return the options of uvicorn with which the service runs too."""
    return uvicorn.Config(
        application,
        port=port,
        http=http,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--card", type=Path, help="the file of the card")
    given = parser.parse_args()
    card = given.card.read_bytes() if given.card else CARD
    uvicorn.Server(config(application(card), port=given.port)).run()


if __name__ == "__main__":
    main()
