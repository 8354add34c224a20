"""The samples of conversions: files of samples/convert, and what each becomes.

`python -m tests.support.conversion_samples` records every result from the code as it is.
"""

from pathlib import Path
from typing import Final, NamedTuple

from starlette.testclient import TestClient

from tests.support.samples import KEY, SAMPLES, service

FOLDER: Final = SAMPLES / "convert"

NOTES: Final = FOLDER / "notes.txt"
"""A line for each result with its Vcard-Notes: `nokia.apple.vcf: card/0/TEL/0;e164`."""

VCARD: Final = "text/vcard"
JSON: Final = "application/json"
JCARD: Final = "application/vcard+json"
XCARD: Final = "application/vcard+xml"
JSCONTACT: Final = "application/jscontact+json"


class Conversion(NamedTuple):
    """A file, the media type and the address that it is posted to, and the file of the response."""

    source: str
    media_type: str
    target: str
    result: str


CONVERSIONS: Final = (
    Conversion("nokia.vcf", VCARD, "/convert?target=apple", "nokia.apple.vcf"),
    Conversion("whatsapp-webhook.json", JSON, "/convert?from=whatsapp", "whatsapp-webhook.vcf"),
    Conversion("jcard.json", JCARD, "/convert?as=qr", "jcard.svg"),
    Conversion("telegram-update.json", JSON, "/convert?from=telegram", "telegram-update.vcf"),
    Conversion("people.json", JSON, "/convert?from=people", "people.vcf"),
    Conversion("graph.json", JSON, "/convert?from=graph", "graph.vcf"),
    Conversion("createcontact.json", JSON, "/convert?from=createcontact", "createcontact.vcf"),
    Conversion("xcard.xml", XCARD, "/convert?version=4.0", "xcard.vcf"),
    Conversion("jscontact.json", JSCONTACT, "/convert?version=4.0", "jscontact.vcf"),
    Conversion("four.vcf", VCARD, "/convert?photo=none&version=2.1", "four.2.1.vcf"),
    Conversion("four.vcf", VCARD, "/convert?photo=none&target=android", "four.android.vcf"),
    Conversion("four.vcf", VCARD, "/convert?photo=none&as=jcard", "four.jcard.json"),
    Conversion("four.vcf", VCARD, "/convert?photo=none&as=xcard", "four.xcard.xml"),
    Conversion("four.vcf", VCARD, "/convert?photo=none&as=jscontact", "four.jscontact.json"),
    Conversion("four.vcf", VCARD, "/convert?photo=none&as=whatsapp", "four.whatsapp.json"),
    Conversion("four.vcf", VCARD, "/convert?photo=none&as=report", "four.report.json"),
    Conversion("nokia.vcf", VCARD, "/check", "nokia.check.json"),
    Conversion("nokia.vcf", VCARD, "/check?fix=true", "nokia.mended.vcf"),
    Conversion("ada.vcf", VCARD, "/check?target=android", "ada.android.json"),
    Conversion("letter.txt", VCARD, "/convert", "letter.failure.json"),
)
"""Every sample."""


def files() -> set[Path]:
    """Every file of the samples."""
    return {NOTES, *(FOLDER / name for one in CONVERSIONS for name in (one.source, one.result))}


def converted(client: TestClient, one: Conversion) -> tuple[bytes, str]:
    """Return the response of today to a sample: its octets, and its line of notes."""
    headers = {"x-api-key": KEY, "content-type": one.media_type}
    body = (FOLDER / one.source).read_bytes()
    response = client.post(one.target, content=body, headers=headers)
    return response.content, f"{one.result}: {response.headers.get('vcard-notes', '')}".rstrip()


def record() -> None:
    """Write every result and its notes anew."""
    with service() as client:
        results = [converted(client, one) for one in CONVERSIONS]
    for one, (octets, _) in zip(CONVERSIONS, results, strict=True):
        (FOLDER / one.result).write_bytes(octets)
    NOTES.write_text("".join([f"{notes}\n" for _, notes in results]))


if __name__ == "__main__":
    record()
