"""Add, list, rotate and revoke API keys."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from vcardsvc.cli.application import app
from vcardsvc.cli.audit import log_audit
from vcardsvc.cli.common import existing_store_of, print_json, say, settings_of, stop, store_of
from vcardsvc.cli.durations import duration_of

if TYPE_CHECKING:
    from vcardsvc.store import KeyRow

keys_app = typer.Typer(help="Add, list, rotate and revoke API keys.", no_args_is_help=True)
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
        settings = settings_of()
        with store_of(settings) as store:
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
    typer.echo(key)  # first: whatever fails after it, the key is known
    say(f"The key of {name} is known to running workers within 2 seconds. It was shown only now.")
    log_audit(settings, "keys-add", key=name, account=account or name)


@keys_app.command("list")
def keys_list(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List all keys by name, with their former secrets; the keys themselves are not stored."""
    now = datetime.now(UTC)
    with existing_store_of(settings_of()) as maybe_store:
        if maybe_store is None:
            return
        rows = [
            row for row in maybe_store.list_keys() if row.expires_at is None or row.expires_at > now
        ]
    if as_json:
        for row in rows:
            print_json(json.dumps(_json_row(row), ensure_ascii=False))
    else:
        _print_table(rows)


def _json_row(row: "KeyRow") -> dict[str, Any]:
    return {
        "name": row.name,
        "account": row.account,
        "kind": row.kind,
        "origins": row.origins,
        "redirects": row.redirects,
        "made": _json_time(row.created_at),
        "last-used": row.last_used_on and row.last_used_on.isoformat(),
        "expires": row.expires_at and _json_time(row.expires_at),
        "revoked": row.revoked_at and _json_time(row.revoked_at),
    }


def _json_time(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def _print_table(rows: "Sequence[KeyRow]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("Name", "Account", "Kind", "Origins", "Made", "Last used", "Expires", "Revoked")
    for row in rows:
        table.add_row(
            row.name,
            row.account,
            row.kind,
            "\n".join(row.origins),
            _time(row.created_at),
            str(row.last_used_on or ""),
            _time(row.expires_at),
            _time(row.revoked_at),
        )
    for column in table.columns:
        column.overflow = "fold"  # a narrow terminal must not cut a name or a day
    # Markup off: an IPv6 address stands in brackets, as styles do.
    Console(markup=False).print(table)


def _time(maybe_time: datetime | None) -> str:
    return f"{maybe_time:%Y-%m-%d %H:%M} UTC" if maybe_time else ""


@keys_app.command("rotate")
def keys_rotate(
    name: Annotated[str, typer.Argument(help="The key's name.")],
    overlap: Annotated[
        str,
        typer.Option(
            help="How long the present secret stays valid beside the new one, such as 30m, 24h or "
            "7d; 0: not at all."
        ),
    ] = "24h",
) -> None:
    """Give a key a new secret and show it once. Name, account, links and limits stay."""
    from vcardsvc.services.keys import Kind, digest, new_key

    try:
        lasting = duration_of(overlap)
    except ValueError as fault:
        stop(f"--overlap {fault}.")
    settings, now = settings_of(), datetime.now(UTC)
    with existing_store_of(settings) as maybe_store:
        store = maybe_store or stop("Nothing was rotated.")
        kinds = [row.kind for row in store.list_keys() if row.name == name and not row.revoked_at]
        key = new_key(cast("Kind", kinds[0])) if kinds else ""
        until = now + lasting
        if not key or not store.rotate_key(name, digest(key), now=now, until=until, text=key):
            stop(f"There is no key named {name} that is not revoked.")
    typer.echo(key)  # first: whatever fails after it, the key is known
    say(
        f"The new key of {name} is known to running workers within 2 seconds, and was shown only "
        "now.",
        f"The present one ends on {_time(until)}." if lasting else "The present one ends then.",
    )
    log_audit(settings, "keys-rotate", key=name, until=_json_time(until))


@keys_app.command("revoke")
def keys_revoke(name: Annotated[str, typer.Argument(help="The key's name.")]) -> None:
    """Revoke a key. Every running worker refuses it within 2 seconds."""
    settings = settings_of()
    with existing_store_of(settings) as maybe_store:
        if maybe_store is None or not maybe_store.revoke_key(name):
            stop(f"There is no key named {name} that is not revoked already.")
    say(f"{name} is revoked.")
    log_audit(settings, "keys-revoke", key=name)
