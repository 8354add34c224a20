"""API keys: makes them, hashes them, and says from memory whose key was presented.

Promises: no database on the way of a request; a key that was revoked anywhere dies here within one
interval of `watch`; with the store away the known keys stay good.
What must never enter here: a key kept in clear, and the database's library. A deployment with its
keys in the environment never loads it, so `store` is imported for its types alone.
"""

import asyncio
import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vcardsvc.store import Store

KEY_PREFIX = "vcs_"
"""Tells people and secret scanners whose key it is; it adds nothing to the strength."""

KEY_BYTES = 32
"""Random bytes of a key: 256 bits, so that a fast hash is enough to keep it."""

POLL_SECONDS = 2.0
"""Seconds between two questions to the store: the longest life of a revoked key."""


def new_key() -> str:
    """A new key: the prefix and 256 random bits as 43 characters of URL-safe base64."""
    return KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)


def digest(key: str | bytes) -> bytes:
    """The 32 bytes by which a key is kept and found: its SHA-256."""
    return sha256(key.encode() if isinstance(key, str) else key).digest()


NO_KEY = digest(b"")
"""What a missing key hashes to; it is never anybody's."""


class Keys:
    """The keys that are good now, by digest.

    `given` are name and key of the environment; with them the store's keys are not used, and the
    store, if there is one, is only watched. `degraded`: the store did not answer last time.
    """

    def __init__(self, given: Sequence[tuple[str, str]] = (), store: "Store | None" = None) -> None:
        self._names = {digest(key): name for name, key in given}
        self._names.pop(NO_KEY, None)
        self._loads = not given
        self._store = store
        self._seen: int | None = None
        self.degraded = False

    def check(self, presented: bytes | None) -> str | None:
        """The name of the presented key, None when it is missing or not good.

        One SHA-256 and one look-up in a dict, for a missing key as for any other. What a look-up
        compares, and so all that its time can tell of, are digests: nobody can choose a key whose
        digest begins like a stored one, so there is no way to come nearer byte by byte, and even
        a digest known in full opens nothing.
        """
        return self._names.get(sha256(presented or b"").digest())

    async def load(self) -> None:
        """Read the store's keys. Raises StoreAway; the keys known before stay good then."""
        if self._store is None or not self._loads:
            return
        try:
            self._seen, self._names = await asyncio.to_thread(_read, self._store)
        except Exception:
            self.degraded = True
            raise
        self.degraded = False

    async def watch(self, every: float = POLL_SECONDS) -> None:
        """Run for ever: every so many seconds ask the store, read the keys when they changed."""
        while True:
            await asyncio.sleep(every)
            if self._store is not None:
                self.degraded = not await self._look(self._store)

    async def _look(self, store: "Store") -> bool:
        """Whether the store answered."""
        try:
            if await asyncio.to_thread(store.change_counter) != self._seen:
                await self.load()
        except Exception:
            # StoreAway, or a fault of ours: a watcher that dies of it would leave revoked keys
            # alive with nobody told, one that goes on is seen as degraded.
            return False
        return True


def _read(store: "Store") -> tuple[int, dict[bytes, str]]:
    """The counter and the good keys. The counter first: a change in between is read next time."""
    seen = store.change_counter()
    rows = store.keys()
    names = {row.digest: row.name for row in rows if row.revoked_at is None}
    names.pop(NO_KEY, None)
    return seen, names
