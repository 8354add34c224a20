"""The samples for clients and for the registry of MCP servers say what is true."""

import json
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from tests.support.documentation import block
from tests.support.samples import SAMPLES
from vcardsvc import __version__
from vcardsvc.settings import PREFIX, Settings

FOLDER: Final = SAMPLES / "mcp"

_TEXT: Final = {"type": "string", "minLength": 1}
_INPUT: Final = {
    "description": _TEXT,
    "isRequired": {"type": "boolean"},
    "isSecret": {"type": "boolean"},
    "format": {"enum": ["string", "number", "boolean", "filepath"]},
    "value": _TEXT,
    "default": _TEXT,
    "placeholder": _TEXT,
}
_NAMED: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {"name": _TEXT, **_INPUT},
    },
}
_ARGUMENTS: Final = {
    "type": "array",
    "items": {
        "oneOf": [
            {
                "type": "object",
                "required": ["type", "value"],
                "additionalProperties": False,
                "properties": {"type": {"const": "positional"}, **_INPUT},
            },
            {
                "type": "object",
                "required": ["type", "name"],
                "additionalProperties": False,
                "properties": {"type": {"const": "named"}, "name": _TEXT, **_INPUT},
            },
        ]
    },
}
SERVER: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["$schema", "name", "description", "version"],
    "additionalProperties": False,
    "properties": {
        "$schema": _TEXT,
        "name": {
            "type": "string",
            "pattern": "^[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+$",
            "minLength": 3,
            "maxLength": 200,
        },
        "description": {"type": "string", "minLength": 1, "maxLength": 100},
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "packages": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["registryType", "identifier", "version", "transport"],
                "additionalProperties": False,
                "properties": {
                    "registryType": {"enum": ["npm", "pypi", "oci", "nuget", "mcpb"]},
                    "identifier": _TEXT,
                    "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
                    "runtimeHint": _TEXT,
                    "runtimeArguments": _ARGUMENTS,
                    "packageArguments": _ARGUMENTS,
                    "transport": {"const": {"type": "stdio"}},
                    "environmentVariables": _NAMED,
                },
            },
        },
        "remotes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "url"],
                "additionalProperties": False,
                "properties": {
                    "type": {"enum": ["streamable-http", "sse"]},
                    "url": {"type": "string", "pattern": "^https://"},
                    "headers": _NAMED,
                },
            },
        },
    },
}
"""What this description uses of the registry's schema of 2025-09-29, written down from
https://static.modelcontextprotocol.io/schemas/2025-09-29/server.schema.json."""


def _sample(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


def test_the_registrys_description_fits_its_schema() -> None:
    """It has the version of this release, and settings that there are."""
    server = _sample("server.json")
    assert list(Draft202012Validator(SERVER).iter_errors(server)) == []
    assert server["$schema"].endswith("/schemas/2025-09-29/server.schema.json")
    (package,) = server["packages"]
    assert {server["version"], package["version"]} == {__version__}
    assert package["runtimeArguments"][0]["value"] == f"vcardsvc[mcp]=={__version__}"
    known = {f"{PREFIX}{name.upper()}" for name in Settings.__dataclass_fields__}
    assert {one["name"] for one in package["environmentVariables"]} <= known
    assert [one["isSecret"] for one in server["remotes"][0]["headers"]] == [True]


@pytest.mark.parametrize("name", ["stdio", "http"])
def test_a_configuration_is_that_of_the_page(name: str) -> None:
    """The sample is what a newcomer reads."""
    assert json.loads(block("agents", f"configuration: {name}")) == _sample(f"{name}.json")
