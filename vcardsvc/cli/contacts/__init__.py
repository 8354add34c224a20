"""Look into the contact book and take contacts out of it, one module a command."""

from vcardsvc.cli.contacts import delete, export, list, show

__all__ = ["delete", "export", "list", "show"]
