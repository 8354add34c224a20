"""Print a contact's cards, or the vendor's fields."""

import asyncio
import json
from typing import Annotated

import typer

from vcardsvc.cli.common import existing_store_of, print_json, settings_of, stop
from vcardsvc.cli.contacts.cards import TargetOption, VersionOption, cards_of, render_options
from vcardsvc.cli.contacts.selection import contacts_app, find_entry


@contacts_app.command("show")
def contacts_show(
    id: Annotated[int, typer.Argument(help="The contact's number, as `list` shows it.")],
    target: TargetOption = "",
    version: VersionOption = "",
    vendor_fields: Annotated[
        bool,
        typer.Option("--vendor-fields", help="The vendor's own fields as JSON, instead of cards."),
    ] = False,
) -> None:
    """Print a contact's cards, a company's own before those of its people."""
    options = render_options(target, version)
    settings = settings_of(take=True)
    with existing_store_of(settings) as maybe_store:
        store = maybe_store or stop(f"There is no contact {id}.")
        _, entry = find_entry(store, id, photos=not vendor_fields)
    if vendor_fields:
        print_json(json.dumps(dict(entry.vendor_fields), ensure_ascii=False, indent=2))
        return
    cards = asyncio.run(cards_of(settings, entry, options))
    for card in cards:
        typer.echo(card.octets, nl=False)
    if len(cards) < len(entry.contacts):
        stop(f"Not all cards of contact {id} could be written.")
