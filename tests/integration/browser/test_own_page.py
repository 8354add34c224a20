"""The page in a real browser: fill it in, add rows, choose a photo, read the errors, take the card.

Every test that uses the fixture `page` also judges that no other host was requested and that the
browser reported nothing.
"""

import io
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
import vobject
import zxingcpp
from PIL import Image

from tests.support.browser.chromium import Seen, context_of, downloaded
from tests.support.browser.filling import (
    JPEG,
    TYPED,
    add_photo,
    add_second_phone,
    close_code,
    fill,
    show_code,
)
from tests.support.browser.sites import Web
from tests.support.service import KEY, serving, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

WHOLE: Final = 64_000
"""Bytes of the page with its style and scripts, uncompressed."""

SUBMIT: Final = "#f [type=submit]"
SAVED: Final = "amelie-okonkwo.vcf"
"""What the card of TYPED is called as a file."""

PERSON: Final = {
    "name": "Amélie Okonkwo PhD",
    "work": "Head of Conservation · Lighthouse Museum Trust",
    "facts": [
        "+44 20 7946 0958",
        "020 7946 0123",
        "amelie@lighthouse.example",
        "3 Harbour Steps\nPort Ellen PA42 7DF",
        "lighthouse.example/people/amelie",
        "Met at the Bergen conference.",
    ],
}
"""TYPED and the second phone, as the preview shows them."""


def shown(page: "Page") -> dict[str, Any]:
    """What the preview shows."""
    return {
        "name": page.inner_text("#preview .who"),
        "work": page.inner_text("#preview .what"),
        "facts": page.locator("#preview .facts li > span").all_inner_texts(),
    }


def fields_of(card: bytes) -> dict[str, Any]:
    """What a foreign reader finds in a card, in the words of the preview."""
    read = vobject.readOne(card.decode())
    found = [
        *(one.value for one in read.contents.get("tel", ())),
        *(one.value for one in read.contents.get("email", ())),
        *(one.value.street for one in read.contents.get("adr", ())),
        *(one.value.removeprefix("https://") for one in read.contents.get("url", ())),
        *(one.value for one in read.contents.get("note", ())),
    ]
    work = " · ".join((read.title.value, *read.org.value))
    return {"name": read.fn.value, "work": work, "facts": found}


def spaced(person: dict[str, Any]) -> dict[str, Any]:
    """The same without blanks in the one number that the card has in E.164."""
    facts = ["+442079460958" if one == "+44 20 7946 0958" else one for one in person["facts"]]
    return {**person, "facts": facts}


def decoded(page: "Page") -> bytes:
    """What a scanner reads off the code that the page shows."""
    picture = Image.open(io.BytesIO(page.locator("#qr img").screenshot()))
    (code,) = zxingcpp.read_barcodes(picture.convert("L").resize((960, 960)))
    return code.bytes


def test_a_newcomers_card_page_and_code_agree(
    profile: tuple["BrowserContext", Seen], web: Web
) -> None:
    """The link that the first start printed leads to a page on which the preview, the card with its
    photo and the scanned code say the same."""
    context, seen = profile
    link = re.search(rf"^  {re.escape(web.service.url)}$", web.service.log, re.M)
    assert link
    page = context.new_page()
    page.goto(link[0])
    assert page.url == web.service.url
    fill(page)
    add_second_phone(page)
    add_photo(page)
    show_code(page)
    assert fields_of(decoded(page)) == spaced(PERSON)
    close_code(page)
    name, card = downloaded(page, lambda: page.click(SUBMIT))
    assert name == SAVED
    assert shown(page) == PERSON
    assert fields_of(card) == spaced(PERSON)
    photo = Image.open(io.BytesIO(vobject.readOne(card.decode()).photo.value))
    with Image.open(JPEG) as chosen:
        assert (photo.format, photo.size) == ("JPEG", chosen.size)
    until(lambda: page.inner_text("#sent p") == f"{SAVED} is saved.")
    assert page.locator("#sent li").all_inner_texts() == [
        "Number of phone 1: the number was written in international form (E.164)"
    ]
    assert [one for one in seen.requests if web.service.key in one] == []
    assert seen.clean(web.service.url)


def test_the_code_is_the_card_for_codes(page: "Page") -> None:
    """What is scanned off the page is, octet for octet, the card downloaded for a code."""
    fill(page)
    page.select_option("#f-target", "qr")
    show_code(page)
    scanned = decoded(page)
    close_code(page)
    _, card = downloaded(page, lambda: page.click(SUBMIT))
    assert scanned == card


def test_text_beyond_a_code_is_reported(page: "Page") -> None:
    """A card with more text than a code holds has a sentence in the code's place."""
    fill(page)
    page.fill("#f-note", "x" * 3000)
    page.click("#show-code")
    page.locator("#qr p", has_text="more text than a code holds").wait_for()
    assert page.locator("#qr img").count() == 0


def test_rows_come_and_go(page: "Page") -> None:
    """Rows are added up to four; one that goes lets the next ones move up, with their labels."""
    page.fill("#f-phone-0-number", "111")
    for index, number in enumerate(("222", "333", "444"), start=1):
        page.click("#f-phone .add")
        assert page.evaluate("document.activeElement.id") == f"f-phone-{index}-number"
        page.keyboard.type(number)
    page.select_option("#f-phone-1-label", "fax")
    assert not page.is_visible("#f-phone .add")
    page.click("#f-phone-0 .remove")
    assert page.evaluate("document.activeElement.id") == "f-phone-0-number"
    numbers = [page.input_value(f"#f-phone-{index}-number") for index in range(4)]
    labels = [page.input_value(f"#f-phone-{index}-label") for index in range(4)]
    assert (numbers, labels) == (["222", "333", "444", ""], ["fax", "work", "work", "work"])
    assert page.locator("#f-phone .row:visible").count() == 3


def test_a_dropped_photo_is_the_forms(page: "Page") -> None:
    """A photo dropped anywhere on the page is chosen, shown, and in the card."""
    page.fill("#f-name-first-name", "Amélie")
    page.evaluate(
        """(bytes) => {
          const carrier = new DataTransfer();
          carrier.items.add(new File([new Uint8Array(bytes)], "a.jpg", {type: "image/jpeg"}));
          const drop = {dataTransfer: carrier, bubbles: true, cancelable: true};
          document.querySelector("footer").dispatchEvent(new DragEvent("drop", drop));
        }""",
        list(JPEG.read_bytes()),
    )
    page.wait_for_selector("#preview img.round")
    _, card = downloaded(page, lambda: page.click(SUBMIT))
    assert b"\r\nPHOTO;ENCODING=b;TYPE=JPEG:" in card


def test_what_a_reader_loses_is_reported(page: "Page") -> None:
    """With another reader chosen the page says what it leaves out, and the preview shows it."""
    page.fill("#f-name-first-name", "Amélie")
    add_photo(page)
    page.locator("#notes", has_text="Nothing gets lost").wait_for()
    page.select_option("#f-target", "telegram")
    page.locator("#notes li", has_text="Photo").wait_for()
    assert page.locator("#preview img.round").count() == 0


def test_errors_stand_beside_their_fields(page: "Page") -> None:
    """A refused card leaves everything typed, the photo too; the summary has the focus and leads to
    the fields, and what is put right is sent."""
    fill(page)
    add_photo(page)
    page.fill("#f-name-last-name", "O'Konkwo")
    page.fill("#f-website-0-url", "javascript:alert(1)")
    page.click(SUBMIT)
    page.wait_for_selector("#summary")
    assert page.evaluate("document.activeElement.id") == "summary"
    assert page.locator("#summary small").all_inner_texts() == ["E1516", "E1526"]
    wrong = ("f-name-last-name", "f-website-0-url")
    assert page.locator("[aria-invalid=true]").evaluate_all("all => all.map(one => one.id)") == [
        *wrong
    ]
    for at, field in enumerate(wrong):
        assert page.get_attribute(f"#{field}", "aria-describedby") == f"{field}-error"
        page.locator("#summary a").nth(at).click()
        assert page.evaluate("document.activeElement.id") == field
    page.fill("#f-name-last-name", "Okonkwo")
    page.fill("#f-website-0-url", TYPED["#f-website-0-url"])
    assert page.locator(".field .error").count() == 0
    _, card = downloaded(page, lambda: page.click(SUBMIT))
    assert (b"\r\nPHOTO;" in card, b"\r\nFN:Am\xc3\xa9lie Okonkwo PhD\r\n" in card) == (True, True)
    page.wait_for_selector("#summary", state="detached")


def test_a_secret_key_is_never_in_a_form(
    browser: "Browser", tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Where the page has no key of its own, one from the link's fragment makes the card and stays
    in the tab: no address and no form holds it, and one that is wrong is requested again."""
    with serving(tmp_path_factory.mktemp("keyed")) as service, context_of(browser) as (own, seen):
        page = own.new_page()
        bodies: list[bytes] = []
        page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
        page.goto(f"{service.url}#key=wrong")
        page.fill("#f-name-first-name", "Amélie")
        page.click(SUBMIT)
        page.wait_for_selector("#f-api-key-error")
        page.goto(f"{service.url}#key={KEY}")
        until(lambda: page.input_value("#f-api-key") == KEY)
        assert page.url == service.url
        page.reload()
        page.fill("#f-name-first-name", "Amélie")
        add_photo(page)
        name, card = downloaded(page, lambda: page.click(SUBMIT))
        assert (name, b"\r\nPHOTO;" in card) == ("amelie.vcf", True)
        assert [one for one in (*seen.requests, *map(repr, bodies)) if KEY in one] == []
        assert seen.clean(service.url)


def test_the_page_is_small_and_paints_first(browser: "Browser", web: Web) -> None:
    """Page, style and scripts are under 64 kB uncompressed, and the form is painted while its
    script is still on its way."""
    with context_of(browser) as (context, seen):
        page = context.new_page()
        held: list[Any] = []
        page.route("**/page.js*", lambda route: held.append(route))
        page.goto(web.service.url, wait_until="commit")
        painted = "performance.getEntriesByName('first-contentful-paint').length"
        until(lambda: page.evaluate(painted) and held)
        assert page.is_visible(SUBMIT)
        assert page.locator("#preview > *").count() == 0
        held[0].continue_()
        page.wait_for_selector("#preview .who")
        sizes = [len(context.request.get(one).body()) for one in seen.requests if "blob:" not in one
                 and "data:" not in one]  # fmt: skip
        assert len(sizes) == 4
        assert sum(sizes) < WHOLE
        assert seen.clean(web.service.url)


def test_the_watch_sees_what_it_watches_for(browser: "Browser", web: Web) -> None:
    """A page that asks another host is caught: the policy reports it, and nothing leaves."""
    with context_of(browser) as (context, seen):
        page = context.new_page()
        page.goto(web.service.url)
        page.evaluate(
            "document.body.append(Object.assign(new Image(), {src: '//other.example/x'}))"
        )
        until(lambda: page.evaluate("1") and seen.reports)
        assert seen.reports == ["img-src http://other.example/x"]
        with pytest.raises(AssertionError):
            seen.clean(web.service.url)
