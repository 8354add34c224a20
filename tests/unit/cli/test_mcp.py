"""`vcardsvc mcp` says what it needs."""

import pytest
from typer.testing import CliRunner

from vcardsvc.agents import sdk
from vcardsvc.cli.program import app


def test_without_the_extra_it_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code is 1, and nothing goes to stdout, which an agent would read."""
    monkeypatch.setattr(sdk, "is_installed", lambda: False)
    ran = CliRunner().invoke(app, ["mcp"])
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "pip install '.[mcp]'" in ran.stderr
