"""The two laws of the house, read off the source: who may import whom, one library one room."""

import ast
import re
from pathlib import Path

import pytest

import vcardsvc

HOUSE = Path(vcardsvc.__file__).parent
TOP = HOUSE.parent

MAY_IMPORT: dict[str, set[str]] = {
    "__init__": set(),
    "errors": set(),
    "contact": set(),
    "entry": {"contact", "errors"},
    "settings": set(),
    "telemetry": set(),
    "invisible": set(),
    "dialstrings": {"invisible"},
    "phones": {"dialstrings"},
    "places": set(),
    "graphemes": set(),
    "rules": {"contact", "errors", "phones", "graphemes", "invisible"},
    "card": {"contact", "errors", "graphemes"},
    "fetch": {"errors"},
    "photo": {"contact", "errors"},
    "migrations": set(),
    "store": {"contact", "entry"},
    "origins": set(),
    "keys": {"store", "origins", "health"},
    "rates": {"keys", "errors"},
    "health": set(),
    "turns": {"store", "errors"},
    "links": {"store", "contact", "errors", "turns"},
    "book": {"store", "entry", "errors", "turns"},
    "delivery": {"links", "dialects.base", "errors"},
    "pickup": {"delivery", "links", "door", "dialects.base", "errors", "keys"},
    "dialects.base": {"contact", "entry", "errors", "dialects.json_faults"},
    "dialects.json_faults": set(),
    "dialects.markup": {"errors"},
    "dialects.native": {"dialects.base", "dialects.wanted", "contact", "errors", "rules"},
    "dialects.forms": {"dialects.base", "dialects.native", "contact", "errors", "rules"},
    "dialects.webform": {"dialects.base", "contact", "errors", "rules"},
    "dialects.domainchief": {"dialects.base", "contact", "entry", "errors", "rules", "places"},
    "dialects.marketingcloud": {
        "dialects.base", "contact", "entry", "errors", "phones", "rules",
    },
    "dialects": set(),
    "dialects.superoffice": {
        "dialects.base", "dialects.markup", "contact", "entry", "errors", "phones", "rules",
    },
    "dialects.autodns": {
        "dialects.base", "dialects.markup", "contact", "entry", "errors", "rules", "phones",
        "places",
    },
    "dialects.wanted": {"contact", "errors", "rules"},
    "public": {"errors", "settings"},
    "openapi": {
        "errors", "settings", "rules", "links", "invisible", "dialects.native", "dialects.wanted",
        "openapi.vendors",
    },
    "openapi.vendors": {
        "errors", "entry", "settings", "places", "openapi", "dialects.base",
        "dialects.wanted", "dialects.autodns", "dialects.domainchief", "dialects.superoffice",
        "dialects.marketingcloud",
    },
    "service": {
        "contact", "entry", "errors", "settings", "card", "fetch", "photo", "telemetry",
        "links", "phones", "book",
    },
    "heads": {"errors"},
    "body": {"errors", "heads"},
    "mounts": {"dialects.base"},
    "bookdoor": {
        "contact", "entry", "errors", "heads", "mounts", "door", "service", "keys", "public",
        "rules", "delivery", "dialects.base", "dialects.wanted", "body",
    },
    "admission": {"errors", "keys", "origins", "public", "settings"},
    "arrivals": {"heads", "errors"},
    "formpost": {
        "admission", "heads", "body", "contact", "errors", "dialects.base", "dialects.forms",
        "dialects.webform", "door",
    },
    "door": {
        "origins", "heads",
        "contact", "errors", "settings", "telemetry", "keys", "links", "dialects.base", "service",
        "public", "rates", "admission", "formpost", "body", "arrivals", "health",
    },
    "app": {
        "book", "bookdoor", "mounts", "heads", "health", "upkeep", "links", "pickup", "openapi",
        "public",
        "rates", "door", "errors", "settings", "telemetry", "rules", "fetch", "store", "keys",
        "service", "dialects.base", "dialects.native", "dialects.forms", "dialects.webform",
        "dialects.autodns", "dialects.domainchief", "dialects.superoffice",
        "dialects.marketingcloud",
    },
    "upkeep": {"health", "dialects.webform", "door", "phones", "photo", "store", "telemetry"},
    "server": set(),
    "cli": {
        "server", "app", "contact", "entry", "errors", "settings", "telemetry", "rules", "card",
        "photo", "store", "keys", "links", "origins", "service", "dialects.base",
        "dialects.native", "dialects.autodns", "dialects.domainchief", "dialects.superoffice",
        "dialects.marketingcloud",
    },
    "__main__": {"cli"},
}  # fmt: skip
"""Room by room: the rooms of ours that it may import."""

LIVES_ONLY_IN: dict[str, set[str]] = {
    "phonenumbers": {"phones"},
    "regex": {"graphemes"},
    "vobject": {"card.read"},
    "httpx": {"fetch"},
    "httpcore": {"fetch"},
    "certifi": {"fetch"},
    "idna": {"fetch"},
    "PIL": {"photo"},
    "sqlalchemy": {"store", "migrations"},
    "alembic": {"store", "migrations"},
    "psycopg": {"store"},
    "prometheus_client": {"telemetry"},
    "structlog": {"telemetry"},
    "starlette": {"app", "arrivals", "bookdoor", "door", "formpost", "pickup"},
    "typer": {"cli"},
    "rich": {"cli"},
    "uvicorn": {"server"},
    "platformdirs": {"settings"},
    "segno": {"card.qr"},
    "jinja2": {"dialects.webform"},
    "limits": {"rates"},
    "redis": {"rates"},
    "python_multipart": {"dialects.forms"},
    "defusedxml": {"dialects.markup"},
    "tzdata": {"dialects.superoffice"},
    "pycountry": {"places"},
}
"""Every outside library, and the one room that knows it (migrations are the store's own)."""

STANDARD_ENVIRON = {"settings", "cli", "cli.common", "app"}
"""`os.environ` is handed to Settings by those who start a process, and read by nobody else."""


def _module(path: Path) -> str:
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__" or len(parts) == 1)


def _room(module: str, table: set[str]) -> str:
    """The longest row of `table` that `module` lies in."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        if ".".join(parts[:length]) in table:
            return ".".join(parts[:length])
    raise AssertionError(f"no row for {module}: add it to the table and to the plan")


MODULES = sorted(path for path in HOUSE.rglob("*.py"))


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write whole names, not relative imports"
            assert node.module is not None
            base = HOUSE / Path(*node.module.split(".")[1:])
            for alias in node.names:
                submodule = node.module.startswith("vcardsvc") and (
                    (base / alias.name).with_suffix(".py").exists() or (base / alias.name).is_dir()
                )
                found.add(f"{node.module}.{alias.name}" if submodule else node.module)
    return found


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_what_the_table_says(room: str) -> None:
    """A room imports the rooms that its row names, all of them, itself, and no other."""
    table = set(MAY_IMPORT)
    used = {
        _room(name.removeprefix("vcardsvc."), table)
        for path in MODULES
        if _room(_module(path), table) == room
        for name in _imports(path)
        if name.startswith("vcardsvc.")
    }
    assert used - {room} == MAY_IMPORT[room]


@pytest.mark.parametrize("path", MODULES, ids=_module)
def test_an_outside_library_lives_in_one_room(path: Path) -> None:
    """Each outside library is imported by its one room alone."""
    module = _module(path)
    for name in {name.split(".")[0] for name in _imports(path)} & set(LIVES_ONLY_IN):
        homes = LIVES_ONLY_IN[name]
        assert any(module == home or module.startswith(home + ".") for home in homes), name


def test_every_dependency_has_a_room() -> None:
    """A library that is installed for the package stands in the table above, or serves uvicorn."""
    import tomllib

    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["postgresql"]]
    names = {re.split(r"[>;\[]", each)[0].strip() for each in wanted}
    spelled = {
        "pillow": "PIL",
        "prometheus-client": "prometheus_client",
        "python-multipart": "python_multipart",
    }
    rooms = {spelled.get(name, name) for name in names} - {"uvloop", "httptools"}
    assert rooms == set(LIVES_ONLY_IN)


@pytest.mark.parametrize("path", MODULES, ids=_module)
def test_nobody_but_the_starters_reads_the_environment(path: Path) -> None:
    """`environ` and `getenv` appear only where a process is started."""
    names = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    if names & {"environ", "getenv"}:
        assert _module(path) in STANDARD_ENVIRON | {"photo.child", "telemetry"}


def test_the_package_exports_little() -> None:
    """Only what stands in this list is public at the top."""
    assert vcardsvc.__all__ == ["__version__"]


def test_the_release_has_one_number() -> None:
    """The package and its metadata agree on the version."""
    import tomllib

    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    assert vcardsvc.__version__ == project["version"]
