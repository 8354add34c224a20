"""Show what cards contain and what is wrong with them, or mend them, as POST /check does."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from msgspec import structs

from vcardsvc.cli.application import app
from vcardsvc.cli.card_files import (
    card_files,
    is_whole,
    out_path,
    read_card_files,
    tell,
    write_file,
)
from vcardsvc.cli.common import json_line, print_json, settings_of
from vcardsvc.cli.convert import (
    FilesArgument,
    OutOption,
    PhotoRuleOption,
    SourceOption,
    TargetOption,
    VersionOption,
    convert_files,
    options_of,
)

if TYPE_CHECKING:
    from rich.console import Console

    from vcardsvc.apis.convert.files import CardFile
    from vcardsvc.model.conversion import CardNote
    from vcardsvc.model.request import Target
    from vcardsvc.vcard.parser import Finding, ReadCard


class _Checked(NamedTuple):
    """Holds the cards of a file, what is wrong with each, and the notes; `passes`: every reader
    reads all of it."""

    file: str
    cards: "Sequence[ReadCard]"
    wrong: "Sequence[Sequence[Finding]]"
    notes: "tuple[CardNote, ...]"
    passes: bool


@app.command()
def check(
    files: FilesArgument,
    out: OutOption = "",
    source: SourceOption = "",
    target: TargetOption = "",
    version: VersionOption = "",
    photo_rule: PhotoRuleOption = "",
    fix: Annotated[
        bool, typer.Option("--fix", help="Write the cards mended, instead of what is wrong.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a file.")] = False,
) -> None:
    """Show what cards of any format contain and what is wrong with them.

    With --target only what its reader gets wrong. Exits with 1 when a reader cannot read a card, or
    a file cannot be read, with 2 when an option has an unknown value.
    """
    options = {"from": source, "target": target, "version": version, "photo": photo_rule}
    if fix:
        raise typer.Exit(convert_files(files, out, "", options))
    if out and not as_json:
        raise typer.BadParameter("It needs --fix or --json.", param_hint="--out")
    settings, found, code = settings_of(take=True), card_files(files), 0
    read_options = options_of(settings, options)
    reader = read_options.render.target or "universal"
    reading = structs.replace(read_options.reading, empty=True)
    maybe_out, lines = out_path(out), list[bytes]()
    for file, maybe_cards in read_card_files(found, reading, settings, "Checking"):
        maybe_checked = None if maybe_cards is None else _checked(file, maybe_cards, reader)
        if maybe_checked is None or not maybe_checked.passes:
            code = 1
        if maybe_checked is None:
            continue
        if not as_json:
            _print(maybe_checked, alone=len(found) == 1)
        elif maybe_out is None:
            print_json(_json(maybe_checked))
        else:
            lines.append(json_line(_json(maybe_checked)))
    if maybe_out is not None:
        write_file(maybe_out, b"".join(lines))
    raise typer.Exit(code)


def _checked(file: str, cards: "CardFile", target: "Target") -> _Checked | None:
    """Return what the cards of a file say and what is wrong with them; None for too many
    properties, which is said on stderr."""
    from vcardsvc.apis.convert.check import checked_cards, mattering
    from vcardsvc.vcard.parser import NotACard

    try:
        checked = checked_cards(cards)
    except NotACard as fault:
        tell(f"{file}: {fault}")
        return None
    wrong = [mattering(card, target) for card in checked]
    errors = [one for each in wrong for one in each if one.severity == "error"]
    return _Checked(file, checked, wrong, cards.notes, not errors and is_whole(cards))


def _json(checked: _Checked) -> str:
    from vcardsvc.apis.convert.check import check_value

    # A name that is no UTF-8 would be no JSON.
    name = checked.file.encode("utf-8", "backslashreplace").decode()
    value: dict[str, Any] = {
        "file": name,
        **check_value(checked.cards, checked.wrong, checked.notes),
    }
    return json.dumps(value, ensure_ascii=False)


def _print(checked: _Checked, *, alone: bool) -> None:
    from rich.console import Console
    from rich.markup import escape

    from vcardsvc.vcard.parser import shown

    console = Console(highlight=False, soft_wrap=True)
    if not alone:
        console.print(f"[bold]{escape(shown(checked.file))}[/bold]")
    each = zip(checked.cards, checked.wrong, strict=True)
    for number, (card, findings) in enumerate(each, start=1):
        version = shown(card.version) or "unknown"
        console.print(f"[bold]Card {number}[/bold], vCard {escape(version)}")
        for label, value in card.rows:
            console.print(f"  {escape(shown(label))}: {escape(shown(value, indent=4))}")
        _print_findings(console, findings)
    for note in checked.notes:
        console.print(f"  [red]{escape(shown(note.field))}[/red]: {escape(shown(note.reason))}")


def _print_findings(console: "Console", findings: "Sequence[Finding]") -> None:
    from rich.markup import escape

    for finding in findings:
        colour = "red" if finding.severity == "error" else "yellow"
        where = f"line {finding.line}" if finding.line else "whole card"
        console.print(
            f"  [{colour}]{finding.severity}[/{colour}] {where}: "
            f"{escape(finding.text)} ({finding.code})"
        )
    if not findings:
        console.print("  [green]nothing is wrong with it[/green]")
