"""Run the steps, for alembic, on the connection of `Store.migrate`.

The connection is in a transaction that holds the write lock, so alembic must not begin or commit
one of its own. There is no offline mode and no URL.
"""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
