"""Alembic's entry: runs the steps on the connection that `Store.migrate` hands over.

The connection is inside a transaction that already holds the write lock, so alembic must not begin
or commit one of its own; there is no offline mode and no URL in here.
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
