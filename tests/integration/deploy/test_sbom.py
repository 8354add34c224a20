"""The command of the documentation writes a list of components that its own library accepts."""

import json
import shlex
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

import jsonschema
import pytest

from tests.support.deployment import needs, run
from tests.support.documentation import TOP, block

PAGE: Final = "deploy-container"

SLOW: Final = ("iri", "iri-reference")
"""Formats whose check by a grammar takes over a minute for the packages of the tests."""


@needs("cyclonedx-py")
def test_the_command_lists_what_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The document is valid, names the service and its version, and every library with its own."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    line = block(PAGE, "sbom").strip().splitlines()[-1]
    put = {".venv/bin/python": sys.executable, "sbom.json": str(tmp_path / "sbom.json")}
    program, *words = [put.get(one, one) for one in shlex.split(line)]
    run(Path(program).name, *words, cwd=TOP)
    text = (tmp_path / "sbom.json").read_text()
    document = json.loads(text)
    for one in SLOW:
        monkeypatch.delitem(jsonschema.Draft7Validator.FORMAT_CHECKER.checkers, one, raising=False)
    release = SchemaVersion.from_version(document["specVersion"])
    assert JsonStrictValidator(release).validate_str(text) is None
    assert (
        JsonStrictValidator(release).validate_str(text.replace('"library"', '"book"')) is not None
    )
    subject = document["metadata"]["component"]
    assert (subject["name"], subject["version"]) == ("vcardsvc", version("vcardsvc"))
    listed = {one["name"].lower(): one for one in document["components"]}
    for name in ("starlette", "uvicorn", "pillow", "phonenumbers", "sqlalchemy", "psycopg"):
        assert listed[name]["version"] == version(name)
        assert listed[name]["purl"] == f"pkg:pypi/{name}@{version(name)}"
