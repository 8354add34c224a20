"""Keys for browsers: which kind a key is, the origins and redirects of a publishable one.

`scope` was made for this and never written: it held "secret" in every row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Name the kind what it is called everywhere else, and add what a publishable key has."""
    # In words: alembic would copy the whole table to rename a column of SQLite.
    op.execute(sa.text("ALTER TABLE api_key RENAME COLUMN scope TO kind"))
    for name in ("origins", "redirects"):
        op.add_column("api_key", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("api_key", sa.Column("text", sa.Text))
