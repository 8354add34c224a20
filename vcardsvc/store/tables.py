"""Declare the tables of keys and links and their statements, in SQL that both databases take.

A statement for PostgreSQL alone is marked so.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

PLAN_ANEW = "plan_anew"
"""The execution option of statements that PostgreSQL plans at each call, which a list or a page
needs: a plan for any values would not know that a filter is narrow, that a page is the first or a
list long, or that a table has grown meanwhile."""


class UtcTime(TypeDecorator[datetime]):
    """Writes and reads a time as UTC; SQLite drops the zone, so reading restores it."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC: SQLite stores digits without a zone, and compares those."""
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time with its zone, UTC."""
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


class Words(TypeDecorator[tuple[str, ...]]):
    """Stores texts without blanks, such as addresses, as one text with blanks between them."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        """Join the texts."""
        return " ".join(value or ())

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        """Split the text."""
        return tuple((value or "").split())


TABLES = sa.MetaData()
API_KEY = sa.Table(
    "api_key",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False, server_default="secret"),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("revoked_at", UtcTime),
    sa.Column("origins", Words, nullable=False, server_default=""),
    sa.Column("redirects", Words, nullable=False, server_default=""),
    # The account whose contacts the key reads and writes.
    sa.Column("account", sa.Text, nullable=False, server_default=""),
    # For the form key alone, which stands in a public page; every worker needs it.
    sa.Column("text", sa.Text),
    sa.Column("last_used_on", sa.Date),
)
# The former secrets of keys that were rotated, as long as they are valid.
REPLACED_SECRET = sa.Table(
    "replaced_secret",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key_name", sa.Text, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("last_used_on", sa.Date),
)
CHANGE_COUNTER = sa.Table(
    "change_counter",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("value", sa.BigInteger, nullable=False),
)
# The octets stand last: SQLite reads no further than the last column that a query names.
LINK = sa.Table(
    "link",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("etag", sa.Text, nullable=False),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("filename", sa.Text, nullable=False),
    sa.Column("once", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("gone_at", UtcTime),
    sa.Column("octets", sa.LargeBinary),
    # With the size, so that the limits of a key are counted in the index alone.
    sa.Index("link_of_owner", "owner", "gone_at", "expires_at", "size"),
    sa.Index("link_by_end", "gone_at", "expires_at"),
)
VERSION = sa.table("alembic_version", sa.column("version_num"))
"""Alembic's own table, read here without alembic: importing that costs 0.3 s of every start."""

READ_VERSION = sa.select(VERSION.c.version_num)
READ_COUNTER = sa.select(CHANGE_COUNTER.c.value)
_CURRENT = sa.select(
    API_KEY.c.name,
    API_KEY.c.digest,
    API_KEY.c.created_at,
    API_KEY.c.revoked_at,
    API_KEY.c.kind,
    API_KEY.c.origins,
    API_KEY.c.redirects,
    API_KEY.c.account,
    sa.func.coalesce(API_KEY.c.text, "").label("text"),
    API_KEY.c.last_used_on,
    sa.cast(sa.null(), REPLACED_SECRET.c.expires_at.type).label("expires_at"),
)
_REPLACED = sa.select(
    API_KEY.c.name,
    REPLACED_SECRET.c.digest,
    REPLACED_SECRET.c.created_at,
    API_KEY.c.revoked_at,
    API_KEY.c.kind,
    API_KEY.c.origins,
    API_KEY.c.redirects,
    API_KEY.c.account,
    sa.literal("", sa.Text),
    REPLACED_SECRET.c.last_used_on,
    REPLACED_SECRET.c.expires_at,
).join(API_KEY, API_KEY.c.name == REPLACED_SECRET.c.key_name)
READ_KEYS = _CURRENT.union_all(_REPLACED).order_by("created_at", "name")
# PostgreSQL writes an unchanged row again; SQLite does not (`sqlite.rewrite_page`).
REWRITE_COUNTER = sa.update(CHANGE_COUNTER).values(value=CHANGE_COUNTER.c.value)
ADD_KEY = sa.insert(API_KEY)
REVOKE_KEY = (
    sa.update(API_KEY)
    .where(API_KEY.c.name == sa.bindparam("key_name"), API_KEY.c.revoked_at.is_(None))
    .values(revoked_at=sa.bindparam("at"))
)
# SQLite, which has one writer at a time, leaves FOR UPDATE out.
READ_SECRET = (
    sa.select(API_KEY.c.digest, API_KEY.c.created_at, API_KEY.c.last_used_on, API_KEY.c.text)
    .where(API_KEY.c.name == sa.bindparam("key_name"), API_KEY.c.revoked_at.is_(None))
    .with_for_update()
)
REPLACE_SECRET = (
    sa.update(API_KEY)
    .where(API_KEY.c.name == sa.bindparam("key_name"))
    .values(
        digest=sa.bindparam("sha256"),
        created_at=sa.bindparam("at", type_=UtcTime),
        text=sa.bindparam("new_text"),
        last_used_on=None,
    )
)
ADD_REPLACED = sa.insert(REPLACED_SECRET)
_OF_KEY = REPLACED_SECRET.c.key_name == sa.bindparam("of_key")
SHORTEN_REPLACED = (
    sa.update(REPLACED_SECRET)
    .where(_OF_KEY, REPLACED_SECRET.c.expires_at > sa.bindparam("until", type_=UtcTime))
    .values(expires_at=sa.bindparam("until", type_=UtcTime))
)
_ENDED = REPLACED_SECRET.c.expires_at <= sa.bindparam("at", type_=UtcTime)
LOCK_REPLACED = (
    sa.select(REPLACED_SECRET.c.id)
    .where(sa.or_(_OF_KEY, _ENDED))
    .order_by(REPLACED_SECRET.c.digest)
    .with_for_update()
)
DROP_ENDED = sa.delete(REPLACED_SECRET).where(_ENDED)
DROP_ALL_REPLACED = sa.delete(REPLACED_SECRET).where(_OF_KEY)
# A key that was used on that day already is not written again.
NOTE_USES = tuple(
    sa.update(table)
    .where(
        table.c.digest == sa.bindparam("sha256"),
        sa.or_(
            table.c.last_used_on.is_(None),
            table.c.last_used_on < sa.bindparam("day", type_=sa.Date),
        ),
    )
    .values(last_used_on=sa.bindparam("day", type_=sa.Date))
    for table in (API_KEY, REPLACED_SECRET)
)
# The clock, or one more when the clock stands still or goes back. Counting by ones would give a
# restored backup, changed once, a number that the workers have already seen.
ADVANCE_COUNTER = sa.update(CHANGE_COUNTER).values(
    value=sa.case(
        (CHANGE_COUNTER.c.value >= sa.bindparam("ms"), CHANGE_COUNTER.c.value + 1),
        else_=sa.bindparam("ms"),
    )
)

_DETAILS = [column for column in LINK.c if column.name not in ("id", "octets")]
_THIS = LINK.c.digest == sa.bindparam("sha256")
_ALIVE = (LINK.c.gone_at.is_(None), LINK.c.expires_at > sa.bindparam("at", type_=UtcTime))

COUNT_LINKS = sa.select(
    sa.func.count(),
    sa.func.coalesce(sa.func.sum(LINK.c.size), 0),
    sa.func.min(LINK.c.expires_at),
).where(LINK.c.owner == sa.bindparam("of_owner"), *_ALIVE)
# For PostgreSQL alone: locks the owner until the end of the transaction.
LOCK_OWNER = sa.select(
    sa.func.pg_advisory_xact_lock(
        sa.func.hashtextextended(sa.bindparam("of_owner", type_=sa.Text), 0)
    )
)
ADD_LINK = sa.insert(LINK)
# Only `take_link` reads the octets of a link that opens once.
READ_LINK = sa.select(
    *_DETAILS, sa.case((LINK.c.once, sa.null()), else_=LINK.c.octets).label("octets")
).where(_THIS)
READ_ONCE_LINK = sa.select(*_DETAILS, LINK.c.octets).where(_THIS, LINK.c.once, *_ALIVE)
FIND_LINK = sa.select(LINK.c.expires_at).where(_THIS, LINK.c.gone_at.is_(None))
END_LINK = (
    sa.update(LINK)
    .where(_THIS, *_ALIVE)
    .values(octets=None, gone_at=sa.bindparam("at", type_=UtcTime))
)
END_OWN_LINK = END_LINK.where(LINK.c.owner == sa.bindparam("of_owner"))
END_LINKS_OF = (
    sa.update(LINK)
    .where(LINK.c.owner == sa.bindparam("of_owner"), LINK.c.gone_at.is_(None))
    .values(octets=None, gone_at=sa.bindparam("at", type_=UtcTime))
)
_THESE = LINK.c.id.in_(sa.bindparam("ids", expanding=True))
FIND_EXPIRED = (
    sa.select(LINK.c.id)
    .where(LINK.c.gone_at.is_(None), LINK.c.expires_at <= sa.bindparam("at", type_=UtcTime))
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
DROP_EXPIRED = (
    sa.update(LINK)
    .where(_THESE, LINK.c.gone_at.is_(None))
    .values(octets=None, gone_at=LINK.c.expires_at)
)
FIND_FORGOTTEN = (
    sa.select(LINK.c.id)
    .where(LINK.c.gone_at <= sa.bindparam("at", type_=UtcTime))
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
DELETE_FORGOTTEN = sa.delete(LINK).where(_THESE)
_OF_OWNERS = LINK.c.owner.in_(sa.bindparam("owners", expanding=True))
COUNT_LINKS_OF = sa.select(sa.func.count()).where(_OF_OWNERS)
FIND_LINKS_OF = (
    sa.select(LINK.c.id).where(_OF_OWNERS).limit(sa.bindparam("limit", type_=sa.Integer))
)

STATEMENTS = (
    READ_VERSION, READ_COUNTER, READ_KEYS, REWRITE_COUNTER, ADD_KEY, REVOKE_KEY, ADVANCE_COUNTER,
    COUNT_LINKS, READ_LINK, READ_ONCE_LINK, FIND_LINK, FIND_EXPIRED, FIND_FORGOTTEN,
    ADD_LINK, END_LINK, END_OWN_LINK, END_LINKS_OF, DROP_EXPIRED, DELETE_FORGOTTEN,
    READ_SECRET, REPLACE_SECRET, ADD_REPLACED, SHORTEN_REPLACED, LOCK_REPLACED, DROP_ENDED,
    DROP_ALL_REPLACED,
    *NOTE_USES, COUNT_LINKS_OF, FIND_LINKS_OF,
)  # fmt: skip
"""Every portable statement; a test compiles them for both databases."""
