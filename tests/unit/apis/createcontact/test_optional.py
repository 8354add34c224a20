"""The members that the action's description does not have: what is read, and what is refused."""

from typing import Any

import pytest

from tests.support.contact_requests import card_request, lines, notes, refusals, request
from vcardsvc.apis.createcontact.mapping import field_of
from vcardsvc.model.card import Property, ValueType
from vcardsvc.model.contact import Address, Contact, Email, Phone
from vcardsvc.model.request import Loss
from vcardsvc.validation.fields import Policy

FREE = Policy(labels="free")


def named(**members: Any) -> dict[str, Any]:
    """Return a request whose name has these members beside the first name."""
    own = {name.replace("_", "-"): value for name, value in members.items()}
    return request(name={"first-name": "John", **own})


def social(
    name: str,
    value: str,
    kind: ValueType = "uri",
    types: tuple[str, ...] = (),
    label: str = "",
    user: str = "",
) -> Property:
    """Return a profile at a service of this name."""
    params = (("SERVICE-TYPE", (name,)), *([("USERNAME", (user,))] if user else []))
    return Property(
        name="SOCIALPROFILE", value=value, kind=kind, types=types, label=label, params=params
    )


def messenger(name: str, uri: str, types: tuple[str, ...] = (), label: str = "") -> Property:
    """Return an address at a messenger of this name."""
    params = (("SERVICE-TYPE", (name,)),)
    return Property(name="IMPP", value=uri, kind="uri", types=types, label=label, params=params)


def related(name: str, *types: str, label: str = "") -> Property:
    """Return a related person."""
    return Property(name="RELATED", value=name, types=types, label=label)


ATTRIBUTES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (named(prefix=" Dr. "), {"prefix": "Dr."}),
    (named(middle_name="O'Neil"), {"middle": "O'Neil"}),
    (request(department="Sales"), {"unit": "Sales"}),
    (request(organization="ACME", company_card=True), {"organization": "ACME", "company": True}),
    (request(company_card=False), {}),
]


@pytest.mark.parametrize(("members", "attributes"), ATTRIBUTES)
def test_members_with_an_attribute_are_read(
    members: dict[str, Any], attributes: dict[str, Any]
) -> None:
    """Name parts, department and company card are attributes of the contact."""
    assert card_request(members).contact == Contact(first="John", **attributes)


DATE: ValueType = "date-and-or-time"
EXTRA: list[tuple[dict[str, Any], list[Property]]] = [
    (named(nickname="Jay, the"), [Property(name="NICKNAME", value=("Jay, the",))]),
    (named(phonetic_first_name="Jon"), [Property(name="X-PHONETIC-FIRST-NAME", value="Jon")]),
    (named(phonetic_last_name="Do"), [Property(name="X-PHONETIC-LAST-NAME", value="Do")]),
    (request(role="Buyer"), [Property(name="ROLE", value="Buyer")]),
    (request(birthday="1990-05-14"), [Property(name="BDAY", value="19900514", kind=DATE)]),
    (request(birthday="2000-02-29"), [Property(name="BDAY", value="20000229", kind=DATE)]),
    (request(birthday="--02-29"), [Property(name="BDAY", value="--0229", kind=DATE)]),
    (request(birthday=" 1990 "), [Property(name="BDAY", value="1990", kind=DATE)]),
    (request(anniversary="--05-14"), [Property(name="ANNIVERSARY", value="--0514", kind=DATE)]),
    (request(pronouns="they/them"), [Property(name="PRONOUNS", value="they/them")]),
    (request(language="zh-Hant-TW"),
     [Property(name="LANG", value="zh-Hant-TW", kind="language-tag")]),
    (request(categories=["A, B", "", None, " C ", "A, B"]),
     [Property(name="CATEGORIES", value=("A, B", "C"))]),
    (request(social_profile=[{"service": "Twitter", "user": "@jo e"}]),
     [social("Twitter", value="https://twitter.com/jo%20e", user="jo e")]),
    (request(social_profile=[{"service": "Mastodon", "user": "@j@m.example", "label": "Home"}]),
     [social("Mastodon", value="@j@m.example", kind="text", types=("home",))]),
    (request(social_profile=[{"service": "X", "url": "https://x.com/j", "label": "Fans"}]),
     [social("X", value="https://x.com/j", label="Fans")]),
    (request(social_profile=[{"service": "X", "url": "x.com/j", "user": "j"}]),
     [social("X", value="x.com/j", kind="text", user="j")]),
    (request(im=[{"service": "aim", "address": "jo hn"}]), [messenger("AIM", "aim:jo%20hn")]),
    (request(im=[{"service": "Jabber", "address": "xmpp:j@e.example", "label": "WORK"}]),
     [messenger("Jabber", "xmpp:j@e.example", types=("work",))]),
    (request(im=[{"service": "Discord", "address": "j#1", "label": "Games"}]),
     [messenger("Discord", "x-apple:j%231", label="Games")]),
    (request(related=[{"name": "Ann", "relation": "Spouse"}]), [related("Ann", "spouse")]),
    (request(related=[{"name": "Ann", "relation": "mother"}]),
     [related("Ann", "parent", label="Mother")]),
    (request(related=[{"name": "Ann", "relation": "coach"}, {"name": "Bob"}]),
     [related("Ann", label="coach"), related("Bob")]),
    (request(time_zone="Europe/Berlin"), [Property(name="TZ", value="Europe/Berlin")]),
    (request(time_zone="UTC"), [Property(name="TZ", value="UTC")]),
    (request(time_zone="-05:00"), [Property(name="TZ", value="-0500", kind="utc-offset")]),
    (request(time_zone="+0530"), [Property(name="TZ", value="+0530", kind="utc-offset")]),
    (request(time_zone="+14"), [Property(name="TZ", value="+1400", kind="utc-offset")]),
    (request(geo={"latitude": 52.52, "longitude": -13}),
     [Property(name="GEO", value="geo:52.52,-13", kind="uri")]),
    (request(geo={"latitude": "-90", "longitude": "180.0000001"[:5]}),
     [Property(name="GEO", value="geo:-90,180", kind="uri")]),
    (request(geo={"latitude": -1e-9, "longitude": 1e-5}),
     [Property(name="GEO", value="geo:0,0.00001", kind="uri")]),
]  # fmt: skip


@pytest.mark.parametrize(("members", "extra"), EXTRA)
def test_other_members_are_properties_in_the_terms_of_a_card(
    members: dict[str, Any], extra: list[Property]
) -> None:
    """What a contact has no attribute for is a property of `extra`, with nothing to note."""
    asked = card_request(members)
    assert asked.contact == Contact(first="John", extra=tuple(extra))
    assert asked.notes == ()


LONG = "x" * 256
WRONG: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    (named(prefix=5), [("E1524", "/name/prefix")]),
    (named(middle_name="a\tb"), [("E1525", "/name/middle-name")]),
    (named(nickname=["J"]), [("E1524", "/name/nickname")]),
    (named(phonetic_first_name="a\nb"), [("E1525", "/name/phonetic-first-name")]),
    (named(phonetic_last_name=LONG), [("E1535", "/name/phonetic-last-name")]),
    (request(department=LONG), [("E1535", "/department")]),
    (request(department={}), [("E1524", "/department")]),
    (request(role=LONG), [("E1535", "/role")]),
    (request(pronouns=True), [("E1524", "/pronouns")]),
    (request(company_card="yes"), [("E1524", "/company-card")]),
    (request(company_card=True), [("E1536", "/organization")]),
    (request(company_card=True, organization=5), [("E1524", "/organization")]),
    (request(categories="A"), [("E1524", "/categories")]),
    (request(categories=["A", 5, LONG]), [("E1524", "/categories/1"), ("E1535", "/categories/2")]),
    (request(social_profile={}), [("E1524", "/social-profile")]),
    (request(social_profile=["x"]), [("E1524", "/social-profile/0")]),
    (request(social_profile=[{"user": "x"}]), [("E1532", "/social-profile/0/service")]),
    (request(social_profile=[{"user": "x", "service": 5}]),
     [("E1524", "/social-profile/0/service")]),
    (request(social_profile=[{"user": "x", "service": 'a"b'}]),
     [("E1532", "/social-profile/0/service")]),
    (request(social_profile=[{"service": "X", "url": "javascript:x"}]),
     [("E1526", "/social-profile/0/url")]),
    (request(im=[{"address": "x", "service": "a;b", "label": "a\nb"}]),
     [("E1532", "/im/0/service"), ("E1525", "/im/0/label")]),
    (request(im=[{"address": LONG, "service": "AIM"}]), [("E1535", "/im/0/address")]),
    (request(related=[{"name": 5}, {"name": "A", "relation": 5}]),
     [("E1524", "/related/0/name"), ("E1524", "/related/1/relation")]),
    (request(geo=5), [("E1524", "/geo")]),
    (request(geo={"latitude": 1}), [("E1531", "/geo/longitude")]),
    (request(geo={"latitude": 90.5, "longitude": "x"}),
     [("E1531", "/geo/latitude"), ("E1531", "/geo/longitude")]),
    (request(geo={"latitude": True, "longitude": 10**400}),
     [("E1531", "/geo/latitude"), ("E1531", "/geo/longitude")]),
    (request(birthday=1990), [("E1524", "/birthday")]),
    (request(birthday="x", anniversary="\x00", language="?", time_zone="?"),
     [("E1528", "/birthday"), ("E1525", "/anniversary"), ("E1529", "/language"),
      ("E1530", "/time-zone")]),
    (request(phone=[{"number": "1", "extension": 5}]), [("E1524", "/phone/0/extension")]),
    (request(phone=[{"number": "1", "extension": "x7"}]), [("E1533", "/phone/0/extension")]),
    (request(phone=[{"number": "1", "extension": "1" * 12}]), [("E1533", "/phone/0/extension")]),
    (request(phone=[{"number": "1", "preferred": "yes"}]), [("E1524", "/phone/0/preferred")]),
    (request(email=[{"id": "a@b.example", "preferred": 1}]), [("E1524", "/email/0/preferred")]),
    (request(physical_address=[{"address": "x", "city": "y"}]),
     [("E1524", "/physical-address/0/address")]),
    (request(physical_address=[{"city": 5, "region": "a\nb", "postal-code": LONG}]),
     [("E1525", "/physical-address/0/region"), ("E1535", "/physical-address/0/postal-code"),
      ("E1524", "/physical-address/0/city")]),
    (request(physical_address=[{"country-code": "xx", "street": "a\x00"}]),
     [("E1525", "/physical-address/0/street"), ("E1534", "/physical-address/0/country-code")]),
]  # fmt: skip


@pytest.mark.parametrize(("members", "problems"), WRONG)
def test_what_is_wrong_has_its_code_and_pointer(
    members: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    """Every problem is told at once, each with the pointer of its member."""
    assert sorted(refusals(members), key=str) == sorted(problems, key=str)


@pytest.mark.parametrize(
    "date",
    ["1990-02-29", "1900-02-29", "--02-30", "1990-13-01", "0000-01-01", "1990-5-14", "90",
     "19900514", "--0514", "1990-05", "14.05.1990", "１９９０"],
)  # fmt: skip
def test_a_date_is_a_real_day_or_a_year(date: str) -> None:
    """A day that does not exist, and every other spelling, is refused."""
    assert refusals(request(birthday=date)) == [("E1528", "/birthday")]
    assert refusals(request(anniversary=date)) == [("E1528", "/anniversary")]


@pytest.mark.parametrize("tag", ["de", "pt-BR", "zh-cmn-Hans-CN", "es-419", "sl-rozaj-biske-1994",
                                 "de-CH-1901", "en-a-myext-b-other", "en-x-own"])  # fmt: skip
def test_language_tags_pass(tag: str) -> None:
    """Every form of RFC 5646 that is in use is accepted."""
    assert refusals(request(language=tag)) == []


@pytest.mark.parametrize("tag", ["d", "de_DE", "german language", "de-", "-de", "x-own", "de-1",
                                 "en-a", "a" * 9, "en-" + "x-" * 20])  # fmt: skip
def test_other_texts_are_no_language(tag: str) -> None:
    """A text without the form of a language tag is refused."""
    assert refusals(request(language=tag)) == [("E1529", "/language")]


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "europe/berlin", "../etc/passwd", "+15:00",
                                  "-12:30", "+05:60", "5", "CEST+2/", "/", "A" * 300])  # fmt: skip
def test_other_texts_are_no_time_zone(zone: str) -> None:
    """A name that the database does not have, and an offset that no place has, is refused."""
    assert refusals(request(time_zone=zone)) == [("E1530", "/time-zone")]


ABSENT: list[dict[str, Any]] = [
    named(prefix=None, middle_name="", nickname=" "),
    request(department=None, role="", birthday=" ", anniversary=None, language="", time_zone=""),
    request(categories=[], social_profile="", im=None, related=[{}, {"relation": " "}]),
    request(geo=None, company_card=None),
    request(geo={}),
    request(geo={"latitude": None, "longitude": ""}),
    request(im=[{"label": "work"}], social_profile=[{"label": 5}]),
]


@pytest.mark.parametrize("members", ABSENT)
def test_blank_members_are_absent(members: dict[str, Any]) -> None:
    """Null, blank and empty members leave the contact as it was, octet by octet."""
    assert card_request(members) == card_request(request())
    assert lines(members) == lines(request())


def test_an_entry_of_a_service_or_a_relation_alone_is_noted() -> None:
    """It is blank, and takes no place; the first four of a list are named."""
    members = request(
        im=[{"service": "AIM"}, {"service": "AIM", "address": "a"}],
        social_profile=[{"service": 5, "url": " "}] * 5,
        related=[{"relation": "friend", "name": None}],
    )
    found = card_request(members)

    assert [(note.field, note.code) for note in found.notes] == [
        *((f"social-profile/{index}", "ignored") for index in range(4)),
        ("im/0", "ignored"),
        ("related/0", "ignored"),
    ]
    assert [one.name for one in found.contact.extra] == ["IMPP"]


@pytest.mark.parametrize(
    ("member", "entry"),
    [("social-profile", {"service": "X", "user": "{}"}), ("im", {"service": "X", "address": "{}"}),
     ("related", {"name": "{}"})],
)  # fmt: skip
def test_four_entries_are_used(member: str, entry: dict[str, str]) -> None:
    """A fifth one is ignored, with a note; blank ones do not count."""
    five = [{name: text.format(at) for name, text in entry.items()} for at in range(5)]
    members = {**request(), member: [{}, *five[:4], None, {}, five[4]]}
    asked = card_request(members)
    assert len(asked.contact.extra) == 4
    assert notes(members) == [(member, "over-limit")]
    loss = Loss(part="extra", index=2, code="dropped", reason="")
    assert field_of(asked, loss) == f"{member}/3"


def test_four_categories_are_used() -> None:
    """A fifth one is ignored, with a note."""
    members = request(categories=["a", "b", "", "c", "d", 5])
    assert card_request(members).contact.extra[0].value == ("a", "b", "c", "d")
    assert notes(members) == [("categories", "over-limit")]


def test_unknown_members_inside_are_noted() -> None:
    """Members of other names, in every new object, are ignored and noted."""
    members = request(geo={"latitude": 1, "longitude": 2, "height": 3},
                      im=[{"address": "x", "service": "X", "id": 1}])  # fmt: skip
    assert notes(members) == [("im/0/id", "ignored"), ("geo/height", "ignored")]


def test_a_loss_is_told_by_its_member() -> None:
    """A lost property has the pointer of the member that it came from."""
    members = request(name={"first-name": "J", "nickname": "K"}, geo={"latitude": 1,
                      "longitude": 2}, related=[{"name": "A"}, {"name": "B"}])  # fmt: skip
    asked = card_request(members)
    fields = [
        field_of(asked, Loss(part="extra", index=at, code="dropped", reason=""))
        for at in range(len(asked.contact.extra))
    ]
    assert fields == ["name/nickname", "related/0", "related/1", "geo"]


PHONES: list[tuple[dict[str, Any], Phone]] = [
    ({"number": "+1 650 253 0000", "extension": "12"},
     Phone(number="+1 650 253 0000 ext. 12", e164="+16502530000p12")),
    ({"number": "tel:+1-650-253-0000", "extension": " 12 "},
     Phone(number="+1-650-253-0000;ext=12", e164="+16502530000p12")),
    ({"number": "0171 555", "extension": "7"}, Phone(number="0171 555 ext. 7")),
    ({"number": "0171 555", "extension": ""}, Phone(number="0171 555")),
    ({"number": "0171 555", "preferred": True}, Phone(number="0171 555", preferred=True)),
    ({"number": "0171 555", "preferred": False}, Phone(number="0171 555")),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "phone"), PHONES)
def test_phones_have_extensions_and_may_be_preferred(entry: dict[str, Any], phone: Phone) -> None:
    """An extension is read as if it were typed behind the number."""
    assert card_request(request(phone=[entry])).contact.phones == (phone,)


def test_an_email_may_be_preferred() -> None:
    """`preferred` marks an address."""
    asked = card_request(request(email=[{"id": "a@b.example", "preferred": True}]))
    assert asked.contact.emails == (Email(address="a@b.example", preferred=True),)


ADDRESSES: list[tuple[dict[str, Any], Address]] = [
    ({"street": "1 Main St\nHouse B", "extended": "Floor 2", "po-box": "PO 1", "city": "Scranton",
      "region": "PA", "postal-code": "18503", "country": "USA", "country-code": "US"},
     Address(text="1 Main St\nHouse B", extended="Floor 2", box="PO 1", locality="Scranton",
             region="PA", code="18503", nation="USA", country="us")),
    ({"city": "Berlin", "country-code": "de", "label": "home"},
     Address(text="", locality="Berlin", nation="Germany", country="de", label="home")),
    ({"po-box": "12"}, Address(text="", box="12")),
    ({"address": "Fake Address", "city": ""}, Address(text="Fake Address")),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "address"), ADDRESSES)
def test_an_address_may_be_in_parts(entry: dict[str, Any], address: Address) -> None:
    """Each part has its place; a code without a country gives the country's name."""
    assert card_request(request(physical_address=[entry])).contact.addresses == (address,)


def test_an_address_of_blank_parts_is_absent() -> None:
    """It takes no place and has no note."""
    members = request(physical_address=[{"city": " ", "label": "x"}, {"street": "S"}])
    assert card_request(members).contact.addresses == (Address(text="S"),)
    assert notes(members) == []


def test_a_company_card_needs_no_name() -> None:
    """Under it alone the person's name may be missing; the organization is the name."""
    members = request(name=None, organization="ACME", company_card=True)
    assert "FN:ACME" in lines(members)
    assert "N:;;;;" in lines(members)
    members = request(organization="ACME", company_card=True)
    assert "FN:ACME" in lines(members)
    assert "N:;John;;;" in lines(members)
    assert refusals(request(name=None, organization="ACME")) == [("E1515", "/name")]


LABELLED = [
    ("phone", "number", "phones", "other"),
    ("email", "id", "emails", "work"),
    ("physical-address", "address", "addresses", "work"),
]


@pytest.mark.parametrize(("member", "key", "part", "label"), LABELLED)
def test_labels_of_ones_own_are_read_if_the_operator_allows(
    member: str, key: str, part: str, label: str
) -> None:
    """Under the free rule any label is kept, cut at a hundred characters; known ones stay known."""
    entries = [{key: "1", "label": one} for one in (" Head office ", "WORK", "é" * 101)]
    asked = card_request({**request(), member: entries}, FREE)
    found = [(each.label, each.own_label) for each in getattr(asked.contact, part)]
    assert found == [(label, "Head office"), ("work", ""), (label, "é" * 100)]
    cut = [note.field for note in asked.notes if note.code == "cut"]
    assert cut == [f"{member}/2/label"]
    assert refusals({**request(), member: [{key: "1", "label": "a\nb"}]}, FREE) == [
        ("E1525", f"/{member}/0/label")
    ]
