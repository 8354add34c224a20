"""Nothing that somebody types on the page is lost, and what is wrong is reported before it is sent.

The service away, refusals, the Back button, photos that no card can have, soft warnings, names of
files, and the same contact as a command.

Every test that uses the fixture `page` also judges that no other host was requested and that the
browser reported nothing.
"""

import io
import json
import re
import subprocess
from typing import TYPE_CHECKING, Any, Final

import pytest
from PIL import Image

from tests.support.browser.chromium import PHONE, context_of, downloaded
from tests.support.browser.filling import JPEG, TYPED, add_photo, add_second_phone, fill
from tests.support.browser.sites import Web
from tests.support.service import KEY, LONGEST, serving, until
from vcardsvc.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page, Route

SUBMIT: Final = "#f [type=submit]"
STILL_HERE: Final = "All that you typed is still here: try again"


def typed(page: "Page") -> dict[str, str]:
    """What stands in the fields of TYPED."""
    return {field: page.input_value(field) for field in TYPED}


def photo_name(page: "Page") -> str:
    """The name of the file that is chosen."""
    name: str = page.evaluate("document.getElementById('f-photo').files[0]?.name ?? ''")
    return name


def a_file(name: str, media_type: str, octets: bytes) -> "FilePayload":
    """A file to choose."""
    return {"name": name, "mimeType": media_type, "buffer": octets}


def drawn(kind: str, *frames: str) -> bytes:
    """An image of this kind in these colours."""
    first, *rest = (Image.new("RGB", (64, 48), colour) for colour in frames)
    target = io.BytesIO()
    first.save(target, kind, **({"save_all": True, "append_images": rest} if rest else {}))
    return target.getvalue()


FAILURES: Final[dict[str, tuple[dict[str, Any] | None, str]]] = {
    "away": (None, f"The service does not answer. {STILL_HERE}."),
    "busy": (
        {
            "status": 503,
            "headers": {"retry-after": "3"},
            "json": {"errors": [{"error-code": "E503", "error-info": "Come back."}]},
        },
        f"Come back. {STILL_HERE} in 3 s.",
    ),
    "limited": (
        {
            "status": 429,
            "headers": {"retry-after": "9"},
            "json": {"errors": [{"error-code": "E113", "error-info": "Too often."}]},
        },
        f"There were too many requests just now. {STILL_HERE} in 9 s.",
    ),
    "a proxy": (
        {"status": 502, "content_type": "text/html", "body": "<h1>Bad Gateway</h1>"},
        f"The service could not make the card. {STILL_HERE}.",
    ),
}
"""What comes back instead of a card (None: nothing at all), and what stands beside the button."""


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_takes_nothing_away(browser: "Browser", web: Web, failure: str) -> None:
    """With the service away, busy, or behind a proxy that says so, the page stays with every field
    and the photo, tells it beside the button, and the next try makes the card."""
    answer, sentence = FAILURES[failure]

    def refuse(route: "Route") -> None:
        if "disposition=attachment" not in route.request.url:
            route.continue_()
        elif answer is None:
            route.abort("connectionrefused")
        else:
            route.fulfill(**answer)

    with context_of(browser) as (context, _):
        page = context.new_page()
        page.goto(web.service.url)
        fill(page)
        add_photo(page)
        page.route("**/*", refuse)
        page.click(SUBMIT)
        until(lambda: page.inner_text("#sent") == sentence)
        assert (page.url, typed(page), photo_name(page)) == (web.service.url, TYPED, JPEG.name)
        page.unroute_all()
        _, card = downloaded(page, lambda: page.click(SUBMIT))
        assert b"\r\nPHOTO;" in card


def test_the_preview_says_that_the_service_is_away(browser: "Browser", web: Web) -> None:
    """While the service is away, the page does not say whether anything is lost."""
    with context_of(browser) as (context, _):
        page = context.new_page()
        page.goto(web.service.url)
        page.route("**/*", lambda route: route.abort())
        fill(page)
        page.locator("#notes", has_text="The service does not answer").wait_for()
        assert page.inner_text("#preview .who") == "Amélie Okonkwo PhD"


def test_a_busy_service_is_no_fault_of_what_was_typed(page: "Page") -> None:
    """Over the rate limit the preview says so, and neither that something is not right nor that
    nothing gets lost."""
    answer, _ = FAILURES["limited"]
    assert answer is not None
    page.route("**/*", lambda route: route.fulfill(**answer))
    page.fill("#f-name-first-name", "Amélie")
    page.locator("#notes", has_text="There were too many requests just now.").wait_for()
    assert page.inner_text("#notes") == f"There were too many requests just now. {STILL_HERE}."
    assert page.inner_text("#notes-title") == "What gets lost"


def test_back_keeps_every_field(page: "Page", web: Web) -> None:
    """After a link and the Back button all typed values are there, added rows and the photo too."""
    fill(page)
    add_second_phone(page)
    page.fill("#f-photo-url", "https://photos.example/a.jpg")
    page.fill("#f-photo-url", "")
    add_photo(page)
    page.select_option("#f-target", "outlook")
    page.click("footer a")
    page.wait_for_url(f"{web.service.url}docs")
    page.go_back()
    page.wait_for_selector("#preview .who")
    until(lambda: page.inner_text("#preview .who") == "Amélie Okonkwo PhD")
    assert typed(page) == TYPED
    assert page.input_value("#f-phone-1-number") == "020 7946 0123"
    assert page.input_value("#f-phone-1-label") == "mobile"
    assert page.is_visible("#f-phone-1-number")
    assert page.input_value("#f-target") == "outlook"
    assert photo_name(page) == JPEG.name


LIMIT: Final = Settings().photo_max_bytes

PHOTOS: Final[dict[str, tuple["FilePayload", str]]] = {
    "text": (
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no image"},
        "Photo: The photo is not a valid GIF, JPEG or PNG file.",
    ),
    "webp": (
        {"name": "a.webp", "mimeType": "image/webp", "buffer": drawn("WEBP", "red")},
        "Photo: The photo is not a valid GIF, JPEG or PNG file.",
    ),
    "half": (
        {"name": "a.png", "mimeType": "image/png", "buffer": drawn("PNG", "red")[:60]},
        "Photo: The photo is not a valid GIF, JPEG or PNG file.",
    ),
    "large": (
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + bytes(LIMIT)},
        "Photo: This photo is too large: choose a smaller one.",
    ),
}
"""A file that no card can have as its photo, and what the page says of it."""


@pytest.mark.parametrize("kind", PHOTOS)
def test_a_photo_that_will_be_refused_is_reported_at_once(page: "Page", kind: str) -> None:
    """Before anything is sent the page says what is wrong with the file, beside it too, and never
    that nothing gets lost; with the photo removed all is right again."""
    photo, sentence = PHOTOS[kind]
    page.fill("#f-name-first-name", "Amélie")
    page.set_input_files("#f-photo", photo)
    page.locator("#notes li", has_text=sentence).wait_for()
    assert page.inner_text("#notes-title") == "Not right yet"
    assert page.inner_text("#f-photo-error") == sentence.removeprefix("Photo: ")
    assert "Nothing gets lost" not in page.inner_text("#notes")
    page.click("text=Remove the photo")
    page.locator("#notes", has_text="Nothing gets lost").wait_for()
    assert page.locator("#f-photo-error").count() == 0


def test_a_private_photo_address_is_reported_before_it_is_sent(page: "Page") -> None:
    """A photo address that may not be fetched is reported when its field is left or rests for a
    while; the service gets one request, not one for every letter."""
    page.fill("#f-name-first-name", "Amélie")
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data or ""))
    page.locator("#f-photo-url").press_sequentially("http://127.0.0.1/a.jpg")
    page.locator("#notes li", has_text="No photo may be fetched from this address").wait_for()
    page.press("#f-photo-url", "Tab")
    assert page.inner_text("#f-photo-url-error").startswith("No photo may be fetched")
    assert sum("photo-url" in body for body in bodies) == 1
    page.fill("#f-photo-url", "")
    page.locator("#notes", has_text="Nothing gets lost").wait_for()


def test_two_photos_are_reported_before_they_are_sent(page: "Page") -> None:
    """A file and an address are one too many, until one of them goes."""
    page.fill("#f-name-first-name", "Amélie")
    add_photo(page)
    page.fill("#f-photo-url", "http://127.0.0.1/a.jpg")
    page.locator("#notes li", has_text="Give a photo or its address, not both.").wait_for()
    page.fill("#f-photo-url", "")
    page.locator("#notes", has_text="Nothing gets lost").wait_for()


def test_an_animation_is_a_loss(page: "Page") -> None:
    """The service reads the file itself: what only it sees is reported while previewing."""
    page.fill("#f-name-first-name", "Amélie")
    page.set_input_files("#f-photo", a_file("a.gif", "image/gif", drawn("GIF", "red", "blue")))
    page.locator("#notes li", has_text="its first frame is used").wait_for()


def test_too_much_text_is_reported_beside_the_button(page: "Page") -> None:
    """Text that a request cannot hold is reported in the preview and when it is sent."""
    page.fill("#f-name-first-name", "Amélie")
    page.fill("#f-note", "x" * 300_000)
    page.locator("#notes li", has_text="more text than a card takes").wait_for()
    assert page.inner_text("#notes li") == "There is more text than a card takes: shorten it."
    page.click(SUBMIT)
    page.locator("#sent", has_text=f"shorten it. {STILL_HERE}").wait_for()
    assert len(page.input_value("#f-note")) == 300_000


def test_mended_errors_disappear_live(page: "Page") -> None:
    """What is put right goes from beside its field and from the summary, without sending; what is
    not stays."""
    fill(page)
    page.fill("#f-name-last-name", "O'Konkwo")
    page.fill("#f-website-0-url", "javascript:alert(1)")
    page.click(SUBMIT)
    page.wait_for_selector("#summary")
    page.fill("#f-name-last-name", "Okonkwo!")
    page.locator("#summary li", has_text='"!" is not allowed').wait_for()
    page.fill("#f-name-last-name", "Okonkwo")
    until(lambda: page.locator("#summary small").all_inner_texts() == ["E1526"])
    assert page.locator("#f-name-last-name-error").count() == 0
    assert page.inner_text("#summary-title") == "One thing is not right yet"
    assert page.is_visible("#f-website-0-url-error")
    page.fill("#f-website-0-url", "")
    page.wait_for_selector("#summary", state="detached")
    assert page.locator(".field .error").count() == 0
    assert not page.title().startswith("Error")


def test_a_missing_name_stays_reported_until_there_is_one(page: "Page") -> None:
    """After a form without a name is sent, the missing name stays reported while other fields are
    filled."""
    page.click(SUBMIT)
    page.wait_for_selector("#summary")
    page.fill("#f-title", "Keeper")
    page.locator("#notes li", has_text="The first or last name").wait_for()
    page.wait_for_timeout(1000)
    assert page.locator("#summary small").all_inner_texts() == ["E1515"]
    assert page.is_visible("#f-name-first-name-error")
    page.fill("#f-name-last-name", "Okonkwo")
    page.wait_for_selector("#summary", state="detached")
    assert page.locator(".field .error").count() == 0


def test_a_name_is_refused_in_plain_words_while_it_is_typed(page: "Page") -> None:
    """The preview says what a name may hold, and beside the field when the focus has left it."""
    page.fill("#f-name-first-name", "O'Brien")
    sentence = 'Letters, digits, spaces and periods here. "\'" is not allowed.'
    page.locator("#notes li", has_text=f"First name: {sentence}").wait_for()
    assert page.locator("#f-name-first-name-error").count() == 0
    page.focus("#f-note")
    until(lambda: page.locator("#f-name-first-name-error").all_inner_texts() == [sentence])
    page.fill("#f-name-first-name", "Brien")
    page.locator("#notes", has_text="Nothing gets lost").wait_for()


def test_doubts_are_soft(page: "Page") -> None:
    """A number without a digit and an address without @ are doubted beside their fields and beside
    the preview, and the card is created all the same."""
    page.fill("#f-name-first-name", "Amélie")
    page.fill("#f-phone-0-number", "abc")
    page.fill("#f-email-0-id", "amelie.example")
    page.focus("#f-note")
    number, mail = page.locator("#f-phone-0-number-doubt"), page.locator("#f-email-0-id-doubt")
    number.wait_for()
    mail.wait_for()
    page.locator("#doubts li", has_text="Number of phone 1: There is no digit in it").wait_for()
    page.locator("#doubts li", has_text="Address of e-mail 1: An e-mail address").wait_for()
    assert page.locator("[aria-invalid]").count() == 0
    described = page.get_attribute("#f-phone-0-number", "aria-describedby")
    assert described == "f-phone-0-number-doubt phone-hint"
    _, card = downloaded(page, lambda: page.click(SUBMIT))
    assert (b":abc\r\n" in card, b":amelie.example\r\n" in card) == (True, True)
    page.fill("#f-phone-0-number", "1-800-FLOWERS")
    page.fill("#f-email-0-id", "amelie@example.com")
    page.focus("#f-note")
    page.wait_for_selector("#doubts", state="hidden")
    assert (number.count(), mail.count()) == (0, 0)


def test_a_doubt_moves_no_button_that_is_pressed(page: "Page") -> None:
    """The doubt about the field that is left appears once the button is released: a line above it
    would move it away, and the click were lost."""
    page.fill("#f-name-first-name", "Amélie")
    page.click("#f-email-0-id")
    page.keyboard.type("amelie")
    button = page.locator(SUBMIT)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None

    def press() -> None:
        page.mouse.move(box["x"] + 10, box["y"] + box["height"] - 3)
        page.mouse.down()
        page.wait_for_timeout(300)  # as long as people press
        assert button.bounding_box() == box
        page.mouse.up()

    _, card = downloaded(page, press)
    assert b"amelie" in card
    page.locator(".doubt").wait_for()


def test_what_is_changed_stands_apart_from_what_is_lost(page: "Page") -> None:
    """Two numbers in E.164 are one line under what is changed, and no loss."""
    page.fill("#f-name-first-name", "Amélie")
    page.fill("#f-phone-0-number", "+44 20 7946 0958")
    page.click("#f-phone .add")
    page.fill("#f-phone-1-number", "+1 650 253 0000")
    both = (
        "Number of phone 1, Number of phone 2: the number was written in international form (E.164)"
    )
    until(lambda: page.locator("#changes li").all_inner_texts() == [both])
    page.locator("#notes", has_text="Nothing gets lost").wait_for()
    page.select_option("#f-target", "telegram")
    page.fill("#f-note", "one\ntwo")
    page.locator("#changes li", has_text="line breaks became commas").wait_for()
    lost = page.locator("#notes li").all_inner_texts()
    assert [one for one in lost if "E.164" in one or "commas" in one] == []


NAMES: Final = (
    ("Amélie", "Okonkwo", "amelie-okonkwo.vcf"),
    ("Łukasz", "Straße", "lukasz-strasse.vcf"),
    ("Jr.", "  Smith  ", "jr-smith.vcf"),
    ("小龍", "李", "contact.vcf"),
    ("Anna", "Иванова", "anna.vcf"),
    ("Bartholomew", "Featherstonehaugh", "bartholomew-featherstonehaugh.vcf"),
    ("", "Björk", "bjork.vcf"),
)


@pytest.mark.parametrize(("first", "last", "name"), NAMES)
def test_the_file_is_named_after_the_contact(
    page: "Page", first: str, last: str, name: str
) -> None:
    """In ASCII, as far as the letters have such a spelling."""
    page.fill("#f-name-first-name", first)
    page.fill("#f-name-last-name", last)
    assert downloaded(page, lambda: page.click(SUBMIT))[0] == name
    until(lambda: page.inner_text("#sent p") == f"{name} is saved.")


def test_the_code_is_in_a_dialog(page: "Page") -> None:
    """Escape closes it, and the focus is back on the button that opened it."""
    page.fill("#f-name-first-name", "Amélie")
    page.click("#show-code")
    page.wait_for_selector("#qr img")
    assert page.evaluate("document.getElementById('code').matches(':modal')")
    page.keyboard.press("Escape")
    page.wait_for_selector("#code", state="hidden")
    assert page.evaluate("document.activeElement.id") == "show-code"


def test_a_phone_has_the_bar_at_hand(browser: "Browser", web: Web) -> None:
    """At the top of the page the way to the preview and the button are in the window; the way leads
    to the preview and back, and no field that has the focus is behind the bar."""
    with context_of(browser, PHONE) as (context, seen):
        page = context.new_page()
        page.goto(web.service.url)

        def in_window(selector: str) -> bool:
            box = page.locator(selector).bounding_box()
            return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= PHONE[1]

        assert (in_window("#to-preview"), in_window(SUBMIT)) == (True, True)
        page.fill("#f-name-first-name", "Amélie")
        page.click("#to-preview")
        until(lambda: in_window("#preview .who"))
        assert in_window(SUBMIT)
        until(lambda: page.inner_text("#to-preview") == "Form")
        page.click("#to-preview")
        until(lambda: in_window("#f-name-first-name"))
        page.focus("#f-note")
        bar = page.locator(".bar").bounding_box()
        note = page.locator("#f-note").bounding_box()
        assert bar is not None
        assert note is not None
        assert note["y"] + note["height"] <= bar["y"]
        _, card = downloaded(page, lambda: page.click(SUBMIT))
        assert b"FN:Am" in card
        assert seen.clean(web.service.url)


def test_the_contact_as_curl_makes_the_same_card(browser: "Browser", tmp_path: Any) -> None:
    """The command, run by a shell with a key of one's own, gives the card that the page saves, with
    quotes, line breaks and a photo in it too."""
    with serving(tmp_path) as service, context_of(browser) as (context, seen):
        page = context.new_page()
        page.goto(f"{service.url}#key={KEY}")
        fill(page)
        page.fill("#f-note", 'It\'s "quoted" $HOME `id` \\ !\n@second; line')
        page.fill("#f-organization", "@Lighthouse <Museum>")
        page.select_option("#f-target", "apple")
        page.click("#as-curl summary")
        assert KEY not in page.inner_text("#curl")
        for photo in ("", "a \"photo\" of 'us'.jpg"):
            if photo:
                (tmp_path / photo).write_bytes(JPEG.read_bytes())
                page.set_input_files("#f-photo", tmp_path / photo)
                page.wait_for_selector("#preview img.round")
            command = page.inner_text("#curl").replace("YOUR_KEY", KEY)
            ran = subprocess.run(
                ["sh", "-c", f"{command} -sS"],
                capture_output=True,
                cwd=tmp_path,
                timeout=LONGEST,
                check=True,
            )
            _, card = downloaded(page, lambda: page.click(SUBMIT))
            assert card.startswith(b"BEGIN:VCARD\r\n"), card
            assert (ran.stdout, b"\r\nPHOTO;" in card) == (card, bool(photo))
        assert seen.clean(service.url)


def test_the_command_is_copied(browser: "Browser", web: Web) -> None:
    """A button puts the command on the clipboard, and says so."""
    with context_of(browser) as (context, _):
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(web.service.url)
        page.fill("#f-name-first-name", "Amélie")
        page.click("#as-curl summary")
        page.click("#copy-curl")
        until(lambda: page.inner_text("#copied") == "It is copied.")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.inner_text("#curl")
        body = re.search(r"--data-raw '(.*)'$", copied, re.S)
        assert body
        assert json.loads(body[1]) == {
            "action": "createcontact",
            "name": {"first-name": "Amélie"},
        }
