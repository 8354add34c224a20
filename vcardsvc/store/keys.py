"""The API keys, and the counter that tells every worker that they changed.

What must never enter here: a secret key itself, only its digest. The form key's text is kept: it
stands in a public page.
"""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy.exc import IntegrityError

from vcardsvc.store.database import Database
from vcardsvc.store.engine import has_room, touch_file
from vcardsvc.store.faults import KeyExists, StoreAway, translated_faults
from vcardsvc.store.tables import (
    ADD_KEY,
    BUMP,
    END_LINKS_OF,
    READ_COUNTER,
    READ_KEYS,
    REVOKE_KEY,
    TOUCH,
)

KEY_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""A key's name goes into log lines: at most 64 characters that cannot break one."""

DIGEST_SIZE = 32
"""Bytes of a SHA-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """One key: its log name, the SHA-256 of the key itself, UTC times; revoked when it has one.

    `kind` is secret or publishable, or what somebody wrote by other means; `origins` and
    `redirects` are those of a publishable key; `text` is the key itself, for the form key alone.
    `account`: whose contacts it reads and writes.
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
    """What is done with keys."""

    def change_counter(self) -> int:
        """A number that differs whenever the keys may differ; it may also go down (a backup)."""
        with translated_faults(), self._engine.connect() as connection:
            return int(connection.execute(READ_COUNTER).scalar_one())

    def probe(self) -> None:
        """Write something that changes nothing. Raises StoreAway when no write of a card would
        pass."""
        with translated_faults(), self._quick_writer.begin() as connection:
            if self.single_writer:
                touch_file(connection)
            else:
                connection.execute(TOUCH)
        if self._path is not None and not has_room(self._path):
            raise StoreAway("store-full")

    def list_keys(self) -> tuple[KeyRow, ...]:
        """All keys, revoked ones too, by time of creation, then name."""
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
        """Keep a new key under this name; on return it is on the disk.

        It belongs to this account, without one to that of its own name. A publishable key needs
        origins, and no other has any, nor redirects or a text. Raises KeyExists, and ValueError for
        an invalid name or digest, or for what a key cannot have.
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
                    connection.execute(BUMP, {"ms": time.time_ns() // 1_000_000})
                    connection.execute(ADD_KEY, {**row, "created_at": datetime.now(UTC)})
            except IntegrityError:
                raise KeyExists(name) from None
        self.checkpoint()

    def revoke_key(self, name: str) -> bool:
        """Revoke the key of this name for good, and end its links; False when there is none or it
        is already."""
        told = {"of": name, "at": datetime.now(UTC)}
        with translated_faults(), self._writer.begin() as connection:
            done = connection.execute(REVOKE_KEY, told).rowcount
            if done:
                connection.execute(END_LINKS_OF, told)
                connection.execute(BUMP, {"ms": time.time_ns() // 1_000_000})
        if done:
            self.checkpoint()
        return bool(done)
