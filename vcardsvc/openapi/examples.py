"""Hold example requests with their responses, and the `curl` line for each.

A test compares each with the sample of the same name under samples/, and runs every `curl` line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

HOST: Final = "http://127.0.0.1:8000"
"""The placeholder for the address of the service, which the description has instead."""

KEY: Final = "YOUR_KEY"

LINK_ID: Final = "LINK_ID_OF_22_SYMBOLS_"
"""The placeholder for the id of a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Holds a createcontact request in JSON and its response, both as text; JSON of a response is
    one line, as it is sent."""

    name: str
    title: str
    body: str
    status: int
    media_type: str
    response: str


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
    response="""BEGIN:VCARD\r
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
    response=(
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
    """Return the shell command that posts this example."""
    headers = {"x-api-key": KEY, "content-type": "application/json"}
    return curl("POST", f"/{query}", {**headers, **({"accept": accept} if accept else {})},
                example.body)  # fmt: skip


def curl(method: str, target: str, headers: Mapping[str, str], body: str = "") -> str:
    """Return the shell command that sends this request to the service."""
    lines = [f"curl {_quoted(HOST + target)}"]
    if method == "HEAD":
        lines.append("--head")
    elif method != ("POST" if body else "GET"):
        lines.append(f"-X {method}")
    lines += [f"-H {_quoted(f'{name}: {value}')}" for name, value in headers.items()]
    if body:
        # Not -d, which reads a file when the body begins with @.
        lines.append(f"--data-raw {_quoted(body.rstrip())}")
    return " \\\n  ".join(lines)


def _quoted(text: str) -> str:
    """Return the text as one quoted word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"
