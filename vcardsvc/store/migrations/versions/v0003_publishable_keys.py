"""Add publishable keys: the kind of a key, its origins and redirects.

`scope` was never written: it held "secret" in every row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Rename `scope` to `kind`, and add the columns of a publishable key."""
    # As text: alembic would copy the whole table to rename a column of SQLite.
    op.execute(sa.text("ALTER TABLE api_key RENAME COLUMN scope TO kind"))
    for name in ("origins", "redirects"):
        op.add_column("api_key", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("api_key", sa.Column("text", sa.Text))
