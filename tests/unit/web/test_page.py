"""The web page: every field with a label, everything typed back, each problem beside its field."""

import re
from typing import Final, get_args

import pytest

from tests.support.contact_requests import refusals, request
from tests.support.web_pages import BESIDE, CONTROL, EMPTY, EVERYWHERE, FILLED, NAMES, Page, html
from vcardsvc.apis.base import Response
from vcardsvc.apis.createcontact.mapping import OPTIONAL_NAME
from vcardsvc.errors import (
    CATALOGUE,
    E104,
    E503,
    E1515,
    E1516,
    E1524,
    E1526,
    Problem,
)
from vcardsvc.model.contact import PhoneLabel, PlaceLabel
from vcardsvc.model.request import Target
from vcardsvc.web.page import CONTROLS, FIELD_MESSAGES, TARGETS, failure, page

OF_LISTS = {
    "list-file": "Drop or choose a list",
    "list-company": "Companies without a person get a card too",
}
"""The labels of the section for lists, by the ids of its fields."""


def test_the_page_holds_every_field_once() -> None:
    """The form has exactly the fields of its description, and the hidden key."""
    controls = [one for one in Page(EMPTY).all(*CONTROL) if "form" in one.inside]
    assert sorted(one.attributes["name"] for one in controls) == sorted((*NAMES, "api-key"))


def test_every_field_has_one_label_of_its_own() -> None:
    """Each visible field is named by a label, and no two labels read alike."""
    found = Page(page({}))
    ids = [
        one.attributes["id"]
        for one in found.all(*CONTROL)
        if one.attributes.get("type") != "hidden"
    ]
    labels = {one.attributes["for"]: one.text for one in found.all("label")}
    assert sorted(labels) == sorted(ids) == sorted((*CONTROLS, *OF_LISTS))
    assert len(set(labels.values())) == len(labels)
    assert {id_: one.full_label for id_, one in CONTROLS.items()} | OF_LISTS == labels


def test_the_section_for_lists_is_beside_the_form() -> None:
    """Its fields have no name and are in no form; a page that has problems to show has none of
    it, for only a browser without a script gets one."""
    fields = [one for one in Page(EMPTY).all(*CONTROL) if "form" not in one.inside]
    assert {one.attributes["id"] for one in fields} == set(OF_LISTS)
    assert [one for one in fields if "name" in one.attributes] == []
    assert not any("id" in one.attributes and one.attributes["id"] == "lists"
                   for one in Page(page(FILLED, EVERYWHERE)).all("details"))  # fmt: skip


def test_ids_stand_once_and_what_names_them_finds_them() -> None:
    """Whatever points to an id points to an element."""
    for reply in (EMPTY, page(FILLED, EVERYWHERE), failure(EVERYWHERE)):
        found = Page(reply)
        ids = [one.attributes["id"] for one in found.found if "id" in one.attributes]
        assert len(ids) == len(set(ids))
        for one in found.found:
            for name in ("aria-describedby", "aria-labelledby", "for"):
                assert set(one.attributes.get(name, "").split()) <= set(ids)
            if one.tag == "a" and one.attributes["href"].startswith("#"):
                assert one.attributes["href"][1:] in ids


def test_the_form_is_sent_as_a_form_to_this_service() -> None:
    """multipart/form-data, so that a photo fits, to the root, for a download; no browser's own
    checks stand before ours."""
    form = Page(EMPTY).by("id", "f")
    assert form.attributes == {
        "id": "f",
        "method": "post",
        "action": "/?disposition=attachment",
        "enctype": "multipart/form-data",
        "novalidate": "",
    }


def test_the_kinds_and_targets_are_all_there() -> None:
    """Every label of a phone, of a place, and every target can be chosen, in words."""
    found = Page(EMPTY)
    options = [one.attributes["value"] for one in found.all("option")]
    kinds = [*get_args(PhoneLabel)] * 4 + [*get_args(PlaceLabel)] * 8
    assert options == [*kinds, *get_args(Target)]
    assert tuple(TARGETS) == get_args(Target)
    assert [one.text for one in found.all("option")][-len(TARGETS) :] == list(TARGETS.values())


def test_everything_typed_is_still_there() -> None:
    """Each field comes back with what was sent in it, blanks and line breaks too."""
    found = Page(page(FILLED))
    assert {name: found.value(name) for name in FILLED} == FILLED


def test_a_choice_that_is_none_of_ours_is_kept() -> None:
    """A label comes back in our spelling; an unknown one comes back as it was."""
    sent = {"phone[0][label]": " WORK", "phone[1][label]": "Office", "target": "nobody"}
    found = Page(page(sent))
    assert {name: found.value(name) for name in sent} == {
        "phone[0][label]": "work", "phone[1][label]": "Office", "target": "nobody",
    }  # fmt: skip


def test_a_file_is_requested_again() -> None:
    """A browser sends a file once: the page says so when it comes back with problems."""
    again = "Please choose it again"
    refused = (Problem(code=E1515, field="/name"),)
    assert again in html(page({"photo": b"x"}, refused))
    assert again not in html(page({"photo": b""}, refused))
    assert again not in html(page({"photo": b"x"}))


def test_more_is_open_when_it_holds_something() -> None:
    """The optional fields are folded away until one of them has a value or a problem."""
    assert "open" not in Page(EMPTY).by("id", "f-more").attributes
    assert "open" not in Page(page({"note": "x"})).by("id", "f-more").attributes
    wrong = Problem(code=E1524, field="/categories/1")
    for reply in (page({"geo[latitude]": "1"}), page({}, (wrong,)), page({"company-card": "true"})):
        assert "open" in Page(reply).by("id", "f-more").attributes


def test_a_row_that_holds_something_is_not_folded_away() -> None:
    """Later rows stand under "more"; it is open when one of them holds a value or a problem."""

    def opened(reply: Response) -> list[bool]:
        rows = [one for one in Page(reply).all("details") if "id" not in one.attributes]
        return ["open" in one.attributes for one in rows]

    assert opened(EMPTY) == [False] * 4
    assert opened(page({"phone[0][number]": "1", "phone[1][label]": "fax"})) == [False] * 4
    assert opened(page({"email[3][id]": "a@b"})) == [False, True, False, False]
    wrong = Problem(code=E1526, field="/website/1/url")
    assert opened(page({}, (wrong,))) == [False, False, False, True]


EVIL: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</textarea><script>alert(1)</script>",
    "</title></select></option><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt; &amp; &#60;",
    "<!-- --!> ]]>",
    "\u2028\u202e\ufeff\U000e0001",
)


@pytest.mark.parametrize("text", EVIL)
def test_what_is_typed_stays_text(text: str) -> None:
    """Values, keys and problems' details come out as text, wherever they stand."""
    sent = dict.fromkeys(FILLED, text)
    details = tuple(Problem(code=E1516, field=f, detail=text) for f in ("/name/first-name", None))
    reply = page(sent, details, text)
    found, plain = Page(reply), Page(EMPTY)
    texts = {name: found.value(name) for name in FILLED}
    assert texts == dict.fromkeys(FILLED, text)
    assert found.value("api-key") == text
    assert found.by("id", "f-name-first-name-error").text == f"{FIELD_MESSAGES['E1516']} {text}"
    names = {one.tag for one in plain.found} | {"section", "ul", "li", "small", "a"}
    assert {one.tag for one in found.found} <= names
    assert not any(name.startswith("on") for one in found.found for name in one.attributes)


@pytest.mark.parametrize(("problem", "place"), BESIDE)
def test_a_problem_stands_beside_its_field(problem: Problem, place: str) -> None:
    """The field is called invalid and described by its problem; the summary, which has the focus,
    links to it. What is no field's stands in the summary alone."""
    found = Page(page({}, (problem,), "k"))
    invalid = [one for one in found.all(*CONTROL) if "aria-invalid" in one.attributes]
    assert [one.attributes["id"] for one in invalid] == ([place] if place else [])
    links = [one.attributes["href"] for one in found.all("a") if "section" in one.inside]
    assert links == ([f"#{place}"] if place else [])
    summary = found.by("id", "summary")
    assert {"autofocus", "tabindex", "aria-labelledby"} <= set(summary.attributes)
    assert problem.code.name in summary.text
    if place:
        sentence = found.by("id", f"{place}-error").text
        assert invalid[0].attributes["aria-describedby"].split()[0] == f"{place}-error"
        assert f"{CONTROLS[place].full_label}: {sentence}" in summary.text
    assert found.all("title")[0].text.startswith("Error: ")


def test_several_problems_stand_in_their_order() -> None:
    """The summary lists all, a field holds all of its own, the status is the first one's."""
    reply = page({}, EVERYWHERE)
    found = Page(reply)
    codes = [one.text for one in found.all("small")]
    assert codes == [problem.code.name for problem in EVERYWHERE]
    assert reply.status == E1515.status
    assert found.by("id", "f-phone-0-number-error").text.count("another kind") == 2
    assert page({}, (Problem(code=E503, status=503), EVERYWHERE[0])).status == 503


def test_a_page_without_problems_speaks_of_none() -> None:
    """200, no summary, nothing invalid."""
    assert EMPTY.status == 200
    text = html(EMPTY)
    assert [mark for mark in ("summary-title", "aria-invalid", "Error:") if mark in text] == []


def test_what_the_rules_refuse_finds_its_field() -> None:
    """The pointers of the dialect that judges a form lead to the page's fields."""
    body = request(
        name={"first-name": "a!", "last-name": "b!", "suffix": "\0"},
        organization="\0", title="\0", note="\0",
        phone=[{"number": "\0", "label": "x"}] * 4,
        email=[{"id": "\0", "label": "x"}] * 4,
        physical_address=[{"address": "\0", "label": "x"}] * 4,
        website=[{"url": "\0", "label": "\0"}] * 4,
        department="\0", role="\0", company_card=5, birthday="\0", anniversary="\0", pronouns="\0",
        related=[{"name": "\0", "relation": "\0"}], language="\0", categories=["\0"],
        social_profile=[{"service": "\0", "user": "\0", "url": "\0"}],
        im=[{"service": "\0", "address": "\0"}], geo={"latitude": "\0", "longitude": "\0"},
        time_zone="\0",
    )  # fmt: skip
    body["name"] |= dict.fromkeys(OPTIONAL_NAME, "\0")
    codes = {code.name: code for code in CATALOGUE}
    problems = tuple(Problem(code=codes[code], field=at) for code, at in refusals(body))
    invalid = {
        one.attributes["name"]
        for one in Page(page({}, problems, "k")).all(*CONTROL)
        if "aria-invalid" in one.attributes
    }
    assert invalid == set(NAMES) - {"photo", "photo-url", "target"}


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        ('"\'" (U+0027 APOSTROPHE) is not allowed.', '"\'" is not allowed.'),
        ('"’" (U+2019 RIGHT SINGLE QUOTATION MARK) is not allowed.', '"’" is not allowed.'),
        ('"\u200b" (U+200B ZERO WIDTH SPACE) is not allowed.', None),
        ('"\u2003" (U+2003 EM SPACE) is not allowed.', None),
        ('"\ue000" (U+E000) is not allowed.', None),
        ('""" (U+0022 QUOTATION MARK) is not allowed.', '""" is not allowed.'),
    ],
)
def test_a_name_is_refused_in_plain_words(detail: str, shown: str | None) -> None:
    """What a name may hold, and which character it may not; that character is named only where it
    cannot be seen."""
    wrong = Problem(code=E1516, field="/name/first-name", detail=detail)
    found = Page(page({}, (wrong,), "k")).by("id", "f-name-first-name-error").text
    assert found == f"Letters, digits, spaces and periods here. {shown or detail}"


def test_words_for_people_speak_of_no_json() -> None:
    """No sentence of the page speaks of JSON or members, whatever the code."""
    for code in CATALOGUE:
        text = html(page({}, (Problem(code=code, detail="", field="/name"),), "k")).partition(
            "<foot"
        )
        assert not re.search(r"JSON|\bmember\b|request body", text[0]), code.name
    two = Problem(code=E1524, field="/photo", cause="two-photos", detail="Send photo-url or photo.")
    assert "Photo: Give a photo or its address, not both." in html(page({}, (two,)))


def test_the_key_is_requested_where_there_is_none() -> None:
    """With a publishable key it is hidden; without one, or when it is refused, a field asks; what
    was typed there never comes back."""
    assert Page(EMPTY).by("name", "api-key").attributes == {
        "type": "hidden", "name": "api-key", "value": "k",
    }  # fmt: skip
    for reply in (
        page({"api-key": "secret"}),
        page({"api-key": "secret"}, (Problem(code=E104),), "k"),
    ):
        key = Page(reply).by("name", "api-key").attributes
        assert (key["type"], key["value"], key["autocomplete"]) == ("password", "", "off")
        assert "secret" not in html(reply)
