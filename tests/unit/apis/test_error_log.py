"""The log line of a call that a vendor refuses has the code and the cause of the failure."""

import pytest

from vcardsvc.apis.base import Request
from vcardsvc.app import VENDORS
from vcardsvc.errors import E503, E1524, Code, Problem
from vcardsvc.validation.fields import Policy


@pytest.mark.parametrize("code", [E503, E1524], ids=lambda code: code.name)
@pytest.mark.parametrize("content_type", [b"application/json", b"application/xml"])
@pytest.mark.parametrize("name", VENDORS)
def test_a_refused_call_is_logged_with_its_code(name: str, content_type: bytes, code: Code) -> None:
    """Each vendor, with each of its routes and without one; the first problem counts."""
    vendor = VENDORS[name](Policy())
    problems = (Problem(code=code, cause="first"), Problem(code=E503, cause="second"))
    request = Request(content_type=content_type)
    for maybe_route in (None, *vendor.routes):
        response = vendor.error_response(maybe_route, request, problems)
        assert response.log.cause == "first"
        assert response.log.code.startswith("E")
