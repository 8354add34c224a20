"""Declares the exception for a file that is no list, or is not read to its end."""


class NotAList(Exception):
    """Says why a file cannot be read: a machine word for the log, and a sentence for the sender
    alone, which may name the file's columns. `too_large` says that a limit of size was passed."""

    def __init__(self, cause: str, text: str, *, too_large: bool = False) -> None:
        self.cause = cause
        self.text = text
        self.too_large = too_large
        super().__init__(cause, text)
