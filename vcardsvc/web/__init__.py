"""The page: a form that works in any browser."""
