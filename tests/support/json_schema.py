"""JSON Schema over an OpenAPI description: what a value breaks, what a reference leads to."""

import copy
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


def read_bodies(description: Json, operation: Json) -> Json:
    """The content of the request body of an operation, by media type, with that of the component
    which has the bodies that the operation reads too."""
    body = operation["requestBody"]
    too = resolved(description, body.get("x-read-too", {"content": {}}))
    return {**body["content"], **too["content"]}


def with_all_bodies(description: Json) -> Json:
    """The description with every body at its operation, for programs that know none elsewhere."""
    whole: Json = copy.deepcopy(description)
    for *_, operation in operations(whole):
        if "x-read-too" in operation.get("requestBody", {}):
            operation["requestBody"]["content"] = read_bodies(description, operation)
    return whole


def operations(description: Json) -> list[tuple[str, str, Json]]:
    """(path, method, operation) of every operation."""
    return [
        (path, method.upper(), item[method])
        for path, item in description["paths"].items()
        for method in item
        if method != "parameters"
    ]
