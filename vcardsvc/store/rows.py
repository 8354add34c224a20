"""Hold the rows of keys and links as values, and the revision of the tables, without SQLAlchemy."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

HEAD = "0005"
"""The revision of this release: the last file of `migrations/versions` (a test compares)."""

REMEMBERED = timedelta(days=30)
"""How long the row of a link is kept after its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """Holds a key: its name in the log, the SHA-256 of the key itself, times in UTC.

    `kind` is secret or publishable, or what another program wrote; a publishable key has `origins`
    and may have `redirects`; `text` is the key itself, for the form key alone. `account` is the one
    whose contacts the key reads and writes. `last_used_on` is the day (UTC) of the last use. A row
    with `expires_at` is a former secret of the key of this name, valid until then.
    """

    name: str
    digest: bytes
    created_at: datetime
    revoked_at: datetime | None
    kind: str = "secret"
    origins: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    text: str = ""
    account: str = ""
    last_used_on: date | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """Holds a link: the SHA-256 of its id, the name of the key that owns it, the card and its
    headers, times in UTC.

    `gone_at` is when the link ended. `octets` are None then, and where they are not read.
    """

    digest: bytes
    owner: str
    size: int
    etag: str
    content_type: str
    filename: str
    once: bool
    created_at: datetime
    expires_at: datetime
    gone_at: datetime | None = None
    octets: bytes | None = field(repr=False)
