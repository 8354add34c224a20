"""`vcardsvc batch` as a program: rows judged in several processes, lists in pipes."""

import subprocess
from pathlib import Path

import pytest

from tests.support.batches import table, written
from tests.support.service import LONGEST, command, environ

LIST = table(
    "First Name,Last Name,Phone,Email",
    *[f"Ada{number},Nowak,{number},ada{number % 900}@example.com" for number in range(2_000)],
    ",,no name,",
    'Ben,"open,1,',
    "Ada1,Nowak,1,ada1@example.com",
)


def _run(folder: Path, *arguments: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        command("batch", *arguments),
        input=stdin,
        env=environ(folder, {}),
        cwd=folder,
        capture_output=True,
        timeout=3 * LONGEST,
        check=False,
    )


@pytest.mark.parametrize("form", ["card", "ndjson"])
def test_several_processes_give_the_octets_of_one(tmp_path: Path, form: str) -> None:
    """Rows keep their order, and those of a person are known again across processes."""
    (tmp_path / "list.csv").write_bytes(LIST)
    result = _run(tmp_path, "list.csv", "--jobs", "2", "--as", form)
    assert (result.returncode, result.stdout) == (1, written(LIST, form=form))


def test_a_list_may_come_through_a_pipe(tmp_path: Path) -> None:
    """- is stdin, of any format."""
    result = _run(tmp_path, "-", stdin=LIST)
    assert (result.returncode, result.stdout) == (1, written(LIST))
    objects = b'[{"name": {"first-name": "Ada"}}]'
    result = _run(tmp_path, "-", stdin=objects)
    assert (result.returncode, result.stdout) == (0, written(objects, "list.json"))


def test_a_reader_who_has_enough_ends_the_command(tmp_path: Path) -> None:
    """`| head` leaves no traceback."""
    (tmp_path / "list.csv").write_bytes(LIST * 10)
    process = subprocess.Popen(
        command("batch", "list.csv"),
        env=environ(tmp_path, {}),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(LONGEST) == 1
    assert b"Traceback" not in errors
