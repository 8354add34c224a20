"""The samples of lists: files of samples/batch, and what each becomes.

`python -m tests.support.batch_samples` records every result from the code as it is.
"""

import io
from pathlib import Path
from typing import Final, NamedTuple

from starlette.testclient import TestClient

from tests.support.samples import KEY, SAMPLES, service
from vcardsvc.apis.base import Request
from vcardsvc.batch.media_types import CSV, NDJSON, XLSX
from vcardsvc.batch.request import read_options
from vcardsvc.batch.run import open_file, run_batch
from vcardsvc.validation.fields import Policy

FOLDER: Final = SAMPLES / "batch"

ROWS: Final = FOLDER / "rows.txt"
"""A line for each result with its Vcard-Rows: `google.vcf: cards=3, errors=1, skipped=0`."""


class Batch(NamedTuple):
    """A list, the media type and the address that it is posted to, and the file of the response."""

    source: str
    media_type: str
    target: str
    result: str


BATCHES: Final = (
    Batch("names.csv", CSV, "/batch", "names.vcf"),
    Batch("names.csv", CSV, "/batch?as=report", "names.report.json"),
    Batch("google.csv", CSV, "/batch", "google.vcf"),
    Batch("google.csv", CSV, "/batch?as=report", "google.report.json"),
    Batch("google.csv", CSV, "/batch?as=ndjson&cards=jscontact", "google.ndjson"),
    Batch("outlook.csv", CSV, "/batch?target=apple", "outlook.apple.vcf"),
    Batch("outlook.csv", CSV, "/batch?as=report", "outlook.report.json"),
    Batch("sheet-semicolon.csv", CSV, "/batch?version=4.0", "sheet-semicolon.vcf"),
    Batch("sheet-semicolon.csv", CSV, "/batch?as=report", "sheet-semicolon.report.json"),
    Batch("sheet.xlsx", XLSX, "/batch?company=card", "sheet.vcf"),
    Batch("sheet.xlsx", XLSX, "/batch?as=report", "sheet.report.json"),
    Batch("contacts.ndjson", NDJSON, "/batch", "contacts.vcf"),
    Batch("contacts.ndjson", NDJSON, "/batch?as=ndjson", "contacts.rows.ndjson"),
    Batch("letter.txt", "text/plain", "/batch", "letter.failure.json"),
)
"""Every sample."""


def files() -> set[Path]:
    """Every file of the samples."""
    return {ROWS, *(FOLDER / name for one in BATCHES for name in (one.source, one.result))}


def run(one: Batch) -> tuple[bytes, str]:
    """Return the same without a service and a process of its own. Raises NotAList."""
    query = one.target.partition("?")[2]
    options = read_options(Request(query=query.encode()), Policy(names="relaxed"))
    file = io.BytesIO((FOLDER / one.source).read_bytes())
    result = run_batch(open_file(file, one.media_type, "", options), options)
    octets = b"".join(result.pieces)
    return octets, f"{one.result}: {result.run.counts.header}"


def written(client: TestClient, one: Batch) -> tuple[bytes, str]:
    """Return the response of today to a sample: its octets, and its line of counts."""
    headers = {"x-api-key": KEY, "content-type": one.media_type}
    body = (FOLDER / one.source).read_bytes()
    response = client.post(one.target, content=body, headers=headers)
    return response.content, f"{one.result}: {response.headers.get('vcard-rows', '')}".rstrip()


def record() -> None:
    """Write every result and its counts anew."""
    with service() as client:
        results = [written(client, one) for one in BATCHES]
    for one, (octets, _) in zip(BATCHES, results, strict=True):
        (FOLDER / one.result).write_bytes(octets)
    ROWS.write_text("".join([f"{rows}\n" for _, rows in results]))


if __name__ == "__main__":
    record()
