"""The browser, the service it looks at, and pages of other origins, once for all browser tests."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.browser.chromium import Missing, Seen, axe_source, context_of, launched
from tests.support.browser.sites import Web, sites

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Browser"]:
    """Chromium; what asks for it is skipped where it or its driver is missing. It ends with the
    folder's last test: its driver keeps a loop running that other tests' loops cannot share."""
    try:
        with launched(tmp_path_factory.mktemp("chromium")) as created:
            yield created
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="package")
def axe() -> str:
    """axe-core's script."""
    try:
        return axe_source()
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="package")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """The service with its store, and two sites of other people."""
    with sites(tmp_path_factory.mktemp("web")) as created:
        yield created


@pytest.fixture
def profile(browser: "Browser") -> Iterator[tuple["BrowserContext", Seen]]:
    """A fresh profile at a desk, and what its pages do."""
    with context_of(browser) as created:
        yield created


@pytest.fixture
def page(profile: tuple["BrowserContext", Seen], web: Web) -> Iterator["Page"]:
    """The service's own page. In every test that uses it no other host is requested, and nothing is
    reported or thrown."""
    context, seen = profile
    opened = context.new_page()
    opened.goto(web.service.url)
    yield opened
    assert seen.clean(web.service.url)
