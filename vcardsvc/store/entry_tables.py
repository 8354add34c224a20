"""Declare the tables of the contact book and their fixed statements, in portable SQL.

An address book is identified by its account and vendor. Its row counts its entries, and a change to
any of them locks that row first. So an address book has one writer at a time, on PostgreSQL as on
SQLite, and what was read under the lock stays true until the commit. Statements that are built for
a list stand in `filters`.
"""

import sqlalchemy as sa

from vcardsvc.store.tables import PLAN_ANEW, TABLES, UtcTime

# Both databases sort and search by octets: a server's own collation would give other pages.
_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

ADDRESS_BOOK = sa.Table(
    "address_book",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("vendor", sa.Text, nullable=False),
    # The total of a list, without counting.
    sa.Column("entries", sa.BigInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("account", "vendor", name="address_book_is_one"),
    sqlite_autoincrement=True,
)
# The photo stands last: SQLite reads no further than the last column that a query names.
ENTRY = sa.Table(
    "entry",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("address_book_id", sa.Integer, sa.ForeignKey("address_book.id"), nullable=False),
    sa.Column("handle", _PLAIN),
    sa.Column("uid", sa.Text, nullable=False),
    sa.Column("identity", sa.LargeBinary),
    sa.Column("copy", sa.BigInteger),
    sa.Column("parent_id", sa.Integer, sa.ForeignKey("entry.id", ondelete="SET NULL")),
    sa.Column("is_default", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("updated_at", UtcTime, nullable=False),
    sa.Column("contacts", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("photo", sa.LargeBinary),
    sa.UniqueConstraint("address_book_id", "handle", name="entry_handle_is_one"),
    sa.UniqueConstraint("address_book_id", "identity", "copy", name="entry_identity_is_one"),
    sa.Index("entry_of_book", "address_book_id", "id"),
    sa.Index("entry_of_parent", "parent_id", "id"),
    sqlite_autoincrement=True,  # the id of a deleted entry is never used again
)
sa.Index(
    "entry_default_is_one",
    ENTRY.c.address_book_id,
    unique=True,
    sqlite_where=ENTRY.c.is_default,
    postgresql_where=ENTRY.c.is_default,
)
METADATA = sa.Table(
    "entry_metadata",
    TABLES,
    sa.Column(
        "entry_id",
        sa.Integer,
        sa.ForeignKey("entry.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("key", _PLAIN, primary_key=True),
    sa.Column("address_book_id", sa.Integer, nullable=False),
    sa.Column("value", _PLAIN, nullable=False),
    sa.Index("entry_by_metadata", "address_book_id", "key", "value", "entry_id"),
    sqlite_with_rowid=False,
)
# A table of our own, not each database's own text search: both give the same results.
TERM = sa.Table(
    "entry_term",
    TABLES,
    sa.Column("address_book_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("term", _PLAIN, primary_key=True),
    sa.Column(
        "entry_id",
        sa.Integer,
        sa.ForeignKey("entry.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Index("term_of_entry", "entry_id", "term"),
    sqlite_with_rowid=False,
)
PARENT = ENTRY.alias("parent")

_OF_BOOK = sa.and_(
    ADDRESS_BOOK.c.account == sa.bindparam("of_account"),
    ADDRESS_BOOK.c.vendor == sa.bindparam("of_vendor"),
)
_THIS = ENTRY.c.id == sa.bindparam("entry_id")
_IN_BOOK = ENTRY.c.address_book_id == sa.bindparam("book_id")

READ_BOOK = sa.select(ADDRESS_BOOK.c.id, ADDRESS_BOOK.c.entries).where(_OF_BOOK)
LOCK_BOOK = READ_BOOK.with_for_update()
READ_BOOKS = sa.select(
    ADDRESS_BOOK.c.account, ADDRESS_BOOK.c.vendor, ADDRESS_BOOK.c.entries
).order_by(ADDRESS_BOOK.c.account, ADDRESS_BOOK.c.vendor)
# One statement locks the address book and counts.
ADD_TO_COUNT = (
    sa.update(ADDRESS_BOOK)
    .where(_OF_BOOK)
    .values(entries=ADDRESS_BOOK.c.entries + sa.bindparam("change", type_=sa.BigInteger))
    .returning(ADDRESS_BOOK.c.id)
)
# As text: SQLAlchemy writes ON CONFLICT for one database at a time, and both take this.
ADD_BOOK = sa.text(
    "INSERT INTO address_book (account, vendor, entries) VALUES (:of_account, :of_vendor, 0)"
    " ON CONFLICT DO NOTHING"
)

_ANEW = {PLAN_ANEW: True}
_BY_IDS = ENTRY.c.id.in_(sa.bindparam("ids", expanding=True))
_BY_KEY = ENTRY.c.identity.in_(sa.bindparam("dedupe_keys", expanding=True))
_BY_HANDLE = ENTRY.c.handle.in_(sa.bindparam("handles", expanding=True))
FIND_DEDUPE_KEYS = (
    sa.select(ENTRY.c.identity, ENTRY.c.id)
    .where(_IN_BOOK, _BY_KEY, ENTRY.c.copy == 0)
    .execution_options(**_ANEW)
)
_COPIES = sa.select(ENTRY.c.id).where(_IN_BOOK, ENTRY.c.identity == sa.bindparam("dedupe_key"))
FIND_COPIES = (
    _COPIES.where(ENTRY.c.copy != 0)
    .order_by(ENTRY.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
FIND_HANDLES = (
    sa.select(ENTRY.c.handle, ENTRY.c.id).where(_IN_BOOK, _BY_HANDLE).execution_options(**_ANEW)
)
# Both searches of a create in one message. Not OR, for which SQLite would read all entries.
FIND_EITHER = sa.union_all(
    sa.select(ENTRY.c.identity, sa.null().label("handle"), ENTRY.c.id).where(
        _IN_BOOK, _BY_KEY, ENTRY.c.copy == 0
    ),
    sa.select(sa.null(), ENTRY.c.handle, ENTRY.c.id).where(_IN_BOOK, _BY_HANDLE),
).execution_options(**_ANEW)

_COLUMNS = [
    column
    for column in ENTRY.c
    if column.name not in ("address_book_id", "identity", "copy", "parent_id", "photo")
]
READ_ENTRIES = (
    sa.select(
        *_COLUMNS,
        PARENT.c.handle.label("parent"),
    )
    .select_from(ENTRY.outerjoin(PARENT, PARENT.c.id == ENTRY.c.parent_id))
    .where(_BY_IDS)
    .execution_options(**_ANEW)
)
READ_ENTRIES_WITH_PHOTOS = READ_ENTRIES.add_columns(ENTRY.c.photo)
FIND_IDS = sa.select(ENTRY.c.id).where(_IN_BOOK, _BY_IDS).execution_options(**_ANEW)
READ_METADATA = (
    sa.select(METADATA.c.entry_id, METADATA.c.key, METADATA.c.value)
    .where(METADATA.c.entry_id.in_(sa.bindparam("ids", expanding=True)))
    .execution_options(**_ANEW)
)
READ_ENTRY_BOOKS = (
    sa.select(ENTRY.c.id, ADDRESS_BOOK.c.account, ADDRESS_BOOK.c.vendor)
    .join(ADDRESS_BOOK, ADDRESS_BOOK.c.id == ENTRY.c.address_book_id)
    .where(_BY_IDS)
)
READ_DEDUPE_KEY = sa.select(ENTRY.c.identity, ENTRY.c.copy).where(_THIS)

ADD_ENTRY = sa.insert(ENTRY).returning(ENTRY.c.id)
ADD_ENTRIES = sa.insert(ENTRY).returning(ENTRY.c.id, sort_by_parameter_order=True)
INSERTS = {table: sa.insert(table) for table in (METADATA, TERM)}
CLEAR_DEFAULT = sa.update(ENTRY).where(_IN_BOOK, ENTRY.c.is_default).values(is_default=False)
SET_PARENT = sa.update(ENTRY).where(_THIS).values(parent_id=sa.bindparam("parent"))
SET_PHOTO = sa.update(ENTRY).where(_THIS).values(photo=sa.bindparam("jpeg"))
UPDATE_ENTRY = (
    sa.update(ENTRY)
    .where(_THIS)
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in (
                "identity", "copy", "parent_id", "is_default", "updated_at", "contacts", "words",
            )
        }
    )
)  # fmt: skip
PROMOTE_COPY = (
    sa.update(ENTRY)
    .where(ENTRY.c.id == _COPIES.order_by(ENTRY.c.id).limit(1).scalar_subquery())
    .values(copy=0)
)
DELETE_METADATA = sa.delete(METADATA).where(METADATA.c.entry_id == sa.bindparam("entry_id"))
DELETE_TERMS = sa.delete(TERM).where(TERM.c.entry_id == sa.bindparam("entry_id"))
DELETE_ENTRY = sa.delete(ENTRY).where(_THIS)

ENTRY_STATEMENTS = (
    READ_BOOK, LOCK_BOOK, READ_BOOKS, FIND_DEDUPE_KEYS, FIND_HANDLES, FIND_EITHER, READ_ENTRIES,
    READ_ENTRIES_WITH_PHOTOS, READ_ENTRY_BOOKS, FIND_IDS, READ_METADATA, READ_DEDUPE_KEY,
    ADD_TO_COUNT, ADD_BOOK, ADD_ENTRY, ADD_ENTRIES, *INSERTS.values(), CLEAR_DEFAULT, SET_PARENT,
    UPDATE_ENTRY, DELETE_METADATA, DELETE_TERMS, DELETE_ENTRY, FIND_COPIES, PROMOTE_COPY,
    SET_PHOTO,
)  # fmt: skip
"""Every fixed statement; a test compiles them for both databases."""
