"""Links in the store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support import databases as stores
from vcardsvc.store import LinkRow

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
DAY = timedelta(days=1)
SECRET = b"BEGIN:VCARD\r\nFN:Wilhelmina Findable\r\nEND:VCARD\r\n" * 400
MANY = 1_000_000


def link_row(number: int = 1, **changes: Any) -> LinkRow:
    row = LinkRow(
        digest=stores.digest(number),
        owner="laptop",
        size=len(SECRET),
        etag='"abc"',
        content_type="text/vcard; charset=utf-8",
        filename="contact.vcf",
        once=False,
        created_at=NOW,
        expires_at=NOW + DAY,
        octets=SECRET,
    )
    return replace(row, **changes)
