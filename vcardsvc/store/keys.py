"""Store the API keys, and the counter by which every worker learns that they changed.

Of a secret key only the digest is stored. The form key's text is stored too: it stands in a public
page.
"""

import re
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Literal

from sqlalchemy import Connection, RootTransaction
from sqlalchemy.exc import IntegrityError

from vcardsvc.store.database import Database
from vcardsvc.store.engine_faults import translated_faults
from vcardsvc.store.faults import KeyExists, StoreAway
from vcardsvc.store.rows import KeyRow
from vcardsvc.store.sqlite import has_free_space
from vcardsvc.store.sqlite_engine import rewrite_page
from vcardsvc.store.tables import (
    ADD_KEY,
    ADD_REPLACED,
    ADVANCE_COUNTER,
    DROP_ALL_REPLACED,
    DROP_ENDED,
    END_LINKS_OF,
    LOCK_REPLACED,
    NOTE_USES,
    READ_COUNTER,
    READ_KEYS,
    READ_SECRET,
    REPLACE_SECRET,
    REVOKE_KEY,
    REWRITE_COUNTER,
    SHORTEN_REPLACED,
)

KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""The name of a key or an account: it goes into log lines, so no character may break one."""

DIGEST_SIZE = 32
"""Bytes of a SHA-256."""


_KEPT = ("digest", "created_at", "last_used_on")
"""What a former secret keeps."""


class KeyTable(Database):
    """Reads and changes the keys."""

    def change_counter(self) -> int:
        """Return a number that changes with the keys; after a restored backup it may be lower."""
        with translated_faults(), self._engine.begin() as connection:
            return int(connection.execute(READ_COUNTER).scalar_one())

    def probe(self) -> None:
        """Write without a change. Raises StoreAway when a card could not be stored."""
        with translated_faults(), self._quick_writer.begin() as connection:
            if self.single_writer:
                rewrite_page(connection)
            else:
                connection.execute(REWRITE_COUNTER)
        if self._path is not None and not has_free_space(self._path):
            raise StoreAway("store-full")

    def list_keys(self) -> tuple[KeyRow, ...]:
        """Return all keys, revoked ones and former secrets too, by time of creation, then name."""
        with translated_faults(), self._engine.begin() as connection:
            return tuple(KeyRow(**row) for row in connection.execute(READ_KEYS).mappings())

    def add_key(
        self,
        name: str,
        digest: bytes,
        *,
        kind: Literal["secret", "publishable"] = "secret",
        origins: tuple[str, ...] = (),
        redirects: tuple[str, ...] = (),
        text: str = "",
        account: str = "",
    ) -> None:
        """Store a new key under this name; on return it is on the disk.

        It belongs to this account, or without one to the account of its own name. A publishable key
        needs origins; a secret one has no origins, redirects or text. Raises KeyExists, and
        ValueError for an invalid argument.
        """
        if not KEY_NAME.fullmatch(name):
            raise ValueError("a key's name is 1 to 64 letters, digits, dots, _ and -")
        if len(digest) != DIGEST_SIZE:
            raise ValueError(f"a key's digest is {DIGEST_SIZE} bytes")
        if kind == "publishable" and not origins:
            raise ValueError("a key's origins are what makes it fit to be published")
        if kind == "secret" and (origins or redirects or text):
            raise ValueError("a key's origins, redirects and text are those of a publishable one")
        if account and not KEY_NAME.fullmatch(account):
            raise ValueError("a key's account is 1 to 64 letters, digits, dots, _ and -")
        if any(word.split() != [word] for word in (*origins, *redirects)):
            raise ValueError("a key's origins and redirects hold no blanks")
        row = {
            "name": name,
            "digest": digest,
            "kind": kind,
            "origins": origins,
            "redirects": redirects,
            "text": text or None,
            "account": account or name,
        }
        with translated_faults():
            try:
                with self._writer.begin() as connection:
                    connection.execute(ADVANCE_COUNTER, {"ms": time.time_ns() // 1_000_000})
                    connection.execute(ADD_KEY, {**row, "created_at": datetime.now(UTC)})
            except IntegrityError:
                raise KeyExists(name) from None
        self.checkpoint()

    def revoke_key(self, name: str) -> bool:
        """Revoke the key of this name for good, and end its links. Returns False when there is no
        such key, or when it is already revoked."""
        now = datetime.now(UTC)
        with self._changed_keys() as (connection, work):
            if not connection.execute(REVOKE_KEY, {"key_name": name, "at": now}).rowcount:
                work.rollback()
                return False
            connection.execute(LOCK_REPLACED, {"of_key": name, "at": now})
            connection.execute(DROP_ALL_REPLACED, {"of_key": name})
            connection.execute(END_LINKS_OF, {"of_owner": name, "at": now})
        self.checkpoint()
        return True

    def rotate_key(
        self, name: str, digest: bytes, *, now: datetime, until: datetime, text: str = ""
    ) -> bool:
        """Give the key of this name another secret; the present one stays valid `until` then.

        Former secrets keep their own end, or get this one if it is sooner: no secret outlives a
        newer one. Those of any key that have ended are deleted. `text` is the new secret itself,
        which is stored for the form key alone. Returns False when there is no such key, or when it
        is revoked. Raises ValueError for an invalid digest.
        """
        if len(digest) != DIGEST_SIZE:
            raise ValueError(f"a key's digest is {DIGEST_SIZE} bytes")
        with self._changed_keys() as (connection, work):
            row = connection.execute(READ_SECRET, {"key_name": name}).mappings().one_or_none()
            if row is None:
                work.rollback()
                return False
            connection.execute(LOCK_REPLACED, {"of_key": name, "at": now})
            connection.execute(SHORTEN_REPLACED, {"of_key": name, "until": until})
            connection.execute(DROP_ENDED, {"at": now})
            if until > now:
                old = {column: row[column] for column in _KEPT}
                connection.execute(ADD_REPLACED, {**old, "key_name": name, "expires_at": until})
            new = {"sha256": digest, "at": now, "new_text": text if row["text"] else None}
            connection.execute(REPLACE_SECRET, {"key_name": name, **new})
        self.checkpoint()
        return True

    @contextmanager
    def _changed_keys(self) -> Iterator[tuple[Connection, RootTransaction]]:
        """Begin a change that every worker learns of, unless it is rolled back.

        On PostgreSQL two transactions wait for each other unless they lock rows in one order: the
        counter, whose row keeps two such changes apart, then keys, then former secrets by digest.
        `note_uses` keeps to it too.
        """
        with (
            translated_faults(),
            self._writer.connect() as connection,
            connection.begin() as work,
        ):
            connection.execute(ADVANCE_COUNTER, {"ms": time.time_ns() // 1_000_000})
            yield connection, work

    def note_uses(self, digests: Collection[bytes], day: date) -> None:
        """Store that the secrets with these digests were used on this day (UTC)."""
        # In one order, so that two processes never wait for each other.
        values = [{"sha256": digest, "day": day} for digest in sorted(digests)]
        with translated_faults(), self._quick_writer.begin() as connection:
            for statement in NOTE_USES:
                for value in values:
                    connection.execute(statement, value)
        self.checkpoint()
