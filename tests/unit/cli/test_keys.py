"""Keys on the command line: for browsers and of accounts, checked and listed."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.support.databases import keys_of_service
from vcardsvc.cli.program import app
from vcardsvc.services.keys import digest
from vcardsvc.store import KeyRow

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
