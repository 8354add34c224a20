"""The endings of files: what each form is written to, and what a name may not promise.

What must never enter here: a command.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from vcardsvc.cli.common import stop

KINDS: Final = {".svg": b"image/svg+xml", ".png": b"image/png"}
"""The kinds of QR code by the ending of their file."""

CARD: Final = ".vcf"
JSON: Final = ".json"

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "": (CARD,),
    "card": (CARD,),
    "xcard": (".xml",),
    "qr": tuple(KINDS),
    **dict.fromkeys(
        ("jcard", "jscontact", "report", "link", "whatsapp", "telegram", "twilio"), (JSON,)
    ),
}
"""How the file of each form ends ("" is what is made without --as)."""

MISLEADING: Final = frozenset(
    (".vcf", ".json", ".xml", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".html",
     ".txt", ".csv", ".zip")
)  # fmt: skip
"""Endings that say what a file holds; a file may have any other ending, or none."""


def check_ending(out: Path | None, form: str = "card") -> None:
    """Say so and exit where a file's ending promises another thing than what is written to it."""
    endings = ENDINGS.get(form, ())  # of another form the request itself is refused
    suffix = out.suffix.lower() if out else ""
    if not endings or suffix in endings or suffix not in MISLEADING:
        return
    if form == "qr":
        stop(f"A QR code is written to a file that ends in {' or '.join(KINDS)}.")
    other = next((one for one, known in ENDINGS.items() if one and suffix in known), "")
    hint = f", or say --as {other}" if other else ""
    what = "A vCard" if endings == (CARD,) else f"What --as {form} makes"
    stop(f"{what} is written to a file that ends in {endings[0]}, not {suffix}{hint}.")
