"""Print the table of the documentation: run the benchmarks one after the other, about 20 minutes.

A benchmark that cannot run (wrk or valgrind is missing) is named at the end; the others go on.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks import common

PAGE: Final = common.ROOT / "vcardsvc" / "docs" / "benchmarks.md"
TABLE: Final = re.compile(
    r"(?<=^<!-- python -m benchmarks\.table --write -->\n).*?(?=\n<!-- end -->$)", re.S | re.M
)
HEAD: Final = ("| what | ours | compared to | ratio | command |", "|---|---|---|---|---|")
TIMEOUT: Final = 1000
"""Seconds for one benchmark; each has a shorter deadline of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Holds a benchmark: its name, module and command, and which options it takes from here."""

    name: str
    arguments: tuple[str, ...]
    options: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        """Return the command as the table names it, without the values of its options."""
        options = [f"{option} …" for option in self.options]
        return " ".join(("python -m", *self.arguments, *options))


BENCHMARKS: Final = (
    Benchmark(name="endpoint", arguments=("benchmarks.endpoint",)),
    Benchmark(name="agents", arguments=("benchmarks.agents",)),
    Benchmark(name="instructions", arguments=("benchmarks.instructions",)),
    Benchmark(
        name="cards",
        arguments=("benchmarks.cards",),
        options=("--ez-vcard", "--node-modules"),
    ),
    Benchmark(name="conversion", arguments=("benchmarks.conversion",), options=("--ez-vcard",)),
    Benchmark(name="batch", arguments=("benchmarks.batch",)),
    Benchmark(name="photos", arguments=("benchmarks.photos",)),
    Benchmark(name="memory", arguments=("benchmarks.memory",)),
    Benchmark(name="start", arguments=("benchmarks.start",)),
    Benchmark(name="links", arguments=("benchmarks.links",)),
    Benchmark(name="replicas", arguments=("benchmarks.replicas",)),
    Benchmark(name="creates", arguments=("benchmarks.book", "creates"), options=("--url",)),
)

Groups = Mapping[str, Sequence[str]]
"""The rows of the table by command, which stands in the first row of each group alone."""


def measured(benchmark: Benchmark, options: Sequence[str]) -> list[str]:
    """Run a benchmark and return its rows. Raises RuntimeError when it fails."""
    ran = subprocess.run(
        [sys.executable, "-m", *benchmark.arguments, *options],
        cwd=common.ROOT,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    rows = [line for line in ran.stdout.splitlines() if line.startswith("| ")][1:]
    if ran.returncode or not rows:
        raise RuntimeError(ran.stderr[-2000:])
    commands = [f"`{benchmark.command}`", *[""] * (len(rows) - 1)]
    return [f"{row} {command} |" for row, command in zip(rows, commands, strict=True)]


def read(table: str) -> dict[str, list[str]]:
    """Return the groups of a table that `table` has written."""
    groups: dict[str, list[str]] = {}
    command = ""
    for row in table.splitlines()[len(HEAD) :]:
        command = row.split("|")[-2].strip(" `") or command
        groups.setdefault(command, []).append(row)
    return groups


def table(groups: Groups) -> str:
    """Return the table of these groups, in the order of the benchmarks."""
    rows = [row for one in BENCHMARKS for row in groups.get(one.command, ())]
    return "\n".join((*HEAD, *rows))


def written(page: str, groups: Groups) -> str:
    """Return the page with these groups in its table, instead of older ones. Raises ValueError for
    a page without a table."""
    maybe_found = TABLE.search(page)
    if maybe_found is None:
        raise ValueError("the page has no table")
    merged = table({**read(maybe_found[0]), **groups})
    return page[: maybe_found.start()] + merged + page[maybe_found.end() :]


def _passed(benchmark: Benchmark, options: argparse.Namespace) -> list[str]:
    """Return the options of this command line that the benchmark takes."""
    given = vars(options)
    values = [(name, given[name.lstrip("-").replace("-", "_")]) for name in benchmark.options]
    passed = [part for name, value in values if value for part in (name, value)]
    return [*passed, "--quick"] if options.quick else passed


def main(given: Sequence[str] | None = None) -> None:
    """Print the table, or write it."""
    parser = common.arguments(__doc__)
    names = [one.name for one in BENCHMARKS]
    parser.add_argument("--only", action="append", choices=names, help="this benchmark alone")
    parser.add_argument("--write", action="store_true", help="put the rows into the page")
    for option in sorted({option for one in BENCHMARKS for option in one.options}):
        parser.add_argument(option, help="as the benchmark itself takes it")
    options = parser.parse_args(given)
    if options.write and options.quick:
        parser.error("--quick measures nothing that could be written")
    groups: dict[str, list[str]] = {}
    failed: list[str] = []
    for benchmark in BENCHMARKS:
        if options.only and benchmark.name not in options.only:
            continue
        try:
            groups[benchmark.command] = measured(benchmark, _passed(benchmark, options))
        except (RuntimeError, subprocess.TimeoutExpired) as fault:
            failed.append(f"{benchmark.name} failed: {fault}")
        if options.write:
            PAGE.write_text(written(PAGE.read_text(), groups))
    print(table(groups))
    if failed:
        raise SystemExit("\n".join(failed))


if __name__ == "__main__":
    main()
