"""What makes tests quick: photos are decoded in this process, without the processes of decoders."""

import asyncio

import pytest

from vcardsvc.model.contact import Photo
from vcardsvc.photo.decoder import Budget, Decoder, render


async def _decode_here(decoder: Decoder, data: bytes, budget: Budget) -> Photo | str:
    return await asyncio.to_thread(render, data, decoder._limits, budget)


async def _start_nothing(_decoder: Decoder) -> None:
    """Start no process."""


@pytest.fixture(autouse=True)
def _decoders_without_processes(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.node.get_closest_marker("decoder_processes") is None:
        monkeypatch.setattr(Decoder, "_decode", _decode_here)
        monkeypatch.setattr(Decoder, "start", _start_nothing)
