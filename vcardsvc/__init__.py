"""vcardsvc: POST a contact as JSON, get a vCard every phone reads right.

The module is almost empty on purpose: every photo decoder is a process that imports it again.
"""

__all__ = ["__version__"]

__version__ = "0.3.0"
