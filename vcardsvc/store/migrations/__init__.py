"""The database's history: one file in `versions/` for each step, run by `Store.migrate` alone.

Steps speak plain alembic and never import the tables of `store`: those say what is, these what
was done. A step that has been released is never changed.
"""
