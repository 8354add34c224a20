"""Whatever a handler raises becomes one response, rendered by what was known when it failed."""

import asyncio
from typing import cast

import pytest

from vcardsvc.apis.base import Response
from vcardsvc.errors import E104, E113, E503, E1515, Problem, Refused
from vcardsvc.http.disconnect import ClientDisconnected
from vcardsvc.http.error_rendering import (
    CHALLENGE,
    FailureContext,
    Renderer,
    RequestFailed,
    error_response,
    failed,
)
from vcardsvc.telemetry import RequestLog, Telemetry


class _Faults:
    """Records faults of ours."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []

    def fault(self, id: str, exception: BaseException) -> None:
        self.faults.append((id, type(exception).__name__))


def _renderer(name: bytes) -> Renderer:
    def render(problems: tuple[Problem, ...]) -> Response:
        return Response(status=problems[0].http_status, headers=((b"api", name),), chunks=(name,))

    return render


def _response(fault: BaseException) -> tuple[Response, list[tuple[str, str]]]:
    faults = _Faults()
    default = _renderer(b"default")
    return error_response(fault, default, cast("Telemetry", faults), "one"), faults.faults


def test_an_inner_step_takes_precedence_and_headers_add_up() -> None:
    """The key, the bytes and the renderer of the innermost step count; headers of all steps are
    sent, the outermost first."""
    renderer = _renderer(b"inner")
    inner = failed(
        Refused(Problem(code=E1515, cause="name-missing")),
        FailureContext(key="mine", headers=((b"a", b"1"),), maybe_renderer=renderer),
    )
    outer = failed(inner, FailureContext(key="other", received=7, headers=((b"b", b"2"),)))
    response, faults = _response(outer)
    assert response.headers == ((b"api", b"inner"), (b"b", b"2"), (b"a", b"1"))
    assert response.log == RequestLog(key="mine", received=7, code="E1515", cause="name-missing")
    assert faults == []


def test_a_401_has_a_challenge_unless_its_renderer_brings_one() -> None:
    """The challenge of createcontact is sent with 401, and not beside a vendor's own."""
    refused = Refused(Problem(code=E104, cause="key"))
    assert CHALLENGE[0] in _response(refused)[0].headers
    own = RequestFailed(refused, FailureContext(challenge=()))
    assert CHALLENGE[0] not in _response(own)[0].headers


def test_retry_after_is_sent_once() -> None:
    """A problem's Retry-After is added where the renderer does not write it."""
    response, _ = _response(Refused(Problem(code=E113, retry_after=9)))
    assert response.headers.count((b"retry-after", b"9")) == 1


@pytest.mark.parametrize(
    ("fault", "status", "log"),
    [
        (ClientDisconnected(), 499, RequestLog(code="gone", cause="hung-up")),
        (asyncio.CancelledError(), 503, RequestLog(code="E503", cause="stopping")),
        (ZeroDivisionError("secret"), 500, RequestLog(code="E503", cause="fault")),
    ],
)
def test_other_exceptions_have_a_response_too(
    fault: BaseException, status: int, log: RequestLog
) -> None:
    """A disconnect, a cancellation and a bug become a response and a log; the bug is a fault."""
    response, faults = _response(RequestFailed(fault, FailureContext(key="mine")))
    assert response.status == status
    assert response.log == RequestLog(key="mine", code=log.code, cause=log.cause)
    assert faults == ([("one", "ZeroDivisionError")] if status == E503.status else [])
