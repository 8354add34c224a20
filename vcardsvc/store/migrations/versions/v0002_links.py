"""Create the table of links, which are finished cards under unguessable addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table and its indexes: one for the limits of each key, one for the purge."""
    op.create_table(
        "link",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("once", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.Column("octets", sa.LargeBinary),
    )
    op.create_index("link_of_owner", "link", ["owner", "gone_at", "expires_at", "size"])
    op.create_index("link_by_end", "link", ["gone_at", "expires_at"])
