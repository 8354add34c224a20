"""Compose the command line. Each module is one command, or one group of commands, of its name.

Results go to stdout, messages for people to stderr, and a refusal exits with 1. Commands call the
same services as requests over HTTP.
"""

from vcardsvc.cli import (
    backup,
    batch,
    card,
    check,
    contacts,
    convert,
    errors,
    keys,
    mcp,
    messengers,
    migrate,
    serve,
    settings,
    targets,
)
from vcardsvc.cli.application import app

__all__ = [
    "app",
    "backup",
    "batch",
    "card",
    "check",
    "contacts",
    "convert",
    "errors",
    "keys",
    "mcp",
    "messengers",
    "migrate",
    "serve",
    "settings",
    "targets",
]
