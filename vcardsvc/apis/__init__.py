"""Translates between HTTP and commands: a package for each API, and beside them what they share."""
