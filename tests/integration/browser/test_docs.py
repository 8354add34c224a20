"""The documentation in a browser: read out, on a phone, searched, copied from, tried."""

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.browser.chromium import DESK, PHONE, context_of, violations
from tests.support.browser.sites import Web

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LOOKS = {"desk": (DESK, "light"), "phone": (PHONE, "dark")}
"""Windows and colour schemes."""

PAGES = (
    "docs", "docs/createcontact", "docs/settings", "docs/benchmarks", "docs/vendors/autodns",
    "docs/reference",
)  # fmt: skip
"""One page of each kind: lists, tables that stack, tables that scroll, code, the reference."""

OPEN = "document.querySelectorAll('details').forEach((one) => (one.open = true))"


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(browser: "Browser", axe: str, web: Web, path: str, look: str) -> None:
    """axe-core has no violation of WCAG 2.2 AA or its best practices, with and without all that can
    be opened; nothing is wider than the window, and no other host is requested."""
    size, scheme = LOOKS[look]
    with context_of(browser, size, color_scheme=scheme) as (context, seen):
        page = context.new_page()
        page.goto(web.service.url + path)
        for _ in range(2):
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
            assert violations(page, axe) == []
            page.evaluate(
                "document.querySelectorAll('details').forEach((one) => (one.open = true))"
            )
        assert seen.clean(web.service.url)


@pytest.mark.parametrize("width", [320, 390])
def test_no_name_is_broken_on_a_phone(browser: "Browser", web: Web, width: int) -> None:
    """In the reference nothing is wider than the window, and the name of every member stands in
    one line."""
    with context_of(browser, (width, 740)) as (context, seen):
        page = context.new_page()
        page.goto(f"{web.service.url}docs/reference")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.evaluate(OPEN)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        names = "[...document.querySelectorAll('td:first-child code')]"
        assert page.evaluate(f"{names}.length") > 100
        assert page.evaluate(f"{names}.every((one) => one.getClientRects().length === 1)")
        page.click(".mark a")
        assert page.url == web.service.url
        assert seen.clean(web.service.url)


@pytest.mark.parametrize("path", PAGES)
def test_without_a_script_a_page_is_whole(browser: "Browser", web: Web, path: str) -> None:
    """With JavaScript off the text and the lists of pages are there, and nothing that needs it."""
    with context_of(browser, java_script_enabled=False) as (context, _):
        page = context.new_page()
        page.goto(web.service.url + path)
        assert page.locator("main h1").is_visible()
        assert page.locator(".side a[aria-current]").is_visible()
        for name in ("#search", "form", ".copy"):
            assert page.locator(name).count() == 0 or not page.locator(name).first.is_visible()


def _opened(browser_page: "Page", web: Web, path: str) -> "Page":
    browser_page.goto(web.service.url + path)
    return browser_page


def test_the_search_leads_to_a_section(page: "Page", web: Web) -> None:
    """Words of one section find it; the arrows and Enter open it."""
    _opened(page, web, "docs/targets")
    page.keyboard.press("/")
    page.keyboard.type("Redis publishable counted")
    page.locator("#count:text-is('1 section')").wait_for()  # with the first words there are more
    page.locator("#hits a", has_text="Rate limits").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/docs/keys-and-limits#rate-limits")


def test_what_is_typed_while_the_search_loads_is_searched(page: "Page", web: Web) -> None:
    """The sections are requested once, and the words are those that stand there in the end."""
    held: list[Any] = []
    _opened(page, web, "docs/targets")
    page.route("**/docs/search.json", lambda route: held.append(route))
    page.click("#words")
    page.keyboard.type("Redis publishable counted")
    page.wait_for_timeout(200)
    [request] = held
    request.continue_()
    page.locator("#count:text-is('1 section')").wait_for()


def test_the_search_says_that_it_finds_nothing(page: "Page", web: Web) -> None:
    """Words that stand nowhere have a sentence as their answer; Escape closes it."""
    _opened(page, web, "docs")
    page.fill("#words", "zzxqj")
    page.locator("#hits p").wait_for()
    page.keyboard.press("Escape")
    assert not page.locator("#hits").is_visible()


def test_what_is_searched_is_never_html(page: "Page", web: Web) -> None:
    """The text of a section is shown as text."""
    _opened(page, web, "docs")
    page.fill("#words", "<select name")
    page.locator("#hits a").first.wait_for()
    assert page.locator("#hits select").count() == 0


def test_code_is_copied(page: "Page", web: Web) -> None:
    """The button of a block of code copies it."""
    _opened(page, web, "docs/quickstart")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code = page.locator("article pre").first.inner_text().strip()
    page.locator(".copy").first.click()
    page.locator(".copy", has_text="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == code


def test_a_request_can_be_tried(page: "Page", web: Web) -> None:
    """The form of the reference posts its body with the key that was typed, and shows the answer: a
    card, a picture, a failure."""
    _opened(page, web, "docs/reference")
    result = page.locator("#try-result")
    page.fill("#try-key", web.service.key)
    page.click("form .button")
    result.locator("pre", has_text="BEGIN:VCARD").wait_for()
    assert "vcard-notes: phone/0/number;e164" in result.inner_text()
    page.select_option("#try-as", "qr")
    page.click("form .button")
    result.locator("img").wait_for()
    page.select_option("#try-as", "")
    page.fill("#try-body", '{"action": "createcontact"}')
    page.click("form .button")
    result.locator("pre", has_text="E1515").wait_for()
    assert "422" in result.inner_text()
