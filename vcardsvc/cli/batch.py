"""Convert lists of contacts of any format into cards, as POST /batch does."""

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Final, get_args
from urllib.parse import urlencode

import typer

from vcardsvc.cli.application import app
from vcardsvc.cli.card_files import STDIN, is_terminal, out_path, tell
from vcardsvc.cli.common import policy_of, say, settings_of, stop
from vcardsvc.cli.file_endings import LISTS, check_ending
from vcardsvc.model.batch import BatchForm, CardForm
from vcardsvc.model.request import Target

if TYPE_CHECKING:
    from vcardsvc.batch.outputs import Judged, Run
    from vcardsvc.batch.sources import Source
    from vcardsvc.model.batch import BatchOptions
    from vcardsvc.settings import Settings

ENDINGS: Final[Mapping[str, str]] = {
    ending: form for form in ("zip", "ndjson") for ending in LISTS[form]
}
"""The form of a result by the end of its file's name."""

TICK: Final = 0.2
"""Seconds between two updates of the progress."""

SHOWN: Final = 3
"""Cards that --explain shows."""

FilesArgument = Annotated[
    list[str],
    typer.Argument(help="Lists: .csv, .tsv, .xlsx, .ndjson, .json, .vcf; - is stdin."),
]
OutOption = Annotated[
    str,
    typer.Option(
        "-o",
        "--out",
        help="all.vcf, cards.zip, rows.ndjson, or FOLDER/, with its slash; stdout by default.",
    ),
]


@app.command()
def batch(
    files: FilesArgument,
    out: OutOption = "",
    form: Annotated[
        str, typer.Option("--as", help=f"The form: {', '.join(get_args(BatchForm))}.")
    ] = "",
    cards: Annotated[
        str,
        typer.Option(help=f"The form of the cards in NDJSON: {', '.join(get_args(CardForm))}."),
    ] = "",
    target: Annotated[
        str, typer.Option(help=f"The reader of the cards: {', '.join(get_args(Target))}.")
    ] = "",
    version: Annotated[str, typer.Option(help="2.1, 3.0 or 4.0.")] = "",
    column_map: Annotated[
        str,
        typer.Option(
            "--map", help='What columns hold: {"Column": "phone.mobile"}, or @FILE with it.'
        ),
    ] = "",
    dialect: Annotated[str, typer.Option(help="The program that exported the list.")] = "",
    encoding: Annotated[str, typer.Option(help="The character encoding of the list.")] = "",
    delimiter: Annotated[str, typer.Option(help="comma, semicolon, tab or pipe.")] = "",
    names: Annotated[str, typer.Option(help="relaxed or strict.")] = "",
    company: Annotated[
        str, typer.Option(help="card: a row of a company alone becomes its card.")
    ] = "",
    split: Annotated[str, typer.Option(help="The most cards of one file in an archive.")] = "",
    report: Annotated[str, typer.Option(help="A file for the report.")] = "",
    failed: Annotated[str, typer.Option(help="A file for the rows that became no card.")] = "",
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Processes that judge rows.")] = 1,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show what was found out, and the first cards.")
    ] = False,
) -> None:
    """Convert lists of contacts: a card for each row, and a reason for each row without one.

    Exits with 1 when a row became no card or a list cannot be read, with 2 when an option has an
    unknown value.
    """
    if not form and not explain:
        form = ENDINGS.get(Path(out).suffix.lower(), "")
    query = {
        "as": form, "cards": cards, "target": target, "version": version,
        "map": _text_or_file(column_map), "dialect": dialect, "encoding": encoding,
        "delimiter": delimiter, "names": names, "company": company, "split": split,
    }  # fmt: skip
    settings = settings_of(take=True)
    options = options_of(settings, query)
    if explain:
        if out or report or failed:
            stop("--explain shows a list and writes no file: leave -o, --report and --failed out.")
        raise typer.Exit(_explained(files, options))
    if failed and any(_is_same(failed, file) for file in files):
        stop(f"--failed {failed} is a list that is read: name another file.")
    maybe_out = out_path(out)
    if maybe_out is None or not maybe_out.is_dir():
        check_ending(maybe_out, form, LISTS)
    if len(files) > 1 and options.form not in ("card", "ndjson"):
        stop("Several lists become one file of cards, NDJSON, or a folder; else name one list.")
    raise typer.Exit(_Batch(options, maybe_out, report, failed, jobs).run(files))


def options_of(settings: "Settings", query: Mapping[str, str]) -> "BatchOptions":
    """Return the options of a query. Raises BadParameter."""
    from msgspec import structs

    from vcardsvc.apis.base import Request
    from vcardsvc.batch.request import read_options
    from vcardsvc.errors import Refused

    given = urlencode({name: value for name, value in query.items() if value}).encode()
    try:
        options = read_options(Request(query=given), policy_of(settings))
    except Refused as refused:
        problem = refused.problems[0]
        raise typer.BadParameter(problem.detail, param_hint=f"--{problem.cause}") from None
    return structs.replace(options, mms_limit=settings.mms_limit)


def _text_or_file(text: str) -> str:
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        stop(f"Cannot read {text[1:]}.")


def _is_same(one: str, other: str) -> bool:
    """Return whether two names are those of one file; stdin is none."""
    try:
        return other != STDIN and Path(one).samefile(other)
    except OSError:  # one of them is not there
        return False


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    """Open a list, or stdin for "-". Raises OSError."""
    if file == STDIN:
        yield sys.stdin.buffer
        return
    with Path(file).open("rb") as opened:
        yield opened


class _Batch:
    """Runs the lists of one command into one output."""

    def __init__(
        self, options: "BatchOptions", maybe_out: Path | None, report: str, failed: str, jobs: int
    ) -> None:
        from vcardsvc.batch.archive_names import Names
        from vcardsvc.batch.writing import card_form, frame_of

        self._options = options
        self._maybe_out = maybe_out
        self._report = report
        self._failed = failed
        self._jobs = jobs
        self._frame = frame_of(card_form(options))
        self._names = Names(self._frame.ending)
        self._reports: list[dict[str, Any]] = []
        self._failed_files = 0
        self._lists = 0

    def run(self, files: list[str]) -> int:
        """Convert the lists; return the exit code."""
        is_folder = self._maybe_out is not None and self._maybe_out.is_dir()
        code = 0
        with _output(None if is_folder else self._maybe_out) as output:
            for file in files:
                with ExitStack() as stack:
                    try:
                        opened = stack.enter_context(_opened(file))
                    except OSError as fault:
                        tell(f"Cannot use {file}: {fault.strerror}.")
                        code = 1
                        continue
                    # Where the output cannot be written, no file may look whole.
                    try:
                        code |= self._run(file, opened, output, is_folder=is_folder)
                    except BrokenPipeError:  # the program that reads the cards has enough
                        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                        return 1
        if self._failed and self._lists == len(files):
            self._remove_earlier(len(files))
        if self._report:
            found = self._reports[0] if len(self._reports) == 1 else {"lists": self._reports}
            text = json.dumps(found, ensure_ascii=False, indent=2)
            with _writing(self._report):
                Path(self._report).write_text(f"{text}\n", "utf-8")
        return code

    def _run(self, file: str, opened: BinaryIO, output: BinaryIO, *, is_folder: bool) -> int:
        from vcardsvc.batch.faults import NotAList
        from vcardsvc.batch.outputs import report, run_of, written
        from vcardsvc.batch.run import known_again, open_file

        try:
            source = open_file(opened, "", "" if file == STDIN else file, self._options)
            _tell_unused(file, source)
            run = run_of(self._options, source)
            judged = self._kept(run, _with_progress(known_again(self._judged(source)), run))
            if is_folder:
                self._write_folder(judged, run)
            else:
                for piece in written(run, judged):
                    output.write(piece)
            output.flush()
        except NotAList as fault:
            tell(f"{file}: {fault.text}")
            return 1
        if self._report:
            self._reports.append({"file": file, **report(run)})
        self._write_failed(run)
        _tell_counts(file, run, self._report)
        self._lists += 1
        return 1 if run.counts.errors else 0

    def _judged(self, source: "Source") -> "Judged":
        if self._jobs > 1:
            from vcardsvc.batch.parallel import judged

            return judged(source, self._options, self._jobs)
        from vcardsvc.batch.results import Judge

        judge = Judge(self._options, source.maybe_columns, source.order)
        return ((record, judge.result(record)) for record in source.records)

    def _kept(self, run: "Run", judged: "Judged") -> "Judged":
        """Yield the same, the failed rows kept for their file."""
        for record, result in judged:
            if result.status == "error" and self._failed and self._options.form != "zip":
                run.failed.add(record, result)
            yield record, result

    def _write_folder(self, judged: "Judged", run: "Run") -> None:
        """Write a file for each card."""
        assert self._maybe_out is not None  # noqa: S101  # a folder was named
        for _, result in run.passing(judged):
            if result.status == "card":
                octets = self._frame.head + result.card + self._frame.tail
                path = self._maybe_out / self._names.new(result.name)
                with _writing(path):
                    path.write_bytes(octets)

    def _write_failed(self, run: "Run") -> None:
        """Write the failed rows of a list; those of a further list have a number in their name:
        they have columns of their own."""
        with closing(run.failed):
            if not self._failed or not run.failed.count:
                return
            self._failed_files += 1
            path = self._failed_path(self._failed_files)
            with _writing(path), path.open("wb") as file:
                for chunk in run.failed.octets():
                    file.write(chunk)

    def _failed_path(self, number: int) -> Path:
        path = Path(self._failed)
        return path.with_stem(f"{path.stem}-{number}") if number > 1 else path

    def _remove_earlier(self, lists: int) -> None:
        """Remove the failed rows of an earlier run that this one has not replaced. A device, or a
        link such as /dev/stdout, stays."""
        for number in range(self._failed_files + 1, lists + 1):
            path = self._failed_path(number)
            if path.is_file() and not path.is_symlink():
                with _writing(path):
                    path.unlink()


@contextmanager
def _writing(path: Path | str) -> Iterator[None]:
    """Exit where a file cannot be written."""
    try:
        yield
    except OSError as fault:
        stop(f"Cannot write {path}: {fault.strerror}.")


@contextmanager
def _output(maybe_out: Path | None) -> Iterator[BinaryIO]:
    """Yield where the result goes: stdout, or a file that has its name once it is whole."""
    if maybe_out is None:
        yield sys.stdout.buffer
        return
    part = maybe_out.with_name(f"{maybe_out.name}.part")
    try:
        with _writing(maybe_out):
            with part.open("wb") as file:
                yield file
            part.replace(maybe_out)
    finally:
        part.unlink(missing_ok=True)


def _with_progress(judged: "Judged", run: "Run") -> "Judged":
    """Yield the same, with the rows, the rows a second and the errors so far on a terminal."""
    if not is_terminal():
        yield from judged
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    fields = "{task.fields[rows]} rows, {task.fields[rate]} a second, {task.fields[errors]} errors"
    text = TextColumn(fields)
    started = shown = time.monotonic()
    with Progress(SpinnerColumn(), text, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, rows=0, rate=0, errors=0)
        for rows, pair in enumerate(judged, start=1):
            now = time.monotonic()
            if now - shown > TICK:
                shown = now
                rate = round(rows / (now - started))
                bar.update(task, rows=rows, rate=rate, errors=run.counts.errors)
            yield pair


def _tell_unused(file: str, source: "Source") -> None:
    """Warn of a map that names columns which the list does not have."""
    if not source.unused_map:
        return
    from vcardsvc.batch.unknown_columns import quoted

    columns = source.maybe_columns
    has = f"its columns are: {quoted(columns.header)}" if columns else "it has no columns"
    tell(f"{file}: The map names {quoted(source.unused_map)}, which the list does not have; {has}.")


def _tell_counts(file: str, run: "Run", report: str) -> None:
    counts = run.counts
    notes = f" ({counts.noted} with notes: see {report or '--report FILE'})" if counts.noted else ""
    tell(
        f"{file}: {_counted(counts.cards, 'card')}{notes}, {_counted(counts.errors, 'error')}, "
        f"{counts.skipped} skipped"
    )
    for result in [one for one in run.bad if one.errors][:10]:
        error = result.errors[0]
        place = f"row {result.row}" + (f", line {result.line}" if result.line else "")
        tell(f"  {place}: {error.code} {error.info} {error.hint}".rstrip())


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _explained(files: list[str], options: "BatchOptions") -> int:
    """Print what was found out about each list, and its first cards; return the exit code."""
    from vcardsvc.batch.faults import NotAList

    code = 0
    for file in files:
        try:
            with _opened(file) as opened:
                _explain(file, opened, options)
        except OSError as fault:
            tell(f"Cannot use {file}: {fault.strerror}.")
            code = 1
        except NotAList as fault:
            tell(f"{file}: {fault.text}")
            code = 1
    return code


def _explain(file: str, opened: BinaryIO, options: "BatchOptions") -> None:
    from itertools import islice

    from vcardsvc.batch.outputs import description
    from vcardsvc.batch.results import cards
    from vcardsvc.batch.run import open_file
    from vcardsvc.vcard.parser.show import shown

    source = open_file(opened, "", "" if file == STDIN else file, options)
    _tell_unused(file, source)
    results = cards(source.records, options, source.maybe_columns, source.order)
    first = list(islice((one for one in results if one.status == "card"), SHOWN))
    found = description(source)
    columns = found.pop("columns", [])
    print(shown(f"{file}"))
    for name, value in found.items():
        print(shown(f"  {name}: {value!r}" if isinstance(value, str) else f"  {name}: {value}"))
    if columns:
        print("  columns:")
    for one in columns:
        print(
            shown(f"    {one['column'] or '(no name)'} -> {one['field'] or 'not known: ignored'}")
        )
    for result in first:
        print()
        print("\n".join(map(shown, result.card.decode("utf-8", "replace").splitlines())))
    if not first:
        say("No card among the rows.")
