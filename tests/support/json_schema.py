"""JSON Schema over an OpenAPI description: what a value breaks, what a reference leads to."""

from typing import Any

from jsonschema import Draft202012Validator

Json = dict[str, Any]


def faults(description: Json, schema: Any, value: Any) -> list[str]:
    """What JSON Schema has against a value, with the components of the description."""
    whole = {"components": description["components"], **schema}
    return [fault.message for fault in Draft202012Validator(whole).iter_errors(value)]


def resolved(description: Json, value: Json) -> Json:
    """The target of a reference; any other value unchanged."""
    if "$ref" not in value:
        return value
    target: Any = description
    for part in value["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    assert isinstance(target, dict)
    return target


def operations(description: Json) -> list[tuple[str, str, Json]]:
    """(path, method, operation) of every operation."""
    return [
        (path, method.upper(), item[method])
        for path, item in description["paths"].items()
        for method in item
        if method != "parameters"
    ]
