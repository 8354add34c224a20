"""The invented person of the page's tests and picture, and ways to fill in the form."""

from typing import TYPE_CHECKING, Final

from tests.support.samples import PHOTOS

if TYPE_CHECKING:
    from playwright.sync_api import Page

JPEG: Final = PHOTOS / "john.jpg"

TYPED: Final = {
    "#f-name-first-name": "Amélie",
    "#f-name-last-name": "Okonkwo",
    "#f-name-suffix": "PhD",
    "#f-title": "Head of Conservation",
    "#f-organization": "Lighthouse Museum Trust",
    "#f-phone-0-number": "+44 20 7946 0958",
    "#f-email-0-id": "amelie@lighthouse.example",
    "#f-physical-address-0-address": "3 Harbour Steps\nPort Ellen PA42 7DF",
    "#f-website-0-url": "https://lighthouse.example/people/amelie",
    "#f-website-0-label": "Museum",
    "#f-note": "Met at the Bergen conference.",
}
"""A fictional person, one row of each list; the number is one of those kept for drama."""


def fill(page: "Page") -> None:
    """Type all of TYPED."""
    for field, text in TYPED.items():
        page.fill(field, text)


def add_photo(page: "Page") -> None:
    """Choose the photo and wait until the page shows it."""
    page.set_input_files("#f-photo", JPEG)
    page.wait_for_selector("#preview img.round")


def add_second_phone(page: "Page") -> None:
    """Open a second row of phones and fill it in."""
    page.click("#f-phone .add")
    page.fill("#f-phone-1-number", "020 7946 0123")
    page.select_option("#f-phone-1-label", "mobile")


def show_code(page: "Page") -> None:
    """Open the dialog with the QR code and wait until it is drawn."""
    page.click("#show-code")
    page.wait_for_selector("#qr img")


def close_code(page: "Page") -> None:
    """Close the dialog by its button."""
    page.click("#code .button")
    page.wait_for_selector("#code", state="hidden")
