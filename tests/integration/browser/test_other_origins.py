"""Pages of other origins: the documentation's form and script, on a site that has a publishable
key, and a site that has none.
"""

from typing import TYPE_CHECKING, Final

from tests.support.browser.chromium import Seen, downloaded
from tests.support.browser.filling import JPEG
from tests.support.browser.sites import Web
from tests.support.documentation import block

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

SERVICE: Final = "http://127.0.0.1:8000/"
KEY: Final = "YOUR_PUBLISHABLE_KEY"
"""What stands for the service and the key in the examples."""

Profile = tuple["BrowserContext", Seen]

CALL: Final = """async ([address, headers]) => {
  const body = JSON.stringify({action: "createcontact", name: {"first-name": "Amélie"}});
  try {
    return (await fetch(address, {method: "POST", headers, body})).status;
  } catch (fault) {
    return fault.name;
  }
}"""


def example(name: str, web: Web) -> str:
    """This example, for the service and the key of the test."""
    code = block("forms-and-web", f"example: {name}")
    assert (SERVICE in code, KEY in code) == (True, True)
    return code.replace(SERVICE, web.service.url).replace(KEY, web.key)


def test_the_documented_form_downloads_a_card(profile: Profile, web: Web) -> None:
    """The form, pasted into a page of another origin, makes a card with its photo."""
    context, seen = profile
    web.site.pages["/form"] = example("form", web)
    page = context.new_page()
    page.goto(f"{web.site.origin}/form")
    page.fill("[name=first-name]", "Amélie")
    page.fill("[name=last-name]", "Okonkwo")
    page.fill("[name=organization]", "Lighthouse Museum Trust")
    page.fill("[name=phone]", "+44 20 7946 0958")
    page.select_option("[name=phone-label]", "Mobile")
    page.fill("[name=email]", "amelie@lighthouse.example")
    page.set_input_files("[name=photo]", JPEG)
    name, card = downloaded(page, lambda: page.click("button"))
    text, _, photo = card.decode().partition("PHOTO;ENCODING=b;TYPE=JPEG:")
    lines = [one for one in text.split("\r\n") if not one.startswith(("UID:", "PRODID:"))]
    assert (name, lines) == (
        "contact.vcf",
        [
            "BEGIN:VCARD",
            "VERSION:3.0",
            "N:Okonkwo;Amélie;;;",
            "FN:Amélie Okonkwo",
            "ORG:Lighthouse Museum Trust",
            "TEL;TYPE=CELL,VOICE:+442079460958",
            "EMAIL;TYPE=WORK,INTERNET:amelie@lighthouse.example",
            "",
        ],
    )
    assert photo.endswith("END:VCARD\r\n")
    assert page.url == f"{web.site.origin}/form"
    assert seen.clean(web.service.url, web.site.origin)


def test_a_refused_form_leads_back(profile: Profile, web: Web) -> None:
    """Problems are on a plain page, whose way back leads to the site that it came from: a browser
    reveals no more of an address to another origin (Referrer Policy, section 3.7)."""
    context, seen = profile
    web.site.pages["/"] = "<title>A site</title>"
    web.site.pages["/form"] = example("form", web)
    page = context.new_page()
    page.goto(f"{web.site.origin}/form")
    page.fill("[name=first-name]", "O'Konkwo")
    page.click("button")
    assert page.locator(".summary small").all_inner_texts() == ["E1516"]
    page.click("text=Back to the form")
    page.wait_for_url(f"{web.site.origin}/")
    assert seen.clean(web.service.url, web.site.origin)


def test_the_documented_script_downloads_a_card(profile: Profile, web: Web) -> None:
    """The script, in a page of another origin, reads what was changed and saves the card."""
    context, seen = profile
    page = context.new_page()
    web.site.pages["/fetch"] = f'<script type="module">{example("fetch", web)}</script>'
    name, card = downloaded(page, lambda: page.goto(f"{web.site.origin}/fetch"))
    assert (name, b"\r\nTEL;TYPE=WORK,VOICE:+16502530000\r\n" in card) == ("contact.vcf", True)
    assert seen.printed == ["phone/0/number;e164"]
    assert (seen.elsewhere(web.service.url, web.site.origin), seen.reports) == ([], [])


def test_a_script_of_another_origin_is_refused(profile: Profile, web: Web) -> None:
    """With the same key a script of a site that the key does not name gets no answer at all, with
    a preflight or without one; the key's own site gets one."""
    context, seen = profile
    web.site.pages["/"] = web.stranger.pages["/"] = "<title>A site</title>"
    page = context.new_page()
    typed = {"content-type": "application/json", "x-api-key": web.key}
    bare = {"content-type": "text/plain"}
    page.goto(f"{web.site.origin}/")
    assert page.evaluate(CALL, [web.service.url, typed]) == 200
    page.goto(f"{web.stranger.origin}/")
    for headers in (typed, bare):
        assert page.evaluate(CALL, [web.service.url, headers]) == "TypeError"
    blocked = [one for one in seen.printed if "blocked by CORS policy" in one]
    assert len(blocked) == 2


def test_a_form_of_another_origin_is_refused(profile: Profile, web: Web) -> None:
    """The same form with the same key, on a site that the key does not name, makes no card."""
    context, seen = profile
    web.stranger.pages["/form"] = example("form", web)
    page = context.new_page()
    page.goto(f"{web.stranger.origin}/form")
    page.fill("[name=first-name]", "Amélie")
    page.click("button")
    assert page.locator(".summary small").all_inner_texts() == ["E403"]
    assert seen.clean(web.service.url, web.stranger.origin)
