"""Store links: finished cards, until they expire, are deleted, or are taken.

A row outlives its octets, so that an ended link differs from one that never existed. Only
the digest of a link's id is stored: a stolen database opens no link.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, UpdateBase

from vcardsvc.store.database import Database
from vcardsvc.store.engine_faults import translated_faults
from vcardsvc.store.faults import TooManyLinks
from vcardsvc.store.rows import REMEMBERED, LinkRow
from vcardsvc.store.tables import (
    ADD_LINK,
    COUNT_LINKS,
    COUNT_LINKS_OF,
    DELETE_FORGOTTEN,
    DROP_EXPIRED,
    END_LINK,
    END_OWN_LINK,
    FIND_EXPIRED,
    FIND_FORGOTTEN,
    FIND_LINK,
    FIND_LINKS_OF,
    LOCK_OWNER,
    READ_LINK,
    READ_ONCE_LINK,
)

NO_BYTE_LIMIT = 1 << 62
"""More than any disk holds."""

BATCH = 20
"""Rows that one transaction of a purge changes: it overwrites 2 MB of cards with photos within some
milliseconds, while other writers wait."""


class LinkTable(Database):
    """Reads and changes the links."""

    def add_link(self, row: LinkRow, ceiling: int, max_bytes: int = NO_BYTE_LIMIT) -> None:
        """Store a new link; on return it survives this process, though not a power cut.

        Raises TooManyLinks when its owner has `ceiling` links alive, or when they would hold more
        than `max_bytes` with this one. Counting and adding are one step: SQLite has one writer at a
        time, and on PostgreSQL a lock allows one for each owner.
        """
        with translated_faults(), self._quick_writer.begin() as connection:
            if self._path is None:
                connection.execute(LOCK_OWNER, {"of_owner": row.owner})
            values = {"of_owner": row.owner, "at": row.created_at}
            alive, held, earliest = connection.execute(COUNT_LINKS, values).one()
            if alive >= ceiling or held + row.size > max_bytes:
                raise TooManyLinks(earliest or row.expires_at)
            connection.execute(ADD_LINK, asdict(row))

    def count_links(self, owner: str, now: datetime) -> int:
        """Return how many links of this key can be opened."""
        with translated_faults(), self._quick.begin() as connection:
            return int(connection.execute(COUNT_LINKS, {"of_owner": owner, "at": now}).one()[0])

    def read_link(self, digest: bytes) -> LinkRow | None:
        """Return the link, also an expired or ended one; without octets when it opens once."""
        with translated_faults(), self._quick.begin() as connection:
            row = connection.execute(READ_LINK, {"sha256": digest}).mappings().one_or_none()
        return None if row is None else LinkRow(**row)

    def has_link(self, digest: bytes) -> bool:
        """Return whether the link exists and was neither deleted nor taken nor purged."""
        with translated_faults(), self._quick.begin() as connection:
            return connection.execute(FIND_LINK, {"sha256": digest}).first() is not None

    def take_link(self, digest: bytes, now: datetime) -> LinkRow | None:
        """Return a link that opens once, with its octets, and end it; on return it is deleted from
        the disk.

        Of any number of callers, in any number of processes, one gets it and the others None.
        """
        values = {"sha256": digest, "at": now}
        with translated_faults(), self._writer.begin() as connection:
            row = connection.execute(READ_ONCE_LINK, values).mappings().one_or_none()
            if row is None or not connection.execute(END_LINK, values).rowcount:
                return None
        return LinkRow(**row)

    def delete_link(self, digest: bytes, owner: str, now: datetime) -> bool:
        """Delete this owner's link; on return it is gone from the disk. Returns False when there is
        none."""
        values = {"sha256": digest, "of_owner": owner, "at": now}
        with translated_faults(), self._writer.begin() as connection:
            return bool(connection.execute(END_OWN_LINK, values).rowcount)

    def purge_links(self, now: datetime) -> int:
        """Delete the octets of some expired links, and the rows of some that ended long ago.

        Returns their number; call it until that is 0, with pauses, so that others can write.
        """
        return self._purge(FIND_EXPIRED, DROP_EXPIRED, now) + self._purge(
            FIND_FORGOTTEN, DELETE_FORGOTTEN, now - REMEMBERED
        )

    def count_links_of(self, owners: Sequence[str]) -> int:
        """Return the number of links of these owners, ended ones that are remembered too."""
        with translated_faults(), self._quick.begin() as connection:
            return int(connection.execute(COUNT_LINKS_OF, {"owners": list(owners)}).scalar_one())

    def erase_links(self, owners: Sequence[str]) -> int:
        """Delete some links of these owners with all that is known of them; return their number.

        Call it until that is 0.
        """
        values = {"owners": list(owners), "limit": BATCH}
        with translated_faults(), self._writer.begin() as connection:
            ids = connection.execute(FIND_LINKS_OF, values).scalars().all()
            if ids:
                connection.execute(DELETE_FORGOTTEN, {"ids": ids})
        return len(ids)

    def _purge(self, find: Select[Any], end: UpdateBase, at: datetime) -> int:
        values: Mapping[str, object] = {"at": at, "limit": BATCH}
        with translated_faults():
            with self._quick.begin() as connection:
                ids = connection.execute(find, values).scalars().all()
            if ids:
                with self._quick_writer.begin() as connection:
                    connection.execute(end, {"ids": ids})
        return len(ids)
