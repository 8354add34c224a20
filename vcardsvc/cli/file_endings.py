"""Check that the ending of a file fits the form that is written to it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, get_args

from vcardsvc.cli.common import stop
from vcardsvc.model.request import Message

QR_TYPES: Final = {".svg": b"image/svg+xml", ".png": b"image/png"}
"""The media type of a QR code by the ending of its file."""

CARD: Final = ".vcf"
JSON: Final = ".json"

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "": (CARD,),
    "card": (CARD,),
    "xcard": (".xml",),
    "qr": tuple(QR_TYPES),
    **dict.fromkeys(("jcard", "jscontact", "report", "link", *get_args(Message)), (JSON,)),
}
"""The endings of each form; "" is the form without --as."""

LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "": (CARD,),
    "card": (CARD,),
    "xcard": (".xml",),
    **dict.fromkeys(("jcard", "jscontact", "report"), (JSON,)),
    "zip": (".zip",),
    "ndjson": (".ndjson", ".jsonl"),
}
"""The endings of each form of a list's result."""

KNOWN: Final = frozenset(
    (".vcf", ".json", ".xml", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".html",
     ".txt", ".csv", ".zip", ".tsv", ".xlsx", ".ndjson", ".jsonl")
)  # fmt: skip
"""Endings that name a file's type; any other ending, or none, fits every form."""


def check_ending(
    out: Path | None, form: str = "card", forms: Mapping[str, tuple[str, ...]] = ENDINGS
) -> None:
    """Exit when the ending of `out` names another type than the form's; `forms` are the endings of
    every form that the command has."""
    endings = forms.get(form, ())  # the request itself refuses an unknown form
    suffix = out.suffix.lower() if out else ""
    if not endings or suffix in endings or suffix not in KNOWN:
        return
    if form == "qr":
        stop(f"A QR code is written to a file that ends in {' or '.join(QR_TYPES)}.")
    other = next((one for one, known in forms.items() if one and suffix in known), "")
    hint = f", or say --as {other}" if other else ""
    what = "A vCard" if endings == (CARD,) else f"What --as {form} makes"
    known = " or ".join(endings)
    stop(f"{what} is written to a file that ends in {known}, not {suffix}{hint}.")
