"""Store the API keys, and the counter by which every worker learns that they changed.

Of a secret key only the digest is stored. The form key's text is stored too: it stands in a public
page.
"""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy.exc import IntegrityError

from vcardsvc.store.database import Database
from vcardsvc.store.faults import KeyExists, StoreAway, translated_faults
from vcardsvc.store.sqlite import has_free_space, rewrite_page
from vcardsvc.store.tables import (
    ADD_KEY,
    ADVANCE_COUNTER,
    END_LINKS_OF,
    READ_COUNTER,
    READ_KEYS,
    REVOKE_KEY,
    REWRITE_COUNTER,
)

KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""The name of a key or an account: it goes into log lines, so no character may break one."""

DIGEST_SIZE = 32
"""Bytes of a SHA-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """Holds a key: its name in the log, the SHA-256 of the key itself, times in UTC.

    `kind` is secret or publishable, or what another program wrote; a publishable key has `origins`
    and may have `redirects`; `text` is the key itself, for the form key alone. `account` is the one
    whose contacts the key reads and writes.
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


class KeyTable(Database):
    """Reads and changes the keys."""

    def change_counter(self) -> int:
        """Return a number that changes with the keys; after a restored backup it may be lower."""
        with translated_faults(), self._engine.connect() as connection:
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
        """Return all keys, revoked ones too, by time of creation, then name."""
        with translated_faults(), self._engine.connect() as connection:
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
        with translated_faults(), self._writer.begin() as connection:
            done = connection.execute(REVOKE_KEY, {"key_name": name, "at": now}).rowcount
            if done:
                connection.execute(END_LINKS_OF, {"of_owner": name, "at": now})
                connection.execute(ADVANCE_COUNTER, {"ms": time.time_ns() // 1_000_000})
        if done:
            self.checkpoint()
        return bool(done)
