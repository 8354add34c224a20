"""A megabyte of any kind of cards costs little time and memory, whatever is wanted of it."""

import asyncio
import gc
import re
from collections.abc import Callable
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest

from tests.support.cpu_budget import within_cpu_budget
from tests.support.hostile_cards import FULL, HOSTILE, Body, full
from vcardsvc.apis.base import Request
from vcardsvc.apis.convert.check import check_response, read_check, with_mends
from vcardsvc.apis.convert.files import CHECKED, FEWEST, PROPERTIES
from vcardsvc.apis.convert.request import read_conversion
from vcardsvc.apis.convert.response import conversion_response
from vcardsvc.errors import E1522, Problem, Refused
from vcardsvc.model.contact import Photo
from vcardsvc.photo.decoder import Budget
from vcardsvc.services.conversion import Conversions
from vcardsvc.services.executor import Executor
from vcardsvc.services.links import Links
from vcardsvc.services.photos import Photos
from vcardsvc.settings import MIB, Settings
from vcardsvc.telemetry import Telemetry
from vcardsvc.validation.fields import Policy

T = TypeVar("T")

SECONDS: Final = 1.5
"""Processor time to convert a megabyte, on a quiet machine."""

WRITING: Final = 2.5
"""Processor time to convert one into the forms that cost most."""

CHECKING: Final = 2.5
"""Processor time to check one: each of its properties is read, and looked at."""

MENDING: Final = 3.5
"""Processor time to check one, write it and check what was written."""

OCTETS: Final = 64 * MIB
"""Memory for a megabyte."""

SETTINGS: Final = Settings()

STATUS: Final = Path("/proc/self/status")

pytestmark = pytest.mark.skipif(not STATUS.exists(), reason="memory is measured by Linux")

FORMS: Final = (
    *("version=2.1", "version=4.0", "target=android", "target=telegram", "target=mms", "as=jcard"),
    *("as=xcard", "as=jscontact", "as=whatsapp", "as=telegram", "as=report"),
)

COSTLY: Final = ("version=2.1", "as=telegram", "as=xcard", "as=jscontact")
"""The forms that cost most."""

MOST: Final = (
    "properties of JSContact",
    "nicknames",
    "texts of many lists",
    "texts of a component",
)
"""The kinds that have most texts in one property."""


class _NoDecoder:
    """Finds no photo in any file: what decoders cost is theirs."""

    async def prepare(self, data: bytes, field: str, maybe_budget: Budget | None = None) -> Photo:
        raise Refused(Problem(code=E1522, field=field, cause="no-image"))


class _NoFetcher:
    """Is never asked."""


class _Inline(Executor):
    """Does work at once: time is measured in this thread."""

    def __init__(self) -> None:
        super().__init__(1, "inline", slots_cause="inline", slot_seconds=1, retry_after=1)

    async def run(self, work: Callable[..., T], *args: Any, slot_seconds: float | None = None) -> T:
        return work(*args)


CONVERSIONS: Final = Conversions(
    photos=Photos(fetcher=_NoFetcher(), decoder=_NoDecoder(), telemetry=Telemetry()),  # type: ignore[arg-type]
    links=Links(),
    executor=_Inline(),
)


def _converted(body: Body, query: str) -> None:
    """Read the cards and write them, or refuse them."""
    try:
        request = read_conversion(*_arguments(body, query))
        result = asyncio.run(CONVERSIONS.convert(request))
    except Refused:
        return
    conversion_response(request, result)


def _checked(body: Body, query: str = "") -> None:
    """Check the cards and mend them if that is asked, or refuse them."""
    try:
        check = read_check(*_arguments(body, query))
        if not check.fix:
            check_response(check)
            return
        result = asyncio.run(CONVERSIONS.convert(check.conversion))
    except Refused:
        return
    conversion_response(check.conversion, with_mends(check, result))


def _arguments(body: Body, query: str) -> tuple[Request, bytes, Policy, int, int]:
    media_type, octets, source = body
    options = "&".join(filter(None, (query, source and f"from={source}")))
    request = Request(query=options.encode(), content_type=media_type, body=octets)
    return request, media_type, CONVERSIONS.policy, SETTINGS.link_max_ttl, SETTINGS.convert_cards


def _within(seconds: float, work: Callable[[], None]) -> None:
    """Do the work. Raises AssertionError where it takes more time, or more than OCTETS."""
    gc.collect()
    STATUS.with_name("clear_refs").write_text("5")  # the peak begins anew: proc(5)
    before = _kilobytes("VmRSS")
    within_cpu_budget(seconds, work)
    assert (_kilobytes("VmHWM") - before) * 1024 < OCTETS


def _kilobytes(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", STATUS.read_text(), re.MULTILINE)
    assert found
    return int(found[1])


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_conversion_is_quick_and_small(kind: str) -> None:
    """The card is made within the time and the memory, or the body is refused."""
    _within(SECONDS, partial(_converted, HOSTILE[kind](), "version=3.0"))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_quick(form: str) -> None:
    """The kinds that have most are written within the time in every form."""
    for kind in MOST:
        within_cpu_budget(WRITING, partial(_converted, HOSTILE[kind](), form))


@pytest.mark.parametrize(("kind", "form"), [*zip(FULL, cycle(COSTLY), strict=False)])
def test_a_conversion_of_a_full_body_is_quick_and_small(kind: str, form: str) -> None:
    """As many properties as a body may have are written within the time."""
    _within(WRITING, partial(_converted, full(kind, PROPERTIES * FEWEST), form))


@pytest.mark.parametrize("kind", FULL)
def test_a_check_of_a_full_body_is_quick_and_small(kind: str) -> None:
    """As many properties as a body may have are checked and mended within the time."""
    _within(MENDING, partial(_checked, full(kind, CHECKED * FEWEST), "fix=true"))


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_check_is_quick_and_small(kind: str) -> None:
    """What cards say and what is wrong with them is found within the time and the memory."""
    _within(CHECKING, partial(_checked, HOSTILE[kind]()))
