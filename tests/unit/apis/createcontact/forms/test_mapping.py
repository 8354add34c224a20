"""Names of a form's fields: which members of the request they become."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.html_forms import LIMIT, URLENCODED
from vcardsvc.apis.createcontact.forms.mapping import FormFields
from vcardsvc.apis.createcontact.forms.parsing import parse_fields


def members_of(form: str) -> dict[str, Any]:
    """Return the members for a form, urlencoded except for its marks and percent signs."""
    body = quote(form, safe="=&+%").encode()
    return FormFields(parse_fields(URLENCODED, body, LIMIT) if body else ()).members()


MEMBERS: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("name[first-name]=J&name[last-name]=A", {"name": {"first-name": "J", "last-name": "A"}}),
    ("first-name=J&last_name=A", {"name": {"first-name": "J", "last-name": "A"}}),
    ("name[first_name]=J&suffix=Jr.", {"name": {"first-name": "J", "suffix": "Jr."}}),
    ("organization=O&title=T&note=N&uid=U", {m: m[0].upper() for m in ("organization", "title",
                                                                       "note", "uid")}),
    ("photo_url=https://a.example/b", {"photo-url": "https://a.example/b"}),
    ("action=CreateContact", {"action": "CreateContact"}),
    # Blank is absent, and a bracketed blank gives way to a flat field.
    ("action=+&note=%09&name[suffix]=&suffix=Jr.", {"name": {"suffix": "Jr."}}),
    ("name[suffix]=Sr.&suffix=Jr.", {"name": {"suffix": "Sr."}}),
    ("phone[0][number]=+&phone=1", {"phone": [{"number": "1"}]}),
    ("phone[0][number]=2&phone=1", {"phone": [{"number": "2"}]}),
    # The last of several counts.
    ("note=1&note=2", {"note": "2"}),
    ("name[suffix]=1&name[suffix]=2&name[suffix]=", {}),
    ("phone[0][number]=1&phone[0][number]=2", {"phone": [{"number": "2"}]}),
    # Numbered rows: gaps, any order, leading zeros.
    (
        "phone[7][label]=fax&phone[2][number]=1&phone[7][number]=2",
        {"phone": [{"number": "1"}, {"number": "2", "label": "fax"}]},
    ),
    ("phone[007][number]=1&phone[7][label]=fax", {"phone": [{"number": "1", "label": "fax"}]}),
    ("email[1][id]=a&email[0][id]=+", {"email": [{}, {"id": "a"}]}),
    # Rows without a number: a member that the row has already starts the next one.
    ("phone[][number]=1&phone[][number]=2", {"phone": [{"number": "1"}, {"number": "2"}]}),
    (
        "phone[][number]=1&phone[][label]=fax&phone[][number]=2&phone[][label]=home",
        {"phone": [{"number": "1", "label": "fax"}, {"number": "2", "label": "home"}]},
    ),
    (
        "phone[][label]=fax&phone[][number]=1&phone[][label]=home&phone[][number]=2",
        {"phone": [{"label": "fax", "number": "1"}, {"label": "home", "number": "2"}]},
    ),
    (
        "phone[][number]=1&phone[][number]=2&phone[][label]=home",
        {"phone": [{"number": "1"}, {"number": "2", "label": "home"}]},
    ),
    ("phone[3][number]=1&phone[][number]=2", {"phone": [{"number": "1"}, {"number": "2"}]}),
    # Flat rows are paired by their order.
    ("phone=1&phone=2&phone-label=fax", {"phone": [{"number": "1", "label": "fax"},
                                                   {"number": "2"}]}),
    ("phone_label=fax&phone_label=home&phone=1", {"phone": [{"number": "1", "label": "fax"}]}),
    ("phone=1&phone-label=&phone=2&phone-label=fax", {"phone": [{"number": "1"}, {"number": "2",
                                                                 "label": "fax"}]}),
    ("phone[]=1&phone[]=2&phone-label[]=fax", {"phone": [{"number": "1", "label": "fax"},
                                                         {"number": "2"}]}),
    ("address=a&address-label=home&physical_address=b", {"physical-address": [
        {"address": "a", "label": "home"}, {"address": "b"}]}),
    ("physical_address[0][address]=a&address[1][address]=b", {"physical-address": [
        {"address": "a"}, {"address": "b"}]}),
    ("website=a.example&website-label=Mill", {"website": [{"url": "a.example", "label": "Mill"}]}),
    ("email=a&email_label=home", {"email": [{"id": "a", "label": "home"}]}),
    # Optional members.
    ("name[middle-name]=P&prefix=Dr.&nick_name=x&nickname=J", {"name": {
        "prefix": "Dr.", "middle-name": "P", "nickname": "J"}}),
    ("birthday=1990&time_zone=UTC&department=D&role=", {
        "birthday": "1990", "time-zone": "UTC", "department": "D"}),
    ("geo[latitude]=1&longitude=2", {"geo": {"latitude": "1", "longitude": "2"}}),
    ("latitude=%20%2069%20&longitude=+-1", {"geo": {"latitude": "69", "longitude": "-1"}}),
    ("latitude=%20&longitude=", {}),
    ("categories=A, B&categories[]=C&categories[2]=+", {"categories": ["A", " B", "C"]}),
    ("company-card=on", {"company-card": True}),
    ("company_card=0", {}),
    ("company_card=perhaps", {"company-card": "perhaps"}),
    ("phone=1&phone=2&phone-extension=&phone_extension=7&phone-preferred=on", {"phone": [
        {"number": "1"}, {"number": "2", "extension": "7"}]}),
    ("phone[0][number]=1&phone[0][preferred]=on&phone[1][preferred]=0", {"phone": [
        {"number": "1", "preferred": True}, {"preferred": False}]}),
    ("address[0][street]=S&address[0][po_box]=1", {"physical-address": [
        {"street": "S", "po-box": "1"}]}),
    ("address-city=A&address-city=B&address-country=C&address-label=home", {"physical-address": [
        {"city": "A", "country": "C", "label": "home"}, {"city": "B"}]}),
    ("im-service=AIM&im-address=j&im-label=x&im-label=y", {"im": [
        {"service": "AIM", "address": "j", "label": "x"}]}),
    ("social_profile[][service]=X&social_profile[][user]=j", {"social-profile": [
        {"service": "X", "user": "j"}]}),
    ("related-name=A&related-relation=friend&related-relation=x", {"related": [
        {"name": "A", "relation": "friend"}]}),
    # Unknown names.
    ("__proto__=1&__proto__[x]=1&constructor[prototype][x]=1&name=J&Note=1&phone-label=fax", {}),
    ("note[[[[=1&[note]=1&note]=1&note[=1&name[first-name=1&name[]=1&=1&note[x]=1&[]=1", {}),
    ("phone[0]=1&phone[number]=1&phone[x][number]=1&phone[-1][number]=1&phone[0][number][]=1", {}),
    ("phone[٣][number]=1&phone[1e3][number]=1&phone[ 1][number]=1", {}),
    (f"phone[{'9' * 5000}][number]=1&phone[1234567890][number]=1", {}),
    (f"note{'[]' * 5000}=1&note{'[' * 9000}=1&phone{'[0]' * 40}=1", {}),
    ("phone[0][x]=1", {"phone": [{}]}),
    ("unknown=1&redirect=x&api-key=k&target=apple&button", {}),
]  # fmt: skip


@pytest.mark.parametrize(("form", "members"), MEMBERS)
def test_fields_become_members(form: str, members: dict[str, Any]) -> None:
    """Names as PHP, Rails and plain forms write them are read, unknown ones are not."""
    assert members_of(form) == {"action": "createcontact", **members}


def test_a_list_has_64_rows() -> None:
    """The first rows by number are read, and the first flat ones."""
    expected = [{"number": str(n)} for n in range(64)]
    numbered = "&".join(f"phone[{n}][number]={n}" for n in range(99, -1, -1))
    flat = "&".join(f"phone={n}" for n in range(100))
    assert members_of(numbered)["phone"] == expected
    assert members_of(flat)["phone"] == expected
