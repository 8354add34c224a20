"""Images that are built from a Containerfile without a registry, and run as a container is: of a
read-only file system, as their user, with namespaces of their own."""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.support.base_image import make_root
from tests.support.deployment import run
from tests.support.service import LONGEST, TOP, descendants, until
from tests.support.wheels import write_wheels

CHROOT: Final = shutil.which("chroot") or "chroot"
"""Where it lies: the PATH of an image need not have it."""

BASE: Final = "localhost/base"
IMAGE: Final = "localhost/vcardsvc"
BUILDING: Final = 900
"""Seconds for a build, on a machine that is busy."""

RUN: Final = """
root=$1 user=$2 group=$3; shift 3
mount --make-rprivate /
mount -o bind,ro "$root" "$root"
mount -t tmpfs -o "uid=$user,gid=$group,mode=700" data "$root/data"
mount -t tmpfs -o mode=1777 lists "$root/var/tmp"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 devices "$root/dev"
for name in null zero random urandom; do
  : > "$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"
done
ip link set lo up
exec chroot --userspec="$user:$group" --groups= "$root" "$@"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """The storage of a buildah of its own."""

    folder: Path

    def buildah(self, *arguments: str | Path, **options: Any) -> str:
        """What a command of buildah prints."""
        root, state = self.folder / "images", self.folder / "state"
        places = ("--root", root, "--runroot", state, "--storage-driver", "overlay")
        environ = {**os.environ, "BUILDAH_ISOLATION": "chroot"}
        return run("buildah", *places, *arguments, seconds=BUILDING, env=environ, **options).strip()


@contextlib.contextmanager
def image(folder: Path, *arguments: str) -> Iterator[tuple[Any, Path]]:
    """Build the image over a base image of this machine's Python, with wheels of the packages that
    the tests run with. Gives its configuration and its file system, mounted."""
    storage = Storage(folder=folder)
    _make_base(storage)
    try:
        storage.buildah(
            "build", "--format", "docker", "--pull-never", "--build-arg", f"BASE={BASE}",
            "-v", f"{folder / 'wheels'}:/wheels:ro", *arguments,
            "-f", TOP / "samples/deploy/Containerfile", "-t", IMAGE, TOP,
        )  # fmt: skip
        inspected = json.loads(storage.buildah("inspect", "--type", "image", IMAGE))
        container = storage.buildah("from", "--pull-never", IMAGE)
        yield inspected["Docker"]["config"], Path(storage.buildah("mount", container))
    finally:
        storage.buildah("rm", "--all")
        storage.buildah("rmi", "--all", "--force")


def _make_base(storage: Storage) -> None:
    root, wheels = storage.folder / "root", storage.folder / "wheels"
    make_root(root)
    wheels.mkdir()
    write_wheels(wheels, "vcardsvc[postgresql]", "hatchling")
    container = storage.buildah("from", "scratch")
    storage.buildah("add", container, root, "/")
    # Compiling takes longer than all the rest, and shows nothing.
    settings = ("PIP_NO_INDEX=1", "PIP_FIND_LINKS=/wheels", "PIP_NO_COMPILE=1")
    storage.buildah(
        "config", "--env", "PATH=/usr/local/bin:/usr/bin:/bin",
        *(word for one in settings for word in ("--env", one)), container,
    )  # fmt: skip
    storage.buildah("commit", "--rm", container, BASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A running container."""

    root: Path
    config: Mapping[str, Any]
    process: "subprocess.Popen[bytes]"

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """What a command gives that runs in it, as its user."""
        pid = descendants(self.process.pid)[0]
        inside = ("nsenter", "--target", str(pid), "--mount", "--net", "--pid")
        user = self.config["User"]
        return subprocess.run(
            [*inside, "env", "-i", *self.config["Env"],
             CHROOT, f"--userspec={user}", "--groups=", self.root, *command],
            capture_output=True, text=True, check=False, timeout=3 * LONGEST,  # nothing is compiled
        )  # fmt: skip

    def is_healthy(self) -> bool:
        """Whether the health check of the image succeeds."""
        kind, *command = self.config["Healthcheck"]["Test"]
        assert kind == "CMD"
        return self.run(*command).returncode == 0


@contextlib.contextmanager
def container(
    config: Mapping[str, Any], root: Path, log: Path, environ: Sequence[str]
) -> Iterator[Container]:
    """Run the image until it is healthy, with nothing but its own environment and `environ`."""
    user, _, group = config["User"].partition(":")
    command = [*config["Entrypoint"], *config["Cmd"]]
    with log.open("wb") as printed:
        process = subprocess.Popen(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child",
             "env", "-i", *config["Env"], *environ,
             "PATH=" + _value(config, "PATH") + ":/usr/sbin:/sbin",
             "sh", "-euc", RUN, "sh", str(root), user, group, *command],
            stdout=printed, stderr=printed, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    running = Container(root=root, config=config, process=process)
    try:

        def up() -> bool:
            assert process.poll() is None, log.read_text()
            return bool(descendants(process.pid)) and running.is_healthy()

        until(up, 6 * LONGEST)
        yield running
    finally:
        process.kill()
        process.wait(LONGEST)


def _value(config: Mapping[str, Any], name: str) -> str:
    found: dict[str, str] = dict(one.split("=", 1) for one in config["Env"])
    return found[name]
