"""Create the tables of the contact book, and give every key an account."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables; each existing key gets an account of its own name."""
    op.add_column("api_key", sa.Column("account", sa.Text, nullable=False, server_default=""))
    op.execute(sa.text("UPDATE api_key SET account = name"))
    op.create_table(
        "address_book",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("vendor", sa.Text, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False, server_default="0"),
        sa.UniqueConstraint("account", "vendor", name="address_book_is_one"),
        sqlite_autoincrement=True,
    )
    _entries()
    _indexes()


def _entries() -> None:
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("address_book_id", sa.Integer, sa.ForeignKey("address_book.id"), nullable=False),
        sa.Column("handle", PLAIN),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("identity", sa.LargeBinary),
        sa.Column("copy", sa.BigInteger),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("entry.id", ondelete="SET NULL")),
        sa.Column("is_default", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contacts", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("photo", sa.LargeBinary),
        sa.UniqueConstraint("address_book_id", "handle", name="entry_handle_is_one"),
        sa.UniqueConstraint("address_book_id", "identity", "copy", name="entry_identity_is_one"),
        sqlite_autoincrement=True,
    )
    op.create_index("entry_of_book", "entry", ["address_book_id", "id"])
    op.create_index("entry_of_parent", "entry", ["parent_id", "id"])
    op.create_index(
        "entry_default_is_one",
        "entry",
        ["address_book_id"],
        unique=True,
        # The exact text of SQLAlchemy's condition: else SQLite does not use the index.
        sqlite_where=sa.text("is_default = 1"),
        postgresql_where=sa.text("is_default"),
    )


def _indexes() -> None:
    """Create the tables of metadata and of search terms."""
    entry = sa.ForeignKey("entry.id", ondelete="CASCADE")
    op.create_table(
        "entry_metadata",
        sa.Column("entry_id", sa.Integer, entry, primary_key=True, autoincrement=False),
        sa.Column("key", PLAIN, primary_key=True),
        sa.Column("address_book_id", sa.Integer, nullable=False),
        sa.Column("value", PLAIN, nullable=False),
        sqlite_with_rowid=False,
    )
    columns = ["address_book_id", "key", "value", "entry_id"]
    op.create_index("entry_by_metadata", "entry_metadata", columns)
    entry = sa.ForeignKey("entry.id", ondelete="CASCADE")
    op.create_table(
        "entry_term",
        sa.Column("address_book_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("term", PLAIN, primary_key=True),
        sa.Column("entry_id", sa.Integer, entry, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("term_of_entry", "entry_term", ["entry_id", "term"])
