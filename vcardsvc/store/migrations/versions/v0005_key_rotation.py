"""Add the last use of each key, and the table of secrets that were replaced and are valid yet."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column and the table; no key was used on a known day, and none is replaced."""
    op.add_column("api_key", sa.Column("last_used_on", sa.Date))
    op.create_table(
        "replaced_secret",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key_name", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date),
    )
