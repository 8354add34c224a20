"""Web sites on loopback: the service with its store, and pages of other people's origins.

They listen on loopback alone.
"""

import http.server
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.support.service import LONGEST, Served, command, environ, serving

UNLIMITED: Final = {"RATE_LIMIT_PUBLISHABLE": "off"}
"""All tests together ask the one form key more often than a minute allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Somebody else's web site: its origin, and its pages by their paths, which tests add to."""

    origin: str
    pages: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The service, the site that has a publishable key for it, that key, and a site without one."""

    service: Served
    site: Site
    key: str
    stranger: Site


class _Pages(http.server.BaseHTTPRequestHandler):
    def __init__(self, pages: Mapping[str, str], *arguments: Any) -> None:
        self.pages = pages
        super().__init__(*arguments)

    def do_GET(self) -> None:
        html = self.pages.get(self.path)
        self.send_response(404 if html is None else 200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((html or "").encode())

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def site() -> Iterator[Site]:
    """A site with nothing but the icon that every browser asks for."""
    pages = {"/favicon.ico": ""}
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, pages)) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield Site(origin=f"http://127.0.0.1:{server.server_port}", pages=pages)
        finally:
            server.shutdown()


@contextmanager
def sites(folder: Path) -> Iterator[Web]:
    """The service as a newcomer starts it, its data in `folder`, and two sites of other people."""
    with site() as known, site() as stranger:
        added = subprocess.run(
            command("keys", "add", "site", "--origin", known.origin),
            env=environ(folder, {}),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=True,
        )
        with serving(folder, UNLIMITED, store=True) as service:
            key = added.stdout.split()[-1]
            yield Web(service=service, site=known, key=key, stranger=stranger)
