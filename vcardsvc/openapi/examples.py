"""Examples of requests with their replies, and the `curl` line for each.

Few and literal: a test compares each with the sample of the same name under samples/, and runs
every `curl` line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

HOST: Final = "http://127.0.0.1:8000"
"""Stands for the address of the service; the description has the real one instead."""

KEY: Final = "YOUR_KEY"

LINK_ID: Final = "LINK_ID_OF_22_SYMBOLS_"
"""Stands for the id of a link: a real one is a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A createcontact request in JSON and its reply. `body` and `reply` are texts; a reply that is
    JSON is one line, as it is sent."""

    name: str
    title: str
    body: str
    status: int
    media_type: str
    reply: str


ACCEPTED: Final = Example(
    name="jose",
    title="A contact with a phone number",
    body="""{
  "action": "createcontact",
  "name": {
    "first-name": "José",
    "last-name": "Núñez"
  },
  "organization": "Peña y Compañía",
  "phone": [
    {
      "number": "+34 912 34 56 78",
      "label": "Mobile"
    }
  ]
}
""",
    status=200,
    media_type="text/vcard",
    reply="""BEGIN:VCARD\r
VERSION:3.0\r
N:Núñez;José;;;\r
UID:urn:uuid:89d062a6-2c74-5961-9a9c-1227d20b1b64\r
FN:José Núñez\r
ORG:Peña y Compañía\r
TEL;TYPE=CELL,VOICE:+34912345678\r
PRODID:-//vcardsvc//vcardsvc//EN\r
END:VCARD\r
""",
)

REFUSED: Final = Example(
    name="e1516-apostrophe",
    title="A name with an apostrophe",
    body="""{
  "action": "createcontact",
  "name": {
    "first-name": "Ann",
    "last-name": "O'Brien"
  }
}
""",
    status=422,
    media_type="application/json",
    reply=(
        '{"status": "failure", "error-code": "E1516", "error-info": "A name may hold only'
        ' letters, digits, spaces and periods. \\"\'\\" (U+0027 APOSTROPHE) is not '
        'allowed.", "errors": [{"error-code": "E1516", "error-info": "A name may hold '
        'only letters, digits, spaces and periods. \\"\'\\" (U+0027 APOSTROPHE) is not '
        'allowed.", "field": "/name/last-name"}]}'
    ),
)

EXAMPLES: Final = (ACCEPTED, REFUSED)

VARIATIONS: Final = (
    ("For Outlook", "?target=outlook", ""),
    ("As vCard 4.0", "?version=4.0", ""),
    ("As jCard", "", "application/vcard+json"),
    ("As a QR code", "?as=qr", ""),
    ("As a link for an hour", "?as=link&ttl=3600", ""),
    ("What each target would lose", "?as=report", ""),
)
"""Other forms of the accepted contact: title, query, Accept header."""


def command(example: Example, query: str = "", accept: str = "") -> str:
    """The shell command that posts this example."""
    headers = {"x-api-key": KEY, "content-type": "application/json"}
    return curl("POST", f"/{query}", {**headers, **({"accept": accept} if accept else {})},
                example.body)  # fmt: skip


def curl(method: str, target: str, headers: Mapping[str, str], body: str = "") -> str:
    """The shell command that sends this request to the service."""
    lines = [f"curl {_quoted(HOST + target)}"]
    if method == "HEAD":
        lines.append("--head")
    elif method != ("POST" if body else "GET"):
        lines.append(f"-X {method}")
    lines += [f"-H {_quoted(f'{name}: {value}')}" for name, value in headers.items()]
    if body:
        # Not -d, which takes a body that begins with @ for the name of a file.
        lines.append(f"--data-raw {_quoted(body.rstrip())}")
    return " \\\n  ".join(lines)


def _quoted(text: str) -> str:
    """`text` as one word of a POSIX shell, in quotes even where it needs none."""
    return "'" + text.replace("'", "'\\''") + "'"
