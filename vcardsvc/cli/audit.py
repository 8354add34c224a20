"""Logs what an operator changed: one event, without personal data, in the form of the log."""

import os

from vcardsvc.settings import Settings


def log_audit(settings: Settings, action: str, **fields: object) -> None:
    """Write the event `audit` to stderr: the action, the system's user who ran it, and what it
    changed."""
    from vcardsvc.telemetry import Telemetry

    Telemetry(log_format=settings.log_format).event("audit", action=action, by=_user(), **fields)


def _user() -> str:
    """Return the name of the user that this process belongs to; its number where it has none."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
