"""Photos, the limits of decoders, and decoders that are closed again."""

import asyncio
import contextlib
from collections.abc import Iterator

import pytest

from tests.support import images
from tests.support.images import quarters, saved
from vcardsvc.errors import Problem, Refused
from vcardsvc.model.contact import Photo
from vcardsvc.photo.decoder import Budget, Decoder, Limits

LIMITS, BUDGET = Limits(), Budget()
FIELD = "/photo-url"

JPEG, PNG, GIF = (saved(quarters(), kind) for kind in ("JPEG", "PNG", "GIF"))
SLOW = images.scan_bomb(20_000, (1000, 1000))
"""270 kB that take some 8 s of CPU, for decoders that let so many scans pass."""


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for all decoders of this file."""
    with asyncio.Runner() as runner:
        yield runner


@contextlib.contextmanager
def started(runner: asyncio.Runner, limits: Limits) -> Iterator[Decoder]:
    """A decoder that is closed again."""
    decoder = Decoder(limits, BUDGET)
    runner.run(decoder.start())
    yield decoder
    runner.run(decoder.aclose())


@pytest.fixture(scope="module")
def decoder(runner: asyncio.Runner) -> Iterator[Decoder]:
    """A decoder as it is shipped."""
    with started(runner, LIMITS) as decoder:
        yield decoder


async def answer(decoder: Decoder, data: bytes) -> Photo | Problem:
    """What the decoder makes of a file: the photo, or its one problem."""
    try:
        return await decoder.prepare(data, FIELD)
    except Refused as refused:
        (problem,) = refused.problems
        return problem
