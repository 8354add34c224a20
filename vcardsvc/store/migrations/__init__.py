"""Migrate the database: one file in `versions/` for each step; only `Store.migrate` runs them.

Steps use plain alembic and never import the tables of `store`, which describe the newest release. A
released step is never changed.
"""
