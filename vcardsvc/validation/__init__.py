"""Checks of one kind of field each: names, numbers, addresses on the web, countries."""
