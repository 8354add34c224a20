"""Schemathesis asks the running service whatever the description allows, and what it forbids.

Schemathesis runs as a program of its own, for the hooks in here are for it alone, and with one
worker: under Python 3.11 two that draw at once trip over `ast.parse` (python/cpython#106905).
"""

from pathlib import Path
from typing import Any

import pytest
import schemathesis

from tests.support.schemathesis_runs import HASTY, LONGEST, OFF, passed, run
from tests.support.service import KEY, serving

CALLS = 2_000
"""Calls without a failure that the service promises at least."""


@schemathesis.hook
def map_case(context: Any, case: "schemathesis.Case[Any]") -> "schemathesis.Case[Any]":
    """Remove what no schema can exclude from a call that must be accepted: a photo that no server
    has, an uploaded file that is no photo, a file name with another form's ending, a Twilio link
    that opens once."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return case
    query = dict(case.query or {})
    if isinstance(case.body, dict) and (case.body.get("photo") or case.body.get("photo-url")):
        query["photo"] = "drop"
    if isinstance(case.body, dict) and case.media_type == "multipart/form-data":
        case.body.pop("photo", None)
    query.pop("filename", None)
    if query.get("as") == "twilio":
        query.pop("once", None)
    case.query = query
    return case


@pytest.mark.timeout(LONGEST + 30)
def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    """All checks pass in at least 2,000 calls: examples, borders, random data, and sequences. The
    vendors' calls have a test of their own."""
    with serving(
        tmp_path, {**HASTY, **OFF, "DATABASE_URL": f"sqlite:///{tmp_path}/links.db"}
    ) as at:
        ran = run(tmp_path, at.url, "--header", f"x-api-key: {KEY}", hooks=__name__)
    assert passed(ran) >= CALLS
