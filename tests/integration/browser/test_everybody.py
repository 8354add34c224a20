"""The page for everybody: without a script, by keyboard alone, in the dark, on a small phone, and
read out; judged by axe-core in every state that it has.
"""

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import pytest

from tests.support.browser.chromium import DESK, PHONE, context_of, downloaded, violations
from tests.support.browser.filling import JPEG, TYPED, add_photo, add_second_phone, fill, show_code
from tests.support.browser.sites import Web
from tests.support.service import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

TOUCH: Final = 44
"""CSS pixels of what a finger hits, each way (WCAG 2.2, success criterion 2.5.5)."""

SUBMIT: Final = "#f [type=submit]"
MORE: Final = 64
"""Steps of the keyboard after which it has gone around every page of ours."""

WRONG: Final = {"#f-name-last-name": "O'Konkwo", "#f-website-0-url": "javascript:alert(1)"}
"""What is refused, E1516 and E1526."""

_FOCUS: Final = """() => {
  const now = document.activeElement;
  const ring = getComputedStyle(now);
  return now === document.body ? null
    : {name: now.id || now.textContent.trim() || now.className,
       ring: ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2};
}"""
_SMALL: Final = """(least) =>
  [...document.querySelectorAll("button, select, input:not([type=hidden]), textarea, summary")]
    .filter((one) => one.checkVisibility())
    .map((one) => [one.id || one.className, one.getBoundingClientRect()])
    .filter(([, box]) => box.width < least || box.height < least)
    .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""


def wrong(page: "Page") -> None:
    """Type WRONG, and send it."""
    for field, text in WRONG.items():
        page.fill(field, text)
    page.click(SUBMIT)
    page.wait_for_selector("#summary")


def whole(page: "Page") -> None:
    """Everything there is: all fields, a second row, a photo, the contact as curl."""
    fill(page)
    add_second_phone(page)
    add_photo(page)
    page.click("#as-curl summary")


def coded(page: "Page") -> None:
    """A filled page with the QR code over it."""
    fill(page)
    show_code(page)


def doubtful(page: "Page") -> None:
    """A page with a number and an address that look like none, saved all the same."""
    page.fill("#f-name-first-name", "Amélie")
    page.fill("#f-phone-0-number", "abc")
    page.fill("#f-email-0-id", "amelie")
    downloaded(page, lambda: page.click(SUBMIT))
    page.locator("#doubts li").nth(1).wait_for()
    page.locator(".doubt").nth(1).wait_for()


def lossy(page: "Page") -> None:
    """A filled page for a reader that loses much."""
    whole(page)
    page.select_option("#f-target", "telegram")
    page.locator("#notes li").first.wait_for()


def refused(page: "Page") -> None:
    """A filled page whose card was refused, its errors drawn by the script."""
    fill(page)
    wrong(page)


def answered(page: "Page") -> None:
    """The same, drawn by the service: the script never comes."""

    def gone(route: "Route") -> None:
        route.fulfill(content_type="text/javascript", body="")

    page.route("**/page.js*", gone)
    page.reload()
    fill(page)
    wrong(page)


STATES: Final[Mapping[str, Callable[["Page"], None]]] = {
    "empty": lambda page: None,
    "lossy": lossy,
    "coded": coded,
    "doubtful": doubtful,
    "refused": refused,
    "answered": answered,
}
"""How the page comes to look."""

LOOKS: Final = {"desk": (DESK, "light"), "phone": (PHONE, "dark")}
"""Windows and colour schemes."""


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(browser: "Browser", axe: str, web: Web, state: str, look: str) -> None:
    """axe-core has no violation of WCAG 2.2 AA or its best practices in any state of the page, on a
    desk in the light and on a small phone in the dark; nothing is wider than the window."""
    size, scheme = LOOKS[look]
    with context_of(browser, size, color_scheme=scheme) as (context, seen):
        page = context.new_page()
        page.goto(web.service.url)
        STATES[state](page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert violations(page, axe) == []
        assert seen.clean(web.service.url)


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_the_page_of_failures(
    browser: "Browser", axe: str, web: Web, look: str
) -> None:
    """Neither on the page that tells another site's form what is wrong."""
    size, scheme = LOOKS[look]
    web.stranger.pages["/form"] = f"<form method=post action={web.service.url}><button>Go</button>"
    with context_of(browser, size, color_scheme=scheme) as (context, seen):
        page = context.new_page()
        page.goto(f"{web.stranger.origin}/form")
        page.click("button")
        page.wait_for_selector(".summary small")
        assert violations(page, axe) == []
        assert seen.clean(web.service.url, web.stranger.origin)


def test_axe_would_find_something(browser: "Browser", axe: str, web: Web) -> None:
    """A label taken off a field is a violation."""
    with context_of(browser) as (context, _):
        page = context.new_page()
        page.goto(web.service.url)
        page.evaluate("document.querySelector('[for=f-note]').remove()")
        assert [one.partition(":")[0] for one in violations(page, axe)] == ["label"]


def test_without_a_script_the_form_is_whole(browser: "Browser", web: Web) -> None:
    """With JavaScript off: all rows open, a photo is sent, errors come back beside their fields
    with everything typed, and the card is downloaded."""
    with context_of(browser, java_script_enabled=False) as (context, seen):
        page = context.new_page()
        page.goto(web.service.url)
        assert not page.is_visible("#preview")
        fill(page)
        page.click("#f-phone summary")
        page.fill("#f-phone-3-number", "020 7946 0123")
        page.select_option("#f-phone-3-label", "fax")
        wrong(page)
        typed = {**TYPED, **WRONG}
        assert page.inner_text("#f-name-last-name-error").startswith("Letters, digits, spaces and")
        assert page.locator("#summary small").all_inner_texts() == ["E1516", "E1526"]
        assert {field: page.input_value(field) for field in TYPED} == typed
        assert page.is_visible("#f-phone-3-number")
        page.fill("#f-name-last-name", "Okonkwo")
        page.fill("#f-website-0-url", TYPED["#f-website-0-url"])
        page.set_input_files("#f-photo", JPEG)
        name, card = downloaded(page, lambda: page.click(SUBMIT))
        assert name == "contact.vcf"
        lines = card.decode().split("\r\n")
        for line in ("FN:Amélie Okonkwo PhD", "TEL;TYPE=FAX,WORK:020 7946 0123"):
            assert line in lines
        assert "\r\nPHOTO;ENCODING=b;TYPE=JPEG:" in card.decode()
        assert seen.clean(web.service.url)


def steps(page: "Page", until_named: str = "") -> list[dict[str, object]]:
    """What has the focus, step by step of Tab, until it is there or has left the page."""
    found: list[dict[str, object]] = []
    for _ in range(MORE):
        page.keyboard.press("Tab")
        now = page.evaluate(_FOCUS)
        if now is None:
            break
        found.append(now)
        if now["name"] == until_named:
            break
    return found


def test_the_keyboard_reaches_everything(page: "Page") -> None:
    """Tab visits every control in the order of the page, shows where it is, and leaves at the
    end."""
    visited = steps(page)
    names = [str(one["name"]) for one in visited]
    fields = page.locator("input:visible, select:visible, textarea:visible")
    in_order = fields.evaluate_all("all => all.map((one) => one.id)")
    assert [one for one in names if one in in_order] == in_order
    assert {"Download the card", "Add another phone", "preview", "show-code"} <= {*names}
    assert [one["name"] for one in visited if not one["ring"]] == []
    assert len(visited) < MORE


def test_a_card_is_created_by_keyboard_alone(page: "Page") -> None:
    """Typing, adding a row, choosing, an error and its link, sending: no mouse anywhere."""
    type_, press = page.keyboard.type, page.keyboard.press
    steps(page, "f-name-first-name")
    type_("Amélie")
    steps(page, "f-name-last-name")
    type_("O'Konkwo")
    steps(page, "f-phone-0-number")
    type_("+44 20 7946 0958")
    steps(page, "Add another phone")
    press("Enter")
    type_("020 7946 0123")
    press("Shift+Tab")
    type_("Mobile")
    assert page.input_value("#f-phone-1-label") == "mobile"
    press("Tab")
    press("Enter")
    page.wait_for_selector("#summary")
    press("Tab")
    press("Enter")
    assert page.evaluate("document.activeElement.id") == "f-name-last-name"
    press("Control+A")
    type_("Okonkwo")
    steps(page, "Download the card")
    _, card = downloaded(page, functools.partial(press, "Space"))
    lines = card.decode().split("\r\n")
    assert [one for one in lines if one.startswith(("FN", "TEL"))] == [
        "FN:Amélie Okonkwo",
        "TEL;TYPE=WORK,VOICE:+442079460958",
        "TEL;TYPE=CELL,VOICE:020 7946 0123",
    ]


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_the_page_follows_the_colour_scheme(
    browser: "Browser", web: Web, scheme: str, is_dark: bool
) -> None:
    """In the dark the paper is darker than the ink, in the light the other way round."""
    with context_of(browser, color_scheme=scheme) as (context, _):
        page = context.new_page()
        page.goto(web.service.url)
        paper, ink = page.evaluate(
            """() => ["backgroundColor", "color"].map((one) =>
                getComputedStyle(document.body)[one].match(/\\d+/g).map(Number)
                    .reduce((sum, level) => sum + level))"""
        )
        assert (paper < ink) is is_dark


def test_a_finger_hits_everything(browser: "Browser", web: Web) -> None:
    """At 360 pixels nothing scrolls sideways, every control is 44 pixels each way, and a card
    is created by touch."""
    with context_of(browser, PHONE, has_touch=True) as (context, seen):
        page = context.new_page()
        page.goto(web.service.url)
        whole(page)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        assert page.evaluate(_SMALL, TOUCH) == []
        _, card = downloaded(page, lambda: page.tap(SUBMIT))
        assert b"\r\nPHOTO;" in card
        until(lambda: page.inner_text("#sent"))
        assert seen.clean(web.service.url)
