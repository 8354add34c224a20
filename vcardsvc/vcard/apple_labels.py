"""Lists the labels that Apple's programs know and translate, and writes them as they do.

Source: the CNLabel constants of Apple's Contacts framework, and the X-ABLabel lines of its exports.
"""

from typing import Final

APPLE_LABELS: Final = frozenset(
    (
        "Anniversary", "Assistant", "Brother", "Child", "Daughter", "Father", "Friend", "Home",
        "HomeFAX", "HomePage", "Main", "Manager", "Mobile", "Mother", "Other", "OtherFAX", "Pager",
        "Parent", "Partner", "School", "Sister", "Son", "Spouse", "Work", "WorkFAX",
    )
)  # fmt: skip


def wrapped(label: str) -> str:
    """Return the label as X-ABLabel holds it: `_$!<Anniversary>!$_` if Apple knows it."""
    return f"_$!<{label}>!$_" if label in APPLE_LABELS else label
