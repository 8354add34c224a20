"""Keys on the command line: for browsers, of accounts; judged in words, listed, made by serve."""

import contextlib
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.support import databases as stores
from tests.support.service import LONGEST, command, environ, serving, until
from vcardsvc.cli import app
from vcardsvc.services.keys import digest
from vcardsvc.store import KeyRow, Store

SITE = ("--origin", "https://example.com")


def _run(*arguments: str) -> Result:
    told = {"COLUMNS": "200", "NO_COLOR": "1"}
    return CliRunner().invoke(app, ["keys", *arguments], env=told)


def _rows(folder: Path) -> Mapping[str, KeyRow]:
    with contextlib.closing(
        Store(stores.url(folder / "data" / "vcardsvc" / "vcardsvc.db"))
    ) as kept:
        rows = kept.list_keys()
    return {row.name: row for row in rows}


def test_a_publishable_key_is_made_and_listed(tmp_path: Path) -> None:
    """With an origin the key is a publishable one; the list shows its kind and origins."""
    origins = ("--origin", "https://Example.com:443/", "--origin", "http://[::1]:8000")
    added = _run("add", "site", *origins, "--redirect", "https://example.com/thanks?a=b")
    assert (added.exit_code, re.sub(r"[\w-]{43}$", "", added.stdout.strip())) == (0, "vcp_")
    row = _rows(tmp_path)["site"]
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


def test_keys_of_one_account_are_made_and_listed(tmp_path: Path) -> None:
    """--account says whose contacts a key reads and writes; without it a key stands for itself."""
    for name, options in (("one", ()), ("two", ("--account", "one")), ("site", SITE)):
        assert _run("add", name, *options).exit_code == 0
    accounts = {name: row.account for name, row in _rows(tmp_path).items()}
    assert accounts == {"one": "one", "two": "one", "site": "site"}
    shown = re.findall(r"^\W+(\w+) +. (\w+) +. (?:secret|publ)", _run("list").stdout, re.M)
    assert shown == list(accounts.items())


def test_a_key_joins_an_account_only_when_it_is_said(tmp_path: Path) -> None:
    """A new key that happens to have an account's name would read that account's contacts."""
    assert _run("add", "one", "--account", "sales").exit_code == 0
    refused = _run("add", "sales")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "sales is an account already" in refused.stderr
    assert _run("add", "sales", "--account", "sales").exit_code == 0
    assert {row.account for row in _rows(tmp_path).values()} == {"sales"}


@pytest.mark.parametrize("account", ["two words", "x" * 65, "a/b", "a\nb", "é"])
def test_an_account_is_named_as_a_key_is(account: str, tmp_path: Path) -> None:
    """A name that would break a log line is refused in words, and no key is made."""
    result = _run("add", "laptop", "--account", account)
    sentence = "a key's account is 1 to 64 letters, digits, dots, _ and -"
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Cannot add it: {sentence}.\n"
    assert _rows(tmp_path) == {}


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
    """A sentence says what is wrong, and no key is made, nor a store."""
    result = _run("add", "site", *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"Cannot add it: {sentence}.\n"
    assert not (tmp_path / "data").exists()


def test_serve_makes_the_form_key_beside_the_first_one(tmp_path: Path) -> None:
    """A first start leaves a secret key and the page's; a second one neither."""
    with serving(tmp_path, store=True, workers=2) as first:
        assert first.create().status == 200
        made = _rows(tmp_path)
        assert "vcp_" not in first.log
    kinds = {name: (row.kind, row.origins, row.text[:4]) for name, row in made.items()}
    assert kinds == {
        "first": ("secret", (), ""),
        "form": ("publishable", ("self",), "vcp_"),
    }
    with serving(tmp_path, store=True) as second:
        assert second.log.count("vcs_") == 0
    assert _rows(tmp_path) == made


def test_services_that_start_at_once_make_one_of_each(tmp_path: Path) -> None:
    """Two first starts on one store leave one first key and one form key."""
    arguments = command("serve", "--port", "0")
    logs = [tmp_path / f"{number}.log" for number in range(2)]
    with contextlib.ExitStack() as opened:
        started = [
            opened.enter_context(
                subprocess.Popen(
                    arguments,
                    env=environ(tmp_path, {}),
                    stdout=subprocess.DEVNULL,
                    stderr=opened.enter_context(log.open("wb")),
                )
            )
            for log in logs
        ]
        try:
            until(lambda: all(" started pid=" in log.read_text() for log in logs))
        finally:
            for process in started:
                process.terminate()
                process.wait(LONGEST)
    assert set(_rows(tmp_path)) == {"first", "form"}
    assert sorted(len(re.findall(r"^  (vcs_\S+)$", log.read_text(), re.M)) for log in logs) == [
        0,
        1,
    ]


def test_a_form_key_works_from_the_services_own_page_alone(tmp_path: Path) -> None:
    """Over the wire: its own origin makes a card; another one, or none, is refused."""
    with serving(tmp_path, store=True) as service:
        key = _rows(tmp_path)["form"].text
        own = service.url.rstrip("/")
        assert service.create(key=key, origin=own).said == (200, "card")
        assert service.create(key=key, referer=f"{own}/?a=b").said == (200, "card")
        refused = [
            service.create(key=key).said,
            service.create(key=key, origin="null", referer=own).said,
            service.create(key=key, origin="https://evil.example", referer=own).said,
            service.create(key=key, origin=own.replace("http:", "https:")).said,
            service.ask("DELETE", f"/c/{'A' * 22}.vcf", None, x_api_key=key, origin=own).said,
        ]
        assert refused == [(403, "E403")] * 5
        until(lambda: " key=form status=403 code=E403 cause=origin " in service.log)
        until(lambda: " key=form status=403 code=E403 cause=publishable " in service.log)
        assert key not in service.log
