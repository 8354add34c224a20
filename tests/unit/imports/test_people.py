"""Reads people of Google's People API."""

from functools import partial
from typing import Any

import pytest

from tests.support.cpu_budget import within_cpu_budget
from vcardsvc.imports.people import plain_text, read_people
from vcardsvc.model.card import Property
from vcardsvc.vcard.parser.read_file import NotACard

PRIMARY = {"metadata": {"primary": True, "source": {"type": "CONTACT", "id": "1"}}}

PERSON: dict[str, Any] = {
    "resourceName": "people/c1",
    "etag": "%E",
    "metadata": {"sources": []},
    "names": [
        {"displayName": "N. Sato", "familyName": "Sato", "metadata": {}},
        {
            **PRIMARY,
            "displayName": "Naoki Sato",
            "displayNameLastFirst": "Sato, Naoki",
            "unstructuredName": "Naoki Sato",
            "familyName": "Sato",
            "givenName": "Naoki",
            "phoneticFamilyName": "さとう",
            "phoneticGivenName": "なおき",
        },
    ],
    "nicknames": [{**PRIMARY, "value": "Nao"}],
    "organizations": [
        {**PRIMARY, "name": "Example KK", "department": "Lab", "title": "Chief", "current": True}
    ],
    "phoneNumbers": [
        {**PRIMARY, "value": "+81 3 5550 0100", "canonicalForm": "+81355500100", "type": "workFax"},
        {"value": "+81 3 5550 0101", "type": "main", "formattedType": "Main"},
        {"value": "+81 3 5550 0102", "type": "Yacht"},
    ],
    "emailAddresses": [{**PRIMARY, "value": "nao@example.com", "type": "home"}],
    "addresses": [
        {
            **PRIMARY,
            "formattedValue": "1-1 Chiyoda\nTokyo\nJP",
            "type": "home",
            "poBox": "7",
            "streetAddress": "1-1 Chiyoda",
            "city": "Tokyo",
            "country": "Japan",
            "countryCode": "JP",
        }
    ],
    "urls": [{"value": "https://example.com", "type": "homePage"}],
    "birthdays": [{**PRIMARY, "date": {"month": 5, "day": 14}, "text": "05/14"}],
    "events": [
        {"date": {"year": 2011, "month": 6, "day": 2}, "type": "anniversary"},
        {"date": {"year": 2020, "month": 1, "day": 3}, "type": "Graduation"},
    ],
    "relations": [{"person": "Yui", "type": "spouse"}, {"person": "Ken", "type": "brother"}],
    "imClients": [{"username": "nao", "protocol": "jabber", "type": "home"}],
    "genders": [{"value": "male", "formattedValue": "Male", "addressMeAs": "he/him"}],
    "biographies": [{"value": "<p>One &amp; two</p><p>Three</p>", "contentType": "TEXT_HTML"}],
    "photos": [
        {"url": "https://example.com/default.png", "default": True},
        {"url": "https://example.com/nao.png"},
    ],
    "userDefined": [{"key": "Locker", "value": "12"}],
    "memberships": [{"contactGroupMembership": {"contactGroupId": "myContacts"}}],
}


def test_every_member_becomes_a_property() -> None:
    file = read_people(PERSON)

    assert file.problems == ()
    assert file.cards[0].properties == (
        Property(name="N", value=(("Sato",), ("Naoki",), (), (), ())),
        Property(name="FN", value="Naoki Sato"),
        Property(name="X-PHONETIC-FIRST-NAME", value="なおき"),
        Property(name="X-PHONETIC-LAST-NAME", value="さとう"),
        Property(name="N", value=(("Sato",), (), (), (), ())),
        Property(name="FN", value="N. Sato"),
        Property(name="NICKNAME", value=("Nao",)),
        Property(name="ORG", value=(("Example KK",), ("Lab",))),
        Property(name="TITLE", value="Chief"),
        Property(name="TEL", value="+81 3 5550 0100", types=("work", "fax")),
        Property(name="TEL", value="+81 3 5550 0101", types=("main",)),
        Property(name="TEL", value="+81 3 5550 0102", label="Yacht"),
        Property(name="EMAIL", value="nao@example.com", types=("home",)),
        Property(
            name="ADR",
            value=(("7",), (), ("1-1 Chiyoda",), ("Tokyo",), (), (), ("Japan",)),
            types=("home",),
            params=(("LABEL", ("1-1 Chiyoda\nTokyo\nJP",)), ("CC", ("JP",))),
        ),
        Property(name="URL", value="https://example.com", kind="uri", label="HomePage"),
        Property(
            name="IMPP",
            value="nao",
            types=("home",),
            params=(("SERVICE-TYPE", ("jabber",)),),
        ),
        Property(name="BDAY", value="--0514", kind="date-and-or-time"),
        Property(name="ANNIVERSARY", value="20110602", kind="date-and-or-time"),
        Property(name="X-ABDATE", value="20200103", kind="date-and-or-time", label="Graduation"),
        Property(name="RELATED", value="Yui", types=("spouse",)),
        Property(name="RELATED", value="Ken", types=("sibling",), label="brother"),
        Property(name="GENDER", value=(("M",),)),
        Property(name="PRONOUNS", value="he/him"),
        Property(name="NOTE", value="One & two\nThree"),
        Property(name="PHOTO", value="https://example.com/nao.png", kind="uri"),
        Property(name="X-CUSTOM", value="12", label="Locker"),
        Property(name="UID", value="people/c1"),
    )


@pytest.mark.parametrize(
    "body",
    [
        {"connections": [PERSON], "totalPeople": 1},
        {"results": [{"person": PERSON}]},
        {"responses": [{"httpStatusCode": 200, "person": PERSON, "requestedResourceName": "x"}]},
        {"otherContacts": [PERSON], "nextPageToken": "a"},
        [PERSON],
        {"person": PERSON},
    ],
)
def test_people_are_found_in_every_page(body: Any) -> None:
    assert read_people(body).cards == read_people(PERSON).cards


@pytest.mark.parametrize(
    ("date", "value"),
    [
        ({"year": 1990}, "1990"),
        ({"year": 1990, "month": 5}, "1990-05"),
        ({"month": 5}, "--05"),
        ({"day": 5}, "---05"),
        ({"year": 1990, "month": 13, "day": 45}, "1990-13-45"),
        ({}, "in May"),
    ],
)
def test_a_date_without_all_its_parts_is_kept(date: dict[str, int], value: str) -> None:
    card = read_people({"birthdays": [{"date": date, "text": "in May"}]}).cards[0]

    assert card.properties[0].value == value


def test_what_has_no_property_is_named() -> None:
    """Groups but that of all contacts, what programs stored, pictures but Google's own, ages."""
    group = {"contactGroupMembership": {"contactGroupResourceName": "contactGroups/4d"}}
    picture = {"url": "https://example.com/1.png"}
    file = read_people(
        {
            "names": [{"givenName": "A"}],
            "memberships": [*PERSON["memberships"], group, {"domainMembership": {"x": True}}],
            "clientData": [{"key": "a", "value": "b"}],
            "coverPhotos": [{**picture, "default": True}, picture],
            "ageRanges": [{"ageRange": "TWENTY_ONE_OR_OLDER"}],
            "organizations": [{"name": "B", "startDate": {"year": 2020}}],
        }
    )

    assert [(one.place, one.code) for one in file.problems] == [
        ("/organizations/0/startDate", "ignored"),
        ("/coverPhotos/1/url", "ignored"),
        ("/memberships/1", "ignored"),
        ("/clientData", "ignored"),
        ("/ageRanges", "ignored"),
    ]


def test_a_list_that_has_more_pages_is_noted() -> None:
    (more,) = read_people({"connections": [PERSON], "nextPageToken": "a"}).problems

    assert (more.card, more.place, more.code) == (-1, "/nextPageToken", "over-limit")


def test_a_day_that_no_card_can_hold_is_named() -> None:
    file = read_people({"birthdays": [{"date": {"year": 1990, "day": 7}}]})

    assert file.cards[0].properties[0].value == "1990"
    assert [one.place for one in file.problems] == ["/birthdays/0/date/day"]


def test_an_unknown_member_is_named() -> None:
    file = read_people({"names": [{"givenName": "A", "aura": 1}], "moods": [1]})

    assert [one.place for one in file.problems] == ["/names/0/aura", "/moods"]


@pytest.mark.parametrize("body", [None, 3, [], {}, {"connections": []}, {"connections": [{}]}])
def test_json_without_a_person_is_refused(body: Any) -> None:
    with pytest.raises(NotACard, match="People"):
        read_people(body)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b <b>c</b>&#33;<div>d</div>", "a\nb c!\nd"),
        ("<P class=x>a<BR/>b</P>", "a\nb"),
        ('<a title="a > b">c</a>, <a title=it\'s>d</a>', "c, d"),
        ("a<!-- b > c -->d<!DOCTYPE e><?f?>g", "adg"),
        ("1 < 2 &amp; 3 > 2 &lt;b&gt; &eacute;&#xe9;", "1 < 2 & 3 > 2 <b> éé"),
        ("a <b", "a <b"),
        ("a <!-- b", "a <!-- b"),
        ('a <b c="', 'a <b c="'),
        (f"a&#{'9' * 5000};", f"a\ufffd{'9' * 4993};"),
    ],
)
def test_html_becomes_its_text(html: str, text: str) -> None:
    """Elements and comments go, references are read, and what has no end is text."""
    assert plain_text(html) == text


def test_html_is_read_in_linear_time() -> None:
    """Whatever is begun again and again and has no end."""
    for piece in (
        "<",
        "<a ",
        "<a/",
        "<a b='",
        '<a b="<',
        "<!--",
        "</",
        "<?",
        "<![CDATA[",
        "&",
        "&#",
    ):
        within_cpu_budget(0.5, partial(plain_text, piece * (300_000 // len(piece))))


def test_a_company_without_a_department_has_one_component() -> None:
    """So each form reads the same of it."""
    (card,) = read_people({"organizations": [{"name": "OnlyOrg"}]}).cards
    assert card.properties == (Property(name="ORG", value=(("OnlyOrg",),)),)
