"""Forms as browsers and programs send them, and what is read of them."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from tests.support.contact_requests import STRICT
from vcardsvc.apis.base import Request
from vcardsvc.apis.createcontact.forms import Forms, ParsedForm, Upload
from vcardsvc.apis.createcontact.native import Native

URLENCODED: Final = b"application/x-www-form-urlencoded"
BOUNDARY: Final = "----WebKitFormBoundaryA1b2C3d4E5f6G7h8"
MULTIPART: Final = b"multipart/form-data; boundary=" + BOUNDARY.encode()
NATIVE: Final = Native(policy=STRICT)
FORMS: Final = Forms(native=NATIVE)

Pairs = Sequence[tuple[str, str | Upload]]


def part(headers: str, data: bytes) -> bytes:
    """One part with these headers, its delimiter before it."""
    return f"--{BOUNDARY}\r\n{headers}\r\n\r\n".encode() + data + b"\r\n"


def multipart(pairs: Pairs) -> bytes:
    """The fields as Chromium writes them."""
    parts = []
    for name, value in pairs:
        said = f'Content-Disposition: form-data; name="{name}"'
        if isinstance(value, Upload):
            said += f'; filename="{value.filename}"\r\nContent-Type: {value.content_type}'
            parts.append(part(said, value.data))
        else:
            parts.append(part(said, value.encode()))
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def opened(body: bytes, content_type: bytes = URLENCODED, **others: Any) -> ParsedForm:
    """The form as the door gets it."""
    return FORMS.parse_form(Request(body=body, content_type=content_type, **others))


JPEG: Final = b"\xff\xd8\xff\xe0\r\n--\r\n\x00"


FORM_DATA: Final = "Content-Disposition: form-data; "


LISTS: Final = {"phone": "number", "email": "id", "physical-address": "address", "website": "url"}

Writer = Callable[[dict[str, Any]], list[tuple[str, str]]]


def _bracketed(asked: dict[str, Any], row: Callable[[int], str]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in asked.items():
        if isinstance(value, str):
            pairs.append((name, value))
        elif isinstance(value, dict):
            pairs += [(f"{name}[{member}]", text) for member, text in value.items()]
        else:
            for index, entry in enumerate(value):
                pairs += [(f"{name}[{row(index)}][{part}]", text) for part, text in entry.items()]
    return pairs


def as_php(asked: dict[str, Any]) -> list[tuple[str, str]]:
    """The request in numbered rows."""
    return _bracketed(asked, lambda index: str(3 * index))


def as_rails(asked: dict[str, Any]) -> list[tuple[str, str]]:
    """The request in rows without numbers."""
    return _bracketed(asked, lambda _: "")


def as_flat(asked: dict[str, Any]) -> list[tuple[str, str]]:
    """The request without brackets, `_` for `-`."""
    pairs = [(name, value) for name, value in asked.items() if isinstance(value, str)]
    pairs += asked["name"].items()
    for name, key in LISTS.items():
        for entry in asked.get(name, ()):
            pairs += [(name, entry[key]), (f"{name}-label", entry.get("label", ""))]
    return [(name.replace("-", "_"), value) for name, value in pairs]
