"""API keys: makes them, hashes them, and looks up a presented key in memory.

No request waits for the database. A key revoked by another process dies here within one interval of
`watch`, a former secret within one of `watch_ends`; while the store is unavailable the known keys
stay valid. The first use of a key on a day is kept in memory, and stored by `watch_uses`. Secret
keys are stored as digests alone. A deployment with its keys in the environment never loads a
database's driver, so `store` is imported for its types alone.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal, cast

from vcardsvc.services.health import store_cause
from vcardsvc.validation.origins import SELF

if TYPE_CHECKING:
    from vcardsvc.store import KeyRow, Store

Kind = Literal["secret", "publishable"]

SECRET: Final = "secret"  # noqa: S105  # a kind of key, not one
PUBLISHABLE: Final = "publishable"

PREFIXES: Final[Mapping[Kind, str]] = {SECRET: "vcs_", PUBLISHABLE: "vcp_"}
"""The prefix of each kind, for people and secret scanners; it adds no strength."""

KEY_BYTES = 32
"""Random bytes of a key: 256 bits, so that a fast hash is enough to store it."""

FORM: Final = "form"
"""The name of the key of the service's own page."""

POLL_SECONDS = 1.0
"""Seconds between two queries of the store. A revoked key is dead everywhere within 2 s, with which
a slow query and a busy worker fit too."""

AFTER_MIDNIGHT: Final = 0.001
"""Seconds from midnight to the first look at the clock: a timer may be a little early."""


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
    """All valid keys at one moment: by digest, the form key, the origins and kinds of all, and the
    ends of former secrets."""

    keys: Mapping[bytes, Key]
    form_key: str = ""
    ends: Mapping[bytes, datetime] = field(default_factory=dict)
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


def utc_now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


NO_KEY = digest(b"")
"""The digest of a missing key, which no key has."""


class Keys:
    """The valid keys, by digest.

    `configured` are name, key and account of each key in the settings; with them the store's keys
    are not used, and the store, if there is one, is only watched. A `form_key` of the settings
    takes precedence over the store's. `clock` returns the time in UTC.
    """

    def __init__(
        self,
        configured: Sequence[tuple[str, str, str]] = (),
        store: "Store | None" = None,
        form_key: str = "",
        *,
        clock: Callable[[], datetime] = utc_now,
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
        self._clock = clock
        self._day = clock().date()
        self._used: dict[bytes, Key] = {}  # the keys that were used today
        self._unwritten: dict[bytes, date] = {}
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
        presented_digest = sha256(presented or b"").digest()
        return self._used.get(presented_digest) or self._first_use(presented_digest)

    def _first_use(self, presented_digest: bytes) -> Key | None:
        """Return the key that was not used today before; None for no key."""
        key = self._known.keys.get(presented_digest)
        if key is not None:
            self._used[presented_digest] = key
            if presented_digest not in self._configured:
                self._unwritten[presented_digest] = self._day
        return key

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
                ends=known.ends,
            )
        )
        self.end_former_secrets()
        self.cause = ""

    def _set(self, known: _Known) -> None:
        self._known = known
        self._used = {one: known.keys[one] for one in self._used if one in known.keys}

    def end_former_secrets(self) -> None:
        """Forget the former secrets whose time is over, also while the store is unavailable."""
        known, now = self._known, self._clock()
        over = {one for one, end in known.ends.items() if end <= now}
        if over:
            keys = {one: key for one, key in known.keys.items() if one not in over}
            ends = {one: end for one, end in known.ends.items() if one not in over}
            self._set(_Known(keys=keys, form_key=known.form_key, ends=ends))

    async def write_uses(self) -> None:
        """Store which keys were used since the last call, and begin a new day when there is one.

        What cannot be stored now is kept for the next call.
        """
        unwritten, self._unwritten = self._unwritten, {}
        today = self._clock().date()
        if today != self._day:
            self._day, self._used = today, {}
        try:
            while unwritten and self._store is not None:
                day = next(iter(unwritten.values()))
                digests = [one for one, of in unwritten.items() if of == day]
                await asyncio.to_thread(self._store.note_uses, digests, day)
                unwritten = {one: of for one, of in unwritten.items() if of != day}
        except Exception:
            # StoreAway, which the probe of the store reports: a day is worth no more than that.
            self._unwritten = {**unwritten, **self._unwritten}

    async def watch(self, every: float = POLL_SECONDS) -> None:
        """Read the store's keys whenever they changed, without an end."""
        while True:
            await asyncio.sleep(every)
            if self._store is not None:
                self.cause = await self._refresh(self._store)

    async def watch_ends(self, every: float = POLL_SECONDS) -> None:
        """End former secrets, without an end. It waits for no store, which may hang."""
        while True:
            await asyncio.sleep(every)
            self.end_former_secrets()

    async def watch_uses(self, every: float = POLL_SECONDS) -> None:
        """Store the uses of keys, without an end; apart from `watch`, which a write must not delay.

        Midnight begins another day at once: a task at midnight is the only use of many keys.
        """
        while True:
            await asyncio.sleep(min(every, _seconds_to_end(self._day, self._clock())))
            await self.write_uses()

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


def _seconds_to_end(day: date, now: datetime) -> float:
    """Return the seconds to the end of this day in UTC, if it is not over, and a moment more."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
    return max(0.0, (midnight - now).total_seconds()) + AFTER_MIDNIGHT


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
    ends = {row.digest: row.expires_at for row in rows if row.expires_at is not None}
    return seen, _Known(keys=keys, form_key=form_key, ends=ends)


def is_complete(rows: "Sequence[KeyRow]") -> bool:
    """Return whether these keys of a store include a form key and a secret one, revoked or not."""
    return FORM in [row.name for row in rows] and SECRET in [row.kind for row in rows]


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
