"""The page's section for lists in a real browser: choose or drop a file, read what is found in it,
take the cards.

Every test that uses the fixture `page` also judges that no other host was requested and that the
browser reported nothing.
"""

import io
import json
import zipfile
from typing import TYPE_CHECKING, Final

import pytest

from tests.support.batch_samples import FOLDER
from tests.support.browser.chromium import DESK, PHONE, context_of, downloaded, violations
from tests.support.browser.sites import Web
from tests.support.service import KEY, serving, until
from vcardsvc.batch.media_types import ENDINGS

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

SUMMARY: Final = "#lists > summary"
STATUS: Final = "#list-status"

DROP: Final = """([place, name, bytes]) => {
  const carrier = new DataTransfer();
  carrier.items.add(new File([new Uint8Array(bytes)], name));
  const drop = {dataTransfer: carrier, bubbles: true, cancelable: true};
  document.querySelector(place).dispatchEvent(new DragEvent("drop", drop));
}"""


def choose(page: "Page", name: str) -> None:
    """Open the section and choose a list of the samples."""
    if page.get_attribute("#lists", "open") is None:
        page.click(SUMMARY)
    page.set_input_files("#list-file", FOLDER / name)


def said(page: "Page", text: str) -> None:
    """Wait until the section says this."""
    page.locator(STATUS, has_text=text).wait_for()


def test_a_newcomers_export_becomes_cards(page: "Page") -> None:
    """An export of Google is read at once; its cards are saved as the service writes them, as one
    file and as a zip of one for each contact, with the report."""
    choose(page, "google.csv")
    said(page, "3 rows: 3 cards.")
    assert page.inner_text("#list-found > .hint").startswith("It is read as an export of Google")
    shown = page.inner_text("#list-found pre")
    assert (shown.count("BEGIN:VCARD"), "FN:Dr. Ada Thornbury" in shown) == (3, True)
    name, octets = downloaded(page, lambda: page.click("#list-vcf"))
    assert (name, octets) == ("google.vcf", (FOLDER / "google.vcf").read_bytes())
    said(page, "google.vcf is saved.")
    name, octets = downloaded(page, lambda: page.click("#list-zip"))
    assert name == "google.zip"
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        names = archive.namelist()
        assert json.loads(archive.read("report.json"))["cards"] == 3
    assert names == [
        "Dr. Ada Thornbury.vcf", "太郎 山田.vcf", "Noor O'Brien-Haddad.vcf", "report.json",
    ]  # fmt: skip
    said(page, "google.zip is saved.")


def test_what_is_wrong_with_a_list_is_shown(page: "Page") -> None:
    """The rows without a card stand with their lines and reasons, the columns that are not known
    first among the columns."""
    choose(page, "sheet-semicolon.csv")
    said(page, "4 rows: 3 cards, 1 without a card.")
    (wrong,) = page.locator("#list-found li.bad").all_inner_texts()
    assert wrong.startswith("Row 4, line 5: The row cannot be read.")
    assert wrong.endswith("E1537")
    columns = page.locator("#list-found details")
    assert columns.locator("summary").inner_text() == "10 columns are read, 1 not known"
    columns.locator("summary").click()
    assert columns.locator("a").get_attribute("href") == "docs/lists#fields"
    assert page.get_attribute(f"{STATUS} p", "class") == "hint"
    assert columns.locator("li").first.inner_text() == "Kundennummer → not known, left out"
    assert "windows-1252, with semicolons" in page.inner_text("#list-found > .hint >> nth=0")


def test_a_choice_reads_the_list_again(page: "Page") -> None:
    """With companies allowed their rows become cards; for another reader the cards are others."""
    choose(page, "sheet.xlsx")
    said(page, "3 rows: 2 cards, 1 without a card.")
    label = page.inner_text("label[for=list-company]")
    assert f"tick “{label}” above" in page.inner_text("#list-found .notes")
    page.check("#list-company")
    said(page, "3 rows: 3 cards.")
    assert page.get_attribute(f"{STATUS} p", "class") == "fine"
    page.select_option("#list-target", "telegram")
    page.locator("#list-found pre", has_text="VERSION:2.1").wait_for()


@pytest.mark.parametrize("place", ["footer", "#lists summary", "#f"])
def test_a_dropped_list_is_no_photo(page: "Page", place: str) -> None:
    """A list that is dropped anywhere on the page is read in its section."""
    octets = list((FOLDER / "names.csv").read_bytes())
    page.evaluate(DROP, [place, "names.csv", octets])
    said(page, "2 rows: 2 cards.")
    assert page.evaluate("document.getElementById('f-photo').files.length") == 0


def test_a_refused_list_says_why(page: "Page") -> None:
    """What is no list has the service's own sentence, and no button."""
    choose(page, "letter.txt")
    said(page, "The file cannot be read as a list of contacts. None of its columns is known.")
    assert not page.is_visible("#list-zip")
    assert page.get_attribute(f"{STATUS} p", "class") == "error"
    assert page.get_attribute(f"{STATUS} a", "href") == "docs/lists#fields"
    choose(page, "names.csv")
    said(page, "2 rows: 2 cards.")
    assert page.is_visible("#list-zip")


def test_a_list_without_a_card_is_wrong(page: "Page") -> None:
    """Only then the summary has the style of an error."""
    page.evaluate(DROP, ["#lists", "phones.csv", list(b"First name,Phone\n,1\n")])
    said(page, "1 row: 0 cards, 1 without a card.")
    assert page.get_attribute(f"{STATUS} p", "class") == "error"


def test_the_file_chooser_offers_every_list(page: "Page") -> None:
    """Its endings are those that the service reads."""
    offered = page.get_attribute("#list-file", "accept") or ""
    assert set(offered.split(",")) == set(ENDINGS)


def test_the_forms_button_leaves_the_list_alone(browser: "Browser", web: Web) -> None:
    """On a phone it stays at the foot of the window, but not while the section is open: then it
    stands at the end of its form."""
    position = "getComputedStyle(document.querySelector('.bar')).position"
    with context_of(browser, PHONE) as (context, seen):
        page = context.new_page()
        page.goto(web.service.url)
        assert page.evaluate(position) == "fixed"
        choose(page, "names.csv")
        said(page, "2 rows: 2 cards.")
        assert page.evaluate(position) == "static"
        page.click(SUMMARY)
        assert page.evaluate(position) == "fixed"
        assert seen.clean(web.service.url)


def test_a_service_that_is_away_is_reported(browser: "Browser", web: Web) -> None:
    """A request without a response leaves a sentence, one that is limited says when to return."""
    with context_of(browser) as (context, _):
        page = context.new_page()
        page.goto(web.service.url)
        page.route("**/batch*", lambda route: route.abort())
        choose(page, "names.csv")
        said(page, "The service does not answer")
        page.unroute("**/batch*")
        failure = {"errors": [{"error-code": "E113", "error-info": "Too many requests."}]}
        page.route(
            "**/batch*",
            lambda route: route.fulfill(status=429, headers={"retry-after": "7"}, json=failure),
        )
        choose(page, "google.csv")
        said(page, "Too many requests. Try again in 7 s.")
        assert not page.is_visible("#list-zip")


def test_a_keyboard_is_enough(page: "Page") -> None:
    """The section is opened, a list is chosen and saved without a pointer."""
    page.focus(SUMMARY)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "list-file"
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Space")
    choosing.value.set_files(FOLDER / "names.csv")
    said(page, "2 rows: 2 cards.")
    page.focus("#list-vcf")
    _, octets = downloaded(page, lambda: page.keyboard.press("Enter"))
    assert octets == (FOLDER / "names.vcf").read_bytes()


def test_a_page_without_a_key_of_its_own_takes_the_callers(
    browser: "Browser", tmp_path: "Path"
) -> None:
    """Without a key the refusal says so; with the one of the form's field the list is read."""
    with serving(tmp_path) as service, context_of(browser) as (context, seen):
        page = context.new_page()
        page.goto(service.url)
        choose(page, "names.csv")
        said(page, "API key")
        page.fill("#f-api-key", KEY)
        page.check("#list-company")
        said(page, "2 rows: 2 cards.")
        assert [one for one in seen.requests if KEY in one] == []
        assert seen.clean(service.url)


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_axe_finds_nothing(
    browser: "Browser", axe: str, web: Web, size: tuple[int, int], scheme: str
) -> None:
    """axe-core has no violation in a section that shows all of its parts."""
    with context_of(browser, size, color_scheme=scheme) as (context, seen):
        page = context.new_page()
        page.goto(web.service.url)
        choose(page, "sheet-semicolon.csv")
        said(page, "1 without a card")
        page.click("#list-found summary")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        until(lambda: page.is_visible("#list-vcf"))
        assert violations(page, axe) == []
        assert seen.clean(web.service.url)
