"""The values of the contact book: what a vendor's caller wants done with it, and what came of it.

An address book is what one account keeps through one vendor's calls: nobody reaches out of it.
Values are frozen, like those of `contact`. What must never enter here: a vendor's words (they pass
through as `vendor_fields`, unread), SQL, or HTTP.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from vcardsvc.errors import Problem
from vcardsvc.model.contact import Contact

Ref = int | str
"""What names an entry in its address book: its number, or the handle of the vendor's calls."""

Field = Literal["id", "handle", "default", "updated"]
"""What a list can be sorted by, beside the metadata of its entries."""

HIDDEN: Final = "[hidden]"
"""The key of metadata that takes an entry out of lists, searches, walks and exports: a caller
marked it as deleted. It is still found by what names it. No caller's own key has brackets."""

PER_PAGE: Final = 15
"""Entries of a page when nobody says how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBook:
    """Whose entries, made through which vendor's calls ("autodns", "domainchief", ...)."""

    account: str
    vendor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What a list is sorted by: the metadata of a key, as texts, or as whole numbers; an entry
    without the key counts as "" or 0."""

    key: str
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal:
    """The metadata of this key is this value."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Begins:
    """The metadata of this key begins with this value."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contains:
    """The metadata of this key contains this value."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """There is no metadata of this key."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """The entry has this number."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """All of these are true, of which there is one at least."""

    of: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """One of these is true, of which there is one at least."""

    of: "tuple[Condition, ...]"


Condition = Equal | Begins | Contains | Missing | Numbered | Every | Either
"""What must be true of an entry of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be kept.

    `contacts`: the first is the entry's own card, the others belong to it (a company's people).
    `vendor_fields` are the vendor's own, as JSON, for its responses. `handle` is unique in its
    address book, "" where the vendor uses numbers alone. `dedupe_key` is 32 bytes (a SHA-256) that
    two entries share when they are the same by the vendor's rule, b"" where none ever is; `forced`
    stores another one all the same. `is_same` tells whether an existing entry holds the same data:
    of several with one key it chooses (else the oldest), and one without a photo takes the draft's.
    `parent` is a handle; an unknown one, or its own, means none. `default` makes the entry the only
    default of its address book; False changes nothing. `photo_url` is fetched under the guard of
    every photo, for the first contact.
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
    """What is kept. Times are UTC; `parent` is a handle or ""; `photo` a JPEG or empty.

    `uid` (`urn:uuid:...`) is the card's identity for as long as the entry lives, whatever changes.
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
    """Keep these, all of them or none. `context`: what the API needs again for its response.

    A photo that cannot be had does not keep an entry from being kept, unless `photo_required`.
    With `expand` the parents of the entries come along.
    """

    drafts: tuple[Draft, ...]
    expand: bool = False
    context: Any = None
    photo_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Upsert:
    """Change the entry that `named` meets by its identity or its handle, or keep a new one, in one
    step.

    `make` gives the draft of what is there afterwards, of the entry that is met or of None; it may
    be called more than once, and raises Refused for a change that may not be. The photo of `named`
    is fetched and replaces the entry's, as for Create.
    """

    named: Draft
    make: "Callable[[Entry | None], Draft]"
    context: Any = None
    photo_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Get:
    """One entry, and with `expand` its parent; E404 when there is none.

    Without a `ref` it is the oldest that has all of `metadata`.
    """

    ref: Ref = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    expand: bool = False
    context: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GetMany:
    """These entries in this order; unknown ones, and those made before or after the times given,
    left out; of what is left so many behind the `first`, all of them where `maybe_most` is None."""

    refs: tuple[Ref, ...]
    maybe_since: datetime | None = None
    maybe_until: datetime | None = None
    first: int = 0
    maybe_most: int | None = None
    expand: bool = False
    context: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of an address book.

    `query`: words, each of which some word of the entry begins with. `parent`: a handle, None for
    any; `metadata`: exact pairs, all of them; `like`: by key two or more pieces of a value, which
    has them in this order with anything between: `("do", "")` begins with do, `("", "do")` ends
    with it, `("", "do", "")` holds it. Pieces and values are in lower case: LIKE is not the same
    for capitals everywhere. `where`: what else must be true. `sort`: (what, descending), then by
    id. `page` counts from 1, behind the first `skip` entries. `whole`: nobody asked for a page, so
    that cards of all may be streamed. `hidden`: those marked as deleted (HIDDEN) too.
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
    """Change one entry into what `edit` makes of it, in one step; E404 when there is none.

    `edit` may be called more than once; it raises Refused for a change that may not be. The draft's
    handle and its `forced` count for nothing: an entry keeps its handle, and a change is no copy.
    """

    ref: Ref
    edit: Callable[[Entry], Draft]
    expand: bool = False
    context: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Remove one entry; E404 when there is none. Its children stay, without a parent.

    `check` raises Refused where this entry may not be removed.
    """

    ref: Ref
    check: Callable[[Entry], None] | None = None
    context: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """Do these one after the other, each for itself: what becomes of one undoes none before it, and
    keeps none behind it from being done."""

    commands: "tuple[Create | Get | Update | Delete, ...]"
    context: Any = None


Command = Create | Upsert | Get | GetMany | Listing | Update | Delete | Bulk


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """Holds what a command came to: the entries in its order (of Delete, the deleted one).

    `fresh` and `photo_problems` go with Create and Upsert, one for each draft: whether the entry is
    new (else it existed; Create leaves it unchanged), and why its photo is missing. `total` goes
    with Listing and GetMany: the entries on all pages. `parents` by handle, where `expand` asked
    for them. `results` go with Bulk, one for each command: its result, or its problems.
    """

    entries: tuple[Entry, ...] = ()
    fresh: tuple[bool, ...] = ()
    photo_problems: tuple[Problem | None, ...] = ()
    total: int = 0
    parents: Mapping[str, Entry] = field(default_factory=dict)
    results: "tuple[CommandResult | tuple[Problem, ...], ...]" = ()
