"""The links: finished cards, kept until they expire, are deleted, or are taken.

A row outlives its octets: that something was there is still told for a while. What must never
enter here: the id of a link, only its digest. A stolen database opens nothing.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, UpdateBase

from vcardsvc.store.database import Database
from vcardsvc.store.faults import TooManyLinks, translated_faults
from vcardsvc.store.tables import (
    ADD_LINK,
    COUNT_LINKS,
    DROP_EXPIRED,
    END_LINK,
    END_OWN_LINK,
    FIND_EXPIRED,
    FIND_FORGOTTEN,
    FORGET,
    LOCK_OWNER,
    LOOK_AT_LINK,
    READ_LINK,
    READ_WHOLE_LINK,
)

MOST_BYTES = 1 << 62
"""More than any disk holds."""

REMEMBERED = timedelta(days=30)
"""How long after its end a link is still told from one that never was."""

BATCH = 20
"""Rows that one transaction of a purge changes: 2 MB of cards with photos are overwritten within
some milliseconds, which is how long a writer has to wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One link: the SHA-256 of its id, the name of the key that made it, what is served, UTC times.

    `gone_at`: since when nobody can open it. `octets` are None then, and where they are not told.
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


class LinkTable(Database):
    """What is done with links."""

    def add_link(self, row: LinkRow, ceiling: int, most_bytes: int = MOST_BYTES) -> None:
        """Keep a new link; on return it survives this process, though not a power cut.

        Raises TooManyLinks when its owner has `ceiling` links alive, or they would hold more than
        `most_bytes` with this one. Counting and adding are one step: SQLite has one writer at a
        time, and PostgreSQL is told to have one for each owner.
        """
        with translated_faults(), self._quick_writer.begin() as connection:
            if self._path is None:
                connection.execute(LOCK_OWNER, {"of": row.owner})
            told = {"of": row.owner, "at": row.created_at}
            alive, held, earliest = connection.execute(COUNT_LINKS, told).one()
            if alive >= ceiling or held + row.size > most_bytes:
                raise TooManyLinks(earliest or row.expires_at)
            connection.execute(ADD_LINK, asdict(row))

    def count_links(self, owner: str, now: datetime) -> int:
        """How many links of this key can be opened."""
        with translated_faults(), self._quick.connect() as connection:
            return int(connection.execute(COUNT_LINKS, {"of": owner, "at": now}).one()[0])

    def read_link(self, digest: bytes) -> LinkRow | None:
        """The link, also when it has expired or gone; without octets when it is opened once."""
        with translated_faults(), self._quick.connect() as connection:
            found = connection.execute(READ_LINK, {"sha256": digest}).mappings().one_or_none()
        return None if found is None else LinkRow(**found)

    def has_link(self, digest: bytes) -> bool:
        """Whether the link is there and was neither deleted nor taken nor purged."""
        with translated_faults(), self._quick.connect() as connection:
            return connection.execute(LOOK_AT_LINK, {"sha256": digest}).first() is not None

    def take_link(self, digest: bytes, now: datetime) -> LinkRow | None:
        """The whole of a link that is opened once, which has gone by that, on the disk too.

        However many try, in whatever processes, one gets it and the others None.
        """
        told = {"sha256": digest, "at": now}
        with translated_faults(), self._writer.begin() as connection:
            found = connection.execute(READ_WHOLE_LINK, told).mappings().one_or_none()
            if found is None or not connection.execute(END_LINK, told).rowcount:
                return None
        return LinkRow(**found)

    def delete_link(self, digest: bytes, owner: str, now: datetime) -> bool:
        """Delete this key's link; on return it is gone from the disk. False: there was none."""
        told = {"sha256": digest, "of": owner, "at": now}
        with translated_faults(), self._writer.begin() as connection:
            return bool(connection.execute(END_OWN_LINK, told).rowcount)

    def purge_links(self, now: datetime) -> int:
        """Drop the octets of some links that expired, and forget some that ended long ago.

        How many they were; to be called until it is 0, with pauses, so that others can write.
        """
        return self._purged(FIND_EXPIRED, DROP_EXPIRED, now) + self._purged(
            FIND_FORGOTTEN, FORGET, now - REMEMBERED
        )

    def _purged(self, find: Select[Any], end: UpdateBase, at: datetime) -> int:
        told: Mapping[str, object] = {"at": at, "most": BATCH}
        with translated_faults():
            with self._quick.connect() as connection:
                ids = connection.execute(find, told).scalars().all()
            if ids:
                with self._quick_writer.begin() as connection:
                    connection.execute(end, {"ids": ids})
        return len(ids)
