"""Every setting, option and path that the deployment files name is one of the program."""

import json
import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest
import typer
import yaml

from tests.support.deployment import (
    FILES,
    FOLDER,
    compose,
    filled,
    options_of,
    resources,
    settings_named,
)
from vcardsvc.cli.program import app
from vcardsvc.settings import MIB, PREFIX, Settings

SETTINGS = {PREFIX + one.name.upper() for one in fields(Settings)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_setting_is_one_of_the_program(path: Path) -> None:
    """A file, comments included, names no variable that a start would refuse."""
    assert settings_named(path.read_text()) - SETTINGS == set()


def _command_lines() -> dict[str, list[str]]:
    """What is behind the name of the program, in each file that starts it."""
    unit = (FOLDER / "systemd/vcardsvc.service").read_text()
    started = re.search(r"^ExecStart=\S+/vcardsvc (.*)$", unit, re.MULTILINE)
    assert started
    image = (FOLDER / "Containerfile").read_text().rpartition("\nCMD ")[2]
    pod = resources()["Deployment", "vcardsvc"]["spec"]["template"]["spec"]
    return {
        "systemd": shlex.split(started[1]),
        "container": json.loads(image),
        "kubernetes": pod["containers"][0]["args"],
    }


@pytest.mark.parametrize(("name", "arguments"), _command_lines().items())
def test_a_command_line_is_one_of_the_program(name: str, arguments: list[str]) -> None:
    """The command is there and takes these options with these values."""
    command = typer.main.get_command(app)
    assert arguments[0] in command.list_commands(typer.Context(command))  # type: ignore[attr-defined]
    found = command.get_command(typer.Context(command), arguments[0])  # type: ignore[attr-defined]
    context = found.make_context(name, arguments[1:])
    given = options_of(arguments)
    assert given
    for option, value in given.items():
        assert str(context.params[option.removeprefix("--")]) == value


def test_the_values_of_the_files_are_taken() -> None:
    """A start with the settings of each deployment has no fault."""
    values = {"POSTGRES_PASSWORD": "0123456789abcdef"}
    pod = {
        **resources()["ConfigMap", "vcardsvc"]["data"],
        **resources()["Secret", "vcardsvc"]["stringData"],
    }
    lines = [
        *re.findall(r"^Environment=(.*)$", _text("systemd/vcardsvc.service"), re.MULTILINE),
        *(line.lstrip("#") for line in _text("systemd/vcardsvc.env").splitlines()[1:]),
    ]
    unit = dict(word.split("=", 1) for line in lines for word in line.split())
    given = [filled(compose()["services"]["cards-1"]["environment"], values), pod, unit]
    assert [Settings.from_environ(one).rate_limit for one in given] == ["600/minute"] * 3


def _text(name: str) -> str:
    return (FOLDER / name).read_text()


def test_limits_of_the_proxies_are_those_of_the_service() -> None:
    """A proxy takes what the service takes: cards with a photo, and lists; and it gives up the
    connections that it keeps before the service does."""
    settings = Settings()
    found = re.findall(r"client_max_body_size (\d+)m;", _text("nginx/locations.conf"))
    card, batch = (int(one) * MIB for one in found)
    assert card >= max(settings.body_limit + settings.photo_max_bytes, settings.convert_limit)
    assert batch == settings.batch_limit
    sizes = {
        name: one["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"]
        for (kind, name), one in resources().items()
        if kind == "Ingress"
    }
    small, large = (f"{one}m" for one in found)
    assert sizes == {"vcardsvc": small, "vcardsvc-links": small, "vcardsvc-lists": large}
    files = ("nginx/vcardsvc.conf", "nginx/compose.conf", "Caddyfile")
    kept = re.findall(r"keepalive(?:_timeout)? (\d+)s", "".join(map(_text, files)))
    seconds = [int(one) for one in kept]
    assert (len(seconds), max(seconds) < settings.keep_alive_timeout) == (3, True)


@pytest.mark.parametrize("path", [one for one in FILES if one.suffix in (".yaml", ".json")])
def test_a_file_can_be_read(path: Path) -> None:
    """YAML and JSON are whole."""
    assert list(yaml.safe_load_all(path.read_text()))
