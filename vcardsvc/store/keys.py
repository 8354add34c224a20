"""The API keys, and the counter that tells every worker that they changed.

What must never enter here: a key itself, only its digest.
"""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from vcardsvc.store.database import Database
from vcardsvc.store.faults import Taken, answering
from vcardsvc.store.tables import (
    ADD_KEY,
    BUMP,
    END_LINKS_OF,
    READ_COUNTER,
    READ_KEYS,
    REVOKE_KEY,
)

KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""A key's name goes into log lines: at most 64 characters that cannot break one."""

DIGEST_SIZE = 32
"""Bytes of a SHA-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """One key: its log name, the SHA-256 of the key itself, UTC times; revoked when it has one."""

    name: str
    digest: bytes
    created_at: datetime
    revoked_at: datetime | None


class KeyTable(Database):
    """What is done with keys."""

    def change_counter(self) -> int:
        """A number that differs whenever the keys may differ; it may also go down (a backup)."""
        with answering(), self._engine.connect() as connection:
            return int(connection.execute(READ_COUNTER).scalar_one())

    def keys(self) -> tuple[KeyRow, ...]:
        """All keys, revoked ones too, by time of creation, then name."""
        with answering(), self._engine.connect() as connection:
            return tuple(KeyRow(**row) for row in connection.execute(READ_KEYS).mappings())

    def add_key(self, name: str, digest: bytes) -> None:
        """Keep a new key under this name; on return it is on the disk.

        Raises Taken, and ValueError for a name or digest that is none.
        """
        if not KEY_NAME.fullmatch(name):
            raise ValueError("a key's name is 1 to 64 letters, digits, dots, _ and -")
        if len(digest) != DIGEST_SIZE:
            raise ValueError(f"a key's digest is {DIGEST_SIZE} bytes")
        with answering():
            try:
                with self._writer.begin() as connection:
                    connection.execute(BUMP, {"ms": time.time_ns() // 1_000_000})
                    at = datetime.now(UTC)
                    connection.execute(ADD_KEY, {"of": name, "sha256": digest, "at": at})
            except IntegrityError:
                raise Taken(name) from None
        self.settle()

    def revoke_key(self, name: str) -> bool:
        """Revoke the key of this name for good, and end its links; False when there is none or it
        is already."""
        told = {"of": name, "at": datetime.now(UTC)}
        with answering(), self._writer.begin() as connection:
            done = connection.execute(REVOKE_KEY, told).rowcount
            if done:
                connection.execute(END_LINKS_OF, told)
                connection.execute(BUMP, {"ms": time.time_ns() // 1_000_000})
        if done:
            self.settle()
        return bool(done)
