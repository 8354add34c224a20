"""Wheels of the packages that this Python has, so that a build needs no index of packages."""

import re
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_EXTRAS: Final = re.compile(r"\[([^\]]*)\]")
_EXTRA_MARKER: Final = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")


def write_wheels(folder: Path, *requirements: str) -> None:
    """Write a wheel for each package that these need, `NAME` or `NAME[EXTRA,...]`, themselves left
    out where they are installed from a source tree."""
    done: set[str] = set()
    open_ones = list(requirements)
    while open_ones:
        requirement = open_ones.pop()
        if requirement in done:
            continue
        done.add(requirement)
        try:
            found = distribution(_name(requirement))
        except PackageNotFoundError:
            continue  # for another system or release of Python
        open_ones += _needed(found, requirement)
        if not (found.read_text("direct_url.json") or "").startswith('{"dir_info"'):
            _write(folder, found)


def _name(requirement: str) -> str:
    matched = _NAME.match(requirement)
    assert matched, requirement
    return matched[0]


def _needed(found: Distribution, requirement: str) -> Iterator[str]:
    listed = _EXTRAS.search(requirement.partition(";")[0])
    extras = {one.strip() for one in listed[1].split(",")} if listed else set()
    for one in found.requires or ():
        extra = _EXTRA_MARKER.search(one)
        if extra is None or extra[1] in extras:
            yield one.partition(";")[0].strip()


def _write(folder: Path, found: Distribution) -> None:
    listed = re.findall(r"^Tag: (\S+)-(\S+)-(\S+)$", found.read_text("WHEEL") or "", re.MULTILINE)
    assert listed, found.name
    tags = "-".join(".".join(dict.fromkeys(parts)) for parts in zip(*listed, strict=True))
    name = folder / f"{re.sub(r'[-.]+', '_', found.name)}-{found.version}-{tags}.whl"
    if name.exists():
        return
    with zipfile.ZipFile(name, "w") as wheel:
        for file in found.files or ():
            inside, path = file.as_posix(), Path(str(file.locate()))
            if not inside.startswith("..") and file.suffix != ".pyc" and path.exists():
                wheel.write(path, inside)
