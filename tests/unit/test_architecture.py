"""The architecture, read off the source: layers import downwards, each library has one home."""

import ast
import re
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

import vcardsvc

PACKAGE = Path(vcardsvc.__file__).parent
PROJECT = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())["project"]

LAYERS: Final = (
    "__init__",
    "errors",
    "formats",
    "slots",
    "settings",
    "metrics",
    "telemetry",
    "tracing",
    "model",
    "validation",
    "vcard",
    "messengers",
    "imports",
    "photo",
    "store",
    "services",
    "apis",
    "batch",
    "http",
    "web",
    "openapi",
    "agents",
    "docs",
    "handlers",
    "background",
    "app",
    "cli",
    "__main__",
)
"""From the lowest to the highest: a module imports from its own layer and from lower ones."""

HOMES: Final[dict[str, set[str]]] = {
    "alembic": {"store"},
    "certifi": {"photo.fetch"},
    "defusedxml": {"formats.xml"},
    "httpcore": {"photo.fetch"},
    "httpx": {"photo.fetch"},
    "idna": {"photo.fetch"},
    "jinja2": {"web"},
    "markdown_it": {"docs"},
    "limits": {"services.rate_limits"},
    "mcp": {"agents.sdk"},
    "openpyxl": {"batch.xlsx"},
    "opentelemetry": {"tracing"},
    "phonenumbers": {"validation"},
    "PIL": {"photo"},
    "platformdirs": {"settings"},
    "prometheus_client": {"metrics"},
    "psycopg": {"store"},
    "pycountry": {"validation"},
    "python_multipart": {"apis.createcontact", "batch.multipart"},
    "redis": {"services.rate_limits"},
    "regex": {"validation"},
    "rich": {"cli"},
    "segno": {"vcard"},
    "sqlalchemy": {"store"},
    "starlette": {"http", "handlers", "app"},
    "typer": {"cli"},
    "tzdata": {"apis.superoffice"},
    "uvicorn": {"http.server"},
    "vobject": set(),
}
"""Every library that the package uses, and the modules that may import it. vobject reads cards in
tests and benchmarks alone."""

EVERYWHERE: Final = {"msgspec"}
"""Libraries of values, which any module may use."""

RENAMED: Final = {
    "PIL": {"pillow"},
    "markdown_it": {"markdown_it_py"},
    "opentelemetry": {"opentelemetry_sdk", "opentelemetry_exporter_otlp_proto_http"},
}
"""Libraries that are installed under other names."""

ENVIRON_READERS: Final = {"app", "cli", "photo.child", "services.batches", "settings", "metrics"}
"""Where the process environment is read or cleared: where a process starts."""

PREFIX: Final = "vcardsvc."

Names = dict[str, set[str]]


def _module(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


MODULES: Final = {_module(path): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _imported(tree: ast.AST) -> set[str]:
    """The full names of the modules that this code imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            submodules = {one for one in full if one.removeprefix(PREFIX) in MODULES}
            names |= submodules if submodules == full else {*submodules, node.module}
    return names


def _ours(names: set[str]) -> set[str]:
    """Those that are modules of the package, without its name."""
    ours = {name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)}
    return ours | ({"__init__"} if "vcardsvc" in names else set())


def _at_run_time(tree: ast.Module) -> ast.Module:
    """The code without what is there for the type checker alone."""

    class Pruner(ast.NodeTransformer):
        def visit_If(self, node: ast.If) -> ast.AST | None:
            typing_only = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
            return None if typing_only else node

    pruned: ast.Module = Pruner().visit(tree)
    return pruned


def _below(module: str, place: str) -> bool:
    return module == place or module.startswith(f"{place}.")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_from_its_own_layer_and_lower_ones(module: str) -> None:
    """No module knows a layer above its own, not even for its types."""
    level = LAYERS.index(module.split(".")[0])
    imported = _ours(_imported(_tree(MODULES[module])))
    assert {name for name in imported if LAYERS.index(name.split(".")[0]) > level} == set()


def test_modules_import_each_other_in_no_circle() -> None:
    """Every module can be read after all that it imports."""
    graph: Names = {
        module: {
            name
            for name in _ours(_imported(_at_run_time(ast.parse(path.read_text()))))
            if name != module
        }
        for module, path in MODULES.items()
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_a_library_has_one_home(module: str) -> None:
    """Each outside library is imported where the table says, and nowhere else."""
    imported = {name.split(".")[0] for name in _imported(_tree(MODULES[module]))}
    for library in imported & HOMES.keys():
        assert any(_below(module, home) for home in HOMES[library]), library


def test_every_dependency_has_a_home() -> None:
    """A library that is installed for the package stands in the table, or serves uvicorn."""
    extras = PROJECT["optional-dependencies"]
    wanted = ("postgresql", "mcp", "otel")
    expected = [*PROJECT["dependencies"], *(one for name in wanted for one in extras[name])]
    names = {re.split(r"[<>;\[]", each)[0].strip().replace("-", "_") for each in expected}
    homes = set().union(*(RENAMED.get(library, {library}) for library in HOMES))
    assert names - {"uvloop", "httptools"} - EVERYWHERE == homes


@pytest.mark.parametrize("module", MODULES)
def test_the_environment_is_read_where_a_process_starts(module: str) -> None:
    """Settings are handed down; no other module looks at `os.environ`."""
    names = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(_tree(MODULES[module]))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    if names & {"environ", "getenv"}:
        assert any(_below(module, reader) for reader in ENVIRON_READERS)


def test_the_release_has_one_number() -> None:
    """The package and its metadata agree on the version."""
    assert vcardsvc.__version__ == PROJECT["version"]
    assert vcardsvc.__all__ == ["__version__"]


TESTS: Final = PACKAGE.parent / "tests"
TEST_MODULES: Final = {str(path.relative_to(TESTS)): path for path in sorted(TESTS.rglob("*.py"))}
STARTERS: Final = {
    "subprocess",
    "tests.support.browser",
    "tests.support.clients",
    "tests.support.readers",
    "tests.support.redis_server",
    "tests.support.service.serving",
}
"""What starts programs."""


@pytest.mark.parametrize("module", TEST_MODULES)
def test_no_module_imports_a_test_module(module: str) -> None:
    """What two test modules need stands in tests/support."""
    imported = _imported(_tree(TEST_MODULES[module]))
    folders = ("tests.unit", "tests.integration", "tests.fuzz")
    assert {name for name in imported if any(_below(name, one) for one in folders)} == set()


@pytest.mark.parametrize("module", [name for name in TEST_MODULES if name.startswith("unit/")])
def test_unit_tests_start_no_program(module: str) -> None:
    """They run in their own process; what starts others stands in tests/integration."""
    tree = _tree(TEST_MODULES[module])
    imported = _imported(tree) | {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert {name for name in imported if any(_below(name, one) for one in STARTERS)} == set()
