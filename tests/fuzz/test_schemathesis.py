"""Schemathesis asks the running service whatever the description allows, and what it forbids.

Schemathesis runs as a program of its own, for the hooks in here are for it alone, and with one
worker: under Python 3.11 two that draw at once trip over `ast.parse` (python/cpython#106905).
"""

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis

from tests.support.conversion_samples import CONVERSIONS, FOLDER, JSON, VCARD
from tests.support.json_schema import with_all_bodies
from tests.support.schemathesis_runs import HASTY, LONGEST, OFF, passed, run
from tests.support.service import KEY, serving
from vcardsvc.messengers.platforms import KINDS

CALLS = 2_000
"""Calls without a failure that the service promises at least."""


@schemathesis.hook
def map_case(context: Any, case: "schemathesis.Case[Any]") -> "schemathesis.Case[Any]":
    """Remove what no schema can exclude from a call that must be accepted: a photo that no server
    has, an uploaded file that is no photo, a file name with another form's ending, a message
    whose link opens once, a body that holds no card."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return case
    query = dict(case.query or {})
    if case.path in ("/convert", "/check") and case.method == "POST":
        case.body = _cards(case.media_type or "", query.get("from", ""), case.body)
    if isinstance(case.body, dict) and (case.body.get("photo") or case.body.get("photo-url")):
        query["photo"] = "drop"
    if isinstance(case.body, dict) and case.media_type == "multipart/form-data":
        case.body.pop("photo", None)
    query.pop("filename", None)
    if query.get("as") in KINDS["link"]:
        query.pop("once", None)
    case.query = query
    return case


def _cards(media_type: str, source: str, drawn: Any) -> Any:
    """The body of a sample of this media type and source, or what was drawn where there is none."""
    media_type = VCARD if media_type.startswith("text/") else media_type
    for one in CONVERSIONS:
        named = one.target.partition("from=")[2]
        if one.media_type == media_type and named == (source if media_type == JSON else ""):
            text = (FOLDER / one.source).read_text()
            return json.loads(text) if media_type.endswith("json") else text
    return drawn


@pytest.mark.timeout(LONGEST + 30)
def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    """All checks pass in at least 2,000 calls: examples, borders, random data, and sequences. The
    vendors' calls have a test of their own."""
    with serving(
        tmp_path, {**HASTY, **OFF, "DATABASE_URL": f"sqlite:///{tmp_path}/links.db"}
    ) as at:
        whole = tmp_path / "openapi.json"
        whole.write_text(json.dumps(with_all_bodies(at.ask("GET", "/openapi.json").json)))
        ran = run(
            tmp_path,
            at.url,
            *("--header", f"x-api-key: {KEY}"),
            hooks=__name__,
            description=str(whole),
        )
    assert passed(ran) >= CALLS
