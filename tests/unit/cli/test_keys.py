"""Keys on the command line: for browsers and of accounts, checked and listed."""

import contextlib
import errno
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.support.databases import keys_of_service, url
from vcardsvc.cli.program import app
from vcardsvc.services.keys import digest
from vcardsvc.store import KeyRow, Store

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
SITE = ("--origin", "https://example.com")


def _run(*arguments: str) -> Result:
    variables = {"COLUMNS": "200", "NO_COLOR": "1"}
    return CliRunner().invoke(app, ["keys", *arguments], env=variables)


def test_a_publishable_key_is_created_and_listed(tmp_path: Path) -> None:
    """With an origin the key is a publishable one; the list shows its kind and origins."""
    origins = ("--origin", "https://Example.com:443/", "--origin", "http://[::1]:8000")
    added = _run("add", "site", *origins, "--redirect", "https://example.com/thanks?a=b")
    assert (added.exit_code, re.sub(r"[\w-]{43}$", "", added.stdout.strip())) == (0, "vcp_")
    row = keys_of_service(tmp_path)["site"]
    assert row == KeyRow(
        name="site",
        digest=digest(added.stdout.strip()),
        created_at=row.created_at,
        revoked_at=None,
        kind="publishable",
        account="site",
        origins=("https://example.com", "http://[::1]:8000"),
        redirects=("https://example.com/thanks?a=b",),
        text="",
    )
    listed = _run("list").stdout
    assert re.search(r" site +. site +. publishable +. https://example\.com +. \d{4}-", listed)
    assert re.search(r" http://\[::1\]:8000 ", listed)
    assert added.stdout.strip() not in listed


def test_keys_of_one_account_are_created_and_listed(tmp_path: Path) -> None:
    """--account says whose contacts a key reads and writes; without it a key stands for itself."""
    for name, options in (("one", ()), ("two", ("--account", "one")), ("site", SITE)):
        assert _run("add", name, *options).exit_code == 0
    accounts = {name: row.account for name, row in keys_of_service(tmp_path).items()}
    assert accounts == {"one": "one", "two": "one", "site": "site"}
    shown = re.findall(r"^\W+(\w+) +. (\w+) +. (?:secret|publ)", _run("list").stdout, re.M)
    assert shown == list(accounts.items())


def test_a_key_joins_an_account_only_when_it_is_named(tmp_path: Path) -> None:
    """A new key that happens to have an account's name would read that account's contacts."""
    assert _run("add", "one", "--account", "sales").exit_code == 0
    refused = _run("add", "sales")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "sales is an account already" in refused.stderr
    assert _run("add", "sales", "--account", "sales").exit_code == 0
    assert {row.account for row in keys_of_service(tmp_path).values()} == {"sales"}


@pytest.mark.parametrize("account", ["two words", "x" * 65, "a/b", "a\nb", "é"])
def test_an_account_is_named_as_a_key_is(account: str, tmp_path: Path) -> None:
    """A name that would break a log line is refused in words, and no key is created."""
    result = _run("add", "laptop", "--account", account)
    sentence = "a key's account is 1 to 64 letters, digits, dots, _ and -"
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Cannot add it: {sentence}.\n"
    assert keys_of_service(tmp_path) == {}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ("--redirect", "https://example.com/"),
            "redirects are for publishable keys, so give an --origin too",
        ),
        (
            ("--origin", "https://*.example.com"),
            "the origin https://*.example.com has a wildcard; name every origin by itself",
        ),
        (
            (*SITE, "--origin", "http://example.com"),
            "the origin http://example.com must be https; http is for localhost alone",
        ),
        (
            (*SITE, "--redirect", "http://example.com/"),
            "the redirect http://example.com/ must be https; http is for localhost alone",
        ),
        (
            ("--origin", "null"),
            "the origin null must be like https://example.com, without a path",
        ),
    ],
)
def test_what_no_key_may_have_is_refused_in_words(
    options: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    """A sentence says what is wrong, and no key is created, nor a store."""
    result = _run("add", "site", *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Cannot add it: {sentence}.\n"
    assert not (tmp_path / "data").exists()


def _listed() -> list[dict[str, Any]]:
    return [json.loads(line) for line in _run("list", "--json").stdout.splitlines()]


def test_a_rotated_key_is_shown_once_and_both_are_listed(tmp_path: Path) -> None:
    """stdout has the new key alone; the list has both secrets, the former one with its end; the
    audit event has no secret."""
    first = _run("add", "crm", "--account", "sales").stdout.strip()
    rotated = _run("rotate", "crm", "--overlap", "30m")
    key = rotated.stdout.strip()
    assert (rotated.exit_code, re.sub(r"[\w-]{43}$", "", key)) == (0, "vcs_")
    audit = rf"\S+Z info audit action=keys-rotate by=\S+ key=crm until={TIME}\n"
    assert re.search(audit + "$", rotated.stderr)
    assert key not in rotated.stderr
    former, present = _listed()
    assert [former["expires"] is None, present["expires"]] == [False, None]
    ends = datetime.fromisoformat(former["expires"]) - datetime.now(UTC)
    assert timedelta(minutes=28) < ends <= timedelta(minutes=30)
    assert {one["name"] for one in (former, present)} == {"crm"}
    assert {one["account"] for one in (former, present)} == {"sales"}
    assert {one["last-used"] for one in (former, present)} == {None}
    row = keys_of_service(tmp_path)["crm"]
    assert (row.digest, digest(first) == row.digest) == (digest(key), False)
    assert re.search(r"crm .* \d{4}-\d\d-\d\d \d\d:\d\d UTC ", _run("list").stdout)


def test_a_key_is_shown_before_all_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where stderr cannot be written to, the key that is valid now was printed."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    for arguments in (("add", "crm"), ("rotate", "crm", "--overlap", "0")):
        with monkeypatch.context() as patch:
            patch.setattr("vcardsvc.cli.keys.say", full)
            patch.setattr("vcardsvc.cli.keys.log_audit", full)
            failed = _run(*arguments)
        assert isinstance(failed.exception, OSError)
        assert keys_of_service(tmp_path)["crm"].digest == digest(failed.stdout.strip())


def test_a_rotation_without_an_overlap_leaves_one_secret() -> None:
    """What is not valid any more is not listed; a publishable key stays one."""
    _run("add", "site", *SITE)
    rotated = _run("rotate", "site", "--overlap", "0")
    assert rotated.stdout.startswith("vcp_")
    assert "The present one ends then." in rotated.stderr
    assert len(_listed()) == 1


def test_the_list_has_the_day_of_the_last_use(tmp_path: Path) -> None:
    """A day, in both forms."""
    key = _run("add", "crm").stdout.strip()
    with contextlib.closing(Store(url(tmp_path / "data/vcardsvc/vcardsvc.db"))) as store:
        store.note_uses([digest(key)], date(2026, 3, 4))
    assert [one["last-used"] for one in _listed()] == ["2026-03-04"]
    assert " 2026-03-04 " in _run("list").stdout


@pytest.mark.parametrize(
    "overlap", ["", "1", "-1h", "1.5h", "h", "1w", "366d", "٣h", "1h ", "9" * 9]
)
def test_an_overlap_is_a_duration(overlap: str) -> None:
    """Anything else is refused in words, and nothing is rotated."""
    _run("add", "crm")
    refused = _run("rotate", "crm", f"--overlap={overlap}")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert re.fullmatch(r"--overlap must be .*\.\n", refused.stderr)
    assert len(_listed()) == 1


def test_what_is_no_key_is_not_rotated(tmp_path: Path) -> None:
    """Neither a revoked key nor an unknown one, nor any without a store, which is not made."""
    assert _run("rotate", "crm").stderr.endswith("Nothing was rotated.\n")
    assert not (tmp_path / "data").exists()
    _run("add", "crm")
    _run("revoke", "crm")
    for name in ("crm", "nobody"):
        refused = _run("rotate", name)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr == f"There is no key named {name} that is not revoked.\n"
