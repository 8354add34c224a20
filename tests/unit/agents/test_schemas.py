"""The descriptions of the tools: short, and from the same source as the OpenAPI description."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.support.contact_requests import request
from vcardsvc.agents.schemas import CHECK, CONVERT, CREATE, TARGETS, argument_names, tools
from vcardsvc.apis.convert.files import SOURCES
from vcardsvc.apis.createcontact.mapping import MEMBERS
from vcardsvc.apis.render_options import OPTIONS
from vcardsvc.openapi.examples import ACCEPTED
from vcardsvc.settings import Settings

CEILING = 12_000
"""Bytes of the list of tools, all of which an agent reads before it works."""

SETTINGS = Settings()


def schema_of(name: str) -> dict[str, Any]:
    """The schema of a tool's arguments."""
    found: dict[str, Any] = next(
        one["inputSchema"] for one in tools(SETTINGS) if one["name"] == name
    )
    return found


@pytest.mark.parametrize(
    "settings", [SETTINGS, Settings(name_rule="relaxed", labels="free", link_max_ttl=60)]
)
def test_the_list_is_small(settings: Settings) -> None:
    """An agent has room for other things, under any settings."""
    octets = json.dumps({"tools": tools(settings)}, separators=(",", ":")).encode()
    assert len(octets) < CEILING


def test_every_schema_is_a_schema() -> None:
    """They are JSON Schema, of objects that know all of their members."""
    for name in (CREATE, CONVERT, CHECK, TARGETS):
        Draft202012Validator.check_schema(schema_of(name))
        assert schema_of(name)["additionalProperties"] is False
        assert tuple(schema_of(name)["properties"]) == argument_names(SETTINGS, name)


def test_a_contact_has_every_member_of_createcontact() -> None:
    """All but the action; lists, objects and texts as there."""
    contact = schema_of(CREATE)["properties"]["contact"]
    assert set(contact["properties"]) == MEMBERS - {"action"}
    kinds = {name: one["type"] for name, one in contact["properties"].items()}
    assert {name for name, kind in kinds.items() if kind == "array"} == {
        "phone", "email", "physical-address", "website", "social-profile", "im", "related",
        "categories",
    }  # fmt: skip
    assert {name for name, kind in kinds.items() if kind == "object"} == {"name", "geo"}
    assert kinds["company-card"] == "boolean"
    assert contact["properties"]["phone"]["items"]["required"] == ["number"]
    address = contact["properties"]["physical-address"]["items"]["properties"]
    assert {"address", "street", "city", "country-code", "label"} <= set(address)


def test_options_have_the_values_of_the_query() -> None:
    """The enumerations are those of the table of options; yes and no are booleans."""
    for tool in (CREATE, CONVERT):
        options = schema_of(tool)["properties"]
        for name in ("target", "version", "as", "photo", "content"):
            assert options[name]["enum"] == list(OPTIONS[name])
        assert options["once"]["type"] == "boolean"
        assert options["ttl"]["maximum"] == SETTINGS.link_max_ttl
    assert schema_of(CONVERT)["properties"]["from"]["enum"] == list(SOURCES)
    assert schema_of(CHECK)["properties"]["fix"]["type"] == "boolean"


@pytest.mark.parametrize("body", [json.loads(ACCEPTED.body), request()])
def test_what_the_service_accepts_fits(body: dict[str, Any]) -> None:
    """An ordinary request is one of the schema, without its action."""
    contact = {name: value for name, value in body.items() if name != "action"}
    validator = Draft202012Validator(schema_of(CREATE))
    assert list(validator.iter_errors({"contact": contact, "target": "apple"})) == []
    assert list(validator.iter_errors({"contact": contact, "aim": "apple"})) != []
