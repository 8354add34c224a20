"""The values of the contact book: entries, the commands on them, and the commands' results.

An address book holds what one account keeps through one vendor's calls; no command reaches beyond
it. Values are frozen, like those of `contact`. A vendor's own fields pass through unread, as
`vendor_fields`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from vcardsvc.errors import Problem
from vcardsvc.model.contact import Contact

Ref = int | str
"""Identifies an entry in its address book: its id, or the handle that the vendor's calls use."""

Field = Literal["id", "handle", "default", "updated"]
"""The fields that a list can be sorted by, beside metadata."""

HIDDEN: Final = "[hidden]"
"""The metadata key of an entry that a caller marked as deleted: lists, searches and exports leave
it out, its id and its handle still find it. No caller's own key has brackets."""

MAX_ENTRY_ID: Final = 2**31 - 1
"""The highest id of an entry: the vendors' clients have 32 bits for it."""

PER_PAGE: Final = 15
"""Entries of a page by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBook:
    """Identifies an address book: an account, and a vendor ("autodns", "domainchief", ...)."""

    account: str
    vendor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Sorts a list by the metadata of a key, as texts or as whole numbers. An entry without the key
    counts as "" or 0."""

    key: str
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal:
    """Is true when the metadata of this key equals the value."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Begins:
    """Is true when the metadata of this key begins with the value."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains:
    """Is true when the metadata of this key contains the value."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Is true when the entry has no metadata of this key."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Is true when the entry has this id."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Is true when all of these conditions are; holds at least one."""

    of: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """Is true when one of these conditions is; holds at least one."""

    of: "tuple[Condition, ...]"


Condition = Equal | Begins | Contains | Missing | Numbered | Every | Either
"""A condition on the entries of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Holds an entry that shall be stored.

    `contacts`: the first is the entry's own card, the others belong to it (a company's people).
    `vendor_fields`: the vendor's own fields as JSON values, for its responses. `handle`: unique in
    the address book; "" where the vendor uses ids alone. `dedupe_key`: 32 bytes (a SHA-256), equal
    for two entries that the vendor's rule calls the same; b"" where it never does. `forced` stores
    another entry all the same. `is_same` tells whether an existing entry of the same `dedupe_key`
    holds the same data: that one is meant then, else the oldest; and one without a photo takes the
    draft's. `parent`: a handle; an unknown one, or the entry's own, means none. `default`: makes
    this the one default entry of the address book; False changes nothing. `photo_url` is fetched
    under the guards of every photo, for the first contact.
    """

    contacts: tuple[Contact, ...]
    vendor_fields: Mapping[str, Any]
    handle: str = ""
    dedupe_key: bytes = b""
    forced: bool = False
    is_same: "Callable[[Entry], bool] | None" = field(default=None, compare=False)
    parent: str = ""
    default: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    photo_url: str = ""
    photo: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Holds a stored entry. Times are UTC; `parent` is a handle or ""; `photo` a JPEG or empty.

    `uid` (`urn:uuid:...`) identifies the card for as long as the entry exists.
    """

    id: int
    uid: str
    created_at: datetime
    updated_at: datetime
    contacts: tuple[Contact, ...]
    vendor_fields: Mapping[str, Any]
    handle: str = ""
    parent: str = ""
    default: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    photo: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Create:
    """Creates an entry for each draft, all of them or none. `context`: the API's own, for its
    response.

    An entry whose photo cannot be had is stored without it, unless `photo_required`. With `expand`
    the result has the entries' parents.
    """

    drafts: tuple[Draft, ...]
    expand: bool = False
    context: Any = None
    photo_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Upsert:
    """Updates the entry that has the dedupe key or the handle of `named`, or creates one, in one
    step.

    `make` returns the new draft for the existing entry or for None; it may be called more than
    once, and raises Refused for a change that is not allowed. The photo of `named` is fetched and
    replaces the entry's, as for Create.
    """

    named: Draft
    make: "Callable[[Entry | None], Draft]"
    context: Any = None
    photo_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Get:
    """Reads one entry, and with `expand` its parent; E404 when there is none.

    Without a `ref` it reads the oldest entry that has all of `metadata`.
    """

    ref: Ref = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    expand: bool = False
    context: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GetMany:
    """Reads these entries in this order, without unknown ones and without those created before
    `maybe_since` or after `maybe_until`.

    Of the rest, skips the `first` ones and reads `maybe_most`, or all where that is None.
    """

    refs: tuple[Ref, ...]
    maybe_since: datetime | None = None
    maybe_until: datetime | None = None
    first: int = 0
    maybe_most: int | None = None
    expand: bool = False
    context: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Reads a page of an address book.

    `query`: words, each of which begins a word of the entry. `parent`: a handle, None for any.
    `metadata`: pairs that the entry has, all of them. `like`: by key two or more pieces of a value,
    in this order with anything between: `("do", "")` begins with do, `("", "do")` ends with it,
    `("", "do", "")` contains it. Pieces and values are in lower case: LIKE differs for capitals
    between databases. `where`: a further condition. `sort`: (field, descending), then by id. `page`
    counts from 1, behind the first `skip` entries. `whole`: the caller gave no page, so that cards
    of all entries may be streamed. `hidden`: entries marked as deleted (HIDDEN) too.
    """

    query: str = ""
    parent: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    like: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    where: Condition | None = None
    sort: tuple[tuple[Field | Member, bool], ...] = ()
    page: int = 1
    skip: int = 0
    per_page: int = PER_PAGE
    whole: bool = False
    hidden: bool = False
    expand: bool = False
    context: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Replaces one entry by the draft that `edit` returns for it, in one step; E404 when there is
    none.

    `edit` may be called more than once; it raises Refused for a change that is not allowed. The
    draft's handle and its `forced` are ignored: an entry keeps its handle, and a change is no copy.
    """

    ref: Ref
    edit: Callable[[Entry], Draft]
    expand: bool = False
    context: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Deletes one entry; E404 when there is none. Its children stay, without a parent.

    `check` raises Refused where this entry may not be deleted.
    """

    ref: Ref
    check: Callable[[Entry], None] | None = None
    context: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """Runs these commands one after the other, each in a transaction of its own: a failure neither
    undoes the commands before it nor stops those behind it."""

    commands: "tuple[Create | Get | Update | Delete, ...]"
    context: Any = None


Command = Create | Upsert | Get | GetMany | Listing | Update | Delete | Bulk


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """Holds the entries of a command in its order (of Delete, the deleted one).

    `fresh` and `photo_problems` go with Create and Upsert, one for each draft: whether the entry is
    new (else it existed; Create leaves it unchanged), and why its photo is missing. `total` goes
    with Listing and GetMany: the entries on all pages. `parents`, by handle, go with `expand`.
    `results` go with Bulk, one for each command: its result, or its problems.
    """

    entries: tuple[Entry, ...] = ()
    fresh: tuple[bool, ...] = ()
    photo_problems: tuple[Problem | None, ...] = ()
    total: int = 0
    parents: Mapping[str, Entry] = field(default_factory=dict)
    results: "tuple[CommandResult | tuple[Problem, ...], ...]" = ()
