"""A base image for builds where no registry of images is reached: this Python, a shell and what a
build calls, in the folders where the official images of Python have them."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pip

PROGRAMS: Final = ("sh", "install", "sleep", "touch")
"""What a build, an orchestrator or a test calls in the image beside Python."""

FILES: Final = ("etc/passwd", "etc/group", "etc/ssl/certs/ca-certificates.crt", "etc/pip.conf")

FOLDERS: Final = ("etc/xdg/pip",)
"""Where pip of this machine is told of its index, besides /etc/pip.conf."""

LIBRARIES: Final = (
    "libpthread.so.0", "librt.so.1", "libdl.so.2", "libutil.so.1", "libgcc_s.so.1",
    "libstdc++.so.6",
)  # fmt: skip
"""What packages with compiled parts rely on in every image (manylinux, PEP 600)."""

LEFT_OUT: Final = shutil.ignore_patterns(
    "site-packages", "dist-packages", "test", "tests", "idlelib", "tkinter", "turtledemo",
    "config-*", "*.a",
)  # fmt: skip

_LIBRARY: Final = re.compile(r"^\s+(?:\S+ => )?(/\S+) \(0x", re.MULTILINE)


def make_root(root: Path) -> None:
    """Make the file system of the base image in this folder."""
    for name in ("usr/bin", "usr/lib", "usr/lib64", "etc", "dev", "proc", "tmp", "var/tmp"):
        (root / name).mkdir(parents=True)
    for name in ("bin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    for name in ("tmp", "var/tmp"):
        (root / name).chmod(0o1777)
    extensions = _copy_python(root / "usr/local")
    programs = [Path(shutil.which(name) or "") for name in PROGRAMS]
    for name, program in zip(PROGRAMS, programs, strict=True):
        shutil.copy(program, root / "usr/bin" / name)
    _copy_libraries(root, [Path(os.path.realpath(sys.executable)), *programs, *extensions])
    for name in FILES:
        if Path("/", name).exists():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path("/", name), root / name)
    for name in FOLDERS:
        if Path("/", name).exists():
            shutil.copytree(Path("/", name), root / name)


def _copy_python(prefix: Path) -> list[Path]:
    """Copy Python and pip under this prefix. Returns the modules that need libraries."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    library = prefix / "lib" / version
    shutil.copytree(sysconfig.get_path("stdlib"), library, symlinks=True, ignore=LEFT_OUT)
    installer = Path(pip.__file__).parent
    for path in installer.parent.glob("pip*"):
        if path.name == "pip" or path.suffix == ".dist-info":
            shutil.copytree(path, library / "site-packages" / path.name)
    (prefix / "bin").mkdir()
    shutil.copy(os.path.realpath(sys.executable), prefix / "bin" / version)
    for name in ("python", "python3"):
        (prefix / "bin" / name).symlink_to(version)
    return list((library / "lib-dynload").glob("*.so"))


def _copy_libraries(root: Path, programs: Iterable[Path]) -> None:
    """Copy what the programs are linked with to where every loader looks, and the loader to its own
    place."""
    listed = subprocess.run(["ldd", *programs], capture_output=True, check=True, text=True).stdout
    known = subprocess.run(["ldconfig", "-p"], capture_output=True, check=True, text=True).stdout
    named = dict(reversed(re.findall(r"^\t(\S+) .* => (\S+)$", known, re.MULTILINE)))
    for path in {
        Path(one) for one in (*_LIBRARY.findall(listed), *map(named.__getitem__, LIBRARIES))
    }:
        is_loader = path.name.startswith("ld-")
        shutil.copy(path, root / str(path).lstrip("/") if is_loader else root / "usr/lib")
