"""An export in a terminal and in a pipe."""

import contextlib
import os
import pty
import re
import subprocess
from pathlib import Path

from tests.support import cli_contacts as contacts
from tests.support.cli_contacts import ACME, JPEG, draft, kept
from tests.support.service import LONGEST, command, environ
from vcardsvc.model.address_book import Entry
from vcardsvc.model.contact import Contact
from vcardsvc.store import Store

our_store = contacts.our_store
five = contacts.five


def test_a_program_that_reads_a_few_cards_ends_an_export_quietly(
    five: list[Entry], our_store: Store, database_url: str, tmp_path: Path
) -> None:
    """A reader that hangs up, as `head` does, gets no traceback."""
    kept(
        our_store,
        ACME,
        *[draft(Contact(last=str(n)), photo=JPEG) for n in range(30)],
    )
    with subprocess.Popen(
        command("contacts", "export"),
        env=environ(tmp_path, {"DATABASE_URL": database_url}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(5) == b"BEGIN"
        process.stdout.close()
        assert process.wait(LONGEST) == 1
        assert process.stderr.read() == b""


def test_a_terminal_sees_a_bar_and_a_file_does_not(
    five: list[Entry], database_url: str, tmp_path: Path
) -> None:
    """An export moves a bar on stderr where that is a terminal, and stdout has cards alone."""
    outer, inner = pty.openpty()
    try:
        done = subprocess.run(
            command("contacts", "export"),
            env=environ(tmp_path, {"DATABASE_URL": database_url}) | {"TERM": "xterm"},
            stdout=subprocess.PIPE,
            stderr=inner,
            timeout=LONGEST,
            check=True,
        )
        os.close(inner)
        seen = b""
        with contextlib.suppress(OSError):
            while octets := os.read(outer, 65536):
                seen += octets
    finally:
        os.close(outer)
    assert b"5/5" in re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", seen)
    assert seen.endswith(b"6 cards written.\r\n")
    assert (done.stdout.count(b"BEGIN:VCARD"), b"\x1b" in done.stdout) == (6, False)
