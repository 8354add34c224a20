"""The tables of the contact book and every fixed statement about them, in portable SQL.

An address book is one account's through one vendor's calls. Its row counts its entries, and whoever
changes one of them locks it first: so there is one writer at a time for an address book, on
PostgreSQL as on SQLite, and what was looked at under the lock stays true until the commit.
What must never enter here: a statement that is put together for a list (`lists`), a word that only
one of the two databases knows.
"""

import sqlalchemy as sa

from vcardsvc.store.tables import TABLES, UtcTime

# Sorted and searched by octets on both: a server's own collation would give other pages.
_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

ADDRESS_BOOK = sa.Table(
    "address_book",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("vendor", sa.Text, nullable=False),
    # So that the total of a list costs one row, however many there are.
    sa.Column("entries", sa.BigInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("account", "vendor", name="address_book_is_one"),
    sqlite_autoincrement=True,
)
# The photo stands last: SQLite reads no further than the last column that is asked for.
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
    sqlite_autoincrement=True,  # the number of an entry that was removed is never given again
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
# A table of our own in place of each database's search: both give the same answers.
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
    ADDRESS_BOOK.c.account == sa.bindparam("of"), ADDRESS_BOOK.c.vendor == sa.bindparam("by")
)
_HERE = ENTRY.c.address_book_id == sa.bindparam("book")

READ_BOOK = sa.select(ADDRESS_BOOK.c.id, ADDRESS_BOOK.c.entries).where(_OF_BOOK)
LOCK_BOOK = READ_BOOK.with_for_update()
READ_BOOKS = sa.select(
    ADDRESS_BOOK.c.account, ADDRESS_BOOK.c.vendor, ADDRESS_BOOK.c.entries
).order_by(ADDRESS_BOOK.c.account, ADDRESS_BOOK.c.vendor)
# Counting is locking: one statement for both.
COUNT_IN = (
    sa.update(ADDRESS_BOOK)
    .where(_OF_BOOK)
    .values(entries=ADDRESS_BOOK.c.entries + sa.bindparam("more", type_=sa.BigInteger))
    .returning(ADDRESS_BOOK.c.id)
)
# In words: SQLAlchemy spells ON CONFLICT for one database at a time, both read it alike.
ADD_BOOK = sa.text(
    "INSERT INTO address_book (account, vendor, entries) VALUES (:of, :by, 0)"
    " ON CONFLICT DO NOTHING"
)

_BY_IDENTITY = ENTRY.c.identity.in_(sa.bindparam("identities", expanding=True))
_BY_HANDLE = ENTRY.c.handle.in_(sa.bindparam("handles", expanding=True))
FIND_IDENTITIES = sa.select(ENTRY.c.identity, ENTRY.c.id).where(
    _HERE, _BY_IDENTITY, ENTRY.c.copy == 0
)
_COPIES = sa.select(ENTRY.c.id).where(_HERE, ENTRY.c.identity == sa.bindparam("this"))
FIND_COPIES = (
    _COPIES.where(ENTRY.c.copy != 0)
    .order_by(ENTRY.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
FIND_HANDLES = sa.select(ENTRY.c.handle, ENTRY.c.id).where(_HERE, _BY_HANDLE)
# Both questions in one message: every create asks them. Not OR: SQLite would read the whole book.
FIND_EITHER = sa.union_all(
    sa.select(ENTRY.c.identity, sa.null().label("handle"), ENTRY.c.id).where(
        _HERE, _BY_IDENTITY, ENTRY.c.copy == 0
    ),
    sa.select(sa.null(), ENTRY.c.handle, ENTRY.c.id).where(_HERE, _BY_HANDLE),
)

_KEPT = [
    column
    for column in ENTRY.c
    if column.name not in ("address_book_id", "identity", "copy", "parent_id", "photo")
]
READ_ENTRIES = (
    sa.select(
        *_KEPT,
        PARENT.c.handle.label("parent"),
    )
    .select_from(ENTRY.outerjoin(PARENT, PARENT.c.id == ENTRY.c.parent_id))
    .where(ENTRY.c.id.in_(sa.bindparam("ids", expanding=True)))
)
READ_ENTRIES_WHOLE = READ_ENTRIES.add_columns(ENTRY.c.photo)
FIND_IDS = sa.select(ENTRY.c.id).where(_HERE, ENTRY.c.id.in_(sa.bindparam("ids", expanding=True)))
READ_METADATA = sa.select(METADATA.c.entry_id, METADATA.c.key, METADATA.c.value).where(
    METADATA.c.entry_id.in_(sa.bindparam("ids", expanding=True))
)
READ_BOOK_IDS = (
    sa.select(ENTRY.c.id, ADDRESS_BOOK.c.account, ADDRESS_BOOK.c.vendor)
    .join(ADDRESS_BOOK, ADDRESS_BOOK.c.id == ENTRY.c.address_book_id)
    .where(ENTRY.c.id.in_(sa.bindparam("ids", expanding=True)))
)
READ_IDENTITY = sa.select(ENTRY.c.identity, ENTRY.c.copy).where(ENTRY.c.id == sa.bindparam("this"))

ADD_ENTRY = sa.insert(ENTRY).returning(ENTRY.c.id)
ADD_ENTRIES = sa.insert(ENTRY).returning(ENTRY.c.id, sort_by_parameter_order=True)
ADDING = {table: sa.insert(table) for table in (METADATA, TERM)}
END_DEFAULT = sa.update(ENTRY).where(_HERE, ENTRY.c.is_default).values(is_default=False)
SET_PARENT = (
    sa.update(ENTRY)
    .where(ENTRY.c.id == sa.bindparam("this"))
    .values(parent_id=sa.bindparam("parent"))
)
SET_PHOTO = (
    sa.update(ENTRY).where(ENTRY.c.id == sa.bindparam("this")).values(photo=sa.bindparam("jpeg"))
)
CHANGE_ENTRY = (
    sa.update(ENTRY)
    .where(ENTRY.c.id == sa.bindparam("this"))
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
DROP_METADATA = sa.delete(METADATA).where(METADATA.c.entry_id == sa.bindparam("this"))
DROP_TERMS = sa.delete(TERM).where(TERM.c.entry_id == sa.bindparam("this"))
REMOVE_ENTRY = sa.delete(ENTRY).where(ENTRY.c.id == sa.bindparam("this"))

ENTRY_STATEMENTS = (
    READ_BOOK, LOCK_BOOK, READ_BOOKS, FIND_IDENTITIES, FIND_HANDLES, FIND_EITHER, READ_ENTRIES,
    READ_ENTRIES_WHOLE, READ_BOOK_IDS, FIND_IDS, READ_METADATA, READ_IDENTITY,
    COUNT_IN, ADD_BOOK, ADD_ENTRY, ADD_ENTRIES, *ADDING.values(), END_DEFAULT, SET_PARENT,
    CHANGE_ENTRY, DROP_METADATA, DROP_TERMS, REMOVE_ENTRY, FIND_COPIES, PROMOTE_COPY,
    SET_PHOTO,
)  # fmt: skip
"""All that is fixed; a test compiles it for both databases."""
