"""The unit is one that systemd takes without a word, and it leaves the service few rights: all that
the service needs, as it is run under them."""

import ctypes.util
import json
import re
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.deployment import FOLDER, needs, run, tool
from tests.support.images import plain, saved
from tests.support.service import BODY, origin, serving
from vcardsvc.settings import Settings

UNIT: Final = FOLDER / "systemd/vcardsvc.service"

HIGHEST: Final = 2.5
"""The exposure that the unit may have, of 10."""

pytestmark = needs("systemd-analyze")


def _installed(folder: Path, text: str) -> Path:
    """The unit as it is where the program of these tests is installed."""
    program = tool("vcardsvc")
    assert program
    path = folder / UNIT.name
    path.write_text(text.replace("/opt/vcardsvc/bin/vcardsvc", program))
    return path


def test_the_unit_is_verified(tmp_path: Path) -> None:
    """There is no warning."""
    assert run("systemd-analyze", "verify", _installed(tmp_path, UNIT.read_text())) == ""


def test_a_fault_of_the_unit_would_be_found(tmp_path: Path) -> None:
    """An unknown word and a program that is not there are warned of."""
    unit = _installed(tmp_path, UNIT.read_text().replace("Restart=", "Restrat="))
    with pytest.raises(AssertionError, match="Restrat"):
        assert run("systemd-analyze", "verify", unit) == ""


def test_the_exposure_is_low() -> None:
    """The judgement of systemd itself is under 2.5."""
    printed = run("systemd-analyze", "security", "--offline=true", "--no-pager", UNIT)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+) ", printed)
    assert found, printed
    assert float(found[1]) < HIGHEST


def test_a_stop_has_the_time_that_the_service_takes() -> None:
    """Requests have their time, and a worker that hangs is killed by the service."""
    found = re.search(r"^TimeoutStopSec=(\d+)$", UNIT.read_text(), re.MULTILINE)
    assert found
    assert int(found[1]) >= Settings().shutdown_timeout + 10


def _allowed() -> set[str]:
    """The system calls that the filters of the unit leave."""
    allowed: set[str] = set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", UNIT.read_text(), re.MULTILINE):
        for group in line.lstrip("~").split():
            calls = _group(group)
            allowed = allowed - calls if line.startswith("~") else allowed | calls
    return allowed


def _group(name: str) -> set[str]:
    printed = run("systemd-analyze", "syscall-filter", "--no-pager", name)
    words = [line.strip() for line in printed.splitlines()[1:]]
    named = [word for word in words if word and not word.startswith("#")]
    return set().union(*(_group(one) if one.startswith("@") else {one} for one in named))


CONFINED: Final = """
import ctypes, os, sys
seccomp = ctypes.CDLL("libseccomp.so.2")
seccomp.seccomp_init.restype = ctypes.c_void_p
context = ctypes.c_void_p(seccomp.seccomp_init(0x00050000 | 1))  # EPERM
for name in sys.argv[1].split(","):
    number = seccomp.seccomp_syscall_resolve_name(name.encode())
    if number >= 0:
        assert seccomp.seccomp_rule_add(context, 0x7FFF0000, number, 0) == 0, name  # allow
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1
ctypes.CDLL(None).prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0)
assert seccomp.seccomp_load(context) == 0
try:
    os.chroot("/")
except PermissionError:
    os.execv(sys.argv[2], sys.argv[2:])
raise SystemExit("the filter does not hold")
"""
"""Starts a program under a filter of system calls, and without memory that is written and run, as
systemd does; the filter must hold before it starts."""


@pytest.mark.skipif(not ctypes.util.find_library("seccomp"), reason="no libseccomp")
def test_the_service_does_with_the_system_calls_of_the_unit(tmp_path: Path) -> None:
    """A card, a photo, a link in SQLite, a list and the stop need no other one."""
    assert "MemoryDenyWriteExecute=yes" in UNIT.read_text()
    confined = (sys.executable, "-c", CONFINED, ",".join(sorted(_allowed())))
    settings = {"DATABASE_URL": f"sqlite:///{tmp_path}/cards.db"}
    with (
        origin(saved(plain(), "JPEG")) as photos,
        serving(tmp_path, {**settings, **photos.settings}, workers=2, under=confined) as served,
    ):
        assert served.create().outcome == (200, "card")
        assert served.create(photos.order()).outcome == (200, "card")
        given = {"x_api_key": served.key, "content_type": "application/json"}
        assert served.ask("POST", "/?as=link", BODY, **given).status == 201
        rows = b"First Name\n" + b"Ada\n" * 3
        given["content_type"] = "text/csv"
        listed = served.ask("POST", "/batch", rows, **given)
        assert (listed.status, listed.body.count(b"END:VCARD")) == (200, 3)
        ready = served.ask("GET", "/readyz")
        assert (ready.status, json.loads(ready.body)) == (200, {"status": "ready"})
        assert b"vcardsvc_requests_total" in served.ask("GET", "/metrics").body
