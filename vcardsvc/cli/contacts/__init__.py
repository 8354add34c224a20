"""Look into the contact book and take contacts out of it, one module a command."""

from vcardsvc.cli.contacts import delete, erase, export, list, show

__all__ = ["delete", "erase", "export", "list", "show"]
