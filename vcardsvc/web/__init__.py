"""Renders the web page: a form that works in any browser."""
