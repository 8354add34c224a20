"""Print the error codes, our own or a vendor's."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from vcardsvc.cli.application import app
from vcardsvc.cli.common import print_table

if TYPE_CHECKING:
    from vcardsvc.errors import Code


class Vendor(StrEnum):
    """Names a vendor with codes of its own."""

    AUTODNS = "autodns"
    DOMAINCHIEF = "domainchief"
    SUPEROFFICE = "superoffice"
    MARKETINGCLOUD = "marketingcloud"


@app.command()
def errors(
    markdown: Annotated[bool, typer.Option(help="As a table in Markdown.")] = False,
    vendor: Annotated[Vendor | None, typer.Option(help="The codes of this vendor's calls.")] = None,
) -> None:
    """Print every error code with its HTTP statuses and when it occurs."""
    from vcardsvc.errors import CATALOGUE

    codes = CATALOGUE if vendor is None else _codes_of(vendor)
    rows = [
        (code.name, ", ".join(str(status) for status in (code.status, *code.others)), code.when)
        for code in codes
    ]
    print_table(("code", "HTTP", "when"), rows, markdown=markdown)


def _codes_of(vendor: Vendor) -> "tuple[Code, ...]":
    from vcardsvc.apis import autodns, domainchief, marketingcloud, superoffice

    return {
        Vendor.AUTODNS: autodns.CODES,
        Vendor.DOMAINCHIEF: domainchief.CODES,
        Vendor.SUPEROFFICE: superoffice.CODES,
        Vendor.MARKETINGCLOUD: marketingcloud.CODES,
    }[vendor]
