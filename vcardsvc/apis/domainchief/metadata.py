"""Reads and merges metadata and extension data, the two members whose keys are the caller's own.

Keys and values are kept as sent, neither trimmed nor composed, because exact matches find them
again. A key has no brackets: the list's `metadata[key]=value` could not name it.

Source: the vendor's page on metadata for its limits.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.apis.domainchief.errors import (
    ARRAY,
    FORMAT,
    STRING,
    TOO_LONG,
    TOO_MANY,
    pointer_part,
)
from vcardsvc.errors import Problem, Refused
from vcardsvc.validation.fields import Validator

METADATA: Final = "metadata"
EXTENSION_DATA: Final = "extension_data"

KEY: Final = 40
"""Characters of a metadata key (the vendor's limit)."""

VALUE: Final = 500
"""Characters of a metadata value (the vendor's limit)."""

KEYS: Final = 50
"""Metadata keys of one contact (the vendor's limit)."""

KEYS_OF_AN_UPDATE: Final = 2 * KEYS
"""Keys in one update: it may remove all of a contact's and set as many new ones."""

_FILTER: Final = re.compile(r"metadata\[([^\[\]]*)\]")
_NOT_IN_A_KEY: Final = re.compile(r"[\[\]\x00-\x1f\x7f-\x9f]")
_NOT_IN_A_VALUE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def read_metadata(validator: Validator, value: Any) -> Mapping[str, str] | None:
    """Return the pairs as sent, also those that remove a key (""); None when absent or refused.

    An empty list is an empty object: PHP writes one for the other.
    """
    if value is None:
        return None
    if value == []:
        return {}
    if type(value) is not dict:
        validator.refuse(ARRAY, (METADATA,), "type")
        return None
    filled = sum(1 for one in value.values() if one != "")
    if filled > KEYS or len(value) > KEYS_OF_AN_UPDATE:
        validator.refuse(TOO_MANY, (METADATA,), "count", str(KEYS))
        return None
    return {key: one for key, one in value.items() if _is_pair(validator, key, one)}


def _is_pair(validator: Validator, key: str, value: Any) -> bool:
    """Return whether a key and its value may be kept, and refuse them if not. A refused key is not
    repeated to its sender, because it may be long."""
    if len(key) > KEY:
        validator.refuse(TOO_LONG, (METADATA, "key"), "length", str(KEY))
    elif not key or _NOT_IN_A_KEY.search(key):
        validator.refuse(FORMAT, (METADATA, "key"), "key")
    elif type(value) is not str:
        validator.refuse(STRING, (METADATA, pointer_part(key)), "type")
    elif len(value) > VALUE:
        validator.refuse(TOO_LONG, (METADATA, pointer_part(key)), "length", str(VALUE))
    elif _NOT_IN_A_VALUE.search(value):
        validator.refuse(FORMAT, (METADATA, pointer_part(key)), "control-character")
    else:
        return True
    return False


def read_metadata_filters(validator: Validator, options: Mapping[str, str]) -> Mapping[str, str]:
    """Return the pairs of a list's options `metadata[key]=value`, for exact matches. No contact has
    an empty value, so that it matches none.

    An option that only begins like a filter is refused: without it the list would hold all
    contacts.
    """
    pairs: dict[str, str] = {}
    for name, value in options.items():
        if match := _FILTER.fullmatch(name):
            if _is_pair(validator, match[1], value):
                pairs[match[1]] = value
        elif name == METADATA:
            validator.refuse(ARRAY, (METADATA,), "type")
        elif name.startswith(f"{METADATA}["):
            validator.refuse(FORMAT, (METADATA, "key"), "key")
    return pairs


def merge_metadata(
    existing: Mapping[str, str], changes: Mapping[str, str] | None
) -> Mapping[str, str]:
    """Return a contact's metadata after an update: a key with "" is removed, `{}` removes all, and
    None changes nothing. Raises Refused for more than KEYS keys."""
    if changes is None:
        return existing
    if not changes:
        return {}
    merged = {key: value for key, value in {**existing, **changes}.items() if value != ""}
    if len(merged) > KEYS:
        field = f"/{METADATA}"
        raise Refused(Problem(code=TOO_MANY, field=field, cause="count", detail=str(KEYS)))
    return merged


def read_extension_data(validator: Validator, value: Any) -> Mapping[str, Any] | None:
    """Return the object as sent; None when absent, empty or refused. Responses repeat it, and no
    card has it."""
    if value is None or value == [] or value == {}:
        return None
    if type(value) is not dict:
        validator.refuse(ARRAY, (EXTENSION_DATA,), "type")
    elif not _is_storable(value):
        validator.refuse(FORMAT, (EXTENSION_DATA,), "control-character")
    else:
        return value
    return None


def _is_storable(value: Any) -> bool:
    """Return whether JSON and a database can hold all of it: no control characters, and no number
    that JSON cannot write. The JSON reader has bounded the nesting."""
    if type(value) is str:
        return _NOT_IN_A_VALUE.search(value) is None
    if type(value) is float:
        return math.isfinite(value)
    if type(value) is dict:
        return all(_is_storable(one) for one in (*value, *value.values()))
    return type(value) is not list or all(map(_is_storable, value))
