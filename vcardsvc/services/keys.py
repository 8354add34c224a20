"""API keys: makes them, hashes them, and looks up a presented key in memory.

No request waits for the database. A key revoked by another process dies here within one interval of
`watch`; while the store is unavailable the known keys stay valid. Secret keys are stored as digests
alone. A deployment with its keys in the environment never loads the database's library, so `store`
is imported for its types alone.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal, cast

from vcardsvc.services.health import store_cause
from vcardsvc.validation.origins import SELF

if TYPE_CHECKING:
    from vcardsvc.store import Store

Kind = Literal["secret", "publishable"]

SECRET: Final = "secret"  # noqa: S105  # a kind of key, not one
PUBLISHABLE: Final = "publishable"

PREFIXES: Final[Mapping[Kind, str]] = {SECRET: "vcs_", PUBLISHABLE: "vcp_"}
"""The prefix of each kind, for people and secret scanners; it adds no strength."""

KEY_BYTES = 32
"""Random bytes of a key: 256 bits, so that a fast hash is enough to store it."""

FORM: Final = "form"
"""The name of the key of the service's own page."""

POLL_SECONDS = 2.0
"""Seconds between two queries of the store: the longest life of a revoked key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A valid key: its log name, its kind, the account whose contacts it reads and writes, and the
    pages that may use a publishable one.

    `origins` are spelled as `origins.normal` does, or SELF; `redirects` are whole addresses.
    """

    name: str
    account: str = ""
    kind: Kind = SECRET
    origins: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """All valid keys at one moment: by digest, the form key, the origins and kinds of all."""

    keys: Mapping[bytes, Key]
    form_key: str = ""
    origins: frozenset[str] = field(init=False)
    kinds: frozenset[Kind] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", frozenset(key.kind for key in self.keys.values()))
        named = frozenset(origin for key in self.keys.values() for origin in key.origins)
        object.__setattr__(self, "origins", named - {SELF})


def new_key(kind: Kind = SECRET) -> str:
    """Return a new key: the prefix and 256 random bits as 43 characters of URL-safe base64."""
    return PREFIXES[kind] + secrets.token_urlsafe(KEY_BYTES)


def digest(key: str | bytes) -> bytes:
    """Return the 32 bytes by which a key is stored and found: its SHA-256."""
    return sha256(key.encode() if isinstance(key, str) else key).digest()


NO_KEY = digest(b"")
"""The digest of a missing key, which no key has."""


class Keys:
    """The valid keys, by digest.

    `configured` are name, key and account of each key in the settings; with them the store's keys
    are not used, and the store, if there is one, is only watched. A `form_key` of the settings
    takes precedence over the store's.
    """

    def __init__(
        self,
        configured: Sequence[tuple[str, str, str]] = (),
        store: "Store | None" = None,
        form_key: str = "",
    ) -> None:
        self._configured = {digest(form_key): _FORM} if form_key else {}
        self._configured |= {
            digest(key): Key(name=name, account=of) for name, key, of in configured
        }
        self._configured.pop(NO_KEY, None)
        self._form_key = form_key
        self._loads = not configured
        self._store = store
        self._seen: int | None = None
        self._set(_Known(keys=self._configured, form_key=form_key))
        self.cause = ""
        """The cause of the last failure of the store, a machine word; "" after a success."""

    def check(self, presented: bytes | None) -> Key | None:
        """Return the presented key, of either kind; None when it is missing or invalid.

        The origin of a publishable key is checked by `http.authentication`.

        One SHA-256 and one look-up in a dict, for a missing key as for any other. The look-up
        compares digests, so its time tells only of digests: no caller can choose a key whose digest
        begins like a stored one, and even a complete digest opens nothing.
        """
        return self._keys.get(sha256(presented or b"").digest())

    @property
    def form_key(self) -> str:
        """Return the key of the service's own page; "" without one."""
        return self._known.form_key

    @property
    def degraded(self) -> bool:
        """Return whether the last query of the store failed."""
        return bool(self.cause)

    @property
    def kinds(self) -> frozenset[Kind]:
        """Return the kinds of all valid keys."""
        return self._known.kinds

    @property
    def origins(self) -> frozenset[str]:
        """Return the origins of all valid publishable keys without SELF, for CORS."""
        return self._known.origins

    async def load(self) -> None:
        """Read the store's keys. Raises StoreAway; the keys known before stay valid then."""
        if self._store is None or not self._loads:
            return
        try:
            self._seen, known = await asyncio.to_thread(_read, self._store)
        except Exception as fault:
            self.cause = store_cause(fault)
            raise
        self._set(
            _Known(
                keys={**known.keys, **self._configured},
                form_key=self._form_key or known.form_key,
            )
        )
        self.cause = ""

    def _set(self, known: _Known) -> None:
        self._known = known
        self._keys = known.keys  # one attribute less for every request

    async def watch(self, every: float = POLL_SECONDS) -> None:
        """Read the store's keys whenever they changed, without an end."""
        while True:
            await asyncio.sleep(every)
            if self._store is not None:
                self.cause = await self._refresh(self._store)

    async def _refresh(self, store: "Store") -> str:
        """Load changed keys; return the cause when that fails, else ""."""
        try:
            if await asyncio.to_thread(store.change_counter) != self._seen:
                await self.load()
        except Exception as fault:
            # StoreAway or a bug: without a watcher revoked keys would stay valid; this one
            # goes on and reports the service as degraded.
            return store_cause(fault)
        return ""


_FORM: Final = Key(name=FORM, account=FORM, kind=PUBLISHABLE, origins=(SELF,))


def _read(store: "Store") -> tuple[int, _Known]:
    """Return the counter and the valid keys. The counter is read first, so that a change in between
    is read next time."""
    seen = store.change_counter()
    rows = [row for row in store.list_keys() if row.revoked_at is None and row.kind in PREFIXES]
    keys = {
        row.digest: Key(
            name=row.name,
            account=row.account,
            kind=cast("Kind", row.kind),
            origins=row.origins,
            redirects=row.redirects,
        )
        for row in rows
        if row.digest != NO_KEY
    }
    form_key = next((row.text for row in rows if row.text and row.name == FORM), "")
    return seen, _Known(keys=keys, form_key=form_key)


def add_form_key(store: "Store") -> bool:
    """Add the form key to a store that never had one; return whether it was added.

    Any number of processes may do so at once: one of them adds it. An operator who revokes it, or
    takes its name for another key, has none. Raises StoreAway.
    """
    from vcardsvc.store import KeyExists

    if FORM in [row.name for row in store.list_keys()]:
        return False
    key = new_key(PUBLISHABLE)
    try:
        store.add_key(FORM, digest(key), kind=PUBLISHABLE, origins=_FORM.origins, text=key)
    except KeyExists:
        return False
    return True
