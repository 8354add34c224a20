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
    """Holds a request and its response, both as text; JSON of a response is one line, as it is
    sent. `media_type` is that of the response, `sent_as` that of the body, `query` begins with ?"""

    name: str
    title: str
    body: str
    status: int
    media_type: str
    response: str
    path: str = "/"
    query: str = ""
    sent_as: str = "application/json"


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

NOKIA: Final = Example(
    name="nokia.apple",
    title="A card of an old phone for an iPhone",
    path="/convert",
    query="?target=apple",
    sent_as="text/vcard",
    body="""BEGIN:VCARD
VERSION:2.1
N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:M=C3=A4kinen;Aino
TEL;CELL;PREF:+358401234567
TEL;VOICE;WORK:+35891234567
EMAIL;INTERNET:aino.makinen@example.com
ADR;HOME;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:;;H=C3=A4meentie 1 A;Hel=
sinki;;00500;Finland
X-NICKNAME:Ainu
BDAY:19790203
NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Soita illalla.=0D=0AKiitos!
END:VCARD
""",
    status=200,
    media_type="text/vcard",
    response="""BEGIN:VCARD\r
VERSION:3.0\r
NICKNAME:Ainu\r
BDAY:1979-02-03\r
NOTE:Soita illalla.\\nKiitos!\r
N:Mäkinen;Aino;;;\r
FN:Aino Mäkinen\r
TEL;TYPE=CELL,VOICE,PREF:+358401234567\r
TEL;TYPE=WORK,VOICE:+35891234567\r
EMAIL:aino.makinen@example.com\r
ADR;TYPE=HOME:;;Hämeentie 1 A;Helsinki;;00500;Finland\r
END:VCARD\r
""",
)

CHECKED: Final = Example(
    name="ada.android",
    title="What Android gets wrong",
    path="/check",
    query="?target=android",
    sent_as="text/vcard",
    body="""BEGIN:VCARD
VERSION:3.0
N:Nowak;Ada;;;
TEL;TYPE=CELL:+48225550123
EMAIL;TYPE=INTERNET:ada.nowak@example.com
END:VCARD
""",
    status=200,
    media_type="application/json",
    response=(
        '{"cards": [{"version": "3.0", "says": [{"name": "Name", "text": "Ada Nowak"}, '
        '{"name": "Phone, mobile", "text": "+48225550123"}, {"name": "E-mail, work", "text": '
        '"ada.nowak@example.com"}], "findings": [{"severity": "warning", "code": '
        '"internet-alone", "line": 5, "property": "EMAIL", "text": "INTERNET alone: Android '
        'shows the word INTERNET as the label.", "readers": ["android"]}]}], "notes": []}'
    ),
)

LISTED: Final = Example(
    name="names",
    title="A list as CSV",
    path="/batch",
    sent_as="text/csv",
    body="""First name,Last name,Mobile,E-mail
Ada,Thornbury,+1 202 555 0151,ada@example.com
Noor,O'Brien,,noor@example.com
""",
    status=200,
    media_type="text/vcard",
    response="""BEGIN:VCARD\r
VERSION:3.0\r
UID:urn:uuid:c3cc3d6a-814b-59cc-aca0-69593a803f7d\r
FN:Ada Thornbury\r
N:Thornbury;Ada;;;\r
TEL;TYPE=CELL:+1 202 555 0151\r
EMAIL:ada@example.com\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:3.0\r
UID:urn:uuid:db6793f5-9b9b-51b2-8046-f1894693623e\r
FN:Noor O'Brien\r
N:O'Brien;Noor;;;\r
EMAIL:noor@example.com\r
END:VCARD\r
""",
)

CONVERSIONS: Final = (NOKIA, CHECKED)
"""The examples of cards that are converted and checked; their samples are in samples/convert."""

CONVERTED: Final = (
    ("As jCard", "", "application/vcard+json"),
    ("As a QR code", "?as=qr", ""),
    ("What each target would lose", "?as=report", ""),
)
"""Other forms of the converted card: title, query, Accept header."""

LISTS: Final = (
    ("What is found in a list", "?as=report", ""),
    ("A zip of files, with a report", "?as=zip&target=outlook", ""),
    ("A line of JSON for each row", "", "application/x-ndjson"),
)
"""Other forms of a list: title, query, Accept header."""

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
    headers = {"x-api-key": KEY, "content-type": example.sent_as}
    target = f"{example.path}{query or example.query}"
    return curl("POST", target, {**headers, **({"accept": accept} if accept else {})},
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
