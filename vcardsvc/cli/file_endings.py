"""Check that the ending of a file fits the form that is written to it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from vcardsvc.cli.common import stop

QR_TYPES: Final = {".svg": b"image/svg+xml", ".png": b"image/png"}
"""The media type of a QR code by the ending of its file."""

CARD: Final = ".vcf"
JSON: Final = ".json"

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "": (CARD,),
    "card": (CARD,),
    "xcard": (".xml",),
    "qr": tuple(QR_TYPES),
    **dict.fromkeys(
        ("jcard", "jscontact", "report", "link", "whatsapp", "telegram", "twilio"), (JSON,)
    ),
}
"""The endings of each form; "" is the form without --as."""

KNOWN: Final = frozenset(
    (".vcf", ".json", ".xml", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".html",
     ".txt", ".csv", ".zip")
)  # fmt: skip
"""Endings that name a file's type; any other ending, or none, fits every form."""


def check_ending(out: Path | None, form: str = "card") -> None:
    """Exit when the ending of `out` names another type than the form's."""
    endings = ENDINGS.get(form, ())  # the request itself refuses an unknown form
    suffix = out.suffix.lower() if out else ""
    if not endings or suffix in endings or suffix not in KNOWN:
        return
    if form == "qr":
        stop(f"A QR code is written to a file that ends in {' or '.join(QR_TYPES)}.")
    other = next((one for one, known in ENDINGS.items() if one and suffix in known), "")
    hint = f", or say --as {other}" if other else ""
    what = "A vCard" if endings == (CARD,) else f"What --as {form} makes"
    stop(f"{what} is written to a file that ends in {endings[0]}, not {suffix}{hint}.")
