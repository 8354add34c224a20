"""The one-pass reader of ordinary requests reads what the validator reads, and refuses nothing."""

import json
from typing import Any, Final

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.support.contact_requests import MAX_TTL
from tests.support.hypothesis_profiles import examples
from vcardsvc.apis.base import Request
from vcardsvc.apis.createcontact import ordinary
from vcardsvc.apis.createcontact.request import read_card_request
from vcardsvc.errors import Refused
from vcardsvc.formats.json import json_object
from vcardsvc.model.request import CardRequest
from vcardsvc.validation.fields import Policy

TEXT: Final = st.sampled_from(
    ["", " ", "  ", "   ", "Ann", " Ann ", "Müller", "Zoe\u0308", "O'Brien", "Dr. 2", "李", "a\nb",
     "a\r\nb", "a\tb", "\u00a0x\u00a0", "x\u200b", "\x07", "createcontact", "tel:+16502530000",
     "+1 650 253 0000", "+16502530000", "0171 5555102", "0049 30 901820", "555 ext. 7",
     "call me", "a@b.example",
     "mailto:a@b.example", "a@é.example", "@", "https://a.example", "https://é.example/x y",
     "ftp://a.example", "javascript:x", "a.example", "https://łódź.example/a", "https://é.example/\u0301",
     "van Dyke", '"a@b"@c.example', "a@b@c", "Work", "HOME", "mobile", "Homepage",
     "u" * 256, "l" * 101, '":', '" :']
)  # fmt: skip
ANY: Final[st.SearchStrategy[Any]] = (
    TEXT | st.none() | st.booleans() | st.integers(-9, 9) | st.just([]) | st.just({})
)
LABEL: Final = st.sampled_from(["Work", "home", "MOBILE", "Fax", "other", "x", ""]) | ANY


def _entries(key: str) -> st.SearchStrategy[Any]:
    entry = st.fixed_dictionaries({key: TEXT}, optional={"label": LABEL}) | st.fixed_dictionaries(
        {},
        optional={
            key: ANY,
            "label": LABEL,
            "x": ANY,
            "preferred": ANY,
            "extension": ANY,
            "city": ANY,
        },
    )
    return st.lists(entry | ANY, max_size=6) | ANY


NAME: Final = st.fixed_dictionaries(
    {}, optional={"first-name": TEXT, "last-name": TEXT, "suffix": TEXT, "nickname": TEXT}
) | st.fixed_dictionaries({"first-name": st.just("Ann")}, optional={"suffix": ANY, "x": ANY})
REQUESTS: Final = st.fixed_dictionaries(
    {"action": st.just("createcontact") | ANY, "name": NAME | ANY},
    optional={
        "organization": TEXT,
        "title": TEXT,
        "note": TEXT | ANY,
        "uid": TEXT,
        "photo": TEXT,
        "photo-url": TEXT,
        "phone": _entries("number"),
        "email": _entries("id"),
        "physical-address": _entries("address"),
        "website": _entries("url"),
        "birthday": st.sampled_from(["1990-05-14", "--05-14", "x"]) | ANY,
        "department": ANY,
        "company-card": ANY,
        "im": _entries("address"),
        "geo": ANY,
        "x": ANY,
    },
)
PIECES: Final = '"{}[],:\\ \nabceimnort-'
POLICIES: Final = (Policy(), Policy(names="relaxed"), Policy(region="DE"), Policy(labels="free"))


def _strict(body: bytes, policy: Policy) -> CardRequest | None:
    """Return what the validator reads; None for a request that it refuses."""
    try:
        return read_card_request(json_object(body), Request(body=body), policy, MAX_TTL)
    except Refused:
        return None


@examples(2000, *HealthCheck)
@given(
    members=REQUESTS,
    policy=st.sampled_from(POLICIES),
    style=st.sampled_from([{}, {"separators": (",", ":")}, {"indent": 1}, {"ensure_ascii": False}]),
)
def test_an_ordinary_request_is_read_as_by_the_validator(
    members: dict[str, Any], policy: Policy, style: dict[str, Any]
) -> None:
    """Whatever the one-pass reader reads, the validator reads the same."""
    body = json.dumps(members, **style).encode()
    maybe_ordinary = ordinary.read(body, policy)
    assert maybe_ordinary is None or maybe_ordinary == _strict(body, policy)


@examples(2000, *HealthCheck)
@given(members=REQUESTS, policy=st.sampled_from(POLICIES))
def test_an_ordinary_form_is_read_as_by_the_validator(
    members: dict[str, Any], policy: Policy
) -> None:
    """Whatever the one-pass reader reads of a form's members, the validator reads the same."""
    maybe_ordinary = ordinary.read_members(members, policy)
    body = json.dumps(members).encode()
    assert maybe_ordinary is None or maybe_ordinary == _strict(body, policy)


@examples(1000, *HealthCheck)
@given(members=REQUESTS, member=st.text(PIECES, max_size=12), place=st.integers(0))
def test_a_damaged_request_is_never_ordinary_alone(
    members: dict[str, Any], member: str, place: int
) -> None:
    """A body with anything put into it is read by the one-pass reader only as the validator reads
    it: no member that stands twice gets through."""
    text = json.dumps(members)
    place %= len(text)
    body = (text[:place] + member + text[place:]).encode()
    maybe_ordinary = ordinary.read(body, POLICIES[0])
    assert maybe_ordinary is None or maybe_ordinary == _strict(body, POLICIES[0])
