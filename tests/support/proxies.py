"""nginx and Caddy with the configuration of samples/deploy, in front of a service on loopback."""

import contextlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import trustme

from tests.support.deployment import FOLDER, run, tool
from tests.support.redis_server import free_port
from tests.support.service import LONGEST, Served, until

HOST: Final = "cards.example.com"

NGINX: Final = """
daemon off;
user root;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log notice;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
"""What stands around the site in nginx's own configuration: files, which belong to the test."""


def nginx_configured(folder: Path, name: str, ports: dict[str, str]) -> Path:
    """Write the configuration with the site of this name, its addresses replaced by `ports`."""
    text = (FOLDER / "nginx" / name).read_text()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    certificate = authority.issue_cert(HOST)
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "cards.pem"))
    for old, new in {
        "/etc/nginx/tls/cards.pem": f"{folder}/cards.pem",
        "/etc/nginx/tls/cards.key": f"{folder}/cards.pem",
        "/etc/nginx/vcardsvc": str(FOLDER / "nginx"),
        **ports,
    }.items():
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text)
    path = folder / "nginx.conf"
    path.write_text(NGINX.format(folder=folder))
    return path


def caddy_configured(folder: Path, port: int, served: str) -> Path:
    """Write the configuration of Caddy, without TLS, on this port."""
    text = (FOLDER / "Caddyfile").read_text()
    text = text.replace(f"{HOST} {{", f"http://127.0.0.1:{port} {{")
    path = folder / "Caddyfile"
    path.write_text(
        "{\n\tadmin off\n\tauto_https off\n}\n" + text.replace("127.0.0.1:8000", served)
    )
    return path


@contextlib.contextmanager
def nginx(folder: Path, served: Served) -> Iterator[Served]:
    """nginx in front of the service: gives the service as it is seen through it, with TLS ended
    there."""
    port, plain = free_port(), free_port()
    configuration = nginx_configured(
        folder,
        "vcardsvc.conf",
        {
            "server 127.0.0.1:8000": f"server 127.0.0.1:{served.port}",
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        },
    )
    command = ("nginx", "-e", f"{folder}/error.log", "-c", str(configuration))
    run(*command, "-t")
    with _running(command, folder, port, served) as proxied:
        yield proxied


@contextlib.contextmanager
def caddy(folder: Path, served: Served) -> Iterator[Served]:
    """Caddy in front of the service, the same."""
    port = free_port()
    configuration = caddy_configured(folder, port, f"{served.host}:{served.port}")
    command = ("caddy", "run", "--adapter", "caddyfile", "--config", str(configuration))
    with _running(command, folder, port, served) as proxied:
        yield proxied


@contextlib.contextmanager
def _running(command: tuple[str, ...], folder: Path, port: int, served: Served) -> Iterator[Served]:
    log = folder / "printed.log"
    program = tool(command[0])
    assert program
    environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder)}
    with log.open("wb") as printed:
        process = subprocess.Popen(
            [program, *command[1:]], stdout=printed, stderr=printed, env=environ
        )
    proxied = Served(
        host="127.0.0.1", port=port, process=served.process, path=served.path, key=served.key
    )
    try:

        def up() -> bool:
            assert process.poll() is None, log.read_text()
            with contextlib.suppress(OSError), proxied.connect():
                return True
            return False

        until(up)
        yield proxied
    finally:
        process.terminate()
        process.wait(LONGEST)


def caddy_version() -> tuple[int, ...]:
    """The version of the Caddy that is installed."""
    found = re.search(r"v?([\d.]+)", run("caddy", "version"))
    assert found
    return tuple(int(part) for part in found[1].split("."))
