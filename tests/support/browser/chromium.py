"""A Chromium without a window, and what its pages requested, printed and were refused.

It resolves no name, so it reaches loopback alone, and its profile is a folder of the test. Every
wait has an end.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.support.service import LONGEST

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PROGRAMS: Final = ("chromium-headless-shell", "chromium")
"""Debian's, the first that is there: the shell, without windows of its own, takes half of the time.
The variable CHROMIUM names another one."""

FLAGS: Final = (
    "--no-sandbox",  # containers of CI run as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

AXE: Final = Path("axe-core", "axe.min.js")
"""In READERS_NODE_MODULES, where the readers of cards look for theirs, or npm's global folder."""

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""The rules of axe-core that a page is held to."""

DESK: Final = (1280, 900)
PHONE: Final = (360, 740)

_REPORTING: Final = """addEventListener("securitypolicyviolation", (event) =>
    tellOfCsp(`${event.effectiveDirective} ${event.blockedURI}`))"""

# Only the violations leave the page: all that passes is megabytes of a long page.
_JUDGED: Final = """async (rules) => {
  const {violations} = await axe.run({runOnly: rules, resultTypes: ["violations"]});
  return violations.map(({id, nodes}) => `${id}: ${nodes.map((one) => one.target).join(" | ")}`);
}"""


class Missing(Exception):
    """Something is not installed; the argument says what."""


@dataclass(slots=True, kw_only=True)
class Seen:
    """The requests of one context's pages, their reports of CSP, and what they printed."""

    requests: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)

    def elsewhere(self, *roots: str) -> list[str]:
        """Return the requested addresses that do not begin with one of these; what a page holds
        itself (`data:` and `blob:`) is no request."""
        return [one for one in self.requests if not one.startswith((*roots, "data:", "blob:"))]

    @property
    def faults(self) -> list[str]:
        """What was printed, but for the line that Chromium prints for an answer of 4xx."""
        return [one for one in self.printed if "responded with a status of 4" not in one]

    def clean(self, *roots: str) -> bool:
        """Return whether only these addresses were requested, and nothing was reported or
        printed. Raises AssertionError that shows what was."""
        assert (self.elsewhere(*roots), self.reports, self.faults) == ([], [], [])
        return True


@contextmanager
def launched(folder: Path) -> Iterator["Browser"]:
    """Chromium with its home in `folder`. Raises Missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as missing:
        raise Missing("no playwright: pip install -e '.[browser]'") from missing
    named = os.environ.get("CHROMIUM")
    program = next(filter(None, map(shutil.which, (named,) if named else PROGRAMS)), None)
    if program is None:
        raise Missing(f"no {named or PROGRAMS[0]}: install it, or name another one in CHROMIUM")
    environment: dict[str, str | float | bool] = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=list(FLAGS), env=environment
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def context_of(
    browser: "Browser", size: tuple[int, int] = DESK, **options: Any
) -> Iterator[tuple["BrowserContext", Seen]]:
    """A fresh profile with a window of this size, and what its pages do; `options` are
    playwright's own."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(LONGEST * 1000)
    seen = Seen()
    context.on("request", lambda request: seen.requests.append(request.url))
    context.on("console", lambda message: seen.printed.append(message.text))
    context.on("weberror", lambda fault: seen.printed.append(f"thrown: {fault.error}"))
    context.expose_binding("tellOfCsp", lambda _, report: seen.reports.append(report))
    context.add_init_script(_REPORTING)
    try:
        yield context, seen
    finally:
        context.close()


def axe_source() -> str:
    """axe-core's script. Raises Missing when it is in no folder of node modules."""
    folder = os.environ.get("READERS_NODE_MODULES") or _global_modules()
    path = Path(folder) / AXE
    if not path.exists():
        raise Missing(f"no {AXE} in {folder or 'READERS_NODE_MODULES'}")
    return path.read_text()


def _global_modules() -> str:
    if not shutil.which("npm"):
        return ""
    requests = ["npm", "root", "--global"]
    ran = subprocess.run(requests, capture_output=True, text=True, timeout=LONGEST, check=False)
    return ran.stdout.strip()


def violations(page: "Page", axe: str) -> list[str]:
    """What axe-core finds wrong with the page as it is: rule and places, one line each."""
    page.evaluate(axe)
    found: list[str] = page.evaluate(_JUDGED, RULES)
    return found


def downloaded(page: "Page", act: Callable[[], object]) -> tuple[str, bytes]:
    """The name and the octets of the file that `act` makes the browser save."""
    with page.expect_download() as saving:
        act()
    return saving.value.suggested_filename, Path(saving.value.path()).read_bytes()
