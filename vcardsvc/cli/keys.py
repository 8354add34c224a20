"""Add, list and revoke API keys."""

from typing import Annotated

import typer

from vcardsvc.cli.application import app
from vcardsvc.cli.common import existing_store_of, say, settings_of, stop, store_of

keys_app = typer.Typer(help="Add, list and revoke API keys.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")


@keys_app.command("add")
def keys_add(
    name: Annotated[str, typer.Argument(help="The key's name, as the log shows it.")],
    account: Annotated[
        str,
        typer.Option(
            help="The account whose contacts the key reads and writes; keys of one account share "
            "them. By default an account of the key's own name."
        ),
    ] = "",
    origin: Annotated[
        list[str] | None,
        typer.Option(
            help="Create a publishable key, for pages of this origin alone, such as "
            "https://example.com. Repeatable."
        ),
    ] = None,
    redirect: Annotated[
        list[str] | None,
        typer.Option(help="An address that a form with this key may lead to. Repeatable."),
    ] = None,
) -> None:
    """Create a key and show it once: only its hash is stored."""
    from vcardsvc.services.keys import PUBLISHABLE, SECRET, Kind, digest, new_key
    from vcardsvc.store import KeyExists
    from vcardsvc.validation.origins import checked_origins, checked_redirects

    if redirect and not origin:
        stop("Cannot add it: redirects are for publishable keys, so give an --origin too.")
    kind: Kind = PUBLISHABLE if origin else SECRET
    key = new_key(kind)
    try:
        origins, redirects = checked_origins(origin or ()), checked_redirects(redirect or ())
        with store_of(settings_of()) as store:
            rows = store.list_keys()
            is_new = name not in [row.name for row in rows]
            if is_new and not account and name in [row.account for row in rows]:
                stop(f"{name} is an account already: --account {name} makes a key of it.")
            store.add_key(
                name,
                digest(key),
                kind=kind,
                account=account,
                origins=origins,
                redirects=redirects,
            )
    except KeyExists:
        stop(f"There is, or was, a key named {name}; names are not used twice.")
    except ValueError as fault:
        stop(f"Cannot add it: {fault}.")
    say(f"The key of {name}, known to running workers within 2 seconds. It is shown only now:")
    typer.echo(key)


@keys_app.command("list")
def keys_list() -> None:
    """List all keys by name; the keys themselves are not stored."""
    from rich.console import Console
    from rich.table import Table

    with existing_store_of(settings_of()) as maybe_store:
        if maybe_store is None:
            return
        rows = maybe_store.list_keys()
    table = Table("Name", "Account", "Kind", "Origins", "Made", "Revoked")
    for row in rows:
        revoked = f"{row.revoked_at:%Y-%m-%d %H:%M} UTC" if row.revoked_at else ""
        created = f"{row.created_at:%Y-%m-%d %H:%M} UTC"
        # Markup off: an IPv6 address stands in brackets, as styles do.
        table.add_row(row.name, row.account, row.kind, "\n".join(row.origins), created, revoked)
    Console(markup=False).print(table)


@keys_app.command("revoke")
def keys_revoke(name: Annotated[str, typer.Argument(help="The key's name.")]) -> None:
    """Revoke a key. Every running worker refuses it within 2 seconds."""
    with existing_store_of(settings_of()) as maybe_store:
        if maybe_store is None or not maybe_store.revoke_key(name):
            stop(f"There is no key named {name} that is not revoked already.")
    say(f"{name} is revoked.")
