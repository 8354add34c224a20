"""vcardsvc: POST a contact as JSON, get a vCard every phone reads right.

Kept almost empty on purpose: the photo decoder runs in a process of its own that imports this
package, and whatever stands here is paid again by every decoder.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
