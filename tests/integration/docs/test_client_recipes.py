"""The page "Typed clients", walked: its commands generate both clients from a running service, its
programs are type-checked and make a card."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.clients import modules
from tests.support.documentation import TOP, block
from tests.support.json_schema import operations
from tests.support.samples import SAMPLES
from tests.support.service import Served, serving
from vcardsvc import openapi
from vcardsvc.settings import Settings

PAGE: Final = "clients"
LONGEST: Final = 150.0
"""Seconds for one block of commands, on a machine that does other things beside it."""

BIN: Final = Path(sys.executable).parent
GENERATOR: Final = BIN / "openapi-python-client"

pytestmark = pytest.mark.timeout(2 * LONGEST)

PACKAGES: Final = ("openapi-typescript", "openapi-fetch", "typescript", "@types/node")

CONTACT: Final = {
    "action": "createcontact",
    "name": {"first-name": "John", "last-name": "Appleseed"},
    "phone": [{"number": "+1 202 555 0151", "label": "Mobile"}],
    "email": [{"id": "john@example.com"}],
}
"""The contact of both programs."""

PRINTED: Final = """\
Name: John Appleseed
Phone, mobile: +12025550151
E-mail, work: john@example.com
"""
"""What /check says of the card."""

REFUSED: Final = "E104 The API key is missing or not valid. Send it in x-api-key.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A folder in which the page's commands run, and the service that they ask."""

    folder: Path
    served: Served

    def run(self, code: str, *, key: str = "") -> "subprocess.CompletedProcess[str]":
        """Shell lines, run to their end or their first failure."""
        variables = {"VCARDSVC": self.served.url.rstrip("/"), "KEY": key or self.served.key}
        return subprocess.run(
            ["sh", "-eu", "-c", code],
            env={
                "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(self.folder),
                "COLUMNS": "200",
                "npm_config_update_notifier": "false",
                **variables,
            },
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )

    def passes(self, code: str) -> str:
        """What shell lines that went well printed."""
        ran = self.run(code)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    def card(self) -> bytes:
        """The card of the contact, as the service makes it without a client."""
        body = json.dumps(CONTACT).encode()
        return self.served.ask(
            "POST",
            "/?target=apple",
            body,
            x_api_key=self.served.key,
            content_type="application/json",
        ).body


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service."""
    with serving(tmp_path_factory.mktemp("clients")) as started:
        yield started


def program(language: str, file: str) -> str:
    """The program of the page, which is the sample of this name, and what the page puts behind."""
    shown = block(PAGE, f"{language}: program")
    assert shown == (SAMPLES / "clients" / file).read_text()
    return shown + block(PAGE, f"{language}: check")


def _ids(served: Served) -> set[str]:
    """The ids of all operations of the service."""
    described = served.ask("GET", "/openapi.json").json
    return {one["operationId"] for *_, one in operations(described)}


@pytest.fixture(scope="module")
def python(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The folder of the generated Python client, with the program in it."""
    if not GENERATOR.exists():
        pytest.skip("openapi-python-client is not installed")
    walk = Walk(folder=tmp_path_factory.mktemp("python"), served=served)
    folder = walk.folder / "vcardsvc-client"
    # Nothing but this line: no warning, no operation left out.
    assert walk.passes(block(PAGE, "python: generate")) == f"Generating {folder}\n"
    (folder / "make_card.py").write_text(program("python", "make_card.py"))
    return Walk(folder=folder, served=served)


def _snake(id: str) -> str:
    return re.sub(r"(?=[A-Z])", "_", id).lower()


def test_the_python_client_has_every_operation(python: Walk, served: Served) -> None:
    """Each operation is a module of the client."""
    files = (python.folder / "vcardsvc_client" / "api").glob("*/*.py")
    assert {file.stem for file in files} - {"__init__"} == {_snake(id) for id in _ids(served)}


def test_the_python_program_is_typed_and_makes_a_card(python: Walk) -> None:
    """The card is that of a plain request, and /check reads it."""
    printed = python.passes(block(PAGE, "python: run"))
    assert printed == f"Success: no issues found in 1 source file\n{PRINTED}"
    assert (python.folder / "john.vcf").read_bytes() == python.card()


def test_the_python_program_says_what_is_wrong(python: Walk) -> None:
    """A refusal is a Failure with its code and text."""
    ran = python.run("python make_card.py", key="wrong")
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "", REFUSED)


@pytest.fixture(scope="module")
def typescript(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """A folder with the generated types and the program."""
    folder = modules()
    missing = [one for one in PACKAGES if not (folder / one / "package.json").exists()]
    if missing or not shutil.which("npx"):
        pytest.skip(f"no {', '.join(missing) or 'npx'} in {folder}")
    walk = Walk(folder=tmp_path_factory.mktemp("typescript"), served=served)
    (walk.folder / "node_modules").symlink_to(folder)
    printed = walk.passes(block(PAGE, "typescript: generate"))
    assert [re.sub(r"\W*\[.*\]|^\W+", "", line) for line in printed.splitlines()] == [
        f"openapi-typescript {_installed('openapi-typescript')}",
        f"{served.url}openapi.json → vcardsvc.ts",
    ]
    (walk.folder / "make_card.mts").write_text(program("typescript", "make_card.mts"))
    return walk


def _installed(package: str) -> Any:
    return json.loads((modules() / package / "package.json").read_text())["version"]


def test_the_types_have_every_operation(typescript: Walk, served: Served) -> None:
    """Each operation is a member of `operations`."""
    text = (typescript.folder / "vcardsvc.ts").read_text().partition("interface operations {")[2]
    assert set(re.findall(r"^    (\w+): \{$", text, re.M)) == _ids(served)


def test_the_typescript_program_is_typed_and_makes_a_card(typescript: Walk) -> None:
    """The card is that of a plain request, and /check reads it."""
    assert typescript.passes(block(PAGE, "typescript: run")) == PRINTED
    assert (typescript.folder / "john.vcf").read_bytes() == typescript.card()


def test_the_typescript_program_says_what_is_wrong(typescript: Walk) -> None:
    """A refusal is a Failure with its code and text."""
    ran = typescript.run("node make_card.mjs", key="wrong")
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "", REFUSED)


@pytest.mark.parametrize(
    "settings",
    [Settings(name_rule="strict"), Settings(name_rule="relaxed", labels="free")],
    ids=["strict", "free"],
)
def test_the_description_of_other_settings_is_taken_whole(settings: Settings) -> None:
    """Whatever the rules of names and labels, the generator has nothing against the description."""
    if not GENERATOR.exists():
        pytest.skip("openapi-python-client is not installed")
    from openapi_python_client.config import Config, ConfigFile, MetaType
    from openapi_python_client.parser import GeneratorData

    described = json.loads(openapi.description(settings, "http://127.0.0.1:8000"))
    config = Config.from_sources(ConfigFile(), MetaType.POETRY, "", "utf-8", False, None)
    data = GeneratorData.from_dict(described, config=config)
    assert isinstance(data, GeneratorData)
    groups = data.endpoint_collections_by_tag.values()
    assert [*data.errors, *(error for group in groups for error in group.parse_errors)] == []
    named = {one.name for group in groups for one in group.endpoints}
    assert named == {_snake(one["operationId"]) for *_, one in operations(described)}


def test_the_versions_of_the_page_are_those_that_are_tested() -> None:
    """What the page installs is what `.ci/run` and the development extra install."""
    (pinned,) = re.findall(r"openapi-python-client==([\d.]+)", block(PAGE, "python: install"))
    assert f'"openapi-python-client=={pinned}"' in (TOP / "pyproject.toml").read_text()
    named = block(PAGE, "typescript: install").split()[2:]
    assert [one.rpartition("@")[0] for one in named] == list(PACKAGES)
    assert " ".join(named) in (TOP / ".ci/run").read_text()
