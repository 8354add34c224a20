"""A page as a browser finds it, and what a form of ours may hold; for the tests of the web page.

Nothing in here judges a page but its parser, which wants every element closed where it must be.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from vcardsvc.apis.base import Response
from vcardsvc.errors import (
    E104,
    E503,
    E1515,
    E1516,
    E1520,
    E1522,
    E1524,
    E1525,
    E1526,
    E1527,
    Problem,
)
from vcardsvc.web.page import page

LISTS: Final = {
    "phone": ("number", "label"),
    "email": ("id", "label"),
    "physical-address": ("address", "label"),
    "website": ("url", "label"),
}
NAMES: Final = (
    "name[first-name]", "name[last-name]", "name[suffix]", "organization", "title", "note",
    "photo", "photo-url", "target",
    "name[prefix]", "name[middle-name]", "name[nickname]", "pronouns",
    "name[phonetic-first-name]", "name[phonetic-last-name]", "department", "role", "company-card",
    "birthday", "anniversary", "related[0][name]", "related[0][relation]", "language", "categories",
    "social-profile[0][service]", "social-profile[0][user]", "social-profile[0][url]",
    "im[0][service]", "im[0][address]", "geo[latitude]", "geo[longitude]", "time-zone",
    *(f"{one}[{n}][{inner}]" for one, two in LISTS.items() for n in range(4) for inner in two),
)  # fmt: skip
"""The form's fields, as the description of the page lists them."""

VOID: Final = {"meta", "link", "input", "br", "hr", "img"}
CONTROL: Final = {"input", "select", "textarea"}


@dataclass(slots=True)
class Element:
    """One element: its tag, its attributes and the text in it and below it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    inside: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """The elements of a page in order, as a browser finds them."""

    def __init__(self, reply: Response) -> None:
        super().__init__()
        self.found: list[Element] = []
        self.open: list[Element] = []
        self.feed(html(reply))
        self.close()
        assert self.open == [], [one.tag for one in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        named = {name: value or "" for name, value in attrs}
        assert len(named) == len(attrs), attrs
        one = Element(tag, named, inside=[outer.tag for outer in self.open])
        self.found.append(one)
        if tag not in VOID:
            self.open.append(one)

    def handle_endtag(self, tag: str) -> None:
        """It ends where it must."""
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        """Text belongs to every element around it."""
        for one in self.open:
            one.text += data

    def all(self, *tags: str) -> list[Element]:
        """Every element with one of these tags."""
        return [one for one in self.found if one.tag in tags]

    def by(self, name: str, value: str) -> Element:
        """The one element whose attribute has this value."""
        (one,) = [one for one in self.found if one.attributes.get(name) == value]
        return one

    def value(self, name: str) -> str:
        """What stands in the field of this name."""
        control = self.by("name", name)
        if control.tag == "textarea":
            return control.text.removeprefix("\n")
        if control.tag == "input":
            is_off = (
                control.attributes.get("type") == "checkbox" and "checked" not in control.attributes
            )
            return "" if is_off else control.attributes["value"]
        at = self.found.index(control) + 1
        options = [one for one in self.found[at : at + 12] if one.tag == "option"]
        return next(one.attributes["value"] for one in options if "selected" in one.attributes)


def html(reply: Response) -> str:
    """The text of a page, whose length its headers tell."""
    body = b"".join(reply.chunks)
    headers = dict(reply.headers)
    assert headers[b"content-length"] == b"%d" % len(body)
    assert headers[b"content-type"] == b"text/html; charset=utf-8"
    return body.decode()


EMPTY: Final = page({}, form_key="k")
FILLED: Final = {
    **{name: f"typed {name}" for name in NAMES if name not in ("photo", "target")},
    **{f"phone[{n}][label]": label for n, label in enumerate(("fax", "main", "other", "pager"))},
    **{f"email[{n}][label]": "home" for n in range(4)},
    **{f"physical-address[{n}][label]": "home" for n in range(4)},
    "company-card": "true",
    "note": "\nlines\n\n of a note ",
    "target": "telegram",
}


BESIDE: Final[tuple[tuple[Problem, str], ...]] = (
    (Problem(code=E1515, field="/name"), "f-name-first-name"),
    (Problem(code=E1516, field="/name/last-name"), "f-name-last-name"),
    (Problem(code=E1525, field="/phone/2/number"), "f-phone-2-number"),
    (Problem(code=E1524, field="/phone/0"), "f-phone-0-number"),
    (Problem(code=E1524, field="/phone"), "f-phone-0-number"),
    (Problem(code=E1525, field="/email/3/id"), "f-email-3-id"),
    (Problem(code=E1524, field="/physical-address/1"), "f-physical-address-1-address"),
    (Problem(code=E1526, field="/website/0/url"), "f-website-0-url"),
    (Problem(code=E1525, field="/website/3/label"), "f-website-3-label"),
    (Problem(code=E1520, field="/photo-url"), "f-photo-url"),
    (Problem(code=E1522, field="/photo"), "f-photo"),
    (Problem(code=E1525, field="/note"), "f-note"),
    (Problem(code=E1524, field="/categories/1"), "f-categories"),
    (Problem(code=E104), "f-api-key"),
    (Problem(code=E1527), ""),
    (Problem(code=E503), ""),
    (Problem(code=E1524, field="/phone/4/number"), ""),
    (Problem(code=E1524, field="/elsewhere"), ""),
    (Problem(code=E1524, field="/na"), ""),
)
EVERYWHERE: Final = tuple(problem for problem, _ in BESIDE)
