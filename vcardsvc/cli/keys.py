"""The commands of API keys: add, list, revoke."""

from typing import Annotated

import typer

from vcardsvc.cli.common import app, kept_store_of, say, settings_of, stop, store_of

keys_app = typer.Typer(help="Make, list and revoke API keys.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")


@keys_app.command("add")
def keys_add(
    name: Annotated[str, typer.Argument(help="What the log calls its owner.")],
    account: Annotated[
        str,
        typer.Option(
            help="Whose contacts it reads and writes: keys of one account share them. Its own name "
            "when none is given."
        ),
    ] = "",
    origin: Annotated[
        list[str] | None,
        typer.Option(
            help="Make a publishable key, for pages of this origin alone, such as "
            "https://example.com. May be given again."
        ),
    ] = None,
    redirect: Annotated[
        list[str] | None,
        typer.Option(help="An address its form may lead to afterwards. May be given again."),
    ] = None,
) -> None:
    """Make a key. It is shown this once: only its hash is kept."""
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
            kept = store.list_keys()
            is_new = name not in [row.name for row in kept]
            if is_new and not account and name in [row.account for row in kept]:
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
    """List the names of all keys; the keys themselves are nowhere."""
    from rich.console import Console
    from rich.table import Table

    with kept_store_of(settings_of()) as maybe_store:
        if maybe_store is None:
            return
        rows = maybe_store.list_keys()
    table = Table("Name", "Account", "Kind", "Origins", "Made", "Revoked")
    for row in rows:
        revoked = f"{row.revoked_at:%Y-%m-%d %H:%M} UTC" if row.revoked_at else ""
        made = f"{row.created_at:%Y-%m-%d %H:%M} UTC"
        # Markup off: an IPv6 address stands in brackets, as styles do.
        table.add_row(row.name, row.account, row.kind, "\n".join(row.origins), made, revoked)
    Console(markup=False).print(table)


@keys_app.command("revoke")
def keys_revoke(name: Annotated[str, typer.Argument(help="The key's name.")]) -> None:
    """Revoke a key. Every running worker refuses it within 2 seconds."""
    with kept_store_of(settings_of()) as maybe_store:
        if maybe_store is None or not maybe_store.revoke_key(name):
            stop(f"There is no key named {name} that is not revoked already.")
    say(f"{name} is revoked.")
