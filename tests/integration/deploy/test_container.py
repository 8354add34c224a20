"""The Containerfile builds, and its image runs read-only as a user without rights; the compose file
names what there is.

No registry of images is reached: the build runs with buildah over a base image of this machine's
Python and shell, and with wheels of the packages that are installed here. What this does not show
is the official image of Python itself, and the images of PostgreSQL, Redis and nginx.
"""

import json
import os
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.deployment import FOLDER, compose, filled, needs, options_of, run
from tests.support.image_runs import Container, container, image
from tests.support.service import BODY, KEY, OWNER
from vcardsvc import docs
from vcardsvc.settings import Settings

PASSWORD: Final = {"POSTGRES_PASSWORD": "0123456789abcdef"}

BUILT: Final = [
    needs("buildah", "unshare", "nsenter", "ip"),
    pytest.mark.skipif(os.geteuid() != 0, reason="a build in a chroot needs the superuser"),
    pytest.mark.timeout(1200),
]

ASK: Final = f"""
import urllib.request
request = urllib.request.Request("http://127.0.0.1:8000/", {BODY!r},
    {{"x-api-key": {KEY!r}, "content-type": "application/json"}})
print(urllib.request.urlopen(request).read().decode())
"""

RIGHTS: Final = """
import os
status = dict(line.split(":", 1) for line in open("/proc/1/status"))
print(status["Uid"].split()[0], status["CapEff"].strip())
print([path for path in os.listdir("/") if os.access("/" + path, os.W_OK)])
print([path for path in os.listdir("/var") if os.access("/var/" + path, os.W_OK)])
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Path]]:
    """The image: its configuration, and its file system."""
    with image(tmp_path_factory.mktemp("image"), "--build-arg", "EXTRAS=postgresql") as found:
        yield found


@pytest.fixture(scope="module")
def running(
    built: tuple[Any, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Container]:
    """The image as a container that is healthy."""
    log = tmp_path_factory.mktemp("container") / "log"
    with container(*built, log, [f"VCARDSVC_API_KEYS={OWNER}:{KEY}"]) as found:
        yield found


@needs("hadolint")
def test_the_containerfile_has_no_finding() -> None:
    """Its linter, which knows what a shell does too, is silent."""
    assert run("hadolint", FOLDER / "Containerfile") == ""


class TestImage:
    """The image as it is built and run."""

    pytestmark = BUILT

    def test_it_makes_a_card(self, running: Container) -> None:
        """The service listens on every address of the container, and its health check is true."""
        asked = running.run("python", "-c", ASK)
        assert asked.stdout.startswith("BEGIN:VCARD\nVERSION:3.0\n"), asked.stderr

    def test_it_has_no_rights_and_writes_nowhere_else(self, running: Container) -> None:
        """It is not the superuser, has no capability, and its file system is read-only but for the
        database and lists."""
        printed = running.run("python", "-c", RIGHTS).stdout.splitlines()
        assert printed[0] == "10001 0000000000000000"
        assert printed[1:] == ["['data']", "['tmp']"]

    def test_a_list_is_kept_where_it_may_be_written(self, running: Container) -> None:
        """A list becomes cards, whose process writes to /var/tmp alone."""
        code = (
            "import urllib.request as u; print(u.urlopen(u.Request('http://127.0.0.1:8000/batch',"
            "b'First Name\\nAda\\nBen\\n' + b'Cay\\n' * 500,"
            f"{{'x-api-key': {KEY!r}, 'content-type': 'text/csv'}})).read().count(b'END:VCARD'))"
        )
        asked = running.run("python", "-c", code)
        assert asked.stdout == "502\n", asked.stderr

    def test_the_extra_is_installed_and_the_installer_is_not(self, running: Container) -> None:
        """What the build argument names is there; pip, which only the build needs, is not."""
        code = (
            "import importlib.util as u, json;"
            "print(json.dumps([bool(u.find_spec(n)) for n in ('psycopg', 'pip', 'pytest')]))"
        )
        asked = running.run("python", "-c", code)
        assert json.loads(asked.stdout) == [True, False, False], asked.stderr

    def test_it_says_what_it_is(self, built: tuple[Any, Path]) -> None:
        """Port, volumes and command are declared."""
        config, _ = built
        assert {name: config[name] for name in ("User", "Entrypoint", "ExposedPorts")} == {
            "User": "10001:10001",
            "Entrypoint": ["vcardsvc"],
            "ExposedPorts": {"8000/tcp": {}},
        }
        assert set(config["Volumes"]) == {"/data", "/var/tmp"}  # noqa: S108  # names in the image


@needs("check-jsonschema")
def test_the_compose_file_is_valid() -> None:
    """The schema of the compose specification accepts it."""
    file = FOLDER / "compose.yaml"
    assert "ok" in run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", file)


def _services() -> Mapping[str, Any]:
    services: Mapping[str, Any] = compose()["services"]
    return services


def test_two_equal_services_have_settings_that_are_read() -> None:
    """Both start: every variable is a setting with a value that it takes."""
    first, second = (_services()[name] for name in ("cards-1", "cards-2"))
    assert first == second
    settings = Settings.from_environ(filled(first["environment"], PASSWORD))
    assert (
        settings.database_url == "postgresql://vcardsvc:0123456789abcdef@postgresql:5432/vcardsvc"
    )
    assert settings.redis_url == "redis://redis:6379/0"


def test_what_is_named_in_the_compose_file_is_there() -> None:
    """Hosts are services, files exist, and the proxy that is believed has that address."""
    services = _services()
    first = services["cards-1"]
    settings = Settings.from_environ(filled(first["environment"], PASSWORD))
    assert set(first["depends_on"]) == {"postgresql", "redis"} < set(services)
    context = (FOLDER / first["build"]["context"]).resolve()
    assert (context / first["build"]["dockerfile"]).samefile(FOLDER / "Containerfile")
    proxy = services["nginx"]
    assert [str(one) for one in settings.trusted_proxies] == [
        proxy["networks"]["cards"]["ipv4_address"] + "/32"
    ]
    assert settings.public_url == "http://" + proxy["ports"][0].rpartition(":")[0]
    for volume in proxy["volumes"]:
        assert (FOLDER / volume.split(":")[0]).is_file()
    upstreams = [f"server {name}:8000;" for name in ("cards-1", "cards-2")]
    configured = (FOLDER / "nginx/compose.conf").read_text()
    assert [one for one in upstreams if one not in configured] == []
    assert proxy["ports"] == ["127.0.0.1:8080:8080"]
    assert "listen 8080;" in configured


def test_no_other_container_gets_the_address_of_the_proxy() -> None:
    """It is in the network, and not among the addresses that containers are given."""
    address = ip_address(_services()["nginx"]["networks"]["cards"]["ipv4_address"])
    (network,) = compose()["networks"]["cards"]["ipam"]["config"]
    subnet, given = ip_network(network["subnet"]), ip_network(network["ip_range"])
    assert address in subnet
    assert address not in given
    assert given.network_address in subnet
    others = [name for name in _services() if name != "nginx"]
    assert all(_services()[name]["networks"] == ["cards"] for name in others)


def test_every_deployment_installs_what_its_routes_need() -> None:
    """PostgreSQL's driver, and the SDK of /mcp, without which that is 404."""
    image = (FOLDER / "Containerfile").read_text()
    unit = (Path(docs.__file__).parent / "deploy-systemd.md").read_text()
    assert "ARG EXTRAS=postgresql,mcp\n" in image
    assert _services()["cards-1"]["build"]["args"] == {"EXTRAS": "postgresql,mcp"}
    assert "pip install '.[postgresql,mcp]'" in unit


def test_services_of_the_compose_file_have_no_rights() -> None:
    """Nothing is written in the image of the service, and no capability is left."""
    for name in ("cards-1", "cards-2"):
        one = _services()[name]
        assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"])
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert set(one["volumes"]) == {"/data", "/var/tmp"}  # noqa: S108  # names in the image
        assert "ports" not in one


def test_the_command_of_the_image_has_options_of_the_program() -> None:
    """The helper that reads options finds those that stand there."""
    command = (FOLDER / "Containerfile").read_text().rpartition("CMD ")[2].strip()
    assert options_of(json.loads(command)) == {"--host": "0.0.0.0"}
