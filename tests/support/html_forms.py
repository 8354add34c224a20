"""Writes HTML forms in both encodings for tests, and parses them."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from tests.support.contact_requests import MAX_TTL, STRICT
from vcardsvc.apis.base import Request
from vcardsvc.apis.createcontact.forms import HtmlFormApi
from vcardsvc.apis.createcontact.forms.parsing import Upload
from vcardsvc.apis.createcontact.forms.request import HtmlForm
from vcardsvc.apis.createcontact.mapping import LISTS
from vcardsvc.settings import Settings

URLENCODED: Final = b"application/x-www-form-urlencoded"
BOUNDARY: Final = "----WebKitFormBoundaryA1b2C3d4E5f6G7h8"
MULTIPART: Final = b"multipart/form-data; boundary=" + BOUNDARY.encode()
FORM_DATA: Final = "Content-Disposition: form-data; "
LIMIT: Final = Settings().body_limit
"""Bytes of a form beside its files."""

FORM_API: Final = HtmlFormApi(policy=STRICT, max_ttl=MAX_TTL, body_limit=LIMIT)
JPEG: Final = b"\xff\xd8\xff\xe0\r\n--\r\n\x00"
"""The octets of a photo's file, which resemble a delimiter."""

Fields = Sequence[tuple[str, str | Upload]]


def part(headers: str, data: bytes) -> bytes:
    """Return one part with these headers, behind its delimiter."""
    return f"--{BOUNDARY}\r\n{headers}\r\n\r\n".encode() + data + b"\r\n"


def multipart(fields: Fields) -> bytes:
    """Return the fields as Chromium writes them."""
    parts = []
    for name, value in fields:
        headers = f'{FORM_DATA}name="{name}"'
        if isinstance(value, Upload):
            headers += f'; filename="{value.filename}"\r\nContent-Type: {value.content_type}'
            parts.append(part(headers, value.data))
        else:
            parts.append(part(headers, value.encode()))
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def parse_form(body: bytes, content_type: bytes = URLENCODED, **others: Any) -> HtmlForm:
    """Return the form that the API parses."""
    return FORM_API.parse_form(Request(body=body, content_type=content_type, **others))


Texts = list[tuple[str, str]]
Writer = Callable[[dict[str, Any]], Texts]


def _bracketed(members: dict[str, Any], row: Callable[[int], str]) -> Texts:
    fields = []
    for name, value in members.items():
        if isinstance(value, str):
            fields.append((name, value))
        elif isinstance(value, dict):
            fields += [(f"{name}[{member}]", text) for member, text in value.items()]
        else:
            for index, entry in enumerate(value):
                fields += [(f"{name}[{row(index)}][{part}]", text) for part, text in entry.items()]
    return fields


def as_php(members: dict[str, Any]) -> Texts:
    """Return the request in numbered rows."""
    return _bracketed(members, lambda index: str(3 * index))


def as_rails(members: dict[str, Any]) -> Texts:
    """Return the request in rows without numbers."""
    return _bracketed(members, lambda _: "")


def as_flat(members: dict[str, Any]) -> Texts:
    """Return the request without brackets, `_` for `-`."""
    fields = [(name, value) for name, value in members.items() if isinstance(value, str)]
    fields += members["name"].items()
    for name, key in LISTS.items():
        for entry in members.get(name, ()):
            fields += [(name, entry[key]), (f"{name}-label", entry.get("label", ""))]
    return [(name.replace("-", "_"), value) for name, value in fields]
