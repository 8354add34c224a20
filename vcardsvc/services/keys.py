"""API keys: makes them, hashes them, and says from memory whose key was presented.

Promises: no database on the way of a request; a key that was revoked anywhere dies here within one
interval of `watch`; with the store away the known keys stay good; a publishable key is good for its
own origins alone.
What must never enter here: a secret key kept in clear, and the database's library. A deployment
with its keys in the environment never loads it, so `store` is imported for its types alone.
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
"""They tell people and secret scanners what a key is; they add nothing to the strength."""

KEY_BYTES = 32
"""Random bytes of a key: 256 bits, so that a fast hash is enough to keep it."""

FORM: Final = "form"
"""The name of the key of the page that the service shows itself."""

POLL_SECONDS = 2.0
"""Seconds between two questions to the store: the longest life of a revoked key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that is good now: its log name, its kind, whose contacts it reads and writes (an
    account), and where a publishable one may be used.

    `origins` are spelled as `origins.normal` does, or SELF; `redirects` are whole addresses.
    """

    name: str
    account: str = ""
    kind: Kind = SECRET
    origins: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known at one moment: keys by digest, the form key, all origins and kinds of live
    keys."""

    keys: Mapping[bytes, Key]
    form_key: str = ""
    origins: frozenset[str] = field(init=False)
    kinds: frozenset[Kind] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", frozenset(key.kind for key in self.keys.values()))
        named = frozenset(origin for key in self.keys.values() for origin in key.origins)
        object.__setattr__(self, "origins", named - {SELF})


def new_key(kind: Kind = SECRET) -> str:
    """A new key: the prefix and 256 random bits as 43 characters of URL-safe base64."""
    return PREFIXES[kind] + secrets.token_urlsafe(KEY_BYTES)


def digest(key: str | bytes) -> bytes:
    """The 32 bytes by which a key is kept and found: its SHA-256."""
    return sha256(key.encode() if isinstance(key, str) else key).digest()


NO_KEY = digest(b"")
"""What a missing key hashes to; it is never anybody's."""


class Keys:
    """The keys that are good now, by digest.

    `given` are name, key and account of the environment; with them the store's keys are not used,
    and the store, if there is one, is only watched. `form_key` is the one of the environment, which
    wins over the store's.
    """

    def __init__(
        self,
        given: Sequence[tuple[str, str, str]] = (),
        store: "Store | None" = None,
        form_key: str = "",
    ) -> None:
        self._given = {digest(form_key): _FORM} if form_key else {}
        self._given |= {digest(key): Key(name=name, account=of) for name, key, of in given}
        self._given.pop(NO_KEY, None)
        self._form_key = form_key
        self._loads = not given
        self._store = store
        self._seen: int | None = None
        self._knows(_Known(keys=self._given, form_key=form_key))
        self.cause = ""
        """Why the store did not answer last time, a machine word; "" when it did."""

    def check(self, presented: bytes | None) -> Key | None:
        """The presented key, of either kind, None when it is missing or not good.

        Nobody has said yet where it comes from: a publishable one is for `Authenticator`.

        One SHA-256 and one look-up in a dict, for a missing key as for any other. What a look-up
        compares, and so all that its time can tell of, are digests: nobody can choose a key whose
        digest begins like a stored one, so there is no way to come nearer byte by byte, and even
        a digest known in full opens nothing.
        """
        return self._keys.get(sha256(presented or b"").digest())

    @property
    def form_key(self) -> str:
        """The key of the page that the service shows itself; "" without one."""
        return self._known.form_key

    @property
    def degraded(self) -> bool:
        """Whether the store did not answer last time."""
        return bool(self.cause)

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of all live keys."""
        return self._known.kinds

    @property
    def origins(self) -> frozenset[str]:
        """The origins of all live publishable keys: whom CORS answers, SELF left out."""
        return self._known.origins

    async def load(self) -> None:
        """Read the store's keys. Raises StoreAway; the keys known before stay good then."""
        if self._store is None or not self._loads:
            return
        try:
            self._seen, known = await asyncio.to_thread(_read, self._store)
        except Exception as fault:
            self.cause = store_cause(fault)
            raise
        self._knows(
            _Known(
                keys={**known.keys, **self._given},
                form_key=self._form_key or known.form_key,
            )
        )
        self.cause = ""

    def _knows(self, known: _Known) -> None:
        self._known = known
        self._keys = known.keys  # a step nearer: every request asks for it

    async def watch(self, every: float = POLL_SECONDS) -> None:
        """Run for ever: every so many seconds ask the store, read the keys when they changed."""
        while True:
            await asyncio.sleep(every)
            if self._store is not None:
                self.cause = await self._look(self._store)

    async def _look(self, store: "Store") -> str:
        """Why the store did not answer; "" when it did."""
        try:
            if await asyncio.to_thread(store.change_counter) != self._seen:
                await self.load()
        except Exception as fault:
            # StoreAway, or a fault of ours: a watcher that dies of it would leave revoked keys
            # alive with nobody told, one that goes on is seen as degraded.
            return store_cause(fault)
        return ""


_FORM: Final = Key(name=FORM, account=FORM, kind=PUBLISHABLE, origins=(SELF,))


def _read(store: "Store") -> tuple[int, _Known]:
    """The counter and the good keys. The counter first: a change in between is read next time."""
    seen = store.change_counter()
    kept = store.list_keys()
    rows = [row for row in kept if row.revoked_at is None and row.kind in PREFIXES]
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
    """Make the form key of a store that has, and had, none; whether it was made here and now.

    Any number of processes may do so at once: one of them makes it. An operator who revokes it, or
    takes its name for another key, has none. Raises StoreAway.
    """
    from vcardsvc.store import KeyExists

    kept = store.list_keys()
    if FORM in [row.name for row in kept]:
        return False
    key = new_key(PUBLISHABLE)
    try:
        store.add_key(FORM, digest(key), kind=PUBLISHABLE, origins=_FORM.origins, text=key)
    except KeyExists:
        return False
    return True
