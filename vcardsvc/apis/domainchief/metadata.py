"""Metadata and extension data: the two members whose keys are the caller's own.

Source: the vendor's page on metadata for its limits. Keys and values are kept as sent, neither
trimmed nor composed, because they are found again by exact matches. What must never enter here: a
key with brackets, which the list's `metadata[key]=value` could not name.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from vcardsvc.apis.domainchief.codes import ARRAY, FORMAT, STRING, TOO_LONG, TOO_MANY, pointed
from vcardsvc.errors import Problem, Refused
from vcardsvc.validation.fields import Validator

METADATA: Final = "metadata"

KEY: Final = 40
"""Characters of a metadata key (the vendor's limit)."""

VALUE: Final = 500
"""Characters of a metadata value (the vendor's limit)."""

KEYS: Final = 50
"""Metadata keys of one contact (the vendor's limit)."""

KEYS_OF_A_CHANGE: Final = 2 * KEYS
"""Keys in one update: all that there are may go, and as many come."""

_ASKED: Final = re.compile(r"metadata\[([^\[\]]*)\]")
_NOT_IN_A_KEY: Final = re.compile(r"[\[\]\x00-\x1f\x7f-\x9f]")
_NOT_IN_A_VALUE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def metadata(validator: Validator, value: Any) -> Mapping[str, str] | None:
    """The pairs as sent, those that remove a key ("") among them; None when absent.

    An empty list is an empty object: PHP writes one for the other.
    """
    if value is None or value == []:
        return None if value is None else {}
    if type(value) is not dict:
        validator.refuse(ARRAY, (METADATA,), "type")
        return None
    set_here = sum(1 for one in value.values() if one != "")
    if set_here > KEYS or len(value) > KEYS_OF_A_CHANGE:
        validator.refuse(TOO_MANY, (METADATA,), "count", str(KEYS))
        return None
    return {key: one for key, one in value.items() if _is_pair(validator, key, one)}


def _is_pair(validator: Validator, key: str, value: Any) -> bool:
    """Whether key and value may be kept. A key that may not is not told back: it may be long."""
    if len(key) > KEY:
        validator.refuse(TOO_LONG, (METADATA, "key"), "length", str(KEY))
    elif not key or _NOT_IN_A_KEY.search(key):
        validator.refuse(FORMAT, (METADATA, "key"), "key")
    elif type(value) is not str:
        validator.refuse(STRING, (METADATA, pointed(key)), "type")
    elif len(value) > VALUE:
        validator.refuse(TOO_LONG, (METADATA, pointed(key)), "length", str(VALUE))
    elif _NOT_IN_A_VALUE.search(value):
        validator.refuse(FORMAT, (METADATA, pointed(key)), "control-character")
    else:
        return True
    return False


def sought(validator: Validator, options: Mapping[str, str]) -> Mapping[str, str]:
    """The pairs that a list is asked for by `metadata[key]=value`, exactly as they are kept. An
    empty value is kept nowhere, so it finds nobody.

    What begins like one of them and is none is refused: without it, everybody would be listed.
    """
    pairs: dict[str, str] = {}
    for name, value in options.items():
        if found := _ASKED.fullmatch(name):
            if _is_pair(validator, found[1], value):
                pairs[found[1]] = value
        elif name == METADATA:
            validator.refuse(ARRAY, (METADATA,), "type")
        elif name.startswith(f"{METADATA}["):
            validator.refuse(FORMAT, (METADATA, "key"), "key")
    return pairs


def merged(kept: Mapping[str, str], sent: Mapping[str, str] | None) -> Mapping[str, str]:
    """What is kept after `sent`: merged, a key with "" removed, `{}` removes all.

    Raises Refused for more than KEYS of them.
    """
    if sent is None or not sent:
        return kept if sent is None else {}
    after = {key: value for key, value in {**kept, **sent}.items() if value != ""}
    if len(after) > KEYS:
        code, field = TOO_MANY, f"/{METADATA}"
        raise Refused(Problem(code=code, field=field, cause="count", detail=str(KEYS)))
    return after


def extension_data(validator: Validator, value: Any, field: str) -> Mapping[str, Any] | None:
    """The object as sent; None when absent or empty. It goes back as it is, and into no card."""
    if value is None or value == [] or value == {}:
        return None
    if type(value) is not dict:
        validator.refuse(ARRAY, (field,), "type")
    elif not _can_be_kept(value):
        validator.refuse(FORMAT, (field,), "control-character")
    else:
        return value
    return None


def _can_be_kept(value: Any) -> bool:
    """Whether all of it goes through JSON and a database and back: no control characters, and no
    number that JSON cannot write. The door has bounded the nesting."""
    if type(value) is str:
        return _NOT_IN_A_VALUE.search(value) is None
    if type(value) is float:
        return math.isfinite(value)
    if type(value) is dict:
        return all(_can_be_kept(one) for one in (*value, *value.values()))
    return type(value) is not list or all(map(_can_be_kept, value))
