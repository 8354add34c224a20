"""Describe the tools and their arguments, from the schemas of the OpenAPI description.

An agent reads every schema into its context, so these are short: without patterns, without null and
blank entries, which the service accepts too. What they describe is accepted where its texts are.
The readers of the arguments alone refuse, with a code, a field and what to mend.

Source: https://modelcontextprotocol.io/specification/2025-11-25/server/tools
"""

import functools
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from vcardsvc.apis.agents import CREATE as CREATE
from vcardsvc.apis.render_options import FLAGS
from vcardsvc.openapi import conversion, request
from vcardsvc.settings import Settings
from vcardsvc.validation.fields import ENTRIES

Json = dict[str, Any]

CONVERT: Final = "convert_contacts"
CHECK: Final = "check_card"
TARGETS: Final = "list_targets"

CREATED: Final = frozenset(
    ("target", "version", "as", "photo", "ttl", "once", "content", "filename", "from")
)
"""The options of a query that are arguments where cards are written: all but a browser's."""

CHECKED: Final = frozenset(("target", "version", "from", "fix"))
"""The options that are arguments where cards are checked."""

_DESCRIPTIONS: Final[Mapping[str, str]] = {
    "as": "The form of the result: card unless named. link: an address that expires.",
    "from": "What JSON holds that does not say so itself.",
}
"""The descriptions of options that HTTP describes in its own terms."""

REMEMBERED: Final = 4
"""Descriptions in the cache: a process has one, a test a few."""

_COMPONENTS: Final = "#/components/schemas/"
_KEPT: Final = ("description", "enum", "minimum", "maximum", "default", "required")
_TYPED: Final = frozenset(("type", "$ref", "anyOf", "oneOf"))
_LIMITS: Final = frozenset(("const", "prefixItems"))
_LONG: Final = 40
"""Values of an enumeration above which its description has to do: the time zones are 600."""

_READ_ONLY: Final[Json] = {"readOnlyHint": True, "openWorldHint": False}

_CARDS: Final[Json] = {
    "type": "string",
    "description": "The text of a .vcf file (vCard 2.1, 3.0, 4.0, any program's), of xCard, or "
    "JSON: jCard, JSContact, or what `from` names.",
}
"""The argument with cards. JSON that is no text but a value is read too."""


@functools.lru_cache(maxsize=REMEMBERED)
def tools(settings: Settings) -> tuple[Json, ...]:
    """Return every tool as `tools/list` has it: name, title, description, schema of arguments."""
    components = {**request.schemas(settings), **conversion.SCHEMAS}
    converted = conversion.convert_operation(settings)["parameters"]
    checked = conversion.check_operation(settings)["parameters"]
    return (
        _tool(
            CREATE,
            "Create a contact card",
            "Make a vCard (.vcf) of a person or a company that phones, mail programs and "
            "messengers read right. Give what you know; never invent data. The result names what "
            "was cut, changed or lost.",
            {
                "contact": _contact(components),
                **_options(request.parameters(settings), CREATED, components),
            },
            "contact",
        ),
        _tool(
            CONVERT,
            "Convert contacts",
            "Turn contacts of any format into vCards or another form, and name what is lost.",
            {"cards": _CARDS, **_options(converted, CREATED, components)},
            "cards",
        ),
        _tool(
            CHECK,
            "Check a card",
            "Say what cards contain and what is wrong with them, for every reader or for the "
            "target; with fix=true return them mended.",
            {"cards": _CARDS, **_options(checked, CHECKED, components)},
            "cards",
        ),
        _tool(
            TARGETS,
            "List the targets",
            "List the values of `target`: the readers that a card can be written for, and what "
            "changes in their cards.",
            {},
        ),
    )


def argument_names(settings: Settings, tool: str) -> tuple[str, ...]:
    """Return the names of the arguments of a tool."""
    schema = next(one["inputSchema"] for one in tools(settings) if one["name"] == tool)
    return tuple(schema["properties"])


def _tool(name: str, title: str, description: str, arguments: Json, *required: str) -> Json:
    schema: Json = {"type": "object", "properties": arguments, "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    # Links are stored, and a photo may be fetched from the web, where cards are made.
    stored = {"readOnlyHint": False, "destructiveHint": False, "openWorldHint": True}
    return {
        "name": name,
        "title": title,
        "description": description,
        "inputSchema": schema,
        "annotations": _READ_ONLY if name == TARGETS else stored,
    }


def _contact(components: Mapping[str, Json]) -> Json:
    """Return the schema of a contact: that of a createcontact request without its action."""
    contact = _simple(components["Contact"], components)
    members = {name: one for name, one in contact["properties"].items() if name != "action"}
    for name, (_, description, _) in request.ENTRIES_OF.items():
        members[name] = {**members[name], "description": description, "maxItems": ENTRIES}
    return {
        "type": "object",
        "description": "A person needs name, with a first or a last name; a company card needs "
        "company-card and organization.",
        "properties": members,
    }


def _options(
    parameters: Iterable[Json], names: Collection[str], components: Mapping[str, Json]
) -> Json:
    """Return the options of a query with these names as arguments; yes and no are booleans."""
    return {one["name"]: _option(one, components) for one in parameters if one["name"] in names}


def _option(parameter: Json, components: Mapping[str, Json]) -> Json:
    name, schema = parameter["name"], _simple(parameter["schema"], components)
    described = {"description": _DESCRIPTIONS.get(name, parameter["description"])}
    if schema.get("enum") == list(FLAGS):
        return {"type": "boolean", **described}
    return {**schema, **described}


def _simple(schema: Json, components: Mapping[str, Json]) -> Json:
    """Return the schema with what an agent needs: types, members, choices, descriptions."""
    if "$ref" in schema:
        found = _simple(components[schema["$ref"].removeprefix(_COMPONENTS)], components)
        return {**found, **{key: schema[key] for key in ("description",) if key in schema}}
    kept: Json = {key: schema[key] for key in _KEPT if key in schema}
    if len(kept.get("enum", ())) > _LONG:
        del kept["enum"]
    maybe_type = _type(schema.get("type"))
    if maybe_type:
        kept = {"type": maybe_type, **kept}
    if "properties" in schema:
        kept["properties"] = {
            name: _simple(one, components) for name, one in schema["properties"].items()
        }
    if "items" in schema:
        items = _simple(schema["items"], components)
        kept["items"] = {key: one for key, one in items.items() if key != "description"}
    for alternatives in (schema.get("anyOf", ()), schema.get("oneOf", ())):
        kept = _joined(kept, [_simple(one, components) for one in _typed(alternatives)])
    return kept


def _type(named: Any) -> Any:
    """Return the type without null."""
    if type(named) is not list:
        return named
    types = [one for one in named if one != "null"]
    return types[0] if len(types) == 1 else types


def _typed(alternatives: Iterable[Json]) -> list[Json]:
    """Return the alternatives that say what a value is, not only what is required of it or of its
    first entries; those of a blank or absent value only where there are no others."""
    typed = [one for one in alternatives if _TYPED & one.keys() and not _LIMITS & one.keys()]
    return [one for one in typed if not _is_blank(one)] or typed


def _is_blank(schema: Json) -> bool:
    """Return whether a schema describes a value that counts as absent."""
    blank = f"{_COMPONENTS}Blank"
    return "null" in schema.get("type", ()) or schema.get("$ref", "").startswith(blank)


def _joined(schema: Json, alternatives: list[Json]) -> Json:
    """Return the schema with the members of all alternatives, and what all of them require; where
    they have no members it is the first of them."""
    if not alternatives:
        return schema
    first = alternatives[0]
    members: Json = {}
    for one in alternatives:
        if one.get("type") == first.get("type"):
            members = {**one.get("properties", {}), **members}
    joined = {**first, **schema}
    if not members:
        return joined
    joined["properties"] = members
    required = [set(one.get("required", ())) for one in alternatives]
    joined["required"] = sorted(set.intersection(*required))
    return {key: value for key, value in joined.items() if value != []}
